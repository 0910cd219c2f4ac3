package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"htxledger/api/imports"
	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/asof"
)

// A handing is one file on its way into the ledger.
type handing struct {
	*app
	*imports.File
	how  importing
	path string
}

// readable refuses a file with mistakes, but for those that may be left out.
func (h *handing) readable(ctx context.Context) error {
	if h.Nameless() {
		h.askWhose(ctx)
	}
	return h.refused(h.Acceptable())
}

// askWhose asks about rows that name their co-operative in words only. Where the
// ledger cannot be read the rows stay as they are: they are wrong in any case.
func (h *handing) askWhose(ctx context.Context) {
	r, err := h.app.read(ctx)
	if err != nil {
		return
	}
	defer r.close()
	h.AskWhose(r.projection, h.now().DayIn())
}

// ledger is the ledger for the local user. Commands are recorded as they are:
// the ledger need not be read for them, but in a dry run.
func (h *handing) ledger(ctx context.Context, w *writing) (imports.Ledger, error) {
	l := imports.Ledger{Projection: asof.New(), Try: w.tryMany, Record: w.takeMany, Now: h.now}
	if h.Sheet.Form == "" && !h.how.dry {
		return l, nil
	}
	return l, h.fill(ctx, w.store, l.Projection)
}

// refused hands a file with problems back and says what is wrong with it; any
// other error stays as it is.
func (h *handing) refused(err error) error {
	var bad *imports.Rejected
	if !errors.As(err, &bad) {
		return err
	}
	if err := h.handBack(); err != nil {
		return err
	}
	return ledger.NotWritten(&badRows{bad})
}

// told writes what was asked for beside the answer.
func (h *handing) told(err error) error {
	if err != nil {
		return err
	}
	return h.handBack()
}

// handBack writes the marked workbook, what is left and the report, where they
// are asked for.
func (h *handing) handBack() error {
	if h.how.marked != "" && h.Workbook() && len(h.Problems) > 0 {
		if err := writeMade(h.how.marked, h.Marked); err != nil {
			return err
		}
		h.say("Đã đánh dấu %s lỗi trong %s.", vi.Integer(len(h.Problems)), h.how.marked)
	}
	if h.how.rest != "" && len(h.Problems) > 0 && h.Acceptable() == nil {
		if err := writeMade(h.how.rest, h.Rest); err != nil {
			return err
		}
		h.say("Các dòng còn lại, có đánh dấu, ở %s.", h.how.rest)
	}
	if h.how.report == "" {
		return nil
	}
	f, err := os.Create(h.how.report)
	if err != nil {
		return err
	}
	return errors.Join(wire.Encode(f, h.Wire(recorder.ImportResult{Outcome: recorder.ImportNotRecorded})), f.Close())
}

// writeMade writes what is made to a file.
func writeMade(path string, made func() ([]byte, error)) error {
	b, err := made()
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// reply is the answer to a file that is not refused: what a dry run found, or
// the receipt.
func (h *handing) reply(res recorder.ImportResult) reply {
	return reply{
		json: func() any { return h.Wire(res) },
		text: func(p *page) { h.text(p, res) },
	}
}

// mostTold bounds how many doubts and notes are printed; the report has all.
const mostTold = 50

func (h *handing) text(p *page, res recorder.ImportResult) {
	for _, list := range []struct {
		word  string
		items []imports.Problem
	}{{"Để lại", h.Problems}, {"Cảnh báo", h.Doubts}, {"Ghi chú", h.Sheet.Notes}} {
		groups := imports.Grouped(list.items)
		for _, x := range groups[:min(len(groups), mostTold)] {
			p.line("%s: %s", list.word, x.Vi())
		}
		if more := len(groups) - mostTold; more > 0 {
			p.line("… và %s mục nữa (xem --report).", vi.Integer(more))
		}
	}
	if n := h.Sheet.Ignored.Unfilled; n > 0 && len(h.Sheet.Rows) > 0 {
		p.line("%s dòng của biểu mẫu chưa điền, không đọc.", vi.Integer(n))
	}
	if r := h.HandedIn(); r != nil {
		p.line("Tệp này đã được nộp lúc %s (bản ghi @%d).", vi.Instant(r.Recorded), r.Position)
	}
	h.effectText(p)
	h.outcome(p, res)
}

// outcome says what was, or would be, recorded.
func (h *handing) outcome(p *page, res recorder.ImportResult) {
	all := h.All()
	repeated := 0
	kinds := map[string]int{}
	var order []string
	for _, r := range all {
		if r.Repeated {
			repeated++
			continue
		}
		kind := vi.Kind(r.Record.Kind)
		if kinds[kind] == 0 {
			order = append(order, kind)
		}
		kinds[kind]++
	}
	if n := h.Sheet.Ignored.Unfilled; n > 0 && len(h.Sheet.Rows) == 0 {
		p.line("Biểu mẫu chưa điền dòng nào: %s dòng có sẵn HTX còn trống. Không có gì để ghi.", vi.Integer(n))
		return
	}
	fresh := len(all) - repeated
	var parts []string
	for _, k := range order {
		parts = append(parts, k+": "+vi.Integer(kinds[k]))
	}
	if h.how.dry {
		p.line("Thử: %s lệnh ghi được, %s lệnh đã ghi từ trước. Chưa ghi gì.", vi.Integer(fresh), vi.Integer(repeated))
	} else {
		p.line("Đã ghi %s lệnh; %s lệnh đã ghi từ trước.", vi.Integer(fresh), vi.Integer(repeated))
	}
	if len(parts) > 0 && h.Sheet.Form != "" {
		p.line("Gồm %s.", strings.Join(parts, ", "))
	}
	if res.Recorded > 0 {
		p.line("Bản ghi @%d đến @%d.", res.First, res.Last)
		if h.Sheet.Form != "" {
			p.line("Biên nhận: số @%d, lúc %s, %s dòng, tệp %s, sha256 %s.", res.Last, vi.Instant(h.lastTaken(res)), vi.Integer(len(h.Sheet.Rows)), h.Name, h.Sheet.SHA256)
		}
	}
}

// effectText adds the targets that would change.
func (h *handing) effectText(p *page) {
	if h.Effect == nil {
		return
	}
	p.line("Chỉ tiêu của %s:", imports.PlanOf(h.Effect))
	shifts := imports.Shifts(h.Effect)
	if len(shifts) == 0 {
		p.line("không chỉ tiêu nào thay đổi.")
		return
	}
	t := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Hiện tại"), right("Sau khi ghi"), left("Đánh giá"))
	for _, s := range shifts {
		t.add(s.ID, shortened(s.Text, briefText), s.Before, s.After, s.Verdict)
	}
	p.table(t)
	p.gap()
}

// lastTaken is when the last of the records was taken.
func (h *handing) lastTaken(res recorder.ImportResult) (at calendar.Instant) {
	for _, r := range res.Results {
		if r.Record != nil && r.Record.Position == res.Last {
			at = r.Record.Recorded
		}
	}
	return at
}

// tryMany is takeMany but for the writing.
func (w *writing) tryMany(ctx context.Context, drafts []*ledger.Draft) ([]recorder.Result, error) {
	if len(drafts) == 0 {
		return nil, nil
	}
	mine := signed(drafts)
	results, err := w.recorder.Through(plainDoor()).TryImport(ctx, mine)
	if unsigned(mine, drafts, results) {
		return w.recorder.Through(plainDoor()).TryImport(ctx, mine)
	}
	return results, err
}
