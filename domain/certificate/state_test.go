package certificate

import (
	"fmt"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var stream = ledger.StreamOf("certificate", "k")

func fact(position ledger.Position, day string, e ledger.Event) *ledger.Fact {
	return eventtest.Fact(position, stream, day, e)
}

func until(day string) *calendar.Day {
	d := eventtest.Day(day)
	return &d
}

func granted(end *calendar.Day) *Granted {
	return &Granted{Coop: "a", Scheme: "vietgap", Group: Production, Until: end}
}

func TestValidity(t *testing.T) {
	h := NewHistory("k", []*ledger.Fact{
		fact(1, "2021-03-15", granted(until("2023-03-15"))),
		fact(2, "2022-05-01", &Suspended{}),
		fact(3, "2022-06-01", &Reinstated{}),
		fact(4, "2023-04-01", &Renewed{Until: *until("2025-04-01")}),
		fact(5, "2024-09-01", &Withdrawn{}),
		fact(6, "2024-10-01", &Renewed{Until: *until("2027-04-01")}),
	})
	for day, want := range map[string]bool{
		"2021-03-14": false, "2021-03-15": true, "2022-04-30": true,
		"2022-05-01": false, "2022-05-31": false, "2022-06-01": true,
		"2023-03-14": true, "2023-03-15": false, // the first day out
		"2023-03-31": false, "2023-04-01": true, // renewed late: the gap stays
		"2024-08-31": true, "2024-09-01": false, "2025-01-01": false,
	} {
		d := eventtest.Day(day)
		require.Equal(t, want, h.On(d).ValidOn(d), day)
	}
	require.Len(t, h.Orphans, 1, "what comes after the withdrawal")
	require.Equal(t, "a", h.On(eventtest.Day("2024-12-31")).Coop)
	require.Nil(t, h.On(eventtest.Day("2020-01-01")).Granting)
}

func TestNoEndIsDerived(t *testing.T) {
	h := NewHistory("k", []*ledger.Fact{fact(1, "2021-03-15", granted(nil))})
	require.True(t, h.On(calendar.MaxDay).ValidOn(calendar.MaxDay))
}

var errDead = fault.Declare("test-dead", fault.Conflict, "not living", "đã chấm dứt")

// world knows the co-operative a, until 2025.
type world struct{ facts []*ledger.Fact }

func (w world) Certificate(key string, on calendar.Day) *Certificate { return Fold(key, w.facts, on) }
func (w world) CoopLiving(key string, on calendar.Day) error {
	if key == "a" && on < eventtest.Day("2025-01-01") {
		return nil
	}
	return errDead
}

func TestDecide(t *testing.T) {
	grant := fact(1, "2021-03-15", granted(until("2030-01-01")))
	given := []*ledger.Fact{grant}
	suspended := append(given, fact(2, "2022-05-01", &Suspended{}))
	withdrawn := append(given, fact(2, "2022-05-01", &Withdrawn{}))
	for name, c := range map[string]struct {
		before []*ledger.Fact
		day    string
		event  ledger.Event
		want   error
	}{
		"granted":                       {nil, "2021-03-15", granted(nil), nil},
		"granted to the unknown":        {nil, "2021-03-15", &Granted{Coop: "b", Scheme: "ra", Group: Production}, errDead},
		"granted to the ended":          {nil, "2025-01-01", granted(nil), errDead},
		"granted until its day":         {nil, "2021-03-15", granted(until("2021-03-15")), errUntil},
		"granted twice":                 {given, "2022-03-15", granted(nil), errExists},
		"granted twice, earlier":        {given, "2020-03-15", granted(nil), errExists},
		"renewed":                       {given, "2022-01-01", &Renewed{Until: *until("2031-01-01")}, nil},
		"renewed until its day":         {given, "2022-01-01", &Renewed{Until: *until("2022-01-01")}, errUntil},
		"renewed for the ended":         {given, "2025-01-01", &Renewed{Until: *until("2031-01-01")}, errDead},
		"renewed, unknown":              {nil, "2022-01-01", &Renewed{Until: *until("2031-01-01")}, errUnknown},
		"renewed before it was granted": {given, "2021-03-14", &Renewed{Until: *until("2031-01-01")}, errUnknown},
		"renewed, withdrawn":            {withdrawn, "2022-05-01", &Renewed{Until: *until("2031-01-01")}, errWithdrawn},
		"suspended":                     {given, "2022-01-01", &Suspended{}, nil},
		"suspended twice":               {suspended, "2022-06-01", &Suspended{}, errSuspended},
		"suspended, unknown":            {nil, "2022-01-01", &Suspended{}, errUnknown},
		"reinstated":                    {suspended, "2022-06-01", &Reinstated{}, nil},
		"reinstated, not suspended":     {given, "2022-06-01", &Reinstated{}, errNotSuspended},
		"withdrawn of the ended":        {given, "2026-01-01", &Withdrawn{}, nil},
		"withdrawn twice":               {withdrawn, "2023-01-01", &Withdrawn{}, errWithdrawn},
	} {
		err := Decide(world{c.before}, "k", fact(9, c.day, c.event))
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
	}
}

func TestHistoryIsTheFold(t *testing.T) {
	event := rapid.OneOf(
		rapid.Just[ledger.Event](granted(until("2001-01-20"))),
		rapid.Just[ledger.Event](&Renewed{Until: *until("2001-02-20")}),
		rapid.Just[ledger.Event](&Suspended{}), rapid.Just[ledger.Event](&Reinstated{}), rapid.Just[ledger.Event](&Withdrawn{}),
	)
	rapid.Check(t, func(t *rapid.T) {
		facts := []*ledger.Fact{}
		day := 1
		for i := range rapid.IntRange(0, 10).Draw(t, "facts") {
			day += rapid.IntRange(0, 2).Draw(t, "later")
			facts = append(facts, fact(ledger.Position(i), fmt.Sprintf("2001-01-%02d", day), event.Draw(t, "event")))
		}
		h := NewHistory("k", facts)
		for d := eventtest.Day("2000-12-31"); d < eventtest.Day("2001-01-31"); d++ {
			want, got := Fold("k", facts, d), h.On(d)
			require.Equal(t, want.ValidOn(d), got.ValidOn(d))
			if want.Granting != nil {
				require.Equal(t, want, got)
			}
		}
	})
}

// Fold is the plain meaning of a History: it applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Certificate {
	c := &Certificate{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		c.Apply(f)
	}
	return c
}
