package eventstoredb

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A Report is what Examine found of a stream, as far as that shows from outside.
type Report struct {
	Version string // of the server
	Stream  string
	Size    ledger.Position // after the last event
	Held    ledger.Position // events that could be read, in order, from the first on
	// MayWrite tells whether the account may append.
	MayWrite bool
	Members  []Member // of the cluster, as the node that answers names them; none where it does not say
	Problems []error  // faults; a sound stream has none
}

// A Member is a node of a cluster. State is the server's word for what it does there,
// such as Leader or Follower.
type Member struct {
	Address string
	State   string
	Alive   bool
}

// Examine looks at a stream from outside and changes nothing: the server's
// version, the stream's metadata and access list, every event in order and
// without gaps, and what the account may do. visit is given each entry. The
// error is about the looking; what is wrong with the stream is in the Report.
func Examine(ctx context.Context, connection string, opts Options, visit func(ledger.Entry) error) (Report, error) {
	s, err := prepare(connection, opts)
	if err != nil {
		return Report{}, err
	}
	defer s.Close()
	r := Report{Stream: s.stream}
	if r.Version, err = s.version(ctx); err != nil {
		return r, err
	}
	r.Members = s.members(ctx)
	found := func(err error) error { // nil if it is one of the stream's problems
		switch fault.KindOf(err) {
		case 0, fault.Unavailable:
			return err
		}
		r.Problems = append(r.Problems, err)
		return nil
	}
	for _, look := range []func(context.Context) error{s.inspectMetadata, s.inspectStart} {
		within, cancel := context.WithTimeout(ctx, s.opts.Attempt)
		err := look(within)
		cancel()
		if err != nil && found(err) != nil {
			return r, err
		}
	}
	within, cancel := context.WithTimeout(ctx, s.opts.Attempt)
	defer cancel()
	if r.Size, err = s.size(within); err != nil {
		return r, found(err)
	}
	for e, err := range s.Range(ctx, 0, r.Size) {
		if err == nil {
			err = visit(e)
		}
		if err != nil {
			if found(err) != nil {
				return r, err
			}
			break
		}
		r.Held++
	}
	// An append of nothing is judged like one of something, and writes nothing.
	if f, ok := s.refused(s.send(ctx, r.Size, nil)); !ok {
		r.MayWrite = true
	} else if fault.KindOf(f) == fault.Corrupt {
		return r, found(f)
	}
	return r, nil
}

// members asks each node that the connection string names for the members of the
// cluster, one after the other, and takes the first answer.
func (s *Store) members(ctx context.Context) (all []Member) {
	seeds, err := s.pool.seeds(ctx)
	if err != nil || len(seeds) == 0 {
		seeds = []seed{{address: s.pool.config.Address}}
	}
	for _, node := range seeds {
		within, cancel := context.WithTimeout(ctx, greeting)
		infos, err := s.pool.readGossip(within, node)
		cancel()
		if err != nil { // silent or killed: the others know of it
			continue
		}
		for _, m := range infos {
			address := net.JoinHostPort(m.GetHttpEndPoint().GetAddress(), strconv.Itoa(int(m.GetHttpEndPoint().GetPort())))
			all = append(all, Member{address, m.State.String(), m.IsAlive})
		}
		slices.SortFunc(all, func(a, b Member) int { return strings.Compare(a.Address, b.Address) })
		return all
	}
	return nil
}

// version is the server's, which it tells to strangers too.
func (s *Store) version(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Attempt)
	defer cancel()
	return persist(ctx, s, func() (string, error) {
		return use(ctx, s.pool, func(_ context.Context, c *esdb.Client) (string, error) {
			v, err := c.GetServerVersion()
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch), nil
		})
	})
}
