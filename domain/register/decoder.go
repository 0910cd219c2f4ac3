package register

import (
	"context"
	"fmt"
	"iter"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// What a reader stops at.
var (
	ErrKindUnknown = fault.Declare("kind-unknown", fault.NewerFormat,
		"kind %s is unknown to this version", "phiên bản này không biết loại sự kiện %s")
	errFamily = fault.Declare("kind-family", fault.Rejected,
		"kind %s does not belong in a stream of %s", "loại sự kiện %s không thuộc luồng %s")
)

// A Decoder reads records in the order of the ledger: it checks that each
// extends the prefix before it and decodes its data. It remembers little (see
// ledger.Index) and is not safe for concurrent use.
type Decoder struct {
	Index *ledger.Index
	roots []*ledger.Spec // by position: the kind whose data the record carries
}

// NewDecoder starts before record 0.
func NewDecoder() *Decoder { return &Decoder{Index: ledger.NewIndex()} }

// Next takes the next record and sets its Event. One that has its Event was
// decoded by another reader, who shares it: it is checked, but not decoded again
// and not written to. An unknown kind, data that
// its kind does not have, or a record that cannot follow stops the reader with
// a fault, and the decoder is unchanged.
func (d *Decoder) Next(r *ledger.Record) error {
	spec, err := d.specOf(r)
	if err != nil {
		return fmt.Errorf("record %d: %w", r.Position, err)
	}
	if err := decodeEvent(spec, r); err != nil {
		return ledger.ErrCorrupt.With(r.Position, fault.Text{English: "its data are not those of its kind", Vietnamese: "dữ liệu không đúng loại sự kiện"}).Because(err)
	}
	if err := d.Index.Add(r); err != nil {
		return err
	}
	d.roots = append(d.roots, spec)
	return nil
}

// Back takes back the last record, which must be r.
func (d *Decoder) Back(r *ledger.Record) {
	d.Index.Remove(r)
	d.roots = d.roots[:len(d.roots)-1]
}

// specOf finds the kind whose data a record carries: its own, or in a
// correction that of the record first corrected.
func (d *Decoder) specOf(r *ledger.Record) (*ledger.Spec, error) {
	if r.Corrects == nil {
		return Spec(r.Kind)
	}
	at, ok := d.Index.Find(r.Corrects.ID)
	if !ok {
		return nil, ledger.ErrNoTarget.With(r.Corrects.ID.String()).At("/corrects")
	}
	return d.roots[at], nil
}

// decodeEvent sets the Event of a record whose kind, or that of the record which
// it corrects in the end, is described; a retraction has none.
func decodeEvent(spec *ledger.Spec, r *ledger.Record) error {
	if r.Kind != ledger.KindRetracted && r.Event == nil {
		e, err := spec.Decode(r.Data)
		if err != nil {
			return err
		}
		r.Event = e
	}
	return checkPosition(r)
}

// checkPosition refuses an event that says at which position it stands in a
// record that stands elsewhere.
func checkPosition(r *ledger.Record) error {
	if placed, ok := r.Event.(ledger.Placed); ok {
		return placed.CheckPosition(r.Position)
	}
	return nil
}

// Read decodes the records of a log in order, up to a size (-1: all there is),
// checked from record 0 on. It yields an error at most once, and last. A log
// that ends before the size yields ledger.ErrBeyondHead.
func Read(ctx context.Context, log ledger.Log, size ledger.Position) iter.Seq2[*ledger.Record, error] {
	return func(yield func(*ledger.Record, error) bool) {
		d := NewDecoder()
		for r, err := range ledger.Read(ctx, log, 0) {
			if err == nil && r.Position == size {
				return
			}
			if err == nil {
				err = d.Next(r)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		if have := d.Index.Size(); have < size {
			yield(nil, ledger.ErrBeyondHead.With(size, have))
		}
	}
}

// ReadAll is Read into a slice.
func ReadAll(ctx context.Context, log ledger.Log, size ledger.Position) ([]*ledger.Record, error) {
	var all []*ledger.Record
	for r, err := range Read(ctx, log, size) {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}
