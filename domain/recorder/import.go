package recorder

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"iter"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// Why an import stopped.
var (
	ErrImportCut = fault.Declare("import-cut", fault.Unavailable,
		"%d of %d commands are recorded; send the same import again to complete it",
		"đã ghi %d trong %d lệnh rồi dừng; gửi lại đúng nội dung này để ghi nốt phần còn lại")
	ErrRestoreEmpty = fault.Declare("restore-empty", fault.Malformed,
		"there is no record to restore", "không có bản ghi nào để phục hồi")
	ErrRestoreLine = fault.Declare("restore-line", fault.Malformed,
		"line %d is not the next record of a ledger: %s", "dòng %d không phải là bản ghi kế tiếp của sổ cái: %v")
	ErrRestoreFirst = fault.Declare("restore-first", fault.Malformed,
		"the first record must open a ledger, not %s", "bản ghi đầu tiên phải mở sổ cái, không phải %s")
	ErrRestoreChanged = fault.Declare("restore-changed", fault.Malformed,
		"the input changed between the two passes over it", "nội dung nguồn đã thay đổi giữa hai lượt đọc")
)

// An ImportOutcome is one word for what an import did.
type ImportOutcome string

// The outcomes of an import.
const (
	ImportRecorded    ImportOutcome = "recorded"     // all of it stands, some of it since now
	ImportRepeated    ImportOutcome = "repeated"     // all of it stood before; nothing was added
	ImportPartial     ImportOutcome = "partial"      // the first parts stand, the rest certainly not; send it again
	ImportNotRecorded ImportOutcome = "not_recorded" // nothing was added
	ImportUnknown     ImportOutcome = "unknown"      // the last part tried may stand; send it again
)

// An ImportResult is what became of an import.
type ImportResult struct {
	Outcome  ImportOutcome
	Recorded int // commands that this import recorded
	Repeated int // commands that had been recorded before
	// Results are those of each command, in order. After a failure those of
	// commands that were not reached are what the check gave: records that were
	// never made.
	Results     []Result
	First, Last ledger.Position // of the records that this import made; void if Recorded is 0
}

// growth is how many bytes a record may gain between the check and its
// append, when others write between: digits of its position and revision.
const growth = 32

// Import records any number of commands: it checks them all as one, and
// records nothing if any is refused; the error is then ErrRefused, or the
// refusal itself of a single command, and each result says why. Then it
// records them in order, in parts of at most ledger.MaxAppendBytes, each all or
// none. Commands that were recorded before are left as they are, so an import
// that was cut in between is completed by the same import.
//
// A command from a file (its source names a sha256 and a row) that differs
// from the recorded command of its key in nothing but the file, the row and
// the actor is that command again: the row was sent before, in another file.
//
// After a failure between parts the error is ErrImportCut around its cause.
// ledger.OutcomeOf is then unknown, which asks for what is right: send it again.
// progress, if not nil, is told how many commands of all are done.
func (r *Recorder) Import(ctx context.Context, drafts []*ledger.Draft, progress func(done, total int)) (ImportResult, error) {
	return r.Through(Door{}).Import(ctx, drafts, progress)
}

// Import is Recorder.Import through the door.
func (w *Writer) Import(ctx context.Context, drafts []*ledger.Draft, progress func(done, total int)) (ImportResult, error) {
	res := ImportResult{Outcome: ImportNotRecorded}
	if len(drafts) == 0 {
		return res, nil
	}
	drafts, tried, err := w.check(ctx, drafts)
	res.Results = tried
	if err != nil {
		return res, ledger.NotWritten(err)
	}
	res.Outcome = ImportRepeated
	i := importing{Writer: w, drafts: drafts, res: &res, progress: progress}
	for done := 0; done < len(drafts); {
		end := i.partFrom(done)
		if err := i.record(ctx, done, end); err != nil {
			return res, i.cut(err)
		}
		done = end
		i.reportProgress(done)
	}
	return res, nil
}

// TryImport is Import but for the writing: it gives the results that the
// check of Import gives, rows that another file brought before among the
// repeated ones, and the records that it shows were never made.
func (r *Recorder) TryImport(ctx context.Context, drafts []*ledger.Draft) ([]Result, error) {
	return r.Through(Door{}).TryImport(ctx, drafts)
}

// TryImport is Recorder.TryImport through the door.
func (w *Writer) TryImport(ctx context.Context, drafts []*ledger.Draft) ([]Result, error) {
	_, tried, err := w.check(ctx, drafts)
	if err != nil {
		return tried, ledger.NotWritten(err)
	}
	return tried, nil
}

// check tries all commands; those that a file brings again it first puts in
// the words in which they were recorded.
func (w *Writer) check(ctx context.Context, drafts []*ledger.Draft) ([]*ledger.Draft, []Result, error) {
	drafts, results, err := w.door.sign(drafts)
	if err != nil {
		return nil, results, err
	}
	try := func(drafts []*ledger.Draft) ([]Result, error) {
		return w.recorder.submit(newUnit(ctx, true, drafts, w.door))
	}
	tried, err := try(drafts)
	again, failed := w.recorder.sentBefore(ctx, drafts, tried)
	if failed != nil {
		return drafts, tried, fmt.Errorf("look for repeated rows: %w", failed)
	}
	if again == nil {
		return drafts, tried, err
	}
	tried, err = try(again)
	return again, tried, err
}

// sentBefore gives the commands with those replaced that were recorded from
// another file; nil if there is none.
func (r *Recorder) sentBefore(ctx context.Context, drafts []*ledger.Draft, tried []Result) ([]*ledger.Draft, error) {
	wanted := map[ledger.ID][]int{}
	for i, t := range tried {
		if d := drafts[i]; errors.Is(t.Err, ledger.ErrKeyReused) && fromFile(d) {
			id := ledger.IDOf(d.Key)
			wanted[id] = append(wanted[id], i)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	var again []*ledger.Draft
	for rec, err := range ledger.Read(ctx, r.log, 0) {
		if err != nil {
			return nil, err
		}
		for _, i := range wanted[rec.ID] {
			if d := asRecorded(drafts[i], rec); d.Repeats(rec) {
				if again == nil {
					again = append(again, drafts...)
				}
				again[i] = d
			}
		}
	}
	return again, nil
}

func fromFile(d *ledger.Draft) bool {
	return d.Source != nil && d.Source.SHA256 != "" && d.Source.Row > 0
}

// asRecorded is d with the file, row and actor of a record.
func asRecorded(d *ledger.Draft, rec *ledger.Record) *ledger.Draft {
	same := *d
	same.Actor = rec.Actor
	if rec.Source != nil {
		source := *d.Source
		source.Sheet, source.SHA256, source.Row = rec.Source.Sheet, rec.Source.SHA256, rec.Source.Row
		same.Source = &source
	}
	return &same
}

// importing is an import whose commands have been checked.
type importing struct {
	*Writer
	drafts   []*ledger.Draft
	res      *ImportResult
	progress func(done, total int)
}

func (i *importing) reportProgress(done int) {
	if i.progress != nil {
		i.progress(done, len(i.drafts))
	}
}

// partFrom is the end of the part that begins at a command, by the sizes that
// the check found.
func (i *importing) partFrom(start int) int {
	cost := 0
	for at := start; at < len(i.drafts); at++ {
		if t := i.res.Results[at]; !t.Repeated {
			cost += register.EntryOf(t.Record).Cost() + growth
		}
		if cost > ledger.MaxAppendBytes && at > start {
			return at
		}
	}
	return len(i.drafts)
}

// record records one part.
func (i *importing) record(ctx context.Context, start, end int) error {
	// The check has put the door's actor into the commands, and another's into
	// the rows that another file brought before.
	results, err := i.recorder.submit(newUnit(ctx, false, i.drafts[start:end], i.door))
	if results != nil {
		copy(i.res.Results[start:end], results)
	}
	if err != nil {
		return err
	}
	i.count(results)
	return nil
}

func (i *importing) count(results []Result) {
	for _, t := range results {
		if t.Repeated {
			i.res.Repeated++
			continue
		}
		if i.res.Recorded == 0 {
			i.res.First = t.Record.Position
		}
		i.res.Recorded++
		i.res.Last = t.Record.Position
		i.res.Outcome = ImportRecorded
	}
}

// cut is the error of an import that stopped between its parts.
func (i *importing) cut(err error) error {
	certain := ledger.OutcomeOf(err) == ledger.NotRecorded
	switch {
	case certain && i.res.Recorded == 0:
		i.res.Outcome = ImportNotRecorded
		return err
	case certain:
		i.res.Outcome = ImportPartial
	default:
		i.res.Outcome = ImportUnknown
	}
	done := i.res.Recorded + i.res.Repeated
	return &ledger.WriteError{Outcome: ledger.Unknown, Err: ErrImportCut.With(done, len(i.drafts)).Because(err)}
}

// maxRestoreTries bounds the appends of one part whose outcome was unknown.
const maxRestoreTries = 3

// Restore writes the records of an export into an empty log, byte for byte,
// and gives their number. Each line must be exactly the canonical bytes of the
// next record, without the line's end, and the first must open a ledger.
// Lines are ranged over twice, so the sequence must give the same again: the
// first pass checks all of them, and a bad one stops before anything is
// written; the second writes, in parts of at most ledger.MaxAppendBytes.
//
// A log that holds anything is ledger.ErrNotEmpty. A restore that is cut
// between parts leaves a log that holds the first of them; it is to be thrown
// away and restored anew. Nobody else may write to the log meanwhile. progress,
// if not nil, is told how many records are written, of how many.
func Restore(ctx context.Context, log ledger.Log, lines iter.Seq2[[]byte, error], progress func(done, total int)) (ledger.Position, error) {
	size, err := log.Size(ctx)
	if err != nil {
		return 0, ledger.NotWritten(fmt.Errorf("restore: %w", err))
	}
	if size != 0 {
		return 0, ledger.NotWritten(ledger.ErrNotEmpty.With(int64(size)))
	}
	total, sum, err := verifyLines(lines)
	if err != nil {
		return 0, ledger.NotWritten(err)
	}
	w := restoring{ctx: ctx, log: log, total: total, progress: progress}
	again, err := eachRecord(lines, w.add)
	if err == nil {
		err = w.flush()
	}
	switch {
	case err != nil:
		return w.at, w.cut(err)
	case !bytes.Equal(again, sum) || w.at != total:
		return w.at, w.cut(ErrRestoreChanged)
	}
	return w.at, nil
}

// VerifyExport reads lines as Restore does, in its first pass, and gives the
// number of records. Nothing is written.
func VerifyExport(lines iter.Seq2[[]byte, error]) (ledger.Position, error) {
	total, _, err := verifyLines(lines)
	if err != nil {
		return 0, ledger.NotWritten(err)
	}
	return total, nil
}

// verifyLines reads the lines as a ledger and gives its size and a sum of it all.
func verifyLines(lines iter.Seq2[[]byte, error]) (total ledger.Position, sum []byte, err error) {
	sum, err = eachRecord(lines, func(*ledger.Record) error {
		total++
		return nil
	})
	if err == nil && total == 0 {
		err = ErrRestoreEmpty
	}
	return total, sum, err
}

// eachRecord reads lines as the records of a ledger, strictly, from record 0
// on, and gives a sum of all their bytes.
func eachRecord(lines iter.Seq2[[]byte, error], do func(*ledger.Record) error) ([]byte, error) {
	d, sum, line := register.NewDecoder(), sha256.New(), 0
	for b, err := range lines {
		line++
		if err != nil {
			return nil, fmt.Errorf("read line %d: %w", line, err)
		}
		rec, err := decodeNext(d, bytes.Clone(b))
		if err != nil {
			return nil, badLine(line, err)
		}
		addToSum(sum, b)
		if err := do(rec); err != nil {
			return nil, err
		}
	}
	return sum.Sum(nil), nil
}

// badLine keeps a fault that says who can mend it, such as a newer version.
func badLine(line int, err error) error {
	if fault.KindOf(err) == fault.NewerFormat {
		return fmt.Errorf("line %d: %w", line, err)
	}
	return ErrRestoreLine.With(line, because{err}).Because(err)
}

// because is an error within another's sentence: the verb s gives the English,
// v the Vietnamese.
type because struct{ err error }

// Format writes the sentence.
func (b because) Format(to fmt.State, verb rune) {
	text := b.err.Error()
	if f, ok := fault.Of(b.err); ok && verb == 'v' {
		text = f.Vi()
	} else if ok {
		text = f.En()
	}
	fmt.Fprint(to, text)
}

func addToSum(sum hash.Hash, b []byte) {
	sum.Write(b)            //nolint:errcheck // a hash does not fail
	sum.Write([]byte{'\n'}) //nolint:errcheck
}

func decodeNext(d *register.Decoder, b []byte) (*ledger.Record, error) {
	rec, err := ledger.Decode(b)
	if err != nil {
		return nil, err
	}
	if d.Index.Size() == 0 && rec.Kind != ledger.KindOpened {
		return nil, ErrRestoreFirst.With(string(rec.Kind))
	}
	if err := d.Next(rec); err != nil {
		return nil, err
	}
	return rec, ledger.CheckAppend(rec.Position, []ledger.Entry{register.EntryOf(rec)})
}

// restoring writes records in parts.
type restoring struct {
	ctx      context.Context
	log      ledger.Log
	at       ledger.Position // how many are written
	total    ledger.Position
	part     []ledger.Entry
	cost     int
	progress func(done, total int)
}

func (w *restoring) add(rec *ledger.Record) error {
	e := register.EntryOf(rec)
	if w.cost+e.Cost() > ledger.MaxAppendBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.part, w.cost = append(w.part, e), w.cost+e.Cost()
	return nil
}

// flush writes the part. After an unknown outcome the log itself says whether
// the part stands.
func (w *restoring) flush() error {
	if len(w.part) == 0 {
		return nil
	}
	var err error
	for range maxRestoreTries {
		if err = w.log.Append(w.ctx, w.at, w.part...); err == nil {
			break
		}
		if ledger.OutcomeOf(err) == ledger.NotRecorded {
			return err
		}
		stands, failed := w.stands()
		if failed != nil {
			return errors.Join(err, failed)
		}
		if stands {
			err = nil
			break
		}
	}
	if err != nil {
		return err
	}
	w.at += ledger.Position(len(w.part))
	w.part, w.cost = nil, 0
	if w.progress != nil {
		w.progress(int(w.at), int(w.total))
	}
	return nil
}

// stands tells whether the log ends with the part, byte for byte, rather than
// before it.
func (w *restoring) stands() (bool, error) {
	n := 0
	for e, err := range w.log.Entries(w.ctx, w.at) {
		if err != nil {
			return false, err
		}
		if n == len(w.part) || !bytes.Equal(e.Bytes, w.part[n].Bytes) {
			return false, ledger.ErrConflict.With(int64(w.at), int64(w.at)+int64(n))
		}
		n++
	}
	return n == len(w.part), nil
}

// cut keeps what a failure between parts has left.
func (w *restoring) cut(err error) error {
	if w.at == 0 && ledger.OutcomeOf(err) == ledger.NotRecorded {
		return ledger.NotWritten(err)
	}
	return &ledger.WriteError{Outcome: ledger.Unknown, Err: fmt.Errorf("restore stopped at %d of %d: %w", w.at, w.total, err)}
}
