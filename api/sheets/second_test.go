package sheets

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"htxledger/domain/imports"
)

// sameAsLibrary holds what Read gives of a workbook against what the library
// reads: each cell that holds something, its text, whether its style is one of
// days, and the way of writing of its font.
func sameAsLibrary(t require.TestingT, b []byte) {
	r, err := newReader(context.Background(), b, nil)
	require.NoError(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(b), options())
	require.NoError(t, err)
	defer f.Close()
	for i, k := range r.looks {
		s, err := f.GetStyle(i)
		require.NoError(t, err)
		code := ""
		if s.CustomNumFmt != nil {
			code = *s.CustomNumFmt
		}
		want := lookOf(s.NumFmt, code)
		if s.Font != nil {
			want.font = imports.FontNamed(s.Font.Family)
		}
		require.Equal(t, want, k, "style %d", i)
	}
	for n, e := range r.frame.sheets {
		require.Equal(t, f.GetSheetList()[n], e.name)
		g, err := r.grid(e)
		require.NoError(t, err)
		have := map[string]string{}
		for _, row := range g.Rows {
			for i, cell := range row.Cells {
				if cell.Text != "" && cell.Kind == imports.TextCell && cell.Err == nil {
					have[fmt.Sprintf("%s%d", imports.ColumnName(i+1), row.Line)] = cell.Text
				}
			}
		}
		rows, err := f.GetRows(e.name)
		require.NoError(t, err)
		for y, row := range rows {
			for x, text := range row {
				name := fmt.Sprintf("%s%d", imports.ColumnName(x+1), y+1)
				kind, err := f.GetCellType(e.name, name)
				require.NoError(t, err)
				if text != "" && (kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString) {
					require.Equal(t, text, have[name], "%s %s", e.name, name)
					delete(have, name)
				}
			}
		}
		for name := range have { // what is left is the text of formulas
			kind, err := f.GetCellType(e.name, name)
			require.NoError(t, err)
			require.Equal(t, excelize.CellTypeFormula, kind, "%s %s %q", e.name, name, have[name])
		}
	}
}

// Files as people send them are read as the library reads them.
func TestFilesAreReadAsTheLibraryReadsThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*.xlsx")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			sameAsLibrary(t, b)
		})
	}
}

// So are workbooks with any texts, runs of rich text and formats.
func TestAnyWorkbookIsReadAsTheLibraryReadsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		text := rapid.StringMatching(`[a-zà-ỹ <&_x0-9A-F\n"']{0,12}`)
		for n := range rapid.IntRange(1, 20).Draw(t, "cells") {
			cell := fmt.Sprintf("%s%d", imports.ColumnName(rapid.IntRange(1, 30).Draw(t, "column")), n+1)
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				require.NoError(t, f.SetCellStr("Sheet1", cell, text.Draw(t, "text")))
			case 1:
				require.NoError(t, f.SetCellRichText("Sheet1", cell, []excelize.RichTextRun{{Text: text.Draw(t, "run")}, {Text: text.Draw(t, "run"), Font: &excelize.Font{Bold: true}}}))
			case 2:
				require.NoError(t, f.SetCellFloat("Sheet1", cell, rapid.Float64Range(-1e9, 1e9).Draw(t, "number"), -1, 64))
			}
			format := rapid.SampledFrom([]string{"dd/mm/yyyy", "#,##0", "yyyy", "h:mm", "0.00%", "mm/yyyy"}).Draw(t, "format")
			font := rapid.SampledFrom([]string{".VnTime", ".VnTimeH", "VNI-Times", "Arial"}).Draw(t, "font")
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Family: font}})
			require.NoError(t, err)
			require.NoError(t, f.SetCellStyle("Sheet1", cell, cell, id))
		}
		var b bytes.Buffer
		require.NoError(t, f.Write(&b))
		sameAsLibrary(t, b.Bytes())
	})
}

// options are how the library opens a workbook: with values as they stand in the file.
func options() excelize.Options {
	return excelize.Options{RawCellValue: true}
}
