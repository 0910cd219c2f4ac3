package coop

import (
	"slices"
	"sort"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Anew is the history of facts which, before a day, are those of h. It is what
// NewHistory gives for them, but does not fold again what comes before the
// day; h stays as it was. Facts come in the order of ledger.Fact.Compare.
func (h *History) Anew(key string, facts []*ledger.Fact, from calendar.Day) *History {
	kept := sort.Search(len(h.days), func(i int) bool { return h.days[i] >= from })
	g := &History{
		Facts: facts, days: slices.Clip(h.days[:kept]), states: slices.Clip(h.states[:kept]),
		Orphans: slices.Clip(h.Orphans[:sort.Search(len(h.Orphans), func(i int) bool { return h.Orphans[i].Valid.Day >= from })]),
		Moves:   slices.Clip(h.Moves[:sort.Search(len(h.Moves), func(i int) bool { return h.Moves[i].Fact.Valid.Day >= from })]),
	}
	now := &Cooperative{Key: key}
	if kept > 0 {
		now = g.states[kept-1]
	}
	for _, f := range facts[sort.Search(len(facts), func(i int) bool { return facts[i].Valid.Day >= from }):] {
		next := *now
		if !next.Apply(f) {
			g.Orphans = append(g.Orphans, f)
			continue
		}
		g.move(now, &next, f)
		now = &next
		if n := len(g.days); n > kept && g.days[n-1] == f.Valid.Day {
			g.states[n-1] = now
			continue
		}
		g.days, g.states = append(g.days, f.Valid.Day), append(g.states, now)
	}
	return g
}
