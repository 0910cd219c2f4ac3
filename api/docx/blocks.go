package docx

import (
	"strconv"
	"strings"
)

func (p Paragraph) block(w *writer) *node {
	n := el("w:p", p.properties())
	for _, r := range p.Runs {
		n.add(r.nodes(w))
	}
	return n
}

// properties is the layout of a paragraph, nil for none. Word wants its elements in
// the order of the schema.
func (p Paragraph) properties() *node {
	n := el("w:pPr", nodeIf(p.KeepNext, el("w:keepNext")))
	var sides []string
	switch {
	case p.Boxed:
		sides = []string{"top", "left", "bottom", "right"}
	case p.Ruled:
		sides = []string{"bottom"}
	}
	n.add(borderLines("w:pBdr", "1", sides...))
	if p.Before != 0 || p.After != 0 {
		n.add(el("w:spacing", twips("w:before", p.Before), twips("w:after", p.After)))
	}
	if p.Left != 0 || p.Right != 0 || p.First != 0 {
		n.add(el("w:ind", twips("w:left", p.Left), twips("w:right", p.Right), twips("w:firstLine", p.First)))
	}
	if p.Align != "" {
		n.add(val("w:jc", string(p.Align)))
	}
	return nodeIf(len(n.inner) > 0, n)
}

// nodes are the runs of one look; a page number takes three.
func (r Run) nodes(w *writer) []*node {
	run := func(parts ...any) *node {
		n := el("w:r", r.properties())
		n.add(parts...)
		return n
	}
	switch {
	case r.Picture != nil:
		return []*node{run(w.picture(r.Picture))}
	case r.Page:
		field := func(kind string) *node { return el("w:fldChar", attr{"w:fldCharType", kind}) }
		return []*node{
			run(field("begin")), run(el("w:instrText", attr{"xml:space", "preserve"}, " PAGE ")),
			run(field("separate")), run(el("w:t", "1")), run(field("end")),
		}
	}
	var parts []any
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			parts = append(parts, el("w:br"))
		}
		parts = append(parts, el("w:t", attr{"xml:space", "preserve"}, line))
	}
	return []*node{run(parts...)}
}

func (r Run) properties() *node {
	n := el("w:rPr", nodeIf(r.Bold, el("w:b")), nodeIf(r.Italic, el("w:i")), fontSizes(r.Size))
	return nodeIf(len(n.inner) > 0, n)
}

// block is a table of fixed columns; its heading rows are repeated on every page.
func (t Table) block(w *writer) *node {
	var whole Twip
	grid := el("w:tblGrid")
	for _, width := range t.Widths {
		whole += width
		grid.add(el("w:gridCol", twips("w:w", width)))
	}
	n := el("w:tbl", el("w:tblPr",
		el("w:tblW", twips("w:w", whole), attr{"w:type", "dxa"}), val("w:jc", "center"), t.borders(),
		el("w:tblLayout", attr{"w:type", "fixed"}),
		el("w:tblCellMar", zeroMargin("w:left"), zeroMargin("w:right"))), grid)
	for i, row := range t.Rows {
		tr := el("w:tr", el("w:trPr", nodeIf(!row.Split, el("w:cantSplit")), nodeIf(i < t.Head, el("w:tblHeader"))))
		column := 0
		for _, c := range row.Cells {
			span := max(1, c.Span)
			tr.add(c.node(w, span, t.Widths[column:column+span]))
			column += span
		}
		n.add(tr)
	}
	return n
}

func zeroMargin(side string) *node { return el(side, twips("w:w", MM(1)), attr{"w:type", "dxa"}) }

func (t Table) borders() *node {
	if !t.Borders {
		return nil
	}
	return borderLines("w:tblBorders", "0", "top", "left", "bottom", "right", "insideH", "insideV")
}

// borderLines are thin black lines along some sides, so many points off the text; none
// is nil.
func borderLines(name, space string, sides ...string) *node {
	n := el(name)
	for _, side := range sides {
		n.add(el("w:"+side, attr{"w:val", "single"}, attr{"w:sz", "6"}, attr{"w:space", space}, attr{"w:color", "000000"}))
	}
	return nodeIf(len(sides) > 0, n)
}

// node is a cell over span columns of these widths.
func (c Cell) node(w *writer, span int, widths []Twip) *node {
	var width Twip
	for _, one := range widths {
		width += one
	}
	n := el("w:tc", el("w:tcPr", el("w:tcW", twips("w:w", width), attr{"w:type", "dxa"}),
		nodeIf(span > 1, val("w:gridSpan", strconv.Itoa(span))),
		nodeIf(c.Shade != "", el("w:shd", attr{"w:val", "clear"}, attr{"w:color", "auto"}, attr{"w:fill", c.Shade})),
		nodeIf(c.Middle, val("w:vAlign", "center"))))
	text := c.Text
	// Word refuses a cell without a paragraph.
	if len(text) == 0 {
		text = []Paragraph{{}}
	}
	for _, p := range text {
		n.add(p.block(w))
	}
	return n
}

// emu is a length in the unit of drawings: 914.400 to the inch.
func emu(name string, t Twip) attr { return attr{name, strconv.Itoa(int(t) * 635)} }

// picture adds the file of a picture and gives its drawing, within the line.
func (w *writer) picture(p *Picture) *node {
	w.pictures++
	number := strconv.Itoa(w.pictures)
	file := "media/image" + number + ".png"
	w.parts = append(w.parts, part{"word/" + file, "", p.PNG})
	id := w.relate("image", file)
	extent := func(name string) *node { return el(name, emu("cx", p.Width), emu("cy", p.Height)) }
	named := func(name string) *node {
		return el(name, attr{"id", number}, attr{"name", "image" + number}, attr{"descr", p.Alt})
	}
	shape := el("pic:pic",
		el("pic:nvPicPr", named("pic:cNvPr"), el("pic:cNvPicPr")),
		el("pic:blipFill", el("a:blip", attr{"r:embed", id}), el("a:stretch", el("a:fillRect"))),
		el("pic:spPr", el("a:xfrm", el("a:off", attr{"x", "0"}, attr{"y", "0"}), extent("a:ext")),
			el("a:prstGeom", attr{"prst", "rect"}, el("a:avLst"))))
	return el("w:drawing", el("wp:inline", extent("wp:extent"), named("wp:docPr"),
		el("a:graphic", el("a:graphicData", attr{"uri", spacePicture}, shape))))
}
