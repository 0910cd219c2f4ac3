package answers

import (
	"context"
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/place"
)

// A Region is one place of a map and its figures, in the order of the codes asked.
type Region struct {
	place.Place
	Figures []*indicator.Figure
}

// Regions are the same figures for a place and for those under it, on one map.
type Regions struct {
	Point *Point
	Map   *place.Map
	// Whole is the place asked and Parts are those right under it, in Vietnamese
	// order of name; of the lowest level alone where that was asked.
	Whole Region
	Parts []Region
	// Drawn are the days on which the map changed, in order, as far as is known.
	Drawn []calendar.Day
	atlas *place.Atlas
}

// Rest is how much of a count of the whole is counted in none of the parts: what
// sits at the whole itself, or nowhere. ok is false for a ratio, which has no
// sum, and for what is counted for the whole alone.
func (r *Regions) Rest(i int) (rest int64, ok bool) {
	f := r.Whole.Figures[i]
	if f.Definition.Ratio || f.Definition.Overall {
		return 0, false
	}
	rest = f.Num
	for _, part := range r.Parts {
		rest -= part.Figures[i].Num
	}
	return rest, true
}

// Redrawn reports whether places that were on the map the day before a day are
// not on it any more, or lie elsewhere: more than new ones came.
func (r *Regions) Redrawn(day calendar.Day) bool {
	before, after := r.atlas.On(day-1), r.atlas.On(day)
	for _, code := range before.Codes() {
		if !after.Has(code) || before.Parent(code) != after.Parent(code) {
			return true
		}
	}
	return false
}

// Regions answers for the definitions of a point for its place and each one under
// it: those right below, or, if lowest, those that nothing is below. Each figure is
// what Indicators answers for that place alone.
func (s *Service) Regions(ctx context.Context, p *Point, lowest bool) (*Regions, error) {
	atlas := s.history.Frame(p.Size, p.Valid).Atlas
	m := atlas.On(p.Map)
	out := &Regions{Point: p, Map: m, Drawn: atlas.Days(), atlas: atlas}
	var err error
	out.Whole.Place, _ = m.Place(p.PlaceCode)
	if out.Whole.Figures, err = s.history.Figures(p.Size, p.Question, p.Definitions...); err != nil {
		return nil, atField("place", err)
	}
	question := p.Question
	for _, question.Place = range placesUnder(m, p.PlaceCode, lowest) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := Region{}
		part.Place, _ = m.Place(question.Place)
		if part.Figures, err = s.history.Figures(p.Size, question, p.Definitions...); err != nil {
			return nil, atField("place", err)
		}
		out.Parts = append(out.Parts, part)
	}
	return out, nil
}

// placesUnder are the places below one, in Vietnamese order of name.
func placesUnder(m *place.Map, code string, lowest bool) []string {
	codes := m.Children(code)
	if lowest {
		codes = lowestPlaces(m, codes)
	}
	return ByName(m, codes)
}

func lowestPlaces(m *place.Map, codes []string) (list []string) {
	for _, code := range codes {
		if below := m.Children(code); len(below) > 0 {
			list = append(list, lowestPlaces(m, below)...)
		} else {
			list = append(list, code)
		}
	}
	return list
}

// ByName puts places in Vietnamese order of their names on a map, then of code.
func ByName(m *place.Map, codes []string) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = m.Name(code)
	}
	keys := make(map[string]string, len(codes))
	for i, key := range SortKeys(names) {
		keys[codes[i]] = key
	}
	codes = slices.Clone(codes)
	slices.SortFunc(codes, func(a, b string) int {
		if n := strings.Compare(keys[a], keys[b]); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	return codes
}

// A Course is one figure of one place on the days of a span, as known at the
// point; nil for a day on which it cannot be asked.
type Course struct {
	Place   place.Place
	Figures []*indicator.Figure
}

// Courses answers for one indicator on the days of a span for some places of the
// point's map, which stays the same for all days. Each figure is what Series gives
// as Now.
func (s *Service) Courses(ctx context.Context, p *Point, d *indicator.Definition, sp Span, places []string) ([]Course, error) {
	m := s.Map(p)
	list := make([]Course, len(places))
	for i, place := range places {
		if err := m.Require(place); err != nil {
			return nil, atField("place", err)
		}
		list[i].Place, _ = m.Place(place)
		for _, day := range sp.Days() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f, err := s.onDay(p, d, OnDay(day), InPlace(place), OnMap(p.Map))
			if err != nil {
				return nil, err
			}
			list[i].Figures = append(list[i].Figures, f)
		}
	}
	return list, nil
}
