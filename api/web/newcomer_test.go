package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
)

// A day on which a number is printed again says what moved then.
func TestADayOfTheSameNumberSaysWhatMoved(t *testing.T) {
	f := func(code string, num, den, reported int64) *indicator.Figure {
		d, err := indicator.Find(code)
		require.NoError(t, err)
		return &indicator.Figure{Definition: d, Num: num, Den: den, Reported: reported, Expected: 211}
	}
	code := "revenue.mean"
	require.Equal(t, " (chỉ độ phủ thay đổi: 205/211 HTX đã báo cáo)", sameNumber(f(code, 5, 1, 204), f(code, 5, 1, 205)))
	require.Empty(t, sameNumber(f(code, 5, 1, 204), f(code, 6, 1, 205)))
	require.Equal(t, " (+0,0004 điểm %)", sameNumber(f("linked.share", 33_331, 100_000, 0), f("linked.share", 333_314, 1_000_000, 0)))
	s := demoSite()
	a := &Asked{Head: s.Answers.Head(), Path: "/vi-sao/" + code, Values: url.Values{"as_of": {"31/12/2023"}}}
	clocks := s.newFrame(a, "Thử")
	p, err := a.resolve()
	require.NoError(t, err)
	d, err := indicator.Find(code)
	require.NoError(t, err)
	require.NoError(t, clocks.listChanges(p, d))
	list := clocks.Clocks.Days
	require.Greater(t, len(list), 1)
	for i := range list[:len(list)-1] {
		_, now, _ := strings.Cut(list[i].Text, ": ")
		_, before, _ := strings.Cut(list[i+1].Text, ": ")
		before, _, _ = strings.Cut(before, " (")
		require.NotEqual(t, before, now, "%s, %s", list[i].Text, list[i+1].Text)
	}
}

// The ways of writing the name of an agency are one choice, and that choice keeps
// the rows of each.
func TestAgenciesAreOfferedOnce(t *testing.T) {
	for _, x := range [][2]string{
		{"Sở Nông nghiệp và PTNT", "Sở Nông nghiệp và Phát triển nông thôn"}, {"UBND TP. Gia Nghĩa", "UBND thành phố Gia Nghĩa"},
		{"Liên minh HTX tỉnh", "Liên minh Hợp tác xã tỉnh"}, {"Sở KH&ĐT", "Sở Kế hoạch và Đầu tư"},
	} {
		require.Equal(t, agencyKey(x[0]), agencyKey(x[1]))
	}
	require.NotEqual(t, agencyKey("UBND huyện Đắk Mil"), agencyKey("UBND huyện Đắk Song"))
	doc, p := read(t, demoSite(), "/?as_of=31/12/2023")
	require.NoError(t, p.Err)
	names := doc.Find("#f-lead option").Map(func(_ int, o *goquery.Selection) string { return spelling.Plain(words(o)) })
	for _, part := range []string{"so nong nghiep va p", "gia nghia", "lien minh h"} {
		n := 0
		for _, name := range names {
			if strings.Contains(name, part) && !strings.Contains(name, ";") {
				n++
			}
		}
		require.Equal(t, 1, n, "%s in %v", part, names)
	}
	short, p := read(t, demoSite(), "/?as_of=31/12/2023&lead="+url.QueryEscape("Sở Nông nghiệp và PTNT"))
	require.NoError(t, p.Err)
	long, p := read(t, demoSite(), "/?as_of=31/12/2023&lead="+url.QueryEscape("Sở Nông nghiệp và Phát triển nông thôn"))
	require.NoError(t, p.Err)
	require.Equal(t, words(long.Find("table.tasks")), words(short.Find("table.tasks")))
	require.Contains(t, words(short.Find("table.tasks")), "Phát triển nông thôn", "as the plan prints it")
}

// A row that is made of several figures leads to each of them.
func TestARowOfSeveralFiguresLeadsToEach(t *testing.T) {
	doc, p := read(t, demoSite(), "/?as_of=31/12/2023")
	require.NoError(t, p.Err)
	parts := doc.Find("tr#T14 .parts a")
	require.Greater(t, parts.Length(), 1)
	for i := range parts.Length() {
		to := parts.Eq(i).AttrOr("href", "")
		require.True(t, strings.HasPrefix(to, "/vi-sao/"), to)
		_, p := read(t, demoSite(), to)
		require.NoError(t, p.Err, to)
	}
	require.Zero(t, doc.Find("tr#T01 .parts").Length(), "one figure has its own link")
}

// What is short of things to be done is told in the same words everywhere.
func TestShortOfThings(t *testing.T) {
	v := plan.Verdict{Vi: "còn thiếu 2"}
	several := plan.TargetRow{}
	several.Rule, several.Also = plan.Done, []string{"a", "b"}
	require.Equal(t, "còn thiếu 2 việc", vi.MissingToTarget(v, several))
	require.Equal(t, "còn thiếu 2", vi.MissingToTarget(v, plan.TargetRow{}))
	require.Empty(t, vi.MissingToTarget(plan.Verdict{}, several))
}

// Pages of a ledger that has nothing yet say what to do next.
func TestNextStepsWhereThereIsNothing(t *testing.T) {
	w := newTeller(t)
	w.take(`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`, "2022-12-01T01:00:00Z")
	s := siteOf(w.service())
	doc, p := read(t, s, "/htx")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find("#ket-qua")), "Trong sổ chưa có HTX nào ở mốc này. Hãy nộp bảng danh sách HTX")
	require.NotContains(t, words(doc.Find("#ket-qua")), "gõ ít chữ")
	require.Equal(t, 1, doc.Find(`#ket-qua a[href="/nop-bang"]`).Length())
	doc, p = read(t, s, "/bao-cao/lap")
	require.ErrorIs(t, p.Err, answers.ErrNoPlan)
	require.Contains(t, words(doc.Find(".start")), "Ghi kế hoạch năm: chưa có")
	require.Contains(t, words(doc.Find(".problem")), "trong sổ chưa có kế hoạch nào")
}

// What is wrong is told without codes of programs where there are words.
func TestWrongQuestionsInWords(t *testing.T) {
	doc, p := read(t, demoSite(), "/?as_of=31/12/2023&period=2024-01-01")
	require.ErrorIs(t, p.Err, calendar.ErrPeriod)
	require.Contains(t, words(doc.Find(".problem")), "năm thống kê")
	require.Contains(t, words(doc.Find(".problem")), "không sau 31/12/2023")
	doc, p = read(t, demoSite(), "/vi-sao/khong.co.gi?as_of=31/12/2023")
	require.ErrorIs(t, p.Err, indicator.ErrUnknown)
	require.NotContains(t, words(doc.Find(".problem")), "gần giống")
	require.NotContains(t, words(doc.Find(".problem")), "htxledger")
}

// A record that is late says when one is, and a class the paper of its scheme.
func TestLateAndSchemesInWords(t *testing.T) {
	const rule = "Ghi muộn: ghi sau ngày có hiệu lực quá 30 ngày."
	doc, p := read(t, demoSite(), "/so?marks=late")
	require.NoError(t, p.Err)
	require.Equal(t, 1, strings.Count(words(doc.Find("main")), rule))
	late := doc.Find("main table tbody th a").First().AttrOr("href", "")
	doc, _ = read(t, demoSite(), late)
	require.Contains(t, words(doc.Find("main")), rule)
	doc, p = read(t, demoSite(), "/vi-sao/quality.good-fair.share?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find("main")), "xếp loại theo Thông tư 09/2017/TT-BNNPTNT")
}
