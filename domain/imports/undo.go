package imports

import (
	"slices"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// ErrNoReceipt refuses to undo what the ledger has no record of.
var ErrNoReceipt = fault.Declare("receipt-not-found", fault.NotFound,
	"the ledger has no records of the import %s", "trong sổ không có bản ghi nào của lần nộp %s")

// An Undo is what taking back an import comes to. All lists are newest first.
type Undo struct {
	Receipt register.Receipt
	Back    []*ledger.Record // records of the import to be retracted
	Done    []*ledger.Record // records of the import that are taken back already
	Kept    []Decided        // records that somebody decided about since; they are left out
	Orphans []Orphan         // facts of others that the ledger would not take any more
}

// A Decided record is one of an import, and the later act that decides its fact.
type Decided struct{ Record, By *ledger.Record }

// An Orphan is a standing fact of others, and why the ledger would refuse it
// without the records that are retracted.
type Orphan struct {
	Fact *ledger.Fact
	Why  error
}

// PlanUndo finds out what taking back an import comes to in a book. The book is
// afterwards as before.
func PlanUndo(b *register.Book, receipt register.Receipt) (*Undo, error) {
	u := &Undo{Receipt: receipt}
	back := map[*ledger.Record]bool{}
	for at := min(receipt.Last, b.Size()-1); at >= receipt.First; at-- {
		rec := b.At(at)
		if !receipt.Holds(rec) {
			continue
		}
		by := b.DecidedSince(rec, receipt.Holds)
		switch {
		// Newest first: once what brought a record back is taken back, an earlier
		// retraction of that record stands again.
		case b.Retracted(rec), b.RetractedWithout(rec, func(r *ledger.Record) bool { return back[r] }):
			u.Done = append(u.Done, rec)
		case by != nil:
			u.Kept = append(u.Kept, Decided{rec, by})
		default:
			u.Back, back[rec] = append(u.Back, rec), true
		}
	}
	if len(u.Back)+len(u.Done)+len(u.Kept) == 0 {
		return nil, ErrNoReceipt.With(receipt.String())
	}
	u.Orphans = u.findOrphans(b)
	return u, nil
}

// Drafts are the commands that take the import back, each under its derived key.
func (u *Undo) Drafts(reason, note string) []*ledger.Draft {
	list := make([]*ledger.Draft, len(u.Back))
	for i, rec := range u.Back {
		list[i] = &ledger.Draft{
			Key: u.Receipt.UndoKey(rec.ID), Stream: rec.Stream, Kind: ledger.KindRetracted,
			Corrects: &ledger.Target{ID: rec.ID, Reason: reason, Note: note},
		}
	}
	return list
}

// findOrphans decides the facts anew that hang on what is retracted: a fact that the
// ledger would take today and not after the undoing loses what it is about.
func (u *Undo) findOrphans(b *register.Book) (list []Orphan) {
	facts := u.dependents(b)
	if len(facts) == 0 {
		return nil
	}
	facts = slices.DeleteFunc(facts, func(f *ledger.Fact) bool { return sayAgain(b, f) != nil })
	size := b.Size()
	defer b.Back(size)
	for _, d := range u.Drafts(ledger.Reasons[0], "") {
		if v, err := b.Decide(d, b.Index().Last()); err != nil || b.Add(v.Record) != nil {
			return nil // the trial of the commands says why they cannot be recorded
		}
	}
	for _, f := range facts {
		if err := sayAgain(b, f); err != nil {
			list = append(list, Orphan{f, err})
		}
	}
	slices.SortFunc(list, func(x, y Orphan) int { return int(y.Fact.Root.Position - x.Fact.Root.Position) })
	return list
}

// dependents are the standing facts that others recorded about what the retracted
// records are about.
func (u *Undo) dependents(b *register.Book) (list []*ledger.Fact) {
	about := map[ledger.Stream]bool{}
	for _, rec := range u.Back {
		about[rec.Stream] = true
	}
	for at := range b.Size() {
		rec := b.At(at)
		if rec.IsCorrection() || u.Receipt.Holds(rec) {
			continue
		}
		f := b.Fact(rec)
		if f == nil || f.Event == nil {
			continue
		}
		if about[rec.Stream] || hangsOn(about, f) {
			list = append(list, f)
		}
	}
	return list
}

// hangsOn reports whether a fact names one of some streams: a co-operative, a
// place, or what else its kind concerns.
func hangsOn(about map[ledger.Stream]bool, f *ledger.Fact) bool {
	spec, err := register.Spec(f.Root.Kind)
	if err != nil {
		return false
	}
	for _, s := range spec.Subjects(f.Event) {
		if about[s] {
			return true
		}
	}
	for _, c := range spec.Coops(f.Event) {
		if about[ledger.StreamOf("coop", c.Key)] {
			return true
		}
	}
	site, known := spec.Site(f.Event)
	return known && about[ledger.StreamOf("place", site)]
}

// sayAgain is nil if the ledger would take a standing fact as it stands.
func sayAgain(b *register.Book, f *ledger.Fact) error {
	d := &ledger.Draft{
		Stream: f.Root.Stream, Kind: ledger.KindRestated, Valid: f.Valid, Data: f.By.Data,
		Corrects: &ledger.Target{ID: f.Root.ID, Reason: ledger.Reasons[0]},
	}
	return b.Suppose(d, func(*ledger.Record) error { return nil })
}

// Receipts are the imports of a ledger that their receipts name, oldest first. An
// import goes on as long as one account hands in one file; it ends where a record of
// it is taken back, so what is handed in after an undoing has a receipt of its own.
func Receipts(size ledger.Position, at func(ledger.Position) *ledger.Record, find func(ledger.ID) *ledger.Record) (list []register.Receipt) {
	type sender struct{ sha256, actor string }
	open := map[sender]int{} // index in list
	senderOf := func(rec *ledger.Record) (s sender, ok bool) {
		if rec.Source == nil || rec.Source.SHA256 == "" || rec.Source.Row == 0 {
			return s, false
		}
		if s.sha256 = rec.Source.SHA256; rec.Actor != nil {
			s.actor = rec.Actor.ID
		}
		return s, true
	}
	for p := range size {
		rec := at(p)
		if rec.Kind == ledger.KindRetracted {
			if s, ok := senderOf(find(rec.Corrects.ID)); ok {
				delete(open, s)
			}
			continue
		}
		s, ok := senderOf(rec)
		if !ok {
			continue
		}
		n, going := open[s]
		if !going {
			n = len(list)
			open[s] = n
			list = append(list, register.Receipt{SHA256: s.sha256, First: p})
		}
		list[n].Last = p
	}
	return list
}
