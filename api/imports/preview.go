package imports

import (
	"regexp"
	"slices"

	"htxledger/api/sheets"
	"htxledger/domain/calendar"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// mostErrors bounds how many errors a preview keeps.
const mostErrors = 5000

// mostRecords bounds how many records a preview shows.
const mostRecords = 200

// A Preview is what a file would do, or, once it is recorded, did.
type Preview struct {
	Import  Import
	Omitted int // errors that are left out of it
	// Questions and Mistakes are how many of all problems are which.
	Questions, Mistakes int
	// Unfilled are the rows of our own form in which nothing was filled in.
	Unfilled int
	Groups   []*Group // of all problems
	Doubts   []*Group
	Notes    []*Group
	Shifts   []Shift          // of targets
	Plan     string           // whose targets they are: number and day; "" for none
	Records  []*ledger.Record // the first of those that the file makes
	Rest     bool             // rows are left out and can be had back
	Asks     Asks
	Requests int // commands that are asked for instead of recorded
}

// Asks are what a file's problems ask of whoever sent it.
type Asks struct {
	Reason, OtherDay, Others, Numbers, Unit, Form, Hidden, Requests bool
	// Questions lists the questions that the file raises.
	Questions []*imports.Question
}

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

// flags are names of the command line's flags in a sentence, which mean nothing to
// a reader of a page, of a marked workbook, or of an answer over HTTP.
var flags = regexp.MustCompile(` \(--[^)]*\)|: --numbers vi \(1\.550,5\) (?:hoặc|or) --numbers en \(1,550\.5\)`)

func plainWords(s string) string { return flags.ReplaceAllString(s, "") }

// previewOf is what a file would do, or did.
func previewOf(r *Review) *Preview {
	p := &Preview{
		Import: r.Import(), Groups: Grouped(r.Problems), Doubts: Grouped(r.Doubts), Notes: Grouped(r.Notes),
		Shifts: Shifts(r.Effect), Asks: asksOf(r.Problems), Unfilled: r.Sheet.Ignored.Unfilled, Requests: r.Requests(), Rest: r.HasRest(),
	}
	p.Asks.Requests = r.askable
	for _, m := range r.Problems {
		if isAny(m, askReason, askRetracted, askWhich, askOtherDay, askAlike, askName, askOther) || imports.QuestionOf(m) != nil {
			p.Questions++
		} else {
			p.Mistakes++
		}
	}
	if r.Effect != nil {
		p.Plan = PlanOf(r.Effect)
	}
	for _, list := range [][]Problem{p.Import.Errors, p.Import.Warnings, p.Import.Notes} {
		for i := range list { // these are lists of the preview's own
			list[i].Message, list[i].MessageVi = plainWords(list[i].Message), plainWords(list[i].MessageVi)
		}
	}
	if n := len(p.Import.Changes); n > mostErrors {
		p.Import.Changes = slices.Clone(p.Import.Changes[:mostErrors])
	}
	if n := len(p.Import.Errors); n > mostErrors {
		p.Omitted = n - mostErrors
		p.Import.Errors = slices.Clone(p.Import.Errors[:mostErrors])
	}
	for _, res := range r.All() {
		if !res.Repeated && len(p.Records) < mostRecords {
			p.Records = append(p.Records, res.Record)
		}
	}
	return p
}

// Reply is the view for programs, without its problem.
func (v *View) Reply() Staged {
	out := Staged{
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
	if s.preview == nil || len(s.preview.Import.Errors) == 0 || KindOf(s.file.Name) != workbook {
		return "", nil, ErrNothingBack
	}
	t.back.Lock()
	defer t.back.Unlock()
	b, err = sheets.Marked(t.ctx, s.file.Bytes, s.preview.Import.Errors)
	return MarkedName(s.file.Name), b, err
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
	b, err = restOf(t.ctx, s.file.Name, s.file.Bytes, s.doneRows, s.preview.Import.Errors)
	return RestName(s.file.Name), b, err
}

// copyOf is a file as it stands, to be looked at without the tray's lock.
func (t *Tray) copyOf(who ledger.Actor, id string) (upload, error) {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.find(who, id)
	if err != nil {
		return upload{}, err
	}
	if s.state.Going() {
		return upload{}, notReady(s.state)
	}
	return *s, nil
}
