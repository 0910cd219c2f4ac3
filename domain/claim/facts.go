package claim

import (
	"slices"
	"strings"

	"htxledger/domain/ledger"
)

// A Standing is a fact as a ledger has it.
type Standing struct {
	*ledger.Fact
	// Newest is the last record about the fact: its first, or a correction,
	// whether or not that still stands.
	Newest *ledger.Record
	// Retraction took the fact back; nil while it stands. The fact is then as it
	// stood last.
	Retraction *ledger.Record
}

// StandingsOf are the facts of one stream, those that were taken back included, in
// the order of ledger.Fact.Compare. Records come in order.
func StandingsOf(records []*ledger.Record) []Standing {
	roots, newest := map[ledger.ID]*ledger.Record{}, map[*ledger.Record]*ledger.Record{}
	for _, r := range records {
		root := r
		if r.Corrects != nil {
			root = roots[r.Corrects.ID]
		}
		roots[r.ID], newest[root] = root, r
	}
	var list []Standing
	for _, f := range ledger.Effective(records) {
		list = append(list, Standing{Fact: f, Newest: newest[f.Root]})
		delete(newest, f.Root)
	}
	for root, last := range newest { // those that do not stand
		if root == nil {
			continue // a correction of another stream's record, which says nothing
		}
		if f := lastStood(root, records); f != nil {
			list = append(list, Standing{f, last, ledger.RetractionOf(root, records)})
		}
	}
	slices.SortFunc(list, func(a, b Standing) int { return a.Compare(b.Fact) })
	return list
}

// lastStood is what a record that was taken back said when it stood last.
func lastStood(root *ledger.Record, records []*ledger.Record) *ledger.Fact {
	for {
		by := ledger.RetractionOf(root, records)
		if by == nil {
			return nil
		}
		at := slices.Index(records, by)
		records = records[:at]
		for _, f := range ledger.Effective(records) {
			if f.Root == root {
				return f
			}
		}
	}
}

// A Ledger gives the records that claims are held against.
type Ledger interface {
	// Records are those of one stream, in order, with their events.
	Records(ledger.Stream) []*ledger.Record
	// StreamsWith are the streams that hold a record of a kind.
	StreamsWith(ledger.Kind) []ledger.Stream
}

// Facts are the facts of a ledger at one size, as claims ask for them. They are
// not safe for concurrent use.
type Facts struct {
	ledger  Ledger
	streams map[ledger.Stream][]Standing
	kinds   map[scope]*facts
}

// NewFacts are the facts of a ledger.
func NewFacts(l Ledger) *Facts {
	return &Facts{l, map[ledger.Stream][]Standing{}, map[scope]*facts{}}
}

// A scope is the facts of a kind that can be one: those of one stream, or, where
// members alone tell facts apart, all.
type scope struct {
	kind   ledger.Kind
	stream ledger.Stream // zero for all
}

// facts are those of one scope, each list in order.
type facts struct {
	all    []Standing
	exact  map[ledger.Identity][]Standing
	fit    map[string]map[ledger.Identity][]Standing // by what a claim leaves open
	renews map[ledger.Identity][]Standing            // by their identity without the day
}

// In are the facts of a stream.
func (x *Facts) In(s ledger.Stream) []Standing {
	list, known := x.streams[s]
	if !known {
		list = StandingsOf(x.ledger.Records(s))
		x.streams[s] = list
	}
	return list
}

// of gives the facts that a claim with an identity can be about.
func (x *Facts) of(spec *ledger.Spec, id ledger.Identity) *facts {
	at := scope{id.Kind, id.Stream}
	if known := x.kinds[at]; known != nil {
		return known
	}
	streams := []ledger.Stream{id.Stream}
	if id.Stream == (ledger.Stream{}) {
		streams = x.ledger.StreamsWith(id.Kind)
	}
	f := &facts{exact: map[ledger.Identity][]Standing{}, fit: map[string]map[ledger.Identity][]Standing{}, renews: map[ledger.Identity][]Standing{}}
	for _, s := range streams {
		for _, standing := range x.In(s) {
			if standing.Root.Kind == id.Kind {
				f.all = append(f.all, standing)
			}
		}
	}
	slices.SortStableFunc(f.all, func(a, b Standing) int { return a.Compare(b.Fact) })
	for _, s := range f.all {
		id := spec.Identity(s.Root.Stream, s.Valid, s.Event)
		f.exact[id] = append(f.exact[id], s)
		if again, asks := spec.Renewal(s.Root.Stream, s.Event); asks {
			f.renews[again] = append(f.renews[again], s)
		}
	}
	x.kinds[at] = f
	return f
}

// fittingFacts are the facts that are the same as a claim as far as the claim goes.
func (f *facts) fittingFacts(c *Claim) []Standing {
	open := c.openMembers()
	if f.fit[open] == nil {
		f.fit[open] = map[ledger.Identity][]Standing{}
		for _, s := range f.all {
			id := c.identityAs(s.Root.Stream, s.Valid, s.Event)
			f.fit[open][id] = append(f.fit[open][id], s)
		}
	}
	return f.fit[open][c.identity()]
}

// A Match is what the ledger has for a claim.
type Match struct {
	// Same is the fact that the claim is about; nil for none. It may have been taken
	// back.
	Same *Standing
	// Several are the facts, each another, that the claim fits: it does not say which.
	Several []Standing
	// OtherDay is a fact that is the claim's but for its day, of a kind that asks
	// whether that is renewed, or its day mended (ledger.Row.Renewal).
	OtherDay *Standing

	exact bool // Same is of the claim's own identity, or in the stream that it names
}

// find finds the fact that a claim is about: that of the claim's own identity, or
// else the only one that the claim fits with what it leaves open. A fact that
// stands comes before one that was taken back.
func (x *Facts) find(c *Claim) Match {
	if c.Coded && c.Spec.Single {
		if s := lastOf(slices.DeleteFunc(slices.Clone(x.In(c.Stream)), func(s Standing) bool { return s.Root.Kind != c.Spec.Kind })); s != nil {
			return Match{Same: s, exact: true}
		}
	}
	id := c.identity()
	of := x.of(c.Spec, id)
	if s := lastOf(c.reachable(of.exact[id])); s != nil {
		return Match{Same: s, exact: true}
	}
	several := c.reachable(of.fittingFacts(c))
	if s := lastOf(several); s != nil {
		if list := oneOfEach(c.Spec, several); s.Retraction == nil && len(list) > 1 {
			return Match{Several: list}
		}
		return Match{Same: s}
	}
	if again, asks := c.Spec.Renewal(c.Stream, c.event); asks && c.States(Day) {
		// One that was taken back on another day says nothing about this one.
		if s := lastOf(of.renews[again]); s != nil && s.Retraction == nil {
			return Match{OtherDay: s}
		}
	}
	return Match{}
}

// lastOf is the last of some facts that stands, or else the one that was taken
// back last; nil for none.
func lastOf(list []Standing) *Standing {
	var last *Standing
	for i := range list {
		s := &list[i]
		switch {
		case last == nil, s.Retraction == nil:
			last = s
		case last.Retraction != nil && last.Retraction.Position < s.Retraction.Position:
			last = s
		}
	}
	return last
}

// oneOfEach is the last of each fact among some that stand, told apart by
// identity.
func oneOfEach(spec *ledger.Spec, list []Standing) (each []Standing) {
	at := map[ledger.Identity]int{}
	for _, s := range list {
		if s.Retraction != nil {
			continue
		}
		id := spec.Identity(s.Root.Stream, s.Valid, s.Event)
		if i, known := at[id]; known {
			each[i] = s
			continue
		}
		at[id] = len(each)
		each = append(each, s)
	}
	return each
}

// reachable are the facts that a claim can be about by their streams. Of a claim
// that names its stream those are the facts there, or else in streams whose keys
// were made of members: another named stream is another thing.
func (c *Claim) reachable(list []Standing) []Standing {
	if !c.Coded {
		return list
	}
	own := slices.DeleteFunc(slices.Clone(list), func(s Standing) bool { return s.Root.Stream != c.Stream })
	if len(own) > 0 {
		return own
	}
	return slices.DeleteFunc(slices.Clone(list), func(s Standing) bool { return !c.made(s.Root.Stream.Key) })
}

// madeDigits is how long the digest is in a key that was made of members.
const madeDigits = 32

// made tells whether a stream's key was made of members.
func (c *Claim) made(key string) bool {
	digest, ok := strings.CutPrefix(key, c.Prefix)
	return ok && c.Prefix != "" && len(digest) == madeDigits && strings.Trim(digest, "0123456789abcdef") == ""
}
