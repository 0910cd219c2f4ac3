// Package spelling compares how words are written: without the marks of
// Vietnamese, and by how many letters two words differ.
//
// It knows letters alone: no headings, no names of co-operatives, no codes. What
// counts as the same, and how many letters may differ, is for the caller to say.
package spelling

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Plain is text in lower case, without marks, with one space for every run of
// white space: what two ways of writing a Vietnamese name have in common.
func Plain(s string) string { return joinFields(foldQuickly(s)) }

// Words is Plain with one space for every run of anything but a to z and 0 to 9.
func Words(s string) string {
	return joinFields(strings.Map(func(r rune) rune {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return ' '
		}
		return r
	}, foldQuickly(s)))
}

func joinFields(s string) string { return strings.Join(strings.Fields(s), " ") }

// foldQuickly is text in lower case and without its marks.
func foldQuickly(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if int(r) >= len(unmarkedLetters()) {
			return foldByTables(s)
		}
		b.WriteString(unmarkedLetters()[r])
	}
	return b.String()
}

// foldByTables is unmarked for any text, slowly.
func foldByTables(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ': // the one letter of Vietnamese whose mark is no combining character
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unmarkedLetters are the letters below U+1F00, in which Vietnamese is written,
// each as decomposed makes it alone. A letter in a text is the same as one alone
// once the marks are gone, so a text of these letters needs no normalisation.
var unmarkedLetters = sync.OnceValue(func() []string {
	table := make([]string, 0x1f00)
	for r := range table {
		table[r] = foldByTables(string(rune(r)))
	}
	return table
})

// Distance is how many bytes must be put in, taken out or changed to make one
// word of the other (Levenshtein, 1965).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0] // of the row before
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
