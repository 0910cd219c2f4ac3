package ledger

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
)

// A trail remembers where it has been; it takes no odd position twice in a row.
type trail struct{ been []Position }

func (t *trail) Apply(f *Fact) bool {
	at := f.Root.Position
	if n := len(t.been); n > 0 && at%2 == 1 && t.been[n-1]%2 == 1 {
		return false
	}
	t.been = append(slices.Clip(t.been), at)
	return true
}

type trails = History[trail, *trail]

// told is all that a history says.
func told(h *trails) []any {
	all := []any{h.On(calendar.MinDay).been}
	for _, d := range h.Days() {
		all = append(all, d, h.On(d).been, h.On(d-1).been)
	}
	for _, list := range [][]*Fact{h.Facts, h.Orphans} {
		all = append(all, "facts")
		for _, f := range list {
			all = append(all, f)
		}
	}
	return all
}

// TestHistoriesGrow puts facts in one after the other, in any order of days,
// and takes some out. A history made anew from the day of the change, and one
// that is cut and grown, are those that NewHistory gives; and what was made
// before, and each state that it gave, stays as it was.
func TestHistoriesGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var facts []*Fact
		anew, grown := NewHistory(&trail{}, nil), NewHistory(&trail{}, nil)
		for i := range rapid.IntRange(1, 40).Draw(t, "changes") {
			old, was := anew, told(anew)
			state := grown.On(calendar.MaxDay)
			been := slices.Clone(state.been)
			day := calendar.DayOf(2022, 1, 1) + calendar.Day(rapid.IntRange(0, 9).Draw(t, "day"))
			if len(facts) > 0 && rapid.IntRange(0, 5).Draw(t, "out") == 0 {
				at := rapid.IntRange(0, len(facts)-1).Draw(t, "which")
				day = facts[at].Valid.Day
				facts = slices.Concat(facts[:at], facts[at+1:])
			} else {
				f := &Fact{Root: &Record{Position: Position(i)}, Valid: calendar.OnDay(day)}
				at, _ := slices.BinarySearchFunc(facts, f, (*Fact).Compare)
				facts = slices.Insert(slices.Clone(facts), at, f)
			}
			want := told(NewHistory(&trail{}, facts))
			anew = anew.Refold(facts, day, nil)
			require.Equal(t, want, told(anew))
			require.Equal(t, was, told(old))
			grown.Cut(day)
			for d := day; d <= calendar.DayOf(2022, 1, 10); d++ {
				if today := facts[len(Before(facts, d)):len(Before(facts, d+1))]; len(today) > 0 {
					grown.Grow(today...)
				}
			}
			require.Equal(t, want, told(grown))
			require.Equal(t, been, state.been)
		}
	})
}
