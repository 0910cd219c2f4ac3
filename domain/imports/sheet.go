package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Limits of a file.
const (
	MaxFileBytes = 64 << 20  // bytes
	MaxLines     = 1_000_000 // lines that hold something
	MaxCellBytes = 64 << 10  // bytes of one cell
)

// A Sheet is a file as it was read: its rows with the commands that they make
// or the problems that keep them from it. It is immutable.
type Sheet struct {
	Name    string    // of the file, as given
	SHA256  string    // of its bytes, lower-case hex
	Form    string    // name of the form; "" for ndjson
	Head    []Problem // problems of the headings; the rows are then unread
	Rows    []Row     // those that are not blank
	Notes   []Problem // of a workbook: what is no mistake and should be seen
	Ignored Ignored
}

// Ignored counts what a sheet holds and does not say.
type Ignored struct {
	Blank    int      // blank lines
	Columns  []string // headings, as printed, of columns that are for the reader only
	Sheets   []string // of a workbook: those that were not read
	Samples  int      // rows of our own forms that show how to fill them in
	Unfilled int      // rows of our own forms in which nothing was filled in
}

// column adds a heading, once.
func (i *Ignored) column(heading string) {
	if !slices.Contains(i.Columns, heading) {
		i.Columns = append(i.Columns, heading)
	}
}

// A Row is one line of a file. Only a row without Faults has Drafts.
type Row struct {
	Sheet  string // of a workbook; "" for other files
	Line   int    // in the file, from 1; of a row over several lines the first
	Drafts []*ledger.Draft
	Faults []Problem
	Named  *Named // nil where the row does not name its co-operative twice

	first   int      // of its drafts, among those of the sheet
	origins []origin // of each draft
}

// A Named co-operative is one that a row names by its key, or tax code, and in
// words beside it. The key decides; whether the words are of the same
// co-operative only a ledger can tell.
type Named struct {
	Key, Name string
	at        cell
}

// Doubt is a problem of the cell with the name of the row's co-operative.
func (r *Row) Doubt(err error) Problem {
	return Problem{Sheet: r.Sheet, Line: r.Line, Column: r.Named.at.heading, Cell: r.Named.at.text, Ref: r.Named.at.ref, Err: err}
}

// A Problem is what is wrong with one place of a file. It is an error that
// unwraps to Err.
type Problem struct {
	Sheet  string // of a workbook; "" for other files
	Ref    string // of a cell of a workbook, as F12; "" for none
	Line   int    // from 1; 0 if it is about the whole file
	Column string // the heading as printed; "" for ndjson, or for a whole line
	Cell   string // as it stands there
	Err    error  // carries a fault
}

// Error is the English sentence with its place.
func (p Problem) Error() string {
	var b strings.Builder
	if p.Sheet != "" {
		fmt.Fprintf(&b, "sheet %q: ", p.Sheet)
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, "column %s%q: ", p.letter(), p.Column)
	}
	return b.String() + p.Err.Error()
}

// Unwrap is Err.
func (p Problem) Unwrap() error { return p.Err }

// Vi is the Vietnamese sentence with its place: where, what stands there, what
// is wrong with it.
func (p Problem) Vi() string {
	var where []string
	if p.Sheet != "" {
		where = append(where, fmt.Sprintf("sheet “%s”", p.Sheet))
	}
	if p.Line > 0 {
		where = append(where, fmt.Sprintf("dòng %d", p.Line))
	}
	if p.Column != "" {
		where = append(where, fmt.Sprintf("cột %s“%s”", p.letter(), p.Column))
	}
	f, ok := fault.Of(p.Err)
	if !ok {
		return strings.Join(append(where, p.Err.Error()), ", ")
	}
	if p.Column == "" && strings.HasPrefix(f.Field, "/") {
		where = append(where, f.Field)
	}
	said := f.Vi()
	if len(where) == 0 {
		return said
	}
	place := strings.Join(where, ", ")
	if p.Cell != "" && !strings.Contains(said, p.Cell) {
		place += fmt.Sprintf(", ô “%s”", short(p.Cell))
	}
	return place + ": " + said
}

// letter is that of the column and a space, or "" where there is none.
func (p Problem) letter() string {
	if p.Ref == "" {
		return ""
	}
	return strings.TrimRight(p.Ref, "0123456789") + " "
}

// short cuts what a sentence quotes to a length that a person reads.
func short(s string) string {
	const most = 80
	n := 0
	for at := range s {
		if n++; n > most {
			return s[:at] + "…"
		}
	}
	return s
}

// Drafts are the commands of all rows, in order. They are whole only if there
// are no Problems.
func (s *Sheet) Drafts() []*ledger.Draft {
	var all []*ledger.Draft
	for i := range s.Rows {
		all = append(all, s.Rows[i].Drafts...)
	}
	return all
}

// Problems are those of the headings and of all rows, in order of lines.
func (s *Sheet) Problems() []Problem {
	all := append([]Problem(nil), s.Head...)
	for i := range s.Rows {
		all = append(all, s.Rows[i].Faults...)
	}
	return all
}

// An origin tells which cell said which member of a command.
type origin map[string]cell // by JSON pointer

// A cell is one of a row's.
type cell struct{ heading, text, ref string }

// Locate gives an error that a ledger raised about the i-th of Drafts its place
// in the file: the line, and the column of the member that the error is about
// where one column is.
func (s *Sheet) Locate(i int, err error) Problem {
	at := s.RowOf(i)
	if at < 0 {
		return Problem{Err: err}
	}
	row := s.Rows[at]
	p := Problem{Sheet: row.Sheet, Line: row.Line, Err: err}
	if f, ok := fault.Of(err); ok && i-row.first < len(row.origins) {
		c := row.origins[i-row.first].find(f.Field)
		p.Column, p.Cell, p.Ref = c.heading, c.text, c.ref
	}
	return p
}

// RowOf is the index of the row that made the i-th of Drafts; -1 for none.
func (s *Sheet) RowOf(i int) int {
	at := sort.Search(len(s.Rows), func(n int) bool { return s.Rows[n].first+len(s.Rows[n].Drafts) > i })
	if i < 0 || at == len(s.Rows) {
		return -1
	}
	return at
}

// number tells every row where its drafts stand among all.
func (s *Sheet) number() *Sheet {
	n := 0
	for i := range s.Rows {
		s.Rows[i].first = n
		n += len(s.Rows[i].Drafts)
	}
	return s
}

// find gives the cell of a pointer, or of what it is within.
func (o origin) find(pointer string) cell {
	for pointer != "" {
		if c, ok := o[pointer]; ok {
			return c
		}
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return cell{}
}

// newSheet checks the size of a file and takes its sum.
func newSheet(name, form string, b []byte) (*Sheet, error) {
	if len(b) > MaxFileBytes {
		return nil, ErrFileSize.With(len(b), MaxFileBytes)
	}
	sum := sha256.Sum256(b)
	return &Sheet{Name: name, SHA256: hex.EncodeToString(sum[:]), Form: form}, nil
}

// problemOf makes a problem of an error that may be one already.
func problemOf(line int, column, text string, err error) Problem {
	var p Problem
	if errors.As(err, &p) {
		return p
	}
	return Problem{Line: line, Column: column, Cell: text, Err: err}
}
