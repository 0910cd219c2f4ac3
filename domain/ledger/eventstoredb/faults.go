package eventstoredb

import (
	"context"
	"errors"
	"fmt"

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
		"EventStoreDB does not answer", "máy chủ EventStoreDB không trả lời")
	ErrBehind = fault.Declare("esdb-behind", fault.Unavailable,
		"EventStoreDB shows %d records where it showed %d before: the node that answers is behind",
		"EventStoreDB chỉ cho thấy %d bản ghi trong khi trước đó đã có %d: nút đang trả lời bị chậm")
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

var (
	errPanic   = errors.New("the client library panicked")
	errAnswer  = errors.New("the answer is not whole")
	errNotSent = errors.New("no connection")
)

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
	case esdb.ErrorCodeAccessDenied, esdb.ErrorCodeUnauthenticated:
		return ErrDenied.Because(err), true
	case esdb.ErrorCodeNotLeader, esdb.ErrorCodeUnsupportedFeature:
		return ErrAway.Because(err), true
	}
	if errors.Is(err, errNotSent) {
		return ErrAway.Because(err), true
	}
	if status.Code(err) == codes.InvalidArgument {
		return ledger.ErrStorageFailed.Because(err), true
	}
	return nil, false
}

// readFault is the fault of a read that failed.
func (s *Store) readFault(ctx context.Context, err error) error {
	if f, ok := fault.Of(err); ok && !errors.Is(err, errNotSent) {
		return f
	}
	if f, ok := s.refused(err); ok {
		return s.ended(ctx, f)
	}
	return s.ended(ctx, ErrAway.Because(err))
}

// ended gives the reason why ctx is done, if it is, with the error that came
// of it: closed, cancelled, or out of time.
func (s *Store) ended(ctx context.Context, err error) error {
	if s.isClosed() {
		return ledger.ErrClosed
	}
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return ErrAway.Because(fmt.Errorf("%w: %w", cause, err))
	}
	return err
}
