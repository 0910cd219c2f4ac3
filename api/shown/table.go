package shown

import (
	"encoding/csv"
	"io"
	"math/big"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// An Audience says who is shown a column.
type audience uint8

const (
	everyone audience = iota
	programs          // only CSV for programs: people see the same in another column
)

// A Column has a code for programs and a name for people.
type Column struct {
	Code, Name string
	For        audience
}

// column is a column that everybody sees.
func column(code, name string) Column { return Column{Code: code, Name: name} }

// programColumn is a column that only programs see.
func programColumn(code, name string) Column { return Column{Code: code, Name: name, For: programs} }

// A CellKind says what a cell holds.
type CellKind uint8

const (
	Blank  CellKind = iota // what does not apply
	NoData                 // what is not known
	Text
	Number
	Percent // a part of one: 49/109
	Dong    // whole đồng, or a mean of them
	Day
	Instant
)

// A Cell is a value.
type Cell struct {
	Kind    CellKind
	Program string           // as programs read it
	Words   string           // of Text, as people read it
	Value   *big.Rat         // of Number, Percent and Dong, exact
	Day     calendar.Day     // of Day
	Instant calendar.Instant // of Instant
}

// A Table is an answer as rows.
type Table struct {
	Name    string // of the sheet, at most 31 letters
	Title   string
	Point   *answers.Point // nil for what holds at no point
	Columns []Column
	Rows    [][]Cell
}

// NewTable begins a table.
func NewTable(name, title string, columns ...Column) *Table {
	return &Table{Name: name, Title: title, Columns: columns}
}

// At says where all rows hold.
func (t *Table) At(p *answers.Point) *Table {
	t.Point = p
	return t
}

// Add adds a row.
func (t *Table) Add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// WordsCell is text that programs and people read alike; "" is Blank.
func WordsCell(s string) Cell { return NamedCode(s, s) }

// NamedCode is a code people read as words.
func NamedCode(code, words string) Cell {
	if code == "" && words == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Program: code, Words: words}
}

// WholeCell is a whole number.
func WholeCell[N ~int | ~int64](n N) Cell {
	return Cell{Kind: Number, Program: strconv.FormatInt(int64(n), 10), Value: new(big.Rat).SetInt64(int64(n))}
}

// OptionalCell is a whole number, or Blank.
func OptionalCell(n *int64) Cell {
	if n == nil {
		return Cell{}
	}
	return WholeCell(*n)
}

// ExactCell is a number in lowest terms; nil is Blank.
func ExactCell(v *big.Rat) Cell { return exactCell(Number, v, Blank) }

func exactCell(k CellKind, v *big.Rat, none CellKind) Cell {
	if v == nil {
		return Cell{Kind: none}
	}
	return Cell{Kind: k, Program: v.RatString(), Value: v}
}

// dayCell is a civil day; the zero day is Blank.
func dayCell(d calendar.Day) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Day, Program: d.String(), Day: d}
}

// instantCell is an instant; the zero instant is Blank.
func instantCell(i calendar.Instant) Cell {
	if i.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Instant, Program: i.String(), Instant: i}
}

// FlagCell is yes or no.
func FlagCell(b bool) Cell {
	if b {
		return NamedCode("true", "có")
	}
	return NamedCode("false", "không")
}

// mostDecimals is how many decimals a number has at most in CSV for people.
const mostDecimals = 6

// decimalText is a number with at most six decimals, rounded half away from zero and
// without zeros at its end. It is for spreadsheets: nothing is judged by it.
func decimalText(v *big.Rat) string {
	// Without this, trimming zeros would turn 100 into 1.
	if v.IsInt() {
		return v.Num().String()
	}
	return strings.TrimRight(strings.TrimRight(v.FloatString(mostDecimals), "0"), ".")
}

// Human is a cell as people read it in text.
func (c Cell) Human() string {
	switch c.Kind {
	case NoData:
		return vi.NoData
	case Text:
		return c.Words
	case Number, Dong:
		return strings.Replace(decimalText(c.Value), ".", ",", 1)
	case Percent:
		return strings.Replace(decimalText(new(big.Rat).Mul(c.Value, big.NewRat(100, 1))), ".", ",", 1) + "%"
	case Day:
		return c.Day.Vi()
	case Instant:
		return c.Instant.Vi()
	}
	return ""
}

// GuardText is text that no spreadsheet takes for a formula: what begins like one
// gets an apostrophe before it, which spreadsheets take for "this is text".
func GuardText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Human is who sees the columns that are not for programs alone: their indices.
func (t *Table) Human() (list []int) {
	for i, c := range t.Columns {
		if c.For == everyone {
			list = append(list, i)
		}
	}
	return list
}

// pointColumns are added to every row for programs.
var pointColumns = []string{"as_of", "known_at", "size", "place", "map", "period_first", "period_last", "scheme", "synthetic"}

func pointCells(p *answers.Point) []string {
	day := p.Map
	if day.IsZero() {
		day = p.Valid
	}
	return []string{
		p.Valid.String(), p.Known.String(), strconv.FormatInt(int64(p.Size), 10), p.PlaceCode, day.String(),
		p.Period.First.String(), p.Period.Last.String(), p.Scheme, strconv.FormatBool(p.Synthetic),
	}
}

// Write prints a table for programs: RFC 4180 with a comma, plain line ends, one
// heading of codes, UTF-8.
func (t *Table) Write(w io.Writer) error {
	out := csv.NewWriter(w)
	var head, where []string
	for _, c := range t.Columns {
		head = append(head, c.Code)
	}
	// In every row, so that rows of several answers can be put together.
	if t.Point != nil {
		head, where = append(head, pointColumns...), pointCells(t.Point)
	}
	_ = out.Write(head) // Flush tells
	for _, row := range t.Rows {
		cells := make([]string, 0, len(head))
		for _, c := range row {
			cells = append(cells, c.Program)
		}
		_ = out.Write(append(cells, where...))
	}
	out.Flush()
	return out.Error()
}

// WriteExcel prints a table for a Vietnamese Excel: a byte order mark, semicolons,
// Windows line ends, a heading of names; then the lines that say where it holds.
func (t *Table) WriteExcel(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	human := t.Human()
	line := make([]string, len(human))
	for n, i := range human {
		line[n] = t.Columns[i].Name
	}
	_ = out.Write(line)
	for _, row := range t.Rows {
		for n, i := range human {
			line[n] = row[i].Human()
			// Only text can be taken for a formula: numbers and days are ours.
			if row[i].Kind == Text {
				line[n] = GuardText(line[n])
			}
		}
		_ = out.Write(line)
	}
	for _, note := range t.Notes() {
		// A note stands in the first column alone; the row before it must not shine through.
		clear(line)
		line[0] = note
		_ = out.Write(line)
	}
	out.Flush()
	return out.Error()
}

// Notes are the lines a table for people carries: where it holds, whether
// something in it is made up, and how its signs are read.
func (t *Table) Notes() (list []string) {
	if p := t.Point; p != nil {
		list = append(list, vi.AsOf(p)+".", "Địa bàn: "+vi.Area(p)+". Kỳ: "+vi.Period(p.Period)+". Xếp loại theo "+p.Scheme+".")
		if p.Synthetic {
			list = append(list, vi.Synthetic)
		}
	}
	return append(list, "0 là không phát sinh; "+vi.NoData+" là chưa có số liệu; ô trống là không áp dụng.")
}

// positionsCell lists records by where they stand.
func positionsCell(records []*ledger.Record) Cell {
	var list []string
	for _, r := range records {
		list = append(list, strconv.FormatInt(int64(r.Position), 10))
	}
	return WordsCell(strings.Join(list, " "))
}
