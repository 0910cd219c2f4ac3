package recorder_test

import (
	"context"
	"iter"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/register"
)

// A countedLog counts how often each record is read from the log.
type countedLog struct {
	*ledgertest.Memory
	mu    sync.Mutex
	reads map[ledger.Position]int
}

func newCountedLog() *countedLog {
	return &countedLog{Memory: ledgertest.NewMemory(), reads: map[ledger.Position]int{}}
}

func (l *countedLog) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for e, err := range l.Memory.Entries(ctx, from) {
			l.mu.Lock()
			l.reads[e.Position]++
			l.mu.Unlock()
			if !yield(e, err) {
				return
			}
		}
	}
}

// readOn is what a second reader of a decoded log finds of it.
func readOn(t *testing.T, log ledger.Log) (all []*ledger.Record) {
	size, err := log.Size(t.Context())
	require.NoError(t, err)
	for r, err := range ledger.ReadOn(t.Context(), log, size, 0, nil) {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

// A reader of the recorder's decoded log gets the very records that the recorder
// holds, each with its Event, and no record that this process appended is read
// from the store. What another process wrote is read once, for both.
func TestWhatIsAppendedIsNotReadBack(t *testing.T) {
	c, store := newClock(), newCountedLog()
	log := ledger.NewDecodedLog(store)
	mine := open(t, log, c.now)
	results, err := mine.Record(t.Context(), opened(t)...)
	require.NoError(t, err)
	shared := readOn(t, log)
	require.Len(t, shared, len(results))
	for i, r := range results {
		require.Same(t, r.Record, shared[i])
		require.NotNil(t, r.Record.Event)
	}
	require.Empty(t, store.reads)

	other := open(t, store, c.now)
	clear(store.reads)
	_, err = other.Record(t.Context(), establish(t, "theirs"))
	require.NoError(t, err)
	results, err = mine.Record(t.Context(), establish(t, "mine"))
	require.NoError(t, err)
	n := ledger.Position(len(shared))
	require.Equal(t, map[ledger.Position]int{n - 1: 1, n: 1}, store.reads, "the record before theirs shows that the store is the same")
	shared = readOn(t, log)
	require.Same(t, results[0].Record, shared[n+1])
	require.NotNil(t, shared[n].Event)
	require.Equal(t, 1, store.reads[n])
}

// What a follower of the decoded log has read, the recorder takes over.
func TestWhatAFollowerReadIsNotReadAgain(t *testing.T) {
	c, store := newClock(), newCountedLog()
	log := ledger.NewDecodedLog(store)
	mine, other := open(t, log, c.now), open(t, store, c.now)
	_, err := other.Record(t.Context(), opened(t)...)
	require.NoError(t, err)
	decoder := register.NewDecoder()
	for _, r := range readOn(t, log) {
		require.NoError(t, decoder.Next(r))
		log.Keep(r)
	}
	clear(store.reads)
	_, err = mine.Record(t.Context(), establish(t, "mine"))
	require.NoError(t, err)
	require.Empty(t, store.reads)
}

// An append whose outcome is unknown, or that failed, leaves nothing in the
// decoded log that the store does not hold: what stands there is read.
func TestOnlyWhatIsAcknowledgedIsShared(t *testing.T) {
	for name, after := range map[string]ledgertest.Failure{
		"not written":          {Refuse: true},
		"unknown, written":     {Lose: true},
		"unknown, not written": {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			c, store := newClock(), newCountedLog()
			begun(t, store, c).Close()
			faulty := ledgertest.Faulty(store, ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{1: after}})
			log := ledger.NewDecodedLog(faulty)
			r := open(t, log, c.now)
			_, _ = r.Record(t.Context(), establish(t, "one"))
			held, err := store.Size(t.Context())
			require.NoError(t, err)
			shared := readOn(t, log)
			require.Len(t, shared, int(held))
			for i, rec := range read(t, store) {
				require.Equal(t, rec.Bytes, shared[i].Bytes)
			}
		})
	}
}
