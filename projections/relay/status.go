package relay

import (
	"context"
	"errors"
	"time"

	"htxledger/domain/ledger"
)

// A Status says where a relay stands.
type Status struct {
	Target   string
	Position ledger.Position // the next record to be sent; all before it are acknowledged or parked
	Head     ledger.Position // the size of the log; Position if it could not be asked
	Lag      ledger.Position // Head - Position
	Err      error           // what is wrong now, nil if nothing
	Since    time.Time       // when Err, or one before it without success between, began; zero if Err is nil
	Running  bool            // Run has the target's place and has not returned
}

// Status asks the log for its size and says where the relay stands. While Run
// does not run, the position is the one on disk.
func (r *Relay) Status(ctx context.Context) Status {
	s := r.Standing()
	size, err := r.log.Size(ctx)
	s.Head = max(size, s.Position)
	s.Lag = s.Head - s.Position
	return r.with(s, err)
}

// Standing is Status without asking the log: Head is Position.
func (r *Relay) Standing() Status {
	r.mu.Lock()
	s := r.status
	r.mu.Unlock()
	var err error
	// Of a relay that does not run the memory says nothing: another process may carry it.
	if !s.Running {
		var mark Mark
		mark, err = r.positions.Look(r.target.Name)
		s.Position = mark.Next
	}
	s.Head, s.Lag = s.Position, 0
	return r.with(s, err)
}

// with adds what went wrong while looking.
func (r *Relay) with(s Status, err error) Status {
	if err == nil {
		return s
	}
	s.Err = errors.Join(s.Err, err)
	if s.Since.IsZero() {
		s.Since = r.options.Now()
	}
	return s
}

func (r *Relay) noteStart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = Status{Target: r.target.Name, Position: r.mark.Next, Running: true}
}

// noteProgress notes the next position: whatever was wrong is over.
func (r *Relay) noteProgress(to ledger.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Position, r.status.Err, r.status.Since = to, nil, time.Time{}
}

// noteTrouble notes what is wrong, or nil if nothing is.
func (r *Relay) noteTrouble(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Err = err
	switch {
	case err == nil:
		r.status.Since = time.Time{}
	case r.status.Since.IsZero():
		r.status.Since = r.options.Now()
	}
}

func (r *Relay) noteEnd(err error) {
	r.noteTrouble(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Running = false
}
