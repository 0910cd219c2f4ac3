// Package shown declares how each answer is shown, once for the HTTP API and the
// command line: the JSON that both send and the flat table that both print, beside
// one another. An answer becomes an Answer by the function named after it; what a
// form does not need is not made.
//
// JSON names are stable and in snake case; no member is renamed or re-meant. Days
// are YYYY-MM-DD, instants are UTC with six decimals. What is measured (values,
// numerators, sums, the numbers of a target) is an exact number in a string:
// "211", "10900/7". Positions, sizes, revisions and how many reported are JSON
// integers. A member without content is absent; a value that is absent is no
// data, never 0. Sentences in Vietnamese come beside codes, never instead. The
// OpenAPI document takes its schemas from the Go types; their tags say what words a
// member may be.
//
// A table has one row a thing, one column a property, and each cell is of a known
// type. It is printed twice. Programs read CSV (Write): columns under their codes,
// exact numbers as ratios, ISO days, true and false, and on every row the point at
// which it holds, so that a row means the same wherever it is pasted. People open a
// workbook, which package sheets writes, or the CSV that a Vietnamese Excel opens
// at a double click (WriteExcel): columns under their Vietnamese names, decimals
// with a comma, dd/mm/yyyy, and words. Text that somebody typed never becomes a
// formula there (Guard). Three things are never the same cell: a zero is the number
// 0, what has no data is "…", and what does not apply is blank.
//
// All functions are pure and safe for concurrent use. The package counts nothing
// and asks nothing: it may not know a store, a projection, a request or a command
// line.
package shown

import (
	"encoding/json"
	"io"
)

// Encode writes one value as JSON: indented by two spaces, with a line feed at the
// end.
func Encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
