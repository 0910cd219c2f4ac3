package asof

import (
	"cmp"
	"context"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// A Turn is a size at which a figure became another: after record Size-1 it was
// another than before, in value, parts or coverage.
type Turn struct {
	Size   ledger.Position
	Figure *indicator.Figure
}

// Turns lists the turns of a figure up to n, in order; sizes at which it cannot
// be asked, its place not being on the map yet, are passed over. It builds the
// index if that is not there yet.
//
// Where the index covers the question it walks once through the points of the
// figure's columns, whatever the number of sizes.
func (p *Projection) Turns(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition) ([]Turn, error) {
	return p.turns(ctx, n, q, d, true)
}

// turns is Turns; without keep, the figures are left out: a long ledger has
// hundreds of thousands of them.
func (p *Projection) turns(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition, keep bool) ([]Turn, error) {
	if err := p.Warm(ctx); err != nil {
		return nil, err
	}
	w := &walk{ctx: ctx, p: p, d: d, q: q, turnList: turnList{keep: keep}}
	if !ofPlans(d) {
		reached := w.walkSizes(n)
		if err := ctx.Err(); err != nil || reached {
			return w.list, err
		}
	}
	return p.turnsByAsking(ctx, n, q, d, keep)
}

// A turnList collects the turns of a figure as it is given it from size to size.
type turnList struct {
	keep bool // their figures
	list []Turn
	last *indicator.Figure
}

// at notes a turn if the figure at a size is another than before. f may be
// written over afterwards.
func (t *turnList) at(n ledger.Position, f *indicator.Figure) {
	if t.last != nil && t.last.Same(f) {
		return
	}
	// f is written over at the next size
	own := *f
	own.Parts = slices.Clone(f.Parts)
	t.last = &own
	turn := Turn{Size: n}
	if t.keep {
		turn.Figure = t.last
	}
	t.list = append(t.list, turn)
}

// turnsByAsking asks for the figure at each size at which it may be another.
func (p *Projection) turnsByAsking(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition, keep bool) ([]Turn, error) {
	found := turnList{keep: keep}
	for _, size := range p.candidates(n, q, d) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a, err := p.newAsking(size, q)
		if err != nil {
			continue // the place is not yet on the map
		}
		f, err := a.figure(d)
		if err != nil {
			return nil, err
		}
		found.at(size, f)
	}
	return found.list, nil
}

// ChangedSizes is the sizes of Turns.
func (p *Projection) ChangedSizes(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition) ([]ledger.Position, error) {
	turns, err := p.turns(ctx, n, q, d, false)
	if err != nil {
		return nil, err
	}
	var sizes []ledger.Position
	for _, t := range turns {
		sizes = append(sizes, t.Size)
	}
	return sizes, nil
}

// LastChanges lists the newest of Changed: at most so many, in order. more says
// that there are older ones.
func (p *Projection) LastChanges(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition, most int) (sizes []ledger.Position, more bool, err error) {
	sizes, err = p.ChangedSizes(ctx, n, q, d)
	if more = len(sizes) > most; more {
		sizes = sizes[len(sizes)-most:]
	}
	return sizes, more, err
}

// A walk goes through the sizes of one figure by the index. Between two records
// that change the map or the opening of the ledger the area is the same, and the
// figure moves by the points alone.
type walk struct {
	ctx context.Context
	p   *Projection
	d   *indicator.Definition
	q   indicator.Question
	now indicator.Figure // made again at each size
	turnList
}

// A delta is what one record does to one term.
type delta struct {
	k    uint32
	term int
	by   sums
}

// walkSizes walks up to n. It reports false where the index does not reach, and where
// nobody waits for it any more.
func (w *walk) walkSizes(n ledger.Position) bool {
	starts := w.p.stretches(n)
	for i, from := range starts {
		if w.ctx.Err() != nil {
			return false
		}
		end := n + 1
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if len(w.list) > 0 && !w.d.Overall && w.isSilent(end) {
			continue // nothing to count, on whatever map
		}
		a, err := w.p.newAsking(from, w.q)
		if err != nil {
			continue // the place is not yet on the map
		}
		if f := a.area.Refuses(w.d); f != nil {
			w.now = *f
			w.at(from, &w.now)
			continue
		}
		if !w.stretch(a, end) {
			return false
		}
	}
	return true
}

// isSilent reports whether no record before a size moved the figure anywhere.
func (w *walk) isSilent(n ledger.Position) bool {
	x := w.p.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	a := &asking{q: w.q}
	a.q.Period.Last = min(a.q.Period.Last, a.q.Valid)
	for _, t := range a.terms(w.d) {
		c := x.column(t.of, &t.q)
		if c == nil || c.whole.below(n) > 0 {
			return false
		}
	}
	return true
}

// stretches are the sizes up to n from each of which on the map and the opening
// are the same, in order; the first is 1.
func (p *Projection) stretches(n ledger.Position) []ledger.Position {
	if n < 1 {
		return nil
	}
	places, _, opening := p.general(n)
	starts := []ledger.Position{1}
	for _, records := range [][]*ledger.Record{places, opening} {
		for _, r := range records {
			starts = append(starts, r.Position+1)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// stretch walks from the size of a up to, not including, another.
func (w *walk) stretch(a *asking, end ledger.Position) bool {
	x := w.p.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	if end-1 > x.built {
		return false
	}
	terms := a.terms(w.d)
	of := make([]sums, len(terms))
	var moves []delta
	for i := range terms {
		s, ok := a.sums(terms[i].of, &terms[i].q)
		if !ok {
			return false
		}
		of[i] = s
		if end > a.n+1 {
			c := x.column(terms[i].of, &terms[i].q)
			moves = c.moves(moves, i, a.n, end-1, terms[i].q.Valid, a.extent(terms[i].of.Over))
		}
	}
	slices.SortStableFunc(moves, func(a, b delta) int { return cmp.Compare(a.k, b.k) })
	w.addTurn(of)
	w.at(a.n, &w.now)
	// all moves of one record together: between two of them the figure is no figure of any size
	for i, m := range moves {
		// asking the context costs more than a move
		if i%1024 == 0 && w.ctx.Err() != nil {
			return false
		}
		of[m.term].add(m.by, 1)
		if i+1 == len(moves) || moves[i+1].k != m.k {
			w.addTurn(of)
			w.at(ledger.Position(m.k)+1, &w.now)
		}
	}
	return true
}

func (w *walk) addTurn(of []sums) { setFigure(&w.now, w.d, of) }

// moves adds what the records from low up to, not including, high do to the sum
// of an extent on a day, in the order of each series.
func (c *column) moves(list []delta, term int, low, high ledger.Position, on calendar.Day, e extent) []delta {
	sign := int64(1)
	if e.whole {
		list = c.whole.moves(list, term, low, high, on, 1)
		sign = -1
	}
	for _, seat := range e.seats {
		if seat < len(c.seats) && c.seats[seat] != nil {
			list = c.seats[seat].moves(list, term, low, high, on, sign)
		}
	}
	return list
}

// moves adds to list what each record from low up to, not including, high does to the sum of a day,
// as part of a term.
func (s *series) moves(list []delta, term int, low, high ledger.Position, on calendar.Day, sign int64) []delta {
	if on < calendar.MinDay {
		return list
	}
	v := dayNumber(on)
	for i := s.below(low); i < len(s.k) && ledger.Position(s.k[i]) < high; i++ {
		if s.v[i] <= v {
			var by sums
			by.add(s.point(i), sign)
			list = append(list, delta{s.k[i], term, by})
		}
	}
	return list
}

// A Shift is by how much a record changed the sums of a figure.
type Shift struct{ Num, Den int64 }

// Shifts tells of the records from low up to, not including, high which of them
// changed what is summed in an area on the valid day of a question, and by how
// much, all subjects together. ok is false where the index does not cover the
// question, or does not reach so far; it is not built for this.
func (p *Projection) Shifts(d *indicator.Definition, q indicator.Question, area indicator.Area, low, high ledger.Position) (shifts map[ledger.Position]Shift, ok bool) {
	x := p.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	c := x.column(d, &q)
	if c == nil || high > x.built || q.Valid > calendar.MaxDay {
		return nil, false
	}
	moves := c.moves(nil, 0, low, high, q.Valid, x.extent(area, d.Over))
	shifts = make(map[ledger.Position]Shift, len(moves))
	for _, m := range moves {
		s := shifts[ledger.Position(m.k)]
		s.Num, s.Den = s.Num+m.by.num, s.Den+m.by.den
		shifts[ledger.Position(m.k)] = s
	}
	return shifts, true
}
