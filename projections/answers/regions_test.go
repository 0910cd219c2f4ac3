package answers_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

// Figures by place are what asking for each place alone answers, before and
// after the districts ended, and a count loses nobody.
func TestRegionsAreAskingOneByOne(t *testing.T) {
	s := demoService(t)
	for _, c := range []struct {
		q      answers.Query
		lowest bool
		parts  int
	}{
		{answers.Query{AsOf: "31/12/2023"}, false, 8},
		{answers.Query{AsOf: "31/12/2023"}, true, 71},
		{answers.Query{AsOf: "31/12/2023", Known: "2024-01-10", Place: "krong-no", Period: "statistical-year"}, false, 12},
		{answers.Query{AsOf: "31/12/2023", Map: "2025-07-01"}, false, 28},
		{answers.Query{AsOf: "31/12/2025"}, true, 28},
		{answers.Query{AsOf: "31/12/2023", Place: "xa-nam-da"}, false, 0},
	} {
		r, err := s.Regions(context.Background(), c.q, c.lowest)
		require.NoError(t, err)
		require.Len(t, r.Parts, c.parts, "%+v", c.q)
		whole, err := s.Indicators(c.q)
		require.NoError(t, err)
		for i, f := range whole.Figures {
			require.True(t, f.Same(r.Whole.Figures[i]), f.Definition.Code)
			rest, ok := r.Rest(i)
			require.Equal(t, !f.Definition.Ratio && !f.Definition.Overall, ok)
			if ok && f.Definition.Code == "coops.registered" && c.parts > 0 {
				require.Zero(t, rest, "everybody is somewhere")
			}
		}
		for _, part := range r.Parts {
			q := c.q
			q.Place = part.Code
			one, err := s.Indicators(q)
			require.NoError(t, err)
			require.Equal(t, part.Name, one.Point.PlaceName)
			for i, f := range one.Figures {
				require.True(t, f.Same(part.Figures[i]), "%s in %s", f.Definition.Code, part.Code)
			}
		}
	}
}

func TestRegionsComeInVietnameseOrder(t *testing.T) {
	r, err := demoService(t).Regions(context.Background(), answers.Query{AsOf: "31/12/2023", Codes: []string{"coops.registered"}}, false)
	require.NoError(t, err)
	var names []string
	for _, p := range r.Parts {
		names = append(names, p.Name)
	}
	require.Equal(t, []string{"Huyện Cư Jút", "Huyện Đắk Glong", "Huyện Đắk Mil", "Huyện Đắk R'lấp", "Huyện Đắk Song", "Huyện Krông Nô", "Huyện Tuy Đức", "Thành phố Gia Nghĩa"}, names)
	require.Contains(t, r.Drawn, day(t, "01/07/2025"))
	_, err = demoService(t).Regions(context.Background(), answers.Query{AsOf: "31/12/2023", Place: "sao-hoa"}, false)
	require.ErrorIs(t, err, place.ErrNotOnMap)
	_, err = demoService(t).Regions(context.Background(), answers.Query{Codes: []string{"khong.co"}}, false)
	require.ErrorIs(t, err, indicator.ErrUnknown)
}

// The course of a place is its series, on one map throughout.
func TestCoursesAreSeries(t *testing.T) {
	s := demoService(t)
	q := answers.Query{AsOf: "31/12/2023", Known: "2024-02-20"}
	sp := answers.Span{First: day(t, "31/10/2022"), Last: day(t, "31/12/2023")}
	for _, code := range []string{"coops.registered", "revenue.mean", "quality.good-fair.share"} {
		list, err := s.Courses(context.Background(), q, code, sp, []string{"krong-no", "xa-nam-da"})
		require.NoError(t, err)
		for _, c := range list {
			one := q
			one.Place, one.Map = c.Place.Code, "2023-12-31"
			series, err := s.Series(context.Background(), one, code, sp)
			require.NoError(t, err)
			require.Len(t, c.Figures, len(series.Moments))
			for i, m := range series.Moments {
				require.Equal(t, m.Now == nil, c.Figures[i] == nil)
				if m.Now != nil {
					require.True(t, m.Now.Same(c.Figures[i]))
				}
			}
		}
	}
	_, err := s.Courses(context.Background(), q, "coops.registered", sp, []string{"sao-hoa"})
	require.ErrorIs(t, err, place.ErrNotOnMap)
	_, err = s.Courses(context.Background(), q, "khong.co", sp, []string{"krong-no"})
	require.ErrorIs(t, err, indicator.ErrUnknown)
}
