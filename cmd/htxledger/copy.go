package main

import (
	"strings"

	"github.com/spf13/cobra"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/recorder"
)

// copyCommand is the command "copy": copy the ledger to another store, and prove it.
func (a *app) copyCommand() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "copy --to STORE",
		Short: "Chép sổ sang kho khác và đối chiếu / copy the ledger to another store, and prove it",
		Long: `Chép mọi bản ghi, đúng từng byte, sang một kho khác: thư mục khác hoặc esdb://…. Bị cắt giữa
chừng thì chạy lại lệnh này: phần đã chép được đối chiếu rồi chép tiếp. Cuối cùng đọc lại
toàn bộ kho đích và so gốc Merkle.

Copies every record, byte for byte, to another store: a directory or esdb://…. Cut in
between, run it again: what is there is compared and the rest follows. At the end the whole
target is read back and its root compared.`,
		Example: "  htxledger copy --to ./ban-sao",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usageFault("copy needs --to", "lệnh copy cần --to")
			}
			ctx := cmd.Context()
			from, err := a.openStoreToRead(ctx)
			if err != nil {
				return err
			}
			defer from.Close()
			var target ledger.Log
			if strings.Contains(to, "://") {
				target, err = openRemote(ctx, to)
			} else {
				target, err = embedded.Open(ctx, to, embedded.Options{Create: true})
			}
			if err != nil {
				return err
			}
			defer target.Close()
			size, err := from.Size(ctx)
			if err != nil {
				return err
			}
			tell, done := a.showProgress("Chép sổ", size)
			hold := a.newHold()
			n, root, err := recorder.Copy(ctx, holding{from, hold}, target, tell)
			done()
			if err != nil {
				return err
			}
			a.warnOfHold(hold)
			return a.printDone(headReply("Đã chép và đối chiếu", embedded.Head{Size: n, Root: root}))
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "kho đích: thư mục hoặc esdb://… / the target: a directory or esdb://…")
	return cmd
}
