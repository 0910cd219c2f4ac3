// Package answers is what people ask of the ledger.
//
// A Query carries the words of a question as somebody typed them. Resolve
// turns them into a Point, once: the known-at becomes a size, the days become
// days, the place and the period are checked. From there every answer is a
// pure function of the Point, and says which Point that was.
package answers

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/assessment"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/classification"
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

// A Query is a question as it was typed. Every field may be empty.
type Query struct {
	Codes  []string // indicators; none is all of them
	AsOf   string   // day: dd/mm/yyyy or ISO; "" is today
	Known  string   // day, instant or @size; "" is now
	Place  string   // code; "" is the ledger's own place
	Map    string   // day of the map; "" is the day of AsOf
	Period string   // year, statistical-year or a first day; "" is year
	Scheme string   // classification scheme; "" is what the policies choose
	Plan   string   // key of a plan; "" is the newest whose year has begun
}

// A Point is where an answer holds. It is all that an answer depends on.
type Point struct {
	indicator.Question
	PeriodName string // as asked: year, statistical-year or a first day
	Size       ledger.Position
	Known      ledger.Known // as typed
	Open       bool         // the same words may later mean a larger size
	Future     bool         // the day asked is after today
	// LastRecorded is when the last record of the prefix was taken; zero for
	// the empty prefix.
	LastRecorded calendar.Instant
	PlaceCode    string // of the area asked: Place, or the ledger's own on the map day
	PlaceName    string // of the area asked, on the map day
	SchemeChosen *ledger.Fact
	// Synthetic says that some record of the prefix is marked as synthetic.
	Synthetic bool
	// Checkpoint is the smallest signed checkpoint that covers the prefix; nil
	// where none does. It is named, not verified.
	Checkpoint *audit.Checkpoint
	// Freshness is how far an open point may be behind the ledger; nil for what
	// later records cannot change, and where nobody tells. No figure depends on it.
	Freshness *Freshness
}

// Freshness is how far what a service answers from may be behind the ledger.
type Freshness struct {
	Lag   ledger.Position  // records that the ledger is known to hold beyond those answered from
	Stale bool             // there may be more: the ledger cannot be heard
	Since calendar.Instant // when it was last heard; zero unless Stale
}

// A Service answers from a projection. It is safe for concurrent use.
type Service struct {
	asof        *asof.Projection
	now         func() calendar.Instant
	checkpoints Checkpoints
	fresh       func() Freshness
}

// Checkpoints finds the smallest signed checkpoint of at least n records: an
// audit.Notary does.
type Checkpoints interface {
	Covering(n ledger.Position) (audit.Signed, bool)
}

// New makes a service; now is the clock.
func New(p *asof.Projection, now func() calendar.Instant) *Service {
	return &Service{asof: p, now: now}
}

// Covered lets points name the checkpoints that cover them. It is called before
// the service is used.
func (s *Service) Covered(by Checkpoints) *Service {
	s.checkpoints = by
	return s
}

// Followed lets open points say how far behind they may be: fresh, which must not
// wait for anything. It is called before the service is used.
func (s *Service) Followed(fresh func() Freshness) *Service {
	s.fresh = fresh
	return s
}

// Projection is what the service answers from.
func (s *Service) Projection() *asof.Projection { return s.asof }

// Resolve turns a query's words into a point. Faults carry the name of the
// query's field in At: as-of, known-at, place, map, period or scheme.
func (s *Service) Resolve(q Query) (*Point, error) {
	p := &Point{}
	now := s.now()
	today := now.DayIn()
	var err error
	if p.Valid, err = dayOr(q.AsOf, today); err != nil {
		return nil, at("as-of", err)
	}
	p.Future = p.Valid > today
	if p.Known, err = ledger.ParseKnown(q.Known); err != nil {
		return nil, at("known-at", err)
	}
	prefix, err := p.Known.Resolve(s.asof, now)
	if err != nil {
		return nil, at("known-at", err)
	}
	p.Size, p.Open = prefix.Size, prefix.Open
	if p.Open && s.fresh != nil {
		fresh := s.fresh()
		p.Freshness = &fresh
	}
	if p.Map, err = dayOr(q.Map, p.Valid); err != nil {
		return nil, at("map", err)
	}
	if p.Period, err = calendar.PeriodEnding(q.Period, p.Valid); err != nil {
		return nil, at("period", err)
	}
	if p.PeriodName = q.Period; q.Period == "" {
		p.PeriodName = calendar.CalendarYear
	}
	return p, s.settle(p, q)
}

// ResolvePrefix is Resolve for what is asked of records alone: it answers also
// before the ledger's own place is on the map.
func (s *Service) ResolvePrefix(q Query) (*Point, error) {
	p, err := s.Resolve(q)
	if errors.Is(err, indicator.ErrNoPlace) {
		return p, nil
	}
	return p, err
}

// settle fills in what the prefix says: place, scheme, last record.
func (s *Service) settle(p *Point, q Query) error {
	if p.Size == 0 {
		return ErrNothing.With(p.Size).At("known-at")
	}
	p.LastRecorded = s.asof.Record(p.Size - 1).Recorded
	p.Synthetic = s.asof.Synthetic(p.Size)
	r := s.asof.Frame(p.Size, p.Valid)
	p.Place = q.Place
	area, err := p.AreaIn(r)
	if err != nil {
		return at("place", err)
	}
	p.PlaceCode, p.PlaceName = area.Code, area.Map.Name(area.Code)
	p.Checkpoint = s.covering(p.Size)
	return at("scheme", p.chooseScheme(q.Scheme, r))
}

// covering is the checkpoint that a point names: one of this ledger, and of no
// more records than it is known to have.
func (s *Service) covering(n ledger.Position) *audit.Checkpoint {
	if s.checkpoints == nil {
		return nil
	}
	signed, ok := s.checkpoints.Covering(n)
	if !ok || signed.Size > int64(s.asof.Size()) || signed.Origin != s.Origin() {
		return nil
	}
	return &signed.Checkpoint
}

func (p *Point) chooseScheme(asked string, r *register.Register) error {
	if asked == "" {
		choice := plan.NewPolicies(r.Policies...).On(p.Valid, plan.Scheme, "")
		p.Scheme, p.SchemeChosen = choice.Word, choice.By
		return nil
	}
	p.Scheme = asked
	_, err := classification.Find(asked)
	return err
}

// Pointed is the query at a point "DAY[@KNOWN]", where a KNOWN of only digits
// is a size: 30/11/2023, 2023-11-30@1204, 30/11/2023@31/12/2023. Without a
// known-at the query's own stands.
func (q Query) Pointed(point string) Query {
	day, known, split := strings.Cut(point, "@")
	q.AsOf = day
	if split {
		q.Known = known
		if strings.Trim(known, "0123456789") == "" {
			q.Known = "@" + known
		}
	}
	return q
}

func dayOr(typed string, otherwise calendar.Day) (calendar.Day, error) {
	if strings.TrimSpace(typed) == "" {
		return otherwise, nil
	}
	return calendar.ParseTyped(typed)
}

// at names the field of a query that a fault is about, unless it has a place.
func at(field string, err error) error {
	if f, ok := fault.Of(err); ok && f.Field == "" {
		return f.At(field)
	}
	return err
}

// Figures are indicators at a point.
type Figures struct {
	Point   *Point
	Figures []*indicator.Figure
}

// Indicators answers for the codes of a query, or for the whole catalogue.
// Contributions are left out; Explain has them.
func (s *Service) Indicators(q Query) (*Figures, error) {
	defs, err := definitions(q.Codes)
	if err != nil {
		return nil, err
	}
	p, err := s.Resolve(q)
	if err != nil {
		return nil, err
	}
	figures, err := s.asof.Figures(p.Size, p.Question, defs...)
	if err != nil {
		return nil, at("place", err)
	}
	return &Figures{p, figures}, nil
}

// definitions finds what codes name, each once however often it is named, so that
// no question is about more than the catalogue holds. No code is all of it.
func definitions(codes []string) ([]*indicator.Definition, error) {
	if len(codes) == 0 {
		return indicator.All(), nil
	}
	var defs []*indicator.Definition
	for _, code := range codes {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, at("code", err)
		}
		if !slices.Contains(defs, d) {
			defs = append(defs, d)
		}
	}
	return defs, nil
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
// one that the query names, else the plan's own choice for its target.
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

// Targets judges the plan that the query names, or else the newest of those
// whose year has begun on the day asked (plan.Newest).
func (s *Service) Targets(q Query) (*Targets, error) {
	p, err := s.Resolve(q)
	if err != nil {
		return nil, err
	}
	r := s.asof.Frame(p.Size, p.Valid)
	chosen, err := choosePlan(r, q.Plan, p.Valid)
	if err != nil {
		return nil, err
	}
	judged, err := s.judged(p, q, chosen)
	if err != nil {
		return nil, err
	}
	area, err := judged.AreaIn(r)
	if err != nil {
		return nil, at("place", err)
	}
	judged.PlaceCode, judged.PlaceName = area.Code, area.Map.Name(area.Code)
	day := p.Valid
	*p = *judged
	p.Valid = day
	scheme := schemes(p, q, chosen, r)
	a, err := assessment.Assess(chosen, r.Policies, assessment.Asking{
		Day: day, Elsewhere: !area.Is(chosen.Head().Place), Count: s.counter(judged, q, scheme),
	})
	if err != nil {
		return nil, err
	}
	return &Targets{
		Point: p, Judged: judged, Assessment: a, PlanPlace: nameOf(area.Map, chosen.Head().Place),
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

// judged is the point at which a plan is judged. Its map is of its day, as that
// of every question is, unless the query names one, or names a place, which is
// then one of the day asked.
func (s *Service) judged(p *Point, q Query, chosen *plan.Plan) (*Point, error) {
	j := *p
	j.Valid = chosen.JudgedOn(p.Valid)
	if j.Valid == p.Valid {
		return &j, nil
	}
	if q.Map == "" && q.Place == "" {
		j.Map = j.Valid
	}
	var err error
	j.Period, err = calendar.PeriodEnding(q.Period, j.Valid)
	return &j, at("period", err)
}

// schemes tells the scheme of each indicator: one that the query leaves open is
// the plan's own choice.
func schemes(p *Point, q Query, chosen *plan.Plan, r *register.Register) func(code string) string {
	policies := chosen.PoliciesOn(p.Valid, r.Policies)
	return func(code string) string {
		if q.Scheme != "" {
			return p.Scheme
		}
		return policies.On(p.Valid, plan.Scheme, targetOf(chosen, code)).Word
	}
}

// counter counts figures of p on other days: the period has the same name.
func (s *Service) counter(p *Point, q Query, scheme func(string) string) assessment.Counter {
	return func(code string, on calendar.Day) (*indicator.Figure, error) {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, err
		}
		question := p.Question
		question.Valid = on
		if question.Period, err = calendar.PeriodEnding(q.Period, on); err != nil {
			if on >= p.Valid {
				return nil, at("period", err)
			}
			if d.Flow { // a deadline from before the period that was asked
				return &indicator.Figure{Definition: d, Den: 1, NoData: true}, nil
			}
			question.Period = calendar.Period{First: on, Last: on}
		}
		question.Scheme = scheme(code)
		if d.Over == register.FairSubject { // what is named is looked up among the facts
			f, err := indicator.Count(d, s.fairs(p.Size, on), question)
			return f, at("place", err)
		}
		figures, err := s.asof.Figures(p.Size, question, d)
		if err != nil {
			return nil, at("place", err)
		}
		return figures[0], nil
	}
}

// fairs is a register of nothing but the fairs, which are few.
func (s *Service) fairs(n ledger.Position, on calendar.Day) *register.Register {
	r := *s.asof.Frame(n, on)
	for _, id := range s.asof.SubjectsOf(register.FairSubject, n) {
		if fair := s.asof.Subject(id, n); fair != nil {
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

// Plans lists the plans adopted by a point's day.
func (s *Service) Plans(q Query) (*Point, []*plan.Plan, error) {
	p, err := s.Resolve(q)
	if err != nil {
		return nil, nil, err
	}
	return p, s.asof.Frame(p.Size, p.Valid).Plans, nil
}
