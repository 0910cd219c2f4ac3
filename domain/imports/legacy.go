package imports

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Font says how the text of a cell is written, as its typeface tells.
type Font uint8

// The ways of writing. Text in TCVN3 or VNI is sound Unicode that says
// nonsense until it is converted.
const (
	Unicode Font = iota
	TCVN3        // .VnTime and its kin
	TCVN3Capitals
	VNI // VNI-Times and its kin
)

// String names the way of writing for a sentence.
func (f Font) String() string {
	switch f {
	case TCVN3, TCVN3Capitals:
		return "TCVN3"
	case VNI:
		return "VNI"
	}
	return "Unicode"
}

// FontNamed tells the way of writing by the name of a typeface. The typefaces
// of TCVN3 whose name ends in H show small letters as capitals.
func FontNamed(typeface string) Font {
	low := strings.ToLower(typeface)
	switch {
	case strings.HasPrefix(low, ".vn") && strings.HasSuffix(typeface, "H"):
		return TCVN3Capitals
	case strings.HasPrefix(low, ".vn"):
		return TCVN3
	case strings.HasPrefix(low, "vni-"):
		return VNI
	}
	return Unicode
}

// tcvn3 are the letters of TCVN 5712:1993 (VN3), by the sign that a code page
// of one byte a character shows in their place.
var tcvn3 = func() map[rune]rune {
	m := map[rune]rune{}
	for _, run := range []struct {
		from    rune
		letters string
	}{
		{0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"}, {0xB5, "àảãáạ"}, {0xBB, "ằẳẵắ"}, {0xC6, "ặầẩẫấậè"}, {0xCE, "ẻẽéẹềểễếệìỉ"},
		{0xDC, "ĩíịò"}, {0xE1, "ỏõóọồổỗốộờởỡớợù"}, {0xF1, "ủũúụừửữứựỳỷỹýỵ"},
	} {
		at := run.from
		for _, letter := range run.letters {
			m[at] = letter
			at++
		}
	}
	return m
}()

// vniMarked are the letters of VNI that a sign behind a plain letter makes,
// and vniAlone those that one sign stands for.
var (
	vniMarked = func() map[string]rune {
		m := map[string]rune{}
		for _, row := range []struct{ base, signs, letters string }{
			{"a", "ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"}, {"e", "ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"},
			{"o", "ùøûõïâáàåãä", "óòỏõọôốồổỗộ"}, {"ô", "ùøûõï", "ớờởỡợ"},
			{"u", "ùøûõï", "úùủũụ"}, {"ö", "ùøûõï", "ứừửữự"}, {"y", "ùøûõ", "ýỳỷỹ"},
		} {
			letters := []rune(row.letters)
			for i, sign := range []rune(row.signs) {
				m[row.base+string(sign)] = letters[i]
				upper := unicode.ToUpper(letters[i])
				m[strings.ToUpper(row.base)+string(unicode.ToUpper(sign))] = upper
				m[strings.ToUpper(row.base)+string(sign)] = upper
			}
		}
		return m
	}()
	vniAlone = func() map[rune]rune {
		m := map[rune]rune{}
		for sign, letter := range map[rune]rune{'ô': 'ơ', 'ö': 'ư', 'í': 'í', 'ì': 'ì', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ', 'ñ': 'đ'} {
			m[sign], m[unicode.ToUpper(sign)] = letter, unicode.ToUpper(letter)
		}
		return m
	}()
)

func fromTCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		if letter, ok := tcvn3[r]; ok {
			return letter
		}
		return r
	}, s)
}

func fromVNI(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, more := utf8.DecodeRuneInString(s[i+n:])
		if letter, ok := vniMarked[string(r)+string(next)]; ok && more > 0 {
			b.WriteRune(letter)
			i += n + more
			continue
		}
		if letter, ok := vniAlone[r]; ok {
			r = letter
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// unicodeText converts a text in an old way of writing. The typeface says which
// one it is; without that only text is converted that reads as Vietnamese in
// one way alone. from is Unicode where nothing was converted; ok is false for
// text that is in an old code page and fits none, or two.
func unicodeText(s string, font Font) (text string, from Font, ok bool) {
	if modern(s) || isASCII(s) {
		if font == TCVN3Capitals && isASCII(s) {
			return strings.ToUpper(s), Unicode, true
		}
		return s, Unicode, true
	}
	switch font {
	case TCVN3:
		return fromTCVN3(s), TCVN3, true
	case TCVN3Capitals:
		return strings.ToUpper(fromTCVN3(s)), TCVN3, true
	case VNI:
		return fromVNI(s), VNI, true
	}
	if !odd(s) {
		return s, Unicode, !legacy(s)
	}
	a, b := fromTCVN3(s), fromVNI(s)
	switch one, two := readable(a), readable(b); {
	case one && !two:
		return a, TCVN3, true
	case two && !one:
		return b, VNI, true
	}
	return s, Unicode, !legacy(s)
}

// odd tells whether a text has two signs, at least, that Vietnamese words do not
// have: marks behind a letter, and letters of other alphabets.
func odd(s string) bool {
	signs, before := 0, rune(0)
	for _, r := range s {
		ours := strings.ContainsRune(vietnamese, unicode.ToLower(r))
		if strings.ContainsRune(strayMarks, r) && (letter(before) || strings.ContainsRune(strayMarks, before)) || letter(r) && r >= utf8.RuneSelf && !ours {
			signs++
		}
		before = r
	}
	return signs >= 2 || legacy(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// modern tells whether a text has a letter that only Unicode has, or a mark of
// its own that stands behind its letter.
func modern(s string) bool {
	for _, r := range s {
		if r >= 0x1EA0 && r <= 0x1EF9 || r >= 0x300 && r <= 0x36F || strings.ContainsRune("ăđơưĂĐƠƯ", r) {
			return true
		}
	}
	return false
}

const toned = "áàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"

// vietnamese are the letters of the alphabet that ASCII has not.
const vietnamese = toned + "ăâđêôơư"

// readable tells whether a text can be Vietnamese: every letter is one of the
// alphabet, and no word has two tones.
func readable(s string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r < utf8.RuneSelf && !letter(r) }) {
		tones := 0
		for _, r := range word {
			if r >= utf8.RuneSelf && !strings.ContainsRune(vietnamese, r) {
				return false
			}
			if strings.ContainsRune(toned, r) {
				tones++
			}
		}
		if tones > 1 {
			return false
		}
	}
	return true
}

// doubtful tells of a text without a typeface to go by whether it is in an old
// way of writing: one that reads as Vietnamese once converted, or one that is
// plainly none of today's.
func doubtful(s string) bool {
	_, from, ok := unicodeText(s, Unicode)
	return from != Unicode || !ok
}
