package recorder_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

// A refusing log fails every append with why, while that is set.
type refusing struct {
	ledger.Log
	why atomic.Pointer[error]
}

func (l *refusing) set(err error) { l.why.Store(&err) }
func (l *refusing) mend()         { l.why.Store(nil) }

func (l *refusing) err() error {
	if why := l.why.Load(); why != nil {
		return *why
	}
	return nil
}

func (l *refusing) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := l.err(); err != nil {
		return err
	}
	return l.Log.Append(ctx, at, entries...)
}

// A probed log is a refusing one that can be asked; a wrapped one is that inside another.
type probed struct{ *refusing }

func (l probed) Probe(context.Context) error { return l.err() }

type wrapped struct{ ledger.Log }

func (l wrapped) Unwrap() ledger.Log { return l.Log }

// What the store refuses to one command it refuses to all, until a write passes.
func TestARefusalEndsWithAWrite(t *testing.T) {
	for _, err := range []error{
		ledger.NotWritten(ledger.ErrStorageFull), ledger.NotWritten(ledger.ErrStorageReadOnly),
		ledger.NotWritten(ledger.ErrLocked), ledger.ErrStorageFailed, ledger.ErrCorrupt.With(3, ledger.Unreadable), errors.New("cut"),
	} {
		c, log := newClock(), &refusing{Log: ledgertest.NewMemory()}
		r := begun(t, log, c)
		require.Zero(t, r.Refusal())
		log.set(err)
		since := c.now()
		_, got := r.Record(background, count(t, "a"))
		require.Error(t, got)
		c.add(time.Second)
		_, got = r.Record(background, count(t, "b"))
		require.Error(t, got)
		refusal := r.Refusal()
		require.ErrorIs(t, refusal.Err, err)
		require.Equal(t, since, refusal.Since)
		log.mend()
		_, got = r.Record(background, count(t, "c"))
		require.NoError(t, got)
		require.Zero(t, r.Refusal())
	}
}

// What is wrong with one command says nothing about the others.
func TestARefusedCommandIsNoRefusal(t *testing.T) {
	r := begun(t, ledgertest.NewMemory(), newClock())
	_, err := r.Record(background, draft(t, `{"key":"x","stream":"coop/none","kind":"coop.members-counted/1","valid":"2023-05-01","data":{"official":21}}`))
	require.Error(t, err)
	require.Zero(t, r.Refusal())
}

// A store that can be probed is believed again without a write, also where
// another log wraps it; one that cannot be is believed again after a minute.
func TestARefusalEndsByItself(t *testing.T) {
	for name, c := range map[string]struct {
		wrap          func(*refusing) ledger.Log
		before, after time.Duration
	}{
		"probed":  {func(l *refusing) ledger.Log { return probed{l} }, 3 * time.Second, 2 * time.Second},
		"wrapped": {func(l *refusing) ledger.Log { return wrapped{probed{l}} }, 3 * time.Second, 2 * time.Second},
		"neither": {func(l *refusing) ledger.Log { return l }, 59 * time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &refusing{Log: ledgertest.NewMemory()}
				r, err := recorder.Open(background, c.wrap(log), func() calendar.Instant { return calendar.InstantOf(time.Now()) })
				require.NoError(t, err)
				defer r.Close()
				_, err = r.Record(background, opened(t)...)
				require.NoError(t, err)
				log.set(ledger.NotWritten(ledger.ErrStorageFull))
				_, err = r.Record(background, count(t, "a"))
				require.ErrorIs(t, err, ledger.ErrStorageFull)
				if name != "neither" {
					time.Sleep(time.Hour + time.Second)
					require.ErrorIs(t, r.Refusal().Err, ledger.ErrStorageFull, "every probe fails")
				}
				log.mend()
				time.Sleep(c.before)
				require.ErrorIs(t, r.Refusal().Err, ledger.ErrStorageFull)
				time.Sleep(c.after)
				synctest.Wait()
				require.Zero(t, r.Refusal())
			})
		})
	}
}

// A clock that was put back is told before anybody writes, and so is a recorder
// that is closed.
func TestRefusalsThatNoWriteHasMet(t *testing.T) {
	c := newClock()
	r := begun(t, ledgertest.NewMemory(), c)
	c.add(-4 * time.Second)
	require.Zero(t, r.Refusal())
	c.add(-2 * time.Second)
	require.ErrorIs(t, r.Refusal().Err, ledger.ErrClockBack)
	c.add(2 * time.Second)
	require.Zero(t, r.Refusal())
	r.Close()
	require.ErrorIs(t, r.Refusal().Err, recorder.ErrClosed)
}
