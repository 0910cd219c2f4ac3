package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/projections/answers"
)

// targetsCommand is the command "targets": every target and task with its verdict.
func (a *app) targetsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "targets",
		Short: "Mọi chỉ tiêu và nhiệm vụ của kế hoạch, có đánh giá / every target and task with its verdict",
		Long: `Đánh giá từng chỉ tiêu và nhiệm vụ của kế hoạch mới nhất tính đến năm của --as-of: tại ngày đó,
hoặc tại ngày cuối năm kế hoạch nếu năm ấy đã qua; văn bản nộp sau hạn vẫn được tính là nộp muộn.

Judges every target and task of the newest plan whose year has begun: on the day asked, or at the
end of the plan's year when that is past. A verdict is given on exact numbers; a target below the
coverage threshold is not judged.`,
		Example: "  htxledger targets --as-of 31/12/2023 --known-at 31/01/2024",
		Args:    cobra.NoArgs,
		RunE: a.askingAt(func(_ context.Context, r *reading, at *answers.Point, _ []string) (reply, error) {
			return replyTo(targetsReply)(r.answers.Targets(at))
		}),
	}
	a.planFlag(cmd)
	return cmd
}

// planFlag lets a command name a plan.
func (a *app) planFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.query.Plan, "plan", "", "khóa kế hoạch / key of a plan (default the newest whose year has begun by --as-of)")
}

func targetsReply(t *answers.Targets) reply {
	return reply{
		point:  t.Point,
		Answer: shown.ShowTargets(t),
		text:   func(p *page) { p.targets(t) },
	}
}

// briefText is how much of a text of the plan the table of verdicts shows. The
// whole of it is in "plan show" and in the other outputs.
const briefText = 150

// targets adds the two tables of a plan: what is measured, and the tasks.
func (p *page) targets(t *answers.Targets) {
	head := t.Plan.Head()
	p.line("%s (%s)", head.Title, head.Number)
	for _, said := range []string{vi.JudgedOn(t), vi.NotJudged(t)} {
		if said != "" {
			p.line("%s.", said)
		}
	}
	p.gap()
	brief := func(text string) string { return cutText(text, briefText) }
	list := newTable(left("Mã"), wrap("Chỉ tiêu"), wrap("Kế hoạch"), right("Thực hiện"), left("Đánh giá"), wrap("Ghi chú"), left("Hạn"))
	for _, l := range t.Targets {
		done := vi.NoData
		if l.Judged != nil {
			done = vi.MeasuredText(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
		}
		list.add(l.Target.ID, brief(l.Target.Text), vi.Goal(l.Target.Goal()), done, vi.VerdictWithLateness(l.Verdict, l.Late), strings.Join(vi.Notes(l), "; "), vi.Due(l.Target.Due))
	}
	p.table(list)
	p.gap()
	tasks := newTable(left("Mã"), wrap("Nhiệm vụ"), wrap("Kết quả phải có"), left("Đánh giá"), left("Hạn"))
	for _, l := range t.Tasks {
		tasks.add(l.Task.ID, brief(l.Task.Text), resultsText(l), vi.VerdictWithLateness(l.Verdict, l.Late), vi.Due(l.Task.Due))
	}
	p.table(tasks)
}

// resultsText lists the results of a task, one a line, with how each stands.
func resultsText(l assessment.TaskLine) string {
	var lines []string
	for _, r := range l.Results {
		line := vi.Symbol(r.Verdict.Code) + " " + r.Result.Text
		switch {
		case r.Judged != nil:
			line += ": " + r.Judged.Printed
		case len(r.Deliveries) > 0:
			line += ": " + vi.Integer(len(r.Deliveries)) + " văn bản"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
