package sheets

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// The sheets that our forms carry for themselves.
const (
	metaSheet  = "_htxledger" // what the form says of itself, and the words of its drop-downs
	metaMark   = "htxledger-form"
	guideSheet = "Hướng dẫn"
	guideTitle = "Hướng dẫn điền biểu mẫu htxledger"
)

// takeTemplate takes the sheets that our own forms carry out of a workbook and
// gives what they say; nil for any other workbook.
func takeTemplate(w *imports.Workbook) *imports.Template {
	var t *imports.Template
	var rest []*imports.Grid
	for _, g := range w.Grids {
		own := metaOf(g)
		switch {
		case own != nil && t == nil:
			t = own
		case textAt(g, 0, 0) == guideTitle:
		default:
			rest = append(rest, g)
		}
	}
	if t != nil {
		w.Grids = rest
		t.Sheet = renamedSheet(rest, t)
	}
	return t
}

// renamedSheet is the sheet of a form that is to be filled in: that of the name that
// the form gave it or, where its tab was renamed, the one under the form's title.
func renamedSheet(grids []*imports.Grid, t *imports.Template) string {
	form, err := imports.FindForm(t.Form)
	if err != nil || slices.ContainsFunc(grids, func(g *imports.Grid) bool { return g.Name == t.Sheet }) {
		return t.Sheet
	}
	for _, g := range grids {
		if textAt(g, 0, 0) == form.Title {
			return g.Name
		}
	}
	return t.Sheet
}

// metaOf reads what a form says of itself: names in column A, values in B.
func metaOf(g *imports.Grid) *imports.Template {
	if g.Name != metaSheet || textAt(g, 0, 0) != metaMark {
		return nil
	}
	t := &imports.Template{Form: textAt(g, 0, 1)}
	for i := range g.Rows {
		value := textAt(g, i, 1)
		switch textAt(g, i, 0) {
		case "version":
			t.Version, _ = strconv.Atoi(value)
		case "place":
			t.Place = value
		case "year":
			t.Year, _ = strconv.Atoi(value)
		case "sheet":
			t.Sheet = value
		case "prefilled":
			t.Prefilled = strings.Fields(value)
		}
	}
	return t
}

// textAt is the text of a cell, by row and column from 0 among those that hold
// something; "" where there is none.
func textAt(g *imports.Grid, row, column int) string {
	if row >= len(g.Rows) || column >= len(g.Rows[row].Cells) {
		return ""
	}
	return g.Rows[row].Cells[column].Text
}

// A Blank is a form to be filled in.
type Blank struct {
	Form      *imports.Form
	Place     string // code
	PlaceName string
	Year      int    // 0 for none
	Unit      string // of money, in Vietnamese: “triệu đồng”
	Prefilled []string
	Rows      []map[string]string // what is filled in before, by the name of the column
}

// Where things stand in a form, and how many rows may be filled in by drop-downs.
const (
	titleRow  = 1
	headRow   = 4
	sampleRow = 5
	firstRow  = 6
	spareRows = 300
	dataSheet = "Số liệu"
)

// WriteTemplate writes a form as a workbook: titles, headings, a marked sample
// row, the rows that are known before, drop-downs for words, notes, a sheet
// “Hướng dẫn”, and a hidden sheet that says which form and version it is.
func WriteTemplate(w io.Writer, b Blank) error {
	f := excelize.NewFile()
	defer f.Close()
	t := &templater{File: f, Blank: b, columns: columnsOf(b.Form), last: firstRow + len(b.Rows) + spareRows - 1}
	for _, step := range []func() error{t.begin, t.headings, t.body, t.dropDowns, t.guide, t.meta} {
		if err := step(); err != nil {
			return fmt.Errorf("write form %s: %w", b.Form.Name, err)
		}
	}
	_, err := f.WriteTo(w)
	return err
}

// columnsOf are the columns of a form in the order in which they are filled in:
// the number of the row first, and no keys of commands.
func columnsOf(form *imports.Form) []*imports.Column {
	var first, rest []*imports.Column
	for _, c := range form.Columns {
		switch c.Name {
		case "line":
			first = append(first, c)
		case "key":
		default:
			rest = append(rest, c)
		}
	}
	return append(first, rest...)
}

type templater struct {
	*excelize.File
	Blank
	columns []*imports.Column
	last    int // the last row that may be filled in
}

func at(column, row int) string { return imports.ColumnName(column) + strconv.Itoa(row) }

// begin names the sheet and writes the titles.
func (t *templater) begin() error {
	if err := t.SetSheetName("Sheet1", dataSheet); err != nil {
		return err
	}
	bold, err := t.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	where := "Địa bàn: " + t.PlaceName
	if t.Year > 0 {
		where += fmt.Sprintf(". Năm: %d", t.Year)
	}
	for row, text := range []string{t.Form.Title, where, "Cột có dấu (*) bắt buộc điền. Dòng “Ví dụ” không được đọc. Xem sheet “Hướng dẫn”."} {
		if err := t.SetCellStr(dataSheet, at(1, titleRow+row), text); err != nil {
			return err
		}
	}
	return t.SetCellStyle(dataSheet, "A1", "A1", bold)
}

// heading is what stands above a column: the unit behind money, a star behind
// what must be filled in.
func (t *templater) heading(c *imports.Column) string {
	text := c.Heading
	if c.Type == imports.Money {
		text += " (" + t.Unit + ")"
	}
	if c.Required {
		text += " (*)"
	}
	return text
}

func (t *templater) headings() error {
	head, err := t.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}},
		Alignment: &excelize.Alignment{WrapText: true, Horizontal: "center", Vertical: "center"}, Border: borders(),
	})
	if err != nil {
		return err
	}
	for i, c := range t.columns {
		name := imports.ColumnName(i + 1)
		if err := t.SetCellStr(dataSheet, at(i+1, headRow), t.heading(c)); err != nil {
			return err
		}
		if err := t.SetColWidth(dataSheet, name, name, widthOf(c)); err != nil {
			return err
		}
	}
	if err := t.SetCellStyle(dataSheet, at(1, headRow), at(len(t.columns), headRow), head); err != nil {
		return err
	}
	return t.SetPanes(dataSheet, &excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: at(1, sampleRow), ActivePane: "bottomLeft"})
}

func borders() []excelize.Border {
	var list []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		list = append(list, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	return list
}

func widthOf(c *imports.Column) float64 {
	switch {
	case c.Name == "line":
		return 7
	case c.Name == "coop_name" || c.Name == "name" || c.Name == "title":
		return 36
	case c.Type == imports.Text || c.Type == imports.Choice || c.Type == imports.Key:
		return 22
	}
	return 16
}

// formats are the number formats of the types: days as they are typed here, and
// text where digits are no number, so that zeros in front stay.
func formatOf(c *imports.Column) string {
	switch c.Type {
	case imports.Day, imports.LastDay, imports.FirstOut:
		return "dd/mm/yyyy"
	case imports.Whole:
		return "#,##0"
	case imports.Money, imports.Points:
		return "#,##0.##"
	case imports.Year:
		return "0"
	}
	return "@"
}

// body formats the rows, and fills in the sample and what is known before.
func (t *templater) body() error {
	for i, c := range t.columns {
		format := formatOf(c)
		plain, err := t.NewStyle(&excelize.Style{CustomNumFmt: &format, Border: borders()})
		if err != nil {
			return err
		}
		sample, err := t.NewStyle(&excelize.Style{
			CustomNumFmt: &format, Border: borders(), Font: &excelize.Font{Italic: true, Color: "7F7F7F"},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}},
		})
		if err != nil {
			return err
		}
		if err := t.SetCellStyle(dataSheet, at(i+1, sampleRow), at(i+1, sampleRow), sample); err != nil {
			return err
		}
		if err := t.SetCellStyle(dataSheet, at(i+1, firstRow), at(i+1, t.last), plain); err != nil {
			return err
		}
		if err := t.put(i+1, sampleRow, c, c.Sample(t.Year)); err != nil {
			return err
		}
		for n, row := range t.Blank.Rows {
			if err := t.put(i+1, firstRow+n, c, row[c.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes a cell by the type of its column.
func (t *templater) put(column, row int, c *imports.Column, text string) error {
	if text == "" {
		return nil
	}
	switch c.Type {
	case imports.Whole, imports.Money, imports.Points, imports.Year:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return t.SetCellInt(dataSheet, at(column, row), n)
		}
	}
	return t.SetCellStr(dataSheet, at(column, row), text)
}

// dropDowns gives the columns of words their lists, which stand in the hidden
// sheet: a list within the rule itself may hold 255 characters only. Every
// column says what it wants when it is entered.
func (t *templater) dropDowns() error {
	if _, err := t.NewSheet(metaSheet); err != nil {
		return err
	}
	next := 4 // columns A and B say what the form is
	for i, c := range t.columns {
		rule := excelize.NewDataValidation(true)
		rule.Sqref = at(i+1, firstRow) + ":" + at(i+1, t.last)
		rule.SetInput(clip(c.Heading, 32), clip(c.Expected(), 255))
		words := wordsOf(c)
		if len(words) > 0 {
			for n, w := range words {
				if err := t.SetCellStr(metaSheet, at(next, n+1), w); err != nil {
					return err
				}
			}
			name := imports.ColumnName(next)
			rule.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", metaSheet, name, name, len(words)))
			if !c.Open {
				rule.SetError(excelize.DataValidationErrorStyleStop, clip(c.Heading, 32), "Hãy chọn một từ trong danh sách.")
			}
			next++
		}
		if err := t.AddDataValidation(dataSheet, rule); err != nil {
			return err
		}
	}
	return nil
}

func wordsOf(c *imports.Column) []string {
	switch c.Type {
	case imports.YesNo:
		return []string{"có", "không"}
	case imports.Choice:
		var list []string
		for _, w := range c.Words {
			list = append(list, w.Word)
		}
		return list
	}
	return nil
}

// clip cuts a text to so many UTF-16 units.
func clip(s string, most int) string {
	n := 0
	for i, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n > most-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// guide writes the sheet that explains the columns.
func (t *templater) guide() error {
	if _, err := t.NewSheet(guideSheet); err != nil {
		return err
	}
	rows := [][]string{{guideTitle}, {"Điền từ dòng 6 của sheet “" + dataSheet + "”. HTX không có gì để báo thì để trống cả dòng. Không đổi tên sheet, không xóa dòng tiêu đề."}, {"Cột", "Cần có", "Bắt buộc"}}
	for _, c := range t.columns {
		must := ""
		if c.Required {
			must = "bắt buộc"
		}
		rows = append(rows, []string{t.heading(c), c.Expected(), must})
	}
	for i, row := range rows {
		for j, text := range row {
			if err := t.SetCellStr(guideSheet, at(j+1, i+1), text); err != nil {
				return err
			}
		}
	}
	if err := t.SetColWidth(guideSheet, "A", "A", 34); err != nil {
		return err
	}
	return t.SetColWidth(guideSheet, "B", "B", 90)
}

// meta says in the hidden sheet which form this is.
func (t *templater) meta() error {
	year := ""
	if t.Year > 0 {
		year = strconv.Itoa(t.Year)
	}
	for i, row := range [][2]string{
		{metaMark, t.Form.Name}, {"version", strconv.Itoa(imports.TemplateVersion)}, {"place", t.Place},
		{"year", year}, {"sheet", dataSheet}, {"prefilled", strings.Join(t.Prefilled, " ")},
	} {
		for j, text := range row {
			if err := t.SetCellStr(metaSheet, at(j+1, i+1), text); err != nil {
				return err
			}
		}
	}
	t.SetActiveSheet(0)
	return t.SetSheetVisible(metaSheet, false, true)
}
