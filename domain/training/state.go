package training

import (
	"htxledger/domain/ledger"
)

// A Session is the state of one training session.
type Session struct {
	Key     string
	Holding *ledger.Fact // *Held; nil while it has not been held
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// second session in the same stream, which changes nothing.
func (s *Session) Apply(f *ledger.Fact) bool {
	if _, ok := f.Event.(*Held); !ok || s.Holding != nil {
		return false
	}
	s.Holding = f
	return true
}
