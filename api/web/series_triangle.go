package web

import (
	"slices"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// A triangleView is the revision triangle: a row for each day, a column for each
// state of knowledge at which a cell changed.
type triangleView struct {
	Year     int
	Columns  []triangleColumn
	Rows     []triangleRow
	Coverage []string // of the last day, by column; empty where nothing is reported
	Last     string   // the last day
	LeftOut  int      // columns at which nothing changed
	Revision string
	Quiet    bool // nothing was recorded since any of the days was over
}

type triangleColumn struct{ Day, Size string }

type triangleRow struct {
	Day   string
	Cells []triangleCell
	Sum   string // from the first figure to the last
}

// A triangleCell is a figure; Value is "" for a day that was not over yet.
type triangleCell struct {
	Value, To, Delta string
	Revised          bool
}

// newTriangle is the triangle in words, without the columns in which nothing is new.
func newTriangle(p *answers.Point, t *answers.Triangle) *triangleView {
	kept := tellingColumns(t)
	v := &triangleView{Year: p.Valid.Year(), LeftOut: len(t.Columns) - len(kept), Revision: vi.RevisionOfDays(t.Definition, t.Revision)}
	for _, k := range kept {
		c := t.Columns[k]
		v.Columns = append(v.Columns, triangleColumn{shortDay(c.Day), "@" + positionDigits(c.Size)})
	}
	for _, row := range t.Rows {
		v.Rows = append(v.Rows, newTriangleRow(p, t, row, kept))
	}
	v.Quiet = true
	for _, row := range t.Rows {
		v.Quiet = v.Quiet && !slices.ContainsFunc(row.Cells, func(f *indicator.Figure) bool { return f != nil })
	}
	if n := len(t.Rows); n > 0 && t.Definition.Covered {
		v.Last = vi.Day(t.Rows[n-1].Valid)
		for _, k := range kept {
			said := ""
			if f := t.Rows[n-1].Cells[k]; f != nil {
				said = vi.Integer(f.Reported) + "/" + vi.Integer(f.Expected)
			}
			v.Coverage = append(v.Coverage, said)
		}
	}
	return v
}

// tellingColumns are the columns in which something is new: the first, the last, those in
// which a day begins or has another value, and the columns in which more of the last
// day is reported.
func tellingColumns(t *answers.Triangle) (kept []int) {
	for k := range t.Columns {
		told := k == 0 || k == len(t.Columns)-1
		for i, row := range t.Rows {
			if told {
				break
			}
			f, g := row.Cells[k-1], row.Cells[k]
			told = (f == nil) != (g == nil) || f != nil && vi.OtherValue(f, g) || i == len(t.Rows)-1 && f != nil && !f.Same(g)
		}
		if told {
			kept = append(kept, k)
		}
	}
	return kept
}

// newTriangleRow is a day of the triangle with the columns kept.
func newTriangleRow(p *answers.Point, t *answers.Triangle, row answers.Row, kept []int) triangleRow {
	r := triangleRow{Day: vi.Day(row.Valid), Sum: "–"}
	var before, first, last *indicator.Figure
	for _, k := range kept {
		f := row.Cells[k]
		if f == nil {
			r.Cells = append(r.Cells, triangleCell{})
			continue
		}
		cell := triangleCell{Value: vi.Value(f), To: pinnedAddress("/dien-bien/"+t.Definition.Code, pointOn(p, row.Valid, t.Columns[k].Size))}
		if before != nil && vi.OtherValue(before, f) {
			cell.Revised, cell.Delta = true, changeBetween(before, f)
		}
		if first == nil {
			first = f
		}
		before, last = f, f
		r.Cells = append(r.Cells, cell)
	}
	if first != nil && vi.OtherValue(first, last) {
		r.Sum = changeBetween(first, last)
	}
	return r
}
