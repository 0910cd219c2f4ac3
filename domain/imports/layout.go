package imports

import (
	"bytes"
	"strings"

	"htxledger/domain/ledger"
)

// LeaveOut, in place of a column's name, says that a column of a sheet is not
// to be read.
const LeaveOut = "-"

// Options say what a file does not say itself.
type Options struct {
	Numbers   NumberFormat // how numbers are written
	Unit      Unit         // of money columns whose heading names none
	Separator rune         // of CSV: comma, semicolon or tab; 0: found in the headings
	// Answers are the sender's, by the names of Questions.
	Answers map[string]string
	// HolderOf gives the key of the co-operative that holds a tax code, as a ledger
	// knows it; "" where none does. nil is of a reader without a ledger.
	HolderOf func(taxCode string) string

	// Of a workbook:
	Sheets  []string          // names of the sheets to be read; none: all of them
	Hidden  bool              // hidden rows, columns and sheets are to be read too
	Columns map[string]string // folded headings (see FoldHeading), and the name of the column or LeaveOut
}

// FoldHeading is the form of a heading in the keys of Options.Columns.
func FoldHeading(heading string) string { return fold(heading) }

// A layout is what the headings of a sheet say about its cells.
type layout struct {
	form     *Form
	numbers  NumberFormat
	sheet    string // name of the sheet that every problem and source names; "" in a text file
	grid     bool   // of a workbook, whose cells have names such as F12
	source   string // name of the sheet, or of the text file, as records keep it
	headings []string
	columns  []*Column // nil under a blank heading, and for a column that is not read
	units    []Unit
	at       map[string]int // index of a column by its name
	facts    []columnFacts  // by column
	answers  map[string]string
	holderOf func(taxCode string) string
}

// spot is a cell by its line and its column, from 0.
func (l *layout) spot(line, i int) Spot {
	s := Spot{Sheet: l.sheet, Row: line}
	if i < 0 || i >= len(l.headings) {
		return s
	}
	s.Column = l.headings[i]
	if l.grid {
		s.Cell = cellName(i+1, line)
	}
	if i < len(l.columns) && l.columns[i] != nil {
		s.Expected = l.columns[i].expected
	}
	return s
}

// missing lists the headings that must be there and are not: without them nobody
// could tell what a row is about.
func (l *layout) missing() []string {
	var list []string
	for _, c := range l.form.Columns {
		if _, ok := l.at[c.Name]; c.always && !ok {
			list = append(list, c.Heading)
		}
	}
	if len(l.form.anyOf) == 0 {
		return list
	}
	var either []string
	for _, name := range l.form.anyOf {
		if _, ok := l.at[name]; ok {
			return list
		}
		either = append(either, l.form.named(name).Heading)
	}
	return append(list, strings.Join(either, " / "))
}

// identity are the columns of which a row of data fills at least one.
func (l *layout) identity() []int {
	names := l.form.anyOf
	if len(names) == 0 {
		for _, c := range l.form.Columns {
			if c.Required {
				names = append(names, c.Name)
			}
		}
	}
	var list []int
	for _, name := range names {
		if i, ok := l.at[name]; ok {
			list = append(list, i)
		}
	}
	return list
}

// layOut finds the meaning of each column from the texts above it, from the top
// down; what is wrong with a heading goes to the sheet's Head. line is that of the
// lowest headings, declared the unit of money that the sheet declares elsewhere.
func (r *reader) layOut(line int, headings [][]string, declared Unit) {
	l := &layout{form: r.form, numbers: r.opts.Numbers, at: map[string]int{}, sheet: r.name, grid: r.grid != nil, answers: r.opts.Answers, holderOf: r.opts.HolderOf}
	if l.source = RecordableName(r.sheet.Name); l.grid {
		l.source += SheetMark + RecordableName(r.name)
	}
	r.layout = l
	for i, texts := range headings {
		l.headings = append(l.headings, strings.Join(texts, " "))
		m, err := r.meaning(i, texts, declared)
		l.columns, l.units = append(l.columns, m.column), append(l.units, m.unit)
		switch {
		case err != nil:
			r.refuseHead(line, i, err)
		case m.column != nil:
			l.at[m.column.Name] = i
			if m.near {
				r.note(line, i, l.headings[i], noteHeading.With(l.headings[i], m.column.Heading))
			}
			if m.column.Type == Remark {
				r.sheet.Ignored.addColumn(l.headings[i])
			}
		case len(texts) > 0:
			r.sheet.Ignored.addColumn(l.headings[i])
		}
	}
	for _, heading := range l.missing() {
		r.refuseHead(line, -1, errHeadingMissing.With(heading))
	}
	r.identity = l.identity()
}

// meaning is the column that the texts above a column name, and its unit.
func (r *reader) meaning(i int, texts []string, declared Unit) (match, error) {
	if len(texts) == 0 {
		if r.filled(i) {
			return match{}, errHeadingBlank.With(i + 1)
		}
		return match{}, nil
	}
	m, ok, err := r.match(texts)
	switch {
	case err != nil:
		return match{}, err
	case !ok:
		return match{}, errHeadingUnknown.With(r.form.Name, strings.Join(texts, " "), r.form.nearest(texts[len(texts)-1]))
	case m.column == nil:
		return m, nil
	}
	if first, twice := r.layout.at[m.column.Name]; twice {
		return match{}, errHeadingTwice.With(first+1, i+1)
	}
	switch {
	case m.column.Type != Money:
		m.unit = Unit{}
	case m.unit.IsZero():
		m.unit = declared
	}
	switch {
	case m.column.Type == Money && m.unit.IsZero():
		return m, ErrUnit
	case r.grid != nil && r.grid.HiddenColumns[i+1] && !r.opts.Hidden && r.filled(i):
		return m, ErrColumnHidden
	}
	return m, nil
}

// match finds the column of a heading. The headings of a workbook may be near a
// spelling of the form, and the sender may have said what they mean; those of a
// text file are spelled as the form has them.
func (r *reader) match(texts []string) (match, bool, error) {
	if r.grid != nil {
		m, ok := r.form.match(texts, r.opts)
		return m, ok, nil
	}
	heading, err := clean(texts[0])
	if err != nil {
		return match{}, false, err
	}
	c, unit, ok := r.form.column(heading)
	return match{column: c, unit: unit}, ok, nil
}

// refuseHead adds a problem of the headings; i is a column from 0, or -1.
func (r *reader) refuseHead(line, i int, err error) {
	s := Spot{Sheet: r.name, Row: line}
	if r.layout != nil {
		s = r.layout.spot(line, i)
	}
	r.sheet.Head = append(r.sheet.Head, s.Mark(err))
}

// refuseTwins makes a problem of every row whose own key an earlier row has given
// to another command. heading is that of the column with keys.
func (s *Sheet) refuseTwins(heading string) {
	first := map[string]*Row{}
	said := map[string]*ledger.Draft{}
	for n := range s.Rows {
		r := &s.Rows[n]
		for _, d := range r.Drafts {
			before := said[d.Key]
			switch {
			case IsDerived(d.Key):
			case before == nil:
				first[d.Key], said[d.Key] = r, d
			case before.Stream != d.Stream || before.Kind != d.Kind || before.Valid != d.Valid || !bytes.Equal(before.Data, d.Data):
				spot := r.spotAt(-1)
				spot.Column = heading
				r.Faults = append(r.Faults, spot.Mark(errDuplicateKey.With(d.Key, first[d.Key].Line)))
			}
			if len(r.Faults) > 0 {
				r.Drafts, r.Claims, r.lacks = nil, nil, nil
				break
			}
		}
	}
}
