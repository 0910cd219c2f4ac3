package web

import (
	"strconv"

	"htxledger/api/imports"
	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// UndoFields are the fields of the form that takes an import back.
var UndoFields = []string{"reason", "note", "leave", "orphans"}

const receiptsPath = importsPath + "/bien-nhan"

// A receiptLine is an import that the ledger holds.
type receiptLine struct {
	link
	Recorded, Actor, Sheet string
}

// receipts is the page of the imports that the ledger holds.
func (s *Site) receipts(a *Asked) (Page, error) {
	f := s.newFrame(a, "Biên nhận các lần nộp tệp")
	f.Clocks = nil
	f.Lead = "Lập lại từ sổ, mới nhất ở trên: không bao giờ mất. Mở một biên nhận để xem và hoàn tác lần nộp đó."
	var list []receiptLine
	if s.Receipts != nil {
		for _, x := range s.Receipts(a.Head.Size()).Imports {
			list = append(list, receiptLine{link{"@" + strconv.FormatInt(x.First, 10) + " đến @" + strconv.FormatInt(x.Last, 10), receiptsPath + "/" + x.Receipt}, instantIn(x.Recorded), x.Actor, x.Sheet})
		}
	}
	return f.render("receipts.html", list)
}

// A receiptView is the page of one import, and what taking it back would come to.
type receiptView struct {
	Receipt, Seen string
	Undo          string // address; "" where there is nothing to take back
	Lists         []undoList
	Reason        []option
	Note          *field
	Checks        []check
	Outcome       outcomeView
}

// An undoList is a part of what an undoing is about.
type undoList struct {
	Title, Count string
	Lines        []undoLine
	More         string
}

type undoLine struct {
	Record           link
	Kind, Said, Note string
}

// receipt is the page of one import.
func (s *Site) receipt(a *Asked) (Page, error) { return s.receiptPage(a, nil) }

// UndoRefused is that page where the taking back was refused.
func (s *Site) UndoRefused(a *Asked, err error) (Page, error) { return s.receiptPage(a, err) }

func (s *Site) receiptPage(a *Asked, refused error) (Page, error) {
	f := s.newFrame(a, "Hoàn tác một lần nộp tệp")
	f.Clocks = nil
	v := &receiptView{Receipt: a.Param("receipt"), Note: &field{Name: "note", Label: "Diễn giải lý do", Value: a.get("note")}}
	f.own = append(f.own, v.Note)
	if s.TryUndo == nil {
		return Page{}, imports.ErrNotHere
	}
	u, err := s.TryUndo(a.ctx(), a.Who, v.Receipt)
	if u == nil {
		f.Offers = []link{{"Biên nhận các lần nộp tệp", receiptsPath}}
		return f.refuse("receipt.html", err, v)
	}
	s.describeUndo(a, v, u)
	if refused == nil && len(u.Back) > 0 { // a missing permission is said before anything is tried
		refused = err
	}
	if refused != nil {
		return f.refuse("receipt.html", refused, v)
	}
	return f.render("receipt.html", v)
}

// describeUndo fills in what an undoing comes to.
func (s *Site) describeUndo(a *Asked, v *receiptView, u *imports.Undoing) {
	var names vi.Names
	if at, err := a.Head.Resolve(answers.Query{}); err == nil {
		names = s.recordNames(at)
	}
	v.Receipt, v.Seen = u.Import, u.Seen
	for _, x := range []struct {
		title string
		list  []imports.UndoRecord
	}{
		{"Sẽ rút lại", u.Back}, {"Đã rút lại từ trước", u.Done},
		{"Để nguyên, vì người khác đã đính chính hoặc rút lại sau đó", u.Kept}, {"Nội dung của lần ghi khác, sẽ mất chỗ dựa và không được tính nữa", u.Orphans},
	} {
		if len(x.list) == 0 {
			continue
		}
		list := undoList{Title: x.title, Count: vi.Integer(len(x.list))}
		for _, r := range x.list[:min(len(x.list), mostGroups)] {
			line := undoLine{Record: link{"@" + strconv.FormatInt(r.Position, 10), a.addressOf("/so/" + strconv.FormatInt(r.Position, 10))}, Kind: r.Word, Note: r.MessageVi}
			if rec := u.Record(r.Position); rec != nil {
				line.Said = names.About(rec.Stream) + ": " + vi.Said(rec, names)
			}
			if r.By != nil {
				line.Note = "bản ghi @" + strconv.FormatInt(*r.By, 10) + " đã quyết định sau đó"
			}
			list.Lines = append(list.Lines, line)
		}
		if more := len(x.list) - mostGroups; more > 0 {
			list.More = "… và " + vi.Integer(more) + " bản ghi nữa"
		}
		v.Lists = append(v.Lists, list)
	}
	if len(u.Back) == 0 {
		v.Outcome = outcomeView{"met", "●", "Lần nộp này không còn bản ghi nào để rút lại; có thể nộp lại tệp"}
		return
	}
	v.Outcome = outcomeView{"near", "◐", "Xem trước: chưa rút lại gì. Xem kỹ bên dưới rồi bấm “Rút lại”"}
	v.Undo = receiptsPath + "/" + u.Import + "/hoan-tac"
	for _, r := range ledger.Reasons {
		v.Reason = append(v.Reason, option{r, vi.Reason(r), r == a.get("reason") || a.get("reason") == "" && r == "other"})
	}
	if len(u.Kept) > 0 {
		v.Checks = append(v.Checks, check{"leave", "Để nguyên các bản ghi đã được người khác đính chính", "", a.get("leave") == "true"})
	}
	if len(u.Orphans) > 0 {
		v.Checks = append(v.Checks, check{"orphans", "Tôi biết nội dung của lần ghi khác sẽ mất chỗ dựa", "", a.get("orphans") == "true"})
	}
}
