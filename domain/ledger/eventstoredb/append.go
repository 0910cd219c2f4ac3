package eventstoredb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/ledger"
)

// Append is ledger.Log's. It tries until ctx ends, as long as that can help. Of
// its own it fails with ErrAway or ErrNotReady, not written, if it had no
// connection or nobody to take the request until then, and with ErrDenied or
// ledger.ErrStorageFailed, not written, if the server refused.
// ledger.ErrStorageFailed that does not say so leaves the outcome unknown: when
// ctx ended something could still land at the position.
func (s *Store) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := ledger.CheckAppend(at, entries); err != nil {
		return err
	}
	ctx, cancel, err := s.begin(ctx)
	if err != nil {
		return ledger.NotWritten(err)
	}
	defer cancel()
	if len(entries) == 0 {
		return s.appendNothing(ctx, at)
	}
	events, err := eventsOf(entries)
	if err != nil {
		return ledger.NotWritten(err)
	}
	if err := s.write(ctx, at, events); err != nil {
		return err
	}
	s.saw(at + ledger.Position(len(entries)))
	return nil
}

func (s *Store) appendNothing(ctx context.Context, at ledger.Position) error {
	size, err := s.size(ctx)
	switch {
	case err != nil:
		return ledger.NotWritten(err)
	case size != at:
		return ledger.ErrConflict.With(at, size)
	}
	return nil
}

// write sends events until it is known what stands at their position.
func (s *Store) write(ctx context.Context, at ledger.Position, events []esdb.EventData) error {
	var doubt error // that of a send which may still land
	var last error  // why nothing was written so far, where there is no doubt
	for t := (trying{pause: pauseMin}); ; {
		err := s.send(ctx, at, events)
		switch conflict := codeOf(err) == esdb.ErrorCodeWrongExpectedVersion; {
		case err == nil:
			return nil
		case doubt == nil && conflict:
			if size, ok := decided(err); ok && size != at {
				return ledger.ErrConflict.With(at, size)
			}
			last = ErrUnsettled.With(at).Because(err)
		case doubt == nil && s.unwritten(ctx, at, &err):
			if last = err; !t.passing(err) {
				return ledger.NotWritten(s.ended(ctx, err))
			}
		default:
			if doubt == nil || !conflict {
				doubt = err
			}
			if stands, err := s.standing(ctx, at, events); err != nil || stands != nothing {
				return s.settled(ctx, at, stands, doubt, err)
			}
		}
		switch {
		case t.sleep(ctx):
		case doubt != nil:
			return s.unknown(ctx, doubt)
		default:
			return ledger.NotWritten(s.ended(ctx, last))
		}
	}
}

// settled is what becomes of an append that was in doubt when it is known what
// stands there, or when that could not be read.
func (s *Store) settled(ctx context.Context, at ledger.Position, stands standing, doubt, err error) error {
	switch {
	case err != nil:
		return s.unknown(ctx, errors.Join(doubt, err))
	case stands == ours:
		return nil
	}
	return s.conflict(ctx, at)
}

// unwritten tells whether an append that failed has certainly written nothing,
// and puts the fault in place of its error.
func (s *Store) unwritten(ctx context.Context, at ledger.Position, err *error) bool {
	if f, ok := s.refused(*err); ok {
		*err = f
		return true
	}
	if !unsent(*err) {
		return false
	}
	// Ask again with nothing: that is sent at once, and its refusal can be read.
	if f, ok := s.refused(s.send(ctx, at, nil)); ok {
		*err = f
		return true
	}
	*err = away(*err)
	return true
}

// unknown is the error of an append that may or may not have been written.
func (s *Store) unknown(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	return &ledger.WriteError{Outcome: ledger.Unknown, Err: ledger.ErrStorageFailed.Because(err)}
}

// conflict is ErrConflict with the size, if the server will tell it.
func (s *Store) conflict(ctx context.Context, at ledger.Position) error {
	size, err := s.askSize(ctx)
	if err != nil {
		size = s.known()
	}
	s.saw(size)
	return ledger.ErrConflict.With(at, size)
}

// send sends events once. It succeeds only on an answer that says at which
// revision and position they stand.
func (s *Store) send(ctx context.Context, at ledger.Position, events []esdb.EventData) error {
	opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}, Deadline: &s.opts.Attempt}
	if at > 0 {
		opts.ExpectedRevision = esdb.Revision(uint64(at) - 1)
	}
	result, err := use(ctx, s.pool, func(ctx context.Context, c *esdb.Client) (*esdb.WriteResult, error) {
		return c.AppendToStream(ctx, s.stream, opts, events...)
	})
	if err != nil || len(events) == 0 {
		return err
	}
	last := uint64(at) + uint64(len(events)) - 1
	if result.NextExpectedVersion != last || result.CommitPosition == 0 {
		return fmt.Errorf("%w: revision %d at %d where %d is due", errAnswer, result.NextExpectedVersion, result.CommitPosition, last)
	}
	return nil
}

// eventsOf makes events of entries. The bytes are copies: a request that is
// given up may go on reading them for a while, and the caller's are his own.
func eventsOf(entries []ledger.Entry) ([]esdb.EventData, error) {
	events := make([]esdb.EventData, len(entries))
	for i, e := range entries {
		metadata, err := json.Marshal(struct {
			Stream string `json:"$correlationId"`
			ID     string `json:"id,omitempty"`
		}{e.Stream.String(), e.ID.String()})
		if err != nil {
			return nil, err
		}
		events[i] = esdb.EventData{
			EventType: string(e.Kind), ContentType: esdb.ContentTypeJson,
			Data: bytes.Clone(e.Bytes), Metadata: metadata,
		}
	}
	return events, nil
}

// What stands where an append wanted to write.
type standing int

const (
	nothing standing = iota
	ours             // its bytes, all of them
	others           // something else, so that it can never be written
)

// standing reads back from a position, trying again until ctx is done.
func (s *Store) standing(ctx context.Context, at ledger.Position, events []esdb.EventData) (standing, error) {
	for got := 0; got < len(events); {
		next := at + ledger.Position(got)
		page, err := persist(ctx, s, func() ([]ledger.Entry, error) {
			return s.read(ctx, next, min(ledger.Position(len(events)-got), pageEntries))
		})
		switch {
		case err != nil:
			return nothing, err
		case len(page) == 0 && got == 0:
			return nothing, nil
		case len(page) == 0: // an append is all or none: the node shows a part of ours
			return nothing, ErrBehind.With(next, s.known())
		}
		for _, e := range page {
			if !bytes.Equal(e.Bytes, events[got].Data) {
				return others, nil
			}
			got++
		}
	}
	return ours, nil
}
