package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

var (
	errKeyHeader = fault.Declare("idempotency-key", fault.Malformed,
		"the header Idempotency-Key and the command's key differ", "Idempotency-Key và khóa của lệnh khác nhau")
	errKeyOfBatch = fault.Declare("idempotency-key-batch", fault.Malformed,
		"in a batch every command carries its own key; Idempotency-Key has no place here",
		"trong một loạt lệnh, mỗi lệnh có khóa riêng; không dùng Idempotency-Key")
	errNoCommands = fault.Declare("commands-missing", fault.Rejected,
		"a batch needs at least one command", "loạt lệnh phải có ít nhất một lệnh")
	errManyCommands = fault.Declare("commands-many", fault.TooLarge,
		"a batch may have %d commands at most", "một loạt lệnh chỉ được có tối đa %d lệnh; hãy chia thành nhiều loạt, hoặc gửi dưới dạng tệp")
)

// Recording goes on when the client hangs up; these bound the recording and the wait
// for the projection.
const (
	maxCommands    = 2000 // of a batch; a file (see imports.go) may hold more
	recordAtMost   = 45 * time.Second
	readOwnAtMost  = 5 * time.Second
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
)

// recordCommand records one command, the body.
func (s *Server) recordCommand(c echo.Context) error {
	dry, body, err := s.readWrite(c)
	if err != nil {
		return err
	}
	d, err := parseCommand(body, c.Request().Header.Values(keyHeader))
	if err != nil {
		return err
	}
	results, err := s.recordDrafts(c, dry, nil, d)
	if err != nil {
		return err
	}
	return s.sendReceipt(c, dry, results)
}

// recordBatch records commands all or none, in order.
func (s *Server) recordBatch(c echo.Context) error {
	dry, body, err := s.readWrite(c)
	if err != nil {
		return err
	}
	if len(c.Request().Header.Values(keyHeader)) > 0 {
		return errKeyOfBatch
	}
	raws, err := parseBatch(body)
	if err != nil {
		return err
	}
	drafts, results := make([]*ledger.Draft, len(raws)), make([]recorder.Result, len(raws))
	for i, raw := range raws {
		drafts[i], results[i].Err = ledger.ParseDraft(raw)
	}
	if err := refusalOfBatch(results, nil); err != nil {
		return err
	}
	if results, err = s.recordDrafts(c, dry, nil, drafts...); err != nil {
		return refusalOfBatch(results, err)
	}
	return s.sendReceipt(c, dry, results)
}

// refusalOfBatch is the error of a batch of which some commands are refused, or err.
func refusalOfBatch(results []recorder.Result, err error) error {
	n := 0
	kind := fault.Rejected
	for _, r := range results {
		if r.Err != nil {
			n++
		}
		if fault.KindOf(r.Err) == fault.Forbidden {
			kind = fault.Forbidden
		}
	}
	if n == 0 {
		return err
	}
	// Commands that cannot be read were never handed to the recorder: the outcome is certain.
	if err == nil || !errors.Is(err, recorder.ErrRefused) {
		err = ledger.NotWritten(recorder.ErrRefused.With(n, len(results)))
	}
	return &refused{problem: shown.FromRefused(err, results), kind: kind, err: err}
}

// readWrite reads the common parts of a write: the query, media type and body.
func (s *Server) readWrite(c echo.Context) (dry bool, body []byte, err error) {
	p, err := parseQuery(c.Request().URL.RawQuery, "dry_run")
	if err != nil {
		return false, nil, err
	}
	if dry, err = p.flag("dry_run"); err != nil {
		return false, nil, err
	}
	if err := s.mayRecord(); err != nil {
		return false, nil, err
	}
	body, err = readBody(c)
	return dry, body, err
}

// readBody reads the JSON body of a request, up to maxBody.
func readBody(c echo.Context) ([]byte, error) {
	r := c.Request()
	if !isJSON(r.Header) {
		return nil, errMediaType
	}
	// Refused before a byte is read, where the client says how much it will send.
	if r.ContentLength > maxBody {
		return nil, errBodyTooLarge.With(maxBody)
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	if err != nil {
		if known := fromHTTP(c, err); known != err {
			return nil, known
		}
		return nil, errBroken.Because(err)
	}
	return b, nil
}

func isJSON(h http.Header) bool {
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, stated := params["charset"]
	return err == nil && media == "application/json" && h.Get("Content-Encoding") == "" &&
		(!stated || strings.EqualFold(charset, "utf-8"))
}

// parseCommand reads one command, whose key may stand in the header instead.
func parseCommand(body []byte, keys []string) (*ledger.Draft, error) {
	if len(keys) == 0 {
		return ledger.ParseDraft(body)
	}
	c, err := canonical.Transform(body, ledger.MaxEntryBytes)
	if err != nil {
		return nil, err
	}
	key, err := quotedKey(keys)
	if err != nil {
		return nil, err
	}
	for name, value := range canonical.Members(c) {
		if name == "key" {
			if !bytes.Equal(value, key) {
				return nil, errKeyHeader.At("/key")
			}
			return ledger.ParseDraft(c)
		}
	}
	return ledger.ParseDraft(withKey(c, key))
}

// quotedKey is the key of the header, as canonical JSON.
func quotedKey(keys []string) ([]byte, error) {
	if len(keys) > 1 || !utf8.ValidString(keys[0]) {
		return nil, ledger.ErrKey.At("/key")
	}
	quoted, err := json.Marshal(keys[0])
	if err != nil {
		return nil, err
	}
	key, err := canonical.Transform(quoted, len(quoted))
	if err != nil {
		return nil, ledger.ErrKey.At("/key")
	}
	return key, nil
}

// withKey puts a key into an object without one; any other text stays.
func withKey(object, key []byte) []byte {
	rest, ok := bytes.CutPrefix(object, []byte("{"))
	if !ok {
		return object
	}
	out := append([]byte(`{"key":`), key...)
	if len(rest) > 1 {
		out = append(out, ',')
	}
	return append(out, rest...)
}

// commandBatch is the body of a batch.
type commandBatch struct {
	Commands []canonical.Raw `json:"commands"`
}

// parseBatch reads the commands of a batch, none of which is looked into.
func parseBatch(body []byte) ([]canonical.Raw, error) {
	c, err := canonical.Transform(body, maxBody)
	if err != nil {
		return nil, err
	}
	for name, value := range canonical.Members(c) {
		if name != "commands" {
			continue
		}
		n := 0
		for range canonical.Elements(value) { // counted in place: each would take far more memory than its text
			if n++; n > maxCommands {
				return nil, errManyCommands.With(maxCommands).At("/commands")
			}
		}
	}
	var b commandBatch
	if err := canonical.Unmarshal(c, &b); err != nil {
		return nil, err
	}
	if len(b.Commands) == 0 {
		return nil, errNoCommands.At("/commands")
	}
	return b.Commands, nil
}

// errRecordSlow is an append without a known outcome within the time.
var errRecordSlow = fault.Declare("record-timeout", fault.Unavailable,
	"the store did not say in time whether it recorded", "kho lưu trữ không kịp cho biết đã ghi hay chưa")

// recordDrafts hands commands to the recorder through the sender's door, which also
// lets in reserved kinds (recorder.Door.Writes). A client that hangs up does not
// stop the recording: an append that has begun must come to its end.
func (s *Server) recordDrafts(c echo.Context, dry bool, reserved []ledger.Kind, drafts ...*ledger.Draft) ([]recorder.Result, error) {
	return s.writeWithin(context.WithoutCancel(c.Request().Context()), c, dry, reserved, drafts...)
}

// writeWithin is recordDrafts for a client whose leaving, which ends ctx, stops the work
// before the append; once the append has begun, ctx only ends the wait.
func (s *Server) writeWithin(ctx context.Context, c echo.Context, dry bool, reserved []ledger.Kind, drafts ...*ledger.Draft) ([]recorder.Result, error) {
	door, err := s.Gate.Door(actorOf(c))
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	door.Writes = reserved
	if door.UnchangedSince, err = unchangedSince(c, drafts); err != nil {
		return nil, ledger.NotWritten(err)
	}
	writer := s.Recorder.Through(door)
	ctx, cancel := context.WithTimeout(ctx, recordAtMost)
	defer cancel()
	if dry {
		return writer.Try(ctx, drafts...)
	}
	if err := s.requireStore(); err != nil { // the append would only fail at the end of the time
		return nil, ledger.NotWritten(err)
	}
	handOver(c)
	start := time.Now()
	results, err := writer.Record(ctx, drafts...)
	// The end of the time says nothing about the record: the outcome is that of the error below.
	if _, known := fault.Of(err); err != nil && !known && ctx.Err() != nil {
		err = &ledger.WriteError{Outcome: ledger.OutcomeOf(err), Err: errRecordSlow.Because(err)}
	}
	s.metrics.countAppend(len(drafts), results, err, time.Since(start))
	return results, err
}

// sendReceipt answers once the projection holds what was recorded. A feed that
// does not follow takes nothing back: the receipt stands.
func (s *Server) sendReceipt(c echo.Context, dry bool, results []recorder.Result) error {
	r := shown.FromResults(results, dry)
	if dry {
		return s.sendPlain(c, r)
	}
	if err := s.awaitSize(context.WithoutCancel(c.Request().Context()), ledger.Position(r.Size), readOwnAtMost); err != nil {
		s.log.Warn("recorded, but the answers are behind", "size", r.Size, "error", err)
	}
	forgetHead(c) // the headers are to include the new records
	repeated := true
	for _, w := range r.Results {
		repeated = repeated && w.Repeated
	}
	if repeated {
		c.Response().Header().Set(replayedHeader, "true")
	}
	c.Response().Header().Set("Location", Prefix+"/events/"+r.Results[0].ID)
	return s.sendJSON(c, http.StatusCreated, r)
}
