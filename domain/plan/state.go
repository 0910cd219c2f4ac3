package plan

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Plan is the state of one plan on a day, folded from its facts. It must not
// be changed by anyone but Apply.
type Plan struct {
	Key        string
	Adoption   *ledger.Fact // *Adopted; nil for a plan not adopted yet
	Targets    []TargetRow  // as amended, new ones last
	Tasks      []TaskRow
	Amendments []*ledger.Fact // *Amended
	Deliveries []*ledger.Fact // *Delivered
	Notes      []*ledger.Fact // *Noted
	Choices    []*ledger.Fact // *Chosen, those of the plan's own stream
}

// A TargetRow is a target and the fact that set it: *Adopted or *Amended.
type TargetRow struct {
	Target
	By *ledger.Fact
}

// A TaskRow is a task and the fact that set it: *Adopted or *Amended.
type TaskRow struct {
	Task
	By *ledger.Fact
}

// Fold applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Plan {
	p := &Plan{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		p.Apply(f)
	}
	return p
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// fact before the adoption, or a second adoption, which changes nothing. A
// choice may come before the adoption. Lists are replaced, never changed in
// place: an earlier state may still hold them.
func (p *Plan) Apply(f *ledger.Fact) bool {
	switch e := f.Event.(type) {
	case *Chosen:
		p.Choices = append(slices.Clip(p.Choices), f)
		return true
	case *Adopted:
		if p.Adoption != nil {
			return false
		}
		p.Adoption = f
		p.set(f, e.Targets, e.Tasks)
		return true
	}
	if p.Adoption == nil {
		return false
	}
	switch e := f.Event.(type) {
	case *Amended:
		p.Amendments = append(slices.Clip(p.Amendments), f)
		p.set(f, e.Targets, e.Tasks)
	case *Delivered:
		p.Deliveries = append(slices.Clip(p.Deliveries), f)
	case *Noted:
		p.Notes = append(slices.Clip(p.Notes), f)
	default:
		return false
	}
	return true
}

// set puts targets and tasks in the place of those with the same id, and new ones at the end; f is
// the fact that states them.
func (p *Plan) set(f *ledger.Fact, targets []Target, tasks []Task) {
	// cloned: an earlier state of the plan shares these lists
	p.Targets, p.Tasks = slices.Clone(p.Targets), slices.Clone(p.Tasks)
	for _, t := range targets {
		at := slices.IndexFunc(p.Targets, func(r TargetRow) bool { return r.ID == t.ID })
		if at < 0 {
			at = len(p.Targets)
			p.Targets = append(p.Targets, TargetRow{})
		}
		p.Targets[at] = TargetRow{t, f}
	}
	for _, t := range tasks {
		at := slices.IndexFunc(p.Tasks, func(r TaskRow) bool { return r.ID == t.ID })
		if at < 0 {
			at = len(p.Tasks)
			p.Tasks = append(p.Tasks, TaskRow{})
		}
		p.Tasks[at] = TaskRow{t, f}
	}
}

// Head is the plan as adopted, or nil; its rows are not as amended.
func (p *Plan) Head() *Adopted {
	if p.Adoption == nil {
		return nil
	}
	return p.Adoption.Event.(*Adopted)
}

// Newest is the plan that a day is asked about: of those for the newest year
// that has begun by then, the one adopted last; nil if there is none. So a plan
// is spoken of until the next one's year begins.
func Newest(plans []*Plan, on calendar.Day) *Plan {
	var best *Plan
	for _, p := range plans {
		year := p.Head().Year
		switch {
		case int(year) > on.Year():
		case best == nil || year > best.Head().Year,
			year == best.Head().Year && best.Adoption.Compare(p.Adoption) < 0:
			best = p
		}
	}
	return best
}

// JudgedOn is the day on which a plan is judged when a day is asked: that day,
// or, when it is past, the last of the plan's year. What was done in the year
// after is another plan's.
func (p *Plan) JudgedOn(asked calendar.Day) calendar.Day {
	return min(asked, calendar.LastOfYear(int(p.Head().Year)))
}

// Target is a target by its id.
func (p *Plan) Target(id string) (TargetRow, bool) {
	for _, t := range p.Targets {
		if t.ID == id {
			return t, true
		}
	}
	return TargetRow{}, false
}

// Task is a task by its id.
func (p *Plan) Task(id string) (TaskRow, bool) {
	for _, t := range p.Tasks {
		if t.ID == id {
			return t, true
		}
	}
	return TaskRow{}, false
}

// Policies are the choices of the plan's own stream and those in others.
func (p *Plan) Policies(others ...*ledger.Fact) *Policies {
	return NewPolicies(slices.Concat(p.Choices, others)...)
}

// PoliciesOn are the choices that a plan is judged by when a day is asked: all
// of its own, also those made after its year, which is when people look at it,
// and those about every plan that held on the day it is judged.
func (p *Plan) PoliciesOn(asked calendar.Day, others []*ledger.Fact) *Policies {
	judged := p.JudgedOn(asked)
	held := slices.DeleteFunc(slices.Clone(others), func(f *ledger.Fact) bool { return f.Valid.Day > judged })
	return p.Policies(held...)
}

// DeliveriesOf are the deliveries of one result of a task, by its text, in order.
// For a target the text may be "": all that was delivered.
func (p *Plan) DeliveriesOf(id, text string) []*ledger.Fact {
	var list []*ledger.Fact
	for _, f := range p.Deliveries {
		e := f.Event.(*Delivered)
		if e.Task == id && (text == "" || ledger.Caseless(e.Deliverable) == ledger.Caseless(text)) {
			list = append(list, f)
		}
	}
	return list
}

// A History is the states that a plan went through, each from the day of the
// fact that made it.
type History = ledger.History[Plan, *Plan]

// NewHistory folds facts, which come in the order of ledger.Fact.Compare.
func NewHistory(key string, facts []*ledger.Fact) *History {
	return ledger.NewHistory(&Plan{Key: key}, facts)
}
