package imports

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"htxledger/api/wire"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
)

// begin sets a file to work, in the background and in its turn. The tray is
// locked.
func (t *Tray) begin(s *staged, state State, work func(*staged)) {
	s.state, s.done, s.total, s.err, s.settled = state, 0, 0, nil, make(chan struct{})
	settled := s.settled // of this work: the next may begin before this has ended
	t.busy.Add(1)
	go func() {
		defer t.busy.Done()
		defer close(settled)
		wanted := s.ctx.Done()
		if state == Recording { // it was promised to somebody
			wanted = nil
		}
		select {
		case t.turn <- struct{}{}:
		case <-wanted:
			t.to(s, Refused)
			return
		}
		defer func() { <-t.turn }()
		defer t.recovered(s)
		sparing(len(s.bytes), func() { work(s) })
	}()
}

// recovered ends the work on a file that made the program panic: that file is
// refused, and nobody else is the worse for it.
func (t *Tray) recovered(s *staged) {
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
	s.state, s.preview, s.err = Refused, nil, ledger.NotWritten(wire.ErrInternal.Because(err))
	if s.begun = s.recording; s.begun {
		s.state, s.err = Unsettled, wire.ErrInternal.Because(err)
	}
}

// untouched marks an error before the recording of a file began as one that
// recorded nothing. Where an earlier recording was cut off that is not known.
func (s *staged) untouched(err error) error {
	if err == nil || s.begun {
		return err
	}
	return ledger.NotWritten(err)
}

// What the collector of garbage does while a large file is worked on. It would
// let the heap grow to twice what is alive, and a file is alive three times: as
// rows, as records, and as the ledger that it would make.
const (
	largeFile   = 256 << 10
	sparingRate = 30 // per cent
)

// sparing works with less memory and some more time, if it is about a large
// file, and gives the memory back to the system. One file is worked on at a time.
func sparing(size int, work func()) {
	if size < largeFile {
		work()
		return
	}
	before := debug.SetGCPercent(sparingRate)
	if before >= 0 && before < sparingRate { // whoever runs this wants it so
		debug.SetGCPercent(before)
	}
	defer debug.FreeOSMemory()
	defer debug.SetGCPercent(before) // also where work panics
	work()
}

// to notes where a file stands.
func (t *Tray) to(s *staged, state State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.state = state
}

func (t *Tray) tell(s *staged) func(done, of int) {
	return func(done, of int) {
		t.mu.Lock()
		defer t.mu.Unlock()
		s.done, s.total = done, of
	}
}

// preview works out what a file would do.
func (t *Tray) preview(s *staged) {
	t.to(s, Reading)
	f, _, err := t.walk(s, func() { t.to(s, Checking) })
	t.keep(s, f, recorder.ImportResult{Outcome: recorder.ImportNotRecorded}, Ready, s.untouched(err))
}

// mostTries is how often a file is tried while others write to the ledger.
const mostTries = 5

// walk is a dry run: the one of the command line, begun anew where the ledger
// grew under it.
func (t *Tray) walk(s *staged, checking func()) (f *File, l Ledger, err error) {
	for range mostTries {
		f, l, err = t.walkOnce(s, checking)
		if !errors.Is(err, answers.ErrStale) {
			break
		}
	}
	return f, l, err
}

func (t *Tray) walkOnce(s *staged, checking func()) (*File, Ledger, error) {
	ctx, cancel := context.WithTimeout(s.ctx, t.Limits.Read)
	defer cancel()
	f, l, err := t.walkWithin(ctx, s, checking)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = ErrTime.With(int(t.Limits.Read.Seconds())).Because(err)
	}
	return f, l, err
}

func (t *Tray) walkWithin(ctx context.Context, s *staged, checking func()) (*File, Ledger, error) {
	var l Ledger
	f, err := Read(ctx, s.name, s.bytes, s.how, t.tell(s))
	if err != nil {
		return nil, l, err
	}
	checking()
	if l, err = t.For(ctx, s.who); err != nil {
		return f, l, err
	}
	f.AskWhose(l.Projection, l.Now().DayIn())
	if err := f.Acceptable(); err != nil {
		return f, l, err
	}
	if err := f.Decide(ctx, l); err != nil {
		return f, l, err
	}
	return f, l, f.Foresee(ctx, l, s.query)
}

// record records a file that does what its preview says.
func (t *Tray) record(s *staged) {
	none := recorder.ImportResult{Outcome: recorder.ImportNotRecorded}
	f, l, err := t.walk(s, func() {})
	if err != nil {
		t.keep(s, f, none, Faulty, s.untouched(err))
		return
	}
	if err := s.promise.broken(promiseOf(f)); err != nil && !s.begun {
		t.keep(s, f, none, Ready, nil)
		t.mu.Lock()
		s.err = ledger.NotWritten(err)
		t.mu.Unlock()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), t.Limits.Record)
	defer cancel()
	t.tell(s)(0, f.Size())
	s.recording = true
	res, err := f.Record(ctx, l, t.tell(s))
	t.keep(s, f, res, Recorded, err)
}

// keep notes what came of a step: its state is good, or what the error says.
func (t *Tray) keep(s *staged, f *File, res recorder.ImportResult, good State, err error) {
	var bad *Rejected
	state := good
	switch {
	case errors.As(err, &bad):
		state = Faulty
	case err != nil && good == Recorded && ledger.OutcomeOf(err) != ledger.NotRecorded:
		state = Unsettled
	case err != nil && s.promise != nil && fault.KindOf(err) == fault.Unavailable:
		state = Ready // a machine that is in trouble says nothing about the file
	case err != nil:
		state = Refused
	}
	var p *Preview
	if f != nil && (err == nil || bad != nil) {
		p = previewOf(f, res)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.state, s.err = state, err
	s.begun = state == Unsettled
	if p == nil {
		return
	}
	s.preview = p
	if state == Ready || state == Faulty {
		s.promise = promiseOf(f)
	}
	s.spots = nil
	if p.Rest {
		s.spots = f.done()
	}
}
