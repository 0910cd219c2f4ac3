package embedded

import (
	"os"

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

func (c *checkpointer) loop() {
	defer close(c.done)
	var conn *sqlite.Conn
	for range c.wake {
		if conn == nil {
			conn, _ = dial(c.store.path(), sqlite.OpenReadWrite, busySlice)
		}
		if conn != nil {
			c.fold(conn)
		}
		_ = c.store.head.f.Sync()
	}
	if conn != nil {
		conn.Close()
	}
}

// fold runs a checkpoint beside the appends, and then a second one, short
// because it has only what was appended meanwhile, while it holds the writer's
// turn. Without the second the log would never be folded to its end under
// steady writing, and so never be reused.
//
// A checkpoint that fails, or is kept from its end by a reader, loses nothing:
// the log keeps what it has and the next one folds it.
func (c *checkpointer) fold(conn *sqlite.Conn) {
	_ = run(conn, passive)
	select {
	case <-c.store.closed:
	case <-c.store.turn:
		_ = run(conn, passive)
		c.store.endTurn()
	}
}

const passive = "PRAGMA wal_checkpoint(PASSIVE)"
