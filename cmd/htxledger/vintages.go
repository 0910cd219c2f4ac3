package main

import (
	"context"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/projections/answers"
)

// vintagesCommand is the command "vintages": one day's figure at each size at which it changed.
func (a *app) vintagesCommand() *cobra.Command {
	var triangle bool
	var by string
	cmd := &cobra.Command{
		Use:   "vintages CODE",
		Short: "Chỉ tiêu của một ngày qua từng lần ghi nhận / one day's figure at each size at which it changed",
		Long: `Chỉ tiêu của ngày --as-of đã thay đổi những lần nào khi sổ dài ra, và bản ghi nào làm nó đổi.

Lists the figure of one valid day at each size of the ledger at which it changed, up to
--known-at, with the record that changed it (--by month or statement: at the end of each month,
or as each statement stood for it); below, how far it was revised. --triangle lays out the month ends of the year instead: rows are days, columns are what was known.`,
		Example: "  htxledger vintages support.consolidated --as-of 30/11/2023\n" +
			"  htxledger vintages coops.established --as-of 31/12/2023 --known-at 29/02/2024 --triangle",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCodes(1),
		RunE: a.runQuestionAt(func(ctx context.Context, r *reading, at *answers.Point) (reply, error) {
			if triangle {
				return replyTo(triangleReply)(r.answers.Triangle(ctx, at, at.Definitions[0]))
			}
			return replyTo(vintagesReply)(r.answers.VintagesBy(ctx, at, at.Definitions[0], by))
		}),
	}
	cmd.Flags().StringVar(&by, "by", answers.ByChange, "lấy theo / taken by: change, month, statement")
	completeFlag(cmd, "by", answers.ByChange, answers.ByMonth, answers.ByStatement)
	cmd.Flags().BoolVar(&triangle, "triangle", false, "bảng đính chính theo tháng / the revision triangle by month")
	return cmd
}

// vintagesReply is a figure at each size at which it changed, with the record.
func vintagesReply(v *answers.Vintages) reply {
	return reply{
		point:  v.Point,
		Answer: shown.ShowVintages(v),
		text: func(p *page) {
			columns := []column{right("Cỡ sổ"), left("Ghi lúc"), right("Giá trị")}
			covered := len(v.Vintages) > 0 && v.Definition.Covered
			if covered { // a count may change in its coverage alone
				columns = append(columns, right("Báo cáo"))
			}
			t := newTable(append(columns, left("Bản ghi làm thay đổi"), wrap("Luồng"), wrap("Nguồn"))...)
			for _, x := range v.Vintages {
				r := x.Record
				row := []string{"@" + plainNumber(x.Size), vi.Instant(r.Recorded), vi.Figure(x.Figure)}
				if covered {
					row = append(row, coverageText(x.Figure))
				}
				t.add(append(row, string(r.Kind), r.Stream.String(), vi.Source(r.Source))...)
			}
			p.table(t)
			p.gap()
			p.line("%s", vi.Revision(v.Definition, v.Revision()))
		},
	}
}
