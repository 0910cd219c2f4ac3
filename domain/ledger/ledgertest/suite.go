package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// A Maker makes the logs under test. The suite closes none of them: New and
// Reopen leave that to t.Cleanup, and must bear a log that is closed already.
type Maker struct {
	// New is a new, empty log.
	New func(t testing.TB) ledger.Log
	// Reopen closes a log and opens what it kept; nil if it keeps nothing.
	Reopen func(t testing.TB, log ledger.Log) ledger.Log
	// Again opens what a log keeps once more, beside it; nil if that cannot be.
	Again func(t testing.TB, log ledger.Log) ledger.Log
}

// Run holds the logs of a Maker to the contract of ledger.Log.
func Run(t *testing.T, m Maker) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Maker){
		"empty":            testEmpty,
		"order":            testOrder,
		"conflict":         testConflict,
		"positions":        testPositions,
		"race":             testRace,
		"limits":           testLimits,
		"bytes":            testBytes,
		"middle":           testMiddle,
		"stable size":      testStableSize,
		"nested reads":     testNestedReads,
		"cancelled":        testCancelled,
		"cancelled append": testCancelledAppend,
		"closed":           testClosed,
		"grown":            testGrown,
		"model":            testModel,
		"root":             func(t *testing.T, m Maker) { SameRoot(t, map[string]ledger.Log{"log": m.New(t)}) },
		"reopen":           testReopen,
	} {
		t.Run(name, func(t *testing.T) { test(t, m) })
	}
}

var background = context.Background()

func size(t testing.TB, log ledger.Log) ledger.Position {
	t.Helper()
	n, err := log.Size(background)
	require.NoError(t, err)
	return n
}

// holds requires that a log holds exactly the bytes of want, in order.
func holds(t testing.TB, log ledger.Log, want []ledger.Entry) {
	t.Helper()
	require.EqualValues(t, len(want), size(t, log))
	got, err := Collect(background, log, 0)
	require.NoError(t, err)
	same(t, want, got)
}

func same(t testing.TB, want, got []ledger.Entry) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i].Position, got[i].Position)
		require.True(t, bytes.Equal(want[i].Bytes, got[i].Bytes), "the bytes at position %d changed", want[i].Position)
	}
}

func testEmpty(t *testing.T, m Maker) {
	log := m.New(t)
	holds(t, log, nil)
	require.NoError(t, log.Append(background, 0))
	require.ErrorIs(t, log.Append(background, 1), ledger.ErrConflict)
	_, err := Collect(background, log, 1)
	require.ErrorIs(t, err, ledger.ErrBeyondHead)
	holds(t, log, nil)
}

func testOrder(t *testing.T, m Maker) {
	log := m.New(t)
	all := Entries(0, 25)
	require.NoError(t, log.Append(background, 0, all[:1]...))
	require.NoError(t, log.Append(background, 1, all[1:20]...))
	require.NoError(t, log.Append(background, 20, all[20:]...))
	require.NoError(t, log.Append(background, 25), "no entries at the head")
	require.ErrorIs(t, log.Append(background, 24), ledger.ErrConflict, "no entries below it")
	holds(t, log, all)
}

func testConflict(t *testing.T, m Maker) {
	log := m.New(t)
	all := Entries(0, 5)
	require.NoError(t, log.Append(background, 0, all...))
	for _, at := range []ledger.Position{0, 4, 6, 1000} {
		err := log.Append(background, at, Entries(at, 3)...)
		require.ErrorIs(t, err, ledger.ErrConflict, "at %d", at)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	}
	require.ErrorIs(t, log.Append(background, 0, all...), ledger.ErrConflict, "the same entries again")
	holds(t, log, all)
}

func testPositions(t *testing.T, m Maker) {
	log := m.New(t)
	gap := append(Entries(0, 2), Entries(3, 1)...)
	require.ErrorIs(t, log.Append(background, 0, gap...), ledger.ErrPositions)
	require.ErrorIs(t, log.Append(background, 0, Entries(1, 1)...), ledger.ErrPositions)
	twice := []ledger.Entry{Entry(0, "một"), Entry(0, "hai")}
	require.ErrorIs(t, log.Append(background, 0, twice...), ledger.ErrPositions)
	holds(t, log, nil)
}

// testRace lets many writers append at the same position, round after round,
// with batches of different sizes: one wins whole, and nobody else appears.
func testRace(t *testing.T, m Maker) {
	const writers, rounds = 8, 12
	log := m.New(t)
	var want []ledger.Entry
	for range rounds {
		at := ledger.Position(len(want))
		batches := make([][]ledger.Entry, writers)
		var wins, others atomic.Int32
		var winner atomic.Int32
		var wg sync.WaitGroup
		for w := range writers {
			for i := range 1 + w%3 {
				batches[w] = append(batches[w], Entry(at+ledger.Position(i), string(rune('A'+w))))
			}
			wg.Go(func() {
				switch err := log.Append(background, at, batches[w]...); {
				case err == nil:
					wins.Add(1)
					winner.Store(int32(w))
				case !errors.Is(err, ledger.ErrConflict):
					others.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, wins.Load(), "winners of a round")
		require.Zero(t, others.Load(), "failures that are no conflict")
		want = append(want, batches[winner.Load()]...)
	}
	holds(t, log, want)
}

func testLimits(t *testing.T, m Maker) {
	log := m.New(t)
	one := SizedEntry(0, ledger.MaxEntryBytes)
	over := SizedEntry(0, ledger.MaxEntryBytes+1)
	require.ErrorIs(t, log.Append(background, 0, over), ledger.ErrTooLarge)
	half := ledger.MaxAppendBytes/2 - ledger.EntryOverhead
	pair := []ledger.Entry{SizedEntry(0, half), SizedEntry(1, half+1)}
	require.ErrorIs(t, log.Append(background, 0, pair...), ledger.ErrTooLarge)
	holds(t, log, nil)

	require.NoError(t, log.Append(background, 0, one), "exactly the limit in one entry")
	pair = []ledger.Entry{SizedEntry(1, half), SizedEntry(2, half)}
	require.NoError(t, log.Append(background, 1, pair...), "exactly the limit in two")
	var many []ledger.Entry
	for p := ledger.Position(3); p < 3+2000; p++ {
		many = append(many, SizedEntry(p, 200))
	}
	require.NoError(t, log.Append(background, 3, many...), "many small ones")
	holds(t, log, append(append([]ledger.Entry{one}, pair...), many...))
}

func testBytes(t *testing.T, m Maker) {
	log := m.New(t)
	var want []ledger.Entry
	for _, text := range Texts {
		want = append(want, Entry(ledger.Position(len(want)), text))
	}
	handed := make([]ledger.Entry, len(want))
	for i, e := range want {
		e.Bytes = bytes.Clone(e.Bytes)
		handed[i] = e
	}
	require.NoError(t, log.Append(background, 0, handed...))
	for _, e := range handed {
		clear(e.Bytes) // what the caller does with its slice afterwards is no matter
	}
	holds(t, log, want)
}

func testMiddle(t *testing.T, m Maker) {
	log := m.New(t)
	all := Entries(0, 700) // more than a store is likely to fetch at once
	require.NoError(t, log.Append(background, 0, all...))
	for _, from := range []ledger.Position{1, 255, 256, 257, 500, 699, 700} {
		got, err := Collect(background, log, from)
		require.NoError(t, err)
		same(t, all[from:], got)
	}
	for _, from := range []ledger.Position{701, 1 << 40} {
		got, err := Collect(background, log, from)
		require.ErrorIs(t, err, ledger.ErrBeyondHead)
		require.Empty(t, got)
	}
	for e, err := range log.Entries(background, 100) { // a reader may leave
		require.NoError(t, err)
		if e.Position == 400 {
			break
		}
	}
	holds(t, log, all)
}

// testStableSize reads while the log grows: the reader sees the size at the
// time of its call and nothing after it.
func testStableSize(t *testing.T, m Maker) {
	log := m.New(t)
	all := Entries(0, 600)
	require.NoError(t, log.Append(background, 0, all[:300]...))
	seq := log.Entries(background, 0)
	next := 300
	var got []ledger.Entry
	for e, err := range seq {
		require.NoError(t, err)
		got = append(got, e)
		if next < len(all) {
			require.NoError(t, log.Append(background, ledger.Position(next), all[next:next+3]...))
			next += 3
		}
	}
	same(t, all[:300], got)
	holds(t, log, all)
}

// testNestedReads asks the log while reading from it, as a fold that looks
// something up does.
func testNestedReads(t *testing.T, m Maker) {
	log := m.New(t)
	all := Entries(0, 9)
	require.NoError(t, log.Append(background, 0, all...))
	var visit func(from ledger.Position) int
	visit = func(from ledger.Position) (n int) {
		for e, err := range log.Entries(background, from) {
			require.NoError(t, err)
			require.EqualValues(t, len(all), size(t, log))
			n += 1 + visit(e.Position+1)
		}
		return n
	}
	require.Equal(t, 1<<len(all)-1, visit(0))
}

func testCancelled(t *testing.T, m Maker) {
	log := m.New(t)
	require.NoError(t, log.Append(background, 0, Entries(0, 2000)...))
	before, cancel := context.WithCancel(background)
	cancel()
	got, err := Collect(before, log, 0)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, got)

	during, cancel := context.WithCancel(background)
	defer cancel()
	seen := 0
	err = nil
	for _, e := range log.Entries(during, 0) {
		if e != nil {
			err = e
			continue
		}
		require.NoError(t, err, "an entry after the error")
		if seen++; seen == 10 {
			cancel()
		}
	}
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, seen, 2000)
}

// testCancelledAppend holds a cancelled append to what it says of its outcome.
func testCancelledAppend(t *testing.T, m Maker) {
	log := m.New(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	all := Entries(0, 3)
	err := log.Append(ctx, 0, all...)
	require.Error(t, err)
	switch n := size(t, log); {
	case n == 0:
		require.NoError(t, log.Append(background, 0, all...))
	default:
		require.NotEqual(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	}
	holds(t, log, all)
}

func testClosed(t *testing.T, m Maker) {
	log := m.New(t)
	require.NoError(t, log.Append(background, 0, Entries(0, 600)...))
	reading := log.Entries(background, 0)
	var last error
	seen := 0
	for _, err := range reading {
		if last = err; err == nil {
			if seen++; seen == 1 {
				require.NoError(t, log.Close())
			}
		}
	}
	if seen < 600 {
		require.ErrorIs(t, last, ledger.ErrClosed, "a read that is cut short says so")
	}
	err := log.Append(background, 600, Entries(600, 1)...)
	require.ErrorIs(t, err, ledger.ErrClosed)
	_, err = log.Size(background)
	require.ErrorIs(t, err, ledger.ErrClosed)
	_, err = Collect(background, log, 0)
	require.ErrorIs(t, err, ledger.ErrClosed)
}

func testGrown(t *testing.T, m Maker) {
	log := m.New(t)
	follower, ok := log.(ledger.Follower)
	if !ok {
		t.Skip("the log is no Follower")
	}
	require.NoError(t, log.Append(background, 0, Entries(0, 2)...))
	require.NoError(t, follower.Grown(background, 1), "larger already")
	ctx, cancel := context.WithCancel(background)
	told := make(chan error, 2)
	go func() { told <- follower.Grown(background, 2) }()
	require.NoError(t, log.Append(background, 2, Entries(2, 1)...))
	require.NoError(t, <-told)
	go func() { told <- follower.Grown(ctx, 3) }()
	cancel()
	require.ErrorIs(t, <-told, context.Canceled)
}

// testModel holds random appends and reads to a slice.
func testModel(t *testing.T, m Maker) {
	rapid.Check(t, func(r *rapid.T) {
		log := m.New(t)
		defer log.Close()
		var model []ledger.Entry
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			head := ledger.Position(len(model))
			at := max(0, head+ledger.Position(rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(r, "off")))
			batch := make([]ledger.Entry, rapid.IntRange(0, 5).Draw(r, "n"))
			for i := range batch {
				batch[i] = Entry(at+ledger.Position(i), rapid.String().Draw(r, "text"))
			}
			err := log.Append(background, at, batch...)
			if at != head {
				require.ErrorIs(r, err, ledger.ErrConflict)
			} else {
				require.NoError(r, err)
				model = append(model, batch...)
			}
			from := rapid.IntRange(0, len(model)).Draw(r, "from")
			got, err := Collect(background, log, ledger.Position(from))
			require.NoError(r, err)
			require.Equal(r, merkle.Root(leaves(model[from:])), merkle.Root(leaves(got)))
		}
	})
}

func leaves(entries []ledger.Entry) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, e := range entries {
			if !yield(e.Bytes) {
				return
			}
		}
	}
}

func testReopen(t *testing.T, m Maker) {
	if m.Reopen == nil {
		t.Skip("the log keeps nothing")
	}
	log := m.New(t)
	var want []ledger.Entry
	for range 3 {
		batch := Entries(ledger.Position(len(want)), 40)
		require.NoError(t, log.Append(background, batch[0].Position, batch...))
		want = append(want, batch...)
		root := RootOf(t, log)
		log = m.Reopen(t, log)
		holds(t, log, want)
		require.Equal(t, root, RootOf(t, log))
	}
	require.ErrorIs(t, log.Append(background, 0, Entries(0, 1)...), ledger.ErrConflict)
}
