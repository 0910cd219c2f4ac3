package certificate

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Certificate is the state of one certificate on a day, folded from its
// facts. It must not be changed by anyone but Apply.
type Certificate struct {
	Key string

	Granting *ledger.Fact // *Granted; nil for a certificate not granted yet
	Coop     string       // the key of the holder
	Scheme   string
	Group    string
	Until    *calendar.Day // the first day out, of the grant or the last renewal; nil if none was stated

	Renewal    *ledger.Fact // latest *Renewed
	Suspension *ledger.Fact // *Suspended, until reinstated
	Withdrawal *ledger.Fact // *Withdrawn
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// fact before the grant or after the withdrawal, or a second grant, which
// changes nothing.
func (c *Certificate) Apply(f *ledger.Fact) bool {
	if e, ok := f.Event.(*Granted); ok && c.Granting == nil {
		c.Granting, c.Coop, c.Scheme, c.Group, c.Until = f, e.Coop, e.Scheme, e.Group, e.Until
		return true
	}
	if c.Granting == nil || c.Withdrawal != nil {
		return false
	}
	switch e := f.Event.(type) {
	case *Renewed:
		c.Renewal, c.Until = f, &e.Until
	case *Suspended:
		c.Suspension = f
	case *Reinstated:
		c.Suspension = nil
	case *Withdrawn:
		c.Withdrawal = f
	default:
		return false
	}
	return true
}

// ValidOn reports whether the certificate, in its state of a day, is valid on
// that day: granted, not past its end, neither suspended nor withdrawn.
func (c *Certificate) ValidOn(on calendar.Day) bool {
	return c.Granting != nil && c.Suspension == nil && c.Withdrawal == nil && (c.Until == nil || on < *c.Until)
}

// A History is the states that a certificate went through; the day on which it
// runs out by itself is not among its Days. Before the grant it is a
// Certificate that is not granted.
type History = ledger.History[Certificate, *Certificate]

// NewHistory folds facts, which come in the order of ledger.Fact.Compare.
func NewHistory(key string, facts []*ledger.Fact) *History {
	return ledger.NewHistory(&Certificate{Key: key}, facts)
}
