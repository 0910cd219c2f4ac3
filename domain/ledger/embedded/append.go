package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/ledger"
)

// Append is ledger.Log's. Beside what that says it fails with
//
//   - ledger.ErrStoreMoved, not written, if the paths name other files than those
//     that were opened;
//   - ledger.ErrLocked if another process held the lock for too long;
//   - ledger.ErrStorageFull and ledger.ErrStorageReadOnly, not written;
//   - ledger.ErrStorageFailed: not written if it says so. If it does not, the
//     outcome is unknown, and the Store appends nothing more until it is
//     opened again.
func (s *Store) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := ledger.CheckAppend(at, entries); err != nil {
		return err
	}
	if err := s.takeTurn(ctx); err != nil {
		return ledger.NotWritten(err)
	}
	defer s.endTurn()
	if err := s.begin(ctx); err != nil {
		return ledger.NotWritten(err)
	}
	if err := s.held(); err != nil {
		return ledger.NotWritten(s.rollback(err))
	}
	size, err := s.insert(at, entries)
	if err != nil {
		return ledger.NotWritten(s.rollback(err))
	}
	if size != at || len(entries) == 0 {
		return s.leave(at, size)
	}
	if err := run(s.writer, "COMMIT"); err != nil {
		return s.notCommitted(at, err)
	}
	s.followCommit(entries)
	return nil
}

// Probe is ledger.Prober's: it takes the writers' lock and lets go of it, and
// writes, syncs and removes a small file beside the database.
func (s *Store) Probe(ctx context.Context) error {
	if err := s.takeTurn(ctx); err != nil {
		return err
	}
	defer s.endTurn()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := s.rollback(s.held()); err != nil {
		return err
	}
	return fileFault(writeProbe(s.dir))
}

// probeBytes is about what a small append needs of a disk: pages of the
// write-ahead log, and no more than a disk that is full for it may have left.
const probeBytes = 64 << 10

// writeProbe writes a small file into a directory, durably, and removes it.
func writeProbe(dir string) error {
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, probeBytes))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// takeTurn waits until this process may append: ErrClosed, the context's error, or
// ErrStorageReadOnly where it never may. endTurn gives the turn back.
func (s *Store) takeTurn(ctx context.Context) error {
	select {
	case <-s.closed:
		return ledger.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// looked at before the wait, which could be long and would be for nothing
	if s.readOnly {
		return ledger.ErrStorageReadOnly
	}
	select {
	case <-s.closed:
		return ledger.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case <-s.turn:
		return nil
	}
}

func (s *Store) endTurn() { s.turn <- struct{}{} }

// begin takes the lock that writing processes share. It waits in slices, to
// see a context that is done; once the lock is held the context is not looked
// at again, so that a commit is never broken off half-way.
func (s *Store) begin(ctx context.Context) error {
	if s.broken != nil {
		// after a commit of unknown outcome a further append could bury it: the store is to be
		// opened again
		return ledger.ErrStorageFailed.Because(s.broken)
	}
	return s.patiently(ctx, func() error { return sqliteFault(run(s.writer, "BEGIN IMMEDIATE"), 0) })
}

// insert inserts entries at the head, if the head is at at, and tells where
// the head was.
func (s *Store) insert(at ledger.Position, entries []ledger.Entry) (ledger.Position, error) {
	size, err := sizeOn(s.writer)
	if err != nil || size != at {
		return size, err
	}
	if err := s.catchUp(size); err != nil {
		return size, err
	}
	for _, e := range entries {
		if err := insertOn(s.writer, e); err != nil {
			return size, err
		}
	}
	return size, nil
}

func insertOn(conn *sqlite.Conn, e ledger.Entry) error {
	stmt, err := conn.Prepare(insertQuery)
	if err != nil {
		return sqliteFault(err, e.Position)
	}
	stmt.BindInt64(1, int64(e.Position))
	stmt.BindBytes(2, e.Bytes)
	_, err = stmt.Step()
	return sqliteFault(err, e.Position)
}

// catchUp brings the tree up to what other processes have appended.
func (s *Store) catchUp(size ledger.Position) error {
	known := ledger.Position(s.tree.Size())
	if size < known {
		return corruptAt(ErrShorter.With(size, known), size)
	}
	entries := inChunks(known, size, func(next ledger.Position) ([]ledger.Entry, error) {
		return readChunk(s.writer, next, size)
	})
	for e, err := range entries {
		if err != nil {
			return err
		}
		s.tree.Append(e.Bytes)
	}
	return nil
}

// leave ends an append that has nothing to write. After a conflict the tree
// catches up here, without the lock, so that the next try need not do it with.
func (s *Store) leave(at, size ledger.Position) error {
	if err := s.rollback(nil); err != nil {
		return ledger.NotWritten(err)
	}
	if size == at {
		return nil
	}
	if err := s.catchUp(size); err != nil {
		return ledger.NotWritten(err)
	}
	return ledger.ErrConflict.With(at, size)
}

// rollback ends a transaction and gives back the error that it ends with. A
// transaction that cannot be ended would be committed with the next append, so
// there must be none.
func (s *Store) rollback(cause error) error {
	if s.writer.AutocommitEnabled() {
		return cause // SQLite has rolled back by itself
	}
	err := run(s.writer, "ROLLBACK")
	if !s.writer.AutocommitEnabled() {
		s.broken = err
	}
	if cause == nil {
		cause = sqliteFault(err, 0)
	}
	return cause
}

// notCommitted finds out what a failed commit did.
//
// If the disk was full, a frame was cut short in the write-ahead log, the
// frame that ends the commit is therefore not there, and nothing of it can
// ever come back. After any other failure the whole commit may be in the log,
// unseen by the living and found by the next recovery; it is certain to be
// gone only when the log itself is gone.
func (s *Store) notCommitted(at ledger.Position, cause error) error {
	fault := s.rollback(sqliteFault(cause, at))
	// a full disk cut the commit's last frame short: nothing of the commit can come back
	if sqlite.ErrCode(cause).ToPrimary() == sqlite.ResultFull {
		return ledger.NotWritten(fault)
	}
	if s.broken == nil && s.dropLog(at) == nil {
		return ledger.NotWritten(fault)
	}
	s.broken = cause
	return fault
}

// dropLog folds the committed part of the write-ahead log into the database
// and cuts the log off, durably; it succeeds only if the head is then still at.
func (s *Store) dropLog(at ledger.Position) error {
	busy, _, err := number(s.writer, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the write-ahead log is in use")
	}
	if err := s.held(); err != nil {
		return err // the file of that name is another's
	}
	log, err := os.OpenFile(s.path()+"-wal", os.O_RDWR, 0) // no lock of SQLite is on this file
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		defer log.Close()
		if err := log.Sync(); err != nil {
			return err
		}
	}
	size, err := sizeOn(s.writer)
	if err == nil && size != at {
		err = errors.New("the commit is there")
	}
	return err
}

// followCommit follows a commit: the tree, the head file, those who wait. A head
// file that cannot be written is no reason to call the append failed, which is
// durable; the file then vouches for less, and Check tells.
func (s *Store) followCommit(entries []ledger.Entry) {
	bytes := 0
	for _, e := range entries {
		s.tree.Append(e.Bytes)
		bytes += len(e.Bytes)
	}
	// after the commit, never before it: the head file may only claim what is durable
	_ = s.head.raise(s.top())
	s.announce()
	s.checkpoints.wrote(bytes)
}
