package imports

import (
	"bytes"
	"strings"
)

// Options say what a CSV file does not say itself.
type Options struct {
	Numbers   NumberFormat // how numbers are written
	Unit      Unit         // of money columns whose heading names none
	Separator rune         // comma, semicolon or tab; 0: found in the headings

	// Of a workbook:
	Sheets  []string          // names of the sheets to be read; none: all of them
	Hidden  bool              // hidden rows, columns and sheets are to be read too
	Columns map[string]string // folded headings (see FoldHeading), and the name of the column or LeaveOut
}

// CSV reads a sheet under a form. The error is about the file as a whole: its
// size, encoding, separator, or that it is empty. What the headings and rows
// are wrong about is in the Sheet, all of it, with its place; while a heading
// is wrong no row is read.
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
	lay := layOut(s, t, form, opts)
	if len(s.Head) > 0 {
		return s, nil
	}
	for _, rec := range t.rows {
		s.Rows = append(s.Rows, lay.row(s, rec))
	}
	heading := ""
	if i, ok := lay.at["key"]; ok {
		heading = lay.headings[i]
	}
	s.refuseTwins(heading)
	return s.number(), nil
}

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
			p := Problem{Line: r.line, Cell: text, Err: ErrLegacy}
			if i < len(t.head.cells) {
				p.Column = strings.TrimSpace(t.head.cells[i])
			}
			return p
		}
	}
	return nil
}

// A layout is what the headings of a file say of its cells.
type layout struct {
	form     *Form
	numbers  NumberFormat
	headings []string  // as printed
	columns  []*Column // nil under a blank heading
	units    []Unit
	at       map[string]int // the cell of a column's name

	grid      bool   // the file is a workbook
	sheetName string // of a workbook
}

// gridName is the name of the sheet, or "" where the file has none.
func (lay *layout) gridName() string { return lay.sheetName }

// FoldHeading is the form of a heading that Options.Columns is asked for.
func FoldHeading(heading string) string { return fold(heading) }

// layOut reads the headings; what is wrong with them goes to the sheet's Head.
func layOut(s *Sheet, t *table, form *Form, opts Options) *layout {
	lay := &layout{form: form, numbers: opts.Numbers, at: map[string]int{}}
	for i, heading := range t.head.cells {
		heading = strings.Join(strings.Fields(heading), " ")
		c, unit, err := lay.heading(i, heading, t, opts)
		if err != nil {
			s.Head = append(s.Head, Problem{Line: t.head.line, Column: heading, Err: err})
		}
		lay.headings, lay.columns, lay.units = append(lay.headings, heading), append(lay.columns, c), append(lay.units, unit)
		if c == nil {
			continue
		}
		lay.at[c.Name] = i
		if c.Type == Remark {
			s.Ignored.Columns = append(s.Ignored.Columns, heading)
		}
	}
	for _, missing := range lay.missing() {
		s.Head = append(s.Head, Problem{Line: t.head.line, Err: ErrHeadingMissing.With(missing)})
	}
	return lay
}

func (lay *layout) heading(i int, heading string, t *table, opts Options) (*Column, Unit, error) {
	if heading == "" {
		if t.filled(i) {
			return nil, Unit{}, ErrHeadingBlank.With(i + 1)
		}
		return nil, Unit{}, nil
	}
	composed, err := clean(heading)
	if err != nil {
		return nil, Unit{}, err
	}
	c, unit, ok := lay.form.column(composed)
	if !ok {
		return nil, Unit{}, ErrHeadingUnknown.With(lay.form.Name, heading, lay.form.nearest(composed))
	}
	if first, twice := lay.at[c.Name]; twice {
		return nil, Unit{}, ErrHeadingTwice.With(first+1, i+1)
	}
	if unit.IsZero() {
		unit = opts.Unit
	}
	if c.Type == Money && unit.IsZero() {
		return c, unit, ErrUnit
	}
	return c, unit, nil
}

// filled tells whether any row has something in a cell.
func (t *table) filled(i int) bool {
	for _, r := range t.rows {
		if i < len(r.cells) && strings.TrimSpace(r.cells[i]) != "" {
			return true
		}
	}
	return false
}

// missing lists the headings that must be there and are not.
func (lay *layout) missing() []string {
	var list []string
	for _, c := range lay.form.Columns {
		if _, ok := lay.at[c.Name]; c.Required && !ok {
			list = append(list, c.Heading)
		}
	}
	if len(lay.form.anyOf) == 0 {
		return list
	}
	var either []string
	for _, name := range lay.form.anyOf {
		if _, ok := lay.at[name]; ok {
			return list
		}
		either = append(either, lay.form.named(name).Heading)
	}
	return append(list, strings.Join(either, " / "))
}

// refuseTwins makes a problem of every row with a command of an earlier row.
// heading is that of the column with keys, or "".
func (s *Sheet) refuseTwins(heading string) {
	first := map[string]*Row{}
	for n := range s.Rows {
		r := &s.Rows[n]
		for _, d := range r.Drafts {
			before := first[d.Key]
			if before == nil {
				first[d.Key] = r
				continue
			}
			r.Faults = append(r.Faults, r.twin(before, heading, d.Key))
			break
		}
		if len(r.Faults) > 0 {
			r.Drafts = nil
		}
	}
}

// twin is the problem of a row whose command an earlier one has made.
func (r *Row) twin(before *Row, heading, key string) Problem {
	p := Problem{Sheet: r.Sheet, Line: r.Line, Err: ErrDuplicateRow.With(before.Line)}
	switch {
	case heading != "" && !strings.HasPrefix(key, derivedPrefix):
		p.Column, p.Err = heading, ErrDuplicateKey.With(key, before.Line)
	case before.Sheet != r.Sheet:
		p.Err = ErrDuplicateSheet.With(before.Line, before.Sheet)
	}
	return p
}
