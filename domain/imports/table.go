package imports

import (
	"bytes"
	"slices"
	"strings"
)

// A table is a CSV file split into lines and cells.
type table struct {
	head  record
	rows  []record // those that are not blank
	blank int
}

// A record is one line of cells; with err its cells are not to be used.
type record struct {
	line  int // from 1, of its first cell
	cells []string
	err   error
}

func (r record) blank() bool {
	return r.err == nil && !slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// A splitter cuts CSV text by RFC 4180: cells apart by one sign, a cell in
// quotes may hold that sign, line ends and doubled quotes.
type splitter struct {
	text []byte
	sep  byte
	pos  int
	line int

	counting bool // only whether cells are filled is wanted: see skip
}

func newSplitter(text []byte, sep byte) *splitter { return &splitter{text: text, sep: sep, line: 1} }

// next gives the next line of cells; ok is false at the end.
func (s *splitter) next() (r record, ok bool) {
	if s.pos >= len(s.text) {
		return record{}, false
	}
	r.line = s.line
	start := s.pos
	for {
		text, err := s.cell(start)
		if err != nil {
			r.err = err
			s.skipLine()
			return r, true
		}
		r.cells = append(r.cells, text)
		if !s.separated() {
			return r, true
		}
	}
}

// skip passes over the next line of cells, and tells whether it holds anything, a
// mistake included; ok is false at the end. It makes nothing in memory if the
// splitter is counting.
func (s *splitter) skip() (filled, ok bool) {
	if s.pos >= len(s.text) {
		return false, false
	}
	start := s.pos
	for {
		text, err := s.cell(start)
		if err != nil {
			s.skipLine()
			return true, true
		}
		filled = filled || strings.TrimSpace(text) != ""
		if !s.separated() {
			return filled, true
		}
	}
}

// filling is what stands for the text of a filled cell while lines are counted.
const filling = "x"

// cellText is the text of a cell; while lines are counted, filling or "".
func (s *splitter) cellText(text []byte) string {
	switch {
	case !s.counting:
		return string(text)
	case len(bytes.TrimSpace(text)) > 0:
		return filling
	}
	return ""
}

// separated passes over what ends a cell, and tells whether another follows.
func (s *splitter) separated() bool {
	if s.pos >= len(s.text) {
		return false
	}
	c := s.text[s.pos]
	s.pos++
	if c == '\n' {
		s.line++
	}
	return c == s.sep
}

func (s *splitter) skipLine() {
	if i := bytes.IndexByte(s.text[s.pos:], '\n'); i >= 0 {
		s.pos += i + 1
		s.line++
		return
	}
	s.pos = len(s.text)
}

// cell reads one cell of the line that begins at start.
func (s *splitter) cell(start int) (string, error) {
	if s.pos < len(s.text) && s.text[s.pos] == '"' {
		return s.quoted(start)
	}
	end := s.pos
	for end < len(s.text) && s.text[end] != s.sep && s.text[end] != '\n' {
		if s.text[end] == '"' {
			s.pos = end
			return "", s.misplaced(start)
		}
		end++
	}
	text := s.text[s.pos:end]
	s.pos = end
	if end == len(s.text) || s.text[end] == '\n' {
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	return s.cellText(text), nil
}

func (s *splitter) quoted(start int) (string, error) {
	var b strings.Builder
	opened, from := s.line, s.pos+1
	for s.pos++; s.pos < len(s.text); s.pos++ {
		c := s.text[s.pos]
		if c == '"' {
			if s.pos++; s.pos == len(s.text) || s.text[s.pos] != '"' {
				if s.counting { // a doubled quote is no blank, so the raw text is as blank as the cell's
					return s.cellText(s.text[from : s.pos-1]), s.closed(start)
				}
				return b.String(), s.closed(start)
			}
		}
		if c == '\n' {
			s.line++
		}
		if !s.counting {
			b.WriteByte(c)
		}
	}
	return "", Spot{Row: opened}.Mark(errQuote)
}

// closed wants the end of a cell behind its closing quote.
func (s *splitter) closed(start int) error {
	if bytes.HasPrefix(s.text[s.pos:], []byte("\r\n")) {
		s.pos++
	}
	if s.pos == len(s.text) || s.text[s.pos] == s.sep || s.text[s.pos] == '\n' {
		return nil
	}
	return s.misplaced(start)
}

// misplaced is a quote at pos that cannot stand there.
func (s *splitter) misplaced(start int) error {
	if s.counting {
		return errBareQuote // its place is not wanted
	}
	line := bytes.LastIndexByte(s.text[start:s.pos], '\n') + 1 + start
	return Spot{Row: s.line}.Mark(errBareQuote.With(1 + len([]rune(string(s.text[line:s.pos])))))
}

// refuseLong refuses a file of more than MaxLines lines below its headings, before
// anything is made of them: a record or a problem takes far more memory than a
// short line.
func refuseLong(text []byte, sep byte) error {
	if bytes.Count(text, []byte("\n")) <= MaxLines {
		return nil // one of them is the headings, and cells over several lines only make fewer
	}
	s := newSplitter(text, sep)
	s.counting = true
	lines := 0
	for filled, ok := s.skip(); ok; filled, ok = s.skip() {
		if filled {
			lines++
		}
		if lines > 1+MaxLines {
			return ErrFileLines.With(MaxLines)
		}
	}
	return nil
}

// split reads a whole file. Its first line that is not blank holds the
// headings.
func split(text []byte, sep byte) (*table, error) {
	if err := refuseLong(text, sep); err != nil {
		return nil, err
	}
	t := new(table)
	s := newSplitter(text, sep)
	for r, ok := s.next(); ok; r, ok = s.next() {
		switch {
		case r.blank():
			t.blank++
		case t.head.cells == nil && r.err != nil:
			return nil, r.err
		case t.head.cells == nil:
			t.head = r
		default:
			if r.err == nil && len(r.cells) != len(t.head.cells) {
				r.err = Spot{Row: r.line}.Mark(errColumns.With(len(r.cells), len(t.head.cells)))
			}
			t.rows = append(t.rows, r)
		}
	}
	return t, nil
}

// separators are the signs that may stand between cells.
var separators = []struct {
	sign byte
	name string
}{{',', "“,”"}, {';', "“;”"}, {'\t', "tab"}}

// separator finds the sign that stands between the headings of a form, unless
// one is declared, by the caller or by the line "sep=;" that Excel knows. Of
// several signs that occur, the only one under which every heading is known
// is it; if there is no such one the file is refused.
func separator(text []byte, form *Form, declared rune) (sep byte, rest []byte, err error) {
	if declared != 0 && !strings.ContainsRune(",;\t", declared) {
		return 0, nil, ErrSeparatorChoice.With(string(declared))
	}
	if after, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(after) > 0 && declared == 0 && strings.IndexByte(",;\t", after[0]) >= 0 {
		if end := bytes.TrimPrefix(after[1:], []byte("\r")); len(end) > 0 && end[0] == '\n' {
			// The line is kept, blank, so that lines keep their numbers.
			return after[0], end, nil
		}
	}
	if declared != 0 {
		return byte(declared), text, nil
	}
	found, names, known := byte(','), []string(nil), []byte(nil)
	for _, s := range separators {
		head, ok := headings(text, s.sign)
		if !ok || len(head) < 2 {
			continue
		}
		found, names = s.sign, append(names, s.name)
		if form.knowsAll(head) {
			known = append(known, s.sign)
		}
	}
	switch {
	case len(names) < 2:
		return found, text, nil
	case len(known) == 1:
		return known[0], text, nil
	}
	return 0, nil, errSeparator.With(strings.Join(names, ", "))
}

func headings(text []byte, sep byte) ([]string, bool) {
	s := newSplitter(text, sep)
	for r, ok := s.next(); ok; r, ok = s.next() {
		if !r.blank() {
			return r.cells, r.err == nil
		}
	}
	return nil, false
}
