package sheets

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"htxledger/domain/calendar"
	"htxledger/domain/imports"
)

// Bounds of working formulas out again. What is beyond them is not worked out.
const (
	maxFormulas     = 100_000   // of a workbook
	maxFormulaText  = 8 << 20   // bytes of all formulas
	maxReferred     = 60_000    // cells to which one formula refers
	maxReferredText = 32 << 10  // bytes of the texts of those
	maxAllReferred  = 1_000_000 // cells to which all formulas refer
)

// workable are the functions that are worked out: their cost grows with the cells to
// which they refer, they are about values and not about places, and the library
// gives what spreadsheets give. Conditions and comparisons are not among them: the
// library takes a blank cell, letter case and a number written as text otherwise
// than spreadsheets do. Of others the result that the file holds is all there is.
var workable = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields("ABS AVERAGE CONCATENATE COUNT COUNTA DATE DAY IFERROR INT LEFT LEN LOWER MAX MID MIN MOD MONTH " +
		"PRODUCT RIGHT ROUND ROUNDDOWN ROUNDUP SUM TRIM UPPER YEAR") {
		set[name] = true
	}
	return set
}()

// A formulaCell is a cell whose value a formula gave.
type formulaCell struct {
	grid, row, column int    // row is its index among those that are kept, column is from 0
	text              string // "" where it cannot be worked out
	state             formulaState
}

type formulaState uint8

const (
	notWorked formulaState = iota
	inWork                 // some formula to which it leads refers to it
	worked
	failed
)

// An origin is the formula that several cells share, moved with each of them.
type origin struct {
	text         string
	line, column int
}

// noteFormula keeps the formula of the cell that is read. A workbook may have more
// of them, and longer ones, than are worth the memory: of those the text is left out.
func (w *sheetWalker) noteFormula() {
	if len(w.formulas) == maxFormulas {
		w.moreFormulas = true
		return
	}
	f := formulaCell{grid: w.at, row: len(w.grid.Rows), column: w.cell.column - 1}
	text := string(w.text)
	switch {
	case len(text) >= maxFormula:
		text = ""
	case w.cell.way == "shared" && text != "":
		if w.shared == nil {
			w.shared = map[int]origin{}
		}
		w.shared[w.cell.share] = origin{text, w.line, w.cell.column}
	case w.cell.way == "shared":
		if from, ok := w.shared[w.cell.share]; ok {
			text = moveFormula(from.text, w.line-from.line, w.cell.column-from.column)
		}
	case w.cell.way != "" && w.cell.way != "normal": // of an area, or a table of what-ifs
		text = ""
	}
	if w.roomFormulas -= len(text); w.roomFormulas < 0 {
		text = ""
	}
	f.text = text
	w.formulas = append(w.formulas, f)
}

// workOut works the formulas of a workbook out again: programs that do not calculate
// keep results of what the cells held before. A cell whose result differs, or cannot
// be had where the workbook itself says that its results are old, carries a fault.
func (r *reader) workOut(grids []*imports.Grid) error {
	if len(r.formulas) == 0 {
		return nil
	}
	k := &calculator{ctx: r.ctx, frame: r.frame, grids: grids, formulas: r.formulas, left: maxAllReferred, at: map[[3]int]int{}, results: map[int]string{}}
	for i, f := range r.formulas {
		k.at[[3]int{f.grid, f.row, f.column}] = i
	}
	defer k.close()
	for i := range r.formulas {
		if err := k.run(i); err != nil {
			return err
		}
	}
	for i := range r.formulas {
		f := &r.formulas[i]
		c := &grids[f.grid].Rows[f.row].Cells[f.column]
		kept := *c
		result := k.results[i]
		known := f.state == worked && result != "" // "" is also what the library gives where spreadsheets give 0
		switch {
		case c.Err != nil:
		case known && !sameValue(kept, result, r.frame.from1904):
			c.Err = ErrStale.With(result, kept.Shown())
		case !known && r.frame.stale:
			c.Err = ErrStaleUnknown.With(kept.Shown())
		}
	}
	if r.moreFormulas && r.frame.stale {
		return ErrFormulas.With(maxFormulas)
	}
	return nil
}

// sameValue reports whether a cell holds what a formula gives, but for what binary
// fractions leave.
func sameValue(c imports.Cell, result string, from1904 bool) bool {
	switch c.Kind {
	case imports.NumberCell:
		have, err := strconv.ParseFloat(c.Text, 64)
		want, err2 := strconv.ParseFloat(result, 64)
		return err == nil && err2 == nil && math.Abs(have-want) <= 1e-9*max(1, math.Abs(have), math.Abs(want))
	case imports.DayCell:
		text, ok := decimal(result)
		day, ok2 := serialDay(text, from1904)
		return ok && ok2 && strings.HasPrefix(day.String(), c.Text)
	case imports.YesNoCell:
		return (c.Text == "1") == (result == "TRUE") && (result == "TRUE" || result == "FALSE")
	}
	return c.Text == result
}

// A calculator works formulas out, each on a sheet of its own to which the values
// that it refers to are put close together: so it costs what these cost, however far
// they lie apart, and no formula runs into another.
type calculator struct {
	ctx      context.Context
	frame    *frame
	grids    []*imports.Grid
	formulas []formulaCell
	at       map[[3]int]int // formulas by their cells
	results  map[int]string // of the formulas that are worked out, by index
	left     int            // cells that may still be referred to
	file     *excelize.File
}

func (k *calculator) close() {
	if k.file != nil {
		k.file.Close()
	}
}

// run works a formula out, after those to which it leads. Of formulas that lead to
// themselves none is worked out.
func (k *calculator) run(first int) error {
	for stack := []int{first}; len(stack) > 0; {
		if err := k.ctx.Err(); err != nil {
			return err
		}
		i := stack[len(stack)-1]
		f := &k.formulas[i]
		if f.state == worked || f.state == failed {
			stack = stack[:len(stack)-1]
			continue
		}
		pieces, ok := k.parse(f)
		if ok && f.state == inWork { // all to which it leads is behind it
			if k.results[i], ok = k.calculate(pieces); ok {
				f.state = worked
			}
		} else if ok {
			f.state = inWork
			stack, ok = k.await(stack, pieces)
		}
		if !ok {
			f.state = failed
		}
	}
	return nil
}

// await puts the formulas to which pieces lead, and that are not worked out, on the
// stack; ok is false where they lead back, or too far.
func (k *calculator) await(stack []int, pieces []piece) (_ []int, ok bool) {
	ok = true
	for _, p := range pieces {
		if p.grid < 0 {
			continue
		}
		if k.left -= (p.area.Bottom - p.area.Top + 1) * (p.area.Right - p.area.Left + 1); k.left < 0 {
			return stack, false
		}
		k.eachFormula(p, func(n int) {
			switch k.formulas[n].state {
			case notWorked:
				stack = append(stack, n)
			case inWork:
				ok = false
			}
		})
	}
	return stack, ok
}

// A piece is a part of a formula: words, or the area to which it refers there.
type piece struct {
	text string
	grid int // -1 for words
	area imports.Area
}

var (
	cellName   = regexp.MustCompile(`^\$?([A-Z]{1,3})\$?([0-9]{1,7})$`)
	columnName = regexp.MustCompile(`^\$?([A-Z]{1,3})$`)
	plainWord  = regexp.MustCompile(`^([0-9]+(\.[0-9]*)?|\.[0-9]+|TRUE|FALSE)$`)
)

// parse takes a formula apart; ok is false for a formula that is not worked out here.
func (k *calculator) parse(f *formulaCell) (pieces []piece, ok bool) {
	if f.text == "" {
		return nil, false
	}
	grid := -1 // of the sheet that was named last
	cells := 0
	for rest := f.text; rest != ""; {
		word, after := nextWord(rest)
		rest = after
		upper := strings.ToUpper(word)
		switch {
		case word[0] == '\'' || strings.HasPrefix(rest, "!"):
			if grid = k.gridNamed(word); grid < 0 || !strings.HasPrefix(rest, "!") {
				return nil, false
			}
			rest = rest[1:]
		case strings.ContainsAny(word[:1], "[]{}#@!=<>"):
			return nil, false
		case strings.HasPrefix(rest, "(") && isWord(word):
			if !workable[strings.TrimPrefix(upper, "_XLFN.")] {
				return nil, false
			}
			pieces = append(pieces, piece{text: upper, grid: -1})
		case isWord(word) && !plainWord.MatchString(upper):
			second, spans := upper, strings.HasPrefix(rest, ":")
			if spans {
				second, rest = nextWord(rest[1:])
				second = strings.ToUpper(second)
			}
			if grid < 0 {
				grid = f.grid
			}
			a, known := k.area(grid, upper, second, spans)
			if cells += (a.Bottom - a.Top + 1) * (a.Right - a.Left + 1); !known || cells > maxReferred {
				return nil, false
			}
			pieces = append(pieces, piece{grid: grid, area: a})
			grid = -1
		default:
			if grid >= 0 {
				return nil, false
			}
			pieces = append(pieces, piece{text: word, grid: -1})
		}
	}
	return pieces, true
}

// isWord reports whether a part of a formula is a name, a place or a number.
func isWord(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '$' || r == '_' || r == '.'
}

// nextWord takes a text in quotes, a word or a single sign from the front of a formula.
func nextWord(s string) (word, rest string) {
	if s == "" {
		return " ", ""
	}
	if q := s[0]; q == '"' || q == '\'' {
		for i := 1; i < len(s); i++ {
			if s[i] != q {
				continue
			}
			if i+1 < len(s) && s[i+1] == q {
				i++
				continue
			}
			return s[:i+1], s[i+1:]
		}
		return "#", "" // never closed
	}
	end := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '$' && r != '_' && r != '.'
	})
	if end < 0 {
		end = len(s)
	}
	if end == 0 {
		_, end = utf8.DecodeRuneInString(s)
	}
	return s[:end], s[end:]
}

// gridNamed is the sheet that a formula names; -1 for none.
func (k *calculator) gridNamed(word string) int {
	if len(word) > 1 && word[0] == '\'' {
		word = strings.ReplaceAll(word[1:len(word)-1], "''", "'")
	}
	return slices.IndexFunc(k.frame.sheets, func(e sheetEntry) bool { return strings.EqualFold(e.raw, word) })
}

// area is the area from one cell to another, or from one column to another; rows
// behind the last of the sheet are left out.
func (k *calculator) area(grid int, first, second string, spans bool) (a imports.Area, ok bool) {
	last := 1
	if rows := k.grids[grid].Rows; len(rows) > 0 {
		last = rows[len(rows)-1].Line
	}
	if m, n := cellName.FindStringSubmatch(first), cellName.FindStringSubmatch(second); m != nil && n != nil {
		left, top, ok1 := reference(m[1] + m[2])
		right, bottom, ok2 := reference(n[1] + n[2])
		a = imports.Area{Top: min(top, bottom), Left: min(left, right), Bottom: max(top, bottom), Right: max(left, right)}
		a.Bottom = max(a.Top, min(a.Bottom, last))
		return a, ok1 && ok2
	}
	m, n := columnName.FindStringSubmatch(first), columnName.FindStringSubmatch(second)
	if !spans || m == nil || n == nil {
		return a, false
	}
	left, _, ok1 := reference(m[1] + "1")
	right, _, ok2 := reference(n[1] + "1")
	return imports.Area{Top: 1, Left: min(left, right), Bottom: last, Right: max(left, right)}, ok1 && ok2
}

// rowsOf are the indices of the kept rows of an area: from one to before another.
func (k *calculator) rowsOf(p piece) (from, to int) {
	rows := k.grids[p.grid].Rows
	from = sort.Search(len(rows), func(i int) bool { return rows[i].Line >= p.area.Top })
	to = sort.Search(len(rows), func(i int) bool { return rows[i].Line > p.area.Bottom })
	return from, to
}

// eachFormula visits the formulas in the area of a piece.
func (k *calculator) eachFormula(p piece, visit func(i int)) {
	if p.grid < 0 {
		return
	}
	from, to := k.rowsOf(p)
	for row := from; row < to; row++ {
		for column := p.area.Left - 1; column < min(p.area.Right, len(k.grids[p.grid].Rows[row].Cells)); column++ {
			if !k.grids[p.grid].Rows[row].Cells[column].Formula {
				continue
			}
			if i, ok := k.at[[3]int{p.grid, row, column}]; ok {
				visit(i)
			}
		}
	}
}

const scratch = "Sheet1"

// calculate works out a formula of which all that it refers to is known.
func (k *calculator) calculate(pieces []piece) (result string, ok bool) {
	defer func() {
		if recover() != nil { // the library does not know every formula that people write
			result, ok = "", false
		}
	}()
	if k.file == nil {
		k.file = excelize.NewFile()
	}
	var text strings.Builder
	next, texts := 2, 0 // the column that is free
	for _, p := range pieces {
		if p.grid < 0 {
			text.WriteString(p.text)
			continue
		}
		a := p.area
		if !k.put(p, next, &texts) {
			return "", false
		}
		text.WriteString(at(next, 1))
		if a.Bottom > a.Top || a.Right > a.Left {
			fmt.Fprintf(&text, ":%s", at(next+a.Right-a.Left, 1+a.Bottom-a.Top))
		}
		next += a.Right - a.Left + 1
	}
	if err := k.file.SetCellFormula(scratch, "A1", text.String()); err != nil {
		return "", false
	}
	result, err := k.file.CalcCellValue(scratch, "A1", excelize.Options{RawCellValue: true})
	return result, err == nil && !strings.HasPrefix(result, "#")
}

// put puts the values of an area on the scratch sheet, from a column and row 1 on; ok
// is false where one of them is not known, or is what spreadsheets and the library
// may take for different things.
func (k *calculator) put(p piece, column int, texts *int) (ok bool) {
	rows := k.grids[p.grid].Rows
	index, _ := k.rowsOf(p)
	for line := p.area.Top; line <= p.area.Bottom; line++ {
		var cells []imports.Cell
		row := -1
		if index < len(rows) && rows[index].Line == line {
			cells, row = rows[index].Cells, index
			index++
		}
		for c := p.area.Left; c <= p.area.Right; c++ {
			cell := imports.Cell{}
			if c <= len(cells) {
				cell = cells[c-1]
			}
			value, known := k.value(p.grid, row, c-1, cell)
			if text, is := value.(string); is {
				*texts += len(text)
			}
			if !known || *texts > maxReferredText {
				return false
			}
			if err := k.file.SetCellValue(scratch, at(column+c-p.area.Left, 1+line-p.area.Top), value); err != nil {
				return false
			}
		}
	}
	return true
}

// value is what a formula finds in a cell.
func (k *calculator) value(grid, row, column int, c imports.Cell) (any, bool) {
	if c.Formula {
		i, ok := k.at[[3]int{grid, row, column}]
		if !ok || k.formulas[i].state != worked {
			return nil, false
		}
		if n, err := strconv.ParseFloat(k.results[i], 64); err == nil {
			return n, c.Kind != imports.TextCell
		}
		return k.results[i], k.results[i] != "TRUE" && k.results[i] != "FALSE"
	}
	switch {
	case c.Err != nil:
		return nil, false
	case c.Kind == imports.BlankCell:
		return nil, true
	case c.Kind == imports.NumberCell:
		n, err := strconv.ParseFloat(c.Text, 64)
		return n, err == nil
	case c.Kind == imports.DayCell:
		day, err := calendar.ParseDay(c.Text)
		epoch := calendar.DayOf(1899, 12, 30)
		if k.frame.from1904 {
			epoch = calendar.DayOf(1904, 1, 1)
		}
		return float64(day - epoch), err == nil
	case c.Kind == imports.TextCell:
		_, number := decimal(c.Text) // a number typed as text counts in some functions and not in others
		return c.Text, !number
	}
	return nil, false
}

// moveFormula is a formula that cells share, as it stands in a cell so many rows and columns
// from the one that has it; "" where a place would leave the sheet.
func moveFormula(formula string, rows, columns int) string {
	var b strings.Builder
	for rest := formula; rest != ""; {
		var word string
		word, rest = nextWord(rest)
		m := movable.FindStringSubmatch(strings.ToUpper(word))
		if m == nil || strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "!") {
			b.WriteString(word)
			continue
		}
		column, line, _ := reference(m[2] + m[4])
		if m[1] == "" {
			column += columns
		}
		if m[3] == "" {
			line += rows
		}
		if column < 1 || line < 1 {
			return ""
		}
		b.WriteString(m[1] + imports.ColumnName(column) + m[3] + strconv.Itoa(line))
	}
	return b.String()
}

var movable = regexp.MustCompile(`^(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})$`)
