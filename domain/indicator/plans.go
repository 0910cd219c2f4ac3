package indicator

import (
	"htxledger/domain/calendar"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// currentPlan is the plan of the year of a day; of several, the one adopted
// last.
func currentPlan(r *register.Register, day calendar.Day) *plan.Plan {
	var best *plan.Plan
	for _, p := range r.Plans {
		if int(p.Head().Year) != day.Year() {
			continue
		}
		if best == nil || best.Adoption.Compare(p.Adoption) < 0 {
			best = p
		}
	}
	return best
}

// deliverables counts the papers that the plan of the year expects of its
// tasks: received, of them on time or late, missing after the deadline, and
// not yet due. Num is those received.
func deliverables(d *Definition, r *register.Register, q Question) (*Figure, error) {
	f := &Figure{Definition: d, Den: 1}
	p := currentPlan(r, q.Valid)
	if p == nil {
		f.NoData = true
		return f, nil
	}
	var onTime, late, missing, pending int64
	for _, t := range p.Tasks {
		for _, res := range t.Results {
			if res.Indicator != "" && res.Rule != plan.Done {
				continue
			}
			due := t.Due.Stated
			switch papers := p.DeliveriesOf(t.ID, res.Text); {
			case len(papers) == 0 && !due.IsZero() && q.Valid > due.Day:
				missing++
			case len(papers) == 0:
				pending++
			case !due.IsZero() && papers[len(papers)-1].Valid.Day > due.Day:
				late++
			default:
				onTime++
			}
		}
	}
	f.Num = onTime + late
	f.Parts = []Part{{"on-time", onTime}, {"late", late}, {"missing", missing}, {"pending", pending}}
	return f, nil
}

// reports counts the agencies that handed in the report which the plan of the
// year asks of every one: those of the targets that this indicator measures.
// Missing are the others known to have a part in the plan, which the paper
// does not list: who ever delivered something.
func reports(d *Definition, r *register.Register, q Question) (*Figure, error) {
	f := &Figure{Definition: d, Den: 1}
	p := currentPlan(r, q.Valid)
	if p == nil {
		f.NoData = true
		return f, nil
	}
	first := map[string]calendar.Day{} // by agency, of its report
	units := map[string]bool{}
	var due calendar.Stated
	for _, t := range p.Targets {
		if t.Indicator != d.Code {
			continue
		}
		due = t.Due.Stated
		for _, paper := range p.DeliveriesOf(t.ID, "") {
			unit := paper.Event.(*plan.Delivered).Unit
			if day, seen := first[unit]; !seen || paper.Valid.Day < day {
				first[unit] = paper.Valid.Day
			}
		}
	}
	for _, paper := range p.Deliveries {
		units[paper.Event.(*plan.Delivered).Unit] = true
	}
	var late int64
	for _, day := range first {
		if !due.IsZero() && day > due.Day {
			late++
		}
	}
	f.Num = int64(len(first))
	f.Parts = []Part{{"on-time", f.Num - late}, {"late", late}, {"missing", int64(len(units)) - f.Num}}
	return f, nil
}
