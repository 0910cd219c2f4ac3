package chart

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// series reads "now/then" of each day; "-" is no value.
func series(days ...[2]string) *Series {
	read := func(s string) *big.Rat {
		v, ok := new(big.Rat).SetString(s)
		if !ok {
			return nil
		}
		return v
	}
	s := &Series{ID: "dien-bien", Title: "Diễn biến", Desc: "Theo tháng", Tick: whole, Broken: "Trục không bắt đầu từ 0"}
	for i, d := range days {
		s.Moments = append(s.Moments, Moment{"T" + strconv.Itoa(i+1), read(d[0]), read(d[1])})
	}
	return s
}

func TestSeries(t *testing.T) {
	for name, s := range map[string]*Series{
		"series":          series([2]string{"1", "1"}, [2]string{"2", "1"}, [2]string{"4", "5"}, [2]string{"15", "10"}),
		"series-gap":      series([2]string{"3", "3"}, [2]string{"-", "-"}, [2]string{"4", "-"}, [2]string{"5", "5"}),
		"series-negative": series([2]string{"-3", "-1"}, [2]string{"2", "0"}),
		"series-one":      series([2]string{"7", "6"}),
		"series-equal":    series([2]string{"0", "0"}, [2]string{"0", "0"}),
		"series-huge":     series([2]string{"9000000000000000", "8999999999999999"}, [2]string{"9000000000000001", "-"}),
		"series-ratio":    series([2]string{"1/3", "1/7"}, [2]string{"2/3", "1/2"}),
	} {
		t.Run(name, func(t *testing.T) {
			require.False(t, s.Empty())
			golden(t, name, string(s.Wide()))
			golden(t, name+"-narrow", string(s.Narrow()))
		})
	}
	require.True(t, series().Empty())
	require.True(t, series([2]string{"-", "-"}).Empty())
	requireXML(t, string(series([2]string{"-", "-"}).Wide()))
}

// However many days there are, the labels do not run into each other, and the
// last day has one.
func TestDaysAreNamedWhereThereIsRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := series()
		for i := range rapid.IntRange(1, 120).Draw(t, "days") {
			s.Moments = append(s.Moments, Moment{Label: "T" + strconv.Itoa(i+1), Now: big.NewRat(rapid.Int64().Draw(t, "now"), 1)})
		}
		svg := string(s.Wide())
		requireXML(t, svg)
		require.NotContains(t, svg, "NaN")
		require.Contains(t, svg, ">T"+strconv.Itoa(len(s.Moments))+"</text>")
		l := seriesWide
		l.each = (l.right - l.left) / float64(len(s.Moments))
		named := 0
		for i := range s.Moments {
			if strings.Contains(svg, ">T"+strconv.Itoa(i+1)+"</text>") {
				named++
			}
		}
		require.LessOrEqual(t, named, int((l.right-l.left)/l.label)+1)
	})
}
