package answers_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

func counts(t *testing.T, values ...int64) []*indicator.Figure {
	d, err := indicator.Find("coops.established")
	require.NoError(t, err)
	var list []*indicator.Figure
	for _, n := range values {
		list = append(list, &indicator.Figure{Definition: d, Num: n, Den: 1})
	}
	return list
}

func TestARevisionIsSummedUp(t *testing.T) {
	r := answers.SumRevisions(counts(t, 10, 13, 15, 14))
	require.Equal(t, "10", r.First.RatString())
	require.Equal(t, "14", r.Last.RatString())
	require.Equal(t, "4/3", r.Bias.RatString(), "(3 + 2 − 1) ÷ 3")
	require.Equal(t, "2", r.Absolute.RatString(), "(3 + 2 + 1) ÷ 3")
	require.Equal(t, 3, answers.SumRevisions(counts(t, 10, 10, 13, 15, 15, 14)).Changes, "the same value again is no change")
	require.Equal(t, 0, answers.SumRevisions(counts(t, 7)).Changes)
	require.Nil(t, answers.SumRevisions(nil))
}

func TestTheTriangleOfTheDemo(t *testing.T) {
	s := demoService(t)
	tri, err := s.Triangle(context.Background(), answers.Query{AsOf: "2023-12-31"}, "coops.established")
	require.NoError(t, err)
	require.Len(t, tri.Rows, 12)
	for i, row := range tri.Rows {
		for k, cell := range row.Cells {
			require.Equal(t, tri.Columns[k].Day < row.Valid, cell == nil, "row %d column %d", i, k)
			if cell == nil {
				continue
			}
			ask := answers.Query{Codes: []string{"coops.established"}, AsOf: row.Valid.String(), Known: known(tri.Columns[k])}
			want, err := s.Indicators(ask)
			require.NoError(t, err)
			require.True(t, want.Figures[0].Same(cell))
		}
	}
	november := tri.Rows[10]
	require.Equal(t, "10", november.Revision.First.RatString(), "as known on 30/11/2023")
	require.NotZero(t, november.Revision.Changes)
}

func known(c answers.Column) string { return ledger.KnownSize(c.Size).String() }

func TestARecordTellsWhatItTouched(t *testing.T) {
	s := demoService(t)
	v, err := s.Vintages(context.Background(), answers.Query{AsOf: "2023-12-31"}, "coops.established")
	require.NoError(t, err)
	for _, vintage := range v.Vintages[1:] {
		touched, err := s.TouchedBy(context.Background(), answers.Query{AsOf: "2023-12-31"}, vintage.Size-1)
		require.NoError(t, err)
		var codes []string
		for _, m := range touched.Figures {
			codes = append(codes, m.After.Definition.Code)
		}
		require.Contains(t, codes, "coops.established")
		require.NotContains(t, codes, "trade.fairs")
	}
	_, err = s.TouchedBy(context.Background(), answers.Query{}, s.Projection.Size())
	require.ErrorIs(t, err, ledger.ErrBeyondHead)
}

func TestVintagesByMonth(t *testing.T) {
	s := demoService(t)
	v, err := s.VintagesBy(context.Background(), answers.Query{AsOf: "2023-12-31", Known: "2024-02-29"}, "coops.established", answers.ByMonth)
	require.NoError(t, err)
	var got []string
	for _, x := range v.Vintages[len(v.Vintages)-4:] {
		got = append(got, x.Record.Recorded.DayIn().String()[:7]+" "+strconv.FormatInt(x.Figure.Num, 10))
	}
	require.Equal(t, []string{"2023-11 10", "2023-12 13", "2024-01 15", "2024-02 14"}, got)
	_, err = s.VintagesBy(context.Background(), answers.Query{}, "coops.established", "week")
	require.ErrorIs(t, err, ledger.ErrChoice)
}
