package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// recoverCommand is the command "recover": go on after records are lost for good.
func (a *app) recoverCommand() *cobra.Command {
	var reason string
	var admins []string
	dry := false
	cmd := &cobra.Command{
		Use:   "recover --reason …",
		Short: "Ghi tiếp sau khi bản ghi đã mất hẳn / go on after records are lost for good",
		Long: `Chỉ dùng khi không còn bản sao nào đủ bản ghi như đã ký. In những gì đã ký và những gì tìm thấy, ghi một bản ghi nêu rõ việc mất mát và lý do, rồi
ký điểm kiểm tra mới. Từ đó ghi tiếp được; mọi người kiểm tra đều thấy sổ “được ghi tiếp sau khi mất bản ghi”, không bao giờ thấy là sổ nguyên vẹn. Khi thư mục
sổ có tài khoản (htxledger token), cần hai quản trị viên: --admin-token hai lần. Xem trước bằng --dry-run. Sổ còn đủ thì từ chối.

Only for when no copy holds the records that were signed. Shows what was signed and what is
found, records the loss and its reason as the very next record, and signs a new checkpoint.
From then on recording goes on, and every verifier shows the ledger as recovered after a loss,
never as whole. Where the ledger's folder has accounts it takes two administrators.`,
		Example: "  htxledger recover --reason \"Ổ đĩa hỏng, chỉ còn bản sao lưu ngày 1/2/2024\" --dry-run",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			by, second, err := a.readAdmins("recover", admins)
			if err != nil {
				return asInputFault(err)
			}
			return asInputFault(a.recover(cmd.Context(), &ledger.Recovered{Reason: reason, Second: second}, by, dry))
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "vì sao mất, và vì sao không lấy lại được / why they are lost, and cannot be had back")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "chỉ xem, không ghi / show it and record nothing")
	_ = cmd.MarkFlagRequired("reason")
	adminTokens(cmd, &admins)
	return cmd
}

// recover records the loss as the next record of a ledger that is behind
// its checkpoints, or other than they say, and signs the result.
func (a *app) recover(ctx context.Context, e *ledger.Recovered, by *ledger.Actor, dry bool) error {
	loss, err := a.measureLoss(ctx, e)
	if err != nil {
		return ledger.NotWritten(err)
	}
	a.sayLoss(loss, e)
	d, err := recoveryDraft(e, a.now().DayIn().String(), by)
	if err != nil {
		return err
	}
	store, err := a.openStoreToWrite(ctx, false)
	if err != nil {
		return ledger.NotWritten(err)
	}
	decoded := ledger.NewDecodedLog(store)
	w, err := openRecorder(ctx, decoded, decoded, a.now) // this command alone writes past the hold
	if err != nil {
		return ledger.NotWritten(err)
	}
	results, err := w.takeDrafts(ctx, recorder.Door{Writes: []ledger.Kind{ledger.KindRecovered}}, dry, []*ledger.Draft{d})
	a.closeWriting(w)
	if err != nil {
		return err
	}
	if err := a.printDone(recordedReply(d.Key, results, dry)); err != nil || dry {
		return err
	}
	return a.signRecovered(ctx)
}

// measureLoss reads the ledger and puts into a recovery what was signed and what
// is found.
func (a *app) measureLoss(ctx context.Context, e *ledger.Recovered) (loss audit.Loss, err error) {
	store, err := a.openStoreToRead(ctx)
	if err != nil {
		return loss, err
	}
	defer store.Close()
	hold, view := a.newHold(), &audit.View{}
	if err := view.Follow(ctx, holding{store, hold}); err != nil {
		return loss, err
	}
	loss, lost := hold.Loss()
	switch err := hold.Err(); {
	case err != nil && !lost:
		return loss, err // another ledger's folder, or an unreadable folder
	case !lost:
		return loss, errWhole
	case loss.Found == 0:
		return loss, ledger.ErrEmpty
	}
	root, err := view.Root(loss.Found)
	e.SignedSize, e.SignedRoot, e.AgreedSize = loss.Signed.Size, loss.Signed.Root.String(), loss.Agreed
	e.FoundSize, e.FoundRoot = int64(loss.Found), root.String()
	return loss, err
}

// sayLoss prints the signed size, the found size and the given-up records.
func (a *app) sayLoss(loss audit.Loss, e *ledger.Recovered) {
	a.say("Đã ký / signed:    %d bản ghi, gốc Merkle %s", e.SignedSize, e.SignedRoot)
	a.say("Tìm thấy / found:  %d bản ghi, gốc Merkle %s", e.FoundSize, e.FoundRoot)
	a.say("Khớp với điểm kiểm tra đã ký đến cỡ / they agree up to size: %d", e.AgreedSize)
	if loss.Fork {
		a.say("Từ @%d trở đi, bản ghi không còn là những gì đã ký. / from there on other records stand than were signed", e.AgreedSize)
		return
	}
	a.say("Mất: @%d–%d. / lost", e.FoundSize, e.SignedSize-1)
}

// recoveryDraft is the command that records a recovery. Its key names the signed
// and the found size, so that the same recovery has the same command.
func recoveryDraft(e *ledger.Recovered, day string, by *ledger.Actor) (*ledger.Draft, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	c := typedCommand{
		Key: fmt.Sprintf("recover/%d/%d/%.8s", e.SignedSize, e.FoundSize, e.FoundRoot), Stream: "ledger/recovery",
		Kind: string(ledger.KindRecovered), Valid: day, Data: data,
	}
	d, err := c.draft()
	if err == nil {
		d.Actor = by
	}
	return d, err
}

// signRecovered signs the ledger with its recovery. Where that fails the record
// stands, recording goes on, and the next checkpoint signs it.
func (a *app) signRecovered(ctx context.Context) error {
	r, err := a.openReading(ctx)
	if err != nil {
		return &ledger.WriteError{Outcome: ledger.Recorded, Err: err}
	}
	defer r.close()
	signed, err := a.signSize(ctx, r, -1)
	if err != nil {
		a.say("Đã ghi, nhưng chưa ký được; hãy chạy: htxledger checkpoint / recorded, and not signed yet")
		return &ledger.WriteError{Outcome: ledger.Recorded, Err: err}
	}
	a.say("Đã ký điểm kiểm tra cỡ %d. Nếu có chuyển bản ghi ra ngoài (relay), hãy chuyển lại từ @%d. / signed", signed.Size, signed.Size-1)
	return nil
}
