package audit

import (
	"context"
	"math/big"
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/classification"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// What keeps a statement from being recounted.
var (
	ErrDefinition = fault.Declare("statement-definition-unknown", fault.Unverified,
		"version %d of the definition of %s is not known to this program, so it could not be decided",
		"chương trình này không có phiên bản %d của định nghĩa chỉ tiêu %s nên không thể xác định")
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
		s.Numerator, s.Denominator = new(f.Num), new(f.Den)
		s.Value = big.NewRat(f.Num, f.Den).RatString()
	}
	if f.Definition.Covered {
		s.Expected, s.Reported = new(f.Expected), new(f.Reported)
	}
	if f.Carried != 0 {
		s.Carried = new(f.Carried)
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
		{"numerator", formatNumber(stated.Numerator), formatNumber(counted.Numerator)},
		{"denominator", formatNumber(stated.Denominator), formatNumber(counted.Denominator)},
		{"expected", formatNumber(stated.Expected), formatNumber(counted.Expected)},
		{"reported", formatNumber(stated.Reported), formatNumber(counted.Reported)},
		{"carried", formatNumber(stated.Carried), formatNumber(counted.Carried)},
		{"unit", stated.Unit, counted.Unit},
		{"parts", formatParts(stated.Parts), formatParts(counted.Parts)},
	} {
		if m.was != m.is {
			return m.name, orDash(m.was), orDash(m.is), false
		}
	}
	return "", "", "", true
}

func formatNumber(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func formatParts(list []statement.Part) string {
	s := ""
	for _, p := range list {
		s += " " + p.Name + "=" + strconv.FormatInt(p.Number, 10)
	}
	return s
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// Recount holds a statement to the first records of its ledger: that so many
// are there, that they have the root stated, and that every figure, counted
// anew by the slow road with the version of its definition that is stated, is
// the one stated. It gives the first fault, or why ctx ended.
func Recount(ctx context.Context, records []*ledger.Record, s *statement.Issued) error {
	if have := int64(len(records)); s.Size > have {
		return statement.ErrSize.With(s.Size, have).At("/data/size")
	}
	records = records[:s.Size]
	var tree merkle.Tree
	for _, r := range records {
		tree.Append(r.Bytes)
	}
	// the root first: other records would make every figure meaningless
	if tree.Root().String() != s.Root {
		return ErrStatementRoot.With(s.Size).At("/data/root")
	}
	q, err := inquiryOf(s)
	if err != nil {
		return err
	}
	counted, err := q.count(ctx, records)
	if err != nil {
		return err
	}
	for i, f := range s.Figures {
		if member, was, is, ok := Unequal(f, counted[i]); !ok {
			return ErrFigure.With(f.Indicator, Member(member), was, is).At("/data/figures/" + strconv.Itoa(i))
		}
	}
	return nil
}

// An inquiry is what a statement answers: its question, and the definitions of its
// figures in their order.
type inquiry struct {
	question indicator.Question
	defs     []*indicator.Definition
}

// inquiryOf is the inquiry of a statement; a period, scheme or definition that this program does
// not know is its fault.
func inquiryOf(s *statement.Issued) (q inquiry, err error) {
	if q.question, err = QuestionOf(s); err != nil {
		return q, ErrUndecided.With(s.Title).Because(err)
	}
	for _, f := range s.Figures {
		d, err := DefinitionOf(f.Indicator, s.Definitions[f.Indicator])
		if err != nil {
			return q, err
		}
		q.defs = append(q.defs, d)
	}
	return q, nil
}

// count counts every figure in some records. A figure that cannot be counted is
// ErrUndecided.
func (q inquiry) count(ctx context.Context, records []*ledger.Record) ([]statement.Figure, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := register.Fold(records, q.question.Valid)
	figures := make([]statement.Figure, len(q.defs))
	for i, d := range q.defs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := indicator.Count(d, r, q.question)
		if err != nil {
			return nil, ErrUndecided.With(d.Code).Because(err)
		}
		figures[i] = State(f)
	}
	return figures, nil
}
