package imports

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// numberShown is a cell of a number that its format shows as something else.
func numberShown(text, display string, scale int8) Cell {
	return Cell{Kind: NumberCell, Text: text, Display: display, Scale: scale}
}

// establishment is a sheet with one founded co-operative, of which some cells are
// given by their columns.
func establishment(cells map[string]Cell) *Grid {
	head := []string{"Mã HTX", "Tên HTX", "Loại hình", "Mã địa bàn", "Ngày thành lập", "Nông nghiệp", "Ngành nghề", "Luật", "Số đăng ký", "Vốn điều lệ (triệu đồng)", "Số văn bản", "Ghi chú"}
	row := gridOf("S", strings.Join(head, " | ")+"\nhtx-a | HTX A | HTX | dak-mil | 05/12/2023 | có | lúa")
	for len(row.Rows[1].Cells) < len(head) {
		row.Rows[1].Cells = append(row.Rows[1].Cells, Cell{})
	}
	for i, name := range head {
		if c, ok := cells[name]; ok {
			row.Rows[1].Cells[i] = c
		}
	}
	return row
}

// What a cell shows is its value where its column is one of texts or keys; a number
// that the format scales is asked about.
func TestWhatACellShowsIsItsValue(t *testing.T) {
	for name, c := range map[string]struct {
		cells   map[string]Cell
		answers map[string]string
		want    string // in the data or the source of the command; or a problem
	}{
		"a number with zeros in front": {map[string]Cell{"Số đăng ký": numberShown("7", "007", 0)}, nil, `"registration":"007"`},
		"a number with its office":     {map[string]Cell{"Số văn bản": numberShown("12", "12/QĐ-UBND", 0)}, nil, "12/QĐ-UBND"},
		"a plain number":               {map[string]Cell{"Số đăng ký": {Kind: NumberCell, Text: "7"}}, nil, `"registration":"7"`},
		"a key":                        {map[string]Cell{"Mã HTX": numberShown("7", "007", 0)}, nil, "coop/007"},
		"a word with its unit":         {map[string]Cell{"Luật": numberShown("2012", "Luật 2012", 0)}, nil, `"law":"2012"`},
		"true as a word":               {map[string]Cell{"Ghi chú": {Kind: YesNoCell, Text: "1", Display: "TRUE"}}, nil, "TRUE"},
		"true as yes":                  {map[string]Cell{"Nông nghiệp": {Kind: YesNoCell, Text: "1", Display: "TRUE"}}, nil, `"agricultural":true`},
		"false as no":                  {map[string]Cell{"Nông nghiệp": {Kind: YesNoCell, Text: "0", Display: "FALSE"}}, nil, `"agricultural":false`},
		"true as money":                {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: YesNoCell, Text: "1", Display: "TRUE"}}, nil, "number J2"},
		"millions shown":               {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("1550000000", "1550", -6)}, nil, "cell-shown J2"},
		"millions shown, as shown":     {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("1550000000", "1550", -6)}, map[string]string{"shown": "shown"}, `"charter_capital":1550000000`},
		"thousands shown, as stored":   {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("1550", "2", -3)}, map[string]string{"shown": "stored"}, `"charter_capital":1550000000`},
		"another unit shown":           {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("2", "2 tỷ", 0)}, nil, "cell-shown J2"},
		"another unit, as shown":       {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("2", "2 tỷ", 0)}, map[string]string{"shown": "shown"}, `"charter_capital":2000000000`},
		"the same unit shown":          {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("2", "2 triệu", 0)}, nil, `"charter_capital":2000000`},
		"zeros behind the number":      {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("2", "2.000", 3)}, map[string]string{"shown": "shown"}, `"charter_capital":2000000000`},
		"zero":                         {map[string]Cell{"Vốn điều lệ (triệu đồng)": numberShown("0", "0", -6)}, nil, `"charter_capital":0`},
		"a number turned into a day":   {map[string]Cell{"Số đăng ký": {Kind: DayCell, Text: "2023-12"}}, nil, "cell-is-day I2"},
		"a paper turned into a day":    {map[string]Cell{"Số văn bản": {Kind: DayCell, Text: "2023-05-12"}}, nil, "cell-is-day K2"},
		"a day in a note":              {map[string]Cell{"Ghi chú": {Kind: DayCell, Text: "2023-05-12"}}, nil, "12/05/2023"},
		"a number for a day":           {map[string]Cell{"Ngày thành lập": {Kind: NumberCell, Text: "6.2023"}}, nil, "date-number E2"},
		"a year for a day":             {map[string]Cell{"Ngày thành lập": {Kind: NumberCell, Text: "2023"}}, nil, "coop/htx-a"},
		"a day with a zero time":       {map[string]Cell{"Ngày thành lập": {Kind: TextCell, Text: "2024-03-04 00:00:00"}}, nil, "coop/htx-a"},
		"a day with midnight":          {map[string]Cell{"Ngày thành lập": {Kind: TextCell, Text: "04/03/2024 12:00:00 AM"}}, nil, "coop/htx-a"},
		"a day with a time":            {map[string]Cell{"Ngày thành lập": {Kind: TextCell, Text: "2024-03-04 08:30:00"}}, nil, "date-time E2"},
		"a day with noon":              {map[string]Cell{"Ngày thành lập": {Kind: TextCell, Text: "2024-03-04 12:00:00"}}, nil, "date-time E2"},
		"dots":                         {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: TextCell, Text: "…"}, "Ghi chú": {Kind: TextCell, Text: "....."}}, nil, `"sector":"lúa"}`},
		"a dash":                       {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: TextCell, Text: "–"}}, nil, "cell-dash J2"},
		"the word no":                  {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: TextCell, Text: "Không"}}, nil, "cell-dash J2"},
		"a dash for zero":              {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: TextCell, Text: "-"}}, map[string]string{"dash": "zero"}, `"charter_capital":0`},
		"a dash for nothing":           {map[string]Cell{"Vốn điều lệ (triệu đồng)": {Kind: TextCell, Text: "-"}}, map[string]string{"dash": "blank"}, `"agricultural":true,"form"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := readForm(t, "coop-establishments", Options{Answers: c.answers}, establishment(c.cells))
			got := strings.Join(codes(s.Problems()), ", ")
			if !strings.Contains(c.want, " J2") && !strings.Contains(c.want, "2") || got == "" {
				require.Empty(t, vi(s.Problems()))
				d := s.Drafts()[0]
				got = d.Stream.String() + " " + string(d.Data) + " " + d.Source.Document + " " + d.Source.Note
			}
			require.Contains(t, got, c.want)
		})
	}
}

// Points that are shown in per cent are asked about, and the question says both numbers.
func TestPointsInPerCentAreAskedAbout(t *testing.T) {
	g := gridOf("S", "Mã HTX | Năm | Thông tư | Điểm\nhtx-a | 2023 | TT 09/2017 |")
	g.Rows[1].Cells[3] = numberShown("0.95", "95%", 2)
	s := readForm(t, "coop-classes", Options{}, g)
	require.Equal(t, []string{"cell-shown D2"}, codes(s.Problems()))
	require.Contains(t, s.Problems()[0].Vi(), "ô hiển thị 95% (theo cột này là 95) nhưng đang lưu số 0,95 (sẽ ghi là 0,95): lấy số nào?")
	s = readForm(t, "coop-classes", Options{Answers: map[string]string{"shown": "shown"}}, g)
	require.Contains(t, string(s.Drafts()[0].Data), `"points_hundredths":9500`)
}

// Days of a machine that puts the month first stand beside texts that it could not
// take for days: the sender says what is meant.
func TestSwappedDaysAreAskedAbout(t *testing.T) {
	lines := "Mã HTX | Sự kiện | Ngày\nhtx-a | tạm ngừng | @2024-05-03\nhtx-b | tạm ngừng | '25/03/2024\nhtx-c | tạm ngừng | @2024-04-04"
	s := readForm(t, "coop-changes", Options{}, gridOf("S", lines))
	require.Equal(t, []string{"date-swapped C2"}, codes(s.Problems()))
	require.Contains(t, s.Problems()[0].Vi(), `ô là ngày 03/05/2024, mà cùng cột có ngày gõ dạng chữ như “25/03/2024”: có thể ngày và tháng bị đảo, ý là 05/03/2024?`)
	for answer, day := range map[string]string{"swap": "2024-03-05", "keep": "2024-05-03"} {
		s = readForm(t, "coop-changes", Options{Answers: map[string]string{"days": answer}}, gridOf("S", lines))
		require.Empty(t, s.Problems())
		require.Equal(t, day, s.Drafts()[0].Valid.String())
	}
	sound := strings.Replace(lines, "@2024-04-04", "@2024-04-25", 1)
	require.Empty(t, readForm(t, "coop-changes", Options{}, gridOf("S", sound)).Problems(), "a day above 12 is not swapped")
}

// A column of marks alone says no where it is blank.
func TestMarksSayYes(t *testing.T) {
	head := "Mã HTX | Tên HTX | Loại hình | Mã địa bàn | Ngày thành lập | Nông nghiệp | Ngành nghề\n"
	s := readForm(t, "coop-establishments", Options{}, gridOf("S", head+"htx-a | HTX A | HTX | p | 5/12/2023 | x | lúa\nhtx-b | HTX B | HTX | p | 5/12/2023 | | may"))
	require.Empty(t, vi(s.Problems()))
	require.Contains(t, string(s.Drafts()[1].Data), `"agricultural":false`)
	s = readForm(t, "coop-establishments", Options{}, gridOf("S", head+"htx-a | HTX A | HTX | p | 5/12/2023 | có | lúa\nhtx-b | HTX B | HTX | p | 5/12/2023 | | may"))
	require.NotContains(t, fmt.Sprint(s.Rows[1]), `"agricultural":false`, "beside words a blank says nothing")
}

// A tax code stands for the co-operative that the ledger knows by it.
func TestATaxCodeIsThatOfItsHolder(t *testing.T) {
	holder := func(code string) string { return map[string]string{"6400000011": "htx-a"}[code] }
	head := "Mã HTX | Mã số thuế | Năm | Thành viên\n"
	for row, want := range map[string]string{
		"htx-a | '6400000011": "coop/htx-a", " | '6400000011": "coop/htx-a", " | '6400000022": "coop/mst-6400000022", "mst-6400000022 | '6400000022": "coop/mst-6400000022",
		"htx-b | '6400000011": "row-coop-twice A2", "htx-b | '6400000022": "row-coop-twice A2",
	} {
		s := readForm(t, "coop-annual", Options{HolderOf: holder}, gridOf("S", head+row+" | 2023 | 5"))
		got := strings.Join(codes(s.Problems()), ", ")
		if got == "" {
			got = s.Drafts()[0].Stream.String()
		}
		require.Equal(t, want, got, row)
	}
}

// Text in old fonts is converted in CSV as well, and said; what can be read in two
// ways is asked about.
func TestOldFontsInCSV(t *testing.T) {
	read := func(rows string, answers map[string]string) *Sheet {
		s, err := CSV(context.Background(), "x.csv", []byte("Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp\n"+rows), formNamed(t, "coop-links"), Options{Answers: answers})
		require.NoError(t, err)
		return s
	}
	const rows = "a,ký,1/2/2023,1,C«ng ty QuyÕt Th¾ng\nb,ký,1/2/2023,2,HTX Taân Laäp\nc,ký,1/2/2023,3,cô\n"
	s := read(rows, nil)
	require.Equal(t, "text-font ", strings.Join(codes(s.Problems()), ", "), "the last can be read in two ways, and the column has both")
	require.Contains(t, string(s.Rows[0].Drafts[0].Data), "Công ty Quyết Thắng")
	require.Contains(t, string(s.Rows[1].Drafts[0].Data), "HTX Tân Lập")
	require.Equal(t, []string{"note-converted ", "note-converted "}, codes(s.Notes))
}
