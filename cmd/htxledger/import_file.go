package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"htxledger/api/imports"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/asof"
)

// An importedFile is a file on the command line and what became of it.
type importedFile struct {
	*app
	*imports.Review
	flags importFlags
}

// runImport takes a file along its steps. The ledger is opened for writing only
// once the file is found to be sound.
func (a *app) runImport(ctx context.Context, path string, flags importFlags) (*importedFile, error) {
	b, err := flags.piped, error(nil)
	if b == nil {
		if b, err = readLimited(path); err != nil {
			return nil, err
		}
	}
	var w *writing
	defer func() {
		if w != nil {
			a.closeWriting(w)
		}
	}()
	end := func() {}
	defer func() { end() }()
	var step imports.State
	var tell func(done, of ledger.Position)
	desk := imports.Desk{
		Open: func(ctx context.Context) (l imports.Ledger, err error) {
			if w, err = a.openWriting(ctx, false, a.now); err != nil {
				return l, err
			}
			l = imports.Ledger{Projection: asof.New(), Try: w.tryMany, Record: w.takeMany, Now: a.now}
			if !flags.dry && isCommands(path) {
				return l, nil // commands are recorded as they are: nothing is held against facts
			}
			return l, a.fillProjection(ctx, w.decoded, l.Projection)
		},
		Look: func(ctx context.Context) (l imports.Ledger, err error) {
			r, err := a.openReading(ctx)
			if err != nil {
				return l, err
			}
			defer r.close()
			return imports.Ledger{Projection: r.projection, Now: a.now}, nil
		},
		Progress: func(at imports.State, done, of int) {
			if label := map[imports.State]string{imports.Reading: "Đọc tệp", imports.Recording: "Ghi"}[at]; at != step {
				end()
				if step, end, tell = at, func() {}, nil; label != "" {
					tell, end = a.showProgress(label, ledger.Position(of))
				}
			}
			if tell != nil {
				tell(ledger.Position(done), ledger.Position(of))
			}
		},
	}
	mode := imports.RecordNow
	if flags.dry {
		mode = imports.DryRun
	}
	f := &importedFile{app: a, flags: flags}
	if !flags.dry {
		desk.Before = func(r *imports.Review) error {
			end() // before anything is said
			return f.handBack(ctx, r)
		}
	}
	f.Review, err = imports.Run(ctx, imports.File{Name: path, Bytes: b, How: flags.How, Query: a.query}, desk, mode)
	var bad *imports.Rejected
	switch {
	case errors.As(err, &bad):
		end() // before anything is said
		// The mistakes are told whatever becomes of the files.
		if err := errors.Join(f.handBack(ctx, bad.Review), f.writeReport()); err != nil {
			a.say("Không ghi được tệp trả lại: %v", err)
		}
		return nil, ledger.NotWritten(&badRows{bad})
	case f.Review == nil:
		return nil, flagged(err)
	case err != nil && flags.rest != "" && f.HasRest() && ledger.OutcomeOf(err) == ledger.NotRecorded:
		_ = os.Remove(flags.rest) // the rows beside these are not recorded after all
	}
	return f, err
}

// isCommands reports whether a file is ndjson by its name.
func isCommands(path string) bool { return imports.KindOf(path) == "ndjson" }

// errHandBack: the import itself is done, and stands.
var errHandBack = fault.Declare("import-file-unwritten", fault.Unavailable,
	"%d commands are recorded, and the file %s could not be written: %v", "đã ghi %d lệnh vào sổ; chỉ có tệp %s là không ghi ra được: %v")

// handBack writes the files that are asked for and known before anything is
// recorded: the marked workbook, and the rows that are left.
func (f *importedFile) handBack(ctx context.Context, r *imports.Review) error {
	if f.flags.marked != "" && r.Markable() {
		if err := writeMade(ctx, f.flags.marked, r.Marked); err != nil {
			return err
		}
		f.say("Đã đánh dấu %s lỗi trong %s.", vi.Integer(len(r.Problems)), f.flags.marked)
	}
	if f.flags.rest != "" && r.HasRest() {
		if err := writeMade(ctx, f.flags.rest, r.Rest); err != nil {
			return err
		}
		f.say("Các dòng còn lại, có đánh dấu, ở %s.", f.flags.rest)
	}
	return f.probeReport()
}

// probeReport refuses a report that could not be written later: its file is opened
// now, and keeps what it holds.
func (f *importedFile) probeReport() error {
	if f.flags.report == "" {
		return nil
	}
	out, err := os.OpenFile(f.flags.report, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	return out.Close()
}

// writeReport writes what became of the file as JSON. Its failure is no failure of
// the import.
func (f *importedFile) writeReport() error {
	if f.flags.report == "" {
		return nil
	}
	out, err := os.Create(f.flags.report)
	if err == nil {
		err = errors.Join(shown.Encode(out, f.Import()), out.Close())
	}
	if recorded := f.Outcome().Recorded; err != nil && recorded > 0 {
		return &ledger.WriteError{Outcome: ledger.Recorded, Err: errHandBack.With(recorded, f.flags.report, err)}
	}
	return err
}

// writeMade writes the bytes that made gives to a file.
func writeMade(ctx context.Context, path string, made func(context.Context) ([]byte, error)) error {
	b, err := made(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// reply is the answer about a file that is not refused: what a dry run found, or
// the receipt.
func (f *importedFile) reply() reply {
	return reply{Answer: shown.Show(func() any { return f.Import() }), text: f.text}
}

// mostTold bounds how many doubts and notes are printed; the report has all.
const mostTold = 50

// text is the answer for people: marks, the effect, and what was recorded.
func (f *importedFile) text(p *page) {
	for _, list := range []struct {
		word  string
		marks []*imports.Group
	}{{"Để lại", imports.Grouped(f.Problems)}, {"Cảnh báo", imports.Grouped(f.Doubts)}, {"Ghi chú", imports.Grouped(f.Notes)}} {
		for _, g := range list.marks[:min(len(list.marks), mostTold)] {
			p.line("%s: %s", list.word, g.Vi())
		}
		if more := len(list.marks) - mostTold; more > 0 {
			p.line("… và %s mục nữa (xem --report).", vi.Integer(more))
		}
	}
	if n := f.Sheet.Ignored.Unfilled; n > 0 && len(f.Sheet.Rows) > 0 {
		p.line("%s dòng của biểu mẫu chưa điền, không đọc.", vi.Integer(n))
	}
	if r := f.HandedIn(); r != nil {
		p.line("Tệp này đã được nộp lúc %s (bản ghi @%d).", vi.Instant(r.Recorded), r.Position)
	}
	changes := f.Changes()
	for _, c := range changes[:min(len(changes), mostTold)] {
		p.line("Đính chính: %s.", c.Vi())
	}
	if more := len(changes) - mostTold; more > 0 {
		p.line("… và %s dòng đính chính nữa (xem --report).", vi.Integer(more))
	}
	f.effectText(p)
	f.outcomeText(p)
}

// outcomeText says what was, or would be, recorded.
func (f *importedFile) outcomeText(p *page) {
	if n := f.Sheet.Ignored.Unfilled; n > 0 && len(f.Sheet.Rows) == 0 {
		p.line("Biểu mẫu chưa điền dòng nào: %s dòng có sẵn HTX còn trống. Không có gì để ghi.", vi.Integer(n))
		return
	}
	fresh, repeated := 0, 0
	var parts []string
	for _, e := range f.Import().Events {
		fresh, repeated = fresh+e.Fresh, repeated+e.Repeated
		if e.Fresh > 0 {
			parts = append(parts, e.Word+": "+vi.Integer(e.Fresh))
		}
	}
	if f.flags.dry {
		p.line("Thử: %s lệnh ghi được, %s lệnh đã ghi từ trước. Chưa ghi gì.", vi.Integer(fresh), vi.Integer(repeated))
	} else {
		p.line("Đã ghi %s lệnh; %s lệnh đã ghi từ trước.", vi.Integer(fresh), vi.Integer(repeated))
	}
	if len(parts) > 0 && f.Sheet.Form != "" {
		p.line("Gồm %s.", strings.Join(parts, ", "))
	}
	if res := f.Outcome(); res.Recorded > 0 {
		p.line("Bản ghi @%d đến @%d.", res.First, res.Last)
		if f.Sheet.Form != "" {
			p.line("Biên nhận: số @%d, lúc %s, %s dòng, tệp %s, sha256 %s.", res.Last, vi.Instant(timeOfLast(res)), vi.Integer(len(f.Sheet.Rows)), f.Name, f.Sheet.SHA256)
			p.line("Nộp nhầm thì hoàn tác: htxledger undo %s", f.Receipt())
		}
	}
}

// effectText adds the targets that would change.
func (f *importedFile) effectText(p *page) {
	if f.Effect == nil {
		return
	}
	p.line("Chỉ tiêu của %s:", imports.PlanOf(f.Effect))
	shifts := imports.Shifts(f.Effect)
	if len(shifts) == 0 {
		p.line("không chỉ tiêu nào thay đổi.")
		return
	}
	t := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Hiện tại"), right("Sau khi ghi"), left("Đánh giá"))
	for _, s := range shifts {
		t.add(s.ID, cutText(s.Text, briefText), s.Before, s.After, s.Verdict)
	}
	p.table(t)
	p.gap()
}

// timeOfLast is when the last of the records was taken.
func timeOfLast(res recorder.ImportResult) (at calendar.Instant) {
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
	mine := nameActors(drafts)
	results, err := w.recorder.Through(w.door).TryImport(ctx, mine)
	if unnameActors(mine, drafts, results) {
		return w.recorder.Through(w.door).TryImport(ctx, mine)
	}
	return results, err
}
