package main

import (
	"context"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// askCommand is the command "ask": ask for indicators as of a day.
func (a *app) askCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ask [CODE…]",
		Short: "Hỏi chỉ tiêu tại một ngày / ask for indicators as of a day",
		Long: `Trả lời một, nhiều hoặc tất cả chỉ tiêu tại ngày --as-of, theo những gì đã ghi đến --known-at.

Answers for the indicators named, or for all of them. CSV and JSON carry exact numbers:
numerator and denominator as counted, value in lowest terms; decimal is the value rounded
to six decimals, for spreadsheets.`,
		Example:           "  htxledger ask coops.registered linked.share --as-of 31/12/2023 --known-at 30/11/2023",
		ValidArgsFunction: completeCodes(0),
		RunE: a.runQuestionAt(func(_ context.Context, r *reading, at *answers.Point) (reply, error) {
			return replyTo(figuresReply)(r.answers.Indicators(at))
		}),
	}
}

// figuresReply is figures as a table: numerator and denominator only of ratios.
func figuresReply(f *answers.Figures) reply {
	return reply{
		point:  f.Point,
		Answer: shown.ShowIndicators(f),
		text: func(p *page) {
			t := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Giá trị"), left("Đơn vị"), right("Tử số"), right("Mẫu số"), left("Báo cáo"))
			for _, x := range f.Figures {
				num, den := "", ""
				if x.Definition.Ratio {
					num, den = vi.Integer(x.Num), vi.Integer(x.Den)
				}
				t.add(x.Definition.Code, x.Definition.Name, vi.Value(x), unitOf(x.Definition), num, den, coverageText(x))
			}
			p.table(t)
		},
	}
}

// unitOf is the unit beside a printed value, which carries its own where it is
// money or a share.
func unitOf(d *indicator.Definition) string {
	if d.Unit == indicator.Share || d.Unit == indicator.Dong {
		return ""
	}
	return string(d.Unit)
}

// coverageText is how many reported, shortly.
func coverageText(f *indicator.Figure) string {
	if !f.Definition.Covered {
		return ""
	}
	return vi.Integer(f.Reported) + "/" + vi.Integer(f.Expected)
}
