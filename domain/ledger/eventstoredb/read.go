package eventstoredb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Entries are read in pages of about this much, each a request of its own: a
// reader that takes its time holds no connection.
const (
	pageEntries = 512
	pageBytes   = 4 << 20
)

// Entries is ledger.Log's.
func (s *Store) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	size, err := s.Size(ctx)
	switch {
	case err != nil:
		return failed(err)
	case from < 0 || from > size:
		return failed(ledger.ErrBeyondHead.With(from, size))
	}
	return s.Range(ctx, from, size)
}

// Range is ledger.Ranger's.
func (s *Store) Range(ctx context.Context, from, size ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		page, err := s.kept(ctx, from, size), error(nil)
		for next := from; next < size; page = nil {
			if page == nil {
				page, err = s.page(ctx, next, size)
			}
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			for _, e := range page {
				if err := s.going(ctx); err != nil {
					yield(ledger.Entry{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
			next += ledger.Position(len(page))
		}
	}
}

func failed(err error) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, err) }
}

func (s *Store) going(ctx context.Context) error {
	if s.isClosed() {
		return ledger.ErrClosed
	}
	return ctx.Err()
}

// page reads at least one entry from a position below upto, trying again until
// the call's time is over.
func (s *Store) page(ctx context.Context, from, upto ledger.Position) ([]ledger.Entry, error) {
	ctx, cancel, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	return persist(ctx, s, func() ([]ledger.Entry, error) {
		page, err := s.read(ctx, from, min(upto-from, pageEntries))
		if err == nil && len(page) == 0 {
			var size ledger.Position
			if size, err = s.askSize(ctx); err == nil {
				err = s.shorter(ctx, min(size, from))
			}
		}
		return page, err
	})
}

// persist tries a read again, with pauses, until it succeeds, fails for good,
// or ctx is done. That time ran out tells less than the failure before it.
func persist[T any](ctx context.Context, s *Store, read func() (T, error)) (T, error) {
	var last error
	for t := (trying{pause: pauseMin}); ; {
		v, err := read()
		if err == nil {
			return v, nil
		}
		if last == nil || !ranOut(ctx, err) {
			last = s.readFault(ctx, err)
		}
		if err = last; !t.passing(err) || !t.sleep(ctx) {
			return v, s.ended(ctx, err)
		}
	}
}

func ranOut(ctx context.Context, err error) bool {
	return ctx.Err() != nil || codeOf(err) == esdb.ErrorCodeDeadlineExceeded || errors.Is(err, context.DeadlineExceeded)
}

// trying is how often, and after which pause, a call tries again.
type trying struct {
	pause   time.Duration
	unknown int // times that the server did not know the account
}

// mostUnknown bounds how often an account that the server does not know is tried
// again, in about two seconds: one that has just started knows none yet.
const mostUnknown = 7

// passing tells of faults that may be gone at the next try.
func (t *trying) passing(err error) bool {
	if errors.Is(err, ErrDenied) && codeOf(err) == esdb.ErrorCodeUnauthenticated {
		t.unknown++
		return t.unknown <= mostUnknown
	}
	for _, f := range []error{ErrAway, ErrBehind, ErrNotReady, ErrOrder, ledger.ErrStoreBehind} {
		if errors.Is(err, f) {
			return !hopeless(err)
		}
	}
	return false
}

// sleep pauses, longer each time, and tells whether there is time left.
func (t *trying) sleep(ctx context.Context) bool {
	pause := t.pause
	t.pause = min(2*pause, pauseMax)
	return sleep(ctx, pause)
}

func sleep(ctx context.Context, d time.Duration) bool {
	within(d, ctx.Done())
	return ctx.Err() == nil
}

// read is one request for up to count entries. It may give fewer, and none if
// the stream ends before from.
func (s *Store) read(ctx context.Context, from, count ledger.Position) ([]ledger.Entry, error) {
	opts := esdb.ReadStreamOptions{Direction: esdb.Forwards, From: esdb.Revision(uint64(from))}
	return use(ctx, s.pool, func(ctx context.Context, c *esdb.Client) (page []ledger.Entry, err error) {
		bytes := 0
		err = s.each(ctx, c, s.stream, opts, uint64(count), func(e *esdb.RecordedEvent) (bool, error) {
			due := from + ledger.Position(len(page))
			if err := s.inPlace(e, due); err != nil {
				return false, err
			}
			page = append(page, entryOf(e, due))
			bytes += len(e.Data)
			return bytes < pageBytes, nil
		})
		return page, err
	})
}

func entryOf(e *esdb.RecordedEvent, at ledger.Position) ledger.Entry {
	return ledger.Entry{Position: at, Bytes: e.Data, Kind: ledger.Kind(e.EventType)}
}

// inPlace holds an event to the position at which it is due.
func (s *Store) inPlace(e *esdb.RecordedEvent, due ledger.Position) error {
	switch {
	case e.StreamID != s.stream:
		return fmt.Errorf("%w: an event of another stream", errAnswer)
	case e.EventNumber > uint64(due):
		return ledger.ErrCorrupt.With(due, fault.Text{English: "records are missing from the stream", Vietnamese: "luồng bị thiếu bản ghi"})
	case e.EventNumber < uint64(due):
		return ErrOrder.With(e.EventNumber, due)
	}
	return nil
}

// each visits the events of one read until visit has enough, or the server
// ends the read. A stream that does not exist has none. A server that answers so
// knows our account.
func (s *Store) each(ctx context.Context, c *esdb.Client, stream string, opts esdb.ReadStreamOptions, count uint64, visit func(*esdb.RecordedEvent) (bool, error)) error {
	events, err := c.ReadStream(ctx, stream, opts, count)
	if err != nil {
		return err
	}
	defer events.Close()
	for {
		e, err := events.Recv()
		switch {
		case errors.Is(err, io.EOF) || isNotFound(err):
			s.admitted.Store(true)
			return nil
		case err != nil:
			return err
		case e.Event == nil:
			return fmt.Errorf("%w: no event", errAnswer)
		}
		s.admitted.Store(true)
		if more, err := visit(e.Event); err != nil || !more {
			return err
		}
	}
}

// size asks until the answer is no less than what was seen before.
func (s *Store) size(ctx context.Context) (ledger.Position, error) {
	return persist(ctx, s, func() (ledger.Position, error) {
		before := s.known() // what is heard of while we ask may not be in the answer
		size, err := s.askSize(ctx)
		if err != nil {
			return 0, err
		}
		if size < before {
			return 0, s.shorter(ctx, size)
		}
		s.saw(size)
		return size, nil
	})
}

func (s *Store) askSize(ctx context.Context) (ledger.Position, error) {
	last, err := s.one(ctx, s.stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}})
	if err != nil || last == nil {
		return 0, err
	}
	s.compareTail(last)
	return ledger.Position(last.EventNumber) + 1, nil
}

// one is the first event of a read, or nil.
func (s *Store) one(ctx context.Context, stream string, opts esdb.ReadStreamOptions) (*esdb.RecordedEvent, error) {
	return use(ctx, s.pool, func(ctx context.Context, c *esdb.Client) (found *esdb.RecordedEvent, err error) {
		err = s.each(ctx, c, stream, opts, 1, func(e *esdb.RecordedEvent) (bool, error) {
			found = e
			return false, nil
		})
		return found, err
	})
}

// shorter tells why the server shows only so many records when it has shown
// more: the stream was cut, it was put back to an older copy, or a node that has
// just begun to lead does not show all of them yet.
func (s *Store) shorter(ctx context.Context, size ledger.Position) error {
	if err := s.askMetadata(ctx); err != nil {
		return err
	}
	return ledger.ErrStoreBehind.With(size, s.known())
}

// inspectStart refuses a stream that does not begin with event 0.
func (s *Store) inspectStart(ctx context.Context) error {
	_, err := persist(ctx, s, func() (struct{}, error) {
		first, err := s.one(ctx, s.stream, esdb.ReadStreamOptions{Direction: esdb.Forwards, From: esdb.Start{}})
		if err == nil && first != nil && first.EventNumber != 0 {
			err = ledger.ErrCorrupt.With(0, fault.Text{
				English:    fmt.Sprintf("the stream begins with event %d", first.EventNumber),
				Vietnamese: fmt.Sprintf("luồng bắt đầu từ sự kiện %d", first.EventNumber),
			})
		}
		return struct{}{}, err
	})
	return err
}

func (s *Store) inspectMetadata(ctx context.Context) error {
	_, err := persist(ctx, s, func() (struct{}, error) { return struct{}{}, s.askMetadata(ctx) })
	return err
}

// askMetadata reads the stream's metadata and refuses what loses records. The
// client's own reader fails on streams without metadata and on access lists
// with two roles.
func (s *Store) askMetadata(ctx context.Context) error {
	last, err := s.one(ctx, "$$"+s.stream, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}})
	if err != nil || last == nil {
		return err
	}
	return s.checkMetadata(last.Data)
}

func (s *Store) checkMetadata(data []byte) error {
	var m struct {
		MaxAge         json.RawMessage `json:"$maxAge"`
		MaxCount       json.RawMessage `json:"$maxCount"`
		TruncateBefore json.RawMessage `json:"$tb"`
		ACL            json.RawMessage `json:"$acl"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return damaged(ErrRetention.With(s.stream, fault.Text{English: "unreadable metadata", Vietnamese: "không đọc được siêu dữ liệu"}), 0)
	}
	for name, value := range map[string]json.RawMessage{"$maxAge": m.MaxAge, "$maxCount": m.MaxCount, "$tb": m.TruncateBefore} {
		if v := string(value); v != "" && v != "null" && v != "0" {
			return damaged(ErrRetention.With(s.stream, name+" = "+v), 0)
		}
	}
	return s.checkACL(m.ACL)
}

// checkACL refuses an access list that gives deletion, or the metadata that
// amount to it, to everybody. A stream without a list has the server's default.
func (s *Store) checkACL(data json.RawMessage) error {
	var name string
	if json.Unmarshal(data, &name) == nil && name == "$userStreamAcl" {
		return ErrOpenACL.With(s.stream, name)
	}
	var list map[string]json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return nil
	}
	for _, right := range []string{"$d", "$mw"} {
		if slices.Contains(roles(list[right]), "$all") {
			return ErrOpenACL.With(s.stream, strings.Join([]string{right, "$all"}, " = "))
		}
	}
	return nil
}

// roles reads one role or a list of them.
func roles(data json.RawMessage) []string {
	var one string
	if json.Unmarshal(data, &one) == nil {
		return []string{one}
	}
	var many []string
	_ = json.Unmarshal(data, &many) // null or malformed: none
	return many
}
