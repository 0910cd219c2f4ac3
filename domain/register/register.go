package register

import (
	"cmp"
	"maps"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
)

// A Register is the state of the world at one as-of point: what the first
// Size records say holds on Day. It is immutable.
//
// Places are not cut at Day: a question names its own map day.
type Register struct {
	Size     ledger.Position
	Day      calendar.Day
	Opened   *ledger.Opened // nil only in an empty prefix
	Subjects []*Subject     // in order of kind and key
	Atlas    *place.Atlas
	Plans    []*plan.Plan   // those adopted by Day, in order of key
	Policies []*ledger.Fact // *plan.Chosen about every plan, valid by Day
	// Facts are all facts valid by Day but those about places, in order: also
	// those that are about no subject, which only a check asks for. Fold fills
	// it; a faster road may leave it nil.
	Facts []*ledger.Fact
}

// A SubjectKind says what figures are counted over.
type SubjectKind uint8

// The kinds of subject.
const (
	CoopSubject SubjectKind = iota
	ProductSubject
	TrainingSubject
	FairSubject
	ConferenceSubject
)

// A Subject is one thing that figures count, with every fact about it: a
// co-operative, an OCOP product, a training session, a fair or a conference
// (both by name). Facts may be dated after the register's day; whoever counts
// asks for the state on a day. It is immutable.
type Subject struct {
	Kind SubjectKind
	Key  string // of the stream; support.FairKey of a fair's or conference's name

	Coop    *Dossier       // of a co-operative
	Product *ocop.History  // of a product
	Facts   []*ledger.Fact // of a session, a fair or a conference, in order
}

// A Dossier is what the ledger holds about one co-operative, in its own stream
// and in those that name it.
type Dossier struct {
	History      *coop.History
	Certificates []*certificate.History // granted to it
	Products     []*ocop.History        // rated under its name at some time
	Support      []*ledger.Fact         // help given to it and models recognised in it
}

// Compare orders subjects.
func (s *Subject) Compare(t *Subject) int {
	return cmp.Or(cmp.Compare(s.Kind, t.Kind), cmp.Compare(s.Key, t.Key))
}

// Fold is the state that a prefix of decoded records gives on a day. It is
// slow and plain, it looks at nothing else, and it is the meaning of every
// faster road.
func Fold(records []*ledger.Record, on calendar.Day) *Register {
	r := &Register{Size: ledger.Position(len(records)), Day: on}
	var here, places []*ledger.Fact
	for _, f := range ledger.Effective(records) {
		switch {
		case f.Root.Kind == ledger.KindOpened:
			r.Opened = f.Event.(*ledger.Opened)
		case f.Root.Stream.Family == "place":
			places = append(places, f)
		case f.Valid.Day <= on:
			here = append(here, f)
		}
	}
	r.Atlas = place.NewAtlas(places)
	r.Facts = here
	files := newFiles(here)
	for _, id := range files.subjects() {
		r.Subjects = append(r.Subjects, files.Subject(id))
	}
	r.Plans, r.Policies = FoldPlans(here, on)
	return r
}

// FoldPlans folds the plans adopted by a day, in order of key, and gathers the
// policies that are about every plan.
func FoldPlans(facts []*ledger.Fact, on calendar.Day) ([]*plan.Plan, []*ledger.Fact) {
	byPlan := map[string][]*ledger.Fact{}
	var policies []*ledger.Fact
	for _, f := range facts {
		switch s := f.Root.Stream; {
		case s.Family == "policy" && f.Valid.Day <= on:
			policies = append(policies, f)
		case s.Family == "plan":
			byPlan[s.Key] = append(byPlan[s.Key], f)
		}
	}
	var plans []*plan.Plan
	for _, key := range slices.Sorted(maps.Keys(byPlan)) {
		if p := plan.Fold(key, byPlan[key], on); p.Adoption != nil {
			plans = append(plans, p)
		}
	}
	return plans, policies
}

// A SubjectID names a subject.
type SubjectID struct {
	Kind SubjectKind
	Key  string
}

// subjectKinds are the subjects by the families that their streams have, or, of
// fairs and conferences, would have.
var subjectKinds = map[string]SubjectKind{
	"coop": CoopSubject, "ocop": ProductSubject, "training": TrainingSubject,
	ledger.NamesFair: FairSubject, ledger.NamesConference: ConferenceSubject,
}

// About lists the subjects that a record concerns: what its stream is about, and
// what its event, which may be nil, names as its row says. They must be told
// when it changes.
func About(s ledger.Stream, e ledger.Event) []SubjectID {
	var ids []SubjectID
	if kind, ok := subjectKinds[s.Family]; ok {
		ids = append(ids, SubjectID{kind, s.Key})
	}
	if e == nil {
		return ids
	}
	for _, x := range SpecOf(e).Subjects(e) {
		ids = append(ids, SubjectID{subjectKinds[x.Family], x.Key})
	}
	return ids
}

// files sorts facts by the stream they stand in and by what they are about.
type files struct {
	streams map[ledger.Stream][]*ledger.Fact
	naming  map[SubjectID][]ledger.Stream // streams with a fact about the subject, in order of first mention
}

func newFiles(facts []*ledger.Fact) *files {
	f := &files{map[ledger.Stream][]*ledger.Fact{}, map[SubjectID][]ledger.Stream{}}
	for _, fact := range facts {
		s := fact.Root.Stream
		f.streams[s] = append(f.streams[s], fact)
		for _, id := range About(s, fact.Event) {
			if !slices.Contains(f.naming[id], s) {
				f.naming[id] = append(f.naming[id], s)
			}
		}
	}
	return f
}

// subjects lists what there are facts about, in order. A co-operative or a
// product is a subject only if it has a stream of its own.
func (f *files) subjects() []SubjectID {
	var ids []SubjectID
	for id := range f.naming {
		if id.Kind != CoopSubject || len(f.streams[ledger.StreamOf("coop", id.Key)]) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b SubjectID) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key)) })
	return ids
}

// Subject gathers what the facts say of one subject.
func (f *files) Subject(id SubjectID) *Subject {
	streams := slices.Clone(f.naming[id])
	slices.SortFunc(streams, func(a, b ledger.Stream) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Key, b.Key))
	})
	return Gather(id, streams, func(s ledger.Stream) []*ledger.Fact { return f.streams[s] })
}

// Gather makes a subject of the facts of the streams that are about it, which
// come in order of family and key.
func Gather(id SubjectID, streams []ledger.Stream, facts func(ledger.Stream) []*ledger.Fact) *Subject {
	s := &Subject{Kind: id.Kind, Key: id.Key}
	switch id.Kind {
	case CoopSubject:
		s.Coop = gatherDossier(id.Key, streams, facts)
	case ProductSubject:
		s.Product = ocop.NewHistory(id.Key, facts(ledger.StreamOf("ocop", id.Key)))
	default:
		for _, stream := range streams {
			for _, f := range facts(stream) {
				if slices.Contains(About(stream, f.Event), id) {
					s.Facts = append(s.Facts, f)
				}
			}
		}
		s.Facts = sortedFacts(s.Facts)
	}
	return s
}

func gatherDossier(key string, streams []ledger.Stream, facts func(ledger.Stream) []*ledger.Fact) *Dossier {
	d := &Dossier{History: coop.NewHistory(key, facts(ledger.StreamOf("coop", key)))}
	me := SubjectID{CoopSubject, key}
	for _, s := range streams {
		if s.Family == "coop" {
			continue // what it says of itself is its history, and others' streams add nothing
		}
		of := facts(s)
		about := func(f *ledger.Fact) bool { return slices.Contains(About(s, f.Event), me) }
		switch {
		case !slices.ContainsFunc(of, about):
		case s.Family == "certificate":
			d.Certificates = append(d.Certificates, certificate.NewHistory(s.Key, of))
		case s.Family == "ocop":
			d.Products = append(d.Products, ocop.NewHistory(s.Key, of))
		case s.Family == "support":
			for _, f := range of {
				if about(f) {
					d.Support = append(d.Support, f)
				}
			}
		}
	}
	d.Support = sortedFacts(d.Support)
	return d
}

func sortedFacts(facts []*ledger.Fact) []*ledger.Fact {
	slices.SortFunc(facts, (*ledger.Fact).Compare)
	return facts
}
