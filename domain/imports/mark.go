package imports

import (
	"fmt"
	"strings"

	"htxledger/domain/fault"
)

// A Spot is one place of a file: the file as a whole, a row, or a cell.
type Spot struct {
	Sheet    string `json:"sheet,omitempty"`    // of a workbook; "" for other files
	Row      int    `json:"row,omitempty"`      // line, from 1; 0 for the file as a whole
	Cell     string `json:"cell,omitempty"`     // of a workbook, as F12; "" for a whole row
	Column   string `json:"column,omitempty"`   // heading as printed, or name of a member; "" for a whole row
	Seen     string `json:"seen,omitempty"`     // text of the cell
	Expected string `json:"expected,omitempty"` // what a cell of the column holds, in Vietnamese
}

// A Mark is one thing about one spot of a file: a mistake, a question, a doubt or
// a note. The reply, the marked workbook, the page and the text of the command
// line are all made of marks. A mark is an error that unwraps to the error of its fault.
type Mark struct {
	Spot
	Code      string `json:"code"`
	Message   string `json:"message"` // without the place
	MessageVi string `json:"message_vi"`
	err       error  // carries a fault
}

// Mark puts an error at the spot. An error that is a Mark already keeps its own
// row and gains the sheet.
func (s Spot) Mark(err error) Mark {
	if m, ok := err.(Mark); ok {
		m.Sheet = s.Sheet
		return m
	}
	m := Mark{Spot: s, err: err}
	if f, ok := fault.Of(err); ok {
		m.Code, m.Message, m.MessageVi = f.Code, f.En(), f.Vi()
	}
	return m
}

// Error is the English sentence with its place.
func (m Mark) Error() string {
	var b strings.Builder
	if m.Sheet != "" {
		fmt.Fprintf(&b, "sheet %q: ", m.Sheet)
	}
	if m.Row > 0 {
		fmt.Fprintf(&b, "line %d: ", m.Row)
	}
	if m.Column != "" {
		fmt.Fprintf(&b, "column %s%q: ", m.columnLetter(), m.Column)
	}
	return b.String() + m.err.Error()
}

// Unwrap is the error that the mark was made of.
func (m Mark) Unwrap() error { return m.err }

// Vi is the Vietnamese sentence with its place: where, what the cell holds, what
// is wrong with the cell.
func (m Mark) Vi() string {
	var where []string
	if m.Sheet != "" {
		where = append(where, fmt.Sprintf("sheet “%s”", m.Sheet))
	}
	if m.Row > 0 {
		where = append(where, fmt.Sprintf("dòng %d", m.Row))
	}
	if m.Column != "" {
		where = append(where, fmt.Sprintf("cột %s“%s”", m.columnLetter(), m.Column))
	}
	f, ok := fault.Of(m.err)
	if !ok {
		return strings.Join(append(where, m.err.Error()), ", ")
	}
	if m.Column == "" && strings.HasPrefix(f.Field, "/") {
		where = append(where, f.Field)
	}
	if len(where) == 0 {
		return m.MessageVi
	}
	place := strings.Join(where, ", ")
	// Most sentences quote the cell themselves.
	if m.Seen != "" && !strings.Contains(m.MessageVi, m.Seen) {
		place += fmt.Sprintf(", ô “%s”", shorten(m.Seen))
	}
	return place + ": " + m.MessageVi
}

// columnLetter is the letter of the column and a space, or "" outside workbooks.
func (m Mark) columnLetter() string {
	if m.Cell == "" {
		return ""
	}
	return strings.TrimRight(m.Cell, "0123456789") + " "
}

// shorten cuts a text that a sentence quotes to a length that a person reads.
func shorten(s string) string {
	const most = 80
	n := 0
	for at := range s {
		if n++; n > most {
			return s[:at] + "…"
		}
	}
	return s
}

// parentPointer is the JSON pointer of the value that holds a member; "" is the
// whole record.
func parentPointer(pointer string) string {
	return pointer[:max(0, strings.LastIndexByte(pointer, '/'))]
}
