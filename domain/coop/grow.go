package coop

import (
	"slices"

	"htxledger/domain/ledger"
)

// Then is the history with one more fact, which must come after all of its
// facts in the order of ledger.Fact.Compare. It is what NewHistory gives for
// all of them together, without folding again; h stays as it was.
func (h *History) Then(f *ledger.Fact) *History {
	g := *h
	g.Facts = append(slices.Clip(h.Facts), f)
	g.Moves = slices.Clip(h.Moves)
	now := &Cooperative{Key: f.Root.Stream.Key}
	if n := len(h.states); n > 0 {
		now = h.states[n-1]
	}
	next := *now
	if !next.Apply(f) {
		g.Orphans = append(slices.Clip(h.Orphans), f)
		return &g
	}
	g.move(now, &next, f)
	if n := len(h.days); n > 0 && h.days[n-1] == f.Valid.Day {
		g.states = slices.Clone(h.states)
		g.states[n-1] = &next
		return &g
	}
	g.days = append(slices.Clip(h.days), f.Valid.Day)
	g.states = append(slices.Clip(h.states), &next)
	return &g
}
