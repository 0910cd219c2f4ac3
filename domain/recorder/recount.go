package recorder

import (
	"context"
	"slices"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// Why a statement is not recorded.
var (
	ErrNotRecounted = fault.Declare("statement-not-recounted", fault.Rejected,
		"a statement is recorded only after its figures were counted again", "báo cáo xác nhận chỉ được ghi sau khi đã tính lại các số liệu")
	ErrDutiesOld = fault.Declare("statement-duties-old", fault.Rejected,
		"a statement is issued under rule %d of duties, not %d", "báo cáo xác nhận phải được phát hành theo quy tắc bất kiêm nhiệm số %d, không phải số %d")
)

// counting is how many statements are counted again at a time: each takes a
// processor and, in a large ledger, memory in proportion to it.
const counting = 1

// recount counts again what each statement of a unit states, and applies the
// rule of duties to who issues it. It notes in the unit which commands passed;
// the committer records no other statement. What a command states rests on the
// first records of the ledger, which never change, so this runs on the sender's
// goroutine and holds up nobody who writes; the sender's context stops it.
//
// A command whose kind does not come through the unit's door is left to be
// refused, so that nobody has statements counted who may not issue them.
func (r *Recorder) recount(u *unit) error {
	for i, d := range u.drafts {
		if d.Kind != statement.KindIssued2 || !slices.Contains(u.door.Writes, d.Kind) {
			continue
		}
		if u.results == nil {
			u.results, u.recounted = make([]Result, len(u.drafts)), make([]bool, len(u.drafts))
		}
		err := r.recountOne(u.ctx, d)
		if err != nil && u.ctx.Err() != nil {
			return ledger.NotWritten(u.ctx.Err())
		}
		u.results[i].Err, u.recounted[i] = err, err == nil
	}
	return u.firstRefusal()
}

func (r *Recorder) recountOne(ctx context.Context, d *ledger.Draft) error {
	var records []*ledger.Record
	var made *ledger.Record
	err := r.askBook(ctx, func(b *register.Book) (err error) {
		records = b.Records()
		made, err = b.Made(d)
		return err
	})
	if err != nil || made != nil { // what is recorded already is only found
		return err
	}
	spec, err := register.Spec(d.Kind)
	if err != nil {
		return err
	}
	e, err := d.EventOf(spec)
	if err != nil {
		return err
	}
	issued := e.(*statement.Issued)
	if issued.Duties != statement.DutiesOfMoving {
		return ErrDutiesOld.With(statement.DutiesOfMoving, issued.Duties).At("/data/duties")
	}
	select {
	case r.counting <- struct{}{}:
		defer func() { <-r.counting }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := audit.CheckDuties(ctx, records, issued, d.Actor); err != nil {
		return err
	}
	return audit.Recount(ctx, records, issued)
}

// A glance is a question to the book, which the committer answers between two
// appends, when the book holds exactly what is recorded.
type glance struct {
	ask  func(*register.Book) error
	done chan error
}

// askBook asks the book about what is recorded, read up to the head.
func (r *Recorder) askBook(ctx context.Context, ask func(*register.Book) error) error {
	g := glance{ask, make(chan error, 1)}
	select {
	case r.glances <- g:
	case <-r.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-g.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer lets a glance see the book.
func (r *Recorder) answer(g glance) {
	err := r.catchUpSoon()
	if err == nil {
		err = g.ask(r.book)
	}
	g.done <- err
}
