package imports

import (
	"bytes"
	"strings"

	"htxledger/domain/canonical"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/projections/asof"
)

// A Reason is why rows may change what stands: one of ledger.Reasons, and words.
type Reason struct{ Word, Note string }

// A Settled file is its commands held against what stands.
type Settled struct {
	Drafts  []*ledger.Draft // to be recorded: new facts and corrections
	Index   []int           // of each of them among the sheet's Drafts
	Known   []Known         // rows that bring nothing new
	Changed []Change        // rows that are, or would have to be, corrections
}

// Known is a command that stands already.
type Known struct {
	Index  int            // among the sheet's Drafts
	Record *ledger.Record // that says it
	// HandedIn says that the record came from the same row of the same file.
	HandedIn bool
}

// A Change is a command that says otherwise than a fact that stands.
type Change struct {
	Index int
	Fact  *ledger.Fact
}

// derived begins the keys that intake makes of what a row says.
const derived = "csv/"

// Settle holds the commands of a file against the head of a ledger. Rows that
// were given keys of their own are left as they are. Without a reason changes
// are told and not among the Drafts.
func Settle(p *asof.Projection, sheet *imports.Sheet, why Reason) (*Settled, error) {
	s := settler{Projection: p, before: handedIn(p, sheet.SHA256), facts: map[ledger.Stream][]*ledger.Fact{}, out: &Settled{}}
	for i, d := range sheet.Drafts() {
		if sheet.Form == "" || !strings.HasPrefix(d.Key, derived) {
			s.keep(i, d)
			continue
		}
		if err := s.settle(i, d, why); err != nil {
			return nil, err
		}
	}
	return s.out, nil
}

// A place is where in a file a record came from, and what it is about.
type place struct {
	sheet  string
	row    int64
	stream ledger.Stream
	kind   ledger.Kind
}

// handedIn are the records that came from a file, by their place in it.
func handedIn(p *asof.Projection, sha256 string) map[place]*ledger.Record {
	found := map[place]*ledger.Record{}
	for at := range p.Size() {
		r := p.Record(at)
		if r.Source == nil || r.Source.SHA256 != sha256 || r.Source.Row == 0 {
			continue
		}
		root := ledger.RootOf(r, p.Find)
		found[place{r.Source.Sheet, r.Source.Row, r.Stream, root.Kind}] = r
	}
	return found
}

type settler struct {
	*asof.Projection
	before map[place]*ledger.Record
	facts  map[ledger.Stream][]*ledger.Fact
	out    *Settled
}

func (s *settler) keep(i int, d *ledger.Draft) {
	s.out.Drafts, s.out.Index = append(s.out.Drafts, d), append(s.out.Index, i)
}

func (s *settler) settle(i int, d *ledger.Draft, why Reason) error {
	if r := s.before[place{d.Source.Sheet, d.Source.Row, d.Stream, d.Kind}]; r != nil {
		s.out.Known = append(s.out.Known, Known{i, r, true})
		return nil
	}
	f, err := s.standing(d)
	switch {
	case err != nil:
		return err
	case f == nil:
		s.keep(i, d)
	case says(f, d):
		s.out.Known = append(s.out.Known, Known{i, f.By, false})
	default:
		s.out.Changed = append(s.out.Changed, Change{i, f})
		if why.Word != "" {
			s.keep(i, correction(d, f, why))
		}
	}
	return nil
}

// standing is the fact of the same thing that stands, or nil.
func (s *settler) standing(d *ledger.Draft) (*ledger.Fact, error) {
	facts, ok := s.facts[d.Stream]
	if !ok {
		facts = ledger.Effective(s.Stream(d.Stream, s.Size()))
		s.facts[d.Stream] = facts
	}
	for _, f := range facts {
		if f.Root.Kind != d.Kind {
			continue
		}
		same, err := sameThing(d, f)
		if err != nil || same {
			return f, err
		}
	}
	return nil, nil
}

// identifying are the members of data that tell one fact of a stream from
// another of its kind. A kind that is not here is told by its day; one with no
// members is said once in its stream.
var identifying = map[ledger.Kind][]string{
	"coop.year-reported/1": {"year", "basis"}, "coop.scored/1": {"year", "scheme"}, "coop.classed/1": {"year", "scheme"},
	"coop.linked/1": {"contract"}, "coop.unlinked/1": {"contract"}, "coop.established/1": {}, "certificate.granted/1": {},
	"training.held/1": {}, "support.given/1": {}, "support.model-recognised/1": {}, "support.fair-attended/1": {},
	"support.conference-held/1": {}, "plan.delivered/1": {"task", "deliverable", "unit"}, "place.declared/1": {},
}

func sameThing(d *ledger.Draft, f *ledger.Fact) (bool, error) {
	members, ok := identifying[d.Kind]
	if !ok {
		return d.Valid == f.Valid, nil
	}
	for _, name := range members {
		mine, err := member(d.Data, name)
		if err != nil {
			return false, err
		}
		theirs, err := member(f.By.Data, name)
		if err != nil || mine != theirs {
			return false, err
		}
	}
	return true, nil
}

// member is the canonical text of a member of data; "" where it is absent.
func member(data canonical.Raw, name string) (string, error) {
	var all map[string]canonical.Raw
	if err := canonical.Unmarshal(data, &all); err != nil {
		return "", err
	}
	return string(all[name]), nil
}

// says tells whether a fact is what a command says. A paper that the command
// names is part of that; one that it does not name is not missed.
func says(f *ledger.Fact, d *ledger.Draft) bool {
	if !bytes.Equal(f.By.Data, d.Data) || f.Valid != d.Valid {
		return false
	}
	mine, theirs := d.Source, f.By.Source
	if mine == nil || mine.Document == "" && mine.Issuer == "" && mine.Note == "" && mine.Issued.IsZero() {
		return true
	}
	return theirs != nil && mine.Document == theirs.Document && mine.Issuer == theirs.Issuer && mine.Note == theirs.Note && mine.Issued == theirs.Issued
}

// correction is a command in place of a fact that stands. Its key names the
// record that it puts aside, so that going back and forth is told apart from
// sending the same twice.
func correction(d *ledger.Draft, f *ledger.Fact, why Reason) *ledger.Draft {
	c := *d
	c.Key = d.Key + "/of/" + f.By.ID.String()
	c.Kind = ledger.KindRestated
	c.Corrects = &ledger.Target{ID: f.Root.ID, Reason: why.Word, Note: why.Note}
	return &c
}
