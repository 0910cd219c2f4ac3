package wire

import (
	"math/big"

	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// Differences are figures at two points, with why they moved.
type Differences struct {
	From    Point        `json:"from"`
	To      Point        `json:"to"`
	Figures []Comparison `json:"figures"`
	// LeftOut are the codes of the catalogue that have no steps of their own.
	LeftOut []string `json:"left_out,omitempty"`
	Page    *Page    `json:"page,omitempty"`
}

// A Comparison is one figure at two points. The steps' numerators add up to
// the change of the numerator, their denominators to that of the denominator,
// and their effects to the change of the value, exactly.
type Comparison struct {
	From       Figure  `json:"from"`
	To         Figure  `json:"to"`
	Change     string  `json:"change,omitempty"` // of the value; absent where there is no data at one end
	SentenceVi string  `json:"sentence_vi"`
	Causes     []Cause `json:"causes"`
	Steps      []Step  `json:"steps"`
}

// A Cause is what one kind of reason came to.
type Cause struct {
	Cause       string `json:"cause" enum:"happened lapsed late corrected retracted map definition"`
	CauseVi     string `json:"cause_vi"`
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
	Effect      string `json:"effect,omitempty"`
	Mix         string `json:"mix,omitempty"`   // of the effect: who is counted changed
	Level       string `json:"level,omitempty"` // of the effect: those who stayed changed
	Steps       int    `json:"steps"`
}

// A Step is the change that one subject made for one reason.
type Step struct {
	Cause       string   `json:"cause" enum:"happened lapsed late corrected retracted map definition"`
	Subject     string   `json:"subject"`
	SubjectKind string   `json:"subject_kind"`
	Day         string   `json:"day,omitempty"`
	Numerator   string   `json:"numerator"`
	Denominator string   `json:"denominator"`
	Effect      string   `json:"effect,omitempty"`
	Mix         bool     `json:"mix"`
	Records     []Record `json:"records"`
}

// FromDifferences are figures at two points.
func FromDifferences(d *answers.Differences) Differences {
	return Differences{From: FromPoint(d.From), To: FromPoint(d.To), Figures: list(d.Differences, fromDifference), LeftOut: d.Composed}
}

func fromDifference(d answers.Difference) Comparison {
	return Comparison{
		From: FromFigure(d.From), To: FromFigure(d.To), Change: rational(d.Change()), SentenceVi: vi.Difference(&d),
		Causes: list(d.Totals(), fromTotal), Steps: list(d.Steps, fromStep),
	}
}

func fromTotal(t answers.Total) Cause {
	return Cause{
		Cause: string(t.Cause), CauseVi: vi.Cause(t.Cause), Numerator: rational(t.Num), Denominator: rational(t.Den),
		Effect: rational(t.Effect), Mix: rational(t.Mix), Level: rational(t.Level), Steps: t.Steps,
	}
}

func fromStep(s answers.Step) Step {
	out := Step{
		Cause: string(s.Cause), Subject: s.Subject.Key, SubjectKind: subjectKinds[s.Subject.Kind],
		Numerator: rational(s.Num), Denominator: rational(s.Den), Effect: rational(s.Effect), Mix: s.Mix,
		Records: list(s.Records, func(r *ledger.Record) Record { return FromRecord(r) }),
	}
	if !s.Day.IsZero() {
		out.Day = s.Day.String()
	}
	return out
}

// rational is a rational as "3", "-1" or "10900/7"; "" for none.
func rational(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return r.RatString()
}

// A Revision is how far a figure was revised, exactly.
type Revision struct {
	First    string `json:"first,omitempty"`
	Last     string `json:"last,omitempty"`
	Bias     string `json:"mean_revision"`
	Absolute string `json:"mean_absolute_revision"`
	Changes  int    `json:"changes"`
}

func fromRevision(r *answers.Revision) *Revision {
	if r == nil {
		return nil
	}
	return &Revision{rational(r.First), rational(r.Last), rational(r.Bias), rational(r.Absolute), r.Changes}
}

// A Triangle is one figure for the month ends of a year, each as known at
// month ends from then on.
type Triangle struct {
	Point    Point            `json:"point"`
	Code     string           `json:"code"`
	Columns  []TriangleColumn `json:"columns"`
	Rows     []TriangleRow    `json:"rows"`
	Revision *Revision        `json:"revision,omitempty"` // over the rows: first to last
}

// A TriangleColumn is a state of knowledge: the end of a day.
type TriangleColumn struct {
	Day  string `json:"known_at_end_of"`
	Size int64  `json:"size"`
}

// A TriangleRow is one valid day; a cell is absent where the day was not over.
type TriangleRow struct {
	Valid    string         `json:"valid"`
	Cells    []TriangleCell `json:"cells"`
	Revision *Revision      `json:"revision,omitempty"`
}

// A TriangleCell is the figure in one column.
type TriangleCell struct {
	Column int    `json:"column"`
	Figure Figure `json:"figure"`
}

// FromTriangle is a revision triangle.
func FromTriangle(t *answers.Triangle) Triangle {
	out := Triangle{Point: FromPoint(t.Point), Code: t.Definition.Code, Revision: fromRevision(t.Revision)}
	out.Columns = list(t.Columns, func(c answers.Column) TriangleColumn { return TriangleColumn{c.Day.String(), int64(c.Size)} })
	out.Rows = list(t.Rows, func(r answers.Row) TriangleRow {
		row := TriangleRow{Valid: r.Valid.String(), Cells: []TriangleCell{}, Revision: fromRevision(r.Revision)}
		for i, f := range r.Cells {
			if f != nil {
				row.Cells = append(row.Cells, TriangleCell{i, FromFigure(f)})
			}
		}
		return row
	})
	return out
}

// Touched are the figures that one record changed when it became known.
type Touched struct {
	Point   Point   `json:"point"`
	Record  Record  `json:"record"`
	Figures []Moved `json:"figures"`
}

// A Moved is a figure just before and just after a record.
type Moved struct {
	Before Figure `json:"before"`
	After  Figure `json:"after"`
}

// FromTouched is what a record touched.
func FromTouched(t *answers.Touched) Touched {
	return Touched{FromPoint(t.Point), FromRecord(t.Record), list(t.Figures, func(m answers.Moved) Moved {
		return Moved{FromFigure(m.Before), FromFigure(m.After)}
	})}
}

// TouchedWith is Touched with the statements that a record bears on.
type TouchedWith struct {
	Touched
	Statements []StatementTouch `json:"statements"`
}

// A StatementTouch is what one record has to do with one statement: the stated
// indicators that rest on it, and those that it changed, coming after.
type StatementTouch struct {
	Key    string   `json:"key"`
	Stands []string `json:"stands"`
	Moves  []string `json:"moves"`
}

// FromTouchedWith is what a record touched, statements included.
func FromTouchedWith(t *answers.Touched, statements []answers.StatementTouch) TouchedWith {
	same := func(code string) string { return code }
	return TouchedWith{FromTouched(t), list(statements, func(s answers.StatementTouch) StatementTouch {
		return StatementTouch{s.Key, list(s.Stands, same), list(s.Moves, same)}
	})}
}
