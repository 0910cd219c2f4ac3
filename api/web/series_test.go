package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

const established = "/dien-bien/coops.established?as_of=31/12/2023"

func TestEveryFigureIsInTheListOnce(t *testing.T) {
	doc, p := openPage(t, demoSite(), "/dien-bien?as_of=31/12/2023")
	require.NoError(t, p.Err)
	seen := map[string]int{}
	doc.Find("table.figures code").Each(func(_ int, x *goquery.Selection) { seen[said(x)]++ })
	for _, code := range indicator.Codes() {
		require.Equal(t, 1, seen[code], code)
	}
	require.Len(t, seen, len(indicator.Codes()))
	require.Equal(t, "49 chỉ tiêu.", said(doc.Find(".counts")))
	row := doc.Find(`tr:has(code:contains("members.total"))`)
	require.Equal(t, []string{"Tổng số thành viên HTX nông nghiệp", "members.total", "4.512 thành viên", "205/211 HTX đã báo cáo"}, cells(row))
	to := href(t, row.Find("th a"))
	require.Equal(t, "/dien-bien/members.total", to.Path)
	require.Equal(t, "31/12/2023", to.Query().Get("as_of"))
	require.Equal(t, "/vi-sao/members.total", href(t, row.Find("td a")).Path)
}

func TestSearchingForAFigure(t *testing.T) {
	for _, c := range []struct {
		typed string
		found []string
	}{
		{"lien ket", []string{"linked.share", "linked.share.registered", "chain.models", "support.chain"}},
		{"LAO ĐỘNG thường", []string{"workers.regular"}},
		{"ocop.products", []string{"ocop.products"}},
		{"không có gì như thế", nil},
	} {
		doc, p := openPage(t, demoSite(), "/dien-bien?search="+url.QueryEscape(c.typed))
		require.NoError(t, p.Err)
		var found []string
		doc.Find("table.figures code").Each(func(_ int, x *goquery.Selection) { found = append(found, said(x)) })
		for _, code := range c.found {
			require.Contains(t, found, code, c.typed)
		}
		kept, _ := doc.Find("#f-search").Attr("value")
		require.Equal(t, c.typed, kept)
		require.Contains(t, said(doc.Find(".counts")), strconv.Itoa(len(found))+"/49")
		if c.found == nil {
			require.Empty(t, found)
			require.Contains(t, said(doc.Find("#ket-qua")), "Không có chỉ tiêu nào khớp")
		}
	}
}

// The page of every figure opens, and its table says what each day alone does.
func TestEveryFigureOverTime(t *testing.T) {
	for _, code := range indicator.Codes() {
		doc, p := openPage(t, demoSite(), "/dien-bien/"+code+"?as_of=31/12/2023")
		require.NoError(t, p.Err, code)
		d, err := indicator.Find(code)
		require.NoError(t, err)
		require.Equal(t, d.Name, said(doc.Find("h1")))
		require.Equal(t, 12, doc.Find("table.moments tbody tr").Length())
		require.Equal(t, 12, doc.Find("table.triangle tbody tr").Length())
		require.Positive(t, doc.Find("table.vintages tbody tr").Length(), code)
		require.LessOrEqual(t, doc.Find("table.vintages tbody tr").Length(), pageVintages)
	}
}

func TestOneFigureByBothClocks(t *testing.T) {
	s := demoSite()
	doc, p := openPage(t, s, established)
	require.NoError(t, p.Err)
	rows := doc.Find("table.moments tbody tr")
	for i := range 12 {
		day := calendar.DayOf(2023, i+2, 1) - 1
		one := func(known string) string {
			f, err := askerOf(s).Indicators(answers.Query{Codes: []string{"coops.established"}, AsOf: day.String(), Known: known})
			require.NoError(t, err)
			return vi.Value(f.Figures[0])
		}
		require.Equal(t, []string{vi.Day(day), one(""), one(day.String())}, cells(rows.Eq(i))[:3])
	}
	require.Equal(t, []string{"30/11/2023", "12", "10", "+2 HTX", "Giải trình"}, cells(rows.Eq(10)))
	require.Contains(t, said(doc.Find("p.sentence")), "Ở 4/12 mốc, số biết ngay tại ngày đó khác số biết nay")
	require.Equal(t, 1, doc.Find(".for-wide svg").Length())

	why := href(t, rows.Eq(10).Find("td a").Last())
	bridge, p := openPage(t, s, why.String())
	require.NoError(t, p.Err)
	require.Contains(t, said(bridge.Find(".sentence")), "từ 10 HTX thành 12 HTX")

	then := href(t, rows.Eq(10).Find("td a").Eq(1))
	require.Equal(t, "/vi-sao/coops.established", then.Path)
	require.Equal(t, "2023-11-30", then.Query().Get("as_of"))
}

func TestTheClockOfASeries(t *testing.T) {
	doc, p := openPage(t, demoSite(), established+"&known_at=30/11/2023")
	require.NoError(t, p.Err)
	rows := doc.Find("table.moments tbody tr")
	require.Equal(t, []string{"30/11/2023", "10", "10", "–", ""}, cells(rows.Eq(10)))
	require.Equal(t, "–", cells(rows.Eq(11))[2], "31/12/2023 was not over")
	require.Equal(t, 1, doc.Find("p.banner").Length())

	two, _ := openPage(t, demoSite(), established+"&from=01/01/2022&to=31/12/2023")
	require.Equal(t, 24, two.Find("table.moments tbody tr").Length())
	require.Equal(t, "–", cells(two.Find("table.moments tbody tr").First())[2], "before there was a ledger")
	spans := doc.Find(".presets").FilterFunction(func(_ int, x *goquery.Selection) bool { return strings.Contains(x.Text(), "Khoảng:") }).Find("a")
	spans.Each(func(_ int, x *goquery.Selection) {
		there, p := openPage(t, demoSite(), href(t, x).String())
		require.NoError(t, p.Err, said(x))
		require.Contains(t, said(there.Find(".presets a[aria-current]")), said(x))
	})
}

func TestVintagesOfAFigure(t *testing.T) {
	doc, _ := openPage(t, demoSite(), established)
	rows := doc.Find("table.vintages tbody tr")
	require.Contains(t, said(rows.First()), "14 HTX −1 HTX")
	require.Contains(t, said(rows.First()), "rút lại")
	require.Contains(t, said(rows.Last()), "lần đầu")
	at := href(t, rows.Eq(1).Find("th a"))
	there, p := openPage(t, demoSite(), at.String())
	require.NoError(t, p.Err)
	require.Equal(t, cells(rows.Eq(1))[2], said(there.Find(".ends-figures .number")))
	require.Regexp(t, `^/so/\d+$`, href(t, rows.First().Find("td a").Last()).Path)

	month, _ := openPage(t, demoSite(), established+"&by=month")
	require.Contains(t, said(month.Find("table.vintages")), "không đổi")
	stated, _ := openPage(t, statedSite(t), established+"&by=statement")
	require.Equal(t, "@2400", said(stated.Find("table.vintages tbody tr").Last().Find("th")))

	many, _ := openPage(t, demoSite(), "/dien-bien/members.total?as_of=31/12/2023")
	require.Equal(t, pageVintages, many.Find("table.vintages tbody tr").Length())
	seen, next := 0, "/dien-bien/members.total?as_of=31/12/2023"
	first := ""
	for next != "" {
		page, p := openPage(t, demoSite(), next)
		require.NoError(t, p.Err)
		seen += page.Find("table.vintages tbody tr").Length()
		first, next = cells(page.Find("table.vintages tbody tr").Last())[3], ""
		page.Find(".pages a").Each(func(_ int, a *goquery.Selection) {
			if strings.Contains(a.Text(), "Cũ hơn") {
				next = href(t, a).String()
			}
		})
	}
	v, err := askerOf(demoSite()).Vintages(context.Background(), answers.Query{AsOf: "31/12/2023"}, "members.total")
	require.NoError(t, err)
	require.Equal(t, len(v.Vintages), seen)
	require.Equal(t, "lần đầu", first)
}

func TestTheTriangleOnThePage(t *testing.T) {
	s := demoSite()
	doc, _ := openPage(t, s, established)
	table := doc.Find("table.triangle")
	head := table.Find("thead th")
	tri, err := askerOf(s).Triangle(context.Background(), answers.Query{AsOf: "31/12/2023"}, "coops.established")
	require.NoError(t, err)
	require.Equal(t, "Tại ngày", said(head.First()))
	require.Contains(t, doc.Find("#dinh-chinh ~ .hint").Text(), "[r]")
	columns := head.Length() - 2
	require.Less(t, columns, len(tri.Columns), "months in which nothing changed are left out")
	require.Contains(t, said(doc.Find("#dinh-chinh ~ .hint")), strconv.Itoa(len(tri.Columns)-columns)+" cột mà không con số nào thay đổi được lược bớt")
	november := table.Find("tbody tr").Eq(10)
	require.Equal(t, "30/11/2023", said(november.Find("th")))
	require.Contains(t, said(november), "[r]+2 HTX")
	for i, row := range tri.Rows { // what is shown last is what is known last
		shownCells := table.Find("tbody tr").Eq(i).Find("td")
		last := shownCells.Eq(shownCells.Length() - 2)
		require.Equal(t, vi.Value(row.Cells[len(row.Cells)-1]), said(last.Find("a")))
	}
	cell := href(t, november.Find("td a").First())
	there, p := openPage(t, s, cell.String())
	require.NoError(t, p.Err)
	require.Equal(t, said(november.Find("td a").First())+" HTX", said(there.Find(".ends-figures .number")))

	covered, _ := openPage(t, s, "/dien-bien/members.total?as_of=31/12/2023")
	foot := covered.Find("table.triangle tfoot td")
	require.Equal(t, covered.Find("table.triangle thead th").Length()-1, foot.Length())
	require.Equal(t, "205/211", said(foot.Eq(foot.Length()-2)))
	require.Equal(t, 0, table.Find("tfoot").Length(), "no reports stand behind a count of facts")
}

func TestBadInputOfASeries(t *testing.T) {
	for _, c := range []struct{ name, typed, said string }{
		{"from", "31/02/2023", "không phải là ngày"},
		{"to", "mai", "không phải là ngày"},
		{"to", "01/01/2020", "kết thúc ngày"},
		{"from", "01/01/1990", "nhiều nhất 120 mốc"},
		{"as_of", "x", "không phải là ngày"},
		{"known_at", "@999999", "999999"},
	} {
		q := url.Values{"as_of": {"31/12/2023"}}
		q.Set(c.name, c.typed)
		doc, p := openPage(t, demoSite(), "/dien-bien/coops.established?"+q.Encode())
		require.Error(t, p.Err, c.name)
		require.Contains(t, said(doc.Find(".problem")), c.said, c.name)
		require.Equal(t, 1, doc.Find(`.problem a[href="#f-`+c.name+`"]`).Length(), c.name)
		kept, _ := doc.Find("#f-" + c.name).Attr("value")
		require.Equal(t, c.typed, kept)
	}
	for to, want := range map[string]string{
		established + "&by=tuan":       "tuan",
		established + "&offset=nhieu":  "không phải là số nguyên",
		established + "&place=sao-hoa": "sao-hoa",
		"/dien-bien/coops.establishd":  "coops.established",
		"/dien-bien?place=sao-hoa":     "sao-hoa",
		"/dien-bien?as_of=x":           "không phải là ngày",
	} {
		doc, p := openPage(t, demoSite(), to)
		require.Error(t, p.Err, to)
		require.Contains(t, said(doc.Find(".problem")), want, to)
		require.Equal(t, 0, doc.Find("table").Length())
	}
	doc, _ := openPage(t, demoSite(), "/dien-bien/coops.establishd")
	require.Equal(t, "/dien-bien", href(t, doc.Find(".problem a")).Path)
}

func TestASeriesOfAnEmptyLedger(t *testing.T) {
	s := siteOf(newTeller(t).service())
	for _, to := range []string{"/dien-bien", "/dien-bien/coops.established"} {
		doc, p := openPage(t, s, to)
		require.Error(t, p.Err)
		require.Contains(t, said(doc.Find(".problem")), "địa bàn")
	}
}

// A ledger that begins in the middle of what is asked has gaps, not zeros.
func TestASeriesWithGaps(t *testing.T) {
	w := newTeller(t)
	w.take(`{"key":"p","stream":"place/dak-nong","kind":"place.declared/1","valid":"2023-06-01","data":{"code":"dak-nong","name":"Đắk Nông","level":"province"}}`, "2023-06-02T01:00:00Z")
	w.take(`{"key":"q","stream":"place/dak-mil","kind":"place.declared/1","valid":"2023-06-01","data":{"code":"dak-mil","name":"Đắk Mil","level":"district","parent":"dak-nong"}}`, "2023-12-31T12:00:00Z")
	doc, p := openPage(t, siteOf(w.service()), "/dien-bien/members.total?as_of=31/12/2023")
	require.NoError(t, p.Err)
	rows := doc.Find("table.moments tbody tr")
	require.Equal(t, "–", cells(rows.Eq(0))[1], "the place was on no map")
	require.Equal(t, vi.NoData, cells(rows.Eq(11))[1])
	require.Equal(t, 0, doc.Find("svg").Length())
	require.Contains(t, said(doc.Find("main")), "chưa có số liệu nào để vẽ")
	triangle := doc.Find("table.triangle tbody tr")
	require.Equal(t, "–", strings.Join(cells(triangle.Eq(4))[1:], ""), "31/05/2023: no place")
	require.Contains(t, said(triangle.Eq(11)), vi.NoData)

	quiet, p := openPage(t, siteOf(w.service()), "/dien-bien/members.total?as_of=31/12/2025")
	require.NoError(t, p.Err)
	require.Equal(t, 0, quiet.Find("table.triangle").Length())
	require.Contains(t, said(quiet.Find("main")), "Từ đầu năm 2025 sổ chưa ghi nhận thêm gì")
}
