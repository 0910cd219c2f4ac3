package embedded

import (
	"errors"
	"os"
	"sync"

	"zombiezen.com/go/sqlite"
)

// checkpointPages is how far the write-ahead log may grow, in pages, before it
// is folded into the database: about 16 MiB. It then stays at that length and
// is written over, which syncs faster than a file that grows.
const checkpointPages = 4096

const pageSize = 4096

// A checkpointer folds the write-ahead log into the database beside the
// appends, on a connection of its own: within an append the pause would be the
// writer's.
type checkpointer struct {
	store *Store
	pages int // a guess since the last checkpoint; the writer's own
	wake  chan struct{}
	done  chan struct{}

	mu          sync.Mutex
	ran, failed int64
	last        error // why the last one failed; nil if it did not
}

// CountWALCheckpoints counts how often the write-ahead log was to be moved into
// the database since s was opened, by result, and gives the error of the last
// time, or nil. After a failure nothing is lost, but the log grows, and so does
// the time that the next start takes.
func (s *Store) CountWALCheckpoints() (done, failed int64, last error) {
	c := s.checkpoints
	if c == nil {
		return 0, 0, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ran, c.failed, c.last
}

func (c *checkpointer) tell(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = err
	if err != nil {
		c.failed++
	} else {
		c.ran++
	}
}

func startCheckpointer(s *Store) *checkpointer {
	c := &checkpointer{store: s, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if log, err := os.Stat(s.path() + "-wal"); err == nil && log.Size() > checkpointPages*pageSize {
		c.wake <- struct{}{} // left by a process that was killed
	}
	go c.loop()
	return c
}

// wrote counts what an append of so many bytes adds to the log.
func (c *checkpointer) wrote(bytes int) {
	c.pages += 2 + bytes/pageSize
	if c.pages < checkpointPages {
		return
	}
	select {
	case c.wake <- struct{}{}:
	default: // one is under way
	}
	c.pages = 0
}

func (c *checkpointer) stop() {
	close(c.wake)
	<-c.done
}

// loop folds the log each time that it is woken, until wake is closed. The connection is made at
// the first wake: most short-lived programs need none.
func (c *checkpointer) loop() {
	defer close(c.done)
	var conn *sqlite.Conn
	for range c.wake {
		err := error(nil)
		if conn == nil {
			conn, err = c.dial()
		}
		if err == nil {
			err = c.fold(conn)
		}
		// the head file is synced here, beside the appends, which never wait for it
		c.tell(errors.Join(err, c.store.head.f.Sync()))
	}
	if conn != nil {
		conn.Close()
	}
}

// dial connects to the database that the store has open, and to no other.
func (c *checkpointer) dial() (*sqlite.Conn, error) {
	conn, err := dial(c.store.path(), sqlite.OpenReadWrite, busySlice)
	if err != nil {
		return nil, err
	}
	if _, err := c.store.ReportConnection(); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// fold runs a checkpoint beside the appends, and then a second one, short
// because it has only what was appended meanwhile, while it holds the writer's
// turn. Without the second the log would never be folded to its end under
// steady writing, and so never be reused.
//
// A checkpoint that fails, or is kept from its end by a reader, loses nothing:
// the log keeps what it has and the next one folds it. CountWALCheckpoints and
// Check tell of the failure.
func (c *checkpointer) fold(conn *sqlite.Conn) error {
	first := run(conn, passive)
	select {
	case <-c.store.closed:
		return first
	case <-c.store.turn:
		defer c.store.endTurn()
		return run(conn, passive) // it folds what the first has left
	}
}

// unfoldedBytes is a length of the write-ahead log that folding never lets it
// reach.
const unfoldedBytes = 4 * checkpointPages * pageSize

// checkWALLength is ErrUnfolded if the write-ahead log of a database is longer than
// it can be while it is folded.
func checkWALLength(path string) error {
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > unfoldedBytes {
		return errUnfolded.With(log.Size())
	}
	return nil
}

const passive = "PRAGMA wal_checkpoint(PASSIVE)"
