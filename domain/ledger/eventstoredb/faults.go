package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// What the server, its settings or the way to it can be wrong about.
var (
	ErrConnection = fault.Declare("esdb-connection", fault.Malformed,
		"the connection string of EventStoreDB is not usable: %s", "chuỗi kết nối EventStoreDB không dùng được: %s")
	ErrAway = fault.Declare("esdb-away", fault.Unavailable,
		"EventStoreDB does not answer: %s", "máy chủ EventStoreDB không trả lời: %s")
	ErrBehind = fault.Declare("esdb-behind", fault.Unavailable,
		"EventStoreDB shows %d records where it showed %d before: the node that answers is behind",
		"EventStoreDB chỉ cho thấy %d bản ghi trong khi trước đó đã có %d: nút đang trả lời bị chậm")
	ErrNotReady = fault.Declare("esdb-not-ready", fault.Unavailable,
		"EventStoreDB is not ready: %s", "EventStoreDB chưa sẵn sàng: %s")
	ErrUnsettled = fault.Declare("esdb-unsettled", fault.Unavailable,
		"EventStoreDB has taken another write after record %d and does not show it yet",
		"EventStoreDB đã nhận một lần ghi khác sau bản ghi số %d nhưng chưa cho đọc")
	ErrOrder = fault.Declare("esdb-order", fault.Unavailable,
		"EventStoreDB gives event %d where %d is due", "EventStoreDB trả về sự kiện %d trong khi phải là %d")
	ErrDenied = fault.Declare("esdb-denied", fault.Unavailable,
		"EventStoreDB does not let this account read and write the stream", "EventStoreDB không cho tài khoản này đọc và ghi luồng")
	ErrRetention = fault.Declare("esdb-retention", fault.Corrupt,
		"the stream %s is set to lose records (%s); remove the setting from its metadata",
		"luồng %s được đặt chế độ làm mất bản ghi (%s); hãy gỡ thiết lập này khỏi siêu dữ liệu của luồng")
	ErrOpenACL = fault.Declare("esdb-acl", fault.Corrupt,
		"the access list of the stream %s lets everybody delete it or change its metadata (%s)",
		"danh sách quyền của luồng %s cho phép mọi người xóa luồng hoặc đổi siêu dữ liệu (%s)")
	ErrGone = fault.Declare("esdb-stream-deleted", fault.Corrupt,
		"the stream %s has been deleted", "luồng %s đã bị xóa")
)

// Why a server is not ready.
var (
	noLeader   = fault.Text{English: "the cluster has no leader now", Vietnamese: "cụm máy chủ hiện chưa bầu được nút chính"}
	starting   = fault.Text{English: "it is starting, or cannot serve now", Vietnamese: "máy chủ đang khởi động hoặc tạm thời chưa phục vụ được"}
	noAccounts = fault.Text{English: "it does not know the account that it knew before", Vietnamese: "máy chủ không nhận ra tài khoản mà trước đó vẫn dùng được"}
)

var (
	errPanic   = errors.New("the client library panicked")
	errAnswer  = errors.New("the answer is not whole")
	errNotSent = errors.New("no connection")
)

// reasons are why a server does not answer, by what the client says: it keeps
// no more than the words. Ours name no address, since readiness shows them.
var reasons = []struct {
	said string
	why  fault.Text
}{
	{"x509: ", fault.Text{English: "its certificate is not trusted (tlsCAFile)", Vietnamese: "không tin cậy được chứng thư của máy chủ (tlsCAFile)"}},
	{"does not look like a TLS handshake", fault.Text{English: "it does not speak TLS (tls=false)", Vietnamese: "máy chủ không dùng TLS (tls=false)"}},
	{"handshake failed", fault.Text{English: "TLS cannot be agreed upon", Vietnamese: "không thiết lập được TLS"}},
	{"reading server preface", fault.Text{English: "what listens there wants TLS, or is no EventStoreDB", Vietnamese: "cổng đó đòi TLS, hoặc không phải EventStoreDB"}},
	{"connection refused", fault.Text{English: "nothing listens at its address", Vietnamese: "không có gì lắng nghe ở địa chỉ đó"}},
	{"name resolver error", fault.Text{English: "its name is not known", Vietnamese: "không tìm thấy tên máy"}},
	{"no such host", fault.Text{English: "its name is not known", Vietnamese: "không tìm thấy tên máy"}},
	{"strconv.", fault.Text{English: "the client cannot read its version", Vietnamese: "thư viện không đọc được số phiên bản của máy chủ"}},
}

// away raises ErrAway with the reason, as far as it can be told.
func away(err error) error {
	why := fault.Text{English: "the connection broke, or nothing came in time", Vietnamese: "mất kết nối, hoặc quá hạn chờ"}
	for _, r := range reasons {
		if strings.Contains(err.Error(), r.said) {
			why = r.why
			break
		}
	}
	return ErrAway.With(why).Because(err)
}

// damaged raises a fault so that it is also ledger.ErrCorrupt at a position.
func damaged(f *fault.Fault, at ledger.Position) error {
	return f.Because(ledger.ErrCorrupt.With(at, f.Code))
}

func codeOf(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return esdb.ErrorCodeUnknown
}

func isNotFound(err error) bool { return codeOf(err) == esdb.ErrorCodeResourceNotFound }

// refused tells whether the server (or we, who did not send) said no before it
// wrote anything, and gives the fault of it.
func (s *Store) refused(err error) (error, bool) {
	switch codeOf(err) {
	case esdb.ErrorCodeStreamDeleted:
		return damaged(ErrGone.With(s.stream), 0), true
	case esdb.ErrorCodeAccessDenied:
		return ErrDenied.Because(err), true
	case esdb.ErrorCodeUnauthenticated:
		if s.admitted.Load() { // it knew us before: it has been started anew, and reads its accounts
			return ErrNotReady.With(noAccounts).Because(err), true
		}
		return ErrDenied.Because(err), true
	case esdb.ErrorCodeNotLeader:
		return ErrNotReady.With(noLeader).Because(err), true
	case esdb.ErrorCodeUnsupportedFeature:
		return away(err), true
	}
	if errors.Is(err, errNotSent) {
		if f, ok := fault.Of(err); ok {
			return f, true
		}
		return away(err), true
	}
	switch st, _ := status.FromError(deepest(err)); {
	case st.Code() == codes.InvalidArgument:
		return ledger.ErrStorageFailed.Because(err), true
	case st.Code() == codes.Unavailable && slices.Contains(notReady, st.Message()):
		return ErrNotReady.With(starting).Because(err), true
	}
	return nil, false
}

// notReady are what the server itself says when it has not taken a request: the
// same code also means that the connection broke.
var notReady = []string{"Server Is Not Ready", "Server Is Too Busy"}

// deepest is the error under those of the client, which carries the status.
func deepest(err error) error {
	var e *esdb.Error
	for errors.As(err, &e) && e.Err() != nil {
		err = e.Err()
	}
	return err
}

// unsent tells whether the client failed while it still sent an append. The
// server writes only after the end of the request, so nothing was written; what
// it had against the request the client does not keep.
func unsent(err error) bool {
	return strings.HasPrefix(err.Error(), "could not send append request") || strings.HasPrefix(err.Error(), "could not construct append operation")
}

var decidedForm = regexp.MustCompile(`but got '(no_stream|[0-9]+)'$`)

// decided is the size that a refused append shows the stream to have, which may
// not be readable yet. The client keeps it in its words only.
func decided(err error) (ledger.Position, bool) {
	m := decidedForm.FindStringSubmatch(deepest(err).Error())
	switch {
	case m == nil:
		return 0, false
	case m[1] == "no_stream":
		return 0, true
	}
	last, err := strconv.ParseInt(m[1], 10, 63)
	return ledger.Position(last) + 1, err == nil
}

// readFault is the fault of a read that failed.
func (s *Store) readFault(ctx context.Context, err error) error {
	if f, ok := fault.Of(err); ok && !errors.Is(err, errNotSent) {
		return f
	}
	if f, ok := s.refused(err); ok {
		return s.ended(ctx, f)
	}
	return s.ended(ctx, away(err))
}

// ended gives the reason why ctx is done, if it is, with the error that came
// of it: closed, cancelled, or out of time.
func (s *Store) ended(ctx context.Context, err error) error {
	if s.isClosed() {
		return ledger.ErrClosed
	}
	cause := ctx.Err()
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	if f, ok := fault.Of(err); ok { // that time ran out says less
		return f.Because(errors.Join(f.Unwrap(), cause))
	}
	return away(fmt.Errorf("%w: %w", cause, err))
}
