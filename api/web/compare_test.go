package web

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/projections/answers"
)

const twoPoints = "/so-sanh?a_as_of=30/11/2023&a_known_at=30/11/2023&b_as_of=31/12/2023"

// openPage is a page as a reader has it.
func openPage(t *testing.T, s *Site, to string) (*goquery.Document, Page) {
	t.Helper()
	p := ask(t, s, to)
	require.Empty(t, p.Redirect, to)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.HTML))
	require.NoError(t, err)
	require.NotContains(t, string(p.HTML), "&lt;nil&gt;")
	require.NotContains(t, string(p.HTML), "<nil>")
	return doc, p
}

func said(x *goquery.Selection) string { return strings.Join(strings.Fields(x.Text()), " ") }

// cells are the texts of a row.
func cells(row *goquery.Selection) (list []string) {
	row.Find("th, td").Each(func(_ int, c *goquery.Selection) { list = append(list, said(c)) })
	return list
}

func href(t *testing.T, x *goquery.Selection) *url.URL {
	t.Helper()
	to, ok := x.Attr("href")
	require.True(t, ok)
	u, err := url.Parse(to)
	require.NoError(t, err)
	return u
}

func TestTwoPointsSideBySide(t *testing.T) {
	doc, p := openPage(t, demoSite(), twoPoints)
	require.NoError(t, p.Err)
	rows := doc.Find("table.compare tbody tr")
	require.Equal(t, 49, rows.Length())
	require.Equal(t, []string{
		"HTX nông nghiệp thành lập mới", "10", "14", "+4 HTX", "+40 %", "T01: ▽ Chưa đạt → ▽ Chưa đạt",
		"+2 HTX do phát sinh trong thời gian giữa hai mốc; +3 HTX do việc đã có từ trước, ghi nhận muộn; −1 HTX do rút lại. Giải trình",
	}, cells(doc.Find(`tr[id="coops.established"]`)))
	require.Contains(t, said(doc.Find(`tr[id="coops.registered"]`)), "T02: ▽ Chưa đạt → ● Đạt đổi đánh giá")
	before, _ := openPage(t, demoSite(), "/so-sanh?a_as_of=31/12/2022&b_as_of=31/12/2023")
	require.Contains(t, said(before.Find(`tr[id="linked.share"]`)), "T09: – chưa có kế hoạch → ◐ Gần đạt")
	require.Equal(t, 0, before.Find(".moved").Length(), "without a plan there was no other verdict")
	require.Contains(t, said(doc.Find(`tr[id="coops.movement"]`)), "không chia được từng phần")
	require.Equal(t, 0, doc.Find(`tr[id="coops.movement"] td.why a`).Length())
	require.Contains(t, said(doc.Find(`tr[id="revenue.mean"]`)), "119/206 HTX đã báo cáo")

	a := href(t, doc.Find(`tr[id="coops.established"] td a`).First())
	require.Equal(t, "/vi-sao/coops.established", a.Path)
	require.Equal(t, "2023-11-30", a.Query().Get("as_of"))
	require.Regexp(t, `^@\d+$`, a.Query().Get("known_at"))

	swap := href(t, doc.Find("a.button.second"))
	back, _ := openPage(t, demoSite(), swap.String())
	require.Equal(t, "14 10 −4 HTX", strings.Join(cells(back.Find(`tr[id="coops.established"]`))[1:4], " "))
	again := href(t, back.Find("a.button.second"))
	require.Equal(t, "30/11/2023", again.Query().Get("a_as_of"))
	require.Equal(t, "30/11/2023", again.Query().Get("a_known_at"))
}

func TestOnlyWhatChanged(t *testing.T) {
	all, _ := openPage(t, demoSite(), twoPoints)
	doc, _ := openPage(t, demoSite(), twoPoints+"&changed=1")
	rows := doc.Find("table.compare tbody tr")
	require.Less(t, rows.Length(), 49)
	require.Equal(t, 49-all.Find("tr.same").Length(), rows.Length())
	require.Contains(t, said(doc.Find("caption")), fmt.Sprintf("%d/49 chỉ tiêu thay đổi", rows.Length()))
	require.Equal(t, 0, doc.Find("tr.same").Length())
	_, ok := doc.Find("input[name=changed]").Attr("checked")
	require.True(t, ok)
	none, _ := openPage(t, demoSite(), "/so-sanh?a_as_of=31/12/2023&b_as_of=31/12/2023&changed=1")
	require.Contains(t, said(none.Find("table.compare tbody")), "không có chỉ tiêu nào thay đổi")
}

func TestAComparisonOfNothing(t *testing.T) {
	p := ask(t, demoSite(), "/so-sanh")
	require.Equal(t, "/so-sanh?a_as_of=01%2F01%2F2023&b_as_of=31%2F12%2F2023", p.Redirect, "the year of the plan, for it is past")
	p = ask(t, demoSite(), "/so-sanh?as_of=30/06/2024&known_at=@2000&place=dak-mil")
	require.Equal(t, "/so-sanh?a_as_of=01%2F01%2F2024&a_known_at=%402000&b_as_of=30%2F06%2F2024&b_known_at=%402000&place=dak-mil", p.Redirect, "what the reader comes from is B")
	p = ask(t, demoSite(), "/so-sanh?as_of=mai")
	require.Contains(t, p.Redirect, "b_as_of=mai", "and is refused there")

	doc, _ := openPage(t, demoSite(), twoPoints)
	section := href(t, doc.Find(`header nav a`).First())
	require.Equal(t, "31/12/2023", section.Query().Get("as_of"), "B goes along to the other pages")
	require.Empty(t, section.Query().Get("a_as_of"))
}

// Every preset answers, and says which one it is.
func TestPresetsOfAComparison(t *testing.T) {
	s := statedSite(t)
	doc, _ := openPage(t, s, twoPoints)
	presets := doc.Find(".presets a")
	var texts []string
	presets.Each(func(_ int, x *goquery.Selection) {
		texts = append(texts, said(x))
		there, p := openPage(t, s, href(t, x).String())
		require.NoError(t, p.Err)
		require.Equal(t, said(x), said(there.Find(".presets a[aria-current]")))
	})
	require.Equal(t, []string{
		"Đầu năm nay → nay", "Đầu năm → cuối năm 2023", "Cuối năm 2023 → nay",
		"Cùng ngày 31/12/2023: biết khi đó → biết nay", "Như báo cáo “Báo cáo cuối năm” → nay biết",
	}, texts)
	stated := href(t, presets.Last())
	require.Equal(t, "@2400", stated.Query().Get("a_known_at"))
	require.Equal(t, stated.Query().Get("a_as_of"), stated.Query().Get("b_as_of"))
}

type noRoots struct{}

func (noRoots) Root(ledger.Position) (merkle.Hash, error) { return merkle.Hash{}, nil }

// statedSite is the demo with a statement of the end of 2023 at size 2400.
func statedSite(t *testing.T) *Site {
	w := demoTeller(t)
	desk := w.service().Statements(noRoots{})
	d, err := desk.Draft(answers.Query{Codes: []string{"coops.established"}, AsOf: "31/12/2023", Known: "@2400"},
		answers.Issue{Title: "Báo cáo cuối năm", Key: "cuoi-nam", Actor: &ledger.Actor{ID: "ke-toan", Role: "alliance"}})
	require.NoError(t, err)
	v, err := w.book.Decide(d, testNow()-1)
	require.NoError(t, err)
	require.NoError(t, w.book.Add(v.Record))
	require.NoError(t, w.proj.Apply(v.Record))
	return siteOf(w.service())
}

// Every bar of a bridge leads to its records on the same page; every step names
// who and what made it.
func TestTheBridgeOpensItsRecords(t *testing.T) {
	for _, d := range indicator.All() {
		if d.IsComposed() {
			continue
		}
		doc, p := openPage(t, demoSite(), twoPoints+"&code="+d.Code)
		require.NoError(t, p.Err)
		require.Equal(t, d.Name, said(doc.Find("h1")))
		causes := doc.Find("section.cause")
		require.Equal(t, causes.Length(), doc.Find("table.causes tbody th a").Length(), d.Code)
		for _, layout := range []string{".for-wide", ".for-narrow"} {
			bars := doc.Find(layout + " svg a")
			if doc.Find("figure.bridge").Length() > 0 {
				require.Equal(t, causes.Length(), bars.Length(), d.Code)
			}
			bars.Each(func(_ int, bar *goquery.Selection) {
				require.Equal(t, 1, doc.Find(`section[id="`+href(t, bar).Fragment+`"]`).Length())
			})
		}
		causes.Each(func(_ int, c *goquery.Selection) {
			require.Positive(t, c.Find(".steps > li").Length())
			c.Find(".steps > li").Each(func(_ int, li *goquery.Selection) {
				records := li.Find("ul a")
				require.True(t, records.Length() > 0 || strings.Contains(said(li), "bản ghi"), said(li))
				records.Each(func(_ int, r *goquery.Selection) { require.Regexp(t, `^/so/\d+$`, href(t, r).Path) })
			})
		})
	}
	doc, _ := openPage(t, demoSite(), twoPoints+"&code=coops.established")
	require.Equal(t, "Các phần cộng lại đúng bằng chênh lệch: 10 HTX + 2 HTX + 3 HTX − 1 HTX = 14 HTX", said(doc.Find(".equation")))
	coop := href(t, doc.Find(".steps > li > p a").First())
	require.True(t, strings.HasPrefix(coop.Path, "/htx/"))
	require.Equal(t, "31/12/2023", coop.Query().Get("as_of"))
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, x *goquery.Selection) {
		id, _ := x.Attr("id")
		require.False(t, ids[id], "two of %s", id)
		ids[id] = true
	})
}

// Who was recorded and taken back between the two sizes still has a name, a
// correction that states no day claims none, and the place of a record is
// printed as it can be typed.
func TestTheBridgeNamesWhoCameAndWent(t *testing.T) {
	doc, p := openPage(t, demoSite(), twoPoints+"&code=linked.share")
	require.NoError(t, p.Err)
	taken := doc.Find("section.cause#nguyen-nhan-retracted li p a").First()
	require.Contains(t, said(taken), "Krông Nô 30")
	page := said(doc.Find("main"))
	require.NotContains(t, page, "có hiệu lực từ ,")
	require.Contains(t, page, "Bản ghi @3144: rút lại bản ghi @2404")
}

// What the page prints as a sum is one, for any figure between any two points.
func TestTheSumOnThePageAddsUp(t *testing.T) {
	s := demoSite()
	size := int(s.Answers.Head().Size())
	day := rapid.SampledFrom([]string{"31/12/2022", "15/03/2023", "30/11/2023", "31/12/2023", "20/02/2024", "01/07/2025"})
	var codes []string
	for _, o := range comparable() {
		codes = append(codes, o.Value)
	}
	var outer = t
	rapid.Check(t, func(t *rapid.T) {
		q := url.Values{"code": {rapid.SampledFrom(codes).Draw(t, "code")}, "scheme": {rapid.SampledFrom([]string{"", "tt01-2020"}).Draw(t, "scheme")}}
		for _, end := range []string{"a", "b"} {
			q.Set(end+"_as_of", day.Draw(t, end+" day"))
			q.Set(end+"_known_at", fmt.Sprintf("@%d", rapid.IntRange(size/2, size).Draw(t, end+" size")))
		}
		doc, p := openPage(outer, s, "/so-sanh?"+q.Encode())
		require.NoError(t, p.Err)
		equation := strings.TrimPrefix(said(doc.Find(".equation")), "Các phần cộng lại đúng bằng chênh lệch: ")
		if equation == "" {
			require.NotEmpty(t, doc.Find("h2 + p").Text())
			return
		}
		left, right, ok := strings.Cut(equation, " = ")
		require.True(t, ok, equation)
		require.Zero(t, summed(t, left).Cmp(summed(t, right)), equation)
	})
}

// summed reads "10 HTX + 2 HTX − 1 HTX" back: signs stand apart, or before a
// number that is below zero.
func summed(t require.TestingT, s string) *big.Rat {
	sum, sign := new(big.Rat), int64(1)
	for _, w := range strings.Fields(s) {
		switch w {
		case "+":
			sign = 1
			continue
		case "−":
			sign = -1
			continue
		}
		v, ok := new(big.Rat).SetString(strings.NewReplacer(".", "", ",", ".", "−", "-").Replace(w))
		if !ok {
			continue // a unit
		}
		sum.Add(sum, v.Mul(v, big.NewRat(sign, 1)))
	}
	return sum
}

func TestManyStepsArePaged(t *testing.T) {
	to := twoPoints + "&code=members.total"
	doc, _ := openPage(t, demoSite(), to)
	c := doc.Find("#nguyen-nhan-happened")
	require.Equal(t, firstSteps, c.Find(".steps > li").Length())
	require.Contains(t, said(c.Find("p.hint")), "20 phần lớn nhất trong")
	seen, next := 0, href(t, c.Find("p.hint a")).String()
	for next != "" {
		page, _ := openPage(t, demoSite(), next)
		c := page.Find("#nguyen-nhan-happened")
		seen += c.Find(".steps > li").Length()
		next = ""
		c.Find("p.hint a").Each(func(_ int, a *goquery.Selection) {
			if strings.Contains(a.Text(), "Tiếp") {
				next = href(t, a).String()
			}
		})
	}
	d, err := askerOf(demoSite()).Diff(context.Background(), answers.Query{AsOf: "30/11/2023", Known: "30/11/2023", Codes: []string{"members.total"}}, answers.Query{AsOf: "31/12/2023", Codes: []string{"members.total"}})
	require.NoError(t, err)
	require.Equal(t, d.Differences[0].Totals()[0].Steps, seen)
	require.Greater(t, seen, pageSteps)
	far, p := openPage(t, demoSite(), to+"&cause=happened&offset=99999")
	require.NoError(t, p.Err)
	require.Equal(t, 0, far.Find("#nguyen-nhan-happened .steps > li").Length())
}

// What is wrong with any parameter is said in Vietnamese, beside the field that it
// is about, and what was typed stays.
func TestBadInputOfAComparison(t *testing.T) {
	for _, c := range []struct{ name, typed, said string }{
		{"a_as_of", "30/02/2023", "không phải là ngày"},
		{"b_as_of", "hôm nay", "không phải là ngày"},
		{"a_known_at", "@99999999", "99999999"},
		{"b_known_at", "x", "“x”|\"x\""},
		{"place", "khong-co", "khong-co"},
		{"map", "1/1/1800", "1800"},
		{"period", "quy", "quy"},
		{"scheme", "tt99", "tt99"},
		{"code", "coops.establishd", "coops.established"},
		{"code", "coops.movement", "được ghép từ"},
		{"changed", "co", "co"},
		{"cause", "phep-mau", "phep-mau"},
		{"offset", "-1", "không phải là số nguyên"},
	} {
		q := url.Values{"a_as_of": {"30/11/2023"}, "b_as_of": {"31/12/2023"}, "code": {"coops.established"}}
		q.Set(c.name, c.typed)
		doc, p := openPage(t, demoSite(), "/so-sanh?"+q.Encode())
		require.Error(t, p.Err, c.name)
		require.Regexp(t, c.said, said(doc.Find(".problem")), c.name)
		require.Equal(t, 0, doc.Find("table, figure").Length(), c.name)
		told, ok := fault.Of(p.Err)
		require.True(t, ok)
		require.Equal(t, c.name, strings.ReplaceAll(told.Field, "-", "_"), c.name)
		kept := doc.Find(`[name="` + c.name + `"]`)
		if c.name == "cause" || c.name == "offset" || c.name == "changed" {
			continue // no field shows them
		}
		require.Equal(t, 1, doc.Find(`.problem a[href="#f-`+c.name+`"]`).Length(), c.name)
		require.Equal(t, 1, doc.Find(`#f-`+c.name+`-loi`).Length(), c.name)
		if v, typed := kept.Attr("value"); typed {
			require.Equal(t, c.typed, v)
		} else {
			v, _ := kept.Find("option[selected]").Attr("value")
			require.Equal(t, c.typed, v, c.name)
		}
	}
	doc, _ := openPage(t, demoSite(), "/so-sanh?a_as_of=x&b_as_of=y&b_known_at=z")
	require.Equal(t, 2, doc.Find(".problem li").Length(), "both points at once, one thing of each")
}

func TestAComparisonOnTwoMaps(t *testing.T) {
	doc, p := openPage(t, demoSite(), "/so-sanh?a_as_of=30/06/2025&b_as_of=02/07/2025&code=coops.registered")
	require.NoError(t, p.Err)
	require.Equal(t, 0, doc.Find(".problem").Length())
	_, p = openPage(t, demoSite(), "/so-sanh?a_as_of=31/12/2023&b_as_of=31/12/2024&place=dak-mil&period=statistical-year&scheme=tt01-2020")
	require.NoError(t, p.Err)
}

// Where there are many co-operatives the list does not explain every figure, and
// says the same numbers.
func TestAListWithoutReasons(t *testing.T) {
	s := demoSite()
	a := &Asked{Head: s.Answers.Head(), Path: "/so-sanh", Values: url.Values{"a_as_of": {"30/11/2023"}, "a_known_at": {"30/11/2023"}, "b_as_of": {"31/12/2023"}}}
	form := newCompareForm(s, a)
	require.Empty(t, form.resolve(a.Head))
	d, err := s.sides(t.Context(), form)
	require.NoError(t, err)
	require.Len(t, d.Differences, 49)
	for _, one := range d.Differences {
		bare := answers.Difference{From: one.From, To: one.To}
		row := newCompareRow(&Asked{Path: "/so-sanh"}, d, &bare, judgements{})
		full := newCompareRow(&Asked{Path: "/so-sanh"}, d, &one, judgements{})
		require.Equal(t, full.A, row.A)
		require.Equal(t, full.Change, row.Change)
		require.Equal(t, full.Bridge, row.Bridge)
		require.Empty(t, row.Why)
	}
}

func TestAnEmptyLedgerIsCompared(t *testing.T) {
	s := siteOf(newTeller(t).service())
	for _, to := range []string{"/so-sanh?a_as_of=01/01/2026&b_as_of=23/11/2026", "/so-sanh?a_as_of=01/01/2026&code=coops.established"} {
		doc, p := openPage(t, s, to)
		require.Error(t, p.Err, "its place is on no map yet")
		require.Contains(t, said(doc.Find(".problem")), "địa bàn")
	}
	require.NotEmpty(t, ask(t, s, "/so-sanh").Redirect)
}
