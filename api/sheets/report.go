package sheets

import (
	"errors"
	"fmt"
	_ "image/png" // pictures are measured
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"htxledger/api/report"
)

// SourceSheet is the sheet of a report that says what stands behind its numbers.
const SourceSheet = "Nguồn"

// WriteReport writes a report as a workbook: its tables in the official layout,
// each on a sheet to be printed on A4; a flat sheet with one row for each target
// and result; and a sheet that says where the numbers come from. Numbers are
// numbers, with the decimals that they are printed with in the official tables
// and as exact as a cell can be in the flat one. Text is text whatever it begins
// with.
func WriteReport(w io.Writer, d *report.Document) error {
	f := excelize.NewFile()
	defer f.Close()
	b := &reportBook{File: f, doc: d, styles: map[reportStyle]int{}}
	if err := b.write(); err != nil {
		return fmt.Errorf("write a report as a workbook: %w", err)
	}
	return f.Write(w)
}

// A reportBook is the workbook of a report in the making.
type reportBook struct {
	*excelize.File
	doc    *report.Document
	sheet  string // that is being written
	row    int    // the next one of it
	last   int    // its last column
	styles map[reportStyle]int
}

// A reportStyle is the look of a cell.
type reportStyle struct {
	size           float64
	bold, italic   bool
	align          string
	lined, shaded  bool
	top            bool   // text begins at the top of its cell
	format         string // of a number
	quoted         bool
	wrapped, under bool
}

func (b *reportBook) write() error {
	if err := b.SetDefaultFont("Times New Roman"); err != nil {
		return err
	}
	flat := &tableBook{file: b.File, table: b.doc.Flat, sheet: b.doc.Flat.Name, styles: map[string]int{}}
	if err := flat.write(); err != nil {
		return err
	}
	for i, a := range b.doc.Annexes {
		if err := b.annex(a, i == 0); err != nil {
			return fmt.Errorf("sheet %s: %w", a.Sheet, err)
		}
		if err := b.MoveSheet(a.Sheet, b.doc.Flat.Name); err != nil {
			return err
		}
	}
	if err := b.sources(); err != nil {
		return err
	}
	if err := b.localNames(); err != nil {
		return err
	}
	b.SetActiveSheet(0)
	return b.SetDocProps(&excelize.DocProperties{Title: b.doc.About, Language: "vi-VN"})
}

// localNames has the names that belong to a sheet follow it to where it was moved:
// they tell it by its place.
func (b *reportBook) localNames() error {
	names := b.WorkBook.DefinedNames.DefinedName
	for i, n := range names {
		sheet, _, _ := strings.Cut(n.Data, "!")
		at, err := b.GetSheetIndex(strings.Trim(sheet, "'"))
		if err != nil {
			return err
		}
		if n.LocalSheetID != nil {
			names[i].LocalSheetID = &at
		}
	}
	return nil
}

// annex writes one table in the official layout: the first with all that stands
// above and below a report, the others with their own head.
func (b *reportBook) annex(a report.Annex, first bool) error {
	if _, err := b.NewSheet(a.Sheet); err != nil {
		return err
	}
	b.sheet, b.row, b.last = a.Sheet, 1, len(a.Table.Columns)
	for i, c := range a.Table.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.SetColWidth(a.Sheet, name, name, float64(c.Width)/millimetresOfLetter); err != nil {
			return err
		}
	}
	above := b.annexHead
	if first {
		above = b.mainHead
	}
	if err := above(a); err != nil {
		return err
	}
	heading := b.row
	for _, step := range []func() error{
		func() error { return b.table(a.Table) },
		func() error { return b.notes(a.Notes) },
		func() error { return b.foot(first) },
		func() error { return b.printed(heading) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// millimetresOfLetter is about how wide one letter of a column's width is.
const millimetresOfLetter = 1.85

// mainHead is the names of the offices beside the motto, the title, and the line
// that says where all of it holds.
func (b *reportBook) mainHead(a report.Annex) error {
	m, half := b.doc.Masthead, b.last/2
	centred := reportStyle{size: 12, align: "center"}
	bold := reportStyle{size: 12, align: "center", bold: true}
	italic := reportStyle{size: 13, align: "center", italic: true}
	for _, pair := range []struct {
		left, right           string
		leftStyle, rightStyle reportStyle
	}{
		{m.Above, report.Country, centred, bold},
		{m.Agency, report.Motto, bold, reportStyle{size: 13, align: "center", bold: true, under: true}},
		{m.Number, m.Day, reportStyle{size: 13, align: "center"}, italic},
	} {
		if err := b.merged(1, half, pair.left, pair.leftStyle); err != nil {
			return err
		}
		if err := b.merged(half+1, b.last, pair.right, pair.rightStyle); err != nil {
			return err
		}
		b.row++
	}
	b.row++
	return b.lines(
		styledLine{b.doc.Type, reportStyle{size: 14, align: "center", bold: true}},
		styledLine{b.doc.About, reportStyle{size: 14, align: "center", bold: true}},
		styledLine{b.doc.AsOf + ".", reportStyle{size: 12, align: "center", italic: true}},
		styledLine{b.doc.Synthetic, reportStyle{size: 12, align: "center", bold: true}},
		styledLine{a.Unit, reportStyle{size: 11, align: "right", italic: true}},
	)
}

func (b *reportBook) annexHead(a report.Annex) error {
	return b.lines(
		styledLine{a.Label, reportStyle{size: 14, align: "center", bold: true}},
		styledLine{a.Title, reportStyle{size: 14, align: "center", bold: true}},
		styledLine{a.With, reportStyle{size: 13, align: "center", italic: true}},
		styledLine{b.doc.AsOf + ".", reportStyle{size: 12, align: "center", italic: true}},
		styledLine{b.doc.Synthetic, reportStyle{size: 12, align: "center", bold: true}},
		styledLine{a.Unit, reportStyle{size: 11, align: "right", italic: true}},
	)
}

// A styledLine takes a row of its own, over the whole width.
type styledLine struct {
	text  string
	style reportStyle
}

// lines writes those that say something.
func (b *reportBook) lines(list ...styledLine) error {
	for _, l := range list {
		if l.text == "" {
			continue
		}
		if err := b.merged(1, b.last, l.text, l.style); err != nil {
			return err
		}
		if err := b.SetRowHeight(b.sheet, b.row, b.height(l)); err != nil {
			return err
		}
		b.row++
	}
	return nil
}

// height is how high a row over the whole width must be: spreadsheets do not find
// it out for cells that were merged.
func (b *reportBook) height(l styledLine) float64 {
	letters := 1.9 * float64(report.Wide) / l.style.size * 2.1 // that fit on a line
	n := 1 + int(float64(utf8.RuneCountInString(l.text))/letters)
	return float64(n) * l.style.size * 1.35
}

// merged writes text over some columns of the row.
func (b *reportBook) merged(from, to int, text string, style reportStyle) error {
	if from < to {
		if err := b.MergeCell(b.sheet, nameOf(from, b.row), nameOf(to, b.row)); err != nil {
			return err
		}
	}
	style.wrapped = true
	return b.put(from, text, style)
}

// put writes text into the row. It is set as text, and marked as such where it
// begins like a formula, so that it stays text when somebody edits the cell.
func (b *reportBook) put(column int, text string, style reportStyle) error {
	style.quoted = text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0]))
	id, err := b.styled(style)
	if err != nil {
		return err
	}
	name := nameOf(column, b.row)
	if text != "" {
		if err := b.SetCellStr(b.sheet, name, text); err != nil {
			return err
		}
	}
	return b.SetCellStyle(b.sheet, name, name, id)
}

// table writes the headings, the row of their numbers, and the rows.
func (b *reportBook) table(t report.Table) error {
	for i, c := range t.Columns {
		if err := b.put(i+1, c.Heading, reportStyle{size: 11, bold: true, align: "center", lined: true, shaded: true, wrapped: true}); err != nil {
			return err
		}
	}
	if err := b.SetRowHeight(b.sheet, b.row, 3*lineHeight); err != nil {
		return err
	}
	b.row++
	for i := range t.Columns {
		if err := b.put(i+1, "("+strconv.Itoa(i+1)+")", reportStyle{size: 10, italic: true, align: "center", lined: true}); err != nil {
			return err
		}
	}
	b.row++
	for _, row := range t.Rows {
		for i, c := range row {
			if err := b.cell(i+1, c, t.Columns[i].Align); err != nil {
				return err
			}
		}
		if err := b.SetRowHeight(b.sheet, b.row, min(highest, lineHeight*float64(t.Lines(row, 17)))); err != nil {
			return err
		}
		b.row++
	}
	return nil
}

// Heights of rows in points. Spreadsheets find out how high a row must be only
// when somebody edits it, so it is set.
const (
	lineHeight = 14.5
	highest    = 409 // that a row may be
)

var alignments = map[report.Align]string{report.Left: "left", report.Center: "center", report.Right: "right"}

// cell writes a cell of a table: a number where it is one.
func (b *reportBook) cell(column int, c report.Cell, align report.Align) error {
	style := reportStyle{size: 11, bold: c.Bold, align: alignments[align], lined: true, top: true, wrapped: true}
	if c.Number == nil {
		return b.put(column, c.Text, style)
	}
	style.format = numberFormat(c)
	id, err := b.styled(style)
	if err != nil {
		return err
	}
	name := nameOf(column, b.row)
	number, _ := c.Number.Float64() // rounded as it is printed
	if err := b.SetCellFloat(b.sheet, name, number, -1, 64); err != nil {
		return err
	}
	return b.SetCellStyle(b.sheet, name, name, id)
}

// vietnamese, before a number format, has the program use the signs of Việt Nam
// where it does not use those of its own country.
const vietnamese = "[$-42A]"

// numberFormat shows a number with its decimals and the word before it, and, where
// nothing happened, the sign of that.
func numberFormat(c report.Cell) string {
	digits := "#,##0"
	if c.Decimals > 0 {
		digits += "." + strings.Repeat("0", c.Decimals)
	}
	format := vietnamese + digits
	if c.Prefix != "" {
		format = vietnamese + `"` + c.Prefix + `"` + digits
	}
	if strings.HasSuffix(c.Text, report.None) {
		return format + ";" + vietnamese + "-" + digits + `;"` + c.Text + `"`
	}
	return format
}

func (b *reportBook) notes(notes []string) error {
	for _, n := range notes {
		if err := b.lines(styledLine{n, reportStyle{size: 10, italic: true, align: "left"}}); err != nil {
			return err
		}
	}
	return nil
}

// foot is who the report goes to, who signs, and the code; below the first table
// only.
func (b *reportBook) foot(first bool) error {
	if !first {
		return nil
	}
	b.row++
	top, half, s := b.row, b.last/2, b.doc.Signature
	for i, text := range append([]string{"Nơi nhận:"}, s.Lines()...) {
		style := reportStyle{size: 11, align: "left"}
		if i == 0 {
			style = reportStyle{size: 12, align: "left", bold: true, italic: true}
		}
		if err := b.merged(1, half, text, style); err != nil {
			return err
		}
		b.row++
	}
	end := b.row
	b.row = top
	for _, l := range []styledLine{{s.Signer, reportStyle{size: 13, align: "center", bold: true}}, {s.Note, reportStyle{size: 13, align: "center", italic: true}}} {
		if err := b.merged(half+1, b.last, l.text, l.style); err != nil {
			return err
		}
		b.row++
	}
	b.row = max(end, b.row) + 1
	return b.code()
}

// codeSide is how large a printed code is, in millimetres; codeRows how many rows
// it stands on.
const (
	codeSide = 30
	codeRows = 6
)

func (b *reportBook) code() error {
	q := b.doc.Code.QR
	pixels := float64(q.Size()+2*report.Edge) * 8
	scale := codeSide / 25.4 * 96 / pixels
	err := b.AddPictureFromBytes(b.sheet, nameOf(1, b.row), &excelize.Picture{
		Extension: ".png", File: q.PNG(),
		Format: &excelize.GraphicOptions{AltText: "Mã QR: " + b.doc.Code.Text, ScaleX: scale, ScaleY: scale, Positioning: "oneCell"},
	})
	if err != nil {
		return err
	}
	if err := b.merged(3, b.last, b.doc.Code.Told, reportStyle{size: 10, align: "left", italic: true}); err != nil {
		return err
	}
	b.row += codeRows
	return nil
}

// printed sets how a sheet is printed: A4 landscape, as wide as the page, with the
// headings on every page, and the number of the page from the second on.
func (b *reportBook) printed(heading int) error {
	landscape, paper, wide, high := "landscape", 9, 1, 0 // 9 is A4; 0 is as many pages as it takes
	if err := b.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	page := true
	if err := b.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &page}); err != nil {
		return err
	}
	for _, x := range [][2]string{
		{"_xlnm.Print_Titles", fmt.Sprintf("'%s'!$%d:$%d", b.sheet, heading, heading+1)},
		{"_xlnm.Print_Area", fmt.Sprintf("'%s'!$A$1:$%s$%d", b.sheet, strings.TrimRight(nameOf(b.last, 1), "1"), b.row)},
	} {
		if err := b.SetDefinedName(&excelize.DefinedName{Name: x[0], RefersTo: x[1], Scope: b.sheet}); err != nil {
			return err
		}
	}
	return b.margins()
}

func (b *reportBook) margins() error {
	side, left, band, across := 20/25.4, 30/25.4, 10/25.4, true
	if err := b.SetPageMargins(b.sheet, &excelize.PageLayoutMarginsOptions{
		Top: &side, Right: &side, Bottom: &side, Left: &left, Header: &band, Footer: &band, Horizontally: &across,
	}); err != nil {
		return err
	}
	foot := "&C&8" + strings.ReplaceAll(clip(b.doc.Footer, 230), "&", "&&")
	return b.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{
		DifferentFirst: true, OddHeader: "&C&13&P", OddFooter: foot, FirstFooter: foot,
	})
}

// sources writes the sheet that says what stands behind the numbers.
func (b *reportBook) sources() error {
	if _, err := b.NewSheet(SourceSheet); err != nil {
		return err
	}
	b.sheet, b.row, b.last = SourceSheet, 1, 2
	if err := errors.Join(b.SetColWidth(SourceSheet, "A", "A", 40), b.SetColWidth(SourceSheet, "B", "B", 110)); err != nil {
		return err
	}
	for _, s := range b.doc.Sources {
		if err := b.put(1, s.Name, reportStyle{size: 11, bold: true, align: "left", top: true, wrapped: true}); err != nil {
			return err
		}
		if err := b.put(2, s.Value, reportStyle{size: 11, align: "left", top: true, wrapped: true}); err != nil {
			return err
		}
		b.row++
	}
	return nil
}

// styled makes a style once.
func (b *reportBook) styled(s reportStyle) (int, error) {
	if id, ok := b.styles[s]; ok {
		return id, nil
	}
	if s.quoted {
		return b.quoted(s)
	}
	x := &excelize.Style{
		Font:      &excelize.Font{Family: "Times New Roman", Size: s.size, Bold: s.bold, Italic: s.italic},
		Alignment: &excelize.Alignment{Horizontal: s.align, Vertical: "center", WrapText: s.wrapped},
	}
	if s.align == "right" && s.lined {
		x.Alignment.Indent = 1
	}
	if s.under {
		x.Font.Underline = "single"
	}
	if s.top {
		x.Alignment.Vertical = "top"
	}
	if s.shaded {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}}
	}
	if s.lined {
		for _, side := range []string{"left", "top", "right", "bottom"} {
			x.Border = append(x.Border, excelize.Border{Type: side, Style: 1, Color: "000000"})
		}
	}
	if s.format != "" {
		x.CustomNumFmt = &s.format
	}
	id, err := b.NewStyle(x)
	b.styles[s] = id
	return id, err
}

// quoted is a style for text that begins like a formula: the mark says that it was
// typed as text. The library has no name for the mark.
func (b *reportBook) quoted(s reportStyle) (int, error) {
	plain := s
	plain.quoted = false
	id, err := b.styled(plain)
	if err != nil {
		return 0, err
	}
	yes, formats := true, b.Styles.CellXfs
	x := formats.Xf[id]
	x.QuotePrefix = &yes
	formats.Xf = append(formats.Xf, x)
	formats.Count = len(formats.Xf)
	b.styles[s] = formats.Count - 1
	return formats.Count - 1, nil
}
