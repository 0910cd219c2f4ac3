// Package feed keeps projections up with the ledger.
//
// A message says "the size is now N" and nothing else. Whoever hears one pulls
// the records from the log by their position, so it does not matter if
// messages are lost, doubled or overtake one another, all of which Watermill's
// in-process channel may do: order comes from the log alone.
package feed

import (
	"context"
	"fmt"
	"strconv"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"htxledger/domain/ledger"
)

// Topic is where sizes are announced.
const Topic = "htxledger.size"

// An Announcer carries wake-ups inside the process, over Watermill's Go
// channel. It is safe for concurrent use.
type Announcer struct{ channel *gochannel.GoChannel }

// NewAnnouncer makes an announcer, to be closed after those who listen.
func NewAnnouncer() *Announcer {
	return &Announcer{gochannel.NewGoChannel(gochannel.Config{OutputChannelBuffer: 16}, watermill.NopLogger{})}
}

// Announce says that the log holds size records. It does not wait for anyone;
// with nobody listening the message is lost, as it may be.
func (a *Announcer) Announce(size ledger.Position) error {
	payload := strconv.AppendInt(nil, int64(size), 10)
	if err := a.channel.Publish(Topic, message.NewMessage(watermill.NewUUID(), payload)); err != nil {
		return fmt.Errorf("announce size %d: %w", size, err)
	}
	return nil
}

// Subscribe is message.Subscriber's, for a Follower.
func (a *Announcer) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	return a.channel.Subscribe(ctx, topic)
}

// Close ends all subscriptions.
func (a *Announcer) Close() error { return a.channel.Close() }

// announcedSize is the size that a message says, or -1 for one that says none.
func announcedSize(m *message.Message) ledger.Position {
	n, err := strconv.ParseInt(string(m.Payload), 10, 64)
	if err != nil {
		return -1
	}
	return ledger.Position(n)
}
