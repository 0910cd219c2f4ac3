package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var (
	errNoStanding = fault.Declare("statement-none", fault.NotFound,
		"no statement stands in this ledger; issue one with: htxledger statement issue",
		"trong sổ chưa có báo cáo xác nhận nào còn hiệu lực; hãy phát hành bằng: htxledger statement issue")
	errCosigned = fault.Declare("checkpoint-not-ours", fault.Rejected,
		"the checkpoint in %s, of size %d, is not one that was signed here and covers the statement",
		"điểm kiểm tra trong %s, cỡ %d, không phải do sổ này ký hoặc không bao gồm báo cáo xác nhận")
	errEvidence = fault.Declare("evidence-not-verified", fault.Unverified,
		"the evidence was written, but it does not verify: %s", "đã ghi tệp bằng chứng, nhưng tệp không xác minh được: %s")
)

// evidenceCommand is the command "evidence": write the evidence for a statement.
func (a *app) evidenceCommand() *cobra.Command {
	var key, cosigned string
	cmd := &cobra.Command{
		Use:   "evidence FILE",
		Short: "Ghi tệp bằng chứng của một báo cáo xác nhận / write the evidence for a statement",
		Long: `Ghi vào một tệp mọi thứ mà htxverify cần để kiểm tra một báo cáo xác nhận mà không cần sổ, máy chủ hay tin ai: toàn bộ bản ghi,
điểm kiểm tra đã ký, báo cáo. Không có --statement thì lấy báo cáo phát hành sau cùng còn hiệu lực; chưa có điểm kiểm tra bao gồm
báo cáo thì ký một cái. "-" là in ra.

Writes one file with all that htxverify needs: the whole prefix of records, a signed checkpoint
(signed now if none covers the statement) and the statement, by default the last one that
stands. --checkpoint takes a note with the cosignatures of witnesses. A file that exists is
never replaced. The file is verified before this command ends; one that does not verify is
still written, being evidence against its statement, and exits 3.`,
		Example: "  htxledger statement issue coops.registered --title \"Số liệu 30/11/2023\" --as-of 30/11/2023 --key so-lieu-2023-11\n" +
			"  htxledger evidence so-lieu-2023-11.evidence --statement so-lieu-2023-11",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withTree(cmd, func(r *reading) error {
				e, err := a.gatherEvidence(cmd.Context(), r, key, cosigned)
				if err != nil {
					return err
				}
				return a.handOver(cmd.Context(), r, e, args[0])
			})
		},
	}
	cmd.Flags().StringVar(&key, "statement", "", "khóa của báo cáo / key of the statement (default the last that stands)")
	cmd.Flags().StringVar(&cosigned, "checkpoint", "", "tệp điểm kiểm tra có chữ ký nhân chứng / a note that witnesses cosigned")
	return cmd
}

// gatherEvidence collects the evidence for a statement, and signs what is not covered.
func (a *app) gatherEvidence(ctx context.Context, r *reading, key, cosigned string) (*audit.EvidenceSource, error) {
	statements, size := r.statements(), r.head.Size()
	if key == "" {
		for _, c := range statements.List(size) {
			if c.Stands() {
				key = c.Key
			}
		}
		if key == "" {
			return nil, errNoStanding
		}
		// A statement that does not verify still has evidence: against itself.
	} else if _, err := statements.Verify(ctx, key, size); errors.Is(err, answers.ErrNoStatement) {
		return nil, err
	}
	if cosigned != "" {
		return a.gatherCosigned(ctx, r, key, cosigned)
	}
	e, err := r.notary.Evidence(ctx, key)
	if !errors.Is(err, audit.ErrNoCheckpoint) {
		return e, err
	}
	if _, err := a.signSize(ctx, r, -1); err != nil {
		return nil, err
	}
	return r.notary.Evidence(ctx, key)
}

// gatherCosigned takes the checkpoint of a file, which must be one of those
// signed here with more signatures behind it, in place of any other that could
// cover the statement.
func (a *app) gatherCosigned(ctx context.Context, r *reading, key, file string) (*audit.EvidenceSource, error) {
	signed, err := r.notary.ListSigned()
	if err != nil {
		return nil, err
	}
	note, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c, err := audit.ReadUnverified(note)
	if err != nil {
		return nil, err
	}
	var list []audit.Signed
	ring := r.notary.View.Ring(ledger.Position(c.Size))
	for _, s := range signed {
		switch {
		case s.Size == c.Size && s.Root == c.Root && s.Origin == c.Origin && bytes.HasPrefix(note, s.Note):
			// Ours, with more signatures behind: the note must begin with the one signed here.
			list = append(list, audit.Signed{Checkpoint: c, Note: note})
		case s.Size < c.Size && ring.Handover(s.Size):
			// Smaller checkpoints that hand over to a later key are part of the proof.
			list = append(list, s)
		}
	}
	e, err := audit.Gather(ctx, r.store, key, list)
	if err == nil && bytes.Equal(e.Checkpoint, note) {
		return e, nil
	}
	if err != nil && !errors.Is(err, audit.ErrNoCheckpoint) {
		return nil, err
	}
	return nil, errCosigned.With(file, c.Size)
}

// handOver writes evidence and verifies the written bytes, with the keys of the
// folder, as they pass: a long ledger is never whole in memory.
func (a *app) handOver(ctx context.Context, r *reading, e *audit.EvidenceSource, file string) error {
	keys, err := ledgerKeys(r)
	if err != nil {
		return err
	}
	var report *audit.Report
	write := func(w io.Writer) (err error) {
		report, err = writeAndVerify(ctx, w, e, audit.Options{Keys: keys})
		return err
	}
	// To a pipe there is no receipt: it would stand behind the file.
	if file == "-" {
		err = write(a.out)
	} else if err = newFile(file, write); err == nil {
		err = a.print(evidenceReply(file, report))
	}
	if err == nil && !report.OK {
		return errEvidence.With(report.Code)
	}
	return err
}

// writeAndVerify writes evidence to two: to w, and to the verifier.
func writeAndVerify(ctx context.Context, w io.Writer, e *audit.EvidenceSource, o audit.Options) (*audit.Report, error) {
	from, to := io.Pipe()
	failed := make(chan error, 1)
	// Written and verified at once: the pipe holds no more than a piece.
	go func() {
		err := e.Write(ctx, io.MultiWriter(w, to))
		failed <- err
		to.CloseWithError(err) // nil is the end of the file
	}()
	report, err := audit.VerifyFile(from, o)
	if err == nil {
		_, err = io.Copy(io.Discard, from) // a refusing verifier stops reading, and the file is to be whole
	}
	from.CloseWithError(err)
	if written := <-failed; written != nil {
		return nil, written
	}
	return report, err
}

// An evidenceJSON is the receipt of a written file.
type evidenceJSON struct {
	File   string        `json:"file"`
	Report *audit.Report `json:"report"`
}

func evidenceReply(file string, report *audit.Report) reply {
	return reply{
		Answer: shown.Show(func() any { return evidenceJSON{file, report} }),
		text: func(p *page) {
			p.line("Đã ghi %s: %d bản ghi, điểm kiểm tra cỡ %d.", file, report.Records, report.Size)
			p.line("%s", report.Vietnamese)
		},
	}
}
