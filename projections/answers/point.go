package answers

import (
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/classification"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// A Head is the ledger as long as it was at one moment, and the time of that
// moment. Whoever answers takes one Head for a request or a command, and every
// question of that request is resolved against it: "now" then means the same size
// and the same day in all of the reply, whatever is recorded meanwhile.
type Head struct {
	service   *Service
	size      ledger.Position
	now       calendar.Instant
	freshness *Freshness
}

// Head reads how long the ledger is and what time it is. Nothing else in this
// package reads either.
func (s *Service) Head() *Head {
	h := &Head{service: s}
	if s.fresh != nil {
		// Before the size: records that come in between are then in the size, and
		// the lag is told too small for nobody.
		fresh := s.fresh()
		h.freshness = &fresh
	}
	h.size, h.now = s.size(), s.now()
	if h.freshness != nil {
		h.freshness.Lag = max(0, h.freshness.Known-h.size)
	}
	return h
}

// Size is the number of records.
func (h *Head) Size() ledger.Position { return h.size }

// Last is when the last record was taken; zero for the empty ledger.
func (h *Head) Last() calendar.Instant {
	if h.size == 0 {
		return 0
	}
	return h.service.history.Record(h.size - 1).Recorded
}

// KnownAt is the number of records taken at or before an instant.
func (h *Head) KnownAt(i calendar.Instant) ledger.Position {
	return ledger.Position(sort.Search(int(h.size), func(at int) bool {
		return h.service.history.Record(ledger.Position(at)).Recorded > i
	}))
}

// Now is the time of the head.
func (h *Head) Now() calendar.Instant { return h.now }

// Today is the civil day of Now in Việt Nam.
func (h *Head) Today() calendar.Day { return h.now.DayIn() }

// Freshness is how far the ledger may be ahead of the head; nil where nobody tells.
func (h *Head) Freshness() *Freshness { return h.freshness }

// Record is the record that words name, by its position ("1204", "@1204") or its
// id; nil where the ledger has none. The error is that of an id that is none.
func (h *Head) Record(words string) (*ledger.Record, error) {
	if n, err := strconv.ParseInt(strings.TrimPrefix(words, "@"), 10, 64); err == nil {
		if n < 0 || ledger.Position(n) >= h.size {
			return nil, nil
		}
		return h.service.history.Record(ledger.Position(n)), nil
	}
	id, err := ledger.ParseID(words)
	if err != nil {
		return nil, err
	}
	if r := h.service.history.Find(id); r != nil && r.Position < h.size {
		return r, nil
	}
	return nil, nil
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
	// Definitions are the indicators that are asked for, each once.
	Definitions []*indicator.Definition

	head  *Head
	asked asked
}

// asked is a question of which every word is read. What it leaves open, a head
// and a day settle.
type asked struct {
	day         calendar.Day
	known       ledger.Known
	prefix      ledger.Prefix
	place       string       // "" is the ledger's own place
	mapDay      calendar.Day // the day itself, unless mapNamed
	mapNamed    bool
	period      string // "" is the calendar year
	scheme      string // "" is what the policies choose
	plan        string // "" is the newest
	definitions []*indicator.Definition
	named       bool // the definitions are not the whole catalogue
}

// Resolve turns the words of a query into a point; variations change what the words
// say before anything is looked up. Faults carry the name of the query's field in
// At: code, as-of, known-at, map, period, place or scheme.
func (h *Head) Resolve(q Query, variations ...Variation) (*Point, error) {
	p, err := h.read(q, variations)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// ResolvePrefix is Resolve for what is asked of records alone: it answers also
// before the ledger's own place is on the map.
func (h *Head) ResolvePrefix(q Query) (*Point, error) {
	p, err := h.read(q, nil)
	if errors.Is(err, indicator.ErrNoPlace) {
		return p, nil
	}
	return p, err
}

// read reads the words of a query and settles what they leave open. A place that
// is not on the map is an error beside a point of which the rest is settled.
func (h *Head) read(q Query, variations []Variation) (*Point, error) {
	a := asked{place: q.Place, period: q.Period, scheme: q.Scheme, plan: q.Plan, named: len(q.Codes) > 0}
	var err error
	if a.definitions, err = definitionsOf(q.Codes); err != nil {
		return nil, err
	}
	if a.day, err = dayOr(q.AsOf, h.Today()); err != nil {
		return nil, atField("as-of", err)
	}
	if a.known, err = ledger.ParseKnown(q.Known); err != nil {
		return nil, atField("known-at", err)
	}
	if a.prefix, err = a.known.Resolve(h, h.now); err != nil {
		return nil, atField("known-at", err)
	}
	a.mapNamed = strings.TrimSpace(q.Map) != ""
	if a.mapDay, err = dayOr(q.Map, a.day); err != nil {
		return nil, atField("map", err)
	}
	for _, vary := range variations {
		vary(&a)
	}
	return h.settle(a)
}

// An Exact names each part of a point by its value, as a statement and a digest
// keep them.
type Exact struct {
	Size                        ledger.Position
	Valid, Map                  calendar.Day
	Place, Period, Scheme, Plan string
}

// Exactly is the point of the whole catalogue with the parts named.
func (h *Head) Exactly(x Exact) (*Point, error) {
	if x.Size > h.size {
		return nil, ledger.ErrBeyondHead.With(x.Size, h.size).At("known-at")
	}
	return h.settle(asked{
		day: x.Valid, known: ledger.KnownSize(x.Size), prefix: ledger.Prefix{Size: x.Size}, mapDay: x.Map, mapNamed: true,
		place: x.Place, period: x.Period, scheme: x.Scheme, plan: x.Plan, definitions: indicator.All(),
	})
}

// settle makes the point of a question at a head: what the question leaves open is
// what the records of its prefix say.
func (h *Head) settle(a asked) (*Point, error) {
	if !a.mapNamed {
		a.mapDay = a.day
	}
	p := &Point{
		PeriodName: a.period, Size: a.prefix.Size, Known: a.known, Open: a.prefix.Open, Future: a.day > h.Today(),
		Definitions: a.definitions, head: h, asked: a,
	}
	p.Valid, p.Map, p.Place = a.day, a.mapDay, a.place
	if p.Open {
		p.Freshness = h.freshness
	}
	var err error
	if p.Period, err = calendar.PeriodEnding(a.period, p.Valid); err != nil {
		return nil, atField("period", err)
	}
	if p.PeriodName == "" {
		p.PeriodName = calendar.CalendarYear
	}
	if p.Size == 0 {
		return p, ErrNothing.With(p.Size).At("known-at")
	}
	history := h.service.history
	p.LastRecorded = history.Record(p.Size - 1).Recorded
	p.Synthetic = history.Synthetic(p.Size)
	r := history.Frame(p.Size, p.Valid)
	area, err := p.AreaIn(r)
	if err != nil {
		return p, atField("place", err)
	}
	p.PlaceCode, p.PlaceName = area.Code, area.Map.Name(area.Code)
	p.Checkpoint = h.findCheckpoint(p.Size)
	return p, atField("scheme", p.chooseScheme(a.scheme, r))
}

// findCheckpoint is the checkpoint that a point names: one of this ledger, and of no
// more records than the head has.
func (h *Head) findCheckpoint(n ledger.Position) *audit.Checkpoint {
	if h.service.checkpoints == nil {
		return nil
	}
	signed, ok := h.service.checkpoints.FindCovering(n)
	if !ok || signed.Size > int64(h.size) || signed.Origin != h.service.Origin() {
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

// Head is the head that the point was resolved against.
func (p *Point) Head() *Head { return p.head }

// NamedMap is the day of the map that the question named, or "".
func (p *Point) NamedMap() string {
	if !p.asked.mapNamed {
		return ""
	}
	return p.asked.mapDay.String()
}

// NamedPeriod is the period that the question named, or "".
func (p *Point) NamedPeriod() string { return p.asked.period }

// NamedScheme is the scheme that the question named, or "".
func (p *Point) NamedScheme() string { return p.asked.scheme }

// A Variation makes one part of a question another.
type Variation func(*asked)

// OnDay asks about another day. A map that the question does not name goes along.
func OnDay(day calendar.Day) Variation { return func(a *asked) { a.day = day } }

// AtSize asks about the first n records.
func AtSize(n ledger.Position) Variation {
	return func(a *asked) { a.known, a.prefix = ledger.KnownSize(n), ledger.Prefix{Size: n} }
}

// InPlace asks about another place; "" is the ledger's own.
func InPlace(code string) Variation { return func(a *asked) { a.place = code } }

// OnMap asks on the map of a day.
func OnMap(day calendar.Day) Variation { return func(a *asked) { a.mapDay, a.mapNamed = day, true } }

// UnderScheme asks under a classification scheme; "" is what the policies choose.
func UnderScheme(code string) Variation { return func(a *asked) { a.scheme = code } }

// OfPlan asks about the plan with a key; "" is the newest.
func OfPlan(key string) Variation { return func(a *asked) { a.plan = key } }

// With is the same question with some parts changed, at the same head. It fails as
// Resolve does.
func (p *Point) With(variations ...Variation) (*Point, error) {
	a := p.asked
	for _, vary := range variations {
		vary(&a)
	}
	if a.prefix.Size > p.head.size {
		return nil, ledger.ErrBeyondHead.With(a.prefix.Size, p.head.size).At("known-at")
	}
	varied, err := p.head.settle(a)
	if err != nil {
		return nil, err
	}
	return varied, nil
}

// Of is the same point, asked for other indicators.
func (p *Point) Of(definitions ...*indicator.Definition) *Point {
	q := *p
	q.Definitions, q.asked.definitions, q.asked.named = definitions, definitions, true
	return &q
}

func dayOr(typed string, otherwise calendar.Day) (calendar.Day, error) {
	if strings.TrimSpace(typed) == "" {
		return otherwise, nil
	}
	return calendar.ParseTyped(typed)
}

// atField names the field of a query that a fault is about, unless the fault names one.
func atField(field string, err error) error {
	if f, ok := fault.Of(err); ok && f.Field == "" {
		return f.At(field)
	}
	return err
}

// definitionsOf finds what codes name, each once however often it is named, so
// that no question is about more than the catalogue holds. No code is all of it.
func definitionsOf(codes []string) ([]*indicator.Definition, error) {
	if len(codes) == 0 {
		return indicator.All(), nil
	}
	var list []*indicator.Definition
	for _, code := range codes {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, atField("code", err)
		}
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list, nil
}
