package place

import (
	"slices"
	"sort"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// An Atlas gives the map of any day. It is safe for concurrent use.
type Atlas struct {
	Facts   []*ledger.Fact // all facts, in order
	Orphans []*ledger.Fact // those about a place that is not declared yet, or gone

	days   []calendar.Day // the days on which the map changes
	sheets []sheet        // sheets[i] holds from days[i-1] on; sheets[0] is empty
}

// A sheet is a geography drawn when it is first asked for.
type sheet struct {
	once sync.Once
	upto int // the facts that it is drawn from
	geo  *geography
}

// NewAtlas makes the atlas of all facts about places, of all streams and in
// any order.
func NewAtlas(facts []*ledger.Fact) *Atlas {
	a := &Atlas{Facts: slices.Clone(facts)}
	slices.SortFunc(a.Facts, (*ledger.Fact).Compare)
	for i, f := range a.Facts {
		if i+1 == len(a.Facts) || a.Facts[i+1].Valid.Day != f.Valid.Day {
			a.days = append(a.days, f.Valid.Day)
		}
	}
	a.sheets = make([]sheet, len(a.days)+1)
	for i, n := 1, 0; i < len(a.sheets); i++ {
		for n < len(a.Facts) && a.Facts[n].Valid.Day <= a.days[i-1] {
			n++
		}
		a.sheets[i].upto = n
	}
	units := units{}
	for _, f := range a.Facts {
		if !units.apply(f) {
			a.Orphans = append(a.Orphans, f)
		}
	}
	return a
}

// On is the map at the end of a day.
func (a *Atlas) On(day calendar.Day) *Map {
	s := &a.sheets[sort.Search(len(a.days), func(i int) bool { return a.days[i] > day })]
	s.once.Do(func() { s.geo = draw(a.Facts[:s.upto]) })
	return &Map{day: day, geo: s.geo}
}

// Days are the days on which the map changes, in order.
func (a *Atlas) Days() []calendar.Day { return a.days }

// A Place is what is known of one place on the day of a map.
type Place struct {
	Code, Name, Level string
	Parent            string       // as on the map: past mergers and abolitions; "" at the top
	Declared          *ledger.Fact // *Declared
	Gone              *ledger.Fact // *Merged, *Abolished or *Split; nil while it lives

	stated string // the parent as somebody said it
}

// units are the places by code.
type units map[string]*Place

// apply moves the places on by one fact. It reports false for an orphan,
// which changes nothing.
func (u units) apply(f *ledger.Fact) bool {
	key := f.Root.Stream.Key
	p := u[key]
	if p == nil {
		p = &Place{}
	}
	if !p.Apply(f) {
		return false
	}
	u[key] = p
	return true
}

// Apply moves a place on by one fact of its own stream; the zero Place is not
// declared yet. It reports false for an orphan, which changes nothing.
func (p *Place) Apply(f *ledger.Fact) bool {
	key := f.Root.Stream.Key
	if e, ok := f.Event.(*Declared); ok {
		if p.Declared != nil || e.Code != key {
			return false
		}
		*p = Place{Code: key, Name: e.Name, Level: e.Level, stated: e.Parent, Declared: f}
		return true
	}
	if !p.Lives() {
		return false
	}
	switch e := f.Event.(type) {
	case *Renamed:
		p.Name = e.Name
	case *Moved:
		p.stated = e.Parent
	case *Merged, *Abolished:
		p.Gone = f
	case *Split:
		if !slices.Contains(e.Into, key) {
			p.Gone = f
		}
	default:
		return false
	}
	return true
}

// Lives reports whether a place is declared, and neither merged away, split up
// nor abolished.
func (p *Place) Lives() bool { return p.Declared != nil && p.Gone == nil }

// Require is nil for a place that lives, in its state of a day, and
// ErrNotOnMap for another.
func (p *Place) Require(code string, on calendar.Day) error {
	if !p.Lives() {
		return ErrNotOnMap.With(code, on.Vi())
	}
	return nil
}

// forward carries a code on to a place that lives, or to "".
func (u units) forward(code string) string {
	for range len(u) + 1 { // longer ways go in a circle
		p := u[code]
		switch {
		case p == nil:
			return ""
		case p.Gone == nil:
			return code
		}
		if e, ok := p.Gone.Event.(*Merged); ok {
			code = e.Into
		} else {
			code = p.stated
		}
	}
	return ""
}

// above is the living place that something under code hangs from now, or "".
// It is forward, but that places merged into each other in a circle, which late
// facts can bring about, are passed through to what was above the first of
// them by code: what lies under a circle is not in it.
func (u units) above(code string) string {
	passed := map[string]bool{}
	for {
		if at := u.forward(code); at != "" {
			return at
		}
		ring := u.circleFrom(code)
		if len(ring) == 0 || passed[ring[0]] {
			return ""
		}
		passed[ring[0]] = true
		code = u[ring[0]].stated
	}
}

// circleFrom is the circle of gone places that the way forward from code ends in,
// sorted; empty if it ends.
func (u units) circleFrom(code string) []string {
	var way []string
	for !slices.Contains(way, code) {
		p := u[code]
		if p == nil || p.Gone == nil {
			return nil
		}
		way = append(way, code)
		if e, ok := p.Gone.Event.(*Merged); ok {
			code = e.Into
		} else {
			code = p.stated
		}
	}
	ring := way[slices.Index(way, code):]
	slices.Sort(ring)
	return ring
}
