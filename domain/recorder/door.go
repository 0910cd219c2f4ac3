package recorder

import (
	"context"
	"slices"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// ErrOtherActor refuses a command that names an actor other than its sender.
var ErrOtherActor = fault.Declare("other-actor", fault.Forbidden,
	"a command may name no actor but the one who sends it (%s)", "lệnh không được nêu người ghi khác với người gửi (%s)")

// ErrReservedKey refuses a key that the program gives to commands of its own.
var ErrReservedKey = fault.Declare("key-reserved", fault.Forbidden,
	"keys that begin with %s are those of commands that the program makes itself", "khóa lệnh bắt đầu bằng %s chỉ dành cho lệnh do chương trình tự lập")

// reservedKeys begin the keys of the commands that record kinds of their own.
// These keys can be guessed, so a command of another kind that took one first
// would stop its owner, and a key is never free again.
var reservedKeys = []string{"key/", "recover/", "statement/"}

// A Permit judges whether the sender of a command may record it. It is called
// where the command is decided, so the book holds all that was recorded before
// and all that the commands before it in the same unit would record; nothing
// can come in between. The function that it returns, if any, is called once
// the command's record stands in the book, for a judgement of what the command
// changed; the record is taken back if that refuses.
//
// A Permit must not change the book, and must not take long: every writer
// waits for it.
type Permit func(before *register.Book, d *ledger.Draft) (after func(*register.Book, *ledger.Record) error, err error)

// A Door is one way into the ledger: what it asks of a command beyond the rules
// of the ledger itself. The zero Door is that of a local program.
type Door struct {
	// Actor is the account that sends the commands. It is put into a command
	// that names no actor; a command that names another is ErrOtherActor. With
	// nil a command keeps the actor that it names.
	Actor *ledger.Actor
	// Permit judges each command; nil permits every command.
	Permit Permit
	// Writes are the kinds that only one command of the program records
	// (register.OnlyBy) and that come through this door. Any other of these
	// kinds is register.ErrReserved.
	Writes []ledger.Kind
	// UnchangedSince, if not nil, is the size of the ledger that the sender of
	// corrections looked at: one of a fact that another record is about since then
	// is register.ErrFactChanged.
	UnchangedSince *ledger.Position
}

// A Writer records through one door. It may be used concurrently.
type Writer struct {
	recorder *Recorder
	door     Door
}

// Through is the recorder as it is reached through a door.
func (r *Recorder) Through(d Door) *Writer { return &Writer{r, d} }

// Record is Recorder.Record through the door.
func (w *Writer) Record(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return w.submit(ctx, false, drafts)
}

// Try is Recorder.Try through the door.
func (w *Writer) Try(ctx context.Context, drafts ...*ledger.Draft) ([]Result, error) {
	return w.submit(ctx, true, drafts)
}

func (w *Writer) submit(ctx context.Context, dry bool, drafts []*ledger.Draft) ([]Result, error) {
	signed, results, err := w.door.sign(drafts)
	if err != nil {
		return results, err
	}
	return w.recorder.submit(newUnit(ctx, dry, signed, w.door))
}

// sign makes the recorder's own copies of commands, with the door's actor named in
// them. If a command names another actor none is signed, and the results say
// which. Data are decoded here, on the goroutine of the sender, as far as that
// needs no look at the ledger: every other writer waits while a command is decided.
func (d Door) sign(drafts []*ledger.Draft) ([]*ledger.Draft, []Result, error) {
	signed, results, refused := make([]*ledger.Draft, len(drafts)), make([]Result, len(drafts)), 0
	for i, draft := range drafts {
		mine := draft.Clone() // what the sender changes later is not ours
		signed[i] = mine
		if d.Actor != nil && mine.Actor == nil {
			mine.Actor = d.Actor
		}
		if d.Actor != nil && *mine.Actor != *d.Actor {
			results[i].Err = ErrOtherActor.With(d.Actor.ID).At("/actor")
			refused++
		}
		if spec, err := register.Spec(mine.Kind); err == nil {
			_, _ = mine.EventOf(spec) // data that cannot be read are refused in the order of the rules
		}
	}
	switch {
	case refused == 0:
		return signed, nil, nil
	case len(drafts) == 1:
		return nil, results, ledger.NotWritten(results[0].Err)
	}
	return nil, results, ledger.NotWritten(ErrRefused.With(refused, len(drafts)))
}

// admit refuses a kind that does not come through the door, and asks the
// door's Permit.
func (d Door) admit(before *register.Book, draft *ledger.Draft) (after func(*register.Book, *ledger.Record) error, err error) {
	if command := register.OnlyBy(draft.Kind); command != "" && !slices.Contains(d.Writes, draft.Kind) {
		return nil, register.ErrReserved.With(string(draft.Kind), command).At("/kind")
	}
	for _, prefix := range reservedKeys {
		if strings.HasPrefix(draft.Key, prefix) && !slices.Contains(d.Writes, draft.Kind) {
			return nil, ErrReservedKey.With(prefix).At("/key")
		}
	}
	if err := before.CheckKey(draft); err != nil {
		return nil, err
	}
	if d.Permit == nil {
		return nil, nil
	}
	return d.Permit(before, draft)
}
