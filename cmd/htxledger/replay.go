package main

import (
	"github.com/spf13/cobra"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var errRoads = fault.Declare("replay-differs", fault.Unverified,
	"%d indicators differ between the replay and the live answers", "%d chỉ tiêu tính lại từ đầu không khớp với số đang trả lời")

func (a *app) replayCommand() *cobra.Command {
	var until string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Tính lại từ bản ghi đầu tiên và đối chiếu / fold from zero and compare with the live answers",
		Long: `Đọc sổ từ bản ghi số 0, tính lại mọi chỉ tiêu bằng cách chậm và đơn giản, rồi đối chiếu với số đang trả lời.
Lệch thì kết thúc với mã 3.

Reads the ledger from record 0, counts every indicator by the slow and plain road, and
compares with the live answers. Exits 3 if any differs.`,
		Example: "  htxledger replay --as-of 31/12/2023 --until 31/12/2023",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.outputs(outputsOf...); err != nil {
				return err
			}
			r, err := a.read(cmd.Context())
			if err != nil {
				return err
			}
			defer r.close()
			if until != "" {
				a.query.Known = until
			}
			tell, end := a.bar("Tính lại", r.answers.Projection().Size())
			out, err := r.answers.Replay(cmd.Context(), r.store, a.query, tell)
			end()
			if err != nil {
				return err
			}
			if err := a.print(replayReply(out)); err != nil {
				return err
			}
			if n := len(out.Differences); n > 0 {
				return errRoads.With(n)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&until, "until", "", "chỉ đọc đến / read only up to: a day, an instant, or a size @N (same as --known-at)")
	return cmd
}

func replayReply(r *answers.Replay) reply {
	return reply{
		point: r.Point,
		json:  func() any { return wire.FromReplay(r) },
		csv: func() *table {
			t := newTable(figureColumns("code", "same")...)
			for _, f := range r.Figures {
				t.add(append([]string{f.Definition.Code, yes(liveOf(r, f) == nil)}, figureCells(f)...)...)
			}
			return t
		},
		text: func(p *page) {
			t := newTable(left("Mã"), right("Tính lại từ đầu"), right("Đang trả lời"), left("Đối chiếu"))
			for _, f := range r.Figures {
				live, word := f, "khớp"
				if other := liveOf(r, f); other != nil {
					live, word = other, "LỆCH"
				}
				t.add(f.Definition.Code, vi.Figure(f), vi.Figure(live), word)
			}
			p.table(t)
			p.gap()
			p.line("Đã đọc lại %s bản ghi, %s chỉ tiêu, %s chỉ tiêu lệch.",
				vi.Integer(ledger.Position(r.Records)), vi.Integer(len(r.Figures)), vi.Integer(len(r.Differences)))
		},
	}
}

// liveOf is the live answer where it is another than the replay's, or nil.
func liveOf(r *answers.Replay, f *indicator.Figure) *indicator.Figure {
	for _, d := range r.Differences {
		if d.Slow == f {
			return d.Fast
		}
	}
	return nil
}
