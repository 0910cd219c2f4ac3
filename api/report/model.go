package report

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/projections/answers"
)

// A Document is a report ready to be written in any form.
type Document struct {
	Point   *answers.Point
	Targets *answers.Targets
	Stated  *Stated // nil where no statement is reported
	Ledger  Ledger

	Masthead  Masthead
	Type      string // BÁO CÁO
	About     string // the line under it
	Body      []Block
	Signature Signature
	Annexes   []Annex // each begins a page of its own, landscape

	AsOf      string // the sentence that says where all of it holds
	Synthetic string // "" where no record is made up
	Code      Code
	Footer    string // on every page: the point, the ledger, the statement
	Flat      *shown.Table
	Sources   []Source

	who string // that the office reports, before what; "" where it is not known
}

// A Ledger is where the numbers come from.
type Ledger struct{ Origin, Root string }

// A Stated is the statement whose numbers are reported.
type Stated struct {
	Key, Title string
	Verdict    answers.LineVerdict // its figures, counted again
	Withdrawn  bool
	Position   int64 // of its record
}

// A Masthead is the head of a report.
type Masthead struct {
	Above  string // the office above, or ""
	Agency string // the office, or dots to be written over
	Number string // Số: …/BC-…
	Day    string // place and day, to be written in
}

// The motto of the state.
const (
	Country = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	Motto   = "Độc lập - Tự do - Hạnh phúc"
)

// A Signature is the foot of a report. The name is never filled in.
type Signature struct {
	To     []string // Nơi nhận, one a line
	Signer string   // the title of who signs
	Note   string
}

// A Style says what a paragraph is.
type Style uint8

// The styles.
const (
	Text    Style = iota
	Heading       // I. …
	Item          // one of a list
	Note          // small
	Mark          // what must not be overlooked: made-up numbers, nothing judged
)

// A Block is a paragraph of the text.
type Block struct {
	Style Style
	Text  string
}

// An Annex is a table with its head.
type Annex struct {
	Sheet string // short: the name of its sheet
	Label string // Phụ lục I
	Title string
	With  string // what it belongs to
	Unit  string // Đơn vị tính: …
	Table Table
	Notes []string
}

// A Table has its columns numbered (1), (2) … under their headings.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// A Column of a table.
type Column struct {
	Heading string
	Width   int // in millimetres; all of a table come to Wide
	Align   Align
}

// Wide is how many millimetres a table on a landscape page may take: 297 less the
// margins.
const Wide = 247

// An Align says where the cells of a column stand.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// A Cell is text, or one number. Text is what is printed of either.
type Cell struct {
	Text   string
	Number *big.Rat // as printed, rounded; nil for text
	// Decimals is how many it is printed with, Prefix the word before it.
	Decimals int
	Prefix   string
	Bold     bool
}

// Texts in place of a number.
const (
	None          = "–"       // nothing happened
	NoData        = vi.NoData // nothing, or not enough, is known
	NotApplicable = "x"       // the question does not arise
)

// Legend explains the three.
const Legend = "Ký hiệu: “" + None + "” không phát sinh; “" + NoData + "” chưa có hoặc chưa đủ số liệu; “" + NotApplicable + "” không áp dụng."

// textCell is a cell of text.
func textCell(s string) Cell { return Cell{Text: s} }

// numberCell is a cell of a number, rounded as it is printed.
func numberCell(q vi.Quantity, prefix string) Cell {
	rounded, _ := new(big.Rat).SetString(q.Value.FloatString(q.Decimals))
	c := Cell{Text: prefix + q.Number(), Number: rounded, Decimals: q.Decimals, Prefix: prefix}
	// Offices print a dash for nothing; a spreadsheet still gets the zero.
	if q.Value.Sign() == 0 {
		c.Text, c.Decimals = prefix+None, 0
	}
	return c
}

// Lines is about how many lines a row of a table takes, of letters that are so
// many tenths of a millimetre wide.
func (t Table) Lines(row []Cell, letter int) int {
	most := 1
	for i, c := range row {
		fit := max(1, (t.Columns[i].Width-3)*10/letter)
		n := 0
		for _, line := range strings.Split(c.Text, "\n") {
			n += 1 + utf8.RuneCountInString(line)/fit
		}
		most = max(most, n)
	}
	return most
}

// tall is from how many lines on a row may go over to the next page.
const tall = 12

// Tall reports whether a row may go over to the next page.
func (t Table) Tall(row []Cell) bool { return t.Lines(row, 19) > tall }

// A Source is a line of what stands behind the numbers.
type Source struct{ Name, Value string }

// A Code leads a reader back to the numbers.
type Code struct {
	Text string // what it says
	Told string // how it is used, in a sentence
	QR   QR
}
