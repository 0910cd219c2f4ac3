package imports

import (
	"bytes"
	"cmp"
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
type Problem = imports.Mark

// MaxTime is how long a file may be read and checked.
const MaxTime = 2 * time.Minute

// How holds the sender's choices for a file: its form, separators and answers.
type How struct {
	Form, Numbers, Unit, Separator string
	Sheets                         []string
	Columns                        []string // each "HEADING=column", or "HEADING=-"
	Answers                        []string // to what the file asks, each "QUESTION=ANSWER"; see imports.Questions
	Hidden, ValidRows, Others      bool
	Requests                       bool // ask for what may not be recorded alone
	Reason, Note                   string
	// OtherDay says what rows mean that repeat a fact on another day: one of
	// OtherDays, or "" where it is unsaid.
	OtherDay string
	// Rows is how many rows with data whoever sends the file says that there
	// are; 0 is unsaid.
	Rows int
}

// check refuses what can be refused before the file is looked at.
func (how How) check() error {
	return cmp.Or(
		ledger.OneOf("reason", how.Reason, append([]string{""}, ledger.Reasons...)...),
		ledger.OneOf("other_day", how.OtherDay, append([]string{""}, OtherDays...)...),
	)
}

// A Question is what a file asks its sender; see imports.Question.
type Question = imports.Question

// Questions are all that files can ask.
func Questions() []*Question { return imports.Questions() }

// QuestionOf is the question that a problem asks; nil for none.
func QuestionOf(m Problem) *Question { return imports.QuestionOf(m) }

// The kinds of files, by the endings of their names.
const (
	text     = "ndjson"
	table    = "csv"
	workbook = "xlsx"
)

// KindOf is the kind of a file: xlsx, csv or ndjson; "" is none. Other
// spreadsheets count as xlsx, so that they are refused by what they are.
func KindOf(name string) string {
	switch strings.ToLower(filepath.Ext(imports.RecordableName(name))) {
	case ".ndjson", ".jsonl":
		return text
	case ".csv":
		return table
	case ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods":
		return workbook
	}
	return ""
}

// ExtensionOf is the ending that the name of a file with this content would have:
// an archive is a workbook, and what begins with an object is commands.
func ExtensionOf(b []byte) string {
	switch start := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case bytes.HasPrefix(b, []byte("PK")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return "." + workbook
	case bytes.HasPrefix(start, []byte("{")):
		return "." + text
	}
	return "." + table
}

// readSheet reads a file as its name says. An error is about the file as a whole,
// and its field names what is said about the file. holderOf gives the co-operative of a
// tax code; see imports.Options.
func (f File) readSheet(ctx context.Context, tell func(done, of int), holderOf func(string) string) (*imports.Sheet, error) {
	if err := f.How.check(); err != nil {
		return nil, err
	}
	switch KindOf(f.Name) {
	case text:
		return imports.NDJSON(f.Name, f.Bytes)
	case table:
		return f.readCSV(ctx, holderOf)
	case workbook:
		return f.readWorkbook(ctx, tell, holderOf)
	}
	return nil, errFileName.With(f.Name).At("file")
}

// inTime is ErrTime for a deadline that has passed.
func inTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && fault.KindOf(err) == 0 {
		return ErrTime.With(int(MaxTime.Seconds())).Because(err)
	}
	return err
}

func (f File) readWorkbook(ctx context.Context, tell func(done, of int), holderOf func(string) string) (*imports.Sheet, error) {
	w, err := sheets.ReadWithin(ctx, f.Bytes, tell)
	if err != nil {
		return nil, err
	}
	var form *imports.Form
	if f.How.Form != "" {
		if form, err = imports.FindForm(f.How.Form); err != nil {
			return nil, fault.SetField(err, "form")
		}
	}
	opts, err := f.How.options(holderOf)
	if err != nil {
		return nil, err
	}
	return imports.Grids(ctx, f.Name, f.Bytes, w, form, opts)
}

func (f File) readCSV(ctx context.Context, holderOf func(string) string) (*imports.Sheet, error) {
	if f.How.Form == "" {
		return nil, errFormOfText.With(strings.Join(FormNames(), ", ")).At("form")
	}
	form, err := imports.FindForm(f.How.Form)
	if err != nil {
		return nil, fault.SetField(err, "form")
	}
	opts, err := f.How.options(holderOf)
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
	return imports.CSV(ctx, f.Name, f.Bytes, form, opts)
}

// options are the sender's choices that the rows of a file do not state.
func (how How) options(holderOf func(string) string) (imports.Options, error) {
	opts := imports.Options{Hidden: how.Hidden, Columns: map[string]string{}, Answers: map[string]string{}, HolderOf: holderOf}
	for _, name := range how.Sheets {
		opts.Sheets = append(opts.Sheets, imports.RecordableName(name))
	}
	var err error
	if opts.Numbers, err = imports.ParseNumberFormat(how.Numbers); err != nil {
		return opts, fault.SetField(err, "numbers")
	}
	if opts.Unit, err = imports.ParseUnit(how.Unit); err != nil {
		return opts, fault.SetField(err, "unit")
	}
	for _, c := range how.Columns {
		heading, name, ok := strings.Cut(c, "=")
		if !ok {
			return opts, errColumnChoice.With(c).At("column")
		}
		opts.Columns[imports.FoldHeading(heading)] = name
	}
	for _, a := range how.Answers {
		question, answer, _ := strings.Cut(a, "=")
		if err := imports.CheckAnswer(question, answer); err != nil {
			return opts, fault.SetField(err, "answer")
		}
		opts.Answers[question] = answer
	}
	return opts, nil
}
