package sheets

import (
	"encoding/xml"
	"errors"
	"path"
	"strconv"
	"strings"

	"htxledger/domain/imports"
)

// A frame is what a workbook says of itself: its sheets in order, and which day
// its days are counted from.
type frame struct {
	sheets   []sheetEntry
	from1904 bool
	strings  int // shared texts
}

type sheetEntry struct {
	name, part         string
	hidden, veryHidden bool
}

// What a part can be wrong about; the walk adds which and where.
var (
	errNoSheets  = errors.New("no sheets")
	errReference = errors.New("a reference leads nowhere")
	errOrder     = errors.New("rows or cells are out of order")
	errAttribute = errors.New("a malformed attribute")
)

// frameOf reads the list of sheets.
func (c *container) frameOf() (*frame, error) {
	f, ids := &frame{}, []string(nil)
	err := c.each("xl/workbook.xml", func(at []xml.Name, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case len(at) == 3 && at[1].Local == "sheets" && e.Name.Local == "sheet":
			state := attribute(e, "state")
			f.sheets = append(f.sheets, sheetEntry{name: attribute(e, "name"), hidden: state == "hidden" || state == "veryHidden", veryHidden: state == "veryHidden"})
			ids = append(ids, relation(e))
		case len(at) == 2 && e.Name.Local == "workbookPr":
			f.from1904 = truth(attribute(e, "date1904"))
		}
		return nil
	})
	if err == nil && len(f.sheets) > MaxSheets {
		err = ErrSheets.With(len(f.sheets), MaxSheets)
	}
	if err == nil {
		err = c.resolve(f, ids)
	}
	if err == nil && c.parts["xl/sharedstrings.xml"] != nil {
		f.strings, err = c.count("xl/sharedStrings.xml", "si")
	}
	return f, err
}

// resolve finds the part of each sheet.
func (c *container) resolve(f *frame, ids []string) error {
	targets := map[string]string{}
	const rels = "xl/_rels/workbook.xml.rels"
	err := c.each(rels, func(at []xml.Name, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && len(at) == 2 {
			targets[attribute(e, "Id")] = attribute(e, "Target")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		target, ok := targets[id]
		if !ok {
			return ErrPart.With(rels, 0).Because(errReference)
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join("xl", target)
		}
		f.sheets[i].part = strings.TrimPrefix(path.Clean(target), "/")
		if c.parts[strings.ToLower(f.sheets[i].part)] == nil {
			return ErrArchive.With(f.sheets[i].part)
		}
	}
	if len(ids) == 0 {
		return ErrPart.With("xl/workbook.xml", 0).Because(errNoSheets)
	}
	return nil
}

// count counts the elements of a name right below the top of a part.
func (c *container) count(part, name string) (n int, err error) {
	err = c.each(part, func(at []xml.Name, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && len(at) == 2 && e.Name.Local == name {
			n++
		}
		return nil
	})
	return n, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// relation is the r:id of an element.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "/relationships") {
			return a.Value
		}
	}
	return ""
}

func truth(s string) bool { return s == "1" || s == "true" }

// A walked sheet is what the strict walk found in it.
type walked struct {
	rows   []walkedRow // those with a cell that holds something
	merges []imports.Area
	hidden map[int]bool // columns
	cells  int          // how many hold something
}

type walkedRow struct {
	line   int
	hidden bool
	cells  []walkedCell
}

// A walkedCell is one that holds a value or a formula.
type walkedCell struct {
	column  int
	style   int
	kind    string // the type in the file: "", n, s, str, inlineStr, b, d or e
	value   string // as it stands in the file; of shared texts their number
	formula bool
	valued  bool // it has a value element that says something
}

// A sheetWalker walks one sheet.
type sheetWalker struct {
	name    string
	strings int
	room    int // cells that the workbook may still have
	out     *walked
	row     walkedRow
	cell    *walkedCell
	line    int // of the last row
	column  int // of the last cell in the row
	sheets  int // sheetData elements
}

// sheet walks the part of a sheet.
func (c *container) sheet(e sheetEntry, shared, room int) (*walked, error) {
	w := &sheetWalker{name: e.name, strings: shared, room: room, out: &walked{hidden: map[int]bool{}}}
	if err := c.each(e.part, w.visit); err != nil {
		return nil, err
	}
	return w.out, nil
}

// visit takes one token. Rows are at worksheet/sheetData/row, cells below them.
func (w *sheetWalker) visit(at []xml.Name, t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return w.start(at, t)
	case xml.EndElement:
		return w.end(at)
	case xml.CharData:
		return w.text(at, string(t))
	}
	return nil
}

func inSheetData(at []xml.Name) bool { return len(at) > 1 && at[1].Local == "sheetData" }

func (w *sheetWalker) start(at []xml.Name, e xml.StartElement) error {
	switch {
	case len(at) == 3 && inSheetData(at) && e.Name.Local == "row":
		return w.startRow(e)
	case len(at) == 4 && inSheetData(at) && e.Name.Local == "c":
		return w.startCell(e)
	case len(at) == 5 && w.cell != nil && e.Name.Local == "f":
		w.cell.formula = true
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
	w.row = walkedRow{line: line, hidden: truth(attribute(e, "hidden")) || attribute(e, "ht") == "0"}
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
	w.column = column
	style := 0
	if s := attribute(e, "s"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return errAttribute
		}
		style = n
	}
	w.cell = &walkedCell{column: column, style: style, kind: attribute(e, "t")}
	return nil
}

// text gathers the value of a cell: its v, or the t of texts within it.
func (w *sheetWalker) text(at []xml.Name, s string) error {
	if w.cell == nil || len(at) < 5 {
		return nil
	}
	last := at[len(at)-1].Local
	inline := w.cell.kind == "inlineStr" && at[4].Local == "is" && last == "t" && at[len(at)-2].Local != "rPh"
	if len(at) == 5 && last == "v" && w.cell.kind != "inlineStr" || inline {
		w.cell.value += s
	}
	return nil
}

func (w *sheetWalker) end(at []xml.Name) error {
	switch {
	case len(at) == 4 && w.cell != nil && inSheetData(at):
		return w.endCell()
	case len(at) == 3 && inSheetData(at) && len(w.row.cells) > 0:
		w.out.rows = append(w.out.rows, w.row)
		w.row = walkedRow{}
		if len(w.out.rows) > MaxRows {
			return ErrRows.With(w.name, MaxRows)
		}
	case len(at) == 2 && inSheetData(at):
		if w.sheets++; w.sheets > 1 {
			return errOrder
		}
	}
	return nil
}

func (w *sheetWalker) endCell() error {
	c := *w.cell
	w.cell = nil
	c.valued = c.value != ""
	switch c.kind {
	case "", "n", "str", "inlineStr", "b", "d", "e":
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(c.value)); c.valued && (err != nil || n < 0 || n >= w.strings) {
			return errReference
		}
	default:
		return errAttribute
	}
	if !c.valued && !c.formula {
		return nil
	}
	if c.column > MaxColumns {
		return ErrColumns.With(w.name, imports.ColumnName(c.column), MaxColumns)
	}
	if w.room--; w.room < 0 {
		return ErrCells.With(MaxCells)
	}
	w.out.cells++
	w.row.cells = append(w.row.cells, c)
	return nil
}

// hide notes the columns that are hidden, by a mark or by having no width.
func (w *sheetWalker) hide(e xml.StartElement) error {
	if !truth(attribute(e, "hidden")) && attribute(e, "width") != "0" {
		return nil
	}
	from, err := strconv.Atoi(attribute(e, "min"))
	to, err2 := strconv.Atoi(attribute(e, "max"))
	if err != nil || err2 != nil || from < 1 {
		return errAttribute
	}
	for c := from; c <= min(to, MaxColumns); c++ {
		w.out.hidden[c] = true
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
	w.out.merges = append(w.out.merges, imports.Area{Top: top, Left: left, Bottom: bottom, Right: right})
	return nil
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
