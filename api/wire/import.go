package wire

import (
	"htxledger/domain/assessment"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/projections/answers"
)

// An Import is what became of a file that was handed in, or would.
type Import struct {
	Receipt
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Form     string `json:"form,omitempty"`
	Rows     int    `json:"rows"` // that hold data
	Outcome  string `json:"outcome" enum:"recorded repeated partial not_recorded unknown"`
	HandedIn string `json:"handed_in,omitempty" format:"date-time" doc:"When this very file was handed in before."`
	// Corrections is how many rows change what is recorded.
	Corrections int            `json:"corrections"`
	Events      []ImportEvents `json:"events"`   // what the results say, by kind
	Errors      []ImportPlace  `json:"errors"`   // what keeps rows from being recorded
	Warnings    []ImportPlace  `json:"warnings"` // what is not plausible
	Notes       []ImportPlace  `json:"notes"`    // what was understood in a way that should be seen
	Effect      *Effect        `json:"effect,omitempty"`
}

// Describe is for the contract.
func (Import) Describe() string {
	return "What became of a file, or would; the same as import -o json of the command line."
}

// ImportEvents is how many commands of one kind a file brings.
type ImportEvents struct {
	Kind     string `json:"kind"`
	Word     string `json:"word"`  // in Vietnamese
	Fresh    int    `json:"fresh"` // recorded now, or to be
	Repeated int    `json:"repeated"`
}

// An ImportPlace is one thing about one place of a file.
type ImportPlace struct {
	Sheet     string `json:"sheet,omitempty"`
	Row       int    `json:"row,omitempty"`
	Cell      string `json:"cell,omitempty"` // of a workbook, as F12
	Column    string `json:"column,omitempty"`
	Seen      string `json:"seen,omitempty"`
	Expected  string `json:"expected,omitempty"` // in Vietnamese
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageVi string `json:"message_vi"`
}

// FromPlace is a problem of a file; expected is what would be right there, and f
// the fault of the problem.
func FromPlace(p imports.Problem, expected string, f *fault.Fault) ImportPlace {
	return ImportPlace{
		Sheet: p.Sheet, Row: p.Line, Cell: p.Ref, Column: p.Column, Seen: p.Cell, Expected: expected,
		Code: f.Code, Message: f.En(), MessageVi: f.Vi(),
	}
}

// An Effect is what records that are not recorded would do to a plan.
type Effect struct {
	Point   Point    `json:"point"` // after
	Plan    PlanHead `json:"plan"`
	Targets []Shift  `json:"targets"` // those whose figure or verdict would change
}

// A Shift is a target before and after. Before is absent for one that would be
// new.
type Shift struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	Before *Target `json:"before,omitempty"`
	After  Target  `json:"after"`
}

// FromEffect is an effect; nil for none.
func FromEffect(e *answers.Effect) *Effect {
	if e == nil {
		return nil
	}
	return &Effect{FromPoint(e.After.Point), fromHead(e.After.Plan), list(e.Shifts, func(s answers.Shift) Shift {
		return Shift{s.After.Target.ID, s.After.Target.Text, before(e.Before, s.Before), fromTarget(e.After, *s.After)}
	})}
}

func before(t *answers.Targets, l *assessment.Line) *Target {
	if l == nil {
		return nil
	}
	out := fromTarget(t, *l)
	return &out
}

// A Staged file is one that came over the network and stands between its
// preview and its confirmation. It is kept in memory only.
type Staged struct {
	ID string `json:"id"`
	// State is waiting, reading, checking, ready, faulty, refused, recording,
	// recorded or unsettled. Of ready, faulty and recorded there is a Result; of
	// faulty, refused and unsettled a Problem.
	State string `json:"state" enum:"waiting reading checking ready faulty refused recording recorded unsettled"`
	// Done of Total: rows read, or commands recorded. 0 of 0 where that is not
	// known.
	Done     int    `json:"done" doc:"Rows read, or commands recorded."`
	Total    int    `json:"total" doc:"Of all; 0 where that is not known."`
	File     string `json:"file"`
	Bytes    int    `json:"bytes"`
	Uploaded string `json:"uploaded" format:"date-time"`
	Expires  string `json:"expires" format:"date-time"` // when it is forgotten if nobody asks
	// Omitted is how many errors beyond the first thousands Result leaves out.
	Omitted int      `json:"omitted,omitempty" doc:"Errors that result leaves out."`
	Problem *Problem `json:"problem,omitempty"`
	Result  *Import  `json:"result,omitempty"`
}

// Describe is for the contract.
func (Staged) Describe() string { return "A file between its preview and its confirmation." }

// StagedList are the files of one person, newest first, without their results.
type StagedList struct {
	Imports []Staged `json:"imports"`
}
