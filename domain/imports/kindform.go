package imports

import (
	"fmt"
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// formOfKind is the form of one kind, made of its row: the co-operative, the key of
// the stream, the members in their order with the day behind the last that is
// chosen from words, and how long it holds.
func formOfKind(kind ledger.Kind) *Form {
	spec, err := register.Spec(kind)
	if err != nil || spec.Form == nil {
		panic("imports: no form of " + string(kind)) // they are named in this package
	}
	of := spec.Form
	f := &Form{Name: of.Name, Title: of.Title, build: func(r *row) { buildKind(r, spec) }}
	day := valid(of.Day[0], of.Day[1:]...).must()
	var holder, members, last []*Column
	after := 0 // where the day comes among the members
	for _, m := range spec.Fields() {
		switch {
		case namesHolder(m):
			f.anyOf = whose
			holder = append(who("/data/"+m.Name), nameForReaders())
		case m.Type == ledger.TypeUntil:
			last = ends()
		default:
			members = append(members, memberColumn(m, of))
			if m.Words != nil {
				after = len(members)
			}
		}
	}
	key := col(of.Stream.Name, Key, of.Stream.Heading).gives("/stream")
	f.Columns = columns(holder, cols(key), slices.Insert(members, after, day), last)
	return prepare(f)
}

// namesHolder tells whether a member is the key of the co-operative that a row
// is about.
func namesHolder(m ledger.Field) bool {
	return m.Names == ledger.NamesSubject && m.Type == ledger.TypeKey && !m.Many
}

// columnTypes are the types of columns by those of members.
var columnTypes = map[ledger.FieldType]Type{
	ledger.TypeText: Text, ledger.TypeKey: Key, ledger.TypeWhole: Whole, ledger.TypeYesNo: YesNo, ledger.TypeYear: Year,
	ledger.TypeMoney: Money, ledger.TypeProfit: Money, ledger.TypePoints: Points, ledger.TypeScheme: Key,
}

func memberColumn(m ledger.Field, of *ledger.Form) *Column {
	t, ok := columnTypes[m.Type]
	switch {
	case !ok || m.Many && t != Key:
		panic(fmt.Sprintf("imports: form %s: no column of member %s", of.Name, m.Name))
	case m.Many:
		t = Keys
	case m.Words != nil:
		t = Choice
	}
	c := col(m.Name, t, m.Label, of.Headings[m.Name]...)
	for _, w := range m.Words {
		typed := of.Typed[w.Value]
		if typed == nil {
			typed = []string{w.Word}
		}
		c.Words = append(c.Words, word(w.Value, typed[0], typed[1:]...))
	}
	c.Required = !m.Optional
	return c
}

// buildKind makes the claim of a row of a kind's own form.
func buildKind(r *row, spec *ledger.Spec) {
	values := map[string]any{}
	for _, m := range spec.Fields() {
		switch {
		case namesHolder(m):
			values[m.Name] = r.coop()
		case m.Type == ledger.TypeUntil:
			if until := r.until(); until != nil {
				values[m.Name] = *until
			}
		case r.has(m.Name):
			values[m.Name] = get[any](r, m.Name)
		}
	}
	var parts []string
	for _, name := range spec.Form.Distinct {
		text := ""
		if v, ok := values[name]; ok {
			text = fmt.Sprint(v)
		}
		parts = append(parts, text)
	}
	key := r.streamKey(r.text(spec.Form.Stream.Name), spec.Form.Prefix, append(parts, r.valid().String())...)
	r.emit(ledger.StreamOf(spec.Kind.Family(), key), r.valid(), spec.Fill(values))
}
