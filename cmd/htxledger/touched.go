package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/projections/answers"
)

// eventsTouchedCommand is the command "events touched": which figures a record changed.
func (a *app) eventsTouchedCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "touched POSITION|ID",
		Short: "Bản ghi này làm đổi chỉ tiêu nào / which figures a record changed",
		Long: `Những chỉ tiêu của ngày --as-of đã thay đổi khi bản ghi này vào sổ, trước và sau.

The other way round from explain: the figures, for the day --as-of, that one record changed
when it became known, and the statements that rest on it or that it moved.`,
		Example: "  htxledger events touched 3144 --as-of 31/12/2023",
		Args:    cobra.ExactArgs(1),
		RunE: a.askingAt(func(ctx context.Context, r *reading, at *answers.Point, args []string) (reply, error) {
			record, err := r.record(args[0], r.head.Size())
			if err != nil {
				return reply{}, err
			}
			statements, err := r.statements().TouchedBy(ctx, record.Position, r.head.Size())
			if err != nil {
				return reply{}, err
			}
			how := func(t *answers.Touched) reply { return touchedReply(t, statements) }
			return replyTo(how)(r.answers.TouchedBy(ctx, at, record.Position))
		}),
	}
}

// touchedReply is the figures that a record moved, and the statements it bears on.
func touchedReply(t *answers.Touched, statements []answers.StatementTouch) reply {
	return reply{
		point:  t.Point,
		Answer: shown.ShowTouchedWith(t, statements),
		text: func(p *page) {
			r := t.Record
			p.line("Bản ghi @%d, %s, luồng %s, ghi lúc %s.", r.Position, r.Kind, r.Stream, vi.Instant(r.Recorded))
			p.gap()
			for _, st := range statements {
				if len(st.Stands) > 0 {
					p.line("Báo cáo xác nhận %s dựa vào bản ghi này: %s.", st.Key, strings.Join(st.Stands, ", "))
				}
				if len(st.Moves) > 0 {
					p.line("Báo cáo xác nhận %s nay sẽ khác vì bản ghi này: %s.", st.Key, strings.Join(st.Moves, ", "))
				}
			}
			if len(t.Figures) == 0 {
				p.line("Không làm đổi chỉ tiêu nào của ngày này.")
				return
			}
			out := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Trước"), right("Sau"))
			for _, m := range t.Figures {
				out.add(m.After.Definition.Code, m.After.Definition.Name, vi.Figure(m.Before), vi.Figure(m.After))
			}
			p.table(out)
		},
	}
}
