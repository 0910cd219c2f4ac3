package recorder

import (
	"context"
	"errors"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

const (
	// probeEvery is the time between two probes of a store that refused a write.
	probeEvery = 5 * time.Second
	// holdFor is how many µs a refusal is believed of a store that cannot be probed.
	holdFor = 60_000_000
)

// A Refusal is why a recorder refuses every write, whatever is in it.
type Refusal struct {
	Err   error
	Since calendar.Instant // of the first of the writes that were refused, one after the other; 0 where none was tried

	last calendar.Instant // of the newest write or probe that was refused
}

// Refusal tells why every write is being refused now, as far as that is known
// without waiting; the zero Refusal where nothing is known against one.
//
// A refusal that came from the store ends with the next write that passes. Where
// the store can be probed it is, every five seconds, until a probe passes; where
// it cannot, the refusal is believed for a minute after the last of its kind.
func (r *Recorder) Refusal() Refusal {
	select {
	case <-r.stop:
		return Refusal{Err: ErrClosed}
	default:
	}
	now := r.now()
	if _, err := clockAfter(now, calendar.Instant(r.last.Load())); err != nil {
		return Refusal{Err: err}
	}
	if len(r.queue) == cap(r.queue) {
		return Refusal{Err: errBusy}
	}
	refusal := r.refusal.Load()
	if refusal == nil || r.prober == nil && now-refusal.last > holdFor {
		return Refusal{}
	}
	return *refusal
}

// refuse notes that the write under way failed for a reason that every other
// write would meet too. Only the committer calls it.
func (r *Recorder) refuse(err error) {
	if !concernsAll(err) {
		return
	}
	now := r.now()
	next := Refusal{Err: err, Since: now, last: now}
	if before := r.refusal.Load(); before != nil && now-before.last <= holdFor {
		next.Since = before.Since
	}
	r.refusal.Store(&next)
}

// accept notes that the store takes writes. Only the committer calls it.
func (r *Recorder) accept() { r.refusal.Store(nil) }

// concernsAll reports whether an error is about the store and not about what was
// to be written into it.
func concernsAll(err error) bool {
	switch fault.KindOf(err) {
	case 0, fault.Unavailable, fault.Locked, fault.Corrupt, fault.NewerFormat:
		return true
	}
	return false
}

// probeDue gives a tick when the store is to be probed: never while it takes writes.
func (r *Recorder) probeDue() <-chan time.Time {
	if r.prober == nil || r.refusal.Load() == nil {
		return nil
	}
	return time.After(probeEvery)
}

// probe asks a store that refused a write whether it would take one now.
func (r *Recorder) probe() {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	err := r.catchUp(ctx)
	if err == nil {
		err = r.prober.Probe(ctx)
	}
	switch {
	case err == nil:
		r.accept()
	case !errors.Is(err, ledger.ErrClosed): // the store is closed after the recorder, or by mistake: the first reason stands
		r.refuse(err)
	}
}
