package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/ledger"
)

// Grown is ledger.Follower's. The first call that has to wait starts a
// subscription, which the Store then keeps, renewing it whenever it is lost,
// until it is closed.
func (s *Store) Grown(ctx context.Context, size ledger.Position) error {
	for {
		if err := s.going(ctx); err != nil {
			return err
		}
		s.mu.Lock()
		head, grown := s.head, s.grown
		if head <= size && !s.watches {
			s.watches = true
			s.pool.spawn(s.watch)
		}
		s.mu.Unlock()
		if head > size {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
		case <-s.base.Done():
		}
	}
}

// A Status is what a Store knows without asking the server.
type Status struct {
	// Size is the largest size that the server has shown.
	Size ledger.Position
	// Live tells that the subscription had caught up with the stream when it was
	// last asked, at most two Options.Poll ago. One that is lost, or that the
	// server drops because it fell behind, is renewed at once, and stays live
	// unless that fails.
	Live bool
	// Err is why the subscription is not live; nil before Grown first waits.
	Err error
}

// Status is how the follower stands.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Status{s.head, s.live, s.failure}
}

// ReportConnection is what Status knows, for those who know a store only as a log: the
// largest size seen, and why the server is not heard now.
func (s *Store) ReportConnection() (ledger.Position, error) {
	st := s.Status()
	return st.Size, st.Err
}

func (s *Store) setLive(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live, s.failure = err == nil, err
}

// watch keeps a subscription until the store is closed. That one which brought
// something is lost is no failure; that it cannot be renewed is: no connection is
// to be had, or a second try on one fails too (the first may have been given one
// that was idle and is dead).
func (s *Store) watch() {
	t, failures := trying{pause: pauseMin}, 0
	for !s.isClosed() {
		failures++
		err := s.subscribed(s.base, func() { failures = 0 })
		if failures == 0 {
			t = trying{pause: pauseMin}
		}
		if failures > 1 || failures == 1 && errors.Is(err, errNotSent) || !t.passing(err) {
			s.setLive(err)
		}
		t.sleep(s.base)
	}
}

// subscribed follows the stream on one subscription until that is lost, and
// tells why. served is called when it has caught up or brought an event.
func (s *Store) subscribed(ctx context.Context, served func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	size, err := s.look(ctx) // what is there already need not be sent again
	if err != nil {
		return err
	}
	client, err := s.pool.connect(ctx)
	if err != nil {
		return away(err)
	}
	sub, err := s.subscribe(ctx, client, size)
	if err != nil {
		return s.readFault(ctx, err)
	}
	s.setTail(true)
	events := make(chan *esdb.SubscriptionEvent)
	pump := make(chan struct{})
	s.pool.spawn(func() { defer close(pump); receive(ctx, sub, events) })
	defer func() {
		cancel()
		s.pool.discard(client, pump)
	}()
	return s.follow(ctx, events, size, served)
}

// look asks for the size, within one Options.Attempt. It looks at the stream's
// metadata too: what loses records may be set while we write, and nothing that
// was read already would show it.
func (s *Store) look(ctx context.Context) (ledger.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Attempt)
	defer cancel()
	if err := s.inspectMetadata(ctx); err != nil {
		return 0, err
	}
	return s.size(ctx)
}

// subscribe asks for what follows the first size records. The subscription
// lives as long as ctx; a client on which it fails is lost.
func (s *Store) subscribe(ctx context.Context, client *esdb.Client, size ledger.Position) (*esdb.Subscription, error) {
	opts := esdb.SubscribeToStreamOptions{From: esdb.Start{}}
	if size > 0 {
		opts.From = esdb.Revision(uint64(size) - 1)
	}
	short, cancel := context.WithTimeout(ctx, s.opts.Attempt)
	defer cancel()
	sub, done, err := guarded(short, s.pool, func() (*esdb.Subscription, error) {
		return client.SubscribeToStream(s.pool.toLeader(ctx), s.stream, opts)
	})
	if err != nil {
		s.pool.discard(client, done)
	}
	return sub, err
}

// receive passes events on until the subscription is dropped or ctx is done. A
// panic of the client is a drop.
func receive(ctx context.Context, sub *esdb.Subscription, events chan<- *esdb.SubscriptionEvent) {
	defer sub.Close()
	for {
		e := received(sub)
		select {
		case events <- e:
		case <-ctx.Done():
			return
		}
		if e.SubscriptionDropped != nil {
			return
		}
	}
}

func received(sub *esdb.Subscription) *esdb.SubscriptionEvent {
	e, err := recovering(func() (*esdb.SubscriptionEvent, error) { return sub.Recv(), nil })
	if err != nil {
		e = &esdb.SubscriptionEvent{SubscriptionDropped: &esdb.SubscriptionDropped{Error: err}}
	}
	return e
}

// follow counts the events of a subscription that begins at next. Now and then
// it looks at the stream itself: a link that swallows everything looks like a quiet
// stream, and a subscription that has not brought by the next time what the
// size promised is given up.
func (s *Store) follow(ctx context.Context, events <-chan *esdb.SubscriptionEvent, next ledger.Position, served func()) error {
	promised, err := s.look(ctx) // after the subscription stands: nothing falls between
	if err != nil {
		return err
	}
	tick := time.NewTicker(s.opts.Poll)
	defer tick.Stop()
	for caughtUp := false; ; {
		if !caughtUp && next >= promised {
			caughtUp = true
			s.setLive(nil)
			served()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e := <-events:
			before := next
			if next, err = s.appeared(e, next); err != nil {
				return err
			}
			if next > before {
				served()
			}
		case <-tick.C:
			if next < promised {
				return ErrBehind.With(next, promised)
			}
			if promised, err = s.look(ctx); err != nil {
				return err
			}
		}
	}
}

// appeared takes one event of a subscription, and tells where the next is due.
func (s *Store) appeared(e *esdb.SubscriptionEvent, next ledger.Position) (ledger.Position, error) {
	switch {
	case e.SubscriptionDropped != nil:
		return next, away(e.SubscriptionDropped.Error)
	case e.EventAppeared == nil:
		return next, nil // caught up, fell behind, or a kind of later servers
	case e.EventAppeared.Event == nil:
		return next, fmt.Errorf("%w: no event", errAnswer)
	}
	if err := s.inPlace(e.EventAppeared.Event, next); err != nil {
		return next, err
	}
	s.heard(entryOf(e.EventAppeared.Event, next))
	return next + 1, nil
}
