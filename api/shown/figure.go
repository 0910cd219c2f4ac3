package shown

import (
	"math/big"
	"strconv"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// A Figure is an indicator's answer.
type Figure struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	// Value is exact and in lowest terms: "211" or "10900/7"; absent for no
	// data. A share is a part of one: "49/109".
	Value       string    `json:"value,omitempty"`
	Numerator   string    `json:"numerator" pattern:"^-?[0-9]+$"`
	Denominator string    `json:"denominator" pattern:"^-?[0-9]+$"`
	NoData      bool      `json:"no_data"`
	Coverage    *coverage `json:"coverage,omitempty"` // of a figure that rests on reports
	// Carried is how many are answered for by the year before.
	Carried int64  `json:"carried,omitempty"`
	Parts   []part `json:"parts,omitempty"`
}

// A coverage is how many should have reported and how many did.
type coverage struct {
	Expected int64 `json:"expected"`
	Reported int64 `json:"reported"`
}

// A part is a term of a figure made of others.
type part struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Indicators are figures at a point.
type Indicators struct {
	Point   point    `json:"point"`
	Figures []Figure `json:"figures"`
}

// fromFigure is a figure without its contributions.
func fromFigure(f *indicator.Figure) Figure {
	d := f.Definition
	out := Figure{
		Code: d.Code, Version: d.Version, Name: d.Name, Unit: string(d.Unit),
		Numerator: numberText(f.Num), Denominator: numberText(f.Den), NoData: f.NoData, Carried: f.Carried,
	}
	if num, den, ok := f.Value(); ok {
		out.Value = ratioText(num, den)
	}
	if d.Covered {
		out.Coverage = &coverage{f.Expected, f.Reported}
	}
	for _, p := range f.Parts {
		out.Parts = append(out.Parts, part{p.Name, numberText(p.Num)})
	}
	return out
}

// fromIndicators are figures at a point.
func fromIndicators(f *answers.Figures) Indicators {
	return Indicators{fromPoint(f.Point), mapList(f.Figures, fromFigure)}
}

func numberText(n int64) string { return strconv.FormatInt(n, 10) }

func optionalText(n *int64) string {
	if n == nil {
		return ""
	}
	return numberText(*n)
}

func ratioText(num, den int64) string {
	if den == 1 {
		return numberText(num)
	}
	return numberText(num) + "/" + numberText(den)
}

// orNone is the JSON of a value that may be missing; nil for none.
func orNone[S, J any](s *S, json func(*S) J) *J {
	if s == nil {
		return nil
	}
	out := json(s)
	return &out
}

// mapList maps a slice to one that is never nil, so that it is [] and not null.
func mapList[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

// The columns of a figure: its value, exact for programs and in its own unit for
// people, and what it was counted from.
var figureColumns = []Column{
	column("value", "Giá trị"), column("numerator", "Tử số"), column("denominator", "Mẫu số"),
	programColumn("no_data", "Chưa có số liệu"), column("expected", "Phải báo cáo"),
	column("reported", "Đã báo cáo"), column("carried", "Lấy theo năm trước"),
	programColumn("decimal", "Số thập phân"),
}

// withFigure are columns that end with those of a figure.
func withFigure(first ...Column) []Column { return append(first, figureColumns...) }

// figureCells is a figure as cells.
func figureCells(f *indicator.Figure) []Cell {
	num, den, ok := f.Value()
	var v *big.Rat
	if ok {
		v = big.NewRat(num, den)
	}
	return figureCellsAs(f, v, cellKindOf(f.Definition.Unit))
}

// figureCellsAs is figure with a value in another unit, as a plan counts it.
func figureCellsAs(f *indicator.Figure, v *big.Rat, k CellKind) []Cell {
	cells := []Cell{
		exactCell(k, v, NoData), WholeCell(f.Num), WholeCell(f.Den), FlagCell(f.NoData),
		WholeCell(f.Expected), WholeCell(f.Reported), WholeCell(f.Carried), decimalCell(v),
	}
	if !f.Definition.Covered {
		for _, i := range []int{4, 5, 6} {
			cells[i].Kind = Blank
		}
	}
	return cells
}

func decimalCell(v *big.Rat) Cell {
	if v == nil {
		return Cell{}
	}
	return Cell{Kind: Number, Program: decimalText(v), Value: v}
}

func cellKindOf(u indicator.Unit) CellKind {
	switch u {
	case indicator.Share:
		return Percent
	case indicator.Dong:
		return Dong
	}
	return Number
}

// indicatorTable is a row a figure.
func indicatorTable(f *answers.Figures) *Table {
	t := NewTable("Chỉ tiêu", "Các chỉ tiêu", withFigure(
		column("code", "Mã"), column("version", "Phiên bản"),
		column("name", "Chỉ tiêu"), column("unit", "Đơn vị"))...).At(f.Point)
	for _, x := range f.Figures {
		d := x.Definition
		t.Add(append([]Cell{WordsCell(d.Code), WholeCell(d.Version), WordsCell(d.Name), WordsCell(string(d.Unit))}, figureCells(x)...)...)
	}
	return t
}
