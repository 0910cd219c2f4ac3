package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// A figure of papers lists them, and the agencies whose paper did not come; it
// does not ask after co-operatives.
func TestWhyOfPapers(t *testing.T) {
	doc, p := read(t, demoSite(), "/vi-sao/reports.received?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Equal(t, 13, doc.Find(".papers tbody tr").Length())
	require.Equal(t, 3, doc.Find(".papers td .note").Length(), "late ones")
	require.Len(t, strings.Split(words(doc.Find(".missing")), ";"), 3)
	require.Contains(t, words(doc.Find("dd").First()), "Kế hoạch không liệt kê đơn vị phải nộp")
	require.NotContains(t, words(doc.Find("main")), "HTX tôi")
	require.Equal(t, "10 đúng hạn · 3 nộp muộn · 3 còn thiếu", words(doc.Find(".formula")))
	require.Regexp(t, `^/so/\d+\?as_of=`, doc.Find(".papers a").First().AttrOr("href", ""))
	doc, p = read(t, demoSite(), "/vi-sao/tasks.delivered?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find("main")), "không đếm HTX")
}

// follow reads the address that a link leads to.
func follow(t *testing.T, s *Site, x *goquery.Selection) (*goquery.Document, Page) {
	t.Helper()
	to, ok := x.Attr("href")
	require.True(t, ok, "no link: %s", words(x))
	return read(t, s, to)
}

// Both sides of a figure are there in full: every co-operative that the JSON
// names is on one of the pages of one of the two lists.
func TestWhyShowsBothSides(t *testing.T) {
	s := demoSite()
	e, err := askerOf(s).Explain(context.Background(), answers.Query{AsOf: "31/12/2023"}, "linked.share", "")
	require.NoError(t, err)
	for i, want := range []int{len(e.Figure.In), len(e.Figure.Out)} {
		n, to := 0, "/vi-sao/linked.share?as_of=31/12/2023"
		for to != "" {
			doc, p := read(t, s, to)
			require.NoError(t, p.Err)
			side := doc.Find(".sides > .side").Eq(i)
			n += side.Find("tbody tr").Length()
			require.Contains(t, words(side.Find("h2")), strconv.Itoa(want)+" HTX")
			to = side.Find(`a[rel=next]`).AttrOr("href", "")
		}
		require.Equal(t, want, n)
	}
	require.Greater(t, len(e.Figure.Out), 2*whyPage, "paging is tried")
}

func TestWhyShowsTheFormula(t *testing.T) {
	s := demoSite()
	doc, p := read(t, s, "/vi-sao/linked.share?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Equal(t, "Vì sao? Tỷ lệ HTX liên kết với doanh nghiệp (trên HTX đang hoạt động)", words(doc.Find("h1")))
	require.Equal(t, "44,79 %", words(doc.Find(".value .big")))
	require.Contains(t, words(doc.Find(".value")), "73 ÷ 163 = 44,79 %")
	require.Contains(t, words(doc.Find(".value")), "Mẫu số 163 = 73 HTX được tính + 90 HTX không được tính nhưng vẫn nằm trong mẫu số.")
	require.Contains(t, words(doc.Find(".meaning")), "linked.share, phiên bản 1")
	require.Contains(t, words(doc.Find(".meaning .asked")), "T09 phấn đấu có 45% HTX")
	for _, x := range []string{"/dien-bien/linked.share?as_of=31%2F12%2F2023", "/so-sanh?as_of=31%2F12%2F2023&code=linked.share"} {
		require.Equal(t, 1, doc.Find(`.meaning a[href="`+x+`"]`).Length(), x)
	}
	require.NotZero(t, doc.Find(".days li").Length(), "the days on which the number changed")

	doc, p = read(t, s, "/vi-sao/coops.movement?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Regexp(t, `^\d+ đầu kỳ \+ \d+ thành lập mới − \d+ chấm dứt \+ -?\d+ chuyển phạm vi = \d+ cuối kỳ$`, words(doc.Find(".value .formula")))
	doc.Find(".value .term").Each(func(i int, term *goquery.Selection) {
		part, p := follow(t, s, term.Find("a"))
		require.NoError(t, p.Err)
		require.Equal(t, words(term.Find("a"))+" HTX", words(part.Find(".value .big")), "the term is what its own page says")
	})

	for code, want := range map[string]string{
		"members.total":                      "tổng của",
		"revenue.mean":                       " đồng ÷ ",
		"income.mean":                        " lao động = ",
		"coops.registered":                   "đếm 211 HTX được tính dưới đây",
		"training.attendances.plan":          "lớp được tính dưới đây",
		"ocop.products":                      "sản phẩm được tính dưới đây",
		"reports.received":                   "đúng hạn",
		"training.classes.other":             "lớp được tính dưới đây",
		"quality.good-fair.share":            "vẫn nằm trong mẫu số",
		"certificates.supported":             "HTX được tính dưới đây",
		"trade.fairs":                        "hội chợ được tính dưới đây",
		"coops.rescoped":                     "được tính dưới đây",
		"quality.good-fair.share.registered": "÷ 211",
	} {
		doc, p := read(t, s, "/vi-sao/"+code+"?as_of=31/12/2023")
		require.NoError(t, p.Err, code)
		require.Contains(t, words(doc.Find(".value")), want, code)
	}
}

// Every figure of the catalogue has its page, on a day with and without numbers.
func TestWhyOfEveryFigure(t *testing.T) {
	for _, d := range indicator.All() {
		for _, day := range []string{"31/12/2023", "1/1/2010"} {
			p := ask(t, demoSite(), "/vi-sao/"+d.Code+"?as_of="+day)
			require.NoError(t, p.Err, d.Code)
		}
	}
}

// From a counted number to the paper: record, day, actor, document, and what it
// was before.
func TestWhyLeadsToThePaper(t *testing.T) {
	doc, p := read(t, demoSite(), "/vi-sao/coops.registered?as_of=31/12/2023&q=dak+song+31")
	require.NoError(t, p.Err)
	in := doc.Find(".sides > .side").Eq(0)
	require.Equal(t, 1, in.Find("tbody tr").Length())
	require.Equal(t, "/htx/mp-dak-song-31?as_of=31%2F12%2F2023", in.Find("tbody th a").AttrOr("href", ""))
	fact := in.Find("details.fact")
	require.Contains(t, words(fact), "ngày 09/06/2023")
	require.Contains(t, words(fact.Find("s").Eq(1)), "có hiệu lực từ ngày 06/10/2023")
	require.Contains(t, words(fact), "giấy chứng nhận ghi ngày 09/6/2023")
	require.Equal(t, 2, fact.Find("s").Length(), "what it said before, twice corrected")
	require.Equal(t, 3, fact.Find(`a[href^="/so/"]`).Length())
	out := doc.Find(".sides > .side").Eq(1)
	require.Contains(t, words(out), "Không có gì khớp với “dak song 31” ở phía này.")
}

func TestWhyByReason(t *testing.T) {
	s := demoSite()
	doc, p := read(t, s, "/vi-sao/coops.operating?as_of=31/12/2023")
	require.NoError(t, p.Err)
	chips := doc.Find(".side .presets a")
	require.Greater(t, chips.Length(), 3)
	total, sum := 0, 0
	chips.Each(func(i int, a *goquery.Selection) {
		_, count, _ := strings.Cut(words(a), ": ")
		n, err := strconv.Atoi(count)
		require.NoError(t, err, words(a))
		only, p := follow(t, s, a)
		require.NoError(t, p.Err)
		if i == 0 {
			total = n
			return
		}
		sum += n
		require.Equal(t, "true", only.Find(".side .presets a").FilterFunction(func(_ int, x *goquery.Selection) bool { return words(x) == words(a) }).AttrOr("aria-current", ""))
		only.Find(".sides > .side").Eq(1).Find(`td[data-label="Lý do"]`).Each(func(_ int, td *goquery.Selection) {
			require.Equal(t, strings.Split(words(a), ": ")[0], words(td))
		})
	})
	require.Equal(t, total, sum, "the reasons are all that is not counted")
}

// The box answers for one who is typed out in full, and otherwise offers, never
// guesses.
func TestWhyNotMyCoop(t *testing.T) {
	s := demoSite()
	base := "/vi-sao/linked.share?as_of=31/12/2023&htx="
	for typed, want := range map[string]string{
		"mp-dak-song-31":              "không được tính.",
		"9900013939":                  "không được tính.",
		"htx nong nghiep xanh nam da": "không được tính.",
		"mp-gia-nghia-22":             "đã chấm dứt (giải thể, sáp nhập, chia, chuyển đổi)",
		"dak song":                    "32 HTX khớp với “dak song”; đây là 8 HTX đầu",
		"xanh nam da":                 "Có phải là HTX này?",
		"buon choahh":                 "Có phải là một trong các HTX này?",
		"qqqqqq":                      "Không có HTX nào tên hoặc mã như “qqqqqq”",
		"<script>alert(1)</script>":   "<script>alert(1)</script>",
	} {
		doc, p := read(t, s, base+url.QueryEscape(typed))
		require.NoError(t, p.Err, typed)
		require.Contains(t, words(doc.Find("#tra-loi")), want, typed)
		require.Equal(t, typed, doc.Find("#f-htx").AttrOr("value", ""))
		require.Zero(t, doc.Find("#tra-loi script").Length())
	}
	doc, _ := read(t, s, base+url.QueryEscape("xanh nam da"))
	answer, p := follow(t, s, doc.Find("#tra-loi .offers a"))
	require.NoError(t, p.Err)
	require.Contains(t, words(answer.Find(".answer.out")), "HTX Nông nghiệp xanh Nam Đà không được tính.")
	require.NotZero(t, answer.Find(".answer details.fact").Length())
	require.Contains(t, answer.Find("footer a").First().AttrOr("href", ""), "why_not=htx-nong-nghiep-xanh-nam-da")

	doc, p = read(t, s, "/vi-sao/ocop.products?as_of=31/12/2023&htx=mp-dak-song-31")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find(".answer")), "không được tính: chưa có sản phẩm nào")
	doc, p = read(t, s, "/vi-sao/trade.fairs?as_of=31/12/2023&htx=mp-dak-song-31")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find(".answer")), "không liên quan")
}

// Who owns a product in force is counted among the products by it.
func TestWhyNotOfProducts(t *testing.T) {
	s := demoSite()
	e, err := askerOf(s).Explain(context.Background(), answers.Query{AsOf: "31/12/2023"}, "ocop.coops", "")
	require.NoError(t, err)
	doc, p := read(t, s, "/vi-sao/ocop.products?as_of=31/12/2023&htx="+e.Figure.In[0].Subject.Key)
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find(".answer.in")), "được tính.")
}

func TestWhyHome(t *testing.T) {
	s := demoSite()
	doc, p := read(t, s, "/vi-sao?as_of=31/12/2023")
	require.NoError(t, p.Err)
	links := doc.Find(".figures-list tbody th a")
	require.Equal(t, len(indicator.All()), links.Length(), "every figure can be chosen")
	_, p = follow(t, s, links.First())
	require.NoError(t, p.Err)

	doc, p = read(t, s, "/vi-sao?as_of=15/3/2024&htx=mp-dak-song-31")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find(".lead")), "Đánh giá tại ngày 31/12/2023")
	sides := doc.Find("#tra-loi .side")
	require.Equal(t, 2, sides.Length())
	require.Contains(t, words(sides.Eq(0)), "T01")
	require.Contains(t, words(sides.Eq(1)), "chưa có hợp đồng liên kết")
	sides.Find("tbody th a").Each(func(_ int, a *goquery.Selection) {
		page, p := follow(t, s, a)
		require.NoError(t, p.Err)
		require.Equal(t, 1, page.Find("#tra-loi .answer").Length(), words(a))
		counted := page.Find("#tra-loi .answer.in").Length() == 1
		require.Equal(t, a.Closest(".side").Is(sides.Eq(0).Nodes[0].Data+":first-child"), counted, words(a))
	})

	doc, p = read(t, s, "/vi-sao?htx=dak+song")
	require.NoError(t, p.Err)
	require.Equal(t, mostOffers, doc.Find("#tra-loi .offers li").Length())
}

// A point without a plan still answers, over the whole catalogue.
func TestWhyHomeWithoutAPlan(t *testing.T) {
	doc, p := read(t, demoSite(), "/vi-sao?as_of=31/12/2020&htx=mp-dak-song-01")
	require.NoError(t, p.Err)
	require.Equal(t, 2, doc.Find("#tra-loi .side").Length())
	require.Equal(t, "Mọi chỉ tiêu", words(doc.Find("main > h2").First()))
}

func TestWhyAskedWrongly(t *testing.T) {
	s := demoSite()
	long := strings.Repeat("ă", mostTyped+1)
	for to, want := range map[string][2]string{ // the field that is marked, the sentence
		"/vi-sao/coops.registered?as_of=31/13/2023":             {"as_of", "31/13/2023"},
		"/vi-sao/coops.registered?known_at=@99999":              {"known_at", "99999"},
		"/vi-sao/coops.registered?place=khong-co":               {"place", "khong-co"},
		"/vi-sao/coops.registered?period=thang":                 {"period", "thang"},
		"/vi-sao/coops.registered?map=x":                        {"", "x"},
		"/vi-sao/coops.registered?scheme=tt99":                  {"", "tt99"},
		"/vi-sao/coops.registered?page=0":                       {"", "“0” không phải là số trang"},
		"/vi-sao/coops.registered?page_out=hai":                 {"", "“hai” không phải là số trang"},
		"/vi-sao/coops.registered?reason=%3Cb%3E":               {"", "không có lý do “<b>”"},
		"/vi-sao/coops.registered?q=" + url.QueryEscape(long):   {"q", "ô này có 121 ký tự"},
		"/vi-sao/coops.registered?htx=" + url.QueryEscape(long): {"htx", "ô này có 121 ký tự"},
		"/vi-sao/coops.registred":                               {"", "coops.registered"},
		"/vi-sao?as_of=hôm-qua":                                 {"as_of", "hôm-qua"},
		"/vi-sao?htx=" + url.QueryEscape(long):                  {"htx", "ô này có 121 ký tự"},
	} {
		doc, p := read(t, s, to)
		require.Error(t, p.Err, to)
		problem := strings.NewReplacer(`"`, "", "“", "", "”", "").Replace(words(doc.Find(".problem")))
		require.Contains(t, problem, strings.NewReplacer("“", "", "”", "").Replace(want[1]), to)
		if want[0] != "" {
			require.Equal(t, "true", doc.Find("#f-"+want[0]).AttrOr("aria-invalid", ""), to)
			require.Equal(t, 1, doc.Find(`.problem a[href="#f-`+want[0]+`"]`).Length(), to)
		}
		require.Zero(t, doc.Find("#ket-qua tbody tr").Length(), to)
		require.Equal(t, 1, doc.Find("#f-htx").Length(), "the page keeps its form: %s", to)
	}
}

// A page beyond the last is the last.
func TestWhyBeyondTheLastPage(t *testing.T) {
	doc, p := read(t, demoSite(), "/vi-sao/coops.registered?as_of=31/12/2023&page=999")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find(".sides > .side").Eq(0)), "trong 211")
	require.NotZero(t, doc.Find(".sides > .side").Eq(0).Find("tbody tr").Length())
}

// The point goes along, and pages of lists do not go along to another point.
func TestWhyCarriesThePoint(t *testing.T) {
	doc, p := read(t, demoSite(), "/vi-sao/coops.registered?as_of=31/12/2023&known_at=@3000&place=dak-song&page=2&q=mo")
	require.NoError(t, p.Err)
	doc.Find(".sides tbody th a").Each(func(_ int, a *goquery.Selection) {
		require.Contains(t, a.AttrOr("href", ""), "known_at=%403000&place=dak-song")
	})
	require.Zero(t, doc.Find(`.clocks input[name=page]`).Length())
	require.Equal(t, "mo", doc.Find(`.clocks input[name=q]`).AttrOr("value", ""))
	require.Contains(t, doc.Find("footer a").AttrOr("href", ""), "/api/v1/explain/coops.registered?as_of=2023-12-31&known_at=%403000")
}

func TestWhyOfAnEmptyLedger(t *testing.T) {
	s := siteOf(newTeller(t).service())
	for _, to := range []string{"/vi-sao", "/vi-sao/coops.registered", "/vi-sao?htx=a", "/vi-sao/coops.registered?htx=a", "/htx", "/htx/a"} {
		doc, p := read(t, s, to)
		require.Error(t, p.Err, to)
		require.NotEmpty(t, words(doc.Find(".problem")), to)
	}
}
