package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/docx"
)

func written(t require.TestingT, d *docx.Document) []byte {
	var b bytes.Buffer
	require.NoError(t, docx.Write(&b, d))
	return b.Bytes()
}

func parts(t require.TestingT, b []byte) map[string]string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	list := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		list[f.Name] = string(body)
	}
	return list
}

func text(s string) docx.Paragraph { return docx.Paragraph{Runs: []docx.Run{{Text: s}}} }

func whole() *docx.Document {
	page := docx.Section{Top: docx.MM(20), Right: docx.MM(20), Bottom: docx.MM(20), Left: docx.MM(30), Footer: []docx.Paragraph{text("chân trang")}}
	upright, across := page, page
	across.Landscape = true
	upright.Blocks = []docx.Block{text("một"), docx.Paragraph{Align: docx.Center, Ruled: true, Runs: []docx.Run{{Text: "hai", Bold: true}, {Page: true}, {Picture: &docx.Picture{PNG: []byte("png"), Width: docx.MM(30), Height: docx.MM(20), Alt: `a"b`}}}}}
	across.Blocks = []docx.Block{docx.Table{Widths: []docx.Twip{100, 200}, Head: 1, Borders: true, Rows: []docx.Row{
		{Cells: []docx.Cell{{Span: 2, Text: []docx.Paragraph{text("đầu")}}}}, {Cells: []docx.Cell{{}, {Text: []docx.Paragraph{text("dòng\nhai")}}}, Split: true},
	}}}
	return &docx.Document{Title: "Thử", Font: "Times New Roman", Size: 26, Sections: []docx.Section{upright, across}}
}

func TestParts(t *testing.T) {
	p := parts(t, written(t, whole()))
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml", "word/footer1.xml", "word/header2.xml", "word/media/image1.png"} {
		require.Contains(t, p, name)
	}
	body := p["word/document.xml"]
	require.Equal(t, 2, strings.Count(body, "<w:sectPr>"))
	require.Contains(t, body, `<w:pgSz w:w="11905" w:h="16837"/>`)
	require.Contains(t, body, `<w:pgSz w:w="16837" w:h="11905" w:orient="landscape"/>`)
	require.Contains(t, body, `<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	require.Contains(t, body, `<w:gridSpan w:val="2"/>`)
	require.Contains(t, body, `descr="a&#34;b"`)
	require.Contains(t, body, `dòng</w:t><w:br/><w:t xml:space="preserve">hai`)
	require.Contains(t, body, "</w:tbl><w:p/><w:sectPr>", "a table is not the last of a body")
	require.Contains(t, p["word/header1.xml"], " PAGE ")
	require.NotContains(t, p["word/headerFirst1.xml"], "PAGE")
	for name, part := range p {
		if strings.HasSuffix(name, ".xml") {
			require.Contains(t, p["[Content_Types].xml"]+p["_rels/.rels"]+"[Content_Types].xml", name)
			wellFormed(t, part)
		}
	}
	for _, id := range strings.Split(body, `r:id="`)[1:] {
		id, _, _ = strings.Cut(id, `"`)
		require.Contains(t, p["word/_rels/document.xml.rels"], `Id="`+id+`"`)
	}
}

func wellFormed(t require.TestingT, part string) {
	d := xml.NewDecoder(strings.NewReader(part))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

// Any text is shown as it is, as far as XML has its characters, and never becomes
// markup; the same document gives the same bytes.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		d := &docx.Document{Title: s, Sections: []docx.Section{{Blocks: []docx.Block{text(s)}}}}
		b := written(t, d)
		require.Equal(t, b, written(t, d))
		body := parts(t, b)["word/document.xml"]
		wellFormed(t, body)
		require.Equal(t, 1, strings.Count(body, "<w:r>"))
		var got struct {
			Text []string `xml:"body>p>r>t"`
		}
		require.NoError(t, xml.Unmarshal([]byte(body), &got))
		require.Equal(t, shown(s), strings.Join(got.Text, "\n"))
	})
}

// shown is what XML can say of a text.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			return r
		}
		return '\uFFFD'
	}, s)
}

func TestMillimetres(t *testing.T) {
	require.Equal(t, docx.Twip(1440), docx.MM(254)/10)
	require.Zero(t, docx.MM(0))
}
