package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/imports"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/asof"
)

// mostReceipts bounds how many imports undo lists.
const mostReceipts = 50

func (a *app) undoCommand() *cobra.Command {
	var how imports.UndoHow
	var dry bool
	cmd := &cobra.Command{
		Use:   "undo [RECEIPT]",
		Short: "Hoàn tác một lần nộp tệp / take back an import",
		Long: `Rút lại mọi bản ghi của một lần nộp tệp, theo biên nhận SHA256@ĐẦU-CUỐI hoặc mã SHA-256 của tệp; không nêu
biên nhận thì liệt kê các lần nộp có trong sổ. Bản ghi đã được người khác đính chính sau đó, và nội dung của lần ghi khác sẽ mất
chỗ dựa, được liệt kê trước. Chạy lại lệnh thì làm nốt phần còn lại. Sau đó có thể nộp lại tệp.

Takes back every record of an import by its receipt, newest first; without one the imports in the ledger are
listed. Records that others decided about since, and facts of others that would lose what they are about, are
listed first. The same command again completes what was cut; the file can be handed in again afterwards.`,
		Example: "  htxledger import htx.csv --form coop-establishments\n  htxledger undo\n" +
			"  htxledger undo d1662a74943bbc0b38a7f7250ea9a195c354b853dea28711c594005246bbda34 --dry-run",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if len(args) == 0 {
				return a.listReceipts(cmd)
			}
			return asInputFault(a.undoImport(cmd.Context(), args[0], how, dry))
		},
	}
	f := cmd.Flags()
	f.StringVar(&how.Reason, "reason", "", "lý do / why: "+strings.Join(ledger.Reasons, ", ")+" (default other)")
	f.StringVar(&how.Note, "note", "", "diễn giải lý do / the reason in words")
	f.BoolVar(&how.Leave, "leave", false, "để nguyên các bản ghi đã được người khác đính chính / leave out what others decided about since")
	f.BoolVar(&how.Orphans, "orphans", false, "chấp nhận nội dung của lần ghi khác mất chỗ dựa / facts of others may lose what they are about")
	f.BoolVar(&dry, "dry-run", false, "chỉ xem trước, không ghi / say what would be taken back and record nothing")
	completeFlag(cmd, "reason", ledger.Reasons...)
	return cmd
}

// listReceipts prints the imports that the ledger holds.
func (a *app) listReceipts(cmd *cobra.Command) error {
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	list := imports.ListReceipts(r.projection, r.head.Size(), mostReceipts)
	return a.print(reply{Answer: shown.Show(func() any { return list }), text: func(p *page) {
		if len(list.Imports) == 0 {
			p.line("Trong sổ chưa có lần nộp tệp nào.")
			return
		}
		t := newTable(left("Ghi lúc"), left("Người nộp"), left("Tệp hoặc sheet"), left("Biên nhận"))
		for _, x := range list.Imports {
			t.add(x.Recorded, x.Actor, x.Sheet, x.Receipt)
		}
		p.table(t)
	}})
}

// undoImport takes an import back, or tells what that comes to.
func (a *app) undoImport(ctx context.Context, receipt string, how imports.UndoHow, dry bool) error {
	w, err := a.openWriting(ctx, false, a.now)
	if err != nil {
		return err
	}
	defer a.closeWriting(w)
	l := imports.Ledger{Projection: asof.New(), Try: w.tryMany, Record: w.takeMany, Now: a.now}
	if err := a.fillProjection(ctx, w.decoded, l.Projection); err != nil {
		return ledger.NotWritten(err)
	}
	u, err := imports.UndoImport(ctx, l, receipt, how, dry)
	if u == nil {
		return err
	}
	out := reply{Answer: shown.Show(func() any { return u }), text: func(p *page) { undoText(p, u, dry, err != nil) }}
	if err != nil { // the table shows the records that the error asks to confirm
		if a.output == "table" {
			err = errors.Join(err, a.print(out))
		}
		return err
	}
	if dry {
		return a.print(out)
	}
	return a.printDone(out)
}

// undoText lists what an undoing is about, by name.
func undoText(p *page, u *imports.Undoing, dry, refused bool) {
	names := vi.Names{}
	for _, x := range []struct {
		title string
		list  []imports.UndoRecord
	}{{"Rút lại", u.Back}, {"Đã rút lại từ trước", u.Done}, {"Để nguyên, vì người khác đã quyết định sau đó", u.Kept}, {"Của lần ghi khác, sẽ mất chỗ dựa", u.Orphans}} {
		if len(x.list) == 0 {
			continue
		}
		p.line("%s: %s bản ghi.", x.title, vi.Integer(len(x.list)))
		for _, r := range x.list[:min(len(x.list), mostTold)] {
			line := "  @" + strconv.FormatInt(r.Position, 10) + " " + r.Stream + ", " + r.Word
			if rec := u.Record(r.Position); rec != nil && rec.Kind != ledger.KindRetracted {
				line += ": " + vi.Said(rec, names)
			}
			if r.By != nil {
				line += " (bản ghi @" + strconv.FormatInt(*r.By, 10) + ")"
			}
			if r.MessageVi != "" {
				line += " — " + r.MessageVi
			}
			p.line("%s", line)
		}
		if more := len(x.list) - mostTold; more > 0 {
			p.line("  … và %s bản ghi nữa (-o json in đủ).", vi.Integer(more))
		}
	}
	switch {
	case refused:
	case dry:
		p.line("Thử: chưa ghi gì.")
	default:
		p.line("Đã rút lại %s bản ghi của lần nộp %s. Có thể nộp lại tệp này.", vi.Integer(len(u.Back)), u.Import)
	}
}
