package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/fault"
	"htxledger/domain/intake"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/merkle"
	"htxledger/domain/recorder"
)

var errRows = fault.Declare("import-rejected", fault.Rejected,
	"%d problems in %s; nothing was recorded", "có %d lỗi trong tệp %s; chưa ghi dòng nào")

// An importing is what the flags of import say.
type importing struct {
	form, numbers, unit, separator string
	dry, asRecorded                bool
}

func (a *app) importCommand() *cobra.Command {
	var how importing
	cmd := &cobra.Command{
		Use:   "import FILE.(ndjson|csv)",
		Short: "Nhập tệp, hoặc cả hoặc không / import a file, all or nothing",
		Long: `Nhập tệp ndjson (mỗi dòng một lệnh) hoặc CSV theo biểu mẫu --form. Cả tệp được kiểm tra trước khi ghi;
sai một chỗ là không ghi gì, và mọi lỗi được báo kèm dòng, cột. Nhập lại cùng tệp không ghi thêm gì.

Imports ndjson, one command a line, or CSV under a declared form. The whole file is
checked first; if anything is wrong nothing is recorded, and every problem is told with
its line and column. The same file again adds nothing. --as-recorded takes an export into
an empty ledger and keeps its bytes.`,
		Example: "  htxledger import commands.ndjson --dry-run\n  htxledger import htx.csv --form coop-establishments",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.outputs("table", "json"); err != nil {
				return err
			}
			if how.asRecorded {
				return input(a.restoreExport(cmd, args[0]))
			}
			return input(a.importFile(cmd, args[0], how))
		},
	}
	f := cmd.Flags()
	f.StringVar(&how.form, "form", "", "biểu mẫu của tệp CSV / form of a CSV file: "+formNames())
	f.StringVar(&how.numbers, "numbers", "", "cách viết số / how numbers are written: vi (1.550,5), en (1,550.5), space, plain")
	f.StringVar(&how.unit, "unit", "", "đơn vị của cột tiền không ghi đơn vị / đồng, nghìn, triệu, tỷ")
	f.StringVar(&how.separator, "separator", "", `dấu ngăn cách cột / "," ";" or "tab" (default: as the headings have it)`)
	f.BoolVar(&how.dry, "dry-run", false, "chỉ kiểm tra, không ghi / check and record nothing")
	f.BoolVar(&how.asRecorded, "as-recorded", false, "tệp là bản xuất; giữ nguyên từng byte / the file is an export; keep its bytes")
	complete(cmd, "form", strings.Split(formNames(), ", ")...)
	complete(cmd, "numbers", "vi", "en", "space", "plain")
	return cmd
}

func formNames() string {
	var names []string
	for _, f := range intake.Forms() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// importFile reads a file, checks it and records it, unless it is a dry run.
func (a *app) importFile(cmd *cobra.Command, path string, how importing) error {
	sheet, err := how.read(path)
	if err != nil {
		return err
	}
	if p := sheet.Problems(); len(p) > 0 {
		return &badRows{path, p}
	}
	w, err := a.write(cmd.Context(), false, a.now)
	if err != nil {
		return err
	}
	defer a.closed(w)
	if how.dry {
		results, err := w.take(cmd.Context(), true, sheet.Drafts())
		if err != nil {
			return refusedRows(path, sheet, results, err)
		}
		return a.print(importedReply(recorder.ImportResult{Results: results}, true))
	}
	tell, end := a.progress("Ghi", ledger.Position(len(sheet.Drafts())))
	res, err := w.takeMany(cmd.Context(), sheet.Drafts(), func(done, of int) { tell(ledger.Position(done), ledger.Position(of)) })
	end()
	if err != nil {
		return refusedRows(path, sheet, res.Results, err)
	}
	return a.print(importedReply(res, false))
}

// read reads a file as its name says.
func (how importing) read(path string) (*intake.Sheet, error) {
	b, err := readLimited(path)
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".ndjson", ".jsonl":
		return intake.NDJSON(filepath.Base(path), b)
	case ".csv":
		return how.readCSV(path, b)
	}
	return nil, errUsage.With("the file's name must end in .ndjson or .csv")
}

// readLimited reads a file, but little more of it than may be imported.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, intake.MaxFileBytes+1))
}

func (how importing) readCSV(path string, b []byte) (*intake.Sheet, error) {
	if how.form == "" {
		return nil, errUsage.With("a CSV file needs --form, one of " + formNames())
	}
	form, err := intake.FindForm(how.form)
	if err != nil {
		return nil, within("--form", err)
	}
	var opts intake.Options
	if opts.Numbers, err = intake.ParseNumberFormat(how.numbers); err != nil {
		return nil, within("--numbers", err)
	}
	if opts.Unit, err = intake.ParseUnit(how.unit); err != nil {
		return nil, within("--unit", err)
	}
	switch sep := []rune(strings.ReplaceAll(how.separator, "tab", "\t")); len(sep) {
	case 0:
	case 1:
		opts.Separator = sep[0]
	default:
		return nil, intake.ErrSeparatorChoice.With(how.separator).At("--separator")
	}
	return intake.CSV(filepath.Base(path), b, form, opts)
}

// badRows is the error of a file with problems.
type badRows struct {
	file     string
	problems []intake.Problem
}

// Error is the English sentence.
func (e *badRows) Error() string { return e.Unwrap().Error() }

// Unwrap is the fault that stands for all of them.
func (e *badRows) Unwrap() error { return errRows.With(len(e.problems), filepath.Base(e.file)) }

// mostDetails bounds what is printed of a file full of mistakes.
const mostDetails = 1000

// Details are the problems, in the order of the file.
func (e *badRows) Details() []detail {
	var list []detail
	for _, p := range e.problems[:min(len(e.problems), mostDetails)] {
		where := ""
		if p.Line > 0 {
			where = fmt.Sprintf("line %d", p.Line)
		}
		if p.Column != "" {
			where += fmt.Sprintf(", column %q", p.Column)
		}
		list = append(list, detail{where, p.Vi(), p.Error(), faultOf(p.Err)})
	}
	return list
}

// refusedRows puts what the ledger refused in its place in the file; any other
// error stays as it is.
func refusedRows(path string, sheet *intake.Sheet, results []recorder.Result, err error) error {
	var list []intake.Problem
	for i, r := range results {
		if r.Err != nil {
			list = append(list, sheet.Locate(i, r.Err))
		}
	}
	if len(list) == 0 {
		return err
	}
	return ledger.NotWritten(&badRows{path, list})
}

func importedReply(res recorder.ImportResult, dry bool) reply {
	return reply{
		json: func() any { return wire.FromResults(res.Results, dry) },
		text: func(p *page) {
			repeated := 0
			for _, r := range res.Results {
				if r.Repeated {
					repeated++
				}
			}
			fresh := len(res.Results) - repeated
			if dry {
				p.line("Thử: %s lệnh ghi được, %s lệnh đã ghi từ trước. Chưa ghi gì.", vi.Integer(fresh), vi.Integer(repeated))
				return
			}
			p.line("Đã ghi %s lệnh; %s lệnh đã ghi từ trước.", vi.Integer(fresh), vi.Integer(repeated))
			if res.Recorded > 0 {
				p.line("Bản ghi @%d đến @%d.", res.First, res.Last)
			}
		},
	}
}

// restoreExport writes an export into an empty ledger, byte for byte.
func (a *app) restoreExport(cmd *cobra.Command, path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	store, err := embedded.Open(cmd.Context(), a.data, embedded.Options{Create: true})
	if err != nil {
		return err
	}
	defer store.Close()
	size, err := recorder.Restore(cmd.Context(), store, linesOf(path), nil)
	if err != nil {
		return err
	}
	var tree merkle.Tree
	for e, err := range store.Entries(cmd.Context(), 0) {
		if err != nil {
			return err
		}
		tree.Append(e.Bytes)
	}
	return a.print(headReply("Đã nhập nguyên trạng", embedded.Head{Size: size, Root: tree.Root()}))
}

// linesOf gives the lines of a file, without their ends; it opens the file
// anew each time that it is ranged over.
func linesOf(path string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, ledger.MaxAppendBytes)
		for lines.Scan() {
			if !yield(lines.Bytes(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(nil, err)
		}
	}
}
