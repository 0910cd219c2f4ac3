package sheets

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// netBook is a workbook that a library for .NET wrote (testdata/net), by the number
// that its name begins with.
func netBook(t testing.TB, number string) []byte {
	t.Helper()
	files, err := filepath.Glob("testdata/net/" + number + "-*.xlsx")
	require.NoError(t, err)
	require.Len(t, files, 1)
	b, err := os.ReadFile(files[0])
	require.NoError(t, err)
	return b
}

// readAs reads a workbook under a form.
func readAs(t testing.TB, b []byte, form string) *imports.Sheet {
	t.Helper()
	f, err := imports.FindForm(form)
	require.NoError(t, err)
	s, err := imports.Grids(context.Background(), "x.xlsx", b, read(t, b), f, imports.Options{})
	require.NoError(t, err)
	return s
}

// Good files that other libraries write are read, whatever they leave out.
func TestGoodFilesOfOtherLibrariesAreRead(t *testing.T) {
	for number, name := range map[string]string{
		"05": "without styles", "10": "a sheet name in NFD", "12": "a list on a very hidden sheet", "14": "a part in UTF-16 that nobody reads",
	} {
		t.Run(name, func(t *testing.T) {
			s := readAs(t, netBook(t, number), "training")
			require.Empty(t, s.Problems())
			require.NotEmpty(t, s.Drafts())
			require.True(t, strings.HasSuffix(s.Drafts()[0].Source.Sheet, "Dữ liệu"), "in normal form C")
		})
	}
}

// Without styles a number that names one is read as any number is.
func TestWithoutStylesEveryNumberIsANumber(t *testing.T) {
	b := replaced(t, plainBook(t), sheet1, `<c r="B2">`, `<c r="B2" s="7">`)
	var rest []entry
	for _, e := range entriesOf(t, b) {
		if e.name != stylesPart {
			rest = append(rest, e)
		}
	}
	require.Equal(t, imports.Cell{Kind: imports.NumberCell, Text: "2023"}, read(t, zipped(t, rest...)).Grids[0].Rows[1].Cells[1])
}

// The name of a sheet is the same in normal form C wherever it stands: in the grid,
// in what is said about it, and where the sender chooses it.
func TestTheNameOfASheetIsInNormalForm(t *testing.T) {
	w := read(t, netBook(t, "10"))
	require.Equal(t, "Dữ liệu", w.Grids[0].Name)
	require.Equal(t, "Dữ liệu", imports.RecordableName("Dữ liệu"))
}

// A hidden sheet to which only drop-downs and names lead is passed over, and said;
// any other is asked about, and of a very hidden one nobody is told to use the menu.
func TestHiddenSheetsOfDropDowns(t *testing.T) {
	const list = "Danh mục"
	build := func(hide bool, more func(f *excelize.File)) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
			_, err := f.NewSheet(list)
			require.NoError(t, err)
			table(t, f, list, []any{"kế hoạch"}, []any{"khác"})
			more(f)
			require.NoError(t, f.SetSheetVisible(list, false, hide))
		})
	}
	validation := func(f *excelize.File) {
		v := excelize.NewDataValidation(true)
		v.Sqref = "D2:D9"
		v.SetSqrefDropList("'Danh mục'!$A$1:$A$2")
		require.NoError(t, f.AddDataValidation("Sheet1", v))
	}
	named := func(f *excelize.File) {
		require.NoError(t, f.SetDefinedName(&excelize.DefinedName{Name: "loai", RefersTo: "'Danh mục'!$A$1:$A$2"}))
	}
	formula := func(f *excelize.File) { require.NoError(t, f.SetCellFormula("Sheet1", "G2", "'Danh mục'!A1")) }
	data := func(f *excelize.File) { table(t, f, list, annualHead, []any{"htx-b", 2023, 25}) }
	both := func(list ...func(f *excelize.File)) func(f *excelize.File) {
		return func(f *excelize.File) {
			for _, do := range list {
				do(f)
			}
		}
	}
	for name, c := range map[string]struct {
		more func(f *excelize.File)
		code string
	}{
		"a drop-down": {validation, ""},
		"a name":      {named, ""},
		"a name of what is printed": {func(f *excelize.File) {
			require.NoError(t, f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "'Danh mục'!$A$1:$A$2", Scope: list}))
		}, "sheet-hidden"},
		"nothing":                           {func(*excelize.File) {}, "sheet-hidden"},
		"a drop-down and a formula":         {both(validation, formula), "sheet-hidden"},
		"a drop-down, and rows of the form": {both(validation, data), "sheet-hidden"},
	} {
		for _, very := range []bool{false, true} {
			s := readAs(t, build(very, c.more), "coop-annual")
			want := c.code
			if want != "" && very {
				want = "sheet-very-hidden"
			}
			if want == "" {
				require.Empty(t, s.Head, name)
				require.Len(t, s.Drafts(), 1, name)
				require.Equal(t, list, s.Notes[len(s.Notes)-1].Sheet, name)
				require.Equal(t, "note-list", s.Notes[len(s.Notes)-1].Code, name)
				continue
			}
			require.Len(t, s.Head, 1, name)
			require.Equal(t, want, s.Head[0].Code, name)
		}
	}
}

func TestFormulasThatNameASheet(t *testing.T) {
	for formula, want := range map[string]bool{
		"danhmuc!a1": true, "sum(danhmuc!a1:a2)": true, "'danhmuc'!a1": true, "xdanhmuc!a1": false, "x_danhmuc!a1": false,
		"xdanhmuc!a1+danhmuc!a1": true, "danhmuc": false, "": false, "'xdanhmuc'!a1": false,
	} {
		require.Equal(t, want, namesSheet(formula, "danhmuc"), formula)
	}
	require.True(t, namesSheet("'d''m'!a1", "d'm"))
}

// A sheet that the list of the workbook leaves out would be lost without a word: of
// 18 records 9 were taken.
func TestASheetThatIsNotListedIsDamage(t *testing.T) {
	two := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
		_, err := f.NewSheet("Sheet2")
		require.NoError(t, err)
		table(t, f, "Sheet2", annualHead, []any{"htx-b", 2023, 25})
	})
	require.Len(t, read(t, two).Grids, 2)
	unlisted := changed(t, two, workbookPart, func(b []byte) []byte {
		from := bytes.Index(b, []byte(`<sheet name="Sheet2"`))
		to := from + bytes.Index(b[from:], []byte(`</sheet>`)) + len(`</sheet>`)
		return bytes.Join([][]byte{b[:from], b[to:]}, nil)
	})
	_, err := Read(unlisted, nil)
	require.ErrorIs(t, err, ErrUnlisted)
	unrelated := changed(t, unlisted, workbookRels, func(b []byte) []byte {
		return []byte(strings.Replace(string(b), "worksheets/sheet2.xml", "worksheets/sheet1.xml", 1))
	})
	_, err = Read(unrelated, nil)
	require.ErrorIs(t, err, ErrUnlisted, "by its folder")
	elsewhere := with(t, plainBook(t), entry{"xl/more.xml", []byte("<worksheet/>")})
	elsewhere = replaced(t, elsewhere, contentsPart, "</Types>", `<Override PartName="/xl/more.xml" ContentType="`+worksheetType+`"/></Types>`)
	_, err = Read(elsewhere, nil)
	require.ErrorIs(t, err, ErrUnlisted, "by its type")
	twice := replaced(t, plainBook(t), workbookPart, `</sheets>`, `<sheet name="x" sheetId="9" r:id="rId1"/></sheets>`)
	_, err = Read(twice, nil)
	require.ErrorIs(t, err, ErrPart)
}

// What systems call .xls and is a page of the web, or the XML of Excel 2003, is told
// to be saved as a workbook.
func TestPagesAndXMLUnderTheNameOfAWorkbook(t *testing.T) {
	wide16 := func(s string) []byte { return append([]byte{0xFF, 0xFE}, wide(s)...) }
	for text, want := range map[string]error{
		"<html><body><table><tr><td>Mã HTX</td></tr></table>":                           ErrWebPage,
		"\ufeff\r\n<!DOCTYPE html>":                                                     ErrWebPage,
		`<table border="1"><tr>`:                                                        ErrWebPage,
		"MIME-Version: 1.0\r\nX-Document-Type: Workbook":                                ErrWebPage,
		string(wide16("<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">")):     ErrWebPage,
		`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>`:       ErrExcel2003,
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`:               ErrExcel2003,
		string(wide16(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>`)): ErrExcel2003,
		"Mã HTX\tNăm\n": ErrOtherFile,
		`<svg/>`:        ErrOtherFile,
	} {
		_, err := Read([]byte(text), nil)
		require.ErrorIs(t, err, want, text)
	}
}

// A form whose tab was renamed is the same form: nothing of it is a fact yet.
func TestAFormWithARenamedTabIsStillTheForm(t *testing.T) {
	form, err := imports.FindForm("coop-annual")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, WriteTemplate(&out, Blank{
		Form: form, Place: "dak-mil", PlaceName: "Huyện Đắk Mil", Year: 2023, Unit: "triệu đồng", Prefilled: []string{"coop", "coop_name", "year"},
		Rows: []map[string]string{{"coop": "htx-a", "coop_name": "HTX A", "year": "2023"}},
	}))
	f := opened(t, out.Bytes())
	require.NoError(t, f.SetSheetName(dataSheet, "Huyện Đắk Mil"))
	require.NoError(t, f.SetSheetName(guideSheet, "HD"))
	var renamed bytes.Buffer
	require.NoError(t, f.Write(&renamed))
	w := read(t, renamed.Bytes())
	require.Equal(t, "Huyện Đắk Mil", w.Template.Sheet)
	s, err := imports.Grids(context.Background(), "x.xlsx", renamed.Bytes(), w, nil, imports.Options{})
	require.NoError(t, err)
	require.Empty(t, s.Problems())
	require.Empty(t, s.Drafts())
	require.Equal(t, 1, s.Ignored.Unfilled)
}

// Cells of other libraries mean what their readers see: a truth value in words, a
// number under a format with zeros or words, a total row, a text with a zero time.
func TestCellsOfOtherLibrariesMeanWhatTheyShow(t *testing.T) {
	drafts := func(number, form string, opts imports.Options) []string {
		f, err := imports.FindForm(form)
		require.NoError(t, err)
		b := netBook(t, number)
		s, err := imports.Grids(context.Background(), "x.xlsx", b, read(t, b), f, opts)
		require.NoError(t, err)
		var list []string
		for _, m := range s.Problems() {
			list = append(list, m.Code+" "+m.Cell)
		}
		for _, d := range s.Drafts() {
			list = append(list, string(d.Data)+" "+d.Source.Document)
		}
		return list
	}
	shown := imports.Options{Answers: map[string]string{"shown": "shown"}}
	require.Contains(t, drafts("01", "coop-establishments", imports.Options{})[0], `"agricultural":true`)
	require.Equal(t, []string{"cell-shown I2"}, drafts("02", "coop-establishments", imports.Options{}))
	got := drafts("02", "coop-establishments", shown)[0]
	require.Contains(t, got, `"charter_capital":1550000000`)
	require.Contains(t, got, `"registration":"007"`)
	require.Contains(t, got, "12/QĐ-UBND")
	require.Equal(t, "cell-shown J2", drafts("02b", "ocop", imports.Options{})[0])
	require.Contains(t, drafts("02b", "ocop", shown)[0], `"score_hundredths":8500`)
	require.Len(t, drafts("11", "training", imports.Options{}), 8)
	require.Len(t, drafts("15", "training", imports.Options{}), 4)
}

// Values that a file may hold in its own ways: a truth value that is none, a text
// formula that was never worked out, and characters beyond the first plane.
func TestCellsAsTheyMayBeWritten(t *testing.T) {
	b := changed(t, plainBook(t), sheet1, func([]byte) []byte {
		return []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">` +
			`<c r="A1" t="b"><v>true</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="b"><v>có</v></c>` +
			`<c r="D1" t="str"><f>A1</f></c><c r="E1" t="str"><f>A1</f><v></v></c><c r="F1" t="str"><f>A1</f><v>_xD83D__xDE00_</v></c>` +
			`<c r="G1" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c></row></sheetData></worksheet>`)
	})
	cells := read(t, b).Grids[0].Rows[0].Cells
	require.Equal(t, "1", cells[0].Text)
	require.Equal(t, "TRUE", cells[0].Shown())
	require.Equal(t, "FALSE", cells[1].Shown())
	require.ErrorIs(t, cells[2].Err, ErrTruth)
	require.ErrorIs(t, cells[3].Err, ErrFormula)
	require.NoError(t, cells[4].Err)
	require.Equal(t, "😀", cells[5].Text)
	require.Equal(t, "😀", cells[6].Text)
}
