package sheetstest

import (
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Stream writes a workbook of one sheet, row by row.
func Stream(w io.Writer, rows iter.Seq[[]any]) error {
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	line := 0
	for row := range rows {
		line++
		if err := s.SetRow("A"+strconv.Itoa(line), row); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
