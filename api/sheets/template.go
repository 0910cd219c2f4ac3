package sheets

import (
	"strconv"
	"strings"

	"htxledger/domain/intake"
)

// The sheets that our forms carry for themselves.
const (
	metaSheet  = "_htxledger" // what the form says of itself, and the words of its drop-downs
	metaMark   = "htxledger-form"
	guideSheet = "Hướng dẫn"
	guideTitle = "Hướng dẫn điền biểu mẫu htxledger"
)

// takeTemplate takes the sheets that our own forms carry out of a workbook and
// gives what they say; nil for any other workbook.
func takeTemplate(w *intake.Workbook) *intake.Template {
	var t *intake.Template
	var rest []*intake.Grid
	for _, g := range w.Grids {
		own := metaOf(g)
		switch {
		case own != nil && t == nil:
			t = own
		case g.Name == guideSheet && textAt(g, 0, 0) == guideTitle:
		default:
			rest = append(rest, g)
		}
	}
	if t != nil {
		w.Grids = rest
	}
	return t
}

// metaOf reads what a form says of itself: names in column A, values in B.
func metaOf(g *intake.Grid) *intake.Template {
	if g.Name != metaSheet || textAt(g, 0, 0) != metaMark {
		return nil
	}
	t := &intake.Template{Form: textAt(g, 0, 1)}
	for i := range g.Rows {
		value := textAt(g, i, 1)
		switch textAt(g, i, 0) {
		case "version":
			t.Version, _ = strconv.Atoi(value)
		case "place":
			t.Place = value
		case "year":
			t.Year, _ = strconv.Atoi(value)
		case "sheet":
			t.Sheet = value
		case "prefilled":
			t.Prefilled = strings.Fields(value)
		}
	}
	return t
}

// textAt is the text of a cell, by row and column from 0 among those that hold
// something; "" where there is none.
func textAt(g *intake.Grid, row, column int) string {
	if row >= len(g.Rows) || column >= len(g.Rows[row].Cells) {
		return ""
	}
	return g.Rows[row].Cells[column].Text
}
