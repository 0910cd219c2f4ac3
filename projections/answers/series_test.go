package answers_test

import (
	"context"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
)

func day(t require.TestingT, s string) calendar.Day {
	d, err := calendar.ParseTyped(s)
	require.NoError(t, err)
	return d
}

func TestSpans(t *testing.T) {
	otherwise := day(t, "15/03/2024")
	for _, c := range []struct {
		from, to string
		want     []string
		err      error
		field    string
	}{
		{"", "", []string{"31/01/2024", "29/02/2024", "15/03/2024"}, nil, ""},
		{"15/12/2023", "31/12/2023", []string{"31/12/2023"}, nil, ""},
		{"31/12/2023", "31/12/2023", []string{"31/12/2023"}, nil, ""},
		{"2024-01-31", "2024-02-01", []string{"31/01/2024", "01/02/2024"}, nil, ""},
		{"20/05/2024", "", []string{"20/05/2024"}, nil, ""}, // from after otherwise: one day
		{"hôm qua", "", nil, calendar.ErrDay, "from"},
		{"", "32/01/2024", nil, calendar.ErrDay, "to"},
		{"02/01/2024", "01/01/2024", nil, answers.ErrSpanOrder, "to"},
		{"31/01/2014", "31/01/2024", nil, answers.ErrSpanLong, "from"}, // 121
	} {
		sp, err := answers.ParseSpan(c.from, c.to, otherwise)
		if c.err != nil {
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.field, fieldOf(t, err))
			continue
		}
		require.NoError(t, err)
		var got []string
		for _, d := range sp.Days() {
			got = append(got, d.Vi())
		}
		require.Equal(t, c.want, got, "%s to %s", c.from, c.to)
	}
	sp, err := answers.ParseSpan("28/02/2014", "31/01/2024", otherwise)
	require.NoError(t, err)
	require.Len(t, sp.Days(), answers.MostMoments)
}

// A series says what asking for one day after the other says, each day's own
// knowledge typed as that day.
func TestASeriesIsAskingOneByOne(t *testing.T) {
	s := demoService(t)
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(indicator.Codes()).Draw(t, "code")
		known := rapid.SampledFrom([]string{"", "30/11/2023", "31/12/2023", "31/01/2024"}).Draw(t, "known")
		q := answers.Query{AsOf: "31/12/2023", Known: known, Period: rapid.SampledFrom([]string{"", "statistical-year"}).Draw(t, "period")}
		got, err := s.Series(context.Background(), q, code, answers.Span{First: day(t, "01/10/2022"), Last: day(t, "15/02/2024")})
		require.NoError(t, err)
		require.Len(t, got.Moments, 17)
		for _, m := range got.Moments {
			one := q
			one.Codes, one.AsOf = []string{code}, m.Valid.Vi()
			same(t, s, one, m.Now)
			one.Known = m.Valid.Vi()
			if known != "" && m.Valid > day(t, known) {
				require.Nil(t, m.Then)
				continue
			}
			same(t, s, one, m.Then)
		}
	})
}

// same requires that a figure is what a query answers; nil for no answer.
func same(t require.TestingT, s answerstest.Asker, q answers.Query, got *indicator.Figure) {
	f, err := s.Indicators(q)
	if got == nil {
		require.Error(t, err, q.AsOf)
		return
	}
	require.NoError(t, err)
	require.True(t, f.Figures[0].Same(got), "%s as of %s known at %s", q.Codes[0], q.AsOf, q.Known)
}

func TestASeriesTellsWhatWasRevised(t *testing.T) {
	s := demoService(t)
	got, err := s.Series(context.Background(), answers.Query{AsOf: "31/12/2023"}, "coops.established", answers.Span{First: day(t, "30/11/2023"), Last: day(t, "30/11/2023")})
	require.NoError(t, err)
	require.True(t, got.Moments[0].IsRevised())
	require.Equal(t, int64(10), got.Moments[0].Then.Num, "as known on 30/11/2023")
	tomorrow, err := s.Series(context.Background(), answers.Query{}, "coops.established", answers.Span{First: day(t, "31/12/2050"), Last: day(t, "31/12/2050")})
	require.NoError(t, err)
	require.Nil(t, tomorrow.Moments[0].Then, "a day that is not over")
	require.NotNil(t, tomorrow.Moments[0].Now)
	_, err = s.Series(context.Background(), answers.Query{}, "coops.establishd", got.Span)
	require.ErrorIs(t, err, indicator.ErrUnknown)
	_, err = s.Series(context.Background(), answers.Query{Period: "tháng"}, "coops.established", got.Span)
	require.ErrorIs(t, err, calendar.ErrPeriod)
}

func TestTheLastVintages(t *testing.T) {
	s := demoService(t)
	q := answers.Query{AsOf: "31/12/2023"}
	for _, code := range []string{"coops.established", "revenue.mean", "coops.movement", "reports.received"} {
		all, err := s.Vintages(context.Background(), q, code)
		require.NoError(t, err)
		for _, most := range []int{1, 3, len(all.Vintages), len(all.Vintages) + 1} {
			got, more, err := s.LastVintages(context.Background(), q, code, most)
			require.NoError(t, err)
			require.Equal(t, len(all.Vintages) > most, more, code)
			require.Equal(t, all.Vintages[max(len(all.Vintages)-most, 0):], got.Vintages, "%s %d", code, most)
		}
	}
	_, _, err := s.LastVintages(context.Background(), q, "khong.co", 1)
	require.ErrorIs(t, err, indicator.ErrUnknown)
	_, _, err = s.LastVintages(context.Background(), answers.Query{AsOf: "x"}, "coops.established", 1)
	require.ErrorIs(t, err, calendar.ErrDay)
}

func TestAStretchOfVintages(t *testing.T) {
	s, q := demoService(t), answers.Query{AsOf: "31/12/2023"}
	all, err := s.VintagesBy(context.Background(), q, "coops.established", answers.ByChange)
	require.NoError(t, err)
	n := len(all.Vintages)
	require.Greater(t, n, 5)
	for _, c := range []struct{ newer, most, from, to int }{{0, 2, n - 2, n}, {2, 2, n - 4, n - 2}, {n - 1, 5, 0, 1}, {n, 5, 0, 0}, {n + 9, 5, 0, 0}} {
		v, total, err := s.VintagesFrom(context.Background(), q, "coops.established", answers.ByChange, c.newer, c.most)
		require.NoError(t, err)
		require.Equal(t, n, total)
		require.Len(t, v.Vintages, c.to-c.from)
		for i, x := range v.Vintages {
			require.Equal(t, all.Vintages[c.from+i].Size, x.Size)
		}
	}
}

func TestTheRelativeChange(t *testing.T) {
	figure := func(code string, num, den int64) *indicator.Figure {
		d, err := indicator.Find(code)
		require.NoError(t, err)
		return &indicator.Figure{Definition: d, Num: num, Den: den, NoData: den == 0}
	}
	relative := func(code string, n1, d1, n2, d2 int64) *big.Rat {
		return (&answers.Difference{From: figure(code, n1, d1), To: figure(code, n2, d2)}).Relative()
	}
	require.Equal(t, "1/4", relative("coops.established", 8, 1, 10, 1).RatString())
	require.Equal(t, "3/2", relative("coops.rescoped", -2, 1, 1, 1).RatString(), "upwards from below zero is upwards")
	require.Equal(t, "-1/3", relative("revenue.mean", 3, 2, 1, 1).RatString())
	require.Nil(t, relative("coops.established", 0, 1, 10, 1))
	require.Nil(t, relative("linked.share", 1, 4, 1, 2), "a share changes by points")
	require.Nil(t, relative("revenue.mean", 0, 0, 1, 1))
}

func fieldOf(t require.TestingT, err error) string {
	f, ok := fault.Of(err)
	require.True(t, ok)
	return f.Field
}
