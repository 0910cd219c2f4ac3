package relay

import (
	"context"
	"errors"

	"htxledger/domain/ledger"
)

// Park passes the record at which the relay stands, and no other (ErrNotNext):
// the record is made durable in the parked file with the reason, and then the
// relay goes on after it. It must not be running (ErrBusy). Called again after
// it was interrupted, it parks once.
func (r *Relay) Park(ctx context.Context, at ledger.Position, reason string) error {
	return r.changeMark(ctx, func() (Mark, error) {
		if r.mark.Next != at {
			return Mark{}, ErrNotNext.With(r.target.Name, r.mark.Next, at)
		}
		record, err := r.record(ctx, at)
		if err != nil {
			return Mark{}, err
		}
		parked := Parked{Record: record, When: r.options.Now(), Reason: reason}
		return markAfter(record), r.place.Park(parked)
	})
}

// Rewind makes the relay send again from a position that it has passed, for a
// target that has lost what it had (ErrForward otherwise). It must not be
// running (ErrBusy).
func (r *Relay) Rewind(ctx context.Context, to ledger.Position) error {
	return r.changeMark(ctx, func() (Mark, error) {
		switch {
		case to < 0 || to > r.mark.Next:
			return Mark{}, ErrForward.With(r.target.Name, r.mark.Next, to)
		case to == 0:
			return Mark{}, nil
		}
		record, err := r.record(ctx, to-1)
		if err != nil {
			return Mark{}, err
		}
		return markAfter(record), nil
	})
}

// changeMark takes the target's place, proves its mark, and saves the mark that
// change gives.
func (r *Relay) changeMark(ctx context.Context, change func() (Mark, error)) (err error) {
	if err := r.take(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.place.Close()) }()
	if err := r.prove(ctx); err != nil {
		return err
	}
	mark, err := change()
	if err != nil {
		return err
	}
	return r.place.Save(mark)
}
