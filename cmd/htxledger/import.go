package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/imports"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/merkle"
	"htxledger/domain/recorder"
)

// importFlags are the flags of import.
type importFlags struct {
	imports.How
	marked, rest, report string
	dry, asRecorded      bool
	piped                []byte // the file, where it came by standard input
}

func (a *app) importCommand() *cobra.Command {
	var how importFlags
	cmd := &cobra.Command{
		Use:   "import FILE.(xlsx|csv|ndjson)|-",
		Short: "Nhập tệp, hoặc cả hoặc không / import a file, all or nothing",
		Long: `Nhập tệp Excel (.xlsx), CSV theo biểu mẫu --form, hoặc ndjson (mỗi dòng một lệnh). Cả tệp được kiểm tra
trước khi ghi; sai một chỗ là không ghi gì, và mọi lỗi được báo kèm sheet, dòng, cột. Nhập lại cùng tệp không
ghi thêm gì. - là đọc từ đầu vào chuẩn. --dry-run cho biết các chỉ tiêu sẽ đổi thế nào. --marked trả lại tệp Excel có tô màu ô sai.

Imports a workbook, CSV under a declared form, or ndjson, one command a line. The whole file is checked first;
if anything is wrong nothing is recorded, and every problem is told with its sheet, line and column. The same
file again adds nothing. - reads standard input. --dry-run tells the effect on the targets. --marked hands the workbook back with its
faulty cells coloured. --as-recorded takes an export into an empty ledger and keeps its bytes.`,
		Example: "  htxledger import bao-cao.xlsx --dry-run --marked loi.xlsx\n  htxledger import htx.csv --form coop-establishments",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			path := args[0]
			if path == "-" && !how.asRecorded {
				var err error
				if how.piped, err = io.ReadAll(io.LimitReader(a.in, imports.MaxFileBytes+1)); err != nil {
					return err
				}
				path = "stdin" + imports.ExtensionOf(how.piped)
			}
			if err := refuseFlags(cmd, how.typeOf(path), how.unused(path)...); err != nil {
				return err
			}
			if !how.dry { // they say of what the effect is asked
				if err := refuseFlags(cmd, fault.Text{English: "an import without --dry-run", Vietnamese: "lệnh nhập không có --dry-run"}, wholePoint...); err != nil {
					return err
				}
			}
			if how.rest != "" && !how.ValidRows {
				return usageFault("--rest needs --valid-rows", "--rest cần --valid-rows")
			}
			if how.asRecorded {
				return asInputFault(a.restorePiped(cmd, path))
			}
			return asInputFault(a.importFile(cmd, path, how))
		},
	}
	f := cmd.Flags()
	f.StringVar(&how.Form, "form", "", "biểu mẫu của tệp / form of a file that does not name its own: "+strings.Join(imports.FormNames(), ", "))
	f.StringVar(&how.Numbers, "numbers", "", "cách viết số / how numbers are written: vi (1.550,5), en (1,550.5), space, plain")
	f.StringVar(&how.Unit, "unit", "", "đơn vị của cột tiền không ghi đơn vị / đồng, nghìn, triệu, tỷ")
	f.StringVar(&how.Separator, "separator", "", `dấu ngăn cách cột / "," ";" or "tab" (default: as the headings have it)`)
	f.StringSliceVar(&how.Sheets, "sheet", nil, "chỉ đọc các sheet này / only these sheets of a workbook")
	f.StringArrayVar(&how.Columns, "column", nil, `"TIÊU ĐỀ=cột", hoặc "TIÊU ĐỀ=-" để bỏ qua / what a heading means, or - to leave it out`)
	f.StringArrayVar(&how.Answers, "answer", nil, "trả lời điều tệp hỏi / an answer to what the file asks, QUESTION=ANSWER: "+strings.Join(answerNames(), ", "))
	f.BoolVar(&how.Hidden, "hidden", false, "đọc cả dòng, cột, sheet bị ẩn / hidden rows, columns and sheets too")
	f.BoolVar(&how.ValidRows, "valid-rows", false, "ghi các dòng hợp lệ, để lại dòng sai / record the rows that are right, leave the others")
	f.BoolVar(&how.Others, "others", false, "các HTX trùng tên là HTX khác / co-operatives of the same name are other ones")
	f.StringVar(&how.Reason, "reason", "", "lý do của các dòng đính chính / why rows change what is recorded: "+strings.Join(ledger.Reasons, ", "))
	f.StringVar(&how.OtherDay, "other-day", "", "dòng nêu việc đã ghi nhưng khác ngày / what rows mean that repeat a fact on another day: "+strings.Join(imports.OtherDays, ", "))
	f.StringVar(&how.Note, "note", "", "diễn giải lý do / the reason in words")
	f.IntVar(&how.Rows, "rows", 0, "số dòng số liệu của tệp, để đối chiếu / how many rows with data there must be")
	f.StringVar(&how.rest, "rest", "", "ghi ra tệp các dòng còn lại của --valid-rows / write the rows that --valid-rows leaves")
	f.StringVar(&how.marked, "marked", "", "ghi lại tệp Excel có đánh dấu lỗi / write the workbook with its mistakes marked")
	f.StringVar(&how.report, "report", "", "ghi kết quả kiểm tra dạng JSON / write what was found as JSON")
	f.BoolVar(&how.dry, "dry-run", false, "chỉ kiểm tra, không ghi / check and record nothing")
	f.BoolVar(&how.asRecorded, "as-recorded", false, "tệp là bản xuất; giữ nguyên từng byte / the file is an export; keep its bytes")
	a.ifSizeFlag(cmd)
	completeFlag(cmd, "form", imports.FormNames()...)
	completeFlag(cmd, "answer", answerNames()...)
	completeFlag(cmd, "numbers", "vi", "en", "space", "plain")
	completeFlag(cmd, "reason", ledger.Reasons...)
	completeFlag(cmd, "other-day", imports.OtherDays...)
	return cmd
}

// typeOf is what is said of the type of a file.
func (how importFlags) typeOf(path string) string {
	if how.asRecorded {
		return "--as-recorded"
	}
	return filepath.Ext(path)
}

// unused are the flags that do nothing with a file of a name's type.
func (how importFlags) unused(path string) []string {
	ofText := []string{"form", "numbers", "unit", "column", "answer", "other-day"}
	ofBook := []string{"sheet", "hidden", "marked"}
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case how.asRecorded:
		return append(append(ofText, ofBook...), "separator", "valid-rows", "others", "reason", "note", "rows", "rest", "report", "dry-run")
	case ext == ".ndjson" || ext == ".jsonl":
		return append(append(ofText, ofBook...), "separator")
	case ext == ".csv":
		return ofBook
	}
	return []string{"separator"}
}

var errUnused = fault.Declare("flag-unused", fault.Malformed,
	"%s does nothing with %s", "%s không có tác dụng với %s")

// refuseFlags refuses flags that are set and do nothing with a file of some type.
func refuseFlags(cmd *cobra.Command, fileType any, names ...string) error {
	var set []string
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			set = append(set, "--"+name)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return errUnused.With(strings.Join(set, ", "), fileType)
}

// importFile checks a file and records it, unless it is a dry run.
func (a *app) importFile(cmd *cobra.Command, path string, flags importFlags) error {
	f, err := a.runImport(cmd.Context(), path, flags)
	if err != nil {
		return err
	}
	print := a.printDone
	if flags.dry {
		print = a.print
	}
	if err := print(f.reply()); err != nil {
		return err
	}
	if flags.dry {
		if err := f.handBack(cmd.Context(), f.Review); err != nil {
			return err
		}
	}
	return f.writeReport()
}

// flagged names the flag that a fault of what is said about a file is about.
func flagged(err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Field == "" || f.Field == "file" {
		return err
	}
	return f.At("--" + strings.ReplaceAll(f.Field, "_", "-"))
}

// readLimited reads a file, but little more of it than may be imported.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, imports.MaxFileBytes+1))
}

// badRows is the error of a file with problems.
type badRows struct{ *imports.Rejected }

// Unwrap is the refusal itself.
func (e *badRows) Unwrap() error { return e.Rejected }

// Details are the problems, in the order of the file.
func (e *badRows) Details() []detail {
	var list []detail
	for _, m := range e.Problems {
		where := ""
		if m.Sheet != "" {
			where = fmt.Sprintf("sheet %q, ", m.Sheet)
		}
		if m.Row > 0 {
			where += fmt.Sprintf("line %d", m.Row)
		}
		if m.Column != "" {
			where += fmt.Sprintf(", column %q", m.Column)
		}
		list = append(list, detail{where: where, vi: m.Vi(), en: m.Error(), fault: faultOf(m)})
	}
	return list
}

// Grouped are the problems for people: equal problems of a column are one line.
func (e *badRows) Grouped() []detail {
	var list []detail
	for _, g := range imports.Grouped(e.Problems) {
		list = append(list, detail{vi: g.Vi() + answerHint(g.Mark), fault: faultOf(g), count: g.Count})
	}
	return list
}

// restorePiped is restoreExport for a file that can be read only once, such as a
// pipe, or standard input for "-": an export is read twice, so it is kept aside.
func (a *app) restorePiped(cmd *cobra.Command, path string) error {
	in := a.in
	if path != "-" {
		info, err := os.Stat(path)
		if err != nil || info.Mode().IsRegular() {
			return a.restoreExport(cmd, path)
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	aside, err := os.CreateTemp("", "htxledger-*.ndjson")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	_, err = io.Copy(aside, in)
	if err := errors.Join(err, aside.Close()); err != nil {
		return err
	}
	return a.restoreExport(cmd, aside.Name())
}

// answerNames are the answers to all questions that files ask.
func answerNames() (list []string) {
	for _, q := range imports.Questions() {
		for _, a := range q.Answers {
			list = append(list, q.Name+"="+a.Name)
		}
	}
	return list
}

// answerHint says how a question of a file is answered here; "" for a mark that asks
// none.
func answerHint(m imports.Problem) string {
	q := imports.QuestionOf(m)
	if q == nil {
		return ""
	}
	var ways []string
	for _, a := range q.Answers {
		ways = append(ways, fmt.Sprintf("--answer %s=%s: %s", q.Name, a.Name, a.Text))
	}
	return " [" + strings.Join(ways, "; ") + "]"
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
	return a.printDone(headReply("Đã nhập nguyên trạng", embedded.Head{Size: size, Root: tree.Root()}))
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
