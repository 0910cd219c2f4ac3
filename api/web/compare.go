package web

import (
	"context"
	"slices"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// compare is two points side by side: every figure, or one with the bridge that
// leads from one to the other.
func (s *Site) compare(a *Asked) (Page, error) {
	if a.asksNothing() && a.Wrong == nil {
		return Page{Redirect: s.usualComparison(a)}, nil
	}
	f := s.newFrame(a, "So sánh hai mốc")
	form := newCompareForm(s, a)
	to := form.onward(a)
	f.Clocks, f.Sections, f.own = nil, to.sections(), form.fields()
	v := &compareView{Form: form}
	if f.err != nil {
		return f.render("compare.html", v)
	}
	if errs := form.resolve(a.Head); len(errs) > 0 {
		for _, err := range errs {
			if !f.addWrong(err) {
				return Page{}, err
			}
		}
		return f.render("compare.html", v)
	}
	if err := v.fill(f, to); err != nil {
		v.Filled = false
		return f.refuse("compare.html", err, v)
	}
	return f.render("compare.html", v)
}

// compareView is what the template shows.
type compareView struct {
	Form   *compareForm
	Filled bool
	A, B   compareEnd
	// Of all figures:
	Rows    []compareRow
	Changed int
	Of      int
	Every   string // the way to every figure
	// Of one:
	Bridge *bridgeView
}

// A compareEnd is one of the two points in words.
type compareEnd struct{ Sentence, Period, Later string }

type compareRow struct {
	Code, Name     string
	A, B           link // to how it came about
	Change, Part   string
	Same, Apart    bool // nothing moved; the figure has no steps of its own
	Verdicts       []verdictPair
	Why, Bridge    string
	CoverA, CoverB string
}

// A verdictPair is the plan's verdict on a figure at both points. A verdict on
// another figure than the row's says so.
type verdictPair struct {
	Target   string
	Old, New verdictView
	Moved    bool
	Note     string
}

// fill fills in both points and either the bridge of a figure or the rows of all.
func (v *compareView) fill(f *frame, to *Asked) error {
	s, a, form := f.site, f.asked, v.Form
	if err := onOff("changed", a.get("changed")); err != nil {
		return err
	}
	d, err := s.sides(a.ctx(), form)
	if err != nil {
		return err
	}
	v.Filled = true
	form.offer(s, a, d)
	v.A, v.B = endOf(d.From), endOf(d.To)
	f.Point = pointOfTwo(d)
	f.Twins = tables("", diffTwin(d, form.Code.Value))
	judged := judgedAt(s.Answers, form.from, form.upto)
	if form.Code.Value != "" {
		v.Every = a.withChanged("code", "", "cause", "", "offset", "")
		v.Bridge, err = newBridge(f, to, d, judged)
		return err
	}
	f.Lead = "Từng chỉ tiêu ở mốc A và mốc B, chênh lệch và vì sao. “Giải trình” dẫn đến từng nguyên nhân, từng HTX và từng bản ghi."
	v.rows(a, d, judged)
	return nil
}

// mostExplained is how many co-operatives there may be so that the causes are
// told beside every figure at once. Where there are more, each figure's are told
// when it is asked for alone.
const mostExplained = 500

// sides are the figures asked, at both points: one with its steps, or all, in the
// order of the catalogue, with their steps where counting these is quick.
func (s *Site) sides(ctx context.Context, form *compareForm) (*answers.Differences, error) {
	if form.Code.Value != "" {
		return s.Answers.Diff(ctx, form.from, form.upto)
	}
	old, err := s.Answers.Indicators(form.from)
	if err != nil {
		return nil, err
	}
	now, err := s.Answers.Indicators(form.upto)
	if err != nil {
		return nil, err
	}
	all := &answers.Differences{From: old.Point, To: now.Point}
	for i := range old.Figures {
		all.Differences = append(all.Differences, answers.Difference{From: old.Figures[i], To: now.Figures[i]})
	}
	// Steps of every figure take a look at every co-operative: too slow for a page of many.
	if s.Answers.CountCoops(max(form.from.Size, form.upto.Size)) > mostExplained {
		return all, nil
	}
	explained, err := s.Answers.Diff(ctx, form.from, form.upto)
	if err != nil {
		return nil, err
	}
	// Composed figures have no steps and keep their plain difference.
	for _, d := range explained.Differences {
		i := slices.IndexFunc(all.Differences, func(x answers.Difference) bool { return x.From.Definition == d.From.Definition })
		all.Differences[i] = d
	}
	return all, nil
}

// onOff refuses a flag other than "1" or absent.
func onOff(name, value string) error {
	if value == "" {
		return nil
	}
	return ledger.OneOf(name, value, "1")
}

func endOf(p *answers.Point) compareEnd {
	e := compareEnd{Sentence: vi.AsOf(p), Period: vi.Period(p.Period)}
	if n := int64(p.Head().Size() - p.Size); n > 0 {
		e.Later = vi.Integer(n) + " bản ghi ghi nhận sau đó chưa được tính"
	}
	return e
}

// pointOfTwo says where the answer holds, for the head and the foot of a print.
func pointOfTwo(d *answers.Differences) *pointView {
	p := &pointView{
		Sentence: "Mốc A: " + vi.AsOf(d.From) + ". Mốc B: " + vi.AsOf(d.To),
		Area:     vi.Area(d.To), Period: vi.Period(d.To.Period),
	}
	if d.From.Period != d.To.Period {
		p.Period = vi.Period(d.From.Period) + " (A), " + vi.Period(d.To.Period) + " (B)"
	}
	if d.From.Synthetic || d.To.Synthetic {
		p.Synthetic = vi.Synthetic
	}
	return p
}

// diffTwin is the same comparison as JSON, both points in full.
func diffTwin(d *answers.Differences, code string) string {
	mapDay, scheme := "", ""
	// A map or scheme that both points share is named; two different ones follow from the days.
	if d.From.Map == d.To.Map {
		mapDay = d.To.Map.String()
	}
	if d.From.Scheme == d.To.Scheme {
		scheme = d.To.Scheme
	}
	return pinnedAddress("/api/v1/diff", d.To, "as_of", "", "known_at", "", "from", d.From.Words(), "to", d.To.Words(),
		"code", code, "map", mapDay, "scheme", scheme)
}

// rows are the whole catalogue.
func (v *compareView) rows(a *Asked, d *answers.Differences, judged judgements) {
	v.Of = len(d.Differences)
	for i := range d.Differences {
		row := newCompareRow(a, d, &d.Differences[i], judged)
		if !row.Same {
			v.Changed++
		}
		if !row.Same || !v.Form.Changed {
			v.Rows = append(v.Rows, row)
		}
	}
}

// newCompareRow is a figure at both points as a row of the table. A figure without
// steps of its own has no way to a bridge.
func newCompareRow(a *Asked, both *answers.Differences, d *answers.Difference, judged judgements) compareRow {
	def := d.From.Definition
	r := compareRow{
		Code: def.Code, Name: def.Name, Same: d.From.Same(d.To), Apart: def.IsComposed(),
		A:      link{vi.Value(d.From), pinnedAddress("/vi-sao/"+def.Code, both.From)},
		B:      link{vi.Value(d.To), pinnedAddress("/vi-sao/"+def.Code, both.To)},
		Change: changeOf(d), Why: vi.WhyMoved(d), Verdicts: judged.pairs(d),
	}
	// Coverage explains a move; beside equal figures it would only be noise.
	if !d.From.Same(d.To) {
		r.CoverA, r.CoverB = vi.Coverage(d.From), vi.Coverage(d.To)
	}
	if part := d.Relative(); part != nil && part.Sign() != 0 {
		r.Part = vi.RelativeChange(part)
	}
	if !def.IsComposed() {
		r.Bridge = a.withChanged("code", def.Code, "changed", "", "cause", "", "offset", "")
	}
	return r
}

// changeOf is the change of the value in words: "" where the value stays.
func changeOf(d *answers.Difference) string {
	change := d.Change()
	switch {
	case change == nil && d.From.NoData && d.To.NoData:
		return ""
	case change == nil && d.From.NoData:
		return "nay có số liệu"
	case change == nil:
		return "nay không có số liệu"
	case change.Sign() == 0:
		return ""
	}
	return vi.SignedChange(d.From.Definition, change)
}

// judgements are a plan's verdicts on figures at two points.
type judgements struct{ a, b *answers.Targets }

// judgedAt judges the plan at both points. A point at which there is no plan, or
// where nothing is judged, has none.
func judgedAt(s *answers.Service, from, upto *answers.Point) (j judgements) {
	one := func(p *answers.Point) *answers.Targets {
		t, err := s.Targets(p)
		if err != nil || t.Elsewhere {
			return nil
		}
		return t
	}
	return judgements{one(from), one(upto)}
}

// pairs are the targets a figure measures, with both verdicts.
func (j judgements) pairs(d *answers.Difference) (list []verdictPair) {
	code := d.From.Definition.Code
	old, now := linesOf(j.a, code), linesOf(j.b, code)
	var ids []string
	for _, lines := range [][]assessment.Line{old, now} {
		for _, l := range lines {
			if !slices.Contains(ids, l.Target.ID) {
				ids = append(ids, l.Target.ID)
			}
		}
	}
	if j.a != nil && j.b != nil && j.a.Plan.Key != j.b.Plan.Key {
		return nil // two plans, two sets of targets
	}
	for _, id := range ids {
		x, y := lineOf(old, id), lineOf(now, id)
		p := verdictPair{Target: id, Old: verdictOf(x), New: verdictOf(y), Moved: x != nil && y != nil && x.Verdict.Code != y.Verdict.Code}
		p.Note = judgedElsewhere("A", j.a, x, d.From)
		if note := judgedElsewhere("B", j.b, y, d.To); note != "" {
			if p.Note != "" {
				p.Note += "; "
			}
			p.Note += note
		}
		list = append(list, p)
	}
	return list
}

func linesOf(t *answers.Targets, code string) (list []assessment.Line) {
	if t == nil {
		return nil
	}
	for _, l := range t.Targets {
		if l.Judged != nil && l.Judged.Figure != nil && l.Judged.Figure.Definition.Code == code {
			list = append(list, l)
		}
	}
	return list
}

func lineOf(lines []assessment.Line, id string) *assessment.Line {
	for i := range lines {
		if lines[i].Target.ID == id {
			return &lines[i]
		}
	}
	return nil
}

// verdictOf is a verdict in words, or a sentence where there is no plan yet.
func verdictOf(l *assessment.Line) verdictView {
	if l == nil {
		return verdictView{Class: "unplanned", Symbol: "–", Word: "chưa có kế hoạch"}
	}
	v := showVerdict(l.Verdict, l.Target.Unit)
	v.Missing = ""
	return v
}

// judgedElsewhere tells where a verdict was given on another figure than the one
// shown: at the end of the plan's year, or by the plan's own scheme.
func judgedElsewhere(end string, t *answers.Targets, l *assessment.Line, f *indicator.Figure) string {
	if t == nil || l == nil || l.Judged.Figure.Same(f) {
		return ""
	}
	return end + " xét trên " + vi.Figure(l.Judged.Figure) + " tại ngày " + vi.Day(t.Judged.Valid)
}
