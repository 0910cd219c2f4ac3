package imports

import (
	"bytes"
	"context"
	"strings"
)

// CSV reads a sheet under a form. The error is about the file as a whole: its
// size, encoding, separator, or that it is empty. Mistakes of the headings and
// rows are in the Sheet, all of them, with their places; while a heading is wrong
// no row is read. Beyond ctx the error is that of ctx.
func CSV(ctx context.Context, name string, b []byte, form *Form, opts Options) (*Sheet, error) {
	name = RecordableName(name)
	s, err := newSheet(name, form.Name, b)
	if err != nil {
		return nil, err
	}
	t, err := tableOf(b, form, opts)
	if err != nil {
		return nil, err
	}
	s.Ignored.Blank = t.blank
	converted := t.convert(form)
	headings := make([][]string, len(t.head.cells))
	for i, text := range t.head.cells {
		headings[i] = strings.Fields(text)
		if len(headings[i]) > 0 {
			headings[i] = []string{strings.Join(headings[i], " ")}
		}
	}
	r := &reader{sheet: s, form: form, opts: opts, filled: t.filled, converted: converted}
	r.layOut(t.head.line, headings, opts.Unit)
	if len(s.Head) > 0 {
		return s, nil
	}
	r.layout.look(t.grid())
	for i, rec := range t.rows {
		if i%rowsBetweenChecks == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.readRecord(rec)
	}
	s.refuseTwins(r.keyHeading())
	return s.orderRows().numberDrafts(), nil
}

// readRecord reads one line of a CSV file.
func (r *reader) readRecord(rec record) {
	row := rec.row()
	if rec.err == nil && startsWithSum(rec.cells) {
		rec.err = errTotalRow
	}
	r.record(&row, rec.err, func(int) bool { return false })
}

// row is a line as a row of texts.
func (rec record) row() GridRow {
	row := GridRow{Line: rec.line, Cells: make([]Cell, len(rec.cells))}
	for i, text := range rec.cells {
		row.Cells[i] = Cell{Kind: TextCell, Text: text}
	}
	return row
}

// startsWithSum knows a row of sums by its first filled cell.
func startsWithSum(cells []string) bool {
	for _, c := range cells {
		if c = fold(c); c != "" {
			return isSumWord(c)
		}
	}
	return false
}

// tableOf splits a text file into headings and rows.
func tableOf(b []byte, form *Form, opts Options) (*table, error) {
	text, err := textOf(b)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	sep, text, err := separator(text, form, opts.Separator)
	if err != nil {
		return nil, err
	}
	t, err := split(text, sep)
	if err != nil {
		return nil, err
	}
	if len(t.rows) == 0 {
		return nil, ErrNoRows
	}
	return t, nil
}

// convert brings the cells to Unicode, as convertedGrids does.
func (t *table) convert(form *Form) map[cellAt]conversion {
	e := fontEvidence{form: form}
	all := append([]record{t.head}, t.rows...)
	for _, r := range all {
		for i, text := range r.cells {
			e.weigh(nil, i, text, Unicode)
		}
	}
	changed := map[cellAt]conversion{}
	for _, r := range all {
		for i, text := range r.cells {
			if read := e.read(nil, i, text, Unicode); read.from != Unicode || read.other != "" || !read.ok {
				changed[cellAt{nil, r.line, i}] = conversion{text, read}
				r.cells[i] = read.text
			}
		}
	}
	return changed
}

// grid are the lines as rows of texts.
func (t *table) grid() []GridRow {
	rows := make([]GridRow, len(t.rows))
	for i, rec := range t.rows {
		rows[i] = rec.row()
	}
	return rows
}

// filled reports whether any row has something in a cell.
func (t *table) filled(i int) bool {
	for _, r := range t.rows {
		if i < len(r.cells) && strings.TrimSpace(r.cells[i]) != "" {
			return true
		}
	}
	return false
}
