package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// UndoHow holds the choices of the account that takes an import back.
type UndoHow struct {
	Reason, Note string // "" is other, and the receipt
	Leave        bool   // leave out the records that others decided about since
	Orphans      bool   // facts of others may lose what they are about
	Seen         string // Undoing.Seen of the preview; "" holds to none
}

// An Undoing is the taking back of an import, for programs.
type Undoing struct {
	shown.Receipt
	Import  string       `json:"import" doc:"The receipt: SHA256@FIRST-LAST."`
	Outcome string       `json:"outcome" enum:"recorded repeated partial not_recorded unknown"`
	Seen    string       `json:"seen" doc:"What a confirmation sends back, to be held to this preview."`
	Back    []UndoRecord `json:"back" doc:"Records that are, or would be, retracted, newest first."`
	Done    []UndoRecord `json:"done" doc:"Records that are taken back already."`
	Kept    []UndoRecord `json:"kept" doc:"Records that somebody decided about since, and by which record; they are left out."`
	Orphans []UndoRecord `json:"orphans" doc:"Facts of others that lose what they are about."`

	records map[int64]*ledger.Record
}

// Describe is for the contract.
func (Undoing) Describe() string { return "What taking back an import comes to, or did." }

// Record is a record that an Undoing names, by its position.
func (u *Undoing) Record(position int64) *ledger.Record { return u.records[position] }

// An UndoRecord is a record in an Undoing.
type UndoRecord struct {
	Position  int64  `json:"position"`
	ID        string `json:"id"`
	Stream    string `json:"stream"`
	Kind      string `json:"kind"`
	Word      string `json:"word"` // in Vietnamese
	By        *int64 `json:"by,omitempty" doc:"The record that decided since."`
	Code      string `json:"code,omitempty" doc:"Why it cannot be taken back, or would not be taken any more."`
	Message   string `json:"message,omitempty"`
	MessageVi string `json:"message_vi,omitempty"`
}

// ParseReceipt reads a receipt; the SHA-256 of a file alone is all that its imports
// made.
func ParseReceipt(p *asof.Projection, s string) (register.Receipt, error) {
	s = strings.TrimSpace(s)
	if r, ok := register.ParseReceipt(s); ok {
		return r, nil
	}
	whole, ok := register.ParseReceipt(s + "@0-0")
	if !ok {
		return whole, errReceipt.With(s).At("receipt")
	}
	found := false
	for _, r := range imports.Receipts(p.Size(), p.Record, p.Find) {
		if r.SHA256 != whole.SHA256 {
			continue
		}
		if !found {
			whole, found = r, true
		}
		whole.Last = max(whole.Last, r.Last)
	}
	if !found {
		return whole, imports.ErrNoReceipt.With(s).At("receipt")
	}
	return whole, nil
}

// UndoImport takes back an import by its receipt: it finds out what that comes to,
// tries all of it and, unless dry, records the retractions newest first, in atomic
// parts. Sent again it goes on where it was cut. The undoing tells what was found
// also where the error refuses it; it is nil where there is no such import.
func UndoImport(ctx context.Context, l Ledger, receipt string, how UndoHow, dry bool) (*Undoing, error) {
	r, err := ParseReceipt(l.Projection, receipt)
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	if how.Reason == "" {
		how.Reason = "other"
	}
	if err := ledger.OneOf("reason", how.Reason, ledger.Reasons...); err != nil {
		return nil, ledger.NotWritten(err)
	}
	if how.Note == "" {
		how.Note = "Hoàn tác lần nộp tệp, bản ghi @" + fmt.Sprint(r.First) + " đến @" + fmt.Sprint(r.Last)
	}
	book, err := bookOf(l.Projection)
	if err != nil {
		return nil, err
	}
	plan, err := imports.PlanUndo(book, r)
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	u := newUndoing(plan)
	drafts := plan.Drafts(how.Reason, how.Note)
	var results []recorder.Result
	if len(drafts) > 0 {
		results, err = l.Try(ctx, drafts)
	}
	wrong := u.takeResults(results, dry)
	switch {
	case wrong > 0:
		return u, ledger.NotWritten(ErrUndoRefused.With(wrong, len(drafts)))
	case err != nil:
		return u, ledger.NotWritten(err)
	case dry:
		return u, nil
	case how.Seen != "" && how.Seen != u.Seen:
		return u, ledger.NotWritten(ErrUndoDiffers)
	case len(plan.Kept) > 0 && !how.Leave:
		return u, ledger.NotWritten(ErrUndoKept.With(len(plan.Kept)))
	case len(plan.Orphans) > 0 && !how.Orphans:
		return u, ledger.NotWritten(ErrUndoOrphans.With(len(plan.Orphans)))
	case len(drafts) == 0:
		u.Outcome = string(recorder.ImportRepeated) // all of it was taken back before
		return u, nil
	}
	res, err := l.Record(ctx, drafts, func(int, int) {})
	u.Outcome = string(res.Outcome)
	if res.Recorded+res.Repeated > 0 {
		u.takeResults(res.Results, false)
	}
	return u, err
}

// bookOf is the book of all records that a projection has.
func bookOf(p *asof.Projection) (*register.Book, error) {
	b := register.NewBook()
	for at := range p.Size() {
		if err := b.Add(p.Record(at)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// newUndoing shows a plan. Seen is a digest of all that is shown.
func newUndoing(plan *imports.Undo) *Undoing {
	u := &Undoing{Import: plan.Receipt.String(), Outcome: string(recorder.ImportNotRecorded), records: map[int64]*ledger.Record{}}
	u.Receipt = shown.FromResults(nil, true)
	u.Back, u.Done, u.Kept, u.Orphans = u.list(plan.Back), u.list(plan.Done), []UndoRecord{}, []UndoRecord{}
	for _, k := range plan.Kept {
		x := u.show(k.Record)
		by := int64(k.By.Position)
		x.By = &by
		u.Kept = append(u.Kept, x)
	}
	for _, o := range plan.Orphans {
		x := u.show(o.Fact.Root)
		x.blame(o.Why)
		u.Orphans = append(u.Orphans, x)
	}
	h := sha256.New()
	fmt.Fprintln(h, u.Import)
	for _, list := range [][]UndoRecord{u.Back, u.Kept, u.Orphans} {
		for _, x := range list {
			fmt.Fprint(h, x.Position, " ")
		}
		fmt.Fprintln(h)
	}
	u.Seen = hex.EncodeToString(h.Sum(nil)[:16])
	return u
}

func (u *Undoing) list(records []*ledger.Record) []UndoRecord {
	list := []UndoRecord{}
	for _, r := range records {
		list = append(list, u.show(r))
	}
	return list
}

func (u *Undoing) show(r *ledger.Record) UndoRecord {
	u.records[int64(r.Position)] = r
	return UndoRecord{Position: int64(r.Position), ID: r.ID.String(), Stream: r.Stream.String(), Kind: string(r.Kind), Word: vi.Kind(r.Kind)}
}

// blame notes why a record cannot be retracted as planned.
func (x *UndoRecord) blame(err error) {
	f := faultOf(err)
	x.Code, x.Message, x.MessageVi = f.Code, f.En(), f.Vi()
}

// takeResults keeps what the ledger said of the retractions, which come in the order
// of u.Back, and tells how many it refused.
func (u *Undoing) takeResults(results []recorder.Result, dry bool) (wrong int) {
	var sound []recorder.Result
	for i, res := range results {
		if res.Err != nil {
			u.Back[i].blame(res.Err)
			wrong++
		} else if res.Record != nil {
			sound = append(sound, res)
		}
	}
	u.Receipt = shown.FromResults(sound, dry)
	return wrong
}

// A PastImport is an import that the ledger holds, as its receipt names it.
type PastImport struct {
	Receipt  string `json:"receipt" doc:"SHA256@FIRST-LAST, by which it can be taken back."`
	SHA256   string `json:"sha256"`
	First    int64  `json:"first"`
	Last     int64  `json:"last"`
	Recorded string `json:"recorded" format:"date-time"`
	Actor    string `json:"actor,omitempty"`
	Sheet    string `json:"sheet,omitempty" doc:"The file, or the sheet of its first row."`
}

// PastImports are the imports of a ledger, newest first.
type PastImports struct {
	Imports []PastImport `json:"imports"`
}

// ListReceipts rebuilds the receipts of the newest imports from the first records of a
// ledger.
func ListReceipts(p *asof.Projection, size ledger.Position, most int) PastImports {
	all := imports.Receipts(size, p.Record, p.Find)
	out := PastImports{Imports: []PastImport{}}
	for i := len(all) - 1; i >= 0 && len(out.Imports) < most; i-- {
		r := all[i]
		first, last := p.Record(r.First), p.Record(r.Last)
		x := PastImport{Receipt: r.String(), SHA256: r.SHA256, First: int64(r.First), Last: int64(r.Last), Recorded: last.Recorded.String(), Sheet: first.Source.Sheet}
		if first.Actor != nil {
			x.Actor = first.Actor.ID
		}
		out.Imports = append(out.Imports, x)
	}
	return out
}
