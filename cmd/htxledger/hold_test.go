package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
)

// A hold has judged every record that stands before an append: what this process
// appended, though nobody reads it back, and what another appended after that.
func TestAHoldTakesWhatIsAppended(t *testing.T) {
	ctx := context.Background()
	store, hold := ledgertest.NewMemory(), &audit.Hold{}
	log := holding{store, hold}
	// No record 0: a hold reads the origin in that, and these entries are no records.
	require.NoError(t, hold.Apply(&ledger.Record{Position: 0}))
	require.NoError(t, store.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	require.NoError(t, log.Append(ctx, 1, ledgertest.Entries(1, 2)...))
	require.EqualValues(t, 3, hold.Size())
	require.NoError(t, store.Append(ctx, 3, ledgertest.Entries(3, 1)...), "another process")
	for _, err := range log.Range(ctx, 2, 4) {
		require.NoError(t, err)
	}
	require.EqualValues(t, 4, hold.Size())
	require.NoError(t, log.Append(ctx, 4, ledgertest.Entries(4, 1)...))
	require.EqualValues(t, 5, hold.Size())
}
