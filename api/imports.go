package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/api/imports"
	"htxledger/api/sheets"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/request"
	"htxledger/projections/answers"
)

var (
	errNoForm = fault.Declare("template-not-found", fault.NotFound,
		"there is no form %s; the forms are: %s", "không có biểu mẫu %s; các biểu mẫu: %s")
	errUploadType = fault.Declare("import-media-type", fault.Malformed,
		"a file comes as multipart/form-data with a part named file, or as the body itself with the parameter name",
		"tệp phải gửi dạng multipart/form-data với phần tên file, hoặc gửi thẳng nội dung tệp với tham số name")
	errNoUpload = fault.Declare("import-no-file", fault.Malformed,
		"no file was sent", "chưa chọn tệp để gửi")
	errManyParts = fault.Declare("import-parts", fault.Malformed,
		"the form has too many fields, or one that is too long", "biểu mẫu gửi lên có quá nhiều trường hoặc có trường quá dài")
)

// What a form around a file may hold.
const (
	maxFields     = 100
	maxFieldBytes = 4 << 10
	maxName       = 255              // bytes of a file's name
	uploadsAtOnce = 8                // each is in memory
	confirmAtMost = 40 * time.Second // that a confirmation is waited for
	fileField     = "file"
)

// importNames are what is said about a file beside it; those of repeated may
// occur more than once.
var (
	importNames = []string{"name", "form", "numbers", "unit", "separator", "sheet", "column", "answer", "hidden", "valid_rows", "others", "requests", "reason", "note", "other_day", "rows", "as_of", "plan"}
	repeated    = []string{"sheet", "column", "answer"}
)

// newTray is the tray in which files wait for their confirmation.
func (s *Server) newTray() *imports.Tray {
	return &imports.Tray{
		Limits: imports.DefaultLimits, For: s.ledgerFor, Now: s.Now,
		NewID: func() string {
			var b [16]byte
			rand.Read(b[:])
			return hex.EncodeToString(b[:])
		},
		Failed: func(id string, err error) { s.log.Error("panic", "import", id, "error", err) },
	}
}

// loadTray takes up the files that an earlier run of the server left. Without a
// folder of its own a server keeps files in memory.
func (s *Server) loadTray() {
	if s.Uploads == nil || s.Recorder == nil {
		return
	}
	s.tray.Folder = s.Uploads
	if err := s.tray.Load(); err != nil {
		s.tray.Folder = nil
		s.log.Warn("files that are sent are kept in memory only", "error", err)
	}
}

// ledgerFor is the ledger as somebody may write to it, once the answers hold
// what the log does.
func (s *Server) ledgerFor(ctx context.Context, who ledger.Actor) (imports.Ledger, error) {
	l := imports.Ledger{Projection: s.Projection, Now: s.Now}
	if err := s.mayRecord(); err != nil {
		return l, err
	}
	size, err := s.Log.Size(ctx)
	if err == nil {
		err = s.awaitSize(ctx, size, readOwnAtMost)
	}
	if err != nil {
		return l, ledger.NotWritten(err)
	}
	door, err := s.Gate.Door(who)
	if err != nil {
		return l, ledger.NotWritten(err)
	}
	writer := s.Recorder.Through(door)
	l.Try = writer.TryImport
	l.Ask = func(d *ledger.Draft, refused error) (*ledger.Draft, error) {
		if !errors.Is(refused, access.ErrBothSides) && !errors.Is(refused, access.ErrSecondPerson) {
			return nil, nil
		}
		key, err := request.RowKey(d)
		if err != nil {
			return nil, err
		}
		return s.Directory.DraftRequest(s.Answers.Head(), key, d)
	}
	l.Record = func(ctx context.Context, drafts []*ledger.Draft, tell func(done, of int)) (recorder.ImportResult, error) {
		start := time.Now()
		res, err := writer.Import(ctx, drafts, tell)
		s.metrics.countAppend(len(drafts), res.Results, err, time.Since(start))
		if err == nil && res.Recorded > 0 {
			if behind := s.awaitSize(ctx, res.Last+1, readOwnAtMost); behind != nil {
				s.log.Warn("recorded, but the answers are behind", "size", res.Last+1, "error", behind)
			}
		}
		return res, err
	}
	return l, nil
}

// upload takes a file in and begins to preview it.
func (s *Server) upload(c echo.Context) error {
	v, _, err := s.takeUpload(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", Prefix+"/imports/"+v.ID)
	return s.sendJSON(c, http.StatusAccepted, s.stagedReply(v))
}

// takeUpload reads what was sent, by a program or a page, and puts it into the
// tray. What was said about the file is given back in any case.
func (s *Server) takeUpload(c echo.Context) (*imports.View, url.Values, error) {
	if err := s.mayRecord(); err != nil {
		return nil, nil, err
	}
	said, name, b, err := s.readUpload(c)
	if err != nil {
		return nil, said.values, err
	}
	how, q, err := parseHow(said)
	if err != nil {
		return nil, said.values, err
	}
	v, err := s.tray.Put(actorOf(c), name, b, how, q)
	return v, said.values, err
}

// parseHow reads the form fields of an imported file, and the day of the effect.
func parseHow(p parameters) (how imports.How, q answers.Query, err error) {
	how = imports.How{
		Form: p.get("form"), Numbers: p.get("numbers"), Unit: p.get("unit"), Separator: p.values.Get("separator"),
		Sheets: p.values["sheet"], Columns: p.values["column"], Answers: p.values["answer"], Reason: p.get("reason"), Note: p.get("note"),
		OtherDay: p.get("other_day"),
	}
	for name, to := range map[string]*bool{"hidden": &how.Hidden, "valid_rows": &how.ValidRows, "others": &how.Others, "requests": &how.Requests} {
		if *to, err = p.flag(name); err != nil {
			return how, q, err
		}
	}
	rows, err := p.number("rows", 0, 0, 1_000_000)
	how.Rows = int(rows)
	return how, answers.Query{AsOf: p.get("as_of"), Plan: p.get("plan")}, err
}

// parseAnswers changes the form fields of a file by the answers of a confirmation.
func parseAnswers(p parameters) (func(*imports.How), error) {
	others, err := p.flag("others")
	if err != nil {
		return nil, err
	}
	return func(how *imports.How) {
		how.Reason, how.Note, how.OtherDay = cmp.Or(p.get("reason"), how.Reason), cmp.Or(p.get("note"), how.Note), cmp.Or(p.get("other_day"), how.OtherDay)
		how.Others = how.Others || others
	}, nil
}

// readForm reads a small form, or nothing, of some fields.
func (s *Server) readForm(c echo.Context, names ...string) (parameters, error) {
	r := c.Request()
	if _, err := parseQuery(r.URL.RawQuery); err != nil {
		return parameters{}, err
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && media != "application/x-www-form-urlencoded" {
		return parameters{}, errForm
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxFields*maxFieldBytes))
	if err != nil {
		return parameters{}, bodyError(c, err, maxFields*maxFieldBytes)
	}
	values, err := url.ParseQuery(string(b))
	if err != nil {
		return parameters{}, errQuery
	}
	for name, v := range values {
		values[name] = slices.DeleteFunc(v, func(s string) bool { return s == "" })
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(names, name) {
			return parameters{}, errParameter.With(name, strings.Join(names, ", ")).At(name)
		}
		if len(values[name]) > 1 && !slices.Contains(repeated, name) {
			return parameters{}, errTwice.With(name).At(name)
		}
	}
	return parameters{values}, nil
}

// staged tells how far a file is, and what it would do, or did.
func (s *Server) staged(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	v, err := s.tray.Get(actorOf(c), pathParameter(c, "id"))
	if err != nil {
		return err
	}
	return s.sendPlain(c, s.stagedReply(v))
}

// listStaged are the files of whoever asks.
func (s *Server) listStaged(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	out := imports.StagedList{Imports: []imports.Staged{}}
	for _, v := range s.tray.List(actorOf(c)) {
		w := s.stagedReply(v)
		w.Result = nil
		out.Imports = append(out.Imports, w)
	}
	return s.sendPlain(c, out)
}

// stagedReply is a view with its problem.
func (s *Server) stagedReply(v *imports.View) imports.Staged {
	w := v.Reply()
	if v.Err != nil && !v.State.Going() {
		p := problemOf(v.Err, true)
		w.Problem = &p
	}
	return w
}

// again previews a file once more, with other choices.
func (s *Server) again(c echo.Context) error {
	p, err := s.readForm(c, importNames[1:]...)
	if err != nil {
		return err
	}
	v, err := s.previewAgain(c, p)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", Prefix+"/imports/"+v.ID)
	return s.sendJSON(c, http.StatusAccepted, s.stagedReply(v))
}

func (s *Server) previewAgain(c echo.Context, p parameters) (*imports.View, error) {
	how, _, err := parseHow(p)
	if err != nil {
		return nil, err
	}
	return s.tray.Again(actorOf(c), pathParameter(c, "id"), how)
}

// confirm records a file that does what its preview says.
func (s *Server) confirm(c echo.Context) error {
	p, err := s.readForm(c, "reason", "note", "others", "other_day")
	if err != nil {
		return err
	}
	v, again, err := s.confirmed(c, p)
	if err != nil {
		return err
	}
	w := s.stagedReply(v)
	switch {
	case v.State.Going():
		c.Response().Header().Set("Location", Prefix+"/imports/"+v.ID)
		return s.sendJSON(c, http.StatusAccepted, w)
	case again:
		c.Response().Header().Set(replayedHeader, "true")
		return s.sendPlain(c, w)
	}
	return s.sendJSON(c, http.StatusCreated, w)
}

// confirmed confirms, and waits for it as long as a client does. Recording goes
// on if nobody waits.
func (s *Server) confirmed(c echo.Context, p parameters) (*imports.View, bool, error) {
	answered, err := parseAnswers(p)
	if err != nil {
		return nil, false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), confirmAtMost)
	defer cancel()
	handOver(c)
	return s.tray.Confirm(ctx, actorOf(c), pathParameter(c, "id"), answered)
}

// drop forgets a file.
func (s *Server) drop(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	if err := s.tray.Drop(actorOf(c), pathParameter(c, "id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// markedBack hands the workbook back with its mistakes marked.
func (s *Server) markedBack(c echo.Context) error { return s.handBack(c, s.tray.Marked) }

// restBack hands back the rows that were left out.
func (s *Server) restBack(c echo.Context) error { return s.handBack(c, s.tray.RestOf) }

func (s *Server) handBack(c echo.Context, made func(ledger.Actor, string) (string, []byte, error)) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	name, b, err := made(actorOf(c), pathParameter(c, "id"))
	if err != nil {
		return err
	}
	kind := map[string]string{"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}[imports.KindOf(name)]
	return sendFile(c, cmp.Or(kind, reportTypes["xlsx"]), name, b)
}

// sendFile sends a file under a name, which may be Vietnamese.
func sendFile(c echo.Context, kind, name string, b []byte) error {
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.Blob(http.StatusOK, kind, b)
}

// reportBack is the result as a file, for programs.
func (s *Server) reportBack(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	v, err := s.tray.Get(actorOf(c), pathParameter(c, "id"))
	if err != nil {
		return err
	}
	if v.Preview == nil || v.State.Going() {
		return imports.ErrNothingBack
	}
	return s.sendPlain(c, v.Preview.Import)
}

// template is a form to be filled in.
func (s *Server) template(c echo.Context) error {
	p, err := parseQuery(c.Request().URL.RawQuery, "place", "as_of", "year", "unit")
	if err != nil {
		return err
	}
	if _, err := p.number("year", 0, 1945, 2100); err != nil {
		return err
	}
	q, year := p.query(), p.get("year")
	imports.ChooseBlank(s.headOf(c), s.Answers, actorOf(c).Place, &q, &year)
	blank, err := imports.NewBlank(pathParameter(c, "code"), year, p.get("unit"))
	if fault.KindOf(err) == fault.NotFound {
		err = errNoForm.With(pathParameter(c, "code"), strings.Join(imports.FormNames(), ", "))
	}
	if err != nil {
		return err
	}
	if err := imports.FillBlank(c.Request().Context(), s.headOf(c), s.Directory, &blank, q); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheets.WriteTemplate(&b, blank); err != nil {
		return err
	}
	name := blank.Form.Name + "-" + blank.Place
	if blank.Year > 0 {
		name += "-" + year
	}
	return sendFile(c, reportTypes["xlsx"], name+".xlsx", b.Bytes())
}
