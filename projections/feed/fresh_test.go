package feed_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/feed"
)

// An away is a log whose size is another's, unless it says why not, or hangs.
type away struct {
	ledger.Log
	why  atomic.Pointer[error]
	hang atomic.Bool
	said atomic.Pointer[error] // by ReportConnection
}

func (a *away) Size(ctx context.Context) (ledger.Position, error) {
	if a.hang.Load() {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if why := a.why.Load(); why != nil {
		return 0, *why
	}
	return a.Log.Size(ctx)
}

func (a *away) ReportConnection() (ledger.Position, error) {
	if said := a.said.Load(); said != nil {
		return 7, *said
	}
	return 0, nil
}

// Freshness tells the lag that is known, and that more may be there once the log
// fails, says itself that it hears nothing, or hangs.
func TestFreshness(t *testing.T) {
	var clock atomic.Int64
	now := func() time.Time { return time.Unix(clock.Load(), 0) }
	log, l := &away{Log: ledgertest.NewMemory()}, newList()
	f := feed.Follow(log, feed.Options{Every: never, Patience: 5 * time.Second, Now: now}, l)
	require.Equal(t, feed.Freshness{Heard: now()}, f.Freshness())

	size := grow(t, log.Log, 3)
	clock.Store(2)
	require.NoError(t, f.CatchUp(t.Context()))
	require.Equal(t, feed.Freshness{Size: size, Heard: now()}, f.Freshness())

	gone := errors.New("gone")
	log.why.Store(&gone)
	clock.Store(3)
	require.Error(t, f.CatchUp(t.Context()))
	fresh := f.Freshness()
	require.ErrorIs(t, fresh.Err, gone)
	require.True(t, fresh.Stale())
	require.Equal(t, time.Unix(2, 0), fresh.Heard, "when it was last heard, not when it was missed")

	log.why.Store(nil)
	require.NoError(t, f.CatchUp(t.Context()))
	require.False(t, f.Freshness().Stale())

	log.said.Store(&gone)
	require.Equal(t, feed.Freshness{Size: 3, Lag: 4, Heard: time.Unix(3, 0), Err: gone}, f.Freshness())
	log.said.Store(nil)

	// A read that hangs is told once patience is over, while it still hangs.
	log.hang.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.CatchUp(ctx) }()
	clock.Store(8)
	require.False(t, f.Freshness().Stale())
	clock.Store(9)
	require.ErrorIs(t, f.Freshness().Err, feed.ErrSilent)
	cancel()
	require.Error(t, <-done)
	log.hang.Store(false)
	require.NoError(t, f.CatchUp(t.Context()))
	require.False(t, f.Freshness().Stale())
}
