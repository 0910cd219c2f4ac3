package imports

import (
	"strconv"
	"strings"

	"htxledger/domain/calendar"
)

// A Workbook is a file of several sheets, as its reader found it.
type Workbook struct {
	Grids    []*Grid   // in the order of the file
	Template *Template // what a form of ours says of itself; nil for any other file
}

// A Template is what a form that this program wrote says of itself.
type Template struct {
	Form      string   // name of the form
	Version   int      // of its layout, from 1
	Place     string   // code of the place that it was written for
	Year      int      // 0 for none
	Sheet     string   // the sheet to be filled in
	Prefilled []string // names of the columns that were filled in before
}

// A Grid is one sheet: rows of typed cells.
type Grid struct {
	Name          string
	Hidden        bool
	VeryHidden    bool         // no menu shows it
	List          bool         // hidden, and only drop-downs and names lead to it
	HiddenColumns map[int]bool // from 1
	Rows          []GridRow    // those that hold something, in order
	Merges        []Area
}

// A GridRow is one row of a Grid.
type GridRow struct {
	Line   int // from 1
	Hidden bool
	Cells  []Cell // the first is that of column A
}

// An Area is a rectangle of cells, from 1, both ends within.
type Area struct{ Top, Left, Bottom, Right int }

// A CellKind says what a cell is by its type in the file.
type CellKind uint8

// The kinds of cells.
const (
	BlankCell  CellKind = iota
	TextCell            // as typed
	NumberCell          // Text is digits, with a point before decimals
	DayCell             // Text is YYYY-MM-DD, YYYY-MM or YYYY
	YesNoCell           // Text is 1 or 0
)

// A Cell is one cell of a grid.
type Cell struct {
	Text string
	Kind CellKind
	Font Font
	// Display is what the format of a number or a truth value makes of it for the
	// eye (007, 12/QĐ-UBND, 85%), without signs between groups of digits; "" where it
	// is shown as it is. The number that is shown is the number of Text times ten to
	// the power of Scale: -6 under #,##0,, and 2 under 0%.
	Display string
	Scale   int8
	// Err is what the file itself says is wrong with the cell: an error value,
	// a formula that was never worked out. Its text is then what can be shown.
	Err     error
	Formula bool // its value was worked out by a formula
}

// Blank reports whether a cell holds nothing.
func (c Cell) Blank() bool {
	return c.Err == nil && (c.Kind == BlankCell || strings.TrimSpace(c.Text) == "")
}

// Shown is the cell as a Vietnamese reader sees it.
func (c Cell) Shown() string {
	if c.Display != "" {
		return c.Display
	}
	switch c.Kind {
	case DayCell:
		if st, err := calendar.ParseStated(c.Text); err == nil {
			return st.Vi()
		}
	case NumberCell:
		return strings.Replace(c.Text, ".", ",", 1)
	case YesNoCell:
		if c.Text == "1" {
			return "có"
		}
		return "không"
	}
	return c.Text
}

// ColumnName is the letter of a column, from 1: A, B, … Z, AA.
func ColumnName(n int) string {
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// cellName names a cell as spreadsheets do: F12.
func cellName(column, line int) string {
	if column < 1 || line < 1 {
		return ""
	}
	return ColumnName(column) + strconv.Itoa(line)
}

// cell is the one in a column, from 0; blank beyond the last.
func (r GridRow) cell(i int) Cell {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return Cell{}
}

// filled counts the cells that hold something.
func (r GridRow) filled() int {
	n := 0
	for _, c := range r.Cells {
		if !c.Blank() {
			n++
		}
	}
	return n
}

// first is the first cell that holds something, and its column from 0.
func (r GridRow) first() (Cell, int) {
	for i, c := range r.Cells {
		if !c.Blank() {
			return c, i
		}
	}
	return Cell{}, -1
}
