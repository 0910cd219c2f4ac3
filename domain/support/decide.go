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
		return fault.SetField(w.CoopLiving(e.Coop, day), "/data/coop")
	case *FairAttended:
		for i, key := range e.Coops {
			if err := fault.SetField(w.CoopLiving(key, day), "/data/coops/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return onMap(w, e.Place, day)
	case *ConferenceHeld:
		return onMap(w, e.Place, day)
	case *ModelRecognised:
		return fault.SetField(w.CoopLiving(e.Coop, day), "/data/coop")
	}
	return nil
}

func onMap(w World, code string, day calendar.Day) error {
	if code == "" {
		return nil
	}
	return fault.SetField(w.OnMap(code, day), "/data/place")
}
