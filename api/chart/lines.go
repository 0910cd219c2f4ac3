package chart

import "strings"

// Lines breaks words into at most so many lines of at most so many letters; what
// does not fit ends in "…". A word is never broken.
func Lines(words string, letters, most int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(words) {
		next := w
		if line != "" {
			next = line + " " + w
		}
		if len([]rune(next)) <= letters || line == "" {
			line = next
			continue
		}
		if len(lines) == most-1 {
			return append(lines, line+" …")
		}
		lines, line = append(lines, line), w
	}
	if line == "" {
		return lines
	}
	return append(lines, line)
}
