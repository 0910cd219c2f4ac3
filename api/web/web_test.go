package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
)

// page asks for the first page.
func page(t *testing.T, s answerstest.Asker, q answers.Query) (*html.Node, Page) {
	t.Helper()
	p := ask(t, siteOf(s), addressWith("/", valuesOf(q)))
	require.Empty(t, p.Redirect)
	doc, err := html.Parse(strings.NewReader(string(p.HTML)))
	require.NoError(t, err)
	return doc, p
}

func valuesOf(q answers.Query) url.Values {
	return url.Values{
		"as_of": {q.AsOf}, "known_at": {q.Known}, "place": {q.Place}, "map": {q.Map},
		"period": {q.Period}, "scheme": {q.Scheme}, "plan": {q.Plan},
	}
}

// all finds the elements with a name, and, where it is not empty, a class.
func all(n *html.Node, name, class string) (found []*html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == name && (class == "" || strings.Contains(" "+attr(c, "class")+" ", " "+class+" ")) {
			found = append(found, c)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestTheTargetsPage(t *testing.T) {
	s := demoTeller(t).service()
	doc, p := page(t, s, answers.Query{AsOf: "31/12/2023", Known: "2024-02-20"})
	require.NoError(t, p.Err)

	require.Equal(t, "vi", attr(all(doc, "html", "")[0], "lang"))
	require.Len(t, all(doc, "h1", ""), 1)
	tables := all(doc, "table", "")
	require.Len(t, tables, 2)
	for i, rows := range []int{25, 20} {
		require.Len(t, all(tables[i], "caption", ""), 1)
		body := all(tables[i], "tbody", "")[0]
		require.Len(t, all(body, "tr", ""), rows)
		for _, th := range all(tables[i], "th", "") {
			require.Contains(t, []string{"col", "row"}, attr(th, "scope"))
		}
	}
	whole := text(doc)
	for _, want := range []string{
		"Số liệu tại ngày 31/12/2023, theo hồ sơ ghi nhận đến 20/02/2024 (cỡ sổ 3.149)",
		vi.Synthetic,
		"Bạn đang xem số liệu như đã biết đến 20/02/2024: 260 bản ghi ghi nhận sau đó chưa được tính.",
		"điểm chưa khớp trong văn bản kế hoạch",
	} {
		require.Contains(t, whole, want)
	}
	first := all(tables[0], "tr", "")[1]
	require.Equal(t, "T01", attr(first, "id"))
	require.Contains(t, text(first), "▽ Chưa đạt còn thiếu 1 HTX")
}

// Every verdict is a word and a shape; colour is not even used.
func TestVerdictsInWords(t *testing.T) {
	s := demoTeller(t).service()
	for _, day := range []string{"31/12/2023", "30/11/2023", "14/6/2023"} {
		doc, _ := page(t, s, answers.Query{AsOf: day})
		seen := all(doc, "span", "verdict")
		require.GreaterOrEqual(t, len(seen), 45)
		for _, v := range seen {
			code := plan.Code(strings.TrimPrefix(attr(v, "class"), "verdict "))
			require.Equal(t, vi.Verdict(code), text(v))
		}
	}
}

// Each number leads to its explanation, at the very point of the page, and
// nothing on the page leads elsewhere.
func TestLinks(t *testing.T) {
	s := demoTeller(t).service()
	doc, _ := page(t, s, answers.Query{AsOf: "31/12/2023", Known: "2024-02-20", Place: "krong-no", Map: "2024-01-01", Period: "statistical-year"})
	numbers := all(doc, "a", "number")
	require.GreaterOrEqual(t, len(numbers), 24)
	for _, a := range numbers {
		u, err := url.Parse(attr(a, "href"))
		require.NoError(t, err)
		code, ok := strings.CutPrefix(u.Path, "/vi-sao/")
		require.True(t, ok, u.Path)
		q := u.Query()
		require.Equal(t, url.Values{
			"as_of": {"2023-12-31"}, "known_at": {"@3149"}, "place": {"krong-no"}, "map": {"2024-01-01"},
			"period": {"statistical-year"}, "scheme": {"tt09-2017"},
		}, q, code)
		e, err := s.Explain(context.Background(), answers.Query{AsOf: q.Get("as_of"), Known: q.Get("known_at"), Place: q.Get("place"), Map: q.Get("map"), Period: q.Get("period"), Scheme: q.Get("scheme")}, code, "")
		require.NoError(t, err)
		require.NotNil(t, e.Figure)
	}
	for _, a := range all(doc, "a", "") {
		href := attr(a, "href")
		require.True(t, strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") || strings.HasPrefix(href, "#"), href)
	}
	// The form keeps what it does not show.
	hidden := map[string]string{}
	for _, in := range all(all(doc, "section", "clocks")[0], "input", "") {
		if attr(in, "type") == "hidden" {
			hidden[attr(in, "name")] = attr(in, "value")
		}
	}
	require.Equal(t, map[string]string{"map": "2024-01-01"}, hidden)
	for id, want := range map[string]string{"f-place": "krong-no", "f-period": "statistical-year"} {
		require.Equal(t, want, chosen(byID(doc, id)))
	}
}

// chosen is the value of a select.
func chosen(n *html.Node) string {
	for _, o := range all(n, "option", "") {
		for _, a := range o.Attr {
			if a.Key == "selected" {
				return attr(o, "value")
			}
		}
	}
	return "(none)"
}

// What was typed stays in its field, with a sentence in Vietnamese beside it.
func TestBadInput(t *testing.T) {
	s := demoTeller(t).service()
	for _, c := range []struct {
		q               answers.Query
		field, sentence string
	}{
		{answers.Query{AsOf: "31/13/2023"}, "f-as_of", `"31/13/2023" không phải là ngày hợp lệ`},
		{answers.Query{AsOf: "hôm qua"}, "f-as_of", `"hôm qua" không phải là ngày hợp lệ`},
		{answers.Query{AsOf: "31/12/2023", Known: "2026-12-31"}, "f-known_at", "nằm sau hiện tại"},
		{answers.Query{AsOf: "31/12/2023", Known: "@999999"}, "f-known_at", "vượt quá đầu sổ"},
		{answers.Query{AsOf: "31/12/2023", Known: "@0"}, "f-known_at", "chưa ghi gì"},
	} {
		doc, p := page(t, s, c.q)
		require.Error(t, p.Err)
		require.Empty(t, all(doc, "table", ""))
		require.Len(t, all(doc, "div", "problem"), 1)
		for _, in := range all(doc, "input", "") {
			wrong := attr(in, "id") == c.field
			require.Equal(t, wrong, attr(in, "aria-invalid") == "true")
			said := byID(doc, attr(in, "aria-describedby"))
			require.NotNil(t, said)
			if wrong {
				require.Contains(t, text(said), c.sentence)
			}
		}
		require.Equal(t, c.q.AsOf, attr(byID(doc, "f-as_of"), "value"))
		require.Equal(t, c.q.Known, attr(byID(doc, "f-known_at"), "value"))
	}
	doc, p := page(t, s, answers.Query{AsOf: "1/1/2020"})
	require.ErrorIs(t, p.Err, answers.ErrNoPlan)
	require.Contains(t, text(doc), "chưa có kế hoạch nào được ghi cho 2020")
	require.Contains(t, text(doc), "Có thể xem: 371/KH-UBND")

	p, err := siteOf(s).targets(&Asked{Head: s.Head(), Path: "/", Wrong: fault.Declare("test-query", fault.Malformed, "x", "tham số lạ")})
	require.NoError(t, err)
	require.Contains(t, string(p.HTML), "tham số lạ")
}

func byID(n *html.Node, id string) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && id != "" && attr(c, "id") == id {
			return c
		}
	}
	return nil
}

// Every id that labels and links of the page name is there, once.
func TestLabels(t *testing.T) {
	s := demoTeller(t).service()
	doc, _ := page(t, s, answers.Query{AsOf: "31/12/2023"})
	ids := map[string]int{}
	for c := range doc.Descendants() {
		if id := attr(c, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		require.Equal(t, 1, n, id)
	}
	for _, l := range all(doc, "label", "") {
		require.Equal(t, 1, ids[attr(l, "for")])
	}
	require.Equal(t, "#noi-dung", attr(all(doc, "a", "skip")[0], "href"))
	require.Equal(t, 1, ids["noi-dung"])
	require.Len(t, all(doc, "script", ""), 1)
	require.Empty(t, all(doc, "style", ""))
	for c := range doc.Descendants() {
		require.Empty(t, attr(c, "style"))
	}
}

// Whoever can record cannot make the page run or load anything.
func TestHostileText(t *testing.T) {
	hostile := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `javascript:alert(1)`,
		`</textarea><svg/onload=alert(1)>`, `{{.}}`, `&lt;b&gt;`, `<!--`, `]]>`, `<a href="https://example.org">x</a>`,
	}
	w := newTeller(t)
	w.take(`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"<b>Đắk Nông</b>"}}`, "2022-12-01T01:00:00Z")
	bad := func(i int) string {
		return strings.ReplaceAll(strings.ReplaceAll(hostile[i%len(hostile)], `\`, `\\`), `"`, `\"`)
	}
	w.take(`{"key":"pl","stream":"plan/p","kind":"plan.adopted/1","valid":"2023-06-14","data":{"number":"`+bad(0)+`","issued":"2023-06-14","year":2023,"place":"dak-nong","title":"`+bad(1)+`",`+
		`"targets":[{"id":"T01","text":"`+bad(2)+`","rule":"exactly","low":1,"unit":"`+bad(3)+`","indicator":"coops.registered","owners":["`+bad(4)+`"],"cited":"`+bad(5)+`"},`+
		`{"id":"T02","text":"`+bad(6)+`","rule":"done","unit":"","owners":[],"cited":"x","due":"`+bad(7)+`"}],`+
		`"tasks":[{"id":"A-1","text":"`+bad(8)+`","leads":["`+bad(9)+`"],"with":["`+bad(0)+`"],"results":[{"text":"`+bad(1)+`"}],"due":"`+bad(2)+`","cited":"`+bad(3)+`"}]}}`, "2023-06-19T02:00:00Z")
	w.take(`{"key":"de","stream":"plan/p","kind":"plan.delivered/1","valid":"2023-07-01","data":{"task":"A-1","deliverable":"`+bad(1)+`","unit":"`+bad(0)+`"}}`, "2023-07-02T02:00:00Z")
	w.take(`{"key":"no","stream":"plan/p","kind":"plan.noted/1","valid":"2023-07-01","data":{"about":"T01","finding":"`+bad(4)+`","text":"`+bad(5)+`"}}`, "2023-07-02T03:00:00Z")
	clean, _ := page(t, w.service(), answers.Query{AsOf: "31/12/2023"})
	for _, h := range append(hostile, "") {
		q := answers.Query{AsOf: "31/12/2023", Place: "dak-nong", Scheme: "tt09-2017"}
		if h != "" {
			q = answers.Query{AsOf: h, Known: h, Place: h, Map: h, Period: h, Scheme: h, Plan: h}
		}
		doc, _ := page(t, w.service(), q)
		requireHarmless(t, doc)
	}
	requireHarmless(t, clean)
	whole := text(clean)
	for _, h := range []string{hostile[0], hostile[1], hostile[2], hostile[5], hostile[8], hostile[9]} {
		require.Contains(t, whole, strings.Join(strings.Fields(h), " "), "it is shown as it is")
	}
}

func requireHarmless(t *testing.T, doc *html.Node) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range strings.Fields("html head meta title link body a header p span main h1 h2 h3 div ul ol li form label input button table caption thead tbody tfoot tr th td details summary footer strong br nav section script select option figure svg rect line path circle text title desc") {
		known[name] = true
	}
	for c := range doc.Descendants() {
		if c.Type == html.CommentNode {
			require.Fail(t, "a comment", c.Data)
		}
		if c.Type != html.ElementNode {
			continue
		}
		require.True(t, known[c.Data], c.Data)
		require.False(t, c.Data == "script" && c.FirstChild != nil, "a script in the page")
		for _, a := range c.Attr {
			require.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			if a.Key == "src" {
				require.Equal(t, []string{"script", "/static/htmx.min.js"}, []string{c.Data, a.Val})
			}
			if a.Key == "href" {
				require.True(t, strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "#"), a.Val)
			}
		}
	}
}

// A ledger whose newest plan is of a year gone by shows it at that year's end,
// and every number of it leads to that day.
func TestThePlanOfAYearGoneBy(t *testing.T) {
	s := demoTeller(t).service()
	doc, p := page(t, s, answers.Query{})
	require.NoError(t, p.Err)
	whole := text(doc)
	require.Contains(t, whole, "Đánh giá tại ngày 31/12/2023 (hết năm kế hoạch).")
	require.Contains(t, whole, "Số liệu tại ngày 23/11/2026")
	require.Contains(t, whole, "Kỳ: từ 01/01/2023 đến 31/12/2023.")
	require.Contains(t, text(byID(doc, "T01")), "▽ Chưa đạt còn thiếu 1 HTX")
	require.Contains(t, text(byID(doc, "T25")), "báo cáo nộp muộn")
	then, _ := page(t, s, answers.Query{AsOf: "31/12/2023"})
	require.NotContains(t, text(then), "hết năm kế hoạch")
	for _, a := range all(doc, "a", "number") {
		u, err := url.Parse(attr(a, "href"))
		require.NoError(t, err)
		q, code := u.Query(), strings.TrimPrefix(u.Path, "/vi-sao/")
		day := "2023-12-31"
		if code == "reports.received" { // late reports count
			day = "2026-11-23"
		}
		require.Equal(t, day, q.Get("as_of"), code)
		f, err := s.Indicators(answers.Query{Codes: []string{code}, AsOf: q.Get("as_of"), Known: q.Get("known_at"), Map: q.Get("map"), Period: q.Get("period"), Scheme: q.Get("scheme")})
		require.NoError(t, err)
		require.Equal(t, "dak-nong", f.Point.PlaceCode, code)
		if row := a.Parent.Parent; attr(row, "id") != "" { // it is what is judged
			require.True(t, strings.HasPrefix(text(a), vi.Value(f.Figures[0])) || f.Figures[0].Definition.Unit != indicator.Coops, "%s: %s", code, text(a))
		}
	}
}

// In a district the figures are shown and nothing is judged.
func TestADistrictHasNoPlanOfTheProvince(t *testing.T) {
	doc, _ := page(t, demoTeller(t).service(), answers.Query{AsOf: "31/12/2023", Place: "krong-no"})
	require.Contains(t, text(doc), "Không đánh giá: kế hoạch này là của Đắk Nông, không phải của Huyện Krông Nô; dưới đây chỉ là số liệu của địa bàn được hỏi.")
	for _, v := range all(doc, "span", "verdict") {
		require.Equal(t, vi.Verdict(plan.NotApplicable), text(v))
	}
	require.NotEmpty(t, all(doc, "a", "number"))
}

// Where the only plan is of a year to come, the page without days goes there;
// a ledger without any plan says so.
func TestWhereThereIsNoPlan(t *testing.T) {
	w := newTeller(t)
	w.take(`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`, "2022-12-01T01:00:00Z")
	doc, p := page(t, w.service(), answers.Query{})
	require.ErrorIs(t, p.Err, answers.ErrNoPlan)
	require.Contains(t, text(doc), "chưa có kế hoạch nào được ghi cho 2026")

	w.take(`{"key":"pl","stream":"plan/p","kind":"plan.adopted/1","valid":"2026-11-20","data":{"number":"9/KH","issued":"2026-11-20","year":2027,"place":"dak-nong","title":"Thử","targets":[],"tasks":[]}}`, "2026-11-21T01:00:00Z")
	p = ask(t, siteOf(w.service()), "/")
	require.Equal(t, "/?as_of=31%2F12%2F2027", p.Redirect)
	p = ask(t, siteOf(w.service()), "/?known_at=2026-11-22")
	require.Equal(t, "/?as_of=31%2F12%2F2027&known_at=2026-11-22", p.Redirect)
}

// What is vendored is what its note says it is.
func TestVendored(t *testing.T) {
	note, err := os.ReadFile("static/README.md")
	require.NoError(t, err)
	b, err := os.ReadFile("static/htmx.min.js")
	require.NoError(t, err)
	require.Contains(t, string(note), fmt.Sprintf("%x", sha256.Sum256(b)))
}

func TestStatic(t *testing.T) {
	serve := func(name string, headers ...string) (*httptest.ResponseRecorder, bool) {
		r := httptest.NewRequest(http.MethodGet, "/static/x", nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		return w, Static(w, r, name)
	}
	w, ok := serve("style.css")
	require.True(t, ok)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Header().Get("Content-Type"), "text/css")
	require.NotContains(t, w.Body.String(), "http", "nothing is loaded from elsewhere")
	require.NotContains(t, w.Body.String(), "url(")
	again, ok := serve("style.css", "If-None-Match", w.Header().Get("ETag"))
	require.True(t, ok)
	require.Equal(t, http.StatusNotModified, again.Code)
	for _, name := range []string{"", ".", "..", "../web.go", "none.css", "static/style.css", `..\web.go`} {
		_, ok := serve(name)
		require.False(t, ok, name)
	}
}
