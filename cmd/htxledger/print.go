package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"htxledger/api/sheets"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/durable"
	"htxledger/domain/fault"
	"htxledger/projections/answers"
)

// A reply is an answer with its text for people. Only the asked output is
// made.
type reply struct {
	shown.Answer
	point *answers.Point // the point printed below the text; nil: the text names its point, or has none
	text  func(*page)
}

// withLine is the reply with one more line behind its text.
func (r reply) withLine(format string, args ...any) reply {
	text := r.text
	r.text = func(p *page) {
		text(p)
		p.line(format, args...)
	}
	return r
}

// replyTo gives the reply for an answer of a service, or its error.
func replyTo[S any](how func(S) reply) func(S, error) (reply, error) {
	return func(x S, err error) (reply, error) {
		if err != nil {
			return reply{}, err
		}
		return how(x), nil
	}
}

// outputsOf are the outputs of most commands.
var outputsOf = []string{"table", "json", "csv", "excel-csv", "xlsx"}

// runQuestion is the run of a command that asks: it opens the ledger to be asked, and
// prints the reply in one of the outputs.
func (a *app) runQuestion(outputs []string, ask func(ctx context.Context, r *reading, args []string) (reply, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := a.allowOutputs(outputs...); err != nil {
			return err
		}
		r, err := a.openReading(cmd.Context())
		if err != nil {
			return err
		}
		defer r.close()
		out, err := ask(cmd.Context(), r, args)
		if err != nil {
			return err
		}
		return a.print(out)
	}
}

// askingAt is asking at the point of the flags.
func (a *app) askingAt(ask func(ctx context.Context, r *reading, at *answers.Point, args []string) (reply, error)) func(*cobra.Command, []string) error {
	return a.runQuestion(outputsOf, func(ctx context.Context, r *reading, args []string) (reply, error) {
		at, err := r.head.Resolve(a.query)
		if err != nil {
			return reply{}, err
		}
		return ask(ctx, r, at, args)
	})
}

// runQuestionAt is askingAt for a command whose arguments are indicators.
func (a *app) runQuestionAt(ask func(ctx context.Context, r *reading, at *answers.Point) (reply, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.query.Codes = args
		return a.askingAt(func(ctx context.Context, r *reading, at *answers.Point, _ []string) (reply, error) {
			return ask(ctx, r, at)
		})(cmd, args)
	}
}

// print prints a reply in the output asked.
func (a *app) print(r reply) error {
	switch a.output {
	case "json":
		return r.WriteJSON(a.out)
	case "csv":
		// CSV for programs has no line for a warning: it goes to stderr.
		if r.point != nil && r.point.Synthetic {
			a.say("%s", vi.Synthetic)
		}
		return r.Table().Write(a.out)
	case "excel-csv":
		return r.Table().WriteExcel(a.out)
	case "xlsx":
		return a.printWorkbook(r.Table())
	}
	p := &page{width: a.lineWidth()}
	r.text(p)
	if r.point != nil {
		p.addPoint(r.point)
	}
	_, err := io.WriteString(a.out, p.b.String())
	return err
}

// printDone prints the result of a finished command. The command stands as done,
// whatever happens to the printing: a result that cannot be printed goes to stderr, and
// the command has not failed.
func (a *app) printDone(r reply) error {
	err := a.print(r)
	if err == nil {
		return nil
	}
	a.say("Đã làm xong, nhưng không in được kết quả ra đầu ra chuẩn; kết quả như sau. / done, but the result could not be printed (%v); it is:", err)
	// On stderr as the same output: a program may still read the result there.
	again := *a
	again.out = a.err
	_ = again.print(r) // there is nowhere else
	return nil
}

// tellUnsynced warns that a written file is there, but may not outlive a power
// cut in the next moments; every other error is given back.
func (a *app) tellUnsynced(err error) error {
	if !errors.Is(err, durable.ErrUnsynced) {
		return err
	}
	f := faultOf(err)
	a.say("Lưu ý: %s. / %s", f.Vi(), f.En())
	return nil
}

// errBinary is raised where a workbook would be written over somebody's screen.
var errBinary = fault.Declare("output-binary", fault.Malformed,
	"a workbook is not text for a terminal: write it to a file (> bang.xlsx)",
	"bảng Excel không in ra màn hình được: hãy ghi vào tệp, ví dụ thêm  > bang.xlsx")

func (a *app) printWorkbook(t *shown.Table) error {
	if f, ok := a.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return errBinary
	}
	return sheets.WriteTable(a.out, t)
}

// plainNumber is a number for programs.
func plainNumber[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// A page is text for people, built up line by line.
type page struct {
	b     strings.Builder
	width int
}

// line adds a line, broken where it is too wide.
func (p *page) line(format string, args ...any) { p.addIndented("", fmt.Sprintf(format, args...)) }

// addIndented adds text whose every line begins with an indent.
func (p *page) addIndented(indent, text string) {
	// On a very narrow terminal text runs over rather than breaking into letters.
	for _, l := range breakText(text, max(narrowest, p.width-len(indent))) {
		p.b.WriteString(strings.TrimRight(indent+l, " ") + "\n")
	}
}

// gap adds an empty line.
func (p *page) gap() { p.b.WriteByte('\n') }

// table adds a table.
func (p *page) table(t *table) { _ = t.write(&p.b, p.width) } // a Builder takes everything

// addPoint adds the lines about the point of an answer.
func (p *page) addPoint(at *answers.Point) {
	p.gap()
	p.line("%s.", vi.AsOf(at))
	p.line("Địa bàn: %s. Kỳ: %s. Xếp loại theo %s.", vi.Area(at), vi.Period(at.Period), at.Scheme)
	if at.Future {
		p.line("Ngày được hỏi ở sau hôm nay: câu trả lời còn có thể thay đổi.")
	}
	if at.Synthetic {
		p.line("%s", vi.Synthetic)
	}
}
