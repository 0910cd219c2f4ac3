package access

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

// otherFigures counts every figure of every place outside an officer's, on
// every day that random facts are dated.
func otherFigures(t *rapid.T, records []*ledger.Record, own string) map[string]string {
	out := map[string]string{}
	for _, day := range registertest.Days {
		on, err := calendar.ParseDay(day)
		require.NoError(t, err)
		r := register.Fold(records, on)
		m := r.Atlas.On(on)
		for _, place := range m.Codes() {
			if m.Within(place, own) || m.Within(own, place) {
				continue
			}
			period, err := calendar.PeriodEnding("", on)
			require.NoError(t, err)
			q := indicator.Question{Place: place}
			q.Valid, q.Scheme, q.Period = on, "tt09-2017", period
			for _, d := range indicator.All() {
				f, err := indicator.Count(d, r, q)
				require.NoError(t, err)
				out[day+" "+place+" "+d.Code] = registertest.Print(f)
			}
		}
	}
	return out
}

// Nobody changes a figure of a place that is not theirs, by any command: what an
// officer may record into a random history leaves every figure of every other
// place, on every day, as it was.
func TestAnOfficerChangesNoFigureElsewhere(t *testing.T) {
	accepted, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		h := registertest.Random(t, 30)
		own := rapid.SampledFrom(registertest.Districts).Draw(t, "own")
		officer := account{ID: "o", Role: "officer", Place: own}
		for range 12 {
			d, err := ledger.ParseDraft([]byte(h.Command(t)))
			if err != nil {
				continue
			}
			after, err := officer.permit(h.Book, d)
			if err != nil {
				refused++
				continue
			}
			v, err := h.Book.Decide(d, h.Book.Index().Last())
			if err != nil || v.Repeated {
				continue
			}
			before := h.Records()
			require.NoError(t, h.Book.Add(v.Record))
			if err := after(h.Book, v.Record); err != nil {
				h.Book.Back(v.Record.Position)
				refused++
				continue
			}
			accepted++
			was, is := otherFigures(t, before, own), otherFigures(t, h.Records(), own)
			for question, figure := range was {
				if is[question] != figure {
					t.Fatalf("an officer of %s changed %s from %s to %s by %s %s %s", own, question, figure, is[question], d.Kind, d.Stream, d.Data)
				}
			}
		}
	})
	require.Positive(t, accepted, "nothing was tried")
	require.Positive(t, refused)
}
