package ledger

import (
	"fmt"
	"strings"
)

// Document is the section of a kind in the reference of event kinds, in
// Markdown: its names, a sample of its data and a table of its members. Members
// that the sample has not, which are those of another version of the same event,
// are left out.
func (s *Spec) Document(sample string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`: %s (%s)\n\n```json\n%s\n```\n", s.Kind, s.Name.English, s.Name.Vietnamese, sample)
	labels, bounds := map[string]string{}, map[string]string{}
	var order []string
	member := func(name string) {
		if _, known := labels[name]; !known {
			order = append(order, name)
			labels[name] = ""
		}
	}
	for _, f := range s.fields {
		if strings.Contains(sample, `"`+f.Name+`":`) {
			member(f.Name)
			labels[f.Name], bounds[f.Name] = f.labelWithUnit(), formWords[f.Type]
		}
	}
	for _, x := range s.Bounds() {
		top, _, _ := strings.Cut(x.Member, "/")
		if strings.Contains(sample, `"`+top+`":`) {
			name := strings.TrimSuffix(x.Member, "/*") // of a list of texts: the list itself
			member(name)
			bounds[name] = x.String()
		}
	}
	if len(order) == 0 {
		return b.String()
	}
	b.WriteString("\n| member | in Vietnamese | at the door |\n|---|---|---|\n")
	for _, name := range order {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, labels[name], bounds[name])
	}
	return b.String()
}

// formWords are the forms of members that have no bound beside them.
var formWords = map[FieldType]string{
	TypeDay: "a day", TypeStated: "a day, a month or a year", TypeUntil: "a day: the first on which it no longer holds",
	TypeYesNo: "true or false", TypeCommand: "a command", TypeParts: "with the members below",
}

// labelWithUnit is the label of a field with its unit and help.
func (f Field) labelWithUnit() string {
	text := f.Label
	if f.Unit != "" {
		text += " (" + f.Unit + ")"
	}
	if f.Help != "" {
		text += ": " + f.Help
	}
	return text
}
