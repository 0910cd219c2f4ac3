package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"htxledger/api/sheets"
	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/intake"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/handin"
)

// A handing is one file on its way into the ledger.
type handing struct {
	*app
	how      importing
	path     string
	bytes    []byte
	workbook bool
	sheet    *intake.Sheet

	projection *asof.Projection
	settled    *handin.Settled
	left       map[int]bool // rows of the sheet that --valid-rows leaves out
	problems   []intake.Problem
	drafts     []*ledger.Draft // to be recorded
	index      []int           // of each among the sheet's drafts
	results    []recorder.Result
	doubts     []intake.Problem
	effect     *answers.Effect
}

// readable refuses a file with mistakes, but for those that may be left out.
func (h *handing) readable(ctx context.Context) error {
	h.problems = h.sheet.Problems()
	h.askWhose(ctx)
	wrongSum := slices.ContainsFunc(h.problems, func(p intake.Problem) bool { return errors.Is(p, intake.ErrTotalDiffers) })
	if len(h.problems) == 0 || h.how.validRows && len(h.sheet.Head) == 0 && !wrongSum {
		return nil
	}
	return h.reject()
}

// askWhose asks about rows that name their co-operative in words only. Where the
// ledger cannot be read the rows stay as they are: they are wrong in any case.
func (h *handing) askWhose(ctx context.Context) {
	nameless := func(p intake.Problem) bool { return errors.Is(p, intake.ErrNoCoop) && p.Cell != "" }
	if !slices.ContainsFunc(h.problems, nameless) {
		return
	}
	r, err := h.app.read(ctx)
	if err != nil {
		return
	}
	defer r.close()
	names := handin.NamesOf(r.answers.Projection(), h.now().DayIn())
	for i, p := range h.problems {
		if !nameless(p) {
			continue
		}
		if ask := names.Whose(p.Cell); ask != nil {
			h.problems[i].Err = ask
		}
	}
}

// decide holds the file against the ledger: what stands already, what would be
// refused, what has to be asked; and, in a dry run, what would come of it.
func (h *handing) decide(ctx context.Context, w *writing) error {
	h.projection = asof.New()
	if h.sheet.Form != "" || h.how.dry { // commands are recorded as they are: nothing of them is held against the ledger here
		if err := h.fill(ctx, w.store, h.projection); err != nil {
			return err
		}
	}
	var err error
	if h.settled, err = handin.Settle(h.projection, h.sheet, handin.Reason{Word: h.how.reason, Note: h.how.note}); err != nil {
		return err
	}
	if h.how.reason == "" {
		for _, c := range h.settled.Changed {
			h.wrong(c.Index, handin.ErrChanged.With(c.Fact.By.Position, vi.Instant(c.Fact.By.Recorded)))
		}
	}
	for {
		h.gather()
		more, err := h.try(ctx, w)
		if err != nil {
			return err
		}
		if len(h.problems) > 0 && !h.how.validRows {
			return h.reject()
		}
		if !more {
			break
		}
	}
	if h.sheet.Form != "" {
		h.doubt()
	}
	if h.how.dry {
		return h.foresee()
	}
	return nil
}

// gather takes the commands of the rows that are not left out.
func (h *handing) gather() {
	h.drafts, h.index = nil, nil
	for n, d := range h.settled.Drafts {
		if i := h.settled.Index[n]; !h.left[h.sheet.RowOf(i)] {
			h.drafts, h.index = append(h.drafts, d), append(h.index, i)
		}
	}
}

// try tries the commands, and tells whether rows had to be left out, so that the
// rest has to be tried again.
func (h *handing) try(ctx context.Context, w *writing) (more bool, err error) {
	h.results, err = w.tryMany(ctx, h.drafts)
	before := len(h.problems)
	for n, r := range h.results {
		if r.Err != nil {
			h.wrong(h.index[n], r.Err)
		}
	}
	if err != nil && len(h.problems) == before {
		return false, err
	}
	if err == nil && h.sheet.Form != "" && !h.how.others {
		for _, q := range h.names().Questions(freshRecords(h.results)) {
			h.wrong(h.index[q.Index], q.Fault)
		}
	}
	return len(h.problems) > before, nil
}

// names are the co-operatives registered today.
func (h *handing) names() *handin.Names { return handin.NamesOf(h.projection, h.now().DayIn()) }

// wrong adds a problem of a command and leaves its row out.
func (h *handing) wrong(i int, err error) {
	h.problems = append(h.problems, h.sheet.Locate(i, err))
	h.left[h.sheet.RowOf(i)] = true
}

// freshRecords are the records of results; nil where one made none now.
func freshRecords(results []recorder.Result) []*ledger.Record {
	list := make([]*ledger.Record, len(results))
	for i, r := range results {
		if r.Err == nil && !r.Repeated {
			list[i] = r.Record
		}
	}
	return list
}

func (h *handing) doubt() {
	for _, d := range handin.Doubts(h.projection, freshRecords(h.results), h.now().DayIn()) {
		h.doubts = append(h.doubts, h.sheet.Locate(h.index[d.Index], d.Fault))
	}
}

// foresee finds the effect on the plan of the day asked; where none is asked,
// that is the end of the last year of which the file speaks, or today if that is
// earlier.
func (h *handing) foresee() error {
	would := slices.DeleteFunc(freshRecords(h.results), func(r *ledger.Record) bool { return r == nil })
	if len(would) == 0 {
		return nil
	}
	q := h.query
	if q.AsOf == "" {
		last := would[0].Valid.Day
		for _, r := range would {
			last = max(last, r.Valid.Day)
		}
		q.AsOf = min(calendar.LastOfYear(last.Year()), h.now().DayIn()).String()
	}
	var err error
	h.effect, err = answers.New(h.projection, h.now).Effect(q, would)
	if errors.Is(err, answers.ErrNoPlan) || fault.KindOf(err) == fault.NotFound && h.query.AsOf == "" {
		return nil // there is nothing to be foreseen on that day
	}
	return err
}

// reject hands the file back and says what is wrong with it.
func (h *handing) reject() error {
	if err := h.handBack(); err != nil {
		return err
	}
	return ledger.NotWritten(&badRows{h.path, h.problems})
}

// refused puts what the ledger refused at last in its place in the file; any
// other error stays as it is.
func (h *handing) refused(results []recorder.Result, err error) error {
	before := len(h.problems)
	for n, r := range results {
		if r.Err != nil {
			h.wrong(h.index[n], r.Err)
		}
	}
	if len(h.problems) == before {
		return err
	}
	return h.reject()
}

// told writes what was asked for beside the answer.
func (h *handing) told(err error) error {
	if err != nil {
		return err
	}
	return h.handBack()
}

// handBack writes the marked workbook and the report, where they are asked for.
func (h *handing) handBack() error {
	if h.how.marked != "" && h.workbook && len(h.problems) > 0 {
		b, err := sheets.Marked(h.bytes, h.marks())
		if err == nil {
			err = os.WriteFile(h.how.marked, b, 0o644)
		}
		if err != nil {
			return err
		}
		h.say("Đã đánh dấu %s lỗi trong %s.", vi.Integer(len(h.problems)), h.how.marked)
	}
	if h.how.report == "" {
		return nil
	}
	f, err := os.Create(h.how.report)
	if err != nil {
		return err
	}
	return errors.Join(wire.Encode(f, h.wire(recorder.ImportResult{Outcome: recorder.ImportNotRecorded, Results: h.results})), f.Close())
}

func (h *handing) marks() []sheets.Mark {
	var list []sheets.Mark
	for _, p := range h.problems {
		list = append(list, sheets.Mark{
			Sheet: p.Sheet, Ref: p.Ref, Line: p.Line, Column: p.Column, Seen: p.Cell,
			Expected: h.sheet.Expected(p), Message: faultOf(p.Err).Vi(), Code: faultOf(p.Err).Code,
		})
	}
	return list
}

// wire is what became of the file, for programs.
func (h *handing) wire(res recorder.ImportResult) wire.Import {
	out := wire.Import{
		Receipt: wire.FromResults(h.all(), h.how.dry), File: filepath.Base(h.path), SHA256: h.sheet.SHA256, Form: h.sheet.Form,
		Outcome: string(res.Outcome), Corrections: len(h.corrections()),
		Errors: h.places(h.problems), Warnings: h.places(h.doubts), Notes: h.places(h.sheet.Notes), Effect: wire.FromEffect(h.effect),
	}
	if r := h.handedIn(); r != nil {
		out.HandedIn = r.Recorded.String()
	}
	return out
}

func (h *handing) places(list []intake.Problem) []wire.ImportPlace {
	out := make([]wire.ImportPlace, len(list))
	for i, p := range list {
		out[i] = wire.FromPlace(p, h.sheet.Expected(p), faultOf(p.Err))
	}
	return out
}

// all are the results in the order of the file: what stood already among them.
func (h *handing) all() []recorder.Result {
	if h.settled == nil {
		return nil
	}
	byIndex := map[int]recorder.Result{}
	for _, k := range h.settled.Known {
		byIndex[k.Index] = recorder.Result{Record: k.Record, Repeated: true}
	}
	for n, r := range h.results {
		if r.Record != nil {
			byIndex[h.index[n]] = r
		}
	}
	var list []recorder.Result
	for i := range h.sheet.Drafts() {
		if r, ok := byIndex[i]; ok {
			list = append(list, r)
		}
	}
	return list
}

// corrections are the changed rows that are not left out.
func (h *handing) corrections() []handin.Change {
	var list []handin.Change
	if h.settled == nil || h.how.reason == "" {
		return nil
	}
	for _, c := range h.settled.Changed {
		if !h.left[h.sheet.RowOf(c.Index)] {
			list = append(list, c)
		}
	}
	return list
}

// handedIn is the first record of this very file, if it was handed in before.
func (h *handing) handedIn() *ledger.Record {
	var first *ledger.Record
	for _, r := range h.all() {
		same := r.Repeated && r.Record.Source != nil && r.Record.Source.SHA256 == h.sheet.SHA256
		if same && (first == nil || r.Record.Position < first.Position) {
			first = r.Record
		}
	}
	return first
}

// reply is the answer to a file that is not refused: what a dry run found, or
// the receipt.
func (h *handing) reply(res recorder.ImportResult) reply {
	return reply{
		json: func() any { return h.wire(res) },
		text: func(p *page) { h.text(p, res) },
	}
}

// mostTold bounds how many doubts and notes are printed; the report has all.
const mostTold = 50

func (h *handing) text(p *page, res recorder.ImportResult) {
	for _, list := range []struct {
		word  string
		items []intake.Problem
	}{{"Để lại", h.problems}, {"Cảnh báo", h.doubts}, {"Ghi chú", h.sheet.Notes}} {
		for _, x := range list.items[:min(len(list.items), mostTold)] {
			p.line("%s: %s", list.word, x.Vi())
		}
		if more := len(list.items) - mostTold; more > 0 {
			p.line("… và %s mục nữa (xem --report).", vi.Integer(more))
		}
	}
	if n := h.sheet.Ignored.Unfilled; n > 0 {
		p.line("%s dòng của biểu mẫu chưa điền, không đọc.", vi.Integer(n))
	}
	if r := h.handedIn(); r != nil {
		p.line("Tệp này đã được nộp lúc %s (bản ghi @%d).", vi.Instant(r.Recorded), r.Position)
	}
	h.effectText(p)
	h.outcome(p, res)
}

// outcome says what was, or would be, recorded.
func (h *handing) outcome(p *page, res recorder.ImportResult) {
	all := h.all()
	repeated := 0
	kinds := map[string]int{}
	var order []string
	for _, r := range all {
		if r.Repeated {
			repeated++
			continue
		}
		kind := kindWord(r.Record.Kind)
		if kinds[kind] == 0 {
			order = append(order, kind)
		}
		kinds[kind]++
	}
	fresh := len(all) - repeated
	var parts []string
	for _, k := range order {
		parts = append(parts, vi.Integer(kinds[k])+" "+k)
	}
	if h.how.dry {
		p.line("Thử: %s lệnh ghi được, %s lệnh đã ghi từ trước. Chưa ghi gì.", vi.Integer(fresh), vi.Integer(repeated))
	} else {
		p.line("Đã ghi %s lệnh; %s lệnh đã ghi từ trước.", vi.Integer(fresh), vi.Integer(repeated))
	}
	if len(parts) > 0 && h.sheet.Form != "" {
		p.line("Gồm: %s.", strings.Join(parts, ", "))
	}
	if res.Recorded > 0 {
		p.line("Bản ghi @%d đến @%d.", res.First, res.Last)
		if h.sheet.Form != "" {
			p.line("Biên nhận: số @%d, lúc %s, %s dòng, tệp %s, sha256 %s.", res.Last, vi.Instant(h.lastTaken(res)), vi.Integer(len(h.sheet.Rows)), filepath.Base(h.path), h.sheet.SHA256)
		}
	}
}

// effectText adds the targets that would change.
func (h *handing) effectText(p *page) {
	if h.effect == nil {
		return
	}
	e := h.effect
	p.line("Chỉ tiêu của %s tại ngày %s:", e.After.Plan.Head().Number, e.After.Point.Valid.Vi())
	if len(e.Shifts) == 0 {
		p.line("không chỉ tiêu nào thay đổi.")
		return
	}
	t := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Hiện tại"), right("Sau khi ghi"), left("Đánh giá"))
	for _, s := range e.Shifts {
		before, word := vi.NoData, ""
		if s.Before != nil {
			before, word = printed(s.Before), vi.Verdict(s.Before.Verdict.Code)
		}
		if after := vi.Verdict(s.After.Verdict.Code); after != word {
			word += " → " + after
		}
		t.add(s.After.Target.ID, shortened(s.After.Target.Text, briefText), before, printed(s.After), word)
	}
	p.table(t)
	p.gap()
}

// printed is the figure of a target as people read it.
func printed(l *assessment.Line) string {
	if l.Judged == nil {
		return vi.NoData
	}
	return vi.Measured(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
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
	results, err := w.recorder.TryImport(ctx, mine)
	if unsigned(mine, drafts, results) {
		return w.recorder.TryImport(ctx, mine)
	}
	return results, err
}

// kindWords name what files record; other kinds go by their own names.
var kindWords = map[ledger.Kind]string{
	"coop.established/1": "thành lập", "coop.renamed/1": "đổi tên", "coop.relocated/1": "chuyển trụ sở",
	"coop.resectored/1": "đổi ngành nghề", "coop.identified/1": "bổ sung mã số", "coop.suspended/1": "tạm ngừng",
	"coop.resumed/1": "hoạt động trở lại", "coop.inactive/1": "ngừng hoạt động", "coop.dissolving/1": "chờ giải thể",
	"coop.dissolved/1": "giải thể", "coop.merged/1": "sáp nhập", "coop.divided/1": "chia tách", "coop.reorganised/1": "tổ chức lại",
	"coop.left/1": "chuyển loại hình", "coop.members-counted/1": "số thành viên", "coop.workers-counted/1": "số lao động",
	"coop.year-reported/1": "số liệu năm", "coop.scored/1": "chấm điểm", "coop.classed/1": "xếp loại",
	"coop.linked/1": "hợp đồng liên kết", "coop.unlinked/1": "chấm dứt hợp đồng", "certificate.granted/1": "cấp chứng nhận",
	"certificate.renewed/1": "gia hạn chứng nhận", "certificate.suspended/1": "đình chỉ chứng nhận",
	"certificate.reinstated/1": "khôi phục chứng nhận", "certificate.withdrawn/1": "thu hồi chứng nhận",
	"ocop.rated/1": "công nhận OCOP", "ocop.revoked/1": "thu hồi OCOP", "training.held/1": "lớp tập huấn",
	"support.given/1": "lần hỗ trợ", "support.model-recognised/1": "công nhận mô hình", "support.fair-attended/1": "hội chợ",
	"support.conference-held/1": "hội nghị", "plan.delivered/1": "sản phẩm giao nộp",
	"ledger.restated/1": "đính chính", "ledger.retracted/1": "rút lại",
}

func kindWord(k ledger.Kind) string {
	if w := kindWords[k]; w != "" {
		return w
	}
	return string(k)
}
