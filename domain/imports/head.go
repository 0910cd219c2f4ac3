package imports

import (
	"htxledger/domain/spelling"
	"slices"
	"strings"
)

// Where headings are looked for.
const (
	maxTitleRows = 40 // rows that may stand above the headings
	maxHeadRows  = 3  // rows of headings, one above the other
)

// A head is the headings of a grid: which rows they take, and what stands above
// each column, from the top down.
type head struct {
	first, rows int // index of the first row, and how many
	columns     [][]string
	score       int
}

// headOf finds the headings: of all runs of one to three rows near the top, the
// one in which most columns of the form are known. ok is false where fewer than
// two are.
func headOf(g *Grid, form *Form, opts Options) (best head, ok bool) {
	for first := range min(len(g.Rows), maxTitleRows) {
		for rows := 1; rows <= maxHeadRows && first+rows <= len(g.Rows); rows++ {
			if !adjoining(g.Rows[first : first+rows]) {
				break
			}
			h := head{first: first, rows: rows, columns: stacked(g.spread(g.Rows[first : first+rows]))}
			h.score = h.known(form, opts)
			if h.score > best.score || h.score == best.score && rows < best.rows {
				best = h
			}
		}
	}
	return best, best.score >= 2*exactMatch
}

func adjoining(rows []GridRow) bool {
	return rows[len(rows)-1].Line-rows[0].Line == len(rows)-1
}

// stacked gives what stands in each column, row by row; what is merged
// downwards counts once.
func stacked(rows []GridRow) [][]string {
	var columns [][]string
	for _, r := range rows {
		for i, c := range r.Cells {
			for len(columns) <= i {
				columns = append(columns, nil)
			}
			text := converted(c)
			if text == "" || c.Kind != TextCell || len(columns[i]) > 0 && columns[i][len(columns[i])-1] == text {
				continue
			}
			columns[i] = append(columns[i], text)
		}
	}
	return columns
}

// converted is the text of a cell in Unicode, or "" where it cannot be read.
func converted(c Cell) string {
	text, _, ok := unicodeText(c.Text, c.Font)
	if !ok {
		return ""
	}
	text, err := clean(text)
	if err != nil {
		return ""
	}
	return text
}

// How well a heading is known.
const (
	exactMatch = 3
	fuzzyMatch = 2
)

// known sums up how well the columns of the form are known in a head. Each
// counts once; a text that says more than one heading counts for nothing.
func (h head) known(form *Form, opts Options) int {
	sum, seen := 0, map[*Column]bool{}
	for _, texts := range h.columns {
		m, ok := form.match(texts, opts)
		if !ok || m.column == nil || seen[m.column] {
			continue
		}
		seen[m.column] = true
		if m.near {
			sum += fuzzyMatch
		} else {
			sum += exactMatch
		}
	}
	return sum
}

// A match is what a heading means.
type match struct {
	column *Column // nil: the reader said to leave it out
	unit   Unit
	near   bool // by a spelling that is only near
}

// match finds what the texts above a column mean: as the reader said, or all of
// them together, or the lower ones, or the spelling that is nearest to those.
func (f *Form) match(texts []string, opts Options) (match, bool) {
	whole := strings.Join(texts, " ")
	if whole == "" {
		return match{}, false
	}
	if name, ok := opts.Columns[fold(whole)]; ok {
		if name == LeaveOut {
			return match{}, true
		}
		_, unit, _ := f.column(whole)
		return match{column: f.named(name), unit: unit}, f.named(name) != nil
	}
	for from := range texts {
		if c, unit, ok := f.column(strings.Join(texts[from:], " ")); ok {
			return match{column: c, unit: unit}, true
		}
	}
	for from := range texts {
		if m, ok := f.near(strings.Join(texts[from:], " ")); ok {
			return m, true
		}
	}
	return match{}, false
}

// shortForms are what offices shorten in headings.
var shortForms = map[string]string{
	"dt": "doanh thu", "ld": "lao dong", "tv": "thanh vien", "sl": "so", "tn": "thu nhap",
	"ln": "loi nhuan", "hd": "hop dong", "nld": "nguoi lao dong", "dk": "dang ky", "tx": "thuong xuyen", "lk": "lien ket",
}

// near finds the one column with a spelling of the same words in any order, or
// with few letters changed. Two that are as near are none.
func (f *Form) near(heading string) (match, bool) {
	text, unit := measured(fold(heading))
	words := strings.Fields(text)
	for i, w := range words {
		if long, ok := shortForms[w]; ok {
			words[i] = long
		}
	}
	text = strings.ReplaceAll(strings.Join(words, " "), "so luong", "so")
	var found *Column
	for spelling, c := range f.spelling {
		if !alike(text, spelling) {
			continue
		}
		if found != nil && found != c {
			return match{}, false
		}
		found = c
	}
	if found == nil || !unit.IsZero() && found.Type != Money {
		return match{}, false
	}
	return match{column: found, unit: unit, near: true}, true
}

// measured takes the unit of money from the end of a folded heading.
func measured(folded string) (string, Unit) {
	for at := range folded {
		if folded[at] == ' ' {
			if u, ok := units[folded[at+1:]]; ok {
				return folded[:at], u
			}
		}
	}
	return folded, Unit{}
}

// letterAllowance is for how many letters of a heading one may be changed.
const letterAllowance = 7

func alike(a, b string) bool {
	if a == b || sameWords(a, b) {
		return true
	}
	return spelling.Distance(a, b) <= min(len(a), len(b))/letterAllowance
}

func sameWords(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// unitAbove is the unit of money that a line above the headings declares, such
// as “Đơn vị tính: triệu đồng”.
func unitAbove(rows []GridRow) Unit {
	for _, r := range rows {
		for _, c := range r.Cells {
			words := fold(converted(c))
			for _, sign := range []string{"don vi tinh", "dvt", "don vi"} {
				rest, ok := strings.CutPrefix(words, sign)
				if u, known := units[strings.TrimSpace(rest)]; ok && known {
					return u
				}
			}
		}
	}
	return Unit{}
}

// numbering knows the row below the headings that numbers the columns: (1) (2)
// (3), 1 2 3 or A B 1 2.
func numbering(r GridRow) bool {
	n := 0
	last := 0
	for _, c := range r.Cells {
		text := strings.Trim(strings.TrimSpace(c.Text), "()")
		if text == "" {
			continue
		}
		n++
		at, ok := ordinal(text)
		if !ok || at != 0 && at <= last {
			return false
		}
		last = max(last, at)
	}
	return n > 2 && last > 1
}

// ordinal is a number of one or two digits; a single letter is 0.
func ordinal(text string) (int, bool) {
	head, _, _ := strings.Cut(text, "=") // (5)=(3)+(4)
	head = strings.TrimSpace(strings.Trim(head, "() "))
	if len(head) == 1 && head[0] >= 'A' && head[0] <= 'Z' {
		return 0, true
	}
	if len(head) == 0 || len(head) > 2 || !digits(head, 2) {
		return 0, false
	}
	n := 0
	for _, d := range head {
		n = 10*n + int(d-'0')
	}
	return n, n > 0
}
