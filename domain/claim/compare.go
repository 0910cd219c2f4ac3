package claim

import (
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// ErrRequired refuses to take a required member away.
var ErrRequired = fault.Declare("member-required", fault.Rejected,
	"the member %s is required and cannot be taken away", "%s là nội dung bắt buộc, không thể xóa")

// A Change is one member of a fact, or its Day, that a claim states otherwise.
type Change struct {
	Member      string
	Old, New    canonical.Raw // as JSON; nil where it is absent
	Gone, Added []string      // of a list of texts: what goes from it, and what comes to it
}

// A Comparison is what a claim means for a fact.
type Comparison struct {
	Changes []Change // none: the claim repeats the fact
	// Kept are the members, and Day, that the claim does not name and the fact has.
	Kept []string
	// OtherPaper says that the claim names another paper than the fact's record.
	OtherPaper bool
	// Data and Valid are those of the fact once the claim is taken.
	Data  canonical.Raw
	Valid calendar.Stated
}

// Compare goes through the members of a claim about a fact.
func (c *Claim) Compare(f *ledger.Fact) (*Comparison, error) {
	out := &Comparison{Valid: c.dayOf(f.Valid), OtherPaper: c.namesOtherPaper(f.By.Source)}
	set := map[string]canonical.Raw{}
	var gone []string
	for _, field := range c.Spec.Fields() {
		old, has := memberOf(f.By.Data, field.Name)
		now, states := memberOf(c.Data, field.Name)
		switch {
		case states && (!has || !sameValue(c.Spec, field.Name, old, now)):
			change := Change{Member: field.Name, Old: old, New: now}
			if field.Many {
				change.Gone, change.Added = setChange(old, now)
			}
			out.Changes, set[field.Name] = append(out.Changes, change), now
		case states:
		case !c.Names(field.Name):
			if has {
				out.Kept = append(out.Kept, field.Name)
			}
		case !field.Optional:
			return nil, ErrRequired.With(field.Label).At("/data/" + field.Name)
		case has:
			out.Changes, gone = append(out.Changes, Change{Member: field.Name, Old: old}), append(gone, field.Name)
		}
	}
	if out.Valid != f.Valid {
		out.Changes = append(out.Changes, Change{Member: Day, Old: dayText(f.Valid), New: dayText(out.Valid)})
	}
	if !c.States(Day) {
		out.Kept = append(out.Kept, Day)
	}
	var err error
	out.Data, err = editMembers(f.By.Data, set, gone)
	return out, err
}

// dayText is a stated day as JSON.
func dayText(day calendar.Stated) canonical.Raw { return canonical.Raw(`"` + day.String() + `"`) }

// namesOtherPaper tells whether a claim names a paper, in any of its parts, other
// than that of a record. What it leaves blank is not compared.
func (c *Claim) namesOtherPaper(of *ledger.Source) bool {
	mine := c.Source
	if mine == nil {
		return false
	}
	if of == nil {
		of = &ledger.Source{}
	}
	return mine.Document != "" && mine.Document != of.Document || mine.Issuer != "" && mine.Issuer != of.Issuer ||
		mine.Note != "" && mine.Note != of.Note || !mine.Issued.IsZero() && mine.Issued != of.Issued
}

// Correct is the command that gives a fact the data of a comparison: a
// restatement of its first record, also where that was taken back. It has no key
// yet.
func (c *Claim) Correct(s *Standing, to *Comparison, why ledger.Target) *ledger.Draft {
	d := *c.Draft.Clone()
	d.Key, d.Kind, d.Stream = "", ledger.KindRestated, s.Root.Stream // which may have another name than the claim's
	d.Data, d.Valid = to.Data, to.Valid
	why.ID = s.Root.ID
	d.Corrects = &why
	return &d
}

// Whole is the error of the event that a claim would make a fact, alone or with a
// fact's members kept: nil if that is sound.
func (c *Claim) Whole(data canonical.Raw) error {
	e, err := c.Spec.Decode(data)
	if err != nil {
		return err
	}
	return ledger.CheckBounds(&ledger.Record{Event: e})
}
