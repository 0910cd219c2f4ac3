package imports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"htxledger/domain/fault"
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
// error is about the file as a whole, or that of ctx, and what the headings and rows
// are wrong about is in the Sheet. What was understood in a way that the reader should
// see (text converted, sums that came out right, rows that hold no data) is in
// its Notes.
func Grids(ctx context.Context, name string, b []byte, w *Workbook, form *Form, opts Options) (*Sheet, error) {
	form, err := formOf(w, form)
	if err != nil {
		return nil, err
	}
	s, err := newSheet(RecordableName(name), form.Name, b)
	if err != nil {
		return nil, err
	}
	grids, changed := convertedGrids(form, w.Grids)
	heading := ""
	for _, g := range grids {
		r := &reader{sheet: s, name: g.Name, form: form, opts: opts, template: w.Template, converted: changed}
		if err := r.readGrid(ctx, g); err != nil {
			return nil, err
		}
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
	return s.orderRows().numberDrafts(), nil
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

// A reader reads the tables of one sheet of a workbook, one after the other, or a
// text file, which has no grid and of which every row is data.
type reader struct {
	sheet     *Sheet
	name      string // of the sheet of a workbook
	grid      *spreadGrid
	form      *Form
	opts      Options
	template  *Template
	converted map[cellAt]conversion // texts that are not, or may not be, in Unicode
	layout    *layout               // of the table that is read
	identity  []int                 // columns, from 0, of which a row of data fills one
	filled    func(i int) bool      // whether a column, from 0, holds anything below the headings
	signed    bool                  // names of those who sign the table have begun

	whole, table, group tally // of all rows of the sheet, of its table, since the last title or sum
	awaited, onTop      *sumClaim
}

// readGrid reads a sheet of a workbook, unless the sheet is not to be read. The error
// is that of ctx.
func (r *reader) readGrid(ctx context.Context, g *Grid) error {
	s := r.sheet
	if len(g.Rows) == 0 {
		return nil
	}
	first, _ := g.Rows[0].first()
	chosen := len(r.opts.Sheets) == 0 || slices.Contains(r.opts.Sheets, g.Name)
	if !chosen || first.Text == ErrorTitle {
		s.Ignored.Sheets = append(s.Ignored.Sheets, g.Name)
		return nil
	}
	if g.Hidden && !g.List && !r.opts.Hidden {
		r.refuseHead(g.Rows[0].Line, -1, hiddenSheet(g))
		return nil
	}
	merges, ok := indexMerges(g)
	if !ok {
		r.refuseHead(g.Rows[0].Line, -1, errMergesOverlap)
		return nil
	}
	r.grid = &spreadGrid{g, merges}
	heads, err := r.headsOf(ctx)
	switch {
	case err != nil:
		return err
	case g.List && len(heads) == 0:
		s.Notes = append(s.Notes, Spot{Sheet: g.Name}.Mark(noteList))
		return nil
	case g.Hidden && !r.opts.Hidden:
		r.refuseHead(g.Rows[0].Line, -1, hiddenSheet(g))
		return nil
	case len(heads) == 0:
		r.refuseHead(g.Rows[0].Line, -1, errHeadNotFound.With(r.form.Name, strings.Join(r.form.firstHeadings(), ", ")))
	}
	for n, h := range heads {
		end := len(g.Rows)
		if n+1 < len(heads) {
			end = heads[n+1].first
		}
		before := len(s.Head)
		r.layOutGrid(h, end)
		if len(s.Head) > before {
			continue
		}
		if n == 0 {
			r.readAbove(h.first)
		} else {
			r.note(g.Rows[h.first].Line, -1, "", noteHeadAgain)
		}
		if err := r.readTable(ctx, h.first+h.rows, end); err != nil {
			return err
		}
	}
	return nil
}

// hiddenSheet is what is wrong with a hidden sheet that may hold data.
func hiddenSheet(g *Grid) *fault.Fault {
	if g.VeryHidden {
		return ErrSheetVeryHidden
	}
	return ErrSheetHidden
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

// noteRow adds a note about a row that is not read, at its first cell.
func (r *reader) noteRow(row *GridRow, err *fault.Fault) {
	c, i := row.first()
	r.note(row.Line, i, c.cleanText(), err)
}

// layOutGrid reads the headings of a table that ends before a row.
func (r *reader) layOutGrid(h head, end int) {
	below := r.grid.Rows[h.first+h.rows : end]
	r.filled = func(i int) bool {
		return slices.ContainsFunc(below, func(row GridRow) bool { return !row.cell(i).Blank() })
	}
	declared := unitAbove(r.grid.Rows[:h.first])
	if declared.IsZero() {
		declared = r.opts.Unit
	}
	headings := h.columns
	for _, row := range r.grid.Rows[h.first:end] {
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

// readAbove looks at the rows above the first headings: titles, or data that would be
// lost there.
func (r *reader) readAbove(end int) {
	for i := range end {
		row := &r.grid.Rows[i]
		switch {
		case row.filled() == 0:
		case r.isData(row):
			r.refuseRow(row, errRowAbove.With(shorten(row.words())))
		case r.namesKey(row), r.dataCells(row) >= fewDataCells && !r.hasMerge(i):
			r.leave(row, errLeftAbove, noteTitle)
		default:
			r.noteRow(row, noteTitle.With(shorten(row.words())))
		}
	}
}

// isData reports whether a row above the headings is one of data: it names what it is
// about and counts something, or it makes commands as it stands.
func (r *reader) isData(row *GridRow) bool {
	if r.counts(row) && (r.hasKey(row) || r.dataCells(row) >= fewDataCells && !isTotal(row)) {
		return true
	}
	if r.dataCells(row) < 2 {
		return false
	}
	cells := make([]Cell, len(r.layout.columns))
	copy(cells, row.Cells)
	read := newRow(r.layout, r.sheet, row.Line, cells)
	return len(read.Faults) == 0 && len(read.Drafts) > 0
}

// hasMerge reports whether a cell of a row, by its index, is merged with others.
func (r *reader) hasMerge(i int) bool { return len(r.grid.merges.byRow[i]) > 0 }

// rowsBetweenChecks is how many rows are read before the context is looked at.
const rowsBetweenChecks = 256

// readTable reads what stands below the headings of a table, up to a row.
func (r *reader) readTable(ctx context.Context, first, end int) error {
	r.table, r.group, r.awaited, r.onTop, r.signed = tally{}, tally{}, nil, nil, false
	rows := r.grid.Rows
	if first < end && numbering(rows[first]) {
		r.noteRow(&rows[first], noteNumbering)
		first++
	}
	r.layout.look(slices.DeleteFunc(slices.Clone(rows[first:end]), func(row GridRow) bool { return r.isSample(&row) }))
	last := -1
	for i := first; i < end; i++ {
		if r.identified(rows[i]) && !isTotal(&rows[i]) && !isSigned(rows[i]) {
			last = i
		}
	}
	for i := first; i < end; i++ {
		if i%rowsBetweenChecks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.readRow(i, i > last)
	}
	r.settle()
	r.settleOnTop()
	return nil
}

// readRow reads one row, by its index, as what it is; behind says that no row of data
// follows in its table.
func (r *reader) readRow(i int, behind bool) {
	row := &r.grid.Rows[i]
	identified := r.identified(*row)
	switch {
	case row.filled() == 0:
		r.sheet.Ignored.Blank++
	case r.isSample(row):
		r.sheet.Ignored.Samples++
		r.noteRow(row, NoteSample)
	case r.unfilled(row):
		r.sheet.Ignored.Unfilled++
	case isTotal(row) && !r.hasKey(row) && r.holdsSums(row):
		r.total(row)
	case r.hasKey(row):
		r.data(i, nil)
	case r.isGroup(i):
		r.beginGroup(row)
	case behind && (isSigned(*row) || r.signed && !r.fitsColumns(row)):
		r.signed = true
		r.noteRow(row, noteFooter.With(shorten(row.words())))
	case identified || r.dataCells(row) >= fewDataCells:
		r.data(i, nil)
	case r.isTitle(i):
		r.beginGroup(row)
	case behind && r.isRemark(row):
		r.noteRow(row, noteFooter.With(shorten(row.words())))
	case behind && !r.counts(row):
		r.leave(row, errLeftBelow, noteFooter)
	case r.dataCells(row) == 0:
		r.leave(row, errLeftTitle, noteGroup)
	default:
		r.data(i, nil)
	}
}

// leave leaves a row out that may be data: it is asked about, and once its sender has
// said that it is none, noted.
func (r *reader) leave(row *GridRow, ask, note *fault.Fault) {
	words := shorten(row.words())
	if r.opts.Answers[askedRows] == "pass" {
		r.noteRow(row, note.With(words))
		return
	}
	r.refuseRow(row, ask.With(words))
}

// refuseRow adds a row that holds nothing but a problem of its own.
func (r *reader) refuseRow(row *GridRow, err error) {
	spot := Spot{Sheet: r.name, Row: row.Line}
	r.sheet.Rows = append(r.sheet.Rows, Row{Sheet: r.name, Line: row.Line, Faults: []Mark{spot.Mark(err)}})
}

// data reads a row of data, by its index. With an error its cells are not to be used.
func (r *reader) data(i int, err error) {
	row := &r.grid.Rows[i]
	if row.Hidden && !r.opts.Hidden {
		err = ErrRowHidden
	}
	r.record(row, err, func(column int) bool {
		_, merged := r.grid.merges.at(i, column+1)
		return merged
	})
}

// record reads a row of data; merged tells of a column, from 0, whether its cell is
// part of a merged area.
func (r *reader) record(row *GridRow, err error, merged func(column int) bool) {
	if err != nil {
		r.refuseRow(row, err)
		r.addToTallies(nil)
		return
	}
	cells := make([]Cell, len(r.layout.columns))
	for i := range cells {
		cells[i] = r.readable(row.Line, i, row.cell(i))
		if column := r.layout.columns[i]; column == nil || column.Type == Remark {
			cells[i].Err = nil
		} else if cells[i].Err == nil && merged(i) {
			cells[i].Err = errCellMerged
		}
	}
	read := newRow(r.layout, r.sheet, row.Line, cells)
	r.sheet.Rows = append(r.sheet.Rows, read.finish())
	r.addToTallies(read)
}

// readable is a cell that is read: what was converted in it is noted, and what may be
// to be converted is asked about.
func (r *reader) readable(line, i int, c Cell) Cell {
	at := cellAt{line: line, column: i}
	if r.grid != nil {
		at.grid = r.grid.Grid
	}
	what, ok := r.converted[at]
	if !ok {
		return c
	}
	switch answer := r.opts.Answers[askedFont]; {
	case !what.ok:
		c.Err = errLegacy
	case what.other != "" && answer == "":
		font := cmp.Or(what.way, what.from)
		old, converted := what.text, what.other
		if what.from != Unicode {
			old, converted = what.before, what.text
		}
		c.Err = errFont.With(shorten(old), font.String(), shorten(converted))
	case what.other != "" && answer == "keep" && what.from != Unicode:
		c.Text = what.before
	case what.other != "" && answer == "convert" && what.from == Unicode:
		c.Text = what.other
		r.note(line, i, what.before, noteConverted.With(what.way.String(), shorten(what.before), shorten(c.Text)))
	case what.from != Unicode:
		r.note(line, i, what.before, noteConverted.With(what.from.String(), shorten(what.before), shorten(what.text)))
	}
	return c
}
