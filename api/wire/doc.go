// Package wire is the JSON that both doors speak: the HTTP API and the command
// line's -o json print the same bytes for the same answer.
//
// Names are stable and in snake case; no member is renamed or re-meant. Days
// are YYYY-MM-DD, instants are UTC with six decimals. What is measured (values,
// numerators, sums, the numbers of a target) is an exact number in a string:
// "211", "10900/7". Positions, sizes, revisions and how many reported are JSON
// integers. A member without content is absent; a value that is absent is no
// data, never 0. Sentences in Vietnamese come beside codes, never instead.
//
// All functions are pure and safe for concurrent use.
package wire

import (
	"encoding/json"
	"io"
)

// Encode writes one answer: indented by two spaces, with a line feed at the end.
func Encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
