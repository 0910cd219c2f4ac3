package imports

import (
	"slices"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
)

// mostErrors bounds how many errors a preview keeps.
const mostErrors = 5000

// mostEvents bounds how many events a preview tells in words.
const mostEvents = 200

// A Preview is what a file would do, or, once it is recorded, did.
type Preview struct {
	Import  wire.Import
	Omitted int // errors that are left out of it
	// Questions and Mistakes are how many of all problems are which.
	Questions, Mistakes int
	// Unfilled are the rows of our own form in which nothing was filled in.
	Unfilled int
	Groups   []*Group // of all problems
	Doubts   []*Group
	Notes    []*Group
	Shifts   []Shift // of targets
	Plan     string  // whose targets they are: number and day; "" for none
	Events   []Event // the first of them
	Rest     bool    // rows are left out and can be had back
	Asks     Asks
	Requests int // commands that are asked for instead of recorded
}

// An Event is one record that a file makes, in words.
type Event struct {
	Sheet  string
	Row    int64
	Kind   string // in words
	About  ledger.Stream
	Valid  calendar.Stated
	Record *ledger.Record
}

// Asks are what a file's problems ask of whoever sent it.
type Asks struct{ Reason, Others, Numbers, Unit, Form, Hidden, Requests bool }

// A View is a file as it stands.
type View struct {
	ID, Name       string
	State          State
	Done, Total    int
	Bytes          int
	How            How
	Query          answers.Query
	Sent, Forgets  calendar.Instant
	Err            error
	Preview        *Preview
	Workbook, Rest bool
}

// Untouched tells whether the file is a form of ours of which no row is filled
// in.
func (p *Preview) Untouched() bool { return p.Import.Rows == 0 && p.Unfilled > 0 }

// previewOf is what a file would do, or did.
func previewOf(f *File, res recorder.ImportResult) *Preview {
	p := &Preview{
		Import: f.Wire(res), Groups: Grouped(f.Problems), Doubts: Grouped(f.Doubts), Notes: Grouped(f.Sheet.Notes),
		Shifts: Shifts(f.Effect), Asks: asksOf(f.Problems),
	}
	p.Unfilled, p.Requests, p.Asks.Requests = f.Sheet.Ignored.Unfilled, len(f.asked), f.askable
	for _, x := range f.Problems {
		if IsQuestion(x) {
			p.Questions++
		} else {
			p.Mistakes++
		}
	}
	if f.Effect != nil {
		p.Plan = PlanOf(f.Effect)
	}
	p.Rest = f.How.ValidRows && len(f.Problems) > 0 && f.Acceptable() == nil
	if n := len(p.Import.Errors); n > mostErrors {
		p.Omitted = n - mostErrors
		p.Import.Errors = slices.Clone(p.Import.Errors[:mostErrors])
	}
	for _, r := range f.All() {
		if r.Repeated || len(p.Events) == mostEvents {
			continue
		}
		e := Event{Kind: vi.Kind(r.Record.Kind), About: r.Record.Stream, Valid: r.Record.Valid, Record: r.Record}
		if r.Record.Source != nil {
			e.Sheet, e.Row = r.Record.Source.Sheet, r.Record.Source.Row
		}
		p.Events = append(p.Events, e)
	}
	return p
}

// Wire is the view for programs.
func (v *View) Wire() wire.Staged {
	out := wire.Staged{
		ID: v.ID, State: string(v.State), Done: v.Done, Total: v.Total, File: v.Name, Bytes: v.Bytes,
		Uploaded: v.Sent.String(), Expires: v.Forgets.String(),
	}
	if v.Preview != nil && (v.State == Ready || v.State == Faulty || v.State == Recorded) {
		out.Result, out.Omitted = &v.Preview.Import, v.Preview.Omitted
	}
	return out
}

// Marked is the workbook of somebody with its mistakes marked.
func (t *Tray) Marked(who ledger.Actor, id string) (name string, b []byte, err error) {
	s, err := t.copyOf(who, id)
	if err != nil {
		return "", nil, err
	}
	if s.preview == nil || len(s.preview.Import.Errors) == 0 || KindOf(s.name) != workbook {
		return "", nil, ErrNothingBack
	}
	t.back.Lock()
	defer t.back.Unlock()
	f := &File{bytes: s.bytes}
	b, err = f.markedWith(s.preview.Import.Errors)
	return MarkedName(s.name), b, err
}

// RestOf is what valid_rows leaves of a file.
func (t *Tray) RestOf(who ledger.Actor, id string) (name string, b []byte, err error) {
	s, err := t.copyOf(who, id)
	if err != nil {
		return "", nil, err
	}
	if s.preview == nil || !s.preview.Rest {
		return "", nil, ErrNothingBack
	}
	t.back.Lock()
	defer t.back.Unlock()
	b, err = restOf(s.name, s.bytes, s.spots, s.preview.Import.Errors)
	return RestName(s.name), b, err
}

// copyOf is a file as it stands, to be looked at without the tray's lock.
func (t *Tray) copyOf(who ledger.Actor, id string) (staged, error) {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.find(who, id)
	if err != nil {
		return staged{}, err
	}
	if s.state.Going() {
		return staged{}, notReady(s.state)
	}
	return *s, nil
}
