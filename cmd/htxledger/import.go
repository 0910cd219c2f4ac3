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

	"htxledger/api/sheets"
	"htxledger/domain/fault"
	"htxledger/domain/intake"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/merkle"
	"htxledger/domain/recorder"
)

var errRows = fault.Declare("import-rejected", fault.Rejected,
	"%d problems in %s", "có %d lỗi trong tệp %s")

// An importing is what the flags of import say.
type importing struct {
	form, numbers, unit, separator string
	sheets, columns                []string
	hidden, validRows, others      bool
	reason, note                   string
	marked, report                 string
	dry, asRecorded                bool
}

func (a *app) importCommand() *cobra.Command {
	var how importing
	cmd := &cobra.Command{
		Use:   "import FILE.(xlsx|csv|ndjson)",
		Short: "Nhập tệp, hoặc cả hoặc không / import a file, all or nothing",
		Long: `Nhập tệp Excel (.xlsx), CSV theo biểu mẫu --form, hoặc ndjson (mỗi dòng một lệnh). Cả tệp được kiểm tra
trước khi ghi; sai một chỗ là không ghi gì, và mọi lỗi được báo kèm sheet, dòng, cột. Nhập lại cùng tệp không
ghi thêm gì. --dry-run cho biết các chỉ tiêu sẽ đổi thế nào. --marked trả lại tệp Excel có tô màu ô sai.

Imports a workbook, CSV under a declared form, or ndjson, one command a line. The whole file is checked first;
if anything is wrong nothing is recorded, and every problem is told with its sheet, line and column. The same
file again adds nothing. --dry-run tells the effect on the targets. --marked hands the workbook back with its
faulty cells coloured. --as-recorded takes an export into an empty ledger and keeps its bytes.`,
		Example: "  htxledger import bao-cao.xlsx --dry-run --marked loi.xlsx\n  htxledger import htx.csv --form coop-establishments",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.outputs("table", "json"); err != nil {
				return err
			}
			if err := refuseFlags(cmd, how.typeOf(args[0]), how.unused(args[0])...); err != nil {
				return err
			}
			if how.asRecorded {
				return input(a.restoreExport(cmd, args[0]))
			}
			return input(a.importFile(cmd, args[0], how))
		},
	}
	f := cmd.Flags()
	f.StringVar(&how.form, "form", "", "biểu mẫu của tệp / form of a file that does not name its own: "+formNames())
	f.StringVar(&how.numbers, "numbers", "", "cách viết số / how numbers are written: vi (1.550,5), en (1,550.5), space, plain")
	f.StringVar(&how.unit, "unit", "", "đơn vị của cột tiền không ghi đơn vị / đồng, nghìn, triệu, tỷ")
	f.StringVar(&how.separator, "separator", "", `dấu ngăn cách cột / "," ";" or "tab" (default: as the headings have it)`)
	f.StringSliceVar(&how.sheets, "sheet", nil, "chỉ đọc các sheet này / only these sheets of a workbook")
	f.StringArrayVar(&how.columns, "column", nil, `"TIÊU ĐỀ=cột", hoặc "TIÊU ĐỀ=-" để bỏ qua / what a heading means, or - to leave it out`)
	f.BoolVar(&how.hidden, "hidden", false, "đọc cả dòng, cột, sheet bị ẩn / hidden rows, columns and sheets too")
	f.BoolVar(&how.validRows, "valid-rows", false, "ghi các dòng hợp lệ, để lại dòng sai / record the rows that are right, leave the others")
	f.BoolVar(&how.others, "others", false, "các HTX trùng tên là HTX khác / co-operatives of the same name are other ones")
	f.StringVar(&how.reason, "reason", "", "lý do của các dòng đính chính / why rows change what is recorded: "+strings.Join(ledger.Reasons, ", "))
	f.StringVar(&how.note, "note", "", "diễn giải lý do / the reason in words")
	f.StringVar(&how.marked, "marked", "", "ghi lại tệp Excel có đánh dấu lỗi / write the workbook with its mistakes marked")
	f.StringVar(&how.report, "report", "", "ghi kết quả kiểm tra dạng JSON / write what was found as JSON")
	f.BoolVar(&how.dry, "dry-run", false, "chỉ kiểm tra, không ghi / check and record nothing")
	f.BoolVar(&how.asRecorded, "as-recorded", false, "tệp là bản xuất; giữ nguyên từng byte / the file is an export; keep its bytes")
	complete(cmd, "form", strings.Split(formNames(), ", ")...)
	complete(cmd, "numbers", "vi", "en", "space", "plain")
	complete(cmd, "reason", ledger.Reasons...)
	return cmd
}

// typeOf is what is said of the type of a file.
func (how importing) typeOf(path string) string {
	if how.asRecorded {
		return "--as-recorded"
	}
	return filepath.Ext(path)
}

// unused are the flags that do nothing with a file of a name's type.
func (how importing) unused(path string) []string {
	ofText := []string{"form", "numbers", "unit", "column"}
	ofBook := []string{"sheet", "hidden", "marked"}
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case how.asRecorded:
		return append(append(ofText, ofBook...), "separator", "valid-rows", "others", "reason", "note", "report", "dry-run")
	case ext == ".ndjson" || ext == ".jsonl":
		return append(append(ofText, ofBook...), "separator")
	case ext == ".csv":
		return ofBook
	}
	return []string{"separator"}
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
	if how.reason != "" {
		if err := ledger.OneOf("--reason", how.reason, ledger.Reasons...); err != nil {
			return err
		}
	}
	h := &handing{app: a, how: how, path: path, left: map[int]bool{}}
	if err := h.read(); err != nil {
		return err
	}
	if err := h.readable(cmd.Context()); err != nil {
		return err
	}
	w, err := a.write(cmd.Context(), false, a.now)
	if err != nil {
		return err
	}
	defer a.closed(w)
	if err := h.decide(cmd.Context(), w); err != nil {
		return err
	}
	if how.dry {
		return h.told(a.print(h.reply(recorder.ImportResult{Outcome: recorder.ImportNotRecorded})))
	}
	tell, end := a.progress("Ghi", ledger.Position(len(h.drafts)))
	res, err := w.takeMany(cmd.Context(), h.drafts, func(done, of int) { tell(ledger.Position(done), ledger.Position(of)) })
	end()
	if err != nil {
		return h.refused(res.Results, err)
	}
	h.results = res.Results
	return h.told(a.print(h.reply(res)))
}

// read reads a file as its name says.
func (h *handing) read() error {
	b, err := readLimited(h.path)
	if err != nil {
		return err
	}
	h.bytes = b
	name := filepath.Base(h.path)
	switch strings.ToLower(filepath.Ext(h.path)) {
	case ".ndjson", ".jsonl":
		h.sheet, err = intake.NDJSON(name, b)
	case ".csv":
		h.sheet, err = h.how.readCSV(h.path, b)
	case ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods":
		h.workbook = true
		h.sheet, err = h.readWorkbook(name)
	default:
		err = errUsage.With("the file's name must end in .xlsx, .csv or .ndjson")
	}
	return err
}

// readWorkbook reads a spreadsheet; what its name says is no matter.
func (h *handing) readWorkbook(name string) (*intake.Sheet, error) {
	end := func() {}
	var tell func(done, of ledger.Position)
	w, err := sheets.Read(h.bytes, func(done, of int) {
		if tell == nil {
			tell, end = h.progress("Đọc tệp", ledger.Position(of))
		}
		tell(ledger.Position(done), ledger.Position(of))
	})
	end()
	if err != nil {
		return nil, err
	}
	var form *intake.Form
	if h.how.form != "" {
		if form, err = intake.FindForm(h.how.form); err != nil {
			return nil, within("--form", err)
		}
	}
	opts, err := h.how.options()
	if err != nil {
		return nil, err
	}
	return intake.Grids(name, h.bytes, w, form, opts)
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
	opts, err := how.options()
	if err != nil {
		return nil, err
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

// options are what the flags say of a file that it does not say itself.
func (how importing) options() (intake.Options, error) {
	opts := intake.Options{Sheets: how.sheets, Hidden: how.hidden, Columns: map[string]string{}}
	var err error
	if opts.Numbers, err = intake.ParseNumberFormat(how.numbers); err != nil {
		return opts, within("--numbers", err)
	}
	if opts.Unit, err = intake.ParseUnit(how.unit); err != nil {
		return opts, within("--unit", err)
	}
	for _, c := range how.columns {
		heading, name, ok := strings.Cut(c, "=")
		if !ok {
			return opts, errUsage.With(`--column wants "HEADING=column" or "HEADING=-"`)
		}
		opts.Columns[intake.FoldHeading(heading)] = name
	}
	return opts, nil
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

// Details are the problems, in the order of the file.
func (e *badRows) Details() []detail {
	var list []detail
	for _, p := range e.problems {
		where := ""
		if p.Sheet != "" {
			where = fmt.Sprintf("sheet %q, ", p.Sheet)
		}
		if p.Line > 0 {
			where += fmt.Sprintf("line %d", p.Line)
		}
		if p.Column != "" {
			where += fmt.Sprintf(", column %q", p.Column)
		}
		list = append(list, detail{where, p.Vi(), p.Error(), faultOf(p.Err)})
	}
	return list
}

// restoreExport writes an export into an empty ledger, byte for byte.
func (a *app) restoreExport(cmd *cobra.Command, path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if _, err := recorder.VerifyExport(linesOf(path)); err != nil {
		return err // before there is a store: a refusal leaves none behind
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
