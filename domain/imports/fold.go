package imports

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
)

// bare maps the letters of Vietnamese to those without marks.
var bare = func() map[rune]rune {
	m := map[rune]rune{}
	for _, group := range []string{
		"aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ",
		"uùúủũụưừứửữự", "yỳýỷỹỵ", "dđ",
	} {
		first, _ := utf8.DecodeRuneInString(group)
		for _, r := range group {
			m[r] = first
		}
	}
	return m
}()

// fold is the form in which headings and words are compared: lower case,
// without marks, every run of anything but letters and digits as one space.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if plain, ok := bare[r]; ok {
			r = plain
		}
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// clean gives the text of a cell as records keep it: normal form C, no space
// around it and every run of white space as one space. A character that no text
// may hold is refused.
func clean(s string) (string, error) {
	if len(s) > MaxCellBytes {
		return "", ErrCellLong.With(len(s), MaxCellBytes)
	}
	ascii, n := true, 0
	for _, r := range s {
		n++
		if why, flawed := ledger.CharacterFlaw(r); flawed && !cellSpace(r) {
			return "", ErrCellCharacter.With(n, r, why)
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	s = strings.Join(strings.Fields(s), " ")
	if ascii {
		return s, nil
	}
	return compose(s)
}

// cellSpace reports the white space that people paste into cells without a
// thought: it becomes a common space.
func cellSpace(r rune) bool {
	return r == '\n' || r == '\t' || r == '\r' || unicode.Is(unicode.Zs, r)
}

// recordableName is the name of a file or of a sheet as records keep it: without
// the characters that no text may hold. Nobody typed them (systems put them into
// the names of what they save), and the sum of the file names it to programs.
func recordableName(name string) string {
	name = strings.Map(func(r rune) rune {
		_, flawed := ledger.CharacterFlaw(r)
		switch {
		case cellSpace(r):
			return ' '
		case flawed:
			return -1
		}
		return r
	}, name)
	if composed, err := compose(name); err == nil {
		name = composed
	}
	return strings.TrimSpace(name)
}

// compose brings text to normal form C by the one door that records use.
func compose(s string) (string, error) {
	quoted, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	c, err := canonical.Transform(quoted, 8*MaxCellBytes)
	if err != nil {
		return "", err
	}
	var out string
	err = canonical.Unmarshal(c, &out)
	return out, err
}

// distance is the number of letters to add, drop or change between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
