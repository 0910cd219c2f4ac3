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
