package statement

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Statement is the state of a statement at the end of a day; it is never nil.
	Statement(key string, on calendar.Day) *Statement
	// OnMap is nil if a place is on the map of a day, or the fault why not.
	OnMap(code string, on calendar.Day) error
}

// Decide tells whether a fact about the statement with a key may be recorded,
// given the world at its valid day: nil, or the fault why not. The position of
// the fact's first record is that at which it would stand. A fact that another
// record than its first one decides is a correction, also one that takes it
// back, and is refused.
func Decide(w World, key string, f *ledger.Fact) error {
	if f.By != f.Root {
		return ErrRestated.At("/kind")
	}
	if err := CheckIssuer(f.By.Actor); err != nil {
		return err
	}
	switch e := f.Event.(type) {
	case *Issued:
		// A stream that was ever written to is taken, also where an older program
		// let the statement in it be taken back.
		if f.By.Revision > 0 || w.Statement(key, calendar.MaxDay).Issue != nil {
			return ErrExists.With(key)
		}
		if at := int64(f.Root.Position); e.Size > at {
			return ErrSize.With(e.Size, at).At("/data/size")
		}
		return w.OnMap(e.Place, e.Map)
	case *Withdrawn:
		s := w.Statement(key, f.Valid.Day)
		if s.Issue == nil {
			return errUnknown.With(key, f.Valid.Vi())
		}
		if s.Withdrawal != nil {
			return errWithdrawn.With(key, s.Withdrawal.Valid.Vi())
		}
		return checkWithdrawer(key, s.Issue.By.Actor, f.By.Actor)
	}
	return nil
}

// checkWithdrawer wants the account that issued a statement, or an admin.
func checkWithdrawer(key string, issuer, by *ledger.Actor) error {
	if by.Role == "admin" || issuer != nil && issuer.ID == by.ID {
		return nil
	}
	id := "-"
	if issuer != nil {
		id = issuer.ID
	}
	return ErrNotIssuer.With(key, id).At("/actor")
}

// CheckIssuer wants an actor whose role may stand for figures.
func CheckIssuer(a *ledger.Actor) error {
	switch {
	case a == nil:
		return ErrIssuer.With("-").At("/actor")
	case a.ID == "" || a.Role != "alliance" && a.Role != "admin":
		return ErrIssuer.With(a.Role).At("/actor")
	}
	return nil
}
