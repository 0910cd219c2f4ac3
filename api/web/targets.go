package web

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// targets is the first page: a plan judged at the two days asked.
func (s *Site) targets(a *Asked) (Page, error) {
	f := s.newFrame(a, "Chỉ tiêu kế hoạch")
	f.choosePeriod()
	f.choosePlace()
	f.choosePlan()
	v := &targetsView{Filter: newTargetFilter(a)}
	f.own = v.Filter.Fields
	if f.err != nil {
		return f.render("targets.html", v)
	}
	p, err := a.resolve()
	var t *answers.Targets
	if err == nil {
		t, err = s.Answers.Targets(p)
	}
	// Who names neither a day nor a plan wants to see a plan, not that this year has none.
	if errors.Is(err, answers.ErrNoPlan) && a.get("as_of") == "" && a.get("plan") == "" {
		if to := s.newestPlan(a); to != "" {
			return Page{Redirect: to}, nil
		}
	}
	if err != nil {
		f.Offers = s.plansBeside(a)
		v.Start = s.start(a, err)
		return f.refuse("targets.html", err, v)
	}
	v.Filter.addLeads(t)
	if err := v.Filter.check(); err != nil {
		return f.refuse("targets.html", err, v)
	}
	v.fill(f, t)
	return f.render("targets.html", v)
}

// choosePlan lets the reader choose among the plans there are, if there are
// several.
func (f *frame) choosePlan() {
	p, err := f.asked.resolveKnown()
	if err != nil {
		return
	}
	plans := f.site.Answers.Plans(p.Size, p.Valid)
	// One plan is no choice; a plan that was named must be seen, even alone.
	if len(plans) < 2 && f.asked.get("plan") == "" {
		return
	}
	options := []option{{Text: "Kế hoạch của năm đang xem"}}
	for _, p := range plans {
		h := p.Head()
		options = append(options, option{Value: p.Key, Text: h.Number + " (năm " + strconv.FormatInt(h.Year, 10) + ")"})
	}
	f.Clocks.Fields = append(f.Clocks.Fields, choice(f.asked, "plan", "Kế hoạch", options))
}

// newestPlan is the address of the last plan there is, at the end of its year:
// the page to show where this year has no plan.
func (s *Site) newestPlan(a *Asked) string {
	links := s.plansBeside(a)
	if len(links) == 0 {
		return ""
	}
	return links[0].To
}

// plansBeside are the plans of today at the known-at asked, the newest first.
func (s *Site) plansBeside(a *Asked) (links []link) {
	at, err := a.resolveKnown()
	if err != nil {
		return nil
	}
	last := int64(0)
	for _, p := range s.Answers.Plans(at.Size, at.Valid) {
		h := p.Head()
		to := link{h.Number, addressWith("/", url.Values{"as_of": {vi.Day(calendar.LastOfYear(int(h.Year)))}, "known_at": {a.get("known_at")}})}
		if h.Year > last {
			links, last = append([]link{to}, links...), h.Year
		} else {
			links = append(links, to)
		}
	}
	return links
}

// targetsView is the page for the template, all in words.
type targetsView struct {
	Filled    bool
	Start     *startView // what to do first; nil where there is something to see
	Sparse    string     // why much of the page says nothing, or ""
	JudgedOn  string     // "" for the day asked
	NotJudged string     // why nothing is judged, or ""
	Plan      planView
	Summary   summaryView
	Filter    *targetFilter
	Before    string // what the ticks of the bullets say, or ""
	Targets   []targetView
	Tasks     []taskView
	All       [2]int // targets and tasks before the filter
	Findings  []findingGroup
	FoundAll  int
}

type planView struct{ Number, Issued, Title string }

type targetView struct {
	ID, Name, Text, Cited, Goal, Due string
	Owners                           []string
	Verdict                          verdictView
	Reading                          readingView
	Bullet                           template.HTML // "" where no number is asked
	Then, Opening                    string        // the figures of the bullet's tick and ring
	Course                           string        // the address of the figure's course
	Late                             bool
	Beside                           []readingView
	Parts                            []link // why, of each figure of a row made of several
	Named                            []namedView
	Deliveries                       []deliveryView
	AtDue, Tolerance                 string
	Findings                         int // the number of findings about the target
}

type verdictView struct{ Class, Symbol, Word, Missing string }

type readingView struct{ Name, Printed, Coverage, Carried, Late, Explain string }

type namedView struct {
	Name  string
	Found bool
}

type deliveryView struct {
	Unit, Text, Day string
	Late            bool
}

type taskView struct {
	ID, Text, Cited, Due string
	Leads, With          []string
	Verdict              verdictView
	Late                 bool
	Results              []resultView
}

type resultView struct {
	Text, Goal, AtDue string
	Paper             string // what became of a paper that did not come, or ""
	Verdict           verdictView
	Late              bool
	Reading           *readingView
	Deliveries        []deliveryView
}

type findingView struct{ ID, About, Text, By string }

// A findingGroup are the findings about one sort of subject.
type findingGroup struct {
	About string
	List  []findingView
}

// fill puts a judged plan into words.
func (v *targetsView) fill(f *frame, t *answers.Targets) {
	f.year, f.planned = t.Judged.Valid.Year(), true
	f.showPoint(t.Point)
	v.Filled, v.JudgedOn, v.NotJudged = true, vi.JudgedOn(t), vi.NotJudged(t)
	h := t.Plan.Head()
	v.Plan = planView{h.Number, vi.StatedDay(h.Issued), h.Title}
	f.Title, f.Lead = "Kế hoạch "+h.Number, h.Title
	at := addressesOf(t)
	f.Twins = append(f.Twins, tables("", at("/api/v1/targets", ""))...)
	v.Summary = summarize(f.asked, t)
	v.Sparse = whySparse(f.site.Answers, t)
	b := newReferenceFigures(f.site, t)
	v.Before = b.words
	about := findingsAbout(t.Findings)
	for _, l := range t.Targets {
		if v.Filter.keepsTarget(l) {
			row := showTarget(l, at)
			row.Findings = about[row.ID]
			b.draw(&row, l)
			v.Targets = append(v.Targets, row)
		}
	}
	for _, l := range t.Tasks {
		if v.Filter.keepsTask(l) {
			v.Tasks = append(v.Tasks, showTask(l, at))
		}
	}
	v.All = [2]int{len(t.Targets), len(t.Tasks)}
	v.Findings, v.FoundAll = groupFindings(t), len(t.Findings)
}

// An addresser gives the address of a shown figure, pinned to its point, so that
// the answer never changes. code is the indicator, or "" for the plan. The result is ""
// where the indicator by itself would have another value.
type addresser func(path, code string) string

// addressesOf gives the addresses of a judged plan: of the plan itself, under the
// scheme asked for, if any, and of each of its figures under the scheme of
// the figure.
func addressesOf(t *answers.Targets) addresser {
	return func(path, code string) string {
		if code == "" {
			return pinnedAddress(path, t.Point, "scheme", t.Point.NamedScheme(), "plan", t.Plan.Key)
		}
		p := t.Point
		if d, err := indicator.Find(code); err == nil {
			if p = t.PointOf(d); p == nil {
				return ""
			}
		}
		return pinnedAddress(path, p, "scheme", t.SchemeOf(code))
	}
}

func showVerdict(v plan.Verdict, unit string) verdictView {
	return verdictView{string(v.Code), vi.Symbol(v.Code), v.Word, vi.MissingToGoal(v, unit)}
}

// showTarget is a judged target as a row.
func showTarget(l assessment.Line, at addresser) targetView {
	g := l.Target.Goal()
	t := targetView{
		ID: l.Target.ID, Text: l.Target.Text, Cited: l.Target.Cited, Goal: vi.Goal(g), Due: vi.Due(l.Due.Due),
		Verdict: showVerdict(l.Verdict, g.Unit), AtDue: atDue(l.Due), Deliveries: showDeliveries(l.Delivery),
		Reading: readingView{Printed: vi.NoData}, Owners: l.Target.Owners, Late: l.Late,
	}
	if l.Judged != nil {
		t.Reading = showReading(g, *l.Judged, l.Tolerance.Permyriad, at)
	}
	// A target may be short in words of its own, where its unit is not a thing.
	t.Name, t.Verdict.Missing = nameOf(l), vi.MissingToTarget(l.Verdict, l.Target)
	if d, err := indicator.Find(l.Target.Indicator); err == nil {
		t.Course = at("/dien-bien/"+countedAs(l, d), countedAs(l, d))
	}
	for _, r := range l.Beside {
		beside := g
		// The goal counts papers, but what stands beside it counts things.
		if g.Rule == plan.Done {
			beside = plan.Goal{Unit: string(r.Figure.Definition.Unit)}
		}
		t.Beside = append(t.Beside, showReading(beside, r, l.Tolerance.Permyriad, at))
	}
	// A row of several figures has no page of its own: each figure has one.
	if t.Reading.Explain == "" {
		for _, x := range t.Beside {
			if x.Explain != "" {
				t.Parts = append(t.Parts, link{x.Name, x.Explain})
			}
		}
	}
	for _, n := range l.Named {
		t.Named = append(t.Named, namedView{n.Name, len(n.By) > 0})
	}
	if g.Rule == plan.About {
		t.Tolerance = vi.Tolerance(l.Tolerance.Permyriad)
	}
	return t
}

// showReading is a figure in the unit of a goal, with its coverage and the way to
// its explanation.
func showReading(g plan.Goal, r assessment.Reading, tolerance int64, at addresser) readingView {
	out := readingView{Printed: vi.MeasuredText(g, r.Measured, tolerance)}
	if r.Figure == nil {
		return out
	}
	d := r.Figure.Definition
	out.Name, out.Coverage, out.Carried = d.Name, vi.Coverage(r.Figure), vi.CarriedOver(r.Figure)
	out.Late = vi.LatePapers(r.Figure)
	out.Explain = at("/vi-sao/"+d.Code, d.Code)
	if d.Unit == indicator.Share && !r.Measured.NoData {
		out.Printed += " (" + vi.Integer(r.Figure.Num) + "/" + vi.Integer(r.Figure.Den) + ")"
	}
	return out
}

func atDue(d assessment.Due) string {
	if d.AtDue == nil {
		return ""
	}
	printed := d.AtDuePrinted
	if printed == "" {
		printed = vi.NoData
	}
	return "đến hạn " + vi.Day(d.Day()) + ": " + printed + ", " + vi.Verdict(d.AtDue.Code)
}

func showDeliveries(list []assessment.Delivery) (out []deliveryView) {
	for _, d := range list {
		out = append(out, deliveryView{d.Unit, d.Deliverable, d.Fact.Valid.Vi(), d.Late})
	}
	return out
}

func showTask(l assessment.TaskLine, at addresser) taskView {
	t := taskView{
		ID: l.Task.ID, Text: l.Task.Text, Cited: l.Task.Cited, Due: vi.Due(l.Due.Due),
		Leads: l.Task.Leads, With: l.Task.With, Verdict: showVerdict(l.Verdict, ""), Late: l.Late,
	}
	for _, r := range l.Results {
		t.Results = append(t.Results, showResult(r, at))
	}
	return t
}

// showResult is an expected result of a task with its papers or its figure.
func showResult(r assessment.ResultLine, at addresser) resultView {
	out := resultView{
		Text: r.Result.Text, Verdict: showVerdict(r.Verdict, ""), Late: r.Late,
		AtDue: atDue(r.Due), Deliveries: showDeliveries(r.Deliveries),
	}
	if r.Judged == nil && len(r.Deliveries) == 0 && r.Verdict.Code == plan.Missed {
		out.Paper = "chưa đến hạn"
		if r.Due.Passed {
			out.Paper = "quá hạn, chưa có"
		}
	}
	if r.Judged != nil {
		out.Verdict = showVerdict(r.Verdict, string(r.Judged.Figure.Definition.Unit))
		g := r.Result.Goal(string(r.Judged.Figure.Definition.Unit))
		reading := showReading(g, *r.Judged, 0, at)
		out.Reading, out.Goal = &reading, vi.Goal(g)
	}
	return out
}

// showFinding is a contradiction of the plan in words.
func showFinding(f plan.Finding) findingView {
	out := findingView{ID: f.ID, Text: f.Vi, By: "tìm theo quy tắc"}
	if f.By == plan.ByNote {
		out.By = "ghi chú của người đọc"
	}
	about := slices.Clone(f.About)
	for i, id := range about {
		if id == plan.WholePlan {
			about[i] = "cả kế hoạch"
		}
	}
	out.About = strings.Join(about, ", ")
	return out
}

// findingsAbout is how many findings there are about each row.
func findingsAbout(list []plan.Finding) map[string]int {
	about := map[string]int{}
	for _, x := range list {
		for _, id := range x.About {
			about[id]++
		}
	}
	return about
}

// groupFindings puts the findings about the whole plan first, then the findings about
// targets, tasks, and targets together with tasks.
func groupFindings(t *answers.Targets) (groups []findingGroup) {
	targets, tasks := map[string]bool{}, map[string]bool{}
	for _, l := range t.Targets {
		targets[l.Target.ID] = true
	}
	for _, l := range t.Tasks {
		tasks[l.Task.ID] = true
	}
	all := []findingGroup{{About: "Cả kế hoạch"}, {About: "Chỉ tiêu"}, {About: "Nhiệm vụ"}, {About: "Giữa chỉ tiêu và nhiệm vụ"}}
	for _, x := range t.Findings {
		at := 0
		for _, id := range x.About {
			switch {
			case targets[id]:
				// The two bits are the index of the group: 1 targets, 2 tasks, 3 both.
				at |= 1
			case tasks[id]:
				at |= 2
			}
		}
		all[at].List = append(all[at].List, showFinding(x))
	}
	for _, g := range all {
		if len(g.List) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
