package imports

import (
	"strings"
	"unicode"
)

// columnFacts are what the cells of a column say together.
type columnFacts struct {
	marks, words int    // of a column of yes or no: cells with a mark such as x, with a word
	typedDay     string // of a column of days: a day typed as text whose day is above 12
	swappable    bool   // every cell with a day could have day and month swapped
}

// look gathers what the columns say in the rows of a table.
func (lay *layout) look(rows []GridRow) {
	lay.facts = make([]columnFacts, len(lay.columns))
	for i, c := range lay.columns {
		if c == nil {
			continue
		}
		f := &lay.facts[i]
		f.swappable = true
		for _, row := range rows {
			switch cell := row.cell(i); {
			case cell.Blank():
			case c.Type == YesNo && isTick(cell.Text):
				f.marks++
			case c.Type == YesNo:
				if _, ok := yesWords[fold(cell.Shown())]; ok {
					f.words++
				}
			case !c.Type.isDay():
			case cell.Kind == TextCell:
				if m := typedDays.FindStringSubmatch(strings.TrimSpace(cell.Text)); m != nil && m[1] > "12" && len(m[1]) == 2 {
					f.typedDay = strings.TrimSpace(cell.Text)
				}
			case cell.Kind == DayCell:
				_, ok := swapped(cell.Text)
				f.swappable = f.swappable && ok
			}
		}
	}
}

// isDay reports whether cells of a type are days.
func (t Type) isDay() bool { return t == Day || t == LastDay || t == FirstOut }

// isNumber reports whether cells of a type are numbers that count or measure.
func (t Type) isNumber() bool { return t == Whole || t == Money || t == Points }

// swapped is a day with its month for its day; ok is false where that is no day.
func swapped(iso string) (string, bool) {
	if len(iso) != len("2006-01-02") || iso[8:] > "12" {
		return "", false
	}
	return iso[:5] + iso[8:] + iso[4:7], true
}

// isTick knows the mark that says yes in a column of marks.
func isTick(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "x", "✓", "✔", "☑", "√":
		return true
	}
	return false
}

// isEllipsis knows the dots that stand in a form where nothing is filled in.
func isEllipsis(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	return len(text) > 1 && strings.Trim(text, ".…") == ""
}

// isDash knows what people type into a column of numbers for no number.
func isDash(text string) bool {
	text = strings.TrimSpace(text)
	if text != "" && strings.TrimFunc(text, func(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' }) == "" {
		return true
	}
	switch fold(text) {
	case "khong", "ko", "khong co", "khong co so lieu", "chua co", "chua co so lieu":
		return true
	}
	return false
}

// readCell gives a cell its value.
func (r *row) readCell(i int, cell Cell) {
	var err error
	if r.texts[i], err = clean(cell.Shown()); err == nil {
		err = cell.Err
	}
	c := r.columns[i]
	if err == nil && isEllipsis(r.texts[i]) {
		r.texts[i] = ""
	}
	if err == nil && c != nil && c.Type.isNumber() && cell.Kind == TextCell && isDash(r.texts[i]) {
		r.readDash(i, c)
		return
	}
	switch {
	case err != nil:
		r.reject(i, err)
	case c == nil, c.Type == Remark:
	case r.texts[i] == "" && c.Type == YesNo && c.Required && r.ticked(i):
		r.values[i] = false
	case r.texts[i] == "" && c.always:
		r.reject(i, errCellMissing)
	case isRemoval(r.texts[i]):
		r.remove(i, c)
	case r.texts[i] != "":
		cell.Text, _ = clean(cell.Text) // refused above where it cannot be
		if v, err := r.cellValue(i, c, cell); err != nil {
			r.reject(i, err)
		} else {
			r.values[i] = v
		}
	}
}

// ticked reports whether a column of yes or no holds marks alone: a cell without one
// then says no.
func (r *row) ticked(i int) bool {
	return i < len(r.facts) && r.facts[i].marks > 0 && r.facts[i].words == 0
}

// readDash gives a cell with a dash the value that the sender says it has.
func (r *row) readDash(i int, c *Column) {
	switch r.answers[askedDash] {
	case "zero":
		r.values[i] = int64(0)
	case "blank":
		if r.texts[i] = ""; c.Required {
			r.reject(i, errCellMissing)
		}
	default:
		r.reject(i, errDash.With(r.texts[i]))
	}
}

// cellValue reads a cell of one column by all that the column and its cells say.
func (r *row) cellValue(i int, c *Column, cell Cell) (any, error) {
	switch {
	case c.Type == YesNo && cell.Kind == TextCell && isTick(cell.Text):
		return true, nil
	case c.Type.isDay() && cell.Kind == DayCell && i < len(r.facts):
		f := r.facts[i]
		other, ok := swapped(cell.Text)
		if !ok || f.typedDay == "" || !f.swappable || other == cell.Text {
			break
		}
		meant := Cell{Kind: DayCell, Text: other}
		switch r.answers[askedDays] {
		case "swap":
			cell = meant
		case "":
			return nil, errSwappedDays.With(cell.Shown(), f.typedDay, meant.Shown())
		}
	case r.sampled && c.Type != YesNo && c.Type != Choice && c.isOwnWords(cell.Shown()):
		return nil, errCellSample.With(cell.Shown())
	}
	return r.typedValue(c, r.units[i], cell)
}

// typedValue reads a cell of a grid by the type of its column and its own: what
// the file holds as a number or a day is never read as text again, and in columns of
// texts and keys a number is what its format shows.
func (lay *layout) typedValue(c *Column, unit Unit, cell Cell) (any, error) {
	switch cell.Kind {
	case NumberCell:
		switch {
		case c.Type.isNumber():
			return lay.shownNumber(unit.zerosOf(c), unit, cell)
		case c.Type.isDay() && !yearForm.MatchString(cell.Text) && !serialForm.MatchString(cell.Text):
			return nil, errNumberDay.With(cell.Shown())
		case c.Type == Year && cell.Scale == 0, c.Type.isDay(), c.Type != Text && cell.Display == "":
			return lay.value(c, unit, cell.Text)
		case c.Type == Choice:
			if v, err := c.choose(cell.Shown()); err == nil {
				return v, nil
			}
			return c.choose(cell.Text)
		}
	case DayCell:
		switch {
		case c.Type.isDay():
			return lay.value(c, unit, cell.Text)
		case c.Type != Text || c.Name != "note":
			// A number such as 12/2023 that a spreadsheet took for a day is lost: the
			// cell says neither how it was typed nor what was meant.
			return nil, errCellIsDay.With(cell.Shown())
		}
	}
	return lay.value(c, unit, cell.Shown())
}

// zerosOf is by which power of ten the numbers of a column are recorded.
func (u Unit) zerosOf(c *Column) int {
	switch c.Type {
	case Money:
		return u.zeros
	case Points:
		return 2
	}
	return 0
}

// shownNumber is the number of a cell times ten to the power of zeros. Where the
// number that the format shows is another, the sender says which is right.
func (lay *layout) shownNumber(zeros int, unit Unit, cell Cell) (any, error) {
	stored, storedErr := exactNumber(cell, zeros)
	shift := int(cell.Scale)
	if u, ok := shownUnit(cell.Display); ok && !unit.IsZero() {
		shift += u.zeros - unit.zeros
	}
	if shift == 0 || stored == 0 && storedErr == nil {
		return stored, storedErr
	}
	moved := cell
	moved.Text = movePoint(cell.Text, shift)
	shown, err := exactNumber(moved, zeros)
	switch answer := lay.answers[askedShown]; {
	case answer == "shown":
		return shown, err
	case answer == "stored":
		return stored, storedErr
	case err != nil:
		return nil, err
	}
	return nil, errShown.With(cell.Display, amount(shown, nil, zeros, unit), Cell{Kind: NumberCell, Text: cell.Text}.Shown(), amount(stored, storedErr, zeros, unit))
}

// amount writes a number that was read, with its unit, for a sentence.
func amount(n int64, err error, zeros int, unit Unit) string {
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(FormatNumber(n, Vietnamese, zeros) + " " + unit.String())
}

// shownUnit is the unit of money that the format of a cell shows behind its number.
func shownUnit(display string) (Unit, bool) {
	at := strings.LastIndexAny(display, "0123456789")
	if at < 0 || strings.TrimSpace(display[at+1:]) == "" {
		return Unit{}, false
	}
	return unitOf(fold(display[at+1:]))
}

// movePoint is a number, as cells hold it, times a power of ten.
func movePoint(text string, shift int) string {
	digits, minus := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	for ; shift > 0; shift-- {
		if fraction == "" {
			fraction = "0"
		}
		whole, fraction = whole+fraction[:1], fraction[1:]
	}
	for ; shift < 0; shift++ {
		if whole == "" {
			whole = "0"
		}
		whole, fraction = whole[:len(whole)-1], whole[len(whole)-1:]+fraction
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if minus {
		whole = "-" + whole
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		whole += "." + fraction
	}
	return whole
}

// exactNumber is the number of a cell times ten to the power of zeros.
func exactNumber(cell Cell, zeros int) (int64, error) {
	text, minus := strings.CutPrefix(cell.Text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if !digits(whole, maxWhole) || fraction != "" && !digits(fraction, maxWhole) {
		return 0, errNumberForm.With(cell.Shown(), "1550")
	}
	d := decimal{minus: minus, whole: whole, fraction: strings.TrimRight(fraction, "0")}
	n, exact, inRange := d.scaled(zeros)
	switch {
	case !exact:
		return 0, unwhole(zeros).With(cell.Shown())
	case !inRange:
		return 0, errNumberRange.With(cell.Shown())
	}
	return n, nil
}
