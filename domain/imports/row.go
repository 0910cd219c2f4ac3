package imports

import (
	"regexp"
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A row is one line while its commands are made.
type row struct {
	*layout
	sheet  *Sheet
	line   int
	cells  []string
	typed  []Cell // of a grid; nil for CSV
	values []any  // of the cells, nil where blank
	spoilt map[int]bool
	used   []bool
	faults []Problem
	broken bool // a cell is wrong or missing: what is made of the row is not whole
	drafts []*ledger.Draft
}

// row reads one line of a CSV file.
func (lay *layout) row(s *Sheet, rec record) Row {
	if rec.err == nil && total(rec.cells) {
		return Row{Line: rec.line, Faults: []Problem{{Line: rec.line, Err: ErrTotalRow}}}
	}
	out, _ := lay.read(s, rec)
	return out
}

// read reads one line, and gives its values too; they are nil for a line that
// is not to be read.
func (lay *layout) read(s *Sheet, rec record) (Row, *row) {
	r := &row{layout: lay, sheet: s, line: rec.line, typed: rec.typed, spoilt: map[int]bool{}}
	if rec.err != nil {
		p := problemOf(rec.line, "", "", rec.err)
		p.Sheet = lay.gridName()
		return Row{Sheet: p.Sheet, Line: rec.line, Faults: []Problem{p}}, nil
	}
	return r.made(rec.cells), r
}

// made is the row with its commands, or what keeps it from them.
func (r *row) made(cells []string) Row {
	r.read(cells)
	if !r.bad("event") { // the other cells mean nothing without it
		r.form.build(r)
		r.refuseIdle()
	}
	if len(r.faults) > 0 {
		return Row{Sheet: r.gridName(), Line: r.line, Faults: r.faults}
	}
	origins := make([]origin, len(r.drafts))
	for i := range origins {
		origins[i] = r.origin()
	}
	return Row{Sheet: r.gridName(), Line: r.line, Drafts: r.drafts, Named: r.named(), origins: origins}
}

// total knows a row of sums by its first word.
func total(cells []string) bool {
	for _, c := range cells {
		if c = fold(c); c != "" {
			return slices.Contains(sumWords, c)
		}
	}
	return false
}

// read gives every cell its value.
func (r *row) read(cells []string) {
	r.values, r.used = make([]any, len(cells)), make([]bool, len(cells))
	for i, text := range cells {
		text, err := clean(text)
		r.cells = append(r.cells, text)
		c := r.columns[i]
		if err == nil && r.typed != nil {
			err = r.typed[i].Err
		}
		switch {
		case err != nil:
			r.reject(i, err)
		case c == nil, c.Type == Remark:
		case text == "" && c.Required:
			r.reject(i, ErrCellMissing)
		case text != "":
			if r.values[i], err = r.valueAt(i, c, text); err != nil {
				r.values[i] = nil
				r.reject(i, err)
			}
		}
	}
}

// valueAt reads a cell by the type of its column and, in a grid, its own.
func (r *row) valueAt(i int, c *Column, text string) (any, error) {
	if r.typed == nil {
		return r.value(c, r.units[i], text)
	}
	cell := r.typed[i]
	cell.Text, _ = clean(cell.Text)
	return r.typedValue(c, r.units[i], cell)
}

var (
	taxCode  = regexp.MustCompile(`^[0-9]{10}(-[0-9]{3})?$`)
	yesWords = map[string]bool{"co": true, "x": true, "dung": true, "yes": true, "true": true, "1": true,
		"khong": false, "sai": false, "no": false, "false": false, "0": false}
)

// value reads a cell by the type of its column.
func (lay *layout) value(c *Column, unit Unit, text string) (any, error) {
	switch c.Type {
	case Key:
		return key(text)
	case Keys:
		return keys(text)
	case TaxCode:
		if !taxCode.MatchString(text) {
			return nil, ErrTaxCodeForm.With(text)
		}
	case Whole:
		return Number(text, lay.numbers, 0)
	case Money:
		return Number(text, lay.numbers, unit.zeros)
	case Points:
		return Number(text, lay.numbers, 2)
	case Day:
		return Date(text)
	case LastDay:
		return dayAfter(text)
	case FirstOut:
		return exactDay(text)
	case Year:
		year, err := ParseYear(text)
		return int64(year), err
	case YesNo:
		yes, ok := yesWords[fold(text)]
		if !ok {
			return nil, ErrYesNo.With(text)
		}
		return yes, nil
	case Choice:
		return c.choose(text)
	}
	return text, nil
}

func key(text string) (string, error) {
	if !ledger.IsKey(text) {
		example := strings.ReplaceAll(fold(text), " ", "-")
		if !ledger.IsKey(example) {
			example = "dak-mil"
		}
		return "", ErrReference.With(text, example)
	}
	return text, nil
}

func keys(text string) ([]string, error) {
	var list []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		k, err := key(part)
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

// choose finds the word that a cell means.
func (c *Column) choose(text string) (string, error) {
	folded := fold(text)
	var words []string
	for _, w := range c.Words {
		for _, s := range append([]string{w.Record, w.Word}, w.Also...) {
			if fold(s) == folded {
				return w.Record, nil
			}
		}
		words = append(words, w.Word)
	}
	if c.Open && ledger.IsKey(text) {
		return strings.ToLower(text), nil
	}
	return "", ErrWord.With(text, strings.Join(words, ", "))
}

// reject adds a problem of a cell; i below 0 is the whole row.
func (r *row) reject(i int, err error) {
	r.broken = true
	p := Problem{Sheet: r.gridName(), Line: r.line, Err: err}
	if i >= 0 {
		r.spoilt[i] = true
		p.Column, p.Ref = r.headings[i], r.ref(i)
		if i < len(r.cells) {
			p.Cell = r.cells[i]
		}
	}
	if !slices.ContainsFunc(r.faults, func(q Problem) bool { return q.Err == p.Err && q.Column == p.Column }) {
		r.faults = append(r.faults, p)
	}
}

// has tells whether a column is there and its cell filled.
func (r *row) has(name string) bool {
	i, ok := r.at[name]
	return ok && r.values[i] != nil
}

// bad tells whether one of these cells is known to be wrong: it is then neither
// filled nor missing.
func (r *row) bad(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		i, ok := r.at[name]
		return ok && r.spoilt[i]
	})
}

// get is the value of a cell, or the zero value of T where it is blank. T is
// what value gives for the column's type.
func get[T any](r *row, name string) T {
	var v T
	if r.has(name) {
		i := r.at[name]
		r.used[i] = true
		v = r.values[i].(T)
	}
	return v
}

// optional is get for a member that may be absent.
func optional[T any](r *row, name string) *T {
	if !r.has(name) {
		return nil
	}
	v := get[T](r, name)
	return &v
}

func (r *row) text(name string) string { return get[string](r, name) }

// needs makes a problem of every blank one of these cells, and tells whether
// there was none.
func (r *row) needs(names ...string) bool {
	whole := true
	for _, name := range names {
		if r.has(name) {
			continue
		}
		whole = false
		i, ok := r.at[name]
		switch {
		case !ok:
			r.reject(-1, ErrColumnNeeded.With(r.form.named(name).Heading))
		case !r.spoilt[i]:
			r.reject(i, ErrCellMissing)
		}
	}
	return whole
}

// coop is the key of the co-operative that the row names.
func (r *row) coop() string {
	own, code := r.text("coop"), r.text("tax_code")
	switch {
	case r.bad("coop", "tax_code"):
	case own == "" && code == "":
		r.reject(r.nameCell(), ErrNoCoop)
	case own != "" && code != "" && own != byTaxCode(code):
		r.reject(r.at["coop"], ErrTwoCoops.With(own, byTaxCode(code)))
	case own == "":
		return byTaxCode(code)
	}
	return own
}

// nameCell is the cell with the name of the row's co-operative, for its readers;
// -1 where there is none.
func (r *row) nameCell() int {
	if i, ok := r.at["coop_name"]; ok && r.cells[i] != "" {
		return i
	}
	return -1
}

// named is what the row names its co-operative, if it does so twice: in words
// for its readers, or as the owner of a product.
func (r *row) named() *Named {
	i := r.nameCell()
	if owner, ok := r.at["owner"]; ok && i < 0 && r.cells[owner] != "" {
		i = owner
	}
	if i < 0 || !r.has("coop") && !r.has("tax_code") {
		return nil
	}
	return &Named{Key: r.coop(), Name: r.cells[i], at: cell{r.headings[i], r.cells[i], r.ref(i)}}
}

// byTaxCode is the key that a tax code stands for.
func byTaxCode(code string) string { return "mst-" + code }

// until is the first day out, from either of the columns that say it.
func (r *row) until() *calendar.Day {
	if r.has("last_day") && r.has("until") {
		r.reject(r.at["until"], ErrBothEnds)
	}
	if r.has("last_day") {
		return optional[calendar.Day](r, "last_day")
	}
	return optional[calendar.Day](r, "until")
}

// refuseIdle makes a problem of a row that says nothing, and of every filled
// cell that its event has no use for: nothing that was typed is dropped in
// silence. Of a row that is wrong otherwise not every cell was looked at.
func (r *row) refuseIdle() {
	if len(r.faults) > 0 {
		return
	}
	if len(r.drafts) == 0 {
		r.reject(-1, ErrNothing)
		return
	}
	what := r.form.Title
	if i, ok := r.at["event"]; ok {
		what = r.cells[i]
	}
	for i, v := range r.values {
		if v != nil && !r.used[i] {
			r.reject(i, ErrCellUnused.With(what))
		}
	}
}

// emit makes a command of an event.
func (r *row) emit(s ledger.Stream, valid calendar.Stated, e ledger.Event) {
	source := r.source()
	command := r.text("key")
	if r.broken {
		return
	}
	if err := e.Check(); err != nil {
		r.refuse("/data", err)
		return
	}
	within := true
	for err := range ledger.BoundFaults(&ledger.Record{Source: &source, Event: e}) {
		within = false
		r.refuse("", err)
	}
	if !within {
		return
	}
	data, err := canonical.Marshal(e)
	if err != nil {
		r.refuse("/data", err)
		return
	}
	d := &ledger.Draft{Stream: s, Kind: e.EventKind(), Valid: valid, Data: data}
	if d.Key, err = r.keyOf(command, d, source); err != nil {
		r.refuse("", err)
		return
	}
	d.Source = &source
	d.Source.Sheet, d.Source.SHA256, d.Source.Row = recordableName(r.sheet.Name), r.sheet.SHA256, int64(r.line)
	if r.grid {
		d.Source.Sheet = recordableName(r.sheetName)
	}
	if err := d.Check(); err != nil {
		r.refuse("", err)
		return
	}
	r.drafts = append(r.drafts, d)
}

// source is the paper that the row names.
func (r *row) source() ledger.Source {
	return ledger.Source{
		Document: r.text("document"), Issuer: r.text("issuer"), Note: r.text("note"),
		Issued: get[calendar.Stated](r, "issued"),
	}
}

// refuse adds an error that the event itself raised, at the cell that gave the
// member, below a pointer.
func (r *row) refuse(pointer string, err error) {
	p := Problem{Sheet: r.gridName(), Line: r.line, Err: err}
	if f, ok := fault.Of(err); ok {
		c := r.origin().find(pointer + f.Field)
		p.Column, p.Cell, p.Ref = c.heading, c.text, c.ref
	}
	if !slices.ContainsFunc(r.faults, func(q Problem) bool { return q.Error() == p.Error() }) { // of several commands
		r.faults = append(r.faults, p)
	}
}

// origin tells which cell gave which member.
func (r *row) origin() origin {
	o := origin{}
	for i, c := range r.columns {
		if c == nil || r.values[i] == nil {
			continue
		}
		for _, pointer := range c.fills {
			if _, taken := o[pointer]; !taken {
				o[pointer] = cell{r.headings[i], r.cells[i], r.ref(i)}
			}
		}
	}
	return o
}

// ref names a cell of a grid as spreadsheets do; "" in a CSV file.
func (r *row) ref(i int) string {
	if !r.grid {
		return ""
	}
	return refOf(i+1, r.line)
}
