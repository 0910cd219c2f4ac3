package esdbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	api "github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Append takes the options, then the events, and answers once.
func (s *Server) Append(call api.Streams_AppendServer) error {
	ctx := call.Context()
	fault, err := s.admit(ctx, Append)
	if err != nil {
		return err
	}
	first, err := call.Recv()
	if err != nil {
		return err
	}
	if fault.Do == Early {
		return s.act(ctx, fault)
	}
	options := first.GetOptions()
	if options == nil {
		return status.Error(codes.InvalidArgument, "an append begins with its options")
	}
	name := string(options.StreamIdentifier.GetStreamName())
	if s.readOnly(ctx) {
		return status.Error(codes.PermissionDenied, "Access Denied")
	}
	events, err := s.proposed(call, name)
	if err != nil {
		return err
	}
	expected := expectedBy(options)
	if fault.Do == None || fault.Commit {
		done, err := s.db.write(name, expected, events)
		if err != nil {
			return failure(ctx, name, err)
		}
		if err := s.db.settled(ctx, done.position, s.config.CommitTimeout); err != nil {
			return failure(ctx, name, err)
		}
		if fault.Do == None {
			return call.SendAndClose(answer(done, expected))
		}
	}
	switch fault.Do {
	case Empty:
		return call.SendAndClose(&api.AppendResp{})
	case NoPlace:
		return call.SendAndClose(success(&api.AppendResp_Success{
			CurrentRevisionOption: &api.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(expected + int64(len(events)))},
			PositionOption:        &api.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
		}))
	case Conflict:
		return call.SendAndClose(answer(outcome{conflict: true, current: expected + 1}, expected))
	case Unsettled:
		return call.SendAndClose(answer(outcome{conflict: true, current: expected}, expected))
	}
	return s.act(ctx, fault)
}

// proposed receives the events, refusing too many bytes as soon as it sees
// them, which is while the client still sends.
func (s *Server) proposed(call api.Streams_AppendServer, name string) ([]*event, error) {
	var events []*event
	size := 0
	for {
		req, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		p := req.GetProposedMessage()
		if p == nil || p.Id == nil || p.Metadata["content-type"] == "" {
			return nil, status.Error(codes.InvalidArgument, "an event lacks its id or content type")
		}
		if p.Metadata["type"] == "" {
			return nil, status.Error(codes.Unknown, "Exception was thrown by handler.")
		}
		if size += len(p.Data); !s.of23() { // 23.10 forgets the rest, by a slip
			size += len(p.CustomMetadata) + 2*len(utf16.Encode([]rune(p.Metadata["type"])))
		}
		if size > s.config.MaxAppend {
			return nil, status.Errorf(codes.InvalidArgument, "Maximum Append Size of %d Exceeded.", s.config.MaxAppend)
		}
		events = append(events, newEvent(name, p.Id, p.Data, p.CustomMetadata, p.Metadata))
	}
}

func newEvent(name string, id *shared.UUID, data, custom []byte, system map[string]string) *event {
	return &event{
		Id: id, StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)}, Data: data, CustomMetadata: custom,
		Metadata: map[string]string{"type": system["type"], "content-type": system["content-type"]},
	}
}

func structured(most, least int64) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{MostSignificantBits: most, LeastSignificantBits: least}}}
}

func expectedBy(o *api.AppendReq_Options) int64 {
	switch e := o.ExpectedStreamRevision.(type) {
	case *api.AppendReq_Options_Revision:
		return int64(e.Revision)
	case *api.AppendReq_Options_NoStream:
		return expectNone
	case *api.AppendReq_Options_StreamExists:
		return expectExists
	}
	return expectAny
}

func failure(ctx context.Context, name string, err error) error {
	switch {
	case errors.Is(err, errDeleted):
		return deleted(ctx, name)
	case errors.Is(err, errCommitTimeout):
		return status.Error(codes.Aborted, err.Error())
	}
	return status.Error(codes.Unknown, err.Error())
}

func success(s *api.AppendResp_Success) *api.AppendResp {
	return &api.AppendResp{Result: &api.AppendResp_Success_{Success: s}}
}

func answer(o outcome, expected int64) *api.AppendResp {
	if !o.conflict {
		ok := &api.AppendResp_Success{CurrentRevisionOption: &api.AppendResp_Success_NoStream{NoStream: &shared.Empty{}}}
		if o.current >= 0 {
			ok.CurrentRevisionOption = &api.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(o.current)}
		}
		ok.PositionOption = &api.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}}
		if o.current < 0 { // nothing was written and nothing is there
			ok.PositionOption = &api.AppendResp_Success_Position{Position: &api.AppendResp_Position{CommitPosition: ^uint64(0), PreparePosition: ^uint64(0)}}
		}
		if o.position > 0 {
			ok.PositionOption = &api.AppendResp_Success_Position{Position: &api.AppendResp_Position{CommitPosition: o.position, PreparePosition: o.position}}
		}
		return success(ok)
	}
	wrong := &api.AppendResp_WrongExpectedVersion{}
	if o.current >= 0 {
		wrong.CurrentRevisionOption = &api.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(o.current)}
	} else {
		wrong.CurrentRevisionOption = &api.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
	}
	switch expected {
	case expectNone:
		wrong.ExpectedRevisionOption = &api.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	case expectExists:
		wrong.ExpectedRevisionOption = &api.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
	case expectAny:
		wrong.ExpectedRevisionOption = &api.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
	default:
		wrong.ExpectedRevisionOption = &api.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(expected)}
	}
	return &api.AppendResp{Result: &api.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: wrong}}
}

// Delete deletes a stream softly: the next write goes on with the numbers.
func (s *Server) Delete(ctx context.Context, req *api.DeleteReq) (*api.DeleteResp, error) {
	o := req.GetOptions()
	expected := int64(expectAny)
	switch e := o.ExpectedStreamRevision.(type) {
	case *api.DeleteReq_Options_Revision:
		expected = int64(e.Revision)
	case *api.DeleteReq_Options_NoStream:
		expected = expectNone
	case *api.DeleteReq_Options_StreamExists:
		expected = expectExists
	}
	position, err := s.removed(ctx, string(o.StreamIdentifier.GetStreamName()), expected, false)
	if err != nil {
		return nil, err
	}
	return &api.DeleteResp{PositionOption: &api.DeleteResp_Position_{Position: &api.DeleteResp_Position{CommitPosition: position, PreparePosition: position}}}, nil
}

// Tombstone deletes a stream for good.
func (s *Server) Tombstone(ctx context.Context, req *api.TombstoneReq) (*api.TombstoneResp, error) {
	o := req.GetOptions()
	expected := int64(expectAny)
	switch e := o.ExpectedStreamRevision.(type) {
	case *api.TombstoneReq_Options_Revision:
		expected = int64(e.Revision)
	case *api.TombstoneReq_Options_NoStream:
		expected = expectNone
	case *api.TombstoneReq_Options_StreamExists:
		expected = expectExists
	}
	position, err := s.removed(ctx, string(o.StreamIdentifier.GetStreamName()), expected, true)
	if err != nil {
		return nil, err
	}
	return &api.TombstoneResp{PositionOption: &api.TombstoneResp_Position_{Position: &api.TombstoneResp_Position{CommitPosition: position, PreparePosition: position}}}, nil
}

func (s *Server) removed(ctx context.Context, name string, expected int64, hard bool) (uint64, error) {
	if _, err := s.admit(ctx, Delete); err != nil {
		return 0, err
	}
	if s.readOnly(ctx) {
		return 0, status.Error(codes.PermissionDenied, "Access Denied")
	}
	done, err := s.db.remove(name, expected, hard)
	if err != nil {
		return 0, failure(ctx, name, err)
	}
	if done.conflict {
		return 0, wrongVersion(ctx, name, expected, done.current)
	}
	return done.position, nil
}

// Read answers reads and subscriptions of one stream.
func (s *Server) Read(req *api.ReadReq, call api.Streams_ReadServer) error {
	options := req.GetOptions()
	of := options.GetStream()
	if of == nil {
		return status.Error(codes.Unimplemented, "this test server does not read $all")
	}
	_, subscribes := options.CountOption.(*api.ReadReq_Options_Subscription)
	rpc := Read
	if subscribes {
		rpc = Subscribe
	}
	fault, err := s.admit(call.Context(), rpc)
	if err != nil {
		return err
	}
	r := &reader{server: s, call: call, fault: fault, name: string(of.StreamIdentifier.GetStreamName())}
	if fault.Do != None && fault.After == 0 {
		if err := r.fail(); err != nil {
			return err
		}
	}
	if subscribes {
		return r.subscribe(of)
	}
	return r.read(of, options.ReadDirection == api.ReadReq_Options_Backwards, options.GetCount())
}

// A reader sends the events of one call.
type reader struct {
	server *Server
	call   api.Streams_ReadServer
	fault  Fault
	name   string
	sent   int
}

func (r *reader) fail() error {
	if r.fault.Do == Odd {
		return r.call.Send(&api.ReadResp{Content: &api.ReadResp_FirstStreamPosition{FirstStreamPosition: 0}})
	}
	return r.server.act(r.call.Context(), r.fault)
}

func (r *reader) send(e *event) error {
	if r.fault.After > 0 && r.sent == r.fault.After {
		if err := r.fail(); err != nil {
			return err
		}
	}
	if r.sent++; r.fault.Do == Skip && r.sent == 1 {
		return nil
	}
	if r.fault.Do == Again && r.sent == 1 {
		r.sent++
		if err := r.send(e); err != nil {
			return err
		}
	}
	if r.fault.Do == Undated {
		e = proto.Clone(e).(*event)
		delete(e.Metadata, "created")
	}
	return r.call.Send(&api.ReadResp{Content: &api.ReadResp_Event{Event: &api.ReadResp_ReadEvent{
		Event: e, Position: &api.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.CommitPosition},
	}}})
}

func (r *reader) look() (view, error) {
	v, err := r.server.db.look(r.name, r.server.visible())
	if err != nil {
		return v, failure(r.call.Context(), r.name, err)
	}
	return v, nil
}

// read sends up to count events, the named revision included.
func (r *reader) read(of *api.ReadReq_Options_StreamOptions, backwards bool, count uint64) error {
	if count == 0 {
		return status.Error(codes.Unknown, "Unexpected ReadStreamResult: Error")
	}
	v, err := r.look()
	if err != nil {
		return err
	}
	if !v.found {
		return r.call.Send(&api.ReadResp{Content: &api.ReadResp_StreamNotFound_{StreamNotFound: &api.ReadResp_StreamNotFound{StreamIdentifier: of.StreamIdentifier}}})
	}
	last := v.first + int64(len(v.events)) - 1
	at, step := v.first, int64(1)
	switch o := of.RevisionOption.(type) {
	case *api.ReadReq_Options_StreamOptions_Revision:
		at = int64(min(o.Revision, 1<<62))
	case *api.ReadReq_Options_StreamOptions_End:
		if at = last; !backwards {
			return status.Error(codes.InvalidArgument, "a read forwards from the end")
		}
	}
	if backwards {
		at, step = min(at, last), -1
	} else {
		at = max(at, v.first)
	}
	for ; count > 0 && at >= v.first && at <= last; at, count = at+step, count-1 {
		if err := r.send(v.events[at-v.first]); err != nil {
			return err
		}
	}
	return nil
}

// subscribe sends what follows the named revision, says when it has caught up,
// and goes on with what is written.
func (r *reader) subscribe(of *api.ReadReq_Options_StreamOptions) error {
	confirmation := &api.ReadResp_SubscriptionConfirmation{SubscriptionId: fmt.Sprintf("%p", r)}
	if err := r.call.Send(&api.ReadResp{Content: &api.ReadResp_Confirmation{Confirmation: confirmation}}); err != nil {
		return err
	}
	next := int64(0)
	switch o := of.RevisionOption.(type) {
	case *api.ReadReq_Options_StreamOptions_Revision:
		next = int64(o.Revision) + 1
	case *api.ReadReq_Options_StreamOptions_End:
		v, err := r.look()
		if err != nil {
			return err
		}
		next = v.first + int64(len(v.events))
	}
	copies := r.server.db.copies()
	for live := false; ; {
		grown := r.server.db.wait()
		if copies != r.server.db.copies() {
			<-r.call.Context().Done()
			return r.call.Context().Err()
		}
		v, err := r.look()
		if err != nil {
			return err
		}
		for next = max(next, v.first); next < v.first+int64(len(v.events)); next++ {
			if err := r.send(v.events[next-v.first]); err != nil {
				return err
			}
		}
		if !live && (v.found || !r.server.of23()) { // 23.10 says it of a new stream once that has events
			live = true
			if err := r.call.Send(&api.ReadResp{Content: &api.ReadResp_CaughtUp_{CaughtUp: &api.ReadResp_CaughtUp{}}}); err != nil {
				return err
			}
		}
		select {
		case <-grown:
		case <-r.call.Context().Done():
			return r.call.Context().Err()
		}
	}
}
