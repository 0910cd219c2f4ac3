package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

var errLedger = fault.Declare("ledger-not-verified", fault.Unverified,
	"%d of the checks failed", "%d phép kiểm tra không đạt")

// verifyCommand is the command "verify": hold the ledger to its signatures.
func (a *app) verifyCommand() *cobra.Command {
	var given []string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Kiểm tra sổ theo nhật ký chữ ký và khóa / hold the ledger to its signatures",
		Long: `Đọc lại toàn bộ bản ghi, dựng lại cây Merkle, rồi kiểm tra: mỗi điểm kiểm tra đã ký có đúng là của những bản ghi đầu hay không và
có do đúng khóa đến lượt ký hay không; mỗi báo cáo xác nhận có tính lại đúng như đã nêu hay không. In những gì đã kiểm tra. Sai thì kết thúc với
mã 3. Không có --key thì tin các khóa trong thư mục khóa; muốn kiểm tra mà không tin máy này thì dùng htxverify.

Reads every record back, builds the Merkle tree anew, and holds to it every checkpoint of the
journal (its root, and the key whose turn it was) and every statement. Prints what was
checked; exits 3 if anything fails. Without --key the keys of the folder are trusted; who
does not trust this machine takes an evidence file and htxverify.`,
		Example: "  htxledger checkpoint > so-htx.checkpoint\n  htxledger verify",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keys, err := publicKeys(given)
			if err != nil {
				return err
			}
			return a.withKeys(cmd, false, func(r *reading) error { return a.verify(cmd, r, keys) })
		},
	}
	cmd.Flags().StringArrayVar(&given, "key", nil, "khóa công khai được tin, hoặc tệp khóa / a public key that you trust, or a file of them")
	return cmd
}

// A checkJSON is one thing looked at.
type checkJSON struct {
	Check  string `json:"check"` // records, checkpoint, key or statement
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Code   string `json:"code,omitempty"`
	Why    string `json:"why,omitempty"`
	WhyVi  string `json:"why_vi,omitempty"`
	Signer string `json:"signer,omitempty"`
	// Key is what is known of a key.
	Key *audit.ChainKey `json:"key,omitempty"`
	// Lost is the recovery that gave a checkpoint up.
	Lost *audit.Recovery `json:"lost,omitempty"`
	// Retracted marks a statement taken back and is not judged any more.
	Retracted bool `json:"retracted,omitempty"`
}

func checkResult(check, what string, err error) checkJSON {
	c := checkJSON{Check: check, What: what, OK: err == nil}
	if err != nil {
		f := faultOf(err)
		c.Code, c.Why, c.WhyVi = f.Code, f.En(), f.Vi()
	}
	return c
}

// verify makes every check and reports every failure, not only the first.
func (a *app) verify(cmd *cobra.Command, r *reading, keys []string) error {
	signed, err := r.notary.ListSigned()
	if err != nil {
		return err
	}
	if len(signed) == 0 {
		return audit.ErrNoCheckpoint.With(1)
	}
	// The keys of the folder prove less than keys from elsewhere: the checks say which they were.
	own := len(keys) == 0
	if own {
		if keys, err = ledgerKeys(r); err != nil {
			return err
		}
	}
	lost, err := r.notary.Lost()
	if err != nil {
		return err
	}
	checks := []checkJSON{a.verifyRecords(cmd, r)}
	// Lost checkpoints are shown too, each with the recovery that gave it up.
	for _, c := range audit.CheckSigned(r.notary.View, append(lost, signed...), keys, own) {
		one := checkResult("checkpoint", plainNumber(c.Size), c.Err)
		one.Lost = c.Lost
		if c.Key != "" {
			one.Signer = audit.KeyID(c.Key)
		}
		checks = append(checks, one)
	}
	for _, k := range audit.Chain(r.notary.View, signed, keys) {
		checks = append(checks, ofKey(k))
	}
	statements, size := r.statements(), r.head.Size()
	for _, c := range statements.List(size) {
		// A retracted statement is not judged: nobody stands for it any more.
		if c.Retraction != nil {
			checks = append(checks, checkJSON{Check: "statement", What: c.Key, OK: true, Retracted: true})
			continue
		}
		checks = append(checks, checkResult("statement", c.Key, verifyStatement(cmd.Context(), statements, c.Key, size)))
	}
	return a.endVerify(checks, r.notary.View.RecoveriesBefore(r.notary.View.Size()), r.notary.View.Size(), ledger.Position(signed[len(signed)-1].Size))
}

// ofKey is the check of a key. A key whose announcement was never right, and
// that no record voids, is a failure.
func ofKey(k audit.ChainKey) checkJSON {
	c := checkJSON{Check: "key", What: k.ID, OK: k.State != audit.KeyFalse, Key: &k}
	if !c.OK {
		c.Code, c.Why, c.WhyVi = audit.ErrKeyFalse.Code, k.English(), k.Vietnamese()
	}
	return c
}

// verifyRecords decodes every record and holds it to the records before.
func (a *app) verifyRecords(cmd *cobra.Command, r *reading) checkJSON {
	size := r.notary.View.Size()
	tell, end := a.showBar("Kiểm tra", size)
	defer end()
	var wrong error
	for rec, err := range register.Read(cmd.Context(), r.store, size) {
		if err != nil {
			wrong = err
			break
		}
		tell(rec.Position+1, size)
	}
	return checkResult("records", plainNumber(size), wrong)
}

// verifyStatement is nil where every figure comes out as stated
// and the issuer could stand for the statement. A figure moved by later records is no failure.
func verifyStatement(ctx context.Context, statements *answers.Statements, key string, size ledger.Position) error {
	c, err := statements.Verify(ctx, key, size)
	if err != nil {
		return err
	}
	why := c.Duties
	for _, l := range c.Lines {
		if l.Verdict == answers.Differs || l.Verdict == answers.Undetermined {
			why = errors.Join(why, l.Why)
		}
	}
	return why
}

// A verifiedJSON is everything that was looked at.
type verifiedJSON struct {
	OK     bool        `json:"ok"`
	Size   int64       `json:"size"`   // of the ledger
	Signed int64       `json:"signed"` // of the last checkpoint
	Checks []checkJSON `json:"checks"`
	// Recovered are the losses after which the ledger went on.
	Recovered []audit.Recovery `json:"recovered,omitempty"`
}

// endVerify prints every check, and fails if any failed.
func (a *app) endVerify(checks []checkJSON, recovered []audit.Recovery, size, signed ledger.Position) error {
	wrong := 0
	for _, c := range checks {
		if !c.OK {
			wrong++
		}
	}
	err := a.print(reply{
		Answer: shown.Show(func() any { return verifiedJSON{wrong == 0, int64(size), int64(signed), checks, recovered} }),
		text: func(p *page) {
			for _, c := range checks {
				p.check(c)
			}
			for _, x := range recovered {
				p.line("mất   %s", x.Vietnamese())
			}
			p.gap()
			// Not a failure: records after the last checkpoint are only not signed yet.
			if signed < size {
				p.line("Chưa ký: các bản ghi từ @%d đến @%d. Ký bằng: htxledger checkpoint", signed, size-1)
			}
			switch {
			case wrong == 0 && len(recovered) > 0:
				p.line("%s; với những gì còn lại: sổ khớp với mọi điểm kiểm tra đã ký; mọi báo cáo xác nhận tính lại đúng như đã nêu.",
					"KHÔI PHỤC"+strings.TrimPrefix(audit.RecoveredVietnamese(recovered), "khôi phục"))
			case wrong == 0:
				p.line("ĐÚNG: sổ khớp với mọi điểm kiểm tra đã ký; mọi báo cáo xác nhận tính lại đúng như đã nêu.")
			}
		},
	})
	if err == nil && wrong > 0 {
		return errLedger.With(wrong)
	}
	return err
}

// check is one thing looked at, on a line.
func (p *page) check(c checkJSON) {
	words := map[string]string{
		"records": "bản ghi: đọc được, đúng thứ tự", "checkpoint": "điểm kiểm tra cỡ", "statement": "báo cáo xác nhận", "key": "khóa",
	}
	what := words[c.Check] + " " + c.What
	if c.Check == "records" {
		what = c.What + " " + words[c.Check]
	}
	if c.Signer != "" {
		what += ", khóa " + c.Signer
	}
	if c.OK && c.Lost != nil {
		p.line("mất   %s, theo bản ghi @%d", what, c.Lost.Position)
		return
	}
	if c.OK && c.Key != nil {
		what += ": " + c.Key.Vietnamese()
	}
	if c.Retracted {
		what += " (đã bị rút lại, không xét)"
	}
	if c.OK {
		p.line("ok    %s", what)
		return
	}
	p.line("SAI   %s: %s", what, c.WhyVi)
}
