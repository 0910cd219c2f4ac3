package directory

import (
	"strings"

	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
)

// A narrower keeps the records that have to do with what a text names, or with
// a place.
type narrower struct {
	history answers.History
	coops   map[string]bool // by key
	area    *indicator.Area
	text    string // plain
}

// narrower makes what an EventFilter needs to know of the register: the
// co-operatives with a seat in the point's place, or with the text in their
// name. It is nil where the filter asks for neither.
func (d *Directory) narrower(p *answers.Point, f EventFilter) (*narrower, error) {
	if !f.Here && f.Text == "" {
		return nil, nil
	}
	n := &narrower{history: d.history, coops: map[string]bool{}, text: spelling.Plain(f.Text)}
	r := n.history.At(p.Size, p.Valid)
	if f.Here {
		area, err := p.AreaIn(r)
		if err != nil {
			return nil, err
		}
		n.area = &area
	}
	for _, s := range r.Subjects {
		if s.Kind != register.CoopSubject {
			continue
		}
		c := s.Coop.History.On(p.Valid)
		if n.area != nil {
			n.coops[s.Key] = n.area.Holds(c.Place, register.CoopSubject)
		} else {
			n.coops[s.Key] = matches(c, n.text)
		}
	}
	return n, nil
}

// admits keeps a record of, or naming, one of the co-operatives; in a place
// also the records of the places there, and with a text those that have it.
func (n *narrower) admits(r *ledger.Record) bool {
	if n.area != nil && !n.concernsPlace(r) {
		return false
	}
	return n.text == "" || n.area == nil && n.concernsSubject(r) || n.saysWords(r)
}

func (n *narrower) concernsPlace(r *ledger.Record) bool {
	if r.Stream.Family == "place" {
		return n.area.Map.Within(r.Stream.Key, n.area.Code)
	}
	return n.concernsSubject(r)
}

// concernsSubject reports whether one of the co-operatives is what a record is about. A
// correction without data is about what the record is that it corrects.
func (n *narrower) concernsSubject(r *ledger.Record) bool {
	e := r.Event
	if e == nil {
		e = ledger.RootOf(r, n.history.Find).Event
	}
	if r.Stream.Family != "coop" { // a record of a co-operative's own is about no other that it mentions
		for _, x := range register.SpecOf(e).Coops(e) {
			if n.coops[x.Key] {
				return true
			}
		}
	}
	for _, id := range register.About(r.Stream, e) {
		if id.Kind == register.CoopSubject && n.coops[id.Key] {
			return true
		}
	}
	return false
}

// saysWords reports whether the text stands in what a record says or rests on.
func (n *narrower) saysWords(r *ledger.Record) bool {
	parts := []string{r.Stream.String(), string(r.Kind), string(r.Data)}
	if r.Source != nil {
		parts = append(parts, r.Source.Document, r.Source.Issuer, r.Source.Sheet, r.Source.Note)
	}
	if r.Corrects != nil {
		parts = append(parts, r.Corrects.Note)
	}
	return strings.Contains(spelling.Plain(strings.Join(parts, " ")), n.text)
}

// NamesAt gives the names by which a reader knows what records call by its key:
// those of the point's day, or, of what was not yet or is no longer there then,
// the first that it had.
func (d *Directory) NamesAt(p *answers.Point) (coopName, seatName func(key string) string) {
	atlas := d.history.Frame(p.Size, p.Valid).Atlas
	coopName = func(key string) string {
		s := d.history.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, p.Size)
		if s != nil && s.Coop != nil {
			if c := s.Coop.History.On(p.Valid); c.Name != "" {
				return c.Name
			}
		}
		return firstName(d.history.Stream(ledger.StreamOf("coop", key), p.Size))
	}
	return coopName, func(code string) string { return placeName(atlas, p, code) }
}

// firstName is the name under which a co-operative was first recorded, even if
// that was taken back.
func firstName(records []*ledger.Record) string {
	for _, r := range records {
		if e, ok := r.Event.(*coop.Established); ok {
			return e.Name
		}
	}
	return ""
}

func placeName(atlas *place.Atlas, p *answers.Point, code string) string {
	if x, known := atlas.On(p.Valid).Place(code); known {
		return x.Name
	}
	for _, day := range atlas.Days() {
		if x, known := atlas.On(day).Place(code); known {
			return x.Name
		}
	}
	return ""
}
