package indicator

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/place"
	"htxledger/domain/register"
)

// ErrNoPlace is raised for a question to a ledger whose own place is not on
// the map of the day asked.
var ErrNoPlace = fault.Declare("own-place-unknown", fault.NotFound,
	"the ledger's own place %s is not on the map of %s", "địa bàn của sổ cái (%s) không có trên bản đồ ngày %s")

// A Question is what a figure is asked for, besides the register.
type Question struct {
	Point
	Place string       // code; "" is the ledger's own place
	Map   calendar.Day // the day of the map; zero is the valid day
}

// A Contribution is one subject's entry.
type Contribution struct {
	Subject *register.Subject
	Entry
}

// A Part is one term of a figure that is made of others.
type Part struct {
	Name string // opening, established …
	Num  int64
}

// A Figure is an indicator's answer: exact, with what it came from.
type Figure struct {
	Definition *Definition
	Num, Den   int64 // as counted, not reduced; Den is 1 for a count
	NoData     bool
	// Expected says how many should have reported and Reported how many did,
	// where the definition is Covered.
	Expected, Reported int64
	Carried            int64 // how many answered with the year before
	Parts              []Part
	In                 []Contribution // counted, in order of subject
	Out                []Contribution // looked at and not counted, with the reason
}

// Value is the figure reduced to lowest terms; ok is false for no data.
func (f *Figure) Value() (num, den int64, ok bool) {
	if f.NoData {
		return 0, 1, false
	}
	if !f.Definition.Ratio {
		return f.Num, 1, true
	}
	// Den is not 0 here: a ratio without a denominator is no data
	g := gcd(f.Num, f.Den)
	return f.Num / g, f.Den / g, true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// An Area is a place on the map of a day.
type Area struct {
	Map   *place.Map
	Code  string
	Whole bool // the ledger's own place: what has no seat counts here
}

// areaOf finds the place of a question: the one named, or the ledger's own
// carried forward to the map day. A place that is not on that map is refused.
func areaOf(opened string, atlas *place.Atlas, code string, day calendar.Day) (Area, error) {
	m := atlas.On(day)
	own, ok := m.Resolve(opened)
	if code == "" {
		if !ok {
			return Area{}, ErrNoPlace.With(opened, day.Vi())
		}
		return Area{m, own, true}, nil
	}
	if err := m.Require(code); err != nil {
		return Area{}, err
	}
	return Area{m, code, ok && code == own}, nil
}

// Holds reports whether what sits at a seat is counted in the area. A thing
// without a seat, and a thing other than a co-operative, counts in the whole.
func (a Area) Holds(seat string, over register.SubjectKind) bool {
	if a.Whole && (seat == "" || over != register.CoopSubject) {
		return true
	}
	return seat != "" && a.Map.Within(seat, a.Code)
}

// Is reports whether the area is a place, carried forward to the map's day: so
// a plan of Đắk Nông is about Lâm Đồng after the merger, and about no district.
func (a Area) Is(place string) bool {
	now, ok := a.Map.Resolve(place)
	return ok && now == a.Code
}

func (q Question) mapDay() calendar.Day {
	if q.Map.IsZero() {
		return q.Valid
	}
	return q.Map
}

// AreaIn is the area that q asks about in a register.
func (q Question) AreaIn(r *register.Register) (Area, error) {
	own := ""
	if r.Opened != nil {
		own = r.Opened.Place
	}
	return areaOf(own, r.Atlas, q.Place, q.mapDay())
}

// Refuses is the figure of what cannot be counted for a part of the ledger's
// place, or nil where it can: both roads ask it first.
func (a Area) Refuses(d *Definition) *Figure {
	if !d.Overall || a.Whole {
		return nil
	}
	return &Figure{Definition: d, Den: 1, NoData: true}
}

// Count counts a figure in a register, slowly and plainly: every subject is
// judged, every entry kept. A place that is not on the map is the only error.
func Count(d *Definition, r *register.Register, q Question) (*Figure, error) {
	area, err := q.AreaIn(r)
	if err != nil {
		return nil, err
	}
	if d.compose != nil {
		return d.compose(d, r, q)
	}
	f := &Figure{Definition: d}
	for _, s := range r.Subjects {
		if s.Kind == d.Over {
			d.judge(s, &q.Point, func(e Entry) { f.add(s, e, area) })
		}
	}
	f.Close()
	f.NoData = f.NoData || area.Refuses(d) != nil
	return f, nil
}

// add takes the entry of one subject: into the sums if the area holds its seat, else among the
// subjects left out, with the reason.
func (f *Figure) add(s *register.Subject, e Entry, area Area) {
	if area.Refuses(f.Definition) != nil {
		f.Out = append(f.Out, Contribution{s, Entry{Seat: e.Seat, Why: WholeOnly, By: e.By}})
		return
	}
	if !area.Holds(e.Seat, f.Definition.Over) {
		// a subject that would count elsewhere is out for its place; any other keeps its own reason
		if e.Why == "" || e.Den != 0 || e.Expected != 0 {
			e = Entry{Seat: e.Seat, Why: OutsidePlace, By: e.By}
		}
		f.Out = append(f.Out, Contribution{s, e})
		return
	}
	f.Num += e.Num
	f.Den += e.Den
	f.Expected += e.Expected
	f.Reported += e.Reported
	f.Carried += e.Carried
	if e.Why == "" {
		f.In = append(f.In, Contribution{s, e})
	} else {
		f.Out = append(f.Out, Contribution{s, e})
	}
}

// Close settles sums into a figure: the denominator of a count, and no data
// (DESIGN §6, ruling 10).
func (f *Figure) Close() {
	d := f.Definition
	f.NoData = d.Ratio && f.Den == 0 || d.Covered && f.Reported == 0
	if !d.Ratio {
		f.Den = 1
	}
}

// Same reports whether two figures of one definition say the same: the same
// sums, coverage and parts.
func (f *Figure) Same(g *Figure) bool {
	return f.Num == g.Num && f.Den == g.Den && f.NoData == g.NoData &&
		f.Expected == g.Expected && f.Reported == g.Reported && f.Carried == g.Carried &&
		slices.Equal(f.Parts, g.Parts)
}
