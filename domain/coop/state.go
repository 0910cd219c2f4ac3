package coop

import (
	"slices"
	"sort"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Cooperative is the state of one co-operative on a day, folded from its
// facts. Every field that somebody said points to the fact that said it. The
// zero Cooperative, but for its key, is one not yet established.
// A Cooperative must not be changed by anyone but Apply.
type Cooperative struct {
	Key      string
	Founding *ledger.Fact // *Established
	End      *ledger.Fact // dissolved, merged away, divided away or left; nil while it lives

	Name, Form, Place, Sector  string
	Law, Registration, TaxCode string
	Agricultural               bool
	Seated, Sectored, Codified *ledger.Fact // what said Place, Sector with Agricultural, and TaxCode

	Suspension  *ledger.Fact // *Suspended; lapses at its Until
	Inactivity  *ledger.Fact // *Inactive
	Dissolution *ledger.Fact // *Dissolving
	Conversion  *ledger.Fact // *Reorganised

	Members *ledger.Fact // latest *MembersCounted
	Workers *ledger.Fact // latest *WorkersCounted
	Reports []*ledger.Fact
	Scores  []*ledger.Fact
	Classes []*ledger.Fact
	Links   []*ledger.Fact // the newest *Linked of each contract not unlinked
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// fact before the establishment or after the end, which changes nothing.
func (c *Cooperative) Apply(f *ledger.Fact) bool {
	if e, ok := f.Event.(*Established); ok && c.Founding == nil {
		c.applyEstablished(f, e)
		return true
	}
	if !c.IsRegistered() {
		return false
	}
	switch e := f.Event.(type) {
	case *Renamed:
		c.Name = e.Name
	case *Relocated:
		c.Place, c.Seated = e.Place, f
	case *Resectored:
		c.Agricultural, c.Sector, c.Sectored = e.Agricultural, e.Sector, f
	case *Identified:
		c.applyIdentified(f, e)
	case *Suspended:
		c.Suspension = f
	case *Resumed:
		c.Suspension, c.Inactivity, c.Dissolution = nil, nil, nil
	case *Inactive:
		c.Inactivity = f
	case *Dissolving:
		c.Dissolution = f
	case *Dissolved, *Merged, *Left:
		c.End = f
	case *Divided:
		if !slices.Contains(e.Into, c.Key) {
			c.End = f
		}
	case *Reorganised:
		c.Conversion = f
	default:
		return c.applyCount(f)
	}
	return true
}

func (c *Cooperative) applyEstablished(f *ledger.Fact, e *Established) {
	c.Founding, c.Seated, c.Sectored = f, f, f
	c.Name, c.Form, c.Place, c.Sector = e.Name, e.Form, e.Place, e.Sector
	c.Law, c.Registration, c.TaxCode, c.Agricultural = e.Law, e.Registration, e.TaxCode, e.Agricultural
	if e.TaxCode != "" {
		c.Codified = f
	}
}

func (c *Cooperative) applyIdentified(f *ledger.Fact, e *Identified) {
	if e.Registration != "" {
		c.Registration = e.Registration
	}
	if e.TaxCode != "" {
		c.TaxCode, c.Codified = e.TaxCode, f
	}
}

// applyCount applies what is counted or reported. Lists are replaced, never
// changed in place: an earlier state may still hold them.
func (c *Cooperative) applyCount(f *ledger.Fact) bool {
	switch e := f.Event.(type) {
	case *MembersCounted:
		c.Members = f
	case *WorkersCounted:
		c.Workers = f
	case *YearReported:
		c.Reports = append(slices.Clip(c.Reports), f)
	case *Scored:
		c.Scores = append(slices.Clip(c.Scores), f)
	case *Classed:
		c.Classes = append(slices.Clip(c.Classes), f)
	case *Linked:
		c.Links = append(c.contractsBut(e.Contract), f)
	case *Unlinked:
		c.Links = c.contractsBut(e.Contract)
	default:
		return false
	}
	return true
}

func (c *Cooperative) contractsBut(contract string) []*ledger.Fact {
	kept := make([]*ledger.Fact, 0, len(c.Links)+1)
	for _, l := range c.Links {
		if l.Event.(*Linked).Contract != contract {
			kept = append(kept, l)
		}
	}
	return kept
}

// IsRegistered reports whether it is established and not ended.
func (c *Cooperative) IsRegistered() bool { return c.Founding != nil && c.End == nil }

// CountsAsHTX reports whether it counts as an agricultural HTX: registered, of
// form htx, and agricultural (DESIGN §6, ruling 1).
func (c *Cooperative) CountsAsHTX() bool { return c.IsRegistered() && c.Form == HTX && c.Agricultural }

// IdleBy is the fact that makes it idle on a day, or nil: dissolving,
// inactive, or suspended and not yet past its until.
func (c *Cooperative) IdleBy(on calendar.Day) *ledger.Fact {
	switch {
	case c.Dissolution != nil:
		return c.Dissolution
	case c.Inactivity != nil:
		return c.Inactivity
	case c.Suspension != nil:
		if until := c.Suspension.Event.(*Suspended).Until; until == nil || on < *until {
			return c.Suspension
		}
	}
	return nil
}

// An Idleness is what makes a co-operative idle, in a word that is told apart by
// readers: Idle* below.
type Idleness string

// What makes a co-operative idle.
const (
	IdleSuspended  Idleness = "suspended"
	IdleInactive   Idleness = "inactive"
	IdleDissolving Idleness = "dissolving"
)

// IdlenessOf is what a fact of IdleBy is.
func IdlenessOf(f *ledger.Fact) Idleness {
	switch f.Event.(type) {
	case *Suspended:
		return IdleSuspended
	case *Inactive:
		return IdleInactive
	}
	return IdleDissolving
}

// OperatesOn reports whether it is registered and nothing makes it idle.
func (c *Cooperative) OperatesOn(on calendar.Day) bool {
	return c.IsRegistered() && c.IdleBy(on) == nil
}

// AwaitsConversion reports whether it was founded under a law before that of 2012
// and has not been reorganised since.
func (c *Cooperative) AwaitsConversion() bool {
	return (c.Law == "1996" || c.Law == "2003") && c.Conversion == nil
}

// Report is the report for a year that counts: an actual one before an
// estimate, then the latest; nil if there is none.
func (c *Cooperative) Report(year int) *ledger.Fact {
	var best *ledger.Fact
	for _, f := range c.Reports {
		e := f.Event.(*YearReported)
		if int(e.Year) != year {
			continue
		}
		// a later report replaces an earlier one, but no estimate replaces an actual one
		if best == nil || e.Basis == Actual || best.Event.(*YearReported).Basis != Actual {
			best = f
		}
	}
	return best
}

// Score is the latest self-score for a year under a scheme, or nil.
func (c *Cooperative) Score(year int, scheme string) *ledger.Fact {
	for _, f := range slices.Backward(c.Scores) {
		if e := f.Event.(*Scored); int(e.Year) == year && e.Scheme == scheme {
			return f
		}
	}
	return nil
}

// Class is the latest class decided for a year under a scheme, or nil.
func (c *Cooperative) Class(year int, scheme string) *ledger.Fact {
	for _, f := range slices.Backward(c.Classes) {
		if e := f.Event.(*Classed); int(e.Year) == year && e.Scheme == scheme {
			return f
		}
	}
	return nil
}

// LinkInForce is a contract with an enterprise in force on a day, or nil.
func (c *Cooperative) LinkInForce(on calendar.Day) *ledger.Fact {
	for _, f := range c.Links {
		if inForce(f, on) {
			return f
		}
	}
	return nil
}

func inForce(f *ledger.Fact, on calendar.Day) bool {
	until := f.Event.(*Linked).Until
	return until == nil || on < *until
}

// OfficialMembers is the latest count of official members; ok is false if
// nobody counted.
func (c *Cooperative) OfficialMembers() (n int64, ok bool) {
	if c.Members == nil {
		return 0, false
	}
	return c.Members.Event.(*MembersCounted).Official, true
}

// Members is official and associate members together.
func (e *MembersCounted) Members() int64 {
	if e.Associate == nil {
		return e.Official
	}
	return e.Official + *e.Associate
}

// Workers is the total of workers; where none is stated, the regular ones.
func (e *WorkersCounted) Workers() int64 {
	if e.Total == nil {
		return e.Regular
	}
	return *e.Total
}

// A History is the states that a co-operative went through, and its moves.
// Before the establishment it is a Cooperative that is not registered.
type History struct {
	ledger.History[Cooperative, *Cooperative]
	Moves []Move // into and out of the number of agricultural HTX, in order
}

// A Move is one fact that changes the number of agricultural HTX at a seat.
type Move struct {
	Fact *ledger.Fact
	Way  Way
	Seat string // the seat that it enters or leaves
}

// A Way is how a co-operative moves into or out of the count.
type Way string

// The ways of DESIGN §6: founded; ended (dissolved, merged or divided away,
// left, re-sectored out); re-scoped (re-sectored in, or the seat moves).
const (
	Founded  Way = "established"
	Ended    Way = "ended"
	MovedIn  Way = "rescoped-in"
	MovedOut Way = "rescoped-out"
)

// NewHistory folds facts, which come in the order of ledger.Fact.Compare.
func NewHistory(key string, facts []*ledger.Fact) *History {
	none := &History{History: *ledger.NewHistory(&Cooperative{Key: key}, nil)}
	return none.Refold(facts, calendar.MinDay)
}

// Refold is the history of facts which, before a day, are those of h. It is what
// NewHistory gives for them, but does not fold again what comes before the
// day; h stays as it was. Facts come in the order of ledger.Fact.Compare.
func (h *History) Refold(facts []*ledger.Fact, from calendar.Day) *History {
	kept := sort.Search(len(h.Moves), func(i int) bool { return h.Moves[i].Fact.Valid.Day >= from })
	g := &History{Moves: slices.Clip(h.Moves[:kept])}
	g.History = *h.History.Refold(facts, from, g.addMoves)
	return g
}

// addMoves notes what a fact does to the number of agricultural HTX.
func (h *History) addMoves(before, after *Cooperative, f *ledger.Fact) {
	was, is := before.CountsAsHTX(), after.CountsAsHTX()
	switch {
	case !was && is && before.Founding == nil:
		h.Moves = append(h.Moves, Move{f, Founded, after.Place})
	case !was && is:
		h.Moves = append(h.Moves, Move{f, MovedIn, after.Place})
	case was && !is:
		h.Moves = append(h.Moves, Move{f, Ended, before.Place})
	case was && is && before.Place != after.Place:
		h.Moves = append(h.Moves, Move{f, MovedOut, before.Place}, Move{f, MovedIn, after.Place})
	}
}
