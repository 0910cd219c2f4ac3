package recorder_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

func wallClock() calendar.Instant { return calendar.InstantOf(time.Now()) }

// A spread is what writers got done who were spread over recorders.
type spread struct {
	rate    float64 // commands a second, together
	p99     time.Duration
	least   float64 // share of the recorder that recorded least
	appends int
}

// spreadOver lets writers write for a while, one command after the other, spread
// over recorders on one log.
func spreadOver(t *testing.T, log *ledgertest.Slow, recorders, writers int, span time.Duration) spread {
	all := make([]*recorder.Recorder, recorders)
	for i := range all {
		all[i] = open(t, log, wallClock)
	}
	_, err := all[0].Record(background, opened(t)...)
	require.NoError(t, err)
	before := log.Appends()
	var mu sync.Mutex
	var took []time.Duration
	counts := make([]int, recorders)
	var wg sync.WaitGroup
	end := time.Now().Add(span)
	for w := range writers {
		wg.Go(func() {
			for i := 0; time.Now().Before(end); i++ {
				start := time.Now()
				_, err := all[w%recorders].Record(background, count(t, fmt.Sprintf("w%d-%d", w, i)))
				require.NoError(t, err)
				time.Sleep(time.Millisecond) // the way to the writer and back
				mu.Lock()
				took = append(took, time.Since(start))
				counts[w%recorders]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	s := spread{
		rate: float64(len(took)) / span.Seconds(), p99: took[len(took)*99/100],
		least: float64(slices.Min(counts)) * float64(recorders) / float64(len(took)) / float64(recorders), appends: log.Appends() - before,
	}
	return s
}

// Two recorders on one log get at least as much done as one, each its share, and
// do not load the store with appends that cannot win. Time is that of the test:
// what it costs to hear of each other is not in it.
func TestTwoRecordersAreNoSlowerThanOne(t *testing.T) {
	for _, flush := range []time.Duration{5 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond} {
		for _, writers := range []int{4, 16} {
			t.Run(fmt.Sprint(flush, "/", writers), func(t *testing.T) {
				got := map[int]spread{}
				for _, n := range []int{1, 2, 3, 4} {
					synctest.Test(t, func(t *testing.T) {
						got[n] = spreadOver(t, ledgertest.NewSlow(flush), n, writers, 300*flush)
					})
					t.Logf("%d: %+v", n, got[n])
				}
				require.GreaterOrEqual(t, got[2].rate, 0.9*got[1].rate) // the order of goroutines moves it by a few in a hundred
				require.LessOrEqual(t, got[2].p99, 3*got[1].p99)
				require.LessOrEqual(t, got[2].appends, 3*got[1].appends)
				for n, s := range got {
					require.GreaterOrEqual(t, s.least*float64(n), 1.0/3, "of its fair share, among %d", n)
				}
				require.GreaterOrEqual(t, got[4].rate, 0.35*got[1].rate, "each append takes its time: with four it is every fourth one's turn")
			})
		}
	}
}

// While the store shows nothing, commands wait: none is refused, and the store
// is not asked again and again.
func TestAStallIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := ledgertest.NewSlow(time.Millisecond)
		first, second := open(t, log, wallClock), open(t, log, wallClock)
		_, err := first.Record(background, opened(t)...)
		require.NoError(t, err)
		before := log.Appends()
		log.Hold()
		var wg sync.WaitGroup
		for i, r := range []*recorder.Recorder{first, second, first, second} {
			wg.Go(func() {
				_, err := r.Record(background, count(t, fmt.Sprint("k", i)))
				require.NoError(t, err)
			})
		}
		time.Sleep(8 * time.Second)
		log.Release()
		wg.Wait()
		require.LessOrEqual(t, log.Appends()-before, 16)
		require.Len(t, read(t, log), 3+4)
	})
}

// A command that was overtaken and whose time is over was certainly not
// recorded, and is not recorded later either.
func TestOvertakenUntilTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := ledgertest.NewSlow(time.Millisecond)
		first, second := open(t, log, wallClock), open(t, log, wallClock)
		_, err := first.Record(background, opened(t)...)
		require.NoError(t, err)
		log.Hold()
		done := make(chan error)
		go func() { _, err := first.Record(background, count(t, "first")); done <- err }()
		synctest.Wait()
		short, cancel := context.WithTimeout(background, 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err = second.Record(short, count(t, "second"))
		require.ErrorIs(t, err, recorder.ErrContended)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		require.InDelta(t, 3*time.Second, time.Since(start), float64(100*time.Millisecond))
		log.Release()
		require.NoError(t, <-done)
		time.Sleep(5 * time.Second)
		once(t, log, "first", 1)
		once(t, log, "second", 0)
	})
}

// Of two processes whose clocks differ the one behind waits, if that helps
// within a bound, and says so if not.
func TestClocksThatDiffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := ledgertest.NewMemory()
		apart := func(d time.Duration) func() calendar.Instant {
			return func() calendar.Instant { return wallClock() + calendar.Instant(d.Microseconds()) }
		}
		ahead, behind := open(t, log, apart(9*time.Second)), open(t, log, wallClock)
		_, err := ahead.Record(background, opened(t)...)
		require.NoError(t, err)
		start := time.Now()
		_, err = behind.Record(background, count(t, "waits"))
		require.NoError(t, err)
		require.InDelta(t, 4*time.Second, time.Since(start), float64(50*time.Millisecond), "nine seconds, of which five are borne")

		// What was recorded before needs no clock, and is not kept waiting.
		_, err = ahead.Record(background, count(t, "again"))
		require.NoError(t, err)
		waits := make(chan error, 1)
		go func() { _, err := behind.Record(background, count(t, "new")); waits <- err }()
		synctest.Wait()
		start = time.Now()
		results, err := behind.Record(background, count(t, "waits"))
		require.NoError(t, err)
		require.True(t, results[0].Repeated)
		require.Less(t, time.Since(start), 50*time.Millisecond)
		require.NoError(t, <-waits)

		// The other goes on writing, so that waiting never helps: it is said.
		stop := make(chan struct{})
		go func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(100 * time.Millisecond):
					_, _ = ahead.Record(background, count(t, fmt.Sprint("on", i)))
				}
			}
		}()
		time.Sleep(time.Second)
		start = time.Now()
		_, err = behind.Record(background, count(t, "never"))
		require.ErrorIs(t, err, ledger.ErrClockBack)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		require.InDelta(t, 10*time.Second, time.Since(start), float64(time.Second))
		close(stop)

		far := open(t, log, apart(-time.Hour))
		start = time.Now()
		_, err = far.Record(background, count(t, "far"))
		require.ErrorIs(t, err, ledger.ErrClockBack)
		require.Zero(t, time.Since(start), "said at once")
	})
}
