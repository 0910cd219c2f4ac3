package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
)

// Mistakes of a command line, and troubles of the machine.
var (
	errUsage = fault.Declare("usage", fault.Malformed,
		"%s", "dùng lệnh chưa đúng: %s")
	errNoFile = fault.Declare("file-not-found", fault.NotFound,
		"there is no file %s", "không có tệp %s")
	errMachine = fault.Declare("machine", fault.Unavailable,
		"the system refused: %v", "hệ thống báo lỗi: %v")
	errInterrupted = fault.Declare("interrupted", fault.Unavailable,
		"interrupted", "đã bị ngắt giữa chừng")
)

// The exit codes (DESIGN §7).
const (
	exitOK       = 0
	exitUsage    = 1 // wrong use: a flag, or a question that cannot be asked
	exitRejected = 2 // the input was rejected; nothing was recorded
	exitVerify   = 3 // a verification failed
	exitCorrupt  = 4 // the store is damaged
	exitNewer    = 5 // a newer version wrote it
	exitMachine  = 6 // storage or a remote failed; the outcome is printed
	exitLocked   = 7 // another process holds the store
	exitDenied   = 8 // not permitted
)

// exitCodes is the exit code of each kind of fault. A wrong question is
// wrong use; the same kinds are a rejection in commands to
// be recorded, which an input error marks.
var exitCodes = map[fault.Kind]int{
	fault.Malformed:   exitUsage,
	fault.Rejected:    exitUsage,
	fault.Conflict:    exitUsage,
	fault.NotFound:    exitUsage,
	fault.TooLarge:    exitUsage,
	fault.Unverified:  exitVerify,
	fault.Corrupt:     exitCorrupt,
	fault.NewerFormat: exitNewer,
	fault.Unavailable: exitMachine,
	fault.Locked:      exitLocked,
	fault.Forbidden:   exitDenied,
}

// An inputError is an error in the commands to be recorded.
type inputError struct{ error }

// Unwrap is the error itself.
func (e inputError) Unwrap() error { return e.error }

// asInputFault marks an error as an error in the commands to be recorded; nil stays nil.
func asInputFault(err error) error {
	if err == nil {
		return nil
	}
	return inputError{err}
}

// exitCode is the exit code of an error.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	code := exitCodes[faultOf(err).Kind]
	var in inputError
	// The same fault is a wrong question of a person, but a rejection of a command.
	if code == exitUsage && errors.As(err, &in) {
		return exitRejected
	}
	return code
}

// faultOf is the fault in an error; an error without a fault comes from the system.
func faultOf(err error) *fault.Fault {
	if f, ok := fault.Of(err); ok {
		return f
	}
	var file *fs.PathError
	switch {
	case errors.Is(err, context.Canceled):
		// An interrupt is no trouble of the machine.
		return errInterrupted.Because(err)
	case errors.As(err, &file) && errors.Is(err, fs.ErrNotExist):
		return errNoFile.With(file.Path)
	}
	return errMachine.With(err)
}

// A detailed error has the mistakes of many lines.
type detailed interface {
	Details() []detail
}

// A summed error has the same mistakes for people, equal mistakes as one line.
type summed interface {
	Grouped() []detail
}

// A detail is the mistake of a line, or of count lines: the place, the sentence in both
// languages, and the fault.
type detail struct {
	where, vi, en string
	fault         *fault.Fault
	count         int // 0 is 1
}

// reportExit reports an error on stderr and gives its exit code. A command that never ran is
// wrong use.
func (a *app) reportExit(err error) int {
	var ran ranError
	// What cobra refuses carries no fault: the command line itself is wrong.
	if _, known := fault.Of(err); err != nil && !known && !errors.As(err, &ran) {
		err = cobraFault(err)
	}
	switch {
	case err == nil:
	case errors.Is(err, syscall.EPIPE): // a reader that has had enough, such as head
	case a.output == "json":
		a.reportJSON(err)
	default:
		a.printFault(err)
	}
	return exitCode(err)
}

// mostDetails bounds how many lines with mistakes are printed for people.
const mostDetails = 20

// printFault prints an error for people: in Vietnamese, then in English with its
// code, then the outcome for the ledger. Of many lines it is Vietnamese alone.
func (a *app) printFault(err error) {
	var d detailed
	var g summed
	switch {
	case errors.As(err, &g):
		a.reportLines(g.Grouped())
	case errors.As(err, &d):
		a.reportLines(d.Details())
	}
	a.reportOne(err)
	if vi, en := outcomeWords(err); vi != "" {
		fmt.Fprintf(a.err, "%s\n  %s\n", vi, en)
	}
}

// reportLines prints the first mistakes of many lines, and how many are left out.
func (a *app) reportLines(list []detail) {
	for _, x := range list[:min(len(list), mostDetails)] {
		fmt.Fprintf(a.err, "Lỗi: %s [%s]\n", x.vi, x.fault.Code)
	}
	more := 0
	for _, x := range list[min(len(list), mostDetails):] {
		more += max(x.count, 1)
	}
	if more > 0 {
		fmt.Fprintf(a.err, "… và %d lỗi nữa; -o json in đủ. / and %d more; -o json has all\n", more, more)
	}
	hinted := ""
	for _, x := range list {
		if hint := hints[x.fault.Code]; hint != "" && hint != hinted {
			fmt.Fprintf(a.err, "  %s\n", hint)
			hinted = hint
		}
	}
}

// reportJSON prints an error as the problem that the HTTP door would send.
func (a *app) reportJSON(err error) {
	p := shown.FromError(faultOf(err).Because(err))
	var in inputError
	if !errors.As(err, &in) {
		p = p.ForQuestion()
	}
	var d detailed
	if errors.As(err, &d) {
		p.Errors = nil
		for _, x := range d.Details() {
			p.Errors = append(p.Errors, shown.ProblemError{Pointer: x.where, Code: x.fault.Code, Message: x.en, MessageVi: x.vi})
		}
	}
	_ = shown.Encode(a.err, p) // there is nowhere else to say that stderr is closed
}

func (a *app) reportOne(err error) {
	f := faultOf(err)
	at := ""
	if f.Field != "" {
		at = f.Field + ": "
	}
	fmt.Fprintf(a.err, "Lỗi: %s%s\n  error [%s]: %s%s\n", at, f.Vi(), f.Code, at, f.En())
	if hint := hints[f.Code]; hint != "" {
		fmt.Fprintf(a.err, "  %s\n", hint)
	}
}

// hints are the next steps that the sentence of a fault does not give.
var hints = map[string]string{
	ledger.ErrEmpty.Code: "Gợi ý: mở sổ bằng `htxledger init`, hoặc xem thử bằng `htxledger demo`.",
	ledger.ErrReadOnlyField.Code: "Gợi ý: nếu đây là tệp của `htxledger export`, hãy nhập vào một sổ trống: `htxledger import FILE --as-recorded`.\n" +
		"  an export goes into an empty ledger with --as-recorded",
	indicator.ErrNoPlace.Code: "Gợi ý: khai báo địa bàn trước, ví dụ `htxledger import dia-ban.csv --form places`; xem docs/huong-dan.md, mục “Lập sổ của tỉnh mình”.\n" +
		"  declare the places first: htxledger import FILE --form places",
	audit.ErrLedgerBehind.Code: lostHint,
	audit.ErrFork.Code:         lostHint,
	embedded.ErrHeadContradicts.Code: "Bản ghi đã mất hoặc bị đổi. Giữ nguyên thư mục này và dựng lại từ bản sao lưu sang thư mục khác: `htxledger restore FILE --data DIR`.\n" +
		"  Chỉ khi quyết định bỏ hẳn những gì tệp head xác nhận: `htxledger doctor --accept-head --discard-head`.\n" +
		"  restore a backup elsewhere; --discard-head only to give the records up",
}

// outcomeWords are the outcomes of a failed write in words.
func outcomeWords(err error) (vi, en string) {
	var in inputError
	var w *ledger.WriteError
	switch {
	case errors.As(err, &w) && w.Outcome == ledger.Unknown:
		return "Không rõ đã ghi hay chưa: chạy lại đúng lệnh này, với cùng khóa, để biết chắc.",
			"outcome: unknown; run the same command again, with the same keys, to settle it"
	case errors.As(err, &w) && w.Outcome == ledger.Recorded:
		return "Đã ghi vào sổ.", "outcome: recorded"
	case errors.As(err, &in):
		return "Chưa ghi gì vào sổ.", "outcome: not_recorded"
	}
	return "", ""
}
