package shown

import (
	"math/big"

	"htxledger/api/vi"
	"htxledger/projections/answers"
)

// Differences are figures at two points, with why they moved.
type Differences struct {
	From    point        `json:"from"`
	To      point        `json:"to"`
	Figures []comparison `json:"figures"`
	// LeftOut are the codes of the catalogue that have no steps of their own.
	LeftOut []string `json:"left_out,omitempty"`
	Page    *Page    `json:"page,omitempty"`
}

// A comparison is a figure at two points. The steps' numerators add up to
// the change of the numerator, their denominators to that of the denominator,
// and their effects to the change of the value, exactly.
type comparison struct {
	From       Figure  `json:"from"`
	To         Figure  `json:"to"`
	Change     string  `json:"change,omitempty"` // of the value; absent where there is no data at one end
	SentenceVi string  `json:"sentence_vi"`
	Causes     []cause `json:"causes"`
	Steps      []step  `json:"steps"`
}

// A cause is the sum of the steps of one kind.
type cause struct {
	Cause       string `json:"cause" enum:"happened lapsed late corrected retracted map definition"`
	CauseVi     string `json:"cause_vi"`
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
	Effect      string `json:"effect,omitempty"`
	Mix         string `json:"mix,omitempty"`   // of the effect: who is counted changed
	Level       string `json:"level,omitempty"` // of the effect: those who stayed changed
	Steps       int    `json:"steps"`
}

// A step is the change that one subject made for one reason.
type step struct {
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

// fromDifferences are figures at two points.
func fromDifferences(d *answers.Differences, page *Page) Differences {
	return Differences{Page: page, From: fromPoint(d.From), To: fromPoint(d.To), Figures: mapList(d.Differences, fromDifference), LeftOut: d.Composed}
}

func fromDifference(d answers.Difference) comparison {
	return comparison{
		From: fromFigure(d.From), To: fromFigure(d.To), Change: rationalText(d.Change()), SentenceVi: vi.Difference(&d),
		Causes: mapList(d.Totals(), fromTotal), Steps: mapList(d.Steps, fromStep),
	}
}

func fromTotal(t answers.Total) cause {
	return cause{
		Cause: string(t.Cause), CauseVi: vi.Cause(t.Cause), Numerator: rationalText(t.Num), Denominator: rationalText(t.Den),
		Effect: rationalText(t.Effect), Mix: rationalText(t.Mix), Level: rationalText(t.Level), Steps: t.Steps,
	}
}

func fromStep(s answers.Step) step {
	out := step{
		Cause: string(s.Cause), Subject: s.Subject.Key, SubjectKind: subjectKinds[s.Subject.Kind],
		Numerator: rationalText(s.Num), Denominator: rationalText(s.Den), Effect: rationalText(s.Effect), Mix: s.Mix,
		Records: mapList(s.Records, fromRecord),
	}
	if !s.Day.IsZero() {
		out.Day = s.Day.String()
	}
	return out
}

// rationalText is a rational as "3", "-1" or "10900/7"; "" for none.
func rationalText(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return r.RatString()
}

// A revision is how far a figure was revised, exactly.
type revision struct {
	First    string `json:"first,omitempty"`
	Last     string `json:"last,omitempty"`
	Bias     string `json:"mean_revision"`
	Absolute string `json:"mean_absolute_revision"`
	Changes  int    `json:"changes"`
}

func fromRevision(r *answers.Revision) *revision {
	if r == nil {
		return nil
	}
	return &revision{rationalText(r.First), rationalText(r.Last), rationalText(r.Bias), rationalText(r.Absolute), r.Changes}
}

// A Triangle is a figure for the month ends of a year, each as known at
// month ends from then on.
type Triangle struct {
	Point    point            `json:"point"`
	Code     string           `json:"code"`
	Columns  []triangleColumn `json:"columns"`
	Rows     []triangleRow    `json:"rows"`
	Revision *revision        `json:"revision,omitempty"` // over the rows: first to last
}

// A triangleColumn is a state of knowledge: the end of a day.
type triangleColumn struct {
	Day  string `json:"known_at_end_of"`
	Size int64  `json:"size"`
}

// A triangleRow is a valid day; a cell is absent where the day was not over.
type triangleRow struct {
	Valid    string         `json:"valid"`
	Cells    []triangleCell `json:"cells"`
	Revision *revision      `json:"revision,omitempty"`
}

// A triangleCell is the figure in one column.
type triangleCell struct {
	Column int    `json:"column"`
	Figure Figure `json:"figure"`
}

// fromTriangle is a revision triangle.
func fromTriangle(t *answers.Triangle) Triangle {
	out := Triangle{Point: fromPoint(t.Point), Code: t.Definition.Code, Revision: fromRevision(t.Revision)}
	out.Columns = mapList(t.Columns, func(c answers.Column) triangleColumn { return triangleColumn{c.Day.String(), int64(c.Size)} })
	out.Rows = mapList(t.Rows, func(r answers.Row) triangleRow {
		row := triangleRow{Valid: r.Valid.String(), Cells: []triangleCell{}, Revision: fromRevision(r.Revision)}
		for i, f := range r.Cells {
			if f != nil {
				row.Cells = append(row.Cells, triangleCell{i, fromFigure(f)})
			}
		}
		return row
	})
	return out
}

// Touched are the figures changed by a record when the record became known.
type Touched struct {
	Point   point   `json:"point"`
	Record  Record  `json:"record"`
	Figures []moved `json:"figures"`
}

// A moved is a figure just before and just after a record.
type moved struct {
	Before Figure `json:"before"`
	After  Figure `json:"after"`
}

// fromTouched is the JSON of the figures touched by a record.
func fromTouched(t *answers.Touched) Touched {
	return Touched{fromPoint(t.Point), fromRecord(t.Record), mapList(t.Figures, func(m answers.Moved) moved {
		return moved{fromFigure(m.Before), fromFigure(m.After)}
	})}
}

// touchedWith is Touched with the statements a record bears on.
type touchedWith struct {
	Touched
	Statements []statementTouch `json:"statements"`
}

// A statementTouch is the relation of a record to a statement: the stated
// indicators that rest on the record, and the indicators that the record changed later.
type statementTouch struct {
	Key    string   `json:"key"`
	Stands []string `json:"stands"`
	Moves  []string `json:"moves"`
}

// fromTouchedWith is fromTouched with statements.
func fromTouchedWith(t *answers.Touched, statements []answers.StatementTouch) touchedWith {
	return touchedWith{fromTouched(t), mapList(statements, func(s answers.StatementTouch) statementTouch {
		return statementTouch{s.Key, mapList(s.Stands, asIs), mapList(s.Moves, asIs)}
	})}
}

// triangleTable is a row for each day and state of knowledge.
func triangleTable(x *answers.Triangle) *Table {
	t := NewTable("Bảng đính chính", "Bảng đính chính: "+x.Definition.Name, withFigure(
		column("code", "Mã"), column("valid", "Số liệu tại ngày"),
		column("known_at_end_of", "Theo hồ sơ đến ngày"), column("at_size", "Cỡ sổ"))...).At(x.Point)
	for _, row := range x.Rows {
		for i, f := range row.Cells {
			if f != nil {
				c := x.Columns[i]
				t.Add(append([]Cell{WordsCell(x.Definition.Code), dayCell(row.Valid), dayCell(c.Day), WholeCell(c.Size)}, figureCells(f)...)...)
			}
		}
	}
	return t
}

// differenceTable is every step between two points as a row; exact numbers, so that a
// sheet can add them up.
func differenceTable(x *answers.Differences) *Table {
	t := NewTable("So sánh", "Vì sao số liệu thay đổi",
		column("code", "Mã"), column("from", "Từ ngày"), column("from_size", "Cỡ sổ đầu"),
		column("to", "Đến ngày"), column("to_size", "Cỡ sổ sau"), column("cause", "Nguyên nhân"),
		column("subject", "Đối tượng"), column("day", "Ngày"), column("numerator", "Tử số"),
		column("denominator", "Mẫu số"), column("effect", "Làm thay đổi"), column("mix", "Đổi mẫu số"),
		column("records", "Bản ghi"))
	for _, one := range x.Differences {
		d := one.From.Definition
		for _, s := range one.Steps {
			effect := exactCell(cellKindOf(d.Unit), s.Effect, NoData)
			t.Add(WordsCell(d.Code), dayCell(x.From.Valid), WholeCell(x.From.Size), dayCell(x.To.Valid), WholeCell(x.To.Size),
				NamedCode(string(s.Cause), vi.Cause(s.Cause)), WordsCell(s.Subject.Key), dayCell(s.Day), ExactCell(s.Num), ExactCell(s.Den), effect, FlagCell(s.Mix), positionsCell(s.Records))
		}
	}
	return t
}

// touchedTable is each figure a record changed, before and after it.
func touchedTable(x *answers.Touched) *Table {
	t := NewTable("Ảnh hưởng", "Chỉ tiêu mà bản ghi làm thay đổi", withFigure(
		column("position", "Bản ghi"), column("when", "Lúc"), column("code", "Mã"))...).At(x.Point)
	for _, m := range x.Figures {
		code := WordsCell(m.After.Definition.Code)
		t.Add(append([]Cell{WholeCell(x.Record.Position), NamedCode("before", "trước"), code}, figureCells(m.Before)...)...)
		t.Add(append([]Cell{WholeCell(x.Record.Position), NamedCode("after", "sau"), code}, figureCells(m.After)...)...)
	}
	return t
}
