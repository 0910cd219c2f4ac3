// Package sheetstest fills in and looks into workbooks for tests, as a person
// would in a spreadsheet program.
package sheetstest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Write makes a workbook of some sheets, each given as rows of cells of text. A cell
// without text is left out.
func Write(sheets [][][]string) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	for i, rows := range sheets {
		sheet := "Sheet" + strconv.Itoa(i+1)
		if _, err := f.NewSheet(sheet); err != nil {
			return nil, err
		}
		for line, row := range rows {
			for column, text := range row {
				if text == "" {
					continue
				}
				cell, err := excelize.CoordinatesToCellName(column+1, line+1)
				if err != nil {
					return nil, err
				}
				if err := f.SetCellStr(sheet, cell, text); err != nil {
					return nil, err
				}
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Fill types values into cells of a file, each as CELL=VALUE: digits become a
// number, an apostrophe before them makes them text, and the rest is text.
func Fill(path, sheet string, cells ...string) error {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, c := range cells {
		cell, value, ok := strings.Cut(c, "=")
		if !ok {
			return fmt.Errorf("want CELL=VALUE, not %q", c)
		}
		if err := put(f, sheet, cell, value); err != nil {
			return err
		}
	}
	return f.Save()
}

func put(f *excelize.File, sheet, cell, value string) error {
	if n, err := strconv.ParseFloat(value, 64); err == nil {
		return f.SetCellValue(sheet, cell, n)
	}
	return f.SetCellStr(sheet, cell, strings.TrimPrefix(value, "'"))
}

// Look gives what a cell shows and the text of its comment.
func Look(path, sheet, cell string) (value, comment string, err error) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	if value, err = f.GetCellValue(sheet, cell); err != nil {
		return "", "", err
	}
	list, err := f.GetComments(sheet)
	for _, c := range list {
		if c.Cell == cell {
			comment = c.Text
			for _, p := range c.Paragraph {
				comment += p.Text
			}
		}
	}
	return value, comment, err
}
