package vi_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

func step(c answers.Cause, effect *big.Rat) answers.Step {
	return answers.Step{Cause: c, Num: effect, Den: new(big.Rat), Effect: effect}
}

func TestASumInOneUnit(t *testing.T) {
	count := answers.Difference{From: figure(t, "coops.established", 1010, 1), To: figure(t, "coops.established", 1015, 1), Steps: []answers.Step{
		step(answers.Happened, big.NewRat(6, 1)), step(answers.Late, new(big.Rat)), step(answers.Retracted, big.NewRat(-1, 1)),
	}}
	s := vi.SumOf(&count)
	require.Equal(t, "1.010 HTX | 1.015 HTX | +5 HTX", s.From+" | "+s.To+" | "+s.Change)
	require.Equal(t, []string{"+6 HTX", "0 HTX", "−1 HTX"}, s.Parts)
	require.Empty(t, s.Rounding)

	// Thirds of a percentage point: 33,33 + 33,33 is not 66,67.
	share := answers.Difference{From: figure(t, "linked.share", 0, 3), To: figure(t, "linked.share", 2, 3), Steps: []answers.Step{
		step(answers.Happened, big.NewRat(1, 3)), step(answers.Late, big.NewRat(1, 3)),
	}}
	s = vi.SumOf(&share)
	require.Equal(t, "0,00 % | 66,67 % | +66,67 điểm %", s.From+" | "+s.To+" | "+s.Change)
	require.Equal(t, []string{"+33,33 điểm %", "+33,33 điểm %"}, s.Parts)
	require.Equal(t, "+0,01 điểm %", s.Rounding)

	money := answers.Difference{From: figure(t, "revenue.mean", 500_000_000, 1), To: figure(t, "revenue.mean", 500_400_000, 1), Steps: []answers.Step{
		step(answers.Happened, big.NewRat(400_000, 1)),
	}}
	require.Equal(t, []string{"+0,40 triệu đồng"}, vi.SumOf(&money).Parts, "in the unit of the whole, not 400.000 đồng")
	none := figure(t, "revenue.mean", 0, 0)
	none.NoData = true
	require.Nil(t, vi.SumOf(&answers.Difference{From: none, To: money.To}))
}

// number reads what a sum prints back.
func number(t require.TestingT, printed string) *big.Rat {
	word, _, _ := strings.Cut(printed, " ")
	v, ok := new(big.Rat).SetString(strings.NewReplacer(".", "", ",", ".", "−", "-").Replace(word))
	require.True(t, ok, printed)
	return v
}

// What is printed adds up too, with the rounding that is printed beside it.
func TestWhatIsPrintedAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]string{"coops.rescoped", "linked.share", "revenue.mean"}).Draw(t, "code")
		den, num := int64(1), rapid.Int64Range(-1e12, 1e12)
		def, err := indicator.Find(code)
		require.NoError(t, err)
		if def.Ratio {
			den = rapid.Int64Range(1, 997).Draw(t, "den")
		}
		d := answers.Difference{From: &indicator.Figure{Definition: def, Num: num.Draw(t, "from"), Den: den}, To: &indicator.Figure{Definition: def, Den: den}}
		total := d.From.Num
		for _, c := range answers.Causes[:rapid.IntRange(0, 7).Draw(t, "causes")] {
			n := num.Draw(t, string(c))
			total += n
			d.Steps = append(d.Steps, step(c, big.NewRat(n, den)))
		}
		d.To.Num = total
		s := vi.SumOf(&d)
		sum := number(t, s.From)
		for _, p := range s.Parts {
			sum.Add(sum, number(t, p))
		}
		if s.Rounding != "" {
			sum.Add(sum, number(t, s.Rounding))
		}
		require.Zero(t, sum.Cmp(number(t, s.To)), "%s %v %s to %s", s.From, s.Parts, s.Rounding, s.To)
	})
}

func TestRelativeChanges(t *testing.T) {
	require.Equal(t, "+25 %", vi.RelativeChange(big.NewRat(1, 4)))
	require.Equal(t, "−33,3 %", vi.RelativeChange(big.NewRat(-1, 3)))
}

func TestWhatWasLearned(t *testing.T) {
	at := func(then, now int64) answers.Moment {
		return answers.Moment{Valid: calendar.DayOf(2023, int(now), 28), Then: figure(t, "coops.established", then, 1), Now: figure(t, "coops.established", now, 1)}
	}
	s := &answers.Series{Definition: figure(t, "coops.established", 0, 1).Definition, Moments: []answers.Moment{at(1, 1), at(2, 2), {Now: figure(t, "coops.established", 3, 1)}}}
	require.Equal(t, "Ở cả 2 mốc, số biết ngay tại ngày đó đúng bằng số biết nay.", vi.LearnedLater(s))
	s.Moments = append(s.Moments, at(1, 4), at(9, 5))
	require.Equal(t, "Ở 2/4 mốc, số biết ngay tại ngày đó khác số biết nay; lệch nhiều nhất tại 28/05/2023: "+
		"khi đó biết 9 HTX, nay là 5 HTX (−4 HTX).", vi.LearnedLater(s))
	require.Contains(t, vi.LearnedLater(&answers.Series{}), "Không có mốc nào")
	more := at(5, 5)
	more.Now.Reported++
	s.Moments = []answers.Moment{more, at(1, 1)}
	require.Equal(t, "Ở cả 2 mốc, số biết ngay tại ngày đó đúng bằng số biết nay (thêm 1 mốc chỉ khác số HTX đã báo cáo).", vi.LearnedLater(s))
	none := at(5, 5)
	none.Then.NoData = true
	s.Moments = []answers.Moment{none, at(1, 1)}
	require.Equal(t, "Ở 1/2 mốc, số biết ngay tại ngày đó khác số biết nay.", vi.LearnedLater(s))
}

// A row of before, after and change agrees as it is printed: 34,6 to 34,43 is not
// −0,16.
func TestARowThatMovedAgrees(t *testing.T) {
	s := vi.MovedFigure(figure(t, "linked.share", 73, 211), figure(t, "linked.share", 73, 212))
	require.Equal(t, "34,597 % | 34,434 % | −0,163 điểm %", s.From+" | "+s.To+" | "+s.Change)
	s = vi.MovedFigure(figure(t, "coops.established", 14, 1), figure(t, "coops.established", 13, 1))
	require.Equal(t, "14 HTX | 13 HTX | −1 HTX", s.From+" | "+s.To+" | "+s.Change)
	none := figure(t, "revenue.mean", 0, 0)
	none.NoData = true
	require.Nil(t, vi.MovedFigure(none, figure(t, "revenue.mean", 1, 1)))
	rapid.Check(t, func(r *rapid.T) {
		code := rapid.SampledFrom([]string{"coops.rescoped", "linked.share", "revenue.mean"}).Draw(r, "code")
		num, den := rapid.Int64Range(0, 1e12), int64(1)
		if code != "coops.rescoped" {
			den = rapid.Int64Range(1, 500).Draw(r, "den")
		}
		before, after := figure(t, code, num.Draw(r, "from"), den), figure(t, code, num.Draw(r, "to"), den+den/2)
		s := vi.MovedFigure(before, after)
		off := new(big.Rat).Sub(number(r, s.To), number(r, s.From))
		off.Abs(off.Sub(off, number(r, strings.TrimPrefix(s.Change, "+"))))
		require.LessOrEqual(r, off.Cmp(big.NewRat(1, 1_000_000)), 0, "%s %s %s", s.From, s.To, s.Change)
		if _, part, _ := strings.Cut(strings.Fields(s.Change)[0], ","); len(part) > 2 && len(part) < 6 {
			require.Zero(r, off.Sign(), "%s %s %s", s.From, s.To, s.Change)
		}
	})
}
