package report

import (
	"io"
	"strconv"

	"htxledger/api/docx"
)

// Sizes of the text, in half points.
const (
	sizeText  = 26
	sizeHead  = 24
	sizeTitle = 28
	sizeTable = 22
	sizeSmall = 20
	sizeFoot  = 16
)

// WriteDocx writes a report as a word-processing document: the text upright, each
// appendix in a section of its own, landscape, its heading rows repeated.
func WriteDocx(w io.Writer, d *Document) error {
	foot := []docx.Paragraph{{Align: docx.Center, Runs: []docx.Run{{Text: d.Footer, Size: sizeFoot}}}}
	out := &docx.Document{Title: d.About, Font: "Times New Roman", Size: sizeText}
	out.Sections = append(out.Sections, docxSection(false, foot, d.textBlocks()))
	for _, a := range d.Annexes {
		out.Sections = append(out.Sections, docxSection(true, foot, d.annexBlocks(a)))
	}
	return docx.Write(w, out)
}

func docxSection(landscape bool, foot []docx.Paragraph, blocks []docx.Block) docx.Section {
	return docx.Section{
		Landscape: landscape, Top: docx.MM(20), Right: docx.MM(20), Bottom: docx.MM(20), Left: docx.MM(30), Footer: foot, Blocks: blocks,
	}
}

func docxLine(align docx.Align, runs ...docx.Run) docx.Paragraph {
	return docx.Paragraph{Align: align, Runs: runs}
}

func ruledParagraph(side docx.Twip) docx.Paragraph {
	return docx.Paragraph{Ruled: true, Left: side, Right: side, Runs: []docx.Run{{Text: "", Size: 4}}}
}

// textBlocks is the upright part of the report: the head, the text, the signature.
func (d *Document) textBlocks() []docx.Block {
	blocks := []docx.Block{
		d.masthead(), docx.Paragraph{After: docx.MM(3)},
		docxLine(docx.Center, docx.Run{Text: d.Type, Bold: true, Size: sizeTitle}),
		docxLine(docx.Center, docx.Run{Text: d.About, Bold: true, Size: sizeTitle}),
		ruledParagraph(docx.MM(58)), docx.Paragraph{After: docx.MM(2)},
	}
	for _, b := range d.Body {
		blocks = append(blocks, docxBlock(b))
	}
	return append(blocks, docx.Paragraph{}, d.signingTable(), docx.Paragraph{}, d.qr())
}

// masthead is the names of the offices beside the motto.
func (d *Document) masthead() docx.Table {
	var offices []docx.Paragraph
	if d.Masthead.Above != "" {
		offices = append(offices, docxLine(docx.Center, docx.Run{Text: d.Masthead.Above, Size: sizeHead}))
	}
	offices = append(offices, docxLine(docx.Center, docx.Run{Text: d.Masthead.Agency, Bold: true, Size: sizeHead}), ruledParagraph(docx.MM(18)),
		docx.Paragraph{Align: docx.Center, Before: 60, Runs: []docx.Run{{Text: d.Masthead.Number}}})
	return docx.Table{Widths: []docx.Twip{docx.MM(58), docx.MM(102)}, Rows: []docx.Row{{Cells: []docx.Cell{
		{Text: offices},
		{Text: []docx.Paragraph{
			docxLine(docx.Center, docx.Run{Text: Country, Bold: true, Size: sizeHead}),
			docxLine(docx.Center, docx.Run{Text: Motto, Bold: true, Size: sizeText}), ruledParagraph(docx.MM(24)),
			{Align: docx.Center, Before: 60, Runs: []docx.Run{{Text: d.Masthead.Day, Italic: true}}},
		}},
	}}}}
}

// docxBlock is a paragraph of the text in its style.
func docxBlock(b Block) docx.Block {
	switch b.Style {
	case Heading:
		return docx.Paragraph{First: docx.MM(13), Before: 160, After: 80, KeepNext: true, Runs: []docx.Run{{Text: b.Text, Bold: true}}}
	case Item:
		return docx.Paragraph{Align: docx.Justify, Left: docx.MM(13), After: 80, Runs: []docx.Run{{Text: b.Text}}}
	case Note:
		return docx.Paragraph{After: 60, Runs: []docx.Run{{Text: b.Text, Italic: true, Size: sizeSmall}}}
	case Mark:
		return docx.Paragraph{Boxed: true, Before: 80, After: 80, Runs: []docx.Run{{Text: b.Text, Bold: true}}}
	}
	return docx.Paragraph{Align: docx.Justify, First: docx.MM(13), Before: 80, After: 80, Runs: []docx.Run{{Text: b.Text}}}
}

func (d *Document) signingTable() docx.Table {
	to := []docx.Paragraph{docxLine("", docx.Run{Text: "Nơi nhận:", Bold: true, Italic: true, Size: sizeHead})}
	for _, l := range d.Signature.Lines() {
		to = append(to, docxLine("", docx.Run{Text: l, Size: sizeTable}))
	}
	return docx.Table{Widths: []docx.Twip{docx.MM(78), docx.MM(80)}, Rows: []docx.Row{{Cells: []docx.Cell{{Text: to}, {Text: []docx.Paragraph{
		docxLine(docx.Center, docx.Run{Text: d.Signature.Signer, Bold: true}),
		docxLine(docx.Center, docx.Run{Text: d.Signature.Note, Italic: true}),
		{Before: docx.MM(20)},
	}}}}}}
}

func (d *Document) qr() docx.Table {
	side := docx.MM(30)
	return docx.Table{Widths: []docx.Twip{docx.MM(36), docx.MM(122)}, Rows: []docx.Row{{Cells: []docx.Cell{
		{Text: []docx.Paragraph{docxLine("", docx.Run{Picture: &docx.Picture{PNG: d.Code.QR.PNG(), Width: side, Height: side, Alt: "Mã QR: " + d.Code.Text}})}},
		{Middle: true, Text: []docx.Paragraph{docxLine("", docx.Run{Text: d.Code.Told, Size: sizeSmall})}},
	}}}}
}

// annexBlocks is an appendix on its landscape pages.
func (d *Document) annexBlocks(a Annex) []docx.Block {
	blocks := []docx.Block{
		docxLine(docx.Center, docx.Run{Text: a.Label, Bold: true, Size: sizeTitle}),
		docxLine(docx.Center, docx.Run{Text: a.Title, Bold: true, Size: sizeTitle}),
		docxLine(docx.Center, docx.Run{Text: a.With, Italic: true, Size: sizeText}), ruledParagraph(docx.MM(90)), docx.Paragraph{},
	}
	// On every appendix, for pages are taken apart.
	if d.Synthetic != "" {
		blocks = append(blocks, docxLine(docx.Center, docx.Run{Text: d.Synthetic, Bold: true, Size: sizeTable}))
	}
	blocks = append(blocks, docxLine(docx.Right, docx.Run{Text: a.Unit, Italic: true, Size: sizeTable}), docxTable(a.Table))
	for _, n := range a.Notes {
		blocks = append(blocks, docxBlock(Block{Note, n}))
	}
	return blocks
}

// docxTable is a table with two heading rows, the names and the numbers of columns.
func docxTable(t Table) docx.Table {
	out := docx.Table{Head: 2, Borders: true}
	var names, numbers []docx.Cell
	for i, c := range t.Columns {
		out.Widths = append(out.Widths, docx.MM(c.Width))
		names = append(names, docx.Cell{Middle: true, Shade: "F2F2F2", Text: []docx.Paragraph{docxLine(docx.Center, docx.Run{Text: c.Heading, Bold: true, Size: sizeTable})}})
		numbers = append(numbers, docx.Cell{Text: []docx.Paragraph{docxLine(docx.Center, docx.Run{Text: "(" + strconv.Itoa(i+1) + ")", Italic: true, Size: sizeSmall})}})
	}
	out.Rows = append(out.Rows, docx.Row{Cells: names}, docx.Row{Cells: numbers})
	for _, r := range t.Rows {
		// A row taller than a page must be split, or Word leaves half a page empty before it.
		row := docx.Row{Split: t.Tall(r)}
		for i, c := range r {
			row.Cells = append(row.Cells, docx.Cell{Text: []docx.Paragraph{docxLine(docxAlign(t.Columns[i].Align), docx.Run{Text: c.Text, Bold: c.Bold, Size: sizeTable})}})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func docxAlign(a Align) docx.Align {
	return map[Align]docx.Align{Center: docx.Center, Right: docx.Right}[a]
}
