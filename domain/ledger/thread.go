package ledger

import (
	"slices"
	"sort"
)

// A Thread is the history of one stream as it grows record by record: the facts
// that its records give, as known at any size of the ledger. At every size they
// are the facts that Effective gives for the records below it; that is the
// meaning, and a Thread is the same at the cost of what a record changes.
//
// A Thread is not safe for concurrent use while it changes. Facts and lists of
// facts that it gave out stay as they were. The zero Thread has no records.
type Thread struct {
	records []*Record
	facts   []*Fact            // as known after the last record, in the order of Fact.Compare
	chains  map[*Record]*chain // by the record that was said first; only of records that were corrected
	changes []change           // by corrections, in the order of their positions
}

// A change is what one correction did to the facts of its stream. was and is are
// the fact of the first record before and after it: nil where that does not
// stand, and the same fact where the correction decides nothing.
type change struct {
	by, root *Record
	was, is  *Fact
}

// Add takes the next record of the stream. root is the record that it is about
// in the end: itself, or the one that its chain of corrections begins with. It
// gives the fact of root before and after the record, as ChangeBy does. A
// correction of a record in another stream, which no command can be, says
// nothing.
func (t *Thread) Add(r, root *Record) (was, is *Fact) {
	t.records = append(t.records, r)
	switch {
	case r == root:
		is = plainFact(r)
	case root.Stream == r.Stream:
		was, is = t.correct(r, root)
	}
	t.facts = ReplaceFact(t.facts, was, is)
	return was, is
}

// correct adds a correction to the chain of a record and notes what it changed.
func (t *Thread) correct(r, root *Record) (was, is *Fact) {
	c := t.chains[root]
	if c == nil {
		c = newChain(root, t.findUncorrected(root))
		if t.chains == nil {
			t.chains = map[*Record]*chain{}
		}
		t.chains[root] = c
	}
	was = c.now
	c.addCorrection(r)
	// A fact follows from the record that decides it, so the same record means
	// the same fact, and whoever compares facts sees that nothing changed.
	if is = c.currentFact(); is != nil && was != nil && is.By == was.By {
		is = was
	}
	c.now = is
	t.changes = append(t.changes, change{r, root, was, is})
	return was, is
}

// Drop takes the last record back, as if it had never been added, and gives what
// Add gave for it.
func (t *Thread) Drop() (was, is *Fact) {
	last := len(t.records) - 1
	r := t.records[last]
	was, is = t.ChangeBy(r)
	// Clipped, so that the next record is not written into a list given out.
	t.records = t.records[:last:last]
	if n := len(t.changes) - 1; n >= 0 && t.changes[n].by == r {
		c := t.chains[t.changes[n].root]
		c.dropCorrection(r)
		c.now = was
		t.changes = t.changes[:n]
	}
	delete(t.chains, r)
	t.facts = ReplaceFact(t.facts, is, was)
	return was, is
}

// Records are the records of the stream below a size, in order.
func (t *Thread) Records(size Position) []*Record {
	n := len(t.records)
	if n > 0 && t.records[n-1].Position >= size {
		n = sort.Search(n, func(i int) bool { return t.records[i].Position >= size })
	}
	return t.records[:n:n]
}

// Facts are the facts of the stream as known after its last record, in the order
// of Fact.Compare.
func (t *Thread) Facts() []*Fact { return slices.Clip(t.facts) }

// FactsAt are the facts of the stream as known at a size, in the order of
// Fact.Compare.
func (t *Thread) FactsAt(size Position) []*Fact {
	if n := len(t.records); n == 0 || t.records[n-1].Position < size {
		return t.Facts()
	}
	facts := firstSaidBefore(t.facts, size)
	first := sort.Search(len(t.changes), func(i int) bool { return t.changes[i].by.Position >= size })
	for _, c := range slices.Backward(t.changes[first:]) {
		if c.root.Position < size {
			facts = ReplaceFact(facts, c.is, c.was)
		}
	}
	return facts
}

// firstSaidBefore is the part of some facts whose first record lies below a size.
func firstSaidBefore(facts []*Fact, size Position) []*Fact {
	late := func(f *Fact) bool { return f.Root.Position >= size }
	n := slices.IndexFunc(facts, late)
	if n < 0 {
		return slices.Clip(facts)
	}
	kept := facts[:n:n]
	// Facts mostly come in the order of their days, and then nothing is copied.
	for _, f := range facts[n:] {
		if !late(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// FactOf is what a record of the stream that is no correction says after all
// corrections, or nil if it is taken back.
func (t *Thread) FactOf(root *Record) *Fact {
	if c := t.chains[root]; c != nil {
		return c.now
	}
	return t.findUncorrected(root)
}

// ChangeBy tells what a record of the stream did to its facts: the fact of the
// record that it is about in the end, before and after it. nil is a fact that
// does not stand; the same fact twice is a correction that decides nothing.
func (t *Thread) ChangeBy(r *Record) (was, is *Fact) {
	if !r.IsCorrection() {
		if c := t.chains[r]; c != nil {
			return nil, c.first
		}
		return nil, t.findUncorrected(r)
	}
	at, found := slices.BinarySearchFunc(t.changes, r.Position, func(c change, p Position) int { return int(c.by.Position - p) })
	if !found {
		return nil, nil
	}
	return t.changes[at].was, t.changes[at].is
}

// findUncorrected is the fact of a record that nothing has corrected, or nil if the
// stream does not have it.
func (t *Thread) findUncorrected(r *Record) *Fact {
	at, found := slices.BinarySearchFunc(t.facts, &Fact{Root: r, Valid: r.Valid}, (*Fact).Compare)
	if !found {
		return nil
	}
	return t.facts[at]
}

func plainFact(r *Record) *Fact { return &Fact{Root: r, By: r, Valid: r.Valid, Event: r.Event} }

// ReplaceFact is a list of facts, which come in the order of Fact.Compare,
// without one fact and with another; either may be nil. The list itself stays as
// it was up to its length, but may share its array with the new one, so a list is
// to be changed by one owner only.
func ReplaceFact(facts []*Fact, was, is *Fact) []*Fact {
	if was == is {
		return facts
	}
	if was != nil {
		if at, found := slices.BinarySearchFunc(facts, was, (*Fact).Compare); found {
			facts = slices.Concat(facts[:at], facts[at+1:])
		}
	}
	if is == nil {
		return facts
	}
	at, _ := slices.BinarySearchFunc(facts, is, (*Fact).Compare)
	if at == len(facts) {
		return append(facts, is) // the usual case costs no copy
	}
	return slices.Concat(facts[:at], []*Fact{is}, facts[at:])
}

// A chain is a record and its corrections so far.
type chain struct {
	root        *Record
	corrections resolver
	first       *Fact // before any correction
	now         *Fact // after all of them; nil where the record is taken back
}

func newChain(root *Record, first *Fact) *chain {
	return &chain{root, resolver{byID: map[ID]*Record{root.ID: root}, about: map[ID][]*Record{}}, first, first}
}

// addCorrection takes the next correction of the record, or of a correction of it.
func (c *chain) addCorrection(r *Record) {
	c.corrections.byID[r.ID] = r
	c.corrections.about[r.Corrects.ID] = append(c.corrections.about[r.Corrects.ID], r)
}

// dropCorrection takes back the last correction that was added.
func (c *chain) dropCorrection(r *Record) {
	about := c.corrections.about[r.Corrects.ID]
	c.corrections.about[r.Corrects.ID] = about[:len(about)-1]
	delete(c.corrections.byID, r.ID)
}

// currentFact is what the record says as corrected so far, or nil if it is taken
// back.
func (c *chain) currentFact() *Fact {
	by := c.corrections.decider(c.root)
	if by == nil {
		return nil
	}
	return &Fact{Root: c.root, By: by, Valid: c.corrections.valid(by), Event: by.Event}
}
