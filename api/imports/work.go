package imports

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// begin sets a file to work, in the background and in its turn. The tray is
// locked.
func (t *Tray) begin(s *upload, state State, mode Mode) {
	s.state, s.done, s.total, s.err, s.asked, s.settled = state, 0, 0, nil, false, make(chan struct{})
	settled := s.settled // of this work: the next may begin before this has ended
	t.busy.Add(1)
	go func() {
		defer t.busy.Done()
		defer close(settled)
		dropped := s.ctx.Done()
		if state == Recording { // it was promised to somebody
			dropped = nil
		}
		select {
		case t.turn <- struct{}{}:
		case <-dropped:
			t.mu.Lock()
			s.state = Refused
			t.mu.Unlock()
			return
		}
		defer func() { <-t.turn }()
		defer t.recoverFrom(s)
		t.run(s, mode)
	}()
}

// run takes a file along its steps and keeps what came of it.
func (t *Tray) run(s *upload, mode Mode) {
	ctx, cancel := context.WithTimeout(s.ctx, t.Limits.Read)
	defer cancel()
	file := s.file
	if file.shown = s.promise; s.partly { // what is recorded partly was shown before
		file.shown = nil
	}
	r, err := Run(ctx, file, t.deskFor(s, mode), mode)
	if err != nil && !s.asked && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = ErrTime.With(int(t.Limits.Read.Seconds())).Because(err)
	}
	t.keep(s, r, mode, err)
}

// deskFor is the desk at which a file of the tray is handed in. Recording, once
// begun, has a time of its own, and goes on if nobody waits for it.
func (t *Tray) deskFor(s *upload, mode Mode) Desk {
	return Desk{
		Open: func(ctx context.Context) (Ledger, error) {
			l, err := t.For(ctx, s.who)
			record := l.Record
			l.Record = func(ctx context.Context, drafts []*ledger.Draft, tell func(done, of int)) (recorder.ImportResult, error) {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.Limits.Record)
				defer cancel()
				t.mu.Lock()
				s.asked = true
				t.mu.Unlock()
				return record(ctx, drafts, tell)
			}
			return l, err
		},
		Progress: func(step State, done, of int) {
			t.mu.Lock()
			defer t.mu.Unlock()
			s.done, s.total = done, of
			if mode == DryRun {
				s.state = step
			}
		},
	}
}

// recoverFrom ends the work on a file that made the program panic: that file is
// refused, and no other file is touched.
func (t *Tray) recoverFrom(s *upload) {
	x := recover()
	if x == nil {
		return
	}
	err := fmt.Errorf("panic over a file: %v\n%s", x, debug.Stack())
	if t.Failed != nil {
		t.Failed(s.id, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.state, s.preview, s.err = Refused, nil, ledger.NotWritten(shown.ErrInternal.Because(err))
	if s.partly = s.asked; s.partly {
		s.state, s.err = Unsettled, shown.ErrInternal.Because(err)
	}
}

// keep notes what came of a run.
func (t *Tray) keep(s *upload, r *Review, mode Mode, err error) {
	// Before the ledger was asked to record, nothing of this run is in it. Where an
	// earlier recording was cut off that is not known.
	if err != nil && !s.asked && !s.partly {
		err = ledger.NotWritten(err)
	}
	differs := errors.Is(err, ErrDiffers) || errors.Is(err, ErrEffectDiffers)
	state := stateAfter(s, mode, err)
	if differs {
		state = Ready
	}
	var p *Preview
	if r != nil && (err == nil || state == Faulty || differs) {
		p = previewOf(r)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.state, s.err, s.partly = state, err, state == Unsettled
	if p == nil {
		return
	}
	s.preview = p
	if state == Ready || state == Faulty {
		s.promise = promiseOf(r)
	}
	s.doneRows = nil
	if p.Rest {
		s.doneRows = r.doneRows()
	}
}

// stateAfter is the state of a file after a run that ended in an error, or in nil.
func stateAfter(s *upload, mode Mode, err error) State {
	var bad *Rejected
	switch {
	case errors.As(err, &bad):
		return Faulty
	case err == nil && mode == DryRun:
		return Ready
	case err == nil:
		return Recorded
	case s.asked && ledger.OutcomeOf(err) != ledger.NotRecorded:
		return Unsettled
	case s.promise != nil && fault.KindOf(err) == fault.Unavailable:
		return Ready // a machine that is in trouble says nothing about the file
	}
	return Refused
}
