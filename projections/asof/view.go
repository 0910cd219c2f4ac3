package asof

import (
	"cmp"
	"slices"
	"sort"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
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

	// What was last gathered, at the head and at some earlier size. Guarded by
	// the lock of the views.
	head, past *made
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
	switch {
	case touches == 0:
		return nil
	case l.head != nil && l.head.touches == touches:
		return l.head
	case l.past != nil && l.past.touches == touches:
		return l.past
	}
	m := l.gather(t, n)
	m.touches = touches
	if touches == len(l.touches) {
		l.past, l.head = l.head, m
	} else {
		l.past = m
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

// views are the registers asked for last, and what they are made of. Every
// method takes a timelines that does not grow meanwhile.
type views struct {
	mu    sync.Mutex
	order []*line // in order of subject

	snapshots recent[ledger.Position, []*made] // by size: the subjects, in order
	registers recent[point, *register.Register]
	frames    recent[point, *register.Register]
	atlases   recent[int, *place.Atlas]   // by how many records about places
	plannings recent[int, []*ledger.Fact] // by how many about plans and policies
	openings  recent[int, *ledger.Opened] // by how many about the ledger
}

type point struct {
	n  ledger.Position
	on calendar.Day
}

func newViews() *views {
	return &views{
		snapshots: keep[ledger.Position, []*made](4),
		registers: keep[point, *register.Register](8), frames: keep[point, *register.Register](64),
		atlases: keep[int, *place.Atlas](8), plannings: keep[int, []*ledger.Fact](8), openings: keep[int, *ledger.Opened](8),
	}
}

func (v *views) at(t *timelines, n ledger.Position, on calendar.Day) *register.Register {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.registers.get(point{n, on}, func() *register.Register {
		r := *v.framed(t, n, on)
		all := v.snapshots.get(n, func() []*made { return v.snapshot(t, n) })
		r.Subjects = make([]*register.Subject, 0, len(all))
		for _, m := range all {
			if s := m.on(on); s != nil {
				r.Subjects = append(r.Subjects, s)
			}
		}
		return &r
	})
}

func (v *views) frame(t *timelines, n ledger.Position, on calendar.Day) *register.Register {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.framed(t, n, on)
}

func (v *views) framed(t *timelines, n ledger.Position, on calendar.Day) *register.Register {
	return v.frames.get(point{n, on}, func() *register.Register {
		r := &register.Register{Size: n, Day: on}
		places, planning, opening := below(t.places, n), below(t.planning, n), below(t.opening, n)
		r.Atlas = v.atlases.get(len(places), func() *place.Atlas { return place.NewAtlas(ledger.Effective(places)) })
		r.Opened = v.openings.get(len(opening), func() *ledger.Opened { return opened(opening) })
		facts := v.plannings.get(len(planning), func() []*ledger.Fact { return ledger.Effective(planning) })
		r.Plans, r.Policies = register.Planning(by(facts, on), on)
		return r
	})
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

// snapshot is what the lines give at a size.
func (v *views) snapshot(t *timelines, n ledger.Position) []*made {
	v.sort(t)
	all := make([]*made, 0, len(v.order))
	for _, l := range v.order {
		if m := l.at(t, n); m != nil && m.subject != nil {
			all = append(all, m)
		}
	}
	return all
}

// sort brings new lines into the order. The lines that came are taken from
// the timelines, whose other readers come here too, one after the other.
func (v *views) sort(t *timelines) {
	if len(t.fresh) == 0 {
		return
	}
	v.order = append(v.order, t.fresh...)
	t.fresh = nil
	slices.SortFunc(v.order, func(a, b *line) int {
		return cmp.Or(cmp.Compare(a.id.Kind, b.id.Kind), cmp.Compare(a.id.Key, b.id.Key))
	})
}
