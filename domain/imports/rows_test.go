package imports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// readForm reads grids under a form.
func readForm(t require.TestingT, form string, opts Options, grids ...*Grid) *Sheet {
	f, err := FindForm(form)
	require.NoError(t, err)
	s, err := Grids(context.Background(), "báo cáo.xlsx", []byte("x"), &Workbook{Grids: grids}, f, opts)
	require.NoError(t, err)
	return s
}

// recordedLines are the lines of a sheet that make commands.
func recordedLines(s *Sheet) (list []int) {
	for _, r := range s.Rows {
		if len(r.Drafts) > 0 {
			list = append(list, r.Line)
		}
	}
	return list
}

const tableHead = "STT | Mã HTX | Tên HTX | Năm | Thành viên | Doanh thu (triệu đồng) | Loại số liệu\n"

// Every table of a sheet that has headings is read, whichever is known best, and data
// above the headings are never passed over.
func TestEveryTableOfASheetIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		lines, problems string
		read            []int
	}{
		"the second head is known better": {"Mã HTX | Năm | Thành viên\nhtx-a | 2023 | 10\n\n" + tableHead + "1 | htx-b | HTX B | 2023 | 20 | 5 | thực hiện", "", []int{2, 5}},
		"repeated heads": {"I. Trồng trọt\n" + tableHead + "1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện\nII. Chăn nuôi\n" + tableHead +
			"1 | htx-b | HTX B | 2023 | 20 | 2 | thực hiện\nTổng cộng | | | | 30 | 3", "", []int{3, 6}},
		"a row pasted above the head":  {"1 | htx-c | HTX C | 2023 | 7 | 9 | thực hiện\n" + tableHead + "2 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện", "row-above-head ", []int{3}},
		"a row of texts pasted above":  {"1 | htx-c | HTX C | '2023 | '7 | '9 | thực hiện\n" + tableHead + "2 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện", "row-above-head ", []int{3}},
		"texts above that may be data": {" | ? | HTX C | chưa rõ | nhiều | ít | thực hiện\n" + tableHead + "2 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện", "row-left-above ", []int{3}},
		"sums on top":                  {tableHead + "Tổng cộng | | | | 30 | 3\n1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện\n2 | htx-b | HTX B | 2023 | 20 | 2 | thực hiện", "", []int{3, 4}},
		"wrong sums on top": {tableHead + "Tổng cộng | | | | 31 | 3\n1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện\n2 | htx-b | HTX B | 2023 | 20 | 2 | thực hiện",
			"total-differs E2", []int{3, 4}},
		"sums above each group": {tableHead + "Cộng xã Một | | | | 10 | 1\n1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện\nCộng xã Hai | | | | 20 | 2\n2 | htx-b | HTX B | 2023 | 20 | 2 | thực hiện",
			"", []int{3, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			s := readForm(t, "coop-annual", Options{}, gridOf("S", c.lines))
			require.Equal(t, c.problems, strings.Join(codes(s.Problems()), ", "), vi(s.Problems()))
			require.Equal(t, c.read, recordedLines(s))
		})
	}
}

// A row that fills three columns of data is one of data, whatever stands in front of
// it; what else is not read is asked about, or is told in a note if nobody can take
// it for data.
func TestNoRowIsTakenForATitleOrARemark(t *testing.T) {
	first := tableHead + "1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện\n"
	for name, c := range map[string]struct{ row, problems, notes string }{
		"numbered with a Roman number": {"II | | HTX Hai | 2023 | 20 | 5 | thực hiện", "row-coop-missing C3", ""},
		"a name that begins with A":    {"A Ma Kông | | | 2023 | 20 | 5 | thực hiện", "row-coop-missing ", ""},
		"the same, below":              {" | | A Ma Kông | 2023 | 20 | 5 | thực hiện\n2 | htx-b | HTX B | 2023 | 1 | 1 | thực hiện", "row-coop-missing C3", ""},
		"texts alone":                  {"2 | ? | HTX Hai | hai ba | hai mươi | năm | thực hiện", "cell-key B3, date-year D3, number E3, number F3", ""},
		"a name and nothing else":      {" | | HTX Hai | | | |", "row-left-below ", ""},
		"a mark and a name":            {"II | | HTX Hai | | | |", "row-left-below ", ""},
		"a name and a word":            {" | | HTX Hai | | | | thực hiện", "row-left-below ", ""},
		"a place":                      {"II | | Xã Đắk Lao | | | |\n2 | htx-b | HTX B | 2023 | 1 | 1 | thực hiện", "", "note-group A3"},
		"a title with its mark":        {"II. Chăn nuôi\n2 | htx-b | HTX B | 2023 | 1 | 1 | thực hiện", "", "note-group A3"},
		"those who sign":               {" | Người lập biểu | | | | Giám đốc |\n | Nguyễn Văn A | | | | Trần Thị B |", "", "note-footer B3 note-footer B4"},
		"three who sign":               {" | Người lập biểu | | Kế toán trưởng | | Giám đốc |\n | Nguyễn Văn A | | Lê C | | Trần Thị B |", "", "note-footer B3 note-footer B4"},
		"the day under a number":       {" | | | | | Đắk Mil, ngày 5 tháng 12 năm 2023 |\n | | | | | Giám đốc |", "", "note-footer F3 note-footer F4"},
		"the day as a day":             {" | Người lập | | | | @2023-12-05 |", "", "note-footer B3"},
		"a remark":                     {"Ghi chú: số liệu tạm tính", "", "note-group A3"},
		"a number below":               {" | | | | 20 | |", "date-year D3", ""},
		"numbers below":                {" | | | | 20 | 5 |", "row-coop-missing , cell-missing D3, cell-missing G3", ""},
		"a key with a mistake in it":   {"Tổng | htx-b | HTX B | 2023 | 1 | 1 | thực hiện", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := readForm(t, "coop-annual", Options{}, gridOf("S", first+c.row))
			if name == "a number below" {
				require.NotEmpty(t, s.Problems())
				return
			}
			if name == "numbers below" {
				require.Contains(t, codes(s.Problems()), "cell-missing D3")
				return
			}
			require.Equal(t, c.problems, strings.Join(codes(s.Problems()), ", "), vi(s.Problems()))
			require.Equal(t, c.notes, strings.Join(codes(s.Notes), " "))
		})
	}
	s := readForm(t, "coop-annual", Options{Answers: map[string]string{"rows": "pass"}}, gridOf("S", first+" | | HTX Hai | | | |"))
	require.Empty(t, s.Problems())
	require.Equal(t, []string{"note-footer C3"}, codes(s.Notes))
	require.Equal(t, "rows", QuestionOf(readForm(t, "coop-annual", Options{}, gridOf("S", first+" | | HTX Hai | | | |")).Problems()[0]).Name)
}

// Rows of texts alone are data too: the file is refused with what each of them lacks,
// not as one without data.
func TestSheetsOfTextAloneAreRead(t *testing.T) {
	s := readForm(t, "coop-links", Options{}, gridOf("S", "Mã HTX | Tên HTX | Sự kiện | Ngày | Số hợp đồng | Doanh nghiệp\n | HTX A | ký hợp đồng | 1/2/2023 | 12/HĐ | Cty X\n | HTX B | ký hợp đồng | 1/2/2023 | 13/HĐ | Cty Y"))
	require.Equal(t, []string{"row-coop-missing B2", "row-coop-missing B3"}, codes(s.Problems()))
}

// The sums of a table are known under the number of the rows as well, and where every
// row is named by texts.
func TestATotalRowInTraining(t *testing.T) {
	const head = "STT | Tên lớp | Chương trình | Ngày kết thúc | Số lượt người\n"
	s := readForm(t, "training", Options{}, gridOf("S", head+"1 | Lớp A | kế hoạch | 5/12/2023 | 20\n2 | Lớp B | kế hoạch | 6/12/2023 | 30\nTổng cộng | | | | 50"))
	require.Empty(t, vi(s.Problems()))
	require.Equal(t, []string{"note-total A4"}, codes(s.Notes))
	s = readForm(t, "training", Options{}, gridOf("S", head+"1 | Lớp A | kế hoạch | 5/12/2023 | 20\nTổng cộng | | | | 50"))
	require.Equal(t, []string{"total-differs E3"}, codes(s.Problems()))
}

// A name that begins as rows of sums do is no row of sums.
func TestANameThatBeginsLikeASum(t *testing.T) {
	const head = "STT | Tên lớp | Chương trình | Ngày kết thúc | Số lượt người\n"
	for _, name := range []string{"Tổng công ty Cà phê và quản trị", "Tổng số hóa nông nghiệp", "Cộng xã hội học tập"} {
		s := readForm(t, "training", Options{}, gridOf("S", head+"1 | Lớp A | kế hoạch | 5/12/2023 | 20\n2 | "+name+" | kế hoạch | 6/12/2023 | 30"))
		require.Empty(t, vi(s.Problems()), name)
		require.Empty(t, codes(s.Notes), name)
		require.Len(t, s.Rows, 2, name)
	}
}

// Somebody who types over the sample row of a form has typed a row.
func TestARowOverTheSampleIsARow(t *testing.T) {
	form := formNamed(t, "coop-annual")
	var head, sample []string
	for _, name := range []string{"line", "coop", "coop_name", "year", "official", "basis", "revenue"} {
		c := form.named(name)
		heading, text := c.Heading, c.Sample(2025)
		if c.Type == Money {
			heading += " (triệu đồng)"
		}
		head, sample = append(head, heading), append(sample, text)
	}
	table := func(row []string) *Grid {
		return gridOf("S", strings.Join(head, " | ")+"\n"+strings.Join(row, " | ")+"\n1 | htx-b | HTX B | 2025 | 3 | thực hiện | 7")
	}
	s := readForm(t, "coop-annual", Options{}, table(sample))
	require.Empty(t, s.Problems())
	require.Equal(t, 1, s.Ignored.Samples)
	require.Equal(t, []string{"note-sample A2"}, codes(s.Notes))
	require.Equal(t, []int{3}, recordedLines(s))
	typed := slices.Clone(sample)
	typed[1], typed[2], typed[4] = "htx-a", "HTX A", "12"
	s = readForm(t, "coop-annual", Options{}, table(typed))
	require.Empty(t, vi(s.Problems()))
	require.Equal(t, []int{2, 3}, recordedLines(s))
	typed[1] = sample[1]
	require.Equal(t, []string{"cell-sample B2"}, codes(readForm(t, "coop-annual", Options{}, table(typed)).Problems()), "the key of the sample names nobody")
}

// Units of money stand where offices put them.
func TestUnitsOfMoneyInHeadings(t *testing.T) {
	for heading, dong := range map[string]int64{
		"Doanh thu (ĐVT: triệu đồng)": 1_000_000, "Doanh thu (1.000đ)": 1_000, "Doanh thu 1000 đ": 1_000, "Doanh thu (Đơn vị tính: nghìn đồng)": 1_000,
		"Doanh thu (tr.đ)": 1_000_000, "Doanh thu (1.000.000 đồng)": 1_000_000, "Doanh thu (triệu VNĐ)": 1_000_000, "Doanh thu (ngàn đ)": 1_000, "Doanh thu (VNĐ)": 1,
	} {
		s := readForm(t, "coop-annual", Options{}, gridOf("S", "Mã HTX | Năm | Loại số liệu | "+heading+"\nhtx-a | 2023 | thực hiện | 7"))
		require.Empty(t, vi(s.Problems()), heading)
		require.Contains(t, string(s.Drafts()[0].Data), fmt.Sprintf(`"revenue":%d`, 7*dong), heading)
	}
	above := gridOf("S", "Thông tin | | Số liệu | Tài chính (triệu đồng) | |\nMã HTX | Năm | Loại số liệu | Doanh thu | Lợi nhuận | Thành viên\nhtx-a | 2023 | thực hiện | 7 | 1 | 5")
	above.Merges = []Area{{1, 1, 1, 2}, {1, 4, 1, 5}}
	s := readForm(t, "coop-annual", Options{}, above)
	require.Empty(t, vi(s.Problems()))
	require.Contains(t, string(s.Drafts()[1].Data), `"profit":1000000,"revenue":7000000`)
	below := gridOf("S", "Mã HTX | Năm | Loại số liệu | Doanh thu | Thành viên\n | | | (triệu đồng) | (người)\nhtx-a | 2023 | thực hiện | 7 | 5")
	s = readForm(t, "coop-annual", Options{}, below)
	require.Empty(t, vi(s.Problems()))
	require.Contains(t, string(s.Drafts()[1].Data), `"revenue":7000000`)
}

// Rows about one stream are recorded in order of time, and their problems are told in
// order of lines.
func TestRowsAreRecordedInOrderOfTime(t *testing.T) {
	s := readForm(t, "coop-changes", Options{}, gridOf("S", "Mã HTX | Sự kiện | Ngày\nhtx-a | hoạt động trở lại | 1/6/2024\nhtx-b | tạm ngừng | 1/5/2024\nhtx-a | tạm ngừng | 1/3/2024\nhtx-c | tạm ngừng | 31/2/2024"))
	var got []string
	for _, d := range s.Drafts() {
		got = append(got, d.Stream.Key+" "+string(d.Kind)+fmt.Sprint(" ", d.Source.Row))
	}
	require.Equal(t, []string{"htx-a coop.suspended/1 4", "htx-b coop.suspended/1 3", "htx-a coop.resumed/1 2"}, got)
	require.Equal(t, []string{"day C5"}, codes(s.Problems()))
	require.Equal(t, 4, s.Locate(0, errNothing).Row)
}

// Merged areas that reach over a whole row, or lie over each other, cost nothing.
func TestMergedTitlesCostNothing(t *testing.T) {
	g := gridOf("S", "BÁO CÁO\nNĂM 2023\n"+tableHead+"1 | htx-a | HTX A | 2023 | 10 | 1 | thực hiện")
	for line := 1; line <= 2; line++ {
		g.Merges = append(g.Merges, Area{line, 1, line, 475_254})
	}
	require.Less(t, allocated(func() { require.Empty(t, readForm(t, "coop-annual", Options{}, g).Problems()) }), uint64(4<<20))
	for range 50_000 {
		g.Merges = append(g.Merges, Area{1, 1, 1 << 20, 475_254})
	}
	require.Less(t, allocated(func() {
		require.Equal(t, []string{"merges-overlap "}, codes(readForm(t, "coop-annual", Options{}, g).Problems()))
	}), uint64(4<<20))
}

// A file is read no further once nobody waits for it.
func TestReadingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Grids(ctx, "x.xlsx", nil, &Workbook{Grids: []*Grid{offices()}}, formNamed(t, "coop-annual"), Options{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = CSV(ctx, "x.csv", []byte("Mã HTX,Năm,Thành viên\na,2023,1\n"), formNamed(t, "coop-annual"), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// Whatever stands around them in a sheet, rows of data are read, listed with the
// reason why not, or the file is refused: none is silently dropped, and no title is
// taken for one.
func TestNoRowDisappears(t *testing.T) {
	titles := []string{"UBND HUYỆN ĐẮK MIL", "BÁO CÁO SỐ LIỆU | | | | Năm 2023", "Số: 12/BC-UBND | | | Đắk Mil, ngày 5 tháng 12 năm 2023", " | "}
	groups := []string{"I | | Xã Đắk Lao", "II. Chăn nuôi", "Xã Đức Mạnh", "Nhóm trồng trọt", "A. HTX nông nghiệp"}
	marks := []string{"", "1", "I", "II", "A", "a", "-", "Ví dụ", "Tổng", "Xã"}
	names := []string{"", "HTX Một", "A Ma Kông", "Xã viên 1", "II", "Tổng hợp Đắk Mil", "Ghi chú", "Người lập biểu", "Cộng Hòa"}
	notes := []string{"Ghi chú: số liệu tạm tính", "Người lập biểu | | | | | Giám đốc", "(*) theo báo cáo", "Nguyễn Văn A | | | | Trần B", "Cộng | | | | 9", "Tổng cộng | | | |"}
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		data := map[int]bool{}
		add := func(line string, isData bool) {
			lines = append(lines, line)
			data[len(lines)] = isData
		}
		pick := func(of []string, label string) string { return rapid.SampledFrom(of).Draw(t, label) }
		row := func() {
			key := pick([]string{"htx-a", "htx-b", "", "HTX-9", "mã chưa có"}, "key")
			cells := []string{pick(marks, "mark"), key, pick(names, "name"), pick([]string{"2023", "'2024", "", "năm 2023"}, "year"), pick([]string{"10", "'10", "-", "", "nhiều"}, "members"), pick([]string{"5.5", "", "0"}, "revenue"), pick([]string{"thực hiện", "", "lạ"}, "basis")}
			filled := 0
			for _, i := range []int{1, 3, 4, 5, 6} {
				if cells[i] != "" {
					filled++
				}
			}
			add(strings.Join(cells, " | "), filled >= fewDataCells && cells[0] != "Tổng" || key != "" && key != "mã chưa có")
		}
		for range rapid.IntRange(0, 3).Draw(t, "titles") {
			add(pick(titles, "title"), false)
		}
		if rapid.IntRange(0, 5).Draw(t, "above") == 0 {
			row()
		}
		tables := rapid.IntRange(1, 3).Draw(t, "tables")
		for n := range tables {
			if n > 0 && rapid.Bool().Draw(t, "title between") {
				add(pick(titles, "title"), false)
			}
			add(strings.TrimSpace(tableHead), false)
			for range rapid.IntRange(0, 6).Draw(t, "rows") {
				switch rapid.IntRange(0, 6).Draw(t, "what") {
				case 0:
					add(pick(groups, "group"), false)
				case 1:
					add(pick(notes, "note"), false)
				default:
					row()
				}
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "notes") {
			add(pick(notes, "note"), false)
		}
		g := gridOf("S", strings.Join(lines, "\n")+"\n.")
		g.Rows = slices.DeleteFunc(g.Rows, func(r GridRow) bool { return r.Line > len(lines) })
		for i := range g.Rows { // gridOf trims lines at the ends, not rows
			require.LessOrEqual(t, g.Rows[i].Line, len(lines))
		}
		f, err := FindForm("coop-annual")
		require.NoError(t, err)
		s, err := Grids(context.Background(), "x.xlsx", []byte("x"), &Workbook{Grids: []*Grid{g}}, f, Options{})
		if err != nil || len(s.Head) > 0 {
			return // the file is refused
		}
		told := map[int]bool{}
		for _, r := range s.Rows {
			require.True(t, len(r.Drafts) > 0 || len(r.Faults) > 0, "line %d says nothing", r.Line)
			told[r.Line] = true
		}
		for line, isData := range data {
			if isData {
				require.True(t, told[line], "line %d is neither read nor a problem: %s\n%s", line, lines[line-1], strings.Join(lines, "\n"))
			}
		}
		for _, m := range s.Notes {
			told[m.Row] = true
		}
		for _, r := range g.Rows {
			require.True(t, told[r.Line] || isHeadLine(lines[r.Line-1]), "line %d is not told of: %s", r.Line, lines[r.Line-1])
		}
	})
}

func isHeadLine(line string) bool { return line == strings.TrimSpace(tableHead) }
