package embedded

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"time"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// Entries are read in chunks of about this much, each in a transaction of its
// own: records never change and only the end of the table moves, so a prefix
// is the same in every transaction. A reader that takes its time holds neither
// a connection nor a snapshot that would keep the write-ahead log from being
// reused.
const (
	chunkEntries = 512
	chunkBytes   = 512 << 10
)

// Entries is ledger.Log's.
func (s *Store) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	size, err := s.Size(ctx)
	switch {
	case err != nil:
		return failedEntries(err)
	case from < 0 || from > size:
		return failedEntries(ledger.ErrBeyondHead.With(from, size))
	}
	return s.sequence(ctx, from, size)
}

func failedEntries(err error) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, err) }
}

func (s *Store) sequence(ctx context.Context, from, upto ledger.Position) iter.Seq2[ledger.Entry, error] {
	return inChunks(from, upto, func(next ledger.Position) ([]ledger.Entry, error) {
		return s.chunk(ctx, next, upto)
	})
}

type chunkOrError struct {
	entries []ledger.Entry
	err     error
}

// inChunks yields the entries of a range, which read gives chunk by chunk. It
// reads one chunk ahead while the last is being used: reading and hashing, or
// reading and decoding, then share two processors. Whatever it began to read
// has ended when it returns.
func inChunks(from, upto ledger.Position, read func(ledger.Position) ([]ledger.Entry, error)) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		if from >= upto {
			return
		}
		ahead := make(chan chunkOrError, 1)
		var now chunkOrError
		now.entries, now.err = read(from)
		for next := from; now.err == nil; now = <-ahead {
			next += ledger.Position(len(now.entries))
			if next < upto {
				go func() {
					entries, err := read(next)
					ahead <- chunkOrError{entries, err}
				}()
			}
			if !yieldAll(now.entries, yield) {
				if next < upto {
					<-ahead
				}
				return
			}
			if next == upto {
				return
			}
		}
		yield(ledger.Entry{}, now.err)
	}
}

func yieldAll(entries []ledger.Entry, yield func(ledger.Entry, error) bool) bool {
	for _, e := range entries {
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

// chunk reads the next entries of a range on a connection that is lent for this chunk alone.
func (s *Store) chunk(ctx context.Context, from, upto ledger.Position) ([]ledger.Entry, error) {
	conn, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer s.put(conn)
	chunk, err := readChunk(conn, from, upto)
	if err == nil {
		err = s.still.checkUnchanged()
	}
	return chunk, err
}

// readChunk reads at least one entry of a range that is not empty, holding
// every row to the position that is due.
func readChunk(conn *sqlite.Conn, from, upto ledger.Position) ([]ledger.Entry, error) {
	stmt, err := conn.Prepare(readQuery)
	if err != nil {
		return nil, sqliteFault(err, from)
	}
	defer stmt.Reset()
	stmt.BindInt64(1, int64(from))
	stmt.BindInt64(2, int64(upto))
	chunk := make([]ledger.Entry, 0, min(chunkEntries, upto-from))
	next, bytes := from, 0
	for next < upto && len(chunk) < chunkEntries && bytes < chunkBytes {
		more, err := stmt.Step()
		if err != nil {
			return nil, sqliteFault(err, next)
		}
		// a row that was lost would shift all that follow
		if !more || stmt.ColumnInt64(0) != int64(next) || stmt.ColumnType(1) != sqlite.TypeBlob {
			return nil, ledger.ErrCorrupt.With(next, fault.Text{English: "no record", Vietnamese: "không có bản ghi"})
		}
		e := ledger.Entry{Position: next, Bytes: make([]byte, stmt.ColumnLen(1))}
		stmt.ColumnBytes(1, e.Bytes)
		chunk = append(chunk, e)
		bytes += len(e.Bytes)
		next++
	}
	return chunk, nil
}

// entriesOn are the first size entries on a connection that the caller keeps.
func entriesOn(ctx context.Context, conn *sqlite.Conn, size ledger.Position) iter.Seq2[ledger.Entry, error] {
	return inChunks(0, size, func(next ledger.Position) ([]ledger.Entry, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return readChunk(conn, next, size)
	})
}

// hashAll hashes entries in order from position 0 and holds them to bounds. It
// calls each, if it is not nil, with every entry.
func hashAll(entries iter.Seq2[ledger.Entry, error], bounds []Head, each func(ledger.Entry) error) (*merkle.Tree, error) {
	tree := new(merkle.Tree)
	for e, err := range entries {
		if err == nil && each != nil {
			err = each(e)
		}
		if err != nil {
			return nil, err
		}
		tree.Append(e.Bytes)
		for _, b := range bounds {
			if int64(b.Size) == tree.Size() && b.Root != tree.Root() {
				return nil, corruptAt(ErrOtherRoot.With(b.Size), 0)
			}
		}
	}
	if top := highest(bounds); tree.Size() < int64(top.Size) {
		return nil, corruptAt(ErrShorter.With(tree.Size(), top.Size), ledger.Position(tree.Size()))
	}
	return tree, nil
}

// Size is ledger.Log's.
func (s *Store) Size(ctx context.Context) (ledger.Position, error) {
	conn, err := s.take(ctx)
	if err != nil {
		return 0, err
	}
	defer s.put(conn)
	size, err := sizeOn(conn)
	if err == nil {
		err = s.still.checkUnchanged()
	}
	return size, err
}

// pollEvery is how soon Grown sees what another process appended. What this
// Store appends it sees at once.
const pollEvery = 200 * time.Millisecond

// Grown is ledger.Follower's.
func (s *Store) Grown(ctx context.Context, size ledger.Position) error {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		s.mu.Lock()
		// taken before the size is read: an append between the two still closes this channel
		grown := s.grown
		s.mu.Unlock()
		now, err := s.Size(ctx)
		if err != nil || now > size {
			return err
		}
		select {
		case <-grown:
		case <-poll.C:
		case <-s.closed:
			return ledger.ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Store) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.grown)
	s.grown = make(chan struct{})
}

// take lends a reading connection, which must be put back.
func (s *Store) take(ctx context.Context) (*sqlite.Conn, error) {
	select {
	case <-s.closed:
		return nil, ledger.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.closed:
		return nil, ledger.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case conn := <-s.readers:
		if conn != nil {
			return conn, nil
		}
		conn, err := s.dialReader()
		if err != nil {
			s.put(nil)
		}
		return conn, err
	}
}

func (s *Store) put(conn *sqlite.Conn) { s.readers <- conn }

// dialReader opens a reading connection and makes sure that it is to the database this store
// opened.
func (s *Store) dialReader() (*sqlite.Conn, error) {
	path, flags := s.path(), sqlite.OpenReadOnly
	if s.still != nil {
		path, flags = immutableAddress(path), sqlite.OpenReadOnly|sqlite.OpenURI
	}
	conn, err := dial(path, flags, s.lockWait)
	if err != nil {
		return nil, sqliteFault(err, 0)
	}
	if _, err := s.ReportConnection(); err != nil { // it may have opened another ledger
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// A stillness is the state of a database that cannot be locked, so that a
// change can at least be noticed: a writer makes a write-ahead log before it
// touches anything else.
type stillness struct {
	path  string
	size  int64
	mtime time.Time
}

func atRest(path string) (*stillness, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileFault(err)
	}
	s := &stillness{path, info.Size(), info.ModTime()}
	return s, s.checkUnchanged()
}

var errNotStill = errors.New("the ledger is being written, and its directory allows no locks to read beside the writer")

// checkUnchanged is nil for as long as the files are as they were; and always for a
// nil stillness.
func (s *stillness) checkUnchanged() error {
	if s == nil {
		return nil
	}
	if wal, err := os.Stat(s.path + "-wal"); !errors.Is(err, fs.ErrNotExist) && (err != nil || wal.Size() > 0) {
		return ledger.ErrStorageFailed.Because(errNotStill)
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return fileFault(err)
	}
	if info.Size() != s.size || !info.ModTime().Equal(s.mtime) {
		return ledger.ErrStorageFailed.Because(errNotStill)
	}
	return nil
}
