package imports

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// A File is a file as somebody hands it in.
type File struct {
	Name  string // its ending says its kind
	Bytes []byte
	How   How
	Query answers.Query // day and plan of the effect

	shown  *promise // of an earlier dry run, which RecordShown keeps
	review *Review  // of that dry run; nil where it was let go of
}

// A Mode is how far Run goes.
type Mode uint8

// The modes.
const (
	DryRun      Mode = iota // all steps without the recording
	RecordNow               // all steps without the effect on the plan, which nobody waits for
	RecordShown             // all steps; records only what the file's dry run showed
)

// A Ledger is what files are held against and recorded in, on behalf of
// somebody: Try and Record refuse what that person may not record.
type Ledger struct {
	// Projection is at the head, as far as is known. For commands (ndjson) that
	// are not foreseen it may be empty: nothing of them is held against it.
	Projection *asof.Projection
	// Try is Record without the writing (recorder.Recorder.TryImport).
	Try    func(ctx context.Context, drafts []*ledger.Draft) ([]recorder.Result, error)
	Record func(ctx context.Context, drafts []*ledger.Draft, tell func(done, of int)) (recorder.ImportResult, error)
	Now    func() calendar.Instant
	// Ask is the request for a command that Try refused because the person may not
	// record it alone; nil, without a fault, where it was refused for another
	// reason. A nil Ask is of a ledger in which nobody is asked.
	Ask func(d *ledger.Draft, refused error) (*ledger.Draft, error)
}

// A Desk is where a file is handed in.
type Desk struct {
	// Open gives the ledger. It is called once the file is read and found to be
	// sound, and again where the ledger grew while it was looked at.
	Open func(ctx context.Context) (Ledger, error)
	// Look is Open for a file that is refused anyway: its ledger is only asked
	// about names. nil is Open.
	Look func(ctx context.Context) (Ledger, error)
	// Before, if not nil, is called between the check and the recording: what it
	// cannot do, nothing is recorded for.
	Before func(r *Review) error
	// Progress, if not nil, is told the step of the file (Reading, Checking or
	// Recording) and how far that is: rows read, or commands recorded.
	Progress func(step State, done, of int)
}

// look gives the ledger for a question about names.
func (d Desk) look(ctx context.Context) (Ledger, error) {
	if d.Look != nil {
		return d.Look(ctx)
	}
	return d.Open(ctx)
}

func (d Desk) tell(step State) func(done, of int) {
	return func(done, of int) {
		if d.Progress != nil {
			d.Progress(step, done, of)
		}
	}
}

// A Review is what a file means to a ledger, and what became of it.
type Review struct {
	File
	Sheet *imports.Sheet

	// Problems keep rows from being recorded; Doubts do not.
	Problems, Doubts []imports.Mark
	Effect           *answers.Effect // nil where it was not foreseen, or there is none

	// Notes are what was understood in a way that should be seen.
	Notes []imports.Mark

	unread   []imports.Mark // problems that the file alone has
	commands []command
	handedIn *ledger.Record  // the first record of this very file; nil if it was not handed in before
	left     map[int]bool    // rows of the sheet that are left out
	askable  bool            // some command could be asked for
	dry      bool            // nothing of it was to be recorded
	size     ledger.Position // of the ledger that the file was held against last
	recorded bool
	outcome  recorder.ImportResult
}

// Rejected is the error of a file with problems: nothing of it was recorded.
type Rejected struct{ *Review }

// Error is the English sentence.
func (e *Rejected) Error() string { return e.Unwrap().Error() }

// Unwrap is the fault that stands for all of them.
func (e *Rejected) Unwrap() error { return ErrRejected.With(len(e.Problems), e.Name) }

func (r *Review) reject() error { return ledger.NotWritten(&Rejected{r}) }

// mostTries is how often a file is held against a ledger while others write.
const mostTries = 5

// Run takes a file along all its steps: its rows are read, held against the
// ledger and tried; the sender is asked about names and corrections; the effect
// on the plan is foreseen; and all of it is recorded, or nothing. The error is
// Rejected for a file with problems, ErrDiffers or ErrEffectDiffers where
// RecordShown would record something else than was shown, and of the file as a
// whole otherwise; its field then names what was said about the file. The review
// is nil where the file could not be read.
func Run(ctx context.Context, f File, d Desk, mode Mode) (*Review, error) {
	if r := f.review; mode == RecordShown && r != nil && reflect.DeepEqual(r.How, f.How) {
		l, err := d.Open(ctx)
		if err != nil {
			return r, err
		}
		if r.size == l.Projection.Size() { // nothing was recorded since it was shown
			r.dry = false
			return r, r.record(ctx, l, d.tell(Recording))
		}
	}
	r, err := f.readAgain(ctx, d)
	if err != nil {
		return nil, err
	}
	r.dry = mode == DryRun
	// A file with mistakes need not wait for a ledger to be opened.
	r.askWhose(ctx, d)
	if err := r.acceptable(); err != nil {
		return r, err
	}
	d.tell(Checking)(0, 0)
	var l Ledger
	for range mostTries {
		if l, err = d.Open(ctx); err != nil {
			return r, err
		}
		// A server's ledger may grow between two of the steps: all of them are
		// about one size, or are gone through again.
		if err = r.check(ctx, l, mode); !errors.Is(err, answers.ErrStale) {
			break
		}
	}
	if err != nil || mode == DryRun {
		return r, err
	}
	if d.Before != nil {
		if err := d.Before(r); err != nil {
			return r, ledger.NotWritten(err)
		}
	}
	return r, r.record(ctx, l, d.tell(Recording))
}

// readAgain is readFile for a file that an earlier run may have read: its rows are
// taken from there, where nothing that they are read by has changed.
func (f File) readAgain(ctx context.Context, d Desk) (*Review, error) {
	r := f.review
	if r == nil || !sameReading(r.How, f.How) {
		return readFile(ctx, f, d)
	}
	l, err := d.Open(ctx)
	if err != nil {
		return nil, err
	}
	for at := r.size; at < l.Projection.Size(); at++ {
		switch l.Projection.Record(at).Kind {
		case coop.Established{}.EventKind(), coop.Identified{}.EventKind(), ledger.KindRestated, ledger.KindRetracted:
			return readFile(ctx, f, d) // a row may give a tax code alone
		}
	}
	f.Name = r.Name
	return &Review{File: f, Sheet: r.Sheet, Problems: r.Sheet.Problems(), Notes: r.Sheet.Notes}, nil
}

// sameReading reports whether two ways to hand a file in read its rows alike: what
// differs answers questions about rows.
func sameReading(a, b How) bool {
	for _, how := range []*How{&a, &b} {
		how.Reason, how.Note, how.OtherDay, how.Others, how.ValidRows, how.Requests = "", "", "", false, false, false
	}
	return reflect.DeepEqual(a, b)
}

// readFile reads the rows of a file as its name says. Mistakes in rows are no
// error. Beyond a deadline it is ErrTime.
func readFile(ctx context.Context, f File, d Desk) (*Review, error) {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	f.Name = imports.RecordableName(filepath.Base(f.Name))
	sheet, err := f.readSheet(ctx, d.tell(Reading), d.holders(ctx))
	if err != nil {
		return nil, inTime(err)
	}
	if n := f.How.Rows; n > 0 && len(sheet.Rows) != n {
		return nil, ErrRowCount.With(len(sheet.Rows), n).At("rows")
	}
	return &Review{File: f, Sheet: sheet, Problems: sheet.Problems(), Notes: sheet.Notes}, nil
}

// nameless reports whether a row names its co-operative in words only.
func nameless(m imports.Mark) bool { return errors.Is(m, imports.ErrNoCoop) && m.Seen != "" }

// askWhose asks about rows that name their co-operative in words only: is it the
// co-operative of that name? Where the ledger cannot be looked at, the rows stay
// wrong without a question.
func (r *Review) askWhose(ctx context.Context, d Desk) {
	if !slices.ContainsFunc(r.Problems, nameless) {
		return
	}
	l, err := d.look(ctx)
	if err != nil {
		return
	}
	n := newNames(l)
	for i, m := range r.Problems {
		if !nameless(m) {
			continue
		}
		if ask := n.askWhose(m.Seen); ask != nil {
			r.Problems[i] = m.Spot.Mark(ask)
		}
	}
}

// acceptable refuses a file with mistakes (Rejected), unless they may be left
// out: not those of its headings, and not a sum that does not come out.
func (r *Review) acceptable() error {
	wrongSum := slices.ContainsFunc(r.Problems, func(m imports.Mark) bool { return errors.Is(m, imports.ErrTotalDiffers) })
	if len(r.Problems) == 0 || r.How.ValidRows && len(r.Sheet.Head) == 0 && !wrongSum {
		return nil
	}
	return r.reject()
}

// check holds the file against the ledger: what is known already, what would be
// refused, what has to be asked, and what would come of the rest.
func (r *Review) check(ctx context.Context, l Ledger, mode Mode) error {
	r.size = l.Projection.Size()
	if r.unread == nil {
		r.unread = r.Problems
	}
	r.Problems, r.Doubts, r.Effect, r.left, r.askable = slices.Clone(r.unread), nil, nil, map[int]bool{}, false
	held, err := holdAgainst(l.Projection, r.Sheet, r.How)
	if err != nil {
		return err
	}
	r.commands, r.Notes, r.handedIn = held.commands, slices.Concat(r.Sheet.Notes, held.notes), firstOf(l.Projection, r.Sheet.SHA256)
	for _, p := range held.problems {
		r.Problems = append(r.Problems, p.mark)
		for _, row := range p.rows {
			r.left[row] = true
		}
	}
	r.askOthers(l)
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return inTime(err)
		}
		var err error
		if more, err = r.try(ctx, l); err != nil {
			return inTime(err)
		}
		if len(r.Problems) > 0 && !r.How.ValidRows {
			return r.reject()
		}
		more = r.leaveJoined() || more
	}
	r.findDoubts(l)
	if mode == RecordNow {
		return nil
	}
	if err := r.foresee(ctx, l); err != nil {
		return err
	}
	if mode == RecordShown && r.shown != nil {
		return r.shown.compare(promiseOf(r))
	}
	return nil
}

// firstOf is the first record that came from a file; nil for none.
func firstOf(p *asof.Projection, sha256 string) *ledger.Record {
	for at := range p.Size() {
		if r := p.Record(at); r.Source != nil && r.Source.SHA256 == sha256 {
			return r
		}
	}
	return nil
}

// leaveJoined leaves out the rows that are about one fact with a row that is left
// out, and tells whether there were any.
func (r *Review) leaveJoined() (more bool) {
	for i := range r.commands {
		c := &r.commands[i]
		at := slices.IndexFunc(c.rows, func(row int) bool { return r.left[row] })
		if at < 0 || c.known != nil {
			continue
		}
		for _, row := range c.rows {
			if !r.left[row] {
				r.left[row], more = true, true
				r.Problems = append(r.Problems, r.Sheet.LocateIn([]int{row}, errJoinedLeft.With(lineOf(r.Sheet, c.rows[at]))))
			}
		}
	}
	return more
}

// askOthers asks about rows of which the key is of one co-operative and the name
// of another. Rows that repeat records are not asked about again.
func (r *Review) askOthers(l Ledger) {
	if r.Sheet.Form == "" {
		return
	}
	brings := map[int]bool{}
	for _, c := range r.commands {
		for _, row := range c.rows {
			brings[row] = brings[row] || c.known == nil
		}
	}
	for i := range r.Sheet.Rows {
		if row := &r.Sheet.Rows[i]; row.Named != nil && brings[i] {
			if ask := askOtherOf(l, row.Named); ask != nil {
				r.Problems = append(r.Problems, row.Named.Spot.Mark(ask))
				r.left[i] = true
			}
		}
	}
}

// pending are the indices of the commands to be recorded, and their drafts.
func (r *Review) pending() (index []int, drafts []*ledger.Draft) {
	for i, c := range r.commands {
		if c.draft != nil && !slices.ContainsFunc(c.rows, func(row int) bool { return r.left[row] }) {
			index, drafts = append(index, i), append(drafts, c.draft)
		}
	}
	return index, drafts
}

// try tries the commands, and tells whether rows had to be left out or requests
// put in their places, so that the rest has to be tried again.
func (r *Review) try(ctx context.Context, l Ledger) (more bool, err error) {
	index, drafts := r.pending()
	var results []recorder.Result
	if len(drafts) > 0 {
		results, err = l.Try(ctx, drafts)
	}
	if more = r.takeResults(index, results, l.Ask); err != nil && !more {
		return false, err
	}
	if more && err != nil || r.Sheet.Form == "" || r.How.Others {
		return more, nil
	}
	names := newNames(l)
	for n, rec := range freshRecords(results) {
		if ask := names.askEstablished(rec); ask != nil {
			r.addProblem(index[n], ask)
			more = true
		}
	}
	return more, nil
}

// takeResults keeps what the ledger said of commands. A refused command becomes a
// request where one may be asked for, or a problem of its row; any tells whether
// there was such a command.
func (r *Review) takeResults(index []int, results []recorder.Result, ask func(*ledger.Draft, error) (*ledger.Draft, error)) (any bool) {
	for i := range r.commands {
		r.commands[i].result = recorder.Result{}
	}
	for n, res := range results {
		c := &r.commands[index[n]]
		if c.result = res; res.Err == nil {
			continue
		}
		any = true
		if err := r.askInstead(c, ask); err != nil {
			r.addProblem(index[n], err)
		}
	}
	return any
}

// askInstead puts a request in the place of a command that was refused, if it may
// be asked for and the sender wants that. The error is what is wrong otherwise.
func (r *Review) askInstead(c *command, ask func(*ledger.Draft, error) (*ledger.Draft, error)) error {
	refused := c.citeKept(c.result.Err)
	if ask == nil || c.asked {
		return refused
	}
	request, err := ask(c.draft, c.result.Err)
	if err != nil {
		return err
	}
	r.askable = r.askable || request != nil
	if request == nil || !r.How.Requests {
		return refused
	}
	c.draft, c.asked = request, true
	return nil
}

// addProblem adds a problem of a command and leaves its row out.
func (r *Review) addProblem(i int, err error) {
	rows := r.commands[i].rows
	r.Problems = append(r.Problems, r.Sheet.LocateIn(rows, faultOf(err)))
	for _, row := range rows {
		r.left[row] = true
	}
}

// freshRecords are the records of results; nil where a result made none now.
func freshRecords(results []recorder.Result) []*ledger.Record {
	list := make([]*ledger.Record, len(results))
	for i, res := range results {
		if res.Err == nil && !res.Repeated {
			list[i] = res.Record
		}
	}
	return list
}

// results are those of the commands that were tried or recorded last.
func (r *Review) results() []recorder.Result {
	list := make([]recorder.Result, len(r.commands))
	for i, c := range r.commands {
		list[i] = c.result
	}
	return list
}

// findDoubts adds a mark for every implausible value.
func (r *Review) findDoubts(l Ledger) {
	if r.Sheet.Form == "" {
		return
	}
	d := newDoubter(l)
	for i, rec := range freshRecords(r.results()) {
		for _, f := range d.about(rec) {
			r.Doubts = append(r.Doubts, r.Sheet.LocateIn(r.commands[i].rows, f))
		}
	}
}

// foresee finds the effect on the plan of the day asked; where none is asked,
// that is the end of the last year of which the file speaks, or today if that is
// earlier.
func (r *Review) foresee(ctx context.Context, l Ledger) error {
	would := slices.DeleteFunc(freshRecords(r.results()), func(rec *ledger.Record) bool { return rec == nil })
	if len(would) == 0 {
		return nil
	}
	var variations []answers.Variation
	if r.Query.AsOf == "" {
		last := would[0].Valid.Day
		for _, rec := range would {
			last = max(last, rec.Valid.Day)
		}
		variations = append(variations, answers.OnDay(min(calendar.LastOfYear(last.Year()), l.Now().DayIn())))
	}
	var err error
	service := answers.New(l.Projection, l.Now)
	r.Effect, err = service.Effect(ctx, service.Head(), r.Query, would, variations...)
	if errors.Is(err, answers.ErrNoPlan) || fault.KindOf(err) == fault.NotFound && r.Query.AsOf == "" {
		return nil // there is nothing to be foreseen on that day
	}
	return err
}

// record records what check found to be right. The error is Rejected where the
// ledger refuses a command after all; any other stays as it is.
func (r *Review) record(ctx context.Context, l Ledger, tell func(done, of int)) error {
	index, drafts := r.pending()
	tell(0, len(drafts))
	res, err := l.Record(ctx, drafts, tell)
	r.outcome = res
	if err == nil || len(res.Results) == len(index) {
		// What the dry run did not ask for is not asked for now.
		if r.takeResults(index, res.Results, nil) && err != nil {
			return r.reject()
		}
	}
	if err != nil {
		return err
	}
	r.recorded = true
	if len(drafts) == 0 && slices.ContainsFunc(r.commands, func(c command) bool { return c.known != nil }) {
		r.outcome.Outcome = recorder.ImportRepeated // all of it was recorded before
	}
	return nil
}
