package sheets

import (
	"strings"
	"unicode/utf8"
)

// A shownFormat is the code of a number format, taken apart: what it makes of a
// number as a reader of the sheet sees it. Signs between groups of digits are left
// out of what is shown: they differ from machine to machine.
type shownFormat struct {
	sections []formatSection // for all numbers; or positive and negative; or positive, negative and zero
}

// A formatSection is one section of a format's code.
type formatSection struct {
	tokens   []formatToken
	integers int // places for digits before the point
	decimals int // places for digits behind the point
	shift    int // power of ten by which a number is multiplied before it is shown: 2 under %, -3 a thousand
	zeros    int // zeros that the format puts behind every whole number, as #,##0".000" does
	plain    bool
}

// maxShownScale bounds the power of ten of a format, which no format that is meant
// comes near.
const maxShownScale = 100

// A formatToken is a place for a digit, the point, or a text that is shown as it
// stands.
type formatToken struct {
	place byte // '0', '#', '?', '.' or 'G' (the whole number as it is); 0 for a text
	text  string
}

// formatsBuiltIn are the codes of the number formats that a file names by number
// alone and that show more than the digits of a number.
var formatsBuiltIn = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
	39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
}

// parseShownFormat takes the code of a number format apart; nil for one that shows
// numbers as they are, or in a way that is not followed here: as a fraction, with an
// exponent, by conditions.
func parseShownFormat(code string) *shownFormat {
	f := &shownFormat{}
	for rest, more := code, true; more && len(f.sections) < 3; {
		var s formatSection
		var ok bool
		if s, rest, more, ok = parseSection(rest); !ok {
			return nil
		}
		f.sections = append(f.sections, s)
	}
	for _, s := range f.sections {
		if !s.plain {
			return f
		}
	}
	return nil
}

// parseSection takes the first section of a code; ok is false for what is not
// followed here.
func parseSection(code string) (s formatSection, rest string, more, ok bool) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			s.tokens = append(s.tokens, formatToken{text: text.String()})
			text.Reset()
		}
	}
	pointed, commas := false, 0
	for code != "" {
		r, n := utf8.DecodeRuneInString(code)
		at := code
		code = code[n:]
		if r != ',' && r != '0' && r != '#' && r != '?' && r != '.' && commas > 0 && s.integers+s.decimals > 0 {
			s.shift, commas = s.shift-3*commas, 0 // commas behind the last digit show thousands
		}
		switch r {
		case ';':
			flush()
			return s.finished(), code, true, true
		case '"':
			end := strings.IndexByte(code, '"')
			if end < 0 {
				return s, "", false, false
			}
			text.WriteString(code[:end])
			code = code[end+1:]
		case '\\':
			_, n = utf8.DecodeRuneInString(code)
			text.WriteString(code[:n])
			code = code[n:]
		case '_', '*': // a space as wide as the next sign; the next sign repeated
			_, n = utf8.DecodeRuneInString(code)
			code = code[n:]
		case '[':
			end := strings.IndexByte(code, ']')
			if end < 0 || strings.ContainsAny(code[:1], "<>=") {
				return s, "", false, false
			}
			if currency, is := strings.CutPrefix(code[:end], "$"); is {
				currency, _, _ = strings.Cut(currency, "-")
				text.WriteString(currency)
			}
			code = code[end+1:]
		case '0', '#', '?':
			flush()
			commas = 0 // those before a digit group the digits
			s.tokens = append(s.tokens, formatToken{place: byte(r)})
			if pointed {
				s.decimals++
			} else {
				s.integers++
			}
		case ',':
			commas++
		case '.':
			if pointed {
				return s, "", false, false
			}
			if commas > 0 {
				s.shift, commas = s.shift-3*commas, 0
			}
			flush()
			pointed = true
			s.tokens = append(s.tokens, formatToken{place: '.'})
		case '%':
			s.shift += 2
			text.WriteByte('%')
		case '/', 'E', 'e', '@':
			if r == '/' && s.integers+s.decimals == 0 || r == 'E' && !strings.HasPrefix(code, "+") && !strings.HasPrefix(code, "-") {
				text.WriteRune(r)
				continue
			}
			return s, "", false, false
		default:
			if after, is := strings.CutPrefix(at, "General"); is {
				flush()
				s.tokens = append(s.tokens, formatToken{place: 'G'})
				code = after
				continue
			}
			text.WriteRune(r)
		}
	}
	if commas > 0 && s.integers+s.decimals > 0 {
		s.shift -= 3 * commas
	}
	flush()
	return s.finished(), "", false, true
}

// finished completes a section: what it says of every number alike.
func (s formatSection) finished() formatSection {
	last := len(s.tokens) - 1
	if last > 0 && s.integers > 0 && s.decimals == 0 && s.tokens[last].place == 0 {
		digits := strings.NewReplacer(".", "", ",", "", " ", "").Replace(s.tokens[last].text)
		if strings.Trim(digits, "0") == "" {
			s.zeros = len(digits)
		}
	}
	s.plain = s.shift == 0 && s.showsDigitsAlone()
	return s
}

// showsDigitsAlone reports whether a section shows every whole number by its digits
// and nothing else: #,##0 does; 000 and 0.00 do not.
func (s formatSection) showsDigitsAlone() bool {
	forced := 0
	for _, t := range s.tokens {
		switch t.place {
		case '0':
			forced++
		case '#', 'G':
		default:
			return false
		}
	}
	return forced <= 1 && len(s.tokens) > 0
}

// show is what the format makes of a number (as decimal writes it), and the power of
// ten by which the number that is shown is that of the cell.
func (f *shownFormat) show(number string) (text string, scale int8) {
	digits, minus := strings.CutPrefix(number, "-")
	s, sign := f.sections[0], ""
	switch {
	case minus && len(f.sections) > 1:
		s = f.sections[1]
	case number == "0" && len(f.sections) > 2:
		s = f.sections[2]
	case minus:
		sign = "-"
	}
	return sign + s.show(digits), int8(max(-maxShownScale, min(s.shift+s.zeros, maxShownScale)))
}

// show is what a section makes of a number without a sign.
func (s formatSection) show(number string) string {
	whole, fraction := roundedAt(number, s.shift, s.decimals)
	if s.integers == 0 && s.decimals == 0 { // texts alone, or General among them
		whole, fraction = "", ""
	}
	var b strings.Builder
	place, behind := 0, 0
	for _, t := range s.tokens {
		switch {
		case t.place == 0:
			b.WriteString(t.text)
		case t.place == 'G':
			b.WriteString(strings.Replace(number, ".", ",", 1))
		case t.place == '.':
			if s.integers == 0 && whole != "0" {
				b.WriteString(whole) // .00 shows the whole number all the same
			}
			if strings.Trim(fraction, "0") != "" || s.forcesDecimals() {
				b.WriteByte(',')
			}
		case place == s.integers: // behind the point
			if t.place == '0' || strings.Trim(fraction[behind:], "0") != "" {
				b.WriteByte(fraction[behind])
			}
			behind++
		default:
			at := len(whole) - s.integers + place // the digit of this place
			if place == 0 && at > 0 {
				b.WriteString(whole[:at])
			}
			switch {
			case at >= 0 && (whole != "0" || t.place == '0'):
				b.WriteByte(whole[at])
			case at < 0 && t.place == '0':
				b.WriteByte('0')
			}
			place++
		}
	}
	return strings.TrimSpace(b.String())
}

// forcesDecimals reports whether a section shows a decimal of every number.
func (s formatSection) forcesDecimals() bool {
	pointed := false
	for _, t := range s.tokens {
		if pointed && t.place == '0' {
			return true
		}
		pointed = pointed || t.place == '.'
	}
	return false
}

// roundedAt is a number without a sign times a power of ten, rounded half up to so
// many decimals: its digits before and behind the point.
func roundedAt(number string, shift, decimals int) (whole, fraction string) {
	before, behind, _ := strings.Cut(number, ".")
	digits, point := before+behind, len(before)+shift
	for point < 0 {
		digits, point = "0"+digits, point+1
	}
	for len(digits) <= point+decimals {
		digits += "0"
	}
	kept := []byte("0" + digits[:point+decimals]) // room for what rounding carries
	if digits[point+decimals] >= '5' {
		i := len(kept) - 1
		for ; kept[i] == '9'; i-- {
			kept[i] = '0'
		}
		kept[i]++
	}
	whole, fraction = strings.TrimLeft(string(kept[:point+1]), "0"), string(kept[point+1:])
	if whole == "" {
		whole = "0"
	}
	return whole, fraction
}
