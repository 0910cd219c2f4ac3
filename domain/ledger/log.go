package ledger

import (
	"context"
	"iter"
)

// Limits that every Log keeps, below what EventStoreDB takes by default
// (1 MiB an append, counting names and metadata).
const (
	// MaxAppendBytes bounds the Cost of one append.
	MaxAppendBytes = 1_000_000
	// EntryOverhead is what an entry costs beside its bytes.
	EntryOverhead = 256
	// MaxEntryBytes bounds one record.
	MaxEntryBytes = MaxAppendBytes - EntryOverhead
)

// An Entry is one record on its way to or from a store.
type Entry struct {
	Position Position
	Bytes    []byte // canonical bytes: stored, hashed and returned verbatim

	// The rest repeats what Bytes say, for a store that shows it in its own
	// views. It is set on the way in; a store need not give it back.
	ID     ID
	Kind   Kind
	Stream Stream
	// Record is what Bytes encode, decoded, for a DecodedLog to keep. It may be
	// nil; no store looks at it.
	Record *Record
}

// Cost is what e counts against MaxAppendBytes.
func (e Entry) Cost() int { return len(e.Bytes) + EntryOverhead }

// A Log is an ordered, gapless, append-only sequence of entries: the narrow
// seam between the ledger and its stores. Methods may be called concurrently.
type Log interface {
	// Append adds entries, whose positions are at, at+1 …, all or none, and
	// returns once they are durable. It fails with
	//
	//   - ErrConflict if the log does not end at at: nothing was written. What
	//     stands there may be shown a moment later only;
	//   - ErrTooLarge if a limit is passed: nothing was written;
	//   - an error for which NotWritten is true: nothing was written, and
	//     nothing of it will appear;
	//   - any other error: the outcome is unknown. The entries may have been
	//     written, whole; the caller must read from at before it tries again.
	//
	// Appending no entries succeeds without effect if the log ends at at.
	Append(ctx context.Context, at Position, entries ...Entry) error

	// Entries yields the entries from a position up to the size at the time
	// of the call, in order and without gaps. It yields a non-nil error at
	// most once, and last: a sequence that ends without one is whole. From at
	// the size yields nothing; from beyond it is ErrBeyondHead.
	Entries(ctx context.Context, from Position) iter.Seq2[Entry, error]

	// Size is the number of entries.
	Size(ctx context.Context) (Position, error)

	// Close releases the log. Every later call fails with ErrClosed.
	Close() error
}

// A Follower is a Log that can say when it has grown, without being polled.
type Follower interface {
	// Grown returns when the log is larger than size, or ctx is done.
	Grown(ctx context.Context, size Position) error
}

// A Ranger is a Log that can read up to a size that its caller has just asked for,
// without asking for it once more: Entries, but for where it ends.
type Ranger interface {
	Range(ctx context.Context, from, size Position) iter.Seq2[Entry, error]
}

// A Prober is a Log that can tell whether it would take an append now, without
// one: nil, or the error that an append of a small record would fail with.
type Prober interface {
	Probe(ctx context.Context) error
}

// AbilityOf finds what has an ability beside being a Log, such as a Follower: a
// log, or one that it wraps (Unwrap() Log). found is false where none has it.
func AbilityOf[T any](log Log) (has T, found bool) {
	for {
		if has, found = log.(T); found {
			return has, true
		}
		wrapper, ok := log.(interface{ Unwrap() Log })
		if !ok {
			return has, false
		}
		log = wrapper.Unwrap()
	}
}

// CheckAppend tells whether entries may be appended at a position by the
// rules that bind every store: positions in order, limits kept. Each Log calls
// it first, so what one store refuses the other refuses too.
func CheckAppend(at Position, entries []Entry) error {
	total := 0
	for i, e := range entries {
		if e.Position != at+Position(i) {
			return ErrPositions.With(e.Position, at+Position(i))
		}
		if total += e.Cost(); total > MaxAppendBytes {
			return ErrTooLarge.With(total, MaxAppendBytes)
		}
	}
	return nil
}
