package answers

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// Why two points cannot be compared.
var (
	errPlacesDiffer = fault.Declare("diff-places", fault.Rejected,
		"the two points ask about different places, %s and %s; a difference is of one place",
		"hai mốc hỏi về hai địa bàn khác nhau (%s và %s); chỉ so sánh được cùng một địa bàn")
	errComposed = fault.Declare("diff-composed", fault.Rejected,
		"%s is made of other figures or of papers, and has no steps of its own",
		"%s được ghép từ các chỉ tiêu khác hoặc từ văn bản, không có từng phần riêng để so sánh")
)

// A Cause is why a figure is another at the second point.
type Cause string

// The causes, in the order in which they are told.
const (
	Happened  Cause = "happened"   // facts valid between the two days
	Lapsed    Cause = "lapsed"     // no new fact: something ran out, or a period turned, with the day
	Late      Cause = "late"       // facts of an earlier day that became known between
	Corrected Cause = "corrected"  // restatements, and retractions of corrections
	Retracted Cause = "retracted"  // facts taken back
	Redrawn   Cause = "map"        // the same facts on another map
	Redefined Cause = "definition" // the same facts under another scheme or period
)

// Causes lists them.
var Causes = []Cause{Happened, Lapsed, Late, Corrected, Retracted, Redrawn, Redefined}

// A Step is the change that one subject made to a figure for one reason.
type Step struct {
	Cause   Cause
	Subject register.SubjectID
	// Records are what made it: one that became known, or those of the facts
	// that came to hold; none where nothing new was said.
	Records []*ledger.Record
	Day     calendar.Day // on which it came to hold or ran out; zero for what became known
	// Num and Den are the changes of the numerator and the denominator. They
	// are whole but where a map or a definition changed too.
	Num, Den *big.Rat
	// Effect is the change of the figure's value: Num for a count. It is nil
	// where a figure is no data at either end.
	Effect *big.Rat
	// Mix says that the denominator changed: somebody came in or went out,
	// where otherwise somebody who stayed changed.
	Mix bool
}

// A Difference is one figure at two points, and every step between. The steps'
// Num add up to the difference of the numerators, Den to that of the
// denominators, and Effect to that of the values, exactly. The steps from B to
// A are those from A to B, negated.
type Difference struct {
	From, To *indicator.Figure
	Steps    []Step // in order of cause, then subject
	totals   []Total
}

// Differences are figures at two points.
type Differences struct {
	From, To    *Point
	Differences []Difference
	// Composed are the codes of the catalogue that were left out, being made of
	// other figures or of papers.
	Composed []string
}

// Diff compares the figures that the first point asks for at two points of one
// place.
//
// Days pass under the larger of the two states of knowledge, and what became
// known is told at the day of the point that knew less. So a fact of a day
// between the two happened, whenever it was recorded, and a fact of an earlier
// day that was recorded since was late. It ends early, with its error, when ctx is
// done.
func (s *Service) Diff(ctx context.Context, a, b *Point) (*Differences, error) {
	if a.PlaceCode != b.PlaceCode && !(a.Place == "" && b.Place == "") {
		return nil, errPlacesDiffer.With(a.PlaceName, b.PlaceName).At("place")
	}
	d := &Differences{From: a, To: b}
	known := &subjectCache{s, map[appearance]*register.Subject{}}
	for _, def := range a.Definitions {
		if def.IsComposed() {
			// the caller asked for this figure by name: leaving it out silently would look like no
			// difference
			if a.asked.named {
				return nil, errComposed.With(def.Code).At("code")
			}
			d.Composed = append(d.Composed, def.Code)
			continue
		}
		one, err := s.compare(ctx, known, def, a, b)
		if err != nil {
			return nil, err
		}
		d.Differences = append(d.Differences, *one)
	}
	return d, nil
}

// A lens is how facts are looked at: on which map, and with which scheme and
// kind of period.
type lens struct {
	area   indicator.Area
	scheme string
	period string
}

func (l lens) same(m lens) bool {
	return l.area.Code == m.area.Code && l.area.Map.Same(m.area.Map) && l.scheme == m.scheme && l.period == m.period
}

// fourths is a number of quarters: the only fractions that averaging over two
// lenses of two parts can make.
type fourths int64

const whole fourths = 4

// worth is what a subject adds to a figure.
type worth struct{ num, den fourths }

func (w worth) minus(v worth) worth       { return worth{w.num - v.num, w.den - v.den} }
func (w worth) plus(v worth) worth        { return worth{w.num + v.num, w.den + v.den} }
func (w worth) times(n, of fourths) worth { return worth{w.num * n / of, w.den * n / of} }

// A subjectCache keeps the subjects of one comparison by the size at which they
// were looked at: every figure looks at the same ones.
type subjectCache struct {
	s    *Service
	seen map[appearance]*register.Subject
}

type appearance struct {
	id register.SubjectID
	n  ledger.Position
}

func (c *subjectCache) subject(id register.SubjectID, n ledger.Position) *register.Subject {
	at := appearance{id, n}
	s, ok := c.seen[at]
	if !ok {
		s = c.s.history.Subject(id, n)
		c.seen[at] = s
	}
	return s
}

// A comparer finds the steps of one figure.
type comparer struct {
	*subjectCache
	def   *indicator.Definition
	a, b  *Point
	lensA lens
	lensB lens
	told  *tally // nil where every record is judged
	steps []Step
}

// compare finds every step between two points of one figure, sorted by cause and subject, with
// their totals. Subjects that were looked at are kept in known.
func (s *Service) compare(ctx context.Context, known *subjectCache, def *indicator.Definition, a, b *Point) (*Difference, error) {
	c := &comparer{subjectCache: known, def: def, a: a, b: b}
	var err error
	if c.lensA, err = s.lensOf(a); err != nil {
		return nil, err
	}
	if c.lensB, err = s.lensOf(b); err != nil {
		return nil, err
	}
	d := &Difference{}
	if d.From, err = s.figure(def, a); err != nil {
		return nil, err
	}
	if d.To, err = s.figure(def, b); err != nil {
		return nil, err
	}
	if err := c.walk(ctx); err != nil {
		return nil, err
	}
	d.Steps = c.steps
	d.balance()
	slices.SortStableFunc(d.Steps, func(x, y Step) int {
		return cmp.Or(cmp.Compare(slices.Index(Causes, x.Cause), slices.Index(Causes, y.Cause)),
			cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.Key, y.Subject.Key))
	})
	d.totals = d.total()
	return d, nil
}

func (s *Service) figure(def *indicator.Definition, p *Point) (*indicator.Figure, error) {
	f, err := s.history.Figures(p.Size, p.Question, def)
	if err != nil {
		return nil, err
	}
	return f[0], nil
}

func (s *Service) lensOf(p *Point) (lens, error) {
	area, err := p.AreaIn(s.history.Frame(p.Size, p.Valid))
	return lens{area, p.Scheme, p.PeriodName}, err
}

// walk goes from A to B: knowledge first or days first, whichever lets the
// days pass under the larger size.
func (c *comparer) walk(ctx context.Context) error {
	early, late := c.a.Valid, c.b.Valid
	most := max(c.a.Size, c.b.Size)
	knownOn := late // where what became known is told
	if c.b.Size >= c.a.Size {
		knownOn = early
	}
	ids := c.s.history.SubjectsOf(c.def.Over, most)
	touches := c.touches(ids)
	c.told = c.tally(touches, knownOn)
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.tallySubject(id, touches[i], knownOn)
		c.passDays(id, most)
		c.refocus(id)
	}
	return nil
}

// touches are the records between the two sizes that may have changed each subject.
func (c *comparer) touches(ids []register.SubjectID) [][]ledger.Position {
	low, high := min(c.a.Size, c.b.Size), max(c.a.Size, c.b.Size)
	list := make([][]ledger.Position, len(ids))
	for i, id := range ids {
		if low < high {
			list[i] = c.s.history.Touches(id, low, high)
		}
	}
	return list
}

// A tally is by how much each record between the two sizes changed the figure, all
// subjects together, as the index has it. Of a record that touches one subject
// alone that is what it did to this one, which then need not be judged.
type tally struct {
	low     ledger.Position
	touched []uint8 // by record, how many subjects; 2 is several
	by      map[ledger.Position]worth
}

func (t *tally) alone(at ledger.Position) bool { return t != nil && t.touched[at-t.low] == 1 }

// tally is nil where the index does not cover what is asked.
func (c *comparer) tally(touches [][]ledger.Position, on calendar.Day) *tally {
	t := &tally{low: min(c.a.Size, c.b.Size), by: map[ledger.Position]worth{}}
	high := max(c.a.Size, c.b.Size)
	t.touched = make([]uint8, high-t.low)
	for _, list := range touches {
		for _, at := range list {
			// two is enough to know, and fits a byte for each record
			t.touched[at-t.low] = min(t.touched[at-t.low]+1, 2)
		}
	}
	for _, l := range []lens{c.lensA, c.lensB} {
		period, err := calendar.PeriodEnding(l.period, on)
		if err != nil {
			return nil
		}
		q := indicator.Question{Point: indicator.Point{Valid: on, Period: period, Scheme: l.scheme}}
		shifts, ok := c.s.history.Shifts(c.def, q, l.area, t.low, high)
		if !ok {
			return nil
		}
		for at, s := range shifts { // half of each lens: both
			t.by[at] = t.by[at].plus(worth{fourths(s.Num) * whole / 2, fourths(s.Den) * whole / 2})
		}
	}
	return t
}

// tallySubject tells what records between the two sizes did, one after the other.
func (c *comparer) tallySubject(id register.SubjectID, touches []ledger.Position, on calendar.Day) {
	sign := fourths(1)
	if c.a.Size > c.b.Size {
		sign = -1
	}
	for _, at := range touches {
		change := c.changeBy(at, id, on)
		if change == (worth{}) {
			continue
		}
		r := c.s.history.Record(at)
		c.step(Step{Cause: c.causeOf(r), Subject: id, Records: []*ledger.Record{r}}, change.times(sign, 1))
	}
}

// changeBy is what a record did to a subject that it touches.
func (c *comparer) changeBy(at ledger.Position, id register.SubjectID, on calendar.Day) worth {
	if c.told.alone(at) {
		return c.told.by[at]
	}
	return c.meanWorth(c.subject(id, at+1), on).minus(c.meanWorth(c.subject(id, at), on))
}

// causeOf tells why a record changed what was known: a retraction takes a fact
// back only if a fact is what it is about; of a correction it is one itself.
func (c *comparer) causeOf(r *ledger.Record) Cause {
	switch r.Kind {
	case ledger.KindRestated:
		return Corrected
	case ledger.KindRetracted:
		if target := c.s.history.Find(r.Corrects.ID); target != nil && target.IsCorrection() {
			return Corrected
		}
		return Retracted
	}
	return Late
}

// passDays tells what the days between did: what came to hold on each, and what
// ran out in between.
func (c *comparer) passDays(id register.SubjectID, n ledger.Position) {
	from, to, sign := c.a.Valid, c.b.Valid, fourths(1)
	if from > to {
		from, to, sign = to, from, -1
	}
	if from == to {
		return
	}
	s := c.subject(id, n)
	if s == nil {
		return
	}
	have := c.meanWorth(s, from)
	for _, day := range daysOf(s, from, to) {
		eve := c.meanWorth(s, day-1)
		c.lapse(id, s, from, day-1, have, eve, sign)
		have = c.meanWorth(s, day)
		c.step(Step{Cause: Happened, Subject: id, Day: day, Records: recordsOn(s, day)}, have.minus(eve).times(sign, 1))
		from = day
	}
	c.lapse(id, s, from, to, have, c.meanWorth(s, to), sign)
}

// lapse tells what changed between two days without a new fact. The day shown
// is the first on which the subject is worth what it is worth in the end.
func (c *comparer) lapse(id register.SubjectID, s *register.Subject, from, to calendar.Day, before, after worth, sign fourths) {
	if before == after {
		return
	}
	low, high := from, to
	for low+1 < high {
		// no fact begins between the two days, so the worth changes once and can be halved for
		if mid := low + (high-low)/2; c.meanWorth(s, mid) == after {
			high = mid
		} else {
			low = mid
		}
	}
	c.step(Step{Cause: Lapsed, Subject: id, Day: high}, after.minus(before).times(sign, 1))
}

// refocus tells what the change of the lens alone did: half as it looks at A,
// half as it looks at B, and of each half by half in either order of map and
// definition.
func (c *comparer) refocus(id register.SubjectID) {
	if c.lensA.same(c.lensB) {
		return
	}
	mapOnly, wordsOnly := c.lensA, c.lensA
	mapOnly.area = c.lensB.area
	wordsOnly.scheme, wordsOnly.period = c.lensB.scheme, c.lensB.period
	var redrawn, redefined worth
	for _, p := range []*Point{c.a, c.b} {
		s := c.subject(id, p.Size)
		// all four mixtures of the two changes: neither order of changing map and words is favoured
		old, new := c.worth(s, p.Valid, c.lensA), c.worth(s, p.Valid, c.lensB)
		m, w := c.worth(s, p.Valid, mapOnly), c.worth(s, p.Valid, wordsOnly)
		redrawn = redrawn.plus(m.minus(old)).plus(new.minus(w))
		redefined = redefined.plus(w.minus(old)).plus(new.minus(m))
	}
	c.step(Step{Cause: Redrawn, Subject: id}, redrawn.times(1, 4))
	c.step(Step{Cause: Redefined, Subject: id}, redefined.times(1, 4))
}

// meanWorth is the worth of a subject on a day, averaged over the two lenses.
func (c *comparer) meanWorth(s *register.Subject, on calendar.Day) worth {
	if c.lensA.same(c.lensB) {
		return c.worth(s, on, c.lensA)
	}
	return c.worth(s, on, c.lensA).plus(c.worth(s, on, c.lensB)).times(1, 2)
}

// worth is what a subject adds to the figure on a day as a lens sees it, in quarters; nothing for
// no subject.
func (c *comparer) worth(s *register.Subject, on calendar.Day, l lens) (w worth) {
	if s == nil {
		return w
	}
	period, err := calendar.PeriodEnding(l.period, on)
	if err != nil { // before the first day of a period that was given by its first day
		period = calendar.Period{First: on + 1, Last: on}
	}
	p := indicator.Point{Valid: on, Period: period, Scheme: l.scheme}
	c.def.Judge(s, &p, func(e indicator.Entry) {
		if l.area.Holds(e.Seat, c.def.Over) {
			w.num += fourths(e.Num) * whole
			w.den += fourths(e.Den) * whole
		}
	})
	return w
}

func (c *comparer) step(s Step, by worth) {
	if by == (worth{}) {
		return
	}
	s.Num, s.Den = big.NewRat(int64(by.num), int64(whole)), big.NewRat(int64(by.den), int64(whole))
	s.Mix = by.den != 0
	c.steps = append(c.steps, s)
}

// daysOf are the days after from and up to to on which a fact about a subject
// came to hold, in order.
func daysOf(s *register.Subject, from, to calendar.Day) []calendar.Day {
	var days []calendar.Day
	for f := range factsOf(s) {
		if d := f.Valid.Day; d > from && d <= to {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// recordsOn are the records of the facts about a subject that hold from a day,
// in the order of the ledger.
func recordsOn(s *register.Subject, day calendar.Day) []*ledger.Record {
	var list []*ledger.Record
	for f := range factsOf(s) {
		if f.Valid.Day == day {
			list = append(list, f.By)
		}
	}
	slices.SortFunc(list, func(a, b *ledger.Record) int { return cmp.Compare(a.Position, b.Position) })
	return slices.Compact(list)
}

// factsOf yields every fact about a subject.
func factsOf(s *register.Subject) func(yield func(*ledger.Fact) bool) {
	lists := [][]*ledger.Fact{s.Facts}
	if s.Product != nil {
		lists = append(lists, s.Product.Facts)
	}
	if s.Coop != nil {
		lists = append(lists, s.Coop.History.Facts, s.Coop.Support)
		for _, h := range s.Coop.Certificates {
			lists = append(lists, h.Facts)
		}
		for _, h := range s.Coop.Products {
			lists = append(lists, h.Facts)
		}
	}
	return func(yield func(*ledger.Fact) bool) {
		for _, list := range lists {
			for _, f := range list {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// balance gives each step its share of the change in value. For a ratio n/d
// from n₁/d₁ to n₂/d₂ a step Δn, Δd is worth
//
//	Δn·(1/d₁ + 1/d₂)/2 − Δd·(n₁ + n₂)/(2·d₁·d₂)
//
// which is linear in the steps, does not depend on their order, changes its
// sign with the direction, and adds up to the difference exactly.
func (d *Difference) balance() {
	if d.From.NoData || d.To.NoData {
		return
	}
	perNum, perDen := big.NewRat(1, 1), new(big.Rat)
	if d.From.Definition.Ratio {
		d1, d2 := big.NewRat(d.From.Den, 1), big.NewRat(d.To.Den, 1)
		twice := new(big.Rat).Mul(big.NewRat(2, 1), new(big.Rat).Mul(d1, d2))
		perNum.Quo(new(big.Rat).Add(d1, d2), twice)
		perDen.Quo(big.NewRat(d.From.Num+d.To.Num, 1), twice)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		s.Effect = new(big.Rat).Mul(s.Num, perNum)
		s.Effect.Sub(s.Effect, new(big.Rat).Mul(s.Den, perDen))
	}
}

// A Total is what one cause came to.
type Total struct {
	Cause            Cause
	Num, Den, Effect *big.Rat // Effect is nil where the value cannot be compared
	// Mix and Level split Effect into what came of others being counted and
	// what came of the same ones having changed.
	Mix, Level *big.Rat
	Steps      int
}

// Totals adds the steps up by cause, leaving out those without any. They belong to
// the difference: what they hold must not be changed.
func (d *Difference) Totals() []Total {
	if d.totals != nil || len(d.Steps) == 0 {
		return d.totals
	}
	return d.total()
}

// total adds the steps up by cause, in the order of Causes.
func (d *Difference) total() []Total {
	var totals []Total
	for _, cause := range Causes {
		t := Total{Cause: cause, Num: new(big.Rat), Den: new(big.Rat)}
		for _, s := range d.Steps {
			if s.Cause == cause {
				t.add(s)
			}
		}
		if t.Steps > 0 {
			totals = append(totals, t)
		}
	}
	return totals
}

// add takes one step into the total of its cause; a step without effect leaves the effect as it is.
func (t *Total) add(s Step) {
	t.Steps++
	t.Num.Add(t.Num, s.Num)
	t.Den.Add(t.Den, s.Den)
	if s.Effect == nil {
		return
	}
	if t.Effect == nil {
		t.Effect, t.Mix, t.Level = new(big.Rat), new(big.Rat), new(big.Rat)
	}
	t.Effect.Add(t.Effect, s.Effect)
	if s.Mix {
		t.Mix.Add(t.Mix, s.Effect)
	} else {
		t.Level.Add(t.Level, s.Effect)
	}
}

// Change is the difference of the values, or nil where one end has no data.
func (d *Difference) Change() *big.Rat {
	if d.From.NoData || d.To.NoData {
		return nil
	}
	return new(big.Rat).Sub(big.NewRat(d.To.Num, d.To.Den), big.NewRat(d.From.Num, d.From.Den))
}

// Relative is the change as a part of the size of the first value: 1/4 for from
// 8 to 10. It is nil without a change, from zero, and of a share, whose change is
// told in points.
func (d *Difference) Relative() *big.Rat {
	change := d.Change()
	if change == nil || d.From.Num == 0 || d.From.Definition.Unit == indicator.Share {
		return nil
	}
	from := big.NewRat(d.From.Num, d.From.Den)
	return change.Quo(change, from.Abs(from))
}
