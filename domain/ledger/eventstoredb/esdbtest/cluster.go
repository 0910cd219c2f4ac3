package esdbtest

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A Cluster is several nodes of one database. One of them leads; when it is
// killed or falls silent the others elect another, if they are a majority. Until
// they have noticed they name the old one. It is safe for concurrent use.
type Cluster struct {
	Nodes    []*Server
	db       *Database
	election time.Duration

	mu     sync.Mutex
	leader int          // -1: none
	down   map[int]bool // killed
	mute   map[int]bool // silent
	gone   map[int]bool // silent or killed, and the others know
	ahead  map[int]bool // led, and had what the majority lacks
	term   int
}

// NewCluster starts n nodes, of which the first leads. An election takes so long.
func NewCluster(db *Database, n int, config Config, election time.Duration) (*Cluster, error) {
	c := &Cluster{db: db, election: election, down: map[int]bool{}, mute: map[int]bool{}, gone: map[int]bool{}, ahead: map[int]bool{}}
	for range n {
		s := NewServer(db, "", config)
		s.cluster = c
		if err := s.Start(); err != nil {
			c.Close()
			return nil, err
		}
		c.Nodes = append(c.Nodes, s)
	}
	return c, nil
}

// URL is a connection string that names every node, without TLS.
func (c *Cluster) URL() string {
	var all []string
	for _, s := range c.Nodes {
		all = append(all, s.Addr())
	}
	return "esdb://" + strings.Join(all, ",") + "?tls=false"
}

// Leader is the number of the node that leads, or -1.
func (c *Cluster) Leader() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leader
}

// Close ends all nodes.
func (c *Cluster) Close() {
	for _, s := range c.Nodes {
		s.Stop()
	}
	c.db.Release()
}

// Kill ends a node as kill -9 does.
func (c *Cluster) Kill(i int) {
	c.Nodes[i].Stop()
	c.mu.Lock()
	c.down[i], c.mute[i] = true, false
	c.mu.Unlock()
	c.changed()
}

// Silence stops a node's process; its port stays open.
func (c *Cluster) Silence(i int) {
	c.Nodes[i].Silence()
	c.mu.Lock()
	c.mute[i] = true
	c.mu.Unlock()
	c.changed()
}

// Continue lets a silent node go on.
func (c *Cluster) Continue(i int) {
	c.mu.Lock()
	c.mute[i] = false
	c.mu.Unlock()
	c.Nodes[i].Continue()
	c.changed()
}

// Start starts a node that was killed. One that led and comes back with records
// that the majority lacks cuts them off and ends by itself: it is to be started
// once more, which Start tells.
func (c *Cluster) Start(i int) (again bool, err error) {
	c.mu.Lock()
	again = c.ahead[i]
	delete(c.ahead, i)
	c.mu.Unlock()
	if again {
		return true, nil
	}
	if err := c.Nodes[i].Start(); err != nil {
		return false, err
	}
	c.mu.Lock()
	c.down[i] = false
	c.mu.Unlock()
	c.changed()
	return false, nil
}

// changed is called when a node came or went: without a majority nothing is
// shown any more, and after an election's time the others have noticed.
func (c *Cluster) changed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.term++
	if c.speaking()*2 > len(c.Nodes) {
		if c.leader >= 0 && c.works(c.leader) {
			c.db.Release()
		}
	} else {
		c.db.Hold()
	}
	term := c.term
	time.AfterFunc(c.election, func() { c.notice(term) })
}

func (c *Cluster) works(i int) bool { return !c.down[i] && !c.mute[i] }

func (c *Cluster) speaking() (n int) {
	for i := range c.Nodes {
		if c.works(i) {
			n++
		}
	}
	return n
}

func (c *Cluster) notice(term int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if term != c.term {
		return
	}
	for i := range c.Nodes {
		c.gone[i] = !c.works(i)
	}
	if c.leader >= 0 && c.works(c.leader) {
		return
	}
	old := c.leader
	if c.leader = -1; c.speaking()*2 <= len(c.Nodes) {
		return
	}
	for i := range c.Nodes {
		if n := (old + 1 + i) % len(c.Nodes); c.works(n) {
			c.leader = n
			break
		}
	}
	if lost := c.db.Lose(); lost > 0 && old >= 0 && c.down[old] {
		c.ahead[old] = true
	}
	c.db.Release()
}

// lead refuses a call for the leader at another node.
func (c *Cluster) lead(ctx context.Context, s *Server) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.leader < 0:
		return status.Error(codes.Unavailable, "Server Is Not Ready")
	case c.Nodes[c.leader] != s:
		return notLeader(ctx, c.Nodes[c.leader].Addr())
	}
	return nil
}

func (c *Cluster) members() *gossip.ClusterInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := &gossip.ClusterInfo{}
	for i, s := range c.Nodes {
		host, port, _ := net.SplitHostPort(s.Addr())
		number, _ := strconv.Atoi(port)
		state := gossip.MemberInfo_Follower
		switch {
		case i == c.leader:
			state = gossip.MemberInfo_Leader
		case c.leader < 0:
			state = gossip.MemberInfo_Unknown
		}
		info.Members = append(info.Members, &gossip.MemberInfo{
			State: state, IsAlive: !c.gone[i], HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(number)},
		})
	}
	return info
}
