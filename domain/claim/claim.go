package claim

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
)

// Day is the name under which a claim's and a fact's valid day stands among
// members.
const Day = "valid"

// A Claim is what somebody says of one fact. It is immutable.
type Claim struct {
	// Draft is the command of a fact of its own. Its Data hold the members that the
	// claim states and no others; its Valid is zero where no day is stated.
	*ledger.Draft
	Spec *ledger.Spec
	// Coded says that the writer named the stream by its key; otherwise the key is
	// made of members, and the fact may stand under another.
	Coded bool
	// Prefix begins the keys of streams that are made of members; "" for kinds of
	// which the stream is always named.
	Prefix  string
	Removed []string // optional members that are to go
	Lacks   []string // members, or Day, that a fact of its own needs and the claim does not state

	event ledger.Event // of the stated members; the others are zero
}

// New is a claim that states the members of an event but for those that it lacks.
// d has no Data yet.
func New(d *ledger.Draft, spec *ledger.Spec, e ledger.Event, removed, lacks []string) (*Claim, error) {
	data, err := canonical.Marshal(e)
	if err != nil {
		return nil, err
	}
	d.Data = data
	if len(lacks) > 0 {
		// A required member is encoded even where nobody stated it.
		if d.Data, err = editMembers(data, nil, lacks); err != nil {
			return nil, err
		}
	}
	stated := func(member string) bool { return !slices.Contains(lacks, member) }
	return &Claim{Draft: d, Spec: spec, Removed: removed, Lacks: lacks, event: spec.Compose(nil, e, stated)}, nil
}

// memberOf is a member of an object; ok is false where it is absent.
func memberOf(data canonical.Raw, name string) (value canonical.Raw, ok bool) {
	for n, v := range canonical.Members(data) {
		if n == name {
			return v, true
		}
	}
	return nil, false
}

// editMembers is an object with some members replaced or added, and others taken away.
func editMembers(data canonical.Raw, with map[string]canonical.Raw, without []string) (canonical.Raw, error) {
	members := map[string]canonical.Raw{}
	for name, value := range canonical.Members(data) {
		members[name] = value
	}
	for name, value := range with {
		members[name] = value
	}
	for _, name := range without {
		delete(members, name)
	}
	return canonical.Marshal(members)
}

// States tells whether the claim gives a member, or Day, a value.
func (c *Claim) States(member string) bool {
	if member == Day {
		return !c.Valid.IsZero()
	}
	_, ok := memberOf(c.Data, member)
	return ok
}

// Names tells whether the claim says anything of a member, or of Day: that it has
// a value, or that it is to go.
func (c *Claim) Names(member string) bool {
	return c.States(member) || slices.Contains(c.Removed, member)
}

// Event are the members that the claim states; the others are zero.
func (c *Claim) Event() ledger.Event { return c.event }

// identity is that of the claim, where members that it does not state are absent.
func (c *Claim) identity() ledger.Identity { return c.Spec.Identity(c.Stream, c.Valid, c.event) }

// identityAs is the identity of an event as far as the claim tells facts apart:
// what the claim does not state is left out of both.
func (c *Claim) identityAs(stream ledger.Stream, valid calendar.Stated, e ledger.Event) ledger.Identity {
	if !c.States(Day) {
		valid = calendar.Stated{}
	}
	return c.Spec.Identity(stream, valid, c.Spec.Compose(nil, e, c.States))
}

// openMembers names what the claim does not state, as a key.
func (c *Claim) openMembers() string {
	open := string(c.Spec.Kind)
	for _, f := range c.Spec.Fields() {
		if !c.States(f.Name) {
			open += " " + f.Name
		}
	}
	if !c.States(Day) {
		open += " " + Day
	}
	return open
}

// A Disagreement is a member, or Day, to which two claims give two values.
type Disagreement struct {
	Member string
	First  int // indices of the claims
	Second int
}

// join is the claim of two about one fact. member is "" unless both speak of one
// member otherwise.
func (c *Claim) join(d *Claim) (joined *Claim, member string, err error) {
	if c.States(Day) && d.States(Day) && c.Valid.Day != d.Valid.Day {
		return nil, Day, nil
	}
	added := map[string]canonical.Raw{}
	for name, value := range canonical.Members(d.Data) {
		mine, stated := memberOf(c.Data, name)
		switch {
		case slices.Contains(c.Removed, name), stated && !sameValue(c.Spec, name, mine, value):
			return nil, name, nil
		case !stated:
			added[name] = value
		}
	}
	for _, name := range d.Removed {
		if c.States(name) {
			return nil, name, nil
		}
	}
	draft := c.Draft.Clone()
	if draft.Data, err = editMembers(c.Data, added, nil); err != nil {
		return nil, "", err
	}
	if draft.Valid.IsZero() {
		draft.Valid = d.Valid
	}
	draft.Source = joinPapers(c.Source, d.Source)
	j := &Claim{
		Draft: draft, Spec: c.Spec, Coded: c.Coded, Prefix: c.Prefix,
		Removed: slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.Removed, d.Removed)))),
		event:   c.Spec.Compose(c.event, d.event, func(name string) bool { _, ok := added[name]; return ok }),
	}
	for _, name := range c.Lacks {
		if !j.States(name) {
			j.Lacks = append(j.Lacks, name)
		}
	}
	return j, "", nil
}

// joinPapers is the first of two sources, with the other's paper where the first
// names none.
func joinPapers(first, second *ledger.Source) *ledger.Source {
	if first == nil || second == nil || first.Document != "" || first.Issuer != "" || !first.Issued.IsZero() {
		return first
	}
	joined := *first
	joined.Document, joined.Issuer, joined.Issued = second.Document, second.Issuer, second.Issued
	if joined.Note == "" {
		joined.Note = second.Note
	}
	return &joined
}

// A Gathered claim is what several claims say of one fact.
type Gathered struct {
	*Claim
	From  []int // indices of the claims
	Match Match // what the ledger has for it
	// Rival is the index of a claim about another fact, which this one fits as well as
	// the fact of Match: it does not say which. It is -1 for none.
	Rival int
}

// Gather joins the claims of one file that are about one fact, in the order of
// their first, and finds the facts that they are about. Claims are about one fact
// that have one identity, or that the ledger has one fact for; and a claim that
// leaves open which fact it is about goes with the only one that it fits. Claims that
// disagree with an earlier one of their fact are left out, and told.
func (x *Facts) Gather(claims []*Claim) (list []*Gathered, disagreements []Disagreement, err error) {
	g := gathering{claims: claims, byFact: map[sameFact]*Gathered{}}
	for i, c := range claims {
		key := c.sameFact()
		if same := g.byFact[key]; same != nil {
			err = g.add(same, i)
		} else {
			g.byFact[key] = &Gathered{Claim: c, From: []int{i}, Rival: -1}
			g.list = append(g.list, g.byFact[key])
		}
		if err != nil {
			return nil, nil, err
		}
	}
	for _, c := range g.list {
		c.Match = x.find(c.Claim)
	}
	if err := g.placeOpen(); err != nil {
		return nil, nil, err
	}
	if err := g.joinFound(); err != nil {
		return nil, nil, err
	}
	return g.list, g.disagreements, nil
}

// A gathering is the claims of one file while they are joined.
type gathering struct {
	claims        []*Claim
	byFact        map[sameFact]*Gathered
	list          []*Gathered
	disagreements []Disagreement
}

// add joins a claim, by its index, to others about its fact.
func (g *gathering) add(to *Gathered, i int) error {
	joined, member, err := to.join(g.claims[i])
	switch {
	case err != nil:
		return err
	case member != "":
		g.disagreements = append(g.disagreements, Disagreement{member, to.statedBy(g.claims, member), i})
	default:
		to.Claim, to.From = joined, append(to.From, i)
	}
	return nil
}

// move joins all claims of one gathered claim to another.
func (g *gathering) move(from, to *Gathered) error {
	for _, i := range from.From {
		if err := g.add(to, i); err != nil {
			return err
		}
	}
	return nil
}

// placeOpen joins claims that leave open which fact they are about to the only other
// claim that they fit, or notes a rival where the ledger has a fact for them beside.
func (g *gathering) placeOpen() error {
	fitting := map[string]map[ledger.Identity][]*Gathered{} // by what the open claim leaves open
	gone := map[*Gathered]bool{}
	for moved := true; moved; { // once a claim is placed, another may fit only one
		moved = false
		for _, c := range g.list {
			if gone[c] || !c.isOpen() {
				continue
			}
			host := g.hostOf(c, fitting, gone)
			if host == nil {
				continue
			}
			gone[c], moved = true, true
			if err := g.move(c, host); err != nil {
				return err
			}
		}
	}
	g.list = slices.DeleteFunc(g.list, func(c *Gathered) bool { return gone[c] })
	return nil
}

// hostOf is the only other claim that an open one fits; nil if there is none, or
// several. It notes a rival. Claims that are gone are no hosts; fitting is filled as it
// is needed.
func (g *gathering) hostOf(c *Gathered, fitting map[string]map[ledger.Identity][]*Gathered, gone map[*Gathered]bool) *Gathered {
	open := c.openMembers()
	if fitting[open] == nil {
		fitting[open] = map[ledger.Identity][]*Gathered{}
		for _, other := range g.list {
			if other.Spec.Kind == c.Spec.Kind {
				id := c.identityAs(other.Stream, other.Valid, other.event)
				fitting[open][id] = append(fitting[open][id], other)
			}
		}
	}
	hosts := slices.DeleteFunc(slices.Clone(fitting[open][c.identity()]), func(other *Gathered) bool { return other == c || gone[other] })
	stands := c.Match.Same != nil && c.Match.Same.Retraction == nil
	rival := slices.IndexFunc(hosts, func(other *Gathered) bool { return !other.isAboutFactOf(c) })
	c.Rival = -1
	switch {
	case c.Match.Same != nil && rival >= 0 && (stands || len(hosts) > 1):
		c.Rival = hosts[rival].From[0]
	case len(hosts) == 1:
		return hosts[0]
	}
	return nil
}

// isOpen tells whether the claim does not say by itself which fact it is about. One
// that the ledger has several facts for is refused and goes with no other.
func (g *Gathered) isOpen() bool {
	return !g.Match.exact && g.Match.Several == nil && (len(g.Lacks) > 0 || g.Match.Same != nil)
}

// isAboutFactOf tells whether the ledger has one fact for two claims.
func (g *Gathered) isAboutFactOf(other *Gathered) bool {
	return g.Match.Same != nil && other.Match.Same != nil && g.Match.Same.Root == other.Match.Same.Root
}

// joinFound joins claims that the ledger has one fact for.
func (g *gathering) joinFound() error {
	byRoot := map[*ledger.Record]*Gathered{}
	gone := map[*Gathered]bool{}
	for _, c := range g.list {
		if c.Match.Same == nil || c.Rival >= 0 {
			continue
		}
		first, known := byRoot[c.Match.Same.Root]
		if !known {
			byRoot[c.Match.Same.Root] = c
			continue
		}
		gone[c] = true
		if err := g.move(c, first); err != nil {
			return err
		}
	}
	g.list = slices.DeleteFunc(g.list, func(c *Gathered) bool { return gone[c] })
	return nil
}

// statedBy is the first of the claims of one fact that says something of a member.
func (g *Gathered) statedBy(claims []*Claim, member string) int {
	for _, i := range g.From {
		if claims[i].Names(member) {
			return i
		}
	}
	return g.From[0]
}

// A sameFact is equal for two claims of one file that are about one fact: they
// have one identity, or name one stream that holds a single fact. Claims that name
// different streams are about different facts: their writer told them apart.
type sameFact struct {
	identity ledger.Identity
	stream   ledger.Stream // zero where it is made of members
}

func (c *Claim) sameFact() sameFact {
	if !c.Coded {
		return sameFact{identity: c.identity()}
	}
	if c.Spec.Single {
		return sameFact{ledger.Identity{Kind: c.Spec.Kind}, c.Stream}
	}
	return sameFact{c.identity(), c.Stream}
}

// sameValue compares two values of a member. Lists are sets.
func sameValue(spec *ledger.Spec, member string, a, b canonical.Raw) bool {
	if string(a) == string(b) {
		return true
	}
	f, ok := spec.FieldNamed(member)
	if !ok || !f.Many {
		return false
	}
	gone, added := setChange(a, b)
	return len(gone) == 0 && len(added) == 0
}

// setChange is what goes from a list of texts and what comes to it.
func setChange(old, new canonical.Raw) (gone, added []string) {
	was, is := textsOf(old), textsOf(new)
	for _, x := range was {
		if !slices.Contains(is, x) {
			gone = append(gone, x)
		}
	}
	for _, x := range is {
		if !slices.Contains(was, x) {
			added = append(added, x)
		}
	}
	return gone, added
}

// textsOf are the texts of a list; of elements that are none, their JSON.
func textsOf(list canonical.Raw) (texts []string) {
	for x := range canonical.Elements(list) {
		var text string
		if canonical.Unmarshal(x, &text) != nil {
			text = string(x)
		}
		texts = append(texts, text)
	}
	return texts
}

// dayOf is the day of a claim, or another where it states none.
func (c *Claim) dayOf(other calendar.Stated) calendar.Stated {
	if c.Valid.IsZero() || c.Valid.Day == other.Day {
		return other // a month and its last day are one day
	}
	return c.Valid
}
