package imports

import "strings"

// A tally sums up the columns of rows.
type tally struct {
	sums  map[*Column]int64
	spoil map[*Column]bool // columns of which a cell could not be read
	rows  int
}

// add takes a row that was read; a nil row is one that could not be.
func (t *tally) add(lay *layout, r *row) {
	if t.sums == nil {
		t.sums, t.spoil = map[*Column]int64{}, map[*Column]bool{}
	}
	t.rows++
	for i, c := range lay.columns {
		if c == nil || !c.summed() {
			continue
		}
		if r == nil || r.spoilt[i] {
			t.spoil[c] = true
		} else if n, ok := r.values[i].(int64); ok {
			t.sums[c] += n
		}
	}
}

// summed tells whether the cells of a column can be added up.
func (c *Column) summed() bool { return c.Type == Whole || c.Type == Money }

// addToTallies takes a row of data; nil for one that could not be read.
func (r *reader) addToTallies(read *row) {
	for _, t := range []*tally{&r.whole, &r.table, &r.group} {
		t.add(r.layout, read)
	}
}

// A sumClaim is a row that states sums of rows that are not read yet, or may be: the
// title of a group, a row of sums above its rows.
type sumClaim struct {
	row    *GridRow
	stated map[int]int64
	above  tally // what the row of sums is not the sum of; empty for a title
}

// total holds a row of sums against the rows above it: those of its group, of its
// table, or all of the sheet; or, if it is the sum of none of them, against the rows
// below it.
func (r *reader) total(row *GridRow) {
	r.settle()
	stated := r.stated(row)
	if len(stated) == 0 {
		r.noteRow(row, noteTotalAlone.With(shorten(row.words())))
		return
	}
	above := []tally{r.group, r.table, r.whole}
	if strings.HasPrefix(fold(row.words()), "tong") || r.group.rows == 0 {
		above = []tally{r.table, r.group, r.whole}
	}
	r.group = tally{}
	for _, t := range above {
		if t.rows > 0 && matches(r.layout, stated, t) {
			r.compare(row, stated, t)
			return
		}
	}
	if r.table.rows == 0 && r.onTop == nil {
		r.onTop = &sumClaim{row, stated, r.whole}
		return
	}
	r.awaited = &sumClaim{row, stated, above[0]}
}

// holdsSums reports whether a row that begins as rows of sums do is one. A name may
// begin so too ("Tổng công ty Cà phê"): a row that fills several columns of which
// there is no sum is one of data, unless its first words say nothing but sum.
func (r *reader) holdsSums(row *GridRow) bool {
	sums := 0
	for i, c := range r.layout.columns {
		if cell := row.cell(i); c != nil && c.summed() && !cell.Blank() {
			sums++
		}
	}
	return saysSum(row) || r.dataCells(row)-sums < fewDataCells
}

// beginGroup starts a group with its title, which may state the sums of its rows.
func (r *reader) beginGroup(row *GridRow) {
	r.settle()
	r.awaited, r.group = &sumClaim{row: row, stated: r.stated(row)}, tally{}
	r.noteRow(row, noteGroup.With(shorten(row.words())))
}

// settle holds the last claim against the rows since.
func (r *reader) settle() {
	if top := r.onTop; top != nil && r.group.rows > 0 && matches(r.layout, top.stated, r.group) {
		r.onTop = nil // the sums of the first group, not of the table
		r.compare(top.row, top.stated, r.group)
	}
	c := r.awaited
	r.awaited = nil
	switch {
	case c == nil:
	case c.above.rows > 0 && (r.group.rows == 0 || !matches(r.layout, c.stated, r.group)):
		r.compare(c.row, c.stated, c.above)
	default:
		r.compare(c.row, c.stated, r.group)
	}
}

// settleOnTop holds the sums above all rows of a table against them.
func (r *reader) settleOnTop() {
	if c := r.onTop; c != nil {
		r.onTop = nil
		r.compare(c.row, c.stated, r.table)
	}
}

// stated are the sums that a row states, by column.
func (r *reader) stated(row *GridRow) map[int]int64 {
	stated := map[int]int64{}
	for i, c := range r.layout.columns {
		cell := row.cell(i)
		if c == nil || !c.summed() || cell.Blank() || isDash(cell.Shown()) || isEllipsis(cell.Shown()) {
			continue
		}
		v, err := r.layout.typedValue(c, r.layout.units[i], cell)
		n, ok := v.(int64)
		if err != nil || !ok {
			if err == nil {
				err = errNumberForm.With(cell.Shown(), "1550")
			}
			r.reject(row, i, err)
			continue
		}
		stated[i] = n
	}
	return stated
}

func matches(lay *layout, stated map[int]int64, t tally) bool {
	for i, n := range stated {
		if c := lay.columns[i]; t.sums[c] != n && !t.spoil[c] {
			return false
		}
	}
	return true
}

// compare makes a problem of every sum that does not come out, and a note of a
// row whose sums all do.
func (r *reader) compare(row *GridRow, stated map[int]int64, t tally) {
	wrong, checked := false, 0
	for i, c := range r.layout.columns {
		n, ok := stated[i]
		if !ok || t.spoil[c] {
			continue
		}
		checked++
		if t.sums[c] != n {
			wrong = true
			zeros := r.layout.units[i].zeros
			r.reject(row, i, ErrTotalDiffers.With(FormatNumber(n, Vietnamese, zeros), t.rows, FormatNumber(t.sums[c], Vietnamese, zeros)))
		}
	}
	switch {
	case !wrong && checked > 0:
		r.noteRow(row, NoteTotal.With(shorten(row.words()), checked))
	case !wrong && isTotal(row):
		r.noteRow(row, noteTotalAlone.With(shorten(row.words())))
	}
}

// reject adds a row that holds nothing but a problem of one cell.
func (r *reader) reject(row *GridRow, i int, err error) {
	spot := r.layout.spot(row.Line, i)
	spot.Seen = row.cell(i).Shown()
	r.sheet.Rows = append(r.sheet.Rows, Row{Sheet: r.name, Line: row.Line, Faults: []Mark{spot.Mark(err)}})
}
