package register

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A strand is one stream of a book: its records, and, once somebody asked for
// them, the facts and the states that they give. What grows at the end is not
// folded again, and what comes late only from its day on.
type strand struct {
	records []*ledger.Record

	known  bool                             // the rest is as the records say
	facts  []*ledger.Fact                   // in order
	chains map[*ledger.Record]*ledger.Chain // of records that were corrected
	course recutter                         // a *course of the family's state, or nil
}

// add takes the next record; root is the record that it is about in the end.
// What corrects a record of another stream, which no command can, says nothing.
func (s *strand) add(r, root *ledger.Record) {
	s.records = append(s.records, r)
	if s.known && root.Stream == r.Stream {
		s.learn(r, root)
	}
}

// drop takes back the last record. What is known is then found anew.
func (s *strand) drop() {
	s.records = s.records[:len(s.records)-1]
	s.known, s.facts, s.chains, s.course = false, nil, nil, nil
}

// know finds the facts, if they are not known.
func (s *strand) know(root func(*ledger.Record) *ledger.Record) {
	if s.known {
		return
	}
	s.known, s.facts, s.chains = true, ledger.Effective(s.records), map[*ledger.Record]*ledger.Chain{}
	for _, r := range s.records {
		if r.IsCorrection() {
			s.chain(root(r)).Add(r)
		}
	}
}

func (s *strand) chain(root *ledger.Record) *ledger.Chain {
	c := s.chains[root]
	if c == nil {
		c = ledger.NewChain(root)
		s.chains[root] = c
	}
	return c
}

func (s *strand) learn(r, root *ledger.Record) {
	if r == root {
		s.put(&ledger.Fact{Root: r, By: r, Valid: r.Valid, Event: r.Event})
		return
	}
	s.remove(s.standing(root))
	c := s.chain(root)
	c.Add(r)
	s.put(c.Fact())
}

// standing is the fact of a record that was first to say it, or nil if it is
// taken back.
func (s *strand) standing(root *ledger.Record) *ledger.Fact {
	f := s.chain(root).Fact()
	if f == nil {
		return nil
	}
	at, _ := slices.BinarySearchFunc(s.facts, f, (*ledger.Fact).Compare)
	return s.facts[at]
}

func (s *strand) put(f *ledger.Fact) {
	if f == nil {
		return
	}
	at, _ := slices.BinarySearchFunc(s.facts, f, (*ledger.Fact).Compare)
	s.facts = slices.Insert(s.facts, at, f)
	s.recut(at, f.Valid.Day)
}

func (s *strand) remove(f *ledger.Fact) {
	if f == nil {
		return
	}
	at, _ := slices.BinarySearchFunc(s.facts, f, (*ledger.Fact).Compare)
	s.facts = slices.Delete(s.facts, at, at+1)
	s.recut(at, f.Valid.Day)
}

func (s *strand) recut(at int, day calendar.Day) {
	if s.course != nil {
		s.course.recut(at, day)
	}
}

// A course is the states of a strand, as far as somebody asked for them.
type course[S any, P ledger.State[S]] struct{ *ledger.History[S, P] }

type recutter interface {
	// recut forgets a day and what follows, if the fact at an index, which
	// changes, had its part in it.
	recut(at int, day calendar.Day)
}

func (c course[S, P]) recut(at int, day calendar.Day) {
	if at < len(c.Facts) {
		c.Cut(day)
	}
}

// on is the state that facts give at the end of a day. The facts that the
// course was folded from are the first of them.
func (c course[S, P]) on(facts []*ledger.Fact, day calendar.Day) P {
	due := ledger.Before(facts, day+1)
	for n := len(c.Facts); n < len(due); n = len(c.Facts) {
		c.Grow(ledger.Before(due[n:], due[n].Valid.Day+1)...)
	}
	return c.On(day)
}

// stateOn is the state of a stream at the end of a day, folded from start,
// without the fact that the world hides.
func stateOn[S any, P ledger.State[S]](w *world, stream ledger.Stream, start P, day calendar.Day) P {
	s := w.strand(stream)
	if s == nil {
		return start
	}
	c, ok := s.course.(course[S, P])
	if !ok {
		c = course[S, P]{ledger.NewHistory(start, nil)}
		s.course = c
	}
	if w.hidden == nil || w.hidden.Stream != stream {
		return c.on(s.facts, day)
	}
	hidden := s.standing(w.hidden)
	if hidden == nil || hidden.Valid.Day > day {
		return c.on(s.facts, day)
	}
	state := *c.on(s.facts, hidden.Valid.Day-1)
	for _, f := range s.facts[len(ledger.Before(s.facts, hidden.Valid.Day)):] {
		if f.Valid.Day > day {
			break
		}
		if f != hidden {
			P(&state).Apply(f)
		}
	}
	return &state
}
