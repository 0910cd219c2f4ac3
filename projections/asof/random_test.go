package asof_test

import (
	"fmt"
	"math/rand/v2"

	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/support"
	"htxledger/domain/training"
)

// A story is a random history that the ledger would take: every command goes
// through register.Book.Decide, and what that refuses is left out. All of it
// is synthetic. Rapid draws a seed and the length, so that a failing story is
// shrunk to its shortest beginning; the rest follows from the seed, because
// rapid's own numbers lean to the small and would tell the same few things.
type story struct {
	*rapid.T
	book   *register.Book
	told   []*ledger.Record // what corrections can be about
	next   int
	chance *rand.Rand
}

func newStory(t *rapid.T) *story {
	seed := rapid.Uint64().Draw(t, "seed")
	s := &story{T: t, book: register.NewBook(), chance: rand.New(rand.NewPCG(seed, 371))}
	s.say("ledger/x", ledger.Opened{Origin: "test", Place: "P", Title: "thử"}, calendar.DayOf(2020, 1, 1))
	born := calendar.DayOf(2020, 1, 1)
	s.say("place/P", place.Declared{Code: "P", Name: "P", Level: place.Province}, born)
	for _, d := range []string{"D1", "D2"} {
		s.say("place/"+d, place.Declared{Code: d, Name: d, Level: place.District, Parent: "P"}, born)
		for i := range 2 {
			c := fmt.Sprintf("%s-%d", d, i)
			s.say("place/"+c, place.Declared{Code: c, Name: c, Level: place.Commune, Parent: d}, born)
		}
	}
	return s
}

// records is all that was taken.
func (s *story) records() []*ledger.Record {
	all := make([]*ledger.Record, s.book.Size())
	for i := range all {
		all[i] = s.book.At(ledger.Position(i))
	}
	return all
}

func (s *story) say(stream string, e ledger.Event, day calendar.Day) bool {
	return s.draft(stream, e.EventKind(), calendar.OnDay(day), e, nil)
}

func (s *story) draft(stream string, k ledger.Kind, valid calendar.Stated, e any, target *ledger.Target) bool {
	d := &ledger.Draft{Key: fmt.Sprint("k", s.next), Kind: k, Valid: valid, Corrects: target}
	s.next++
	d.Stream, _ = ledger.ParseStream(stream)
	if e != nil {
		data, err := canonical.Marshal(e)
		if err != nil {
			s.Fatal(err)
		}
		d.Data = data
	}
	if d.Check() != nil {
		return false
	}
	v, err := s.book.Decide(d, calendar.EndOf(calendar.DayOf(2025, 1, 1))+calendar.Instant(s.next))
	if err != nil {
		return false
	}
	r := *v.Record
	if err := s.book.Add(&r); err != nil {
		s.Fatal(err)
	}
	s.told = append(s.told, &r)
	return true
}

func (s *story) one(of ...string) string { return of[s.n(len(of)-1)] }
func (s *story) n(most int) int          { return s.chance.IntN(most + 1) }
func (s *story) yes() bool               { return s.n(1) == 0 }

// day is any day of the story, often one on which a period turns.
func (s *story) day() calendar.Day {
	if s.n(3) > 0 {
		return calendar.DayOf(2021, 1, 1) + calendar.Day(s.n(4*365))
	}
	year := 2021 + s.n(3)
	turns := []calendar.Day{
		calendar.DayOf(year, 1, 1), calendar.DayOf(year, 12, 14), calendar.DayOf(year, 12, 15), calendar.DayOf(year, 12, 31),
	}
	return turns[s.n(len(turns)-1)]
}

func (s *story) until(day calendar.Day) *calendar.Day {
	if s.n(2) == 0 {
		return nil
	}
	d := day + 1 + calendar.Day(s.n(500))
	return &d
}

func (s *story) coop() string    { return fmt.Sprint("c", s.n(3)) }
func (s *story) commune() string { return s.one("D1-0", "D1-1", "D2-0", "D2-1", "X") }

func num(n int) *int64 { v := int64(n); return &v }

// step says one thing more.
func (s *story) step() {
	for before := s.book.Size(); s.book.Size() == before; {
		s.more(s.n(39))
	}
}

// more tries to say something.
func (s *story) more(which int) {
	day := s.day()
	switch {
	case which < 8:
		s.correct()
	case which < 9:
		s.geography(day)
	case which < 17:
		key := s.coop()
		if !s.say("coop/"+key, s.life(key, day), day) {
			s.say("coop/"+key, s.birth(), day)
		}
	case which < 27:
		s.paper(day)
	case which < 37:
		s.satellite(day)
	default:
		s.planning(day)
	}
}

func (s *story) birth() ledger.Event {
	form := coop.HTX
	if s.n(7) == 0 {
		form = coop.THT
	}
	return coop.Established{
		Name: "HTX", Form: form, Place: s.commune(), Agricultural: s.n(5) > 0, Sector: "trồng trọt",
		Law: s.one("", "2003", "2012"),
	}
}

func (s *story) life(key string, day calendar.Day) ledger.Event {
	switch s.n(14) {
	case 0, 12:
		return coop.Relocated{Place: s.commune()}
	case 1:
		return coop.Resectored{Agricultural: s.yes(), Sector: "khác"}
	case 2, 3:
		return coop.Suspended{Until: s.until(day)}
	case 4, 13:
		return coop.Resumed{}
	case 5:
		return coop.Inactive{}
	case 6:
		return coop.Dissolving{}
	case 7:
		return coop.Dissolved{Mode: "voluntary"}
	case 8:
		return coop.Merged{Into: s.coop()}
	case 9:
		return coop.Divided{Into: []string{key, s.coop()}}
	case 10:
		return coop.Reorganised{Law: "2012"}
	}
	return coop.Renamed{Name: "HTX mới"}
}

// paper is what a co-operative counts and reports.
func (s *story) paper(day calendar.Day) {
	stream, year := "coop/"+s.coop(), int64(2021+s.n(3))
	closing := calendar.LastOfYear(int(year))
	switch s.n(7) {
	case 0:
		s.say(stream, coop.MembersCounted{Official: int64(s.n(50)), Associate: num(s.n(5))}, day)
	case 1:
		regular := s.n(20)
		s.say(stream, coop.WorkersCounted{Regular: int64(regular), Total: num(regular + s.n(9))}, day)
	case 2, 3:
		e := coop.YearReported{Year: year, Basis: coop.Actual, Revenue: int64(s.n(1000))}
		if s.yes() {
			e.Pay, e.Workers = num(s.n(500)), num(s.n(9))
		}
		if s.yes() {
			e.Basis = coop.Estimate
			closing -= calendar.Day(s.n(200))
		}
		s.say(stream, e, closing)
	case 4:
		e := coop.Scored{Year: year, Scheme: s.one(coop.Schemes...), PointsHundredths: int64(s.n(10000))}
		if s.yes() {
			e.IdleMonths = num(s.n(12))
		}
		s.say(stream, e, closing)
	case 5:
		class := s.one("good", "fair", "average", "weak", "unrated")
		s.say(stream, coop.Classed{Year: year, Scheme: s.one(coop.Schemes...), Class: class}, closing)
	case 6:
		s.say(stream, coop.Linked{Contract: s.one("1", "2"), Enterprise: "DN", Until: s.until(day)}, day)
	case 7:
		s.say(stream, coop.Unlinked{Contract: s.one("1", "2")}, day)
	}
}

func (s *story) satellite(day calendar.Day) {
	switch s.n(14) {
	case 0, 1:
		e := certificate.Granted{Coop: s.coop(), Scheme: "vietgap", Group: s.one("production", "quality"), Until: s.until(day)}
		s.say("certificate/"+s.one("g1", "g2", "g3"), e, day)
	case 2, 11, 12, 13, 14:
		stream := "certificate/" + s.one("g1", "g2", "g3")
		switch s.n(3) {
		case 0:
			s.say(stream, certificate.Renewed{Until: day + 1 + calendar.Day(s.n(400))}, day)
		case 1:
			s.say(stream, certificate.Suspended{}, day)
		case 2:
			s.say(stream, certificate.Reinstated{}, day)
		case 3:
			s.say(stream, certificate.Withdrawn{}, day)
		}
	case 3, 4:
		product := s.one("p1", "p2")
		e := ocop.Rated{Product: product, Name: "Cà phê", Owner: s.one("c0", "c1", "c2", "hộ ông"), Stars: int64(1 + s.n(4)), Authority: ocop.District}
		if s.n(3) == 0 {
			e.Until = s.until(day)
		}
		s.say("ocop/"+product, e, day)
	case 5:
		s.say("ocop/"+s.one("p1", "p2"), ocop.Revoked{}, day)
	case 6, 7:
		help := s.one(support.Infrastructure, support.ProductionCertificate, support.QualityCertificate, support.Consolidation, support.ChainModel, support.Land)
		s.say("support/"+s.one("s1", "s2", "s3"), support.Given{Coop: s.coop(), Help: help}, day)
	case 8:
		s.say("support/"+s.one("s1", "s2", "s3"), support.ModelRecognised{Coop: s.coop(), Model: s.one(support.ValueChain, support.NewStyle)}, day)
	case 9:
		s.say("training/"+s.one("t1", "t2", "t3"), training.Held{
			Title: "Lớp", Programme: s.one(training.Programmes.Values()...), Place: s.one("", "D1", "D2-0"), Attendances: int64(s.n(40)),
		}, day)
	case 10:
		stream := "support/" + s.one("s1", "s2", "s3")
		if s.yes() {
			s.say(stream, support.ConferenceHeld{Title: s.one("Kết nối", "kết  nối", "Khác"), Place: s.one("", "D1")}, day)
		} else {
			s.say(stream, support.FairAttended{Fair: s.one("Hội chợ A", "hội chợ a", "B"), Coops: []string{s.coop()}, Place: s.one("", "D2")}, day)
		}
	}
}

func (s *story) geography(day calendar.Day) {
	code := s.one("D1", "D2", "D1-0", "D1-1", "D2-0", "D2-1", "X")
	other := s.one("D1", "D2", "D1-0", "D2-0", "D2-1", "X")
	switch s.n(4) {
	case 0:
		s.say("place/X", place.Declared{Code: "X", Name: "X", Level: place.Commune, Parent: s.one("D1", "D2", "P")}, day)
	case 1:
		s.say("place/"+code, place.Merged{Into: other}, day)
	case 2:
		s.say("place/"+code, place.Abolished{}, day)
	case 3:
		s.say("place/"+code, place.Split{Into: []string{code, other}}, day)
	case 4:
		s.say("place/"+code, place.Moved{Parent: other}, day)
	}
}

func (s *story) planning(day calendar.Day) {
	switch s.n(3) {
	case 0:
		s.say("policy/chosen", plan.Chosen{Of: plan.Scheme, Value: s.one(coop.Schemes...)}, day)
	case 1:
		s.say("plan/k", adopted(), calendar.DayOf(2023, 1, 1+s.n(100)))
	case 2, 3:
		s.say("plan/k", plan.Delivered{Task: "A-01", Deliverable: "Báo cáo", Unit: s.one("Huyện 1", "Huyện 2")}, day)
	}
}

// correct restates or retracts something told, a correction perhaps.
func (s *story) correct() {
	r := s.told[s.n(len(s.told)-1)]
	stream, target := r.Stream.String(), &ledger.Target{ID: r.ID, Reason: "other"}
	if s.n(2) == 0 {
		s.draft(stream, ledger.KindRetracted, calendar.Stated{}, nil, target)
		return
	}
	valid := calendar.Stated{}
	if s.yes() {
		valid = calendar.OnDay(s.day())
	}
	if e := s.another(r.Event); e != nil {
		s.draft(stream, ledger.KindRestated, valid, e, target)
	}
}

// another is an event like one given, but different.
func (s *story) another(e ledger.Event) ledger.Event {
	switch e := e.(type) {
	case *coop.Established:
		return s.birth()
	case *coop.Relocated:
		return coop.Relocated{Place: s.commune()}
	case *coop.MembersCounted:
		return coop.MembersCounted{Official: e.Official + 1}
	case *coop.YearReported:
		c := *e
		c.Revenue++
		return c
	case *coop.Classed:
		c := *e
		c.Class = s.one("good", "weak", "unrated")
		return c
	case *certificate.Granted:
		c := *e
		c.Coop = s.coop()
		return c
	case *ocop.Rated:
		c := *e
		c.Owner, c.Stars = s.one("c0", "c1", "hộ ông"), int64(1+s.n(4))
		return c
	case *support.Given:
		c := *e
		c.Coop = s.coop()
		return c
	case *support.FairAttended:
		c := *e
		c.Fair = s.one("Hội chợ A", "B")
		return c
	case *training.Held:
		c := *e
		c.Attendances++
		return c
	}
	return e
}

// adopted is a plan of one task and one target.
func adopted() plan.Adopted {
	due := func(day calendar.Day) plan.Due { return plan.Due{Stated: calendar.OnDay(day)} }
	return plan.Adopted{
		Number: "1", Issued: calendar.OnDay(calendar.DayOf(2023, 1, 1)), Year: 2023, Place: "P", Title: "Kế hoạch",
		Targets: []plan.Target{{
			ID: "T01", Text: "Báo cáo", Rule: plan.Done, Unit: "báo cáo", Indicator: "reports.received", Owners: []string{}, Cited: "1",
			Due: due(calendar.DayOf(2023, 12, 10)),
		}},
		Tasks: []plan.Task{{
			ID: "A-01", Text: "Báo cáo", Leads: []string{"Huyện 1"}, With: []string{}, Cited: "1",
			Results: []plan.Result{{Text: "Báo cáo", Rule: plan.Done}}, Due: due(calendar.DayOf(2023, 10, 1)),
		}},
	}
}
