package sheets

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// What marks look like, and whose they are: marks of an earlier round are taken
// away before new ones are made.
const (
	markAuthor  = "htxledger"
	markColour  = "FFC7CE"
	maxComments = 2000 // cells with a comment of their own; all are in the list
)

// Marked gives a workbook back with its mistakes: each faulty cell coloured, with
// a comment that says what is wrong, and a sheet “Lỗi” that lists all of them.
// b is a workbook that Read accepts, or would accept without its faulty cells.
func Marked(b []byte, problems []imports.Mark) ([]byte, error) {
	f, err := excelize.OpenReader(bytes.NewReader(b), options())
	if err != nil {
		return nil, ErrArchive.With("xlsx").Because(err)
	}
	defer f.Close()
	m := &marker{File: f, tinted: map[int]int{}}
	if err := m.wipe(); err != nil {
		return nil, fmt.Errorf("wipe old marks: %w", err)
	}
	if err := m.cells(problems); err != nil {
		return nil, fmt.Errorf("mark cells: %w", err)
	}
	if err := m.list(problems); err != nil {
		return nil, fmt.Errorf("list mistakes: %w", err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}

type marker struct {
	*excelize.File
	tinted map[int]int // styles, by the style that they colour
}

// wipe takes away what an earlier round has marked.
func (m *marker) wipe() error {
	for _, sheet := range m.GetSheetList() {
		if title, _ := m.GetCellValue(sheet, "A1"); sheet == imports.ErrorSheet && title == imports.ErrorTitle {
			if err := m.DeleteSheet(sheet); err != nil {
				return err
			}
			continue
		}
		comments, err := m.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, c := range comments {
			if c.Author != markAuthor {
				continue
			}
			if err := m.DeleteComment(sheet, c.Cell); err != nil {
				return err
			}
			if err := m.tint(sheet, c.Cell, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// tint gives a cell a colour, or none, and leaves the rest of its style.
func (m *marker) tint(sheet, cell, colour string) error {
	id, err := m.GetCellStyle(sheet, cell)
	if err != nil {
		return err
	}
	style, ok := m.tinted[id]
	if !ok || colour == "" {
		s, err := m.GetStyle(id)
		if err != nil {
			return err
		}
		s.Fill = excelize.Fill{}
		if colour != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
		}
		if style, err = m.NewStyle(s); err != nil {
			return err
		}
		if colour != "" {
			m.tinted[id] = style
		}
	}
	return m.SetCellStyle(sheet, cell, cell, style)
}

// cells colours every faulty cell and says what is wrong with it; a mistake of
// a whole row is put at its first cell.
func (m *marker) cells(problems []imports.Mark) error {
	type cellOf struct{ sheet, cell string }
	var order []cellOf
	said := map[cellOf][]string{}
	for _, p := range problems {
		if p.Sheet == "" || p.Row == 0 {
			continue
		}
		at := cellOf{p.Sheet, cmp.Or(p.Cell, "A"+strconv.Itoa(p.Row))}
		if said[at] == nil {
			order = append(order, at)
		}
		said[at] = append(said[at], p.MessageVi)
	}
	for i, at := range order {
		if err := m.tint(at.sheet, at.cell, markColour); err != nil {
			return err
		}
		if i >= maxComments {
			continue
		}
		text := "Lỗi: " + strings.Join(said[at], "\n")
		if err := m.AddComment(at.sheet, excelize.Comment{Cell: at.cell, Author: markAuthor, Width: 360, Height: 120, Paragraph: []excelize.RichTextRun{{Text: text}}}); err != nil {
			return err
		}
	}
	return nil
}

// list writes the sheet of all mistakes.
func (m *marker) list(problems []imports.Mark) error {
	at, err := m.NewSheet(imports.ErrorSheet)
	if err != nil {
		return err
	}
	bold, err := m.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	wrapped, err := m.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	rows := [][]string{{imports.ErrorTitle}, {"Sửa các ô tô màu rồi gửi lại cả tệp; sheet này không cần xóa."}, {"STT", "Sheet", "Ô", "Cột", "Thấy", "Cần có", "Vấn đề và cách sửa", "Mã lỗi"}}
	for i, p := range problems {
		where := p.Cell
		if where == "" && p.Row > 0 {
			where = "dòng " + strconv.Itoa(p.Row)
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), p.Sheet, where, p.Column, p.Seen, p.Expected, p.MessageVi, p.Code})
	}
	for i, row := range rows {
		for j, text := range row {
			// as text: what was typed into a cell never becomes a formula here
			if err := m.SetCellStr(imports.ErrorSheet, fmt.Sprintf("%s%d", imports.ColumnName(j+1), i+1), text); err != nil {
				return err
			}
		}
	}
	for i, width := range []float64{5, 18, 9, 24, 24, 32, 70, 20} {
		name := imports.ColumnName(i + 1)
		if err := m.SetColWidth(imports.ErrorSheet, name, name, width); err != nil {
			return err
		}
	}
	if err := m.SetCellStyle(imports.ErrorSheet, "A4", fmt.Sprintf("H%d", len(rows)+1), wrapped); err != nil {
		return err
	}
	m.SetActiveSheet(at)
	return m.SetCellStyle(imports.ErrorSheet, "A3", "H3", bold)
}
