package web

import (
	"math/big"

	"htxledger/api/chart"
	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// referenceFigures are what the figures of a plan are measured beside: the same day
// as it was known before, and the opening of the year.
type referenceFigures struct {
	site   *Site
	t      *answers.Targets
	before ledger.Position // the state of knowledge before; 0 is none
	words  string          // what that state is, or ""
}

// newReferenceFigures chooses the state of knowledge before: that of the judged day itself,
// where more is known by now, or else that of the last statement of its year.
func newReferenceFigures(s *Site, t *answers.Targets) *referenceFigures {
	b := &referenceFigures{site: s, t: t}
	day, head := t.Judged.Valid, t.Judged.Head()
	// Where nothing came in since, the mark would lie on the bar itself.
	if n := head.KnownAt(calendar.EndOf(day)); n > 0 && n < t.Judged.Size {
		b.before, b.words = n, "cùng ngày, như đã biết vào hết ngày "+vi.Day(day)
		return b
	}
	for _, x := range s.standingStatements(head, day.Year()) {
		if n := ledger.Position(x.Issued.Size); n > b.before && n < t.Judged.Size {
			b.before, b.words = n, "cùng ngày, như đã biết khi phát hành “"+x.Issued.Title+"”"
		}
	}
	return b
}

// figure is a figure of the plan on another day or as known otherwise, on the
// same map; nil where there is no such point.
func (b *referenceFigures) figure(d *indicator.Definition, day calendar.Day, n ledger.Position) *indicator.Figure {
	p, err := b.t.Judged.With(answers.OnDay(day), answers.AtSize(n), answers.OnMap(b.t.Judged.Map), answers.UnderScheme(b.t.SchemeOf(d.Code)))
	if err != nil {
		return nil // there was no such place, or the period had not begun
	}
	f, err := b.site.Answers.Indicators(p.Of(d))
	if err != nil {
		return nil
	}
	return f.Figures[0]
}

// draw draws the bullet of a target that asks for a number.
func (b *referenceFigures) draw(row *targetView, l assessment.Line) {
	g, tolerance := l.Target.Goal(), l.Tolerance.Permyriad
	low, high, ok := vi.Bounds(g)
	// Beside the goal of a province, the figure of a district would look like a failure.
	if !ok || l.Judged == nil || l.Judged.Figure == nil || b.t.Elsewhere {
		return
	}
	x := &chart.Bullet{ID: "bieu-do-" + row.ID, Title: row.Name, Low: low.Value, High: high.Value, Open: isOpen(g.Rule)}
	x.Tick = func(v *big.Rat) string {
		if v.Sign() == 0 {
			return "0"
		}
		return vi.Quantity{Value: v, Unit: low.Unit, Decimals: plan.Decimals(v, 0, v)}.String()
	}
	x.Desc = "Thực hiện " + row.Reading.Printed + "; yêu cầu " + row.Goal
	if actual, ok := vi.Measure(g, l.Judged.Measured, tolerance); ok {
		x.Actual = actual.Value
	}
	if g.Rule == plan.About {
		x.NearLow, x.NearHigh = scaledBy(low.Value, -tolerance), scaledBy(low.Value, tolerance)
	}
	d := l.Judged.Figure.Definition
	if b.before > 0 && !d.OfPapers() {
		x.Before, row.Then = b.drawnAndPrinted(g, tolerance, b.figure(d, b.t.Judged.Valid, b.before))
	}
	// A flow starts the year at nothing: it has no opening value.
	if !d.Flow && !d.OfPapers() {
		eve := calendar.FirstOfYear(b.t.Judged.Valid.Year()) - 1
		x.Opening, row.Opening = b.drawnAndPrinted(g, tolerance, b.figure(d, eve, b.t.Judged.Size))
	}
	for _, note := range []struct{ of, printed string }{{"khi đó ", row.Then}, {"cuối năm trước ", row.Opening}} {
		if note.printed != "" {
			x.Desc += "; " + note.of + note.printed
		}
	}
	row.Bullet = x.SVG()
}

// isOpen reports whether a rule welcomes more than the goal.
func isOpen(r plan.Rule) bool {
	return r == plan.AtLeast || r == plan.AtLeastFromTo || r == plan.Strive
}

// scaledBy is a number and so many hundredths of a percent of it.
func scaledBy(v *big.Rat, permyriad int64) *big.Rat {
	return new(big.Rat).Mul(v, big.NewRat(10000+permyriad, 10000))
}

// drawnAndPrinted is a figure in the unit of a goal, drawn and printed.
func (b *referenceFigures) drawnAndPrinted(g plan.Goal, tolerance int64, f *indicator.Figure) (*big.Rat, string) {
	if f == nil {
		return nil, ""
	}
	q, ok := vi.Measure(g, plan.Measured{Num: f.Num, Den: f.Den, NoData: f.NoData}, tolerance)
	if !ok {
		return nil, ""
	}
	return q.Value, q.String()
}
