package imports_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The plain model of what a file means to a ledger (docs/import.md, "What a file
// means to the ledger"): maps of texts, gone through from the beginning each time. It
// imports nothing of this repository, which TestTheModelKnowsNoRoom holds it to.

// A plainKind is what the model knows of a kind.
type plainKind struct {
	needs    []string // members that a fact must have; plainDay among them where a row may leave it open
	identity func(members map[string]string) []string
	part     string // a member that may not be above whole, or ""
	whole    string
}

// plainDay is the member under which the model keeps a fact's day, as 2022-12-31.
const plainDay = "(day)"

var plainKinds = map[string]plainKind{
	"coop.members-counted/1": {needs: []string{"official"}, identity: namedMembers(plainDay)},
	"coop.workers-counted/1": {needs: []string{"regular"}, identity: namedMembers(plainDay), part: "regular", whole: "total"},
	"coop.year-reported/1": {needs: []string{"basis", "revenue", plainDay}, part: "revenue_from_members", whole: "revenue",
		identity: func(m map[string]string) []string {
			if m["basis"] == `"estimate"` {
				return []string{m["year"], m["basis"], m[plainDay]}
			}
			return []string{m["year"], m["basis"]}
		}},
	"coop.scored/1":      {needs: []string{"scheme", "points_hundredths"}, identity: namedMembers("year", "scheme")},
	"coop.classed/1":     {needs: []string{"scheme", "class"}, identity: namedMembers("year", "scheme")},
	"coop.established/1": {needs: []string{"name", "form", "place", "agricultural", "sector", plainDay}, identity: namedMembers()},
	"certificate.granted/1": {needs: []string{"scheme", "group", plainDay},
		identity: func(m map[string]string) []string {
			if m["number"] == "" {
				return []string{m["coop"], m["scheme"], "", m[plainDay]}
			}
			return []string{m["coop"], m["scheme"], strings.ToLower(m["number"])}
		}},
}

func namedMembers(names ...string) func(map[string]string) []string {
	return func(m map[string]string) (list []string) {
		for _, name := range names {
			list = append(list, m[name])
		}
		return list
	}
}

// plainIdentity is what makes two facts one. Certificates are told apart by members
// alone, all else also by the stream.
func plainIdentity(kind, stream string, members map[string]string) string {
	if kind == "certificate.granted/1" {
		stream = ""
	}
	return strings.Join(append([]string{kind, stream}, plainKinds[kind].identity(members)...), "|")
}

// A plainRecord is a first record, a restatement or a retraction.
type plainRecord struct {
	position int
	about    *plainRecord      // that it corrects; nil of a first record
	members  map[string]string // JSON by member; nil of a retraction
}

// A plainFact is a first record with all that was recorded about it, in order.
type plainFact struct {
	kind, stream string
	records      []*plainRecord
}

// decides is the one of the first n records that decides what a record says, or the
// retraction by which it does not stand.
func (f *plainFact) decides(r *plainRecord, n int) *plainRecord {
	for i := n - 1; i >= 0 && f.records[i] != r; i-- {
		c := f.records[i]
		if c.about != r {
			continue
		}
		if by := f.decides(c, n); by == c || by.members != nil {
			return by // a correction that stands; one that was taken back leaves the word to an earlier one
		}
	}
	return r
}

// stands gives the members of the fact. Of a fact that was taken back they are as
// they stood before back, the retraction.
func (f *plainFact) stands() (members map[string]string, back *plainRecord) {
	for n := len(f.records); ; {
		by := f.decides(f.records[0], n)
		if by.members != nil {
			return by.members, back
		}
		if back == nil {
			back = by
		}
		n = slices.Index(f.records, by)
	}
}

// A plainModel is a ledger.
type plainModel struct{ facts []*plainFact }

// recordAt is the record at a position, and the fact that it is about.
func (m *plainModel) recordAt(position int) (*plainFact, *plainRecord) {
	for _, f := range m.facts {
		for _, r := range f.records {
			if r.position == position {
				return f, r
			}
		}
	}
	return nil, nil
}

// add puts a record into the ledger. about is the position of the record that it
// corrects; -1 for a first record.
func (m *plainModel) add(position int, kind, stream string, about int, members map[string]string) {
	r := &plainRecord{position: position, members: members}
	f, of := m.recordAt(about)
	if f == nil {
		f = &plainFact{kind: kind, stream: stream}
		m.facts = append(m.facts, f)
	}
	r.about = of
	f.records = append(f.records, r)
}

// standing are all facts that stand, in words.
func (m *plainModel) standing() (list []string) {
	for _, f := range m.facts {
		if members, back := f.stands(); back == nil {
			list = append(list, plainWords(f.kind, f.stream, members))
		}
	}
	slices.Sort(list)
	return list
}

// plainWords is a fact as one line. Streams of certificates have keys that nobody
// chose.
func plainWords(kind, stream string, members map[string]string) string {
	if kind == "certificate.granted/1" {
		stream = "certificate"
	}
	words := kind + " " + stream
	for _, name := range slices.Sorted(maps.Keys(members)) {
		words += fmt.Sprintf(" %s=%s", name, members[name])
	}
	return words
}

// A plainClaim holds the members that one or more rows state of one fact.
type plainClaim struct {
	kind, stream string
	says         map[string]string // JSON by member; "" takes the member away
}

// stated are the members of a claim that have a value.
func (c plainClaim) stated() map[string]string {
	stated := maps.Clone(c.says)
	maps.DeleteFunc(stated, func(_, value string) bool { return value == "" })
	return stated
}

func (c plainClaim) identity() string { return plainIdentity(c.kind, c.stream, c.stated()) }

// fits tells whether a fact with some members can be the claim's: it is the same as
// far as the claim goes.
func (c plainClaim) fits(kind, stream string, members map[string]string) bool {
	stated := c.stated()
	same := maps.Clone(members)
	maps.DeleteFunc(same, func(name, _ string) bool { _, named := stated[name]; return !named })
	return kind == c.kind && plainIdentity(kind, stream, same) == c.identity()
}

// A plainVerdict is what becomes of a file.
type plainVerdict struct {
	refused     map[string]bool // why; empty for a file that is recorded
	added       []string        // what is recorded, in words
	corrections int
	repeats     int
}

// judge is what a file with some claims, in the order of its rows, means to the
// ledger, with a reason for corrections or without.
func (m *plainModel) judge(claims []plainClaim, reason bool) plainVerdict {
	v := plainVerdict{refused: map[string]bool{}}
	for _, c := range claims {
		for name, value := range c.says {
			if value == "" && (name == "year" || slices.Contains(plainKinds[c.kind].needs, name)) {
				v.refused["member-required"] = true
			}
		}
		if !c.lacks() && plainClash(c.kind, c.stated()) {
			v.refused["part-over-whole"] = true
		}
	}
	if len(v.refused) > 0 {
		return v
	}
	joined := map[string]plainClaim{} // by the identity of the fact that they are about
	for _, c := range claims {
		about, unclear := m.about(c, claims)
		if unclear != "" {
			v.refused[unclear] = true
			about = unclear + c.identity() // of no fact, but rows that are unclear alike are one
		}
		into, known := joined[about]
		if !known {
			into = plainClaim{c.kind, c.stream, map[string]string{}}
			joined[about] = into
		}
		for name, value := range c.says {
			if old, said := into.says[name]; said && old != value {
				v.refused["row-disagrees"] = true
			}
			into.says[name] = value
		}
	}
	if v.refused["row-disagrees"] {
		return v
	}
	for about, c := range joined {
		if strings.HasPrefix(about, "row-which") {
			continue
		}
		m.judgeClaim(&v, c, m.lastOf(about), reason)
	}
	slices.Sort(v.added)
	return v
}

// about is the identity of the fact that a claim is about: its own if there is such
// a fact; or that of the only fact, of those that stand and those that other rows
// tell, that it fits; or else that of the fact that it fits and that was taken back
// last; or its own. It is also its own where rows alone tell several facts that it fits;
// unclear is why it is refused where some of several stand or stood.
func (m *plainModel) about(c plainClaim, claims []plainClaim) (identity, unclear string) {
	if m.lastOf(c.identity()) != nil {
		return c.identity(), ""
	}
	fitting := map[string]bool{}
	var last *plainRecord
	back := c.identity()
	for _, f := range m.facts {
		members, by := f.stands()
		switch {
		case !c.fits(f.kind, f.stream, members):
		case by == nil:
			fitting[plainIdentity(f.kind, f.stream, members)] = true
		case last == nil || last.position < by.position:
			last, back = by, plainIdentity(f.kind, f.stream, members)
		}
	}
	known := len(fitting) > 0 || last != nil
	switch {
	case len(fitting) > 1:
		return "", "row-which"
	case !known && !c.lacks():
		return c.identity(), ""
	}
	for _, other := range claims {
		if other.identity() == c.identity() || !c.fits(other.kind, other.stream, other.stated()) {
			continue
		}
		if about, unclear := m.about(other, claims); unclear == "" {
			fitting[about] = true
		}
	}
	switch {
	case len(fitting) == 0:
		return back, ""
	case len(fitting) == 1:
		return slices.Collect(maps.Keys(fitting))[0], ""
	case known:
		return "", "row-which-row"
	}
	return c.identity(), ""
}

// lacks tells whether the claim could not be a fact of its own.
func (c plainClaim) lacks() bool {
	stated := c.stated()
	return slices.ContainsFunc(plainKinds[c.kind].needs, func(name string) bool { return stated[name] == "" })
}

// lastOf is the last fact of an identity that stands, in the order of days and then
// of first records; or else the one that was taken back last; nil for none.
func (m *plainModel) lastOf(identity string) *plainFact {
	var list, gone []*plainFact
	for _, f := range m.facts {
		members, back := f.stands()
		switch {
		case plainIdentity(f.kind, f.stream, members) != identity:
		case back == nil:
			list = append(list, f)
		default:
			gone = append(gone, f)
		}
	}
	if len(list) > 0 {
		return slices.MaxFunc(list, func(f, g *plainFact) int {
			x, _ := f.stands()
			y, _ := g.stands()
			return cmp.Or(cmp.Compare(x[plainDay], y[plainDay]), f.records[0].position-g.records[0].position)
		})
	}
	if len(gone) > 0 {
		return slices.MaxFunc(gone, func(f, g *plainFact) int {
			_, x := f.stands()
			_, y := g.stands()
			return x.position - y.position
		})
	}
	return nil
}

// judgeClaim is judge for all that a file says of one fact; f is nil for a new one.
func (m *plainModel) judgeClaim(v *plainVerdict, c plainClaim, f *plainFact, reason bool) {
	if f == nil {
		switch stated := c.stated(); {
		case c.lacks():
			v.refused["lacks"] = true
		case plainClash(c.kind, stated):
			v.refused["part-over-whole"] = true
		default:
			v.added = append(v.added, "new "+plainWords(c.kind, c.stream, stated))
		}
		return
	}
	old, back := f.stands()
	merged := maps.Clone(old)
	for name, value := range c.says {
		if value == "" {
			delete(merged, name)
		} else {
			merged[name] = value
		}
	}
	switch {
	case back == nil && maps.Equal(old, merged):
		v.repeats++
	case plainClash(c.kind, merged):
		v.refused["part-over-whole"] = true
	case !reason && back == nil:
		v.refused["row-changed"] = true
	case !reason:
		v.refused["row-retracted"] = true
	default:
		v.corrections++
		v.added = append(v.added, fmt.Sprintf("of %d %s", f.records[0].position, plainWords(c.kind, f.stream, merged)))
	}
}

// plainClash tells whether a part is above its whole.
func plainClash(kind string, members map[string]string) bool {
	k := plainKinds[kind]
	part, whole := members[k.part], members[k.whole]
	return k.part != "" && part != "" && whole != "" && (len(part) > len(whole) || len(part) == len(whole) && part > whole)
}
