package training

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Session is the state of one training session.
type Session struct {
	Key     string
	Holding *ledger.Fact // *Held; nil while it has not been held
}

// Fold applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Session {
	s := &Session{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		s.Apply(f)
	}
	return s
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
