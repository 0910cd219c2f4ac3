package api

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
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

// What evidence may cost.
const (
	maxEvidence    = 32 << 20 // that is sent to be looked at
	evidenceAtOnce = 2
	uploadAtMost   = 2 * time.Minute
	verifyAtMost   = 3 * time.Minute
)

// busy takes a place among those who make or read evidence, of which each holds
// a ledger in memory, or says that there is none.
func (s *Server) busy() (release func(), err error) {
	select {
	case s.evidences <- struct{}{}:
		return func() { <-s.evidences }, nil
	default:
		return nil, errBusy
	}
}

// recordBytes is a record as it is stored and hashed, to the byte.
func (s *Server) recordBytes(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	name := pathParameter(c, "record")
	r := s.record(name)
	if r == nil {
		return errNoRecord.With(name, s.asof.Size())
	}
	attach(c, "ban-ghi-"+ledger.KnownSize(r.Position).String()[1:]+".json")
	return c.Blob(http.StatusOK, "application/json", r.Bytes)
}

// evidence is the evidence file of a statement. It is signed already, or there
// is none: a server signs nothing.
func (s *Server) evidence(c echo.Context) error {
	p, err := parseQuery(c.Request().URL.RawQuery, "statement")
	if err != nil {
		return err
	}
	key := p.get("statement")
	if key == "" {
		return errMissing.With("statement").At("statement")
	}
	release, err := s.busy()
	if err != nil {
		return err
	}
	defer release()
	e, err := s.Notary.Evidence(c.Request().Context(), key)
	if errors.Is(err, audit.ErrNoStatement) {
		err = audit.ErrNoStatement.With(key).At("statement")
	}
	if err != nil {
		return err
	}
	attach(c, key+".evidence")
	c.Response().Header().Set(echo.HeaderContentType, "text/plain; charset=utf-8")
	c.Response().WriteHeader(http.StatusOK)
	if err := audit.WriteEvidence(&patient{c.Response(), http.NewResponseController(c.Response())}, e); err != nil {
		s.log.Debug("evidence not sent", "statement", key, "error", err)
		panic(http.ErrAbortHandler) // what has gone out must not look whole
	}
	return nil
}

// A patient writer gives a slow reader the time of a whole reply for each part
// of a long one.
type patient struct {
	io.Writer
	control *http.ResponseController
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeTimeout)) // a recorder in a test has none
	return p.Writer.Write(b)
}

// checkEvidence looks at an evidence file that a reader sent, and forgets it.
func (s *Server) checkEvidence(c echo.Context) error {
	release, err := s.busy()
	if err != nil {
		return err
	}
	defer release()
	control := http.NewResponseController(c.Response())
	_ = control.SetReadDeadline(time.Now().Add(uploadAtMost)) // a recorder in a test has none
	_ = control.SetWriteDeadline(time.Now().Add(uploadAtMost + verifyAtMost))
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxEvidence)
	typed := url.Values{}
	found, err := s.checked(r, typed)
	asked := &web.Asked{Path: "/kiem-toan", Values: typed, Who: actorOf(c), Ctx: r.Context()}
	if err != nil {
		return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.Audit(asked, err) })
	}
	return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.Checked(asked, *found) })
}

// checked reads the form part by part, so that nothing of it touches a disk, and
// verifies the file in it. typed is left with what was typed.
func (s *Server) checked(r *http.Request, typed url.Values) (*web.Check, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, errUpload.Because(err)
	}
	var e *audit.Evidence
	var bad error
	given := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unread(err)
		}
		switch part.FormName() {
		case web.CheckKeys:
			err = readKeys(part, typed)
		case web.CheckFile:
			if part.FileName() == "" {
				break
			}
			given = true
			e, bad = audit.ReadEvidence(part)
			if _, told := fault.Of(bad); bad != nil && !told {
				return nil, unread(bad)
			}
		default:
			err = errParameter.With(part.FormName(), web.CheckKeys+", "+web.CheckFile)
		}
		if err != nil {
			return nil, err
		}
	}
	if !given {
		return nil, errNoFile.At(web.CheckFile)
	}
	return s.verified(e, bad, typed.Get(web.CheckKeys))
}

// verified holds evidence that was read, or what kept it from being read, to the
// keys typed or, without any, the server's own.
func (s *Server) verified(e *audit.Evidence, bad error, typed string) (*web.Check, error) {
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
			if f, ok := fault.Of(err); ok {
				return nil, f.At(web.CheckKeys)
			}
			return nil, err
		}
	}
	if bad != nil {
		return &web.Check{Report: audit.Refused(bad), OwnKeys: own}, nil
	}
	return &web.Check{Report: audit.Verify(e, audit.Options{Keys: keys}), OwnKeys: own}, nil
}

func readKeys(part *multipart.Part, typed url.Values) error {
	b, err := io.ReadAll(io.LimitReader(part, maxForm+1))
	if err != nil {
		return unread(err)
	}
	if len(b) > maxForm {
		return audit.ErrKeyForm.With("…").At(web.CheckKeys)
	}
	typed.Set(web.CheckKeys, string(b))
	return nil
}

// unread is why a form could not be read to its end.
func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errLargeEvidence.With(maxEvidence >> 20).At(web.CheckFile)
	}
	return errUpload.Because(err)
}
