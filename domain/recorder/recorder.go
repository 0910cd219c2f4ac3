// Package recorder is the only writer: it turns commands into records.
//
// A Recorder keeps the whole ledger in a register.Book, decides each command
// against the head, and appends what may be recorded at exactly that head. If
// somebody else was faster it reads on and decides again; if the store cannot
// say what became of an append it reads back and answers from the stored
// bytes, so a command is never recorded twice. Commands that wait at the same
// time share one append (group commit), each unit of them all or none.
package recorder

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// Why the recorder gave up on a command that nothing is wrong with.
var (
	ErrClosed = fault.Declare("shutting-down", fault.Unavailable,
		"the recorder is closed", "hệ thống đang dừng, không nhận lệnh ghi")
	errBusy = fault.Declare("overloaded", fault.Unavailable,
		"too many commands are waiting", "quá nhiều lệnh đang chờ ghi")
	ErrContended = fault.Declare("contended", fault.Unavailable,
		"others kept writing first", "các tiến trình khác liên tục ghi trước")
	ErrRefused = fault.Declare("refused", fault.Rejected,
		"%d of %d commands are refused; none was recorded", "%d trong %d lệnh bị từ chối; chưa ghi lệnh nào")
)

const (
	queueLength = 1024
	maxUnknown  = 3         // appends of unknown outcome, one after the other
	maxCuts     = 3         // reads that fail, one after the other
	clockSlack  = 5_000_000 // µs that a clock may be behind the last record
	callTimeout = 30 * time.Second
	// deciding is how long a sender whose context ended waits for the committer
	// to say what became of a unit in its hands, which is certain at once unless
	// an append runs.
	deciding = 50 * time.Millisecond
)

// A Result is what became of one command.
type Result struct {
	Record   *ledger.Record // what it recorded, now or before; nil if Err
	Repeated bool           // it had been recorded before
	Err      error          // why it is refused
}

// A Recorder writes to one ledger. Its methods may be called concurrently.
type Recorder struct {
	log   ledger.Log
	now   func() calendar.Instant
	queue chan *unit
	stop  chan struct{}
	once  sync.Once
	done  chan struct{}
	book  *register.Book // owned by the committer after Open

	decoded *ledger.DecodedLog // in the log; nil where the records are not shared

	turns turns // owned by the committer

	prober  ledger.Prober           // nil where the log is none
	refusal atomic.Pointer[Refusal] // written by the committer; nil while the store takes writes
	last    atomic.Int64            // the instant of the last record read or written

	glances  chan glance   // unbuffered: what is taken is answered
	counting chan struct{} // holds who counts a statement again
}

// Open reads the whole log and starts to take commands. now is the clock. The
// log stays the caller's, to be closed after the recorder.
func Open(ctx context.Context, log ledger.Log, now func() calendar.Instant) (*Recorder, error) {
	r := &Recorder{
		log: log, now: now, book: register.NewBook(), decoded: ledger.DecodedLogOf(log),
		queue: make(chan *unit, queueLength), stop: make(chan struct{}), done: make(chan struct{}),
		glances: make(chan glance), counting: make(chan struct{}, counting),
	}
	r.prober, _ = ledger.AbilityOf[ledger.Prober](log)
	r.turns.follower, _ = ledger.AbilityOf[ledger.Follower](log)
	if err := r.catchUp(ctx); err != nil {
		return nil, fmt.Errorf("open recorder: %w", err)
	}
	go r.run()
	return r, nil
}

// Close stops taking commands, waits for those in hand and returns.
func (r *Recorder) Close() {
	r.once.Do(func() { close(r.stop) })
	<-r.done
}

// Record records commands in one append, all or none, in order. If any is
// refused nothing is recorded: the error is ErrRefused (or, of a single
// command, why) and each result says why; one without an Err then shows what
// would have been recorded. A command that was recorded before gives the
// record that it made. Every error has an outcome (ledger.OutcomeOf); after
// unknown, the same commands may be sent again. A context that ends while the
// commands still wait takes them back; one that ends later leaves the outcome
// unknown. Commands wait also where another process wrote first, and are then
// ErrContended when their context ends, or after 30 seconds if it never does.
func (r *Recorder) Record(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return r.Through(Door{}).Record(ctx, drafts...)
}

// Try is Record but for the writing: it gives the same results, and the
// records that it shows were never made.
func (r *Recorder) Try(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return r.Through(Door{}).Try(ctx, drafts...)
}

func (r *Recorder) submit(u *unit) ([]Result, error) {
	if len(u.drafts) == 0 {
		return nil, nil
	}
	if err := r.recount(u); err != nil {
		return u.results, err
	}
	if err := r.enqueue(u); err != nil {
		return nil, ledger.NotWritten(err)
	}
	select {
	case <-u.done:
	case <-r.done:
		// Nobody serves the queue any more: what is not settled by now was put
		// there after the last look at it.
		if !u.isSettled() {
			return nil, ledger.NotWritten(ErrClosed)
		}
	case <-u.ctx.Done():
		if u.take() { // before the committer did
			return nil, ledger.NotWritten(u.overtakenFault())
		}
		if u.settlesWithin(deciding) {
			break
		}
		if u.take() { // the committer let go of it, to wait for another process
			return nil, ledger.NotWritten(u.overtakenFault())
		}
		if !u.isSettled() {
			return nil, &ledger.WriteError{Outcome: ledger.Unknown, Err: u.ctx.Err()}
		}
	}
	return u.results, u.err
}

func (r *Recorder) enqueue(u *unit) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	select {
	case <-r.stop:
		return ErrClosed
	default:
	}
	select {
	case r.queue <- u:
		return nil
	default:
		return errBusy
	}
}

func (r *Recorder) run() {
	defer close(r.done)
	for {
		select {
		case u := <-r.queue:
			r.serve(r.listWaiting(u))
		case <-r.probeDue():
			r.probe()

		case g := <-r.glances:
			r.answer(g)
		case <-r.stop:
			r.serve(r.listWaiting())
			return
		}
	}
}

// listWaiting is what is in hand and in the queue, without what its senders took
// back.
func (r *Recorder) listWaiting(inHand ...*unit) []*unit {
	var units []*unit
	for {
		for _, u := range inHand {
			if u.take() {
				units = append(units, u)
			}
		}
		select {
		case u := <-r.queue:
			inHand = []*unit{u}
		default:
			return units
		}
	}
}

// serve commits units, and what comes meanwhile, in as few appends as the limits
// allow.
func (r *Recorder) serve(units []*unit) {
	var s streak
	for len(units) > 0 {
		r.turns.pass(r)
		units = append(units, r.listWaiting()...)
		r.turns.breathe(r)
		left := r.commit(units, &s)
		if len(left) < len(units) {
			s = streak{}
		}
		if units = left; len(units) == 0 {
			units = r.listWaiting()
		}
	}
	r.turns.clearQueue()
}

// A streak counts what failed since units were last settled.
type streak struct{ unknown, cuts, conflicts int }

// commit tries one append for the first units, and gives those that it did not
// settle.
func (r *Recorder) commit(units []*unit, s *streak) []*unit {
	if err := r.catchUpSoon(); err != nil {
		if s.cuts++; s.cuts < maxCuts && mayPass(err) {
			return units
		}
		r.refuse(err)
		failUnits(units, err)
		return nil
	}
	units = r.inTime(units)
	g := r.prepare(units)
	rest := units[len(g.units):]
	if len(g.entries) == 0 {
		waiting := g.unclockedUnits(r)
		g.settle(nil)
		return r.awaitClock(append(waiting, rest...), len(waiting) > 0)
	}
	err := r.append(g)
	if err == nil {
		r.accept()
		r.last.Store(int64(r.book.Index().Last()))
		r.turns.noteWon(r, g.taken)
		g.settle(nil)
		return rest
	}
	r.book.Back(g.at)
	switch {
	case errors.Is(err, ledger.ErrConflict):
		s.conflicts++
		return r.awaitGrowth(g, rest, s.conflicts, ledger.ConflictSize(err))
	case ledger.OutcomeOf(err) == ledger.NotRecorded:
		r.refuse(err)
		g.settle(err)
		return rest
	}
	// The outcome is unknown. Reading on and deciding again settles it:
	// what was written is found by its id, and what was not is appended at
	// the same position, where only one of the two can ever stand.
	g.doubt(err)
	if s.unknown++; s.unknown == maxUnknown {
		r.refuse(err)
		g.settle(err)
		return rest
	}
	return units
}

func (r *Recorder) append(g *group) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	return r.log.Append(ctx, g.at, g.entries...)
}

// catchUpSoon is catchUp with a time of its own: an append that ran out of
// time leaves the doubt that only a read can end.
func (r *Recorder) catchUpSoon() error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	return r.catchUp(ctx)
}

// mayPass tells whether a failed read is worth another.
func mayPass(err error) bool {
	switch fault.KindOf(err) {
	case 0, fault.Locked:
		return true
	case fault.Unavailable:
		return !errors.Is(err, ledger.ErrClosed) && !errors.Is(err, ledger.ErrStoreBehind)
	}
	return false
}

// failUnits settles every unit with an error that is not about it, but for those
// whose answer is known.
func failUnits(units []*unit, err error) {
	for _, u := range units {
		if u.known {
			u.finish(nil)
			continue
		}
		u.results = nil
		u.finish(ledger.NotWritten(err))
	}
}

// catchUp reads what others wrote since. A log that holds less than the book, or
// another record at its end, was put back or changed under this process: it
// fails, so nothing is ever recorded at a position that was given out before.
func (r *Recorder) catchUp(ctx context.Context) error {
	size, err := r.log.Size(ctx)
	if err != nil {
		return err
	}
	seen := r.book.Size()
	var newest []byte
	if seen > 0 {
		newest = r.book.At(seen - 1).Bytes
	}
	for rec, err := range ledger.ReadOn(ctx, r.log, size, seen, newest) {
		last := r.book.Index().Last()
		if err == nil {
			err = r.book.Add(rec)
		}
		if err != nil {
			return err
		}
		r.decoded.Keep(rec)
		if rec.Recorded != last { // the records of one append share an instant
			r.turns.noteSeen()
		}
	}
	r.last.Store(int64(r.book.Index().Last()))
	return nil
}

// prepare decides units, in order, until the append is full. The book then
// stands as if the group were written.
func (r *Recorder) prepare(units []*unit) *group {
	g := &group{at: r.book.Size()}
	g.taken, g.unclocked = r.clock()
	for _, u := range units {
		u.resolve(g.at)
		size, cost := len(g.entries), g.cost
		if u.dry && size > 0 {
			break // a dry run is decided on what is written, not on what is hoped
		}
		u.onPending = size > 0
		u.results = r.decide(u, g)
		u.err = u.verdict(g, size)
		u.known = u.err == nil && !u.awaitsRecord(g.at)
		if u.err != nil || u.dry {
			r.undo(g, size, cost)
		}
		if size > 0 && errors.Is(u.err, ledger.ErrTooLarge) {
			break // the next append takes it
		}
		g.units = append(g.units, u)
	}
	return g
}

func (r *Recorder) undo(g *group, size, cost int) {
	r.book.Back(g.at + ledger.Position(size))
	g.entries, g.cost = g.entries[:size], cost
}

// decide gives each command its result and adds what may be recorded.
func (r *Recorder) decide(u *unit, g *group) []Result {
	results := make([]Result, len(u.drafts))
	u.stopped = nil
	for i := range u.drafts {
		if err := u.ctx.Err(); err != nil {
			// Every other writer waits while a unit is decided, so one whose sender
			// left, or ran out of time, is not decided to its end.
			u.stopped = err
			return nil
		}
		v, err := r.admit(u, i, g.taken)
		if err != nil {
			results[i].Err = err
			continue
		}
		results[i] = Result{Record: v.Record, Repeated: v.Repeated && !u.answerMade(i, v.Record)}
		if !v.Repeated {
			e := register.EntryOf(v.Record)
			g.entries, g.cost = append(g.entries, e), g.cost+e.Cost()
		}
	}
	return results
}

// admit decides one command of a unit and adds its record to the book. The door
// is asked in the same state, so that nobody can change what a permission rests
// on between the two; a command that was recorded before needs no permission.
// A statement must have been counted again (Recorder.recount).
func (r *Recorder) admit(u *unit, i int, taken calendar.Instant) (register.Verdict, error) {
	d := u.drafts[i]
	if made, err := r.book.Made(d); made != nil || err != nil {
		return register.Verdict{Record: made, Repeated: true}, err
	}
	after, err := u.door.admit(r.book, d)
	if err != nil {
		return register.Verdict{}, err
	}
	if size := u.door.UnchangedSince; size != nil {
		if err := r.book.CheckUnchanged(d, *size, u.drafts[:i]); err != nil {
			return register.Verdict{}, err
		}
	}
	if d.Kind == statement.KindIssued2 && (u.recounted == nil || !u.recounted[i]) {
		return register.Verdict{}, ErrNotRecounted.At("/kind")
	}
	v, err := r.book.Decide(d, taken)
	if err != nil {
		return v, err
	}
	if err := r.book.Add(v.Record); err != nil || after == nil {
		return v, err
	}
	if err := after(r.book, v.Record); err != nil {
		r.book.Back(v.Record.Position)
		return register.Verdict{}, err
	}
	return v, nil
}

// clock gives the instant for the next append, and why nothing new may be
// recorded at it, if so.
func (r *Recorder) clock() (calendar.Instant, error) {
	return clockAfter(r.now(), r.book.Index().Last())
}

// clockAfter gives the instant for an append after a last record: later than
// that, whatever the clock says. If the clock is behind by more than clockSlack
// nothing new may be recorded, and the error says so.
func clockAfter(now, last calendar.Instant) (calendar.Instant, error) {
	switch {
	case now > last:
		return now, nil
	case last-now <= clockSlack:
		return last + 1, nil
	}
	return last + 1, ledger.ErrClockBack.With(now.String(), last.String())
}
