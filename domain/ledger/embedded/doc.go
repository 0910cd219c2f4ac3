// Package embedded keeps a ledger on local disk: one SQLite database, and
// beside it a small head file.
//
// The database, ledger.db, has one append-only table of positions and record
// bytes. It is in WAL mode with synchronous=FULL: an append that returned is
// on disk. Triggers refuse every change but the next position; they stop
// accidents. What stops the rest is the head file: the size and the Merkle
// root after a recent append. Open hashes the records again and refuses a
// database that is shorter or other than its head says, because a single
// damaged bit in a write-ahead log can make SQLite forget whole commits
// without a word.
//
// Several processes may open the same directory, to read and to write. Writers
// take turns through SQLite's own lock; one that waits too long fails with
// ledger.ErrLocked, and one that was overtaken with ledger.ErrConflict.
//
// A process must not open and close ledger.db by any other road while a Store
// is open in it: POSIX drops a process's locks on a file when any of its
// descriptors of that file is closed. Copies are made by Backup.
package embedded
