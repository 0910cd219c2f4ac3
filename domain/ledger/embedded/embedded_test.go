package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

var ctx = context.Background()

// TestMain also serves as the other processes of these tests: the binary is
// started again with childEnv naming a part to play.
func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		playChild(part)
		return
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func TestSuite(t *testing.T) {
	dirs := map[ledger.Log]string{}
	ledgertest.Run(t, ledgertest.Maker{
		New: func(t testing.TB) ledger.Log {
			dir := t.TempDir()
			s := open(t, dir)
			dirs[s] = dir
			return s
		},
		Reopen: func(t testing.TB, log ledger.Log) ledger.Log {
			require.NoError(t, log.Close())
			s := open(t, dirs[log])
			dirs[s] = dirs[log]
			return s
		},
	})
}

func TestSameRootAsMemory(t *testing.T) {
	ledgertest.SameRoot(t, map[string]ledger.Log{"memory": ledgertest.NewMemory(), "embedded": open(t, t.TempDir())})
}

// fillCopy makes a store of n entries in a new directory and closes it.
func fillCopy(t testing.TB, n int) (dir string, all []ledger.Entry) {
	t.Helper()
	dir, all = t.TempDir(), ledgertest.Entries(0, n)
	s := open(t, dir)
	require.NoError(t, s.Append(ctx, 0, all[:n/2]...))
	require.NoError(t, s.Append(ctx, ledger.Position(n/2), all[n/2:]...))
	require.NoError(t, s.Close())
	return dir, all
}

func requireHolds(t testing.TB, log ledger.Log, want []ledger.Entry) {
	t.Helper()
	got, err := ledgertest.Collect(ctx, log, 0)
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, string(want[i].Bytes), string(got[i].Bytes))
	}
}

func TestCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	_, err := embedded.Open(ctx, dir, embedded.Options{})
	require.ErrorIs(t, err, ledger.ErrEmpty)
	_, err = embedded.OpenReadOnly(ctx, dir)
	require.ErrorIs(t, err, ledger.ErrEmpty)
	require.NoDirExists(t, dir, "only Create makes anything")

	s := open(t, dir)
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	modes := map[string]os.FileMode{}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		modes[f.Name()] = info.Mode()
	}
	require.Equal(t, map[string]os.FileMode{"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600, "head": 0o600}, modes)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|0o700, info.Mode())
}

// A creation that was cut short is finished by the next.
func TestCreateAgain(t *testing.T) {
	for name, left := range map[string]map[string]string{
		"empty head":          {"head": ""},
		"head":                {"head": string(freshHead(t))},
		"head and empty file": {"head": string(freshHead(t)), "ledger.db": ""},
		"only empty file":     {"ledger.db": ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range left {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
			}
			_, err := embedded.Open(ctx, dir, embedded.Options{})
			require.ErrorIs(t, err, ledger.ErrEmpty)
			s := open(t, dir)
			require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 3)...))
			require.NoError(t, s.Close())
			requireHolds(t, open(t, dir), ledgertest.Entries(0, 3))
		})
	}
}

func freshHead(t *testing.T) []byte {
	dir := t.TempDir()
	require.NoError(t, open(t, dir).Close())
	text, err := os.ReadFile(filepath.Join(dir, "head"))
	require.NoError(t, err)
	return text
}

// alter runs SQL in a store as another tool might, past the triggers.
func alter(t testing.TB, dir, sql string) {
	t.Helper()
	require.NoError(t, tryAlter(dir, sql))
}

func tryAlter(dir, sql string) error {
	conn, err := sqlite.OpenConn(filepath.Join(dir, "ledger.db"), sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer conn.Close()
	return sqlitex.ExecuteScript(conn, sql, nil)
}

// Each of these is an accident with a tool; the store refuses it by itself.
func TestTriggers(t *testing.T) {
	dir, all := fillCopy(t, 6)
	for _, sql := range []string{
		`UPDATE entry SET bytes = x'00' WHERE position = 1`,
		`UPDATE entry SET position = 9 WHERE position = 5`,
		`DELETE FROM entry WHERE position = 5`,
		`DELETE FROM entry`,
		`INSERT INTO entry VALUES (7, x'00')`,
		`INSERT INTO entry VALUES (5, x'00')`,
		`INSERT INTO entry (bytes) VALUES (x'00')`,
		`INSERT INTO entry VALUES (-1, x'00')`,
		`INSERT INTO entry VALUES (6, 'text')`,
		`INSERT INTO entry VALUES (6, NULL)`,
		`INSERT OR REPLACE INTO entry VALUES (2, x'00')`,
		`REPLACE INTO entry VALUES (5, x'00')`,
		`INSERT INTO entry VALUES (2, x'00') ON CONFLICT DO UPDATE SET bytes = x'00'`,
		`UPDATE OR REPLACE entry SET position = 3 WHERE position = 2`,
	} {
		require.Error(t, tryAlter(dir, sql), sql)
	}
	require.NoError(t, tryAlter(dir, `INSERT INTO entry VALUES (6, x'7b7d')`), "the next position is what an append writes")
	requireHolds(t, open(t, dir), append(all, ledger.Entry{Bytes: []byte("{}")}))
}

// Whatever gets past the triggers is found by Open, and by Check.
func TestTampered(t *testing.T) {
	drop := `DROP TRIGGER entry_update; DROP TRIGGER entry_delete; DROP TRIGGER entry_append;`
	for name, c := range map[string]struct {
		sql  string
		want *fault.Fault
	}{
		"changed":     {drop + `UPDATE entry SET bytes = x'7b7d' WHERE position = 1`, embedded.ErrOtherRoot},
		"last":        {drop + `DELETE FROM entry WHERE position = 5`, embedded.ErrShorter},
		"all":         {drop + `DELETE FROM entry`, embedded.ErrShorter},
		"gap":         {drop + `DELETE FROM entry WHERE position = 2`, ledger.ErrCorrupt},
		"gap at 0":    {drop + `DELETE FROM entry WHERE position = 0`, ledger.ErrCorrupt},
		"negative":    {drop + `UPDATE entry SET position = -position`, ledger.ErrCorrupt},
		"swapped":     {drop + `UPDATE entry SET position = 9 WHERE position = 2; UPDATE entry SET position = 2 WHERE position = 3; UPDATE entry SET position = 3 WHERE position = 9`, embedded.ErrOtherRoot},
		"renumbered":  {drop + `DELETE FROM entry WHERE position = 0; UPDATE entry SET position = position - 1`, ledger.ErrCorrupt},
		"no table":    {`DROP TABLE entry`, ledger.ErrCorrupt},
		"other table": {`DROP TABLE entry; CREATE TABLE entry (position INTEGER, bytes TEXT)`, embedded.ErrShorter},
		"foreign":     {`PRAGMA application_id = 7`, embedded.ErrForeign},
		"version 0":   {`PRAGMA user_version = 0`, ledger.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := fillCopy(t, 6)
			alter(t, dir, c.sql)
			_, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, ledger.ErrCorrupt)
			require.Equal(t, fault.Corrupt, fault.KindOf(err))
			_, err = embedded.OpenReadOnly(ctx, dir)
			require.ErrorIs(t, err, c.want)
			report, err := embedded.Check(ctx, dir)
			require.NoError(t, err)
			require.ErrorIs(t, errors.Join(report.Problems...), c.want)
		})
	}
}

func TestNewerFormat(t *testing.T) {
	dir, _ := fillCopy(t, 2)
	alter(t, dir, `PRAGMA user_version = 2`)
	_, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	require.ErrorIs(t, err, ledger.ErrNewerFormat)
	_, err = embedded.OpenReadOnly(ctx, dir)
	require.ErrorIs(t, err, ledger.ErrNewerFormat)
	_, err = embedded.AcceptHead(ctx, dir, false)
	require.ErrorIs(t, err, ledger.ErrNewerFormat)
	report, err := embedded.Check(ctx, dir)
	require.NoError(t, err)
	require.ErrorIs(t, errors.Join(report.Problems...), ledger.ErrNewerFormat)
}

func TestNotADatabase(t *testing.T) {
	dir, _ := fillCopy(t, 2)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ledger.db"), []byte("this is a text, and no database at all; long enough to be read as a header of one hundred bytes"+"     "), 0o600))
	_, err := embedded.Open(ctx, dir, embedded.Options{})
	require.ErrorIs(t, err, ledger.ErrCorrupt)
}

func TestHeadLost(t *testing.T) {
	dir, all := fillCopy(t, 6)
	head := filepath.Join(dir, "head")
	for name, spoil := range map[string]func() error{
		"removed":   func() error { return os.Remove(head) },
		"empty":     func() error { return os.WriteFile(head, nil, 0o600) },
		"cut":       func() error { return os.Truncate(head, 50) },
		"zeroed":    func() error { return os.WriteFile(head, make([]byte, 8192), 0o600) },
		"a lie":     func() error { return os.WriteFile(head, []byte("htxledger head 1\nsize 6\n"), 0o600) },
		"database?": func() error { return os.Rename(filepath.Join(dir, "head"), filepath.Join(dir, "other")) },
	} {
		require.NoError(t, spoil(), name)
		for range 2 { // refused, and not repaired by the refusal
			_, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
			require.ErrorIs(t, err, embedded.ErrNoHead, name)
			require.ErrorContains(t, err, "doctor --accept-head")
		}
		report, err := embedded.Check(ctx, dir)
		require.NoError(t, err)
		require.ErrorIs(t, errors.Join(report.Problems...), embedded.ErrNoHead, name)
		accepted, err := embedded.AcceptHead(ctx, dir, false)
		require.NoError(t, err)
		require.EqualValues(t, 6, accepted.Size)
		s := open(t, dir)
		requireHolds(t, s, all)
		require.Equal(t, accepted.Root, ledgertest.RootOf(t, s))
		require.NoError(t, s.Close())
	}
}

// AcceptHead gives up a bound, never the integrity of the database itself.
func TestAcceptHeadRefusesDamage(t *testing.T) {
	dir, _ := fillCopy(t, 6)
	alter(t, dir, `DROP TRIGGER entry_delete; DELETE FROM entry WHERE position = 2`)
	_, err := embedded.AcceptHead(ctx, dir, false)
	require.ErrorIs(t, err, ledger.ErrCorrupt)
	dir, _ = fillCopy(t, 6)
	alter(t, dir, `DROP TRIGGER entry_delete; DELETE FROM entry WHERE position = 2;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no delete'); END`)
	_, err = embedded.AcceptHead(ctx, dir, false)
	require.ErrorContains(t, err, "at position 2: no record")
	dir, _ = fillCopy(t, 6)
	alter(t, dir, `DROP TRIGGER entry_delete`)
	_, err = embedded.AcceptHead(ctx, dir, false)
	require.ErrorIs(t, err, ledger.ErrCorrupt, "a trigger is missing")
	_, err = embedded.AcceptHead(ctx, t.TempDir(), false)
	require.ErrorIs(t, err, ledger.ErrEmpty)
}

// A head file that can be read is proof of what was lost or changed: it is given
// up only by a second decision, and kept.
func TestAcceptHeadAgainstAReadableHead(t *testing.T) {
	const trigger = `CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no delete'); END`
	for name, c := range map[string]struct {
		change string
		holds  ledger.Position
	}{
		"lost":    {`DROP TRIGGER entry_delete; DELETE FROM entry WHERE position >= 4; ` + trigger, 4},
		"changed": {`DROP TRIGGER entry_delete; DELETE FROM entry WHERE position = 5; ` + trigger + `; INSERT INTO entry VALUES (5, x'7b7d')`, 6},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := fillCopy(t, 6)
			head, err := os.ReadFile(filepath.Join(dir, "head"))
			require.NoError(t, err)
			alter(t, dir, c.change)
			_, err = embedded.AcceptHead(ctx, dir, false)
			require.ErrorIs(t, err, embedded.ErrHeadContradicts)
			require.ErrorContains(t, err, "vouches for 6 records with root")
			_, err = embedded.Open(ctx, dir, embedded.Options{})
			require.ErrorIs(t, err, ledger.ErrCorrupt, "the refusal changed nothing")

			for _, kept := range []string{"head.old", ""} {
				accepted, err := embedded.AcceptHead(ctx, dir, true)
				require.NoError(t, err)
				require.Equal(t, kept, accepted.Kept)
				require.Equal(t, c.holds, accepted.Size)
				if kept != "" {
					require.EqualValues(t, 6, accepted.GivenUp[len(accepted.GivenUp)-1].Vouched.Size)
					old, err := os.ReadFile(filepath.Join(dir, kept))
					require.NoError(t, err)
					require.Equal(t, head, old)
				}
			}
			require.NoError(t, open(t, dir).Close())
		})
	}
	dir, _ := fillCopy(t, 6)
	require.NoError(t, os.Remove(filepath.Join(dir, "ledger.db")))
	_, err := embedded.AcceptHead(ctx, dir, true)
	require.ErrorIs(t, err, embedded.ErrNoDatabase, "there is nothing to accept")
}

// With the database gone or emptied the head file alone says that there was one.
func TestDatabaseLost(t *testing.T) {
	for name, spoil := range map[string]func(string) error{
		"removed": os.Remove,
		"emptied": func(db string) error { return os.Truncate(db, 0) },
	} {
		dir, _ := fillCopy(t, 6)
		require.NoError(t, spoil(filepath.Join(dir, "ledger.db")), name)
		_, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
		require.ErrorIs(t, err, embedded.ErrNoDatabase, name)
		_, err = embedded.OpenReadOnly(ctx, dir)
		require.ErrorIs(t, err, embedded.ErrNoDatabase, name)
	}
}

// One slot of the head file may be lost; the other still bounds the store.
func TestOneSlotLost(t *testing.T) {
	for slot := range 2 {
		dir, all := fillCopy(t, 6)
		f, err := os.OpenFile(filepath.Join(dir, "head"), os.O_RDWR, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte("torn"), int64(slot)*4096)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		report, err := embedded.Check(ctx, dir)
		require.NoError(t, err)
		require.Empty(t, report.Problems)
		require.Len(t, report.Heads, 1)
		requireHolds(t, open(t, dir), all)
		report, err = embedded.Check(ctx, dir)
		require.NoError(t, err)
		require.EqualValues(t, 6, max(report.Heads[0].Size, report.Heads[len(report.Heads)-1].Size), "Open brings the head up")
	}
}

func TestCheckSound(t *testing.T) {
	dir, _ := fillCopy(t, 6)
	s := open(t, dir)
	report, err := s.Check(ctx)
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	require.EqualValues(t, 6, report.Size)
	require.Equal(t, ledgertest.RootOf(t, s), report.Root)
	require.Len(t, report.Heads, embedded.HeadSlots)
	beside, err := embedded.Check(ctx, dir)
	require.NoError(t, err)
	require.Equal(t, report, beside)
	_, err = embedded.Check(ctx, t.TempDir())
	require.ErrorIs(t, err, ledger.ErrEmpty)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.Check(gone)
	require.ErrorIs(t, err, context.Canceled)
	alter(t, dir, `CREATE INDEX extra ON entry (bytes)`)
	report, err = s.Check(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, errors.Join(report.Problems...), ledger.ErrCorrupt, "an index that is not ours")
}

func TestReadOnlyBesideWriter(t *testing.T) {
	dir := t.TempDir()
	writer := open(t, dir)
	all := ledgertest.Entries(0, 8)
	require.NoError(t, writer.Append(ctx, 0, all[:4]...))
	reader, err := embedded.OpenReadOnly(ctx, dir)
	require.NoError(t, err)
	defer reader.Close()
	requireHolds(t, reader, all[:4])

	told := make(chan error, 1)
	go func() { told <- reader.Grown(ctx, 4) }()
	require.NoError(t, writer.Append(ctx, 4, all[4:]...))
	require.NoError(t, <-told, "a reader sees what another store appends")
	requireHolds(t, reader, all)

	err = reader.Append(ctx, 8, ledgertest.Entries(8, 1)...)
	require.ErrorIs(t, err, ledger.ErrStorageReadOnly)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.NoError(t, writer.Close())
	requireHolds(t, reader, all)
}

func TestGrownAndClose(t *testing.T) {
	s := open(t, t.TempDir())
	told := make(chan error, 1)
	go func() { told <- s.Grown(ctx, 0) }()
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-told, ledger.ErrClosed)
	require.ErrorIs(t, s.Close(), ledger.ErrClosed)
}

// Two stores on one directory are what two processes are to each other, but
// for the locks, which TestTwoProcesses tries.
func TestTwoStores(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir), open(t, dir)
	all := ledgertest.Entries(0, 10)
	require.NoError(t, a.Append(ctx, 0, all[:3]...))
	require.ErrorIs(t, b.Append(ctx, 0, all[0]), ledger.ErrConflict)
	require.NoError(t, b.Append(ctx, 3, all[3:6]...))
	require.NoError(t, a.Append(ctx, 6, all[6:]...), "the tree catches up within the append")
	requireHolds(t, b, all)
	require.NoError(t, a.Close())
	require.NoError(t, b.Close())
	report, err := embedded.Check(ctx, dir)
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	require.EqualValues(t, 10, max(report.Heads[0].Size, report.Heads[1].Size))
}

func TestLockedTooLong(t *testing.T) {
	dir, all := fillCopy(t, 4)
	s, err := embedded.Open(ctx, dir, embedded.Options{LockWait: 120 * time.Millisecond})
	require.NoError(t, err)
	defer s.Close()
	other, err := sqlite.OpenConn(filepath.Join(dir, "ledger.db"), sqlite.OpenReadWrite)
	require.NoError(t, err)
	require.NoError(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))

	next := ledgertest.Entries(4, 1)
	err = s.Append(ctx, 4, next...)
	require.ErrorIs(t, err, ledger.ErrLocked)
	require.Equal(t, fault.Locked, fault.KindOf(err))
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	requireHolds(t, s, all)
	cancelled, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	err = s.Append(cancelled, 4, next...)
	require.ErrorIs(t, err, context.Canceled, "the wait ends with the context")
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))

	require.NoError(t, sqlitex.ExecuteTransient(other, "ROLLBACK", nil))
	require.NoError(t, other.Close())
	require.NoError(t, s.Append(ctx, 4, next...))
	requireHolds(t, s, append(all, next...))
}

// A ledger that was just restored is no write-ahead-log database yet, and the
// lock that makes it one is refused at once: the wait is as long all the same.
func TestLockedAfterRestore(t *testing.T) {
	const wait = 400 * time.Millisecond
	dir, _ := fillCopy(t, 4)
	s := open(t, dir)
	file, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	_, err := s.Backup(ctx, file)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = embedded.Restore(ctx, file, restored)
	require.NoError(t, err)
	other, err := sqlite.OpenConn(filepath.Join(restored, "ledger.db"), sqlite.OpenReadWrite)
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))

	began := time.Now()
	_, err = embedded.Open(ctx, restored, embedded.Options{LockWait: wait})
	require.ErrorIs(t, err, ledger.ErrLocked)
	require.GreaterOrEqual(t, time.Since(began), wait)
	require.NoError(t, sqlitex.ExecuteTransient(other, "ROLLBACK", nil))
	require.NoError(t, open(t, restored).Close())
}

// The write-ahead log is folded in while appends go on, and does not grow past
// a bound.
func TestCheckpoints(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var size ledger.Position
	for range 60 { // about 45 MiB
		e := ledgertest.SizedEntry(size, 750_000)
		require.NoError(t, s.Append(ctx, size, e))
		size++
	}
	log, err := os.Stat(filepath.Join(dir, "ledger.db-wal"))
	require.NoError(t, err)
	require.Less(t, log.Size(), int64(40<<20), "the log is reused")
	require.Greater(t, log.Size(), int64(4<<20), "there was something to fold")
	require.NoError(t, s.Close())
	require.NoFileExists(t, filepath.Join(dir, "ledger.db-wal"))
	n, err := open(t, dir).Size(ctx)
	require.NoError(t, err)
	require.Equal(t, size, n)
}

// Many processes may come upon an empty directory at once; TestTwoProcesses
// starts three, this many stores.
func TestMadeByManyAtOnce(t *testing.T) {
	for range 15 {
		dir := t.TempDir()
		const stores = 6
		done := make(chan error, stores)
		for range stores {
			go func() {
				s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
				if err == nil {
					err = s.Append(ctx, 0, ledgertest.Entry(0, "một"))
					if errors.Is(err, ledger.ErrConflict) {
						err = nil
					}
					err = errors.Join(err, s.Close())
				}
				done <- err
			}()
		}
		for range stores {
			require.NoError(t, <-done)
		}
		requireHolds(t, open(t, dir), []ledger.Entry{ledgertest.Entry(0, "một")})
	}
}
