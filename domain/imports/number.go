package imports

import (
	"strconv"
	"strings"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

// A NumberFormat says how numbers are written in a file.
type NumberFormat uint8

// The formats. Undeclared reads digits alone and refuses every separator.
const (
	Undeclared NumberFormat = iota
	Plain                   // 1550.5
	Vietnamese              // 1.550,5
	English                 // 1,550.5
	Spaced                  // 1 550,5
)

// A notation is the signs of a format.
type notation struct {
	code, sample string
	group, point rune // 0 for none
}

var notations = map[NumberFormat]notation{
	Undeclared: {"", "1550", 0, 0},
	Plain:      {"plain", "1550.5", 0, '.'},
	Vietnamese: {"vi", "1.550,5", '.', ','},
	English:    {"en", "1,550.5", ',', '.'},
	Spaced:     {"space", "1 550,5", ' ', ','},
}

// String is the name that ParseNumberFormat reads.
func (f NumberFormat) String() string { return notations[f].code }

// ParseNumberFormat reads vi, en, space or plain; "" is Undeclared.
func ParseNumberFormat(s string) (NumberFormat, error) {
	for f, n := range notations {
		if n.code == strings.ToLower(s) {
			return f, nil
		}
	}
	return Undeclared, errFormatName.With(s)
}

// A Unit is what a number of a money column counts: so many đồng, as a power
// of ten.
type Unit struct {
	zeros int
	name  string
}

// The units of money. The zero Unit is none.
var (
	Dong     = Unit{0, "đồng"}
	Thousand = Unit{3, "nghìn đồng"}
	Million  = Unit{6, "triệu đồng"}
	Billion  = Unit{9, "tỷ đồng"}
)

// IsZero reports whether no unit is declared.
func (u Unit) IsZero() bool { return u.name == "" }

// String is the unit's name in Vietnamese, or "".
func (u Unit) String() string { return u.name }

// units are the spellings of the units, folded and without spaces.
var units = map[string]Unit{
	"dong": Dong, "d": Dong, "vnd": Dong, "vnddong": Dong, "dongvn": Dong, "dongvietnam": Dong, "vietnamdong": Dong,
	"nghin": Thousand, "nghindong": Thousand, "ngan": Thousand, "ngandong": Thousand, "nghind": Thousand, "ngand": Thousand,
	"nghinvnd": Thousand, "nganvnd": Thousand, "1000dong": Thousand, "1000d": Thousand, "1000vnd": Thousand, "x1000dong": Thousand, "x1000d": Thousand,
	"trieu": Million, "trieudong": Million, "trieud": Million, "trieuvnd": Million, "trdong": Million, "trd": Million, "trvnd": Million,
	"1000000dong": Million, "1000000d": Million, "1000000vnd": Million,
	"ty": Billion, "ti": Billion, "tydong": Billion, "tidong": Billion, "tyd": Billion, "tid": Billion, "tyvnd": Billion, "tivnd": Billion,
}

// unitSigns are the words that stand before a unit, folded.
var unitSigns = []string{"don vi tinh", "dvt", "don vi"}

// unitOf reads the name of a unit of money, folded, alone or behind “ĐVT:”.
func unitOf(folded string) (Unit, bool) {
	u, ok := units[strings.ReplaceAll(withoutUnitSign(folded), " ", "")]
	return u, ok
}

// withoutUnitSign is what stands behind “ĐVT:” in a folded text.
func withoutUnitSign(folded string) string {
	for _, sign := range unitSigns {
		if rest, ok := strings.CutPrefix(folded, sign+" "); ok {
			return rest
		}
	}
	return folded
}

// ParseUnit reads đồng, nghìn, triệu or tỷ, with or without "đồng" and marks;
// "" is no unit.
func ParseUnit(s string) (Unit, error) {
	if s == "" {
		return Unit{}, nil
	}
	if u, ok := unitOf(fold(s)); ok {
		return u, nil
	}
	return Unit{}, errUnitName.With(s)
}

// most digits before and after the point.
const (
	maxWhole    = 30
	maxFraction = 9
)

// A decimal is a number as it is written: its digits before and after the
// point, without trailing zeros behind it.
type decimal struct {
	minus           bool
	whole, fraction string
}

// read reads a number in one notation. Its grammar is its own: an optional
// minus, 1 to 30 digits without leading zeros, all in groups of three or none,
// and behind the point 1 to 9 digits.
func (n notation) read(s string) (decimal, bool) {
	var d decimal
	s, d.minus = strings.CutPrefix(s, "-")
	if n.point != 0 {
		var pointed bool
		if s, d.fraction, pointed = strings.Cut(s, string(n.point)); pointed && !digits(d.fraction, maxFraction) {
			return decimal{}, false
		}
		d.fraction = strings.TrimRight(d.fraction, "0")
	}
	var ok bool
	if d.whole, ok = n.ungroup(s); !ok || !digits(d.whole, maxWhole) {
		return decimal{}, false
	}
	return d, len(d.whole) == 1 || d.whole[0] != '0'
}

// ungroup takes the group signs out of a number that has them everywhere.
func (n notation) ungroup(s string) (string, bool) {
	if n.group == 0 {
		return s, true
	}
	groups := strings.Split(s, string(n.group))
	for i, g := range groups {
		switch {
		case len(groups) == 1:
		case i == 0 && (len(g) < 1 || len(g) > 3 || g[0] == '0'), i > 0 && len(g) != 3:
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// scaled is d times ten to the power of zeros. whole is false if that leaves a
// fraction; inRange is false if a record cannot hold it.
func (d decimal) scaled(zeros int) (n int64, whole, inRange bool) {
	if len(d.fraction) > zeros {
		return 0, false, true
	}
	text := strings.TrimLeft(d.whole+d.fraction+strings.Repeat("0", zeros-len(d.fraction)), "0")
	if len(text) > 16 {
		return 0, true, false
	}
	if text != "" {
		n, _ = strconv.ParseInt(text, 10, 64) // at most 16 digits
	}
	if n > canonical.MaxInteger {
		return 0, true, false
	}
	if d.minus {
		n = -n
	}
	return n, true, true
}

// Number reads a number written in format f and gives it times ten to the
// power of zeros, which must come out whole: 6 for millions of đồng, 2 for
// hundredths. Undeclared reads digits alone; "1.550" may then be 1550 or 1,55
// and is refused rather than guessed.
func Number(s string, f NumberFormat, zeros int) (int64, error) {
	text := spaces.Replace(s)
	n := notations[f]
	d, ok := n.read(text)
	if !ok {
		if f == Undeclared {
			return 0, undeclared(s, text)
		}
		return 0, errNumberForm.With(s, n.sample)
	}
	v, whole, inRange := d.scaled(zeros)
	switch {
	case !whole:
		return 0, unwhole(zeros).With(s)
	case !inRange:
		return 0, errNumberRange.With(s)
	}
	return v, nil
}

// spaces are those that spreadsheets put between groups.
var spaces = strings.NewReplacer("\u00A0", " ", "\u202F", " ", "\u2009", " ")

// unwhole is the fault of a number that does not come out whole.
func unwhole(zeros int) *fault.Fault {
	switch zeros {
	case 0:
		return errNumberWhole
	case 2:
		return errNumberPoints
	}
	return errNumberDong
}

// undeclared says what a number with separators could mean.
func undeclared(s, text string) error {
	var readings []string
	for _, f := range []NumberFormat{Vietnamese, English} {
		if d, ok := notations[f].read(text); ok {
			readings = append(readings, d.vi())
		}
	}
	_, spaced := notations[Spaced].read(text)
	_, plain := notations[Plain].read(text)
	switch {
	case len(readings) == 2 && readings[0] != readings[1]:
		return ErrNumberAmbiguous.With(s, readings[0], readings[1])
	case len(readings) > 0 || spaced || plain:
		return ErrNumberUndeclared.With(s)
	}
	return errNumberForm.With(s, "1550")
}

// vi writes d for a sentence: digits, and the fraction behind a comma.
func (d decimal) vi() string {
	text := d.whole
	if d.minus {
		text = "-" + text
	}
	if d.fraction != "" {
		text += "," + d.fraction
	}
	return text
}

// FormatNumber writes n divided by ten to the power of zeros in format f, so
// that Number reads it back.
func FormatNumber(n int64, f NumberFormat, zeros int) string {
	text, minus := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	if len(text) <= zeros {
		text = strings.Repeat("0", zeros+1-len(text)) + text
	}
	signs := notations[f]
	whole, fraction := text[:len(text)-zeros], strings.TrimRight(text[len(text)-zeros:], "0")
	var b strings.Builder
	if minus {
		b.WriteByte('-')
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && signs.group != 0 {
			b.WriteRune(signs.group)
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteRune(signs.point)
		b.WriteString(fraction)
	}
	return b.String()
}
