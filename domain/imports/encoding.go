package imports

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

var bom = []byte("\xEF\xBB\xBF")

// signatures are the beginnings of files that people take for text.
var signatures = []struct{ magic, name string }{
	{"PK\x03\x04", ".xlsx/.ods/.zip"},
	{"\xD0\xCF\x11\xE0", ".xls"},
	{"%PDF-", ".pdf"},
	{"{\\rtf", ".rtf"},
}

// textOf takes the byte order mark off a file and refuses what is not UTF-8
// text, with a sentence that says how to save it.
func textOf(b []byte) ([]byte, error) {
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.magic)) {
			return nil, errNotText.With(s.name)
		}
	}
	if isUTF16(b) {
		return nil, errUTF16
	}
	b = bytes.TrimPrefix(b, bom)
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return nil, errNUL.With(lineAt(b, i))
	}
	if i := invalidAt(b); i >= 0 {
		return nil, errNotUTF8.With(lineAt(b, i), b[i])
	}
	return b, nil
}

// isUTF16 knows the byte order marks, and text without one by the zero bytes
// beside its ASCII.
func isUTF16(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")) {
		return true
	}
	head := b[:min(len(b), 512)]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	return len(head) >= 4 && max(zeros[0], zeros[1]) > len(head)/4 && min(zeros[0], zeros[1]) == 0
}

func invalidAt(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// lineAt is the line, from 1, of the byte at i.
func lineAt(b []byte, i int) int { return 1 + bytes.Count(b[:i], []byte("\n")) }

// Letters that old Vietnamese code pages and their misreadings leave within
// words, and that no Vietnamese word in Unicode has.
const (
	strayMarks = "¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹»¼½¾¿×÷ƒ„…†‡ˆ‰‹‘“•˜™›"
	vniMarks   = "øûïåäüëØÛÏÅÄÜË"
	vniBefore  = "aeiouyôöâAEIOUYÔÖÂ"
)

// legacy reports text that was written in TCVN3 or VNI, or that is UTF-8 read
// in a code page of one byte a character: such text is sound Unicode and says
// nonsense. Two signs within one cell are asked for, and no letter that only
// Unicode text has, so that a foreign name passes.
func legacy(s string) bool {
	signs := 0
	before := rune(0)
	for i, r := range s {
		switch {
		case r >= 0x1EA0 && r <= 0x1EF9, strings.ContainsRune("ăđơưĂĐƠƯ", r):
			return false
		case strings.ContainsRune(strayMarks, r) && letter(before) && letterAt(s[i+utf8.RuneLen(r):]):
			signs++
		case strings.ContainsRune(vniMarks, r) && strings.ContainsRune(vniBefore, before):
			signs++
		}
		before = r
	}
	return signs >= 2
}

func letter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r < 0x180
}

func letterAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return letter(r) || r != utf8.RuneError && strings.ContainsRune(strayMarks, r)
}
