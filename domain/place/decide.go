package place

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know, as known at the head.
type World interface {
	// Place is the state of a place at the end of a day, without what others do
	// to it: its Parent is not told. It is never nil.
	Place(code string, on calendar.Day) *Place
}

// Decide tells whether a fact about the place with a key may be recorded,
// given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	d := decision{w, key, f.Valid.Day}
	if e, ok := f.Event.(*Declared); ok {
		return d.decideDeclared(e)
	}
	p := w.Place(key, d.on)
	switch {
	case p.Declared == nil:
		return ErrNotOnMap.With(key, d.on.Vi()).At("/stream")
	case p.Gone != nil:
		return errGone.With(key, p.Gone.Valid.Vi()).At("/stream")
	}
	switch e := f.Event.(type) {
	case *Moved:
		return d.requireParent(e.Parent, p.Level)
	case *Merged:
		return d.decideMerged(p, e)
	case *Split:
		return d.decideSplit(e)
	}
	return nil
}

// A decision is about one place on one day.
type decision struct {
	world World
	key   string
	on    calendar.Day
}

func (d decision) decideDeclared(e *Declared) error {
	if e.Code != d.key {
		return errCode.With(e.Code, d.key).At("/data/code")
	}
	if d.world.Place(d.key, calendar.MaxDay).Declared != nil {
		return errExists.With(d.key)
	}
	if e.Parent == "" {
		return nil
	}
	return d.requireParent(e.Parent, e.Level)
}

// requireParent wants a parent that is on the map and of a wider level.
func (d decision) requireParent(parent, level string) error {
	p, err := d.requireLiving(parent, "/data/parent")
	if err != nil {
		return err
	}
	if rank(p.Level) >= rank(level) {
		return errParentLevel.With(parent, d.key).At("/data/parent")
	}
	return nil
}

func (d decision) decideMerged(p *Place, e *Merged) error {
	if e.Into == d.key {
		return errInto.With(d.key).At("/data/into")
	}
	into, err := d.requireLiving(e.Into, "/data/into")
	if err != nil {
		return err
	}
	if rank(into.Level) > rank(p.Level) {
		return errNarrower.With(d.key, e.Into).At("/data/into")
	}
	return nil
}

func (d decision) decideSplit(e *Split) error {
	if len(e.Into) == 1 && e.Into[0] == d.key {
		return errInto.With(d.key).At("/data/into")
	}
	for _, code := range e.Into {
		if _, err := d.requireLiving(code, "/data/into"); err != nil {
			return err
		}
	}
	return nil
}

// requireLiving is a place that is on the map of the day, or the fault at a field.
func (d decision) requireLiving(code, field string) (*Place, error) {
	p := d.world.Place(code, d.on)
	if !p.Lives() {
		return nil, ErrNotOnMap.With(code, d.on.Vi()).At(field)
	}
	return p, nil
}

// rank numbers the levels from the widest; no level has the highest.
func rank(level string) int {
	switch level {
	case Province:
		return 0
	case District:
		return 1
	case Commune:
		return 2
	}
	return 3
}
