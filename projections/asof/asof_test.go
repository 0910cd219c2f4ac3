package asof_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// TestReadersWhileItGrows asks, warms and applies at once; what is said of a
// size must not depend on when it is asked. Run it with -race.
func TestReadersWhileItGrows(t *testing.T) {
	records := synthetic(3000)
	half := ledger.Position(len(records) / 2)
	p := asof.New()
	apply(t, p, records[:half])
	q := indicator.Question{Point: indicator.Point{Valid: calendar.DayOf(2022, 12, 31), Scheme: "tt09-2017"}}
	q.Period, _ = calendar.PeriodEnding(calendar.CalendarYear, q.Valid)
	want, err := p.Figures(half, q, indicator.All()...)
	require.NoError(t, err)

	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for range 20 {
				got, err := p.Figures(half, q, indicator.All()...)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range want {
					if !want[i].Same(got[i]) {
						t.Errorf("%s changed while the ledger grew", want[i].Definition.Code)
					}
				}
				p.At(p.Size(), q.Valid)
			}
		})
	}
	readers.Go(func() {
		if err := p.Warm(context.Background()); err != nil {
			t.Error(err)
		}
	})
	apply(t, p, records[half:])
	readers.Wait()
	require.Equal(t, ledger.Position(len(records)), p.Size())
}

// TestWarmEndsWithItsContext keeps what was built.
func TestWarmEndsWithItsContext(t *testing.T) {
	p := asof.New()
	apply(t, p, synthetic(200))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, p.Warm(ctx), context.Canceled)
	require.NoError(t, p.Warm(context.Background()))
}

// TestRefusedRecordLeavesIt where it was: an unknown kind, a gap, a correction
// from another stream.
func TestRefusedRecordLeavesIt(t *testing.T) {
	records := synthetic(100)
	p := asof.New()
	apply(t, p, records[:50])
	q := calendar.DayOf(2025, 1, 1)
	before := p.At(50, q)

	unknown := *records[50]
	unknown.Kind = "coop.vanished/1"
	unknown.Corrects = nil
	require.ErrorIs(t, p.Apply(&unknown), register.ErrKindUnknown)

	gap := *records[51]
	require.ErrorIs(t, p.Apply(&gap), ledger.ErrCorrupt)

	foreign := *records[50]
	foreign.Kind, foreign.Valid, foreign.Data = ledger.KindRetracted, calendar.Stated{}, []byte("{}")
	foreign.Stream = ledger.StreamOf("coop", "another")
	foreign.Corrects = &ledger.Corrects{ID: records[10].ID, Reason: "typo"}
	require.ErrorIs(t, p.Apply(&foreign), ledger.ErrOtherStream)

	require.Equal(t, ledger.Position(50), p.Size())
	require.Same(t, before, p.At(50, q))
	apply(t, p, records[50:])
}

// TestAboutAndSynthetic agree with a look at every record.
func TestAboutAndSynthetic(t *testing.T) {
	records := synthetic(2000)
	records[700].Source = &ledger.Source{Note: "synthetic: made up"}
	p := asof.New()
	apply(t, p, records)
	require.False(t, p.Synthetic(700))
	require.True(t, p.Synthetic(701))
	id := register.SubjectID{Kind: register.CoopSubject, Key: coopKey(1)}
	for _, n := range []ledger.Position{0, 300, 1500, 2000} {
		var want []ledger.Position
		streams := map[ledger.Stream]bool{}
		for _, r := range records[:n] {
			for _, of := range register.About(r.Stream, r.Event) {
				if of == id {
					streams[r.Stream] = true
				}
			}
		}
		for _, r := range records[:n] {
			if streams[r.Stream] {
				want = append(want, r.Position)
			}
		}
		var got []ledger.Position
		for _, r := range p.About(id, n) {
			got = append(got, r.Position)
		}
		require.Equal(t, want, got)
	}
}

func apply(t testing.TB, p *asof.Projection, records []*ledger.Record) {
	for _, r := range records {
		require.NoError(t, p.Apply(r))
	}
}
