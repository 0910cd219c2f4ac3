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
		if u.results = nil; u.ctx.Err() == nil { // it waited as long as anybody may
			r.refuse(ErrContended)
		}
		u.finish(ledger.NotWritten(ErrContended))
	}
	return left
}

// awaitGrowth waits, after another process was faster, until what that wrote can
// be read, and gives the units that are to be decided on it. Meanwhile their
// senders can take them back.
func (r *Recorder) awaitGrowth(g *group, rest []*unit, conflicts int) []*unit {
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
	r.turns.lost()
	r.turns.awaitGrowth(g.at, conflicts)
	return retake(left)
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
	return append(retake(units), r.waiting(more...)...)
}

// turns let processes that write to one log go one after the other. Whoever has
// just appended knows the head first, and would win every race: so after an
// append of its own it lets the others go first, as many as it has seen to
// write, for about as long as they need.
//
// They are courtesy only: who may write at a position the log alone decides.
type turns struct {
	follower ledger.Follower // nil: the log cannot say when it has grown, and nobody waits

	rivals int             // appends of others that one of ours is to be followed by
	seen   int             // of these, since ours
	each   time.Duration   // that one of them is given
	over   context.Context // when the next has had time enough; nil outside of the others' turn
	end    context.CancelFunc
	passed bool // they have had their turn since our last append

	busy calendar.Instant // since when there was always something to append; 0 if there was not
}

const (
	mostRivals = 8
	leastTurn  = 5 * time.Millisecond
	mostTurn   = 2 * time.Second
	// A process that always has something to append, and knows of no other,
	// pauses for a breath after every breathEvery µs, so that another can get in.
	breath      = 2 * time.Millisecond
	breathEvery = 100_000
)

// won begins the others' turn after an append of ours that began at an instant.
func (t *turns) won(r *Recorder, begun calendar.Instant) {
	if t.busy == 0 {
		t.busy = begun
	}
	t.seen, t.passed = 0, false
	if t.follower == nil || t.rivals == 0 {
		return
	}
	took := max(0, time.Duration(r.now()-begun)*time.Microsecond)
	t.each = min(leastTurn+5*took/2, mostTurn) // it has to hear of ours, and its own must be shown
	t.begin()
}

func (t *turns) begin() {
	t.close()
	t.over, t.end = context.WithTimeout(context.Background(), t.each)
}

// lost notes that somebody else appended first.
func (t *turns) lost() { t.rivals, t.busy = max(t.rivals, 1), 0 }

// rest notes that there is nothing to append.
func (t *turns) rest() { t.busy = 0 }

func (t *turns) close() {
	if t.end != nil {
		t.end()
	}
	t.over, t.end = nil, nil
}

// pass waits while it is the others' turn.
func (t *turns) pass(r *Recorder) {
	if t.over == nil {
		t.breathe(r)
		return
	}
	for t.seen < t.rivals {
		if t.follower.Grown(t.over, r.book.Size()) != nil || r.catchUp(t.over) != nil {
			t.rivals = t.seen // the others have nothing to write, or are gone
			break
		}
		t.begin()
	}
	t.passed = true
	t.close()
}

func (t *turns) breathe(r *Recorder) {
	if t.follower == nil || t.busy == 0 {
		return
	}
	if now := r.now(); now-t.busy > breathEvery {
		time.Sleep(breath)
		t.busy = now
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
