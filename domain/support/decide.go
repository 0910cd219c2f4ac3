package support

import (
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// CoopLiving is nil if a co-operative is established and not ended on a
	// day, or the fault why not.
	CoopLiving(key string, on calendar.Day) error
	// OnMap is nil if a place is on the map of a day, or the fault why not.
	OnMap(code string, on calendar.Day) error
}

// Decide tells whether a fact may be recorded, given the world at its valid
// day: nil, or the fault why not.
func Decide(w World, _ string, f *ledger.Fact) error {
	day := f.Valid.Day
	switch e := f.Event.(type) {
	case *Given:
		return at("/data/coop", w.CoopLiving(e.Coop, day))
	case *FairAttended:
		for i, key := range e.Coops {
			if err := at("/data/coops/"+strconv.Itoa(i), w.CoopLiving(key, day)); err != nil {
				return err
			}
		}
		return onMap(w, e.Place, day)
	case *ConferenceHeld:
		return onMap(w, e.Place, day)
	case *ModelRecognised:
		return at("/data/coop", w.CoopLiving(e.Coop, day))
	}
	return nil
}

func onMap(w World, code string, day calendar.Day) error {
	if code == "" {
		return nil
	}
	return at("/data/place", w.OnMap(code, day))
}

// at gives a fault its place in the command.
func at(pointer string, err error) error {
	if f, ok := fault.Of(err); ok {
		return f.At(pointer)
	}
	return err
}
