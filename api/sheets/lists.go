package sheets

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"htxledger/domain/imports"
)

// A hiddenSheet is a hidden sheet with what the rest of the workbook uses it for.
type hiddenSheet struct {
	at   int // in the list of sheets
	part string
	name string // as formulas have it, in small letters
	uses [3]bool
}

// The uses of a sheet by another.
type use int

const (
	byList    use = iota // a drop-down offers what stands there
	byName               // a name stands for it
	byFormula            // a formula of another sheet takes values from it
)

// findHidden begins the list of hidden sheets, with the names that stand for them.
func (r *reader) findHidden() {
	for i, e := range r.frame.sheets {
		if e.hidden {
			r.hidden = append(r.hidden, hiddenSheet{at: i, part: e.part, name: strings.ToLower(e.raw)})
		}
	}
	for _, text := range r.frame.names {
		r.noteUse("", text, byName)
	}
}

// noteUse notes the hidden sheets, but for that of the formula itself, that a
// formula names.
func (r *reader) noteUse(part, formula string, by use) {
	if len(r.hidden) == 0 || !strings.Contains(formula, "!") {
		return
	}
	formula = strings.ToLower(formula)
	for i := range r.hidden {
		if h := &r.hidden[i]; !h.uses[by] && h.part != part {
			h.uses[by] = namesSheet(formula, h.name)
		}
	}
}

// namesSheet reports whether a formula refers to a sheet: 'Danh mục'!A1 or DanhMuc!A1.
func namesSheet(formula, sheet string) bool {
	if strings.Contains(formula, "'"+strings.ReplaceAll(sheet, "'", "''")+"'!") {
		return true
	}
	for rest, at := formula, 0; at >= 0; {
		if at = strings.Index(rest, sheet+"!"); at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:at])
		if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '_' && before != '.' {
			return true
		}
		rest = rest[at+1:]
	}
	return false
}

// markLists marks the hidden sheets to which only drop-downs and names lead: they
// hold the words to choose from, and no rows.
func (r *reader) markLists(grids []*imports.Grid) {
	for _, h := range r.hidden {
		grids[h.at].List = (h.uses[byList] || h.uses[byName]) && !h.uses[byFormula]
	}
}
