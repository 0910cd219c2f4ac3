package ledgertest

import (
	"context"
	"sync"
	"time"

	"htxledger/domain/ledger"
)

// A Slow log decides an append at once and shows it only after a flush, as a
// server does that answers once its disk has the write: in between the entries
// cannot be read, and another append at their position is a conflict already.
// A flush takes what was decided when it began. It is in memory, for tests, and
// safe for concurrent use.
type Slow struct {
	*Memory // what is shown
	flush   time.Duration

	mu       sync.Mutex
	decided  ledger.Position // where the next append must begin
	waiting  []slowAppend    // decided and not shown, in order
	flushing bool
	held     chan struct{} // closed by Release; nil where nothing holds
	appends  int
}

type slowAppend struct {
	at      ledger.Position
	entries []ledger.Entry
	shown   chan error // holds nil, or why it never will be
}

// NewSlow is an empty log whose flushes take so long.
func NewSlow(flush time.Duration) *Slow { return &Slow{Memory: NewMemory(), flush: flush} }

// Hold keeps everything from being shown, until Release.
func (s *Slow) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = make(chan struct{})
	}
}

// Release ends Hold.
func (s *Slow) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		close(s.held)
		s.held = nil
	}
}

// Appends is how many appends came, those that were refused too.
func (s *Slow) Appends() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.appends
}

// Append is ledger.Log's. If ctx ends before the entries are shown the outcome
// is unknown: they will be shown later.
func (s *Slow) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := ledger.CheckAppend(at, entries); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return ledger.NotWritten(err)
	}
	s.mu.Lock()
	s.appends++
	if at != s.decided {
		defer s.mu.Unlock()
		return ledger.ErrConflict.With(at, s.decided)
	}
	if len(entries) == 0 {
		s.mu.Unlock()
		return nil
	}
	a := slowAppend{at, entries, make(chan error, 1)}
	s.decided += ledger.Position(len(entries))
	s.waiting = append(s.waiting, a)
	if !s.flushing {
		s.flushing = true
		go s.show()
	}
	s.mu.Unlock()
	select {
	case err := <-a.shown:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// show flushes until nothing waits.
func (s *Slow) show() {
	for {
		s.mu.Lock()
		batch := s.waiting
		s.waiting = nil
		if len(batch) == 0 {
			s.flushing = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		time.Sleep(s.flush)
		s.mu.Lock()
		held := s.held
		s.mu.Unlock()
		if held != nil {
			<-held
		}
		for _, a := range batch {
			a.shown <- s.Memory.Append(context.Background(), a.at, a.entries...)
		}
	}
}
