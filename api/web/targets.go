package web

import (
	"errors"
	"net/url"
	"strconv"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// A Page is a page ready to be sent, or where to go instead.
type Page struct {
	HTML     []byte
	Redirect string // an address of our own; the rest is empty then
	Err      error  // what was wrong with the question; the page says so
}

// Targets is the first page: a plan judged at the two days asked. asked is why
// the question could not even be read, or nil.
func Targets(s *answers.Service, q answers.Query, asked error) (Page, error) {
	v := &targetsView{AsOf: field{Value: q.AsOf}, KnownAt: field{Value: q.Known}, Hidden: hidden(q)}
	err := asked
	var t *answers.Targets
	if err == nil {
		t, err = s.Targets(q)
	}
	if errors.Is(err, answers.ErrNoPlan) && q.AsOf == "" && q.Plan == "" {
		if to := newestPlan(s, q); to != "" {
			return Page{Redirect: to}, nil
		}
	}
	if err != nil {
		if !v.blame(err) {
			return Page{}, err
		}
		v.Plans = plansBeside(s, q)
	} else {
		v.fill(t, s, q)
	}
	html, broken := render("targets.html", v)
	return Page{HTML: html, Err: err}, broken
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

// address is a path with those of its parameters that say something.
func address(to string, v url.Values) string {
	for name, values := range v {
		if len(values) == 0 || values[0] == "" {
			delete(v, name)
		}
	}
	if len(v) == 0 {
		return to
	}
	return to + "?" + v.Encode()
}

type link struct{ Text, To string }

// A field is a form field with what was typed and what is wrong with it.
type field struct{ Value, Error string }

type pair struct{ Name, Value string }

// hidden keeps what the form does not show.
func hidden(q answers.Query) (list []pair) {
	for _, p := range []pair{{"place", q.Place}, {"map", q.Map}, {"period", q.Period}, {"scheme", q.Scheme}, {"plan", q.Plan}} {
		if p.Value != "" {
			list = append(list, p)
		}
	}
	return list
}

// targetsView is what the template shows, all of it in words.
type targetsView struct {
	AsOf, KnownAt field
	Hidden        []pair
	Errors        []string // of fields that are not shown, and in general
	Plans         []link   // offered where the question has no answer

	Filled    bool
	Sentence  string // the as-of sentence
	JudgedOn  string // "" for the day asked
	NotJudged string // why nothing is judged, or ""
	Area      string
	Period    string
	Banner    string // "" for now
	Future    bool
	Synthetic string
	Plan      planView
	Counts    []string
	Targets   []targetView
	Tasks     []taskView
	Findings  []findingView
	JSON      string
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

// blame puts a fault's sentence where it belongs. It reports false for an
// error that is not the asker's.
func (v *targetsView) blame(err error) bool {
	f, ok := fault.Of(err)
	if !ok {
		return false
	}
	switch f.Field {
	case "as-of":
		v.AsOf.Error = f.Vi()
	case "known-at":
		v.KnownAt.Error = f.Vi()
	default:
		v.Errors = append(v.Errors, f.Vi())
	}
	return true
}

func (v *targetsView) fill(t *answers.Targets, s *answers.Service, q answers.Query) {
	p := t.Point
	v.Filled, v.Sentence, v.Area, v.Period = true, vi.AsOf(p), vi.Area(p), vi.Period(p.Period)
	v.JudgedOn, v.NotJudged = vi.JudgedOn(t), vi.NotJudged(t)
	v.Future = p.Future
	v.Banner = banner(p, s.Projection().Size(), s.Today())
	if p.Synthetic {
		v.Synthetic = vi.Synthetic
	}
	if v.AsOf.Value == "" {
		v.AsOf.Value = vi.Day(p.Valid)
	}
	h := t.Plan.Head()
	v.Plan = planView{h.Number, vi.Stated(h.Issued), h.Title}
	at := pin(t, q.Scheme)
	v.JSON = at("/api/v1/targets", "")
	for _, l := range t.Targets {
		v.Targets = append(v.Targets, showTarget(l, at))
	}
	for _, l := range t.Tasks {
		v.Tasks = append(v.Tasks, showTask(l, at))
	}
	for _, f := range t.Findings {
		v.Findings = append(v.Findings, showFinding(f))
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

// banner says that what is shown is not the state of now, and what it leaves out.
func banner(p *answers.Point, head ledger.Position, today calendar.Day) string {
	later := int64(head - p.Size)
	switch {
	case later > 0:
		return "Bạn đang xem số liệu như đã biết đến " + vi.Known(p) + ": " + vi.Integer(later) +
			" bản ghi ghi nhận sau đó chưa được tính."
	case p.Valid != today:
		return "Bạn đang xem số liệu tại ngày " + vi.Day(p.Valid) + ", không phải hôm nay."
	}
	return ""
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
