package imports

import (
	"fmt"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"slices"
	"strings"
)

// A Form says what the columns of a sheet mean. Forms are fixed; what Forms and
// FindForm give must not be changed.
type Form struct {
	Name    string // such as "coop-annual"
	Title   string // in Vietnamese
	Columns []*Column

	anyOf    []string // columns of which one must be there
	several  bool     // a row may make several commands
	build    func(*row)
	spelling map[string]*Column // by folded spelling
}

// A Type says how the cells of a column are read.
type Type uint8

// The types of columns.
const (
	Text     Type = iota
	Key           // the key of a stream: ASCII letters, digits, . _ : -
	Keys          // several keys, apart by semicolons or spaces
	TaxCode       // 10 digits, or 10 digits, a dash and 3 digits
	Whole         // a whole number
	Money         // money, in the unit of the heading or the declared one; whole đồng
	Points        // a number with at most two decimals
	Day           // dd/mm/yyyy, mm/yyyy or yyyy
	LastDay       // the last day on which something holds
	FirstOut      // the first day on which something no longer holds
	Year          // four digits
	YesNo         // có or không
	Choice        // one of Words
	Remark        // for the reader only; nothing of it is recorded
)

// A Column is one column of a form.
type Column struct {
	Name     string   // in English, mostly that of the record's member
	Heading  string   // in Vietnamese
	Also     []string // further headings that mean it
	Type     Type
	Required bool     // a fact that does not stand yet needs it
	Words    []Choose // for Choice
	Open     bool     // for Choice: any other key is taken as it stands

	always   bool     // without it a row cannot be understood: the heading must be there and every cell filled
	fills    []string // JSON pointers of the members that its cell gives
	expected string
}

// A Choose is one word that a Choice accepts.
type Choose struct {
	Record string   // what is recorded, accepted too
	Word   string   // in Vietnamese
	Also   []string // further spellings
}

// Forms lists every form, in the order of the documentation.
func Forms() []*Form {
	list := slices.Clone(forms)
	for _, k := range register.Kinds() {
		spec, err := register.Spec(k)
		if err != nil || spec.Form == nil || slices.ContainsFunc(list, func(f *Form) bool { return f.Name == spec.Form.Name }) {
			continue
		}
		list = append(list, formOfKind(k))
	}
	return list
}

// FindForm gives the form of a name; ErrForm names those that there are.
func FindForm(name string) (*Form, error) {
	var names []string
	for _, f := range Forms() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return nil, ErrForm.With(shorten(name), strings.Join(names, ", "))
}

// Spellings lists every heading that means c, the Vietnamese one first and the
// English name last.
func (c *Column) Spellings() []string {
	return append(append([]string{c.Heading}, c.Also...), c.Name)
}

// prepare completes a form: the columns that all have, and the look-up of
// headings. Two columns that share a spelling are a programmer's mistake.
func prepare(f *Form) *Form {
	f.Columns = append(f.Columns, common()...)
	f.spelling = map[string]*Column{}
	for _, c := range f.Columns {
		if c.fills == nil {
			c.fills = []string{"/data/" + c.Name}
		}
		c.expected = c.expectation()
		for _, s := range c.Spellings() {
			key := fold(s)
			if other := f.spelling[key]; other != nil && other != c {
				panic("imports: form " + f.Name + ": heading of two columns: " + s)
			}
			f.spelling[key] = c
		}
	}
	return f
}

// measures are the words that may follow a heading to say what it counts.
var measures = map[Type][]string{
	Whole:  {"nguoi", "luot nguoi", "luot", "ngay", "thang", "thanh vien", "lao dong"},
	Points: {"diem"},
}

// column finds what a heading means, and the unit that it names if it is one
// of money.
func (f *Form) column(heading string) (*Column, Unit, bool) {
	if len(heading) > maxHeading {
		return nil, Unit{}, false
	}
	folded := fold(heading)
	if c := f.spelling[folded]; c != nil {
		return c, Unit{}, true
	}
	for at := range folded {
		if folded[at] != ' ' {
			continue
		}
		c := f.spelling[folded[:at]]
		if c == nil {
			continue
		}
		rest := folded[at+1:]
		if u, ok := unitOf(rest); ok && c.Type == Money {
			return c, u, true
		}
		if slices.Contains(measures[c.Type], withoutUnitSign(rest)) {
			return c, Unit{}, true
		}
	}
	return nil, Unit{}, false
}

func (f *Form) knowsAll(headings []string) bool {
	for _, h := range headings {
		if _, _, ok := f.column(h); !ok && strings.TrimSpace(h) != "" {
			return false
		}
	}
	return true
}

// farthest is how far apart, of a hundred, two headings may be that somebody may
// have taken for each other.
const farthest = 40

// nearest is, as the end of a sentence, the heading of the column with the
// spelling nearest to one that is unknown: `; "Mô hình"?`, or "" where none is
// alike.
func (f *Form) nearest(heading string) string {
	folded, best, least := fold(heading), "", 0
	for _, c := range f.Columns {
		for _, s := range c.Spellings() {
			if far := apart(folded, fold(s)); best == "" || far < least {
				best, least = c.Heading, far
			}
		}
	}
	if least > farthest {
		return ""
	}
	return fmt.Sprintf("; %q?", best)
}

// apart is how far two folded headings are from each other, of a hundred. One
// that is part of the other is near.
func apart(a, b string) int {
	const part = 20
	if min(len(a), len(b)) > 2 && (strings.Contains(a, b) || strings.Contains(b, a)) {
		return part
	}
	return spelling.Distance(a, b) * 100 / max(len(a), len(b), 1)
}

// named gives the column of a name; the name is one of the form's.
func (f *Form) named(name string) *Column { return f.spelling[fold(name)] }

// Has reports whether the form has a column of a name.
func (f *Form) Has(name string) bool { return f.named(name) != nil }

// expectations say in Vietnamese what a cell of each type holds.
var expectations = map[Type]string{
	Text: "chữ", Key: "mã: chữ cái không dấu, chữ số, dấu . _ : -", Keys: "các mã, cách nhau bằng dấu chấm phẩy",
	TaxCode: "mã số thuế 10 chữ số, hoặc 10 chữ số-3 chữ số", Whole: "số nguyên", Money: "số tiền, theo đơn vị ghi ở tiêu đề",
	Points: "số điểm, nhiều nhất hai chữ số thập phân", Day: "ngày dd/mm/yyyy (hoặc mm/yyyy, yyyy)",
	LastDay: "ngày cuối còn hiệu lực, dd/mm/yyyy", FirstOut: "ngày đầu tiên hết hiệu lực, dd/mm/yyyy", Year: "năm bốn chữ số",
	YesNo: "có hoặc không", Remark: "không ghi vào sổ",
}

// Expected says in Vietnamese what a cell of the column holds.
func (c *Column) Expected() string { return c.expected }

// expectation is the text of Expected.
func (c *Column) expectation() string {
	if c.Type != Choice {
		return expectations[c.Type]
	}
	var words []string
	for _, w := range c.Words {
		words = append(words, w.Word)
	}
	text := "một trong: " + strings.Join(words, ", ")
	if c.Open {
		text += "; hoặc mã khác"
	}
	return text
}
