package imports

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// sampleYear is the year of a sample row of a form that names none.
const sampleYear = 2023

// sampleMark is what the number of a sample row says, folded.
const sampleMark = "vi du"

// Sample is what the sample row of our own forms shows in the column, of a year; 0 is
// none.
func (c *Column) Sample(year int) string {
	if year == 0 {
		year = sampleYear
	}
	switch c.Type {
	case Key:
		return "ma-vi-du"
	case Keys:
		return "ma-mot; ma-hai"
	case TaxCode:
		return "6400000000"
	case Whole:
		return "25"
	case Money:
		return "1550"
	case Points:
		return "75"
	case Day, FirstOut:
		return fmt.Sprintf("14/03/%d", year)
	case LastDay:
		return fmt.Sprintf("31/12/%d", year)
	case Year:
		return strconv.Itoa(year)
	case YesNo:
		return "có"
	case Choice:
		return c.Words[0].Word
	}
	if c.Name == "line" {
		return "Ví dụ"
	}
	return "(" + strings.ToLower(c.Heading) + ")"
}

// yearInSample is the year of a sample.
var yearInSample = regexp.MustCompile(`[0-9]{4}$`)

// isSample reports whether a cell is as the sample row has it, in whatever year.
func (c *Column) isSample(text string) bool {
	sample := c.Sample(0)
	switch c.Type {
	case Year, Day, LastDay, FirstOut:
		text, sample = yearInSample.ReplaceAllString(strings.TrimSpace(text), ""), yearInSample.ReplaceAllString(sample, "")
		return text == sample
	}
	return fold(text) == fold(sample)
}

// isOwnWords reports whether a cell still holds words that only a sample row has, not
// a number or a word that real rows have as well.
func (c *Column) isOwnWords(text string) bool {
	switch c.Type {
	case Text, Key, Keys, TaxCode:
		return c.isSample(text)
	}
	return false
}
