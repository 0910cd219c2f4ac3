package api

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/web"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var (
	errBusy = fault.Declare("busy", fault.Unavailable,
		"the server is already at work on evidence; try again in a moment", "máy chủ đang bận lập hoặc xem bằng chứng khác; hãy thử lại sau ít phút")
	errNoFile = fault.Declare("evidence-missing", fault.Malformed,
		"there is no evidence file in the form", "chưa chọn tệp bằng chứng")
	errNoKeys = fault.Declare("evidence-keys", fault.Malformed,
		"no key is given, and this server has none", "chưa nêu khóa công khai nào, và máy chủ này cũng không có khóa")
	errLargeEvidence = fault.Declare("evidence-large", fault.TooLarge,
		"the server looks at files of %d MB at most; use htxverify", "máy chủ chỉ xem tệp tối đa %d MB; hãy dùng htxverify trên máy của bạn")
	errUpload = fault.Declare("evidence-form-data", fault.Malformed,
		"the form must come as multipart/form-data and whole", "biểu mẫu phải gửi dạng multipart/form-data và trọn vẹn")
)

// Bounds of the cost of evidence.
const (
	maxEvidence    = 32 << 20 // bytes of a file sent to be checked
	evidenceAtOnce = 2
	uploadAtMost   = 2 * time.Minute
	verifyAtMost   = 3 * time.Minute
)

// acquireEvidenceSlot takes one of the slots for making or checking evidence; errBusy
// without a free slot.
func (s *Server) acquireEvidenceSlot() (release func(), err error) {
	select {
	case s.evidences <- struct{}{}:
		return func() { <-s.evidences }, nil
	default:
		return nil, errBusy
	}
}

// recordBytes sends the stored and hashed bytes of a record.
func (s *Server) recordBytes(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	r, err := s.record(c)
	if err != nil {
		return err
	}
	attachName(c, "ban-ghi-"+ledger.KnownSize(r.Position).String()[1:]+".json")
	return c.Blob(http.StatusOK, "application/json", r.Bytes)
}

// evidence sends the evidence file of a statement. A server signs nothing: without
// a checkpoint over the statement there is no file.
func (s *Server) evidence(c echo.Context) error {
	p, err := parseQuery(c.Request().URL.RawQuery, "statement")
	if err != nil {
		return err
	}
	key := p.get("statement")
	if key == "" {
		return errMissing.With("statement").At("statement")
	}
	release, err := s.acquireEvidenceSlot()
	if err != nil {
		return err
	}
	e, err := s.Notary.Evidence(c.Request().Context(), key)
	release() // a slow reader of the file must not hold a slot
	if errors.Is(err, audit.ErrNoStatement) {
		err = audit.ErrNoStatement.With(key).At("statement")
	}
	if err != nil {
		return err
	}
	attachName(c, key+".evidence")
	c.Response().Header().Set(echo.HeaderContentType, "text/plain; charset=utf-8")
	c.Response().WriteHeader(http.StatusOK)
	if err := e.Write(c.Request().Context(), newPatient(c.Response())); err != nil {
		s.log.Debug("evidence not sent", "statement", key, "error", err)
		panic(http.ErrAbortHandler) // the part that has gone out must not look whole
	}
	return nil
}

// slowestReader is how many bytes a second a reader of a long reply must take, on
// the whole: that of a bad telephone line.
const slowestReader = 8 << 10

// A patient writer gives a slow reader the time of a whole reply for each part
// of a long one, but not for ever: on the whole it must be no slower than
// slowestReader.
type patient struct {
	io.Writer
	control *http.ResponseController
	began   time.Time
	sent    int64
}

func newPatient(w http.ResponseWriter) *patient {
	return &patient{w, http.NewResponseController(w), time.Now(), 0}
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(p.deadline(time.Now())) // a recorder in a test has none
	n, err := p.Writer.Write(b)
	p.sent += int64(n)
	return n, err
}

// deadline is when the next part must have been taken.
func (p *patient) deadline(now time.Time) time.Time {
	part := now.Add(writeTimeout)
	whole := p.began.Add(writeTimeout + time.Duration(p.sent)*time.Second/slowestReader)
	if whole.Before(part) {
		return whole
	}
	return part
}

// heldEvidence is how many bytes of evidence files that are on their way in may be in
// memory at once. A slow sender counts only for what has arrived, so it keeps
// nobody out.
const heldEvidence = 3 * maxEvidence

// A budget is how many more bytes may be held.
type budget struct {
	mu   sync.Mutex
	left int64
}

// takeBytes reports whether n more bytes may be held; a negative n gives bytes back.
func (b *budget) takeBytes(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > b.left {
		return false
	}
	b.left -= n
	return true
}

// A heldFile is a file on its way in, paid for from a budget.
type heldFile struct {
	b    bytes.Buffer
	from *budget
}

func (h *heldFile) Write(b []byte) (int, error) {
	if !h.from.takeBytes(int64(len(b))) {
		return 0, errBusy
	}
	return h.b.Write(b)
}

// releaseFile forgets the file and gives its bytes back.
func (h *heldFile) releaseFile() {
	h.from.takeBytes(-int64(h.b.Len()))
	h.b = bytes.Buffer{}
}

// checkEvidence checks an evidence file sent by a reader, and forgets the file.
func (s *Server) checkEvidence(c echo.Context) error {
	control := http.NewResponseController(c.Response())
	_ = control.SetReadDeadline(time.Now().Add(uploadAtMost)) // a recorder in a test has none
	_ = control.SetWriteDeadline(time.Now().Add(uploadAtMost + verifyAtMost))
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxEvidence)
	typed := url.Values{}
	found, err := s.readCheckForm(r, typed)
	asked := &web.Asked{Head: s.headOf(c), Path: "/kiem-toan", Values: typed, Who: actorOf(c), Ctx: r.Context()}
	if err != nil {
		return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.AuditPage(asked, err) })
	}
	return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.CheckedPage(asked, *found) })
}

// readCheckForm reads the form part by part, so that no part touches a disk, and
// verifies its file. typed is left with the typed fields.
func (s *Server) readCheckForm(r *http.Request, typed url.Values) (*web.Check, error) {
	file := &heldFile{from: &s.heldEvidence}
	defer file.releaseFile()
	if err := readCheckForm(r, typed, file); err != nil {
		return nil, err
	}
	release, err := s.acquireEvidenceSlot() // only now: the sender may have been slow
	if err != nil {
		return nil, err
	}
	defer release()
	e, bad := audit.ReadEvidence(bytes.NewReader(file.b.Bytes()))
	if _, told := fault.Of(bad); bad != nil && !told {
		return nil, explainUnread(bad)
	}
	return s.verifyEvidence(e, bad, typed.Get(web.CheckKeys))
}

// readCheckForm reads the keys and the file of the form.
func readCheckForm(r *http.Request, typed url.Values, file *heldFile) error {
	form, err := r.MultipartReader()
	if err != nil {
		return errUpload.Because(err)
	}
	given := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return explainUnread(err)
		}
		switch part.FormName() {
		case web.CheckKeys:
			err = readKeys(part, typed)
		case web.CheckFile:
			if part.FileName() == "" {
				break
			}
			file.releaseFile() // of several the last
			given = true
			if _, err := io.Copy(file, part); err != nil {
				return explainUnread(err)
			}
		default:
			err = errParameter.With(part.FormName(), web.CheckKeys+", "+web.CheckFile)
		}
		if err != nil {
			return err
		}
	}
	if !given {
		return errNoFile.At(web.CheckFile)
	}
	return nil
}

// verifyEvidence holds the evidence, or the error of reading the evidence, to the
// keys typed or, without any, the server's own.
func (s *Server) verifyEvidence(e *audit.Evidence, bad error, typed string) (*web.Check, error) {
	keys, own := strings.Fields(typed), false
	if len(keys) == 0 {
		var err error
		if keys, err = s.Notary.Verifiers(); err != nil || len(keys) == 0 {
			return nil, errNoKeys.At(web.CheckKeys)
		}
		own = true
	}
	for _, key := range keys {
		if _, err := audit.ParseVerifier(key); err != nil {
			return nil, fault.SetField(err, web.CheckKeys)
		}
	}
	if bad != nil {
		return &web.Check{Report: audit.RefusedReport(bad), OwnKeys: own}, nil
	}
	return &web.Check{Report: audit.Verify(e, audit.Options{Keys: keys}), OwnKeys: own}, nil
}

func readKeys(part *multipart.Part, typed url.Values) error {
	b, err := io.ReadAll(io.LimitReader(part, maxForm+1))
	if err != nil {
		return explainUnread(err)
	}
	if len(b) > maxForm {
		return audit.ErrKeyForm.With("…").At(web.CheckKeys)
	}
	typed.Set(web.CheckKeys, string(b))
	return nil
}

// explainUnread is the fault of a form that could not be read to its end.
func explainUnread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errLargeEvidence.With(maxEvidence >> 20).At(web.CheckFile)
	}
	if errors.Is(err, errBusy) {
		return err
	}
	return errUpload.Because(err)
}
