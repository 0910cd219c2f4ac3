package imports

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"htxledger/api/sheets"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
)

// MaxFileBytes bounds a file; the server takes less, see Limits.
const MaxFileBytes = imports.MaxFileBytes

// A Problem is one thing about one place of a file.
type Problem = imports.Problem

// MaxTime is how long a file may be read and checked.
const MaxTime = 2 * time.Minute

// How is what is said about a file beside the file itself.
type How struct {
	Form, Numbers, Unit, Separator string
	Sheets                         []string
	Columns                        []string // each "HEADING=column", or "HEADING=-"
	Hidden, ValidRows, Others      bool
	Requests                       bool // ask for what may not be recorded alone
	Reason, Note                   string
	// Rows is how many rows with data whoever sends the file says that there
	// are; 0 is unsaid.
	Rows int
}

// check refuses what can be refused before the file is looked at.
func (how How) check() error {
	if how.Reason == "" {
		return nil
	}
	return ledger.OneOf("reason", how.Reason, ledger.Reasons...)
}

// The kinds of files, by the endings of their names.
const (
	text     = "ndjson"
	table    = "csv"
	workbook = "xlsx"
)

// KindOf is the kind of a file: xlsx, csv or ndjson; "" is none. Other
// spreadsheets count as xlsx, so that they are refused by what they are.
func KindOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".ndjson", ".jsonl":
		return text
	case ".csv":
		return table
	case ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods":
		return workbook
	}
	return ""
}

// Read reads a file as its name says; tell, if not nil, is told how many of all
// rows of a workbook are read. An error is about the file as a whole, and its
// field names what is said about it; mistakes in its rows are no error, see
// File.Acceptable. Beyond ctx's deadline it is ErrTime.
func Read(ctx context.Context, name string, b []byte, how How, tell func(done, of int)) (*File, error) {
	f := &File{Name: filepath.Base(name), How: how, bytes: b, left: map[int]bool{}, asked: map[int]*ledger.Draft{}}
	if err := how.check(); err != nil {
		return nil, err
	}
	var err error
	switch KindOf(name) {
	case text:
		f.Sheet, err = imports.NDJSON(f.Name, b)
	case table:
		f.Sheet, err = f.readCSV()
	case workbook:
		f.Sheet, err = f.readWorkbook(ctx, tell)
	default:
		err = errFileName.With(f.Name).At("file")
	}
	if err != nil {
		return nil, late(err)
	}
	if how.Rows > 0 && len(f.Sheet.Rows) != how.Rows {
		return nil, ErrRowCount.With(len(f.Sheet.Rows), how.Rows).At("rows")
	}
	f.Problems = f.Sheet.Problems()
	return f, nil
}

// late is ErrTime for a deadline that has passed.
func late(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && fault.KindOf(err) == 0 {
		return ErrTime.With(int(MaxTime.Seconds())).Because(err)
	}
	return err
}

func (f *File) readWorkbook(ctx context.Context, tell func(done, of int)) (*imports.Sheet, error) {
	w, err := sheets.ReadWithin(ctx, f.bytes, tell)
	if err != nil {
		return nil, err
	}
	var form *imports.Form
	if f.How.Form != "" {
		if form, err = imports.FindForm(f.How.Form); err != nil {
			return nil, about("form", err)
		}
	}
	opts, err := f.How.options()
	if err != nil {
		return nil, err
	}
	return imports.Grids(f.Name, f.bytes, w, form, opts)
}

func (f *File) readCSV() (*imports.Sheet, error) {
	if f.How.Form == "" {
		return nil, errFormOfText.With(strings.Join(FormNames(), ", ")).At("form")
	}
	form, err := imports.FindForm(f.How.Form)
	if err != nil {
		return nil, about("form", err)
	}
	opts, err := f.How.options()
	if err != nil {
		return nil, err
	}
	switch sep := []rune(strings.ReplaceAll(f.How.Separator, "tab", "\t")); len(sep) {
	case 0:
	case 1:
		opts.Separator = sep[0]
	default:
		return nil, imports.ErrSeparatorChoice.With(f.How.Separator).At("separator")
	}
	return imports.CSV(f.Name, f.bytes, form, opts)
}

// options are what is said of a file that it does not say itself.
func (how How) options() (imports.Options, error) {
	opts := imports.Options{Sheets: how.Sheets, Hidden: how.Hidden, Columns: map[string]string{}}
	var err error
	if opts.Numbers, err = imports.ParseNumberFormat(how.Numbers); err != nil {
		return opts, about("numbers", err)
	}
	if opts.Unit, err = imports.ParseUnit(how.Unit); err != nil {
		return opts, about("unit", err)
	}
	for _, c := range how.Columns {
		heading, name, ok := strings.Cut(c, "=")
		if !ok {
			return opts, errColumnChoice.With(c).At("column")
		}
		opts.Columns[imports.FoldHeading(heading)] = name
	}
	return opts, nil
}

// about gives a fault the name of what it is about.
func about(name string, err error) error {
	if f, ok := fault.Of(err); ok {
		return f.At(name)
	}
	return err
}
