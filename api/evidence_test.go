package api

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/merkle"
)

// stated is a house with a statement that is signed.
func stated(t *testing.T) *house {
	h := newHouse(t, signing(t))
	res, got := h.do(http.MethodPost, Prefix+"/statements", `{"title":"Thử","key":"s","as_of":"2023-12-31","codes":["coops.registered","members.total"]}`, "Content-Type", "application/json")
	require.Equal(t, http.StatusCreated, res.StatusCode, got)
	h.sign()
	return h
}

func TestRecordBytes(t *testing.T) {
	h := newHouse(t)
	res, got := h.do(http.MethodGet, Prefix+"/events/4/bytes", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, string(h.entry(4)), got)
	require.Equal(t, "attachment; filename=ban-ghi-4.json", res.Header.Get("Content-Disposition"))
	require.NoError(t, h.server.Notary.ReadThrough(t.Context(), 9))
	proof, err := h.server.Notary.View.Inclusion(4, 9)
	require.NoError(t, err)
	require.Equal(t, proof.Leaf, merkle.LeafHash([]byte(got)))
}

// What the server gives away is what htxverify takes.
func TestEvidenceOverHTTP(t *testing.T) {
	h := stated(t)
	keys, err := h.server.Notary.Verifiers()
	require.NoError(t, err)
	res, got := h.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "attachment; filename=s.evidence", res.Header.Get("Content-Disposition"))
	report, err := audit.VerifyFile(strings.NewReader(got), audit.Options{Keys: keys})
	require.NoError(t, err)
	require.True(t, report.OK, report.English)
	require.Equal(t, "s", report.Statement)

	for path, status := range map[string]int{
		"/evidence": 400, "/evidence?statement=": 400, "/evidence?statement=khac": 404, "/evidence?statement=s&statement=s": 400,
		"/evidence?key=s": 400, "/events/99/bytes": 404, "/events/4/bytes?x=1": 400,
	} {
		res, got := h.do(http.MethodGet, Prefix+path, "")
		require.Equal(t, status, res.StatusCode, path)
		require.NotEmpty(t, problem(t, got).DetailVi, path)
		require.Empty(t, res.Header.Get("Content-Disposition"))
	}
	_, got = newHouse(t).do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	require.Equal(t, "evidence-no-statement", problem(t, got).Code)
	unsigned := newHouse(t, signing(t))
	unsigned.do(http.MethodPost, Prefix+"/statements", `{"title":"Thử","key":"s","as_of":"2023-12-31","codes":["coops.registered"]}`, "Content-Type", "application/json")
	_, got = unsigned.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	require.Equal(t, "audit-no-checkpoint", problem(t, got).Code, "a server signs nothing")

	// Who comes when all places are taken is told to come again.
	for range evidenceAtOnce {
		_, err := h.server.acquireEvidenceSlot()
		require.NoError(t, err)
	}
	res, got = h.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "busy", problem(t, got).Code)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
}

// sendEvidence sends a file to be looked at, with keys, as the form of the page does.
func (h *house) sendEvidence(keys string, file []byte, name string) (*http.Response, string) {
	h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	require.NoError(h.t, w.WriteField("keys", keys))
	part, err := w.CreateFormFile("file", name)
	require.NoError(h.t, err)
	_, err = part.Write(file)
	require.NoError(h.t, err)
	require.NoError(h.t, w.Close())
	return h.do(http.MethodPost, "/kiem-toan/doi-chieu", b.String(), "Content-Type", w.FormDataContentType(), "Accept", "text/html")
}

var tags = regexp.MustCompile(`<[^>]*>`)

func words(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

func TestEvidenceLookedAt(t *testing.T) {
	h := stated(t)
	keys, err := h.server.Notary.Verifiers()
	require.NoError(t, err)
	_, file := h.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	e, err := audit.ReadEvidence(strings.NewReader(file))
	require.NoError(t, err)
	size := h.size()

	res, page := h.sendEvidence(keys[0], []byte(file), "s.evidence")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, words(page), "ĐÚNG: cả 2 số liệu")
	require.Contains(t, words(page), "Máy chủ tự kiểm: không thay cho việc kiểm độc lập")
	require.NotContains(t, page, "Bạn không nêu khóa nào")
	require.Contains(t, words(page), "người phát hành ● đúng")
	_, page = h.sendEvidence("", []byte(file), "s.evidence")
	require.Contains(t, words(page), "ĐÚNG: cả 2 số liệu")
	require.Contains(t, page, "Bạn không nêu khóa nào")

	// Whatever was changed is refused at its step, and nothing after that is
	// called right.
	changed := func(how func(*audit.Evidence)) []byte {
		x := *e
		x.Records = append([][]byte{}, e.Records...)
		how(&x)
		var b bytes.Buffer
		require.NoError(t, audit.WriteEvidence(&b, &x))
		return b.Bytes()
	}
	other := stated(t)
	_, foreign := other.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	for name, c := range map[string]struct {
		file []byte
		step string
	}{
		"a bit":         {[]byte(strings.Replace(file, "Bình Minh", "Bình Mình", 1)), audit.StepFile},
		"cut":           {[]byte(file[:len(file)/2]), audit.StepFile},
		"no evidence":   {[]byte("PK\x03\x04<script>alert(1)</script>"), audit.StepFile},
		"empty":         {nil, audit.StepFile},
		"another name":  {changed(func(x *audit.Evidence) { x.Origin = "khac.test" }), audit.StepCheckpoint},
		"a record":      {changed(func(x *audit.Evidence) { x.Records[5] = bytes.Replace(x.Records[5], []byte("Ánh"), []byte("Anh"), 1) }), audit.StepRoot},
		"one left out":  {changed(func(x *audit.Evidence) { x.Records = x.Records[:8] }), audit.StepRoot},
		"another key":   {[]byte(foreign), audit.StepSignature},
		"another claim": {changed(func(x *audit.Evidence) { x.Statement = 3 }), audit.StepStatement},
		"a definition":  {changed(func(x *audit.Evidence) { x.Definitions = x.Definitions[:1] }), audit.StepDefinitions},
	} {
		res, page := h.sendEvidence(keys[0], c.file, "s.evidence")
		require.Equal(t, http.StatusOK, res.StatusCode, name)
		require.Contains(t, words(page), "KHÔNG XÁC MINH ĐƯỢC ở bước "+audit.StepName(c.step), name)
		require.Contains(t, words(page), audit.StepName(c.step)+" ▽ SAI", name)
		require.NotContains(t, words(page), "ĐÚNG:", name)
		require.NotContains(t, words(page), audit.StepName(audit.StepFigures)+" ● đúng", name)
		require.NotContains(t, page, "<script>alert")
	}
	require.Equal(t, size, h.size())
}

func TestEvidenceFormsRefused(t *testing.T) {
	h := stated(t)
	res, page := h.sendEvidence("khóa <b>sai</b>", []byte("x"), "x")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Contains(t, page, `href="#f-keys"`)
	require.Contains(t, page, "&lt;b&gt;sai&lt;/b&gt;", "what was typed is kept")
	res, page = h.sendEvidence("", nil, "")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Contains(t, page, "chưa chọn tệp bằng chứng")
	res, page = h.sendEvidence("", bytes.Repeat([]byte("x"), maxEvidence/2), "x")
	require.Equal(t, http.StatusOK, res.StatusCode, "a line too long is the file's own fault")
	require.Contains(t, words(page), "KHÔNG XÁC MINH ĐƯỢC")
	large := append([]byte("htxledger evidence 1\norigin x\nstatement 0\ndefinitions 0\nhandovers 0\nconsistency 0\ncheckpoint 0\nrecords 1000\n"),
		bytes.Repeat(append(bytes.Repeat([]byte("x"), 90_000), '\n'), 400)...)
	res, page = h.sendEvidence("", large, "x")
	require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	require.Contains(t, page, "máy chủ chỉ xem tệp tối đa 32 MB")
	for _, c := range [][2]string{
		{"text/plain", "x"}, {"multipart/form-data", "x"}, {"multipart/form-data; boundary=b", "--b\r\nnhầm"}, {formType, "file=x"},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"la\"\r\n\r\n1\r\n--b--\r\n"},
	} {
		res, page := h.do(http.MethodPost, "/kiem-toan/doi-chieu", c[1], "Content-Type", c[0], "Accept", "text/html")
		require.Equal(t, http.StatusBadRequest, res.StatusCode, c[0])
		require.Contains(t, page, `class="problem"`)
	}
	res, page = newHouse(t).sendEvidence("", []byte("x"), "x")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Contains(t, page, "máy chủ này cũng không có khóa")
}
