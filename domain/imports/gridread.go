package imports

import (
	"slices"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// TemplateVersion is the newest layout of our own forms that is read.
const TemplateVersion = 1

// What a list of mistakes that this program wrote is called, and its first
// cell: such a sheet is no data.
const (
	ErrorSheet = "Lỗi"
	ErrorTitle = "Danh sách lỗi do htxledger lập"
)

// Grids reads a workbook under a form; a nil form is the one that the workbook
// names, if it is one of ours. b are the bytes of the file. As with CSV, the
// error is about the file as a whole, and what the headings and rows are wrong
// about is in the Sheet. What was understood in a way that the reader should
// see (text converted, sums that came out right, rows that hold no data) is in
// its Notes.
func Grids(name string, b []byte, w *Workbook, form *Form, opts Options) (*Sheet, error) {
	name, err := clean(name)
	if err != nil {
		return nil, err
	}
	if form, err = formOf(w, form); err != nil {
		return nil, err
	}
	s, err := newSheet(name, form.Name, b)
	if err != nil {
		return nil, err
	}
	heading := ""
	for _, g := range w.Grids {
		r := &reader{sheet: s, name: g.Name, grid: g, form: form, opts: opts, template: w.Template}
		r.readGrid()
		if r.layout != nil {
			heading = r.keyHeading()
		}
	}
	if len(s.Head) == 0 && len(s.Rows) == 0 && s.Ignored.Unfilled == 0 {
		return nil, ErrNoRows
	}
	if len(s.Head) > 0 {
		s.Rows = nil
	}
	s.refuseTwins(heading)
	return s.numberDrafts(), nil
}

// formOf is the form of a workbook: the one asked for, or its own.
func formOf(w *Workbook, form *Form) (*Form, error) {
	switch {
	case w.Template == nil && form == nil:
		return nil, errFormNeeded
	case w.Template == nil:
		return form, nil
	case w.Template.Version > TemplateVersion:
		return nil, errTemplateNewer.With(w.Template.Version, TemplateVersion)
	}
	own, err := FindForm(w.Template.Form)
	if err == nil && form != nil && form.Name != own.Name {
		err = errTemplateForm.With(own.Name, form.Name)
	}
	return own, err
}

// A reader reads one table: a sheet of a workbook, or a text file, which has no
// grid and of which every row is data.
type reader struct {
	sheet    *Sheet
	name     string // of the sheet of a workbook
	grid     *Grid
	form     *Form
	opts     Options
	template *Template
	layout   *layout
	identity []int            // columns, from 0, of which a row of data fills one
	filled   func(i int) bool // whether a column, from 0, holds anything below the headings

	all, group tally
	claim      *GridRow // a group row with sums of the rows below it
}

// readGrid reads a sheet of a workbook, unless the sheet is not to be read.
func (r *reader) readGrid() {
	g, s := r.grid, r.sheet
	if len(g.Rows) == 0 {
		return
	}
	first, _ := g.Rows[0].first()
	chosen := len(r.opts.Sheets) == 0 || slices.Contains(r.opts.Sheets, g.Name)
	if !chosen || g.Name == ErrorSheet && first.Text == ErrorTitle {
		s.Ignored.Sheets = append(s.Ignored.Sheets, g.Name)
		return
	}
	h, ok := head{}, false
	if !g.Hidden || g.List || r.opts.Hidden {
		h, ok = headOf(g, r.form, r.opts)
	}
	switch {
	case g.List && !ok:
		s.Notes = append(s.Notes, Spot{Sheet: g.Name}.Mark(noteList))
		return
	case g.Hidden && !r.opts.Hidden && g.VeryHidden:
		r.refuseHead(g.Rows[0].Line, -1, ErrSheetVeryHidden)
		return
	case g.Hidden && !r.opts.Hidden:
		r.refuseHead(g.Rows[0].Line, -1, ErrSheetHidden)
		return
	}
	if !ok {
		r.refuseHead(g.Rows[0].Line, -1, errHeadNotFound.With(r.form.Name, strings.Join(r.form.firstHeadings(), ", ")))
		return
	}
	before := len(s.Head)
	r.layOutGrid(h)
	if len(s.Head) == before {
		r.rows(g.Rows[h.first+h.rows:])
	}
}

// firstHeadings are those that a sheet of the form must have.
func (f *Form) firstHeadings() []string {
	var list []string
	for _, c := range f.Columns {
		if c.Required || slices.Contains(f.anyOf, c.Name) {
			list = append(list, c.Heading)
		}
	}
	return list
}

// note adds something that the sender should see.
func (r *reader) note(line, i int, text string, err *fault.Fault) {
	s := r.layout.spot(line, i)
	s.Seen = text
	r.sheet.Notes = append(r.sheet.Notes, s.Mark(err))
}

// layOutGrid reads the headings of a grid.
func (r *reader) layOutGrid(h head) {
	below := r.grid.Rows[h.first+h.rows:]
	r.filled = func(i int) bool {
		return slices.ContainsFunc(below, func(row GridRow) bool { return !row.cell(i).Blank() })
	}
	declared := unitAbove(r.grid.Rows[:h.first])
	if declared.IsZero() {
		declared = r.opts.Unit
	}
	headings := h.columns
	for _, row := range r.grid.Rows[h.first:] {
		for len(headings) < len(row.Cells) {
			headings = append(headings, nil)
		}
	}
	r.layOut(r.grid.Rows[h.first+h.rows-1].Line, headings, declared)
}

// keyHeading is the heading of the column that gives rows their own keys, or "".
func (r *reader) keyHeading() string {
	if i, ok := r.layout.at["key"]; ok {
		return r.layout.headings[i]
	}
	return ""
}

// rows reads what stands below the headings.
func (r *reader) rows(rows []GridRow) {
	if len(rows) > 0 && numbering(rows[0]) {
		rows = rows[1:]
	}
	last := -1
	for i, row := range rows {
		if r.identified(row) {
			last = i
		}
	}
	for i := range rows {
		r.row(&rows[i], i > last)
	}
	r.settleGroup()
}

// identified tells whether a row names what it is about. Words in a column of
// keys or codes do not: titles of groups stand there too.
func (r *reader) identified(row GridRow) bool {
	return slices.ContainsFunc(r.identity, func(i int) bool {
		c := row.cell(i)
		switch r.layout.columns[i].Type {
		case Key, TaxCode:
			return strings.ContainsAny(c.Text, "0123456789") || ledger.IsKey(strings.TrimSpace(c.Text)) && !isRoman(fold(c.Text))
		}
		return !c.Blank()
	})
}

// row reads one row by what kind it is; behind says that no row of data follows.
func (r *reader) row(row *GridRow, behind bool) {
	identified := r.identified(*row)
	switch {
	case row.filled() == 0:
		r.sheet.Ignored.Blank++
	case r.sample(row):
		r.sheet.Ignored.Samples++
	case identified && r.unfilled(row):
		r.sheet.Ignored.Unfilled++
	case !identified && isTotal(row):
		r.total(row)
	case !identified && r.isGroup(row):
		r.begin(row)
	case !identified && behind && !r.counts(row):
		c, i := row.first()
		r.note(row.Line, i, converted(c), noteFooter.With(shorten(row.words())))
	default:
		r.data(row, nil)
	}
}

// words are the texts of a row, for a sentence.
func (row GridRow) words() string {
	var list []string
	for _, c := range row.Cells {
		if !c.Blank() && c.Kind == TextCell {
			list = append(list, converted(c))
		}
	}
	return strings.Join(list, " ")
}

// sample knows the row of our own forms that shows how to fill them in.
func (r *reader) sample(row *GridRow) bool {
	i, ok := r.layout.at["line"]
	return ok && fold(row.cell(i).Text) == "vi du"
}

// unfilled knows a row of our own form in which nothing was added to what was
// filled in before.
func (r *reader) unfilled(row *GridRow) bool {
	if r.template == nil || r.template.Sheet != r.grid.Name {
		return false
	}
	for i, c := range row.Cells {
		if c.Blank() {
			continue
		}
		column := r.layout.columns[i]
		if column != nil && column.Name != "line" && !slices.Contains(r.template.Prefilled, column.Name) {
			return false
		}
	}
	return true
}

// counts tells whether a row has a number or a day where the form reads one.
func (r *reader) counts(row *GridRow) bool {
	for i, c := range row.Cells {
		if column := r.layout.columns[i]; column != nil && column.Type != Remark && !c.Blank() && c.Kind != TextCell {
			return true
		}
	}
	return false
}

// isSumWord reports whether folded words are what a row of sums begins with.
func isSumWord(words string) bool {
	return slices.Contains([]string{"tong", "cong", "tong cong", "tong so", "cong tong", "tong cong toan tinh"}, words)
}

// isTotal knows a row of sums by its first words.
func isTotal(row *GridRow) bool {
	for _, c := range row.Cells {
		words := fold(converted(c))
		if c.Kind != TextCell || words == "" || isRoman(words) {
			continue
		}
		if isSumWord(words) {
			return true
		}
		for _, w := range []string{"tong cong ", "tong so ", "cong huyen ", "cong xa ", "cong thi xa ", "cong thanh pho ", "cong nhom ", "cong muc ", "cong phan ", "tong huyen ", "tong toan ", "cong toan "} {
			if strings.HasPrefix(words, w) {
				return true
			}
		}
		return isRoman(strings.TrimPrefix(words, "cong ")) && strings.HasPrefix(words, "cong ")
	}
	return false
}

func isRoman(s string) bool {
	return s != "" && strings.Trim(s, "ivx") == ""
}

var placeWords = []string{"huyen ", "xa ", "thi xa ", "thanh pho ", "thi tran ", "phuong ", "nhom ", "phan ", "muc "}

// isGroup knows a row that says to what the rows below it belong: it is numbered
// with a letter or a Roman number, stands across several columns, or names a
// place and nothing else.
func (r *reader) isGroup(row *GridRow) bool {
	c, i := row.first()
	if c.Kind != TextCell {
		return false
	}
	words := fold(converted(c))
	mark, rest, _ := strings.Cut(words, " ")
	numbered := isRoman(mark) || len(mark) == 1 && mark[0] >= 'a' && mark[0] <= 'z'
	if numbered && (row.filled() > 1 || rest != "") {
		return true
	}
	if a, ok := r.grid.merged(i+1, row.Line); ok && a.Right-a.Left >= 2 && a.Top == a.Bottom {
		return true
	}
	named, ok := r.layout.at["coop_name"]
	return row.filled() == 1 && (!ok || named != i || slices.ContainsFunc(placeWords, func(w string) bool { return strings.HasPrefix(words, w) }))
}

// data reads a row of data. With an error its cells are not to be used.
func (r *reader) data(row *GridRow, err error) {
	if row.Hidden && !r.opts.Hidden {
		err = ErrRowHidden
	}
	if err != nil {
		spot := Spot{Sheet: r.name, Row: row.Line}
		r.sheet.Rows = append(r.sheet.Rows, Row{Sheet: r.name, Line: row.Line, Faults: []Mark{spot.Mark(err)}})
		r.all.add(r.layout, nil)
		r.group.add(r.layout, nil)
		return
	}
	cells := make([]Cell, len(r.layout.columns))
	for i := range cells {
		cells[i] = r.readable(row.Line, i, row.cell(i))
		if column := r.layout.columns[i]; column == nil || column.Type == Remark {
			cells[i].Err = nil
		} else if r.grid != nil && cells[i].Err == nil && r.grid.isMerged(i+1, row.Line) {
			cells[i].Err = errCellMerged
		}
	}
	read := newRow(r.layout, r.sheet, row.Line, cells)
	r.sheet.Rows = append(r.sheet.Rows, read.finish())
	r.all.add(r.layout, read)
	r.group.add(r.layout, read)
}

// readable brings the text of a cell to Unicode and says so.
func (r *reader) readable(line, i int, c Cell) Cell {
	if c.Kind != TextCell || c.Err != nil || c.Blank() {
		return c
	}
	text, from, ok := unicodeText(c.Text, c.Font)
	switch {
	case !ok:
		c.Err = errLegacy
	case from != Unicode:
		r.note(line, i, c.Text, noteConverted.With(from.String(), shorten(c.Text), shorten(text)))
	}
	c.Text = text
	return c
}

// typedValue reads a cell of a grid by the type of its column and its own: what
// the file holds as a number or a day is never read as text again.
func (lay *layout) typedValue(c *Column, unit Unit, cell Cell) (any, error) {
	switch cell.Kind {
	case NumberCell:
		switch c.Type {
		case Whole:
			return exactNumber(cell, 0)
		case Money:
			return exactNumber(cell, unit.zeros)
		case Points:
			return exactNumber(cell, 2)
		}
		if c.Type != Text {
			return lay.value(c, unit, cell.Text)
		}
	case DayCell:
		switch c.Type {
		case Day, LastDay, FirstOut:
			return lay.value(c, unit, cell.Text)
		case Text:
		default:
			return nil, errCellIsDay.With(cell.Shown())
		}
	}
	return lay.value(c, unit, cell.Shown())
}

// exactNumber is the number of a cell times ten to the power of zeros.
func exactNumber(cell Cell, zeros int) (int64, error) {
	text, minus := strings.CutPrefix(cell.Text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if !digits(whole, maxWhole) || fraction != "" && !digits(fraction, maxWhole) {
		return 0, errNumberForm.With(cell.Shown(), "1550")
	}
	d := decimal{minus: minus, whole: whole, fraction: strings.TrimRight(fraction, "0")}
	n, exact, inRange := d.scaled(zeros)
	switch {
	case !exact:
		return 0, unwhole(zeros).With(cell.Shown())
	case !inRange:
		return 0, errNumberRange.With(cell.Shown())
	}
	return n, nil
}
