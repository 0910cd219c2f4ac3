package recorder_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

// Many writers at once: all succeed, each command once; and those that wait
// behind an append share the next.
func TestWritersShareAppends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const writers, rounds = 64, 4
		log := &gate{Log: ledgertest.NewMemory()}
		r := begun(t, log, newClock())
		log.appends = 0
		for i := range rounds {
			log.shut()
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					a, b := fmt.Sprintf("w%d-%d-a", w, i), fmt.Sprintf("w%d-%d-b", w, i)
					results, err := r.Record(background, count(t, a), count(t, b))
					require.NoError(t, err)
					require.Equal(t, results[0].Record.Position+1, results[1].Record.Position, "a unit stands together")
				})
			}
			synctest.Wait() // one append is in hand; the others wait behind it
			log.open()
			wg.Wait()
		}
		all := read(t, log)
		require.Len(t, all, 3+2*writers*rounds)
		require.LessOrEqual(t, log.appends, 2*rounds, "appends are shared")
		for i := 1; i < len(all); i++ {
			require.LessOrEqual(t, all[i-1].Recorded, all[i].Recorded)
		}
	})
}

// The same key from many at once is recorded once, and one alone did it.
func TestOneKeyFromMany(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	var first atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			results, err := r.Record(background, count(t, "k"))
			require.NoError(t, err)
			if !results[0].Repeated {
				first.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, first.Load())
	once(t, log, "k", 1)
}

// Two recorders on one log: both succeed, one after the other.
func TestTwoRecordersOnOneLog(t *testing.T) {
	const each = 150
	log, c := ledgertest.NewMemory(), newClock()
	recorders := []*recorder.Recorder{begun(t, log, c), open(t, log, c.now)}
	var wg sync.WaitGroup
	var made atomic.Int32
	for n, r := range recorders {
		wg.Go(func() {
			for i := range each {
				_, err := r.Record(background, count(t, fmt.Sprintf("r%d-%d", n, i)))
				require.NoError(t, err)
				results, err := r.Record(background, count(t, fmt.Sprint("both-", i)))
				require.NoError(t, err)
				if !results[0].Repeated {
					made.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, each, made.Load(), "what both send is recorded by one")
	require.Len(t, read(t, log), 3+3*each)

	_, err := recorders[0].Record(background, establish(t, "x"))
	require.NoError(t, err)
	_, err = recorders[1].Record(background, draft(t, `{"key":"other","stream":"coop/x","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"x","place":"dak-nong","sector":"x"}}`))
	require.ErrorIs(t, err, coop.ErrExists, "the second decides on what the first wrote")
}

// conflicts is a log on which somebody else is always faster, for a while, and
// that cannot say when it has grown.
type conflicts struct {
	ledger.Log
	mu    sync.Mutex
	left  int
	tries int
}

func (c *conflicts) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	if c.left > 0 {
		c.left--
		return ledger.ErrConflict.With(at, at+1)
	}
	return c.Log.Append(ctx, at, entries...)
}

// A command that others overtake waits until its own deadline, or for thirty
// seconds, and was then certainly not recorded. On a log that cannot say when it
// has grown the tries come after pauses.
func TestAStormOfConflicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &conflicts{Log: ledgertest.NewMemory()}
		r := begun(t, log, newClock())
		log.left = 200
		_, err := r.Record(background, count(t, "k"))
		require.NoError(t, err)

		for _, patience := range []time.Duration{2 * time.Second, 30 * time.Second} {
			log.left, log.tries = 1<<30, 0
			ctx := background
			if patience < 30*time.Second {
				short, cancel := context.WithTimeout(ctx, patience)
				defer cancel()
				ctx = short
			}
			start := time.Now()
			_, err = r.Record(ctx, count(t, "l"))
			require.ErrorIs(t, err, recorder.ErrContended)
			require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
			require.InDelta(t, patience, time.Since(start), float64(200*time.Millisecond))
			require.Less(t, log.tries, 20*int(patience/time.Second), "tries in %v", patience)
			once(t, log, "l", 0)
			log.left = 0
		}
		_, err = r.Record(background, count(t, "l"))
		require.NoError(t, err)
		once(t, log, "l", 1)
		require.Zero(t, r.Refusal(), "the store takes writes")
	})
}

// Every way in which appends and reads fail, at every call of a small history,
// has the outcome that its word says, and sent again nothing is written twice.
func TestOutcomesAreTrue(t *testing.T) {
	drop, lose, refuse := ledgertest.Failure{Drop: true}, ledgertest.Failure{Lose: true}, ledgertest.Failure{Refuse: true}
	cut := ledgertest.Failure{Cut: true}
	for _, c := range []struct {
		name    string
		appends []ledgertest.Failure // from the append of the command on
		sizes   []ledgertest.Failure // from the question before it on: has the log grown?
		reads   []ledgertest.Failure // from the first read after it on: a log that has not grown is not read
		outcome ledger.Outcome
		written int
	}{
		{"well", nil, nil, nil, ledger.Recorded, 1},
		{"refused by the store", []ledgertest.Failure{refuse}, nil, nil, ledger.NotRecorded, 0},
		{"not written, not said", []ledgertest.Failure{drop}, nil, nil, ledger.Recorded, 1},
		{"written, not said", []ledgertest.Failure{lose}, nil, nil, ledger.Recorded, 1},
		{"twice not written", []ledgertest.Failure{drop, drop}, nil, nil, ledger.Recorded, 1},
		{"not written, then written, never said", []ledgertest.Failure{drop, lose}, nil, nil, ledger.Recorded, 1},
		{"never written, never said", []ledgertest.Failure{drop, drop, drop}, nil, nil, ledger.Unknown, 0},
		{"written at last, never said", []ledgertest.Failure{drop, drop, lose}, nil, nil, ledger.Unknown, 1},
		{"in doubt, then refused", []ledgertest.Failure{drop, refuse}, nil, nil, ledger.Unknown, 0},
		{"a look cut before", nil, []ledgertest.Failure{cut, cut}, nil, ledger.Recorded, 1},
		{"no look before", nil, []ledgertest.Failure{cut, cut, cut}, nil, ledger.NotRecorded, 0},
		{"written, and one look back cut", []ledgertest.Failure{lose}, []ledgertest.Failure{{}, cut, cut}, nil, ledger.Recorded, 1},
		{"written, and no look back", []ledgertest.Failure{lose}, []ledgertest.Failure{{}, cut, cut, cut}, nil, ledger.Unknown, 1},
		{"written, and one read-back cut", []ledgertest.Failure{lose}, nil, []ledgertest.Failure{cut, cut}, ledger.Recorded, 1},
		{"written, and no read-back", []ledgertest.Failure{lose}, nil, []ledgertest.Failure{cut, cut, cut}, ledger.Unknown, 1},
		{"not written, and no look back", []ledgertest.Failure{drop}, []ledgertest.Failure{{}, cut, cut, cut}, nil, ledger.Unknown, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			memory, now := ledgertest.NewMemory(), newClock()
			begun(t, memory, now).Close()
			script := ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{}, Reads: map[int]ledgertest.Failure{}, Sizes: map[int]ledgertest.Failure{}}
			for i, f := range c.appends {
				script.Appends[1+i] = f
			}
			for i, f := range c.sizes {
				script.Sizes[2+i] = f // and so is the first question
			}
			for i, f := range c.reads {
				script.Reads[2+i] = f // the first read is Open's
			}
			r := open(t, ledgertest.Faulty(memory, script), now.now)
			results, err := r.Record(background, count(t, "k"), count(t, "l"))
			if c.outcome == ledger.Recorded {
				require.NoError(t, err)
				for _, res := range results {
					require.False(t, res.Repeated, "it was this very command that recorded it")
				}
			} else {
				require.Error(t, err)
				require.Equal(t, c.outcome, ledger.OutcomeOf(err), err)
				require.Nil(t, results)
			}
			once(t, memory, "k", c.written)
			once(t, memory, "l", c.written)
			again, err := r.Record(background, count(t, "k"), count(t, "l"))
			require.NoError(t, err)
			require.Equal(t, c.written == 1, again[0].Repeated)
			once(t, memory, "k", 1)
			once(t, memory, "l", 1)
		})
	}
}

// late is a log whose next append answers with an error and lands only when
// land is called, or never, as a request may that is still on its way.
type late struct {
	ledger.Log
	mu   sync.Mutex
	next bool
	land func() error
}

func (l *late) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.next {
		return l.Log.Append(ctx, at, entries...)
	}
	l.next = false
	l.land = func() error { return l.Log.Append(background, at, entries...) }
	return ledgertest.ErrHostile
}

// While an append may still land, nothing that happens to its commands later
// may be called not recorded.
func TestADoubtIsKept(t *testing.T) {
	log, c := &late{Log: ledgertest.NewMemory()}, newClock()
	r := begun(t, log, c)
	log.next = true
	var back atomic.Bool
	stepping := open(t, log, ticking(c, &back))
	back.Store(true) // after the doubtful append the clock is an hour behind
	_, err := stepping.Record(background, count(t, "k"))
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err), err)
	require.ErrorIs(t, err, ledger.ErrClockBack)
	require.NoError(t, log.land(), "it lands after all")
	again, err := r.Record(background, count(t, "k"))
	require.NoError(t, err)
	require.True(t, again[0].Repeated)
	once(t, log, "k", 1)
}

// ticking is a clock that goes back after it was asked once more.
func ticking(c *clock, back *atomic.Bool) func() calendar.Instant {
	asked := 0
	return func() calendar.Instant {
		if back.Load() {
			if asked++; asked > 1 {
				return c.now() - calendar.Instant(time.Hour.Microseconds())
			}
		}
		return c.now() + 1
	}
}

// A late append that lands where the retry wants to stand makes the retry a
// conflict, and the command is found.
func TestALateAppendAndItsRetry(t *testing.T) {
	memory, c := ledgertest.NewMemory(), newClock()
	begun(t, memory, c).Close()
	log := &lateRetry{late: late{Log: memory, next: true}}
	r := open(t, log, c.now)
	results, err := r.Record(background, count(t, "k"))
	require.NoError(t, err)
	require.False(t, results[0].Repeated)
	once(t, memory, "k", 1)
}

// lateRetry lands the late append just before the next one.
type lateRetry struct{ late }

func (l *lateRetry) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if l.land != nil {
		if err := l.land(); err != nil {
			return err
		}
		l.land = nil
	}
	return l.late.Append(ctx, at, entries...)
}

// In one append: a failure is the answer of those that were in it and of those
// that were refused because of them, and of nobody else.
func TestAFailedAppendConcernsOnlyItsUnits(t *testing.T) {
	memory, c := ledgertest.NewMemory(), newClock()
	begun(t, memory, c).Close()
	full := ledgertest.Failure{Refuse: true, Err: ledger.ErrStorageFull}
	g := &gate{Log: ledgertest.Faulty(memory, ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{2: full}})}
	r := open(t, g, c.now)
	g.shut()
	type answer struct {
		results []recorder.Result
		err     error
	}
	wait := false
	send := func(try bool, d ...*ledger.Draft) chan answer {
		ch, before := make(chan answer, 1), r.Waiting()
		go func() {
			do := r.Record
			if try {
				do = r.Try
			}
			results, err := do(background, d...)
			ch <- answer{results, err}
		}()
		for wait && r.Waiting() == before { // in the order of sending
			runtime.Gosched()
		}
		return ch
	}
	first := send(false, count(t, "in hand"))
	g.reached()
	wait = true
	repeated := send(false, establish(t, "first"))
	fresh := send(false, establish(t, "new"))
	rival := send(false, draft(t, `{"key":"rival","stream":"coop/new","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"x","place":"dak-nong","sector":"x"}}`))
	same := send(false, establish(t, "new"))
	tried := send(true, establish(t, "new"))
	g.open()
	require.NoError(t, (<-first).err)
	a := <-repeated
	require.NoError(t, a.err)
	require.True(t, a.results[0].Repeated, "its record is there, whatever the disk says")
	for _, ch := range []chan answer{fresh, rival, same} {
		a := <-ch
		require.ErrorIs(t, a.err, ledger.ErrStorageFull)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(a.err))
	}
	a = <-tried
	require.NoError(t, a.err)
	require.False(t, a.results[0].Repeated, "a dry run is decided on what is written")
	once(t, memory, "coop-new", 0)
	_, err := r.Record(background, establish(t, "new"))
	require.NoError(t, err)
}

// A log that fails again and again, written and not written in turn: whatever
// is called recorded is there, and nothing is there twice.
func TestAHostileLog(t *testing.T) {
	for k := 2; k <= 5; k++ {
		log, c := ledgertest.NewHostile(k), newClock()
		r, err := recorder.Open(background, log, c.now)
		require.NoError(t, err)
		send := func(drafts ...*ledger.Draft) {
			for range 20 {
				_, err := r.Record(background, drafts...)
				if err == nil {
					return
				}
				require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
			}
			require.Fail(t, "never recorded")
		}
		send(opened(t)...)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 15 {
					send(count(t, fmt.Sprintf("%d-%d", w, i)))
				}
			})
		}
		wg.Wait()
		r.Close()
		n, err := log.Size(background)
		require.NoError(t, err)
		require.EqualValues(t, 3+8*15, n, "k=%d", k)
	}
}

// behind sends units while another is held in the store, so that they are
// decided together, and gives what became of each.
func behind(t *testing.T, r *recorder.Recorder, g *gate, units ...[]*ledger.Draft) []error {
	g.shut()
	errs, wg := make([]error, len(units)), sync.WaitGroup{}
	wg.Go(func() { _, _ = r.Record(background, count(t, "held")) })
	g.reached()
	for i, u := range units {
		before := r.Waiting()
		wg.Go(func() { _, errs[i] = r.Record(background, u...) })
		for r.Waiting() == before {
			runtime.Gosched()
		}
	}
	g.open()
	wg.Wait()
	return errs
}

// Units that are too much together are appended one after the other.
func TestAFullAppendLeavesTheRestToTheNext(t *testing.T) {
	log := &gate{Log: ledgertest.NewMemory()}
	r := begun(t, log, newClock())
	var units [][]*ledger.Draft
	for i := range 30 {
		units = append(units, []*ledger.Draft{bulky(t, fmt.Sprintf("big-%d", i), 90_000)})
	}
	for i, err := range behind(t, r, log, units...) {
		require.NoError(t, err, i)
	}
	require.Len(t, read(t, log), 3+1+30)
	require.Equal(t, 1+1+3, log.appends, "the opening, the one held, and ten to an append")
}

// What was recorded before is answered, even where its neighbours never get in.
func TestAKnownAnswerOutlivesAStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		storm := &conflicts{Log: ledgertest.NewMemory()}
		log := &gate{Log: storm}
		r := begun(t, log, newClock())
		storm.left = 1 << 30
		errs := behind(t, r, log, []*ledger.Draft{establish(t, "first")}, []*ledger.Draft{establish(t, "new")})
		require.NoError(t, errs[0])
		require.ErrorIs(t, errs[1], recorder.ErrContended)
	})
}
