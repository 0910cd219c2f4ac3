package imports

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"htxledger/api/sheets"
	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/assessment"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
)

// Wire is what became of the file, for programs.
func (f *File) Wire(res recorder.ImportResult) wire.Import {
	all := f.All()
	out := wire.Import{
		Receipt: wire.FromResults(all, f.dry), File: f.Name, SHA256: f.Sheet.SHA256, Form: f.Sheet.Form, Rows: len(f.Sheet.Rows),
		Outcome: string(res.Outcome), Corrections: len(f.Corrections()), Events: eventsOf(all),
		Errors: f.places(f.Problems), Warnings: f.places(f.Doubts), Notes: f.places(f.Sheet.Notes), Effect: wire.FromEffect(f.Effect),
	}
	if r := f.HandedIn(); r != nil {
		out.HandedIn = r.Recorded.String()
	}
	return out
}

// eventsOf counts what results say by their kinds, in the order in which they
// first occur.
func eventsOf(all []recorder.Result) []wire.ImportEvents {
	list := []wire.ImportEvents{}
	at := map[ledger.Kind]int{}
	for _, r := range all {
		n, known := at[r.Record.Kind]
		if !known {
			n = len(list)
			at[r.Record.Kind] = n
			list = append(list, wire.ImportEvents{Kind: string(r.Record.Kind), Word: vi.Kind(r.Record.Kind)})
		}
		if r.Repeated {
			list[n].Repeated++
		} else {
			list[n].Fresh++
		}
	}
	return list
}

func (f *File) places(list []imports.Problem) []wire.ImportPlace {
	out := make([]wire.ImportPlace, len(list))
	for i, p := range list {
		out[i] = wire.FromPlace(p, f.Sheet.Expected(p), faultOf(p.Err))
	}
	return out
}

// faultOf is the fault in an error; anything else is internal.
func faultOf(err error) *fault.Fault {
	if f, ok := fault.Of(err); ok {
		return f
	}
	return wire.ErrInternal.Because(err)
}

// Marked is the workbook with its mistakes marked.
func (f *File) Marked() ([]byte, error) { return f.markedWith(f.places(f.Problems)) }

func (f *File) markedWith(wrong []wire.ImportPlace) ([]byte, error) {
	return sheets.Marked(f.bytes, marks(wrong))
}

func marks(list []wire.ImportPlace) []sheets.Mark {
	var out []sheets.Mark
	for _, p := range list {
		out = append(out, sheets.Mark{
			Sheet: p.Sheet, Ref: p.Cell, Line: p.Row, Column: p.Column, Seen: p.Seen,
			Expected: p.Expected, Message: p.MessageVi, Code: p.Code,
		})
	}
	return out
}

// A spot is a line of a sheet; of a text file of sheet "".
type spot struct {
	sheet string
	line  int
}

// done are the lines that are not left out: those of rows without a problem, and
// of sums, which are about all rows.
func (f *File) done() []spot {
	wrong := map[spot]bool{}
	for _, p := range f.Problems {
		wrong[spot{p.Sheet, p.Line}] = true
	}
	var list []spot
	for _, r := range f.Sheet.Rows {
		if at := (spot{r.Sheet, r.Line}); !wrong[at] {
			list = append(list, at)
		}
	}
	for _, n := range f.Sheet.Notes {
		if errors.Is(n.Err, imports.NoteTotal) {
			list = append(list, spot{n.Sheet, n.Line})
		}
	}
	return list
}

// Rest is what valid_rows leaves out of a file, as a file of the same form: a
// workbook with its mistakes marked, or the lines of a text file under its
// headings. Rows stay on the lines of the first workbook.
func (f *File) Rest() ([]byte, error) {
	return restOf(f.Name, f.bytes, f.done(), f.places(f.Problems))
}

func restOf(name string, b []byte, done []spot, wrong []wire.ImportPlace) ([]byte, error) {
	if KindOf(name) != workbook {
		return withoutLines(b, done, KindOf(name) == table), nil
	}
	gone := map[string][]int{}
	for _, s := range done {
		gone[s.sheet] = append(gone[s.sheet], s.line)
	}
	rest, err := sheets.Without(b, gone)
	if err != nil {
		return nil, err
	}
	return sheets.Marked(rest, marks(wrong))
}

// withoutLines takes lines out of a text. A row of a table may go over several
// lines, where a quoted cell holds line ends: it ends where its quotes do.
func withoutLines(b []byte, done []spot, quoted bool) []byte {
	gone := map[int]bool{}
	for _, s := range done {
		gone[s.line] = true
	}
	var out bytes.Buffer
	line, open, drop := 0, false, false
	for part := range bytes.Lines(b) {
		line++
		if !open {
			drop = gone[line]
		}
		if !drop {
			out.Write(part)
		}
		if quoted && bytes.Count(part, []byte(`"`))%2 == 1 {
			open = !open
		}
	}
	return out.Bytes()
}

// RestName is the name of the file that Rest gives.
func RestName(name string) string { return beside(name, "con-lai") }

// MarkedName is the name of the file that Marked gives.
func MarkedName(name string) string { return beside(name, "loi") }

func beside(name, word string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + word + ext
}

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
		x := Shift{ID: s.After.Target.ID, Text: s.After.Target.Text, Before: vi.NoData, After: printed(s.After)}
		after := vi.Verdict(s.After.Verdict.Code)
		if s.Before != nil {
			x.Before, x.Verdict = printed(s.Before), vi.Verdict(s.Before.Verdict.Code)
		}
		if after != x.Verdict {
			x.Verdict += " → " + after
		}
		list = append(list, x)
	}
	return list
}

// printed is the figure of a target as people read it.
func printed(l *assessment.Line) string {
	if l.Judged == nil {
		return vi.NoData
	}
	return vi.Measured(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
}

// A Group is equal mistakes of one column.
type Group struct {
	First imports.Problem
	Count int
	Cells []string // where the first few are
}

// fewCells is how many places of a group are named.
const fewCells = 4

// Grouped puts equal mistakes of one column together, in the order of the first
// of each. A mistake of a whole row stays alone.
func Grouped(list []imports.Problem) []*Group {
	var groups []*Group
	at := map[[3]string]*Group{}
	for _, p := range list {
		key := [3]string{p.Sheet, p.Column, faultOf(p.Err).Code}
		g := at[key]
		if g == nil || p.Column == "" {
			g = &Group{First: p}
			at[key] = g
			groups = append(groups, g)
		}
		if g.Count++; len(g.Cells) < fewCells {
			g.Cells = append(g.Cells, cmp.Or(p.Ref, fmt.Sprintf("dòng %d", p.Line)))
		}
	}
	return groups
}

// Vi is the Vietnamese sentence of a group: where, and what is wrong there; of
// several, how many, the first few, and what is wrong with the first.
func (g *Group) Vi() string {
	if g.Count == 1 {
		return g.First.Vi()
	}
	return g.Place() + ": " + faultOf(g.First.Err).Vi()
}

// Place says in Vietnamese where a group is.
func (g *Group) Place() string {
	var parts []string
	if g.First.Sheet != "" {
		parts = append(parts, fmt.Sprintf("sheet “%s”", g.First.Sheet))
	}
	cells := strings.Join(g.Cells, ", ")
	switch {
	case g.Count > len(g.Cells):
		cells += ", …"
		fallthrough
	case g.Count > 1:
		parts = append(parts, fmt.Sprintf("%s dòng, cột “%s” (%s)", vi.Integer(g.Count), g.First.Column, cells))
	default:
		if g.First.Line > 0 {
			parts = append(parts, fmt.Sprintf("dòng %d", g.First.Line))
		}
		if g.First.Column != "" {
			parts = append(parts, strings.TrimSpace("cột “"+g.First.Column+"” "+g.First.Ref))
		}
	}
	return strings.Join(parts, ", ")
}
