package statement

import (
	"htxledger/domain/ledger"
)

// A Statement is the state of one statement on a day.
type Statement struct {
	Key        string
	Issue      *ledger.Fact // *Issued; nil for a statement not issued yet
	Withdrawal *ledger.Fact // *Withdrawn
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
