package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

func TestBackupAndRestore(t *testing.T) {
	dir, all := fillCopy(t, 900)
	s := open(t, dir)
	file := filepath.Join(t.TempDir(), "backup.db")
	head, err := s.Backup(ctx, file)
	require.NoError(t, err)
	require.EqualValues(t, 900, head.Size)
	require.Equal(t, ledgertest.RootOf(t, s), head.Root)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 1, "one file, nothing beside it")

	_, err = s.Backup(ctx, file)
	require.ErrorIs(t, err, embedded.ErrExists)
	_, err = s.Backup(ctx, filepath.Join(dir, "ledger.db"))
	require.ErrorIs(t, err, embedded.ErrExists)

	to := filepath.Join(t.TempDir(), "restored")
	restored, err := embedded.Restore(ctx, file, to)
	require.NoError(t, err)
	require.Equal(t, head, restored)
	r, err := embedded.OpenReadOnly(ctx, to)
	require.NoError(t, err)
	requireHolds(t, r, all)
	require.NoError(t, r.Close())
	report, err := embedded.Check(ctx, to)
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	w := open(t, to)
	more := ledgertest.Entries(900, 2)
	require.NoError(t, w.Append(ctx, 900, more...), "the restored ledger goes on")
	requireHolds(t, w, append(all, more...))
	_, err = embedded.Restore(ctx, file, to)
	require.ErrorIs(t, err, embedded.ErrExists)
}

// A copy of nothing would pass for a backup: it is refused, and leaves no file.
func TestBackupOfNothing(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
	_, err := open(t, dir).Backup(ctx, file)
	require.ErrorIs(t, err, ledger.ErrEmpty)
	require.ErrorContains(t, err, dir)
	require.NoFileExists(t, file)
}

// What was never a backup is told from one that is damaged.
func TestRestoreOfOtherFiles(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("no database at all\n", 300)), 0o600))
	for name, file := range map[string]string{"text": text, "directory": t.TempDir(), "empty": emptyFile(t)} {
		to := filepath.Join(t.TempDir(), "to")
		_, err := embedded.Restore(ctx, file, to)
		require.ErrorIs(t, err, embedded.ErrNotBackup, name)
		require.NoFileExists(t, filepath.Join(to, "ledger.db"), name)
	}
}

func emptyFile(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	return file
}

// Trouble with a path names the path, and what is the matter with it in words.
func TestPathTrouble(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("text"), 0o600))
	_, err := embedded.OpenReadOnly(ctx, file)
	require.ErrorIs(t, err, embedded.ErrNotDirectory)
	require.ErrorIs(t, err, ledger.ErrStorageFailed)
	require.ErrorContains(t, err, file)

	nowhere := filepath.Join(t.TempDir(), "nowhere")
	_, err = embedded.OpenReadOnly(ctx, nowhere)
	require.ErrorIs(t, err, ledger.ErrEmpty)
	require.ErrorContains(t, err, nowhere)
	_, err = embedded.Restore(ctx, nowhere, t.TempDir())
	require.ErrorIs(t, err, embedded.ErrPathMissing)
	dir, _ := fillCopy(t, 1)
	_, err = open(t, dir).Backup(ctx, filepath.Join(nowhere, "backup"))
	require.ErrorIs(t, err, embedded.ErrPathMissing)
	require.ErrorContains(t, err, nowhere)

	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "ledger.db"), []byte(strings.Repeat("no ledger at all\n", 300)), 0o600))
	_, err = embedded.OpenReadOnly(ctx, other)
	require.ErrorIs(t, err, embedded.ErrForeign)
	require.ErrorContains(t, err, other)
	_, err = embedded.Open(ctx, other, embedded.Options{})
	require.ErrorIs(t, err, embedded.ErrForeign)
}

// A backup is a prefix: what is appended while it is made may be in it or not,
// and nothing is half in it.
func TestBackupUnderLoad(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 500)...))
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for size := ledger.Position(500); ; size += 3 {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := s.Append(ctx, size, ledgertest.Entries(size, 3)...); err != nil {
				done <- err
				return
			}
		}
	}()
	for range 5 {
		file := filepath.Join(t.TempDir(), "backup.db")
		head, err := s.Backup(ctx, file)
		require.NoError(t, err)
		to := t.TempDir()
		_, err = embedded.Restore(ctx, file, to)
		require.NoError(t, err)
		require.Zero(t, (head.Size-500)%3, "an append is whole in it")
		requireHolds(t, open(t, to), ledgertest.Entries(0, int(head.Size)))
	}
	close(stop)
	require.NoError(t, <-done)
}

func TestBackupCancelled(t *testing.T) {
	dir, _ := fillCopy(t, 10)
	s := open(t, dir)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	to := t.TempDir()
	_, err := s.Backup(gone, filepath.Join(to, "backup.db"))
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(to)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A store that is damaged under the hands of its process is not backed up as
// if it were sound.
func TestBackupOfDamage(t *testing.T) {
	dir, _ := fillCopy(t, 10)
	s := open(t, dir)
	alter(t, dir, `DROP TRIGGER entry_update; UPDATE entry SET bytes = x'7b7d' WHERE position = 4`)
	to := t.TempDir()
	_, err := s.Backup(ctx, filepath.Join(to, "backup.db"))
	require.ErrorIs(t, err, embedded.ErrOtherRoot)
	left, err := os.ReadDir(to)
	require.NoError(t, err)
	require.Empty(t, left)
}

// Every bit of a sample of a backup, and every length of a sample: a restore
// gives the same records or refuses, and a refusal leaves no ledger.
func TestBackupDamaged(t *testing.T) {
	dir, all := fillCopy(t, 60)
	file := filepath.Join(t.TempDir(), "backup.db")
	_, err := open(t, dir).Backup(ctx, file)
	require.NoError(t, err)
	sound, err := os.ReadFile(file)
	require.NoError(t, err)
	refused := 0
	try := func(bytes []byte) {
		bad := filepath.Join(t.TempDir(), "bad.db")
		require.NoError(t, os.WriteFile(bad, bytes, 0o600))
		to := t.TempDir()
		if _, err := embedded.Restore(ctx, bad, to); err != nil {
			refused++
			require.NoFileExists(t, filepath.Join(to, "ledger.db"))
			return
		}
		s := open(t, to)
		requireHolds(t, s, all)
		require.NoError(t, s.Close())
	}
	for _, bit := range sampleBits(len(sound)*8, number(t, "HTXLEDGER_FLIPS", 60)) {
		try(flipped(sound, bit))
	}
	for n := 0; n < len(sound); n += len(sound)/16 + 1 {
		try(sound[:n])
	}
	require.Greater(t, refused, 16)
}

func TestRestoreRefuses(t *testing.T) {
	dir, _ := fillCopy(t, 10)
	s := open(t, dir)
	file := filepath.Join(t.TempDir(), "backup.db")
	_, err := s.Backup(ctx, file)
	require.NoError(t, err)
	require.NoError(t, s.Append(ctx, 10, ledgertest.Entries(10, 1)...))
	require.NoError(t, s.Close())

	_, err = embedded.Restore(ctx, filepath.Join(dir, "ledger.db"), t.TempDir())
	require.ErrorIs(t, err, embedded.ErrNotBackup, "a copy of the database is no backup")
	_, err = embedded.Restore(ctx, filepath.Join(dir, "nothing"), t.TempDir())
	require.ErrorIs(t, err, ledger.ErrStorageFailed)

	// The head file of a lost ledger is a bound that this backup is short of.
	require.NoError(t, os.Remove(filepath.Join(dir, "ledger.db")))
	_, err = embedded.Restore(ctx, file, dir)
	require.ErrorIs(t, err, embedded.ErrShorter)
	require.NoError(t, os.Remove(filepath.Join(dir, "head")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ledger.db-wal"), []byte("of another life"), 0o600))
	_, err = embedded.Restore(ctx, file, dir)
	require.ErrorIs(t, err, embedded.ErrExists)
	require.NoError(t, os.Remove(filepath.Join(dir, "ledger.db-wal")))
	_, err = embedded.Restore(ctx, file, dir)
	require.NoError(t, err)
}

// A record put behind the sealed ones is as foreign as a changed one.
func TestBackupWithMore(t *testing.T) {
	dir, _ := fillCopy(t, 10)
	in := t.TempDir()
	file := filepath.Join(in, "ledger.db") // the name that alter knows
	_, err := open(t, dir).Backup(ctx, file)
	require.NoError(t, err)
	alter(t, in, `INSERT INTO entry VALUES (10, x'7b7d')`)
	_, err = embedded.Restore(ctx, file, t.TempDir())
	require.ErrorIs(t, err, ledger.ErrCorrupt)
}
