package sheets

import (
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/xuri/excelize/v2"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
)

// Number formats of cells that people read. Excel shows them with the signs of
// its own country: a Vietnamese one writes 1.550 and 44,95%.
const (
	formatWhole   = "#,##0"
	formatDecimal = "#,##0.######"
	formatPercent = "0.00%"
	formatDay     = "dd/mm/yyyy"
	formatInstant = "dd/mm/yyyy hh:mm:ss"
)

// mostExact is the largest whole number that a cell of a workbook holds exactly;
// a larger one is written as text.
const mostExact = 1 << 53

// WriteTable writes a table as a workbook of one sheet: a title, the lines that
// say where it holds, a heading that stays in sight and can be filtered by, and
// cells with real numbers and days. What somebody typed is never a formula.
func WriteTable(w io.Writer, t *shown.Table) error {
	b := &tableBook{file: excelize.NewFile(), table: t, sheet: t.Name, styles: map[string]int{}}
	defer b.file.Close()
	if err := b.write(); err != nil {
		return fmt.Errorf("write the table %s: %w", t.Name, err)
	}
	return b.file.Write(w)
}

// A tableBook is a workbook in the making.
type tableBook struct {
	file   *excelize.File
	table  *shown.Table
	sheet  string
	styles map[string]int
}

func (b *tableBook) write() error {
	if err := b.file.SetSheetName(b.file.GetSheetName(0), b.sheet); err != nil {
		return err
	}
	human, notes := b.table.Human(), b.table.Notes()
	heading := len(notes) + 3 // after the title, the notes and an empty row
	for _, step := range []func() error{
		func() error { return b.widths(human) },
		func() error { return b.head(notes) },
		func() error { return b.headings(human, heading) },
		func() error { return b.rows(human, heading+1) },
		func() error { return b.finish(len(human), heading) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// finish sets what a sheet is filtered and printed by.
func (b *tableBook) finish(columns, heading int) error {
	last := nameOf(max(1, columns), heading+len(b.table.Rows))
	if err := b.file.AutoFilter(b.sheet, nameOf(1, heading)+":"+last, nil); err != nil {
		return err
	}
	if err := b.file.SetPanes(b.sheet, &excelize.Panes{Freeze: true, YSplit: heading, TopLeftCell: nameOf(1, heading+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	landscape, paper, fit := "landscape", 9, 0 // 9 is A4; as many pages high as it takes
	wide := 1
	if err := b.file.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToHeight: &fit, FitToWidth: &wide}); err != nil {
		return err
	}
	page := true
	if err := b.file.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &page}); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", b.sheet, heading, heading), Scope: b.sheet,
	})
}

func (b *tableBook) head(notes []string) error {
	title, err := b.style("title", &excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	if err := b.put(1, 1, b.table.Title, title); err != nil {
		return err
	}
	for i, note := range notes {
		if err := b.put(1, i+2, note, 0); err != nil {
			return err
		}
	}
	return nil
}

func (b *tableBook) headings(human []int, row int) error {
	bold, err := b.style("heading", &excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF2EF"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		Border:    []excelize.Border{{Type: "bottom", Style: 2, Color: "1F4D3A"}},
	})
	if err != nil {
		return err
	}
	for n, i := range human {
		if err := b.put(n+1, row, b.table.Columns[i].Name, bold); err != nil {
			return err
		}
	}
	return nil
}

func (b *tableBook) rows(human []int, first int) error {
	for r, row := range b.table.Rows {
		for n, i := range human {
			v, format := valueOf(row[i])
			if v == nil {
				continue
			}
			id, err := b.format(format)
			if err != nil {
				return err
			}
			if err := b.put(n+1, first+r, v, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// put sets one cell. Text is set as text: it is never taken for a formula.
func (b *tableBook) put(column, row int, v any, style int) error {
	name := nameOf(column, row)
	var err error
	switch v := v.(type) {
	case string:
		err = b.file.SetCellStr(b.sheet, name, v)
	case float64:
		err = b.file.SetCellFloat(b.sheet, name, v, -1, 64)
	}
	if err != nil || style == 0 {
		return err
	}
	return b.file.SetCellStyle(b.sheet, name, name, style)
}

// nameOf is a cell by its name: B12.
func nameOf(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err) // tables are smaller than sheets
	}
	return name
}

// valueOf is what a workbook holds of a cell, and its number format, which is ""
// for text; nil for a blank.
func valueOf(c shown.Cell) (v any, format string) {
	switch c.Kind {
	case shown.Blank:
		return nil, ""
	case shown.NoData:
		return vi.NoData, ""
	case shown.Day:
		return serialOf(c.Day), formatDay
	case shown.Instant:
		return serialAt(c.Instant), formatInstant
	case shown.Text:
		return shown.GuardText(c.Words), ""
	}
	if new(big.Rat).Abs(c.Value).Cmp(big.NewRat(mostExact, 1)) > 0 {
		return c.Human(), ""
	}
	number, _ := c.Value.Float64() // a cell holds no other numbers
	switch {
	case c.Kind == shown.Percent:
		return number, formatPercent
	case c.Value.IsInt() || c.Kind == shown.Dong:
		return number, formatWhole
	}
	return number, formatDecimal
}

// format is the style of a number format; that of text only keeps to the top.
func (b *tableBook) format(format string) (int, error) {
	s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}
	if format != "" {
		s.CustomNumFmt = &format
	}
	return b.style("cell "+format, s)
}

// style makes a style once.
func (b *tableBook) style(name string, s *excelize.Style) (int, error) {
	if id, ok := b.styles[name]; ok {
		return id, nil
	}
	id, err := b.file.NewStyle(s)
	b.styles[name] = id
	return id, err
}

// Widths of columns, in letters.
const (
	narrowestColumn = 8
	widestColumn    = 48
)

func (b *tableBook) widths(human []int) error {
	for n, i := range human {
		width := len([]rune(b.table.Columns[i].Name))
		for _, row := range b.table.Rows[:min(len(b.table.Rows), 500)] { // enough to judge by
			width = max(width, len([]rune(row[i].Human())))
		}
		width = max(narrowestColumn, min(width+2, widestColumn))
		column, err := excelize.ColumnNumberToName(n + 1)
		if err != nil {
			return err
		}
		if err := b.file.SetColWidth(b.sheet, column, column, float64(width)); err != nil {
			return err
		}
	}
	return nil
}

// epoch is day 0 of a workbook's count of days, from March 1900 on.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// serialOf is a day as workbooks count it.
func serialOf(d calendar.Day) float64 {
	y, m, day := d.Date()
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC).Sub(epoch).Hours() / 24
}

// serialAt is an instant, by the clock of Việt Nam, as workbooks count it.
func serialAt(i calendar.Instant) float64 {
	local := i.Time().Add(calendar.VietnamOffset * time.Second)
	return local.Sub(epoch).Seconds() / (24 * 60 * 60)
}
