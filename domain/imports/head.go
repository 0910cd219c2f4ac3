package imports

import (
	"htxledger/domain/spelling"
	"slices"
	"strings"
)

// Where headings are looked for.
const (
	maxTitleRows = 40  // rows that may stand above the headings
	maxHeadRows  = 3   // rows of headings, one above the other
	maxHeading   = 500 // bytes; a longer text is no heading
)

// A head is the headings of a grid: which rows they take, and what stands above
// each column, from the top down.
type head struct {
	first, rows int // index of the first row, and how many
	columns     [][]string
	score       int // how well its columns are known
	units       int // columns whose unit of money it names
}

// A headFinder looks for headings in a grid. A text is looked up once, wherever it
// stands and however far it is merged.
type headFinder struct {
	grid  *spreadGrid
	form  *Form
	opts  Options
	known map[string]foundMatch
}

// A foundMatch is what a text was found to mean.
type foundMatch struct {
	match
	ok bool
}

// firstHead is the head of the first table, if one begins in a row: of the windows
// that begin within the best one there, the best.
func (f *headFinder) firstHead(row int) (head, bool) {
	h, ok := f.best(row, row)
	if !ok {
		return head{}, false
	}
	return f.best(row, row+h.rows-1)
}

// best is the best head of one to three adjoining rows that begins in one of some
// rows; ok is false where fewer than two columns are known.
func (f *headFinder) best(from, to int) (best head, ok bool) {
	for first := from; first <= to; first++ {
		for rows := 1; rows <= maxHeadRows && first+rows <= len(f.grid.Rows); rows++ {
			if !f.adjoining(first, rows) || rows > 1 && !f.isOneHead(first, rows) {
				break
			}
			if h := f.window(first, rows); h.betterThan(best) {
				best = h
			}
		}
	}
	return best, best.score >= 2*exactMatch
}

// adjoining reports whether rows stand one directly below the other.
func (f *headFinder) adjoining(first, rows int) bool {
	return f.grid.Rows[first+rows-1].Line-f.grid.Rows[first].Line == rows-1
}

// isOneHead reports whether rows can be one head: they hold texts alone, and no two of
// them name the same columns, as two heads do with a row of data between them.
func (f *headFinder) isOneHead(first, rows int) bool {
	times := map[*Column]int{}
	for row := first; row < first+rows; row++ {
		for _, c := range f.grid.Rows[row].Cells {
			if !c.Blank() && c.Kind != TextCell {
				return false
			}
		}
		for _, c := range f.knownIn(row) {
			times[c]++
		}
	}
	twice := 0
	for _, n := range times {
		if n > 1 {
			twice++
		}
	}
	return twice < 2
}

// knownIn are the columns that the texts of a row name by themselves, each once.
func (f *headFinder) knownIn(row int) (list []*Column) {
	for _, texts := range f.stacked(row, 1) {
		if m, ok := f.match(texts); ok && m.column != nil && !slices.Contains(list, m.column) {
			list = append(list, m.column)
		}
	}
	return list
}

// window is what some rows are as a head.
func (f *headFinder) window(first, rows int) head {
	h := head{first: first, rows: rows, columns: f.stacked(first, rows)}
	seen := map[*Column]bool{}
	for _, texts := range h.columns {
		m, ok := f.match(texts)
		if !ok || m.column == nil || seen[m.column] {
			continue
		}
		seen[m.column] = true
		if h.score += exactMatch; m.near {
			h.score += fuzzyMatch - exactMatch
		}
		if !m.unit.IsZero() {
			h.units++
		}
	}
	return h
}

// betterThan prefers the head in which more columns are known, then more units of
// money, then the one of fewer rows.
func (h head) betterThan(other head) bool {
	switch {
	case h.score != other.score:
		return h.score > other.score
	case h.units != other.units:
		return h.units > other.units
	}
	return h.rows < other.rows
}

// match is Form.match, once for each text.
func (f *headFinder) match(texts []string) (match, bool) {
	if len(texts) == 0 {
		return match{}, false
	}
	key := strings.Join(texts, "\x00")
	found, ok := f.known[key]
	if !ok {
		found.match, found.ok = f.form.match(texts, f.opts)
		f.known[key] = found
	}
	return found.match, found.ok
}

// looksLikeHead reports whether a row below the first head is one of headings: most
// of its texts are headings of the form word by word, two at least, and it holds no
// number and no day.
func (f *headFinder) looksLikeHead(row int) bool {
	filled, exact := 0, map[*Column]bool{}
	for _, c := range f.grid.Rows[row].Cells {
		switch {
		case c.Blank():
			continue
		case c.Kind != TextCell:
			return false
		}
		filled++
		if fold(c.Text) == sampleMark { // its cells repeat the headings
			return false
		}
		if column, _, ok := f.form.column(c.Text); ok {
			exact[column] = true
		}
	}
	return len(exact) >= 2 && 2*len(exact) >= filled
}

// extended takes a row directly above a head into it, where texts are merged over
// several of its columns: they say what the columns below have in common, often
// their unit.
func (f *headFinder) extended(h head, before []head) head {
	above := 0
	if n := len(before); n > 0 {
		above = before[n-1].first + before[n-1].rows
	}
	for h.first > above && h.rows < maxHeadRows && f.adjoining(h.first-1, h.rows+1) && f.spansColumns(h.first-1) {
		more := f.window(h.first-1, h.rows+1)
		if more.score < h.score {
			break
		}
		h = more
	}
	return h
}

// spansColumns reports whether a row holds texts alone, several of them, and one of
// them is merged over a few columns.
func (f *headFinder) spansColumns(row int) bool {
	texts, spans := 0, false
	for i, c := range f.grid.Rows[row].Cells {
		switch {
		case c.Blank():
			continue
		case c.Kind != TextCell:
			return false
		}
		texts++
		a, merged := f.grid.merges.at(row, i+1)
		spans = spans || merged && a.Right > a.Left && a.Top == a.Bottom
	}
	return spans && texts > 1
}

// stacked gives what stands in each column, row by row; what is merged downwards
// counts once.
func (f *headFinder) stacked(first, rows int) [][]string {
	columns := make([][]string, f.grid.merges.across)
	for row := first; row < first+rows; row++ {
		for i, c := range f.grid.spread(row, first) {
			text := c.cleanText()
			if text == "" || c.Kind != TextCell || len(columns[i]) > 0 && columns[i][len(columns[i])-1] == text {
				continue
			}
			columns[i] = append(columns[i], text)
		}
	}
	for n := len(columns); n > 0 && len(columns[n-1]) == 0; n-- {
		columns = columns[:n-1]
	}
	return columns
}

// cleanText is the text of a cell as records keep it, or "" where they cannot.
func (c Cell) cleanText() string {
	text, err := clean(c.Text)
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
			return match{column: c, unit: unit}.underUnit(texts[:from]), true
		}
	}
	for from := range texts {
		if m, ok := f.near(strings.Join(texts[from:], " ")); ok {
			return m.underUnit(texts[:from]), true
		}
	}
	return match{}, false
}

// underUnit is a match under upper headings, of which one may name the unit of money
// for all columns below it: Tài chính (triệu đồng).
func (m match) underUnit(upper []string) match {
	for i := len(upper) - 1; i >= 0 && m.column.Type == Money && m.unit.IsZero(); i-- {
		folded := fold(upper[i])
		if withoutUnitSign(folded) != folded {
			continue // a line of its own, which unitAbove reads
		}
		_, m.unit = measured(folded)
	}
	return m
}

// shortForms are what offices shorten in headings.
var shortForms = map[string]string{
	"dt": "doanh thu", "ld": "lao dong", "tv": "thanh vien", "sl": "so", "tn": "thu nhap",
	"ln": "loi nhuan", "hd": "hop dong", "nld": "nguoi lao dong", "dk": "dang ky", "tx": "thuong xuyen", "lk": "lien ket",
}

// near finds the one column with a spelling of the same words in any order, or
// with few letters changed. Two that are as near are none.
func (f *Form) near(heading string) (match, bool) {
	if len(heading) > maxHeading {
		return match{}, false
	}
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
			if u, ok := unitOf(folded[at+1:]); ok {
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
	most := min(len(a), len(b)) / letterAllowance
	return max(len(a), len(b))-min(len(a), len(b)) <= most && spelling.Distance(a, b) <= most
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
			if c.Kind != TextCell || len(c.Text) > maxHeading {
				continue
			}
			words := " " + fold(c.Text)
			for _, sign := range unitSigns {
				at := strings.Index(words, " "+sign+" ")
				if at < 0 {
					continue
				}
				if u, known := unitOf(words[at+1:]); known {
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
