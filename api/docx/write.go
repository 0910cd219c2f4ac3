package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The name spaces of a document.
const (
	spaceMain     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	spaceRel      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	spaceDrawing  = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
	spaceShapes   = "http://schemas.openxmlformats.org/drawingml/2006/main"
	spacePicture  = "http://schemas.openxmlformats.org/drawingml/2006/picture"
	spaceContent  = "http://schemas.openxmlformats.org/package/2006/content-types"
	spaceRelation = "http://schemas.openxmlformats.org/package/2006/relationships"
	spaceCore     = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
	typeMain      = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// A part is a file of the archive.
type part struct {
	name, kind string // kind is the content type; "" where the file's ending says it
	body       []byte
}

// A relation leads from the document to another part.
type relation struct{ id, kind, target string }

type writer struct {
	doc       *Document
	parts     []part
	relations []relation
	pictures  int
}

// write writes the whole archive: the document, its parts and their relations.
func (w *writer) write(to io.Writer) error {
	body := el("w:body")
	for i := range w.doc.Sections {
		w.addSection(body, &w.doc.Sections[i], i, i == len(w.doc.Sections)-1)
	}
	document := el("w:document", attr{"xmlns:w", spaceMain}, attr{"xmlns:r", spaceRel}, attr{"xmlns:wp", spaceDrawing},
		attr{"xmlns:a", spaceShapes}, attr{"xmlns:pic", spacePicture}, body)
	w.relate("styles", "styles.xml")
	w.relate("settings", "settings.xml")
	w.parts = append(w.parts,
		part{"word/document.xml", typeMain + "document.main+xml", document.bytes()},
		part{"word/styles.xml", typeMain + "styles+xml", w.styles().bytes()},
		part{"word/settings.xml", typeMain + "settings+xml", settings().bytes()},
		part{"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", w.properties().bytes()},
		part{"word/_rels/document.xml.rels", "", w.relationshipParts().bytes()},
		part{"_rels/.rels", "", rootRelationships().bytes()},
	)
	// The list of types comes first, as readers of a stream want it, but is known last.
	w.parts = append([]part{{"[Content_Types].xml", "", w.contentTypes().bytes()}}, w.parts...)
	return w.pack(to)
}

// written is the time of every entry: the first an archive can name.
var written = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// pack writes the parts as an archive, the same bytes for the same document.
func (w *writer) pack(to io.Writer) error {
	z := zip.NewWriter(to)
	for _, p := range w.parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: written})
		if err != nil {
			return fmt.Errorf("pack %s: %w", p.name, err)
		}
		if _, err := f.Write(p.body); err != nil {
			return fmt.Errorf("pack %s: %w", p.name, err)
		}
	}
	return z.Close()
}

func (w *writer) relate(kind, target string) string {
	id := "rId" + strconv.Itoa(len(w.relations)+1)
	w.relations = append(w.relations, relation{id, spaceRel + "/" + kind, target})
	return id
}

func (w *writer) relationshipParts() *node { return relationships(w.relations...) }

func rootRelationships() *node {
	return relationships(
		relation{"rId1", spaceRel + "/officeDocument", "word/document.xml"},
		relation{"rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"},
	)
}

func relationships(list ...relation) *node {
	n := el("Relationships", attr{"xmlns", spaceRelation})
	for _, r := range list {
		n.add(el("Relationship", attr{"Id", r.id}, attr{"Type", r.kind}, attr{"Target", r.target}))
	}
	return n
}

// contentTypes names the type of every part, by its ending or by its name.
func (w *writer) contentTypes() *node {
	n := el("Types", attr{"xmlns", spaceContent},
		el("Default", attr{"Extension", "rels"}, attr{"ContentType", "application/vnd.openxmlformats-package.relationships+xml"}),
		el("Default", attr{"Extension", "xml"}, attr{"ContentType", "application/xml"}),
		el("Default", attr{"Extension", "png"}, attr{"ContentType", "image/png"}))
	for _, p := range w.parts {
		if p.kind != "" {
			n.add(el("Override", attr{"PartName", "/" + p.name}, attr{"ContentType", p.kind}))
		}
	}
	return n
}

func (w *writer) properties() *node {
	return el("cp:coreProperties", attr{"xmlns:cp", spaceCore}, attr{"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
		el("dc:title", w.doc.Title), el("dc:language", "vi-VN"))
}

// settings say that the file is one of Word 2013 or later, so that no older
// rules of layout are used.
func settings() *node {
	return el("w:settings", attr{"xmlns:w", spaceMain},
		el("w:compat", el("w:compatSetting", attr{"w:name", "compatibilityMode"},
			attr{"w:uri", "http://schemas.microsoft.com/office/word"}, attr{"w:val", "15"})))
}

func (w *writer) styles() *node {
	fonts := el("w:rFonts", attr{"w:ascii", w.doc.Font}, attr{"w:hAnsi", w.doc.Font}, attr{"w:eastAsia", w.doc.Font}, attr{"w:cs", w.doc.Font})
	return el("w:styles", attr{"xmlns:w", spaceMain},
		el("w:docDefaults",
			el("w:rPrDefault", el("w:rPr", fonts, fontSizes(w.doc.Size), el("w:lang", attr{"w:val", "vi-VN"}))),
			el("w:pPrDefault", el("w:pPr", el("w:spacing", attr{"w:before", "0"}, attr{"w:after", "0"}, attr{"w:line", "240"}, attr{"w:lineRule", "auto"})))),
		el("w:style", attr{"w:type", "paragraph"}, attr{"w:default", "1"}, attr{"w:styleId", "Normal"}, val("w:name", "Normal")),
		el("w:style", attr{"w:type", "table"}, attr{"w:default", "1"}, attr{"w:styleId", "TableNormal"}, val("w:name", "Normal Table")))
}

func fontSizes(half int) []*node {
	if half == 0 {
		return nil
	}
	return []*node{val("w:sz", strconv.Itoa(half)), val("w:szCs", strconv.Itoa(half))}
}

// addSection adds the blocks of a section; its layout stands in its last paragraph,
// or, of the last section, at the end of the body.
func (w *writer) addSection(body *node, s *Section, at int, last bool) {
	for _, b := range s.Blocks {
		body.add(b.block(w))
	}
	layout := w.layout(s, at)
	if last {
		if _, table := endOf(s).(Table); table { // Word wants a paragraph at the end of a text
			body.add(Paragraph{}.block(w))
		}
		body.add(layout)
		return
	}
	// The layout of a section that is not the last stands in a paragraph of no height.
	body.add(el("w:p", el("w:pPr", el("w:spacing", attr{"w:line", "20"}, attr{"w:lineRule", "exact"}), layout)))
}

// endOf is the last block of a section, or nil.
func endOf(s *Section) Block {
	if len(s.Blocks) == 0 {
		return nil
	}
	return s.Blocks[len(s.Blocks)-1]
}

// layout is the page of a section: its size, margins, and the number above each page
// but the first.
func (w *writer) layout(s *Section, at int) *node {
	header := w.addBand("header", at, Paragraph{Align: Center, Runs: []Run{{Page: true}}})
	empty := w.addBand("headerFirst", at, Paragraph{})
	footer := w.addBand("footer", at, s.Footer...)
	size := el("w:pgSz", twips("w:w", A4.Width), twips("w:h", A4.Height))
	if s.Landscape {
		size = el("w:pgSz", twips("w:w", A4.Height), twips("w:h", A4.Width), attr{"w:orient", "landscape"})
	}
	return el("w:sectPr",
		el("w:headerReference", attr{"w:type", "default"}, attr{"r:id", header}),
		el("w:headerReference", attr{"w:type", "first"}, attr{"r:id", empty}),
		el("w:footerReference", attr{"w:type", "default"}, attr{"r:id", footer}),
		el("w:footerReference", attr{"w:type", "first"}, attr{"r:id", footer}),
		val("w:type", "nextPage"), size,
		el("w:pgMar", twips("w:top", s.Top), twips("w:right", s.Right), twips("w:bottom", s.Bottom), twips("w:left", s.Left),
			twips("w:header", s.Top/2), twips("w:footer", s.Bottom/2), attr{"w:gutter", "0"}),
		el("w:pgNumType", attr{"w:start", "1"}), el("w:titlePg"))
}

func twips(name string, t Twip) attr { return attr{name, strconv.Itoa(int(t))} }

// addBand adds a part that stands on every page, above or below, and gives its id.
func (w *writer) addBand(name string, at int, text ...Paragraph) string {
	root, kind := "w:hdr", "header"
	if strings.HasPrefix(name, "footer") {
		root, kind = "w:ftr", "footer"
	}
	n := el(root, attr{"xmlns:w", spaceMain})
	if len(text) == 0 {
		text = []Paragraph{{}}
	}
	for _, p := range text {
		n.add(p.block(w))
	}
	file := name + strconv.Itoa(at+1) + ".xml"
	w.parts = append(w.parts, part{"word/" + file, typeMain + kind + "+xml", n.bytes()})
	return w.relate(kind, file)
}
