package esdbtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcmeta "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// An RPC names a kind of call.
type RPC string

// The kinds of calls.
const (
	Append    RPC = "append"
	Read      RPC = "read"
	Subscribe RPC = "subscribe"
	Delete    RPC = "delete" // and tombstone
	Features  RPC = "features"
	Gossip    RPC = "gossip"
)

// An Action is what a Fault does to a call.
type Action int

// The actions. None is no fault.
const (
	None      Action = iota
	Cut              // the connection is closed
	Hang             // no answer, until the caller is gone
	Empty            // an append's answer without a result
	NoPlace          // an append's success without a position
	Conflict         // an append is answered with a conflict, whatever is true
	Unsettled        // an append is answered with a conflict that names the size it expects
	Fail             // a status: Code, Message and Trailer
	Early            // Fail before an append's events were received
	Odd              // a read sends a message that the client does not know
	Undated          // a read sends events without the time of their creation
	Skip             // a read leaves out its first event
	Again            // a read sends its first event twice
)

// A Fault is what happens to one call.
type Fault struct {
	Do      Action
	Delay   time.Duration // before anything else
	Commit  bool          // an append is written first
	After   int           // so many events of a read or subscription are sent first
	Code    codes.Code
	Message string
	Trailer grpcmeta.MD
}

// Inject puts faults before the next calls of a kind, one each. The zero Fault
// lets its call through.
func (s *Server) Inject(rpc RPC, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[rpc] = append(s.faults[rpc], faults...)
}

// Waiting is how many faults for a kind of call have met none yet.
func (s *Server) Waiting(rpc RPC) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults[rpc])
}

// Forget takes back the faults that no call has met yet.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// act is the error with which a fault ends a call; nil for None and for what
// shows in the answer only.
func (s *Server) act(ctx context.Context, f Fault) error {
	switch f.Do {
	case Cut:
		s.cut(ctx)
		<-ctx.Done()
		return ctx.Err()
	case Hang:
		<-ctx.Done()
		return ctx.Err()
	case Fail, Early:
		_ = grpc.SetTrailer(ctx, f.Trailer)
		return status.Error(f.Code, f.Message)
	}
	return nil
}

// notLeader is how a follower answers who asked for the leader.
func notLeader(ctx context.Context, leader string) error {
	host, port, _ := net.SplitHostPort(leader)
	_ = grpc.SetTrailer(ctx, grpcmeta.Pairs("exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", port))
	return status.Error(codes.NotFound, "Leader info available")
}

func deleted(ctx context.Context, stream string) error {
	_ = grpc.SetTrailer(ctx, grpcmeta.Pairs("exception", "stream-deleted", "stream-name", stream))
	return status.Error(codes.FailedPrecondition, "Event stream '"+stream+"' is deleted.")
}

func wrongVersion(ctx context.Context, stream string, expected, actual int64) error {
	_ = grpc.SetTrailer(ctx, grpcmeta.Pairs("exception", "wrong-expected-version", "stream-name", stream,
		"expected-version", fmt.Sprint(expected), "actual-version", fmt.Sprint(actual)))
	return status.Error(codes.FailedPrecondition, fmt.Sprintf("Append failed due to WrongExpectedVersion. Stream: %s, Expected version: %d, Actual version: %d", stream, expected, actual))
}

func basic(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(password))
}
