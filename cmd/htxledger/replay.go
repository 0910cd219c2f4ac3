package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var errDigest = fault.Declare("replay-digest-differs", fault.Unverified,
	"the replay is not what the digest %s says", "kết quả tính lại không giống bản tóm lược %s")

var errDigestPoint = fault.Declare("replay-digest-point", fault.Malformed,
	"%s has a point of its own; leave out the flags of another", "%s có mốc của riêng nó; hãy bỏ các cờ nêu mốc khác")

var errRoads = fault.Declare("replay-differs", fault.Unverified,
	"%d indicators differ between the replay and the live answers", "%d chỉ tiêu tính lại từ đầu không khớp với số đang trả lời")

// replayCommand is the command "replay": fold from zero and compare with the live answers.
func (a *app) replayCommand() *cobra.Command {
	var until, digest string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Tính lại từ bản ghi đầu tiên và đối chiếu / fold from zero and compare with the live answers",
		Long: `Đọc sổ từ bản ghi số 0, tính lại mọi chỉ tiêu bằng cách chậm và đơn giản, rồi đối chiếu với số đang trả lời.
Lệch thì kết thúc với mã 3 và nêu bản ghi đầu tiên gây lệch. --digest TỆP lưu kết quả lại; đã có tệp thì tính lại tại đúng mốc của
tệp đó và cho biết bản ghi nào, con số nào đã khác.

Reads the ledger from record 0, counts every indicator by the slow and plain road, and
compares with the live answers. Exits 3 if any differs, and names the first record at which
the two part. --digest FILE writes the result down where there is no such file; where there
is one it replays at that file's own point and tells what is another: which records, which
figures.`,
		Example: "  htxledger replay --as-of 31/12/2023 --until 31/12/2023 --digest cuoi-nam.digest\n" +
			"  htxledger replay --digest cuoi-nam.digest",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs(outputsOf...); err != nil {
				return err
			}
			r, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer r.close()
			if until != "" {
				a.query.Known = until
			}
			return a.replay(cmd.Context(), r, digest)
		},
	}
	cmd.Flags().StringVar(&until, "until", "", "chỉ đọc đến / read only up to: a day, an instant, or a size @N (same as --known-at)")
	cmd.Flags().StringVar(&digest, "digest", "", "lưu kết quả vào tệp, hoặc so với tệp đã có / write the result to a file, or compare with it")
	return cmd
}

// replay counts everything again, prints it, and compares it with a digest if
// one is named.
func (a *app) replay(ctx context.Context, r *reading, file string) error {
	kept, err := a.keptDigest(file)
	if err != nil {
		return err
	}
	var p *answers.Point
	if kept != nil {
		// A digest is of one point; another would be compared with nothing, without a word.
		if q := a.query; cmp.Or(q.AsOf, q.Known, q.Place, q.Map, q.Period, q.Scheme) != "" {
			return errDigestPoint.With(file)
		}
		p, err = kept.Point(r.head)
	} else {
		p, err = r.head.Resolve(a.query)
	}
	if err != nil {
		return err
	}
	tell, end := a.showBar("Tính lại", p.Size)
	out, err := r.answers.Replay(ctx, r.store, p, tell)
	end()
	if err != nil {
		return err
	}
	more := replayFindings{}
	// The first record apart takes many folds to find: only where there is one.
	if len(out.Differences) > 0 {
		if more.apart, err = r.answers.FirstApart(ctx, r.store, out); err != nil {
			return err
		}
	}
	if kept != nil {
		if more.digest, err = r.answers.Compare(kept, out, r.notary); err != nil {
			return err
		}
	}
	if err := a.print(replayReply(out, more)); err != nil {
		return err
	}
	// The findings are printed whatever the exit code: they are the answer.
	switch n := len(out.Differences); {
	case n > 0:
		return errRoads.With(n)
	case kept != nil && !more.digest.Same():
		return errDigest.With(file)
	case kept == nil && file != "":
		return a.keepDigest(r, out, file)
	}
	return nil
}

// keptDigest is the digest in a file, or nil without a file.
func (a *app) keptDigest(file string) (*answers.Digest, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	// No file yet: this replay writes it.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return answers.ParseDigest(b)
}

// keepDigest writes the digest of a replay to a new file.
func (a *app) keepDigest(r *reading, out *answers.Replay, file string) error {
	d, err := r.answers.Digest(out, r.notary)
	if err != nil {
		return err
	}
	b, err := d.Encode()
	if err != nil {
		return err
	}
	if err := newFile(file, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	a.say("Đã lưu bản tóm lược vào %s. / digest written", file)
	return nil
}

// replayFindings are the findings where two counts differ.
type replayFindings struct {
	apart  *answers.Apart
	digest *answers.DigestDifference // nil where no digest was compared with
}

// findings adds where the roads part and what a kept digest differs in.
func (p *page) findings(more replayFindings) {
	if x := more.apart; x != nil {
		p.line("Lệch lần đầu ở bản ghi @%d (%s, %s): %s.", x.Record.Position, x.Record.Kind, x.Record.Stream, x.Definition.Code)
	}
	switch d := more.digest; {
	case d == nil:
	case d.Same():
		p.line("Giống hệt bản tóm lược đã lưu: mọi bản ghi và mọi con số.")
	default:
		if d.UpTo > 0 {
			p.line("Bản ghi khác đi đầu tiên nằm trong khoảng từ @%d đến @%d.", d.After, d.UpTo-1)
		}
		for _, f := range d.Figures {
			p.line("%s (%v): trước là %s, nay là %s.", f.Code, audit.Member(f.Member), f.Was, f.Is)
		}
	}
}

// replayReply is each figure by both roads, and the findings.
func replayReply(r *answers.Replay, more replayFindings) reply {
	return reply{
		point:  r.Point,
		Answer: shown.ShowReplay(r, more.apart, more.digest),
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
			p.findings(more)
		},
	}
}

// liveOf is the live answer where the replay's is another, or nil.
func liveOf(r *answers.Replay, f *indicator.Figure) *indicator.Figure {
	for _, d := range r.Differences {
		if d.Slow == f {
			return d.Fast
		}
	}
	return nil
}
