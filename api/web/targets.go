package web

import (
	"errors"
	"net/url"
	"strconv"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// targets is the first page: a plan judged at the two days asked.
func (s *Site) targets(a *Asked) (Page, error) {
	f := s.begin(a, "Chỉ tiêu kế hoạch")
	q := a.query()
	if f.err != nil {
		return f.render("targets.html", &targetsView{})
	}
	t, err := s.Answers.Targets(q)
	if errors.Is(err, answers.ErrNoPlan) && q.AsOf == "" && q.Plan == "" {
		if to := newestPlan(s.Answers, q); to != "" {
			return Page{Redirect: to}, nil
		}
	}
	if err != nil {
		f.Offers = plansBeside(s.Answers, q)
		return f.refuse("targets.html", err, &targetsView{})
	}
	v := &targetsView{}
	v.fill(f, t, q)
	return f.render("targets.html", v)
}

// newestPlan is the address of the last plan there is, at the end of its year:
// what a ledger without a plan for this year has to show.
func newestPlan(s *answers.Service, q answers.Query) string {
	links := plansBeside(s, q)
	if len(links) == 0 {
		return ""
	}
	return links[0].To
}

// plansBeside are the plans known today, the newest first.
func plansBeside(s *answers.Service, q answers.Query) (links []link) {
	_, plans, err := s.Plans(answers.Query{Known: q.Known})
	if err != nil {
		return nil
	}
	last := int64(0)
	for _, p := range plans {
		h := p.Head()
		to := link{h.Number, address("/", url.Values{"as_of": {vi.Day(calendar.LastOfYear(int(h.Year)))}, "known_at": {q.Known}})}
		if h.Year > last {
			links, last = append([]link{to}, links...), h.Year
		} else {
			links = append(links, to)
		}
	}
	return links
}

// targetsView is what the template shows, all of it in words.
type targetsView struct {
	Filled    bool
	JudgedOn  string // "" for the day asked
	NotJudged string // why nothing is judged, or ""
	Plan      planView
	Counts    []string
	Targets   []targetView
	Tasks     []taskView
	Findings  []findingView
}

type planView struct{ Number, Issued, Title string }

type targetView struct {
	ID, Text, Cited, Goal, Due string
	Owners                     []string
	Verdict                    verdictView
	Reading                    readingView
	Late                       bool
	Beside                     []readingView
	Named                      []namedView
	Deliveries                 []deliveryView
	AtDue, Tolerance           string
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
	Verdict           verdictView
	Late              bool
	Reading           *readingView
	Deliveries        []deliveryView
}

type findingView struct{ ID, About, Text, By string }

func (v *targetsView) fill(f *frame, t *answers.Targets, q answers.Query) {
	f.at(t.Point)
	v.Filled, v.JudgedOn, v.NotJudged = true, vi.JudgedOn(t), vi.NotJudged(t)
	h := t.Plan.Head()
	v.Plan = planView{h.Number, vi.Stated(h.Issued), h.Title}
	f.Title, f.Lead = "Kế hoạch "+h.Number, h.Title
	at := pin(t, q.Scheme)
	f.Twins = []link{{"JSON, cố định tại cỡ sổ này", at("/api/v1/targets", "")}}
	for _, l := range t.Targets {
		v.Targets = append(v.Targets, showTarget(l, at))
	}
	for _, l := range t.Tasks {
		v.Tasks = append(v.Tasks, showTask(l, at))
	}
	for _, x := range t.Findings {
		v.Findings = append(v.Findings, showFinding(x))
	}
	v.Counts = counts(t.Targets)
}

// An addresser gives the address of what a page shows, pinned to its point:
// it answers the same for ever. code is the indicator that it is about, or "".
// It is "" where the indicator by itself would say something else.
type addresser func(path, code string) string

func pin(t *answers.Targets, scheme string) addresser {
	return func(path, code string) string {
		p := t.Point
		if d, err := indicator.Find(code); err == nil {
			if p = t.PointOf(d); p == nil {
				return ""
			}
		}
		v := url.Values{
			"as_of": {p.Valid.String()}, "known_at": {ledger.KnownSize(p.Size).String()},
			"place": {p.Place}, "period": {p.PeriodName}, "map": {""}, "scheme": {scheme}, "plan": {""},
		}
		if p.Map != p.Valid {
			v.Set("map", p.Map.String())
		}
		if code == "" {
			v.Set("plan", t.Plan.Key)
		} else {
			v.Set("scheme", t.SchemeOf(code))
		}
		return address(path, v)
	}
}

// counts is how many targets have each verdict, in words.
func counts(lines []assessment.Line) (list []string) {
	n := map[plan.Code]int{}
	for _, l := range lines {
		n[l.Verdict.Code]++
	}
	for _, c := range []plan.Code{plan.Exceeded, plan.Met, plan.Within, plan.Near, plan.Missed, plan.NoData, plan.NotApplicable} {
		if n[c] > 0 {
			list = append(list, vi.Verdict(c)+": "+strconv.Itoa(n[c]))
		}
	}
	return list
}

func showVerdict(v plan.Verdict, unit string) verdictView {
	return verdictView{string(v.Code), vi.Symbol(v.Code), v.Word, vi.Missing(v, unit)}
}

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
	for _, r := range l.Beside {
		beside := g
		if g.Rule == plan.Done {
			beside = plan.Goal{Unit: string(r.Figure.Definition.Unit)}
		}
		t.Beside = append(t.Beside, showReading(beside, r, l.Tolerance.Permyriad, at))
	}
	for _, n := range l.Named {
		t.Named = append(t.Named, namedView{n.Name, len(n.By) > 0})
	}
	if g.Rule == plan.About {
		t.Tolerance = vi.Tolerance(l.Tolerance.Permyriad)
	}
	return t
}

func showReading(g plan.Goal, r assessment.Reading, tolerance int64, at addresser) readingView {
	out := readingView{Printed: vi.Measured(g, r.Measured, tolerance)}
	if r.Figure == nil {
		return out
	}
	d := r.Figure.Definition
	out.Name, out.Coverage, out.Carried = d.Name, vi.Coverage(r.Figure), vi.Carried(r.Figure)
	out.Late = vi.Late(r.Figure)
	out.Explain = at("/api/v1/explain/"+d.Code, d.Code)
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

func showResult(r assessment.ResultLine, at addresser) resultView {
	out := resultView{
		Text: r.Result.Text, Verdict: showVerdict(r.Verdict, ""), Late: r.Late,
		AtDue: atDue(r.Due), Deliveries: showDeliveries(r.Deliveries),
	}
	if r.Judged != nil {
		out.Verdict = showVerdict(r.Verdict, string(r.Judged.Figure.Definition.Unit))
		g := r.Result.Goal(string(r.Judged.Figure.Definition.Unit))
		reading := showReading(g, *r.Judged, 0, at)
		out.Reading, out.Goal = &reading, vi.Goal(g)
	}
	return out
}

func showFinding(f plan.Finding) findingView {
	out := findingView{ID: f.ID, Text: f.Vi, By: "tìm theo quy tắc"}
	if f.By == plan.ByNote {
		out.By = "ghi chú của người đọc"
	}
	for i, id := range f.About {
		if i > 0 {
			out.About += ", "
		}
		if id == plan.WholePlan {
			id = "cả kế hoạch"
		}
		out.About += id
	}
	return out
}
