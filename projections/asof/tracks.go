package asof

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
)

// tracks is every subject as the first size records give it, moved on record by
// record: the state from which the index sees what a record changes. The facts
// are those of the timelines, which may know more records than the tracks.
type tracks struct {
	lines    *timelines
	size     ledger.Position // what the facts are asked for
	subjects map[register.SubjectID]*trackedSubject
	naming   map[ledger.Stream][]*trackedSubject // by stream, the subjects that any fact of it ever named
}

// A trackedSubject is a subject as it is at the size of the tracks.
type trackedSubject struct {
	id      register.SubjectID
	subject *register.Subject
	streams []ledger.Stream // in order of family and key
}

// A change is one subject before and after a record, which differ from a day
// on.
type change struct {
	kind          ledger.Kind  // of the fact that changed
	was, is       *ledger.Fact // that fact; nil where it did not stand or does not now
	from          calendar.Day
	before, after *register.Subject
}

// void reports whether the subject was not there before and is not now: a
// co-operative without facts of its own.
func (c change) void() bool {
	a, b := c.before.Coop, c.after.Coop
	return a != nil && len(a.History.Facts) == 0 && len(b.History.Facts) == 0
}

func newTracks(lines *timelines) *tracks {
	return &tracks{lines: lines, subjects: map[register.SubjectID]*trackedSubject{}, naming: map[ledger.Stream][]*trackedSubject{}}
}

// advance takes the next record and tells what it changes.
func (t *tracks) advance(r *ledger.Record) []change {
	t.size = r.Position + 1
	was, is := t.lines.streams[r.Stream].history.ChangeBy(r)
	if was == is {
		return nil // a correction that decides nothing
	}
	var changes []change
	for _, s := range t.changedSubjects(r.Stream, was, is) {
		c := change{was: was, is: is, before: s.subject}
		c.kind, c.from = kindAndFirstDay(was, is)
		s.subject = t.changedSubject(s, r.Stream, c)
		c.after = s.subject
		changes = append(changes, c)
	}
	return changes
}

// kindAndFirstDay is the kind of a fact that changed, and the day from which the
// change shows; one of the two is not nil.
func kindAndFirstDay(was, is *ledger.Fact) (ledger.Kind, calendar.Day) {
	switch {
	case was == nil:
		return is.Root.Kind, is.Valid.Day
	case is == nil:
		return was.Root.Kind, was.Valid.Day
	}
	return is.Root.Kind, min(was.Valid.Day, is.Valid.Day)
}

// changedSubjects is the subjects that a change of one fact of a stream may
// change. Facts in a stream of support stand each for itself.
func (t *tracks) changedSubjects(of ledger.Stream, facts ...*ledger.Fact) []*trackedSubject {
	var named []*trackedSubject
	for _, f := range facts {
		if f == nil {
			continue
		}
		for _, id := range register.About(of, f.Event) {
			s := t.subject(id)
			if at, found := slices.BinarySearchFunc(s.streams, of, compareStreams); !found {
				s.streams = slices.Insert(s.streams, at, of)
				// never taken off again: a subject that was named once may be named by a fact that
				// a later retraction brings back
				t.naming[of] = append(t.naming[of], s)
			}
			if !slices.Contains(named, s) {
				named = append(named, s)
			}
		}
	}
	if of.Family == "support" {
		return named
	}
	return t.naming[of]
}

// subject is the subject with an id, made without facts if it is not there yet.
func (t *tracks) subject(id register.SubjectID) *trackedSubject {
	s := t.subjects[id]
	if s == nil {
		s = &trackedSubject{id: id, subject: &register.Subject{Kind: id.Kind, Key: id.Key}}
		switch id.Kind {
		case register.CoopSubject:
			s.subject.Coop = &register.Dossier{History: coop.NewHistory(id.Key, nil)}
		case register.ProductSubject:
			s.subject.Product = ocop.NewHistory(id.Key, nil)
		}
		t.subjects[id] = s
	}
	return s
}

// changedSubject is a subject after a change of one fact of a stream. What the stream
// does not bear on is taken over.
func (t *tracks) changedSubject(s *trackedSubject, of ledger.Stream, c change) *register.Subject {
	old := s.subject
	if s.id.Kind != register.CoopSubject {
		return register.Gather(s.id, s.streams, t.facts)
	}
	// a copy: the subject before the change is compared with the one after it
	d := *old.Coop
	switch of.Family {
	case "coop":
		// what lies before the first changed day is taken over and not folded again
		d.History = d.History.Refold(t.facts(of), c.from)
	case "support":
		d.Support = ledger.ReplaceFact(d.Support, factAbout(c.was, s.id), factAbout(c.is, s.id))
	default:
		d = *register.Gather(s.id, s.streams, t.satellites).Coop
		d.History = old.Coop.History
		d.Support = old.Coop.Support
	}
	return &register.Subject{Kind: old.Kind, Key: old.Key, Coop: &d}
}

func (t *tracks) facts(s ledger.Stream) []*ledger.Fact { return t.lines.factsAt(s, t.size) }

// satellites is the facts of certificates and products only, for a dossier of
// which the rest is at hand.
func (t *tracks) satellites(s ledger.Stream) []*ledger.Fact {
	if s.Family == "coop" || s.Family == "support" {
		return nil
	}
	return t.facts(s)
}

// factAbout is a fact if it is about a subject, and otherwise nil.
func factAbout(f *ledger.Fact, id register.SubjectID) *ledger.Fact {
	if f == nil || !slices.Contains(register.About(f.Root.Stream, f.Event), id) {
		return nil
	}
	return f
}
