package place

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Map is the administrative map at the end of one day. It is immutable and
// safe for concurrent use, and its answers cost no more than a look-up.
type Map struct {
	day calendar.Day
	geo *geography
}

// Day is the day of the map.
func (m *Map) Day() calendar.Day { return m.day }

// Has reports whether a place is on the map: declared by then, and not merged
// away, split up or abolished.
func (m *Map) Has(code string) bool {
	n := m.geo.nodes[code]
	return n != nil && n.Gone == nil
}

// Require is ErrNotOnMap for a place that is not on the map, and nil for one
// that is.
func (m *Map) Require(code string) error {
	if !m.Has(code) {
		return ErrNotOnMap.With(code, m.day.Vi())
	}
	return nil
}

// Place is what is known of a place that is declared by the day of the map,
// also if it is gone by then.
func (m *Map) Place(code string) (p Place, known bool) {
	if n := m.geo.nodes[code]; n != nil {
		return n.Place, true
	}
	return Place{}, false
}

// Name is the last name of a place declared by then, or "".
func (m *Map) Name(code string) string {
	p, _ := m.Place(code)
	return p.Name
}

// Level is the level of a place declared by then, or "".
func (m *Map) Level(code string) string {
	p, _ := m.Place(code)
	return p.Level
}

// Parent is the place above one that is on the map: where the stated parent
// was merged, the place that took it over; where it was abolished or split, the
// place above that. It is "" at the top, and for a place that is not on the map.
func (m *Map) Parent(code string) string {
	p, _ := m.Place(code)
	return p.Parent
}

// Children are the places right below one, by code.
func (m *Map) Children(code string) []string { return slices.Clone(m.geo.children[code]) }

// Codes are the places on the map, sorted.
func (m *Map) Codes() []string { return slices.Clone(m.geo.codes) }

// Resolve carries a seat forward to the day of the map (DESIGN §6, ruling 11):
// through mergers, and from an abolished or split place to its parent. It
// reports false where that ends nowhere, as for a seat declared only later.
func (m *Map) Resolve(seat string) (code string, ok bool) {
	if n := m.geo.nodes[seat]; n != nil {
		return n.seat, n.seat != ""
	}
	return "", false
}

// Within reports whether a seat, carried forward to the day of the map, is a
// place on the map or lies under it.
func (m *Map) Within(seat, place string) bool {
	s, p := m.geo.nodes[seat], m.geo.nodes[place]
	if s == nil || p == nil || p.Gone != nil || s.seat == "" {
		return false
	}
	at := m.geo.nodes[s.seat].first
	return p.first <= at && at <= p.last
}

// A geography is the map of all days between two changes.
type geography struct {
	nodes    map[string]*node
	codes    []string            // living, sorted
	children map[string][]string // living, sorted; those at the top are under ""
}

// A node is a place with its numbers in a walk through the tree of places:
// what is under it has the numbers first to last.
type node struct {
	Place
	seat        string // where a seat in it lies now
	first, last int
}

// draw makes the map that follows from facts in order.
func draw(facts []*ledger.Fact) *geography {
	u := units{}
	for _, f := range facts {
		u.apply(f)
	}
	g := &geography{nodes: make(map[string]*node, len(u)), children: map[string][]string{}}
	for code, p := range u {
		g.nodes[code] = &node{Place: *p, seat: u.forward(code)}
		if p.Gone == nil {
			g.codes = append(g.codes, code)
		}
	}
	slices.Sort(g.codes)
	for _, code := range g.codes {
		n := g.nodes[code]
		n.Parent = u.above(n.stated)
	}
	g.hang()
	return g
}

// hang makes the tree. Late facts can put places in a circle; the first of
// such a circle by code is then at the top.
func (g *geography) hang() {
	for _, code := range g.codes {
		n := g.nodes[code]
		if g.circles(code) {
			n.Parent = ""
		}
		g.children[n.Parent] = append(g.children[n.Parent], code)
	}
	at := 0
	for _, code := range g.children[""] {
		at = g.number(code, at)
	}
}

func (g *geography) circles(code string) bool {
	at := g.nodes[code].Parent
	for range g.codes {
		if at == "" {
			return false
		}
		if at == code {
			return true
		}
		at = g.nodes[at].Parent
	}
	return false
}

// number gives a place and what is under it the numbers from at on, and gives
// back the next free one.
func (g *geography) number(code string, at int) int {
	n := g.nodes[code]
	n.first = at
	at++
	for _, child := range g.children[code] {
		at = g.number(child, at)
	}
	n.last = at - 1
	return at
}
