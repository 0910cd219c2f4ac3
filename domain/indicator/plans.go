package indicator

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// ofPlan makes a figure of the papers of the plan that the day is asked about
// (plan.Newest). There is none of a place other than the plan's own. It is the
// state at the valid day, whatever the period: a paper that came after the
// deadline, or after the year, stays late.
func ofPlan(d *Definition, r *register.Register, q Question) (*Figure, error) {
	area, err := q.AreaIn(r)
	if err != nil {
		return nil, err
	}
	p := plan.Newest(r.Plans, q.Valid)
	if p != nil && !area.Is(p.Head().Place) {
		p = nil
	}
	return d.Papers(p, q.Valid), nil
}

// LatePart is the name of the part of a figure OfPapers that came late.
const LatePart = "late"

// OfPapers reports whether a figure counts the papers of one plan.
func (d *Definition) OfPapers() bool { return d.papers != nil }

// Papers counts the papers of a plan that came by a day. It is no data for no
// plan. The definition must be OfPapers.
func (d *Definition) Papers(p *plan.Plan, on calendar.Day) *Figure {
	f := &Figure{Definition: d, Den: 1}
	if p == nil {
		f.NoData = true
		return f
	}
	by := *p
	by.Deliveries = slices.DeleteFunc(slices.Clone(p.Deliveries), func(f *ledger.Fact) bool { return f.Valid.Day > on })
	d.papers(f, &by, on)
	return f
}

// deliverables counts the papers that a plan expects of its tasks: received,
// of them on time or late, missing after the deadline, and not yet due. Num is
// those received.
func deliverables(f *Figure, p *plan.Plan, on calendar.Day) {
	var onTime, late, missing, pending int64
	for _, t := range p.Tasks {
		for _, res := range t.Results {
			if !res.Paper() {
				continue
			}
			switch papers := p.DeliveriesOf(t.ID, res.Text); {
			case len(papers) == 0 && !t.Due.Stated.IsZero() && on > t.Due.Day():
				missing++
			case len(papers) == 0:
				pending++
			case t.Due.Late(papers...):
				late++
			default:
				onTime++
			}
		}
	}
	f.Num = onTime + late
	f.Parts = []Part{{"on-time", onTime}, {LatePart, late}, {"missing", missing}, {"pending", pending}}
}

// reports counts the agencies that handed in the report which a plan asks of
// every one: those of the targets that this indicator measures. Missing are the
// others known to have a part in the plan, which the paper does not list: who
// ever delivered something.
func reports(f *Figure, p *plan.Plan, _ calendar.Day) {
	came, silent := reporters(f.Definition.Code, p)
	var late int64
	for _, l := range came {
		if l {
			late++
		}
	}
	f.Num = int64(len(came))
	f.Parts = []Part{{"on-time", f.Num - late}, {LatePart, late}, {"missing", int64(len(silent))}}
}

// AgenciesWithoutReport are the agencies that a figure counts as missing whose targets ask
// every agency for a report, such as reports.received, by the plan that it is
// about: in byte order of their names, nil where none is.
func AgenciesWithoutReport(code string, p *plan.Plan) []string {
	_, silent := reporters(code, p)
	return silent
}

// reporters are the agencies whose report came, with whether the first of each
// was late, and the others that ever delivered something of the plan.
func reporters(code string, p *plan.Plan) (came map[string]bool, silent []string) {
	came = map[string]bool{}
	first := map[string]calendar.Day{}
	for _, t := range p.Targets {
		if t.Indicator != code {
			continue
		}
		for _, paper := range p.DeliveriesOf(t.ID, "") {
			unit := paper.Event.(*plan.Delivered).Unit
			if day, seen := first[unit]; !seen || paper.Valid.Day < day {
				first[unit], came[unit] = paper.Valid.Day, t.Due.Late(paper)
			}
		}
	}
	for _, paper := range p.Deliveries {
		unit := paper.Event.(*plan.Delivered).Unit
		if _, reported := came[unit]; !reported {
			silent = append(silent, unit)
		}
	}
	slices.Sort(silent)
	return came, slices.Compact(silent)
}
