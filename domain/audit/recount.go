package audit

import (
	"math/big"
	"slices"
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/classification"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// What keeps a statement from being recounted, or issued.
var (
	ErrDefinition = fault.Declare("statement-definition-unknown", fault.Unverified,
		"version %d of the definition of %s is not known to this program, so it could not be decided",
		"chương trình này không có phiên bản %d của định nghĩa chỉ tiêu %s nên không thể xác định")
	ErrIssuerRecorded = fault.Declare("statement-issuer-recorded", fault.Forbidden,
		"%s recorded position %d, which counts in %s: nobody issues figures that they recorded themselves",
		"%s chính là người đã ghi bản ghi %d, được tính trong %s: không ai được phát hành số liệu do chính mình ghi")
)

// DefinitionOf finds a definition in exactly one version. What the catalogue
// does not have is ErrDefinition: another version means something else.
func DefinitionOf(code string, version int64) (*indicator.Definition, error) {
	for _, d := range indicator.All() {
		if d.Code == code && int64(d.Version) == version {
			return d, nil
		}
	}
	return nil, ErrDefinition.With(version, code)
}

// QuestionOf is the question that a statement answers.
func QuestionOf(s *statement.Issued) (indicator.Question, error) {
	q := indicator.Question{Point: indicator.Point{Valid: s.Valid, Scheme: s.Scheme}, Place: s.Place, Map: s.Map}
	var err error
	if q.Period, err = calendar.PeriodEnding(s.Period, s.Valid); err != nil {
		return q, err
	}
	_, err = classification.Find(s.Scheme)
	return q, err
}

// State puts a counted figure into the words of a statement.
func State(f *indicator.Figure) statement.Figure {
	s := statement.Figure{Indicator: f.Definition.Code, Unit: string(f.Definition.Unit)}
	if !f.NoData {
		num, den := f.Num, f.Den
		s.Numerator, s.Denominator = &num, &den
		s.Value = big.NewRat(num, den).RatString()
	}
	if f.Definition.Covered {
		expected, reported := f.Expected, f.Reported
		s.Expected, s.Reported = &expected, &reported
	}
	if f.Carried != 0 {
		carried := f.Carried
		s.Carried = &carried
	}
	for _, p := range f.Parts {
		s.Parts = append(s.Parts, statement.Part{Name: p.Name, Number: p.Num})
	}
	return s
}

// Unequal names the first member in which two figures of one indicator differ,
// with both values; ok is true if none does. It is exact: 3/7 is not 0.43, and
// 6/14 is not 3/7, for another number of co-operatives was counted.
func Unequal(stated, counted statement.Figure) (member, was, is string, ok bool) {
	for _, m := range []struct{ name, was, is string }{
		{"value", stated.Value, counted.Value},
		{"numerator", number(stated.Numerator), number(counted.Numerator)},
		{"denominator", number(stated.Denominator), number(counted.Denominator)},
		{"expected", number(stated.Expected), number(counted.Expected)},
		{"reported", number(stated.Reported), number(counted.Reported)},
		{"carried", number(stated.Carried), number(counted.Carried)},
		{"unit", stated.Unit, counted.Unit},
		{"parts", parts(stated.Parts), parts(counted.Parts)},
	} {
		if m.was != m.is {
			return m.name, dash(m.was), dash(m.is), false
		}
	}
	return "", "", "", true
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func parts(list []statement.Part) string {
	s := ""
	for _, p := range list {
		s += " " + p.Name + "=" + strconv.FormatInt(p.Number, 10)
	}
	return s
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// Contributors are the facts that a figure counts: what is cited by an entry
// that adds to its numerator or its denominator. Those of a movement are the
// facts of its terms, and those of the papers of a plan are its adoption and
// the deliveries.
func Contributors(d *indicator.Definition, r *register.Register, q indicator.Question) ([]*ledger.Fact, error) {
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
		if c.Why == "" || c.Den != 0 {
			facts = append(facts, c.By...)
		}
	}
	return facts, nil
}

func termsOf(r *register.Register, q indicator.Question) ([]*ledger.Fact, error) {
	var all []*ledger.Fact
	for _, code := range []string{"coops.registered", "coops.established", "coops.ended", "coops.rescoped"} {
		d, err := indicator.Find(code)
		if err != nil {
			return nil, err
		}
		facts, err := Contributors(d, r, q)
		if err != nil {
			return nil, err
		}
		all = append(all, facts...)
	}
	return all, nil
}

// MayIssue is nil if an actor may issue the figures of some definitions: the
// role is alliance or admin, and none of the records that the figures count,
// nor a correction that decides one of them, was recorded by the same account.
// Records without an actor bar nobody.
func MayIssue(actor *ledger.Actor, r *register.Register, q indicator.Question, defs ...*indicator.Definition) error {
	if err := statement.CheckIssuer(actor); err != nil {
		return err
	}
	for _, d := range defs {
		facts, err := Contributors(d, r, q)
		if err != nil {
			return err
		}
		for _, f := range facts {
			for _, rec := range []*ledger.Record{f.Root, f.By} {
				if rec.Actor != nil && rec.Actor.ID == actor.ID {
					return ErrIssuerRecorded.With(actor.ID, rec.Position, d.Code)
				}
			}
		}
	}
	return nil
}
