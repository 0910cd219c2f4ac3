package web

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

// Each number of the page is what asking for its place alone answers, and leads
// to its explanation there.
func TestRegionsShowWhatIsAnswered(t *testing.T) {
	s := demoSite()
	for _, to := range []string{"/dia-ban?as_of=31/12/2023", "/dia-ban?as_of=31/12/2023&map=01/07/2025", "/dia-ban?as_of=31/12/2023&known_at=2024-01-10&place=krong-no"} {
		doc, p := read(t, s, to)
		require.NoError(t, p.Err, to)
		links := doc.Find("table.regions td.count a")
		require.Greater(t, links.Length(), 60)
		links.Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", ""))
			require.NoError(t, err)
			q := u.Query()
			f, err := askerOf(s).Indicators(answers.Query{
				Codes: []string{strings.TrimPrefix(u.Path, "/vi-sao/")}, AsOf: q.Get("as_of"), Known: q.Get("known_at"),
				Place: q.Get("place"), Map: q.Get("map"), Period: q.Get("period"), Scheme: q.Get("scheme"),
			})
			require.NoError(t, err)
			require.Equal(t, vi.Value(f.Figures[0]), words(a), u.String())
		})
	}
}

func TestRegionsBeforeAndAfterTheDistricts(t *testing.T) {
	doc, _ := read(t, demoSite(), "/dia-ban?as_of=31/12/2023")
	require.Equal(t, 8, doc.Find("table.regions tbody tr").Length())
	require.Equal(t, "Huyện Cư Jút", words(doc.Find("table.regions tbody th").First()))
	require.Equal(t, "211", words(doc.Find("tr.total td").First()))
	whole := words(doc.Find("main"))
	require.Contains(t, whole, "Cộng các dòng bằng đúng số của Đắk Nông. Tỷ lệ và bình quân không cộng")
	require.Contains(t, whole, "trên bản đồ ngày 31/12/2023, Đắk Nông có 8 huyện, thành phố và 71 xã, phường, thị trấn; trên bản đồ ngày 01/07/2025, Lâm Đồng không có cấp huyện, có 28 xã, phường, thị trấn.")
	require.Contains(t, whole, "HTX nông nghiệp đang đăng ký: 211 HTX trên cả hai bản đồ.")
	require.Contains(t, words(doc.Find(".presets").Last()), "30/06/2025 (trước sắp xếp) 01/07/2025 (sau sắp xếp)")

	after, p := read(t, demoSite(), "/dia-ban?as_of=31/12/2025")
	require.NoError(t, p.Err)
	require.Equal(t, 28, after.Find("table.regions tbody tr").Length())
	require.Contains(t, words(after.Find("#hai-ban-do").Parent()), "Xem trên bản đồ ngày 30/06/2025")
	back, p := read(t, demoSite(), after.Find("#hai-ban-do").Parent().Find("p a").AttrOr("href", ""))
	require.NoError(t, p.Err)
	require.Equal(t, 8, back.Find("table.regions tbody tr").Length())
	require.Contains(t, words(back.Find("main > .point")), "Đắk Nông (theo bản đồ ngày 30/06/2025)")

	require.Contains(t, words(after.Find("main")), "chưa có báo cáo nào của năm này. Xem số liệu ngày 31/12/2023")
	require.NotContains(t, words(doc.Find("main")), "chưa có báo cáo nào")

	// The places of the new map are made of those of the old, all of them.
	old := 0
	after.Find("#hai-ban-do").Parent().Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		from := words(tr.Find("td").Last())
		n, sum := 0, 0
		for _, part := range strings.Split(from, "; ") {
			v, err := strconv.Atoi(strings.TrimSuffix(part[strings.LastIndex(part, "(")+1:], ")"))
			require.NoError(t, err, from)
			n, sum = n+1, sum+v
		}
		old += n
		require.Equal(t, words(tr.Find("td").First()), strconv.Itoa(sum), from)
	})
	require.Equal(t, 71, old)
}

func TestRegionsDownAndUp(t *testing.T) {
	doc, _ := read(t, demoSite(), "/dia-ban?as_of=31/12/2023")
	down, p := read(t, demoSite(), doc.Find("#krong-no th a").AttrOr("href", ""))
	require.NoError(t, p.Err)
	require.Equal(t, 12, down.Find("table.regions tbody tr").Length())
	require.Equal(t, "Đắk Nông › Huyện Krông Nô", words(down.Find(".crumbs")))
	require.Equal(t, "/htx?as_of=31%2F12%2F2023&place=krong-no", doc.Find("#krong-no td.screen a").First().AttrOr("href", ""))
	require.Equal(t, "/?as_of=31%2F12%2F2023&place=krong-no", doc.Find("#krong-no td.screen a").Last().AttrOr("href", ""))
	leaf, p := read(t, demoSite(), "/dia-ban?as_of=31/12/2023&place=xa-nam-da")
	require.NoError(t, p.Err)
	require.Zero(t, leaf.Find("table.regions").Length())
	require.Contains(t, words(leaf.Find("main")), "không có địa bàn nào bên dưới")
	lowest, p := read(t, demoSite(), "/dia-ban?as_of=31/12/2023&level=lowest")
	require.NoError(t, p.Err)
	require.Equal(t, 71, lowest.Find("table.regions tbody tr").Length())
	require.Contains(t, words(lowest.Find("main")), "71 địa bàn là quá nhiều để vẽ cạnh nhau")
}

func TestRegionsAreSorted(t *testing.T) {
	column := func(to string) (list []string) {
		doc, p := read(t, demoSite(), to)
		require.NoError(t, p.Err, to)
		doc.Find("table.regions tbody tr").Each(func(_ int, tr *goquery.Selection) { list = append(list, words(tr.Find("td.count a").First())) })
		return list
	}
	require.Equal(t, []string{"32", "31", "31", "31", "24", "24", "21", "17"}, column("/dia-ban?as_of=31/12/2023&sort=-coops.registered"))
	up := column("/dia-ban?as_of=31/12/2023&sort=coops.registered")
	require.Equal(t, "17", up[0])
	require.Equal(t, "32", up[7])
	doc, _ := read(t, demoSite(), "/dia-ban?as_of=31/12/2023&sort=-coops.registered")
	require.Equal(t, 1, doc.Find("th[aria-sort]").Length())
	require.Equal(t, "descending", doc.Find("th[aria-sort]").AttrOr("aria-sort", ""))
	// No data comes last in both directions.
	for _, sort := range []string{"revenue.mean", "-revenue.mean"} {
		list := column("/dia-ban?as_of=31/12/2023&level=lowest&code=revenue.mean&sort=" + sort)
		seen := false
		for _, v := range list {
			require.False(t, seen && v != vi.NoData)
			seen = v == vi.NoData
		}
	}
}

// What is counted for the whole alone is said to be, and what has no seat is told.
func TestWhatHasNoPlace(t *testing.T) {
	doc, p := read(t, demoSite(), "/dia-ban?as_of=31/12/2023&code=trade.fairs")
	require.NoError(t, p.Err)
	require.Equal(t, 8, strings.Count(words(doc.Find("table.regions tbody")), "không tính theo địa bàn"))
	require.Contains(t, words(doc.Find("main")), "Hội chợ đã tham gia: không tính theo địa bàn")
	require.Zero(t, doc.Find(".multiples").Length())
	rest := 0
	for _, d := range indicator.All() {
		if d.IsComposed() || d.OfPapers() || d.Ratio || d.Overall {
			continue
		}
		doc, p := read(t, demoSite(), "/dia-ban?as_of=31/12/2023&code="+d.Code)
		require.NoError(t, p.Err)
		sum := 0
		doc.Find("table.regions tbody tr, table.regions tfoot tr:not(.total)").Each(func(_ int, tr *goquery.Selection) {
			sum += count(t, words(tr.Find("td.count").First().Find("a")), words(tr.Find("td.count").First()))
		})
		if doc.Find("table.regions tfoot tr").Length() == 2 {
			rest++
			require.Contains(t, words(doc.Find("main")), "phần chênh giữa tổng các dòng")
		}
		total := doc.Find("tr.total td.count").First()
		require.Equal(t, count(t, words(total.Find("a")), words(total)), sum, d.Code)
	}
	t.Log(rest, "figures have something without a place")
}

// count reads a printed number: the first text that says something.
func count(t *testing.T, printed ...string) int {
	for _, p := range printed {
		if p == vi.NoData || p == "–" {
			return 0
		}
		if p != "" {
			n, err := strconv.Atoi(strings.ReplaceAll(p, ".", ""))
			require.NoError(t, err)
			return n
		}
	}
	return 0
}

// The small charts have a table of the same figures, one row a place.
func TestSmallMultiples(t *testing.T) {
	for _, c := range []struct {
		to   string
		days int
	}{
		{"/dia-ban?as_of=31/12/2023", 12}, {"/dia-ban?as_of=15/03/2023&years=3", 27}, {"/dia-ban?as_of=31/12/2023&years=5&code=quality.good-fair.share", 60},
	} {
		doc, p := read(t, demoSite(), c.to)
		require.NoError(t, p.Err)
		small := doc.Find("#dien-bien-nho").Parent()
		require.Equal(t, 8, small.Find("svg").Length())
		require.Equal(t, 8, small.Find("tbody tr").Length())
		require.Equal(t, c.days, small.Find("tbody tr").First().Find("td").Length())
		require.True(t, strings.HasPrefix(small.Find("svg a").First().AttrOr("href", ""), "/dien-bien/"))
		require.Equal(t, words(small.Find("svg title").First()), words(small.Find("tbody th").First()))
	}
}

func TestRegionsRefuse(t *testing.T) {
	for _, c := range []struct{ query, field, typed string }{
		{"code=khong.co", "f-code", "khong.co"}, {"code=coops.movement", "f-code", "coops.movement"}, {"level=x", "f-level", "x"},
		{"years=100", "f-years", "100"}, {"sort=bậy", "", "bậy"}, {"map=32/13/2023", "f-map", "32/13/2023"},
		{"place=sao-hoa", "f-place", "sao-hoa"}, {"period=x", "f-period", "x"}, {"known_at=@x", "f-known_at", "@x"}, {"as_of=h", "f-as_of", "h"},
		{"place=krong-no&map=01/07/2025", "f-place", "krong-no"},
	} {
		doc, p := read(t, demoSite(), "/dia-ban?"+strings.ReplaceAll(c.query, "ậ", "%E1%BA%AD"))
		require.Error(t, p.Err, c.query)
		require.Equal(t, 1, doc.Find(".problem").Length())
		require.Zero(t, doc.Find("table").Length())
		if c.field != "" {
			require.Equal(t, "#"+c.field, doc.Find(".problem a").First().AttrOr("href", ""), c.query)
			f := doc.Find("#" + c.field)
			require.Equal(t, 1, f.Length())
			require.Contains(t, []string{f.AttrOr("value", ""), f.Find("option[selected]").AttrOr("value", "")}, c.typed)
		}
		require.Contains(t, words(doc.Find(".problem")), c.typed)
	}
	_, p := read(t, demoSite(), "/dia-ban?place=sao-hoa")
	require.ErrorIs(t, p.Err, place.ErrNotOnMap)
	doc, p := read(t, siteOf(newTeller(t).service()), "/dia-ban")
	require.ErrorIs(t, p.Err, indicator.ErrNoPlace)
	require.Contains(t, words(doc.Find(".start")), "Khai báo địa bàn")
	doc, p = read(t, demoSite(), "/dia-ban?known_at=@0")
	require.ErrorIs(t, p.Err, answers.ErrNothing)
	require.Equal(t, 1, doc.Find(".start a.button").Length())
}

// Names and typed words can neither run nor load anything.
func TestHostileRegions(t *testing.T) {
	w := newTeller(t)
	for i, h := range []string{`<script>alert(1)</script>`, `\"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`} {
		code, parent := "p"+strconv.Itoa(i), ",\"parent\":\"dak-nong\""
		level := "district"
		if i == 0 {
			code, parent, level = "dak-nong", "", "province"
		}
		w.take(`{"key":"`+code+`","stream":"place/`+code+`","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"`+code+`","level":"`+level+`","name":"`+h+`"`+parent+`}}`, "2022-12-01T01:00:00Z")
	}
	w.take(`{"key":"m","stream":"place/p2","kind":"place.merged/1","valid":"2023-01-01","data":{"into":"p1"}}`, "2022-12-02T01:00:00Z")
	s := siteOf(w.service())
	for _, to := range []string{"/dia-ban", "/dia-ban?as_of=31/12/2022", "/dia-ban?place=" + url.QueryEscape(`"><script>`), "/dia-ban?sort=" + url.QueryEscape(`'><b>`)} {
		doc, _ := read(t, s, to)
		requireHarmless(t, doc.Nodes[0])
	}
}

// A class that was held nowhere in particular is in no district, and told so.
func TestTheRestIsTold(t *testing.T) {
	w := newTeller(t)
	w.take(`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`, "2022-12-01T01:00:00Z")
	w.take(`{"key":"p1","stream":"place/cu-jut","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"cu-jut","level":"district","name":"Huyện Cư Jút","parent":"dak-nong"}}`, "2022-12-01T01:00:01Z")
	for i, where := range []string{``, `,"place":"cu-jut"`, `,"place":"dak-nong"`} {
		w.take(`{"key":"t`+strconv.Itoa(i)+`","stream":"training/t`+strconv.Itoa(i)+`","kind":"training.held/1","valid":"2023-03-01","data":{"title":"Lớp","programme":"plan","attendances":30`+where+`}}`, "2023-03-02T01:00:00Z")
	}
	doc, p := read(t, siteOf(w.service()), "/dia-ban?as_of=31/12/2023&code=training.classes.plan")
	require.NoError(t, p.Err)
	require.Equal(t, "Huyện Cư Jút 1", strings.Join(strings.Fields(doc.Find("#cu-jut th").Text()+" "+doc.Find("#cu-jut td.count").First().Text()), " "))
	rest := doc.Find("table.regions tfoot tr").First()
	require.Equal(t, "Không thuộc địa bàn nào ở trên", words(rest.Find("th")))
	require.Equal(t, "2", words(rest.Find("td.count").First()))
	require.Equal(t, "3", words(doc.Find("tr.total td.count").First()))
	require.Contains(t, words(doc.Find("main")), "những gì ghi thẳng ở Đắk Nông")
}
