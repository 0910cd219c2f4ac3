package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// explainCommand is the command "explain": what a figure came from, down to the documents.
func (a *app) explainCommand() *cobra.Command {
	var whyNot string
	cmd := &cobra.Command{
		Use:   "explain CODE",
		Short: "Con số gồm những gì, vì sao / what a figure came from, down to the documents",
		Long: `Liệt kê từng HTX (hoặc lớp, sản phẩm, hội chợ) được tính vào chỉ tiêu, văn bản làm căn cứ,
và từng HTX không được tính kèm lý do.

Lists what counts towards a figure with the records and documents that say so, and what
does not with the reason. --why-not asks after one co-operative.`,
		Example: "  htxledger explain support.consolidated --as-of 30/11/2023\n" +
			"  htxledger explain support.consolidated --as-of 30/11/2023 --why-not htx-cong-bang-dak-ka",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCodes(1),
		RunE: a.runQuestionAt(func(ctx context.Context, r *reading, at *answers.Point) (reply, error) {
			return replyTo(explainReply)(r.answers.Explain(ctx, at, at.Definitions[0], whyNot))
		}),
	}
	cmd.Flags().StringVar(&whyNot, "why-not", "", "khóa HTX cần hỏi vì sao được hay không được tính / key of one co-operative")
	return cmd
}

// explainReply is a figure with its entries, or the answer about one co-operative.
func explainReply(e *answers.Explanation) reply {
	return reply{
		point:  e.Point,
		Answer: shown.ShowExplanation(e),
		text: func(p *page) {
			d := e.Figure.Definition
			p.line("%s (%s, phiên bản %d)", d.Name, d.Code, d.Version)
			p.line("Giá trị: %s%s", vi.Figure(e.Figure), fractionText(e.Figure))
			p.gap()
			if e.WhyNot != nil {
				p.whyNot(e)
				return
			}
			p.contributions(e)
		},
	}
}

// fractionText is how a ratio was divided.
func fractionText(f *indicator.Figure) string {
	if !f.Definition.Ratio {
		return ""
	}
	return " = " + vi.Integer(f.Num) + " / " + vi.Integer(f.Den)
}

// contributions adds the entries of a figure on both sides, with their papers.
func (p *page) contributions(e *answers.Explanation) {
	for _, part := range e.Figure.Parts {
		p.line("%s: %s", vi.Part(part.Name), vi.Integer(part.Num))
	}
	if len(e.Figure.In) > 0 {
		p.line("Được tính (%s):", vi.Integer(len(e.Figure.In)))
		p.table(entriesTable(e, e.Figure.In, false))
	}
	if len(e.Figure.Out) > 0 {
		p.gap()
		p.line("Không được tính (%s):", vi.Integer(len(e.Figure.Out)))
		p.table(entriesTable(e, e.Figure.Out, true))
	}
}

// whyNot adds the answer about the co-operative asked after.
func (p *page) whyNot(e *answers.Explanation) {
	name := shown.SubjectName(e.WhyNot.Coop, e.Point.Valid)
	switch {
	case e.WhyNot.Counted:
		p.line("%s được tính.", name)
	case len(e.WhyNot.Entries) == 0:
		// Not a reason among others: figures of fairs or classes have no co-operatives at all.
		p.line("%s không liên quan đến chỉ tiêu này.", name)
		return
	default:
		p.line("%s không được tính.", name)
	}
	p.table(entriesTable(e, e.WhyNot.Entries, true))
}

// entriesTable is entries as a table; reasons adds why an entry adds nothing.
func entriesTable(e *answers.Explanation, list []indicator.Contribution, reasons bool) *table {
	columns := []column{left("Khóa"), wrap("Tên"), right("Số")}
	if reasons {
		columns = append(columns, wrap("Lý do"))
	}
	t := newTable(append(columns, wrap("Căn cứ"))...)
	for _, c := range list {
		row := []string{c.Subject.Key, shown.SubjectName(c.Subject, e.Point.Valid), entryAmount(e.Figure.Definition, c.Entry)}
		if reasons {
			row = append(row, c.Why.Vi())
		}
		t.add(append(row, paperLines(c.By))...)
	}
	return t
}

// entryAmount is the amount that one subject adds to a figure.
func entryAmount(d *indicator.Definition, e indicator.Entry) string {
	if d.Ratio {
		return vi.Integer(e.Num) + "/" + vi.Integer(e.Den)
	}
	return vi.Integer(e.Num)
}

// paperLines lists facts by the records that say them and their documents, one a
// line.
func paperLines(facts []*ledger.Fact) string {
	var lines []string
	for _, f := range facts {
		line := "@" + plainNumber(f.By.Position) + " " + string(f.Root.Kind) + " " + f.Valid.Vi()
		if s := vi.Source(f.By.Source); s != "" {
			line += ": " + s
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
