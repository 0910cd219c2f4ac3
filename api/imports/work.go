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

// largeFile is the size from which a file takes the memory of several.
const largeFile = 256 << 10

// begin sets a file to work, in the background and in its turn. The tray is
// locked.
func (t *Tray) begin(s *upload, state State, mode Mode) {
	s.state, s.done, s.total, s.err, s.asked, s.settled = state, 0, 0, nil, false, make(chan struct{})
	settled := s.settled // of this work: the next may begin before this has ended
	own := t.own[s.who.ID]
	if own == nil {
		own = make(chan struct{}, 1)
		t.own[s.who.ID] = own
	}
	places := []chan struct{}{own, t.small}
	if len(s.file.Bytes) >= largeFile {
		places[1] = t.large
	}
	t.busy.Add(1)
	go func() {
		defer t.busy.Done()
		defer close(settled)
		for _, place := range places {
			select {
			case place <- struct{}{}:
				defer func() { <-place }()
			case <-s.ctx.Done():
				t.mu.Lock()
				s.state, s.err = Refused, ledger.NotWritten(recorder.ErrClosed) // nothing was asked of the ledger
				t.mu.Unlock()
				return
			}
		}
		defer t.recoverFrom(s)
		t.run(s, mode)
	}()
}

// run takes a file along its steps and keeps what came of it.
func (t *Tray) run(s *upload, mode Mode) {
	ctx, cancel := context.WithTimeout(s.ctx, t.Limits.Read)
	defer cancel()
	t.mu.Lock()
	file := s.file
	file.shown, file.review, s.review = s.promise, s.review, nil
	if s.partly { // some commands may be recorded; the others are held to the preview
		file.review = nil
		if s.promise != nil {
			shown := *s.promise
			shown.partly = true
			file.shown = &shown
		}
	}
	t.mu.Unlock()
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
				defer context.AfterFunc(t.last, cancel)() // the server is ending, and has waited
				t.mu.Lock()
				gone := s.ctx.Err()
				s.asked = gone == nil
				t.mu.Unlock()
				if gone != nil { // dropped, or the server is ending: nothing is recorded
					return recorder.ImportResult{Outcome: recorder.ImportNotRecorded}, ledger.NotWritten(gone)
				}
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
	defer t.save(s)
	s.state, s.err, s.partly = state, err, state == Unsettled
	if p == nil {
		return
	}
	s.preview = p
	switch {
	case state != Ready && state != Faulty:
	case s.shownBefore: // a confirmation is held to the preview
		s.shownBefore = false
	default:
		s.promise = promiseOf(r)
		t.keepReview(s, r)
	}
	s.doneRows = nil
	if p.Rest {
		s.doneRows = r.doneRows()
	}
}

// mostKeptRows bounds the rows of all reviews that are kept for a confirmation.
const mostKeptRows = 30_000

// keepReview keeps what a dry run found, so that a confirmation need not read and
// check the file again; the oldest give way. The tray is locked.
func (t *Tray) keepReview(s *upload, r *Review) {
	if s.state != Ready {
		return
	}
	s.review = r
	for {
		rows := 0
		var oldest *upload
		for _, x := range t.files {
			if x.review == nil {
				continue
			}
			rows += len(x.review.Sheet.Rows)
			if x != s && (oldest == nil || x.touched < oldest.touched) {
				oldest = x
			}
		}
		switch {
		case rows <= mostKeptRows:
			return
		case oldest == nil: // it is too large itself
			s.review = nil
			return
		}
		oldest.review = nil
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
