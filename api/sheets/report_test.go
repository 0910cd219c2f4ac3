package sheets

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/api/report"
	"htxledger/api/report/reporttest"
)

func reported(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteReport(&b, reporttest.Document(t)))
	return b.Bytes()
}

// The parts of the workbook of a report, one row or style a line.
func TestReportGoldens(t *testing.T) {
	want := map[string]string{
		"xl/workbook.xml": "report-workbook.xml", "xl/styles.xml": "report-styles.xml", "xl/sharedStrings.xml": "report-strings.xml",
		"xl/worksheets/sheet2.xml": "report-targets.xml", "xl/worksheets/sheet3.xml": "report-tasks.xml",
		"xl/worksheets/sheet1.xml": "report-data.xml", "xl/worksheets/sheet4.xml": "report-sources.xml",
	}
	seen := 0
	for _, e := range entriesOf(t, reported(t)) {
		file, ok := want[e.name]
		if !ok {
			continue
		}
		seen++
		got := regexp.MustCompile(`<(row|xf|si|mergeCell|definedName|sheet|pageSetup|headerFooter|numFmt|font|border)[ >]`).ReplaceAllString(string(e.body), "\n$0") + "\n"
		path := filepath.Join("testdata", "report", file)
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(golden), got, e.name)
	}
	require.Len(t, want, seen)
}

// The same report gives the same parts; the library lists their types in any
// order.
func TestReportsAreDeterministic(t *testing.T) {
	parts := func() map[string]string {
		list := map[string]string{}
		for _, e := range entriesOf(t, reported(t)) {
			if e.name != "[Content_Types].xml" {
				list[e.name] = string(e.body)
			}
		}
		return list
	}
	one, other := parts(), parts()
	require.Greater(t, len(one), 8)
	for name := range one {
		require.True(t, one[name] == other[name], name)
	}
	require.Len(t, other, len(one))
}

// Every number of the report is a number in its cell, shown with the decimals and
// the words that are printed elsewhere; every text is text, whatever it begins
// with.
func TestCellsOfReports(t *testing.T) {
	d := reporttest.Document(t)
	f := opened(t, reported(t))
	require.Equal(t, []string{"Chỉ tiêu", "Nhiệm vụ", "Dữ liệu", SourceSheet}, f.GetSheetList())
	for _, a := range d.Annexes {
		first := bodyRow(t, f, a.Sheet)
		for r, row := range a.Table.Rows {
			for c, cell := range row {
				holds(t, f, a.Sheet, nameOf(c+1, first+r), cell)
			}
		}
	}
}

// bodyRow is the row after the one of the numbers of columns.
func bodyRow(t *testing.T, f *excelize.File, sheet string) int {
	for row := 1; row < 60; row++ {
		if v, err := f.GetCellValue(sheet, nameOf(1, row)); err == nil && v == "(1)" {
			return row + 1
		}
	}
	require.Fail(t, "no row of column numbers", sheet)
	return 0
}

func holds(t *testing.T, f *excelize.File, sheet, name string, c report.Cell) {
	t.Helper()
	kind, err := f.GetCellType(sheet, name)
	require.NoError(t, err)
	raw, err := f.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	formula, err := f.GetCellFormula(sheet, name)
	require.NoError(t, err)
	require.Empty(t, formula)
	id, err := f.GetCellStyle(sheet, name)
	require.NoError(t, err)
	if c.Number == nil {
		require.Equal(t, c.Text, raw, name)
		require.Contains(t, []excelize.CellType{excelize.CellTypeSharedString, excelize.CellTypeUnset}, kind)
		quoted := f.Styles.CellXfs.Xf[id].QuotePrefix
		require.Equal(t, c.Text != "" && strings.ContainsAny(c.Text[:1], "=+-@"), quoted != nil && *quoted, name)
		return
	}
	require.Equal(t, excelize.CellTypeUnset, kind, "a number")
	v, err := strconv.ParseFloat(raw, 64)
	require.NoError(t, err)
	want, _ := c.Number.Float64()
	require.Equal(t, want, v, name)
	style, err := f.GetStyle(id)
	require.NoError(t, err)
	require.NotNil(t, style.CustomNumFmt, name)
	require.Contains(t, *style.CustomNumFmt, "#,##0"+strings.TrimRight("."+strings.Repeat("0", c.Decimals), "."))
	require.Contains(t, *style.CustomNumFmt, c.Prefix)
}

// What is printed is A4 landscape, as wide as the page, with its headings on
// every page and all of it in the area.
func TestReportsArePrinted(t *testing.T) {
	d := reporttest.Document(t)
	f := opened(t, reported(t))
	for _, a := range d.Annexes {
		first := bodyRow(t, f, a.Sheet)
		layout, err := f.GetPageLayout(a.Sheet)
		require.NoError(t, err)
		require.Equal(t, []any{"landscape", 9, 1, 0}, []any{*layout.Orientation, *layout.Size, *layout.FitToWidth, *layout.FitToHeight})
		names := map[string]string{}
		for _, n := range f.GetDefinedName() {
			if n.Scope == a.Sheet {
				names[n.Name] = n.RefersTo
			}
		}
		require.Equal(t, fmt.Sprintf("'%s'!$%d:$%d", a.Sheet, first-2, first-1), names["_xlnm.Print_Titles"])
		rows, err := f.GetRows(a.Sheet)
		require.NoError(t, err)
		var last int
		_, err = fmt.Sscanf(names["_xlnm.Print_Area"][strings.LastIndex(names["_xlnm.Print_Area"], "$")+1:], "%d", &last)
		require.NoError(t, err)
		require.GreaterOrEqual(t, last, len(rows))
	}
}

// LibreOffice opens the workbook, shows the numbers as they are printed (what it
// takes for text it puts in quotes), and prints it.
func TestReportsOpenInLibreOffice(t *testing.T) {
	b := reported(t)
	shown := string(reporttest.Office(t, "bao-cao.xlsx", b, `csv:Text - txt - csv (StarCalc):59,34,76,1`))
	for _, want := range []string{
		`"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"`, `"BÁO CÁO"`, `"(1)";"(2)";"(3)"`, `;"HTX";3;2;66,7;"Chưa đạt;`, `;phấn đấu 45;33,3;74,1;"`,
		`;khoảng 1.550,5;1.549;"…";`, `;"2 – 3";2;"x";`, `"=HYPERLINK(1) ít nhất 2 HTX";"HTX";ít nhất 2;–;–;"`, `;khoảng 4.600;"…";"…";"`,
	} {
		require.Contains(t, shown, want)
	}
	require.Equal(t, "%PDF", string(reporttest.Office(t, "bao-cao.xlsx", b, "pdf")[:4]))
}
