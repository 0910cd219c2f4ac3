// Package assessment judges a plan: every target and every task, by the
// figures of one as-of point and the rules that the paper prints.
//
// It decides nothing about how figures are counted: a Counter gives them, by
// the slow road or the fast one. What the paper leaves open (how far "khoảng"
// reaches, how many must have reported, over which denominator) are recorded
// choices, and each line names the one that it was judged by.
package assessment

import (
	"cmp"
	"math/big"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/support"
)

// A Counter counts a figure on a day, everything else of the question being
// the same for the whole assessment.
type Counter func(code string, on calendar.Day) (*indicator.Figure, error)

// An Assessment is a plan judged on a day.
type Assessment struct {
	Plan    *plan.Plan
	Day     calendar.Day
	Targets []Line
	Tasks   []TaskLine
}

// A Reading is a figure as it stands to a target.
type Reading struct {
	Figure   *indicator.Figure
	Measured plan.Measured
	Printed  string // as Vietnamese readers write it; never contradicts the verdict
}

// A Line is one target judged.
type Line struct {
	Target   plan.TargetRow
	Judged   *Reading  // what the verdict is on; nil where nothing can be counted
	Beside   []Reading // other readings of the same text, not judged
	Verdict  plan.Verdict
	Named    []Named    // what the paper names, and whether it was there
	Delivery []Delivery // papers that came in for it
	Due      Due
	// Tolerance, Coverage and Denominator are the choices that it was judged by.
	Tolerance, Coverage, Denominator plan.Choice
}

// Named is one thing that the paper names.
type Named struct {
	Name string
	By   []*ledger.Fact // the facts that mention it; none if it was not there
}

// A Due is a deadline as it stands on the day asked.
type Due struct {
	plan.Due
	Passed bool // the day asked is after it
	// AtDue is the verdict on the figure of the deadline itself, where that is
	// past; nil if there is no day, or nothing to count.
	AtDue *plan.Verdict
	// AtDuePrinted is that figure.
	AtDuePrinted string
}

// A Delivery is a paper that an agency handed in.
type Delivery struct {
	Unit, Deliverable string
	Fact              *ledger.Fact
	Late              bool
}

// A TaskLine is one task judged: the worst of its results.
type TaskLine struct {
	Task    plan.TaskRow
	Results []ResultLine
	Verdict plan.Verdict
	Late    bool // something of it came after the deadline
	Due     Due
}

// A ResultLine is one expected result of a task.
type ResultLine struct {
	Result     plan.Result
	Judged     *Reading // nil for a paper
	Verdict    plan.Verdict
	Deliveries []Delivery
	Due        Due
	Late       bool
}

type assessor struct {
	plan     *plan.Plan
	day      calendar.Day
	count    Counter
	policies *plan.Policies
}

// Assess judges a plan on a day. Policies are those about every plan; the
// plan's own come before them. The only errors are the counter's.
func Assess(p *plan.Plan, policies []*ledger.Fact, day calendar.Day, count Counter) (*Assessment, error) {
	a := &assessor{p, day, count, p.Policies(policies...)}
	out := &Assessment{Plan: p, Day: day}
	for _, t := range p.Targets {
		line, err := a.target(t)
		if err != nil {
			return nil, err
		}
		out.Targets = append(out.Targets, line)
	}
	for _, t := range p.Tasks {
		line, err := a.task(t)
		if err != nil {
			return nil, err
		}
		out.Tasks = append(out.Tasks, line)
	}
	return out, nil
}

func (a *assessor) target(t plan.TargetRow) (Line, error) {
	line := Line{
		Target:      t,
		Tolerance:   a.policies.On(a.day, plan.Tolerance, t.ID),
		Coverage:    a.policies.On(a.day, plan.Coverage, t.ID),
		Denominator: a.policies.On(a.day, plan.Denominator, t.ID),
		Delivery:    a.deliveries(t.ID, "", t.Due),
		Due:         a.due(t.Due),
	}
	if t.Rule == plan.Done {
		return line, a.done(&line)
	}
	line.Verdict = plan.Judge(plan.Goal{}, plan.Measured{}, 0, 0)
	if t.Indicator == "" {
		return line, nil
	}
	return line, a.measured(&line)
}

// measured judges a target with a number.
func (a *assessor) measured(line *Line) error {
	t := line.Target
	def, err := indicator.Find(t.Indicator)
	if err != nil {
		return err
	}
	code := def.Code
	for _, v := range def.Variants {
		if v.Word == line.Denominator.Word {
			code = v.Code
		}
	}
	judge := func(on calendar.Day) (*Reading, plan.Verdict, error) {
		r, err := a.read(code, on, t.Goal(), line.Tolerance)
		if err != nil {
			return nil, plan.Verdict{}, err
		}
		if len(t.Named) > 0 {
			line.Named = namedIn(t.Named, r.Figure)
			r.Measured = plan.Measured{Num: present(line.Named), Den: 1}
			r.Printed = t.Goal().Print(r.Measured, line.Tolerance.Permyriad)
		}
		return r, plan.Judge(t.Goal(), r.Measured, line.Tolerance.Permyriad, line.Coverage.Permyriad), nil
	}
	if err := a.atDue(&line.Due, judge); err != nil {
		return err
	}
	if line.Judged, line.Verdict, err = judge(a.day); err != nil {
		return err
	}
	return a.beside(line, def, code)
}

// beside reads the variants that are not judged, and what the target names
// further.
func (a *assessor) beside(line *Line, def *indicator.Definition, judged string) error {
	codes := slices.Clone(line.Target.Also)
	if judged != def.Code {
		codes = append(codes, def.Code)
	}
	for _, v := range def.Variants {
		if v.Code != judged && v.Code != def.Code {
			codes = append(codes, v.Code)
		}
	}
	for _, code := range codes {
		r, err := a.read(code, a.day, line.Target.Goal(), line.Tolerance)
		if err != nil {
			return err
		}
		line.Beside = append(line.Beside, *r)
	}
	return nil
}

func (a *assessor) read(code string, on calendar.Day, g plan.Goal, tolerance plan.Choice) (*Reading, error) {
	f, err := a.count(code, on)
	if err != nil {
		return nil, err
	}
	m := plan.Measured{Num: f.Num, Den: f.Den, NoData: f.NoData, Expected: f.Expected, Reported: f.Reported}
	return &Reading{Figure: f, Measured: m, Printed: g.Print(m, tolerance.Permyriad)}, nil
}

// atDue judges the figure of a deadline that is past.
func (a *assessor) atDue(d *Due, judge func(calendar.Day) (*Reading, plan.Verdict, error)) error {
	if !d.Passed || d.Stated.Day >= a.day {
		return nil
	}
	r, v, err := judge(d.Stated.Day)
	if err != nil {
		return err
	}
	d.AtDue, d.AtDuePrinted = &v, r.Printed
	return nil
}

func (a *assessor) due(d plan.Due) Due {
	return Due{Due: d, Passed: !d.Stated.IsZero() && a.day > d.Stated.Day}
}

// namedIn finds the facts of a figure that mention each name.
func namedIn(names []string, f *indicator.Figure) []Named {
	list := make([]Named, len(names))
	for i, name := range names {
		list[i].Name = name
		for _, c := range f.In {
			if c.Subject.Key == support.FairKey(name) {
				list[i].By = c.By
			}
		}
	}
	return list
}

func present(list []Named) (n int64) {
	for _, x := range list {
		if len(x.By) > 0 {
			n++
		}
	}
	return n
}

// done judges a target without a number. What it counts must be there, or, of
// things to be cleared away, be gone; without anything to count, every agency
// known to have a part in the plan must have handed in its paper in time.
func (a *assessor) done(line *Line) error {
	t := line.Target
	codes := t.Also
	if t.Indicator != "" && t.Indicator != "reports.received" {
		codes = append([]string{t.Indicator}, codes...)
	}
	m := plan.Measured{Den: int64(len(codes))}
	for _, code := range codes {
		r, err := a.read(code, a.day, plan.Goal{Rule: plan.AtLeast, Low: new(int64)}, line.Tolerance)
		if err != nil {
			return err
		}
		if r.Figure.Definition.ToZero == (r.Figure.Num == 0) {
			m.Num++
		}
		line.Beside = append(line.Beside, *r)
	}
	if len(codes) == 0 {
		m = a.reports(line.Delivery)
	}
	line.Judged = &Reading{Measured: m, Printed: t.Goal().Print(m, 0)}
	line.Verdict = plan.Judge(t.Goal(), m, 0, 0)
	return nil
}

// reports counts the agencies that handed in a target's paper in time among
// those known to have a part in the plan: who ever delivered something.
func (a *assessor) reports(list []Delivery) plan.Measured {
	units, intime := map[string]bool{}, map[string]bool{}
	for _, f := range a.plan.Deliveries {
		units[f.Event.(*plan.Delivered).Unit] = true
	}
	for _, d := range list {
		if !d.Late {
			intime[d.Unit] = true
		}
	}
	return plan.Measured{Num: int64(len(intime)), Den: int64(len(units)), NoData: len(units) == 0}
}

// deliveries are the papers that came in for a row, by day.
func (a *assessor) deliveries(id, text string, due plan.Due) []Delivery {
	var list []Delivery
	for _, f := range a.plan.DeliveriesOf(id, text) {
		e := f.Event.(*plan.Delivered)
		late := !due.Stated.IsZero() && f.Valid.Day > due.Stated.Day
		list = append(list, Delivery{Unit: e.Unit, Deliverable: e.Deliverable, Fact: f, Late: late})
	}
	slices.SortStableFunc(list, func(x, y Delivery) int { return cmp.Compare(x.Fact.Valid.Day, y.Fact.Valid.Day) })
	return list
}

func (a *assessor) task(t plan.TaskRow) (TaskLine, error) {
	line := TaskLine{Task: t, Due: a.due(t.Due)}
	for _, res := range t.Results {
		r, err := a.result(t, res)
		if err != nil {
			return line, err
		}
		line.Results = append(line.Results, r)
		line.Late = line.Late || r.Late
	}
	line.Verdict = worst(line.Results)
	return line, nil
}

func (a *assessor) result(t plan.TaskRow, res plan.Result) (ResultLine, error) {
	line := ResultLine{Result: res, Due: a.due(t.Due)}
	if res.Indicator == "" || res.Rule == plan.Done {
		line.Deliveries = a.deliveries(t.ID, res.Text, t.Due)
		m := plan.Measured{Num: min(int64(len(line.Deliveries)), 1), Den: 1}
		line.Verdict = plan.Judge(plan.Goal{Rule: plan.Done}, m, 0, 0)
		line.Late = slices.ContainsFunc(line.Deliveries, func(d Delivery) bool { return d.Late })
		return line, nil
	}
	def, err := indicator.Find(res.Indicator)
	if err != nil {
		return line, err
	}
	tolerance, coverage := a.policies.On(a.day, plan.Tolerance, t.ID), a.policies.On(a.day, plan.Coverage, t.ID)
	judge := func(on calendar.Day) (*Reading, plan.Verdict, error) {
		g := res.Goal(string(def.Unit))
		r, err := a.read(def.Code, on, g, tolerance)
		if err != nil {
			return nil, plan.Verdict{}, err
		}
		return r, plan.Judge(g, r.Measured, tolerance.Permyriad, coverage.Permyriad), nil
	}
	if err := a.atDue(&line.Due, judge); err != nil {
		return line, err
	}
	line.Judged, line.Verdict, err = judge(a.day)
	line.Late = line.Due.AtDue != nil && !line.Due.AtDue.Code.Positive() && line.Verdict.Code.Positive()
	return line, err
}

// rank orders verdicts from best to worst, for a task that has several.
var rank = map[plan.Code]int{
	plan.Exceeded: 0, plan.Within: 1, plan.Met: 2, plan.NotApplicable: 3, plan.Near: 4, plan.NoData: 5, plan.Missed: 6,
}

func worst(results []ResultLine) plan.Verdict {
	v := plan.Judge(plan.Goal{}, plan.Measured{}, 0, 0)
	for i, r := range results {
		if i == 0 || rank[r.Verdict.Code] > rank[v.Code] {
			v = r.Verdict
		}
	}
	if len(results) > 1 {
		v.Missing, v.Short, v.Vi, v.En = 0, (*big.Rat)(nil), "", ""
	}
	return v
}
