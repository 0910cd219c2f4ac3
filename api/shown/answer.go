package shown

import (
	"io"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// An Answer is an answer as both doors show it. Its JSON and its table are made
// when they are written.
type Answer struct {
	// Points are the points of the answer: most answers have one, a comparison has two, and
	// an answer independent of any point has none.
	Points []*answers.Point
	json   func(*Page) any
	table  func() *Table // nil for an answer that is no table
	page   *Page
}

// OnPage is the answer as a page of a longer one. A page is named in the JSON; nil
// is the whole.
func (a Answer) OnPage(page *Page) Answer {
	a.page = page
	return a
}

// HasTable reports whether the answer is a table too.
func (a Answer) HasTable() bool { return a.table != nil }

// Table is the answer as a table; nil for an answer that is none.
func (a Answer) Table() *Table {
	if a.table == nil {
		return nil
	}
	return a.table()
}

// WriteJSON writes the answer as JSON.
func (a Answer) WriteJSON(w io.Writer) error { return Encode(w, a.json(a.page)) }

// wholeAnswer is an answer that never comes in pages, at points.
func wholeAnswer[S, J any](s S, json func(S) J, table func(S) *Table, at ...*answers.Point) Answer {
	return pagedAnswer(s, func(s S, _ *Page) J { return json(s) }, table, at...)
}

// pagedAnswer is an answer that may be a page of a longer one, at points.
func pagedAnswer[S, J any](s S, json func(S, *Page) J, table func(S) *Table, at ...*answers.Point) Answer {
	a := Answer{Points: at, json: func(p *Page) any { return json(s, p) }}
	if table != nil {
		a.table = func() *Table { return table(s) }
	}
	return a
}

// Below is every answer: what it is made of, its JSON, its table (nil for an answer
// that is none), and where it holds.

// ShowIndicators shows figures.
func ShowIndicators(f *answers.Figures) Answer {
	return wholeAnswer(f, fromIndicators, indicatorTable, f.Point)
}

// ShowTargets shows a plan judged.
func ShowTargets(t *answers.Targets) Answer {
	return wholeAnswer(t, FromTargets, targetTable, t.Point)
}

// ShowExplanation shows the sources of a figure.
func ShowExplanation(e *answers.Explanation) Answer {
	return pagedAnswer(e, fromExplanation, explanationTable, e.Point)
}

// ShowVintages shows the figures of one indicator as they became known.
func ShowVintages(v *answers.Vintages) Answer {
	return pagedAnswer(v, fromVintages, vintageTable, v.Point)
}

// ShowTriangle shows the month ends of a year, each as known at month ends.
func ShowTriangle(t *answers.Triangle) Answer {
	return wholeAnswer(t, fromTriangle, triangleTable, t.Point)
}

// ShowDifferences shows why figures moved between two points.
func ShowDifferences(d *answers.Differences) Answer {
	return pagedAnswer(d, fromDifferences, differenceTable, d.From, d.To)
}

// ShowTouched shows the figures a record moved.
func ShowTouched(t *answers.Touched) Answer {
	return wholeAnswer(t, fromTouched, touchedTable, t.Point)
}

// ShowTouchedWith is ShowTouched with the statements the record bears on.
func ShowTouchedWith(t *answers.Touched, statements []answers.StatementTouch) Answer {
	reply := func(t *answers.Touched) touchedWith { return fromTouchedWith(t, statements) }
	return wholeAnswer(t, reply, touchedTable, t.Point)
}

// ShowProblems shows contradictions among the records.
func ShowProblems(x *answers.Problems) Answer {
	return pagedAnswer(x, fromProblems, problemTable, x.Point)
}

// ShowReplay shows the catalogue counted by both roads, with the record at which
// they part and what a comparison with a kept digest found; nil where there is none
// of either.
func ShowReplay(r *answers.Replay, apart *answers.Apart, digest *answers.DigestDifference) Answer {
	reply := func(r *answers.Replay) replay { return fromReplay(r, apart, digest) }
	return wholeAnswer(r, reply, replayTable, r.Point)
}

// ShowCoops shows a page of co-operatives.
func ShowCoops(l *directory.Listing) Answer {
	return pagedAnswer(l, fromListing, coopTable, l.Point)
}

// ShowCard shows one co-operative with every record about it.
func ShowCard(c *directory.Card) Answer {
	return wholeAnswer(c, fromCard, cardTable, c.Point)
}

// ShowEvents shows a page of records.
func ShowEvents(e *directory.Events) Answer {
	return pagedAnswer(e, fromEvents, recordTable, e.Point)
}

// ShowPlans lists plans at a point.
func ShowPlans(p *answers.Point, plans []*plan.Plan) Answer {
	return wholeAnswer(plans, func(plans []*plan.Plan) Plans { return fromPlans(p, plans) }, nil, p)
}

// ShowPlan shows a plan as printed, with nothing judged.
func ShowPlan(p *answers.Point, x *plan.Plan) Answer {
	return wholeAnswer(x, func(x *plan.Plan) Plan { return fromPlan(p, x) }, func(x *plan.Plan) *Table { return planTable(p, x) }, p)
}

// ShowLint shows contradictions in a plan.
func ShowLint(p *answers.Point, x *plan.Plan) Answer {
	findings := plan.Lint(x, indicator.Codes())
	return wholeAnswer(findings, func(f []plan.Finding) Lint { return Lint{fromPoint(p), fromHead(x), mapList(f, fromFinding)} },
		func(f []plan.Finding) *Table { return findingTable(p, f) }, p)
}

// ShowStatements shows statements counted again, as known at a size. by
// finds the checkpoint that covers each; it may be nil.
func ShowStatements(size ledger.Position, all []*answers.StatementCheck, by answers.Checkpoints) Answer {
	reply := func(all []*answers.StatementCheck, p *Page) Statements { return fromStatements(size, all, by, p) }
	return pagedAnswer(all, reply, statementsTable)
}

// ShowStatement shows one statement counted again.
func ShowStatement(c *answers.StatementCheck, by answers.Checkpoints) Answer {
	return wholeAnswer(c, func(c *answers.StatementCheck) Statement { return fromStatement(c, by) }, statementTable)
}

// ShowRequests shows a page of requests.
func ShowRequests(l *directory.Requests) Answer {
	return pagedAnswer(l, fromRequests, nil, l.Point)
}

// ShowRequest shows one request.
func ShowRequest(p *answers.Point, r *directory.Request) Answer {
	return wholeAnswer(r, func(r *directory.Request) OneRequest { return OneRequest{fromPoint(p), fromRequest(r)} }, nil, p)
}

// Show shows a value that is its own JSON, and no table.
func Show(value func() any) Answer { return Answer{json: func(*Page) any { return value() }} }
