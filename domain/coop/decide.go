package coop

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Cooperative is the state of a co-operative at the end of a day; one that
	// is not established by then is not Registered and has no Founding.
	Cooperative(key string, on calendar.Day) *Cooperative
	// PlaceOn reports whether a place is on the map of a day.
	PlaceOn(code string, on calendar.Day) bool
}

// Decide tells whether a fact about the co-operative with a key may be
// recorded, given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	day := f.Valid.Day
	if e, ok := f.Event.(*Established); ok {
		return decideEstablished(w, key, e, day)
	}
	c := w.Cooperative(key, day)
	if err := requireNotEnded(w, c, key, day); err != nil {
		return err
	}
	switch e := f.Event.(type) {
	case *Relocated:
		return placeOn(w, e.Place, day)
	case *Suspended:
		return requireAfter(e.Until, day)
	case *Resumed:
		if c.IdleBy(day) == nil {
			return ErrNotIdle.With(key)
		}
	case *Dissolving:
		if c.Dissolution != nil {
			return errDissolving.With(key)
		}
	case *Merged:
		return decideMerged(w, key, e, day)
	case *Divided:
		return decideDivided(w, key, e, day)
	case *YearReported:
		return yearDay(e.Year, f.Valid, e.Basis == Estimate)
	case *Scored:
		return yearDay(e.Year, f.Valid, false)
	case *Classed:
		return yearDay(e.Year, f.Valid, false)
	case *Linked:
		return requireAfter(e.Until, day)
	case *Unlinked:
		return decideUnlinked(c, key, e, day)
	}
	return nil
}

func decideEstablished(w World, key string, e *Established, day calendar.Day) error {
	if w.Cooperative(key, calendar.MaxDay).Founding != nil {
		return ErrExists.With(key)
	}
	return placeOn(w, e.Place, day)
}

// RequireLiving tells whether facts about a co-operative may be dated on a day: it
// must be established by then and not ended.
func RequireLiving(w World, key string, day calendar.Day) error {
	return requireNotEnded(w, w.Cooperative(key, day), key, day)
}

func requireNotEnded(w World, c *Cooperative, key string, day calendar.Day) error {
	switch {
	case c.Founding == nil:
		if later := w.Cooperative(key, calendar.MaxDay).Founding; later != nil {
			return ErrNotYet.With(key, later.Valid.Vi())
		}
		return ErrUnknown.With(key)
	case c.End != nil:
		return errEnded.With(key, c.End.Valid.Vi())
	}
	return nil
}

func placeOn(w World, code string, day calendar.Day) error {
	if !w.PlaceOn(code, day) {
		return ErrPlace.With(code, day.Vi()).At("/data/place")
	}
	return nil
}

// Clash finds a tax code that a co-operative would hold, in the life that it
// would have after a record, on a day on which another living one holds it; what
// clashed in its life before already is not the record's doing. Of several it
// is the code of the earliest day.
func Clash(before, after, other *History) (code string, clash bool) {
	days := slices.Concat(before.Days(), after.Days(), other.Days())
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		code := after.On(day).heldCode()
		if code != "" && code == other.On(day).heldCode() && code != before.On(day).heldCode() {
			return code, true
		}
	}
	return "", false
}

// heldCode is the tax code of a co-operative that lives, or "".
func (c *Cooperative) heldCode() string {
	if !c.IsRegistered() {
		return ""
	}
	return c.TaxCode
}

func requireAfter(until *calendar.Day, day calendar.Day) error {
	if until != nil && *until <= day {
		return errUntil.With(until.Vi(), day.Vi()).At("/data/until")
	}
	return nil
}

func decideMerged(w World, key string, e *Merged, day calendar.Day) error {
	if e.Into == key {
		return errSelf.With(key).At("/data/into")
	}
	return RequireLiving(w, e.Into, day)
}

func decideDivided(w World, key string, e *Divided, day calendar.Day) error {
	for _, into := range e.Into {
		if into == key {
			continue
		}
		if err := RequireLiving(w, into, day); err != nil {
			return err
		}
	}
	return nil
}

func decideUnlinked(c *Cooperative, key string, e *Unlinked, day calendar.Day) error {
	for _, l := range c.Links {
		if l.Event.(*Linked).Contract == e.Contract && inForce(l, day) {
			return nil
		}
	}
	return errContract.With(key, e.Contract).At("/data/contract")
}

// yearDay holds a year's figure to its day (DESIGN §6, ruling 5): 31/12 of
// the year, or for an estimate any day within it.
func yearDay(year int64, valid calendar.Stated, estimate bool) error {
	if valid.Day == calendar.LastOfYear(int(year)) || estimate && valid.Day.Year() == int(year) {
		return nil
	}
	return ErrYearDay.With(year, valid.Vi()).At("/valid")
}
