package sheets

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/canonical"
	"htxledger/domain/imports"
)

var update = flag.Bool("update", false, "write the files of testdata and their golden texts anew")

// A trap is a workbook as people make them. Its file is committed, so that what
// is read does not change with the library that wrote it.
type trap struct {
	name, form string
	make       func(t testing.TB) []byte
}

var annualHead = []any{"Mã HTX", "Năm", "Thành viên", "Loại số liệu", "Doanh thu (triệu đồng)", "Ngày chốt số liệu", "Ghi chú"}

func sheetOf(rows ...[]any) func(t testing.TB) []byte {
	return func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) { table(t, f, "Sheet1", append([][]any{annualHead}, rows...)...) })
	}
}

func styled(t testing.TB, f *excelize.File, cell string, s *excelize.Style) {
	id, err := f.NewStyle(s)
	require.NoError(t, err)
	require.NoError(t, f.SetCellStyle("Sheet1", cell, cell, id))
}

var traps = []trap{
	{"bao-cao-huyen", "coop-annual", officeReport},
	{"so-dang-chu", "coop-annual", sheetOf([]any{"htx-a", "2023", "25", "thực hiện", "1.550"}, []any{"htx-b", 2023, 25, "thực hiện", "1,550"})},
	{"ngay-thang", "coop-annual", func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25, "ước", 10, 45265}, []any{"htx-b", 2023, 25, "ước", 10, 45265},
				[]any{"htx-c", 2023, 25, "ước", 10, "5.12.2023"}, []any{"htx-d", 2023, 25, "ước", 10, "5/12/23"}, []any{"htx-e", 2023, 45265, "ước", 10, 45265})
			styled(t, f, "F2", &excelize.Style{NumFmt: 14})
			styled(t, f, "C6", &excelize.Style{NumFmt: 14})
			styled(t, f, "F6", &excelize.Style{NumFmt: 14})
		})
	}},
	{"cong-thuc", "coop-annual", func(t testing.TB) []byte {
		b := sheetOf([]any{"htx-a", 2023, 25, "thực hiện", 10}, []any{"htx-b", 2023, 25, "thực hiện", 10}, []any{"htx-c", 2023, 25, "thực hiện", 10})(t)
		b = replaced(t, b, sheet1, `<c r="C2"><v>25</v></c>`, `<c r="C2"><f>20+5</f></c>`)
		b = replaced(t, b, sheet1, `<c r="C3"><v>25</v></c>`, `<c r="C3" t="e"><f>C2/0</f><v>#DIV/0!</v></c>`)
		return replaced(t, b, sheet1, `<c r="C4"><v>25</v></c>`, `<c r="C4"><f>20+5</f><v>25</v></c>`)
	}},
	{"o-gop-va-dong-an", "coop-annual", func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25}, []any{"htx-b", 2023, ""}, []any{"htx-c", 2023, 30})
			require.NoError(t, f.MergeCell("Sheet1", "C2", "C3"))
			require.NoError(t, f.SetRowVisible("Sheet1", 4, false))
		})
	}},
	{"phong-chu-tcvn3", "coop-annual", func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", []any{"M· HTX", "N¨m", "Thµnh viªn", "Ghi chó"}, []any{"htx-a", 2023, 25, "Hîp t¸c x· n«ng nghiÖp"})
			for _, cell := range []string{"A1", "B1", "C1", "D1", "D2"} {
				styled(t, f, cell, &excelize.Style{Font: &excelize.Font{Family: ".VnTime"}})
			}
		})
	}},
	{"phong-chu-vni", "coop-annual", func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", []any{"Maõ HTX", "Naêm", "Thaønh vieân", "Ghi chuù"}, []any{"htx-a", 2023, 25, "Hôïp taùc xaõ noâng nghieäp"})
			for _, cell := range []string{"A1", "B1", "C1", "D1", "D2"} {
				styled(t, f, cell, &excelize.Style{Font: &excelize.Font{Family: "VNI-Times"}})
			}
		})
	}},
	{"hai-sheet-va-sheet-an", "coop-annual", func(t testing.TB) []byte {
		return made(t, func(f *excelize.File) {
			table(t, f, "Sheet1", annualHead, []any{"htx-a", 2023, 25})
			for _, name := range []string{"Cư Jút", "Cũ"} {
				_, err := f.NewSheet(name)
				require.NoError(t, err)
				table(t, f, name, annualHead, []any{"htx-" + strings.ToLower(name[:1]), 2023, 26})
			}
			require.NoError(t, f.SetSheetVisible("Cũ", false))
		})
	}},
	{"nfd", "coop-annual", sheetOf([]any{"htx-a", 2023, 25, "thu\u031b\u0323c hie\u0323\u0302n", 10, "", "Ho\u031b\u0323p ta\u0301c xa\u0303"})},
}

// officeReport is a report as districts send them.
func officeReport(t testing.TB) []byte {
	return made(t, func(f *excelize.File) {
		table(t, f, "Sheet1",
			[]any{"UBND HUYỆN ĐẮK MIL"}, []any{"BÁO CÁO TÌNH HÌNH HTX NĂM 2023"}, []any{nil, nil, nil, nil, nil, nil, "Đơn vị tính: triệu đồng"},
			[]any{"STT", "MST", "Tên hợp tác xã", "Năm", "Thành viên", nil, "Tổng DT", "Loại số liệu"},
			[]any{nil, nil, nil, nil, "Chính thức", "Liên kết"},
			[]any{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"},
			[]any{"I", "Xã Đắk Lao", nil, nil, 35, 2, 2050.1},
			[]any{1, "6400000011", "HTX Một", 2023, 25, 2, 1550.1, "thực hiện"},
			[]any{2, "6400000022", "HTX Hai", 2023, 10, nil, 500, "thực hiện"},
			[]any{"II", "Xã Đức Mạnh"},
			[]any{3, "6400000033", "HTX Ba", 2023, 7, 1, 0.1, "thực hiện"},
			[]any{"Tổng cộng", nil, nil, nil, 42, 3, 2050.3},
			nil, []any{nil, "Người lập biểu", nil, nil, nil, "THỦ TRƯỞNG ĐƠN VỊ"})
		for _, m := range [][2]string{{"A1", "D1"}, {"A2", "H2"}, {"A4", "A5"}, {"B4", "B5"}, {"C4", "C5"}, {"D4", "D5"}, {"E4", "F4"}, {"G4", "G5"}, {"H4", "H5"}} {
			require.NoError(t, f.MergeCell("Sheet1", m[0], m[1]))
		}
	})
}

// What each trap is read as: commands, problems and notes.
func TestTraps(t *testing.T) {
	for _, c := range traps {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join("testdata", c.name+".xlsx")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, c.make(t), 0o644))
			}
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			form, err := imports.FindForm(c.form)
			require.NoError(t, err)
			s, err := imports.Grids(context.Background(), c.name+".xlsx", b, read(t, b), form, imports.Options{})
			require.NoError(t, err)
			got := told(t, s)
			path := filepath.Join("testdata", c.name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

// told is all that a sheet says, but for the hash of its file.
func told(t *testing.T, s *imports.Sheet) string {
	var b strings.Builder
	for _, list := range []struct {
		word  string
		items []imports.Mark
	}{{"problem", s.Problems()}, {"note", s.Notes}} {
		for _, p := range list.items {
			fmt.Fprintf(&b, "%s %s sheet %s line %d %s %q\n", list.word, p.Code, p.Sheet, p.Row, p.Cell, p.Seen)
			require.NotContains(t, p.Vi(), "%!")
		}
	}
	for _, d := range s.Drafts() {
		fmt.Fprintf(&b, "%s %s %s %s row %d", d.Stream, d.Kind, d.Valid, d.Data, d.Source.Row)
		if d.Source.Note != "" {
			fmt.Fprintf(&b, " note %s", d.Source.Note)
		}
		b.WriteString("\n")
		_, err := canonical.Marshal(d)
		require.NoError(t, err)
	}
	return b.String()
}
