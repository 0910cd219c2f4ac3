package imports

import (
	"bytes"

	"htxledger/domain/ledger"
)

// NDJSON reads one command a line. Blank lines and a byte order mark are
// passed over. Commands stay as they are written: their keys and sources are
// their writer's. The error is about the file as a whole; a bad line is a
// Mark of its row.
func NDJSON(name string, b []byte) (*Sheet, error) {
	s, err := newSheet(name, "", b)
	if err != nil {
		return nil, err
	}
	text, err := textOf(b)
	if err != nil {
		return nil, err
	}
	rows := 0
	for part := range bytes.Lines(text) {
		if len(bytes.TrimSpace(part)) > 0 {
			rows++
		}
	}
	if rows > MaxLines { // before anything is made of a line: a problem takes far more memory than a short line
		return nil, ErrFileLines.With(MaxLines)
	}
	if rows == 0 {
		return nil, ErrNoRows
	}
	s.Rows = make([]Row, 0, rows)
	line := 0
	for part := range bytes.Lines(text) {
		line++
		part = bytes.TrimSpace(part)
		if len(part) == 0 {
			s.Ignored.Blank++
			continue
		}
		s.Rows = append(s.Rows, command(line, part))
	}
	return s.numberDrafts(), nil
}

func command(line int, b []byte) Row {
	d, err := ledger.ParseDraft(b)
	if err != nil {
		return Row{Line: line, Faults: []Mark{Spot{Row: line}.Mark(err)}}
	}
	return Row{Line: line, Drafts: []*ledger.Draft{d}}
}
