package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var errNumber = fault.Declare("position-form", fault.Malformed,
	"%q is not a whole number", "%q không phải là số nguyên không âm")

func (a *app) proofCommand() *cobra.Command {
	return newFamily("proof", "Chứng minh Merkle / Merkle proofs", a.proofInclusionCommand(), a.proofConsistencyCommand())
}

// parseCount reads a position or a size.
func parseCount(s string) (ledger.Position, error) {
	n, err := strconv.ParseUint(s, 10, 53)
	if err != nil {
		return 0, errNumber.With(s)
	}
	return ledger.Position(n), nil
}

// proofInclusionCommand is the command "proof inclusion": that a record is in the ledger.
func (a *app) proofInclusionCommand() *cobra.Command {
	size := int64(-1)
	cmd := &cobra.Command{
		Use:   "inclusion POSITION",
		Short: "Một bản ghi nằm trong sổ / that a record is in the ledger",
		Long: `Chứng minh bản ghi ở một vị trí nằm trong số bản ghi đầu đã ký (mặc định: điểm kiểm tra sau cùng). In theo dạng C2SP tlog-proof.

Proves that the record at a position is among the first SIZE, by default those of the last
checkpoint, which must be a signed size. Prints a C2SP tlog-proof.`,
		Example: "  htxledger checkpoint > so-htx.checkpoint\n  htxledger proof inclusion 1204",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := parseCount(args[0])
			if err != nil {
				return err
			}
			return a.withKeys(cmd, false, func(r *reading) error {
				signed, err := signedAt(r, size)
				if err != nil {
					return err
				}
				proof, err := r.notary.View.Inclusion(at, ledger.Position(signed.Size))
				if err != nil {
					return err
				}
				return a.print(reply{
					Answer: shown.Show(func() any { return shown.FromInclusion(proof, signed.Note) }),
					text:   func(p *page) { p.b.Write(proof.Text(signed.Note)) },
				})
			})
		},
	}
	cmd.Flags().Int64Var(&size, "size", -1, "cỡ đã ký / a signed size (default the last)")
	return cmd
}

// proofConsistencyCommand is the command "proof consistency": that the ledger only grew.
func (a *app) proofConsistencyCommand() *cobra.Command {
	to := int64(-1)
	cmd := &cobra.Command{
		Use:   "consistency FROM",
		Short: "Sổ chỉ dài thêm / that the ledger only grew",
		Long: `Chứng minh FROM bản ghi đầu là phần đầu của số bản ghi đã ký (mặc định: điểm kiểm tra sau cùng). Văn bản in ra là yêu cầu gửi cho
nhân chứng (C2SP tlog-witness).

Proves that the first FROM records begin those of a signed size, by default the last. What is
printed is the request that a witness takes (C2SP tlog-witness, add-checkpoint).`,
		Example: "  htxledger checkpoint > so-htx.checkpoint\n  htxledger proof consistency 1204 > nhan-chung.request",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := parseCount(args[0])
			if err != nil {
				return err
			}
			return a.withKeys(cmd, false, func(r *reading) error {
				signed, err := signedAt(r, to)
				if err != nil {
					return err
				}
				proof, err := r.notary.View.Consistency(from, ledger.Position(signed.Size))
				if err != nil {
					return err
				}
				return a.print(reply{
					Answer: shown.Show(func() any { return shown.FromConsistency(proof, signed.Note) }),
					text:   func(p *page) { p.b.Write(proof.Text(signed.Note)) },
				})
			})
		},
	}
	cmd.Flags().Int64Var(&to, "to", -1, "cỡ đã ký / a signed size (default the last)")
	return cmd
}

// signedAt is the checkpoint of exactly a size, or the last one.
func signedAt(r *reading, size int64) (audit.Signed, error) {
	if size < 0 {
		return r.notary.Journal.Latest()
	}
	if signed, ok := r.notary.FindExact(ledger.Position(size)); ok {
		return signed, nil
	}
	return audit.Signed{}, errNotSigned.With(size)
}

var errNotSigned = fault.Declare("size-not-signed", fault.NotFound,
	"no checkpoint of exactly %d records is signed", "chưa có điểm kiểm tra nào đúng cỡ %d bản ghi")
