package esdbtest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	features "github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	api "github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	grpcmeta "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// DefaultVersion is the version that a Server says it is, and answers like. One
// that begins with 23. answers as 23.10 does.
const DefaultVersion = "24.10.14"

// defaultMaxAppend is the server's own default for one append, in bytes.
const defaultMaxAppend = 1 << 20

// Config says what a Server is. The zero Config is a leader without TLS.
type Config struct {
	Version   string      // "" is DefaultVersion
	TLS       *tls.Config // nil is plain TCP
	Password  string      // "user:password"; "" lets everybody in
	Reader    string      // "user:password" of an account that may read and not write
	MaxAppend int         // by the count of its version; 0 is 1 MiB
	MinPing   time.Duration
	Leader    string   // host:port, if this node is a follower
	Members   []string // host:port of the nodes that gossip names, the leader first

	// CommitTimeout is how long an append waits until it is shown; then it is
	// answered with Aborted, and may still be. 0 is 2 seconds.
	CommitTimeout time.Duration
}

// A Server is one node. It listens on 127.0.0.1, keeps its address over
// restarts, and is safe for concurrent use.
type Server struct {
	api.UnimplementedStreamsServer
	features.UnimplementedServerFeaturesServer

	db     *Database
	config Config
	addr   string

	mu     sync.Mutex
	grpc   *grpc.Server
	conns  map[string]net.Conn
	faults map[RPC][]Fault
	calls  map[RPC]int
	asked  []grpcmeta.MD // the headers of each call of Streams
	frozen uint64        // reads see only what is below; 0 is everything
	state  State
	silent chan struct{} // closed by Continue; nil while it speaks

	cluster *Cluster // nil: it stands alone
}

// A State is what a node is ready for.
type State int

// The states. A node that has just started knows no accounts yet; one without a
// leader serves nothing that asks for it.
const (
	Serving State = iota
	Starting
	Leaderless
)

// SetState makes the node be in a state.
func (s *Server) SetState(state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
}

// Silence makes the node say and take nothing, as a stopped process does: its
// port stays open, and its connections stand. Continue ends it.
func (s *Server) Silence() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent == nil {
		s.silent = make(chan struct{})
	}
}

// Continue ends Silence.
func (s *Server) Continue() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent != nil {
		close(s.silent)
		s.silent = nil
	}
}

// speak returns when the node is not silent.
func (s *Server) speak() {
	for {
		s.mu.Lock()
		silent := s.silent
		s.mu.Unlock()
		if silent == nil {
			return
		}
		<-silent
	}
}

// of23 reports whether the node answers as 23.10 does where 24.10 answers otherwise.
func (s *Server) of23() bool { return strings.HasPrefix(s.config.Version, "23.") }

func (s *Server) readOnly(ctx context.Context) bool {
	md, _ := grpcmeta.FromIncomingContext(ctx)
	return s.config.Reader != "" && slices.Contains(md.Get("authorization"), basic(s.config.Reader))
}

// NewServer is a node of a database; Start starts it. address is "" for a free
// port of 127.0.0.1.
func NewServer(db *Database, address string, config Config) *Server {
	if config.Version == "" {
		config.Version = DefaultVersion
	}
	if config.MaxAppend == 0 {
		config.MaxAppend = defaultMaxAppend
	}
	if config.CommitTimeout == 0 {
		config.CommitTimeout = 2 * time.Second
	}
	if config.MinPing == 0 {
		config.MinPing = time.Second
	}
	if address == "" {
		address = "127.0.0.1:0"
	}
	return &Server{db: db, config: config, addr: address, conns: map[string]net.Conn{}, faults: map[RPC][]Fault{}, calls: map[RPC]int{}}
}

// Start listens and serves in the background.
func (s *Server) Start() error {
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	// grpc-go's own policy would drop a client of EventStoreDB for its pings.
	options := []grpc.ServerOption{
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: s.config.MinPing, PermitWithoutStream: true}),
		grpc.MaxRecvMsgSize(17 << 20),
	}
	if s.config.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(s.config.TLS)))
	}
	server := grpc.NewServer(options...)
	api.RegisterStreamsServer(server, s)
	features.RegisterServerFeaturesServer(server, s)
	gossip.RegisterGossipServer(server, gossipNode{node: s})
	s.mu.Lock()
	s.addr, s.grpc = listener.Addr().String(), server
	s.mu.Unlock()
	go server.Serve(&tracking{listener, s})
	return nil
}

// Stop ends the node as a kill does: calls are cut off.
func (s *Server) Stop() {
	s.mu.Lock()
	server := s.grpc
	s.grpc = nil
	s.mu.Unlock()
	s.Continue()
	if server != nil {
		server.Stop()
	}
}

// Addr is host:port.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// URL is a connection string for the node without TLS.
func (s *Server) URL() string { return "esdb://" + s.Addr() + "?tls=false" }

// Calls is how many calls of a kind have come.
func (s *Server) Calls(rpc RPC) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[rpc]
}

// Asked are the values that calls of streams carried in a header, one each.
func (s *Server) Asked(header string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var values []string
	for _, md := range s.asked {
		values = append(values, slices.Concat(md.Get(header), []string{""})[0])
	}
	return values
}

// Freeze makes reads see only what the database holds now, as on a follower
// that gets no more news; Thaw ends it.
func (s *Server) Freeze() { s.FreezeAt(s.db.Head()) }

// FreezeAt is Freeze as of a former Head of the database.
func (s *Server) FreezeAt(head uint64) { s.setFrozen(head) }

// Thaw ends Freeze.
func (s *Server) Thaw() { s.setFrozen(0) }

func (s *Server) setFrozen(at uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = at
}

func (s *Server) visible() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen == 0 {
		return ^uint64(0)
	}
	return s.frozen
}

// Cut closes every connection.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.Close()
	}
}

// Connections is how many are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *Server) cut(ctx context.Context) {
	if p, ok := peer.FromContext(ctx); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		if c := s.conns[p.Addr.String()]; c != nil {
			c.Close()
		}
	}
}

// tracking knows the connections that it accepted.
type tracking struct {
	net.Listener
	server *Server
}

func (t *tracking) Accept() (net.Conn, error) {
	c, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t.server.speak()
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.server.conns[c.RemoteAddr().String()] = c
	return &tracked{c, t.server}, nil
}

type tracked struct {
	net.Conn
	server *Server
}

func (c *tracked) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.server.speak()
	return n, err
}

func (c *tracked) Write(p []byte) (int, error) {
	c.server.speak()
	return c.Conn.Write(p)
}

func (c *tracked) Close() error {
	c.server.mu.Lock()
	delete(c.server.conns, c.RemoteAddr().String())
	c.server.mu.Unlock()
	return c.Conn.Close()
}

// GetSupportedMethods is called on every connect.
func (s *Server) GetSupportedMethods(ctx context.Context, _ *shared.Empty) (*features.SupportedMethods, error) {
	if _, err := s.admit(ctx, Features); err != nil {
		return nil, err
	}
	return &features.SupportedMethods{EventStoreServerVersion: s.config.Version}, nil
}

// A gossipNode answers gossip for a Server, whose own Read is that of streams.
type gossipNode struct {
	gossip.UnimplementedGossipServer
	node *Server
}

// Read tells the members of the cluster.
func (g gossipNode) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	if _, err := g.node.admit(ctx, Gossip); err != nil {
		return nil, err
	}
	return g.node.members(), nil
}

func (s *Server) members() *gossip.ClusterInfo {
	if s.cluster != nil {
		return s.cluster.members()
	}
	list := s.config.Members
	switch {
	case len(list) > 0:
	case s.config.Leader != "":
		list = []string{s.config.Leader, s.Addr()}
	default:
		list = []string{s.Addr()}
	}
	info := &gossip.ClusterInfo{}
	for i, m := range list {
		host, port, _ := net.SplitHostPort(m)
		state := gossip.MemberInfo_Follower
		if i == 0 {
			state = gossip.MemberInfo_Leader
		}
		var number uint32
		fmt.Sscan(port, &number)
		info.Members = append(info.Members, &gossip.MemberInfo{
			State: state, IsAlive: true, HttpEndPoint: &gossip.EndPoint{Address: host, Port: number},
		})
	}
	return info
}

// admit counts a call, checks who asks and whom, and gives the fault that was
// injected for it.
func (s *Server) admit(ctx context.Context, rpc RPC) (Fault, error) {
	md, _ := grpcmeta.FromIncomingContext(ctx)
	fault := s.count(rpc, md)
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-ctx.Done():
		}
	}
	if rpc == Features || rpc == Gossip {
		return fault, s.act(ctx, fault)
	}
	s.mu.Lock()
	state := s.state
	s.mu.Unlock()
	known := slices.Contains(md.Get("authorization"), basic(s.config.Password)) || s.readOnly(ctx)
	if s.config.Password != "" && (!known || state == Starting) {
		return fault, status.Error(codes.Unauthenticated, "authentication failed")
	}
	if state == Leaderless {
		return fault, status.Error(codes.Unavailable, "Server Is Not Ready")
	}
	if s.cluster != nil && slices.Contains(md.Get("requires-leader"), "true") {
		if err := s.cluster.lead(ctx, s); err != nil {
			return fault, err
		}
	}
	if s.config.Leader != "" && slices.Contains(md.Get("requires-leader"), "true") {
		return fault, notLeader(ctx, s.config.Leader)
	}
	return fault, nil
}

func (s *Server) count(rpc RPC, md grpcmeta.MD) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[rpc]++
	if rpc == Append || rpc == Read || rpc == Subscribe {
		s.asked = append(s.asked, md)
	}
	if queue := s.faults[rpc]; len(queue) > 0 {
		s.faults[rpc] = queue[1:]
		return queue[0]
	}
	return Fault{}
}
