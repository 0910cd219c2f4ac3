package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A Projection takes the records of a ledger in order.
type Projection interface {
	// Apply takes the next record, which others may read. It may set the Event of
	// a record that has none, and must not change it otherwise. After an error the
	// projection is where it was.
	Apply(*ledger.Record) error
	// Size is how many records it has taken. It may be called at any time.
	Size() ledger.Position
}

// Every is how often a Follower that hears nothing looks by itself, and how
// long it waits after a read that failed.
const Every = time.Second

// Options are how a Follower wakes. The zero Options look every Every, and at
// once if the log is a ledger.Follower.
type Options struct {
	// Wake brings announced sizes on Topic, usually from an Announcer.
	Wake message.Subscriber
	// Every and Patience replace the constants of these names.
	Every, Patience time.Duration
	// Now is the clock of Freshness; time.Now.
	Now func() time.Time
}

// A Follower pulls the records of a log by position into projections. It
// never skips: at a record that a projection refuses, or that the log cannot
// give because it is damaged, newer or gone, it stops for good, and Err says
// why. A read that fails otherwise, or ends early, is tried again. It is safe
// for concurrent use.
//
// One projection's refusal stops all of its Follower; what must go on by itself
// has its own.
type Follower struct {
	log         ledger.Log
	decoded     *ledger.DecodedLog // in the log; nil where the records are not shared
	projections []Projection
	options     Options
	nudge       chan struct{} // holds one wake-up

	pull sync.Mutex // one reads at a time
	last []byte     // the bytes of the record that was read last; nil before the first

	mu      sync.Mutex
	size    ledger.Position // least of the projections
	moved   chan struct{}   // closed and replaced when size grows or err is set
	err     error           // why it stopped
	trouble error           // why the last read failed, nil after one that did not
	head    ledger.Position // largest size that the log has shown
	heard   time.Time       // when the log last answered
}

// Follow makes a follower of a log, which stays the caller's. It does nothing
// before CatchUp or Run.
func Follow(log ledger.Log, o Options, first Projection, more ...Projection) *Follower {
	if o.Every <= 0 {
		o.Every = Every
	}
	if o.Patience <= 0 {
		o.Patience = max(Patience, 3*o.Every)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	all := append([]Projection{first}, more...)
	f := &Follower{log: log, decoded: ledger.DecodedLogOf(log), projections: all, options: o, nudge: make(chan struct{}, 1), moved: make(chan struct{})}
	f.size = f.smallestSize()
	f.heard = o.Now() // whoever filled the projections has just heard it
	return f
}

func (f *Follower) smallestSize() ledger.Position {
	return slices.MinFunc(f.projections, func(a, b Projection) int { return int(a.Size() - b.Size()) }).Size()
}

// CatchUp pulls what the log holds at the time of the call. An error that is
// not Err as well is passing: call again.
func (f *Follower) CatchUp(ctx context.Context) error {
	f.pull.Lock()
	defer f.pull.Unlock()
	if err := f.Err(); err != nil {
		return err
	}
	size, err := f.readSize(ctx)
	if err != nil {
		return f.unread(ctx, err)
	}
	for r, err := range ledger.ReadOn(ctx, f.log, size, f.Size(), f.last) {
		if err != nil {
			return f.unread(ctx, err)
		}
		if err := f.apply(r); err != nil {
			return f.stop(fmt.Errorf("projection stopped at record %d: %w", r.Position, err))
		}
		f.decoded.Keep(r)
		f.last = r.Bytes
		f.advance()
	}
	f.noteTrouble(nil)
	return nil
}

// apply gives a record to the projections that do not have it yet. They share it:
// the first of them that needs it decoded decodes it, if nobody has, and after
// that nobody writes to it.
func (f *Follower) apply(r *ledger.Record) error {
	for _, p := range f.projections {
		if p.Size() != r.Position {
			continue
		}
		if err := p.Apply(r); err != nil {
			return err
		}
	}
	return nil
}

// unread tells a read that can be tried again from one that cannot.
func (f *Follower) unread(ctx context.Context, err error) error {
	err = fmt.Errorf("follow the ledger from %d: %w", f.Size(), err)
	switch {
	case ctx.Err() != nil:
		return err
	case isLasting(err):
		return f.stop(err)
	}
	f.noteTrouble(err)
	return err
}

// isLasting reports whether a log will not give the next record however often it
// is asked: it is damaged, written by a newer version, not what it was, or
// closed. One that is shorter than it was may be made whole again.
func isLasting(err error) bool {
	switch fault.KindOf(err) {
	case fault.Corrupt, fault.NewerFormat:
		return true
	}
	return errors.Is(err, ledger.ErrClosed)
}

func (f *Follower) advance() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard = f.options.Now()
	if least := f.smallestSize(); least > f.size {
		f.size = least
		f.announce()
	}
}

func (f *Follower) stop(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err, f.trouble = err, err
	f.announce()
	return err
}

// announce wakes those who wait; mu is held.
func (f *Follower) announce() {
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *Follower) noteTrouble(trouble error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trouble = trouble
}

// Size is the number of records that every projection has taken.
func (f *Follower) Size() ledger.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.size
}

// Err is why the follower stopped for good, or nil.
func (f *Follower) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Trouble is why the last read failed, or nil: Err, or what is being tried
// again.
func (f *Follower) Trouble() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trouble
}

// Lag is how many records the log holds that the projections have not taken.
func (f *Follower) Lag(ctx context.Context) (ledger.Position, error) {
	size, err := f.log.Size(ctx)
	if err != nil {
		return 0, fmt.Errorf("lag: %w", err)
	}
	return max(size-f.Size(), 0), nil
}

// Run catches up, and again whenever a message, the log or the timer says that
// there may be more, until ctx is done (nil) or the follower stops for good
// (Err). It is called once. Nothing that it started runs on after it.
func (f *Follower) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer cancel()
	if err := f.listen(ctx, &helpers); err != nil {
		return err
	}
	for ctx.Err() == nil {
		_ = f.CatchUp(ctx) // Err and Trouble have it
		if err := f.Err(); err != nil {
			return err
		}
		f.wait(ctx)
	}
	return nil
}

// listen turns messages into nudges. One that says nothing new, or nothing at
// all, is acknowledged like any other.
func (f *Follower) listen(ctx context.Context, helpers *sync.WaitGroup) error {
	if f.options.Wake == nil {
		return nil
	}
	messages, err := f.options.Wake.Subscribe(ctx, Topic)
	if err != nil {
		return fmt.Errorf("listen for sizes: %w", err)
	}
	helpers.Go(func() {
		for m := range messages {
			if announcedSize(m) > f.Size() {
				f.poke()
			}
			m.Ack()
		}
	})
	return nil
}

// poke wakes Run; one poke waiting is enough.
func (f *Follower) poke() {
	select {
	case f.nudge <- struct{}{}:
	default:
	}
}

// wait returns when there may be more to read.
func (f *Follower) wait(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := time.NewTimer(f.options.Every)
	defer timer.Stop()
	grown := f.growth(ctx)
	select {
	case <-f.nudge:
	case <-timer.C:
	case <-grown:
	case <-ctx.Done():
	}
	cancel()
	for range grown { // until it is closed, so that no goroutine is left behind
	}
}

// growth says when the log has grown, if it can tell and the last read went
// well; it is closed when ctx is done.
func (f *Follower) growth(ctx context.Context) <-chan struct{} {
	says := make(chan struct{}, 1)
	log, ok := ledger.AbilityOf[ledger.Follower](f.log)
	if !ok || f.Trouble() != nil {
		context.AfterFunc(ctx, func() { close(says) })
		return says
	}
	go func() {
		defer close(says)
		if err := log.Grown(ctx, f.Size()); err == nil {
			says <- struct{}{}
			return
		}
		<-ctx.Done() // it cannot tell: the timer does
	}()
	return says
}
