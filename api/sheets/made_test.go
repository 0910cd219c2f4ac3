package sheets

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// made is a workbook as the library writes it.
func made(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return b.Bytes()
}

// table puts rows into a sheet from A1 on.
func table(t testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow(sheet, cell, &row))
	}
}

// An entry of an archive.
type entry struct {
	name string
	body []byte
}

func entriesOf(t testing.TB, b []byte) []entry {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var list []entry
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		list = append(list, entry{f.Name, body})
	}
	return list
}

func zipped(t testing.TB, list ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range list {
		f, err := w.Create(e.name)
		require.NoError(t, err)
		_, err = f.Write(e.body)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// changed is a workbook with one part changed; the others are copied packed.
func changed(t testing.TB, b []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var out bytes.Buffer
	w, found := zip.NewWriter(&out), false
	for _, f := range z.File {
		if f.Name != part {
			require.NoError(t, w.Copy(f))
			continue
		}
		found = true
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		to, err := w.Create(part)
		require.NoError(t, err)
		_, err = to.Write(change(body))
		require.NoError(t, err)
	}
	require.True(t, found, part)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func replaced(t testing.TB, b []byte, part, from, to string) []byte {
	t.Helper()
	return changed(t, b, part, func(body []byte) []byte {
		require.Contains(t, string(body), from)
		return bytes.Replace(body, []byte(from), []byte(to), 1)
	})
}

// with is a workbook with more entries.
func with(t testing.TB, b []byte, more ...entry) []byte {
	return zipped(t, append(entriesOf(t, b), more...)...)
}

const sheet1 = "xl/worksheets/sheet1.xml"

// plainBook is a small workbook of texts, numbers and a formula.
func plainBook(t testing.TB) []byte {
	return made(t, func(f *excelize.File) {
		table(t, f, "Sheet1",
			[]any{"Mã HTX", "Năm", "Doanh thu (triệu đồng)"},
			[]any{"htx-a", 2023, 1550.5}, []any{"htx-b", 2023, 12}, []any{"htx-c", 2023, 0.1})
	})
}

func read(t testing.TB, b []byte) *imports.Workbook {
	t.Helper()
	w, err := Read(b, nil)
	require.NoError(t, err)
	return w
}
