package imports

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/spelling"
)

// fold is the form in which headings and words are compared.
func fold(s string) string { return spelling.Words(s) }

// clean gives the text of a cell as records keep it: normal form C, no space
// around it and every run of white space as one space. A character that no text
// may hold is refused.
func clean(s string) (string, error) {
	if len(s) > maxCellBytes {
		return "", errCellLong.With(len(s), maxCellBytes)
	}
	ascii, n := true, 0
	for _, r := range s {
		n++
		if why, flawed := ledger.CharacterFlaw(r); flawed && !cellSpace(r) {
			return "", errCellCharacter.With(n, r, why)
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

// SheetMark stands between the name of a workbook and that of its sheet in the
// source of a record. Neither name can have it, so the two can be told apart.
const SheetMark = "/"

// RecordableName is the name of a file or of a sheet as records keep it: without
// the characters that no text may hold. Nobody typed them (systems put them into
// the names of what they save), and the sum of the file names it to programs.
func RecordableName(name string) string {
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
	c, err := canonical.Transform(quoted, 8*maxCellBytes)
	if err != nil {
		return "", err
	}
	var out string
	err = canonical.Unmarshal(c, &out)
	return out, err
}
