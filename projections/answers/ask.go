// Package answers is what people ask of the ledger.
//
// A Query carries the words of a question as somebody typed them. Head.Resolve
// turns them into a Point, once, at the door: the known-at becomes a size, the days
// become days, the codes become definitions, the place and the period are checked.
// Every answer is a pure function of points and says which they were.
//
// The package may not know how long the ledger is by now, but in Service.Head: it
// answers from a History, which has no method that tells. It knows no door: no
// request, flag or page.
package answers

import (
	"context"
	"strconv"
	"strings"

	"htxledger/domain/assessment"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// What a question can be wrong about, beyond its days and codes.
var (
	ErrNoPlan = fault.Declare("no-plan", fault.NotFound,
		"no plan is recorded for %s (%s)", "chưa có kế hoạch nào được ghi cho %s (%s)")
	ErrNoCoop = fault.Declare("coop-not-found", fault.NotFound,
		"there is no co-operative %s among the first %d records", "không có HTX %s trong %d bản ghi đầu")
	ErrNothing = fault.Declare("nothing-recorded", fault.NotFound,
		"nothing is recorded at size %d", "ở cỡ sổ %d chưa ghi gì")
)

// Freshness is how far what a service answers from may be behind the ledger.
type Freshness struct {
	Known ledger.Position  // records that the ledger is known to hold
	Lag   ledger.Position  // those of them beyond the head that is answered from
	Stale bool             // there may be more: the ledger cannot be heard
	Since calendar.Instant // when it was last heard; zero unless Stale
}

// A History gives the ledger at every size and day: asof.Projection does. It does
// not tell how many records there are by now, so that what answers from it depends
// on the sizes that it is given alone.
type History interface {
	Record(at ledger.Position) *ledger.Record // nil beyond the head
	Find(id ledger.ID) *ledger.Record
	Stream(s ledger.Stream, n ledger.Position) []*ledger.Record
	About(id register.SubjectID, n ledger.Position) []*ledger.Record
	Synthetic(n ledger.Position) bool

	At(n ledger.Position, on calendar.Day) *register.Register
	Frame(n ledger.Position, on calendar.Day) *register.Register
	Subject(id register.SubjectID, n ledger.Position) *register.Subject
	SubjectsOf(kind register.SubjectKind, n ledger.Position) []register.SubjectID
	Touches(id register.SubjectID, low, high ledger.Position) []ledger.Position

	Figures(n ledger.Position, q indicator.Question, defs ...*indicator.Definition) ([]*indicator.Figure, error)
	ChangedSizes(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition) ([]ledger.Position, error)
	LastChanges(ctx context.Context, n ledger.Position, q indicator.Question, d *indicator.Definition, most int) (sizes []ledger.Position, more bool, err error)
	Shifts(d *indicator.Definition, q indicator.Question, area indicator.Area, low, high ledger.Position) (shifts map[ledger.Position]asof.Shift, ok bool)
}

// A Projection is a History that grows.
type Projection interface {
	History
	Size() ledger.Position
}

// A Service answers from a history. It is safe for concurrent use.
type Service struct {
	history     History
	size        func() ledger.Position
	now         func() calendar.Instant
	checkpoints Checkpoints
	fresh       func() Freshness
}

// Checkpoints finds the smallest signed checkpoint of at least n records: an
// audit.Notary does.
type Checkpoints interface {
	FindCovering(n ledger.Position) (audit.Signed, bool)
}

// New makes a service; now is the clock.
func New(p Projection, now func() calendar.Instant) *Service {
	return &Service{history: p, size: p.Size, now: now}
}

// WithCheckpoints lets points name the checkpoints that cover them. It is called
// before the service is used.
func (s *Service) WithCheckpoints(by Checkpoints) *Service {
	s.checkpoints = by
	return s
}

// WithFreshness lets open points say how far behind they may be: fresh, which must
// not wait for anything. It is called before the service is used.
func (s *Service) WithFreshness(fresh func() Freshness) *Service {
	s.fresh = fresh
	return s
}

// Find is the record with an id, which a record of a point names; nil for none.
func (s *Service) Find(id ledger.ID) *ledger.Record { return s.history.Find(id) }

// Subject is a subject as the first n records know it, or nil.
func (s *Service) Subject(id register.SubjectID, n ledger.Position) *register.Subject {
	return s.history.Subject(id, n)
}

// CountCoops is of how many co-operatives the first n records speak.
func (s *Service) CountCoops(n ledger.Position) int {
	return len(s.history.SubjectsOf(register.CoopSubject, n))
}

// Plans lists the plans that are adopted by a day, as known at a size.
func (s *Service) Plans(n ledger.Position, on calendar.Day) []*plan.Plan {
	return s.history.Frame(n, on).Plans
}

// Map is the map of a point.
func (s *Service) Map(p *Point) *place.Map { return s.history.Frame(p.Size, p.Valid).Atlas.On(p.Map) }

// MapOn is the map of a day, as known at a size.
func (s *Service) MapOn(n ledger.Position, day calendar.Day) *place.Map {
	return s.history.Frame(n, day).Atlas.On(day)
}

// Figures are indicators at a point.
type Figures struct {
	Point   *Point
	Figures []*indicator.Figure
}

// Indicators answers for the definitions of a point. Contributions are left out;
// Explain has them.
func (s *Service) Indicators(p *Point) (*Figures, error) {
	figures, err := s.history.Figures(p.Size, p.Question, p.Definitions...)
	if err != nil {
		return nil, atField("place", err)
	}
	return &Figures{p, figures}, nil
}

// Targets is a plan judged at a point.
type Targets struct {
	Point *Point // as asked; its map and period are those of the figures
	// Judged is the point of the figures: that asked, or, when the plan's year is
	// past, the end of the year, with the same knowledge.
	Judged *Point
	*assessment.Assessment
	PlanPlace string // the name of the plan's own place, on the map of the figures
	Findings  []plan.Finding
	scheme    func(code string) string
	current   bool
}

// SchemeOf is the classification scheme in which an indicator was counted: the
// one that the question names, else the plan's own choice for its target.
func (t *Targets) SchemeOf(code string) string { return t.scheme(code) }

// PointOf is the point at which an indicator by itself says what it says here,
// or nil if it cannot: the papers of a plan are counted until the day asked,
// and of another plan than the newest only here.
func (t *Targets) PointOf(d *indicator.Definition) *Point {
	switch {
	case !d.OfPapers():
		return t.Judged
	case t.current:
		return t.Point
	}
	return nil
}

// Targets judges the plan that the question names, or else the newest of those
// whose year has begun on the day asked (plan.Newest).
func (s *Service) Targets(asked *Point) (*Targets, error) {
	r := s.history.Frame(asked.Size, asked.Valid)
	chosen, err := choosePlan(r, asked.asked.plan, asked.Valid)
	if err != nil {
		return nil, err
	}
	judged, err := judgedPoint(asked, chosen)
	if err != nil {
		return nil, err
	}
	area, err := judged.AreaIn(r)
	if err != nil {
		return nil, atField("place", err)
	}
	// the code that stands for the place on the map of the judged day, which may be another than
	// that of the day asked
	judged.PlaceCode, judged.PlaceName = area.Code, area.Map.Name(area.Code)
	p := *judged
	p.Valid, p.asked = asked.Valid, asked.asked
	scheme := schemesOf(asked, chosen, r)
	a, err := assessment.Assess(chosen, r.Policies, assessment.Asking{
		Day: p.Valid, Elsewhere: !area.Is(chosen.Head().Place), Count: s.counter(judged, scheme),
	})
	if err != nil {
		return nil, err
	}
	return &Targets{
		Point: &p, Judged: judged, Assessment: a, PlanPlace: nameOf(area.Map, chosen.Head().Place),
		Findings: plan.Lint(chosen, indicator.Codes()), scheme: scheme, current: chosen == plan.Newest(r.Plans, p.Valid),
	}, nil
}

// nameOf is what a place is called on a map, or its code where it is not there.
func nameOf(m *place.Map, code string) string {
	if now, ok := m.Resolve(code); ok {
		return m.Name(now)
	}
	return code
}

// judgedPoint is the point at which a plan is judged. Its map is of its day, as
// that of every question is, unless the question names one, or names a place, which
// is then one of the day asked. The scheme stays that of the day asked.
func judgedPoint(asked *Point, chosen *plan.Plan) (*Point, error) {
	j := *asked
	j.Valid = chosen.JudgedOn(asked.Valid)
	if j.Valid == asked.Valid {
		return &j, nil
	}
	j.asked.day = j.Valid
	if !asked.asked.mapNamed {
		if asked.Place == "" {
			j.Map = j.Valid
		} else {
			OnMap(asked.Map)(&j.asked)
		}
	}
	var err error
	j.Period, err = calendar.PeriodEnding(asked.asked.period, j.Valid)
	return &j, atField("period", err)
}

// schemesOf gives the scheme of each indicator: where the question names none it is
// the plan's own choice.
func schemesOf(p *Point, chosen *plan.Plan, r *register.Register) func(code string) string {
	policies := chosen.PoliciesOn(p.Valid, r.Policies)
	return func(code string) string {
		if p.asked.scheme != "" {
			return p.Scheme
		}
		return policies.On(p.Valid, plan.Scheme, targetOf(chosen, code)).Word
	}
}

// counter counts figures of p on other days: the period has the same name.
func (s *Service) counter(p *Point, scheme func(string) string) assessment.Counter {
	return func(code string, on calendar.Day) (*indicator.Figure, error) {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, err
		}
		question := p.Question
		question.Valid = on
		if question.Period, err = calendar.PeriodEnding(p.PeriodName, on); err != nil {
			// only a day before the point may lie outside of the period: a deadline of an earlier
			// year
			if on >= p.Valid {
				return nil, atField("period", err)
			}
			if d.Flow { // a deadline from before the period that was asked
				return &indicator.Figure{Definition: d, Den: 1, NoData: true}, nil
			}
			// a state does not look at the period, but a question must have one
			question.Period = calendar.Period{First: on, Last: on}
		}
		question.Scheme = scheme(code)
		if d.Over == register.FairSubject { // what is named is looked up among the facts
			f, err := indicator.Count(d, s.fairs(p.Size, on), question)
			return f, atField("place", err)
		}
		figures, err := s.history.Figures(p.Size, question, d)
		if err != nil {
			return nil, atField("place", err)
		}
		return figures[0], nil
	}
}

// fairs is a register of nothing but the fairs, which are few.
func (s *Service) fairs(n ledger.Position, on calendar.Day) *register.Register {
	r := *s.history.Frame(n, on)
	// the whole register would be gathered for a handful of subjects
	for _, id := range s.history.SubjectsOf(register.FairSubject, n) {
		if fair := s.history.Subject(id, n); fair != nil {
			r.Subjects = append(r.Subjects, fair)
		}
	}
	return &r
}

// targetOf is the first target that an indicator measures.
func targetOf(p *plan.Plan, code string) string {
	for _, t := range p.Targets {
		if t.Indicator == code || strings.HasPrefix(code, t.Indicator+".") {
			return t.ID
		}
	}
	return ""
}

// choosePlan is the plan with a key, or without one that which the day is asked
// about.
func choosePlan(r *register.Register, key string, day calendar.Day) (*plan.Plan, error) {
	for _, p := range r.Plans {
		if key == p.Key {
			return p, nil
		}
	}
	if key != "" {
		return nil, NoPlan(key, r.Plans)
	}
	if p := plan.Newest(r.Plans, day); p != nil {
		return p, nil
	}
	return nil, NoPlan(day.String()[:4], r.Plans)
}

// NoPlan is ErrNoPlan for a year or key, naming the plans that there are.
func NoPlan(key string, plans []*plan.Plan) error {
	list := make([]string, len(plans))
	for i, p := range plans {
		list[i] = strconv.FormatInt(p.Head().Year, 10) + " (" + p.Key + ")"
	}
	known := strings.Join(list, ", ")
	there := fault.Text{English: "recorded: " + known, Vietnamese: "trong sổ có: " + known}
	if len(list) == 0 {
		there = fault.Text{English: "none at all", Vietnamese: "trong sổ chưa có kế hoạch nào"}
	}
	return ErrNoPlan.With(key, there).At("plan")
}
