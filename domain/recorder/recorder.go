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
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// Why the recorder gave up on a command that nothing is wrong with.
var (
	ErrClosed = fault.Declare("shutting-down", fault.Unavailable,
		"the recorder is closed", "hệ thống đang dừng, không nhận lệnh ghi")
	ErrBusy = fault.Declare("overloaded", fault.Unavailable,
		"too many commands are waiting", "quá nhiều lệnh đang chờ ghi")
	ErrContended = fault.Declare("contended", fault.Unavailable,
		"others kept writing first", "các tiến trình khác liên tục ghi trước")
	ErrRefused = fault.Declare("refused", fault.Rejected,
		"%d of %d commands are refused; none was recorded", "%d trong %d lệnh bị từ chối; chưa ghi lệnh nào")
)

const (
	queueLength   = 1024
	maxTries      = 50
	maxUnknown    = 3
	clockSlack    = 5_000_000 // µs that a clock may be behind the last record
	appendTimeout = 30 * time.Second
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
}

// A unit is commands that are recorded all or none.
type unit struct {
	drafts  []*ledger.Draft
	dry     bool
	ctx     context.Context
	results []Result
	err     error
	done    chan struct{}
}

// Open reads the whole log and starts to take commands. now is the clock. The
// log stays the caller's, to be closed after the recorder.
func Open(ctx context.Context, log ledger.Log, now func() calendar.Instant) (*Recorder, error) {
	r := &Recorder{
		log: log, now: now, book: register.NewBook(),
		queue: make(chan *unit, queueLength), stop: make(chan struct{}), done: make(chan struct{}),
	}
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
// refused nothing is recorded: the error is ErrRefused and each result says
// why. A command that was recorded before gives the record that it made. Any
// other error has an outcome (ledger.OutcomeOf); after unknown, the same
// commands may be sent again.
func (r *Recorder) Record(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return r.submit(&unit{drafts: drafts, ctx: ctx, done: make(chan struct{})})
}

// Try is Record but for the writing: it gives the same results, and the
// records that it shows were never made.
func (r *Recorder) Try(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return r.submit(&unit{drafts: drafts, dry: true, ctx: ctx, done: make(chan struct{})})
}

func (r *Recorder) submit(u *unit) ([]Result, error) {
	if len(u.drafts) == 0 {
		return nil, nil
	}
	select {
	case <-r.stop:
		return nil, ledger.NotWritten(ErrClosed)
	default:
	}
	select {
	case r.queue <- u:
	default:
		return nil, ledger.NotWritten(ErrBusy)
	}
	select {
	case <-u.done:
		return u.results, u.err
	case <-u.ctx.Done():
		return nil, &ledger.WriteError{Outcome: ledger.Unknown, Err: u.ctx.Err()}
	}
}

func (r *Recorder) run() {
	defer close(r.done)
	for {
		select {
		case u := <-r.queue:
			r.serve(append([]*unit{u}, r.waiting()...))
		case <-r.stop:
			r.serve(r.waiting())
			return
		}
	}
}

func (r *Recorder) waiting() []*unit {
	var units []*unit
	for {
		select {
		case u := <-r.queue:
			units = append(units, u)
		default:
			return units
		}
	}
}

// serve commits units in as few appends as the limits allow.
func (r *Recorder) serve(units []*unit) {
	for len(units) > 0 {
		taken := r.commit(units)
		units = units[taken:]
	}
}

func (u *unit) finish(err error) {
	u.err = err
	close(u.done)
}

// commit settles the first units, and tells how many.
func (r *Recorder) commit(units []*unit) int {
	ctx, cancel := context.WithTimeout(context.Background(), appendTimeout)
	defer cancel()
	var last error
	unknown := 0
	for range maxTries {
		if err := r.catchUp(ctx); err != nil {
			return fail(units, outcome(last, err))
		}
		g, err := r.prepare(units)
		if err != nil {
			return fail(units, ledger.NotWritten(err))
		}
		if len(g.entries) == 0 {
			return g.settle(nil)
		}
		err = r.log.Append(ctx, g.at, g.entries...)
		if err == nil {
			return g.settle(nil)
		}
		r.book.Back(g.at)
		switch {
		case errors.Is(err, ledger.ErrConflict):
			continue
		case ledger.OutcomeOf(err) == ledger.NotRecorded:
			return g.settle(err)
		}
		// The outcome is unknown. Reading on and deciding again settles it:
		// what was written is found by its id, and what was not is appended at
		// the same position, where only one of the two can ever stand.
		last = err
		if unknown++; unknown == maxUnknown {
			return g.settle(&ledger.WriteError{Outcome: ledger.Unknown, Err: last})
		}
	}
	return fail(units, outcome(last, ErrContended))
}

// outcome keeps a doubt: once an append may have been written, failing to read
// back cannot make it not recorded.
func outcome(doubt, err error) error {
	if doubt != nil {
		return &ledger.WriteError{Outcome: ledger.Unknown, Err: errors.Join(doubt, err)}
	}
	return ledger.NotWritten(err)
}

func fail(units []*unit, err error) int {
	for _, u := range units {
		u.results = nil
		u.finish(err)
	}
	return len(units)
}

// catchUp reads what others wrote since.
func (r *Recorder) catchUp(ctx context.Context) error {
	for rec, err := range ledger.Read(ctx, r.log, r.book.Size()) {
		if err == nil {
			err = r.book.Add(rec)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A group is the units that share an append.
type group struct {
	at      ledger.Position
	units   []*unit
	entries []ledger.Entry
	cost    int
}

// prepare decides units, in order, until the append is full. The book then
// stands as if the group were written.
func (r *Recorder) prepare(units []*unit) (*group, error) {
	taken, err := r.clock()
	if err != nil {
		return nil, err
	}
	g := &group{at: r.book.Size()}
	for _, u := range units {
		size, cost := len(g.entries), g.cost
		u.results = r.decide(u, taken, g)
		u.err = u.verdict(g.cost)
		if u.err != nil || u.dry {
			r.undo(g, size, cost)
		}
		if size > 0 && errors.Is(u.err, ledger.ErrTooLarge) {
			break // the next append takes it
		}
		g.units = append(g.units, u)
	}
	return g, nil
}

func (r *Recorder) undo(g *group, size, cost int) {
	r.book.Back(g.at + ledger.Position(size))
	g.entries, g.cost = g.entries[:size], cost
}

// decide gives each command its result and adds what may be recorded.
func (r *Recorder) decide(u *unit, taken calendar.Instant, g *group) []Result {
	results := make([]Result, len(u.drafts))
	for i, d := range u.drafts {
		v, err := r.book.Decide(d, taken)
		if err == nil && !v.Repeated {
			err = r.book.Add(v.Record)
		}
		if err != nil {
			results[i].Err = err
			continue
		}
		results[i] = Result{Record: v.Record, Repeated: v.Repeated}
		if !v.Repeated {
			e := register.EntryOf(v.Record)
			g.entries, g.cost = append(g.entries, e), g.cost+e.Cost()
		}
	}
	return results
}

// verdict is why a decided unit may not be written, or nil.
func (u *unit) verdict(cost int) error {
	switch refused := u.refused(); {
	case refused != nil || u.dry:
		return refused
	case u.ctx.Err() != nil:
		return ledger.NotWritten(u.ctx.Err())
	case cost > ledger.MaxAppendBytes:
		return ledger.NotWritten(ledger.ErrTooLarge.With(cost, ledger.MaxAppendBytes))
	}
	return nil
}

func (u *unit) refused() error {
	n := 0
	for _, res := range u.results {
		if res.Err != nil {
			n++
		}
	}
	switch {
	case n == 0:
		return nil
	case len(u.drafts) == 1:
		return ledger.NotWritten(u.results[0].Err)
	}
	return ledger.NotWritten(ErrRefused.With(n, len(u.drafts)))
}

// settle answers the units of a group; err is that of the append, for those
// that were in it.
func (g *group) settle(err error) int {
	for _, u := range g.units {
		if u.err == nil && !u.dry && err != nil {
			u.results, u.err = nil, err
		}
		u.finish(u.err)
	}
	return len(g.units)
}

// clock gives the instant for the next append: after the last record, whatever
// the clock says, unless it is behind by more than clockSlack.
func (r *Recorder) clock() (calendar.Instant, error) {
	now, last := r.now(), r.book.Index().Last()
	switch {
	case now > last:
		return now, nil
	case last-now <= clockSlack:
		return last + 1, nil
	}
	return 0, ledger.ErrClockBack.With(now.String(), last.String())
}
