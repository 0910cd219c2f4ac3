package ledger

import (
	"sort"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
)

// An Index is what must be remembered of a prefix to extend it rightly: which
// id stands where, how long each stream is, and when each record was taken.
// It is not safe for concurrent use while it grows.
type Index struct {
	ids     map[ID]Position
	lengths map[Stream]int64
	taken   []calendar.Instant
}

// NewIndex makes the index of the empty prefix.
func NewIndex() *Index {
	return &Index{ids: map[ID]Position{}, lengths: map[Stream]int64{}}
}

// Size is the length of the prefix.
func (x *Index) Size() Position { return Position(len(x.taken)) }

// Add extends the prefix by its next record. A record out of place, an id or
// a revision that cannot be, or a recorded instant that goes back is
// ErrCorrupt, and the index is unchanged.
func (x *Index) Add(r *Record) error {
	switch {
	case r.Position != x.Size():
		return ErrCorrupt.With(x.Size(), fault.Text{English: "a record is missing or out of order", Vietnamese: "thiếu bản ghi hoặc sai thứ tự"})
	case r.Revision != x.lengths[r.Stream]:
		return ErrCorrupt.With(r.Position, fault.Text{English: "its number within the stream is out of order", Vietnamese: "số hiệu trong luồng sai thứ tự"})
	case r.Recorded < x.Last():
		return ErrCorrupt.With(r.Position, fault.Text{English: "it was recorded before the one before it", Vietnamese: "thời điểm ghi sớm hơn bản ghi trước"})
	}
	if _, twice := x.ids[r.ID]; twice {
		return ErrCorrupt.With(r.Position, fault.Text{English: "its id was recorded before", Vietnamese: "mã bản ghi bị trùng"})
	}
	x.ids[r.ID] = r.Position
	x.lengths[r.Stream]++
	x.taken = append(x.taken, r.Recorded)
	return nil
}

// Remove takes back the last record added, which must be r.
func (x *Index) Remove(r *Record) {
	delete(x.ids, r.ID)
	if x.lengths[r.Stream]--; x.lengths[r.Stream] == 0 {
		delete(x.lengths, r.Stream)
	}
	x.taken = x.taken[:len(x.taken)-1]
}

// Find tells where the record with an id stands.
func (x *Index) Find(id ID) (Position, bool) {
	p, ok := x.ids[id]
	return p, ok
}

// Length is the number of records in a stream, which is its next revision.
func (x *Index) Length(s Stream) int64 { return x.lengths[s] }

// Last is the instant of the last record, or zero.
func (x *Index) Last() calendar.Instant {
	if len(x.taken) == 0 {
		return 0
	}
	return x.taken[len(x.taken)-1]
}

// Taken is when the record at p was taken; p must be below Size.
func (x *Index) Taken(p Position) calendar.Instant { return x.taken[p] }

// KnownAt is the number of records taken at or before an instant.
func (x *Index) KnownAt(i calendar.Instant) Position {
	return Position(sort.Search(len(x.taken), func(k int) bool { return x.taken[k] > i }))
}
