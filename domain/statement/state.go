package statement

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Statement is the state of one statement on a day.
type Statement struct {
	Key        string
	Issue      *ledger.Fact // *Issued; nil for a statement not issued yet
	Withdrawal *ledger.Fact // *Withdrawn
}

// Fold applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Statement {
	s := &Statement{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		s.Apply(f)
	}
	return s
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// second issue, or a withdrawal of what does not stand, which changes nothing.
func (s *Statement) Apply(f *ledger.Fact) bool {
	switch f.Event.(type) {
	case *Issued:
		if s.Issue == nil {
			s.Issue = f
			return true
		}
	case *Withdrawn:
		if s.Stands() {
			s.Withdrawal = f
			return true
		}
	}
	return false
}

// Stands reports whether it is issued and not withdrawn.
func (s *Statement) Stands() bool { return s.Issue != nil && s.Withdrawal == nil }
