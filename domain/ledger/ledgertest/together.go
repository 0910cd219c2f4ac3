package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
)

// RunTogether holds the logs of a Maker to what many writers, readers and
// followers may rely on when they use one log at the same time: the cases of a
// shared server that Run has not.
func RunTogether(t *testing.T, m Maker) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Maker){
		"atomic batches": testAtomicBatches,
		"every writer":   testEveryWriter,
		"followers":      testFollowers,
		"same id":        testSameID,
		"deadline":       testDeadline,
		"resumed":        testResumed,
		"another hears":  testAnotherHears,
	} {
		t.Run(name, func(t *testing.T) { test(t, m) })
	}
}

// insist appends a batch of n at the head, whoever else does, and tells where.
func insist(log ledger.Log, n int, text string) (ledger.Position, error) {
	for {
		at, err := log.Size(background)
		if err != nil {
			return 0, err
		}
		batch := make([]ledger.Entry, n)
		for i := range batch {
			batch[i] = Entry(at+ledger.Position(i), fmt.Sprintf("%s, %d trên %d", text, i, n))
		}
		err = log.Append(background, at, batch...)
		if !errors.Is(err, ledger.ErrConflict) {
			return at, err
		}
	}
}

// testAtomicBatches reads while batches are appended: no size and no read ever
// ends within a batch.
func testAtomicBatches(t *testing.T, m Maker) {
	log := m.New(t)
	var mu sync.Mutex
	ends := map[ledger.Position]bool{0: true}
	done := make(chan error, 1)
	go func() {
		for i := range 60 {
			n := 1 + i*7%23
			mu.Lock() // the end is known before it can be seen
			at, err := log.Size(background)
			ends[at+ledger.Position(n)] = true
			mu.Unlock()
			if err == nil {
				_, err = insist(log, n, "lô")
			}
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for running := true; running; {
		select {
		case err := <-done:
			require.NoError(t, err)
			running = false
		default:
		}
		n := size(t, log)
		got, err := Collect(background, log, 0)
		require.NoError(t, err)
		mu.Lock()
		require.True(t, ends[n], "size %d within a batch", n)
		require.True(t, ends[ledger.Position(len(got))], "%d entries end within a batch", len(got))
		mu.Unlock()
	}
}

// testEveryWriter lets 32 writers insist: all get in, each batch whole.
func testEveryWriter(t *testing.T, m Maker) {
	const writers, batch = 32, 3
	log := m.New(t)
	at := make([]ledger.Position, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var err error
			if at[w], err = insist(log, batch, fmt.Sprint("người ghi ", w)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := Collect(background, log, 0)
	require.NoError(t, err)
	require.Len(t, got, writers*batch)
	for w, p := range at {
		for i := range ledger.Position(batch) {
			want := Entry(p+i, fmt.Sprintf("người ghi %d, %d trên %d", w, i, batch))
			require.Equal(t, string(want.Bytes), string(got[p+i].Bytes))
		}
	}
}

// testFollowers lets followers from different positions pull what writers
// append: everything, once, in order.
func testFollowers(t *testing.T, m Maker) {
	const writers, each = 3, 40
	log := m.New(t)
	follower, ok := log.(ledger.Follower)
	if !ok {
		t.Skip("the log is no Follower")
	}
	const total = 10 + writers*each
	require.NoError(t, log.Append(background, 0, Entries(0, 10)...))
	seen := make([][]ledger.Entry, 3)
	var wg sync.WaitGroup
	for i, from := range []ledger.Position{0, 5, 10} {
		wg.Go(func() {
			for next := from; next < total; {
				if err := follower.Grown(background, next); err != nil {
					t.Error(err)
					return
				}
				got, err := Collect(background, log, next)
				if err != nil {
					t.Error(err)
					return
				}
				seen[i] = append(seen[i], got...)
				next += ledger.Position(len(got))
			}
		})
	}
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if _, err := insist(log, 1, fmt.Sprint(w, "/", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, err := Collect(background, log, 0)
	require.NoError(t, err)
	require.Len(t, all, total)
	for i, from := range []ledger.Position{0, 5, 10} {
		same(t, all[from:], seen[i])
	}
}

// testSameID holds that a log decides nothing by ids: at a position that is
// taken an entry is refused, whatever its id, and at the head it is written.
func testSameID(t *testing.T, m Maker) {
	log := m.New(t)
	first, other := Entry(0, "một"), Entry(0, "hai")
	other.ID = first.ID
	require.NoError(t, log.Append(background, 0, first))
	require.ErrorIs(t, log.Append(background, 0, other), ledger.ErrConflict)
	require.ErrorIs(t, log.Append(background, 0, first, Entry(1, "ba")), ledger.ErrConflict, "a part of it is there")
	again := Entry(1, "bốn")
	again.ID = first.ID
	require.NoError(t, log.Append(background, 1, again))
	holds(t, log, []ledger.Entry{first, again})
}

// testDeadline uses contexts whose time is over before the call.
func testDeadline(t *testing.T, m Maker) {
	log := m.New(t)
	require.NoError(t, log.Append(background, 0, Entries(0, 3)...))
	ctx, cancel := context.WithTimeout(background, time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	err := log.Append(ctx, 3, Entries(3, 1)...)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	_, err = Collect(ctx, log, 0)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	if follower, ok := log.(ledger.Follower); ok {
		require.ErrorIs(t, follower.Grown(ctx, 3), context.DeadlineExceeded)
	}
	holds(t, log, Entries(0, 3))
}

// testResumed reads on, after each of ten reopenings, from where it stood.
func testResumed(t *testing.T, m Maker) {
	if m.Reopen == nil {
		t.Skip("the log keeps nothing")
	}
	log := m.New(t)
	var got []ledger.Entry
	all := Entries(0, 100)
	for at := range ledger.Position(10) {
		require.NoError(t, log.Append(background, at*10, all[at*10:at*10+10]...))
		log = m.Reopen(t, log)
		more, err := Collect(background, log, ledger.Position(len(got)))
		require.NoError(t, err)
		got = append(got, more...)
		if follower, ok := log.(ledger.Follower); ok {
			require.NoError(t, follower.Grown(background, at*10), "larger already")
		}
	}
	same(t, all, got)
}

// testAnotherHears follows through one handle what is appended through another:
// a handle that wakes by its own appends alone would hear nothing.
func testAnotherHears(t *testing.T, m Maker) {
	if m.Again == nil {
		t.Skip("the log cannot be opened twice")
	}
	log := m.New(t)
	require.NoError(t, log.Append(background, 0, Entries(0, 1)...))
	other := m.Again(t, log)
	follower, ok := other.(ledger.Follower)
	if !ok {
		t.Skip("the log is no Follower")
	}
	ctx, cancel := context.WithTimeout(background, 30*time.Second)
	defer cancel()
	for at := ledger.Position(1); at < 60; at++ {
		told := make(chan error, 1)
		go func() { told <- follower.Grown(ctx, at) }()
		if at%2 == 0 {
			time.Sleep(time.Millisecond) // it waits already
		}
		require.NoError(t, log.Append(background, at, Entries(at, 1)...))
		require.NoError(t, <-told)
		holds(t, other, Entries(0, int(at)+1))
	}
}
