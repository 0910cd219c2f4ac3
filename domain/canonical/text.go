package canonical

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain marks the ASCII characters that stand for themselves in a string.
var plain = func() (set [utf8.RuneSelf]bool) {
	for c := byte(' '); c < 0x7F; c++ {
		set[c] = c != '"' && c != '\\'
	}
	return set
}()

// isForbidden reports the characters that no string may hold.
func isForbidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t'
	case r < 0x2000:
		return r >= 0x7F && r < 0xA0 // DEL and the C1 controls
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true // they make a text read otherwise than it is stored
	case r == 0xFEFF, r >= 0xFDD0 && r <= 0xFDEF:
		return true
	}
	return r&0xFFFE == 0xFFFE // U+FFFE, U+FFFF and their like in every plane
}

// isAlwaysNormal reports the characters that are in normal form C whatever stands
// beside them, among those that Vietnamese papers use. Text made of these
// alone needs no look at the normaliser's tables, which is most of the time
// of a scan.
func isAlwaysNormal(r rune) bool {
	switch {
	case r < 0x300, r >= 0x1EA0 && r <= 0x1EF9:
		return true
	case r >= 0x2010 && r <= 0x2027, r == '₫':
		return true
	}
	return false
}

// plainRun gives the end of the characters from i on that stand for themselves in a
// string; quick is false if their normal form has to be looked at.
func plainRun(src []byte, i int) (end int, quick bool) {
	quick = true
	for i < len(src) {
		if c := src[i]; c < utf8.RuneSelf {
			if !plain[c] {
				return i, quick
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 || isForbidden(r) {
			return i, quick
		}
		quick = quick && isAlwaysNormal(r)
		i += n
	}
	return i, quick
}

// textFault says why a run had to end at i, where no quote or escape stands.
func textFault(src []byte, i int) error {
	if i >= len(src) {
		return errEnded.With(i)
	}
	r, n := utf8.DecodeRune(src[i:])
	switch {
	case r == utf8.RuneError && n <= 1:
		return errUTF8.With(i)
	case isForbidden(r):
		return errCharacter.With(r, i)
	}
	return errUnexpected.With(string(r), i)
}

// checkNormal brings text, found at byte at, to normal form C. The normaliser cuts
// runs of more than 30 marks by a joiner of its own; such text is refused, for
// what is stored must be what was sent.
func checkNormal(text []byte, at int) ([]byte, error) {
	const joiner = "\u034F"
	out := norm.NFC.Bytes(text)
	if bytes.Count(out, []byte(joiner)) != bytes.Count(text, []byte(joiner)) || !norm.NFC.IsNormal(out) {
		return nil, errMarks.With(at)
	}
	return out, nil
}

// appendQuoted adds the canonical string of text that is known to be sound.
func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	for {
		end, _ := plainRun(text, 0)
		dst = append(dst, text[:end]...)
		if end == len(text) {
			return append(dst, '"')
		}
		dst = append(dst, '\\', escapeOf(text[end]))
		text = text[end+1:]
	}
}

// escapeOf is the letter that follows the backslash for a character that may
// not stand for itself, or 0 where there is none.
func escapeOf(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\n':
		return 'n'
	case '\t':
		return 't'
	}
	return 0
}

// escapedCharacter is the character that a canonical escape stands for, or 0.
func escapedCharacter(letter byte) byte {
	switch letter {
	case '"', '\\':
		return letter
	case 'n':
		return '\n'
	case 't':
		return '\t'
	}
	return 0
}

// unescape gives the text between the quotes of a canonical string.
func unescape(raw []byte) []byte {
	text := make([]byte, 0, len(raw))
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(text, raw...)
		}
		text = append(append(text, raw[:i]...), escapedCharacter(raw[i+1]))
		raw = raw[i+2:]
	}
}

// closeQuoted ends the string whose text was put at dst[start:], behind its
// opening quote: it checks the text and escapes what has to be escaped.
func closeQuoted(dst []byte, start int) ([]byte, error) {
	text := dst[start:]
	end, quick := plainRun(text, 0)
	simple := end == len(text)
	for end < len(text) {
		if escapeOf(text[end]) == 0 {
			return nil, textFault(text, end)
		}
		more, q := plainRun(text, end+1)
		end, quick = more, quick && q
	}
	if !quick && !norm.NFC.IsNormal(text) {
		return nil, errNotNFC.With(shorten(text))
	}
	if simple {
		return append(dst, '"'), nil
	}
	return appendQuoted(dst[:start-1], bytes.Clone(text)), nil
}

// compareNames orders member names by their UTF-16 code units, as RFC 8785
// §3.2.3 asks. That is the order of their UTF-8 bytes, but for characters
// beyond U+FFFF: their surrogates come before U+E000.
func compareNames(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return unitRank(a[i]) - unitRank(b[i])
		}
	}
	return len(a) - len(b)
}

// unitRank moves the lead bytes of U+E000–U+FFFF behind those of four bytes.
func unitRank(c byte) int {
	if c == 0xEE || c == 0xEF {
		return 0x100 + int(c)
	}
	return int(c)
}
