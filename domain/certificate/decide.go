package certificate

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Certificate is the state of a certificate at the end of a day; it is
	// never nil.
	Certificate(key string, on calendar.Day) *Certificate
	// CoopLiving is nil if a co-operative is established and not ended on a
	// day, or the fault why not.
	CoopLiving(key string, on calendar.Day) error
}

// Decide tells whether a fact about the certificate with a key may be
// recorded, given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	day := f.Valid.Day
	if e, ok := f.Event.(*Granted); ok {
		return decideGranted(w, key, e, day)
	}
	c := w.Certificate(key, day)
	switch {
	case c.Granting == nil:
		return errUnknown.With(key, day.Vi())
	case c.Withdrawal != nil:
		return errWithdrawn.With(key, c.Withdrawal.Valid.Vi())
	}
	switch e := f.Event.(type) {
	case *Renewed:
		return cmp.Or(w.CoopLiving(c.Coop, day), requireAfter(&e.Until, day))
	case *Suspended:
		if c.Suspension != nil {
			return errSuspended.With(key, c.Suspension.Valid.Vi())
		}
	case *Reinstated:
		if c.Suspension == nil {
			return errNotSuspended.With(key)
		}
	}
	return nil
}

func decideGranted(w World, key string, e *Granted, day calendar.Day) error {
	if w.Certificate(key, calendar.MaxDay).Granting != nil {
		return errExists.With(key)
	}
	if err := w.CoopLiving(e.Coop, day); err != nil {
		return fault.SetField(err, "/data/coop")
	}
	return requireAfter(e.Until, day)
}

func requireAfter(until *calendar.Day, day calendar.Day) error {
	if until != nil && *until <= day {
		return errUntil.With(until.Vi(), day.Vi()).At("/data/until")
	}
	return nil
}
