package relay

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"

	"htxledger/domain/ledger"
)

// The metadata of a message. Its UUID is the record's id and its payload the
// record's bytes, verbatim.
const (
	PositionKey = "position" // decimal
	KindKey     = "kind"
)

// messageOf is the message that carries a record.
func messageOf(ctx context.Context, r *ledger.Record) *message.Message {
	m := message.NewMessageWithContext(ctx, r.ID.String(), r.Bytes)
	m.Metadata.Set(PositionKey, strconv.FormatInt(int64(r.Position), 10))
	m.Metadata.Set(KindKey, string(r.Kind))
	return m
}

// maxAsked is the longest a target may ask to be left alone.
const maxAsked = 5 * time.Minute

// sender makes the function that sends one record: it returns nil once the
// target has acknowledged, an error once ctx is done, and ErrRefused or ErrGone
// if there is no sense in trying again.
func (r *Relay) sender(publisher message.Publisher) func(context.Context, *ledger.Record) error {
	refusals := 0
	handle := func(m *message.Message) ([]*message.Message, error) {
		return nil, publisher.Publish(r.target.Topic, m)
	}
	handle = middleware.Recoverer(handle)
	handle = middleware.Timeout(r.options.Timeout)(handle)
	handle = r.noteFailures(handle)
	handle = middleware.Retry{
		MaxRetries:          math.MaxInt32, // for ever: decades at the shortest pause
		InitialInterval:     r.options.Pause,
		MaxInterval:         r.options.MaxPause,
		Multiplier:          1.5, // applied twice after each failure, as ShouldRetry is set
		RandomizationFactor: 0.5,
		ResetContextOnRetry: true,
		ShouldRetry: func(p middleware.RetryParams) bool {
			if isRefusal(p.Err) {
				refusals++
			}
			return refusals < r.options.Refusals && !isDeparture(p.Err)
		},
	}.Middleware(handle)
	return func(ctx context.Context, record *ledger.Record) error {
		refusals = 0
		_, err := handle(messageOf(ctx, record))
		return r.unsentError(ctx, record, err)
	}
}

// noteFailures is a middleware that notes what went wrong, and waits as long as the
// target asked.
func (r *Relay) noteFailures(next message.HandlerFunc) message.HandlerFunc {
	return func(m *message.Message) ([]*message.Message, error) {
		ctx := m.Context() // next leaves another
		_, err := next(m)
		// An end that was asked for is no trouble of the target.
		if err == nil || ctx.Err() != nil {
			return nil, err
		}
		var panicked middleware.RecoveredPanicError
		if errors.As(err, &panicked) {
			err = errPanic.With(panicked.V) // without its stack
		}
		r.noteTrouble(err)
		waitFor(ctx, askedPause(err, maxAsked))
		return nil, err
	}
}

func waitFor(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// unsentError is the error of a record that was not sent.
func (r *Relay) unsentError(ctx context.Context, record *ledger.Record, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case isRefusal(err):
		return ErrRefused.With(r.target.Name, record.Position, record.ID).Because(err)
	case isDeparture(err):
		return ErrGone.With(r.target.Name).Because(err)
	}
	return err
}
