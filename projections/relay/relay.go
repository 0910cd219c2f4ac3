package relay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A Target is where records go. ParseTarget makes one of a URL; any of
// Watermill's publishers can be one too, if its Publish returns only after the
// broker has taken the message, and one message at a time.
type Target struct {
	// Name is what the target is called in positions, status and errors. It
	// holds no credentials.
	Name string
	// Topic is given to the publisher.
	Topic string
	// Open makes the publisher, once in each Run. It should not fail because
	// the broker is away: Publish does, and is tried again.
	Open func() (message.Publisher, error)
}

// Options say how patient a relay is. The zero Options are the defaults.
type Options struct {
	// Every is how often the log is looked at if it cannot say that it has
	// grown, or could not be read; one second.
	Every time.Duration
	// Timeout bounds one attempt to publish; thirty seconds.
	Timeout time.Duration
	// Pause is about how long the relay waits after a first failed attempt; it
	// more than doubles with each, up to MaxPause, and half of it up or down is
	// chance. A quarter of a second, and one minute.
	Pause, MaxPause time.Duration
	// Refusals is how many times a record may be refused before the relay
	// stops; five.
	Refusals int
	// Now is the clock of Status and parked records; time.Now.
	Now func() time.Time
}

// withDefaults puts the default in the place of every option that is not set.
func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.Every, time.Second)
	set(&o.Timeout, 30*time.Second)
	set(&o.Pause, 250*time.Millisecond)
	set(&o.MaxPause, time.Minute)
	if o.Refusals <= 0 {
		o.Refusals = 5
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// A Relay carries the records of one log to one target. Run is called by one
// goroutine; Status may be called by any.
type Relay struct {
	log       ledger.Log
	target    Target
	positions Positions
	options   Options

	// Run's own.
	place  Place
	mark   Mark // acknowledged
	saved  bool // mark is durable
	proven bool // mark has been found in the log

	mu     sync.Mutex
	status Status // without head and lag
}

// New makes a relay. The log and the positions stay the caller's; nothing is
// read or sent before Run.
func New(log ledger.Log, target Target, positions Positions, o Options) *Relay {
	return &Relay{log: log, target: target, positions: positions, options: o.withDefaults(),
		status: Status{Target: target.Name}}
}

// Run carries records until ctx is done (nil), or until it cannot go on:
//
//   - ErrRefused at a record the target will not take;
//   - ErrGone if the target wants no more;
//   - ErrBusy, ErrMark, ErrOtherLedger or ErrFiles if the position is held by
//     another, damaged, of another ledger, or unreadable;
//   - what the log says, if it is damaged, newer, shorter than it was or closed.
//
// Everything else is tried again, with Status saying what is wrong. Run may be
// called again after it has returned. Nothing that it started runs on after it.
func (r *Relay) Run(ctx context.Context) (err error) {
	defer func() { r.noteEnd(err) }()
	if err := r.take(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.place.Close()) }()
	publisher, err := r.target.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", r.target.Name, err)
	}
	defer func() { err = errors.Join(err, publisher.Close()) }()
	r.noteStart()
	send := r.sender(publisher)
	for {
		err := r.carry(ctx, send)
		switch {
		case ctx.Err() != nil:
			return nil
		case isLasting(err):
			return err
		}
		r.noteTrouble(err)
		r.wait(ctx, err)
	}
}

// take makes the target's place ours and reads its mark.
func (r *Relay) take() error {
	place, err := r.positions.Take(r.target.Name)
	if err != nil {
		return err
	}
	mark, err := place.Load()
	if err != nil {
		return errors.Join(err, place.Close())
	}
	r.place, r.mark, r.saved, r.proven = place, mark, true, false
	return nil
}

// carry sends what the log holds, record by record, each only after the mark of
// the one before it is durable.
func (r *Relay) carry(ctx context.Context, send func(context.Context, *ledger.Record) error) error {
	if err := r.prove(ctx); err != nil {
		return err
	}
	for {
		records, err := r.read(ctx, r.mark.Next)
		for _, record := range records {
			if err := r.save(); err != nil {
				return err
			}
			if err := send(ctx, record); err != nil {
				return err
			}
			r.mark, r.saved = markAfter(record), false
			r.noteProgress(r.mark.Next)
		}
		// The last mark too is made durable before the wait: a crash in the wait sends nothing again.
		if saving := r.save(); saving != nil || err != nil || len(records) == 0 {
			return errors.Join(saving, err)
		}
	}
}

// save makes the mark durable, if it is not.
func (r *Relay) save() error {
	if r.saved {
		return nil
	}
	err := r.place.Save(r.mark)
	r.saved = err == nil
	return err
}

// Bounds of one read, so that no read of the store stays open while the target
// makes us wait.
const (
	readRecords = 256
	readBytes   = 1 << 20
)

// read gives the next records, and why there are no more if that is an error.
func (r *Relay) read(ctx context.Context, from ledger.Position) ([]*ledger.Record, error) {
	var list []*ledger.Record
	size := 0
	for record, err := range ledger.Read(ctx, r.log, from) {
		if err != nil {
			return list, fmt.Errorf("relay from %d: %w", from, err)
		}
		list = append(list, record)
		if size += len(record.Bytes); size >= readBytes || len(list) == readRecords {
			break
		}
	}
	return list, nil
}

// record reads the one at a position.
func (r *Relay) record(ctx context.Context, at ledger.Position) (*ledger.Record, error) {
	for record, err := range ledger.Read(ctx, r.log, at) {
		return record, err
	}
	size, err := r.log.Size(ctx)
	if err != nil {
		return nil, err
	}
	return nil, ledger.ErrBeyondHead.With(at+1, size)
}

// prove finds the marked record in the log, once.
func (r *Relay) prove(ctx context.Context) error {
	if r.proven || r.mark.Next == 0 {
		return nil
	}
	last := r.mark.Next - 1
	record, err := r.record(ctx, last)
	if err != nil {
		return fmt.Errorf("find the position of %s: %w", r.target.Name, err)
	}
	if markAfter(record) != r.mark {
		return ErrOtherLedger.With(r.target.Name, last)
	}
	r.proven = true
	return nil
}

// isLasting reports whether an error ends Run: trying again would not help.
func isLasting(err error) bool {
	switch fault.KindOf(err) {
	case fault.Corrupt, fault.NewerFormat:
		return true
	}
	for _, end := range []error{ErrRefused, ErrGone, ErrOtherLedger, ledger.ErrBeyondHead, ledger.ErrClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// wait returns when the log has grown, or it is time to look.
func (r *Relay) wait(ctx context.Context, trouble error) {
	ctx, cancel := context.WithTimeout(ctx, r.options.Every)
	defer cancel()
	if log, ok := r.log.(ledger.Follower); ok && trouble == nil {
		if log.Grown(ctx, r.mark.Next) == nil {
			return
		}
	}
	<-ctx.Done() // it cannot tell: the timer does
}
