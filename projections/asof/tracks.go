package asof

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
)

// tracks is every subject as the records taken so far give it, moved on record
// by record: the state from which the index sees what a record changes.
type tracks struct {
	find    func(ledger.ID) *ledger.Record
	threads map[ledger.Stream]*thread
	nodes   map[register.SubjectID]*node
	chains  map[*ledger.Record][]*ledger.Record // of a corrected record: it and its corrections so far
}

// A thread is the facts of one stream.
type thread struct {
	facts []*ledger.Fact // in order; replaced, never changed below its length
	nodes []*node        // the subjects that any record of it ever named
}

// A node is a subject at the head of the tracks.
type node struct {
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

func newTracks(find func(ledger.ID) *ledger.Record) *tracks {
	return &tracks{
		find: find, threads: map[ledger.Stream]*thread{}, nodes: map[register.SubjectID]*node{},
		chains: map[*ledger.Record][]*ledger.Record{},
	}
}

// advance takes the next record and tells what it changes.
func (t *tracks) advance(r *ledger.Record) []change {
	switch r.Stream.Family {
	case "place", "plan", "policy", "ledger", "statement", "request":
		return nil
	}
	th := t.threads[r.Stream]
	if th == nil {
		th = &thread{}
		t.threads[r.Stream] = th
	}
	root := ledger.RootOf(r, t.find)
	var was *ledger.Fact
	if r != root {
		was = th.standing(root)
	}
	is := t.resolve(r, root)
	named := t.named(th, r.Stream, was, is)
	if was == nil && is == nil || was != nil && is != nil && was.By == is.By && was.Valid == is.Valid {
		return nil
	}
	th.replace(was, is)
	var changes []change
	for _, n := range named {
		c := change{kind: root.Kind, was: was, is: is, from: earlier(was, is), before: n.subject}
		n.subject = t.moved(n, r.Stream, c)
		c.after = n.subject
		changes = append(changes, c)
	}
	return changes
}

func earlier(a, b *ledger.Fact) calendar.Day {
	switch {
	case a == nil:
		return b.Valid.Day
	case b == nil:
		return a.Valid.Day
	}
	return min(a.Valid.Day, b.Valid.Day)
}

// standing is the fact that a record first said, if it stands.
func (th *thread) standing(root *ledger.Record) *ledger.Fact {
	for _, f := range slices.Backward(th.facts) {
		if f.Root == root {
			return f
		}
	}
	return nil
}

// resolve is the fact of root as of record r, or nil if it is taken back. Only
// corrections of root can change it, so only those are looked at.
func (t *tracks) resolve(r, root *ledger.Record) *ledger.Fact {
	if r == root {
		return &ledger.Fact{Root: r, By: r, Valid: r.Valid, Event: r.Event}
	}
	if t.chains[root] == nil {
		t.chains[root] = []*ledger.Record{root}
	}
	t.chains[root] = append(t.chains[root], r)
	for _, f := range ledger.Effective(t.chains[root]) {
		return f
	}
	return nil
}

// replace takes one fact out and puts another in its place in the order.
func (th *thread) replace(was, is *ledger.Fact) {
	if was != nil {
		at := slices.Index(th.facts, was)
		th.facts = slices.Concat(th.facts[:at], th.facts[at+1:])
	}
	if is != nil {
		th.facts = insert(th.facts, is)
	}
}

// insert puts a fact into its place. What was there before is not written to:
// older histories may hold it.
func insert(facts []*ledger.Fact, f *ledger.Fact) []*ledger.Fact {
	at, _ := slices.BinarySearchFunc(facts, f, (*ledger.Fact).Compare)
	if at == len(facts) {
		return append(facts, f)
	}
	return slices.Concat(facts[:at], []*ledger.Fact{f}, facts[at:])
}

// named is the subjects that a change of one fact of a stream may change.
// Facts in a stream of support stand each for itself.
func (t *tracks) named(th *thread, s ledger.Stream, facts ...*ledger.Fact) []*node {
	var mine []*node
	for _, f := range facts {
		if f == nil {
			continue
		}
		for _, id := range register.About(s, f.Event) {
			n := t.node(id)
			if at, found := slices.BinarySearchFunc(n.streams, s, compareStreams); !found {
				n.streams = slices.Insert(n.streams, at, s)
				th.nodes = append(th.nodes, n)
			}
			if !slices.Contains(mine, n) {
				mine = append(mine, n)
			}
		}
	}
	if s.Family == "support" {
		return mine
	}
	return th.nodes
}

func (t *tracks) node(id register.SubjectID) *node {
	n := t.nodes[id]
	if n == nil {
		n = &node{id: id, subject: &register.Subject{Kind: id.Kind, Key: id.Key}}
		switch id.Kind {
		case register.CoopSubject:
			n.subject.Coop = &register.Dossier{History: coop.NewHistory(id.Key, nil)}
		case register.ProductSubject:
			n.subject.Product = ocop.NewHistory(id.Key, nil)
		}
		t.nodes[id] = n
	}
	return n
}

// moved is a subject after a change of one fact of a stream. What the stream
// does not bear on is taken over.
func (t *tracks) moved(n *node, s ledger.Stream, c change) *register.Subject {
	old := n.subject
	if n.id.Kind != register.CoopSubject {
		return register.Gather(n.id, n.streams, t.facts)
	}
	d := *old.Coop
	switch s.Family {
	case "coop":
		d.History = d.History.Anew(t.facts(s), c.from)
	case "support":
		d.Support = exchange(d.Support, c.was, c.is, n.id)
	default:
		d = *register.Gather(n.id, n.streams, t.satellites).Coop
		d.History = old.Coop.History
		d.Support = old.Coop.Support
	}
	return &register.Subject{Kind: old.Kind, Key: old.Key, Coop: &d}
}

func (t *tracks) facts(s ledger.Stream) []*ledger.Fact {
	if th := t.threads[s]; th != nil {
		return th.facts
	}
	return nil
}

// satellites is the facts of certificates and products only, for a dossier of
// which the rest is at hand.
func (t *tracks) satellites(s ledger.Stream) []*ledger.Fact {
	if s.Family == "coop" || s.Family == "support" {
		return nil
	}
	return t.facts(s)
}

// exchange is a list of help without one fact and with another, as far as they
// are about a subject.
func exchange(list []*ledger.Fact, was, is *ledger.Fact, id register.SubjectID) []*ledger.Fact {
	if at := slices.Index(list, was); was != nil && at >= 0 {
		list = slices.Concat(list[:at], list[at+1:])
	}
	if is != nil && slices.Contains(register.About(is.Root.Stream, is.Event), id) {
		list = insert(list, is)
	}
	return list
}
