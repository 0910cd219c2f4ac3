package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/shown"
)

// askMove asks for a move of the co-operative a from Đắk Mil to Nam Đà.
const askMove = `{"key":"ask","stream":"request/r1","kind":"request.made/1","valid":"2024-01-05","data":{"command":{"stream":"coop/a","kind":"coop.relocated/1","valid":"2024-01-02","source":{"document":"Công văn 12/UBND"},"data":{"place":"nam-da"}}}}`

// The pages of requests offer what a reader may do, and nothing else.
func TestRequestsOnPages(t *testing.T) {
	h := newHouse(t)
	tokens := map[string]string{"mil": h.token("mil", "officer", "dak-mil"), "no": h.token("no", "officer", "krong-no"), "kiem": h.token("kiem", "auditor", ""), "lm": h.token("lm", "alliance", "")}
	do := func(who, method, path string, form url.Values) (int, string, string) {
		kind := "application/x-www-form-urlencoded"
		body := form.Encode()
		if strings.HasPrefix(path, Prefix) {
			kind, body = "application/json", form.Get("json")
		}
		res, got := h.do(method, path, body, "Authorization", "Bearer "+tokens[who], "Content-Type", kind, "Accept", "text/html")
		return res.StatusCode, res.Header.Get("Location"), got
	}
	_, _, html := do("mil", http.MethodGet, "/de-nghi", nil)
	require.Contains(t, html, "Không có đề nghị nào đang chờ.")
	code, _, got := do("mil", http.MethodPost, Prefix+"/commands", url.Values{"json": {askMove}})
	require.Equal(t, http.StatusCreated, code, got)

	_, _, html = do("no", http.MethodGet, "/de-nghi", nil)
	require.Contains(t, html, `<a href="/de-nghi/r1">r1</a>`)
	require.Contains(t, html, "<strong>HTX Ánh Dương</strong>: chuyển trụ sở đến Xã Nam Đà")
	require.Contains(t, html, "Đề nghị (1)")
	_, _, html = do("kiem", http.MethodGet, "/de-nghi", nil)
	require.NotContains(t, html, "Đề nghị (1)", "the number is for those who record")

	_, _, html = do("no", http.MethodGet, "/de-nghi/r1", nil)
	require.Contains(t, html, "Chấp thuận và ghi sổ</button>")
	require.Contains(t, html, `action="/de-nghi/r1/tu-choi"`)
	require.Contains(t, html, "mil (cán bộ địa bàn)")
	require.Contains(t, html, "02/01/2024")
	require.Contains(t, html, "Công văn 12/UBND")
	require.Contains(t, html, "Huyện Đắk Mil; Xã Nam Đà (Huyện Krông Nô)")
	_, _, html = do("mil", http.MethodGet, "/de-nghi/r1", nil)
	require.NotContains(t, html, "Chấp thuận và ghi sổ")
	require.Contains(t, html, "do chính tài khoản này lập")
	require.Contains(t, html, "Rút lại đề nghị</button>")
	_, _, html = do("kiem", http.MethodGet, "/de-nghi/r1", nil)
	require.NotContains(t, html, "<button type=\"submit\">Chấp thuận")
	require.NotContains(t, html, "/tu-choi")

	before := h.size()
	code, _, html = do("mil", http.MethodPost, "/de-nghi/r1/chap-thuan", url.Values{})
	require.Equal(t, http.StatusForbidden, code)
	require.Contains(t, html, "do chính tài khoản này lập")
	code, _, html = do("no", http.MethodPost, "/de-nghi/r1/tu-choi", url.Values{"reason": {" "}})
	require.Equal(t, http.StatusUnprocessableEntity, code)
	require.Contains(t, html, `href="#f-reason"`)
	require.Contains(t, html, "Chưa ghi gì vào sổ")
	require.Equal(t, before, h.size(), "nothing was recorded")
	code, to, _ := do("no", http.MethodPost, "/de-nghi/r1/chap-thuan", url.Values{})
	require.Equal(t, []any{http.StatusSeeOther, "/de-nghi/r1"}, []any{code, to})
	require.Equal(t, before+1, h.size())
	_, _, html = do("no", http.MethodGet, "/de-nghi/r1", nil)
	require.Contains(t, html, "Đề nghị đã được chấp thuận ở @10, bởi no (cán bộ địa bàn)")
	require.NotContains(t, html, "<button type=\"submit\">Chấp thuận")
	code, _, html = do("lm", http.MethodPost, "/de-nghi/r1/tu-choi", url.Values{"reason": {"muộn"}})
	require.Equal(t, http.StatusConflict, code)
	require.Contains(t, html, "đã được chấp thuận ở bản ghi 10")
	code, _, _ = do("lm", http.MethodGet, "/de-nghi/r9", nil)
	require.Equal(t, http.StatusNotFound, code)
	_, _, html = do("lm", http.MethodGet, "/de-nghi?state=refused", nil)
	require.NotContains(t, html, "Đang chờ</h2>")
	require.Contains(t, html, "Chưa có đề nghị nào bị từ chối.")
	_, _, html = do("lm", http.MethodGet, "/so/9", nil)
	require.Contains(t, html, `<a href="/de-nghi/r1">r1</a>`)
}

// Rows that need both sides are sent as requests if whoever sends the file wants
// it; the others are recorded. The same file again repeats both.
func TestAFileThatAsks(t *testing.T) {
	h := newHouse(t)
	token := "Bearer " + h.token("mil", "officer", "dak-mil")
	file := `{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2024-01-02","data":{"official":9}}
{"key":"v","stream":"coop/a","kind":"coop.relocated/1","valid":"2024-01-03","source":{"document":"QĐ 1"},"data":{"place":"nam-da"}}
`
	do := func(method, path, body, kind string) (*http.Response, string) {
		return h.do(method, path, body, "Authorization", token, "Content-Type", kind, "Accept", "text/html")
	}
	const form = "application/x-www-form-urlencoded"
	send := func() string {
		body, kind := formOfFiles(t, nil, "viec.ndjson", file)
		res, got := do(http.MethodPost, "/nop-bang", body, kind)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
		h.server.tray.Wait()
		return res.Header.Get("Location")
	}
	at := send()
	_, html := do(http.MethodGet, at, "", "")
	require.Contains(t, html, "hãy lập đề nghị")
	require.Contains(t, html, `name="requests"`)
	require.NotContains(t, html, "Ghi vào sổ</button>")
	before := h.size()
	for _, again := range []bool{false, true} {
		if again {
			at = send()
		}
		res, got := do(http.MethodPost, at+"/xem-lai", "requests=true", form)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
		h.server.tray.Wait()
		_, html = do(http.MethodGet, at, "", "")
		if again {
			require.Contains(t, html, "Mọi dòng của tệp đã có trong sổ")
			continue
		}
		require.Contains(t, html, "Sẽ gửi <strong>1</strong> đề nghị")
		require.Equal(t, before, h.size(), "nothing is recorded yet")
		res, got = do(http.MethodPost, at+"/ghi", "", form)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
		_, html = do(http.MethodGet, at, "", "")
		require.Contains(t, html, "Đã gửi <strong>1</strong> đề nghị")
		require.Contains(t, html, `<a href="/de-nghi">`)
		require.Equal(t, before+2, h.size())
	}
	require.Equal(t, before+2, h.size())
	_, got := do(http.MethodGet, Prefix+"/requests", "", "")
	var l shown.Requests
	require.NoError(t, json.Unmarshal([]byte(got), &l))
	require.Len(t, l.Requests, 1)
	require.Equal(t, []string{"open", "coop/a", "coop.relocated/1", "QĐ 1"},
		[]string{l.Requests[0].State, l.Requests[0].Command.Stream, l.Requests[0].Command.Kind, l.Requests[0].Command.Source.Document})
}
