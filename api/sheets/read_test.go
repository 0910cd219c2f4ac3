package sheets

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger/ledgertest"
)

func TestCellsAreReadByTheirType(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		table(t, f, "Sheet1", []any{"chữ", "1.550", 1550, 1.1, true, 0.30000000000000004, 1e21, 45265})
		style := func(cell, format string) {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			require.NoError(t, err)
			require.NoError(t, f.SetCellStyle("Sheet1", cell, cell, id))
		}
		for i, format := range []string{`dd/mm/yyyy`, `[$-1010000]d\ "tháng" m yyyy;@`, `mm/yyyy`, `yyyy`, `h:mm`, `#,##0 "đ/m"`, `[h]:mm`} {
			cell := fmt.Sprintf("%s2", imports.ColumnName(i+1))
			require.NoError(t, f.SetCellValue("Sheet1", cell, 45265.75))
			style(cell, format)
		}
		short, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		require.NoError(t, err)
		require.NoError(t, f.SetCellValue("Sheet1", "H2", 45265))
		require.NoError(t, f.SetCellStyle("Sheet1", "H2", "H2", short))
		require.NoError(t, f.SetCellValue("Sheet1", "I2", 3_000_000))
		require.NoError(t, f.SetCellStyle("Sheet1", "I2", "I2", short))
	})
	g := read(t, b).Grids[0]
	type cell struct {
		kind imports.CellKind
		text string
	}
	plain := func(cells []imports.Cell) (list []cell) {
		for _, c := range cells {
			list = append(list, cell{c.Kind, c.Text})
		}
		return list
	}
	require.Equal(t, []cell{
		{imports.TextCell, "chữ"}, {imports.TextCell, "1.550"}, {imports.NumberCell, "1550"}, {imports.NumberCell, "1.1"},
		{imports.YesNoCell, "1"}, {imports.NumberCell, "0.3"}, {imports.NumberCell, "1000000000000000000000"}, {imports.NumberCell, "45265"},
	}, plain(g.Rows[0].Cells))
	require.Equal(t, []cell{
		{imports.DayCell, "2023-12-05"}, {imports.DayCell, "2023-12-05"}, {imports.DayCell, "2023-12"}, {imports.DayCell, "2023"},
		{imports.NumberCell, "45265.75"}, {imports.NumberCell, "45265.75"}, {imports.NumberCell, "45265.75"}, {imports.DayCell, "2023-12-05"},
		{imports.NumberCell, "3000000"},
	}, plain(g.Rows[1].Cells))
	require.ErrorIs(t, g.Rows[1].Cells[4].Err, ErrTime)
	require.ErrorIs(t, g.Rows[1].Cells[6].Err, ErrTime)
	require.ErrorIs(t, g.Rows[1].Cells[8].Err, ErrDayRange)
}

// The epoch of 1904 moves every day by 1462.
func TestDaysCountFromTheEpochOfTheirWorkbook(t *testing.T) {
	b := made(t, func(f *excelize.File) {
		yes := true
		require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		require.NoError(t, f.SetCellValue("Sheet1", "A1", 45265-1462))
		id, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Sheet1", "A1", "A1", id))
	})
	require.Equal(t, "2023-12-05", read(t, b).Grids[0].Rows[0].Cells[0].Text)
}

func TestDecimalsAreThoseThatWereTyped(t *testing.T) {
	for raw, want := range map[string]string{
		"0": "0", "-0": "0", "1550": "1550", "1.1000000000000001": "1.1", "1550.0999999999999": "1550.1", "0.30000000000000004": "0.3",
		"9.9999999999999995E-2": "0.1", "1.55E3": "1550", "1.5500000000000001E+3": "1550", "-12.5": "-12.5", "9999999999999.99": "9999999999999.99", "99999999999999.99": "100000000000000",
		"9999999999999999.9": "10000000000000000", "12345678901234567": "12345678901234567", "1E-7": "0.0000001", "0.000": "0", "999999999999999.96": "1000000000000000",
	} {
		got, ok := decimal(raw)
		require.True(t, ok, raw)
		require.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"", "NaN", "Inf", "1e", "1_000", "0x1p2", "+1", "1.", "1e99999", "--1", "1,5", "٣"} {
		_, ok := decimal(raw)
		require.False(t, ok, raw)
	}
}

func TestWhatCannotBeTrustedHasAFault(t *testing.T) {
	b := plainBook(t)
	b = replaced(t, b, sheet1, `<c r="B2"><v>2023</v></c>`, `<c r="B2"><f>A1+1</f></c>`)
	b = replaced(t, b, sheet1, `<c r="B3"><v>2023</v></c>`, `<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>`)
	b = replaced(t, b, sheet1, `<c r="B4"><v>2023</v></c>`, `<c r="B4"><f>2000+23</f><v>2023</v></c>`)
	b = replaced(t, b, sheet1, `<row r="3">`, `<row r="3" hidden="1">`)
	b = replaced(t, b, sheet1, `<sheetData>`, `<cols><col min="3" max="16384" hidden="1"/></cols><sheetData>`)
	b = replaced(t, b, sheet1, `</sheetData>`, `</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>`)
	g := read(t, b).Grids[0]
	require.ErrorIs(t, g.Rows[1].Cells[1].Err, ErrFormula)
	require.ErrorIs(t, g.Rows[2].Cells[1].Err, ErrValue)
	require.Contains(t, g.Rows[2].Cells[1].Err.(*fault.Fault).Vi(), "#DIV/0!")
	require.Equal(t, imports.Cell{Kind: imports.NumberCell, Text: "2023", Formula: true}, g.Rows[3].Cells[1])
	require.Equal(t, []bool{false, false, true, false}, []bool{g.Rows[0].Hidden, g.Rows[1].Hidden, g.Rows[2].Hidden, g.Rows[3].Hidden})
	require.True(t, g.HiddenColumns[3])
	require.False(t, g.HiddenColumns[2])
	require.Equal(t, []imports.Area{{Top: 2, Left: 1, Bottom: 3, Right: 1}}, g.Merges)
}

// What the library makes of a cut sheet, and why nothing is left to it alone.
func TestTheLibraryReadsACutSheetAsAShorterOne(t *testing.T) {
	b := changed(t, plainBook(t), sheet1, func(body []byte) []byte { return body[:bytes.Index(body, []byte(`<row r="4"`))] })
	f, err := excelize.OpenReader(bytes.NewReader(b))
	require.NoError(t, err)
	rows, err := f.GetRows("Sheet1")
	require.NoError(t, err, "if this fails the library has mended it; the walk stays")
	require.Len(t, rows, 3)
	_, err = Read(b, nil)
	require.ErrorIs(t, err, ErrPart)
}

// A sheet cut at any byte is refused, whatever the cut leaves; so are the parts
// that it needs, cut at every seventh.
func TestACutSheetIsNeverAShorterOne(t *testing.T) {
	b := plainBook(t)
	for _, part := range []string{sheet1, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"} {
		for _, e := range entriesOf(t, b) {
			if e.name != part {
				continue
			}
			step := 1
			if part != sheet1 || ledgertest.Race {
				step = 7
			}
			for at := 0; at < len(bytes.TrimSpace(e.body)); at += step {
				_, err := Read(changed(t, b, part, func(body []byte) []byte { return body[:at] }), nil)
				require.Error(t, err, "%s cut at %d", part, at)
				_, said := fault.Of(err)
				require.True(t, said, "%s cut at %d: %v", part, at, err)
			}
		}
	}
}

// A file whose upload was cut is refused wherever it was cut; one with a bit
// flipped is refused or reads the same.
func TestADamagedFileIsRefusedOrTheSame(t *testing.T) {
	b := plainBook(t)
	want := read(t, b)
	for at := 0; at < len(b); at += 3 {
		_, err := Read(b[:at], nil)
		require.Error(t, err, at)
	}
	for at := 0; at < len(b); at += 5 {
		c := bytes.Clone(b)
		c[at] ^= 0x10
		if w, err := Read(c, nil); err == nil {
			require.Equal(t, want.Grids[0].Rows, w.Grids[0].Rows, at)
		}
	}
}

func TestSheetsThatContradictThemselvesAreRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"rows out of order":      {`<row r="3">`, `<row r="2">`},
		"a row twice":            {`<row r="4">`, `<row r="3">`},
		"a cell of another row":  {`<c r="B2">`, `<c r="B3">`},
		"cells out of order":     {`<c r="B2">`, `<c r="A2">`},
		"a shared text too many": {`t="s"><v>0</v>`, `t="s"><v>99</v>`},
		"an unknown type":        {`<c r="B2">`, `<c r="B2" t="x">`},
		"two blocks of data":     {`</sheetData>`, `</sheetData><sheetData></sheetData>`},
		"a bad style":            {`<c r="B2">`, `<c r="B2" s="9999">`},
		"an open merge":          {`</sheetData>`, `</sheetData><mergeCells><mergeCell ref="A2"/></mergeCells>`},
		"another encoding":       {`encoding="UTF-8"`, `encoding="windows-1258"`},
		"a document type":        {`<worksheet`, `<!DOCTYPE a [<!ENTITY e "x">]><worksheet`},
		"an unknown entity":      {`<v>2023</v>`, `<v>&e;</v>`},
		"two roots":              {`</worksheet>`, `</worksheet><worksheet/>`},
		"a bad row number":       {`<row r="4">`, `<row r="2000000">`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(replaced(t, plainBook(t), sheet1, change[0], change[1]), nil)
			require.Error(t, err)
			f, ok := fault.Of(err)
			require.True(t, ok)
			require.NotContains(t, f.Vi(), "%!")
		})
	}
}

func TestOtherFilesAreRefusedByName(t *testing.T) {
	b := plainBook(t)
	rows := func(n int, cell string) []byte {
		var x strings.Builder
		for i := range n {
			fmt.Fprintf(&x, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i+10, i+10, i*7919%100003)
		}
		return replaced(t, b, sheet1, "</sheetData>", x.String()+cell+"</sheetData>")
	}
	farCells := func() []byte {
		var x strings.Builder
		for i := range maxKept/MaxColumns + 1 {
			fmt.Fprintf(&x, `<row r="%d"><c r="GR%d"><v>%d</v></c></row>`, i+10, i+10, i*7919%100003)
		}
		return replaced(t, b, sheet1, "</sheetData>", x.String()+"</sheetData>")
	}
	for name, c := range map[string]struct {
		file []byte
		want *fault.Fault
	}{
		"empty":             {nil, ErrOtherFile},
		"text":              {[]byte("Mã HTX;Năm\n"), ErrOtherFile},
		"xls":               {append(bytes.Clone(oleMagic), make([]byte, 600)...), ErrOldExcel},
		"encrypted":         {append(append(bytes.Clone(oleMagic), make([]byte, 600)...), wide("EncryptedPackage")...), ErrEncrypted},
		"macro":             {with(t, b, entry{"xl/vbaProject.bin", []byte("x")}), ErrMacro},
		"external":          {with(t, b, entry{"xl/externalLinks/externalLink1.xml", []byte("<x/>")}), ErrExternal},
		"xlsb":              {zipped(t, entry{"xl/workbook.bin", []byte("x")}), ErrBinary},
		"ods":               {zipped(t, entry{"mimetype", []byte("application/vnd.oasis.opendocument.spreadsheet")}, entry{"content.xml", []byte("<x/>")}), ErrOpenDocument},
		"docx":              {zipped(t, entry{"word/document.xml", []byte("<x/>")}), ErrOtherFile},
		"climbing":          {with(t, b, entry{"../x.xml", []byte("<x/>")}), ErrEntryName},
		"rooted":            {with(t, b, entry{"/x.xml", []byte("<x/>")}), ErrEntryName},
		"backslash":         {with(t, b, entry{`xl\x.xml`, []byte("<x/>")}), ErrEntryName},
		"an entry twice":    {with(t, b, entry{"XL/workbook.xml", []byte("<x/>")}), ErrEntryName},
		"many entries":      {with(t, b, make200()...), ErrEntries},
		"a bomb in styles":  {changed(t, b, "xl/styles.xml", func([]byte) []byte { return bytes.Repeat([]byte(" "), 40<<20) }), ErrUnzipped},
		"a bomb in a sheet": {changed(t, b, sheet1, func([]byte) []byte { return bytes.Repeat([]byte(" "), 40<<20) }), ErrRatio},
		"a swollen part":    {changed(t, b, "xl/theme/theme1.xml", func([]byte) []byte { return []byte("<a>" + noise(MaxPart) + "</a>") }), ErrUnzipped},
		"large":             {make([]byte, MaxUpload+1), ErrUploadSize},
		"many rows":         {rows(MaxRows, ""), ErrRows},
		"many cells":        {made(t, manyCells), ErrCells},
		"far cells":         {farCells(), ErrKept},
		"a far column":      {rows(1, `<row r="99999"><c r="GT99999"><v>1</v></c></row>`), ErrColumns},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(c.file, nil)
			require.ErrorIs(t, err, c.want)
		})
	}
}

// noise is text that hardly packs.
func noise(n int) string {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}

func manyCells(f *excelize.File) {
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		panic(err)
	}
	row := make([]any, MaxColumns)
	for i := range row {
		row[i] = i
	}
	for i := range MaxCells/MaxColumns + 1 {
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			panic(err)
		}
	}
	_ = w.Flush() // a sheet that is cut would fail the test
}

func make200() []entry {
	var list []entry
	for i := range MaxEntries {
		list = append(list, entry{fmt.Sprintf("xl/media/%d.png", i), nil})
	}
	return list
}

// A text that comments cut into many pieces is the text, and costs what its length
// costs. Copied whole at each piece, a file of 40 kB kept the reader busy for
// minutes, and the longest text that a part may hold for hours.
func TestATextInPiecesIsCopiedOnce(t *testing.T) {
	const pieces = 50_000 // copied at each of them: more than 1.2 GB
	b := plainBook(t)
	for part, c := range map[string]struct {
		before string
		cell   func(*imports.Grid) imports.Cell
	}{
		"xl/sharedStrings.xml": {"<t>", func(g *imports.Grid) imports.Cell { return g.Rows[0].Cells[0] }},
		sheet1:                 {`<c r="B2"><v>`, func(g *imports.Grid) imports.Cell { return g.Rows[1].Cells[1] }},
	} {
		t.Run(part, func(t *testing.T) {
			cut := changed(t, b, part, func(body []byte) []byte {
				return bytes.Replace(body, []byte(c.before), []byte(c.before+strings.Repeat("1<!---->", pieces)), 1)
			})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := read(t, cut)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(200<<20))
			require.True(t, strings.HasPrefix(c.cell(w.Grids[0]).Text, strings.Repeat("1", pieces)))
		})
	}
}

// A lone cell at the end of the sheet costs nothing.
func TestAFarRowIsOneRow(t *testing.T) {
	b := replaced(t, plainBook(t), sheet1, "</sheetData>", `<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>`)
	g := read(t, b).Grids[0]
	require.Len(t, g.Rows, 5)
	require.Equal(t, 1048576, g.Rows[4].Line)
}

// An element that has no business in a sheet makes it a damaged part: what is
// within it would be passed over by one reader and read by another.
func TestElementsOutOfPlaceAreRefused(t *testing.T) {
	for _, change := range [][2]string{
		{`<row r="4">`, `<extra><row r="4">`},
		{`<c r="B2"><v>2023</v></c>`, `<c r="B2"><extra><v>2023</v></extra></c>`},
		{`<c r="B2"><v>2023</v></c>`, `<c r="B2"><v>20</v><v>23</v></c>`},
		{`<c r="B2"><v>2023</v></c>`, `<extra><c r="B2"><v>2023</v></c></extra>`},
		{`<c r="B2"><v>2023</v></c>`, `<c r="B2"><is><t>2023</t></is></c>`},
	} {
		b := changed(t, plainBook(t), sheet1, func(body []byte) []byte {
			body = bytes.Replace(body, []byte(change[0]), []byte(change[1]), 1)
			if strings.HasPrefix(change[1], "<extra><row") {
				body = bytes.Replace(body, []byte("</row></sheetData>"), []byte("</row></extra></sheetData>"), 1)
			}
			return body
		})
		_, err := Read(b, nil)
		require.ErrorIs(t, err, ErrPart, change[1])
	}
}

// An archive that says less than it holds is cut off where it says it ends.
func TestASizeThatLiesIsRefused(t *testing.T) {
	b := changed(t, plainBook(t), "xl/styles.xml", func([]byte) []byte { return bytes.Repeat([]byte(" "), 3<<20) })
	size := []byte{0, 0, 48, 0} // 3 MiB, little-endian
	require.GreaterOrEqual(t, bytes.Count(b, size), 1)
	_, err := Read(bytes.ReplaceAll(b, size, []byte{1, 0, 0, 0}), nil)
	require.Error(t, err)
}

// Whatever comes in, nothing panics, and what comes out is whole.
func FuzzRead(f *testing.F) {
	b := plainBook(f)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add(replaced(f, b, sheet1, `<row r="3">`, `<row r="3" hidden="1">`))
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := Read(b, nil)
		if err != nil {
			_, said := fault.Of(err)
			require.True(t, said, "%v", err)
			return
		}
		_, _ = imports.Grids(context.Background(), "x.xlsx", b, w, imports.Forms()[2], imports.Options{})
	})
}

// The XML of a sheet, whatever it says, is read as it stands or refused.
func FuzzSheetPart(f *testing.F) {
	b := plainBook(f)
	for _, e := range entriesOf(f, b) {
		if e.name == sheet1 {
			f.Add(e.body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w, err := Read(changed(t, b, sheet1, func([]byte) []byte { return body }), nil)
		if err != nil {
			return
		}
		values := 0
		for _, r := range w.Grids[0].Rows {
			for _, c := range r.Cells {
				if !c.Blank() {
					values++
				}
			}
		}
		require.LessOrEqual(t, values, bytes.Count(body, []byte("<")))
		_, _ = imports.Grids(context.Background(), "x.xlsx", b, w, imports.Forms()[2], imports.Options{})
	})
}
