package asof

import (
	"cmp"
	"slices"
	"sort"
	"sync/atomic"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// timelines is which records touch which subject, and the history of every
// stream. It only grows, under the lock of the projection.
type timelines struct {
	streams   map[ledger.Stream]*stream
	subjects  map[register.SubjectID]*timeline
	unordered []*timeline // those that are not in the order of a view yet

	// The records that are about no subject but about everything, apart.
	places, planning, opening []*ledger.Record
}

// A stream is the history of one stream and the subjects that any of its records
// ever named.
type stream struct {
	history  ledger.Thread
	subjects []*timeline
}

// A timeline is one subject: the streams that ever named it, and the records that
// may have changed it.
type timeline struct {
	id      register.SubjectID
	streams []ledger.Stream // in order of family and key
	touches []ledger.Position

	// What was last gathered, at the head and at some earlier size.
	head, past atomic.Pointer[cachedSubject]
}

// A cachedSubject is a subject as its first touches give it. It is immutable.
type cachedSubject struct {
	touches      int
	subject      *register.Subject // nil if no fact of it stands
	firstDay     calendar.Day      // of its facts: before it the subject is not there
	completeFrom calendar.Day      // from this day on no list in it need be cut
}

func newTimelines() *timelines {
	return &timelines{streams: map[ledger.Stream]*stream{}, subjects: map[register.SubjectID]*timeline{}}
}

// add takes the next record; root is the record that it corrects in the end,
// or itself.
func (t *timelines) add(r, root *ledger.Record) {
	s := t.streams[r.Stream]
	if s == nil {
		s = &stream{}
		t.streams[r.Stream] = s
	}
	was, is := s.history.Add(r, root)
	switch r.Stream.Family {
	case "place":
		t.places = append(t.places, r)
	case "plan", "policy":
		t.planning = append(t.planning, r)
	case "ledger":
		t.opening = append(t.opening, r)
	default:
		t.touchSubjects(s, r, was, is)
	}
}

// touchSubjects marks the subjects that a record may change, which made one fact
// of its stream another. Facts in a stream of support stand each for itself; in
// other streams one fact can change what another means.
func (t *timelines) touchSubjects(s *stream, r *ledger.Record, was, is *ledger.Fact) {
	named := register.About(r.Stream, r.Event)
	for _, id := range named {
		t.noteSubject(s, r.Stream, id)
	}
	// facts of other streams act on each other: an earlier fact may mean something else after a
	// correction of this one
	if r.Stream.Family != "support" {
		for _, l := range s.subjects {
			l.touch(r.Position)
		}
		return
	}
	for _, f := range []*ledger.Fact{was, is} {
		if f != nil {
			named = append(named, register.About(r.Stream, f.Event)...)
		}
	}
	for _, id := range named {
		t.subjects[id].touch(r.Position)
	}
}

// noteSubject notes that a stream is about a subject.
func (t *timelines) noteSubject(s *stream, of ledger.Stream, id register.SubjectID) {
	l := t.subjects[id]
	if l == nil {
		l = &timeline{id: id}
		t.subjects[id] = l
		t.unordered = append(t.unordered, l)
	}
	if at, found := slices.BinarySearchFunc(l.streams, of, compareStreams); !found {
		l.streams = slices.Insert(l.streams, at, of)
		s.subjects = append(s.subjects, l)
	}
}

func compareStreams(a, b ledger.Stream) int {
	return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Key, b.Key))
}

// recordsAt is the records of a stream below a size.
func (t *timelines) recordsAt(s ledger.Stream, n ledger.Position) []*ledger.Record {
	if s := t.streams[s]; s != nil {
		return s.history.Records(n)
	}
	return nil
}

// factsAt is the facts of a stream as known at a size.
func (t *timelines) factsAt(s ledger.Stream, n ledger.Position) []*ledger.Fact {
	if s := t.streams[s]; s != nil {
		return s.history.FactsAt(n)
	}
	return nil
}

// recordsBelow is the first of some records, which come in order, up to a size.
func recordsBelow(records []*ledger.Record, n ledger.Position) []*ledger.Record {
	if k := len(records); k == 0 || records[k-1].Position < n {
		return records
	}
	return records[:sort.Search(len(records), func(i int) bool { return records[i].Position >= n })]
}

// touch notes that a record may have changed the subject.
func (l *timeline) touch(at ledger.Position) {
	// One record may name a subject twice: by the fact before a correction and by the fact after it.
	if n := len(l.touches); n == 0 || l.touches[n-1] != at {
		l.touches = append(l.touches, at)
	}
}

// touchesBelow is how many of the touches lie below a size.
func (l *timeline) touchesBelow(n ledger.Position) int {
	if k := len(l.touches); k > 0 && l.touches[k-1] < n {
		return k
	}
	return sort.Search(len(l.touches), func(i int) bool { return l.touches[i] >= n })
}

// subjectAt is the subject that the records below n give; nil where none of them
// touched it.
func (l *timeline) subjectAt(t *timelines, n ledger.Position) *cachedSubject {
	touches := l.touchesBelow(n)
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
		// A reader who pinned the size before goes on asking for it.
		l.past.Store(head)
		l.head.Store(m)
	} else {
		l.past.Store(m)
	}
	return m
}

// gather makes the subject that the records below n give, with the days between which no list of it
// need be cut.
func (l *timeline) gather(t *timelines, n ledger.Position) *cachedSubject {
	s := register.Gather(l.id, l.streams, func(s ledger.Stream) []*ledger.Fact { return t.factsAt(s, n) })
	facts := s.Facts
	switch {
	case s.Coop != nil:
		facts = s.Coop.History.Facts
	case s.Product != nil:
		facts = s.Product.Facts
	}
	if len(facts) == 0 {
		return &cachedSubject{}
	}
	return &cachedSubject{subject: s, firstDay: facts[0].Valid.Day, completeFrom: completeFrom(s)}
}

// completeFrom is the first day from which the lists of a subject are those of
// register.Fold without being cut: the last day on which one gets longer.
func completeFrom(s *register.Subject) calendar.Day {
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
		last = max(last, firstNamedOn("certificate", h.Facts, s))
	}
	for _, h := range s.Coop.Products {
		last = max(last, firstNamedOn("ocop", h.Facts, s))
	}
	return last
}

// firstNamedOn is the first day on which facts of a stream name a subject.
func firstNamedOn(family string, facts []*ledger.Fact, s *register.Subject) calendar.Day {
	id := register.SubjectID{Kind: s.Kind, Key: s.Key}
	for _, f := range facts {
		if slices.Contains(register.About(ledger.StreamOf(family, ""), f.Event), id) {
			return f.Valid.Day
		}
	}
	return calendar.MaxDay
}

// on is the subject as a register of a day holds it, or nil.
func (m *cachedSubject) on(day calendar.Day) *register.Subject {
	switch {
	case m.subject == nil || day < m.firstDay:
		return nil
	case day >= m.completeFrom:
		return m.subject
	}
	return cutSubject(m.subject, day)
}

// cutSubject takes off what the lists of a subject hold from after a day.
func cutSubject(s *register.Subject, day calendar.Day) *register.Subject {
	c := *s
	c.Facts = factsUntil(s.Facts, day)
	if s.Coop == nil {
		return &c
	}
	d := &register.Dossier{History: s.Coop.History, Support: factsUntil(s.Coop.Support, day)}
	for _, h := range s.Coop.Certificates {
		if firstNamedOn("certificate", h.Facts, s) <= day {
			d.Certificates = append(d.Certificates, h)
		}
	}
	for _, h := range s.Coop.Products {
		if firstNamedOn("ocop", h.Facts, s) <= day {
			d.Products = append(d.Products, h)
		}
	}
	c.Coop = d
	return &c
}

// factsUntil is the facts, which come in order, that are valid by a day.
func factsUntil(facts []*ledger.Fact, day calendar.Day) []*ledger.Fact {
	return slices.Clip(ledger.Before(facts, day+1))
}
