package sheets

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"htxledger/domain/imports"
)

// A sheetWalker reads one sheet, strictly: an element that has no business among
// rows and cells is a damaged part, not something to be passed over. Libraries
// give what they can of such a sheet, and of one that is cut in the middle.
type sheetWalker struct {
	*reader
	part   string
	at     int // of the sheet in the list of sheets
	grid   *imports.Grid
	shared map[int]origin // formulas that cells share, by their numbers
	row    imports.GridRow
	cell   rawCell
	value  []byte         // of the cell, as far as it is read
	text   []byte         // of its formula, as far as it is read
	within bool           // a cell
	line   int            // of the last row
	column int            // of the last cell in the row
	tables int            // sheetData elements
	cells  []imports.Cell // of the row, as far as it is read
	cols   int            // descriptions of columns
	listed []byte         // what a drop-down offers, as far as it is read
}

// A rawCell is a cell as it stands in the file.
type rawCell struct {
	column  int
	style   int
	kind    string // the type in the file: "", n, s, str, inlineStr, b, d or e
	value   string // of shared texts their number
	formula bool
	way     string // of the formula: "", shared, array
	share   int    // the number of the formula that cells share
	values  int    // elements that hold the value
}

// grid reads the part of a sheet.
func (r *reader) grid(e sheetEntry) (*imports.Grid, error) {
	g := &imports.Grid{Name: e.name, Hidden: e.hidden, VeryHidden: e.veryHidden, HiddenColumns: map[int]bool{}}
	w := &sheetWalker{reader: r, grid: g, part: e.part, at: slices.IndexFunc(r.frame.sheets, func(other sheetEntry) bool { return other.part == e.part })}
	return g, r.each(e.part, w.visit)
}

// visit takes one token. Rows are at worksheet/sheetData/row, cells below them.
func (w *sheetWalker) visit(at []xml.Name, t xml.Token) error {
	inTable := len(at) > 1 && at[1].Local == "sheetData"
	switch t := t.(type) {
	case xml.StartElement:
		if inTable {
			return w.startInTable(at, t)
		}
		return w.startBeside(at, t)
	case xml.EndElement:
		if inTable {
			return w.endInTable(at)
		}
		if len(w.listed) > 0 && within(at, "dataValidation") {
			w.noteUse(w.part, string(w.listed), byList)
			w.listed = w.listed[:0]
		}
	case xml.CharData:
		switch {
		case w.within:
			w.addText(at, t)
		case !inTable && within(at, "dataValidation") && (within(at, "formula1") || within(at, "formula2")):
			w.listed = appendFormula(w.listed, t)
		}
	}
	return nil
}

// maxFormula is how many bytes of a formula are looked at: Excel takes 8,192
// characters.
const maxFormula = 32 << 10

func appendFormula(formula, text []byte) []byte {
	return append(formula, text[:min(len(text), maxFormula-len(formula))]...)
}

// within reports whether a path leads through an element of a name.
func within(at []xml.Name, name string) bool {
	return slices.ContainsFunc(at, func(n xml.Name) bool { return n.Local == name })
}

// startInTable takes the beginning of a table, a row, a cell, or a part of a cell.
func (w *sheetWalker) startInTable(at []xml.Name, e xml.StartElement) error {
	name := e.Name.Local
	switch {
	case len(at) == 2:
		if w.tables++; w.tables > 1 {
			return errOrder
		}
	case slices.ContainsFunc(at[2:], func(n xml.Name) bool { return n.Local == "extLst" }):
		// room for what later versions of the format say of rows and cells
	case len(at) == 3 && name == "row":
		return w.startRow(e)
	case len(at) == 4 && name == "c":
		return w.startCell(e)
	case len(at) == 5 && name == "f":
		w.cell.formula, w.cell.way, w.cell.share = true, attribute(e, "t"), numberIn(e, "si")
	case len(at) == 5 && (name == "is") == (w.cell.kind == "inlineStr") && (name == "is" || name == "v"):
		if w.cell.values++; w.cell.values > 1 {
			return errOrder
		}
	case len(at) < 6:
		return errOrder
	}
	return nil
}

// startBeside takes the elements around the table that concern its cells.
func (w *sheetWalker) startBeside(at []xml.Name, e xml.StartElement) error {
	switch {
	case len(at) == 3 && at[1].Local == "cols" && e.Name.Local == "col":
		return w.hide(e)
	case len(at) == 3 && at[1].Local == "mergeCells" && e.Name.Local == "mergeCell":
		return w.merge(attribute(e, "ref"))
	}
	return nil
}

func (w *sheetWalker) startRow(e xml.StartElement) error {
	line := w.line + 1
	if r := attribute(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < line || n > 1<<20 {
			return errOrder
		}
		line = n
	}
	w.line, w.column = line, 0
	w.row = imports.GridRow{Line: line, Hidden: truth(attribute(e, "hidden")) || attribute(e, "ht") == "0"}
	w.cells = w.cells[:0]
	return nil
}

func (w *sheetWalker) startCell(e xml.StartElement) error {
	column := w.column + 1
	if r := attribute(e, "r"); r != "" {
		c, line, ok := reference(r)
		if !ok || line != w.line || c < column {
			return errOrder
		}
		column = c
	}
	w.column, w.within = column, true
	w.cell, w.value, w.text = rawCell{column: column, kind: attribute(e, "t")}, w.value[:0], w.text[:0]
	if attribute(e, "s") != "" {
		if w.cell.style = numberIn(e, "s"); w.cell.style < 0 {
			return errAttribute
		}
	}
	return nil
}

// addText gathers the value of a cell: its v, or the texts within its is. Comments
// may cut it into millions of pieces, each of which is copied once.
func (w *sheetWalker) addText(at []xml.Name, text []byte) {
	if len(at) == 5 && at[4].Local == "f" {
		w.text = appendFormula(w.text, text)
	}
	if len(at) == 5 && at[4].Local == "v" || len(at) > 5 && at[4].Local == "is" && isTextOf(at[5:]) {
		w.value = append(w.value, text...)
	}
}

func (w *sheetWalker) endInTable(at []xml.Name) error {
	switch {
	case len(at) == 4 && w.within:
		w.within = false
		return w.endCell()
	case len(at) == 3:
		w.rowRead()
		if len(w.cells) == 0 {
			return nil
		}
		w.row.Cells = slices.Clone(w.cells) // without the room to grow
		w.grid.Rows = append(w.grid.Rows, w.row)
		if w.row = (imports.GridRow{}); len(w.grid.Rows) > MaxRows {
			return ErrRows.With(w.grid.Name, MaxRows)
		}
	}
	return nil
}

// endCell puts a cell that holds a value or a formula into its row.
func (w *sheetWalker) endCell() error {
	c := w.cell
	c.value = string(w.value)
	w.noteUse(w.part, string(w.text), byFormula)
	text := c.value
	switch c.kind {
	case "", "n", "b", "d", "e":
	case "inlineStr", "str":
		text = unescape(text)
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(c.value))
		switch {
		case c.value == "":
		case err != nil || n < 0 || n >= len(w.texts):
			return errReference
		default:
			text = w.texts[n]
		}
	default:
		return errAttribute
	}
	if c.value == "" && !c.formula {
		return nil
	}
	if c.column > MaxColumns {
		return ErrColumns.With(w.grid.Name, imports.ColumnName(c.column), MaxColumns)
	}
	if w.room--; w.room < 0 {
		return ErrCells.With(MaxCells)
	}
	if w.roomKept -= c.column - len(w.cells); w.roomKept < 0 {
		return ErrKept.With(maxKept)
	}
	// A text counts in each cell that has it: each becomes a text of its own later.
	if w.roomTexts -= len(text); w.roomTexts < 0 {
		return ErrTexts.With(maxTexts)
	}
	k := look{}
	if len(w.looks) > 0 {
		if c.style >= len(w.looks) {
			return ErrPart.With(stylesPart, 0)
		}
		k = w.looks[c.style]
	}
	for len(w.cells) < c.column-1 {
		w.cells = append(w.cells, imports.Cell{})
	}
	if c.formula {
		w.noteFormula()
	}
	w.cells = append(w.cells, c.typed(text, k, w.frame.from1904))
	return nil
}

// hide notes the columns that are hidden, by a mark or by having no width.
func (w *sheetWalker) hide(e xml.StartElement) error {
	if w.cols++; w.cols > maxCols {
		return ErrElements.With(w.part, maxCols)
	}
	if !truth(attribute(e, "hidden")) && attribute(e, "width") != "0" {
		return nil
	}
	from, err := strconv.Atoi(attribute(e, "min"))
	to, err2 := strconv.Atoi(attribute(e, "max"))
	if err != nil || err2 != nil || from < 1 {
		return errAttribute
	}
	for c := from; c <= min(to, MaxColumns); c++ {
		w.grid.HiddenColumns[c] = true
	}
	return nil
}

func (w *sheetWalker) merge(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	left, top, ok := reference(from)
	right, bottom, ok2 := reference(to)
	if !ok || !ok2 || right < left || bottom < top {
		return errAttribute
	}
	if len(w.grid.Merges) == maxMerges {
		return ErrElements.With(w.part, maxMerges)
	}
	w.grid.Merges = append(w.grid.Merges, imports.Area{Top: top, Left: left, Bottom: bottom, Right: right})
	return nil
}

// escapes are characters that XML may not hold, as workbooks write them: UTF-16
// units of four hexadecimal digits each.
var escapes = regexp.MustCompile(`(_x[0-9a-fA-F]{4}_)+`)

// unescape gives a text its escaped characters.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escapes.ReplaceAllStringFunc(text, func(run string) string {
		var units []uint16
		for ; run != ""; run = run[len("_x0000_"):] {
			n, _ := strconv.ParseUint(run[2:6], 16, 16) // the expression has seen to the digits
			units = append(units, uint16(n))
		}
		return string(utf16.Decode(units))
	})
}

// reference reads the name of a cell, such as F12.
func reference(s string) (column, line int, ok bool) {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' && i < 4 {
		column = column*26 + int(s[i]-'A') + 1
		i++
	}
	line, err := strconv.Atoi(s[i:])
	return column, line, i > 0 && err == nil && line > 0 && s[i] != '+'
}
