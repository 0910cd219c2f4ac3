package answers_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// A head does not change when records are added: its size, its time, and what it
// says was known at any instant.
func TestAHeadStays(t *testing.T) {
	whole := demoService(t).Projection
	p, x := asof.New(), ledger.NewIndex()
	clock := calendar.Instant(0)
	s := answerstest.New(p, func() calendar.Instant { clock++; return clock })
	var heads []*answers.Head
	var instants []calendar.Instant
	var known [][]ledger.Position
	for at := range ledger.Position(300) {
		if at%50 == 0 {
			heads = append(heads, s.Head())
			var counts []ledger.Position
			for _, i := range instants {
				counts = append(counts, x.KnownAt(i))
			}
			known = append(known, counts)
		}
		r := *whole.Record(at)
		require.NoError(t, p.Apply(&r))
		require.NoError(t, x.Add(&r))
		instants = append(instants, r.Recorded-1, r.Recorded)
	}
	for i, h := range heads {
		require.Equal(t, ledger.Position(i*50), h.Size())
		require.Equal(t, calendar.Instant(i+1), h.Now())
		for k, n := range known[i] {
			require.Equal(t, n, h.KnownAt(instants[k]))
		}
		require.Equal(t, h.Size(), h.KnownAt(calendar.EndOf(calendar.MaxDay)), "what came later is not known")
		r, err := h.Record(whole.Record(h.Size()).ID.String())
		require.NoError(t, err)
		require.Nil(t, r)
	}
}

// A variation of a point is the point of the words that say the same, and the
// address of a point leads to it.
func TestAVariationIsTheQuestionInOtherWords(t *testing.T) {
	s := demoService(t)
	h := s.Head()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t, int(h.Size()), "words")
		p, err := h.Resolve(q)
		if err != nil {
			return // what cannot be asked has no variations
		}
		day := rapid.SampledFrom([]calendar.Day{calendar.DayOf(2022, 12, 31), calendar.DayOf(2023, 6, 30), calendar.DayOf(2025, 7, 1)}).Draw(t, "day")
		size := ledger.Position(rapid.IntRange(1, int(h.Size())).Draw(t, "size"))
		place := rapid.SampledFrom([]string{"", "dak-mil", "lam-dong"}).Draw(t, "place")
		scheme := rapid.SampledFrom([]string{"", "tt01-2020"}).Draw(t, "scheme")
		got, gotErr := p.With(answers.OnDay(day), answers.AtSize(size), answers.InPlace(place), answers.UnderScheme(scheme))
		q.AsOf, q.Known, q.Place, q.Scheme = day.String(), ledger.KnownSize(size).String(), place, scheme
		want, wantErr := h.Resolve(q)
		require.Equal(t, wantErr, gotErr)
		require.Equal(t, want, got)

		again, err := h.Resolve(answers.QueryOf(p.Values()))
		require.NoError(t, err)
		require.Equal(t, p.Question, again.Question)
		require.Equal(t, p.Size, again.Size)
		twin, err := h.Resolve(answers.Query{Place: p.Place, Map: p.Map.String(), Period: p.PeriodName, Scheme: p.Scheme}.WithPoint(p.Words()))
		require.NoError(t, err)
		require.Equal(t, again.Question, twin.Question)
	})
}

// No variation leads beyond the head.
func TestNoVariationBeyondTheHead(t *testing.T) {
	h := demoService(t).Head()
	p, err := h.Resolve(answers.Query{Known: "@7"})
	require.NoError(t, err)
	_, err = p.With(answers.AtSize(h.Size() + 1))
	require.ErrorIs(t, err, ledger.ErrBeyondHead)
	_, err = h.Exactly(answers.Exact{Size: h.Size() + 1, Valid: p.Valid, Map: p.Map})
	require.ErrorIs(t, err, ledger.ErrBeyondHead)
}

// An open point says how far it is behind at its own size, also where the ledger was
// heard before the size was read.
func TestFreshnessIsOfTheHead(t *testing.T) {
	s := demoService(t)
	size := s.Head().Size()
	for known, lag := range map[ledger.Position]ledger.Position{size + 5: 5, size: 0, size - 5: 0} {
		s.WithFreshness(func() answers.Freshness { return answers.Freshness{Known: known} })
		p, err := s.Resolve(answers.Query{})
		require.NoError(t, err)
		require.Equal(t, lag, p.Freshness.Lag)
		pinned, err := p.With(answers.AtSize(size))
		require.NoError(t, err)
		require.Nil(t, pinned.Freshness, "later records do not change it")
	}
}

// A point asked for other indicators is the same point.
func TestOtherIndicatorsOfAPoint(t *testing.T) {
	s := demoService(t)
	p, err := s.Resolve(answers.Query{AsOf: "31/12/2023", Codes: []string{"members.total", "members.total"}})
	require.NoError(t, err)
	require.Len(t, p.Definitions, 1, "each once")
	d, err := indicator.Find("coops.registered")
	require.NoError(t, err)
	f, err := s.Service.Indicators(p.Of(d))
	require.NoError(t, err)
	require.Equal(t, "coops.registered", f.Figures[0].Definition.Code)
	require.Equal(t, "members.total", p.Definitions[0].Code)
	_, err = s.Service.Diff(context.Background(), p.Of(d), p.Of(d))
	require.NoError(t, err)
}
