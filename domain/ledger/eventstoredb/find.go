package eventstoredb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// The client asks one node of a cluster after the other, and waits for one that
// says nothing until the time is over. So the pool finds the node by itself: it
// asks all at once, on connections that it closes, and takes the first answer.

// greeting is how long the first dial to a node that others named may take.
const greeting = time.Second

// patience bounds one dial. Where there are several nodes the first tries are
// short: the one that was named may have fallen silent.
func (p *pool) patience() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.config.GossipSeeds) == 0 && !p.config.DnsDiscover {
		return p.attempt
	}
	return min(p.attempt, greeting<<min(p.missed, 3))
}

// A seed is where a node is asked, and under which name it is known.
type seed struct{ address, name string }

// seeds are the nodes to be asked; none where only one is named.
func (p *pool) seeds(ctx context.Context) ([]seed, error) {
	p.mu.Lock()
	asks := p.asks
	p.mu.Unlock()
	switch {
	case p.config.DnsDiscover:
		return resolved(ctx, p.config.Address)
	case len(p.config.GossipSeeds) > 0:
		var all []seed
		for _, e := range p.config.GossipSeeds {
			all = append(all, seed{address: e.String()})
		}
		return all, nil
	case asks:
		return []seed{{address: p.config.Address}}, nil
	}
	return nil, nil
}

// resolved are the nodes behind one name.
func resolved(ctx context.Context, address string) ([]seed, error) {
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	hosts, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return nil, err
	}
	var all []seed
	for _, h := range hosts {
		all = append(all, seed{"passthrough:///" + net.JoinHostPort(h, port), address})
	}
	return all, nil
}

// find gives the address of the node to use: the one that is named, or what the
// first of several says that knows one.
func (p *pool) find(ctx context.Context) (string, error) {
	seeds, err := p.seeds(ctx)
	if err != nil || seeds == nil {
		return p.config.Address, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		node string
		err  error
	}
	answers := make(chan answer, len(seeds))
	for _, s := range seeds {
		p.spawn(func() {
			node, err := p.ask(ctx, s)
			answers <- answer{node, err}
		})
	}
	var last error
	for range seeds {
		select {
		case a := <-answers:
			if a.err == nil {
				return a.node, nil
			}
			if last == nil || errors.Is(a.err, ErrNotReady) { // one that answered tells more
				last = a.err
			}
		case <-ctx.Done():
			return "", errors.Join(last, ctx.Err())
		}
	}
	return "", last
}

// ask lets one node tell which node to use.
func (p *pool) ask(ctx context.Context, s seed) (string, error) {
	members, err := p.readGossip(ctx, s)
	if err != nil {
		return "", err
	}
	return chosen(members, p.config.NodePreference)
}

// readGossip lets one node tell the members of its cluster, on a connection that is
// closed again.
func (p *pool) readGossip(ctx context.Context, s seed) ([]*gossip.MemberInfo, error) {
	security, err := p.security()
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(security)}
	if s.name != "" {
		options = append(options, grpc.WithAuthority(s.name))
	}
	conn, err := grpc.NewClient(s.address, options...)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	return info.GetMembers(), err
}

func (p *pool) security() (credentials.TransportCredentials, error) {
	if p.config.DisableTLS {
		return insecure.NewCredentials(), nil
	}
	c := &tls.Config{InsecureSkipVerify: p.config.SkipCertificateVerification, RootCAs: p.config.RootCAs}
	if p.config.UserCertFile != "" {
		own, err := tls.LoadX509KeyPair(p.config.UserCertFile, p.config.UserKeyFile)
		if err != nil {
			return nil, fmt.Errorf("user certificate: %w", err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return credentials.NewTLS(c), nil
}

// preferred are the states of nodes that serve a preference, best first. Who
// wants the leader wants no other: it would send us there.
var preferred = map[esdb.NodePreference][]gossip.MemberInfo_VNodeState{
	esdb.NodePreferenceLeader:   {gossip.MemberInfo_Leader},
	esdb.NodePreferenceFollower: {gossip.MemberInfo_Follower, gossip.MemberInfo_Leader, gossip.MemberInfo_ReadOnlyReplica},
	esdb.NodePreferenceRandom:   {gossip.MemberInfo_Leader, gossip.MemberInfo_Follower, gossip.MemberInfo_ReadOnlyReplica},
	esdb.NodePreferenceReadOnlyReplica: {gossip.MemberInfo_ReadOnlyReplica, gossip.MemberInfo_PreReadOnlyReplica, gossip.MemberInfo_ReadOnlyLeaderless,
		gossip.MemberInfo_Follower, gossip.MemberInfo_Leader},
}

// chosen is the living member that serves a preference best.
func chosen(members []*gossip.MemberInfo, preference esdb.NodePreference) (string, error) {
	best, rank := "", 1<<30
	for _, m := range members {
		r := slices.Index(preferred[preference], m.State)
		if r < 0 || r >= rank || !m.IsAlive || m.HttpEndPoint == nil {
			continue
		}
		best, rank = net.JoinHostPort(m.HttpEndPoint.Address, strconv.Itoa(int(m.HttpEndPoint.Port))), r
	}
	if best == "" {
		return "", ErrNotReady.With(noLeader)
	}
	return best, nil
}
