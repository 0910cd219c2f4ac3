package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// read asks for a page and reads it.
func read(t *testing.T, s *Site, to string) (*goquery.Document, Page) {
	t.Helper()
	p := ask(t, s, to)
	require.Empty(t, p.Redirect)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.HTML))
	require.NoError(t, err)
	return doc, p
}

func words(x *goquery.Selection) string { return strings.Join(strings.Fields(x.Text()), " ") }

// Whoever comes for the first time sees what is met, what is short and by how
// much, and which papers are missing.
func TestTheSummary(t *testing.T) {
	doc, p := read(t, demoSite(), "/?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Equal(t, "Đạt 20 trong 25 chỉ tiêu được đánh giá", words(doc.Find(".big")))
	short := words(doc.Find(".columns div").First())
	require.Contains(t, short, "Còn thiếu (5)T01 HTX nông nghiệp thành lập mới: còn thiếu 1 HTX")
	require.Equal(t, 5, doc.Find(".columns div").First().Find("li").Length())
	require.Contains(t, words(doc.Find(".columns")), "A-17")
	total := 0
	doc.Find(".tally li").Each(func(_ int, li *goquery.Selection) {
		u, err := url.Parse(li.Find("a").AttrOr("href", ""))
		require.NoError(t, err)
		rows, p := read(t, demoSite(), u.String())
		require.NoError(t, p.Err)
		require.Equal(t, words(li.Find("strong")), words(rows.Find("table.targets caption"))[:len(words(li.Find("strong")))])
		n := rows.Find("table.targets tbody tr").Length()
		require.Equal(t, n, rows.Find("table.targets tbody tr > td > .verdict."+u.Query().Get("verdict")).Length())
		total += n
	})
	require.Equal(t, 25, total, "the tallies are all targets")
}

// At a day on which few had reported nothing is called met, and the summary says
// who is missing.
func TestTheSummaryOfWhatIsNotKnown(t *testing.T) {
	doc, p := read(t, demoSite(), "/?as_of=29/11/2023&known_at=29/11/2023")
	require.NoError(t, p.Err)
	require.Regexp(t, `T05 Doanh thu bình quân [^:]*: (mới có \d+/\d+ HTX đã báo cáo)`, words(doc.Find(".columns")))
	require.Contains(t, words(doc.Find(".banner")), "như đã biết đến 29/11/2023")
	require.Equal(t, "Hết Thứ Tư, ngày 29 tháng 11 năm 2023.", words(doc.Find("#f-as_of-goi-y")))
	require.Contains(t, words(doc.Find("#f-known_at-goi-y")), "Hết Thứ Tư, ngày 29 tháng 11 năm 2023: ")
	require.Equal(t, "Hạn báo cáo 29/11/2023, như đã biết khi đó", words(doc.Find(".presets a[aria-current]")))
}

func TestTargetsAreFiltered(t *testing.T) {
	ids := func(to string) (list []string) {
		doc, p := read(t, demoSite(), to)
		require.NoError(t, p.Err, to)
		doc.Find("table tbody tr").Each(func(_ int, tr *goquery.Selection) { list = append(list, tr.AttrOr("id", "")) })
		return list
	}
	all := ids("/?as_of=31/12/2023")
	require.Len(t, all, 45)
	require.Contains(t, ids("/?as_of=31/12/2023&short=1"), "T01")
	require.NotContains(t, ids("/?as_of=31/12/2023&short=1"), "T02")
	reached, near, missed := ids("/?as_of=31/12/2023&verdict=reached"), ids("/?as_of=31/12/2023&verdict=near"), ids("/?as_of=31/12/2023&verdict=missed")
	require.ElementsMatch(t, all, append(append(reached, near...), missed...))
	// Two ways of writing one agency are one.
	require.Equal(t, ids("/?as_of=31/12/2023&lead=lien+minh+htx+tinh"), ids("/?as_of=31/12/2023&lead=Liên+minh+HTX+tỉnh"))
	require.Contains(t, ids("/?as_of=31/12/2023&lead=lien+minh+htx+tinh"), "T15")
	require.Contains(t, ids("/?as_of=31/12/2023&lead=lien+minh+htx+tinh"), "A-02")
	doc, _ := read(t, demoSite(), "/?as_of=31/12/2023&lead=so+tai+chinh&verdict=near")
	require.Contains(t, words(doc.Find(".banner")), "Không có chỉ tiêu hay nhiệm vụ nào như vậy")
	require.Equal(t, "/?as_of=31%2F12%2F2023", doc.Find("a.button.second").AttrOr("href", ""))
	require.Equal(t, "31/12/2023", doc.Find("form.filter input[name=as_of]").AttrOr("value", ""), "the filter keeps the clocks")
	require.Equal(t, "near", doc.Find(".clocks input[name=verdict]").AttrOr("value", ""), "the clocks keep the filter")
}

// A choice that is none is said to be none and kept.
func TestWrongFilters(t *testing.T) {
	for _, c := range []struct{ query, field, typed string }{
		{"verdict=tuy%E1%BB%87t", "f-verdict", "tuyệt"},
		{"lead=s%E1%BB%9F+hoa", "f-lead", "sở hoa"},
		{"place=sao-hoa", "f-place", "sao-hoa"},
		{"period=th%C3%A1ng", "f-period", "tháng"},
		{"plan=khong-co", "f-plan", "khong-co"},
	} {
		doc, p := read(t, demoSite(), "/?as_of=31/12/2023&"+c.query)
		require.Error(t, p.Err, c.query)
		require.Equal(t, 1, doc.Find(".problem").Length(), c.query)
		require.Contains(t, words(doc.Find(".problem")), c.typed)
		require.Equal(t, "#"+c.field, doc.Find(".problem a").First().AttrOr("href", ""), c.query)
		require.Equal(t, c.typed, doc.Find("#"+c.field+" option[selected]").AttrOr("value", ""), c.query)
		require.Zero(t, doc.Find("table").Length())
	}
}

// No day is offered on which the page could only say that there is no plan yet.
func TestEveryDayOfferedIsAnswered(t *testing.T) {
	for _, from := range []string{"/", "/bao-cao/lap"} {
		doc, p := read(t, demoSite(), from)
		require.NoError(t, p.Err)
		offered := doc.Find(".clocks .presets a")
		require.GreaterOrEqual(t, offered.Length(), 3, from)
		offered.Each(func(_ int, x *goquery.Selection) {
			_, p := read(t, demoSite(), x.AttrOr("href", ""))
			require.NoError(t, p.Err, words(x))
		})
	}
	doc, _ := read(t, demoSite(), "/htx?as_of=31/12/2023")
	require.Contains(t, words(doc.Find(".clocks .presets")), "Đầu năm 01/01/2023")
}

// A page of a ledger without places leads to where one begins.
func TestPagesWithoutPlaces(t *testing.T) {
	for _, path := range []string{"/htx", "/dien-bien", "/vi-sao", "/bao-cao/lap"} {
		doc, p := read(t, siteOf(newTeller(t).service()), path)
		require.ErrorIs(t, p.Err, indicator.ErrNoPlace, path)
		require.Equal(t, "/", doc.Find(".problem a:contains('Bắt đầu từ đâu?')").AttrOr("href", ""), path)
	}
}

// Days are taken as people type them.
func TestTypedDays(t *testing.T) {
	for _, typed := range []string{"31/12/2023", "2023-12-31", "31.12.2023", "31-12-2023"} {
		doc, p := read(t, demoSite(), "/?as_of="+url.QueryEscape(typed)+"&known_at="+url.QueryEscape(typed))
		require.NoError(t, p.Err, typed)
		require.Equal(t, "Hết Chủ nhật, ngày 31 tháng 12 năm 2023.", words(doc.Find("#f-as_of-goi-y")))
		require.Equal(t, typed, doc.Find("#f-as_of").AttrOr("value", ""))
		require.Equal(t, "Cuối năm, như đã biết khi đó", words(doc.Find(".presets a[aria-current]")))
	}
	doc, _ := read(t, demoSite(), "/?as_of=1/7/2023")
	require.Equal(t, "Hết Thứ Bảy, ngày 1 tháng 7 năm 2023.", words(doc.Find("#f-as_of-goi-y")))
	_, p := read(t, demoSite(), "/?as_of=31/12/23")
	require.Error(t, p.Err)
}

// Each bullet stands beside the same figures in words: those of the same day as
// it was known then, and of the year's opening.
func TestBulletsSayWhatTheyShow(t *testing.T) {
	s := demoSite()
	doc, _ := read(t, s, "/?as_of=31/12/2023")
	require.Equal(t, 23, doc.Find("figure.bullet svg").Length(), "two targets ask for no number")
	require.Contains(t, words(doc.Find(".legend")), "cùng ngày, như đã biết vào hết ngày 31/12/2023")
	then, err := askerOf(s).Indicators(answers.Query{Codes: []string{"coops.registered"}, AsOf: "31/12/2023", Known: "31/12/2023"})
	require.NoError(t, err)
	require.EqualValues(t, 210, then.Figures[0].Num)
	row := words(doc.Find("#T02"))
	require.Contains(t, row, "▵ khi đó 210 HTX · ○ cuối năm trước 203 HTX")
	require.Contains(t, words(doc.Find("#T02 desc")), "Thực hiện 211 HTX; yêu cầu khoảng 218 HTX; khi đó 210 HTX; cuối năm trước 203 HTX")
	require.NotContains(t, words(doc.Find("#T01")), "cuối năm trước", "what is counted in a year opens with nothing")
	known, _ := read(t, s, "/?as_of=31/12/2023&known_at=31/12/2023")
	require.Zero(t, known.Find(".bullet-before").Length(), "it is what was known then")
	elsewhere, _ := read(t, s, "/?as_of=31/12/2023&place=krong-no")
	require.Zero(t, elsewhere.Find("figure.bullet").Length(), "the goal is the province's")
}

func TestFindingsAreGrouped(t *testing.T) {
	doc, _ := read(t, demoSite(), "/?as_of=31/12/2023")
	q, err := askerOf(demoSite()).Targets(answers.Query{AsOf: "31/12/2023"})
	require.NoError(t, err)
	require.Equal(t, len(q.Findings), doc.Find(".findings li").Length())
	require.Contains(t, words(doc.Find(".findings h3").First()), "Cả kế hoạch (")
	n := 0
	for _, x := range q.Findings {
		for _, id := range x.About {
			if id == "T08" {
				n++
			}
		}
	}
	require.Positive(t, n)
	require.Contains(t, words(doc.Find("#T08")), words(doc.Find("#T08 a.note")))
	require.True(t, strings.HasPrefix(words(doc.Find("#T08 a.note")), string(rune('0'+n))+" điểm"))
}

// A ledger that is only begun says what comes next.
func TestWhereToBegin(t *testing.T) {
	done := func(to string, w *teller) (n int, doc *goquery.Document) {
		doc, p := read(t, siteOf(w.service()), to)
		require.Error(t, p.Err)
		return strings.Count(words(doc.Find(".steps")), "✓"), doc
	}
	w := newTeller(t)
	n, doc := done("/", w)
	require.Equal(t, 1, n, "opened")
	require.Contains(t, words(doc.Find(".steps")), "htxledger import dia-ban.csv --form places")
	w.take(`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`, "2022-12-01T01:00:00Z")
	n, _ = done("/", w)
	require.Equal(t, 2, n, "and mapped")
	n, doc = done("/?known_at=@0", w)
	require.Zero(t, n)
	require.Equal(t, "/", doc.Find(".start a.button").AttrOr("href", ""))
	w.take(`{"key":"pl","stream":"plan/p","kind":"plan.adopted/1","valid":"2023-01-14","data":{"number":"9/KH","issued":"2023-01-14","year":2023,"place":"dak-nong","title":"Thử","targets":[{"id":"C1","text":"2 HTX","rule":"exactly","low":2,"unit":"HTX","indicator":"coops.established","owners":[],"cited":"1"}],"tasks":[]}}`, "2023-01-15T01:00:00Z")
	n, doc = done("/?as_of=31/12/2022", w)
	require.Equal(t, 3, n)
	require.Contains(t, words(doc.Find(".start")), "Chưa kế hoạch nào đã ghi có hiệu lực vào ngày này")
	half, p := read(t, siteOf(w.service()), "/?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Contains(t, words(half.Find(".banner")), "Trong sổ chưa có HTX nào")
	require.Zero(t, half.Find("#f-plan").Length(), "one plan is no choice")
	w.take(`{"key":"pl2","stream":"plan/p2","kind":"plan.adopted/1","valid":"2023-02-14","data":{"number":"10/KH","issued":"2023-02-14","year":2023,"place":"dak-nong","title":"Thử","targets":[],"tasks":[]}}`, "2023-02-15T01:00:00Z")
	two, p := read(t, siteOf(w.service()), "/?as_of=31/12/2023&plan=p")
	require.NoError(t, p.Err)
	require.Equal(t, "9/KH (năm 2023)", words(two.Find("#f-plan option[selected]")))
	require.Equal(t, "Kế hoạch 9/KH", words(two.Find("h1")))
	empty, p := read(t, siteOf((&teller{t: t, book: nil, proj: asof.New()}).service()), "/")
	require.ErrorIs(t, p.Err, answers.ErrNothing)
	require.Equal(t, 4, strings.Count(words(empty.Find(".steps")), "chưa có"))
}

// The days on which a number changed lead to this page as it was known then.
func TestTheDaysOfAChange(t *testing.T) {
	s := demoSite()
	a := &Asked{Head: s.Answers.Head(), Path: "/vi-sao/coops.established", Values: url.Values{"as_of": {"31/12/2023"}}}
	f := s.newFrame(a, "Thử")
	p, err := a.resolve()
	require.NoError(t, err)
	d, err := indicator.Find("coops.established")
	require.NoError(t, err)
	require.NoError(t, f.listChanges(p, d))
	require.NotEmpty(t, f.Clocks.Days)
	require.LessOrEqual(t, len(f.Clocks.Days), mostDays)
	require.True(t, f.Clocks.Days[0].Here, "the newest is what is shown")
	require.Contains(t, f.Clocks.Days[0].Text, ": 14 HTX")
	require.Equal(t, "/dien-bien/coops.established?as_of=31%2F12%2F2023", f.Clocks.AllDays.To)
	seen := map[string]bool{}
	for _, d := range f.Clocks.Days {
		day, printed, _ := strings.Cut(d.Text, ": ")
		require.False(t, seen[day], "one line a day")
		seen[day] = true
		u, err := url.Parse(d.To)
		require.NoError(t, err)
		got, err := askerOf(s).Indicators(answers.Query{Codes: []string{"coops.established"}, AsOf: u.Query().Get("as_of"), Known: u.Query().Get("known_at")})
		require.NoError(t, err)
		require.Equal(t, printed, vi.Figure(got.Figures[0]))
	}
}
