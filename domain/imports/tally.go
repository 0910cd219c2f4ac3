package imports

import "strings"

// A tally sums up the columns of rows.
type tally struct {
	sums  map[int]int64
	spoil map[int]bool // columns of which a cell could not be read
	rows  int
}

// add takes a row that was read.
func (t *tally) add(lay *layout, r *row) {
	if t.sums == nil {
		t.sums, t.spoil = map[int]int64{}, map[int]bool{}
	}
	t.rows++
	for i, c := range lay.columns {
		if c == nil || !c.summed() {
			continue
		}
		if r == nil || r.spoilt[i] {
			t.spoil[i] = true
		} else if n, ok := r.values[i].(int64); ok {
			t.sums[i] += n
		}
	}
}

// summed tells whether the cells of a column can be added up.
func (c *Column) summed() bool { return c.Type == Whole || c.Type == Money }

// total holds a row of sums against the rows above it: all of them, or those of
// its group.
func (r *reader) total(row *GridRow) {
	r.settleGroup()
	stated := r.stated(row)
	first, second := r.group, r.all
	if strings.HasPrefix(fold(row.words()), "tong") || r.group.rows == 0 {
		first, second = second, first
	}
	if !matches(stated, first) && second.rows > 0 && matches(stated, second) {
		first = second
	}
	r.compare(row, stated, first)
	r.group = tally{}
}

// begin starts a group with its title, which may state the sums of its rows.
func (r *reader) begin(row *GridRow) {
	r.settleGroup()
	r.claim, r.group = row, tally{}
	c, i := row.first()
	r.note(row.Line, i, converted(c), noteGroup.With(shorten(row.words())))
}

// settleGroup holds the sums of the last title against the rows below it.
func (r *reader) settleGroup() {
	if row := r.claim; row != nil {
		r.claim = nil
		r.compare(row, r.stated(row), r.group)
	}
}

// stated are the sums that a row states, by column.
func (r *reader) stated(row *GridRow) map[int]int64 {
	stated := map[int]int64{}
	for i, c := range r.layout.columns {
		cell := row.cell(i)
		if c == nil || !c.summed() || cell.Blank() {
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

func matches(stated map[int]int64, t tally) bool {
	for i, n := range stated {
		if t.sums[i] != n && !t.spoil[i] {
			return false
		}
	}
	return true
}

// compare makes a problem of every sum that does not come out, and a note of a
// row whose sums all do.
func (r *reader) compare(row *GridRow, stated map[int]int64, t tally) {
	wrong, checked := false, 0
	for i := range r.layout.columns {
		n, ok := stated[i]
		if !ok || t.spoil[i] {
			continue
		}
		checked++
		if t.sums[i] != n {
			wrong = true
			zeros := r.layout.units[i].zeros
			r.reject(row, i, ErrTotalDiffers.With(FormatNumber(n, Vietnamese, zeros), t.rows, FormatNumber(t.sums[i], Vietnamese, zeros)))
		}
	}
	if !wrong && checked > 0 {
		c, i := row.first()
		r.note(row.Line, i, converted(c), NoteTotal.With(shorten(row.words()), checked))
	}
}

// reject adds a row that holds nothing but a problem of one cell.
func (r *reader) reject(row *GridRow, i int, err error) {
	spot := r.layout.spot(row.Line, i)
	spot.Seen = row.cell(i).Shown()
	r.sheet.Rows = append(r.sheet.Rows, Row{Sheet: r.name, Line: row.Line, Faults: []Mark{spot.Mark(err)}})
}
