package web

import (
	"errors"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// startView is the first steps in a ledger without anything to see.
type startView struct {
	Lead  string
	Now   string // the address of the same page now; "" where that is no better
	Steps []startStep
	Links []link // pages that work all the same
}

type startStep struct {
	Text, Command string
	Done          bool
}

// start gives the first steps, for the errors of a ledger with nothing to
// judge yet; nil for any other.
func (s *Site) start(a *Asked, err error) *startView {
	head := a.Head.Size()
	switch {
	case errors.Is(err, answers.ErrNothing) && head > 0:
		return &startView{Lead: "Ở mốc này sổ chưa ghi gì. Hãy chọn một mốc muộn hơn, hoặc xem số liệu hiện tại.", Now: a.withChanged("as_of", "", "known_at", "")}
	case errors.Is(err, answers.ErrNothing), errors.Is(err, indicator.ErrNoPlace), errors.Is(err, answers.ErrNoPlan):
	default:
		return nil
	}
	v := &startView{Lead: "Lập sổ theo bốn bước dưới đây; bước nào đã có thì được đánh dấu. Cách làm từng bước, với tệp mẫu: docs/huong-dan.md, mục 11. Muốn xem thử với số liệu mô phỏng: htxledger demo."}
	v.Steps = s.steps(a.Head)
	if v.Steps[3].Done {
		v.Lead = "Chưa kế hoạch nào đã ghi có hiệu lực vào ngày này: hãy chọn kế hoạch ở trên để xem ở ngày cuối năm của nó, hoặc ghi thêm kế hoạch của năm này."
	}
	for _, x := range sections {
		if x.Path != "/" && head > 0 {
			v.Links = append(v.Links, link{x.Text, a.addressOf(x.Path)})
		}
	}
	return v
}

// steps are the steps of the guide, with those done at a head marked.
func (s *Site) steps(h *answers.Head) []startStep {
	n := h.Size()
	_, mapless := h.Resolve(answers.Query{})
	planned := mapless == nil && len(s.Answers.Plans(n, h.Today())) > 0
	return []startStep{
		{"Mở sổ", "htxledger init --place MÃ-TỈNH --title \"…\" --origin …", n > 0},
		{"Khai báo địa bàn: tỉnh, huyện, xã", "htxledger import dia-ban.csv --form places", n > 0 && mapless == nil},
		{"Nhập các HTX đang có", "htxledger import htx.csv --form coop-establishments", s.Answers.CountCoops(n) > 0},
		{"Ghi kế hoạch năm", "htxledger import ke-hoach.ndjson", planned},
	}
}
