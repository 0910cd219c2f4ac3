package answers_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// What is told of one co-operative is what the explanation of each figure says
// of it, for everybody and every figure.
func TestAStandingIsWhatExplanationsSay(t *testing.T) {
	s := demoService(t)
	for _, q := range []answers.Query{{AsOf: "31/12/2023"}, {AsOf: "30/11/2023", Known: "30/11/2023", Place: "dak-mil"}} {
		said := map[string]map[string][2]int64{} // co-operative, code: counted, not counted
		keys := map[string]bool{}
		for _, d := range indicator.All() {
			if d.IsComposed() || d.Over != register.CoopSubject {
				continue
			}
			e, err := s.Explain(context.Background(), q, d.Code, "")
			require.NoError(t, err)
			for i, list := range [][]indicator.Contribution{e.Figure.In, e.Figure.Out} {
				for _, c := range list {
					if keys[c.Subject.Key] = true; said[c.Subject.Key] == nil {
						said[c.Subject.Key] = map[string][2]int64{}
					}
					n := said[c.Subject.Key][d.Code]
					n[i] += 1 + 1000*c.Num + 1_000_000*c.Den
					said[c.Subject.Key][d.Code] = n
				}
			}
		}
		require.Greater(t, len(keys), 100)
		for key := range keys {
			x, err := s.StandingOf(context.Background(), q, key)
			require.NoError(t, err)
			got := map[string][2]int64{}
			for _, stood := range x.List {
				if stood.Figure.Definition.Over != register.CoopSubject {
					continue
				}
				var n [2]int64
				for i, list := range [][]indicator.Contribution{stood.Figure.In, stood.Figure.Out} {
					for _, c := range list {
						n[i] += 1 + 1000*c.Num + 1_000_000*c.Den
					}
				}
				require.Equal(t, n[0] > 0, stood.Counts())
				got[stood.Figure.Definition.Code] = n
			}
			require.Equal(t, said[key], got, key)
		}
	}
}

func TestAStandingInAPlan(t *testing.T) {
	s := demoService(t)
	q := answers.Query{AsOf: "15/3/2024"}
	x, targets, err := s.StandingInPlan(context.Background(), q, "htx-cong-bang-dak-ka")
	require.NoError(t, err)
	require.Equal(t, "31/12/2023", targets.Judged.Valid.Vi())
	by := map[string]answers.Stood{}
	for _, stood := range x.List {
		require.Equal(t, targets.Judged.Valid, stood.Point.Valid)
		require.Equal(t, targets.SchemeOf(stood.Figure.Definition.Code), stood.Point.Scheme)
		require.NotEmpty(t, stood.Targets)
		by[stood.Figure.Definition.Code] = stood
	}
	require.Equal(t, []string{"T02"}, by["coops.registered"].Targets)
	require.True(t, by["coops.registered"].Counts())
	require.NotContains(t, by, "training.classes.plan")
	require.NotEmpty(t, x.PlaceName(by["coops.registered"].Figure.In[0].Seat))

	_, _, err = s.StandingInPlan(context.Background(), answers.Query{AsOf: "1/1/2020"}, "htx-cong-bang-dak-ka")
	require.ErrorIs(t, err, answers.ErrNoPlan)
	_, err = s.StandingOf(context.Background(), q, "htx-khong-co")
	require.ErrorIs(t, err, answers.ErrNoCoop)
}

func TestAStandingBeforeTheFounding(t *testing.T) {
	x, err := demoService(t).StandingOf(context.Background(), answers.Query{AsOf: "1/1/2005", Map: "31/12/2023"}, "htx-nong-nghiep-xanh-nam-da")
	require.NoError(t, err)
	for _, stood := range x.List {
		require.False(t, stood.Counts())
		if stood.Figure.Definition.Code == "coops.registered" {
			require.Equal(t, indicator.NotEstablished, stood.Figure.Out[0].Why)
		}
	}
}
