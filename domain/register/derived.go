package register

import (
	"slices"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/request"
)

// Why a derived key, or a correction that was looked at before, is refused.
var (
	ErrDerivedKey = fault.Declare("key-derived", fault.Rejected,
		"a key that begins with %s is made of what its command says, and this one is not; give the command a key of its own",
		"khóa lệnh bắt đầu bằng %s phải được lập từ chính nội dung của lệnh, mà khóa này thì không; hãy đặt cho lệnh một khóa khác")
	ErrFactChanged = fault.Declare("fact-changed", fault.Conflict,
		"the fact was corrected by record @%d since it was looked at; look at it again, then correct it",
		"từ lúc bạn xem, nội dung này đã được đính chính bởi bản ghi @%d; hãy xem lại rồi mới đính chính")
)

// CheckKey refuses a command whose key is of a form that the program derives from
// what commands say (RowKey, Receipt.UndoKey and package request), and is not derived from
// what this one says. A correction that a row makes names the newest record about its
// fact when the row was looked at, and is ErrFactChanged if there is a newer one.
func (b *Book) CheckKey(d *ledger.Draft) error {
	switch prefix, _, _ := strings.Cut(d.Key, "/"); prefix + "/" {
	case RowKeyPrefix:
		return b.checkRowKey(d)
	case UndoKeyPrefix:
		return b.checkUndoKey(d)
	}
	return request.CheckRowKey(d)
}

func (b *Book) checkRowKey(d *ledger.Draft) error {
	wrong := ErrDerivedKey.With(RowKeyPrefix).At("/key")
	parts, ok := ParseRowKey(d.Key)
	if !ok {
		return wrong
	}
	if digest, err := d.ContentDigest(); err != nil || digest != parts.Digest {
		return wrong
	}
	var about *ledger.Record // the record whose fact the command follows on
	switch {
	case d.Corrects != nil && parts.Last.IsZero():
		return wrong
	case d.Corrects != nil:
		about = b.Find(d.Corrects.Ident())
	case parts.Last.IsZero():
		return nil
	default:
		// A fact of its own in words that were recorded before and say something
		// else by now.
		about = b.Find(ledger.IDOf(parts.first()))
	}
	if about == nil && d.Corrects != nil {
		return nil // the decision says so
	}
	last := b.Find(parts.Last)
	if about == nil || last == nil || b.Root(about) == nil || b.Root(last) != b.Root(about) {
		return wrong
	}
	if now := b.Newest(b.Root(about)); now != last {
		return ErrFactChanged.With(int64(now.Position)).At("/corrects")
	}
	return nil
}

func (b *Book) checkUndoKey(d *ledger.Draft) error {
	receipt, id, ok := ParseUndoKey(d.Key)
	wrong := ErrDerivedKey.With(UndoKeyPrefix).At("/key")
	if !ok || d.Kind != ledger.KindRetracted || d.Corrects == nil || d.Corrects.Ident() != id {
		return wrong
	}
	made := b.Find(id)
	if made == nil || !receipt.Holds(made) {
		return wrong
	}
	if by := b.DecidedSince(made, receipt.Holds); by != nil {
		return ErrFactChanged.With(int64(by.Position)).At("/corrects")
	}
	return nil
}

// DecidedSince is the last standing act by which somebody decided after a record
// what its fact says: a restatement, a retraction of what was said before it, or
// one that brought the record itself back. It is nil where there is none. Records of
// which own is true, and retractions of what came after the record, are no such acts.
func (b *Book) DecidedSince(rec *ledger.Record, own func(*ledger.Record) bool) *ledger.Record {
	root := b.Root(rec)
	records := b.streams[rec.Stream].resolve(b.Find).Records(b.Size())
	for _, c := range slices.Backward(records) {
		if c.Position <= rec.Position {
			return nil
		}
		if !c.IsCorrection() || own(c) || b.Root(c) != root || ledger.RetractionOf(c, records) != nil {
			continue
		}
		of := b.Find(c.Corrects.ID)
		broughtBack := of.Corrects != nil && of.Corrects.ID == rec.ID && of.Kind == ledger.KindRetracted
		if c.Kind == ledger.KindRestated || of.Position < rec.Position || broughtBack {
			return c
		}
	}
	return nil
}

// Retracted reports whether a record is taken back.
func (b *Book) Retracted(rec *ledger.Record) bool { return b.RetractionOf(rec) != nil }

// RetractedWithout reports whether a record would be taken back if some records of its
// stream did not stand.
func (b *Book) RetractedWithout(rec *ledger.Record, gone func(*ledger.Record) bool) bool {
	records := slices.Clone(b.streams[rec.Stream].resolve(b.Find).Records(b.Size()))
	return ledger.RetractionOf(rec, slices.DeleteFunc(records, gone)) != nil
}

// Newest is the last record about the fact of a record that is no correction: that
// record, or a correction of it of whatever depth, also one that was taken back.
func (b *Book) Newest(root *ledger.Record) *ledger.Record {
	for _, r := range slices.Backward(b.streams[root.Stream].resolve(b.Find).Records(b.Size())) {
		if b.Root(r) == root {
			return r
		}
	}
	return root
}

// CheckUnchanged refuses a correction (ErrFactChanged) if a record at a position
// of size or above is about the same fact, but for those that commands of own
// make, which come before it in the same append. A command that corrects nothing
// has nothing to be held to.
func (b *Book) CheckUnchanged(d *ledger.Draft, size ledger.Position, own []*ledger.Draft) error {
	if d.Corrects == nil {
		return nil
	}
	target := b.Find(d.Corrects.Ident())
	if target == nil {
		return nil // the decision says so
	}
	root := b.Root(target)
	thread := b.streams[target.Stream].resolve(b.Find)
	for _, r := range slices.Backward(thread.Records(b.Size())) {
		if r.Position < size {
			break
		}
		mine := func(d *ledger.Draft) bool { return ledger.IDOf(d.Key) == r.ID }
		if b.Root(r) == root && !slices.ContainsFunc(own, mine) {
			return ErrFactChanged.With(int64(r.Position)).At("/corrects")
		}
	}
	return nil
}
