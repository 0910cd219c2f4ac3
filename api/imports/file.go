package imports

import (
	"context"
	"errors"
	"maps"
	"slices"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// A Ledger is what files are held against and recorded in, on behalf of
// somebody: Try and Record refuse what that person may not record.
type Ledger struct {
	// Projection is at the head, as far as is known. For commands (ndjson) that
	// are not foreseen it may be empty: nothing of them is held against it.
	Projection *asof.Projection
	// Try is Record but for the writing (recorder.Recorder.TryImport).
	Try    func(ctx context.Context, drafts []*ledger.Draft) ([]recorder.Result, error)
	Record func(ctx context.Context, drafts []*ledger.Draft, tell func(done, of int)) (recorder.ImportResult, error)
	Now    func() calendar.Instant
	// Ask is the request for a command that Try refused because the person may not
	// record it alone; nil, without a fault, where it was refused for another
	// reason. A nil Ask is of a ledger in which nobody is asked.
	Ask func(d *ledger.Draft, refused error) (*ledger.Draft, error)
}

// A File is one file on its way into a ledger. It is not safe for concurrent
// use. Its steps are Read, AskWhose, Acceptable, Decide, then Foresee in a dry
// run or Record.
type File struct {
	Name  string
	How   How
	Sheet *imports.Sheet
	bytes []byte

	// Problems keep rows from being recorded; Doubts do not.
	Problems, Doubts []imports.Problem
	Effect           *answers.Effect

	settled *Settled
	left    map[int]bool          // rows of the sheet that valid_rows leaves out
	asked   map[int]*ledger.Draft // requests that take the place of commands, by those among the sheet's
	askable bool                  // some command could be asked for
	drafts  []*ledger.Draft       // to be recorded
	index   []int                 // of each among the sheet's drafts
	results []recorder.Result
	dry     bool // nothing was recorded
}

// Rejected is the error of a file with problems: nothing of it was recorded.
type Rejected struct{ *File }

// Error is the English sentence.
func (e *Rejected) Error() string { return e.Unwrap().Error() }

// Unwrap is the fault that stands for all of them.
func (e *Rejected) Unwrap() error { return ErrRejected.With(len(e.Problems), e.Name) }

func (f *File) reject() error { return ledger.NotWritten(&Rejected{f}) }

// Workbook tells whether the file is one.
func (f *File) Workbook() bool { return KindOf(f.Name) == workbook }

func nameless(p imports.Problem) bool { return errors.Is(p, imports.ErrNoCoop) && p.Cell != "" }

// Nameless tells whether rows name their co-operatives in words only.
func (f *File) Nameless() bool { return slices.ContainsFunc(f.Problems, nameless) }

// AskWhose asks about rows that name their co-operative in words only: is it
// the one of that name?
func (f *File) AskWhose(p *asof.Projection, today calendar.Day) {
	if !f.Nameless() {
		return
	}
	names := NamesOf(p, today)
	for i, x := range f.Problems {
		if !nameless(x) {
			continue
		}
		if ask := names.Whose(x.Cell); ask != nil {
			f.Problems[i].Err = ask
		}
	}
}

// Acceptable refuses a file with mistakes (Rejected), but for those that may be
// left out: not its headings, and not a sum that does not come out.
func (f *File) Acceptable() error {
	wrongSum := slices.ContainsFunc(f.Problems, func(p imports.Problem) bool { return errors.Is(p, imports.ErrTotalDiffers) })
	if len(f.Problems) == 0 || f.How.ValidRows && len(f.Sheet.Head) == 0 && !wrongSum {
		return nil
	}
	return f.reject()
}

// Decide holds the file against the ledger: what stands already, what would be
// refused, what has to be asked. Rejected is its error where anything is wrong.
func (f *File) Decide(ctx context.Context, l Ledger) error {
	f.dry = true
	var err error
	if f.settled, err = Settle(l.Projection, f.Sheet, Reason{Word: f.How.Reason, Note: f.How.Note}); err != nil {
		return err
	}
	if f.How.Reason == "" {
		for _, c := range f.settled.Changed {
			f.wrong(c.Index, askReason.With(c.Fact.By.Position, vi.Instant(c.Fact.By.Recorded)))
		}
	}
	f.askOthers(l)
	for {
		if err := ctx.Err(); err != nil {
			return late(err)
		}
		f.gather()
		more, err := f.try(ctx, l)
		if err != nil {
			return late(err)
		}
		if len(f.Problems) > 0 && !f.How.ValidRows {
			return f.reject()
		}
		if !more {
			break
		}
	}
	f.doubt(l)
	return nil
}

// askOthers asks about rows of which the key is of one co-operative and the name
// of another. What stands already is not asked about again.
func (f *File) askOthers(l Ledger) {
	if f.Sheet.Form == "" {
		return
	}
	brings := map[int]bool{}
	for _, i := range f.settled.Index {
		brings[f.Sheet.RowOf(i)] = true
	}
	for _, c := range f.settled.Changed {
		brings[f.Sheet.RowOf(c.Index)] = true
	}
	asked := Misnamed(l.Projection, f.Sheet.Rows, l.Now().DayIn())
	for _, i := range slices.Sorted(maps.Keys(asked)) {
		if brings[i] {
			f.Problems = append(f.Problems, f.Sheet.Rows[i].Doubt(asked[i]))
			f.left[i] = true
		}
	}
}

// gather takes the commands of the rows that are not left out.
func (f *File) gather() {
	f.drafts, f.index = nil, nil
	for n, d := range f.settled.Drafts {
		if i := f.settled.Index[n]; !f.left[f.Sheet.RowOf(i)] {
			if ask := f.asked[i]; ask != nil {
				d = ask
			}
			f.drafts, f.index = append(f.drafts, d), append(f.index, i)
		}
	}
}

// try tries the commands, and tells whether rows had to be left out, so that the
// rest has to be tried again.
func (f *File) try(ctx context.Context, l Ledger) (more bool, err error) {
	f.results = nil
	if len(f.drafts) > 0 {
		f.results, err = l.Try(ctx, f.drafts)
	}
	if more = f.blame(l); err != nil {
		if !more {
			return false, err
		}
		return true, nil
	}
	if f.Sheet.Form == "" || f.How.Others {
		return more, nil
	}
	for _, q := range NamesOf(l.Projection, l.Now().DayIn()).Questions(freshRecords(f.results)) {
		f.wrong(f.index[q.Index], q.Fault)
		more = true
	}
	return more, nil
}

// blame puts what the ledger refused in its place in the file, or a request in
// the place of what may be asked for, and tells whether there is any.
func (f *File) blame(l Ledger) (any bool) {
	for n, r := range f.results {
		if r.Err == nil {
			continue
		}
		any = true
		if err := f.ask(l, f.index[n], f.drafts[n], r.Err); err != nil {
			f.wrong(f.index[n], err)
		}
	}
	return any
}

// ask puts a request in the place of a command that was refused, if it may be
// asked for and whoever sent the file wants that. It returns what is wrong else.
func (f *File) ask(l Ledger, i int, d *ledger.Draft, refused error) error {
	if l.Ask == nil || f.asked[i] != nil {
		return refused
	}
	request, err := l.Ask(d, refused)
	if err != nil {
		return err
	}
	f.askable = f.askable || request != nil
	if request == nil || !f.How.Requests {
		return refused
	}
	f.asked[i] = request
	return nil
}

// wrong adds a problem of a command and leaves its row out.
func (f *File) wrong(i int, err error) {
	f.Problems = append(f.Problems, f.Sheet.Locate(i, err))
	f.left[f.Sheet.RowOf(i)] = true
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

func (f *File) doubt(l Ledger) {
	if f.Sheet.Form == "" {
		return
	}
	for _, d := range Doubts(l.Projection, freshRecords(f.results), l.Now().DayIn()) {
		f.Doubts = append(f.Doubts, f.Sheet.Locate(f.index[d.Index], d.Fault))
	}
}

// Foresee finds the effect on the plan of the day asked; where none is asked,
// that is the end of the last year of which the file speaks, or today if that is
// earlier.
func (f *File) Foresee(ctx context.Context, l Ledger, q answers.Query) error {
	would := slices.DeleteFunc(freshRecords(f.results), func(r *ledger.Record) bool { return r == nil })
	if len(would) == 0 {
		return nil
	}
	asked := q.AsOf != ""
	var variations []answers.Variation
	if !asked {
		last := would[0].Valid.Day
		for _, r := range would {
			last = max(last, r.Valid.Day)
		}
		variations = append(variations, answers.OnDay(min(calendar.LastOfYear(last.Year()), l.Now().DayIn())))
	}
	var err error
	service := answers.New(l.Projection, l.Now)
	f.Effect, err = service.Effect(ctx, service.Head(), q, would, variations...)
	if errors.Is(err, answers.ErrNoPlan) || fault.KindOf(err) == fault.NotFound && !asked {
		return nil // there is nothing to be foreseen on that day
	}
	return err
}

// Record records what Decide found to be right. Its error is Rejected where the
// ledger refuses a command after all; any other stays as it is.
func (f *File) Record(ctx context.Context, l Ledger, tell func(done, of int)) (recorder.ImportResult, error) {
	res, err := l.Record(ctx, f.drafts, tell)
	if err == nil || len(res.Results) == len(f.index) {
		f.results = res.Results
	}
	if err == nil {
		f.dry = false
		if len(f.drafts) == 0 && len(f.settled.Known) > 0 {
			res.Outcome = recorder.ImportRepeated // all of it stood before
		}
		return res, nil
	}
	if f.blame(Ledger{}) { // what was not asked for in the preview is not asked for now
		return res, f.reject()
	}
	return res, err
}

// Size is how many commands are to be recorded.
func (f *File) Size() int { return len(f.drafts) }

// All are the results in the order of the file: what stood already among them.
func (f *File) All() []recorder.Result {
	byIndex := f.byIndex()
	var list []recorder.Result
	for i := range f.Sheet.Drafts() {
		if r, ok := byIndex[i]; ok {
			list = append(list, r)
		}
	}
	return list
}

// byIndex are the results by their commands among the sheet's.
func (f *File) byIndex() map[int]recorder.Result {
	found := map[int]recorder.Result{}
	if f.settled == nil {
		return found
	}
	for _, k := range f.settled.Known {
		found[k.Index] = recorder.Result{Record: k.Record, Repeated: true}
	}
	for n, r := range f.results {
		if r.Record != nil {
			found[f.index[n]] = r
		}
	}
	return found
}

// Corrections are the changed rows that are not left out.
func (f *File) Corrections() []Change {
	var list []Change
	if f.settled == nil || f.How.Reason == "" {
		return nil
	}
	for _, c := range f.settled.Changed {
		if !f.left[f.Sheet.RowOf(c.Index)] {
			list = append(list, c)
		}
	}
	return list
}

// HandedIn is the first record of this very file, if it was handed in before.
func (f *File) HandedIn() *ledger.Record {
	var first *ledger.Record
	for _, r := range f.All() {
		same := r.Repeated && r.Record.Source != nil && r.Record.Source.SHA256 == f.Sheet.SHA256
		if same && (first == nil || r.Record.Position < first.Position) {
			first = r.Record
		}
	}
	return first
}
