package asof

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// TestSeriesAgainstSumming holds the marks and the scan to plain summing, over
// several blocks and around their ends. The points are synthetic.
func TestSeriesAgainstSumming(t *testing.T) {
	for _, wide := range []bool{false, true} {
		chance := rand.New(rand.NewPCG(1, 371))
		type told struct {
			k   ledger.Position
			day calendar.Day
			sums
		}
		var all []told
		s := series{wide: wide}
		k := ledger.Position(0)
		for range 5*block + 7 {
			k += ledger.Position(chance.IntN(3))
			p := told{k: k, day: calendar.DayOf(2015, 1, 1) + calendar.Day(chance.IntN(3000))}
			p.num = chance.Int64N(2000) - 1000
			if wide {
				p.sums = sums{p.num, chance.Int64N(90) - 40, chance.Int64N(3) - 1, chance.Int64N(3) - 1, chance.Int64N(3) - 1}
			}
			all = append(all, p)
			s.add(p.k, p.day, p.sums)
		}
		require.Len(t, s.marks, 5)
		sizes := []ledger.Position{0, 1, k, k + 1, all[block-1].k, all[block-1].k + 1, all[2*block].k + 1}
		for range 60 {
			sizes = append(sizes, ledger.Position(chance.Int64N(int64(k))))
		}
		for _, n := range sizes {
			day := calendar.DayOf(2014, 12, 1) + calendar.Day(chance.IntN(3100))
			var want sums
			for _, p := range all {
				if p.k < n && p.day <= day {
					want.add(p.sums, 1)
				}
			}
			require.Equal(t, want, s.total(n, day), "size %d, day %v", n, day)
		}
		require.Equal(t, sums{}, s.total(k+1, calendar.MinDay-1), "a day before all days")
	}
}

// BenchmarkSeries asks one series of a million synthetic points at random; to
// try another block, change the constant.
func BenchmarkSeries(b *testing.B) {
	for _, wide := range []bool{false, true} {
		b.Run(map[bool]string{false: "narrow", true: "wide"}[wide], func(b *testing.B) {
			const points, days = 1_000_000, 3650
			chance := rand.New(rand.NewPCG(1, 371))
			s := series{wide: wide}
			first := calendar.DayOf(2014, 1, 1)
			for k := range points {
				late := chance.IntN(20) / 19 * chance.IntN(730)
				s.add(ledger.Position(k), first+calendar.Day(max(k*days/points-late, 0)), sums{num: 1, den: 1})
			}
			kept := 0
			for _, m := range s.marks {
				kept += 2*len(m.day) + 8*len(m.num) + 40*len(m.sum)
			}
			for b.Loop() {
				s.total(ledger.Position(chance.IntN(points)), first+calendar.Day(chance.IntN(days)))
			}
			b.ReportMetric(float64(kept)/points, "marks-B/point")
		})
	}
}
