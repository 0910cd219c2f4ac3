package imports

import (
	"bytes"
	"strings"
)

// CSV reads a sheet under a form. The error is about the file as a whole: its
// size, encoding, separator, or that it is empty. Mistakes of the headings and
// rows are in the Sheet, all of them, with their places; while a heading is wrong
// no row is read.
func CSV(name string, b []byte, form *Form, opts Options) (*Sheet, error) {
	name, err := clean(name)
	if err != nil {
		return nil, err
	}
	s, err := newSheet(name, form.Name, b)
	if err != nil {
		return nil, err
	}
	t, err := tableOf(b, form, opts)
	if err != nil {
		return nil, err
	}
	s.Ignored.Blank = t.blank
	headings := make([][]string, len(t.head.cells))
	for i, text := range t.head.cells {
		headings[i] = strings.Fields(text)
		if len(headings[i]) > 0 {
			headings[i] = []string{strings.Join(headings[i], " ")}
		}
	}
	r := &reader{sheet: s, form: form, opts: opts, filled: t.filled}
	r.layOut(t.head.line, headings, opts.Unit)
	if len(s.Head) > 0 {
		return s, nil
	}
	for _, rec := range t.rows {
		r.record(rec)
	}
	s.refuseTwins(r.keyHeading())
	return s.numberDrafts(), nil
}

// record reads one line of a CSV file.
func (r *reader) record(rec record) {
	row := &GridRow{Line: rec.line, Cells: make([]Cell, len(rec.cells))}
	for i, text := range rec.cells {
		row.Cells[i] = Cell{Kind: TextCell, Text: text}
	}
	if rec.err == nil && startsWithSum(rec.cells) {
		rec.err = errTotalRow
	}
	r.data(row, rec.err)
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
	return t, t.refuseLegacy()
}

// refuseLegacy refuses a file in which a cell is in an old code page: none of
// its text can be trusted.
func (t *table) refuseLegacy() error {
	for _, r := range append([]record{t.head}, t.rows...) {
		for i, text := range r.cells {
			if !doubtful(text) {
				continue
			}
			s := Spot{Row: r.line, Seen: text}
			if i < len(t.head.cells) {
				s.Column = strings.TrimSpace(t.head.cells[i])
			}
			return s.Mark(errLegacy)
		}
	}
	return nil
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
