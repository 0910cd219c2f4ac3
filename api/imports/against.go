package imports

import (
	"bytes"
	"strings"

	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
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
	s := settler{Projection: p, before: handedIn(p, sheet.SHA256), searched: map[searchedKind]bool{}, facts: map[ledger.Identity]*ledger.Fact{}, out: &Settled{}}
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

// An origin is a row of a file and one fact that it states.
type origin struct {
	sheet string
	row   int64
	fact  ledger.Identity
}

// handedIn are the records that came from a file, by their origin in it.
func handedIn(p *asof.Projection, sha256 string) map[origin]*ledger.Record {
	found := map[origin]*ledger.Record{}
	for at := range p.Size() {
		r := p.Record(at)
		if r.Source == nil || r.Source.SHA256 != sha256 || r.Source.Row == 0 || r.Event == nil {
			continue
		}
		valid := r.Valid
		if valid.IsZero() { // a restatement may leave the day to the record that it corrects
			valid = ledger.RootOf(r, p.Find).Valid
		}
		fact := register.IdentityOf(r.Stream, valid, r.Event)
		found[origin{r.Source.Sheet, r.Source.Row, fact}] = r
	}
	return found
}

type settler struct {
	*asof.Projection
	before   map[origin]*ledger.Record
	searched map[searchedKind]bool
	facts    map[ledger.Identity]*ledger.Fact // that stand, of what was searched; of several the last, which is the one that counts
	out      *Settled
}

// A searchedKind is the facts of a kind of which the identities are in a
// settler's facts: those of one stream, or those of all.
type searchedKind struct {
	kind   ledger.Kind
	stream ledger.Stream // zero for all
}

func (s *settler) keep(i int, d *ledger.Draft) {
	s.out.Drafts, s.out.Index = append(s.out.Drafts, d), append(s.out.Index, i)
}

func (s *settler) settle(i int, d *ledger.Draft, why Reason) error {
	spec, err := register.Spec(d.Kind)
	if err != nil {
		return err
	}
	e, err := spec.Decode(d.Data)
	if err != nil {
		s.keep(i, d) // the ledger refuses it, at its row
		return nil
	}
	fact := spec.Identity(d.Stream, d.Valid, e)
	if r := s.before[origin{d.Source.Sheet, d.Source.Row, fact}]; r != nil {
		s.out.Known = append(s.out.Known, Known{i, r, true})
		return nil
	}
	s.search(fact)
	f := s.facts[fact]
	switch {
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

// search makes sure that the facts among which one with an identity can be are
// in s.facts.
func (s *settler) search(fact ledger.Identity) {
	of := searchedKind{fact.Kind, fact.Stream}
	if s.searched[of] {
		return
	}
	s.searched[of] = true
	streams := []ledger.Stream{fact.Stream}
	if fact.Stream == (ledger.Stream{}) {
		streams = s.streamsWith(fact.Kind)
	}
	for _, stream := range streams {
		for _, f := range ledger.Effective(s.Stream(stream, s.Size())) {
			if f.Root.Kind == fact.Kind {
				id := register.IdentityOf(stream, f.Valid, f.Event)
				if other := s.facts[id]; other == nil || other.Compare(f) < 0 {
					s.facts[id] = f
				}
			}
		}
	}
}

// streamsWith are the streams that hold a record of a kind, in order of the
// first.
func (s *settler) streamsWith(kind ledger.Kind) []ledger.Stream {
	var list []ledger.Stream
	seen := map[ledger.Stream]bool{}
	for at := range s.Size() {
		if r := s.Record(at); r.Kind == kind && !seen[r.Stream] {
			seen[r.Stream] = true
			list = append(list, r.Stream)
		}
	}
	return list
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
	c.Kind, c.Stream = ledger.KindRestated, f.Root.Stream // which may have been named otherwise than the row's
	c.Corrects = &ledger.Target{ID: f.Root.ID, Reason: why.Word, Note: why.Note}
	return &c
}
