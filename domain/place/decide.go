package place

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know, as known at the head.
type World interface {
	// Map is the map of a day; that of calendar.MaxDay knows every place that
	// was ever declared.
	Map(on calendar.Day) *Map
}

// Decide tells whether a fact about the place with a key may be recorded,
// given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	m := w.Map(f.Valid.Day)
	if e, ok := f.Event.(*Declared); ok {
		return decideDeclared(w, m, key, e)
	}
	p, known := m.Place(key)
	switch {
	case !known:
		return ErrNotOnMap.With(key, m.day.Vi())
	case p.Gone != nil:
		return ErrGone.With(key, p.Gone.Valid.Vi())
	}
	switch e := f.Event.(type) {
	case *Moved:
		return under(m, e.Parent, key, p.Level)
	case *Merged:
		return decideMerged(m, p, e)
	case *Split:
		return decideSplit(m, key, e)
	}
	return nil
}

func decideDeclared(w World, m *Map, key string, e *Declared) error {
	if e.Code != key {
		return ErrCode.With(e.Code, key).At("/data/code")
	}
	if _, known := w.Map(calendar.MaxDay).Place(key); known {
		return ErrExists.With(key)
	}
	if e.Parent == "" {
		return nil
	}
	return under(m, e.Parent, key, e.Level)
}

// under wants a parent that is on the map and of a wider level.
func under(m *Map, parent, key, level string) error {
	if err := onMap(m, parent, "/data/parent"); err != nil {
		return err
	}
	if rank(m.Level(parent)) >= rank(level) {
		return ErrParentLevel.With(parent, key).At("/data/parent")
	}
	return nil
}

func decideMerged(m *Map, p Place, e *Merged) error {
	if e.Into == p.Code {
		return ErrInto.With(p.Code).At("/data/into")
	}
	if err := onMap(m, e.Into, "/data/into"); err != nil {
		return err
	}
	if rank(m.Level(e.Into)) > rank(p.Level) {
		return ErrNarrower.With(p.Code, e.Into).At("/data/into")
	}
	return nil
}

func decideSplit(m *Map, key string, e *Split) error {
	if len(e.Into) == 1 && e.Into[0] == key {
		return ErrInto.With(key).At("/data/into")
	}
	for _, code := range e.Into {
		if err := onMap(m, code, "/data/into"); err != nil {
			return err
		}
	}
	return nil
}

func onMap(m *Map, code, field string) error {
	if !m.Has(code) {
		return ErrNotOnMap.With(code, m.day.Vi()).At(field)
	}
	return nil
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
