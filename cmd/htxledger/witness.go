package main

import (
	"crypto/rand"
	"os"

	"github.com/spf13/cobra"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/fault"
)

var errNoFolder = fault.Declare("witness-folder", fault.Malformed,
	"a witness keeps a folder of its own, never that of the ledger: name it with --keys",
	"nhân chứng giữ thư mục riêng, không dùng chung với sổ: hãy nêu bằng --keys")

func (a *app) witnessCommand() *cobra.Command {
	return newFamily("witness", "Nhân chứng: khóa của người khác ký xác nhận sổ chỉ dài thêm / somebody else's key that cosigns growth",
		a.witnessInitCommand(), a.witnessCosignCommand(), a.witnessAttachCommand())
}

// witnessFolder opens the folder of a witness, which must be named: the
// environment's is the ledger's own.
func (a *app) witnessFolder(cmd *cobra.Command, create bool) (*keydir.Dir, error) {
	if !cmd.Flags().Changed("keys") {
		return nil, errNoFolder
	}
	return keydir.Open(a.keys, create)
}

// witnessInitCommand is the command "witness init": make a witness's key.
func (a *app) witnessInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init NAME",
		Short: "Tạo khóa nhân chứng / make a witness's key",
		Long: `Tạo khóa của một nhân chứng trong thư mục --keys và in khóa công khai. Tên không có khoảng trắng và dấu cộng, nên kèm tên miền.

Makes a witness's key in the folder --keys, on the witness's own machine, and prints the
public one. NAME has no spaces and no plus sign.`,
		Example: "  htxledger witness init nhan-chung.example/1 --keys ./nhan-chung",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := a.witnessFolder(cmd, true)
			if err != nil {
				return err
			}
			defer folder.Close()
			public, err := audit.NewWitness(folder, rand.Reader, args[0])
			if err != nil {
				return err
			}
			return a.printText([]byte(public + "\n"))
		},
	}
}

// witnessCosignCommand is the command "witness cosign": cosign consistent growth.
func (a *app) witnessCosignCommand() *cobra.Command {
	var ledgers []string
	cmd := &cobra.Command{
		Use:   "cosign REQUEST",
		Short: "Ký xác nhận sổ chỉ dài thêm / cosign consistent growth",
		Long: `Đọc yêu cầu (htxledger proof consistency CỠ, với CỠ là cỡ mà nhân chứng thấy lần trước, lần đầu là 0), kiểm tra chữ ký của sổ và rằng
sổ chỉ dài thêm, ghi nhớ, rồi in một dòng chữ ký. Không cần sổ. Lịch sử khác hoặc sổ ngắn lại thì từ chối.

Takes a request (htxledger proof consistency SIZE, where SIZE is what this witness saw last,
0 the first time), checks that the ledger's key signed it and that it grows from there,
remembers it, and prints a signature line. It needs no ledger.`,
		Example: "  htxledger witness init nhan-chung.example/1 --keys ./nhan-chung\n" +
			"  htxledger checkpoint > so-htx.checkpoint\n" +
			"  htxledger key show > so-htx.pub\n" +
			"  htxledger proof consistency 0 > yeu-cau\n" +
			"  htxledger witness cosign yeu-cau --key so-htx.pub --keys ./nhan-chung",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, err := publicKeys(ledgers)
			if err != nil {
				return err
			}
			request, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			folder, err := a.witnessFolder(cmd, false)
			if err != nil {
				return err
			}
			defer folder.Close()
			w, err := audit.OpenWitness(folder, keys...)
			if err != nil {
				return err
			}
			line, err := w.Cosign(request, a.now())
			if err != nil {
				return err
			}
			return a.printText(line)
		},
	}
	cmd.Flags().StringArrayVar(&ledgers, "key", nil, "khóa công khai của sổ, hoặc tệp khóa / the ledger's public key, or a file of them")
	_ = cmd.MarkFlagRequired("key")
	return cmd
}

// witnessAttachCommand is the command "witness attach": put cosignatures behind a checkpoint.
func (a *app) witnessAttachCommand() *cobra.Command {
	var witnesses []string
	cmd := &cobra.Command{
		Use:   "attach CHECKPOINT LINES",
		Short: "Ghép chữ ký nhân chứng vào điểm kiểm tra / put cosignatures behind a checkpoint",
		Long: `In điểm kiểm tra kèm các dòng chữ ký đúng của các nhân chứng nêu bằng --key; dùng với htxledger evidence --checkpoint.

Prints the checkpoint with those of the lines that the witnesses named by --key signed.`,
		Example: "  htxledger witness init nhan-chung.example/1 --keys ./nhan-chung > nhan-chung.pub\n" +
			"  htxledger checkpoint > so-htx.checkpoint\n" +
			"  htxledger key show > so-htx.pub\n" +
			"  htxledger proof consistency 0 > yeu-cau\n" +
			"  htxledger witness cosign yeu-cau --key so-htx.pub --keys ./nhan-chung > chu-ky\n" +
			"  htxledger witness attach so-htx.checkpoint chu-ky --key nhan-chung.pub",
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			keys, err := publicKeys(witnesses)
			if err != nil {
				return err
			}
			policy, err := audit.NewPolicy(len(keys), keys...)
			if err != nil {
				return err
			}
			note, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			lines, err := os.ReadFile(args[1])
			if err != nil {
				return err
			}
			whole, err := audit.AddCosignatures(note, lines, policy)
			if err != nil {
				return err
			}
			if _, err := policy.Check(whole); err != nil {
				return err
			}
			return a.printText(whole)
		},
	}
	cmd.Flags().StringArrayVar(&witnesses, "key", nil, "khóa công khai của nhân chứng, hoặc tệp khóa / a witness's public key, or a file of them")
	_ = cmd.MarkFlagRequired("key")
	return cmd
}

// printText prints text byte by byte.
func (a *app) printText(b []byte) error {
	if err := a.allowOutputs("table"); err != nil {
		return err
	}
	_, err := a.out.Write(b)
	return err
}
