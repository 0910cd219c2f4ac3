package coop_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
)

// TestAnewIsNewHistory puts facts in one after the other, in any order of
// days, and now and then takes one out: the history grown so and the one
// folded from all must be equal, and the one before must stay as it was.
func TestAnewIsNewHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var facts []*ledger.Fact
		grown := coop.NewHistory("c", nil)
		for i := range rapid.IntRange(1, 40).Draw(t, "length") {
			f := aFact(t, ledger.Position(i))
			was, old := slices.Clone(facts), grown
			day := f.Valid.Day
			if len(facts) > 0 && rapid.IntRange(0, 5).Draw(t, "out") == 0 {
				at := rapid.IntRange(0, len(facts)-1).Draw(t, "which")
				day = facts[at].Valid.Day
				facts = slices.Concat(facts[:at], facts[at+1:])
			} else {
				at, _ := slices.BinarySearchFunc(facts, f, (*ledger.Fact).Compare)
				facts = slices.Insert(slices.Clone(facts), at, f)
			}
			grown = grown.Refold(facts, day)
			require.Equal(t, told(coop.NewHistory("c", facts)), told(grown))
			require.Equal(t, told(coop.NewHistory("c", was)), told(old))
		}
	})
}

// told is all that a history says; empty lists are one with nil.
func told(h *coop.History) []any {
	var all []any
	for _, d := range h.Days() {
		all = append(all, d, *h.On(d))
	}
	for _, f := range h.Orphans {
		all = append(all, "orphan", f)
	}
	for _, m := range h.Moves {
		all = append(all, m)
	}
	for _, f := range h.Facts {
		all = append(all, f)
	}
	return all
}

func aFact(t *rapid.T, at ledger.Position) *ledger.Fact {
	events := []ledger.Event{
		&coop.Established{Name: "HTX", Form: coop.HTX, Place: "a", Agricultural: true, Sector: "s"},
		&coop.Relocated{Place: "b"}, &coop.Resectored{Sector: "t"}, &coop.Resectored{Agricultural: true, Sector: "s"},
		&coop.Suspended{}, &coop.Resumed{}, &coop.Dissolved{Mode: "voluntary"}, &coop.MembersCounted{Official: int64(at)},
		&coop.YearReported{Year: 2022, Basis: coop.Actual, Revenue: int64(at)}, &coop.Linked{Contract: "1"}, &coop.Unlinked{Contract: "1"},
		&coop.Divided{Into: []string{"c", "d"}}, &coop.Divided{Into: []string{"d", "e"}},
	}
	e := rapid.SampledFrom(events).Draw(t, "event")
	r := &ledger.Record{Position: at, Stream: ledger.StreamOf("coop", "c"), Kind: e.EventKind(), Event: e}
	day := calendar.DayOf(2022, 1, 1) + calendar.Day(rapid.IntRange(0, 12).Draw(t, "day"))
	return &ledger.Fact{Root: r, By: r, Valid: calendar.OnDay(day), Event: e}
}
