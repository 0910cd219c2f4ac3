package embedded

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/durable"
	"htxledger/domain/ledger/ledgertest"
)

// A copy that is made but whose directory cannot be synced is told as made: what
// it holds comes with the warning, and it can be used.
func TestACopyWhoseDirectoryIsNotSynced(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s, err := Open(ctx, filepath.Join(dir, "a"), Options{Create: true})
	require.NoError(t, err)
	defer s.Close()
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
	broken := errors.New("input/output error")
	syncFolder = func(string) error { return broken }
	defer func() { syncFolder = durable.SyncDir }()

	file := filepath.Join(dir, "b.backup")
	head, err := s.Backup(ctx, file)
	require.ErrorIs(t, err, durable.ErrUnsynced)
	require.ErrorIs(t, err, broken)
	require.EqualValues(t, 5, head.Size)
	head, err = Restore(ctx, file, filepath.Join(dir, "c"))
	require.ErrorIs(t, err, durable.ErrUnsynced)
	require.EqualValues(t, 5, head.Size)
	again, err := Open(ctx, filepath.Join(dir, "c"), Options{})
	require.NoError(t, err)
	require.NoError(t, again.Close())
}
