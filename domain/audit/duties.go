package audit

import (
	"context"
	"slices"

	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/request"
	"htxledger/domain/statement"
)

// Why an account may not stand for some figures.
var (
	errIssuerRecorded = fault.Declare("statement-issuer-recorded", fault.Forbidden,
		"%s recorded position %d, which counts in %s: nobody issues figures that they recorded themselves",
		"%s chính là người đã ghi bản ghi %d, được tính trong %s: không ai được phát hành số liệu do chính mình ghi")
	ErrIssuerMoved = fault.Declare("statement-issuer-moved", fault.Forbidden,
		"%s recorded, or asked for, position %d; without the records of this account up to that one, %s would have another %s, %s instead of %s: nobody issues figures that they moved",
		"tài khoản %s đã ghi (hoặc đề nghị ghi) bản ghi %d; nếu bỏ các bản ghi của tài khoản này từ đầu đến bản ghi đó thì %s có %v khác, là %v thay vì %s: không ai được phát hành số liệu do chính mình làm thay đổi")
	ErrDutiesNewer = fault.Declare("statement-duties-newer", fault.NewerFormat,
		"the statement was issued under rule %d of duties, which this program does not know; verify with a newer version",
		"báo cáo xác nhận được phát hành theo quy tắc bất kiêm nhiệm số %d mà chương trình này chưa biết; hãy xác minh bằng phiên bản mới hơn")
)

// CheckDuties is nil if an account may stand for a statement by the rule that
// the statement was issued under; records are those of the ledger from record 0
// on, at least as many as the statement is about. A rule that this program does
// not know is ErrDutiesNewer. Records that name nobody bar nobody.
//
// Nothing is counted unless the account recorded something that a figure could
// rest on. Else the records are folded once (rule 1), or twice and, to find the
// record to name, once more for each doubling of their number (rule 2); ctx is
// looked at between.
func CheckDuties(ctx context.Context, records []*ledger.Record, s *statement.Issued, issuer *ledger.Actor) error {
	if err := statement.CheckIssuer(issuer); err != nil {
		return err
	}
	rule := s.Rule()
	if rule != statement.DutiesOfRecording && rule != statement.DutiesOfMoving {
		return ErrDutiesNewer.With(rule)
	}
	if have := int64(len(records)); s.Size > have {
		return statement.ErrSize.With(s.Size, have)
	}
	records = records[:s.Size]
	// most issuers recorded nothing: for them no register is folded
	own := recordsOf(records, issuer.ID)
	if len(own) == 0 {
		return nil
	}
	q, err := inquiryOf(s)
	if err != nil {
		return err
	}
	if rule == statement.DutiesOfRecording {
		return q.checkRecording(issuer.ID, records)
	}
	return q.checkMoving(ctx, issuer.ID, records, own)
}

// recordedBy reports whether a record names an account as its actor.
func recordedBy(r *ledger.Record, account string) bool {
	return r.Actor != nil && r.Actor.ID == account
}

// recordsOf are the positions, in order, of the records of an account that a
// figure could rest on, and of the records that approved a request of the
// account: without it they would not have been recorded. No figure looks at
// statements, which the same account may have issued before.
func recordsOf(records []*ledger.Record, account string) []ledger.Position {
	var own []ledger.Position
	approved := map[ledger.ID]bool{} // the commands that the account asked for
	for _, r := range records {
		if r.Stream.Family == "request" && recordedBy(r, account) {
			approved[ledger.IDOf(request.CommandKey(r.Stream.Key))] = true
		}
	}
	for i, r := range records {
		if (recordedBy(r, account) || approved[r.ID]) && r.Stream.Family != "statement" {
			own = append(own, ledger.Position(i))
		}
	}
	return own
}

// withoutPositions is the records but some of them, given in order. What corrects one
// that is left out falls with it, because corrections of what is not there are
// ignored (ledger.Effective).
func withoutPositions(records []*ledger.Record, out []ledger.Position) []*ledger.Record {
	kept := make([]*ledger.Record, 0, len(records)-len(out))
	for i, r := range records {
		if len(out) > 0 && out[0] == ledger.Position(i) {
			out = out[1:]
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

// checkMoving applies statement.DutiesOfMoving: it is nil if the figures are the
// same without the account's own records, of which own are the positions.
//
// The fault names one record such that the figures are the stated ones without
// the own records before it, and others without it too: alone, a record may
// move nothing that another one does not move as well.
func (q inquiry) checkMoving(ctx context.Context, account string, records []*ledger.Record, own []ledger.Position) error {
	counted, err := q.count(ctx, records)
	if err != nil {
		return err
	}
	// What would change without the first so many of the own records; nil if
	// nothing.
	changeWithout := func(n int) (func(ledger.Position) error, error) {
		return q.changeIn(ctx, account, counted, withoutPositions(records, own[:n]))
	}
	change, err := changeWithout(len(own))
	if change == nil || err != nil {
		return err
	}
	// without own[:same] the figures are the stated ones, without own[:moved] they are not: halved
	// until the two are neighbours
	same, moved := 0, len(own)
	for moved-same > 1 {
		middle := (same + moved) / 2
		between, err := changeWithout(middle)
		switch {
		case err != nil:
			return err
		case between == nil:
			same = middle
		default:
			moved, change = middle, between
		}
	}
	return change(own[moved-1])
}

// changeIn compares what was counted with the same figures counted in fewer
// records. Where one differs it gives the fault for a record that is to be named;
// a figure that cannot be counted any more differs.
func (q inquiry) changeIn(ctx context.Context, account string, counted []statement.Figure, fewer []*ledger.Record) (func(ledger.Position) error, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := register.Fold(fewer, q.question.Valid)
	for i, d := range q.defs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		member, was, is, same := "value", orDash(counted[i].Value), any(word{"not countable", "không tính được"}), false
		if f, err := indicator.Count(d, r, q.question); err == nil {
			var now string
			member, was, now, same = Unequal(counted[i], State(f))
			is = now
		}
		if !same {
			return func(at ledger.Position) error {
				return ErrIssuerMoved.With(account, at, d.Code, Member(member), is, was)
			}, nil
		}
	}
	return nil, nil
}

// contributors are the facts that a figure counts: what is cited by an entry
// that adds to its numerator or its denominator. Those of a movement are the
// facts of its terms, and those of the papers of a plan are its adoption and
// the deliveries.
func contributors(d *indicator.Definition, r *register.Register, q indicator.Question) ([]*ledger.Fact, error) {
	switch d.Code {
	case "coops.movement":
		return termsOf(r, q)
	case "tasks.delivered", "reports.received":
		var facts []*ledger.Fact
		for _, p := range r.Plans {
			facts = append(append(facts, p.Adoption), p.Deliveries...)
		}
		return facts, nil
	}
	f, err := indicator.Count(d, r, q)
	if err != nil {
		return nil, err
	}
	var facts []*ledger.Fact
	for _, c := range append(slices.Clone(f.In), f.Out...) {
		// an entry that is excluded counts nowhere, unless its denominator still does
		if c.Why == "" || c.Den != 0 {
			facts = append(facts, c.By...)
		}
	}
	return facts, nil
}

// termsOf gives the contributors of the four terms that a movement is made of; an unknown code is
// the fault of indicator.Find.
func termsOf(r *register.Register, q indicator.Question) ([]*ledger.Fact, error) {
	var all []*ledger.Fact
	for _, code := range []string{"coops.registered", "coops.established", "coops.ended", "coops.rescoped"} {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, err
		}
		facts, err := contributors(d, r, q)
		if err != nil {
			return nil, err
		}
		all = append(all, facts...)
	}
	return all, nil
}

// checkRecording applies statement.DutiesOfRecording: it is nil if no record that
// the figures count, nor a correction that decides one, is the account's.
func (q inquiry) checkRecording(account string, records []*ledger.Record) error {
	r := register.Fold(records, q.question.Valid)
	for _, d := range q.defs {
		facts, err := contributors(d, r, q.question)
		if err != nil {
			return err
		}
		for _, f := range facts {
			// both the first record and the correction that decides it now
			for _, rec := range []*ledger.Record{f.Root, f.By} {
				if recordedBy(rec, account) {
					return errIssuerRecorded.With(account, rec.Position, d.Code)
				}
			}
		}
	}
	return nil
}
