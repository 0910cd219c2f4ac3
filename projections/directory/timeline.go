package directory

import (
	"context"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// A Card is one co-operative at a point with everything said about it.
type Card struct {
	Point *answers.Point
	Coop
	Said []Line // in the order of the ledger
}

// A Line is one record in a history: what was said, and what became of it.
type Line struct {
	Record *ledger.Record
	// Fact is the fact that this record began, as it stands at the point; nil
	// for a correction, and for a record that was taken back.
	Fact *ledger.Fact
	// CorrectedBy are the records, up to the point, that correct this one.
	CorrectedBy []*ledger.Record
}

// Card tells what is known of one co-operative: its state, and the records of
// its own stream and of those that name it.
func (d *Directory) Card(p *answers.Point, key string) (*Card, error) {
	r := d.history.At(p.Size, p.Valid)
	for _, s := range r.Subjects {
		if s.Kind != register.CoopSubject || s.Key != key {
			continue
		}
		c := &Card{Point: p, Coop: describe(s, p.Valid)}
		c.PlaceName = r.Atlas.On(p.Map).Name(c.State.Place)
		c.Said = linesOf(d.history.About(register.SubjectID{Kind: register.CoopSubject, Key: key}, p.Size))
		return c, nil
	}
	return nil, answers.ErrNoCoop.With(key, p.Size)
}

// linesOf sets records, in the order of the ledger, beside what became of them.
func linesOf(records []*ledger.Record) []Line {
	facts := map[*ledger.Record]*ledger.Fact{}
	for _, f := range ledger.Effective(records) {
		facts[f.Root] = f
	}
	by := map[ledger.ID][]*ledger.Record{}
	for _, r := range records {
		if r.Corrects != nil {
			by[r.Corrects.ID] = append(by[r.Corrects.ID], r)
		}
	}
	out := make([]Line, len(records))
	for i, r := range records {
		out[i] = Line{r, facts[r], by[r.ID]}
	}
	return out
}

// Lines sets records of a point beside what became of them, in their order.
func (d *Directory) Lines(p *answers.Point, records []*ledger.Record) []Line {
	known := map[ledger.Stream]map[*ledger.Record]Line{}
	out := make([]Line, len(records))
	for i, r := range records {
		of := known[r.Stream]
		if of == nil {
			of = map[*ledger.Record]Line{}
			for _, l := range linesOf(d.history.Stream(r.Stream, p.Size)) {
				of[l.Record] = l
			}
			known[r.Stream] = of
		}
		if out[i] = of[r]; out[i].Record == nil {
			out[i].Record = r // of a later size than the point's
		}
	}
	return out
}

// Corrections are the records that a record corrects, from the one that it names
// back to the first, and those that correct it among the first n records.
func (d *Directory) Corrections(r *ledger.Record, n ledger.Position) (corrected, by []*ledger.Record) {
	for at := r; at.Corrects != nil; {
		if at = d.history.Find(at.Corrects.ID); at == nil {
			break
		}
		corrected = append(corrected, at)
	}
	for _, other := range d.history.Stream(r.Stream, n) {
		if other.Corrects != nil && other.Corrects.ID == r.ID {
			by = append(by, other)
		}
	}
	return corrected, by
}

// Chain is every record among the first n that corrects what a record corrects or
// is, and that one itself, in order of the ledger. A record that nothing corrects
// and that corrects nothing has no chain.
func (d *Directory) Chain(r *ledger.Record, n ledger.Position) (chain []*ledger.Record) {
	root := ledger.RootOf(r, d.history.Find)
	for _, x := range d.history.Stream(r.Stream, n) {
		if x == root || x.Corrects != nil && ledger.RootOf(x, d.history.Find) == root {
			chain = append(chain, x)
		}
	}
	if len(chain) < 2 {
		return nil
	}
	return chain
}

// An EventFilter narrows a listing of records. The zero filter lists all.
type EventFilter struct {
	Kind   string // a kind, or its beginning: "coop." or "coop.established/1"
	Stream string // a stream, or a family
	Actor  string // an actor's id
	About  string // a co-operative's key: its own records and those that name it
	// Corrections keeps only corrections; Late only records taken more than 30
	// days after the day from which they hold.
	Corrections, Late bool
	Role              string // of the actor
	// Here keeps what has to do with the point's place: the places there, and
	// the co-operatives with a seat there on the point's day. Text keeps what a
	// text stands in, and what is about a co-operative with it in its name;
	// accents and case do not matter.
	Here bool
	Text string
	// Scan is how many records are looked at, at most, for one page; 0 is all.
	Scan   int
	From   ledger.Position // the first position listed
	Limit  int
	Newest bool // newest first, from From backwards (From 0: the head, unless Zero)
	Zero   bool // a From of 0 is the first record
}

// LateAfter is how many days after its valid day a record is called late.
const LateAfter = 30

// Events is a page of records.
type Events struct {
	Point   *answers.Point
	Records []*ledger.Record
	// Next is the From of the next page; -1 if there is none.
	Next ledger.Position
	// Cut says that the page ends where it does because Scan records had been
	// looked at.
	Cut bool
}

// Events lists the records of a point's prefix.
func (d *Directory) Events(ctx context.Context, p *answers.Point, f EventFilter) (*Events, error) {
	var about map[ledger.Position]bool
	if f.About != "" {
		about = map[ledger.Position]bool{}
		for _, r := range d.history.About(register.SubjectID{Kind: register.CoopSubject, Key: f.About}, p.Size) {
			about[r.Position] = true
		}
	}
	narrow, err := d.narrower(p, f)
	if err != nil {
		return nil, err
	}
	e := &Events{Point: p, Next: -1}
	at, step := f.From, ledger.Position(1)
	if f.Newest {
		if step = -1; at == 0 && !f.Zero || at >= p.Size {
			at = p.Size - 1
		}
	}
	for looked := 0; at >= 0 && at < p.Size; at += step {
		if looked++; f.Scan > 0 && looked > f.Scan {
			e.Next, e.Cut = at, true
			return e, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := d.history.Record(at)
		if about != nil && !about[at] || !f.admits(r) || narrow != nil && !narrow.admits(r) {
			continue
		}
		if f.Limit > 0 && len(e.Records) == f.Limit {
			e.Next = at
			return e, nil
		}
		e.Records = append(e.Records, r)
	}
	return e, nil
}

func (f EventFilter) admits(r *ledger.Record) bool {
	switch {
	case f.Kind != "" && !startsWith(string(r.Kind), f.Kind):
		return false
	case f.Stream != "" && f.Stream != r.Stream.Family && f.Stream != r.Stream.String():
		return false
	case f.Actor != "" && (r.Actor == nil || r.Actor.ID != f.Actor):
		return false
	case f.Role != "" && (r.Actor == nil || r.Actor.Role != f.Role):
		return false
	case f.Corrections && !r.IsCorrection():
		return false
	case f.Late && !IsLate(r):
		return false
	}
	return true
}

func startsWith(s, beginning string) bool {
	return len(s) >= len(beginning) && s[:len(beginning)] == beginning
}

// IsLate reports whether a record was taken more than LateAfter days after the
// day from which it holds.
func IsLate(r *ledger.Record) bool {
	return !r.Valid.IsZero() && r.Recorded.DayIn()-r.Valid.Day > LateAfter
}
