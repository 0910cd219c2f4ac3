package docx

import "io"

// A Twip is a twentieth of a point: 1/1440 of an inch.
type Twip int

// MM is a length given in millimetres.
func MM(n int) Twip { return Twip(n * 7200 / 127) }

// A Document is a text in sections. It needs one at least.
type Document struct {
	Title    string // of the file's properties
	Font     string // of everything
	Size     int    // of everything that has none of its own, in half points
	Sections []Section
}

// A4 is the size of a sheet that stands upright.
var A4 = struct{ Width, Height Twip }{MM(210), MM(297)}

// A Section is pages of a layout. Pages are numbered from 1 in each, in the
// middle of the top margin, the first without its number.
type Section struct {
	Landscape                bool
	Top, Right, Bottom, Left Twip
	Footer                   []Paragraph // on every page
	Blocks                   []Block
}

// A Block is a Paragraph or a Table.
type Block interface{ block(*writer) *node }

// An Align says where the lines of a paragraph stand; the zero one is left.
type Align string

// The alignments.
const (
	Center  Align = "center"
	Right   Align = "right"
	Justify Align = "both"
)

// A Paragraph is text that is broken into lines.
type Paragraph struct {
	Align         Align
	First         Twip // how far the first line is pushed in
	Left, Right   Twip // how far all lines are
	Before, After Twip
	KeepNext      bool // never the last on its page
	Ruled         bool // a line beneath, from indent to indent
	Boxed         bool // lines all round
	Runs          []Run
}

// A Run is text of one look. A line feed in it begins a new line.
type Run struct {
	Text         string
	Bold, Italic bool
	Size         int  // in half points; 0 is the document's
	Page         bool // the number of the page instead of Text
	Picture      *Picture
}

// A Picture stands in its line.
type Picture struct {
	PNG           []byte
	Width, Height Twip
	Alt           string // what it shows, for who does not see it
}

// A Table has columns of fixed widths.
type Table struct {
	Widths  []Twip
	Head    int // rows repeated on every page
	Borders bool
	Rows    []Row
}

// A Row is its cells from left to right; their spans must come to the columns
// of the table. It is kept on one page unless it may be split.
type Row struct {
	Cells []Cell
	Split bool
}

// A Cell holds paragraphs; none is an empty one.
type Cell struct {
	Span   int // columns; 0 is 1
	Middle bool
	Shade  string // the colour behind, as RRGGBB; "" is none
	Text   []Paragraph
}

// Write writes a document as a .docx file.
func Write(w io.Writer, d *Document) error {
	b := &writer{doc: d}
	return b.write(w)
}
