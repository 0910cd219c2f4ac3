package imports

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// gridOf makes a grid of lines of cells apart by bars. What is digits is a
// number, dd/mm/yyyy behind an @ is a day, the rest is text; an apostrophe
// before digits makes them text, as in a spreadsheet.
func gridOf(name, lines string) *Grid {
	g := &Grid{Name: name, HiddenColumns: map[int]bool{}}
	for i, line := range strings.Split(strings.Trim(lines, "\n"), "\n") {
		row := GridRow{Line: i + 1}
		for _, text := range strings.Split(line, "|") {
			row.Cells = append(row.Cells, cellOf(strings.TrimSpace(text)))
		}
		if row.filled() > 0 {
			g.Rows = append(g.Rows, row)
		}
	}
	return g
}

func cellOf(text string) Cell {
	day, isDay := strings.CutPrefix(text, "@")
	switch {
	case text == "":
		return Cell{}
	case isDay:
		return Cell{Kind: DayCell, Text: day}
	case strings.Trim(text, "0123456789.") == "":
		return Cell{Kind: NumberCell, Text: text}
	}
	return Cell{Kind: TextCell, Text: strings.TrimPrefix(text, "'")}
}

func formNamed(t testing.TB, name string) *Form {
	t.Helper()
	f, err := FindForm(name)
	require.NoError(t, err)
	return f
}

// readGrids reads grids as a file of annual figures.
func readGrids(t *testing.T, opts Options, grids ...*Grid) *Sheet {
	t.Helper()
	s, err := Grids(context.Background(), "báo cáo.xlsx", []byte("x"), &Workbook{Grids: grids}, formNamed(t, "coop-annual"), opts)
	require.NoError(t, err)
	return s
}

func codes(list []Mark) []string {
	var out []string
	for _, p := range list {
		f, _ := fault.Of(p)
		out = append(out, f.Code+" "+p.Cell)
	}
	return out
}

const officesTable = `
UBND HUYỆN ĐẮK MIL
BÁO CÁO SỐ LIỆU HTX NĂM 2023
| | | Đơn vị tính: triệu đồng
TT | Mã số thuế | Tên HTX | Năm | Thành viên | | Kết quả sản xuất | | Loại số liệu
 | | | | Chính thức | Liên kết | Doanh thu | Lợi nhuận |
(1) | (2) | (3) | (4) | (5) | (6) | (7) | (8) | (9)
I | Xã Đắk Lao | | | 30 | 5 | 2050.5 | |
1 | '6400000011 | HTX Một | 2023 | 10 | 5 | 1550.5 | 12 | thực hiện
2 | '6400000022 | HTX Hai | 2023 | 20 | | 500 | | thực hiện
II | Xã Đức Mạnh
3 | '6400000033 | HTX Ba | 2023 | 7 | 1 | 0.5 | | thực hiện
Cộng xã Đức Mạnh | | | | 7 | 1 | 0.5
Tổng cộng | | | | 37 | 6 | 2051 | 12

Người lập biểu | | | | | Thủ trưởng đơn vị
`

func offices() *Grid {
	g := gridOf("Đắk Mil", officesTable)
	for _, c := range []int{1, 2, 3, 4, 9} {
		g.Merges = append(g.Merges, Area{4, c, 5, c})
	}
	g.Merges = append(g.Merges, Area{4, 5, 4, 6}, Area{4, 7, 4, 8}, Area{7, 2, 7, 4}, Area{1, 1, 1, 9})
	return g
}

// A sheet as offices make them is read as it stands: titles, merged headings,
// numbered columns, groups with and without their sums, totals, signatures.
func TestASheetOfAnOfficeIsReadAsItStands(t *testing.T) {
	s := readGrids(t, Options{}, offices())
	require.Empty(t, vi(s.Problems()))
	require.Len(t, s.Rows, 3)
	require.Equal(t, []string{
		"note-title A1", "note-title A2", "note-title D3", "note-numbering A6", "note-group A7", "note-group A10", "note-total A7", "note-total A12", "note-total A13", "note-footer A15",
	}, sortedByCode(codes(s.Notes)))
	d := s.Rows[0].Drafts
	require.Equal(t, `{"associate":5,"official":10}`, string(d[0].Data))
	require.Equal(t, `{"basis":"actual","profit":12000000,"revenue":1550500000,"year":2023}`, string(d[1].Data))
	require.Equal(t, ledger.StreamOf("coop", "mst-6400000011"), d[0].Stream)
	require.Equal(t, "báo cáo.xlsx/Đắk Mil", d[0].Source.Sheet)
	require.Equal(t, int64(8), d[0].Source.Row)
	require.Equal(t, s.SHA256, d[0].Source.SHA256)
}

func sortedByCode(list []string) []string {
	order := map[string]int{"note-group": 0, "note-total": 1, "note-footer": 2}
	var out []string
	for n := range 3 {
		for _, c := range list {
			if order[strings.Fields(c)[0]] == n {
				out = append(out, c)
			}
		}
	}
	return out
}

// A sum that does not come out is a problem of its cell, and only of that.
func TestSumsAreHeldAgainstTheirRows(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"total":    {"37 | 6 | 2051 | 12", "38 | 6 | 2051 | 12", "E13"},
		"subtotal": {"| 7 | 1 | 0.5\n", "| 7 | 1 | 0.6\n", "G12"},
		"group":    {"30 | 5 | 2050.5", "30 | 5 | 2051", "G7"},
		"a row":    {"1550.5 | 12", "1551.5 | 12", "G7 G13"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, officesTable, c.from)
			g := gridOf("Đắk Mil", strings.Replace(officesTable, c.from, c.to, 1))
			g.Merges = offices().Merges
			var refs []string
			for _, p := range readGrids(t, Options{}, g).Problems() {
				require.ErrorIs(t, p, ErrTotalDiffers)
				refs = append(refs, p.Cell)
			}
			require.Equal(t, c.want, strings.Join(refs, " "))
		})
	}
}

const shortHead = "Mã HTX | Năm | Thành viên | Doanh thu (trđ) | Loại số liệu | Ngày chốt số liệu\n"

func TestCellsOfAGridAreNeverGuessed(t *testing.T) {
	for name, c := range map[string]struct {
		row  string
		opts Options
		want string
	}{
		"numbers":                {"htx-a | 2023 | 10 | 1550.25 | thực hiện", Options{}, ""},
		"a number kept as text":  {"htx-a | '2023 | '10 | '1550 | thực hiện", Options{}, ""},
		"text of two readings":   {"htx-a | 2023 | 10 | '1.550 | thực hiện", Options{}, "number-ambiguous D2"},
		"text, declared":         {"htx-a | 2023 | 10 | '1.550 | thực hiện", Options{Numbers: Vietnamese}, ""},
		"a third":                {"htx-a | 2023 | 10 | 0.333333333333333 | thực hiện", Options{}, "number-dong D2"},
		"half a member":          {"htx-a | 2023 | 10.5 | 1 | thực hiện", Options{}, "number-whole C2"},
		"a day for a number":     {"htx-a | 2023 | @2023-12-05 | 1 | thực hiện", Options{}, "cell-is-day C2"},
		"a day for a year":       {"htx-a | @2023-12-31 | 1 | 1 | thực hiện", Options{}, "cell-is-day B2"},
		"a serial for a day":     {"htx-a | 2023 | 10 | 1 | ước | 45265", Options{}, "date-serial F2"},
		"a day":                  {"htx-a | 2023 | 10 | 1 | ước | @2023-12-05", Options{}, ""},
		"a typed day":            {"htx-a | 2023 | 10 | 1 | ước | '05.12.2023", Options{}, ""},
		"a year of two digits":   {"htx-a | 2023 | 10 | 1 | ước | 5/12/23", Options{}, "date-two-digit-year F2"},
		"no co-operative":        {" | 2023 | 10 | 1 | thực hiện\nhtx-b | 2023 | 1", Options{}, "row-coop-missing "},
		"a cell beyond the head": {"htx-a | 2023 | 10 | 1 | thực hiện | | 5", Options{}, "header-blank G1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := readGrids(t, c.opts, gridOf("S", shortHead+c.row))
			require.Equal(t, c.want, strings.Join(codes(s.Problems()), ", "), vi(s.Problems()))
		})
	}
}

func TestWhatIsHiddenOrMergedIsAskedAbout(t *testing.T) {
	row := "htx-a | 2023 | 10 | 1 | thực hiện\nhtx-b | 2023 | 20 | 2 | thực hiện\n"
	hide := map[string]func(g *Grid){
		"row-hidden":    func(g *Grid) { g.Rows[1].Hidden = true },
		"column-hidden": func(g *Grid) { g.HiddenColumns[3] = true },
		"sheet-hidden":  func(g *Grid) { g.Hidden = true },
	}
	for code, change := range hide {
		g := gridOf("S", shortHead+row)
		change(g)
		s := readGrids(t, Options{}, g)
		require.Len(t, s.Problems(), 1, code)
		require.Contains(t, codes(s.Problems())[0], code)
		require.Empty(t, readGrids(t, Options{Hidden: true}, g).Problems(), code)
	}
	g := gridOf("S", shortHead+row)
	g.Merges = []Area{{2, 3, 3, 3}}
	require.Equal(t, []string{"cell-merged C2", "cell-merged C3"}, codes(readGrids(t, Options{}, g).Problems()))
}

func TestHeadingsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for heading, want := range map[string]string{
		"DOANH THU (Tr.đ)": "revenue", "doanh  thu\n(nghìn đồng)": "revenue", "Doanh thuu (tỷ đồng)": "revenue", "DT (triệu)": "revenue",
		"Tổng DT (trđ)": "revenue", "TV chính thức": "official", "SL thành viên": "official", "Chính thức thành viên": "official",
		"Lao đông thường xuyên": "regular", "LĐ thường xuyên (người)": "",
	} {
		m, ok := formNamed(t, "coop-annual").match([]string{strings.Join(strings.Fields(heading), " ")}, Options{})
		if want == "" {
			require.False(t, ok, heading)
			continue
		}
		require.True(t, ok, heading)
		require.Equal(t, want, m.column.Name, heading)
	}
	for _, heading := range []string{"Doanh thu BQ (trđ)", "DT b/q", "Lãi vay", "Điện thoại", "Năm thành lập"} {
		_, ok := formNamed(t, "coop-annual").match([]string{heading}, Options{})
		require.False(t, ok, heading)
	}
}

// A column that the form does not have is asked about, and may be left out or
// named by whoever sends the file.
func TestUnknownColumnsAreAskedAbout(t *testing.T) {
	g := gridOf("S", "Mã HTX | Năm | Điện thoại | TV | DT b/q\nhtx-a | 2023 | 0905 | 10 | 5")
	s := readGrids(t, Options{}, g)
	require.Equal(t, []string{"header-unknown C1", "header-unknown E1"}, codes(s.Problems()))
	s = readGrids(t, Options{Unit: Million, Columns: map[string]string{"dien thoai": LeaveOut, "dt b q": LeaveOut}}, g)
	require.Empty(t, vi(s.Problems()))
	require.Equal(t, []string{"Điện thoại", "DT b/q"}, s.Ignored.Columns)
	s = readGrids(t, Options{Unit: Million, Columns: map[string]string{"dien thoai": LeaveOut, "dt b q": "profit"}}, g)
	require.Equal(t, []string{"row-column-missing ", "row-column-missing "}, codes(s.Lacking()), "profit asks for revenue, unless the year has it")
}

func TestSeveralSheetsAreOneFile(t *testing.T) {
	a := gridOf("Đắk Mil", shortHead+"htx-a | 2023 | 10 | 1 | thực hiện")
	b := gridOf("Cư Jút", shortHead+"htx-b | 2023 | 10 | 1 | thực hiện\nhtx-a | 2023 | 10 | 1 | thực hiện")
	s := readGrids(t, Options{}, a, b, &Grid{Name: "Sheet3"})
	require.Empty(t, s.Problems())
	require.Len(t, s.Rows, 3, "rows about one fact are joined by whoever holds the file against a ledger")
	notes := gridOf("Ghi chú", "Liên hệ văn phòng")
	require.Equal(t, []string{"header-not-found "}, codes(readGrids(t, Options{}, a, notes).Problems()))
	s = readGrids(t, Options{Sheets: []string{"Đắk Mil"}}, a, notes)
	require.Empty(t, s.Problems())
	require.Equal(t, []string{"Ghi chú"}, s.Ignored.Sheets)
}

func TestOurOwnFormsAreKnown(t *testing.T) {
	template := &Template{Form: "coop-annual", Version: 1, Sheet: "S", Prefilled: []string{"coop", "year"}}
	g := gridOf("S", "STT | "+shortHead+"Ví dụ | ma-vi-du | 2023 | 25 | 1550 | thực hiện | '14/03/2023\n1 | htx-a | 2023\n2 | htx-b | 2023 | 10")
	list := gridOf(ErrorSheet, ErrorTitle)
	s, err := Grids(context.Background(), "x.xlsx", nil, &Workbook{Grids: []*Grid{list, g}, Template: template}, nil, Options{})
	require.NoError(t, err)
	require.Empty(t, s.Problems())
	require.Len(t, s.Rows, 1)
	require.Equal(t, 1, s.Ignored.Samples)
	require.Equal(t, 1, s.Ignored.Unfilled)
	_, err = Grids(context.Background(), "x.xlsx", nil, &Workbook{Grids: []*Grid{g}, Template: template}, formNamed(t, "ocop"), Options{})
	require.ErrorIs(t, err, errTemplateForm)
	template.Version = 2
	_, err = Grids(context.Background(), "x.xlsx", nil, &Workbook{Grids: []*Grid{g}, Template: template}, nil, Options{})
	require.ErrorIs(t, err, errTemplateNewer)
	_, err = Grids(context.Background(), "x.xlsx", nil, &Workbook{Grids: []*Grid{g}}, nil, Options{})
	require.ErrorIs(t, err, errFormNeeded)
	_, err = Grids(context.Background(), "x.xlsx", nil, &Workbook{}, formNamed(t, "ocop"), Options{})
	require.ErrorIs(t, err, ErrNoRows)
}

// Every letter of the alphabet, in the code pages that old files are typed in.
func TestOldCodePagesAreConverted(t *testing.T) {
	for _, c := range []struct {
		font     Font
		old, new string
	}{
		{Unicode, "Hîp t¸c x· n«ng nghiÖp", "Hợp tác xã nông nghiệp"},
		{TCVN3, "§¾k N«ng", "Đắk Nông"},
		{TCVN3Capitals, "hîp t¸c x·", "HỢP TÁC XÃ"},
		{Unicode, "Hôïp taùc xaõ noâng nghieäp", "Hợp tác xã nông nghiệp"},
		{VNI, "Ñaék Noâng, HÔÏP TAÙC XAÕ, kyõ thuaät, lyù, tyû, òt", "Đắk Nông, HỢP TÁC XÃ, kỹ thuật, lý, tỷ, ịt"},
		{TCVN3, "Đắk Mil", "Đắk Mil"},
		{Unicode, "Café Noël", "Café Noël"},
		{Unicode, "Coca-Cola® Nestlé™", "Coca-Cola® Nestlé™"},
		{Unicode, "Cà phê", "Cà phê"},
		{TCVN3, "HTX 19-5", "HTX 19-5"},
	} {
		got := new(fontEvidence).read(nil, 0, c.old, c.font)
		require.True(t, got.ok, c.old)
		require.Equal(t, c.new, got.text)
	}
	letters := map[rune]bool{}
	for _, r := range tcvn3 {
		letters[r] = true
	}
	for _, letter := range vietnameseLetters() {
		require.True(t, letters[letter], "TCVN3 has no %c", letter)
	}
	vniLetters := map[rune]bool{}
	for _, r := range vniMarked {
		vniLetters[r] = true
	}
	for _, r := range vniAlone {
		vniLetters[r] = true
	}
	for _, letter := range vietnameseLetters() {
		require.True(t, vniLetters[letter], "VNI has no %c", letter)
	}
	require.False(t, new(fontEvidence).read(nil, 0, "Há»£p tÃ¡c xÃ£ nÃ´ng nghiá»‡p", Unicode).ok, "UTF-8 in a wrong code page is neither")
}

func TestConvertedTextIsShownBeforeAndAfter(t *testing.T) {
	g := gridOf("S", "Mã HTX | Năm | Thành viên | Ghi chú\nhtx-a | 2023 | 10 | Hîp t¸c x·\nhtx-b | 2023 | 10 | Há»£p tÃ¡c xÃ£ nÃ´ng nghiá»‡p")
	s := readGrids(t, Options{}, g)
	require.Equal(t, []string{"encoding-legacy D3"}, codes(s.Problems()))
	require.Equal(t, `sheet “S”, dòng 2, cột D “Ghi chú”: chữ TCVN3 đã được chuyển: "Hîp t¸c x·" thành "Hợp tác xã"`, s.Notes[0].Vi())
	require.Equal(t, "Hợp tác xã", s.Rows[0].Drafts[0].Source.Note)
}

// No grid makes the reader panic, and no number in it is dropped in silence: a
// row is read, refused or told in a note.
func FuzzGrids(f *testing.F) {
	f.Add(officesTable, uint8(0))
	f.Add(shortHead+"htx-a | 2023 | 10 | 1 | thực hiện", uint8(1))
	f.Fuzz(func(t *testing.T, lines string, hidden uint8) {
		g := gridOf("S", lines)
		g.Merges = []Area{{1, 1, 1 + int(hidden%7), 1 + int(hidden%5)}}
		s, err := Grids(context.Background(), "x.xlsx", nil, &Workbook{Grids: []*Grid{g}}, forms[int(hidden)%len(forms)], Options{Unit: Million, Hidden: hidden > 99})
		if err != nil {
			return
		}
		sound(t, s)
		for _, p := range s.Notes {
			require.NotEmpty(t, p.Vi())
		}
	})
}
