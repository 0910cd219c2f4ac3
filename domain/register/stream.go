package register

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A stream is one stream of a book. Of most streams of a long ledger nobody asks
// for the facts, so they are resolved at the first question and kept up from
// then on.
type stream struct {
	records []*ledger.Record // as long as thread is nil
	thread  *ledger.Thread   // nil until somebody asks for facts
	states  stateCache       // a *states of the family's state, or nil until somebody asks for one
}

// add takes the next record; root is the record that it is about in the end.
func (s *stream) add(r, root *ledger.Record) {
	if s.thread == nil {
		s.records = append(s.records, r)
		return
	}
	s.forgetStates(s.thread.Add(r, root))
}

// drop takes the last record back.
func (s *stream) drop() {
	if s.thread == nil {
		s.records = s.records[:len(s.records)-1]
		return
	}
	s.forgetStates(s.thread.Drop())
}

// resolve gives the thread of the stream, made of its records at the first call.
func (s *stream) resolve(find func(ledger.ID) *ledger.Record) *ledger.Thread {
	if s.thread == nil {
		s.thread = &ledger.Thread{}
		for _, r := range s.records {
			s.thread.Add(r, ledger.RootOf(r, find))
		}
		s.records = nil
	}
	return s.thread
}

// forgetStates drops the states in which a fact that came or went had its part.
func (s *stream) forgetStates(was, is *ledger.Fact) {
	if s.states == nil || was == is {
		return
	}
	for _, f := range []*ledger.Fact{was, is} {
		if f != nil {
			s.states.forget(f)
		}
	}
}

// stateCache is a *states of any family.
type stateCache interface{ forget(*ledger.Fact) }

// states are the states that a stream went through, as far as somebody asked for
// them: facts that come later are not folded before that, and a late one has the
// facts from its day on folded again.
type states[S any, P ledger.State[S]] struct{ folded *ledger.History[S, P] }

// forget takes back the states from the day of a fact on, if the fact lies within
// what was folded.
func (s *states[S, P]) forget(f *ledger.Fact) {
	if n := len(s.folded.Facts); n > 0 && f.Compare(s.folded.Facts[n-1]) <= 0 {
		s.folded.Cut(f.Valid.Day)
	}
}

// on is the state that facts give at the end of a day. The facts that were folded
// are the first of them.
func (s *states[S, P]) on(facts []*ledger.Fact, day calendar.Day) P {
	due := ledger.Before(facts, day+1)
	for n := len(s.folded.Facts); n < len(due); n = len(s.folded.Facts) {
		s.folded.Grow(ledger.Before(due[n:], due[n].Valid.Day+1)...)
	}
	return s.folded.On(day)
}

// stateOn is the state of a stream at the end of a day, folded from start,
// without the fact that the world hides.
func stateOn[S any, P ledger.State[S]](w *world, of ledger.Stream, start P, day calendar.Day) P {
	s := w.streams[of]
	if s == nil {
		return start
	}
	thread := s.resolve(w.Find)
	facts := thread.Facts()
	known, ok := s.states.(*states[S, P])
	if !ok {
		known = &states[S, P]{ledger.NewHistory(start, nil)}
		s.states = known
	}
	if w.hidden == nil || w.hidden.Stream != of {
		return known.on(facts, day)
	}
	hidden := thread.FactOf(w.hidden)
	if hidden == nil || hidden.Valid.Day > day {
		return known.on(facts, day)
	}
	// Only what the hidden fact had its part in is folded again, aside: the
	// states that are kept are those with it.
	state := *known.on(facts, hidden.Valid.Day-1)
	for _, f := range ledger.Before(facts, day+1)[len(ledger.Before(facts, hidden.Valid.Day)):] {
		if f != hidden {
			P(&state).Apply(f)
		}
	}
	return &state
}
