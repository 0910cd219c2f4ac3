package assessment_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

// planOf tells of a plan of 2023 with some targets and tasks.
func planOf(t *testing.T, targets, tasks string) *registertest.World {
	return registertest.New(t).Tell(`plan/kh plan.adopted/1 2023-01-01 {"number":"Thử","issued":"2023-01-01","year":2023,"place":"dak-nong","title":"Thử","targets":[` +
		targets + `],"tasks":[` + tasks + `]}`)
}

func rowOf(id, rule, rest string) string {
	return fmt.Sprintf(`{"id":%q,"text":"thử","rule":%q,"unit":"HTX","owners":[],"cited":"mục II"%s}`, id, rule, rest)
}

// assess judges the plan of a world by the slow road.
func assess(w *registertest.World, a ask) *assessment.Assessment {
	w.TB.Helper()
	day := registertest.Day(w.TB, a.On)
	r := register.Fold(w.KnownAt(a.Known), day)
	count := func(code string, on calendar.Day) (*indicator.Figure, error) {
		a := a
		a.On = on.String()
		return w.Try(code, a)
	}
	out, err := assessment.Assess(plan.Newest(r.Plans, day), r.Policies, assessment.Asking{Day: day, Elsewhere: a.Place == "krong-no", Count: count})
	require.NoError(w.TB, err)
	return out
}

// Asked after its year a plan is judged at its year's end: what was founded,
// counted and ended since is not its own. A paper that came since is late.
func TestAPlanIsJudgedAtItsYearsEnd(t *testing.T) {
	w := planOf(t, rowOf("T1", "exactly", `,"low":1,"indicator":"coops.established"`)+`,`+rowOf("T2", "exactly", `,"low":1,"indicator":"coops.registered","due":"2023"`),
		`{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"},{"text":"1 HTX","rule":"exactly","low":1,"indicator":"coops.established"}],"due":"2023-11","cited":"1"}`).
		Tell(`
coop/a coop.established/1 2023-03-01 {}
coop/b coop.established/1 2024-03-01 {}
coop/c coop.established/1 2024-03-01 {}
coop/a coop.dissolved/1 2024-05-01 {}
plan/kh plan.delivered/1 2024-02-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở A"}
policy/p policy.chosen/1 2024-01-01 {"of":"denominator","value":"operating"}`)
	for _, on := range []string{"2023-12-31", "2024-01-01", "2024-12-31", "2026-11-23"} {
		a := assess(w, ask{On: on})
		require.Equal(t, "2023-12-31", a.JudgedOn.String(), on)
		require.Equal(t, on, a.Day.String())
		for _, l := range a.Targets {
			require.Equal(t, plan.Met, l.Verdict.Code, "%s %s", on, l.Target.ID)
			require.Equal(t, "1", l.Judged.Printed)
			require.Zero(t, l.Denominator)
			require.Nil(t, l.Due.AtDue, "the deadline is the day of the figures")
		}
		require.Equal(t, plan.Met, a.Tasks[0].Results[1].Verdict.Code)
		paper := a.Tasks[0].Results[0]
		if on < "2024-02-01" {
			require.Equal(t, plan.Missed, paper.Verdict.Code)
			continue
		}
		require.Equal(t, plan.Met, paper.Verdict.Code)
		require.True(t, paper.Late)
		require.True(t, a.Tasks[0].Late)
	}
	require.Equal(t, "2023-07-01", assess(w, ask{On: "2023-07-01"}).JudgedOn.String())
}

// A target of the province is no target of a district.
func TestElsewhereNothingIsJudged(t *testing.T) {
	w := planOf(t, rowOf("T1", "exactly", `,"low":1,"indicator":"coops.established","due":"2023-06"`)+`,`+rowOf("T2", "done", `,"indicator":"coops.idle"`)+`,`+rowOf("T3", "done", `,"indicator":"reports.received"`),
		`{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"},{"text":"1 HTX","rule":"exactly","low":1,"indicator":"coops.established"}],"due":"2023-06","cited":"1"}`).
		Tell(`
coop/a coop.established/1 2023-03-01 {"place":"nam-da"}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở A"}`)
	a := assess(w, ask{On: "2023-12-31", Place: "krong-no"})
	require.True(t, a.Elsewhere)
	for _, l := range a.Targets {
		require.Equal(t, plan.NotApplicable, l.Verdict.Code)
		require.Nil(t, l.Due.AtDue)
		require.False(t, l.Late)
	}
	require.Equal(t, "1", a.Targets[0].Judged.Printed, "the figure of the place")
	require.True(t, a.Targets[2].Judged.Figure.NoData)
	require.Equal(t, plan.NotApplicable, a.Tasks[0].Verdict.Code)
	require.False(t, a.Tasks[0].Late)
	for _, r := range a.Tasks[0].Results {
		require.Equal(t, plan.NotApplicable, r.Verdict.Code)
		require.Nil(t, r.Due.AtDue)
	}
	require.Len(t, a.Tasks[0].Results[0].Deliveries, 1)
	require.False(t, assess(w, ask{On: "2023-12-31"}).Elsewhere)
}

// What is named is looked for only where it is counted.
func TestNamedFairsOfADistrict(t *testing.T) {
	w := planOf(t, rowOf("T13", "exactly", `,"low":1,"indicator":"trade.fairs","named":["Hội chợ Xuân"]`), "").Tell(`
coop/a coop.established/1 2020-03-01 {}
support/1 support.fair-attended/1 2023-03-01 {"fair":"Hội chợ Xuân","coops":["a"]}`)
	l := assess(w, ask{On: "2023-12-31"}).Targets[0]
	require.Equal(t, plan.Met, l.Verdict.Code)
	require.Len(t, l.Named, 1)
	l = assess(w, ask{On: "2023-12-31", Place: "krong-no"}).Targets[0]
	require.True(t, l.Judged.Measured.NoData)
	require.Empty(t, l.Named)
}

// A code that the program does not have costs its row its verdict, and no other.
func TestUnknownIndicatorsCostTheirRowAlone(t *testing.T) {
	w := planOf(t, rowOf("T1", "exactly", `,"low":1,"indicator":"coops.establishd"`)+`,`+rowOf("T2", "exactly", `,"low":1,"indicator":"coops.established"`)+`,`+
		rowOf("T3", "done", `,"indicator":"coops.idle","also":["khong.co"]`)+`,`+rowOf("T4", "done", `,"indicator":"khong.co"`),
		`{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"1 HTX","rule":"exactly","low":1,"indicator":"khong.co"},{"text":"Báo cáo"}],"due":"2023-06","cited":"1"}`).
		Tell(`coop/a coop.established/1 2023-03-01 {}`)
	a := assess(w, ask{On: "2023-12-31"})
	for i, want := range []plan.Code{plan.NotApplicable, plan.Met, plan.NotApplicable, plan.NotApplicable} {
		l := a.Targets[i]
		require.Equal(t, want, l.Verdict.Code, l.Target.ID)
		require.Equal(t, want == plan.NotApplicable, l.Verdict.Vi != "", l.Target.ID)
	}
	require.Contains(t, a.Targets[0].Verdict.Vi, "không có chỉ tiêu coops.establishd")
	require.Contains(t, a.Targets[0].Verdict.En, "coops.established")
	require.Equal(t, "coops.idle", a.Targets[2].Beside[0].Figure.Definition.Code, "what can be counted is shown")
	require.Equal(t, plan.NotApplicable, a.Tasks[0].Results[0].Verdict.Code)
	require.Contains(t, a.Tasks[0].Results[0].Verdict.Vi, "khong.co")
	require.Equal(t, plan.Missed, a.Tasks[0].Verdict.Code, "the paper is missing all the same")
}

// Where nothing is registered nothing was cleared away.
func TestAnEmptyRegisterClearsNothing(t *testing.T) {
	w := planOf(t, rowOf("T14", "done", `,"indicator":"coops.idle","also":["coops.unconverted"]`), "").
		Tell(`plan/kh plan.delivered/1 2023-05-01 {"task":"T14","deliverable":"Báo cáo","unit":"Sở A"}`)
	verdict := func() plan.Verdict {
		l := assess(w, ask{On: "2023-12-31"}).Targets[0]
		require.Len(t, l.Delivery, 1)
		require.Len(t, l.Beside, 2)
		return l.Verdict
	}
	require.Equal(t, plan.NoData, verdict().Code)
	w.Tell(`coop/a coop.established/1 2020-03-01 {}`)
	require.Equal(t, plan.Met, verdict().Code)
	w.Tell(`coop/a coop.suspended/1 2023-04-01 {}`)
	require.Equal(t, plan.Missed, verdict().Code)
	require.EqualValues(t, 1, verdict().Missing)
}

// A target for reports is judged by the figure that counts them: what is late
// has come, and only what has not is missing.
func TestReportsAreCountedOnce(t *testing.T) {
	w := planOf(t, `{"id":"T25","text":"thử","rule":"done","unit":"báo cáo","indicator":"reports.received","due":"2023-11-29","owners":[],"cited":"VI"}`,
		`{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Kế hoạch"}],"due":"2023-07","cited":"1"}`).Tell(`
plan/kh plan.delivered/1 2023-07-01 {"task":"A-1","deliverable":"Kế hoạch","unit":"Sở C"}
plan/kh plan.delivered/1 2023-11-29 {"task":"T25","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh plan.delivered/1 2023-12-05 {"task":"T25","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh plan.delivered/1 2024-01-05 {"task":"T25","deliverable":"Báo cáo","unit":"Sở B"}`)
	line := func(on string) assessment.Line { return assess(w, ask{On: on}).Targets[0] }
	l := line("2023-12-31")
	require.Equal(t, "reports.received", l.Judged.Figure.Definition.Code)
	require.Equal(t, plan.Measured{Num: 1, Den: 2}, l.Judged.Measured)
	require.Equal(t, plan.Missed, l.Verdict.Code)
	require.False(t, l.Late, "a second copy of what came in time")
	l = line("2024-01-31")
	require.Equal(t, plan.Measured{Num: 2, Den: 3}, l.Judged.Measured)
	require.Equal(t, "còn thiếu 1 báo cáo", l.Verdict.Vi)
	require.Equal(t, "[{on-time 1} {late 1} {missing 1}]", fmt.Sprint(l.Judged.Figure.Parts))
	require.True(t, l.Late)
	require.Empty(t, l.Beside)
	w.Tell(`plan/kh plan.delivered/1 2024-02-05 {"task":"T25","deliverable":"Báo cáo","unit":"Sở C"}`)
	l = line("2026-11-23")
	require.Equal(t, plan.Met, l.Verdict.Code)
	require.True(t, l.Late)
}

// A result is late if its first paper was, and no figure says otherwise.
func TestOneRuleForLateness(t *testing.T) {
	w := planOf(t, rowOf("T1", "done", `,"due":"2023-07"`), `{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"},{"text":"Kế hoạch"}],"due":"2023-07","cited":"1"}`).Tell(`
plan/kh plan.delivered/1 2023-07-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở B"}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-1","deliverable":"Kế hoạch","unit":"Sở A"}
plan/kh plan.delivered/1 2023-08-01 {"task":"T1","deliverable":"Quyết định","unit":"Sở A"}`)
	a := assess(w, ask{On: "2023-12-31"})
	require.False(t, a.Tasks[0].Results[0].Late)
	require.True(t, a.Tasks[0].Results[0].Deliveries[1].Late, "that copy was")
	require.True(t, a.Tasks[0].Results[1].Late)
	require.Equal(t, "[{on-time 1} {late 1} {missing 0} {pending 0}]", fmt.Sprint(w.Count("tasks.delivered", ask{On: "2023-12-31"}).Parts))
	require.Equal(t, plan.Met, a.Targets[0].Verdict.Code)
	require.True(t, a.Targets[0].Late)
}

// At a deadline that is past, only the papers that came by then count.
func TestPapersAtTheirDeadline(t *testing.T) {
	w := planOf(t, rowOf("T1", "at-least", `,"low":2,"indicator":"tasks.delivered","due":"2023-07"`), `{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"},{"text":"Kế hoạch"}],"due":"2023-07","cited":"1"}`).Tell(`
plan/kh plan.delivered/1 2023-07-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-1","deliverable":"Kế hoạch","unit":"Sở A"}`)
	l := assess(w, ask{On: "2023-12-31"}).Targets[0]
	require.Equal(t, plan.Met, l.Verdict.Code)
	require.Equal(t, "1", l.Due.AtDuePrinted)
	require.Equal(t, plan.Missed, l.Due.AtDue.Code)
}

// The choice of a denominator is named where a reading was chosen by it.
func TestTheDenominatorThatJudged(t *testing.T) {
	w := planOf(t, rowOf("T01", "exactly", `,"low":1,"indicator":"coops.established"`)+`,`+rowOf("T02", "about", `,"low":1,"indicator":"coops.registered"`)+`,`+
		rowOf("T07", "about", `,"low":1,"indicator":"quality.good-fair.share"`), "").
		Tell(`plan/kh policy.chosen/1 2023-02-01 {"of":"denominator","value":"classified"}`)
	a := assess(w, ask{On: "2023-12-31"})
	require.Zero(t, a.Targets[0].Denominator)
	require.Zero(t, a.Targets[1].Denominator, "there is no reading by classified")
	require.Equal(t, "classified", a.Targets[2].Denominator.Word)
	require.Equal(t, "quality.good-fair.share.classified", a.Targets[2].Judged.Figure.Definition.Code)
}

// A result without a rule cannot be judged, and leaves the task to the others.
func TestWhatCannotBeJudgedLeavesTheTaskToTheOthers(t *testing.T) {
	w := planOf(t, "", `{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"},{"text":"n HTX","indicator":"support.chain"}],"due":"2023-07","cited":"1"},`+
		`{"id":"A-2","text":"x","leads":[],"with":[],"results":[{"text":"n HTX","indicator":"support.chain"}],"due":"2023-07","cited":"1"}`).
		Tell(`plan/kh plan.delivered/1 2023-05-01 {"task":"A-1","deliverable":"Báo cáo","unit":"Sở A"}`)
	a := assess(w, ask{On: "2023-12-31"})
	require.Equal(t, plan.NotApplicable, a.Tasks[0].Results[1].Verdict.Code)
	require.Equal(t, plan.Met, a.Tasks[0].Verdict.Code)
	require.Equal(t, plan.NotApplicable, a.Tasks[1].Verdict.Code)
}

// A deadline is past on the day after it, and not on its own last day.
func TestADeadlinePassesTheDayAfter(t *testing.T) {
	w := planOf(t, rowOf("T1", "at-least", `,"low":2,"indicator":"coops.established","due":"2023-07"`),
		`{"id":"A-1","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"}],"due":"2023-07","cited":"1"}`)
	for on, passed := range map[string]bool{"2023-07-30": false, "2023-07-31": false, "2023-08-01": true} {
		a := assess(w, ask{On: on})
		require.Equal(t, passed, a.Targets[0].Due.Passed, on)
		require.Equal(t, passed, a.Tasks[0].Results[0].Due.Passed, on)
	}
}
