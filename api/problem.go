package api

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Mistakes of a request that are found before its content is read.
var (
	errNoRoute = fault.Declare("route", fault.NotFound,
		"there is nothing at this address", "không có gì ở địa chỉ này")
	errMethod = fault.Declare("method", fault.Malformed,
		"this address does not take the method %s", "địa chỉ này không nhận phương thức %s")
	errAppendOnly = fault.Declare("append-only", fault.Rejected,
		"nothing is changed or deleted: record a correction (ledger.restated/1) or take back (ledger.retracted/1)",
		"sổ chỉ ghi thêm, không sửa, không xóa: hãy ghi đính chính (ledger.restated/1) hoặc rút lại (ledger.retracted/1)")
	errMediaType = fault.Declare("media-type", fault.Malformed,
		"a command comes as Content-Type: application/json, in UTF-8 and not compressed",
		"lệnh phải gửi với Content-Type: application/json, mã UTF-8, không nén")
	errBodyTooLarge = fault.Declare("body-too-large", fault.TooLarge,
		"the body is over the limit of %d bytes", "nội dung gửi lên vượt giới hạn %d byte")
	errSlow = fault.Declare("request-timeout", fault.Malformed,
		"the body did not arrive in time", "nội dung gửi lên không đến kịp thời hạn")
	errBroken = fault.Declare("body-broken", fault.Malformed,
		"the body could not be read to its end", "không đọc được hết nội dung gửi lên")
	errCrossOrigin = fault.Declare("cross-origin", fault.Forbidden,
		"a page of another origin may not write", "trang của nguồn khác không được ghi")
	errHost = fault.Declare("host", fault.Forbidden,
		"without tokens only requests to this machine by its own name are answered, not to %q",
		"khi chưa có mã truy cập, chỉ trả lời yêu cầu gửi đến chính máy này, không phải %q")
	errReadOnly = fault.Declare("read-only", fault.Unavailable,
		"this server does not record", "máy chủ này không nhận ghi")
	errBehind = fault.Declare("not-caught-up", fault.Unavailable,
		"the answers do not hold %d records yet, but %d", "số liệu chưa cập nhật đến %d bản ghi, mới đến %d")
	errStopped = fault.Declare("projection-stopped", fault.Unavailable,
		"the answers stopped at %d records; only what was known by then can be asked",
		"số liệu dừng ở %d bản ghi; chỉ hỏi được những gì đã biết đến đó")
)

// statuses of kinds. A question that names something unknown is a 404; such a
// command was understood and is refused, a 422 (see statusOf).
var statuses = map[fault.Kind]int{
	fault.Malformed:   http.StatusBadRequest,
	fault.Rejected:    http.StatusUnprocessableEntity,
	fault.Conflict:    http.StatusConflict,
	fault.NotFound:    http.StatusNotFound,
	fault.Forbidden:   http.StatusForbidden,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Corrupt:     http.StatusInternalServerError,
	fault.NewerFormat: http.StatusInternalServerError,
	fault.Locked:      http.StatusServiceUnavailable,
	fault.Unverified:  http.StatusUnprocessableEntity,
}

// special are the codes whose status is not that of their kind.
var special = map[string]int{
	"internal":             http.StatusInternalServerError,
	"unauthenticated":      http.StatusUnauthorized,
	"method":               http.StatusMethodNotAllowed,
	"append-only":          http.StatusMethodNotAllowed,
	"route":                http.StatusNotFound,
	"media-type":           http.StatusUnsupportedMediaType,
	"request-timeout":      http.StatusRequestTimeout,
	"idempotency-mismatch": http.StatusUnprocessableEntity,
	"fact-changed":         http.StatusPreconditionFailed,
	"storage-full":         http.StatusInsufficientStorage,
	"ledger-behind":        http.StatusServiceUnavailable, // not this server's failure: an administrator has to act
	"audit-fork":           http.StatusServiceUnavailable,
	"request-not-found":    http.StatusNotFound,
	"import-not-here":      http.StatusNotFound,
	"import-nothing-back":  http.StatusNotFound,
	"import-media-type":    http.StatusUnsupportedMediaType,
}

func statusOf(p shown.Problem, k fault.Kind, write bool) int {
	if code, ok := special[p.Code]; ok {
		return code
	}
	if write && k == fault.NotFound {
		return http.StatusUnprocessableEntity
	}
	return statuses[k]
}

// refused is an error that carries a problem of its own: a batch with one
// error for each command.
type refused struct {
	problem shown.Problem
	kind    fault.Kind
	err     error
}

func (r *refused) Error() string { return r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

// problemOf is the problem of an error, for a client.
func problemOf(err error, write bool) shown.Problem {
	var r *refused
	if errors.As(err, &r) {
		p := r.problem
		p.Status = statusOf(p, r.kind, write)
		return p
	}
	p := shown.FromError(err)
	kind := fault.KindOf(err)
	if kind == 0 {
		kind = fault.Unavailable // internal
	}
	p.Status = statusOf(p, kind, write)
	if p.Status < 500 {
		p.Outcome = string(ledger.NotRecorded) // 4xx: always
	}
	if !write {
		p = p.ForQuestion()
		parametersOf(&p)
	}
	return p
}

// parametersOf names query parameters as they are written: known_at, not known-at.
func parametersOf(p *shown.Problem) {
	for i, e := range p.Errors {
		if !strings.HasPrefix(e.Pointer, "/") {
			p.Errors[i].Pointer = strings.ReplaceAll(e.Pointer, "-", "_")
		}
	}
}

// fromHTTP turns the errors of echo and of reading a body into faults.
func fromHTTP(c echo.Context, err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, echo.ErrMethodNotAllowed):
		return methodFault(c.Request())
	case errors.Is(err, echo.ErrNotFound):
		return errNoRoute
	case errors.As(err, &tooLarge):
		return errBodyTooLarge.With(maxBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errSlow
	}
	return err
}

func methodFault(r *http.Request) error {
	switch r.Method {
	case http.MethodDelete, http.MethodPut, http.MethodPatch:
		return errAppendOnly
	}
	return errMethod.With(r.Method)
}

const contentProblem = "application/problem+json"

// sendProblem answers with the problem of an error. An unforeseen error is
// logged with its cause and answered without the cause.
func (s *Server) sendProblem(err error, c echo.Context) {
	if c.Response().Committed || readerLeft(c, err) {
		return
	}
	err = fromHTTP(c, err)
	p := s.problemFor(c, err)
	p.RequestID = c.Response().Header().Get(headerRequestID)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	switch {
	case p.Status == http.StatusUnauthorized:
		h["Www-Authenticate"] = challengesFor(c.Request())
	case p.Retry != shown.RetryNever:
		h.Set("Retry-After", "1")
	}
	if p.Status >= 500 {
		s.log.Error("request failed", "request_id", p.RequestID, "code", p.Code, "outcome", p.Outcome, "error", err)
	}
	if s.failOnPage(c, p) {
		return
	}
	var b bytes.Buffer
	if err := shown.Encode(&b, p); err == nil {
		err = c.Blob(p.Status, contentProblem, b.Bytes())
		if err != nil {
			s.log.Debug("reply not sent", "request_id", p.RequestID, "error", err)
		}
	}
}

// problemFor is the problem of an error, for the client of a request.
func (s *Server) problemFor(c echo.Context, err error) shown.Problem {
	p := problemOf(err, isWrite(c.Request()))
	if !handedOver(c) {
		p = p.ForQuestion()
	}
	return p
}

// handOver notes that from here on a request may be recorded. One that was refused
// before recorded nothing, whatever its error says of the store.
func handOver(c echo.Context) { c.Set(keyHandedOver, true) }

func handedOver(c echo.Context) bool {
	is, _ := c.Get(keyHandedOver).(bool)
	return is
}

func isWrite(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}
