package sheets

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/sheets/sheetstest"
	"htxledger/domain/imports"
)

// required, in the environment variable HTXLEDGER_SOFFICE, makes a missing
// LibreOffice a failure.
const required = "required"

// calc finds LibreOffice, or skips the test.
func calc(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil && os.Getenv("HTXLEDGER_SOFFICE") == required {
		t.Fatal("soffice is not installed (Debian: libreoffice-calc-nogui)")
	}
	if err != nil {
		t.Skip("soffice is not installed; with it, forms and files are passed through LibreOffice")
	}
	return program
}

// resaved are workbooks as LibreOffice saves them again, in one run.
func resaved(t *testing.T, program string, files ...string) [][]byte {
	t.Helper()
	out := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out}
	said, err := exec.CommandContext(t.Context(), program, append(args, files...)...).CombinedOutput()
	require.NoError(t, err, string(said))
	list := make([][]byte, len(files))
	for i, file := range files {
		list[i], err = os.ReadFile(filepath.Join(out, filepath.Base(file)))
		require.NoError(t, err, string(said))
	}
	return list
}

// A form goes out, is filled in, saved by LibreOffice, and read as it was filled
// in: its hidden sheet, its sample row and its days are still known.
func TestFormsPassThroughLibreOffice(t *testing.T) {
	program := calc(t)
	form, err := imports.FindForm("coop-annual")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, WriteTemplate(&out, Blank{
		Form: form, Place: "dak-mil", PlaceName: "Huyện Đắk Mil", Year: 2023, Unit: "triệu đồng", Prefilled: []string{"coop", "coop_name", "year"},
		Rows: []map[string]string{{"coop": "htx-a", "coop_name": "HTX A", "year": "2023"}, {"coop": "htx-b", "coop_name": "HTX B", "year": "2023"}},
	}))
	file := filepath.Join(t.TempDir(), "mau.xlsx")
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
	require.NoError(t, sheetstest.Fill(file, dataSheet, "G7=25", "K7=ước tính", "L7=1550.5", "F7=45265"))
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	after := resaved(t, program, file)[0]
	require.NotEqual(t, before, after)
	w := read(t, after)
	require.Equal(t, read(t, before).Template, w.Template)
	s, err := imports.Grids(context.Background(), "mau.xlsx", after, w, nil, imports.Options{})
	require.NoError(t, err)
	require.Empty(t, s.Problems())
	require.Equal(t, 1, s.Ignored.Unfilled)
	require.Len(t, s.Drafts(), 2)
	require.Equal(t, "2023-12-05", s.Drafts()[1].Valid.String())
	require.Equal(t, `{"basis":"estimate","revenue":1550500000,"year":2023}`, string(s.Drafts()[1].Data))
}

// What is read of the traps does not change when LibreOffice saves them, but
// for formulas, which it works out.
func TestTrapsPassThroughLibreOffice(t *testing.T) {
	program := calc(t)
	var files []string
	for _, c := range traps {
		files = append(files, filepath.Join("testdata", c.name+".xlsx"))
	}
	for i, b := range resaved(t, program, files...) {
		c := traps[i]
		if c.name == "cong-thuc" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			form, err := imports.FindForm(c.form)
			require.NoError(t, err)
			s, err := imports.Grids(context.Background(), c.name+".xlsx", b, read(t, b), form, imports.Options{})
			require.NoError(t, err)
			want, err := os.ReadFile(filepath.Join("testdata", c.name+".golden"))
			require.NoError(t, err)
			require.Equal(t, string(want), told(t, s))
		})
	}
}

// A marked workbook opens in LibreOffice, and comes back with its cells.
func TestMarkedWorkbooksPassThroughLibreOffice(t *testing.T) {
	program := calc(t)
	marked, err := Marked(t.Context(), plainBook(t), []imports.Mark{wrong(imports.Spot{Sheet: "Sheet1", Cell: "C2", Row: 2}, "sai", "x")})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "loi.xlsx")
	require.NoError(t, os.WriteFile(file, marked, 0o600))
	b := resaved(t, program, file)[0]
	f := opened(t, b)
	for _, e := range entriesOf(t, b) {
		if e.name == "xl/styles.xml" {
			require.Contains(t, string(e.body), markColour)
		}
	}
	comments, err := f.GetComments("Sheet1")
	require.NoError(t, err)
	require.Len(t, comments, 1)
	require.Contains(t, f.GetSheetList(), imports.ErrorSheet)
}
