package sheets

import (
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/imports"
)

// A look is what the style of a cell says: whether its number is a day, and to
// what precision, and how its text is written.
type look struct {
	shows  shows
	format *shownFormat // of a number; nil where the number is shown as it is
	font   imports.Font
}

// shows is what a number format makes of a number.
type shows uint8

const (
	asNumber shows = iota
	asDay
	asMonth
	asYear
	asTime
)

// builtIn are the number formats that need no text, those of eastern Asia
// among them (ECMA-376 part 1, 18.8.30).
func builtIn(id int) shows {
	switch {
	case id == 17 || id >= 55 && id <= 56:
		return asMonth
	case id >= 14 && id <= 16, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58:
		return asDay
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47:
		return asTime
	}
	return asNumber
}

// lookOf is the look of a number format, by its number and, unless it is built in,
// its code.
func lookOf(id int, code string) look {
	k := look{shows: builtIn(id)}
	if code == "" {
		code = formatsBuiltIn[id]
	}
	if k.shows == asNumber {
		k.shows = showsOf(code)
	}
	if k.shows == asNumber && code != "" {
		k.format = parseShownFormat(code)
	}
	return k
}

// showsOf reads the code of a number format: its first section, without what
// stands in quotes, in brackets or behind a backslash. A format with places for
// digits shows a number, whatever letters stand beside them (#,##0 VND, #,##0 ha); a
// point and zeros behind seconds are parts of them.
func showsOf(code string) shows {
	bare := strings.ToLower(bareFormat(code))
	for _, seconds := range []string{"ss.000", "ss.00", "ss.0", "s.000", "s.00", "s.0"} {
		bare = strings.ReplaceAll(bare, seconds, "s")
	}
	if strings.ContainsAny(bare, "0#?") {
		return asNumber
	}
	var day, month, year, hour bool
	for _, r := range bare {
		switch r {
		case 'd':
			day = true
		case 'm':
			month = true
		case 'y':
			year = true
		case 'h', 's':
			hour = true
		}
	}
	switch {
	case day:
		return asDay
	case year && month:
		return asMonth
	case year:
		return asYear
	case hour || month:
		return asTime
	}
	return asNumber
}

func bareFormat(code string) string {
	var b strings.Builder
	runes := []rune(strings.Replace(code, "General", "", 1))
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; r {
		case ';':
			return b.String()
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := map[rune]rune{'"': '"', '[': ']'}[r]
			for i++; i < len(runes) && runes[i] != end; i++ {
				// [h] counts hours; anything else in brackets is a colour, a
				// condition or a language
				if r == '[' && (runes[i] == 'h' || runes[i] == 's' || runes[i] == 'm') && i+1 < len(runes) && runes[i+1] == ']' {
					b.WriteRune(runes[i])
				}
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// typed makes the cell of a grid, of its text and the look of its style.
func (c rawCell) typed(text string, k look, from1904 bool) imports.Cell {
	out := imports.Cell{Font: k.font, Formula: c.formula}
	if c.formula && c.value == "" && (c.kind != "str" || c.values == 0) { // <v></v> is a text of no letters
		out.Kind, out.Err = imports.TextCell, ErrFormula
		return out
	}
	switch c.kind {
	case "e":
		out.Kind, out.Text, out.Err = imports.TextCell, text, ErrValue.With(text)
	case "b":
		truthValue(&out, strings.TrimSpace(text))
	case "d":
		out.Kind, out.Text = imports.DayCell, strings.SplitN(c.value, "T", 2)[0]
	case "s", "str", "inlineStr":
		out.Kind, out.Text = imports.TextCell, text
	default:
		number(&out, c.value, k, from1904)
	}
	return out
}

// truthValue fills in a cell of the type boolean: 1 or true, 0 or false.
func truthValue(out *imports.Cell, raw string) {
	out.Kind = imports.YesNoCell
	switch raw {
	case "1", "true":
		out.Text, out.Display = "1", "TRUE"
	case "0", "false":
		out.Text, out.Display = "0", "FALSE"
	default:
		out.Kind, out.Text, out.Err = imports.TextCell, raw, ErrTruth.With(raw)
	}
}

// number fills in a cell of the type number: a day where its style shows one, and
// else what its format makes of the number.
func number(out *imports.Cell, raw string, k look, from1904 bool) {
	shown := k.shows
	text, ok := decimal(raw)
	out.Kind, out.Text = imports.NumberCell, text
	switch {
	case !ok:
		out.Kind, out.Text, out.Err = imports.TextCell, raw, ErrNumber.With(raw)
	case shown == asTime:
		out.Err = ErrTime
	case shown != asNumber:
		day, ok := serialDay(text, from1904)
		if !ok {
			out.Err = ErrDayRange.With(text)
			return
		}
		out.Kind, out.Text = imports.DayCell, day.String()[:map[shows]int{asDay: 10, asMonth: 7, asYear: 4}[shown]]
	case k.format != nil:
		out.Display, out.Scale = k.format.show(text)
	}
}

// serialDay is the day that a workbook counts so many days after its epoch; the
// time of day behind the point is left out. In the epoch of 1900 the days
// before 1 March 1900 are off by one, as they have always been; the calendar
// begins later than that.
func serialDay(text string, from1904 bool) (calendar.Day, bool) {
	whole, _, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 200_000 {
		return 0, false
	}
	epoch := calendar.DayOf(1899, 12, 30)
	if from1904 {
		epoch = calendar.DayOf(1904, 1, 1)
	}
	day := epoch + calendar.Day(n)
	return day, day >= calendar.MinDay && day <= calendar.MaxDay
}

// Digits that spreadsheets keep of a number, and the most that are read before
// and behind the point.
const (
	significant = 15
	mostDigits  = 30
)

// decimal reads a number as a file holds it, [-]digits[.digits][E±digits], and
// writes it without an exponent. Behind the point, digits beyond the fifteenth
// are those by which binary fractions miss decimal ones (1.1 is stored as
// 1.1000000000000001) and are rounded away, half up, as spreadsheets do.
func decimal(raw string) (string, bool) {
	text, minus := strings.CutPrefix(strings.TrimSpace(raw), "-")
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(text), "E")
	whole, fraction, pointed := strings.Cut(mantissa, ".")
	shift := 0
	if scientific {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > mostDigits || n < -400 {
			return "", false
		}
		shift = n
	}
	if !onlyDigits(whole+fraction) || whole+fraction == "" || pointed && fraction == "" {
		return "", false
	}
	digits, point := roundOff(whole+fraction, len(whole)+shift)
	out := placePoint(digits, point)
	if minus && out != "0" {
		out = "-" + out
	}
	return out, true
}

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// roundOff rounds digits, of which so many stand before the point, to those
// that count, unless all of them stand before the point.
func roundOff(digits string, point int) (string, int) {
	trimmed := strings.TrimLeft(digits, "0")
	point -= len(digits) - len(trimmed)
	digits = trimmed
	keep := max(significant, point)
	if len(digits) <= keep {
		return digits, point
	}
	up := digits[keep] >= '5'
	kept := []byte(digits[:keep])
	for i := len(kept) - 1; up && i >= 0; i-- {
		if kept[i] == '9' {
			kept[i] = '0'
			continue
		}
		kept[i]++
		up = false
	}
	if up {
		kept, point = append([]byte("1"), kept...), point+1
	}
	return string(kept), point
}

// placePoint writes digits of which so many stand before the point.
func placePoint(digits string, point int) string {
	for point > len(digits) {
		digits += "0"
	}
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	fraction := strings.TrimRight(digits[point:], "0")
	if fraction == "" {
		return digits[:point]
	}
	return digits[:point] + "." + fraction
}
