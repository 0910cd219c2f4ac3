package relay

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// The headers of a message in JetStream, beside its own Nats-Msg-Id, which is
// the record's id.
const (
	NATSPosition = "Htx-Position"
	NATSKind     = "Htx-Kind"
)

// dialTimeout bounds connecting to a broker.
const dialTimeout = 5 * time.Second

// A natsPublisher publishes to JetStream, a message at a time, each when the one
// before it is acknowledged.
//
// The library's own reconnecting is off: it keeps messages in a buffer and sends
// them later, behind the back of whoever has given them up and sent them again.
// A connection that failed is closed before the next is made.
type natsPublisher struct {
	server  string
	stream  string
	options []nats.Option

	mu    sync.Mutex
	conn  *nats.Conn
	js    jetstream.JetStream
	async atomic.Pointer[error] // what the broker last said on its own accord
}

var _ message.Publisher = (*natsPublisher)(nil)

// newNATSPublisher makes a publisher that connects at the first message.
func newNATSPublisher(u *url.URL, o TargetOptions, roots *x509.CertPool) *natsPublisher {
	p := &natsPublisher{server: u.Scheme + "://" + u.Host, stream: o.Stream}
	p.options = []nats.Option{
		nats.Name("htxledger relay"), nats.NoReconnect(), nats.Timeout(dialTimeout),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { p.async.Store(&err) }),
	}
	if u.Scheme == "tls" || roots != nil {
		p.options = append(p.options, nats.Secure(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}))
	}
	if o.CredsFile != "" {
		p.options = append(p.options, nats.UserCredentials(o.CredsFile))
	}
	if user := u.User; user != nil {
		password, both := user.Password()
		if both {
			p.options = append(p.options, nats.UserInfo(user.Username(), password))
		} else {
			p.options = append(p.options, nats.Token(user.Username()))
		}
	}
	return p
}

// Publish is message.Publisher's.
func (p *natsPublisher) Publish(topic string, messages ...*message.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range messages {
		if err := p.publish(topic, m); err != nil {
			return p.sortError(err)
		}
	}
	return nil
}

// publish sends a message and waits for the stream's acknowledgement; a duplicate is
// held to the bytes that the stream has.
func (p *natsPublisher) publish(topic string, m *message.Message) error {
	ctx := m.Context()
	if err := p.connect(ctx, topic); err != nil {
		return err
	}
	header := nats.Header{}
	header.Set(NATSPosition, m.Metadata.Get(PositionKey))
	header.Set(NATSKind, m.Metadata.Get(KindKey))
	options := []jetstream.PublishOpt{jetstream.WithMsgID(m.UUID), jetstream.WithRetryAttempts(0)}
	if p.stream != "" {
		options = append(options, jetstream.WithExpectStream(p.stream))
	}
	ack, err := p.js.PublishMsg(ctx, &nats.Msg{Subject: topic, Header: header, Data: m.Payload}, options...)
	if err != nil {
		return err
	}
	if ack.Duplicate {
		return p.same(ctx, ack, m)
	}
	return nil
}

// same holds what the broker calls a duplicate to what it has: it looks at ids
// alone, and two ledgers that share a stream may give one id to two records.
func (p *natsPublisher) same(ctx context.Context, ack *jetstream.PubAck, m *message.Message) error {
	stream, err := p.js.Stream(ctx, ack.Stream)
	if err != nil {
		return err
	}
	stored, err := stream.GetMsg(ctx, ack.Sequence)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil // it was there, and somebody has taken it away
	case err != nil:
		return err
	case !bytes.Equal(stored.Data, m.Payload):
		return Refuse(errOtherMessage.With(ack.Stream, m.UUID))
	}
	return nil
}

// connect makes a connection if there is none.
func (p *natsPublisher) connect(ctx context.Context, topic string) error {
	if p.conn != nil {
		return nil
	}
	p.async.Store(nil)
	d := &dialer{ctx: ctx}
	conn, err := nats.Connect(p.server, append(p.options[:len(p.options):len(p.options)], nats.SetCustomDialer(d))...)
	d.release()
	if err != nil {
		return err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return err
	}
	p.conn, p.js = conn, js
	return p.findStream(ctx, topic)
}

// findStream makes the stream named, if it is not there.
func (p *natsPublisher) findStream(ctx context.Context, topic string) error {
	if p.stream == "" {
		return nil
	}
	_, err := p.js.Stream(ctx, p.stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = p.js.CreateStream(ctx, jetstream.StreamConfig{
			Name: p.stream, Subjects: []string{topic}, Storage: jetstream.FileStorage,
		})
	}
	return err
}

// sortError sorts an error of the broker. After any but the broker's own word the
// connection is given up.
func (p *natsPublisher) sortError(err error) error {
	var api *jetstream.APIError
	switch {
	case isRefusal(err):
		return err
	case errors.Is(err, nats.ErrMaxPayload):
		return Refuse(err)
	case errors.As(err, &api):
		if api.ErrorCode == jetstream.JSErrCodeStreamMessageExceedsMaximum {
			return Refuse(err)
		}
		return err
	}
	if said := p.async.Load(); said != nil {
		err = errors.Join(err, *said)
	}
	p.drop()
	return err
}

func (p *natsPublisher) drop() {
	if p.conn != nil {
		p.conn.Close()
		p.conn, p.js = nil, nil
	}
}

// Close is message.Publisher's.
func (p *natsPublisher) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
	return nil
}

// A dialer gives up with its context, in the greeting after the dial too, until
// it is released.
type dialer struct {
	ctx  context.Context
	stop func() bool
}

// Dial is nats.CustomDialer's.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(d.ctx, network, address)
	if err == nil {
		d.release()
		d.stop = context.AfterFunc(d.ctx, func() { conn.Close() })
	}
	return conn, err
}

func (d *dialer) release() {
	if d.stop != nil {
		d.stop()
	}
}
