package imports

import (
	"slices"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// LeaveOut, in place of a column's name, says that a column of a sheet is not
// to be read.
const LeaveOut = "-"

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
		r := &gridReader{sheet: s, grid: g, form: form, opts: opts, template: w.Template}
		r.take()
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
	return s.number(), nil
}

// formOf is the form of a workbook: the one asked for, or its own.
func formOf(w *Workbook, form *Form) (*Form, error) {
	switch {
	case w.Template == nil && form == nil:
		return nil, ErrFormNeeded
	case w.Template == nil:
		return form, nil
	case w.Template.Version > TemplateVersion:
		return nil, ErrTemplateNewer.With(w.Template.Version, TemplateVersion)
	}
	own, err := FindForm(w.Template.Form)
	if err == nil && form != nil && form.Name != own.Name {
		err = ErrTemplateForm.With(own.Name, form.Name)
	}
	return own, err
}

// A gridReader reads one grid.
type gridReader struct {
	sheet    *Sheet
	grid     *Grid
	form     *Form
	opts     Options
	template *Template
	layout   *layout
	identity []int // columns, from 0, of which a row of data fills one

	all, group tally
	claim      *GridRow // a group row with sums of the rows below it
}

// take reads the grid, unless it is not one to be read.
func (r *gridReader) take() {
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
	if g.Hidden && !r.opts.Hidden {
		r.refuseHead(g.Rows[0].Line, -1, ErrSheetHidden)
		return
	}
	h, ok := headOf(g, r.form, r.opts)
	if !ok {
		r.refuseHead(g.Rows[0].Line, -1, ErrHeadNotFound.With(r.form.Name, strings.Join(r.form.firstHeadings(), ", ")))
		return
	}
	before := len(s.Head)
	r.layOut(h)
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

// refuseHead adds a problem of the headings; i is a column from 0, or -1.
func (r *gridReader) refuseHead(line, i int, err error) {
	p := Problem{Sheet: r.grid.Name, Line: line, Err: err}
	if i >= 0 {
		p.Ref = refOf(i+1, line)
		if r.layout != nil && i < len(r.layout.headings) {
			p.Column = r.layout.headings[i]
		}
	}
	r.sheet.Head = append(r.sheet.Head, p)
}

// note adds what the reader should see.
func (r *gridReader) note(line, i int, text string, err *fault.Fault) {
	p := Problem{Sheet: r.grid.Name, Line: line, Cell: text, Ref: refOf(i+1, line), Err: err}
	if r.layout != nil && i >= 0 && i < len(r.layout.headings) {
		p.Column = r.layout.headings[i]
	}
	r.sheet.Notes = append(r.sheet.Notes, p)
}

// layOut finds what each column means; what is wrong goes to the sheet's Head.
func (r *gridReader) layOut(h head) {
	width := 0
	for _, row := range r.grid.Rows[h.first:] {
		width = max(width, len(row.Cells))
	}
	line := r.grid.Rows[h.first+h.rows-1].Line
	declared := unitAbove(r.grid.Rows[:h.first])
	if declared.IsZero() {
		declared = r.opts.Unit
	}
	lay := &layout{form: r.form, numbers: r.opts.Numbers, at: map[string]int{}, sheetName: r.grid.Name, grid: true}
	r.layout = lay
	for i := range width {
		var texts []string
		if i < len(h.columns) {
			texts = h.columns[i]
		}
		lay.headings = append(lay.headings, strings.Join(texts, " "))
		m, err := r.meaning(i, texts, h, declared)
		lay.columns, lay.units = append(lay.columns, m.column), append(lay.units, m.unit)
		switch {
		case err != nil:
			r.refuseHead(line, i, err)
		case m.column != nil:
			lay.at[m.column.Name] = i
			r.describe(line, i, m)
		case len(texts) > 0:
			r.sheet.Ignored.column(lay.headings[i])
		}
	}
	for _, missing := range lay.missing() {
		r.refuseHead(line, -1, ErrHeadingMissing.With(missing))
	}
	r.identity = lay.identity()
}

// describe tells of a column what the reader should see.
func (r *gridReader) describe(line, i int, m match) {
	if m.near {
		r.note(line, i, r.layout.headings[i], NoteHeading.With(r.layout.headings[i], m.column.Heading))
	}
	if m.column.Type == Remark {
		r.sheet.Ignored.column(r.layout.headings[i])
	}
}

// meaning is what the texts above a column mean.
func (r *gridReader) meaning(i int, texts []string, h head, declared Unit) (match, error) {
	if len(texts) == 0 {
		if r.dataIn(i, h) {
			return match{}, ErrHeadingBlank.With(i + 1)
		}
		return match{}, nil
	}
	whole := strings.Join(texts, " ")
	m, ok := r.form.match(texts, r.opts)
	if !ok {
		return match{}, ErrHeadingUnknown.With(r.form.Name, whole, r.form.nearest(texts[len(texts)-1]))
	}
	if m.column == nil {
		return m, nil
	}
	if first, twice := r.layout.at[m.column.Name]; twice {
		return match{}, ErrHeadingTwice.With(first+1, i+1)
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
	case r.grid.HiddenColumns[i+1] && !r.opts.Hidden && r.dataIn(i, h):
		return m, ErrColumnHidden
	}
	return m, nil
}

// dataIn tells whether a column, from 0, holds anything below the headings.
func (r *gridReader) dataIn(i int, h head) bool {
	return slices.ContainsFunc(r.grid.Rows[h.first+h.rows:], func(row GridRow) bool {
		return !row.cell(i).Blank()
	})
}

// identity are the columns of which a row of data fills at least one.
func (lay *layout) identity() []int {
	names := lay.form.anyOf
	if len(names) == 0 {
		for _, c := range lay.form.Columns {
			if c.Required {
				names = append(names, c.Name)
			}
		}
	}
	var list []int
	for _, name := range names {
		if i, ok := lay.at[name]; ok {
			list = append(list, i)
		}
	}
	return list
}

// keyHeading is the heading of the column that gives rows their own keys.
func (r *gridReader) keyHeading() string {
	if i, ok := r.layout.at["key"]; ok {
		return r.layout.headings[i]
	}
	return ""
}

// rows reads what stands below the headings.
func (r *gridReader) rows(rows []GridRow) {
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
func (r *gridReader) identified(row GridRow) bool {
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
func (r *gridReader) row(row *GridRow, behind bool) {
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
		r.note(row.Line, i, converted(c), NoteFooter.With(short(row.words())))
	default:
		r.data(row)
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
func (r *gridReader) sample(row *GridRow) bool {
	i, ok := r.layout.at["line"]
	return ok && fold(row.cell(i).Text) == "vi du"
}

// unfilled knows a row of our own form in which nothing was added to what was
// filled in before.
func (r *gridReader) unfilled(row *GridRow) bool {
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
func (r *gridReader) counts(row *GridRow) bool {
	for i, c := range row.Cells {
		if column := r.layout.columns[i]; column != nil && column.Type != Remark && !c.Blank() && c.Kind != TextCell {
			return true
		}
	}
	return false
}

var sumWords = []string{"tong", "cong", "tong cong", "tong so", "cong tong", "tong cong toan tinh"}

// isTotal knows a row of sums by its first words.
func isTotal(row *GridRow) bool {
	for _, c := range row.Cells {
		words := fold(converted(c))
		if c.Kind != TextCell || words == "" || isRoman(words) {
			continue
		}
		if slices.Contains(sumWords, words) {
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
func (r *gridReader) isGroup(row *GridRow) bool {
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

// data reads a row of data.
func (r *gridReader) data(row *GridRow) {
	rec := record{line: row.Line, cells: make([]string, len(r.layout.columns)), typed: make([]Cell, len(r.layout.columns))}
	for i := range rec.cells {
		rec.typed[i] = r.readable(row.Line, i, row.cell(i))
		rec.cells[i] = rec.typed[i].Shown()
		if column := r.layout.columns[i]; column == nil || column.Type == Remark {
			rec.typed[i].Err = nil
		} else if _, merged := r.grid.merged(i+1, row.Line); merged && rec.typed[i].Err == nil {
			rec.typed[i].Err = ErrCellMerged
		}
	}
	if row.Hidden && !r.opts.Hidden {
		rec.err = ErrRowHidden
	}
	out, read := r.layout.read(r.sheet, rec)
	r.sheet.Rows = append(r.sheet.Rows, out)
	r.all.add(r.layout, read)
	r.group.add(r.layout, read)
}

// readable brings the text of a cell to Unicode and says so.
func (r *gridReader) readable(line, i int, c Cell) Cell {
	if c.Kind != TextCell || c.Err != nil || c.Blank() {
		return c
	}
	text, from, ok := unicodeText(c.Text, c.Font)
	switch {
	case !ok:
		c.Err = ErrLegacy
	case from != Unicode:
		r.note(line, i, c.Text, NoteConverted.With(from.String(), short(c.Text), short(text)))
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
			return nil, ErrCellIsDay.With(cell.Shown())
		}
	}
	return lay.value(c, unit, cell.Shown())
}

// exactNumber is the number of a cell times ten to the power of zeros.
func exactNumber(cell Cell, zeros int) (int64, error) {
	text, minus := strings.CutPrefix(cell.Text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if !digits(whole, maxWhole) || fraction != "" && !digits(fraction, maxWhole) {
		return 0, ErrNumberForm.With(cell.Shown(), "1550")
	}
	d := decimal{minus: minus, whole: whole, fraction: strings.TrimRight(fraction, "0")}
	n, exact, inRange := d.scaled(zeros)
	switch {
	case !exact:
		return 0, unwhole(zeros).With(cell.Shown())
	case !inRange:
		return 0, ErrNumberRange.With(cell.Shown())
	}
	return n, nil
}
