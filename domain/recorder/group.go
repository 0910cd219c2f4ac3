package recorder

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A unit is commands that are recorded all or none.
type unit struct {
	drafts []*ledger.Draft
	door   Door
	dry    bool
	ctx    context.Context
	taken  atomic.Bool // by the committer, or back by its sender

	recounted []bool // by command: a statement whose figures were counted again; nil for none

	results []Result
	err     error
	done    chan struct{}

	// Why the unit has to wait, and until when it goes on: after a lost race,
	// and for a clock that is behind. nil before the first time.
	why       error
	raceEnds  context.Context
	clockEnds context.Context
	ends      []context.CancelFunc

	stopped   error // why it was not decided to its end, or nil
	onPending bool  // decided on top of what others in its group were to record
	known     bool  // every command was recorded before: whatever happens, that is the answer

	// What is known of appends of unknown outcome that the unit was in: what
	// each command was to record, and the last of their errors, while that
	// append may still land, which is until something else stands at doubtAt.
	tried   [][]*ledger.Record
	doubt   error
	doubtAt ledger.Position
}

func newUnit(ctx context.Context, dry bool, drafts []*ledger.Draft, door Door) *unit {
	return &unit{drafts: drafts, door: door, dry: dry, ctx: ctx, done: make(chan struct{})}
}

// take makes the unit the caller's; only the first caller gets it.
func (u *unit) take() bool { return u.taken.CompareAndSwap(false, true) }

// release gives the unit back to its sender's reach while it waits for others,
// unless an append that it was in may still land.
func (u *unit) release() {
	if u.doubt == nil {
		u.taken.Store(false)
	}
}

// takeBack takes units in hand again, without those that their senders took back.
func takeBack(units []*unit) []*unit {
	var left []*unit
	for _, u := range units {
		if u.doubt != nil || u.take() {
			left = append(left, u)
		}
	}
	return left
}

// postpone notes that the unit lost a race. It goes on until its own deadline, or
// for patience from the first time if it has none.
func (u *unit) postpone() {
	if u.why = ErrContended; u.raceEnds != nil {
		return
	}
	if _, bounded := u.ctx.Deadline(); bounded {
		u.raceEnds = u.ctx
		return
	}
	u.raceEnds = u.deadlineContext(patience)
}

// awaitsClock notes that the clock is behind, and tells whether the unit goes on
// waiting for it.
func (u *unit) awaitsClock() bool {
	if u.why = u.err; u.clockEnds == nil {
		u.clockEnds = u.deadlineContext(clockAtMost)
	}
	return u.clockEnds.Err() == nil
}

func (u *unit) deadlineContext(d time.Duration) context.Context {
	ctx, end := context.WithTimeout(u.ctx, d)
	u.ends = append(u.ends, end)
	return ctx
}

// overtakenFault is what a sender is told whose context ended while the unit waited.
func (u *unit) overtakenFault() error {
	if f, ok := fault.Of(u.why); ok {
		return f.Because(u.ctx.Err())
	}
	return u.ctx.Err()
}

func (u *unit) isSettled() bool {
	select {
	case <-u.done:
		return true
	default:
		return false
	}
}

// settlesWithin waits for the unit to be settled, and tells whether it was.
func (u *unit) settlesWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-u.done:
		return true
	case <-timer.C:
		return u.isSettled()
	}
}

// finish answers the sender. While an append that the unit was in may still
// land, no later failure can make it not recorded.
func (u *unit) finish(err error) {
	if u.doubt != nil && err != nil {
		if ledger.OutcomeOf(err) != ledger.Unknown {
			err = errors.Join(u.doubt, err)
		}
		u.results, err = nil, &ledger.WriteError{Outcome: ledger.Unknown, Err: err}
	}
	u.err = err
	for _, end := range u.ends {
		end()
	}
	close(u.done)
}

// resolve ends the doubt once the log is known to go on after the position of
// the doubtful append: it landed and will be found, or it never can.
func (u *unit) resolve(size ledger.Position) {
	if u.doubt != nil && size > u.doubtAt {
		u.doubt = nil
	}
}

// answerMade reports whether a record that was found is what the i-th command itself
// tried to record, in an append whose outcome was unknown.
func (u *unit) answerMade(i int, r *ledger.Record) bool {
	if u.tried == nil {
		return false
	}
	for _, t := range u.tried[i] {
		if bytes.Equal(t.Bytes, r.Bytes) {
			return true
		}
	}
	return false
}

// verdict is why a decided unit may not be written, or nil. Before it the
// group had so many entries.
func (u *unit) verdict(g *group, before int) error {
	adds := len(g.entries) > before
	switch refused := u.firstRefusal(); {
	case u.stopped != nil:
		return ledger.NotWritten(u.overtakenFault())
	case refused != nil:
		return refused
	case adds && g.unclocked != nil:
		return ledger.NotWritten(g.unclocked)
	case !adds || u.dry: // a whole import may be tried at once
		return nil
	case g.cost > ledger.MaxAppendBytes:
		return ledger.NotWritten(ledger.ErrTooLarge.With(g.cost, ledger.MaxAppendBytes))
	case u.ctx.Err() != nil:
		return ledger.NotWritten(u.overtakenFault())
	}
	return nil
}

func (u *unit) firstRefusal() error {
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

// A group is the units that share an append.
type group struct {
	at        ledger.Position
	taken     calendar.Instant
	unclocked error // why nothing new may be recorded now
	units     []*unit
	entries   []ledger.Entry
	cost      int
}

// doubt notes that the append of the group may land, now or later.
func (g *group) doubt(err error) {
	for _, u := range g.units {
		if u.dry || u.err != nil || !u.awaitsRecord(g.at) {
			continue
		}
		u.doubt, u.doubtAt = err, g.at
		if u.tried == nil {
			u.tried = make([][]*ledger.Record, len(u.drafts))
		}
		for i, res := range u.results {
			if !res.Repeated && res.Record.Position >= g.at {
				u.tried[i] = append(u.tried[i], res.Record)
			}
		}
	}
}

// settle answers the units of a group. err is that of the append: it is the
// answer of those that were in it, and of those that were refused because of
// what it should have recorded.
func (g *group) settle(err error) {
	for _, u := range g.units {
		switch {
		case err == nil || !u.hangsOn(g.at):
		case u.err != nil:
			u.results, u.err = nil, ledger.NotWritten(err)
		default:
			u.results, u.err = nil, err
		}
		u.finish(u.err)
	}
}

func (u *unit) hangsOn(at ledger.Position) bool {
	if u.err != nil {
		return u.onPending
	}
	return !u.dry && u.awaitsRecord(at)
}

// awaitsRecord reports whether an answer shows a record from a position on.
func (u *unit) awaitsRecord(at ledger.Position) bool {
	for _, res := range u.results {
		if res.Record != nil && res.Record.Position >= at {
			return true
		}
	}
	return false
}
