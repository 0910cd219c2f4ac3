package main

import (
	"os"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/ledger/embedded"
)

// backupCommand is the command "backup": copy the ledger to one file.
func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Sao lưu sổ ra một tệp / copy the ledger to one file",
		Long: `Sao lưu sổ, kể cả khi máy chủ đang chạy. Bản sao được đọc lại và đối chiếu trước khi có tên.

Copies the ledger, also while a server runs, and reads the copy back before it gets its
name. A file that exists is never replaced.`,
		Example: "  htxledger backup so-cai-2024.backup",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if err := a.requireLocal("backup", copyFirst); err != nil {
				return err
			}
			store, err := embedded.OpenReadOnly(cmd.Context(), a.data)
			if err != nil {
				return err
			}
			defer store.Close()
			a.warnFound(cmd.Context())
			head, err := store.Backup(cmd.Context(), args[0])
			if err := a.tellUnsynced(err); err != nil {
				return err
			}
			return a.printDone(headReply("Đã sao lưu", head))
		},
	}
}

// restoreCommand is the command "restore": make a ledger from a backup.
func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Dựng lại sổ từ bản sao lưu / make a ledger from a backup",
		Long: `Dựng lại sổ trong thư mục --data từ một bản sao lưu. Thư mục chưa được có sổ.

Makes a ledger in the directory --data, which must hold none. The backup is held to its
seal; the ledger appears whole or not at all.`,
		Example: "  htxledger restore so-cai-2024.backup --data ./so-cai-moi",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if err := a.requireLocal("restore", copyAfter); err != nil {
				return err
			}
			if _, err := os.Stat(args[0]); err != nil {
				return asInputFault(err)
			}
			head, err := embedded.Restore(cmd.Context(), args[0], a.data)
			if err := a.tellUnsynced(err); err != nil {
				return asInputFault(err)
			}
			a.warnFound(cmd.Context())
			return a.printDone(headReply("Đã dựng lại", head))
		},
	}
}

// A headJSON is a size of a ledger and its root.
type headJSON struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

func headReply(word string, head embedded.Head) reply {
	return reply{
		Answer: shown.Show(func() any { return headJSON{int64(head.Size), head.Root.String()} }),
		text: func(p *page) {
			p.line("%s: %d bản ghi, gốc Merkle %s", word, head.Size, head.Root)
		},
	}
}
