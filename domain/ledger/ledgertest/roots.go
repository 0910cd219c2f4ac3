package ledgertest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// RootOf is the Merkle root over all bytes that a log gives back.
func RootOf(t testing.TB, log ledger.Log) merkle.Hash {
	t.Helper()
	var tree merkle.Tree
	for e, err := range log.Entries(context.Background(), 0) {
		require.NoError(t, err)
		tree.Append(e.Bytes)
	}
	return tree.Root()
}

// SameRoot appends the same script to each log and holds the logs to one root,
// that of the script's own bytes. The logs must be empty.
func SameRoot(t *testing.T, logs map[string]ledger.Log) {
	t.Helper()
	script := Script(1)
	var want merkle.Tree
	for _, batch := range script {
		for _, e := range batch {
			want.Append(e.Bytes)
		}
	}
	for name, log := range logs {
		for _, batch := range script {
			require.NoError(t, log.Append(context.Background(), batch[0].Position, batch...), name)
		}
		require.Equal(t, want.Root(), RootOf(t, log), name)
	}
}
