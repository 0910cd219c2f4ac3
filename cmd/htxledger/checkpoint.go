package main

import (
	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/ledger"
)

// checkpointCommand is the command "checkpoint": sign a checkpoint and print it.
func (a *app) checkpointCommand() *cobra.Command {
	size := int64(-1)
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Ký và in điểm kiểm tra / sign a checkpoint and print it",
		Long: `Ký tên sổ, cỡ sổ và gốc Merkle của mọi bản ghi, rồi in văn bản đã ký: vài dòng, nên in kèm báo cáo và để người khác giữ.
Lần đầu thì tạo khóa. Cỡ đã ký rồi cho lại đúng văn bản cũ; không bao giờ ký cỡ nhỏ hơn hay lịch sử khác.

Signs origin, size and Merkle root, and prints the signed note (C2SP tlog-checkpoint): let
others keep it. The first signature makes a key. A size that was signed gives the same note
again; nothing smaller, and no other history, is ever signed.`,
		Example: "  htxledger checkpoint > so-htx.checkpoint",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if cmd.Flags().Changed("size") {
				if err := ledger.NotNegative("--size", size); err != nil {
					return err
				}
			}
			r, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer r.close()
			signed, err := a.signSize(cmd.Context(), r, ledger.Position(size))
			if err != nil {
				return err
			}
			return a.printDone(reply{
				Answer: shown.Show(func() any { return shown.FromSigned(signed) }),
				text:   func(p *page) { p.b.Write(signed.Note) },
			})
		},
	}
	cmd.Flags().Int64Var(&size, "size", -1, "ký bao nhiêu bản ghi đầu / how many first records (default all)")
	return cmd
}
