package ledger

import (
	"slices"
	"sort"

	"htxledger/domain/calendar"
)

// A State is what facts add up to: Apply moves it on by one fact, and reports
// false for an orphan, which changes nothing. A copy of a state must be
// independent of it, so Apply replaces lists and never changes them in place.
type State[S any] interface {
	*S
	Apply(*Fact) bool
}

// A History is the states that something went through, each from the day of
// the fact that made it. It answers for any day without folding again. It is
// immutable but for Grow and Cut, which belong to whoever made it and shows it
// to nobody. A History begins with NewHistory.
type History[S any, P State[S]] struct {
	start   P // before the first fact
	days    []calendar.Day
	states  []P
	Facts   []*Fact // all facts, in order
	Orphans []*Fact // those that changed nothing
}

// NewHistory folds facts, which come in the order of Fact.Compare, from a
// state on.
func NewHistory[S any, P State[S]](start P, facts []*Fact) *History[S, P] {
	h := &History[S, P]{start: start}
	return h.Refold(facts, calendar.MinDay, nil)
}

// On is the state at the end of a day; before the first fact it is the one
// that the history started from. It is never nil.
func (h *History[S, P]) On(day calendar.Day) P {
	i := sort.Search(len(h.days), func(i int) bool { return h.days[i] > day })
	if i == 0 {
		return h.start
	}
	return h.states[i-1]
}

// Days are the days on which a fact changes the state, in order.
func (h *History[S, P]) Days() []calendar.Day { return h.days }

// Refold is the history of facts which, before a day, are those of h. It is what
// NewHistory gives for them, but does not fold again what comes before the
// day; h stays as it was. watch, if it is not nil, is told of each fact from
// that day on that is no orphan, and of the states before and after it.
func (h *History[S, P]) Refold(facts []*Fact, from calendar.Day, watch func(before, after P, f *Fact)) *History[S, P] {
	kept := h.before(from)
	g := &History[S, P]{
		start: h.start, days: slices.Clip(h.days[:kept]), states: slices.Clip(h.states[:kept]),
		Orphans: slices.Clip(Before(h.Orphans, from)), Facts: facts,
	}
	for _, f := range facts[len(Before(facts, from)):] {
		before := g.last()
		if g.step(f) && watch != nil {
			watch(before, g.last(), f)
		}
	}
	return g
}

// Grow moves h on by the facts of one day, which come after those that it has.
// States that h gave before stand.
func (h *History[S, P]) Grow(facts ...*Fact) {
	next, moved := *h.last(), false
	for _, f := range facts {
		h.Facts = append(h.Facts, f)
		if P(&next).Apply(f) {
			moved = true
		} else {
			h.Orphans = append(h.Orphans, f)
		}
	}
	if moved {
		h.reach(facts[0].Valid.Day, &next)
	}
}

// Cut takes back every fact from a day on.
func (h *History[S, P]) Cut(from calendar.Day) {
	kept := h.before(from)
	clear(h.states[kept:])
	h.days, h.states = h.days[:kept], h.states[:kept]
	h.Facts, h.Orphans = Before(h.Facts, from), Before(h.Orphans, from)
}

func (h *History[S, P]) last() P {
	if n := len(h.states); n > 0 {
		return h.states[n-1]
	}
	return h.start
}

// before is how many of the days lie before one.
func (h *History[S, P]) before(day calendar.Day) int {
	return sort.Search(len(h.days), func(i int) bool { return h.days[i] >= day })
}

func (h *History[S, P]) step(f *Fact) bool {
	next := *h.last()
	if !P(&next).Apply(f) {
		h.Orphans = append(h.Orphans, f)
		return false
	}
	h.reach(f.Valid.Day, &next)
	return true
}

// reach puts the state of a day, which is not before the last.
func (h *History[S, P]) reach(day calendar.Day, state P) {
	if n := len(h.days); n > 0 && h.days[n-1] == day {
		h.states[n-1] = state
		return
	}
	h.days, h.states = append(h.days, day), append(h.states, state)
}

// Before is those of some facts, which come in order, that are valid before a
// day.
func Before(facts []*Fact, day calendar.Day) []*Fact {
	return facts[:sort.Search(len(facts), func(i int) bool { return facts[i].Valid.Day >= day })]
}
