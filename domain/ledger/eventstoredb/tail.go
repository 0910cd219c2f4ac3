package eventstoredb

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/ledger"
)

const (
	tailBytes = pageBytes
	// onTheWay is how long a reader waits for events that the subscription is about
	// to bring; about what asking the server for them takes.
	onTheWay = 5 * time.Millisecond
)

// A tail is the newest entries of the stream, as one subscription brought them,
// one after the other. A reader that goes on where others wrote finds them here
// and need not ask the server for what it has just sent.
//
// It is only ever what one subscription brought: each begins an empty tail, so
// that two histories, of a store that was put back to an older copy and grew
// again, never stand in one.
type tail struct {
	open    bool // its subscription stands, and nothing has contradicted it
	entries []ledger.Entry
	bytes   int
}

// add takes the next entry, and lets the older half go when the tail is full.
func (t *tail) add(e ledger.Entry) {
	if !t.open {
		return
	}
	t.entries, t.bytes = append(t.entries, e), t.bytes+e.Cost()
	if t.bytes <= tailBytes {
		return
	}
	n := 0
	for ; t.bytes > tailBytes/2; n++ {
		t.bytes -= t.entries[n].Cost()
	}
	t.entries = slices.Clone(t.entries[n:]) // or the array would hold on to what was let go
}

// between gives the entries from a position up to a size if the tail holds all of
// them, and otherwise tells whether it may soon.
func (t *tail) between(from, size ledger.Position) (found []ledger.Entry, soon bool) {
	if len(t.entries) == 0 {
		return nil, false
	}
	first := t.entries[0].Position
	switch end := first + ledger.Position(len(t.entries)); {
	case from < first || from > end:
		return nil, false
	case size > end:
		return nil, true
	}
	return t.entries[from-first : size-first : size-first], false
}

// heard keeps an entry that the subscription brought.
func (s *Store) heard(e ledger.Entry) {
	s.mu.Lock()
	s.tail.add(e)
	s.wake()
	s.mu.Unlock()
	s.saw(e.Position + 1)
}

// setTail begins an empty tail, which takes entries if it is open.
func (s *Store) setTail(open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tail = tail{open: open}
	s.wake()
}

// compareTail holds the tail to the last event of the stream, as a read gave it. A
// tail that has another in its place is of a history that the server no longer has.
func (s *Store) compareTail(last *esdb.RecordedEvent) {
	s.mu.Lock()
	at := ledger.Position(last.EventNumber)
	found, _ := s.tail.between(at, at+1)
	s.mu.Unlock()
	if len(found) > 0 && !bytes.Equal(found[0].Bytes, last.Data) {
		s.setTail(false)
	}
}

// kept is the entries from a position up to a size if the subscription has brought
// all of them, or does so in a moment; nil otherwise. It never gives a part: the
// rest would come from the server, perhaps of another history, and the reader
// compares only the first entry with what it has read before.
func (s *Store) kept(ctx context.Context, from, size ledger.Position) []ledger.Entry {
	timer := time.NewTimer(onTheWay)
	defer timer.Stop()
	for {
		s.mu.Lock()
		found, soon := s.tail.between(from, size)
		grown := s.grown
		s.mu.Unlock()
		if !soon {
			return found
		}
		select {
		case <-grown:
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
