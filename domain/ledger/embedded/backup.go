package embedded

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/durable"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A backup is one SQLite file: the records, laid out as in ledger.db, and the
// size and root that seal them. It needs no head file beside it, and is no
// write-ahead-log database, so it is whole by itself.
const (
	sealTable  = `CREATE TABLE seal (size INTEGER NOT NULL, root TEXT NOT NULL) STRICT`
	sealInsert = `INSERT INTO seal (size, root) VALUES (?1, ?2)`
	sealQuery  = `SELECT size, root FROM seal`
)

// Backup writes the ledger as it is at the call to a new file (mode 0600),
// while appends go on. The records are held to the head file on the way out,
// and the copy is read back before it gets its name. It tells the size and
// root of what it wrote. A file that exists is refused with ErrExists, and a
// ledger that holds nothing with ledger.ErrEmpty: a copy of nothing would pass
// for one.
func (s *Store) Backup(ctx context.Context, file string) (Head, error) {
	if err := isAbsent(file); err != nil {
		return Head{}, err
	}
	if size, err := s.Size(ctx); err != nil || size == 0 {
		if err == nil {
			err = s.none()
		}
		return Head{}, err
	}
	bounds, err := readBounds(s.headPath())
	if err != nil {
		return Head{}, fileFault(err)
	}
	partial := file + ".partial"
	defer os.Remove(partial)
	head, err := writeCopy(partial, s.Entries(ctx, 0), bounds, true)
	if err != nil {
		return Head{}, err
	}
	// read back from the file before it has its name: a backup that cannot be restored must not
	// exist
	if _, err := readBackup(ctx, partial, nil); err != nil {
		return Head{}, err
	}
	return head, publish(partial, file)
}

// Restore makes a ledger in a directory from a backup. The directory must hold
// none; a head file that is left in it is a bound that the backup must reach.
// The backup is held to its seal, and the ledger appears whole or not at all.
func Restore(ctx context.Context, file, dir string) (Head, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Head{}, fileFault(err)
	}
	path := filepath.Join(dir, DatabaseName)
	if err := isAbsent(path); err != nil {
		return Head{}, err
	}
	// SQLite would play a log that is left here into the restored database.
	for _, log := range []string{path + "-wal", path + "-journal"} {
		if info, err := os.Stat(log); err == nil && info.Size() > 0 {
			return Head{}, ErrExists.With(log)
		}
	}
	bounds, err := readBounds(filepath.Join(dir, HeadName))
	if err != nil {
		return Head{}, fileFault(err)
	}
	partial := path + ".partial"
	defer os.Remove(partial)
	head, err := readBackup(ctx, file, func(entries iter.Seq2[ledger.Entry, error], seal Head) (Head, error) {
		return writeCopy(partial, entries, append(bounds, seal), false)
	})
	if err != nil {
		return Head{}, err
	}
	if err := writeHead(filepath.Join(dir, HeadName), head); err != nil {
		return Head{}, err
	}
	return head, publish(partial, path)
}

func isAbsent(file string) error {
	_, err := os.Lstat(file)
	if err == nil {
		return ErrExists.With(file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fileFault(err)
}

// publish gives a finished file its name, durably. It is durable.ErrUnsynced if the
// file has its name and only that may be lost.
func publish(partial, file string) error {
	if err := isAbsent(file); err != nil {
		return err
	}
	if err := os.Rename(partial, file); err != nil {
		return fileFault(err)
	}
	if err := syncFolder(filepath.Dir(file)); err != nil {
		return durable.ErrUnsynced.With(file).Because(fileFault(err))
	}
	return nil
}

// syncFolder is a variable so that a test can have it fail.
var syncFolder = durable.SyncDir

func writeHead(path string, head Head) error {
	h, err := openHead(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return fileFault(err)
	}
	defer h.f.Close()
	return fileFault(h.reset(head))
}

// writeCopy writes entries to a new database and makes it durable. The copy is
// one transaction into a file that nobody knows yet, so it needs no journal.
func writeCopy(path string, entries iter.Seq2[ledger.Entry, error], bounds []Head, sealed bool) (Head, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Head{}, fileFault(err) // a copy that was cut off
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return Head{}, fileFault(err)
	}
	defer f.Close()
	head, err := fillCopy(path, entries, bounds, sealed)
	if err != nil {
		return Head{}, err
	}
	return head, fileFault(f.Sync())
}

// fillCopy writes entries into an empty database in one transaction, holds them to bounds, and
// seals them with their size and root if sealed is set.
func fillCopy(path string, entries iter.Seq2[ledger.Entry, error], bounds []Head, sealed bool) (Head, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return Head{}, sqliteFault(err, 0)
	}
	defer conn.Close()
	// no journal and no syncs on the way: the file is worthless until it is whole, and is synced
	// then
	if err := runAll(conn, "PRAGMA journal_mode = MEMORY", "PRAGMA synchronous = OFF", "BEGIN"); err != nil {
		return Head{}, sqliteFault(err, 0)
	}
	if err := schema(conn); err != nil {
		return Head{}, sqliteFault(err, 0)
	}
	tree, err := hashAll(entries, bounds, func(e ledger.Entry) error { return insertOn(conn, e) })
	if err != nil {
		return Head{}, err
	}
	head := Head{ledger.Position(tree.Size()), tree.Root()}
	if sealed {
		if err := seal(conn, head); err != nil {
			return Head{}, sqliteFault(err, head.Size)
		}
	}
	return head, sqliteFault(run(conn, "COMMIT"), head.Size)
}

// seal writes the size and the root of a backup into a table of their own.
func seal(conn *sqlite.Conn, head Head) error {
	if err := run(conn, sealTable); err != nil {
		return err
	}
	stmt, err := conn.Prepare(sealInsert)
	if err != nil {
		return err
	}
	stmt.BindInt64(1, int64(head.Size))
	stmt.BindText(2, head.Root.String())
	_, err = stmt.Step()
	return err
}

// readBackup hands the entries of a backup and its seal to use, which must
// hold the ones to the other; nil does just that.
func readBackup(ctx context.Context, file string, use func(iter.Seq2[ledger.Entry, error], Head) (Head, error)) (Head, error) {
	info, err := os.Stat(file)
	if err != nil {
		return Head{}, fileFault(err)
	}
	if info.IsDir() {
		return Head{}, ErrNotBackup.With(file)
	}
	conn, err := dial(file, sqlite.OpenReadOnly, defaultLockWait)
	if err != nil {
		return Head{}, notBackup(sqliteFault(err, 0), file)
	}
	defer conn.Close()
	sealed, err := readSeal(conn, file)
	if err != nil {
		return Head{}, err
	}
	size, err := sizeOn(conn)
	if err != nil {
		return Head{}, err
	}
	// before anything is read: a cut copy is found without hashing what is left
	if size != sealed.Size {
		return Head{}, corruptAt(ErrShorter.With(size, sealed.Size), min(size, sealed.Size))
	}
	entries := entriesOn(ctx, conn, size)
	if use != nil {
		return use(entries, sealed)
	}
	_, err = hashAll(entries, []Head{sealed}, nil)
	return sealed, err
}

// notBackup tells a file that is no database, or somebody else's, from a backup
// that is damaged.
func notBackup(err error, file string) error {
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultNotADB || errors.Is(err, ErrForeign) {
		return ErrNotBackup.With(file).Because(err)
	}
	return err
}

// readSeal reads the size and root that a backup was sealed with: ErrNotBackup for a file that has
// no seal.
func readSeal(conn *sqlite.Conn, file string) (h Head, err error) {
	made, err := format(conn, file)
	if err != nil {
		return h, notBackup(err, file)
	}
	tables, _, err := number(conn, `SELECT count(*) FROM sqlite_schema WHERE name = 'seal'`)
	if err != nil {
		return h, sqliteFault(err, 0)
	}
	if !made || tables == 0 {
		return h, ErrNotBackup.With(file)
	}
	stmt, err := conn.Prepare(sealQuery)
	if err != nil {
		return h, sqliteFault(err, 0)
	}
	defer stmt.Reset()
	more, err := stmt.Step()
	if err != nil {
		return h, sqliteFault(err, 0)
	}
	if !more {
		return h, ErrNotBackup.With(file)
	}
	root, err := base64.StdEncoding.DecodeString(stmt.ColumnText(1))
	if err != nil || len(root) != len(h.Root) {
		return h, ledger.ErrCorrupt.With(0, fault.Text{English: "the seal of the backup", Vietnamese: "dấu xác nhận của bản sao lưu"})
	}
	copy(h.Root[:], root)
	h.Size = ledger.Position(stmt.ColumnInt64(0))
	return h, nil
}
