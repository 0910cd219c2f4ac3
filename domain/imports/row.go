package imports

import (
	"regexp"
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/claim"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A row is one line while its claims are made.
type row struct {
	Row
	*layout
	file    *Sheet
	values  []any // of the cells, nil where blank or wrong
	spoilt  map[int]bool
	removed map[int]bool // cells that take their member away
	used    []bool
	sampled bool // the row still has the mark of the sample row of our own forms
	broken  bool // a cell is wrong: the claims of the row would not be what was meant

	uncoded string   // prefix of the stream's key, where that is made of members
	lacking []string // members of the next claim, or claim.Day, that are needed and not stated
	marks   []Mark   // and where
}

// newRow reads the cells of one line, as many as the layout has columns, and
// makes the claims of the row.
func newRow(l *layout, file *Sheet, line int, cells []Cell) *row {
	r := &row{
		Row:    Row{Sheet: l.sheet, Line: line, layout: l, texts: make([]string, len(cells))},
		layout: l, file: file, spoilt: map[int]bool{}, removed: map[int]bool{}, values: make([]any, len(cells)), used: make([]bool, len(cells)),
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

// finish is the row with its claims, or with the problems that keep it from
// making any.
func (r *row) finish() Row {
	if len(r.Faults) > 0 {
		return Row{Sheet: r.Sheet, Line: r.Line, Faults: r.Faults}
	}
	r.Named = r.nameBeside()
	return r.Row
}

// isRemoval tells whether a cell says that its member is to go.
func isRemoval(text string) bool {
	lower := strings.ToLower(text)
	return lower == "xóa" || lower == "xoá"
}

// remove notes that a cell takes its member away. A column that tells which fact
// the row is about, or which paper it stands on, has no such member.
func (r *row) remove(i int, c *Column) {
	if c.always || !slices.ContainsFunc(c.fills, func(pointer string) bool { return strings.HasPrefix(pointer, "/data/") }) {
		r.reject(i, errNoRemoval)
		return
	}
	r.removed[i] = true
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

// says tells whether a column is there and its cell filled, with a value or with
// the word that takes the member away.
func (r *row) says(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		i, ok := r.at[name]
		return ok && (r.values[i] != nil || r.removed[i])
	})
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

// needs notes every blank one of these cells: a fact that stands already need not
// state it again, and another one lacks it.
func (r *row) needs(names ...string) {
	for _, name := range names {
		i, ok := r.at[name]
		switch {
		case r.says(name) || ok && r.spoilt[i]:
		case !ok:
			spot := r.spotAt(-1)
			spot.Column = r.form.named(name).Heading
			r.lack(name, spot.Mark(errColumnNeeded.With(spot.Column)))
		default:
			r.lack(name, r.spotAt(i).Mark(errCellMissing))
		}
	}
}

// lack notes that the next claim lacks the member of a column.
func (r *row) lack(name string, m Mark) {
	member := memberIn(r.form.named(name))
	if !slices.Contains(r.lacking, member) {
		r.lacking, r.marks = append(r.lacking, member), append(r.marks, m)
	}
}

// memberIn is the member of the data that a column gives first, or claim.Day; of a
// column that gives no member it is its own name, which no data have.
func memberIn(c *Column) string {
	pointer := c.fills[0]
	if pointer == "/"+claim.Day {
		return claim.Day
	}
	if member, ok := strings.CutPrefix(pointer, "/data/"); ok {
		return member
	}
	return "/" + c.Name
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

// nameBeside is what the row names its co-operative, if it does so twice: in words
// for its readers, or as the owner of a product.
func (r *row) nameBeside() *Named {
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
	if len(r.Claims) == 0 {
		r.reject(-1, errNothing)
		return
	}
	what := r.form.Title
	if i, ok := r.at["event"]; ok {
		what = r.texts[i]
	}
	for i, v := range r.values {
		if (v != nil || r.removed[i]) && !r.used[i] {
			r.reject(i, errCellUnused.With(what))
		}
	}
}

// emit makes a claim of an event, of which the cells that are needed and blank
// give no members.
func (r *row) emit(s ledger.Stream, valid calendar.Stated, e ledger.Event) {
	source := r.paper()
	command := r.text("key")
	spec := register.SpecOf(e)
	removed := r.removedFrom(spec)
	r.needRequired(spec)
	lacking, marks := r.lacking, r.marks
	r.lacking, r.marks = nil, nil
	if r.broken {
		return
	}
	if len(lacking) == 0 { // of a part of an event only the whole can be checked
		if err := e.Check(); err != nil {
			r.refuse("/data", err)
			return
		}
	}
	within := true
	for err := range ledger.BoundFaults(&ledger.Record{Source: &source, Event: e}) {
		if !isAbout(err, lacking) {
			within = false
			r.refuse("", err)
		}
	}
	if !within {
		return
	}
	c, err := claim.New(&ledger.Draft{Stream: s, Kind: e.EventKind(), Valid: valid, Source: &source}, spec, e, removed, lacking)
	if err == nil {
		c.Coded, c.Prefix = r.uncoded == "", r.uncoded
		c.Key, err = r.keyOf(command, c.Draft)
	}
	if err != nil {
		r.refuse("/data", err)
		return
	}
	source.Sheet, source.SHA256, source.Row = r.source, r.file.SHA256, int64(r.Line)
	if err := c.Draft.Check(); err != nil && len(lacking) == 0 {
		r.refuse("", err)
		return
	}
	r.Claims, r.Drafts, r.lacks = append(r.Claims, c), append(r.Drafts, c.Draft), append(r.lacks, marks)
}

// isAbout tells whether a fault is about one of some members.
func isAbout(err error, members []string) bool {
	f, ok := fault.Of(err)
	member, _, _ := strings.Cut(strings.TrimPrefix(f.Field, "/data/"), "/")
	return ok && slices.Contains(members, member)
}

// removedFrom are the members of a kind that cells of the row take away. A required
// one cannot go.
func (r *row) removedFrom(spec *ledger.Spec) (names []string) {
	for i := range r.columns {
		if !r.removed[i] {
			continue
		}
		for _, pointer := range r.columns[i].fills {
			f, ok := spec.FieldNamed(strings.TrimPrefix(pointer, "/data/"))
			switch {
			case !ok:
			case !f.Optional:
				r.used[i] = true
				r.reject(i, claim.ErrRequired.With(r.columns[i].Heading))
			default:
				r.used[i] = true
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// needRequired needs the columns that the form requires and a kind has a member for.
func (r *row) needRequired(spec *ledger.Spec) {
	for _, c := range r.form.Columns {
		member := memberIn(c)
		if _, ok := spec.FieldNamed(member); c.Required && (ok || member == claim.Day) {
			r.needs(c.Name)
		}
	}
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
