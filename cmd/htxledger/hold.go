package main

import (
	"context"
	"errors"
	"iter"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// newHold is the hold of the ledger of the flags, by the checkpoints in the folder
// of keys. Without a folder there is nothing to hold the ledger to. A folder that
// cannot be read holds everything back, for the signed sizes are not
// known then.
func (a *app) newHold() *audit.Hold {
	folder, err := a.openKeys(false)
	switch {
	case errors.Is(err, audit.ErrNoKey):
		return &audit.Hold{}
	case err != nil:
		return audit.UnreadHold(err)
	}
	defer folder.Close()
	return audit.NewHold(folder)
}

// warnOfHold says, beside an answer, that the ledger differs from its checkpoints.
func (a *app) warnOfHold(hold *audit.Hold) {
	err := hold.Err()
	if err == nil {
		return
	}
	f := faultOf(err)
	a.say("Cảnh báo: %s. Vẫn tra cứu được, nhưng không ghi, không phát hành, không ký.\n  warning [%s]: %s; questions are answered, and nothing is recorded, issued or signed", f.Vi(), f.Code, f.En())
	if hint := hints[f.Code]; hint != "" {
		a.say("  %s", hint)
	}
}

// lostHint is the way on where records are not there that were signed.
const lostHint = "Gợi ý: dựng lại bản sao lưu đủ bản ghi hơn; chỉ khi bản ghi đã mất hẳn: `htxledger recover --reason …` (xem docs/operating.md).\n" +
	"  restore a copy that holds them; only after a true loss: htxledger recover"

// A holding log gives its records to a hold as they are read, and takes none
// while the hold refuses.
type holding struct {
	ledger.Log
	hold *audit.Hold
}

// Unwrap is the log itself, for its methods beside ledger.Log.
func (l holding) Unwrap() ledger.Log { return l.Log }

// Entries is ledger.Log's.
func (l holding) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return l.holdEntries(l.Log.Entries(ctx, from))
}

// Range is ledger.Ranger's, so that no reader passes by the hold.
func (l holding) Range(ctx context.Context, from, size ledger.Position) iter.Seq2[ledger.Entry, error] {
	return l.holdEntries(ledger.EntriesUpTo(ctx, l.Log, from, size))
}

// holdEntries is some entries of the log, given to the hold as they pass.
func (l holding) holdEntries(entries iter.Seq2[ledger.Entry, error]) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for e, err := range entries {
			if err == nil {
				err = l.hold.Take(e)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Append is ledger.Log's. It fails with what the hold says, not written. What it
// wrote is given to the hold at once: nobody reads it back, and a record of another
// process that comes after it could otherwise pass without being judged.
func (l holding) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if err := l.hold.Err(); err != nil {
		return ledger.NotWritten(err)
	}
	if err := l.Log.Append(ctx, at, entries...); err != nil {
		return err
	}
	for _, e := range entries {
		if err := l.hold.Take(e); err != nil {
			return err
		}
	}
	return nil
}

// warnFound reads a ledger just made from a copy, and warns where the ledger
// differs from the checkpoints in the folder of keys.
func (a *app) warnFound(ctx context.Context) {
	if hold, err := a.heldFrom(ctx); err == nil { // the copy has been read back already
		a.warnOfHold(hold)
	}
}

// heldFrom reads the ledger of the flags and gives its hold.
func (a *app) heldFrom(ctx context.Context) (*audit.Hold, error) {
	hold := a.newHold()
	store, err := a.openStoreToRead(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	for _, err := range (holding{store, hold}).Entries(ctx, 0) {
		if err != nil {
			return nil, err
		}
	}
	return hold, nil
}

var errWhole = fault.Declare("recover-whole", fault.Conflict,
	"the ledger is whole: it holds every record that a checkpoint in the folder of keys vouches for; there is nothing to recover from",
	"sổ còn đủ: có mọi bản ghi mà các điểm kiểm tra trong thư mục khóa xác nhận; không có gì phải ghi tiếp sau mất mát")
