package sheets

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// Read reads a workbook. b is the whole file; progress, if not nil, is told how
// many of all rows are read. The error says what the file as a whole is wrong
// about, in a fault of its own for each thing that people send by mistake.
//
// The sheets that our own forms carry for themselves (see Template) are taken
// for what they say and are not among the grids.
func Read(b []byte, progress func(done, total int)) (*imports.Workbook, error) {
	return ReadWithin(context.Background(), b, progress)
}

// ReadWithin is Read until ctx is done, which is looked at between rows; its
// error is then that of ctx.
func ReadWithin(ctx context.Context, b []byte, progress func(done, total int)) (*imports.Workbook, error) {
	c, err := open(b)
	if err != nil {
		return nil, err
	}
	f, err := c.frameOf()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, container: c, frame: f, progress: progress}
	if err := r.walkAll(); err != nil {
		return nil, err
	}
	return r.read(b)
}

// options are how the library is opened: within limits, with values as they
// stand in the file.
func options() excelize.Options {
	return excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnzipped, UnzipXMLSizeLimit: MaxUnzipped}
}

// A reader reads one workbook.
type reader struct {
	ctx context.Context
	*container
	*frame
	walked      []*walked
	done, total int
	progress    func(done, total int)
	looks       *looks
}

func (r *reader) walkAll() error {
	room := MaxCells
	for _, e := range r.sheets {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		w, err := r.sheet(e, r.strings, room)
		if err != nil {
			return err
		}
		room -= w.cells
		r.walked = append(r.walked, w)
		r.total += len(w.rows)
	}
	return nil
}

// read lets the library read the values and holds them to what the walk found.
func (r *reader) read(b []byte) (*imports.Workbook, error) {
	book, err := excelize.OpenReader(bytes.NewReader(b), options())
	if err != nil {
		return nil, ErrArchive.With("xlsx").Because(err)
	}
	defer book.Close()
	r.looks = &looks{book, map[int]look{}}
	if names := book.GetSheetList(); !slices.EqualFunc(r.sheets, names, func(e sheetEntry, n string) bool { return e.name == n }) {
		return nil, ErrIncomplete.With(r.sheets[0].name, fmt.Sprintf("%d/%d", len(names), len(r.sheets)))
	}
	w := &imports.Workbook{}
	for i := range r.sheets {
		g, err := r.grid(book, i)
		if err != nil {
			return nil, err
		}
		w.Grids = append(w.Grids, g)
	}
	w.Template = takeTemplate(w)
	return w, nil
}

// grid reads one sheet, row by row, beside the rows that the walk found.
func (r *reader) grid(book *excelize.File, at int) (*imports.Grid, error) {
	e, found := r.sheets[at], r.walked[at]
	g := &imports.Grid{Name: e.name, Hidden: e.hidden, HiddenColumns: found.hidden, Merges: found.merges}
	rows, err := book.Rows(e.name)
	if err != nil {
		return nil, ErrIncomplete.With(e.name, "0").Because(err)
	}
	defer rows.Close()
	line, next := 0, 0
	for rows.Next() {
		line++
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		values, err := rows.Columns()
		if err != nil {
			return nil, ErrIncomplete.With(e.name, fmt.Sprintf("dòng %d", line)).Because(err)
		}
		if next == len(found.rows) || found.rows[next].line != line {
			if slices.ContainsFunc(values, func(s string) bool { return s != "" }) {
				return nil, ErrIncomplete.With(e.name, fmt.Sprintf("dòng %d", line))
			}
			continue
		}
		row, err := r.row(e.name, found.rows[next], values)
		if err != nil {
			return nil, err
		}
		g.Rows = append(g.Rows, row)
		found.rows[next].cells = nil
		next++
		r.tell()
	}
	if err := rows.Error(); err != nil || next != len(found.rows) {
		return nil, ErrIncomplete.With(e.name, fmt.Sprintf("%d/%d dòng", next, len(found.rows))).Because(err)
	}
	return g, nil
}

func (r *reader) tell() {
	if r.done++; r.progress != nil {
		r.progress(r.done, r.total)
	}
}

// row makes the cells of a row; every one that the walk found must have been
// read, and none besides.
func (r *reader) row(sheet string, found walkedRow, values []string) (imports.GridRow, error) {
	row := imports.GridRow{Line: found.line, Hidden: found.hidden, Cells: make([]imports.Cell, found.cells[len(found.cells)-1].column)}
	differ := func() error { return ErrIncomplete.With(sheet, fmt.Sprintf("dòng %d", found.line)) }
	for _, c := range found.cells {
		text := ""
		if c.column <= len(values) {
			text = values[c.column-1]
			values[c.column-1] = ""
		}
		if (c.kind == "" || c.kind == "n" || c.kind == "e" || c.kind == "b") && c.valued && text != c.value {
			return row, differ()
		}
		k, err := r.looks.of(c.style)
		if err != nil {
			return row, err
		}
		row.Cells[c.column-1] = c.cell(text, k, r.from1904)
	}
	if slices.ContainsFunc(values, func(s string) bool { return s != "" }) {
		return row, differ()
	}
	return row, nil
}
