package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

func (a *app) planCommand() *cobra.Command {
	return newFamily("plan", "Kế hoạch: nguyên văn và những chỗ chưa khớp / the plan as printed, and its findings",
		a.planShowCommand(), a.planLintCommand())
}

// planShowCommand is the command "plan show": print the plan as recorded.
func (a *app) planShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "In kế hoạch nguyên văn / print the plan as recorded",
		Long: `In các chỉ tiêu và nhiệm vụ nguyên văn, với đơn vị chủ trì, thời hạn và chỗ trích. Không có --as-of và --plan thì
lấy kế hoạch của năm mới nhất đã ghi.

Prints targets and tasks verbatim, with rule, owners, deadline and the paragraph cited.
Without --as-of and --plan it is the recorded plan of the latest year.`,
		Example: "  htxledger plan show --as-of 31/12/2023",
		Args:    cobra.NoArgs,
		RunE:    a.askingPlan(planReply),
	}
	a.planFlag(cmd)
	return cmd
}

// planLintCommand is the command "plan lint": what in the plan does not add up.
func (a *app) planLintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Những chỗ kế hoạch chưa khớp / what in the plan does not add up",
		Long: `Liệt kê những chỗ trong kế hoạch cộng không khớp, nói hai cách, hoặc chưa rõ đếm gì. Chỉ báo, không sửa.

Lists what in the plan does not add up, is said in two ways or leaves open what is
counted: found by rule, or noted by a reader. It reports and repairs nothing.`,
		Example: "  htxledger plan lint --as-of 31/12/2023",
		Args:    cobra.NoArgs,
		RunE:    a.askingPlan(lintReply),
	}
	a.planFlag(cmd)
	return cmd
}

// askingPlan is the run of a command about the plan the flags name.
func (a *app) askingPlan(how func(*answers.Targets) reply) func(*cobra.Command, []string) error {
	return a.runQuestion(outputsOf, func(_ context.Context, r *reading, _ []string) (reply, error) {
		at, err := a.planPoint(r)
		if err != nil {
			return reply{}, err
		}
		return replyTo(how)(r.answers.Targets(at))
	})
}

// planPoint is the point the flags name. Where they name neither a day nor a
// plan, it is about the plan of the latest year that is recorded: a plan is read
// before its year begins.
func (a *app) planPoint(r *reading) (*answers.Point, error) {
	p, err := r.head.Resolve(a.query)
	if err != nil || a.query.AsOf != "" || a.query.Plan != "" {
		return p, err
	}
	if newest := plan.Newest(r.answers.Plans(p.Size, p.Valid), calendar.MaxDay); newest != nil {
		return p.With(answers.OfPlan(newest.Key))
	}
	return p, nil
}

// planReply is a plan as printed: each target and task with its deadline and agencies.
func planReply(t *answers.Targets) reply {
	p := t.Plan
	return reply{
		point:  t.Point,
		Answer: shown.ShowPlan(t.Point, p),
		text: func(out *page) {
			head := p.Head()
			out.line("%s (số %s, ngày %s, khóa %s)", head.Title, head.Number, head.Issued.Vi(), p.Key)
			for _, x := range p.Targets {
				out.gap()
				out.line("%s. %s", x.ID, x.Text)
				out.addIndented("    ", "Mức: "+vi.Goal(x.Goal())+" ("+string(x.Rule)+"). Hạn: "+vi.Due(x.Due)+". Trích: "+x.Cited+".")
				out.addIndented("    ", "Đo bằng: "+cmp.Or(x.Indicator, vi.NoData)+". Chủ trì: "+cmp.Or(strings.Join(x.Owners, "; "), vi.NoData)+".")
			}
			for _, x := range p.Tasks {
				out.gap()
				out.line("%s. %s", x.ID, x.Text)
				for _, r := range x.Results {
					out.addIndented("    ", "- "+r.Text)
				}
				out.addIndented("    ", "Hạn: "+vi.Due(x.Due)+". Trích: "+x.Cited+".")
				out.addIndented("    ", "Chủ trì: "+cmp.Or(strings.Join(x.Leads, "; "), vi.NoData)+". Phối hợp: "+cmp.Or(strings.Join(x.With, "; "), vi.NoData)+".")
			}
		},
	}
}

// lintReply is the contradictions of a plan as a table.
func lintReply(t *answers.Targets) reply {
	return reply{
		point:  t.Point,
		Answer: shown.ShowLint(t.Point, t.Plan),
		text: func(p *page) {
			out := newTable(left("Mã"), left("Do"), wrap("Về"), wrap("Nội dung"))
			for _, f := range t.Findings {
				out.add(f.ID, foundBy(f), strings.Join(f.About, ", "), f.Vi)
			}
			p.table(out)
			p.gap()
			p.line("%s chỗ cần lưu ý.", vi.Integer(len(t.Findings)))
		},
	}
}

func foundBy(f plan.Finding) string {
	if f.By == plan.ByNote {
		return "người đọc"
	}
	return "quy tắc"
}
