package answers_test

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

func value(f *indicator.Figure) *big.Rat {
	if f.NoData {
		return nil
	}
	return big.NewRat(f.Num, f.Den)
}

func sum(steps []answers.Step, of func(answers.Step) *big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, s := range steps {
		total.Add(total, of(s))
	}
	return total
}

// balances requires that the steps of a difference add up, exactly.
func balances(t require.TestingT, d answers.Difference) {
	code := d.From.Definition.Code
	num := sum(d.Steps, func(s answers.Step) *big.Rat { return s.Num })
	require.Equal(t, 0, num.Cmp(big.NewRat(d.To.Num-d.From.Num, 1)), "%s: numerators %s, %d to %d", code, num, d.From.Num, d.To.Num)
	if d.From.Definition.Ratio {
		den := sum(d.Steps, func(s answers.Step) *big.Rat { return s.Den })
		require.Equal(t, 0, den.Cmp(big.NewRat(d.To.Den-d.From.Den, 1)), "%s: denominators %s, %d to %d", code, den, d.From.Den, d.To.Den)
	}
	if d.From.NoData || d.To.NoData {
		return
	}
	effect := sum(d.Steps, func(s answers.Step) *big.Rat { return s.Effect })
	change := new(big.Rat).Sub(value(d.To), value(d.From))
	require.Equal(t, 0, effect.Cmp(change), "%s: effects %s of %s", code, effect, change)
}

// drawCodes picks a few of the figures that can be compared.
func drawCodes(t *rapid.T) []string {
	var codes []string
	for _, d := range indicator.All() {
		if !d.IsComposed() {
			codes = append(codes, d.Code)
		}
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 3, 3, rapid.ID[string]).Draw(t, "codes")
}

func drawQuery(t *rapid.T, size int, name string) answers.Query {
	day := rapid.SampledFrom([]string{"2022-12-31", "2023-03-15", "2023-06-30", "2023-11-30", "2023-12-31", "2024-01-01", "2024-02-20", "2025-07-01"})
	return answers.Query{
		AsOf:   day.Draw(t, name+" day"),
		Known:  fmt.Sprintf("@%d", rapid.IntRange(size/2, size).Draw(t, name+" size")),
		Scheme: rapid.SampledFrom([]string{"tt09-2017", "tt01-2020"}).Draw(t, name+" scheme"),
		Period: rapid.SampledFrom([]string{"year", "statistical-year"}).Draw(t, name+" period"),
	}
}

func TestDifferencesAddUpAndTurnRound(t *testing.T) {
	s := demoService(t)
	size := int(s.Projection.Size())
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawQuery(t, size, "from"), drawQuery(t, size, "to")
		a.Codes = drawCodes(t)
		b.Codes = a.Codes
		there, err := s.Diff(context.Background(), a, b)
		require.NoError(t, err)
		back, err := s.Diff(context.Background(), b, a)
		require.NoError(t, err)
		for i, d := range there.Differences {
			balances(t, d)
			balances(t, back.Differences[i])
			turned(t, d, back.Differences[i])
		}
	})
}

// turned requires that the steps back are the steps there, negated.
func turned(t require.TestingT, there, back answers.Difference) {
	require.Equal(t, len(there.Steps), len(back.Steps), there.From.Definition.Code)
	type key struct {
		cause   answers.Cause
		subject register.SubjectID
	}
	totals := map[key]*big.Rat{}
	add := func(s answers.Step, r *big.Rat) {
		k := key{s.Cause, s.Subject}
		if totals[k] == nil {
			totals[k] = new(big.Rat)
		}
		totals[k].Add(totals[k], r)
	}
	for i := range there.Steps {
		add(there.Steps[i], there.Steps[i].Num)
		add(back.Steps[i], back.Steps[i].Num)
	}
	for k, left := range totals {
		require.Zero(t, left.Sign(), "%s: %v", there.From.Definition.Code, k)
	}
}

// Along one axis, what each cause came to adds up over any point between.
func TestDifferencesChain(t *testing.T) {
	s := demoService(t)
	size := int(s.Projection.Size())
	rapid.Check(t, func(t *rapid.T) {
		a := drawQuery(t, size, "from")
		a.Codes = drawCodes(t)
		b, c := a, a
		b.Known = fmt.Sprintf("@%d", rapid.IntRange(size/2, size).Draw(t, "middle size"))
		c.Known = fmt.Sprintf("@%d", rapid.IntRange(size/2, size).Draw(t, "last size"))
		ab, err := s.Diff(context.Background(), a, b)
		require.NoError(t, err)
		bc, err := s.Diff(context.Background(), b, c)
		require.NoError(t, err)
		ac, err := s.Diff(context.Background(), a, c)
		require.NoError(t, err)
		for i := range ac.Differences {
			for _, cause := range answers.Causes {
				left := new(big.Rat).Add(of(ab.Differences[i], cause), of(bc.Differences[i], cause))
				require.Zero(t, left.Cmp(of(ac.Differences[i], cause)), "%s %s", ac.Differences[i].From.Definition.Code, cause)
			}
		}
	})
}

// What the index tells of a record is what judging before and after it tells.
func TestDifferencesAreTheSameWithoutTheIndex(t *testing.T) {
	cold, err := loadDemo() // nothing below builds its index
	require.NoError(t, err)
	slow, fast := answerstest.New(cold, func() calendar.Instant { return cold.Last() + 1 }), demoService(t)
	require.NoError(t, fast.Projection.Warm(t.Context()))
	size := int(slow.Projection.Size())
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawQuery(t, size, "from"), drawQuery(t, size, "to")
		a.Codes = drawCodes(t)
		a.Place = rapid.SampledFrom([]string{"", "krong-no", "cu-jut"}).Draw(t, "place")
		if a.Place != "" || rapid.Bool().Draw(t, "one map") {
			a.Map, b.Map = "2023-06-30", "2023-06-30"
		}
		b.Place, b.Codes = a.Place, a.Codes
		want, err := slow.Diff(context.Background(), a, b)
		require.NoError(t, err)
		got, err := fast.Diff(context.Background(), a, b)
		require.NoError(t, err)
		for i := range want.Differences {
			require.Equal(t, stepsOf(want.Differences[i]), stepsOf(got.Differences[i]), want.Differences[i].From.Definition.Code)
		}
	})
}

// A record that takes a product from one co-operative and gives it to another
// tells of both, though together they add up to nothing.
func TestARecordAboutTwoTellsOfEach(t *testing.T) {
	book, p := register.NewBook(), asof.New()
	for i, command := range []string{
		`{"key":"l","stream":"ledger/l","kind":"ledger.opened/1","valid":"2020-01-01","data":{"origin":"test","place":"p","title":"Sổ thử"}}`,
		`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2020-01-01","data":{"code":"p","level":"province","name":"P"}}`,
		`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2020-01-01","data":{"agricultural":true,"form":"htx","name":"A","place":"p","sector":"x"}}`,
		`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2020-01-01","data":{"agricultural":true,"form":"htx","name":"B","place":"p","sector":"x"}}`,
		`{"key":"o","stream":"ocop/gao","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"gao","name":"Gạo","owner":"a","stars":3,"authority":"province"}}`,
		`{"key":"o2","stream":"ocop/gao","kind":"ledger.restated/1","corrects":{"key":"o","reason":"typo"},"data":{"product":"gao","name":"Gạo","owner":"b","stars":3,"authority":"province"}}`,
	} {
		d, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err, command)
		v, err := book.Decide(d, calendar.EndOf(calendar.DayOf(2024, 1, 1))+calendar.Instant(i))
		require.NoError(t, err, command)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, p.Apply(v.Record))
	}
	s := answerstest.New(p, func() calendar.Instant { return p.Last() + 1 })
	for _, warm := range []bool{false, true} {
		if warm {
			require.NoError(t, p.Warm(t.Context()))
		}
		d, err := s.Diff(t.Context(),
			answers.Query{Codes: []string{"ocop.coops.recognised"}, AsOf: "2023-12-31", Known: "@5"},
			answers.Query{Codes: []string{"ocop.coops.recognised"}, AsOf: "2023-12-31", Known: "@6"})
		require.NoError(t, err)
		balances(t, d.Differences[0])
		require.Len(t, d.Differences[0].Steps, 2, "warm: %v", warm)
	}
}

// stepsOf is all that is said of the steps of a difference.
func stepsOf(d answers.Difference) (list []string) {
	for _, s := range d.Steps {
		said := fmt.Sprint(s.Cause, s.Subject, s.Day, s.Num, s.Den, s.Effect, s.Mix)
		for _, r := range s.Records {
			said += fmt.Sprint(" @", r.Position)
		}
		list = append(list, said)
	}
	return list
}

func of(d answers.Difference, cause answers.Cause) *big.Rat {
	return sum(d.Steps, func(s answers.Step) *big.Rat {
		if s.Cause == cause {
			return s.Num
		}
		return new(big.Rat)
	})
}

func TestNothingBetweenIsNoDifference(t *testing.T) {
	s := demoService(t)
	q := answers.Query{AsOf: "2023-12-31", Known: "2024-01-31"}
	d, err := s.Diff(context.Background(), q, q)
	require.NoError(t, err)
	for _, one := range d.Differences {
		require.Empty(t, one.Steps)
	}
}

// What the demo tells of the months between the report of 30/11/2023 and the
// state of 31/12/2023 as known a month later.
func TestTheDemoTellsWhyFoundingsMoved(t *testing.T) {
	s := demoService(t)
	d, err := s.Diff(context.Background(),
		answers.Query{Codes: []string{"coops.established"}, AsOf: "2023-11-30", Known: "2023-11-30"},
		answers.Query{Codes: []string{"coops.established"}, AsOf: "2023-12-31", Known: "2024-01-31"})
	require.NoError(t, err)
	require.Len(t, d.Differences, 1)
	balances(t, d.Differences[0])
	got := map[answers.Cause]string{}
	for _, total := range d.Differences[0].Totals() {
		got[total.Cause] = total.Num.RatString()
	}
	t.Log(d.Differences[0].From.Num, d.Differences[0].To.Num, got)
	require.NotEmpty(t, got[answers.Happened])
	require.NotEmpty(t, got[answers.Late])
}

func TestTheSamePlaceInOtherWords(t *testing.T) {
	s := demoService(t)
	q := answers.Query{Codes: []string{"coops.registered"}, AsOf: "2023-12-31"}
	own := q
	own.Place = "dak-nong"
	d, err := s.Diff(context.Background(), q, own)
	require.NoError(t, err)
	require.Empty(t, d.Differences[0].Steps)
	other := q
	other.Place = "krong-no"
	_, err = s.Diff(context.Background(), q, other)
	require.ErrorIs(t, err, answers.ErrPlacesDiffer)
}

func TestWhatHasNoStepsIsNamed(t *testing.T) {
	s := demoService(t)
	d, err := s.Diff(context.Background(), answers.Query{AsOf: "2023-12-30"}, answers.Query{AsOf: "2023-12-31"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"coops.movement", "tasks.delivered", "reports.received"}, d.Composed)
	require.Len(t, d.Differences, len(indicator.All())-len(d.Composed))
}
