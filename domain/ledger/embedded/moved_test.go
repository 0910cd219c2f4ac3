package embedded_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

// Files that are moved, removed or replaced under a store are noticed before
// anything is written into what nobody will open again.
func TestFilesThatWereMoved(t *testing.T) {
	for name, move := range map[string]func(t *testing.T, dir, backup string) (back func()){
		"the directory moved": func(t *testing.T, dir, _ string) func() {
			require.NoError(t, os.Rename(dir, dir+".old"))
			return func() { require.NoError(t, os.Rename(dir+".old", dir)) }
		},
		"moved, and restored": func(t *testing.T, dir, backup string) func() {
			require.NoError(t, os.Rename(dir, dir+".old"))
			_, err := embedded.Restore(ctx, backup, dir)
			require.NoError(t, err)
			return func() {
				require.NoError(t, os.RemoveAll(dir))
				require.NoError(t, os.Rename(dir+".old", dir))
			}
		},
		"removed, and restored": func(t *testing.T, dir, backup string) func() {
			require.NoError(t, os.RemoveAll(dir))
			_, err := embedded.Restore(ctx, backup, dir)
			require.NoError(t, err)
			return nil
		},
		"removed": func(t *testing.T, dir, _ string) func() {
			require.NoError(t, os.RemoveAll(dir))
			return nil
		},
		"another file renamed over the database": func(t *testing.T, dir, _ string) func() {
			path := filepath.Join(dir, embedded.DatabaseName)
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path+".copy", b, 0o600))
			require.NoError(t, os.Rename(path+".copy", path))
			return nil
		},
		"the write-ahead log removed": func(t *testing.T, dir, _ string) func() {
			require.NoError(t, os.Remove(filepath.Join(dir, embedded.DatabaseName+"-wal")))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
			require.NoError(t, err)
			defer s.Close()
			require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
			backup := filepath.Join(t.TempDir(), "b")
			_, err = s.Backup(ctx, backup)
			require.NoError(t, err)
			require.NoError(t, s.Append(ctx, 5, ledgertest.Entries(5, 1)...))
			_, err = s.ReportConnection()
			require.NoError(t, err)

			back := move(t, dir, backup)
			err = s.Append(ctx, 6, ledgertest.Entries(6, 1)...)
			require.ErrorIs(t, err, ledger.ErrStoreMoved)
			require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
			_, err = s.ReportConnection()
			require.ErrorIs(t, err, ledger.ErrStoreMoved)
			size, err := s.Size(ctx)
			require.NoError(t, err, "what is open can still be asked")
			require.EqualValues(t, 6, size)

			if back != nil {
				back()
				_, err = s.ReportConnection()
				require.NoError(t, err)
				require.NoError(t, s.Append(ctx, 6, ledgertest.Entries(6, 1)...))
			}
		})
	}
}
