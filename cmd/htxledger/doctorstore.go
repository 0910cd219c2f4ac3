package main

import (
	"errors"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/merkle"
)

// A storeReportJSON is the findings of doctor about a store seen from
// outside.
type storeReportJSON struct {
	Version  string               `json:"server_version"`
	Stream   string               `json:"stream"`
	Size     int64                `json:"size"`
	Held     int64                `json:"held"` // records that could be read, from the first on
	Root     string               `json:"root,omitempty"`
	MayWrite bool                 `json:"may_write"`
	Checked  bool                 `json:"checkpoints"` // held to those in a folder of keys
	Members  []storeMemberJSON    `json:"members"`     // of the cluster
	Problems []shown.ProblemError `json:"problems"`
}

// A storeMemberJSON is a node of the cluster with its role.
type storeMemberJSON struct {
	Address string `json:"address"`
	State   string `json:"state"`
	Alive   bool   `json:"alive"`
}

// examineStore examines the store the flags name, from outside.
func (a *app) examineStore(cmd *cobra.Command) error {
	hold, err := a.readHold()
	if err != nil {
		return err
	}
	var tree merkle.Tree
	r, err := eventstoredb.Examine(cmd.Context(), a.remoteStore(), eventstoredb.Options{}, func(e ledger.Entry) error {
		record, err := ledger.Decode(e.Bytes)
		if err == nil && record.Position != e.Position {
			err = ledger.ErrPositions.With(record.Position, e.Position)
		}
		if err != nil {
			return ledger.ErrCorrupt.With(e.Position, ledger.Unreadable).Because(err)
		}
		tree.Append(e.Bytes)
		if hold == nil {
			return nil
		}
		return hold.Apply(record)
	})
	if err != nil {
		return err
	}
	if err := hold.Err(); err != nil && len(r.Problems) == 0 {
		r.Problems = append(r.Problems, err)
	}
	if err := a.print(storeReply(r, tree.Root(), hold != nil)); err != nil || len(r.Problems) == 0 {
		return err
	}
	return r.Problems[0]
}

// readHold is the hold by the checkpoints in the folder of keys; nil where there is
// none.
func (a *app) readHold() (*audit.Hold, error) {
	folder, err := a.openKeys(false)
	switch {
	case errors.Is(err, audit.ErrNoKey):
		return nil, nil
	case err != nil:
		return nil, err
	}
	defer folder.Close()
	return audit.NewHold(folder), nil
}

// storeReply is the findings about a remote store; root is of the records read,
// checked says whether checkpoints were there to compare with.
func storeReply(r eventstoredb.Report, root merkle.Hash, checked bool) reply {
	return reply{
		Answer: shown.Show(func() any {
			out := storeReportJSON{
				Version: r.Version, Stream: r.Stream, Size: int64(r.Size), Held: int64(r.Held), MayWrite: r.MayWrite,
				Checked: checked, Members: []storeMemberJSON{}, Problems: []shown.ProblemError{},
			}
			for _, m := range r.Members {
				out.Members = append(out.Members, storeMemberJSON(m))
			}
			if len(r.Problems) == 0 {
				out.Root = root.String()
			}
			for _, err := range r.Problems {
				f := faultOf(err)
				out.Problems = append(out.Problems, shown.ProblemError{Code: f.Code, Message: f.En(), MessageVi: f.Vi()})
			}
			return out
		}),
		text: func(p *page) {
			p.line("Máy chủ EventStoreDB: phiên bản %s, luồng %s", r.Version, r.Stream)
			for _, m := range r.Members {
				state := m.State
				if !m.Alive {
					state += ", không trả lời / not alive"
				}
				p.line("Nút %s: %s", m.Address, state)
			}
			p.line("Bản ghi: %d, đọc được %d", r.Size, r.Held)
			if !r.MayWrite {
				p.line("Tài khoản này chỉ được đọc, không ghi được. / This account may not append.")
			}
			if !checked {
				p.line("Không có thư mục khóa: chưa đối chiếu với điểm kiểm tra nào. / No checkpoints to hold it to.")
			}
			if len(r.Problems) == 0 {
				p.line("Gốc Merkle: %s", root)
				p.line("Nhìn từ ngoài, kho nguyên vẹn: siêu dữ liệu, quyền, thứ tự và từng bản ghi đều khớp.")
				return
			}
			for _, err := range r.Problems {
				f := faultOf(err)
				p.line("Hỏng: %s", f.Vi())
				p.line("  damage [%s]: %s", f.Code, f.En())
			}
		},
	}
}
