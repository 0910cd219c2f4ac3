package vi_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

func TestNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"0":                            vi.Integer(0),
		"1.550":                        vi.Integer(1550),
		"-1.234.567":                   vi.Integer(int64(-1234567)),
		"1.550,25":                     vi.Decimal(big.NewRat(155025, 100), 2),
		"44,95 %":                      vi.Percent(98, 218, 2),
		"45,0 %":                       vi.Percent(98, 218, 1),
		"37,5 %":                       vi.Percent(3, 8, 2),
		"100,0 %":                      vi.Percent(3, 3, 0),
		"999.999 đồng":                 vi.Money(big.NewRat(999_999, 1)),
		"1 triệu đồng":                 vi.Money(big.NewRat(1_000_000, 1)),
		"1.550,25 triệu đồng":          vi.Money(big.NewRat(1_550_250_000, 1)),
		"1.622,53 triệu đồng":          vi.Money(big.NewRat(34073127125, 21)),
		"272,59 tỷ đồng":               vi.Money(big.NewRat(272_585_017_000, 1)),
		"-2,5 triệu đồng":              vi.Money(big.NewRat(-2_500_000, 1)),
		vi.NoData:                      vi.Percent(0, 0, 1),
		"± 5 %":                        vi.Tolerance(500),
		"2,5 %":                        vi.Share(250),
		"90 %":                         vi.Share(9000),
		"05/12/2023":                   vi.Day(calendar.DayOf(2023, 12, 5)),
		"05/12/2023 09:11:09":          vi.Instant(instant(t, "2023-12-05T02:11:09.123456Z")),
		"từ 01/01/2023 đến 31/12/2023": vi.Period(calendar.Period{First: calendar.FirstOfYear(2023), Last: calendar.LastOfYear(2023)}),
	} {
		require.Equal(t, want, got)
	}
}

func instant(t *testing.T, s string) calendar.Instant {
	i, err := calendar.ParseInstant(s)
	require.NoError(t, err)
	return i
}

func figure(t *testing.T, code string, num, den int64) *indicator.Figure {
	d, err := indicator.Find(code)
	require.NoError(t, err)
	return &indicator.Figure{Definition: d, Num: num, Den: den, Expected: 211, Reported: 195}
}

func TestFigures(t *testing.T) {
	none := figure(t, "members.total", 0, 1)
	none.NoData = true
	require.Equal(t, "211 HTX", vi.Figure(figure(t, "coops.registered", 211, 1)))
	require.Equal(t, "44,95 %", vi.Figure(figure(t, "linked.share", 98, 218)))
	require.Equal(t, "1.550 triệu đồng", vi.Figure(figure(t, "revenue.mean", 3_100_000_000, 2)))
	require.Equal(t, "…", vi.Figure(none))
	require.Equal(t, "195/211 HTX đã báo cáo", vi.Coverage(none))
	require.Empty(t, vi.Coverage(figure(t, "coops.registered", 211, 1)))
}

func goal(rule plan.Rule, unit string, numbers ...int64) plan.Goal {
	g := plan.Goal{Rule: rule, Unit: unit}
	if len(numbers) > 0 {
		g.Low = &numbers[0]
	}
	if len(numbers) > 1 {
		g.High = &numbers[1]
	}
	return g
}

func TestGoals(t *testing.T) {
	for want, g := range map[string]plan.Goal{
		"15 HTX":                  goal(plan.Exactly, "HTX", 15),
		"khoảng 4.600 thành viên": goal(plan.About, "thành viên", 4600),
		"khoảng 1.550 triệu đồng": goal(plan.About, "đồng", 1_550_000_000),
		"phấn đấu 45 %":           goal(plan.Strive, "%", 45),
		"14 đến 17 HTX":           goal(plan.FromTo, "HTX", 14, 17),
		"ít nhất 5 đến 7 mô hình": goal(plan.AtLeastFromTo, "mô hình", 5, 7),
		"ít nhất 3 HTX":           goal(plan.AtLeast, "HTX", 3),
		"hoàn thành":              goal(plan.Done, ""),
		"":                        {},
	} {
		require.Equal(t, want, vi.Goal(g))
	}
}

// What is printed never says more or less than the verdict.
func TestMeasuredNeverContradicts(t *testing.T) {
	require.Equal(t, "44,95 %", vi.MeasuredText(goal(plan.Strive, "%", 45), plan.Measured{Num: 98, Den: 218}, 0))
	require.Equal(t, "1.549,9999997 triệu đồng", vi.MeasuredText(goal(plan.Strive, "đồng", 1_550_000_000), plan.Measured{Num: 4_649_999_999, Den: 3}, 0))
	require.Equal(t, "3/4", vi.MeasuredText(goal(plan.Done, ""), plan.Measured{Num: 3, Den: 4}, 0))
	require.Equal(t, "211 HTX", vi.MeasuredText(goal(plan.About, "HTX", 218), plan.Measured{Num: 211, Den: 1}, 500))
	require.Equal(t, "…", vi.MeasuredText(goal(plan.About, "HTX", 218), plan.Measured{NoData: true}, 500))
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(1, 5_000_000_000).Draw(t, "low")
		m := plan.Measured{Num: rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "num"), Den: rapid.Int64Range(1, 300).Draw(t, "den")}
		g := goal(plan.Strive, "đồng", low)
		printed := read(t, vi.MeasuredText(g, m, 500))
		exact := g.Value(m)
		for _, threshold := range g.Thresholds(500) {
			require.Equal(t, exact.Cmp(threshold), printed.Cmp(threshold), "%s against %s", printed, threshold)
		}
	})
}

// read takes a printed sum back to đồng.
func read(t require.TestingT, s string) *big.Rat {
	digits, scale := "", int64(0)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r == '-':
			digits += string(r)
		case r == ',':
			digits += "."
		}
	}
	for _, word := range []struct {
		end   string
		scale int64
	}{{" triệu đồng", 1_000_000}, {" tỷ đồng", 1_000_000_000}, {" đồng", 1}} {
		if scale == 0 && len(s) > len(word.end) && s[len(s)-len(word.end):] == word.end {
			scale = word.scale
		}
	}
	v, ok := new(big.Rat).SetString(digits)
	if !ok || scale == 0 {
		t.Errorf("no sum: %q", s)
		t.FailNow()
	}
	return v.Mul(v, big.NewRat(scale, 1))
}

// Every verdict has a shape of its own, so that colour is never needed.
func TestVerdicts(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []plan.Code{plan.Met, plan.Exceeded, plan.Within, plan.Near, plan.Missed, plan.NoData, plan.NotApplicable} {
		require.NotEmpty(t, vi.Symbol(c))
		require.False(t, seen[vi.Symbol(c)], c)
		seen[vi.Symbol(c)] = true
		require.Equal(t, vi.Symbol(c)+" "+c.Word(), vi.Verdict(c))
	}
	require.Equal(t, "◐ Gần đạt", vi.Verdict(plan.Near))
}

func TestMissing(t *testing.T) {
	g := goal(plan.Strive, "đồng", 80_000_000)
	require.Equal(t, "còn thiếu 2,5 triệu đồng", vi.MissingToGoal(plan.Judge(g, plan.Measured{Num: 77_500_000, Den: 1}, 0, 0), g.Unit))
	require.Equal(t, "còn thiếu 1 đồng", vi.MissingToGoal(plan.Judge(g, plan.Measured{Num: 79_999_999, Den: 1}, 0, 0), g.Unit))
	require.Empty(t, vi.MissingToGoal(plan.Judge(g, plan.Measured{Num: 80_000_000, Den: 1}, 0, 0), g.Unit))
	g = goal(plan.Exactly, "HTX", 15)
	require.Equal(t, "còn thiếu 1 HTX", vi.MissingToGoal(plan.Judge(g, plan.Measured{Num: 14, Den: 1}, 0, 0), g.Unit))
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, s := range directory.Statuses {
		require.NotEmpty(t, vi.Status(s), s)
	}
	for _, r := range ledger.Reasons {
		require.NotEmpty(t, vi.Reason(r), r)
	}
	for _, r := range ledger.Roles {
		require.NotEmpty(t, vi.Role(r), r)
	}
	for _, f := range []string{"htx", "tht", "lhhtx"} {
		require.NotEmpty(t, vi.Form(f), f)
	}
	require.Equal(t, "đầu kỳ", vi.Part("opening"))
	require.Equal(t, "other", vi.Part("other"))
}

func TestAsOf(t *testing.T) {
	p := &answers.Point{Size: 1204, LastRecorded: instant(t, "2023-12-05T02:11:09Z"), PlaceName: "Đắk Nông"}
	p.Valid = calendar.DayOf(2023, 12, 31)
	for typed, want := range map[string]string{
		"":                     "hiện tại",
		"2024-01-31":           "31/01/2024",
		"31/1/2024":            "31/01/2024",
		"2024-01-31T00:00:00Z": "31/01/2024 07:00:00",
		"@1204":                "05/12/2023 09:11:09",
	} {
		var err error
		p.Known, err = ledger.ParseKnown(typed)
		require.NoError(t, err)
		require.Equal(t, "Số liệu tại ngày 31/12/2023, theo hồ sơ ghi nhận đến "+want+" (cỡ sổ 1.204)", vi.AsOf(p))
	}
	require.Equal(t, "Đắk Nông", vi.Area(p))
	p.Map = calendar.DayOf(2025, 7, 1)
	require.Equal(t, "Đắk Nông (theo bản đồ ngày 01/07/2025)", vi.Area(p))
}

func TestSource(t *testing.T) {
	require.Empty(t, vi.Source(nil))
	require.Equal(t, "Quyết định 123/QĐ-UBND ngày 10/03/2023 của UBND huyện Đắk Mil, trang tính HTX, dòng 1.012",
		vi.Source(&ledger.Source{Document: "Quyết định 123/QĐ-UBND", Issued: calendar.OnDay(calendar.DayOf(2023, 3, 10)), Issuer: "UBND huyện Đắk Mil", Sheet: "HTX", Row: 1012}))
	month, err := calendar.ParseStated("2023-03")
	require.NoError(t, err)
	require.Equal(t, "Báo cáo tháng 03/2023", vi.Source(&ledger.Source{Document: "Báo cáo", Issued: month}))
	require.Equal(t, "dòng 3", vi.Source(&ledger.Source{Row: 3}))
	require.Equal(t, "03/2023", vi.Due(plan.Due{Stated: month}))
	require.Equal(t, "thường xuyên", vi.Due(plan.Due{Text: "thường xuyên"}))
	require.Equal(t, vi.NoData, vi.Due(plan.Due{}))
}

func TestQuantities(t *testing.T) {
	q, ok := vi.Measure(goal(plan.About, "đồng", 1_550_000_000), plan.Measured{Num: 4_649_999_999, Den: 3}, 500)
	require.True(t, ok)
	require.Equal(t, []string{"1.549,9999997", "triệu đồng"}, []string{q.Number(), q.Unit})
	_, ok = vi.Measure(goal(plan.About, "HTX", 218), plan.Measured{NoData: true}, 500)
	require.False(t, ok)
	low, high, ok := vi.Bounds(goal(plan.FromTo, "đồng", 1_550_250_000, 20_000_000_000))
	require.True(t, ok)
	require.Equal(t, "1.550,25 triệu đồng – 20.000 triệu đồng", low.String()+" – "+high.String())
	low, high, ok = vi.Bounds(goal(plan.Strive, "%", 45))
	require.True(t, ok)
	require.Equal(t, []string{"45 %", "45 %"}, []string{low.String(), high.String()})
	_, _, ok = vi.Bounds(goal(plan.Done, ""))
	require.False(t, ok)
}
