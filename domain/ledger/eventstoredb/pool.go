package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/metadata"
)

const (
	pauseMin = 20 * time.Millisecond // after a dial that failed; doubled each time
	pauseMax = time.Second
	grace    = time.Second // for a request whose caller has left
	redirect = 3           // times that a request follows "not leader"
)

// A pool hands out connected clients, each to one request at a time.
type pool struct {
	config  *esdb.Configuration
	attempt time.Duration // bounds one dial

	life context.Context // until close
	end  context.CancelFunc

	slots chan struct{} // one for each request that may be under way
	gate  chan struct{} // one token: who has it may dial

	mu     sync.Mutex
	idle   []*esdb.Client
	pause  time.Duration // after the next dial that fails
	reason error         // why the last dial failed
	closed bool
	missed int  // dials that failed, one after the other
	asks   bool // the one node that was named sends us elsewhere: gossip tells where

	running atomic.Int64 // goroutines of requests that have not ended
}

func newPool(config *esdb.Configuration, connections int, attempt time.Duration) *pool {
	p := &pool{
		config: config, attempt: attempt, pause: pauseMin,
		slots: make(chan struct{}, connections), gate: make(chan struct{}, 1),
	}
	p.life, p.end = context.WithCancel(context.Background())
	p.gate <- struct{}{}
	return p
}

// take gives a connected client, waiting for one until ctx is done.
func (p *pool) take(ctx context.Context) (*esdb.Client, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", errNotSent, ctx.Err())
	}
	if client := p.pop(); client != nil {
		return client, nil
	}
	client, err := p.connect(ctx)
	if err != nil {
		<-p.slots
	}
	return client, err
}

func (p *pool) pop() *esdb.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	if last < 0 {
		return nil
	}
	client := p.idle[last]
	p.idle = p.idle[:last]
	return client
}

// What becomes of a client after its request.
type fate int

const (
	keep    fate = iota
	drop         // it alone is closed
	dropAll      // so are those that are idle: most likely they lost the same server
)

// give takes a client back, and its slot.
func (p *pool) give(client *esdb.Client, f fate) {
	p.mu.Lock()
	closing := []*esdb.Client{client}
	if f == keep && !p.closed {
		p.idle, closing = append(p.idle, client), nil
	}
	p.mu.Unlock()
	closeAll(closing)
	p.free(f)
}

// free gives a slot back, and closes the idle clients if that is the fate of all.
func (p *pool) free(f fate) {
	var closing []*esdb.Client
	p.mu.Lock()
	if f == dropAll {
		closing, p.idle = p.idle, nil
	}
	p.mu.Unlock()
	closeAll(closing)
	<-p.slots
}

// fateOf is what becomes of a client whose request ended with err, for a caller
// with a context. Whoever cancels says nothing against the connection; but the
// request may have failed too, so the client is not used again.
func fateOf(caller context.Context, err error) fate {
	switch {
	case err == nil, harmless(err):
		return keep
	case errors.Is(caller.Err(), context.Canceled):
		return drop
	}
	return dropAll
}

func closeAll(clients []*esdb.Client) {
	for _, c := range clients {
		_ = c.Close() // never fails
	}
}

// connect dials until it succeeds or ctx is done: one dial at a time, with a
// pause after each that failed. It takes no slot.
func (p *pool) connect(ctx context.Context) (*esdb.Client, error) {
	for {
		select {
		case <-p.gate:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", errNotSent, errors.Join(ctx.Err(), p.lastReason()))
		}
		if client := p.pop(); client != nil { // it came while we waited
			p.gate <- struct{}{}
			return client, nil
		}
		client, err := p.dialFor(ctx)
		if err == nil {
			return client, nil
		}
		if ctx.Err() != nil || hopeless(err) {
			return nil, fmt.Errorf("%w: %w", errNotSent, err)
		}
	}
}

// dialFor dials for a caller. One that leaves does not end the dial, or a
// server that is slow to greet could never be reached by the impatient: the
// client then waits for the next.
func (p *pool) dialFor(ctx context.Context) (*esdb.Client, error) {
	type dialled struct {
		client *esdb.Client
		err    error
	}
	result := make(chan dialled)
	p.spawn(func() {
		client, err := p.dial(p.life)
		select {
		case result <- dialled{client, err}:
		case <-ctx.Done():
			if err == nil {
				p.stash(client)
			}
		}
		p.opened(err)
	})
	select {
	case d := <-result:
		return d.client, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// stash puts a client that nobody waits for among the idle, if there is room.
func (p *pool) stash(client *esdb.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) >= cap(p.slots) {
		_ = client.Close()
		return
	}
	p.idle = append(p.idle, client)
}

func (p *pool) lastReason() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reason
}

// opened opens the gate again, at once or after the pause.
func (p *pool) opened(err error) {
	p.mu.Lock()
	pause := p.pause
	if p.reason = err; err == nil {
		p.pause, pause, p.missed = pauseMin, 0, 0
	} else {
		p.pause = min(2*p.pause, pauseMax)
		p.missed++
	}
	p.mu.Unlock()
	if pause == 0 {
		p.gate <- struct{}{}
		return
	}
	time.AfterFunc(pause, func() { p.gate <- struct{}{} })
}

// dial finds the node, makes a client that knows it alone, and has it connect:
// clients are lazy, and their first request would hang with the dial.
func (p *pool) dial(ctx context.Context) (*esdb.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, p.patience())
	defer cancel()
	node, err := p.find(ctx)
	if err != nil {
		return nil, err
	}
	config := *p.config
	config.Address, config.GossipSeeds, config.DnsDiscover = node, nil, false
	client, err := esdb.NewClient(&config)
	if err != nil {
		return nil, err
	}
	_, done, err := guarded(ctx, p, client.GetServerVersion)
	if err != nil {
		p.discard(client, done)
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = client.Close()
		return nil, errors.New("closed")
	}
	return client, nil
}

// hopeless tells of a failed dial that another will not mend: the client
// cannot read the server's version ("24.10.0-rc").
func hopeless(err error) bool {
	var number *strconv.NumError
	return errors.As(err, &number)
}

// guarded runs f, which may hang or panic, and leaves when ctx is done; done is
// closed when f has ended.
func guarded[T any](ctx context.Context, p *pool, f func() (T, error)) (v T, done <-chan struct{}, err error) {
	type answer struct {
		v   T
		err error
	}
	answers := make(chan answer, 1)
	ended := make(chan struct{})
	p.spawn(func() {
		v, err := recovering(f)
		close(ended)
		answers <- answer{v, err}
	})
	select {
	case a := <-answers:
		return a.v, ended, a.err
	case <-ctx.Done():
		return v, ended, ctx.Err()
	}
}

func recovering[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return f()
}

// discard closes a client once its request has ended: a client that is closed under
// its request races with it. However silent the server, that comes: a request ends
// with its context, and the client bounds a dial of its own by the gossip timeout,
// which configure keeps within Options.Attempt.
func (p *pool) discard(client *esdb.Client, done <-chan struct{}) {
	p.spawn(func() {
		<-done
		_ = client.Close()
	})
}

// use runs one request on a client from the pool, in at most p.attempt from
// when it has one. What f returns, f alone has made.
func use[T any](ctx context.Context, p *pool, f func(context.Context, *esdb.Client) (T, error)) (T, error) {
	return useTimes(ctx, p, redirect, f)
}

func useTimes[T any](ctx context.Context, p *pool, left int, f func(context.Context, *esdb.Client) (T, error)) (v T, err error) {
	client, err := p.take(ctx)
	if err != nil {
		return v, err
	}
	short, cancel := context.WithTimeout(p.toLeader(ctx), p.attempt)
	defer cancel()
	v, done, err := guarded(short, p, func() (T, error) { return f(short, client) })
	p.leave(client, done, fateOf(ctx, err))
	if codeOf(err) != esdb.ErrorCodeNotLeader || left == 0 {
		return v, err
	}
	// The client goes to the leader by itself, and leaks what it cannot reach:
	// it is thrown away, and the next one is made for the leader.
	p.mu.Lock()
	p.asks = true
	p.mu.Unlock()
	return useTimes(ctx, p, left-1, f)
}

// leave gives a client back once its request has ended, and does not wait for
// it. A request that hangs longer than grace keeps its client, but not its slot.
func (p *pool) leave(client *esdb.Client, done <-chan struct{}, f fate) {
	select {
	case <-done:
		p.give(client, f)
		return
	default:
	}
	p.spawn(func() {
		if within(grace, done) {
			p.give(client, f)
			return
		}
		p.free(f)
		p.discard(client, done)
	})
}

// harmless tells of errors that say nothing against the connection.
func harmless(err error) bool {
	switch codeOf(err) {
	case esdb.ErrorCodeWrongExpectedVersion, esdb.ErrorCodeResourceNotFound, esdb.ErrorCodeStreamDeleted:
		return true
	}
	return false
}

// toLeader asks for the leader, as the client means to and does not: it puts
// the header among the incoming ones.
func (p *pool) toLeader(ctx context.Context) context.Context {
	if p.config.NodePreference != esdb.NodePreferenceLeader {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// close closes the idle clients; those in use are closed when they come back.
func (p *pool) close() {
	p.mu.Lock()
	drop := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	p.end()
	closeAll(drop)
}

// wait waits for the requests under way, but no longer than d.
func (p *pool) wait(d time.Duration) {
	for ; d > 0 && p.running.Load() > 0; d -= time.Millisecond {
		time.Sleep(time.Millisecond)
	}
}

func (p *pool) spawn(f func()) {
	p.running.Add(1)
	go func() {
		defer p.running.Add(-1)
		f()
	}()
}

// within waits for done, but no longer than d, and tells whether it came.
func within(d time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
