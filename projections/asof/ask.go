package asof

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// An asking is one question at one size. It holds no lock: what it asks for
// does not change when records come.
type asking struct {
	p     *Projection
	n     ledger.Position
	q     indicator.Question
	frame *register.Register
	area  indicator.Area

	coops, others *extent // of the index; found when needed
}

// newAsking finds the area of a question. A period can only end at the valid day:
// nothing after that is known to it.
func (p *Projection) newAsking(n ledger.Position, q indicator.Question) (*asking, error) {
	q.Period.Last = min(q.Period.Last, q.Valid)
	a := &asking{p: p, n: n, q: q, frame: p.Frame(n, q.Valid)}
	var err error
	a.area, err = q.AreaIn(a.frame)
	return a, err
}

// figure counts one figure: by the index where that covers the question, and
// otherwise as register.Fold is counted, in the register of the timelines.
func (a *asking) figure(d *indicator.Definition) (*indicator.Figure, error) {
	if ofPlans(d) {
		return indicator.Count(d, a.frame, a.q)
	}
	if f := a.area.Refuses(d); f != nil {
		return f, nil
	}
	if f := a.figureFromIndex(d); f != nil {
		return f, nil
	}
	f, err := indicator.Count(d, a.p.At(a.n, a.q.Valid), a.q)
	if err != nil {
		return nil, err
	}
	// the index has no contributions either, so both roads give the same answer
	f.In, f.Out = nil, nil
	return f, nil
}

// ofPlans reports whether a composed figure is made of plans alone, so that it
// needs no subjects.
func ofPlans(d *indicator.Definition) bool {
	return d.IsComposed() && (d.Code == "tasks.delivered" || d.Code == "reports.received")
}

// figureFromIndex is a figure from the index, or nil where it does not reach.
func (a *asking) figureFromIndex(d *indicator.Definition) *indicator.Figure {
	x := a.p.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	// the index lags behind during Warm: the timelines answer
	if a.n > x.built {
		return nil
	}
	terms := a.terms(d)
	of := make([]sums, len(terms))
	for i := range terms {
		s, ok := a.sums(terms[i].of, &terms[i].q)
		if !ok {
			return nil
		}
		of[i] = s
	}
	f := &indicator.Figure{}
	setFigure(f, d, of)
	return f
}

// sums are those of one figure in the index; ok is false where it has none.
func (a *asking) sums(d *indicator.Definition, q *indicator.Question) (s sums, ok bool) {
	x := a.p.index
	c := x.column(d, q)
	if c == nil || q.Valid > calendar.MaxDay {
		return sums{}, false
	}
	return c.total(a.n, q.Valid, a.extent(d.Over)), true
}

func (a *asking) extent(over register.SubjectKind) extent {
	of := &a.others
	if over == register.CoopSubject {
		of = &a.coops
	}
	if *of == nil {
		e := a.p.index.extent(a.area, over)
		*of = &e
	}
	return **of
}

// movementCode is the figure made of others that the index can make
// (indicator.MovementTerms).
const movementCode = "coops.movement"

// A term is one figure of the index that another is made of, and what it is
// asked for.
type term struct {
	of *indicator.Definition
	q  indicator.Question
}

// terms are what a figure is made of: itself, but for the movement.
func (a *asking) terms(d *indicator.Definition) []term {
	if d.Code != movementCode {
		return []term{{d, a.q}}
	}
	before := a.q
	// the opening is counted on the eve of the period
	before.Valid = a.q.Period.First - 1
	var list []term
	for _, t := range indicator.MovementTerms() {
		if t.Opening {
			list = append(list, term{t.Of, before})
		} else {
			list = append(list, term{t.Of, a.q})
		}
	}
	return list
}

// setFigure makes a figure of the sums of its terms, in the place of what f was. The
// parts of f are written over.
func setFigure(f *indicator.Figure, d *indicator.Definition, of []sums) {
	if d.Code != movementCode {
		s := of[0]
		*f = indicator.Figure{
			Definition: d, Num: s.num, Den: s.den,
			Expected: s.expected, Reported: s.reported, Carried: s.carried,
		}
		f.Close()
		return
	}
	*f = indicator.Figure{Definition: d, Den: 1, Parts: f.Parts[:0]}
	for i, t := range indicator.MovementTerms() {
		f.Parts = append(f.Parts, indicator.Part{Name: t.Name, Num: of[i].num})
		f.Num += t.Sign * of[i].num
	}
}

// candidates are the sizes up to n, in order, at which a figure may be another
// than one record before. The index must be at the head.
func (p *Projection) candidates(n ledger.Position, q indicator.Question, d *indicator.Definition) []ledger.Position {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var sizes []ledger.Position
	add := func(at ledger.Position) {
		if at < n {
			sizes = append(sizes, at+1)
		}
	}
	for _, records := range [][]*ledger.Record{p.lines.opening, p.lines.places} {
		for _, r := range records {
			add(r.Position)
		}
	}
	if ofPlans(d) {
		for _, r := range p.lines.planning {
			add(r.Position)
		}
	} else if !p.index.points(d, q, add) {
		for _, l := range p.lines.subjects {
			if l.id.Kind == d.Over || d.IsComposed() {
				for _, at := range l.touches {
					add(at)
				}
			}
		}
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// points adds the records that changed the columns of a figure on any day; it
// reports false where the index does not cover the question.
func (x *index) points(d *indicator.Definition, q indicator.Question, add func(ledger.Position)) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	q.Period.Last = min(q.Period.Last, q.Valid)
	defs := []*indicator.Definition{d}
	if d.Code == movementCode {
		defs = nil
		for _, term := range indicator.MovementTerms() {
			defs = append(defs, term.Of)
		}
	}
	for _, def := range defs {
		c := x.column(def, &q)
		if c == nil {
			return false
		}
		last := ledger.Position(-1)
		for _, k := range c.whole.k {
			if at := ledger.Position(k); at != last {
				add(at)
				last = at
			}
		}
	}
	return true
}
