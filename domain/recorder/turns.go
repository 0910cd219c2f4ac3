package recorder

import (
	"context"
	"errors"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

const (
	// patience bounds the waiting of a command whose context has no deadline.
	patience = 30 * time.Second
	// growthAtMost bounds one sleep after a lost race: what was decided before
	// ours may be lost with its node, and then nobody ever wakes us.
	growthAtMost = time.Second
	// clockAtMost bounds the waiting for a clock that is behind by more than
	// clockSlack, altogether and beforehand.
	clockAtMost = 10 * time.Second

	pauseMin = time.Millisecond // between tries on a log that cannot say when it has grown
	pauseMax = 100 * time.Millisecond
)

// inTime answers the units whose time is over after they had to wait, and gives
// the others.
func (r *Recorder) inTime(units []*unit) []*unit {
	var left []*unit
	for _, u := range units {
		if u.raceEnds == nil || u.raceEnds.Err() == nil {
			left = append(left, u)
			continue
		}
		u.results = nil
		if u.ctx.Err() == nil { // it waited as long as anybody may
			r.refuse(ErrContended)
			u.finish(ledger.NotWritten(ErrContended))
			continue
		}
		u.finish(ledger.NotWritten(u.overtakenFault()))
	}
	return left
}

// awaitGrowth waits, after another process was faster, until all that it wrote can
// be read, and gives the units that are to be decided on it. Meanwhile their
// senders can take them back. size is what the log was said to have, or 0.
func (r *Recorder) awaitGrowth(g *group, rest []*unit, conflicts int, size ledger.Position) []*unit {
	var left []*unit
	for _, u := range g.units {
		if u.known {
			u.finish(nil)
			continue
		}
		u.postpone()
		left = append(left, u)
	}
	left = append(left, rest...)
	for _, u := range left {
		u.release()
	}
	r.turns.noteLost()
	r.turns.awaitGrowth(max(g.at, size-1), conflicts)
	r.turns.queue(conflicts)
	return takeBack(left)
}

// unclockedUnits takes out of a group the units that only the clock stands
// against, if waiting may help.
func (g *group) unclockedUnits(r *Recorder) []*unit {
	if g.unclocked == nil || r.behind() > clockAtMost {
		return nil
	}
	var waiting, others []*unit
	for _, u := range g.units {
		if errors.Is(u.err, ledger.ErrClockBack) && u.awaitsClock() {
			waiting = append(waiting, u)
			continue
		}
		others = append(others, u)
	}
	g.units = others
	return waiting
}

// behind is how long the clock takes until it may record again.
func (r *Recorder) behind() time.Duration {
	return max(0, time.Duration(r.book.Index().Last()-clockSlack-r.now())*time.Microsecond)
}

// awaitClock waits, where units do, until the clock may have come far enough or
// a command has come.
func (r *Recorder) awaitClock(units []*unit, do bool) []*unit {
	if !do {
		return units
	}
	for _, u := range units {
		u.release()
	}
	timer := time.NewTimer(min(max(r.behind(), pauseMin), growthAtMost))
	defer timer.Stop()
	var more []*unit
	select {
	case <-timer.C:
	case u := <-r.queue:
		more = append(more, u)
	}
	return append(takeBack(units), r.listWaiting(more...)...)
}

// turns let processes that write to one log go one after the other. Whoever has
// just appended knows the head first, and would win every race: so after an
// append of its own it lets another go first, if others append too, for about as
// long as that needs.
//
// They are courtesy only: who may write at a position the log alone decides.
type turns struct {
	follower ledger.Follower // nil: the log cannot say when it has grown, and nobody waits

	// Appends of others, which are counted to know how many others there are: since
	// ours, between the last two of ours, and how many of them are reckoned with.
	seen, others int

	over context.Context // when the other has had time enough; nil outside of its turn
	end  context.CancelFunc

	busy calendar.Instant // since when there was always something to append; 0 if there was not
	runs int              // appends of ours since then
	took time.Duration    // by the last of them
}

const (
	leastTurn = 5 * time.Millisecond
	mostTurn  = 2 * time.Second
	// A process that always has something to append, and knows of no other,
	// pauses for a breath after breathRuns appends and breathEvery µs, so that
	// another can get in: a tenth of what its last append took.
	breath      = 2 * time.Millisecond
	mostBreath  = 10 * time.Millisecond
	breathRuns  = 4
	breathEvery = 100_000
	// stagger is what lies between the tries of several that go for one turn.
	stagger    = time.Millisecond
	mostOthers = 4
)

// noteWon begins the other's turn after an append of ours that began at an instant.
func (t *turns) noteWon(r *Recorder, begun calendar.Instant) {
	if t.runs++; t.busy == 0 {
		t.busy, t.runs = begun, 1
	}
	t.others = max(t.seen, min(t.others-1, mostOthers))
	t.seen = 0
	if t.follower == nil {
		return
	}
	t.took = max(0, time.Duration(r.now()-begun)*time.Microsecond)
	if t.others > 0 {
		t.over, t.end = context.WithTimeout(context.Background(), min(leastTurn+5*t.took/2, mostTurn)) // it has to hear of ours, and its own must be shown
	}
}

// noteLost notes that another appended first.
func (t *turns) noteLost() { t.busy = 0 }

// queue holds back, among several, those that lost fewer races since they last
// appended, so that the one that has waited longest goes first.
func (t *turns) queue(conflicts int) {
	if behind := min(t.others, mostOthers) - conflicts; t.others > 1 && behind > 0 {
		time.Sleep(time.Duration(behind) * stagger)
	}
}

// noteSeen notes an append of another that was read.
func (t *turns) noteSeen() { t.seen++ }

// clearQueue notes that there is nothing to append.
func (t *turns) clearQueue() { t.busy = 0 }

// pass waits while it is the other's turn.
func (t *turns) pass(r *Recorder) {
	if t.over == nil {
		return
	}
	if t.follower.Grown(t.over, r.book.Size()) != nil {
		t.others = 0 // it has nothing to write, or is gone
	}
	t.end()
	t.over, t.end = nil, nil
	t.queue(0)
}

// breathe pauses if it is time to.
func (t *turns) breathe(r *Recorder) {
	if t.follower == nil || t.busy == 0 || t.runs < breathRuns {
		return
	}
	if now := r.now(); now-t.busy > breathEvery {
		time.Sleep(min(max(t.took/10, breath), mostBreath))
		t.busy, t.runs = now, 0
	}
}

// awaitGrowth returns when the log has grown past a position, or soon.
func (t *turns) awaitGrowth(at ledger.Position, conflicts int) {
	if t.follower != nil {
		ctx, cancel := context.WithTimeout(context.Background(), growthAtMost)
		defer cancel()
		if t.follower.Grown(ctx, at) == nil || ctx.Err() != nil {
			return
		}
	}
	time.Sleep(min(pauseMin<<min(conflicts, 10), pauseMax))
}
