package training

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Session is the state of a session at the end of a day; it is never nil.
	Session(key string, on calendar.Day) *Session
	// OnMap is nil if a place is on the map of a day, or the fault why not.
	OnMap(code string, on calendar.Day) error
}

// Decide tells whether a fact about the session with a key may be recorded,
// given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	if s := w.Session(key, calendar.MaxDay); s.Holding != nil {
		return errHeld.With(key, s.Holding.Valid.Vi())
	}
	if e, ok := f.Event.(*Held); ok && e.Place != "" {
		return w.OnMap(e.Place, f.Valid.Day)
	}
	return nil
}
