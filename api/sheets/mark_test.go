package sheets

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// wrong is a mistake in words.
func wrong(at imports.Spot, said, code string) imports.Mark {
	return imports.Mark{Spot: at, Code: code, MessageVi: said}
}

func opened(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func colourOf(t testing.TB, f *excelize.File, sheet, cell string) []string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	require.NoError(t, err)
	s, err := f.GetStyle(id)
	require.NoError(t, err)
	return s.Fill.Color
}

// A marked workbook holds what it held, and its marks go away in the next round.
func TestMarksAreMadeAndTakenAway(t *testing.T) {
	b := plainBook(t)
	marks := []imports.Mark{
		wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2, Column: "Doanh thu", Seen: "=1+1"}, "sai một", "x"),
		wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2}, "sai hai", "y"),
		wrong(imports.Spot{Sheet: "Sheet1", Row: 3}, "cả dòng", "z"),
		wrong(imports.Spot{}, "cả tệp", "w"),
	}
	marked, err := Marked(t.Context(), b, marks)
	require.NoError(t, err)
	f := opened(t, marked)
	require.Equal(t, []string{"FFC7CE"}, colourOf(t, f, "Sheet1", "C2"))
	require.Equal(t, []string{"FFC7CE"}, colourOf(t, f, "Sheet1", "A3"))
	require.Empty(t, colourOf(t, f, "Sheet1", "C3"))
	comments, err := f.GetComments("Sheet1")
	require.NoError(t, err)
	require.Len(t, comments, 2)
	require.Contains(t, comments[0].Text+comments[0].Paragraph[0].Text, "sai một\nsai hai")
	rows, err := f.GetRows(imports.ErrorSheet)
	require.NoError(t, err)
	require.Len(t, rows, 7)
	require.Equal(t, []string{"1", "Sheet1", "C2", "Doanh thu", "=1+1", "", "sai một", "x"}, rows[3])
	kind, err := f.GetCellType(imports.ErrorSheet, "E4")
	require.NoError(t, err)
	require.Equal(t, excelize.CellTypeInlineString, kind, "no formula comes out of what was typed")

	// read again: the same grid, and the list beside it
	w := read(t, marked)
	require.Equal(t, read(t, b).Grids[0].Rows, w.Grids[0].Rows)
	require.Len(t, w.Grids, 2)

	again, err := Marked(t.Context(), marked, []imports.Mark{wrong(imports.Spot{Sheet: "Sheet1", Cell: "B4", Row: 4}, "khác", "x")})
	require.NoError(t, err)
	f = opened(t, again)
	require.Empty(t, colourOf(t, f, "Sheet1", "C2"))
	require.Equal(t, []string{"FFC7CE"}, colourOf(t, f, "Sheet1", "B4"))
	comments, err = f.GetComments("Sheet1")
	require.NoError(t, err)
	require.Len(t, comments, 1)
	require.Len(t, f.GetSheetList(), 2)
}

// Every form goes out, comes back and is known; nothing of it is a fact yet.
func TestEveryFormComesBackAsItWentOut(t *testing.T) {
	for _, form := range imports.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, WriteTemplate(&out, Blank{
				Form: form, Place: "dak-mil", PlaceName: "Huyện Đắk Mil", Year: 2023, Unit: "triệu đồng",
				Prefilled: []string{"coop", "coop_name", "year"},
				Rows:      []map[string]string{{"coop": "htx-a", "coop_name": "HTX A", "year": "2023"}, {"coop": "htx-b", "coop_name": "HTX B", "year": "2023"}},
			}))
			w := read(t, out.Bytes())
			require.Equal(t, &imports.Template{
				Form: form.Name, Version: 1, Place: "dak-mil", Year: 2023, Sheet: dataSheet, Prefilled: []string{"coop", "coop_name", "year"},
			}, w.Template)
			require.Len(t, w.Grids, 1)
			s, err := imports.Grids(context.Background(), "x.xlsx", out.Bytes(), w, nil, imports.Options{})
			if err != nil {
				require.ErrorIs(t, err, imports.ErrNoRows, "a form without rows filled in before")
				return
			}
			require.Empty(t, s.Problems())
			require.Empty(t, s.Drafts())
			require.Equal(t, 1, s.Ignored.Samples)
		})
	}
}

// The sample row, were it not marked, would be read in every column.
func TestSamplesAreOfTheRightKind(t *testing.T) {
	for _, form := range imports.Forms() {
		var out bytes.Buffer
		require.NoError(t, WriteTemplate(&out, Blank{Form: form, Unit: "triệu đồng"}))
		f := opened(t, out.Bytes())
		require.NoError(t, f.SetCellStr(dataSheet, "A5", "1"))
		var unmarked bytes.Buffer
		require.NoError(t, f.Write(&unmarked))
		s, err := imports.Grids(context.Background(), "x.xlsx", unmarked.Bytes(), read(t, unmarked.Bytes()), nil, imports.Options{})
		require.NoError(t, err, form.Name)
		for _, p := range s.Problems() {
			require.NotContains(t, []string{"number", "cell-word", "cell-yes-no", "cell-key", "cell-tax-code", "date-year"}, p.Code, "%s: %s", form.Name, p.Vi())
		}
	}
}
