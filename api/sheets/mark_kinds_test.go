package sheets

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// markedSoundly marks a workbook and holds the result to what every marked workbook
// must be: its own reader takes it with the cells that it had, the library opens it,
// its parts are well-formed, its relationships lead somewhere, and parts that are
// not about marks stay byte for byte the same.
func markedSoundly(t testing.TB, b []byte, marks ...imports.Mark) []byte {
	t.Helper()
	marked, err := Marked(t.Context(), b, marks)
	require.NoError(t, err)
	before, after := read(t, b), read(t, marked)
	for i, g := range before.Grids {
		if !strings.HasPrefix(g.Name, imports.ErrorSheet) {
			require.Equal(t, g.Rows, after.Grids[i].Rows, g.Name)
		}
	}
	opened(t, marked)
	soundPackage(t, marked)
	was := map[string][]byte{}
	for _, e := range entriesOf(t, b) {
		was[strings.ToLower(e.name)] = e.body
	}
	for _, e := range entriesOf(t, marked) {
		if old, ok := was[strings.ToLower(e.name)]; ok && !marksTouch(e.name) {
			require.Equal(t, string(old), string(e.body), e.name)
		}
		delete(was, strings.ToLower(e.name))
	}
	require.Empty(t, was, "no part is lost")
	return marked
}

// marksTouch names the parts that marks may change.
func marksTouch(name string) bool {
	low := strings.ToLower(name)
	for _, touched := range []string{"xl/worksheets/", "xl/comments", "vmldrawing", "[content_types]", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		if strings.Contains(low, touched) {
			return true
		}
	}
	return false
}

// soundPackage holds a workbook to the rules of packages: each part has a type and is
// well-formed if it is XML, names are unique, and relationships lead to parts.
func soundPackage(t testing.TB, b []byte) {
	t.Helper()
	names, types := map[string]bool{}, map[string]string{}
	for _, e := range entriesOf(t, b) {
		require.False(t, names[strings.ToLower(e.name)], e.name)
		require.False(t, strings.HasPrefix(e.name, "/"), e.name)
		names[strings.ToLower(e.name)] = true
	}
	elements := func(body []byte, visit func(e xml.StartElement)) {
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			token, err := d.Token()
			if err == io.EOF {
				return
			}
			require.NoError(t, err, string(body[:min(len(body), 2000)]))
			if e, ok := token.(xml.StartElement); ok {
				visit(e)
			}
		}
	}
	for _, e := range entriesOf(t, b) {
		if e.name == contentsPart {
			elements(e.body, func(x xml.StartElement) {
				key := cmp.Or(attribute(x, "PartName"), "."+strings.ToLower(attribute(x, "Extension")))
				require.Empty(t, types[strings.ToLower(key)], "a type said twice: %s", key)
				types[strings.ToLower(key)] = attribute(x, "ContentType")
			})
		}
	}
	for _, e := range entriesOf(t, b) {
		low := strings.ToLower(e.name)
		require.True(t, types["/"+low] != "" || types[path.Ext(low)] != "" || e.name == contentsPart, "no type: %s", e.name)
		if strings.HasSuffix(low, ".rels") {
			source := path.Dir(path.Dir(low))
			elements(e.body, func(x xml.StartElement) {
				target := attribute(x, "Target")
				if attribute(x, "TargetMode") == "External" || target == "" || strings.HasPrefix(target, "#") {
					return
				}
				if !strings.HasPrefix(target, "/") {
					target = path.Join("/", source, target)
				}
				require.True(t, names[strings.ToLower(strings.TrimPrefix(target, "/"))], "%s leads to %s", e.name, target)
			})
		}
		if strings.HasPrefix(low, "xl/worksheets/sheet") || low == "xl/styles.xml" || strings.HasPrefix(low, "xl/comments") || low == workbookPart {
			elements(e.body, func(xml.StartElement) {})
		}
	}
}

// commentAt is the comment of a cell as the library reads it; "" for none.
func commentAt(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	comments, err := f.GetComments(sheet)
	require.NoError(t, err)
	at := slices.IndexFunc(comments, func(c excelize.Comment) bool { return c.Cell == cell })
	if at < 0 {
		return ""
	}
	text := comments[at].Text
	for _, run := range comments[at].Paragraph {
		text += run.Text
	}
	return text
}

// isTinted reports whether a cell of a sheet has the colour of marks; the library
// reads no colours where a workbook has no theme.
func isTinted(t testing.TB, b []byte, sheet, cell string) bool {
	t.Helper()
	r, err := newReader(t.Context(), b, nil)
	require.NoError(t, err)
	m := &marker{rewriting: newRewriting(r.container, b)}
	y, err := m.readStyles()
	require.NoError(t, err)
	at := slices.IndexFunc(r.frame.sheets, func(e sheetEntry) bool { return e.name == sheet })
	require.GreaterOrEqual(t, at, 0, sheet)
	body, err := m.read(r.frame.sheets[at].part)
	require.NoError(t, err)
	row, column, tinted := 0, 0, false
	require.NoError(t, tags(t.Context(), body, func(path []string, x tag) error {
		switch {
		case len(path) == 3 && path[1] == "sheetData":
			row, column = max(row+1, numberIn(x.StartElement, "r")), 0
		case len(path) == 4 && path[1] == "sheetData":
			column++
			if c, _, ok := reference(attribute(x.StartElement, "r")); ok {
				column = c
			}
			if (place{row, column}).name() == cell {
				style := y.formats[max(0, numberIn(x.StartElement, "s"))]
				tinted = strings.HasPrefix(attributeOf(style, "applyFill"), "1") && slices.Index(y.fills, true) >= 0 && attributeOf(style, "fillId") == fmt.Sprint(slices.Index(y.fills, true))
			}
		}
		return nil
	}, nil))
	return tinted
}

// Workbooks of other libraries are marked: fonts without a name, borders without a
// colour, comments of EPPlus, NPOI and ClosedXML, which stay.
func TestWorkbooksOfOtherLibrariesAreMarked(t *testing.T) {
	for number, c := range map[string]struct{ cell, kept, keptAt string }{
		"06": {"E2", "", ""}, "07": {"H2", "Xem lại ỹ", "C2"}, "08": {"H2", "Ai ghi số này?", "H2"},
		"09": {"H2", "Xem lại ỹ", "C2"}, "13": {"E2", "", ""}, "05": {"B2", "", ""}, "14": {"B2", "", ""},
	} {
		t.Run(number, func(t *testing.T) {
			b := netBook(t, number)
			column, row, ok := reference(c.cell)
			require.True(t, ok)
			_ = column
			marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Dữ liệu", Cell: c.cell, Row: row}, "sai số", "x"))
			f := opened(t, marked)
			require.True(t, isTinted(t, marked, "Dữ liệu", c.cell))
			require.Contains(t, commentAt(t, f, "Dữ liệu", c.cell), "sai số")
			if c.kept != "" {
				require.Contains(t, commentAt(t, f, "Dữ liệu", c.keptAt), c.kept)
			}
			// the next round takes the marks away and leaves the rest
			again := markedSoundly(t, marked, wrong(imports.Spot{Sheet: "Dữ liệu", Cell: "A3", Row: 3}, "khác", "y"))
			f = opened(t, again)
			require.False(t, isTinted(t, again, "Dữ liệu", c.cell))
			require.NotContains(t, commentAt(t, f, "Dữ liệu", c.cell), "sai số")
			require.Contains(t, commentAt(t, f, "Dữ liệu", "A3"), "khác")
			if c.kept != "" {
				require.Contains(t, commentAt(t, f, "Dữ liệu", c.keptAt), c.kept)
			}
			sheets := 0
			for _, name := range f.GetSheetList() {
				if strings.HasPrefix(name, imports.ErrorSheet) {
					sheets++
				}
			}
			require.Equal(t, 1, sheets)
		})
	}
}

// Form controls draw in the part where the boxes of comments are put: they stay.
func TestAFormControlStaysBesideTheMarks(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
		require.NoError(t, f.AddFormControl("Sheet1", excelize.FormControl{Cell: "C9", Type: excelize.FormControlButton, Text: "Bấm"}))
	})
	marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2}, "sai", "x"))
	f := opened(t, marked)
	controls, err := f.GetFormControls("Sheet1")
	require.NoError(t, err)
	require.Len(t, controls, 1)
	require.Contains(t, commentAt(t, f, "Sheet1", "C2"), "sai")
}

// A place is marked whether its cell, its row or all rows are missing, and whether
// or not the sheet names its cells and rows.
func TestMarksFindTheirPlace(t *testing.T) {
	for name, rows := range map[string]string{
		"no rows":             `<sheetData/>`,
		"no rows, open":       `<sheetData></sheetData>`,
		"an empty row":        `<sheetData><row r="3"/></sheetData>`,
		"rows around it":      `<sheetData><row r="2"><c r="A2"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row></sheetData>`,
		"cells around it":     `<sheetData><row r="3"><c r="A3"><v>1</v></c><c r="E3"><v>1</v></c></row></sheetData>`,
		"the cell":            `<sheetData><row r="3"><c r="C3" s="0"><v>1</v></c></row></sheetData>`,
		"an empty cell":       `<sheetData><row r="3"><c r="C3"/></row></sheetData>`,
		"nothing is named":    `<sheetData><row/><row/><row><c><v>1</v></c><c><v>2</v></c><c ><v>3</v></c></row ></sheetData>`,
		"in another name":     `<x:sheetData xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:row r='2' ><x:c r='A2' s='0'><x:v>1</x:v></x:c></x:row></x:sheetData>`,
		"a row with a style":  `<sheetData><row r="3" s="0" customFormat="1"><c r="D3"><v>4</v></c></row></sheetData>`,
		"a column with style": `<cols><col min="1" max="16384" width="9" style="0"/></cols><sheetData><row r="9"><c r="D9"><v>4</v></c></row></sheetData>`,
	} {
		t.Run(name, func(t *testing.T) {
			b := changed(t, plainBook(t), sheet1, func(body []byte) []byte {
				from, to := bytes.Index(body, []byte("<sheetData")), bytes.Index(body, []byte("</sheetData>"))+len("</sheetData>")
				return bytes.Join([][]byte{body[:from], []byte(rows), body[to:]}, nil)
			})
			marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Sheet1", Cell: "C3", Row: 3}, "sai", "x"), wrong(imports.Spot{Sheet: "Sheet1", Row: 3}, "cả dòng", "y"),
				wrong(imports.Spot{Sheet: "Sheet1", Cell: "B7", Row: 7}, "sai", "x"))
			f := opened(t, marked)
			for _, cell := range []string{"A3", "C3", "B7"} {
				require.True(t, isTinted(t, marked, "Sheet1", cell), cell)
				require.NotEmpty(t, commentAt(t, f, "Sheet1", cell), cell)
			}
			require.Empty(t, colourOf(t, f, "Sheet1", "D3"))
		})
	}
}

// A colour of the sender's own comes back when the mark is taken away.
func TestTheColourUnderAMarkComesBack(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25}, []any{"htx-b", 2023, 25})
		yellow, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}, NumFmt: 3})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Sheet1", "C2", "C2", yellow))
	})
	marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2}, "sai", "x"))
	require.Equal(t, []string{markColour}, colourOf(t, opened(t, marked), "Sheet1", "C2"))
	again := markedSoundly(t, marked, wrong(imports.Spot{Sheet: "Sheet1", Cell: "C3", Row: 3}, "sai", "x"))
	require.Equal(t, []string{"FFFF00"}, colourOf(t, opened(t, again), "Sheet1", "C2"))
}

// A sheet of the sender's that is called “Lỗi” is data, and stays.
func TestASheetOfTheSameNameIsNotWrittenOver(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
		require.NoError(t, f.SetSheetName("Sheet1", imports.ErrorSheet))
	})
	marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: imports.ErrorSheet, Cell: "C2", Row: 2}, "sai", "x"))
	f := opened(t, marked)
	require.Equal(t, []string{imports.ErrorSheet, imports.ErrorSheet + " (2)"}, f.GetSheetList())
	require.True(t, isTinted(t, marked, imports.ErrorSheet, "C2"))
	s := readAs(t, marked, "coop-annual")
	require.Empty(t, s.Problems())
	require.Len(t, s.Drafts(), 1)
	again := markedSoundly(t, marked, wrong(imports.Spot{Sheet: imports.ErrorSheet, Cell: "B2", Row: 2}, "sai", "x"))
	require.Len(t, opened(t, again).GetSheetList(), 2)
}

// A list of more mistakes than a sheet may have rows still imports back.
func TestALongListOfMistakesImportsBack(t *testing.T) {
	var marks []imports.Mark
	for i := range maxListed + 100 {
		marks = append(marks, wrong(imports.Spot{Sheet: "Sheet1", Cell: fmt.Sprintf("C%d", i+2), Row: i + 2}, "sai <&> _x0041_ \x01", "x"))
	}
	marked := markedSoundly(t, plainBook(t), marks...)
	f := opened(t, marked)
	rows, err := f.GetRows(imports.ErrorSheet)
	require.NoError(t, err)
	require.Len(t, rows, maxListed+4)
	require.Equal(t, "sai <&> _x0041_ ", rows[3][6])
	require.Contains(t, rows[1][0], "Sheet1", "not every cell has a comment, which is said")
	require.Contains(t, rows[maxListed+3][6], "100")
}

// What is not understood in a sheet's comments is left as it is, and the list says
// that the words stand there only.
func TestCommentsThatAreNotUnderstoodStay(t *testing.T) {
	b := netBook(t, "07")
	var comments, vml string
	for _, e := range entriesOf(t, b) {
		if strings.HasPrefix(e.name, "xl/comments") {
			comments = e.name
		}
		if strings.HasSuffix(e.name, ".vml") {
			vml = e.name
		}
	}
	for part, body := range map[string]string{comments: "no xml", vml: "no vml"} {
		marked, err := Marked(t.Context(), changed(t, b, part, func([]byte) []byte { return []byte(body) }), []imports.Mark{wrong(imports.Spot{Sheet: "Dữ liệu", Cell: "H2", Row: 2}, "sai", "x")})
		require.NoError(t, err, part)
		list := read(t, marked)
		require.Contains(t, textAt(list.Grids[1], 1, 0), "Dữ liệu")
		require.Equal(t, "sai", textAt(list.Grids[1], 3, 6))
	}
}

// A comment that stands for a thread of comments is not written into.
func TestAThreadOfCommentsStays(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
		require.NoError(t, f.AddComment("Sheet1", excelize.Comment{Cell: "C2", Author: "tc={A}", Paragraph: []excelize.RichTextRun{{Text: "[Threaded comment]"}}}))
	})
	marked := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2}, "sai", "x"))
	f := opened(t, marked)
	require.NotContains(t, commentAt(t, f, "Sheet1", "C2"), "sai")
	require.True(t, isTinted(t, marked, "Sheet1", "C2"))
}

// Marking ends with its context.
func TestMarkingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Marked(ctx, plainBook(t), nil)
	require.ErrorIs(t, err, context.Canceled)
}

// Every marked workbook of the tests opens in LibreOffice with its comments.
func TestMarkedWorkbooksOfOtherLibrariesPassThroughLibreOffice(t *testing.T) {
	program := calc(t)
	folder := t.TempDir()
	var files []string
	for _, number := range []string{"05", "06", "07", "08", "09", "13", "14"} {
		marked, err := Marked(t.Context(), netBook(t, number), []imports.Mark{wrong(imports.Spot{Sheet: "Dữ liệu", Cell: "E2", Row: 2}, "sai", "x")})
		require.NoError(t, err)
		file := filepath.Join(folder, number+".xlsx")
		require.NoError(t, os.WriteFile(file, marked, 0o600))
		files = append(files, file)
	}
	for i, b := range resaved(t, program, files...) {
		f := opened(t, b)
		require.Contains(t, commentAt(t, f, "Dữ liệu", "E2"), "sai", files[i])
		require.Contains(t, f.GetSheetList(), imports.ErrorSheet, files[i])
		// and the marks are known as ours when they come back
		next := markedSoundly(t, b, wrong(imports.Spot{Sheet: "Dữ liệu", Cell: "A2", Row: 2}, "khác", "x"))
		again := opened(t, next)
		require.NotContains(t, commentAt(t, again, "Dữ liệu", "E2"), "sai", files[i])
		require.False(t, isTinted(t, next, "Dữ liệu", "E2"), files[i])
	}
}

// What stands beside the comments of a part is not taken for a comment.
func TestCommentsWithOthersElements(t *testing.T) {
	const head = `<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	for name, body := range map[string]string{
		"a text in an author": head + `<authors><author><text/></author></authors><commentList/></comments>`,
		"no comment":          head + `<authors/><commentList/><extLst><ext><a><t/></a></ext></extLst></comments>`,
		"behind the comments": head + `<authors><author>x</author></authors><commentList><comment ref="B2" authorId="0"><text><t>hi</t></text></comment></commentList><extLst><ext><text><t>x</t></text></ext></extLst></comments>`,
	} {
		b := with(t, plainBook(t), entry{name: "xl/comments1.xml", body: []byte(body)}, entry{name: "xl/worksheets/_rels/sheet1.xml.rels", body: []byte(`<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments1.xml"/></Relationships>`)})
		w, err := Read(b, nil)
		require.NoError(t, err, name)
		out, err := Marked(t.Context(), b, []imports.Mark{{Spot: imports.Spot{Sheet: w.Grids[0].Name, Row: 1, Cell: "A1"}}})
		require.NoError(t, err, name)
		for _, e := range entriesOf(t, out) {
			if e.name == "xl/comments1.xml" && name == "behind the comments" {
				require.Contains(t, string(e.body), `<extLst><ext><text><t>x</t></text></ext></extLst>`)
			}
		}
		_, err = Read(out, nil)
		require.NoError(t, err, name)
	}
}
