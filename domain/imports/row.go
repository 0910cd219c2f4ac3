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
	Row
	*layout
	file    *Sheet
	values  []any // of the cells, nil where blank or wrong
	spoilt  map[int]bool
	used    []bool
	sampled bool // the row still has the mark of the sample row of our own forms
	broken  bool // a cell is wrong or missing: the commands of the row would not be whole
}

// newRow reads the cells of one line, as many as the layout has columns, and
// makes the commands of the row.
func newRow(l *layout, file *Sheet, line int, cells []Cell) *row {
	r := &row{
		Row:    Row{Sheet: l.sheet, Line: line, layout: l, texts: make([]string, len(cells))},
		layout: l, file: file, spoilt: map[int]bool{}, values: make([]any, len(cells)), used: make([]bool, len(cells)),
	}
	if i, ok := l.at["line"]; ok && i < len(cells) {
		r.sampled = fold(cells[i].Text) == sampleMark
	}
	for i, c := range cells {
		r.readCell(i, c)
	}
	if !r.bad("event") { // the other cells mean nothing without it
		r.form.build(r)
		r.refuseIdle()
	}
	return r
}

// finish is the row with its commands, or with the problems that keep it from
// making any.
func (r *row) finish() Row {
	if len(r.Faults) > 0 {
		return Row{Sheet: r.Sheet, Line: r.Line, Faults: r.Faults}
	}
	r.Named = r.named()
	return r.Row
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
			return nil, errTaxCodeForm.With(text)
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
			return nil, errYesNo.With(text)
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
		return "", errReference.With(text, example)
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
	return "", errWord.With(text, strings.Join(words, ", "))
}

// reject adds a problem of a cell; i below 0 is the whole row.
func (r *row) reject(i int, err error) {
	r.broken = true
	if i >= 0 {
		r.spoilt[i] = true
	}
	r.addFault(r.spotAt(i).Mark(err))
}

// addFault adds a problem, once: several commands of a row may refuse the same.
func (r *row) addFault(p Mark) {
	if !slices.ContainsFunc(r.Faults, func(q Mark) bool { return q.Error() == p.Error() }) {
		r.Faults = append(r.Faults, p)
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
			r.reject(-1, errColumnNeeded.With(r.form.named(name).Heading))
		case !r.spoilt[i]:
			r.reject(i, errCellMissing)
		}
	}
	return whole
}

// coop is the key of the co-operative that the row names. A tax code beside the key
// must be that of the co-operative.
func (r *row) coop() string {
	own, code := r.text("coop"), r.text("tax_code")
	switch {
	case r.bad("coop", "tax_code"):
	case own == "" && code == "":
		r.reject(r.nameCell(), ErrNoCoop)
	case own != "" && code != "" && own != byTaxCode(code) && own != r.holder(code):
		r.reject(r.at["coop"], errTwoCoops.With(own, r.holder(code)))
	case own == "":
		return r.holder(code)
	}
	return own
}

// holder is the key of the co-operative that holds a tax code: as the ledger has it,
// or else the key that the code stands for.
func (r *row) holder(code string) string {
	if r.holderOf != nil {
		if own := r.holderOf(code); own != "" {
			return own
		}
	}
	return byTaxCode(code)
}

// nameCell is the cell with the name of the row's co-operative, for its readers;
// -1 where there is none.
func (r *row) nameCell() int {
	if i, ok := r.at["coop_name"]; ok && r.texts[i] != "" {
		return i
	}
	return -1
}

// named is what the row names its co-operative, if it does so twice: in words
// for its readers, or as the owner of a product.
func (r *row) named() *Named {
	i := r.nameCell()
	if owner, ok := r.at["owner"]; ok && i < 0 && r.texts[owner] != "" {
		i = owner
	}
	if i < 0 || !r.has("coop") && !r.has("tax_code") {
		return nil
	}
	return &Named{Key: r.coop(), Name: r.texts[i], Spot: r.spotAt(i)}
}

// byTaxCode is the key that a tax code stands for.
func byTaxCode(code string) string { return "mst-" + code }

// until is the first day out, from either of the columns that say it.
func (r *row) until() *calendar.Day {
	if r.has("last_day") && r.has("until") {
		r.reject(r.at["until"], errBothEnds)
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
	if len(r.Faults) > 0 {
		return
	}
	if len(r.Drafts) == 0 {
		r.reject(-1, errNothing)
		return
	}
	what := r.form.Title
	if i, ok := r.at["event"]; ok {
		what = r.texts[i]
	}
	for i, v := range r.values {
		if v != nil && !r.used[i] {
			r.reject(i, errCellUnused.With(what))
		}
	}
}

// emit makes a command of an event.
func (r *row) emit(s ledger.Stream, valid calendar.Stated, e ledger.Event) {
	source := r.paper()
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
	d.Source.Sheet, d.Source.SHA256, d.Source.Row = r.source, r.file.SHA256, int64(r.Line)
	if err := d.Check(); err != nil {
		r.refuse("", err)
		return
	}
	r.Drafts = append(r.Drafts, d)
}

// paper is the paper that the row names.
func (r *row) paper() ledger.Source {
	return ledger.Source{
		Document: r.text("document"), Issuer: r.text("issuer"), Note: r.text("note"),
		Issued: get[calendar.Stated](r, "issued"),
	}
}

// refuse adds an error that the event itself raised, at the cell that gave the
// member, below a pointer.
func (r *row) refuse(pointer string, err error) {
	spot := r.spotAt(-1)
	if f, ok := fault.Of(err); ok {
		spot = r.spotOf(pointer + f.Field)
	}
	r.addFault(spot.Mark(err))
}
