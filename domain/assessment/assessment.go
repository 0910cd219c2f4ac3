// Package assessment judges a plan: every target and every task, by the
// figures of one as-of point and the rules that the paper prints.
//
// It decides nothing about how figures are counted: a Counter gives them, by
// the slow road or the fast one. What the paper leaves open (how far "khoảng"
// reaches, how many must have reported, over which denominator) are recorded
// choices, and each line names the one that it was judged by.
package assessment

import (
	"math/big"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/support"
)

// A Counter counts a figure on a day, everything else of the question being
// the same for the whole assessment.
type Counter func(code string, on calendar.Day) (*indicator.Figure, error)

// An Asking is what an assessment is asked for.
type Asking struct {
	Day calendar.Day // papers count that came by then
	// Elsewhere says that the place asked is not the plan's own.
	Elsewhere bool
	Count     Counter
}

// An Assessment is a plan judged.
type Assessment struct {
	Plan *plan.Plan
	Day  calendar.Day // asked
	// JudgedOn is the day of the figures: the day asked, or the last of the
	// plan's year when that is past. Papers count until the day asked, so that
	// one which came after the year is there, and late.
	JudgedOn calendar.Day
	// Elsewhere says that nothing is judged because the place asked is not the
	// plan's own: a target of the province is no target of a district. The
	// figures are there.
	Elsewhere bool
	Targets   []Line
	Tasks     []TaskLine
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
	Late     bool       // something of it came after the deadline
	Due      Due
	// Tolerance and Coverage are the choices that it was judged by; Denominator
	// is one where a reading of the text was chosen by it, and otherwise zero.
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

// A TaskLine is one task judged: by the worst of the results that can be.
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
	Asking
	plan     *plan.Plan
	judged   calendar.Day
	policies *plan.Policies
}

// Assess judges a plan, on the day asked or at the end of its year (JudgedOn).
// Policies are those about every plan. A row that names an indicator which the
// program does not have is not applicable, and says so. The only errors are the
// counter's.
func Assess(p *plan.Plan, policies []*ledger.Fact, q Asking) (*Assessment, error) {
	a := &assessor{q, p, p.JudgedOn(q.Day), p.PoliciesOn(q.Day, policies)}
	out := &Assessment{Plan: p, Day: q.Day, JudgedOn: a.judged, Elsewhere: q.Elsewhere}
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
	if q.Elsewhere {
		out.withhold()
	}
	return out, nil
}

// withhold takes the verdicts back and leaves the figures.
func (a *Assessment) withhold() {
	none := plan.Inapplicable("", "")
	undue := func(d *Due) { d.AtDue, d.AtDuePrinted = nil, "" }
	for i := range a.Targets {
		l := &a.Targets[i]
		l.Verdict, l.Late = none, false
		undue(&l.Due)
	}
	for i := range a.Tasks {
		t := &a.Tasks[i]
		t.Verdict, t.Late = none, false
		for j := range t.Results {
			r := &t.Results[j]
			r.Verdict, r.Late = none, false
			undue(&r.Due)
		}
	}
}

func (a *assessor) choice(of, id string) plan.Choice { return a.policies.On(a.Day, of, id) }

// target judges one target: by its papers, by its number, or not at all. An indicator that the
// program does not have makes it not applicable; what else it names is still read.
func (a *assessor) target(t plan.TargetRow) (Line, error) {
	line := Line{
		Target:    t,
		Tolerance: a.choice(plan.Tolerance, t.ID),
		Coverage:  a.choice(plan.Coverage, t.ID),
		Delivery:  a.deliveries(t.ID, "", t.Due),
		Due:       a.due(t.Due),
		Verdict:   plan.Inapplicable("", ""),
	}
	codes := slices.Clone(t.Also)
	if t.Indicator != "" {
		codes = append([]string{t.Indicator}, codes...)
	}
	if err := indicatorsOf(codes); err != nil {
		line.Verdict = plan.Inapplicable(err.Vi(), err.En())
		return line, a.readBeside(&line, slices.DeleteFunc(codes, func(c string) bool { return indicatorsOf([]string{c}) != nil }))
	}
	switch {
	case t.Rule == plan.Done:
		return line, a.judgeByDeliveries(&line, codes)
	case t.Indicator != "":
		return line, a.judgeNumber(&line)
	}
	return line, nil
}

// indicatorsOf is nil if the program has every one of some indicators, or the
// fault that one is not there.
func indicatorsOf(codes []string) *fault.Fault {
	for _, code := range codes {
		if _, err := indicator.Find(code); err != nil {
			f, _ := fault.Of(err)
			return f
		}
	}
	return nil
}

// judgeNumber judges a target with a number.
func (a *assessor) judgeNumber(line *Line) error {
	t := line.Target
	def, err := indicator.Find(t.Indicator)
	if err != nil {
		return err
	}
	code := def.Code
	chosen := a.choice(plan.Denominator, t.ID)
	for _, v := range def.Variants {
		if v.Word == chosen.Word {
			code, line.Denominator = v.Code, chosen
		}
	}
	judge := func(on calendar.Day) (*Reading, plan.Verdict, error) {
		r, err := a.read(code, on, t.Goal(), line.Tolerance)
		if err != nil {
			return nil, plan.Verdict{}, err
		}
		// where the paper names what is to be counted, the named ones count, not the number
		if len(t.Named) > 0 && !r.Figure.NoData {
			line.Named = namedIn(t.Named, r.Figure)
			r.Measured = plan.Measured{Num: countNamed(line.Named), Den: 1}
			r.Printed = t.Goal().Print(r.Measured, line.Tolerance.Permyriad)
		}
		return r, plan.Judge(t.Goal(), r.Measured, line.Tolerance.Permyriad, line.Coverage.Permyriad), nil
	}
	if err := a.atDue(&line.Due, judge); err != nil {
		return err
	}
	if line.Judged, line.Verdict, err = judge(a.judged); err != nil {
		return err
	}
	return a.readBeside(line, othersOf(t, def, code))
}

// othersOf are the readings of a target that are not judged: what it names
// further, and the variants.
func othersOf(t plan.TargetRow, def *indicator.Definition, judged string) []string {
	codes := slices.Clone(t.Also)
	if judged != def.Code {
		codes = append(codes, def.Code)
	}
	for _, v := range def.Variants {
		if v.Code != judged && v.Code != def.Code {
			codes = append(codes, v.Code)
		}
	}
	return codes
}

// readBeside reads what is shown and not judged.
func (a *assessor) readBeside(line *Line, codes []string) error {
	g := line.Target.Goal()
	if g.Rule == plan.Done { // the goal counts papers; what is read counts things
		g = plan.Goal{Rule: plan.AtLeast, Low: new(int64)}
	}
	for _, code := range codes {
		r, err := a.read(code, a.judged, g, line.Tolerance)
		if err != nil {
			return err
		}
		line.Beside = append(line.Beside, *r)
	}
	return nil
}

func (a *assessor) read(code string, on calendar.Day, g plan.Goal, tolerance plan.Choice) (*Reading, error) {
	f, err := a.figure(code, on)
	if err != nil {
		return nil, err
	}
	m := plan.Measured{Num: f.Num, Den: f.Den, NoData: f.NoData, Expected: f.Expected, Reported: f.Reported}
	return &Reading{Figure: f, Measured: m, Printed: g.Print(m, tolerance.Permyriad)}, nil
}

// figure counts on a day. The papers of a plan are those of this one, by the
// day asked or the deadline.
func (a *assessor) figure(code string, on calendar.Day) (*indicator.Figure, error) {
	def, err := indicator.Find(code)
	if err != nil || !def.OfPapers() {
		return a.Count(code, on)
	}
	// papers that came after the year still count, as late
	if on == a.judged {
		on = a.Day
	}
	if a.Elsewhere {
		return def.Papers(nil, on), nil
	}
	return def.Papers(a.plan, on), nil
}

// atDue judges the figure of a deadline that is past.
func (a *assessor) atDue(d *Due, judge func(calendar.Day) (*Reading, plan.Verdict, error)) error {
	if !d.Passed || d.Stated.Day >= a.judged {
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
	return Due{Due: d, Passed: !d.Stated.IsZero() && a.Day > d.Stated.Day}
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

func countNamed(list []Named) (n int64) {
	for _, x := range list {
		if len(x.By) > 0 {
			n++
		}
	}
	return n
}

// judgeByDeliveries judges a target without a number. What it counts must be there, or, of
// things to be cleared away, be gone. The papers of the plan must all have come;
// without anything to count, one paper must have.
func (a *assessor) judgeByDeliveries(line *Line, codes []string) error {
	t := line.Target
	m := plan.Measured{Num: min(int64(len(line.Delivery)), 1), Den: 1}
	line.Late = t.Due.Late(factsOf(line.Delivery)...)
	var figure *indicator.Figure
	if err := a.readBeside(line, codes); err != nil {
		return err
	}
	switch {
	case len(codes) == 0:
	case line.Beside[0].Figure.Definition.OfPapers():
		figure = line.Beside[0].Figure
		line.Beside = line.Beside[1:]
		m, line.Late = papersIn(figure), lateIn(figure) > 0
	default:
		var err error
		if m, err = a.combineReadings(line.Beside); err != nil {
			return err
		}
	}
	line.Judged = &Reading{Figure: figure, Measured: m, Printed: t.Goal().Print(m, 0)}
	line.Verdict = plan.Judge(t.Goal(), m, 0, 0)
	return nil
}

// combineReadings counts the states of things that are as a plan wants them. In an empty
// register nothing was cleared away: there it cannot be told.
func (a *assessor) combineReadings(readings []Reading) (plan.Measured, error) {
	m := plan.Measured{Den: int64(len(readings))}
	for _, r := range readings {
		f := r.Figure
		// nothing idle in an empty register is no success
		if f.Definition.ToZero {
			all, err := a.Count("coops.registered", a.judged)
			if err != nil {
				return m, err
			}
			m.NoData = m.NoData || all.Num == 0
		}
		if !f.NoData && f.Definition.ToZero == (f.Num == 0) {
			m.Num++
		}
	}
	return m, nil
}

// papersIn is how many of the papers that a figure knows of have come.
func papersIn(f *indicator.Figure) plan.Measured {
	m := plan.Measured{Num: f.Num, NoData: f.NoData}
	for _, p := range f.Parts {
		m.Den += p.Num
	}
	return m
}

func lateIn(f *indicator.Figure) (n int64) {
	for _, p := range f.Parts {
		if p.Name == indicator.LatePart {
			n += p.Num
		}
	}
	return n
}

func factsOf(list []Delivery) []*ledger.Fact {
	facts := make([]*ledger.Fact, len(list))
	for i, d := range list {
		facts[i] = d.Fact
	}
	return facts
}

// deliveries are the papers that came in for a row, in order of their days.
func (a *assessor) deliveries(id, text string, due plan.Due) []Delivery {
	var list []Delivery
	for _, f := range a.plan.DeliveriesOf(id, text) {
		e := f.Event.(*plan.Delivered)
		list = append(list, Delivery{Unit: e.Unit, Deliverable: e.Deliverable, Fact: f, Late: due.Late(f)})
	}
	return list
}

// task judges one task by the worst of its results.
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
	line.Verdict = worstVerdict(line.Results)
	return line, nil
}

// result judges one expected result: a paper by its delivery, a number by its figure. Late is a
// number that was missed at the deadline and is reached now.
func (a *assessor) result(t plan.TaskRow, res plan.Result) (ResultLine, error) {
	line := ResultLine{Result: res, Due: a.due(t.Due)}
	if res.Paper() {
		line.Deliveries = a.deliveries(t.ID, res.Text, t.Due)
		m := plan.Measured{Num: min(int64(len(line.Deliveries)), 1), Den: 1}
		line.Verdict = plan.Judge(plan.Goal{Rule: plan.Done}, m, 0, 0)
		line.Late = t.Due.Late(factsOf(line.Deliveries)...)
		return line, nil
	}
	def, err := indicator.Find(res.Indicator)
	if unknown, ok := fault.Of(err); ok {
		line.Verdict = plan.Inapplicable(unknown.Vi(), unknown.En())
		return line, nil
	}
	tolerance, coverage := a.choice(plan.Tolerance, t.ID), a.choice(plan.Coverage, t.ID)
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
	line.Judged, line.Verdict, err = judge(a.judged)
	line.Late = line.Due.AtDue != nil && !line.Due.AtDue.Code.Positive() && line.Verdict.Code.Positive()
	return line, err
}

// rank orders verdicts from best to worst, for a task that has several. What
// cannot be judged says nothing about the others.
var rank = map[plan.Code]int{
	plan.NotApplicable: 0, plan.Exceeded: 1, plan.Within: 2, plan.Met: 3, plan.Near: 4, plan.NoData: 5, plan.Missed: 6,
}

// worstVerdict is the worst verdict of some results. Of several, the words and numbers of one would
// speak for all, so they are left out.
func worstVerdict(results []ResultLine) plan.Verdict {
	v := plan.Inapplicable("", "")
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
