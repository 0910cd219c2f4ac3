package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/api/sheets"
	"htxledger/api/sheets/sheetstest"
	"htxledger/api/shown"
	"htxledger/domain/ledger"
)

// formOfFiles is the body of a form with a file, or more.
func formOfFiles(t *testing.T, fields map[string]string, files ...string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		require.NoError(t, w.WriteField(name, value))
	}
	for i := 0; i+1 < len(files); i += 2 {
		p, err := w.CreateFormFile("file", files[i])
		require.NoError(t, err)
		_, err = p.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String(), w.FormDataContentType()
}

func (h *house) upload(fields map[string]string, files ...string) (*http.Response, string) {
	body, kind := formOfFiles(h.t, fields, files...)
	return h.do(http.MethodPost, "/api/v1/imports", body, "Content-Type", kind)
}

func (h *house) staged(at string) (s imports.Staged) {
	h.t.Helper()
	h.server.tray.Wait()
	res, got := h.do(http.MethodGet, at, "")
	require.Equal(h.t, http.StatusOK, res.StatusCode, got)
	require.NoError(h.t, json.Unmarshal([]byte(got), &s))
	return s
}

// What is sent is held to limits before it is looked at, each in a sentence.
func TestUploadsAreHeldToLimits(t *testing.T) {
	h := newHouse(t)
	big := strings.Repeat("x", imports.DefaultLimits.Upload+1)
	long := strings.Repeat("x", maxFieldBytes+1)
	many := map[string]string{}
	for i := range maxFields + 1 {
		many["a"+strings.Repeat("b", i)] = "1"
	}
	for name, c := range map[string]struct {
		fields map[string]string
		files  []string
		status int
		code   string
	}{
		"a file that is too large":   {nil, []string{"a.csv", big}, http.StatusRequestEntityTooLarge, "import-upload-size"},
		"a file of too many lines":   {nil, []string{"a.ndjson", strings.Repeat("{}\n", imports.DefaultLimits.Lines+1)}, http.StatusRequestEntityTooLarge, "import-too-long"},
		"a field that is too long":   {map[string]string{"note": long}, []string{"a.csv", "a"}, http.StatusBadRequest, "import-parts"},
		"too many fields":            {many, []string{"a.csv", "a"}, http.StatusBadRequest, "import-parts"},
		"no file":                    {map[string]string{"form": "coop-annual"}, nil, http.StatusBadRequest, "import-no-file"},
		"an empty file":              {nil, []string{"a.csv", ""}, http.StatusBadRequest, "import-no-file"},
		"two files":                  {nil, []string{"a.csv", "a", "b.csv", "b"}, http.StatusBadRequest, "parameter-twice"},
		"a name that is none":        {nil, []string{"a.exe", "a"}, http.StatusBadRequest, "import-file-name"},
		"a field that nobody knows":  {map[string]string{"mode": "x"}, []string{"a.csv", "a"}, http.StatusBadRequest, "parameter-unknown"},
		"a number that is none":      {map[string]string{"rows": "many"}, []string{"a.csv", "a"}, http.StatusBadRequest, "parameter-value"},
		"a reason that is none":      {map[string]string{"reason": "x"}, []string{"a.csv", "a"}, http.StatusUnprocessableEntity, "choice"},
		"a box ticked out of bounds": {map[string]string{"valid_rows": "1"}, []string{"a.csv", "a"}, http.StatusBadRequest, "parameter-value"},
	} {
		res, got := h.upload(c.fields, c.files...)
		require.Equal(t, c.status, res.StatusCode, "%s: %s", name, got)
		var p shown.Problem
		require.NoError(t, json.Unmarshal([]byte(got), &p), name)
		require.Equal(t, c.code, p.Code, name)
		require.Equal(t, "not_recorded", p.Outcome, name)
		require.NotEmpty(t, p.DetailVi, name)
	}
	res, got := h.do(http.MethodPost, "/api/v1/imports?name=a.csv", big, "Content-Type", "text/csv")
	require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode, got)
	res, got = h.do(http.MethodPost, "/api/v1/imports?name=a.csv", "a", "Content-Type", "text/csv", "Content-Encoding", "gzip")
	require.Equal(t, http.StatusUnsupportedMediaType, res.StatusCode, got)
	res, got = h.do(http.MethodPost, "/api/v1/imports", "--x", "Content-Type", "multipart/form-data; boundary=x")
	require.Equal(t, http.StatusBadRequest, res.StatusCode, got)
	require.Empty(t, h.server.tray.List(actorOfHouse))
	require.EqualValues(t, 9, h.size())
}

var actorOfHouse = ledger.Actor{ID: "local", Role: "admin"}

// A damaged workbook is refused for what it is, and a sound one with a mistake
// comes back with it marked.
func TestWorkbooksComeBackMarked(t *testing.T) {
	h := newHouse(t)
	var b bytes.Buffer
	require.NoError(t, sheetstest.Stream(&b, func(yield func([]any) bool) {
		_ = yield([]any{"Mã HTX", "Năm", "Thành viên chính thức"}) && yield([]any{"b", 2023, "nhiều"}) && yield([]any{"a", 2023, 12})
	}))
	res, got := h.upload(map[string]string{"form": "coop-annual"}, "bảng số.xlsx", b.String()[:b.Len()/2])
	require.Equal(t, http.StatusAccepted, res.StatusCode, got)
	s := h.staged(res.Header.Get("Location"))
	require.Equal(t, "refused", s.State)
	require.Equal(t, sheets.ErrArchive.Code, s.Problem.Code)

	res, _ = h.upload(map[string]string{"form": "coop-annual"}, "bảng số.xlsx", b.String())
	at := res.Header.Get("Location")
	s = h.staged(at)
	require.Equal(t, "faulty", s.State)
	require.Equal(t, "bảng số.xlsx", s.File)
	require.Equal(t, "C2", s.Result.Errors[0].Cell)
	res, got = h.do(http.MethodGet, at+"/marked", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "attachment; filename*=utf-8''b%E1%BA%A3ng%20s%E1%BB%91-loi.xlsx", res.Header.Get("Content-Disposition"))
	again, _ := h.upload(map[string]string{"form": "coop-annual"}, "loi.xlsx", got)
	s = h.staged(again.Header.Get("Location"))
	require.Equal(t, "faulty", s.State, "the sheet of mistakes is not read")
	require.Len(t, s.Result.Errors, 1)
	res, _ = h.do(http.MethodGet, at+"/rest", "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
}

// The page goes from the file to the receipt with forms alone, and says on
// itself what was wrong.
func TestThePageOfFilesWalks(t *testing.T) {
	h := newHouse(t)
	send := func(text string) *http.Response {
		body, kind := formOfFiles(t, map[string]string{"form": "coop-annual", "unit": ""}, "nam.csv", text)
		res, got := h.do(http.MethodPost, "/nop-bang", body, "Content-Type", kind, "Accept", "text/html")
		require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
		h.server.tray.Wait()
		return res
	}
	at := send("Mã HTX,Năm,Thành viên chính thức\na,2023,12\n").Header.Get("Location")
	res, got := h.do(http.MethodGet, at, "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, got, "Ghi vào sổ</button>")
	require.Contains(t, got, "số thành viên: <strong>1</strong>")
	require.EqualValues(t, 9, h.size())
	res, _ = h.do(http.MethodPost, at+"/ghi", "", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, res.StatusCode)
	res, got = h.do(http.MethodPost, at+"/ghi", "", "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
	require.EqualValues(t, 10, h.size())
	_, got = h.do(http.MethodGet, at, "")
	require.Contains(t, got, "<h2>Biên nhận</h2>")
	require.Contains(t, got, "@9")

	body, kind := formOfFiles(t, map[string]string{"form": "coop-annual"}, "nam.pdf", "x")
	res, got = h.do(http.MethodPost, "/nop-bang", body, "Content-Type", kind, "Accept", "text/html")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Contains(t, got, "tên tệp phải kết thúc bằng .xlsx")
	require.Contains(t, got, `<option value="coop-annual" selected>`, "what was chosen is kept")
	res, got = h.do(http.MethodGet, "/nop-bang/khong-co", "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Contains(t, got, "không có tệp này")
	res, _ = h.do(http.MethodPost, at+"/bo", "", "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
}

// A file that is wrong all over makes no endless page; who sends too many at
// once waits, and is told to come back where none gets through.
func TestManyMistakesAreCut(t *testing.T) {
	h := newHouse(t)
	var rows strings.Builder
	for i := range 300 {
		fmt.Fprintf(&rows, "{\"key\":\"k%d\"\n", i)
	}
	body, kind := formOfFiles(t, nil, "sai.ndjson", rows.String())
	res, got := h.do(http.MethodPost, "/nop-bang", body, "Content-Type", kind, "Accept", "text/html")
	require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
	h.server.tray.Wait()
	_, got = h.do(http.MethodGet, res.Header.Get("Location"), "", "Accept", "text/html")
	require.Contains(t, got, "… và 100 chỗ nữa")
	require.Equal(t, 200+1, strings.Count(got, "<tr>"))
}

func TestUploadsTakeTurns(t *testing.T) {
	h := newHouse(t)
	for range uploadsAtOnce {
		h.server.uploads <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	body, kind := formOfFiles(t, nil, "a.ndjson", "{}")
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/api/v1/imports", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	require.Equal(t, "import-tray-full", problem(t, w.Body.String()).Code)
	for range uploadsAtOnce {
		<-h.server.uploads
	}
	res, got := h.do(http.MethodPost, "/api/v1/imports", body, "Content-Type", kind)
	require.Equal(t, http.StatusAccepted, res.StatusCode, got)
	require.Empty(t, h.server.uploads, "the place is given back")
	body, kind = formOfFiles(t, nil, strings.Repeat("a", maxName)+".ndjson", "{}")
	_, got = h.do(http.MethodPost, "/api/v1/imports", body, "Content-Type", kind)
	require.Equal(t, "import-parts", problem(t, got).Code)
	body, kind = formOfFiles(t, nil, "a.csv", strings.Repeat("a", 10<<20+1))
	_, got = h.do(http.MethodPost, "/api/v1/imports", body, "Content-Type", kind)
	require.Contains(t, problem(t, got).DetailVi, "không được quá 10 MB")
}

// The page offers to send files to those whom the routes let, and to nobody else.
func TestThePageOffersWhatTheRoutesLet(t *testing.T) {
	h := newHouse(t)
	for _, role := range ledger.Roles {
		if role == "system" {
			continue
		}
		place := ""
		if role == "officer" {
			place = "dak-mil"
		}
		key := h.token("ai-"+role, role, place)
		_, page := h.do(http.MethodGet, "/nop-bang", "", "Authorization", "Bearer "+key, "Accept", "text/html")
		res, _ := h.do(http.MethodGet, "/api/v1/imports", "", "Authorization", "Bearer "+key)
		require.Equal(t, res.StatusCode == http.StatusOK, strings.Contains(page, `type="file"`), role)
	}
}
