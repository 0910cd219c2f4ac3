package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"sync"

	"htxledger/domain/ledger"
)

// ErrHostile is the plain error of a log that fails on purpose: it says nothing
// of the outcome.
var ErrHostile = errors.New("ledgertest: failed on purpose")

// Memory is a ledger.Log in memory. It loses everything when the process ends
// and is for tests only. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	entries [][]byte
	grown   chan struct{} // closed at the next append
	closed  bool

	hostile  int // every hostile-th append and read fails; 0 is never
	appends  int
	failures int
	reads    int
}

var (
	_ ledger.Log      = (*Memory)(nil)
	_ ledger.Follower = (*Memory)(nil)
)

// NewMemory is an empty log that never fails.
func NewMemory() *Memory { return &Memory{grown: make(chan struct{})} }

// NewHostile is an empty log of which every k-th append that would succeed
// fails with ErrHostile, in turn written and not written, and every k-th read
// is cut short by ErrHostile. It panics if k is below 1.
func NewHostile(k int) *Memory {
	if k < 1 {
		panic("ledgertest: a hostile log fails every k-th time, k from 1")
	}
	m := NewMemory()
	m.hostile = k
	return m
}

// Append is ledger.Log's.
func (m *Memory) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := ledger.CheckAppend(at, entries); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ledger.NotWritten(ledger.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return ledger.NotWritten(err)
	}
	if size := m.size(); size != at {
		return ledger.ErrConflict.With(at, size)
	}
	fail, write := m.mood()
	if write && len(entries) > 0 {
		m.write(entries)
	}
	if fail {
		return ErrHostile
	}
	return nil
}

// mood tells whether this append fails, and whether it writes all the same.
func (m *Memory) mood() (fail, write bool) {
	m.appends++
	if m.hostile == 0 || m.appends%m.hostile != 0 {
		return false, true
	}
	m.failures++
	return true, m.failures%2 == 1
}

func (m *Memory) write(entries []ledger.Entry) {
	for _, e := range entries {
		m.entries = append(m.entries, bytes.Clone(e.Bytes))
	}
	close(m.grown)
	m.grown = make(chan struct{})
}

func (m *Memory) size() ledger.Position { return ledger.Position(len(m.entries)) }

// PutBack makes the log what it was when it held n entries, as a store does
// whose files are put back to an older copy.
func (m *Memory) PutBack(n ledger.Position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = m.entries[:n:n]
}

// Entries is ledger.Log's.
func (m *Memory) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := m.size()
	switch {
	case m.closed:
		return failedEntries(ledger.ErrClosed)
	case from < 0 || from > size:
		return failedEntries(ledger.ErrBeyondHead.With(from, size))
	}
	m.reads++
	cut := size
	if m.hostile > 0 && m.reads%m.hostile == 0 {
		cut = from + (size-from)/2
	}
	return m.sequence(ctx, m.entries[:size], from, cut)
}

func (m *Memory) sequence(ctx context.Context, all [][]byte, from, cut ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for p := from; p < ledger.Position(len(all)); p++ {
			if err := m.readable(ctx, p, cut); err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			if !yield(ledger.Entry{Position: p, Bytes: bytes.Clone(all[p])}, nil) {
				return
			}
		}
	}
}

func (m *Memory) readable(ctx context.Context, p, cut ledger.Position) error {
	if p >= cut {
		return ErrHostile
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ledger.ErrClosed
	}
	return ctx.Err()
}

func failedEntries(err error) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, err) }
}

// Size is ledger.Log's.
func (m *Memory) Size(ctx context.Context) (ledger.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, ledger.ErrClosed
	}
	return m.size(), ctx.Err()
}

// Grown is ledger.Follower's.
func (m *Memory) Grown(ctx context.Context, size ledger.Position) error {
	for {
		m.mu.Lock()
		now, closed, grown := m.size(), m.closed, m.grown
		m.mu.Unlock()
		switch {
		case closed:
			return ledger.ErrClosed
		case now > size:
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close is ledger.Log's.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ledger.ErrClosed
	}
	m.closed = true
	close(m.grown)
	return nil
}
