package plan

import (
	"math/big"
	"strings"
	"testing"

	"htxledger/domain/fault"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func requireFault(t *testing.T, err error, code, field string) {
	t.Helper()
	f, ok := fault.Of(err)
	require.True(t, ok, "want %s, got %v", code, err)
	require.Equal(t, [2]string{code, field}, [2]string{f.Code, f.Field})
}

func goal(rule Rule, unit string, numbers ...int64) Goal {
	g := Goal{Rule: rule, Unit: unit, Low: &numbers[0]}
	if len(numbers) > 1 {
		g.High = &numbers[1]
	}
	return g
}

func whole(i int64) Measured { return Measured{Num: i, Den: 1} }

// The tolerance is 5 % and the coverage 90 %.
func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name string
		g    Goal
		m    Measured
		word string
		vi   string
	}{
		{"15 of exactly 15", goal(Exactly, "HTX", 15), whole(15), "Đạt", ""},
		{"16 of exactly 15", goal(Exactly, "HTX", 15), whole(16), "Vượt", ""},
		{"14 of exactly 15 is 6,7 % short", goal(Exactly, "HTX", 15), whole(14), "Chưa đạt", "còn thiếu 1 HTX"},
		{"19 of exactly 20 is 5 % short", goal(Exactly, "HTX", 20), whole(19), "Gần đạt", "còn thiếu 1 HTX"},

		{"10 of at least 10", goal(AtLeast, "HTX", 10), whole(10), "Đạt", ""},
		{"40 of at least 10 is only met", goal(AtLeast, "HTX", 10), whole(40), "Đạt", ""},
		{"9 of at least 10", goal(AtLeast, "HTX", 10), whole(9), "Chưa đạt", "còn thiếu 1 HTX"},
		{"95 of at least 100", goal(AtLeast, "HTX", 100), whole(95), "Gần đạt", "còn thiếu 5 HTX"},
		{"0 of at least 0", goal(AtLeast, "HTX", 0), whole(0), "Đạt", ""},

		{"about 218: 5 % below is 207,1", goal(About, "HTX", 218), whole(208), "Đạt", ""},
		{"about 218: 207 is beyond", goal(About, "HTX", 218), whole(207), "Chưa đạt", "còn thiếu 11 HTX"},
		{"about 218: 5 % above is 228,9", goal(About, "HTX", 218), whole(228), "Đạt", ""},
		{"about 218: 229 is beyond", goal(About, "HTX", 218), whole(229), "Vượt", ""},
		{"about 100: the edges are inside", goal(About, "HTX", 100), whole(95), "Đạt", ""},
		{"about 100: the edges are inside, above", goal(About, "HTX", 100), whole(105), "Đạt", ""},
		{"about 10 %: 9,4999 %", goal(About, Percent, 10), Measured{Num: 94999, Den: 1000000}, "Chưa đạt", "còn thiếu 5.001 HTX"},
		{"about 10 %: 9,5 %", goal(About, Percent, 10), Measured{Num: 19, Den: 200}, "Đạt", ""},

		{"14–17: 14", goal(FromTo, "HTX", 14, 17), whole(14), "Trong khoảng", ""},
		{"14–17: 17", goal(FromTo, "HTX", 14, 17), whole(17), "Trong khoảng", ""},
		{"14–17: 18", goal(FromTo, "HTX", 14, 17), whole(18), "Vượt", ""},
		{"14–17: 13", goal(FromTo, "HTX", 14, 17), whole(13), "Chưa đạt", "còn thiếu 1 HTX"},
		{"100–120: 95", goal(FromTo, "HTX", 100, 120), whole(95), "Gần đạt", "còn thiếu 5 HTX"},

		{"at least 5–7: 4", goal(AtLeastFromTo, "HTX", 5, 7), whole(4), "Chưa đạt", "còn thiếu 1 HTX"},
		{"at least 5–7: 5", goal(AtLeastFromTo, "HTX", 5, 7), whole(5), "Đạt", ""},
		{"at least 5–7: 7", goal(AtLeastFromTo, "HTX", 5, 7), whole(7), "Đạt", ""},
		{"at least 5–7: 8", goal(AtLeastFromTo, "HTX", 5, 7), whole(8), "Vượt", ""},

		{"45 %: 98 of 218 is 44,95", goal(Strive, Percent, 45), Measured{Num: 98, Den: 218}, "Gần đạt", "còn thiếu 1 HTX"},
		{"45 %: 99 of 218", goal(Strive, Percent, 45), Measured{Num: 99, Den: 218}, "Đạt", ""},
		{"45 %: 90 of 200, just", goal(Strive, Percent, 45), Measured{Num: 90, Den: 200}, "Đạt", ""},
		{"45 %: 85 of 200 is 42,5, below 42,75", goal(Strive, Percent, 45), Measured{Num: 85, Den: 200}, "Chưa đạt", "còn thiếu 5 HTX"},

		{"80 million: 10.900/7 million", goal(About, "đồng", 80_000_000), Measured{Num: 10_900_000_000, Den: 143}, "Đạt", ""},
		{"1.550 million, missed", goal(About, "đồng", 1_550_000_000), Measured{Num: 100_000_000_001, Den: 100}, "Chưa đạt", "còn thiếu 550.000.000 đồng"},

		{"delivered", Goal{Rule: Done, Unit: "báo cáo"}, Measured{Num: 8, Den: 8}, "Đạt", ""},
		{"not all delivered", Goal{Rule: Done, Unit: "báo cáo"}, Measured{Num: 5, Den: 8}, "Chưa đạt", "còn thiếu 3 báo cáo"},
		{"a percentage of reports is still their number", Goal{Rule: Done, Unit: Percent}, Measured{Num: 5, Den: 8}, "Chưa đạt", "còn thiếu 3"},
		{"nothing asked for", Goal{Rule: Done, Unit: "báo cáo"}, Measured{Num: 0, Den: 0}, "Chưa đủ dữ liệu", ""},

		{"no data", goal(About, "đồng", 80_000_000), Measured{NoData: true, Den: 1}, "Chưa đủ dữ liệu", ""},
		{"a share of nobody", goal(Strive, Percent, 45), Measured{}, "Chưa đủ dữ liệu", ""},
		{"no number to judge by", Goal{Rule: AtLeast}, whole(3), "Không áp dụng", ""},
		{"no rule", Goal{}, whole(3), "Không áp dụng", ""},
		{"half a range", Goal{Rule: FromTo, Low: n64(3)}, whole(3), "Không áp dụng", ""},

		{"met, 89 of 100 reported", goal(About, "đồng", 100), Measured{Num: 100, Den: 1, Expected: 100, Reported: 89}, "Chưa đủ dữ liệu", ""},
		{"met, 90 of 100 reported", goal(About, "đồng", 100), Measured{Num: 100, Den: 1, Expected: 100, Reported: 90}, "Đạt", ""},
		{"exceeded, too few reported", goal(About, "đồng", 100), Measured{Num: 200, Den: 1, Expected: 100, Reported: 89}, "Chưa đủ dữ liệu", ""},
		{"within, too few reported", goal(FromTo, "HTX", 5, 8), Measured{Num: 6, Den: 1, Expected: 10, Reported: 1}, "Chưa đủ dữ liệu", ""},
		{"missed, too few reported", goal(About, "người", 100), Measured{Num: 50, Den: 1, Expected: 100, Reported: 10}, "Chưa đủ dữ liệu", "tạm tính còn thiếu 50 người"},
		{"nearly, too few reported", goal(AtLeast, "người", 100), Measured{Num: 99, Den: 1, Expected: 100, Reported: 10}, "Chưa đủ dữ liệu", "tạm tính còn thiếu 1 người"},
		{"missed, enough reported", goal(About, "người", 100), Measured{Num: 50, Den: 1, Expected: 100, Reported: 90}, "Chưa đạt", "còn thiếu 50 người"},
	} {
		v := Judge(c.g, c.m, 500, 9000)
		require.Equal(t, c.word, v.Word, c.name)
		require.Equal(t, c.vi, v.Vi, c.name)
		require.Equal(t, c.vi == "" || v.Code == NoData, v.Missing == 0, c.name)
		require.Equal(t, c.vi == "", v.En == "", c.name)
		if v.Code == NoData {
			require.Nil(t, v.Short, c.name)
		}
	}
}

func TestShortIsExact(t *testing.T) {
	v := Judge(goal(Strive, Percent, 45), Measured{Num: 98, Den: 218}, 500, 9000)
	require.Equal(t, "5/109", v.Short.RatString())
	require.Equal(t, int64(1), v.Missing)
	v = Judge(goal(About, "HTX", 218), whole(208), 500, 9000)
	require.Equal(t, "10", v.Short.RatString(), "met, and still below what is printed")
	require.Zero(t, v.Missing)
	require.Nil(t, Judge(goal(AtLeast, "HTX", 3), whole(3), 500, 9000).Short)
}

func TestNumbersOfAnySize(t *testing.T) {
	const most = 1<<53 - 1
	v := Judge(goal(AtLeast, Percent, 100), Measured{Num: most - 1, Den: most}, 0, 9000)
	require.Equal(t, Missed, v.Code)
	require.Equal(t, int64(1), v.Missing)
	require.Equal(t, Met, Judge(goal(AtLeast, "đồng", most), Measured{Num: most, Den: 1, Expected: most, Reported: most}, 0, 10000).Code)
}

func TestPrintedNumbersNeverContradict(t *testing.T) {
	for _, c := range []struct {
		g    Goal
		m    Measured
		want string
	}{
		{goal(Strive, Percent, 45), Measured{Num: 98, Den: 218}, "44,95"},
		{goal(Strive, Percent, 45), Measured{Num: 99, Den: 218}, "45,4"},
		{goal(Strive, Percent, 45), Measured{Num: 90, Den: 200}, "45,0"},
		{goal(About, Percent, 10), Measured{Num: 94999, Den: 1000000}, "9,4999"}, // 9,5 would be Đạt
		{goal(About, "đồng", 1_550_000_000), Measured{Num: 15_499_999_996, Den: 10}, "1.549.999.999,6"},
		{goal(About, "đồng", 80_000_000), Measured{Num: 10_900_000_000, Den: 7}, "1.557.142.857"},
		{goal(About, "người", 100), Measured{Num: 10504, Den: 100}, "105,04"}, // 105 would be Đạt
		{goal(About, "HTX", 218), whole(1208), "1.208"},
		{goal(FromTo, "HTX", 14, 17), whole(-3), "-3"},
		{Goal{Rule: Done}, Measured{Num: 5, Den: 8}, "5"},
		{goal(About, "HTX", 218), Measured{NoData: true, Den: 1}, ""},
	} {
		require.Equal(t, c.want, c.g.Print(c.m, 500))
	}
	require.Equal(t, "0,0", Decimal(big.NewRat(0, 1), 1))
	require.Equal(t, mostDecimals, Decimals(big.NewRat(1, 3), 1, big.NewRat(1, 3)), "a third has no end")
}

// TestThePrintedNumberHasTheSameVerdict reads the printed number back, and
// judges it again.
func TestThePrintedNumberHasTheSameVerdict(t *testing.T) {
	rules := []Rule{Exactly, AtLeast, About, FromTo, AtLeastFromTo, Strive}
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(1, 300).Draw(t, "low")
		g := Goal{Rule: rapid.SampledFrom(rules).Draw(t, "rule"), Low: &low, Unit: rapid.SampledFrom([]string{Percent, "HTX"}).Draw(t, "unit")}
		if g.Rule == FromTo || g.Rule == AtLeastFromTo {
			g.High = n64(low + rapid.Int64Range(0, 5).Draw(t, "more"))
		}
		m := Measured{Num: rapid.Int64Range(0, 400_000).Draw(t, "num"), Den: rapid.Int64Range(1, 2000).Draw(t, "den")}
		tolerance := rapid.SampledFrom([]int64{0, 250, 500}).Draw(t, "tolerance")
		printed := strings.ReplaceAll(strings.ReplaceAll(g.Print(m, tolerance), ".", ""), ",", ".")
		v, ok := new(big.Rat).SetString(printed)
		require.True(t, ok, printed)
		require.Equal(t, Judge(g, m, tolerance, 0).Code, g.placeValue(v, tolerance), "%s for %d/%d", printed, m.Num, m.Den)
	})
}

// TestMissingIsWhatIsMissing adds what is missing, and asks again.
func TestMissingIsWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := goal(Strive, rapid.SampledFrom([]string{Percent, "HTX"}).Draw(t, "unit"), rapid.Int64Range(1, 100).Draw(t, "low"))
		m := Measured{Num: rapid.Int64Range(0, 300).Draw(t, "num"), Den: 1}
		if g.Unit == Percent {
			m.Den = rapid.Int64Range(300, 2000).Draw(t, "den")
		}
		v := Judge(g, m, 500, 0)
		if v.Missing == 0 {
			require.Equal(t, Met, v.Code)
			return
		}
		m.Num += v.Missing
		require.Equal(t, Met, Judge(g, m, 500, 0).Code)
		m.Num--
		require.NotEqual(t, Met, Judge(g, m, 500, 0).Code)
	})
}
