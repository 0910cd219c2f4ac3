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
// what this one says. A correction that a row makes names the record that had the
// last word when the row was looked at, and is ErrFactChanged if another has it
// now.
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
	if digest, err := d.ContentDigest(); err != nil || digest != parts.Digest || (d.Corrects == nil) != parts.Last.IsZero() {
		return wrong
	}
	if d.Corrects == nil {
		return nil
	}
	target, last := b.Find(d.Corrects.Ident()), b.Find(parts.Last)
	if target == nil {
		return nil // the decision says so
	}
	root := b.Root(target)
	if last == nil || root == nil || b.Root(last) != root {
		return wrong
	}
	if now := b.LastWord(root); now != last {
		return ErrFactChanged.With(int64(now.Position)).At("/corrects")
	}
	return nil
}

func (b *Book) checkUndoKey(d *ledger.Draft) error {
	receipt, id, ok := ParseUndoKey(d.Key)
	if ok && d.Kind == ledger.KindRetracted && d.Corrects != nil && d.Corrects.Ident() == id {
		if made := b.Find(id); made != nil && receipt.Holds(made) {
			return nil
		}
	}
	return ErrDerivedKey.With(UndoKeyPrefix).At("/key")
}

// LastWord is the record that decides what a record that is no correction says:
// see ledger.Thread.LastWord.
func (b *Book) LastWord(root *ledger.Record) *ledger.Record {
	return b.streams[root.Stream].resolve(b.Find).LastWord(root)
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
