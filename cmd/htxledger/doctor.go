package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/register"
)

// doctorCommand is the command "doctor": examine the store.
func (a *app) doctorCommand() *cobra.Command {
	var accept, discard bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Khám sổ / examine the store",
		Long: `Kiểm tra tệp, từng bản ghi và tệp head, không thay đổi gì, kể cả với sổ không mở được.
--accept-head viết lại tệp head bị mất theo các bản ghi hiện có: chỉ dùng khi biết chắc không thiếu gì. Tệp head
còn đọc được mà trái với sổ thì bị từ chối, trừ khi thêm --discard-head: bỏ những gì tệp đó xác nhận, giữ tệp cũ là head.old.

Với --store thì khám từ ngoài: phiên bản máy chủ, siêu dữ liệu và danh sách quyền của luồng, thứ tự và chỗ trống,
từng bản ghi, gốc Merkle so với các điểm kiểm tra trong thư mục khóa, và tài khoản được làm gì.

Examines the files, every record and the head file, and changes nothing, also where the
ledger does not open. --accept-head writes a lost head file anew from the records there are:
it cannot know what is missing at the end, so it must be a person's decision. It refuses a
head file that can be read and contradicts the records; --discard-head gives that up too,
says what, and keeps the old file as head.old. With --store it examines a stream from
outside: the server's version, metadata, access list, order and gaps, every record, the root
against the checkpoints in the folder of keys, and what the account may do.`,
		Example: "  htxledger doctor",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if a.remoteStore() != "" {
				if accept || discard {
					return a.requireLocal("doctor --accept-head", copyFirst)
				}
				return a.examineStore(cmd)
			}
			switch {
			case accept:
				return a.acceptHead(cmd, discard)
			case discard:
				return usageFault("--discard-head goes with --accept-head", "--discard-head phải đi cùng --accept-head")
			}
			return a.examine(cmd)
		},
	}
	cmd.Flags().BoolVar(&accept, "accept-head", false, "viết lại tệp head / write the head file anew")
	cmd.Flags().BoolVar(&discard, "discard-head", false, "bỏ tệp head còn đọc được mà trái với sổ / give up a head file that contradicts the records")
	return cmd
}

// acceptHead writes the head file anew and tells which records are given up.
func (a *app) acceptHead(cmd *cobra.Command, discard bool) error {
	done, err := embedded.AcceptHead(cmd.Context(), a.data, discard)
	if err != nil {
		return err
	}
	for _, g := range done.GivenUp {
		a.say("Đã bỏ: tệp head cũ xác nhận %d bản ghi, gốc %s; sổ có %d bản ghi, gốc %s.\n  given up: the old head file vouched for %d records, root %s",
			g.Vouched.Size, g.Vouched.Root, g.Holds.Size, g.Holds.Root, g.Vouched.Size, g.Vouched.Root)
	}
	if done.Kept != "" {
		a.say("Tệp head cũ được giữ lại: %s / the old head file is kept", filepath.Join(a.data, done.Kept))
	}
	return a.printDone(headReply("Đã chấp nhận", done.Head))
}

// A reportJSON is the findings of doctor.
type reportJSON struct {
	Size     int64                `json:"size"`
	Root     string               `json:"root,omitempty"`
	Heads    []headJSON           `json:"heads"`
	Problems []shown.ProblemError `json:"problems"`
}

// examine looks at the local store without opening it to write, and prints what
// was found.
func (a *app) examine(cmd *cobra.Command) error {
	report, err := embedded.Check(cmd.Context(), a.data)
	if err != nil {
		return err
	}
	if len(report.Problems) == 0 {
		report.Problems = a.findUnreadable(cmd)
	}
	if len(report.Problems) == 0 {
		report.Problems = a.unlikeSigned(cmd)
	}
	if err := a.print(reportReply(report)); err != nil || len(report.Problems) == 0 {
		return err
	}
	return report.Problems[0]
}

// findUnreadable decodes all records of a sound store, and gives the error of the
// first unreadable record.
func (a *app) findUnreadable(cmd *cobra.Command) []error {
	store, err := embedded.OpenReadOnly(cmd.Context(), a.data)
	if err != nil {
		return []error{err}
	}
	defer store.Close()
	size, err := store.Size(cmd.Context())
	if err != nil {
		return []error{err}
	}
	tell, end := a.showProgress("Đọc sổ", size)
	defer end()
	for r, err := range register.Read(cmd.Context(), store, -1) {
		if err != nil {
			return []error{err}
		}
		tell(r.Position+1, size)
	}
	return nil
}

// unlikeSigned gives the difference between a sound store and the signed
// ledger, if there is a difference.
func (a *app) unlikeSigned(cmd *cobra.Command) []error {
	hold, err := a.heldFrom(cmd.Context())
	if err == nil {
		err = hold.Err()
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

// reportReply is the findings about a local store.
func reportReply(r embedded.Report) reply {
	return reply{
		Answer: shown.Show(func() any {
			out := reportJSON{Size: int64(r.Size), Heads: []headJSON{}, Problems: []shown.ProblemError{}}
			if len(r.Problems) == 0 {
				out.Root = r.Root.String()
			}
			for _, h := range r.Heads {
				out.Heads = append(out.Heads, headJSON{int64(h.Size), h.Root.String()})
			}
			for _, err := range r.Problems {
				f := faultOf(err)
				out.Problems = append(out.Problems, shown.ProblemError{Code: f.Code, Message: f.En(), MessageVi: f.Vi()})
			}
			return out
		}),
		text: func(p *page) { p.addExamination(r) },
	}
}

// addExamination adds the findings about the files of a store.
func (p *page) addExamination(r embedded.Report) {
	p.line("Bản ghi: %d", r.Size)
	for _, h := range r.Heads {
		p.line("Tệp head xác nhận: %d bản ghi, gốc %s", h.Size, h.Root)
	}
	if len(r.Heads) < embedded.HeadSlots && r.Size > ledger.Position(0) {
		p.line("Tệp head chỉ còn %d trong %d ô đọc được; lần ghi sau sẽ viết lại.", len(r.Heads), embedded.HeadSlots)
	}
	if len(r.Problems) == 0 {
		p.line("Gốc Merkle: %s", r.Root)
		p.line("Sổ nguyên vẹn: tệp, từng bản ghi và tệp head đều khớp.")
		return
	}
	for _, err := range r.Problems {
		f := faultOf(err)
		p.line("Hỏng: %s", f.Vi())
		p.line("  damage [%s]: %s", f.Code, f.En())
	}
}
