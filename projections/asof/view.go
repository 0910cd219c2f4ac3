package asof

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// timelines is which records touch which subject. It only grows, under the
// lock of the projection.
type timelines struct {
	strands map[ledger.Stream]*strand
	lines   map[register.SubjectID]*line
	fresh   []*line // lines not yet in the order of a view

	chains map[*ledger.Record][]*ledger.Record // of a corrected record: it and all its corrections

	// The records that are about no subject but about everything, apart.
	places, planning, opening []*ledger.Record
}

// A strand is one stream.
type strand struct {
	records []*ledger.Record
	lines   []*line // the subjects that any of its records ever named
}

// A line is one subject: the streams that ever named it, and when it was
// touched.
type line struct {
	id      register.SubjectID
	streams []ledger.Stream // in order of family and key
	touches []ledger.Position

	// What was last gathered, at the head and at some earlier size.
	head, past atomic.Pointer[made]
}

// A made is a subject as its first touches give it. It is immutable.
type made struct {
	touches int
	subject *register.Subject // nil if nothing stands
	first   calendar.Day      // of its facts: before it the subject is not there
	loose   calendar.Day      // from this day on nothing in it need be cut
}

func newTimelines() *timelines {
	return &timelines{
		strands: map[ledger.Stream]*strand{}, lines: map[register.SubjectID]*line{},
		chains: map[*ledger.Record][]*ledger.Record{},
	}
}

// add takes the next record; root is the record that it corrects in the end,
// or itself.
func (t *timelines) add(r, root *ledger.Record) {
	s := t.strands[r.Stream]
	if s == nil {
		s = &strand{}
		t.strands[r.Stream] = s
	}
	s.records = append(s.records, r)
	switch r.Stream.Family {
	case "place":
		t.places = append(t.places, r)
	case "plan", "policy":
		t.planning = append(t.planning, r)
	case "ledger":
		t.opening = append(t.opening, r)
	default:
		t.touch(s, r, root)
	}
}

// touch marks the subjects that a record may change. Facts in a stream of
// support stand each for itself; in other streams one fact can change what
// another means.
func (t *timelines) touch(s *strand, r, root *ledger.Record) {
	for _, id := range register.About(r.Stream, r.Event) {
		t.name(s, r.Stream, id)
	}
	if r.Stream.Family != "support" {
		for _, l := range s.lines {
			l.touched(r.Position)
		}
		return
	}
	for _, about := range t.chain(r, root) {
		for _, id := range register.About(r.Stream, about.Event) {
			t.lines[id].touched(r.Position)
		}
	}
}

// chain adds r to what is known of root, and gives all of that.
func (t *timelines) chain(r, root *ledger.Record) []*ledger.Record {
	if r == root {
		return []*ledger.Record{r}
	}
	if t.chains[root] == nil {
		t.chains[root] = []*ledger.Record{root}
	}
	t.chains[root] = append(t.chains[root], r)
	return t.chains[root]
}

// name notes that a stream is about a subject.
func (t *timelines) name(s *strand, stream ledger.Stream, id register.SubjectID) {
	l := t.lines[id]
	if l == nil {
		l = &line{id: id}
		t.lines[id] = l
		t.fresh = append(t.fresh, l)
	}
	if at, found := slices.BinarySearchFunc(l.streams, stream, compareStreams); !found {
		l.streams = slices.Insert(l.streams, at, stream)
		s.lines = append(s.lines, l)
	}
}

func compareStreams(a, b ledger.Stream) int {
	return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Key, b.Key))
}

func (l *line) touched(at ledger.Position) {
	if n := len(l.touches); n == 0 || l.touches[n-1] != at {
		l.touches = append(l.touches, at)
	}
}

// before is how many of the touches lie below a size.
func (l *line) before(n ledger.Position) int {
	if k := len(l.touches); k > 0 && l.touches[k-1] < n {
		return k
	}
	return sort.Search(len(l.touches), func(i int) bool { return l.touches[i] >= n })
}

// upto is the records of a stream below a size.
func (t *timelines) upto(s ledger.Stream, n ledger.Position) []*ledger.Record {
	if s := t.strands[s]; s != nil {
		return below(s.records, n)
	}
	return nil
}

func below(records []*ledger.Record, n ledger.Position) []*ledger.Record {
	if k := len(records); k == 0 || records[k-1].Position < n {
		return records
	}
	return records[:sort.Search(len(records), func(i int) bool { return records[i].Position >= n })]
}

// at is the subject that the records below n give.
func (l *line) at(t *timelines, n ledger.Position) *made {
	touches := l.before(n)
	if touches == 0 {
		return nil
	}
	head := l.head.Load()
	if head != nil && head.touches == touches {
		return head
	}
	if past := l.past.Load(); past != nil && past.touches == touches {
		return past
	}
	m := l.gather(t, n)
	m.touches = touches
	if touches == len(l.touches) {
		l.past.Store(head)
		l.head.Store(m)
	} else {
		l.past.Store(m)
	}
	return m
}

func (l *line) gather(t *timelines, n ledger.Position) *made {
	s := register.Gather(l.id, l.streams, func(s ledger.Stream) []*ledger.Fact {
		return ledger.Effective(t.upto(s, n))
	})
	facts := s.Facts
	switch {
	case s.Coop != nil:
		facts = s.Coop.History.Facts
	case s.Product != nil:
		facts = s.Product.Facts
	}
	if len(facts) == 0 {
		return &made{}
	}
	return &made{subject: s, first: facts[0].Valid.Day, loose: looseFrom(s)}
}

// looseFrom is the first day from which the lists of a subject are those of
// register.Fold without being cut: the last day on which one gets longer.
func looseFrom(s *register.Subject) calendar.Day {
	var last calendar.Day
	for _, f := range s.Facts {
		last = max(last, f.Valid.Day)
	}
	if s.Coop == nil {
		return last
	}
	for _, f := range s.Coop.Support {
		last = max(last, f.Valid.Day)
	}
	for _, h := range s.Coop.Certificates {
		last = max(last, named("certificate", h.Facts, s))
	}
	for _, h := range s.Coop.Products {
		last = max(last, named("ocop", h.Facts, s))
	}
	return last
}

// named is the first day on which facts of a stream name a subject.
func named(family string, facts []*ledger.Fact, s *register.Subject) calendar.Day {
	id := register.SubjectID{Kind: s.Kind, Key: s.Key}
	for _, f := range facts {
		if slices.Contains(register.About(ledger.StreamOf(family, ""), f.Event), id) {
			return f.Valid.Day
		}
	}
	return calendar.MaxDay
}

// on is the subject as a register of a day holds it, or nil.
func (m *made) on(day calendar.Day) *register.Subject {
	switch {
	case m.subject == nil || day < m.first:
		return nil
	case day >= m.loose:
		return m.subject
	}
	return cut(m.subject, day)
}

// cut takes off what the lists of a subject hold from after a day.
func cut(s *register.Subject, day calendar.Day) *register.Subject {
	c := *s
	c.Facts = by(s.Facts, day)
	if s.Coop == nil {
		return &c
	}
	d := &register.Dossier{History: s.Coop.History, Support: by(s.Coop.Support, day)}
	for _, h := range s.Coop.Certificates {
		if named("certificate", h.Facts, s) <= day {
			d.Certificates = append(d.Certificates, h)
		}
	}
	for _, h := range s.Coop.Products {
		if named("ocop", h.Facts, s) <= day {
			d.Products = append(d.Products, h)
		}
	}
	c.Coop = d
	return &c
}

// by is the facts, which come in order, that are valid by a day.
func by(facts []*ledger.Fact, day calendar.Day) []*ledger.Fact {
	n := sort.Search(len(facts), func(i int) bool { return facts[i].Valid.Day > day })
	return facts[:n:n]
}

// views are the registers asked for last, and what they are made of. Each part
// has a lock of its own, so that who waits for one is not in the way of who
// asks for another; the lock of the projection is never held while waiting.
type views struct {
	ordering sync.Mutex // taken after the lock of the projection
	order    []*line    // in order of subject; replaced, never changed in place

	snapshots *shared[ledger.Position, []*made] // by size: the subjects, in order
	registers *shared[point, *register.Register]
	frames    *shared[point, *register.Register]
	atlases   *shared[int, *place.Atlas]   // by how many records about places
	plannings *shared[int, []*ledger.Fact] // by how many about plans and policies
	folded    *shared[[2]int, *planning]   // by how many records of those, and how many facts by the day
	openings  *shared[int, *ledger.Opened] // by how many about the ledger

	pause func() // called between two batches of a snapshot; tests set it
}

type point struct {
	n  ledger.Position
	on calendar.Day
}

// planning is the plans and policies that some facts give.
type planning struct {
	plans    []*plan.Plan
	policies []*ledger.Fact
}

func newViews() *views {
	return &views{
		snapshots: share[ledger.Position, []*made](4),
		registers: share[point, *register.Register](8), frames: share[point, *register.Register](64),
		atlases: share[int, *place.Atlas](8), plannings: share[int, []*ledger.Fact](8), openings: share[int, *ledger.Opened](8),
		folded: share[[2]int, *planning](32),
		pause:  func() {},
	}
}

// At is the register that the first n records give on a day; n must not be
// beyond Size. It may be shared with others who ask for the same point. The
// first to ask for a size waits until every subject is gathered; others,
// Apply among them, go on meanwhile.
//
// Its subjects, their order and what counts in them are those of
// register.Fold. The histories inside a subject may know facts dated after the
// day, which Fold has cut off; whoever counts asks them for a day.
func (p *Projection) At(n ledger.Position, on calendar.Day) *register.Register {
	return p.views.registers.get(point{n, on}, func() *register.Register {
		r := *p.Frame(n, on)
		all := p.views.snapshots.get(n, func() []*made { return p.snapshot(n) })
		r.Subjects = make([]*register.Subject, 0, len(all))
		for _, m := range all {
			if s := m.on(on); s != nil {
				r.Subjects = append(r.Subjects, s)
			}
		}
		return &r
	})
}

// Frame is At without subjects: the size, the day, the map, the plans and the
// policies, which is all that a question needs besides figures. It costs
// nothing that grows with the number of co-operatives.
func (p *Projection) Frame(n ledger.Position, on calendar.Day) *register.Register {
	v := p.views
	return v.frames.get(point{n, on}, func() *register.Register {
		places, papers, opening := p.general(n)
		r := &register.Register{Size: n, Day: on}
		r.Atlas = v.atlases.get(len(places), func() *place.Atlas { return place.NewAtlas(ledger.Effective(places)) })
		r.Opened = v.openings.get(len(opening), func() *ledger.Opened { return opened(opening) })
		facts := v.plannings.get(len(papers), func() []*ledger.Fact { return ledger.Effective(papers) })
		facts = by(facts, on)
		f := v.folded.get([2]int{len(papers), len(facts)}, func() *planning {
			f := &planning{}
			f.plans, f.policies = register.Planning(facts, on)
			return f
		})
		r.Plans, r.Policies = f.plans, f.policies
		return r
	})
}

// general is the records below a size that are about everything.
func (p *Projection) general(n ledger.Position) (places, planning, opening []*ledger.Record) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return below(p.lines.places, n), below(p.lines.planning, n), below(p.lines.opening, n)
}

func opened(records []*ledger.Record) *ledger.Opened {
	var last *ledger.Opened
	for _, f := range ledger.Effective(records) {
		if f.Root.Kind == ledger.KindOpened {
			last = f.Event.(*ledger.Opened)
		}
	}
	return last
}

// snapshotBatch is how many subjects a snapshot takes between two chances for
// Apply.
const snapshotBatch = 64

// snapshot is what the lines give at a size. Records that are applied
// meanwhile are beyond it, so they change nothing in it.
func (p *Projection) snapshot(n ledger.Position) []*made {
	order := p.ordered()
	all := make([]*made, 0, len(order))
	for batch := range slices.Chunk(order, snapshotBatch) {
		all = p.gather(all, batch, n)
		p.views.pause()
	}
	return all
}

func (p *Projection) gather(all []*made, lines []*line, n ledger.Position) []*made {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, l := range lines {
		if m := l.at(p.lines, n); m != nil && m.subject != nil {
			all = append(all, m)
		}
	}
	return all
}

// ordered is every line there is, in order of subject.
func (p *Projection) ordered() []*line {
	p.mu.RLock()
	defer p.mu.RUnlock()
	v := p.views
	v.ordering.Lock()
	defer v.ordering.Unlock()
	if fresh := p.lines.fresh; len(fresh) > 0 {
		p.lines.fresh = nil // its other readers come here too, one after the other
		v.order = slices.Concat(v.order, fresh)
		slices.SortFunc(v.order, func(a, b *line) int {
			return cmp.Or(cmp.Compare(a.id.Kind, b.id.Kind), cmp.Compare(a.id.Key, b.id.Key))
		})
	}
	return v.order
}
