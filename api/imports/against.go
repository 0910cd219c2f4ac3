package imports

import (
	"bytes"
	"strings"

	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// A command is one command of a file, held against a ledger.
type command struct {
	row    int             // index of its row in the sheet
	draft  *ledger.Draft   // to be recorded: the row's own, a correction, or a request; nil for none
	known  *ledger.Record  // that says the same already; nil for none
	other  *ledger.Fact    // the same fact as the ledger has it, in other words; nil for none
	asked  bool            // draft is a request to another account
	result recorder.Result // of trying or recording draft
}

// holdAgainst holds the commands of a file against the head of a ledger: a row
// that repeats a record brings nothing, and a row that differs from a fact
// becomes a correction if the sender gave a reason, or else nothing. Rows with
// keys of their own, and ndjson, are left as they are.
func holdAgainst(p *asof.Projection, sheet *imports.Sheet, reason, note string) ([]command, error) {
	h := holder{Projection: p, form: sheet.Form, before: recordsOf(p, sheet.SHA256), searched: map[searchedKind]bool{}, facts: map[ledger.Identity]*ledger.Fact{}}
	var list []command
	for row := range sheet.Rows {
		for _, d := range sheet.Rows[row].Drafts {
			c := command{row: row, draft: d}
			if sheet.Form != "" && strings.HasPrefix(d.Key, register.RowKeyPrefix) {
				if err := h.hold(&c, ledger.Target{Reason: reason, Note: note}); err != nil {
					return nil, err
				}
			}
			list = append(list, c)
		}
	}
	return list, nil
}

// An origin is a row of a file and one fact that it states.
type origin struct {
	sheet string
	row   int64
	fact  ledger.Identity
}

// recordsOf are the records that came from a file, by their origin in it.
func recordsOf(p *asof.Projection, sha256 string) map[origin]*ledger.Record {
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

// A holder finds the facts that the commands of one file are held against.
type holder struct {
	*asof.Projection
	form     string
	before   map[origin]*ledger.Record // from the same file
	searched map[searchedKind]bool
	facts    map[ledger.Identity]*ledger.Fact // of what was searched; of several the last, which is the one that counts
}

// A searchedKind is the facts of a kind of which the identities are in a
// holder's facts: those of one stream, or those of all.
type searchedKind struct {
	kind   ledger.Kind
	stream ledger.Stream // zero for all
}

// hold holds one command against the ledger; why is the reason of a correction.
func (h *holder) hold(c *command, why ledger.Target) error {
	d := c.draft
	spec, err := register.Spec(d.Kind)
	if err != nil {
		return err
	}
	e, err := d.EventOf(spec)
	if err != nil {
		return nil // the ledger refuses it, at its row
	}
	id := spec.Identity(d.Stream, d.Valid, e)
	if c.known = h.before[origin{d.Source.Sheet, d.Source.Row, id}]; c.known != nil {
		c.draft = nil
		return nil
	}
	h.search(id)
	f := h.facts[id]
	switch {
	case f == nil:
	case says(f, d):
		c.draft, c.known = nil, f.By
	case why.Reason == "":
		c.draft, c.other = nil, f
	default:
		c.other = f
		c.draft, err = correctionOf(h.form, f, d, why)
	}
	return err
}

// search makes sure that h.facts has every fact that can have an identity.
func (h *holder) search(id ledger.Identity) {
	of := searchedKind{id.Kind, id.Stream}
	if h.searched[of] {
		return
	}
	h.searched[of] = true
	streams := []ledger.Stream{id.Stream}
	if id.Stream == (ledger.Stream{}) {
		streams = h.streamsWith(id.Kind)
	}
	for _, stream := range streams {
		for _, f := range ledger.Effective(h.Stream(stream, h.Size())) {
			if f.Root.Kind != id.Kind {
				continue
			}
			id := register.IdentityOf(stream, f.Valid, f.Event)
			if other := h.facts[id]; other == nil || other.Compare(f) < 0 {
				h.facts[id] = f
			}
		}
	}
}

// streamsWith are the streams that hold a record of a kind, in order of the
// first.
func (h *holder) streamsWith(kind ledger.Kind) []ledger.Stream {
	var list []ledger.Stream
	seen := map[ledger.Stream]bool{}
	for at := range h.Size() {
		if r := h.Record(at); r.Kind == kind && !seen[r.Stream] {
			seen[r.Stream] = true
			list = append(list, r.Stream)
		}
	}
	return list
}

// says reports whether a fact says the same as a command. A paper that the
// command names is part of that; a paper that it does not name is not missed.
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

// correctionOf is a command that corrects a fact, as a row of a form says.
func correctionOf(form string, f *ledger.Fact, d *ledger.Draft, why ledger.Target) (*ledger.Draft, error) {
	c := *d
	c.Kind, c.Stream = ledger.KindRestated, f.Root.Stream // which may have another name than the row's
	why.ID = f.Root.ID
	c.Corrects = &why
	var err error
	c.Key, err = register.RowKey(form, &c, f.By.ID)
	return &c, err
}
