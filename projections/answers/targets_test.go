package answers_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/register/registertest"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// today is when the questions of these tests are asked.
const today = "2026-11-23T03:00:00Z"

func answersOf(t *testing.T, w *registertest.World) answerstest.Asker {
	t.Helper()
	p := asof.New()
	for r, err := range ledger.Read(context.Background(), w.Log, 0) {
		require.NoError(t, err)
		require.NoError(t, p.Apply(r))
	}
	now, err := calendar.ParseInstant(today)
	require.NoError(t, err)
	return answerstest.New(p, func() calendar.Instant { return now })
}

// planOf is the command that adopts a plan of a year.
func planOf(key string, year int, targets string) string {
	return fmt.Sprintf(`plan/%s plan.adopted/1 %d-01-10 {"number":"%d/KH","issued":"%d-01-10","year":%d,"place":"dak-nong","title":"Thử","tasks":[],"targets":[%s]}`,
		key, year, year, year, year, targets) + "\n"
}

const (
	founded  = `{"id":"T01","text":"x","rule":"exactly","low":1,"unit":"HTX","indicator":"coops.established","due":"%d-06","owners":[],"cited":"1"}`
	reported = `{"id":"T25","text":"x","rule":"done","unit":"báo cáo","indicator":"reports.received","due":"%d-11-29","owners":[],"cited":"1"}`
)

func targetsOf(year int) string { return fmt.Sprintf(founded+","+reported, year, year) }

// The newest plan whose year has begun is asked about, and judged at the end of
// its year when that is past, with all that is known.
func TestTheNewestPlanIsAskedAbout(t *testing.T) {
	w := registertest.New(t).Tell(planOf("p23", 2023, targetsOf(2023)) + planOf("p24", 2024, targetsOf(2024)) + `
coop/a coop.established/1 2023-03-01 {}
coop/b coop.established/1 2024-03-01 {}
coop/c coop.established/1 2024-04-01 {}
coop/d coop.established/1 2025-04-01 {}
plan/p23 plan.delivered/1 2024-02-01 {"task":"T25","deliverable":"Báo cáo","unit":"Sở A"}`)
	s := answersOf(t, w)
	for _, c := range []struct{ asOf, plan, key, judged, printed string }{
		{"2023-01-09", "", "", "", ""},
		{"2023-12-31", "", "p23", "2023-12-31", "1"},
		{"2024-01-10", "", "p24", "2024-01-10", "0"},
		{"", "", "p24", "2024-12-31", "2"},
		{"", "p23", "p23", "2023-12-31", "1"},
		{"2024-03-31", "p23", "p23", "2023-12-31", "1"},
	} {
		x, err := s.Targets(answers.Query{AsOf: c.asOf, Plan: c.plan})
		if c.key == "" {
			require.ErrorIs(t, err, answers.ErrNoPlan)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.key, x.Plan.Key)
		require.Equal(t, c.judged, x.JudgedOn.String())
		require.Equal(t, c.judged, x.Judged.Valid.String())
		require.Equal(t, c.judged, x.Point.Period.Last.String())
		require.Equal(t, c.printed, x.Targets[0].Judged.Printed, c)
	}
	// Of a plan that is not the newest, late papers count, and no figure by
	// itself says the same.
	x, err := s.Targets(answers.Query{Plan: "p23"})
	require.NoError(t, err)
	require.Equal(t, plan.Met, x.Targets[1].Verdict.Code)
	require.True(t, x.Targets[1].Late)
	require.Nil(t, x.PointOf(x.Targets[1].Judged.Figure.Definition))
	require.Same(t, x.Judged, x.PointOf(x.Targets[0].Judged.Figure.Definition))
}

// After the merger of provinces the plan of a year before it is judged in the
// old province: what the new one brings is not its own.
func TestAPlanFromBeforeTheMerger(t *testing.T) {
	w := registertest.New(t).Tell(planOf("p23", 2023, targetsOf(2023)) + `
coop/a coop.established/1 2023-03-01 {}
coop/z coop.established/1 2023-03-01 {"place":"da-lat"}
@ 2025-07-01
place/dak-nong place.merged/1 2025-07-01 {"into":"lam-dong"}`)
	s := answersOf(t, w)
	x, err := s.Targets(answers.Query{})
	require.NoError(t, err)
	require.False(t, x.Elsewhere)
	require.Equal(t, "dak-nong", x.Point.PlaceCode)
	require.Equal(t, "1", x.Targets[0].Judged.Printed)
	again, err := s.Targets(answers.Query{AsOf: x.Point.Valid.String(), Place: x.Point.PlaceCode, Map: x.Point.Map.String()})
	require.NoError(t, err)
	require.Equal(t, x.Targets[0].Judged.Measured, again.Targets[0].Judged.Measured)

	x, err = s.Targets(answers.Query{Place: "lam-dong"})
	require.NoError(t, err)
	require.False(t, x.Elsewhere, "the plan's place, carried to the map of the question")
	require.Equal(t, "2", x.Targets[0].Judged.Printed, "who names a place is answered for it")

	x, err = s.Targets(answers.Query{AsOf: "2023-12-31", Place: "lam-dong"})
	require.NoError(t, err)
	require.True(t, x.Elsewhere)
	require.Equal(t, plan.NotApplicable, x.Targets[0].Verdict.Code)
	require.Equal(t, "1", x.Targets[0].Judged.Printed)
}

// What is wrong with a question is said of the field that it is about, and a
// code that the program does not have is no fault of the question.
func TestFaultsOfTargets(t *testing.T) {
	s := answersOf(t, registertest.New(t).Tell(planOf("p23", 2023, `{"id":"T1","text":"x","rule":"exactly","low":1,"unit":"HTX","indicator":"coops.establishd","owners":[],"cited":"1"},`+targetsOf(2023))))
	x, err := s.Targets(answers.Query{})
	require.NoError(t, err)
	require.Equal(t, plan.NotApplicable, x.Targets[0].Verdict.Code)
	require.Equal(t, "X01", x.Findings[0].ID)
	require.Equal(t, []string{"T1"}, x.Findings[0].About)
	for field, q := range map[string]answers.Query{
		"place": {Place: "khong-co"}, "map": {Map: "31/13/2023"}, "period": {Period: "2025-01-01"},
	} {
		_, err := s.Targets(q)
		f, ok := fault.Of(err)
		require.True(t, ok, field)
		require.Equal(t, field, f.Field)
	}
	_, err = s.Targets(answers.Query{AsOf: "2023-12-31", Period: "2023-08-01"})
	require.NoError(t, err, "a deadline before the period has no figure of it")
	_, err = indicator.Find("coops.establishd")
	require.ErrorIs(t, err, indicator.ErrUnknown)
}
