package relay_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/stretchr/testify/require"
)

// The tests of this file show what of Watermill this package keeps away from,
// and why. One that fails after an upgrade says that something has changed.

var errBoom = errors.New("boom")

// TestTrapChannelDrops loses what nobody listens to, without an error.
func TestTrapChannelDrops(t *testing.T) {
	c := gochannel.NewGoChannel(gochannel.Config{OutputChannelBuffer: 4}, watermill.NopLogger{})
	defer c.Close()
	require.NoError(t, c.Publish("records", message.NewMessage("1", nil)))
	got, err := c.Subscribe(t.Context(), "records")
	require.NoError(t, err)
	require.NoError(t, c.Publish("records", message.NewMessage("2", nil)))
	m := <-got
	m.Ack()
	require.Equal(t, "2", m.UUID)
}

// TestTrapChannelReorders what one publisher sent in order.
func TestTrapChannelReorders(t *testing.T) {
	for range 100 {
		if inversions(t) > 0 {
			return
		}
	}
	require.Fail(t, "the channel kept the order of 200,000 messages: look whether it now promises to")
}

func inversions(t *testing.T) (n int) {
	c := gochannel.NewGoChannel(gochannel.Config{}, watermill.NopLogger{})
	defer c.Close()
	got, err := c.Subscribe(t.Context(), "records")
	require.NoError(t, err)
	const many = 2000
	go func() {
		for i := range many {
			_ = c.Publish("records", message.NewMessage(fmt.Sprintf("%06d", i), nil))
		}
	}()
	last := ""
	for range many {
		m := <-got
		if m.UUID < last {
			n++
		}
		last = m.UUID
		m.Ack()
	}
	return n
}

// TestTrapRouter handles two messages at once, if its subscriber gives two.
func TestTrapRouter(t *testing.T) {
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	require.NoError(t, err)
	var both sync.WaitGroup
	both.Add(2)
	router.AddConsumerHandler("h", "records", eager{}, func(*message.Message) error {
		both.Done()
		both.Wait() // ends only if the other is in here too
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- router.Run(ctx) }()
	both.Wait()
	cancel()
	require.NoError(t, <-done)
}

// eager is a subscriber that does not wait for an acknowledgement.
type eager struct{}

func (eager) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	c := make(chan *message.Message, 2)
	c <- message.NewMessage("1", nil)
	c <- message.NewMessage("2", nil)
	context.AfterFunc(ctx, func() { close(c) })
	return c, nil
}
func (eager) Close() error { return nil }

// TestTrapDeduplicator drops what failed when it comes again, and takes equal
// payloads for one message.
func TestTrapDeduplicator(t *testing.T) {
	calls, failing := 0, true
	h := (&middleware.Deduplicator{Timeout: time.Minute}).Middleware(func(*message.Message) ([]*message.Message, error) {
		calls++
		if failing {
			return nil, errBoom
		}
		return nil, nil
	})
	m := message.NewMessage("1", []byte("218"))
	_, err := h(m)
	require.ErrorIs(t, err, errBoom)
	failing = false
	_, err = h(m)
	require.NoError(t, err)
	_, err = h(message.NewMessage("2", []byte("218")))
	require.NoError(t, err)
	require.Equal(t, 1, calls, "called once, handled never")
}

// TestTrapPoisonQueue calls a failed message handled; so does IgnoreErrors.
func TestTrapPoisonQueue(t *testing.T) {
	d := &desk{}
	poison, err := middleware.PoisonQueue(d, "records")
	require.NoError(t, err)
	ignore := middleware.NewIgnoreErrors([]error{errBoom})
	for _, m := range []message.HandlerMiddleware{poison, ignore.Middleware} {
		_, err := m(func(*message.Message) ([]*message.Message, error) { return nil, errBoom })(message.NewMessage("1", nil))
		require.NoError(t, err, "the next message would pass this one")
	}
}

// TestTrapInstantAck acknowledges what then fails.
func TestTrapInstantAck(t *testing.T) {
	m := message.NewMessage("1", nil)
	_, err := middleware.InstantAck(func(*message.Message) ([]*message.Message, error) { return nil, errBoom })(m)
	require.ErrorIs(t, err, errBoom)
	<-m.Acked()
}

// TestTrapTimeoutInRetry gives every attempt after the first a context that is
// over, unless ResetContextOnRetry is set.
func TestTrapTimeoutInRetry(t *testing.T) {
	for _, reset := range []bool{false, true} {
		dead := 0
		h := func(m *message.Message) ([]*message.Message, error) {
			if m.Context().Err() != nil {
				dead++
			}
			return nil, errBoom
		}
		retry := middleware.Retry{MaxRetries: 3, InitialInterval: 1, MaxInterval: 1, Multiplier: 1, ResetContextOnRetry: reset}
		_, err := retry.Middleware(middleware.Timeout(time.Hour)(h))(message.NewMessage("1", nil))
		require.ErrorIs(t, err, errBoom)
		require.Equal(t, map[bool]int{false: 3, true: 0}[reset], dead)
	}
}
