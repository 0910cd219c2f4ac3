package recorder

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
)

// A recorder that closes while a unit is on its way into the queue: one that
// was settled is answered, one that nobody will serve is told so.
func TestWhoComesWhileItCloses(t *testing.T) {
	closed := func() *Recorder {
		r := &Recorder{queue: make(chan *unit, 1), stop: make(chan struct{}), done: make(chan struct{})}
		close(r.done)
		return r
	}
	for range 64 { // a select between two that are ready takes either
		settled := newUnit(context.Background(), false, []*ledger.Draft{{}}, Door{})
		settled.results = []Result{{Repeated: true}}
		settled.finish(nil)
		results, err := closed().submit(settled)
		require.NoError(t, err)
		require.True(t, results[0].Repeated)
	}
	_, err := closed().submit(newUnit(context.Background(), false, []*ledger.Draft{{}}, Door{}))
	require.ErrorIs(t, err, ErrClosed)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
}
