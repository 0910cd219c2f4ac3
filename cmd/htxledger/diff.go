package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// diffCommand is the command "diff": why a figure moved between two points.
func (a *app) diffCommand() *cobra.Command {
	var from, to string
	var steps bool
	cmd := &cobra.Command{
		Use:   "diff --from V[@N] --to V[@N] [CODE…]",
		Short: "Vì sao con số thay đổi giữa hai mốc / why a figure moved between two points",
		Long: `So sánh hai mốc, mỗi mốc là một ngày, có thể kèm cỡ sổ hoặc ngày ghi nhận sau dấu @:
30/11/2023, 30/11/2023@1204, 30/11/2023@30/11/2023. Các phần cộng lại đúng bằng chênh lệch.

Compares two points, each a valid day with an optional known-at behind @ (a size, a day
or an instant; default: now). The parts add up exactly: what happened between the two days,
what merely lapsed, what became known late, what was corrected or retracted, what came of
another map or another way of counting. --steps lists every co-operative and record.`,
		Example: "  htxledger diff --from 30/11/2023@30/11/2023 --to 31/12/2023@31/01/2024 coops.established revenue.mean\n" +
			"  htxledger diff --from 31/12/2023@31/12/2023 --to 31/12/2023 members.total --steps",
		ValidArgsFunction: completeCodes(0),
		RunE: func(cmd *cobra.Command, codes []string) error {
			// Not required by cobra, whose message is in English alone.
			if from == "" || to == "" {
				return usageFault("diff needs --from and --to", "lệnh diff cần --from và --to")
			}
			return a.runQuestion(outputsOf, func(ctx context.Context, r *reading, codes []string) (reply, error) {
				q := a.query
				q.Codes = codes
				first, err := r.head.Resolve(q.WithPoint(from))
				if err != nil {
					return reply{}, err
				}
				second, err := r.head.Resolve(q.WithPoint(to))
				if err != nil {
					return reply{}, err
				}
				how := func(d *answers.Differences) reply { return diffReply(d, len(codes) > 0, steps) }
				return replyTo(how)(r.answers.Diff(ctx, first, second))
			})(cmd, codes)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "mốc đầu / the first point: DAY[@SIZE|@DAY|@INSTANT]")
	cmd.Flags().StringVar(&to, "to", "", "mốc sau / the second point")
	cmd.Flags().BoolVar(&steps, "steps", false, "liệt kê từng HTX và bản ghi / list every step")
	return cmd
}

// diffReply is why figures moved; all prints the unmoved too, steps every step.
func diffReply(d *answers.Differences, all, steps bool) reply {
	return reply{
		Answer: shown.ShowDifferences(d),
		text: func(p *page) {
			for _, one := range d.Differences {
				if all || len(one.Steps) > 0 {
					diffText(p, &one, steps)
				}
			}
			if len(d.Composed) > 0 {
				p.line("Không so sánh từng phần: %s.", strings.Join(d.Composed, ", "))
			}
			p.line("Mốc đầu: %s.", vi.AsOf(d.From))
			p.line("Mốc sau: %s.", vi.AsOf(d.To))
			p.line("Địa bàn: %s.", vi.Area(d.To))
			if d.From.Synthetic || d.To.Synthetic {
				p.line("%s", vi.Synthetic)
			}
		},
	}
}

// diffText prints a difference: its sentence, the sum of each cause, and the steps
// if asked.
func diffText(p *page, d *answers.Difference, steps bool) {
	p.line("%s", vi.Difference(d))
	p.gap()
	if len(d.Steps) == 0 {
		return
	}
	t := newTable(wrap("Nguyên nhân"), right("Thay đổi"), right("Tử số"), right("Mẫu số"), right("Số việc"))
	for _, total := range d.Totals() {
		t.add(vi.Cause(total.Cause), effectOf(d, total), total.Num.RatString(), total.Den.RatString(), plainNumber(total.Steps))
	}
	p.table(t)
	p.gap()
	if !steps {
		return
	}
	t = newTable(left("Nguyên nhân"), left("Đối tượng"), left("Ngày"), right("Tử số"), right("Mẫu số"), wrap("Bản ghi"))
	for _, s := range d.Steps {
		t.add(string(s.Cause), s.Subject.Key, vi.Day(s.Day), s.Num.RatString(), s.Den.RatString(), recordsOf(s.Records))
	}
	p.table(t)
	p.gap()
}

func effectOf(d *answers.Difference, t answers.Total) string {
	if t.Effect == nil {
		return vi.NoData
	}
	return vi.SignedChange(d.From.Definition, t.Effect)
}

func recordsOf(records []*ledger.Record) string {
	var list []string
	for _, r := range records {
		list = append(list, fmt.Sprintf("@%d %s", r.Position, r.Kind))
	}
	return strings.Join(list, "; ")
}
