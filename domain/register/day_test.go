package register_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

// A fact holds on its day, and not on the day before: a fold of the day has it.
func TestAFactHoldsFromItsDay(t *testing.T) {
	w := registertest.New(t)
	w.Tell(`coop/a coop.established/1 2023-03-14 {}`)
	w.Tell(`coop/a coop.members-counted/1 2023-06-30 {"official":9}`)
	facts := func(day string) (about int) {
		for _, f := range register.Fold(w.Records(), registertest.Day(t, day)).Facts {
			if f.Root.Stream == ledger.StreamOf("coop", "a") {
				about++
			}
		}
		return about
	}
	require.Equal(t, []int{0, 1, 1, 2}, []int{facts("2023-03-13"), facts("2023-03-14"), facts("2023-06-29"), facts("2023-06-30")})
}

// A policy of every plan holds on its day.
func TestAPolicyHoldsFromItsDay(t *testing.T) {
	w := registertest.New(t)
	w.Tell(`policy/p policy.chosen/1 2023-03-14 {"of":"tolerance","value":"5%"}`)
	for day, want := range map[string]int{"2023-03-13": 0, "2023-03-14": 1} {
		_, policies := register.FoldPlans(ledger.Effective(w.Records()), registertest.Day(t, day))
		require.Len(t, policies, want, day)
		require.Len(t, register.Fold(w.Records(), registertest.Day(t, day)).Policies, want, day)
	}
}

// A correction goes to the stream of what it corrects; the book refuses any other
// by itself.
func TestACorrectionStaysInItsStream(t *testing.T) {
	b := bookFor(t)
	send(t, b, `{"key":"n","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-01-01","data":{"official":1}}`)
	for _, kind := range []string{`"ledger.restated/1","data":{"official":2}`, `"ledger.retracted/1"`} {
		d, err := ledger.ParseDraft([]byte(`{"key":"x","stream":"coop/d","corrects":{"key":"n","reason":"typo"},"kind":` + kind + `}`))
		require.NoError(t, err)
		_, err = b.Decide(d, calendar.Instant(b.Index().Last())+1)
		require.ErrorIs(t, err, ledger.ErrOtherStream, kind)
	}
}
