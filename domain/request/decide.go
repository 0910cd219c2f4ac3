package request

import (
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Request is the state of a request at the end of a day; it is never nil.
	Request(key string, on calendar.Day) *Request
	// Find is the record with an id, or nil.
	Find(id ledger.ID) *ledger.Record
	// Trial is nil if a command could be recorded now, or the fault why not.
	Trial(d *ledger.Draft) error
}

// Decide tells whether a fact about the request with a key may be recorded: nil,
// or the fault why not. A request is made for a command that could be recorded
// as it stands, so that nobody is asked to approve what the ledger would refuse.
func Decide(w World, key string, f *ledger.Fact) error {
	switch e := f.Event.(type) {
	case *Made:
		if w.Request(key, calendar.MaxDay).Made != nil || w.Find(ledger.IDOf(CommandKey(key))) != nil {
			return ErrExists.With(key)
		}
		d, err := e.Draft(key)
		if err != nil {
			return err
		}
		if d.Kind.Family() == f.Root.Kind.Family() {
			return errNested.At("/data/command/kind")
		}
		return fault.PrefixField(w.Trial(d), "/data/command")
	case *Refused:
		_, err := Open(w, key)
		return err
	}
	return nil
}

// Open is a request that is neither refused nor approved, or the fault why
// there is none.
func Open(w World, key string) (*Request, error) {
	r := w.Request(key, calendar.MaxDay)
	switch {
	case r.Made == nil:
		return nil, ErrUnknown.With(key)
	case r.Refusal != nil:
		return nil, ErrRefused.With(key, int64(r.Refusal.By.Position))
	}
	if made := w.Find(ledger.IDOf(CommandKey(key))); made != nil {
		return nil, ErrApproved.With(key, int64(made.Position))
	}
	return r, nil
}

// Approval is nil for a command whose key approves no request, and for one
// that is exactly what the open request of its key asks for; only the actor is
// its own.
func Approval(w World, d *ledger.Draft) error {
	key, ok := Approves(d.Key)
	if !ok {
		return nil
	}
	r, err := Open(w, key)
	if err != nil {
		return fault.PrefixField(err, "/key")
	}
	asked, err := r.Command()
	if err != nil {
		return err
	}
	asked.Actor = d.Actor
	want, err := asked.Record(0, 1, 0)
	if err != nil {
		return err
	}
	if !d.Repeats(want) {
		return ErrOther.With(key, int64(r.Made.Root.Position)).At("/key")
	}
	return nil
}
