package embedded

import (
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// The names in a data directory, beside SQLite's own ledger.db-wal and
// ledger.db-shm.
const (
	DatabaseName = "ledger.db"
	HeadName     = "head"
)

// Every database says by its header whose it is and how it is laid out.
const (
	applicationID = 0x6874786c // "htxl"
	formatVersion = 1
)

const table = `CREATE TABLE entry (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`

// The triggers refuse everything but the next position. An INSERT OR REPLACE
// deletes without a DELETE trigger, so the insert trigger is what stops it.
var triggers = []string{
	`CREATE TRIGGER entry_append BEFORE INSERT ON entry
WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'entry is append-only: this is not the next position'); END`,
	`CREATE TRIGGER entry_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no update'); END`,
	`CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no delete'); END`,
}

// Statements that are prepared once for each connection.
const (
	sizeQuery   = `SELECT max(position) FROM entry`
	readQuery   = `SELECT position, bytes FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position`
	insertQuery = `INSERT INTO entry (position, bytes) VALUES (?1, ?2)`
)

// busySlice is how long SQLite waits by itself for the lock of an append; see
// patiently.
const busySlice = 50 * time.Millisecond

// dial opens one connection that waits so long for a lock. Settings are per connection; none of them is
// stored in the file.
func dial(path string, flags sqlite.OpenFlags, wait time.Duration) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, err
	}
	if err := prepare(conn, wait); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// prepare sets how a connection waits, and what keeps a commit durable and a damaged file from
// doing harm.
func prepare(conn *sqlite.Conn, wait time.Duration) error {
	conn.SetBusyTimeout(wait)
	if err := conn.SetDefensive(true); err != nil {
		return err
	}
	return runAll(conn,
		"PRAGMA trusted_schema = OFF",
		"PRAGMA cell_size_check = ON",
		"PRAGMA synchronous = FULL",
		"PRAGMA fullfsync = ON",            // on macOS a plain fsync does not reach the platter
		"PRAGMA checkpoint_fullfsync = ON", // likewise
		"PRAGMA wal_autocheckpoint = 0",    // never within an append: see checkpointer
		"PRAGMA temp_store = MEMORY",
	)
}

// immutableAddress is the address of a database that nobody is writing, for a place
// where SQLite cannot make its lock files.
func immutableAddress(path string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "immutable=1"}
	return u.String()
}

// run runs one statement and passes over its rows.
func run(conn *sqlite.Conn, query string) error {
	stmt, err := conn.Prepare(query)
	if err != nil {
		return err
	}
	for {
		more, err := stmt.Step()
		if err != nil {
			return err
		}
		if !more {
			return stmt.Reset()
		}
	}
}

func runAll(conn *sqlite.Conn, queries ...string) error {
	for _, q := range queries {
		if err := run(conn, q); err != nil {
			return err
		}
	}
	return nil
}

// number is the integer that a statement gives in its first row; ok is false
// if that is NULL or there is none.
func number(conn *sqlite.Conn, query string) (n int64, ok bool, err error) {
	stmt, err := conn.Prepare(query)
	if err != nil {
		return 0, false, err
	}
	more, err := stmt.Step()
	if err != nil {
		return 0, false, err
	}
	if ok = more && !stmt.ColumnIsNull(0); ok {
		n = stmt.ColumnInt64(0)
	}
	return n, ok, stmt.Reset()
}

// sizeOn is the size that a connection sees.
func sizeOn(conn *sqlite.Conn) (ledger.Position, error) {
	last, ok, err := number(conn, sizeQuery)
	if err != nil || !ok {
		return 0, sqliteFault(err, 0)
	}
	if last < 0 {
		return 0, ledger.ErrCorrupt.With(last, fault.Text{English: "a negative position", Vietnamese: "vị trí âm"})
	}
	return ledger.Position(last) + 1, nil
}

// format tells whether a database holds a ledger that this program can read.
// It is false, without an error, for a database in which nothing was made yet.
func format(conn *sqlite.Conn, path string) (bool, error) {
	if conn.AutocommitEnabled() { // one view of all three, also while another process makes the ledger
		if err := run(conn, "BEGIN"); err != nil {
			return false, sqliteFault(err, 0)
		}
		defer run(conn, "ROLLBACK")
	}
	var found [3]int64
	for i, query := range []string{"PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema"} {
		var err error
		if found[i], _, err = number(conn, query); err != nil {
			return false, sqliteFault(err, 0)
		}
	}
	id, version, objects := found[0], found[1], found[2]
	switch {
	case id == 0 && version == 0 && objects == 0:
		return false, nil
	case id != applicationID:
		return false, corruptAt(ErrForeign.With(path), 0)
	case version > formatVersion:
		return false, ledger.ErrNewerFormat.With(path)
	case version != formatVersion:
		return false, ledger.ErrCorrupt.With(0, fault.Text{English: fmt.Sprintf("format version %d", version), Vietnamese: fmt.Sprintf("phiên bản định dạng %d", version)})
	}
	return true, nil
}

// create makes the schema in an empty database, all or nothing; it does
// nothing if another process was quicker.
func create(conn *sqlite.Conn, path string) error {
	if err := run(conn, "PRAGMA journal_mode = WAL"); err != nil {
		return sqliteFault(err, 0)
	}
	if err := run(conn, "BEGIN IMMEDIATE"); err != nil {
		return sqliteFault(err, 0)
	}
	made, err := format(conn, path)
	if err == nil && !made {
		err = sqliteFault(schema(conn), 0)
	}
	if err == nil {
		err = sqliteFault(run(conn, "COMMIT"), 0)
	}
	if err != nil && !conn.AutocommitEnabled() {
		run(conn, "ROLLBACK") // the first error is the one to tell
	}
	return err
}

func schema(conn *sqlite.Conn) error {
	return runAll(conn, append([]string{
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
		fmt.Sprintf("PRAGMA user_version = %d", formatVersion),
		table,
	}, triggers...)...)
}
