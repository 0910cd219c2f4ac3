package eventstoredb

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/ledger"
)

// DefaultStream is the stream that holds a ledger where Options name no other.
const DefaultStream = "htx-ledger"

// Options says how Open opens. The zero Options are good.
type Options struct {
	// Stream is the name of the stream; "" is DefaultStream.
	Stream string
	// Timeout bounds each call whose context ends no sooner, with its retries;
	// 0 is 30 seconds. Of Entries it bounds each page; Grown is bounded by its
	// context alone.
	Timeout time.Duration
	// Attempt bounds one dial and one request to the server; 0 is 5 seconds.
	Attempt time.Duration
	// Poll is how often a follower asks for the size, so that a subscription
	// that fell silent is noticed; 0 is 5 seconds.
	Poll time.Duration
	// Connections bounds how many requests are under way at once, each on a
	// connection of its own, beside the follower's; 0 is 8.
	Connections int
}

func (o Options) withDefaults() Options {
	for d, otherwise := range map[*time.Duration]time.Duration{
		&o.Timeout: 30 * time.Second, &o.Attempt: 5 * time.Second, &o.Poll: 5 * time.Second,
	} {
		if *d <= 0 {
			*d = otherwise
		}
	}
	if o.Stream == "" {
		o.Stream = DefaultStream
	}
	if o.Connections <= 0 {
		o.Connections = 8
	}
	return o
}

// A Store is a ledger.Log, and a Follower, in one stream of EventStoreDB. Its
// methods may be called concurrently, also by several processes on the same
// stream. No call outlives its context, or Options.Timeout. It keeps up to
// Options.Connections connections open, and one for its follower.
type Store struct {
	stream string
	opts   Options
	pool   *pool

	base  context.Context // done when the store is closed
	close context.CancelFunc
	once  sync.Once

	admitted atomic.Bool // the server has answered a read: it knows our account

	mu      sync.Mutex
	head    ledger.Position // the largest size ever seen
	tail    tail            // what the subscription brought
	grown   chan struct{}   // closed when head grows or the tail changes
	watches bool            // the follower has been started
	live    bool            // its subscription stands and has caught up
	failure error           // why it does not
}

var (
	_ ledger.Log      = (*Store)(nil)
	_ ledger.Ranger   = (*Store)(nil)
	_ ledger.Follower = (*Store)(nil)
)

// Open opens the ledger in a stream of the server that a connection string
// names: esdb://[user:password@]host[:2113][,host…]?options, or
// esdb+discover://. A stream that does not exist yet is an empty ledger. Open
// waits no longer than Options.Attempt for the server, and fails with
//
//   - ErrConnection if the string is not usable, has options that the client
//     does not know, or credentials that would not be sent because TLS is off;
//   - ErrAway or ErrDenied if the server does not answer, or not to us;
//   - ErrRetention or ErrOpenACL if the stream's metadata would lose records,
//     and ledger.ErrCorrupt if it has lost its beginning or was deleted.
func Open(ctx context.Context, connection string, opts Options) (*Store, error) {
	s, err := prepare(connection, opts)
	if err != nil {
		return nil, err
	}
	if err := s.inspect(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// prepare makes a store that has not looked at its stream yet.
func prepare(connection string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	config, err := configure(connection, opts.Attempt)
	if err != nil {
		return nil, err
	}
	s := &Store{
		stream: opts.Stream, opts: opts, pool: newPool(config, opts.Connections, opts.Attempt),
		grown: make(chan struct{}),
	}
	s.base, s.close = context.WithCancel(context.Background())
	return s, nil
}

// inspect refuses a stream that has lost records or will.
func (s *Store) inspect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Attempt)
	defer cancel()
	if err := s.inspectMetadata(ctx); err != nil {
		return err
	}
	if err := s.inspectStart(ctx); err != nil {
		return err
	}
	_, err := s.size(ctx)
	return err
}

// configure reads a connection string. What it says never gets into an error:
// it may hold a password.
func configure(connection string, attempt time.Duration) (*esdb.Configuration, error) {
	if err := wellFormed(connection); err != nil {
		return nil, err
	}
	if err := knownOptions(connection); err != nil {
		return nil, err
	}
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		return nil, ErrConnection.With(err.Error())
	}
	if err := config.Validate(); err != nil {
		return nil, ErrConnection.With(err.Error())
	}
	if config.DisableTLS && config.Username != "" {
		return nil, ErrConnection.With("with tls=false the client sends no credentials")
	}
	config.Logger = esdb.NoopLogging()
	config.DefaultDeadline = nil // each request has its own
	// The pool finds the node and dials again by itself; a client that tries long
	// hangs long.
	config.MaxDiscoverAttempts, config.DiscoveryInterval = 1, 0
	seconds := int((attempt + time.Second - 1) / time.Second)
	config.GossipTimeout = max(1, min(config.GossipTimeout, seconds))
	return config, nil
}

// clientOptions are what the client reads; it takes others without a word.
var clientOptions = []string{
	"discoveryinterval", "gossiptimeout", "maxdiscoverattempts", "nodepreference", "keepaliveinterval", "keepalivetimeout",
	"tls", "tlscafile", "usercertfile", "userkeyfile", "tlsverifycert", "defaultdeadline",
}

func knownOptions(connection string) error {
	_, query, _ := strings.Cut(connection, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ErrConnection.With("the options are malformed")
	}
	for name, all := range values {
		switch {
		case !optionForm.MatchString(name):
			return ErrConnection.With("the options are malformed")
		case !slices.Contains(clientOptions, strings.ToLower(name)):
			return ErrConnection.With("unknown option " + name)
		case len(all) > 1:
			return ErrConnection.With("the option " + name + " is given twice")
		}
	}
	return nil
}

// optionForm is what may be repeated in an error.
var optionForm = regexp.MustCompile(`^[A-Za-z]{1,40}$`)

// wellFormed refuses what the parser would complain of by repeating it. Where a
// password has a character that ends it for the parser, or where there is no
// host, that is a part of the password.
func wellFormed(connection string) error {
	scheme, rest, _ := strings.Cut(connection, "://")
	if scheme != "esdb" && scheme != "esdb+discover" {
		return ErrConnection.With("the scheme must be esdb:// or esdb+discover://")
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 && !userForm.MatchString(rest[:at]) {
		return ErrConnection.With("user, password and options are to be percent-encoded: @ is %40, / is %2F, ? is %3F, # is %23, % is %25")
	}
	address, _, _ := strings.Cut(connection, "?")
	if _, err := esdb.ParseConnectionString(address); err != nil || strings.Contains(connection, "#") {
		return ErrConnection.With("want [user:password@]host[:port][,host[:port]…][?options] after ://")
	}
	return nil
}

// userForm is a user with or without a password (RFC 3986, section 3.2.1).
var userForm = regexp.MustCompile(`^([A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*$`)

// Size is ledger.Log's. It never goes back: a node that shows less than was
// seen before is behind, and asked again until ctx is done.
func (s *Store) Size(ctx context.Context) (ledger.Position, error) {
	ctx, cancel, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer cancel()
	return s.size(ctx)
}

// begin bounds a call by Options.Timeout and by the life of the store.
func (s *Store) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if s.isClosed() {
		return nil, nil, ledger.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	stop := context.AfterFunc(s.base, cancel)
	return ctx, func() { stop(); cancel() }, nil
}

func (s *Store) isClosed() bool { return s.base.Err() != nil }

// saw notes a size that the server has shown.
func (s *Store) saw(size ledger.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size > s.head {
		s.head = size
		s.wake()
	}
}

// wake lets everybody look again who waits for the stream to grow; mu is held.
func (s *Store) wake() {
	close(s.grown)
	s.grown = make(chan struct{})
}

func (s *Store) known() ledger.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head
}

// Close ends the calls under way, which fail with ledger.ErrClosed, and closes
// the connections. A request on which the client hangs is left to end by itself,
// in no more than the time that the client takes to find the server away.
func (s *Store) Close() error {
	err := error(ledger.ErrClosed)
	s.once.Do(func() {
		s.close()
		s.pool.close()
		s.pool.wait(250 * time.Millisecond)
		err = nil
	})
	return err
}
