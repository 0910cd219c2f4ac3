package imports

import (
	"cmp"
	"fmt"
	"strings"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// An Import is what became of a file that was handed in, or would.
type Import struct {
	shown.Receipt
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Form     string `json:"form,omitempty"`
	Rows     int    `json:"rows"` // that hold data
	Outcome  string `json:"outcome" enum:"recorded repeated partial not_recorded unknown"`
	HandedIn string `json:"handed_in,omitempty" format:"date-time" doc:"When this very file was handed in before."`
	// Taken is the receipt by which the import can be taken back.
	Taken string `json:"receipt,omitempty" doc:"SHA256@FIRST-LAST, by which the import can be taken back."`
	// Corrections is how many rows change a recorded fact.
	Corrections int            `json:"corrections"`
	Changes     []FactChange   `json:"changes"`  // what rows change, old and new, by member
	Events      []ImportEvents `json:"events"`   // what the results say, by kind
	Errors      []imports.Mark `json:"errors"`   // what keeps rows from being recorded
	Warnings    []imports.Mark `json:"warnings"` // what is not plausible
	Notes       []imports.Mark `json:"notes"`    // what was understood in a way that should be seen
	Effect      *shown.Effect  `json:"effect,omitempty"`
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
	Omitted int            `json:"omitted,omitempty" doc:"Errors that result leaves out."`
	Problem *shown.Problem `json:"problem,omitempty"`
	Result  *Import        `json:"result,omitempty"`
}

// Describe is for the contract.
func (Staged) Describe() string { return "A file between its preview and its confirmation." }

// StagedList are the files of one person, newest first, without their results.
type StagedList struct {
	Imports []Staged `json:"imports"`
}

// Import is the reply about the file, for programs.
func (r *Review) Import() Import {
	all := r.All()
	out := Import{
		Receipt: shown.FromResults(all, r.dry), File: r.Name, SHA256: r.Sheet.SHA256, Form: r.Sheet.Form, Rows: len(r.Sheet.Rows),
		Outcome: string(r.Outcome().Outcome), Taken: r.Receipt(), Corrections: r.corrections(), Changes: r.Changes(), Events: eventsOf(all),
		Errors: listOrEmpty(r.Problems), Warnings: listOrEmpty(r.Doubts), Notes: listOrEmpty(r.Notes), Effect: shown.FromEffect(r.Effect),
	}
	if first := r.handedIn; first != nil {
		out.HandedIn = first.Recorded.String()
	}
	return out
}

// listOrEmpty is a list that is [] in JSON where it is empty.
func listOrEmpty(list []imports.Mark) []imports.Mark { return append([]imports.Mark{}, list...) }

// eventsOf counts results by their kinds, in the order in which the kinds first
// occur.
func eventsOf(all []recorder.Result) []ImportEvents {
	list := []ImportEvents{}
	at := map[ledger.Kind]int{}
	for _, res := range all {
		n, known := at[res.Record.Kind]
		if !known {
			n = len(list)
			at[res.Record.Kind] = n
			list = append(list, ImportEvents{Kind: string(res.Record.Kind), Word: vi.Kind(res.Record.Kind)})
		}
		if res.Repeated {
			list[n].Repeated++
		} else {
			list[n].Fresh++
		}
	}
	return list
}

// faultOf is the fault in an error; an error without one is internal.
func faultOf(err error) *fault.Fault {
	if f, ok := fault.Of(err); ok {
		return f
	}
	return shown.ErrInternal.Because(err)
}

// Outcome is what the ledger said of the import.
func (r *Review) Outcome() recorder.ImportResult {
	res := r.outcome
	res.Outcome = cmp.Or(res.Outcome, recorder.ImportNotRecorded)
	return res
}

// Receipt names what the file's recording made, for UndoImport; "" where that is
// nothing.
func (r *Review) Receipt() string {
	if r.outcome.Recorded == 0 || r.Sheet.Form == "" {
		return ""
	}
	return register.Receipt{SHA256: r.Sheet.SHA256, First: r.outcome.First, Last: r.outcome.Last}.String()
}

// All are the results in the order of the file, with what was known already among
// them.
func (r *Review) All() []recorder.Result {
	var list []recorder.Result
	for i := range r.commands {
		if res := r.commands[i].outcome(); res.Record != nil {
			list = append(list, res)
		}
	}
	return list
}

// outcome is the result of a command; of one that is known already, a repeat.
func (c *command) outcome() recorder.Result {
	if c.known != nil {
		return recorder.Result{Record: c.known, Repeated: true}
	}
	return c.result
}

// corrections counts the corrections that are not left out.
func (r *Review) corrections() (n int) {
	index, _ := r.pending()
	for _, i := range index {
		if r.commands[i].corrects() {
			n++
		}
	}
	return n
}

// Requests counts the commands that are asked for instead of recorded.
func (r *Review) Requests() (n int) {
	for _, c := range r.commands {
		if c.asked {
			n++
		}
	}
	return n
}

// HandedIn is the first record of this very file, if it was handed in before.
func (r *Review) HandedIn() *ledger.Record { return r.handedIn }

// A Shift is a target that would come out otherwise, in words.
type Shift struct {
	ID, Text      string
	Before, After string // figures
	Verdict       string // "Chưa đạt → Đạt", or one word if it stays
}

// PlanOf names the plan and the day of an effect.
func PlanOf(e *answers.Effect) string {
	return e.After.Plan.Head().Number + " tại ngày " + e.After.Point.Valid.Vi()
}

// Shifts are the targets of an effect; nil for none.
func Shifts(e *answers.Effect) (list []Shift) {
	if e == nil {
		return nil
	}
	for _, s := range e.Shifts {
		x := Shift{ID: s.After.Target.ID, Text: s.After.Target.Text, Before: vi.NoData, After: figureOf(s.After)}
		after := vi.Verdict(s.After.Verdict.Code)
		if s.Before != nil {
			x.Before, x.Verdict = figureOf(s.Before), vi.Verdict(s.Before.Verdict.Code)
		}
		if after != x.Verdict {
			x.Verdict += " → " + after
		}
		list = append(list, x)
	}
	return list
}

// figureOf is the figure of a target as people read it.
func figureOf(l *assessment.Line) string {
	if l.Judged == nil {
		return vi.NoData
	}
	return vi.MeasuredText(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
}

// A Group is equal marks of one column.
type Group struct {
	imports.Mark // the first of them
	Count        int
	Cells        []string // names of the first few
}

// fewCells is how many cells of a group are named.
const fewCells = 4

// Grouped puts equal marks of one column together, in the order of the first of
// each. A mark of a whole row stays alone, and so does one that says of its row
// what no other says.
func Grouped(list []imports.Mark) []*Group {
	var groups []*Group
	at := map[[3]string]*Group{}
	for _, m := range list {
		key := [3]string{m.Sheet, m.Column, m.Code}
		g := at[key]
		if g == nil || m.Column == "" || isAny(m, askReason, askRetracted, askWhich, askOtherDay, errDisagree) {
			g = &Group{Mark: m}
			at[key] = g
			groups = append(groups, g)
		}
		if g.Count++; len(g.Cells) < fewCells {
			g.Cells = append(g.Cells, cmp.Or(m.Cell, fmt.Sprintf("dòng %d", m.Row)))
		}
	}
	return groups
}

// Vi is the Vietnamese sentence of a group: where, and what is wrong there; of
// several marks, how many, the first few, and what is wrong with the first.
func (g *Group) Vi() string {
	if g.Count == 1 {
		return g.Mark.Vi()
	}
	return g.Where() + ": " + g.MessageVi
}

// Where says in Vietnamese where a group is.
func (g *Group) Where() string {
	var parts []string
	if g.Sheet != "" {
		parts = append(parts, fmt.Sprintf("sheet “%s”", g.Sheet))
	}
	cells := strings.Join(g.Cells, ", ")
	switch {
	case g.Count > len(g.Cells):
		cells += ", …"
		fallthrough
	case g.Count > 1:
		parts = append(parts, fmt.Sprintf("%s dòng, cột “%s” (%s)", vi.Integer(g.Count), g.Column, cells))
	default:
		if g.Row > 0 {
			parts = append(parts, fmt.Sprintf("dòng %d", g.Row))
		}
		if g.Column != "" {
			parts = append(parts, strings.TrimSpace("cột “"+g.Column+"” "+g.Cell))
		}
	}
	return strings.Join(parts, ", ")
}
