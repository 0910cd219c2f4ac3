package ocop

import (
	"fmt"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func fact(position ledger.Position, day string, e ledger.Event) *ledger.Fact {
	return eventtest.Fact(position, ledger.StreamOf("ocop", "p"), day, e)
}

func rated(stars int64) *Rated {
	return &Rated{Product: "p", Name: "Sản phẩm ví dụ", Owner: "htx-vi-du", Stars: stars, Authority: Province}
}

func ratedUntil(stars int64, until string) *Rated {
	e, day := rated(stars), eventtest.Day(until)
	e.Until = &day
	return e
}

func stars(facts []*ledger.Fact, day string) int {
	d := eventtest.Day(day)
	return NewHistory("p", facts).On(d).Stars(d)
}

func TestStarsInForce(t *testing.T) {
	for name, c := range map[string]struct {
		facts []*ledger.Fact
		want  map[string]int
	}{
		"36 months, then nothing": {[]*ledger.Fact{fact(1, "2020-02-04", rated(3))},
			map[string]int{"2020-02-03": 0, "2020-02-04": 3, "2023-02-03": 3, "2023-02-04": 0}},
		"29/2 gives 28/2": {[]*ledger.Fact{fact(1, "2020-02-29", rated(4))},
			map[string]int{"2023-02-27": 4, "2023-02-28": 0}},
		"the end of a month": {[]*ledger.Fact{fact(1, "2020-08-31", rated(4))},
			map[string]int{"2023-08-30": 4, "2023-08-31": 0}},
		"a stated end": {[]*ledger.Fact{fact(1, "2020-02-04", ratedUntil(3, "2021-01-01"))},
			map[string]int{"2020-12-31": 3, "2021-01-01": 0}},
		"a month only": {[]*ledger.Fact{fact(1, "2020-02", rated(3))},
			map[string]int{"2020-02-28": 0, "2020-02-29": 3, "2023-02-27": 3, "2023-02-28": 0}},
		"superseded before it runs out": {[]*ledger.Fact{fact(1, "2019-12-01", rated(3)), fact(2, "2021-06-01", rated(4))},
			map[string]int{"2021-05-31": 3, "2021-06-01": 4, "2024-05-31": 4, "2024-06-01": 0}},
		"superseded downwards": {[]*ledger.Fact{fact(1, "2019-12-01", rated(4)), fact(2, "2022-01-01", rated(3))},
			map[string]int{"2021-12-31": 4, "2022-01-01": 3}},
		"superseded by one that ends sooner": {[]*ledger.Fact{fact(1, "2020-01-01", rated(4)), fact(2, "2020-06-01", ratedUntil(3, "2020-07-01"))},
			map[string]int{"2020-06-30": 3, "2020-07-01": 0}},
		"revoked, and rated again": {[]*ledger.Fact{fact(1, "2020-01-01", rated(4)), fact(2, "2021-01-01", &Revoked{}), fact(3, "2022-01-01", rated(3))},
			map[string]int{"2020-12-31": 4, "2021-01-01": 0, "2021-12-31": 0, "2022-01-01": 3}},
	} {
		for day, want := range c.want {
			require.Equal(t, want, stars(c.facts, day), "%s: %s", name, day)
		}
	}
}

// TestTheProductsOfNgheAn is the case of 48 products recognised on 4/2/2020, of
// which 8 were rated again in time (reference/domain.md §8.5, case 3).
func TestTheProductsOfNgheAn(t *testing.T) {
	count := func(day string) (n int) {
		for i := range 48 {
			facts := []*ledger.Fact{fact(1, "2020-02-04", rated(3))}
			if i < 8 {
				facts = append(facts, fact(2, "2022-11-01", rated(3)))
			}
			if stars(facts, day) >= Recognised {
				n++
			}
		}
		return n
	}
	require.Equal(t, 48, count("2023-02-03"))
	require.Equal(t, 8, count("2023-02-04"))
}

// A rating without a printed end holds 36 calendar months: 29/2 gives 28/2.
func TestARatingEndsAfter36Months(t *testing.T) {
	for issued, out := range map[string]string{"2020-02-04": "2023-02-04", "2020-02-29": "2023-02-28", "2020-08-31": "2023-08-31"} {
		require.Equal(t, out, UntilOf(fact(1, issued, rated(3))).String())
	}
}

type world struct{ facts []*ledger.Fact }

func (w world) Product(key string, on calendar.Day) *Product { return Fold(key, w.facts, on) }

func TestDecide(t *testing.T) {
	before := []*ledger.Fact{fact(1, "2020-02-04", rated(3))}
	other := rated(3)
	other.Product = "q"
	for name, c := range map[string]struct {
		day   string
		event ledger.Event
		want  error
	}{
		"rated again":                 {"2021-01-01", rated(2), nil},
		"rated under another key":     {"2021-01-01", other, errProduct},
		"rated until its day":         {"2021-01-01", ratedUntil(3, "2021-01-01"), errUntil},
		"rated until later":           {"2021-01-01", ratedUntil(3, "2021-01-02"), nil},
		"revoked":                     {"2023-02-03", &Revoked{}, nil},
		"revoked after it ran out":    {"2023-02-04", &Revoked{}, errNotInForce},
		"revoked before it was rated": {"2020-02-03", &Revoked{}, errNotInForce},
	} {
		err := Decide(world{before}, "p", fact(9, c.day, c.event))
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
	}
}

func TestHistoryIsTheFold(t *testing.T) {
	event := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) ledger.Event { return rated(rapid.Int64Range(1, 5).Draw(t, "stars")) }),
		rapid.Just[ledger.Event](ratedUntil(3, "2001-01-15")), rapid.Just[ledger.Event](&Revoked{}),
	)
	rapid.Check(t, func(t *rapid.T) {
		facts := []*ledger.Fact{}
		day := 1
		for i := range rapid.IntRange(0, 10).Draw(t, "facts") {
			day += rapid.IntRange(0, 2).Draw(t, "later")
			facts = append(facts, fact(ledger.Position(i), fmt.Sprintf("2001-01-%02d", day), event.Draw(t, "event")))
		}
		h := NewHistory("p", facts)
		p := Product{}
		orphans := 0
		for _, f := range facts {
			if !p.Apply(f) {
				orphans++
			}
		}
		require.Len(t, h.Orphans, orphans)
		for d := eventtest.Day("2000-12-31"); d < eventtest.Day("2001-01-31"); d++ {
			require.Equal(t, Fold("p", facts, d).InForce(d), h.On(d).InForce(d))
		}
	})
}

// Fold is the plain meaning of a History: it applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Product {
	p := &Product{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		p.Apply(f)
	}
	return p
}
