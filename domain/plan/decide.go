package plan

import (
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know of others, as known at the head.
type World interface {
	// Plan is the state of a plan at the end of a day; it is never nil.
	Plan(key string, on calendar.Day) *Plan
	// OnMap is nil if a place is on the map of a day, or the fault why not.
	OnMap(code string, on calendar.Day) error
	// SchemeKnown reports whether a code names a classification scheme.
	SchemeKnown(code string) bool
}

// Decide tells whether a fact in the stream of a plan, or about policy, may be
// recorded, given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	day := f.Valid.Day
	switch e := f.Event.(type) {
	case *Adopted:
		if w.Plan(key, calendar.MaxDay).Adoption != nil {
			return errExists.With(key)
		}
		return w.OnMap(e.Place, day)
	case *Chosen:
		return decideChosen(w, f.Root.Stream, e, day)
	}
	p := w.Plan(key, day)
	if p.Adoption == nil {
		return errUnknown.With(key, day.Vi())
	}
	switch e := f.Event.(type) {
	case *Amended:
		return decideAmended(p, e)
	case *Delivered:
		return decideDelivered(p, e)
	case *Noted:
		if e.About != WholePlan && !p.has(e.About) {
			return errRow.With(key, e.About).At("/data/about")
		}
	}
	return nil
}

func decideChosen(w World, s ledger.Stream, e *Chosen, day calendar.Day) error {
	if e.Of == Scheme && !w.SchemeKnown(e.Value) {
		return errScheme.With(e.Value).At("/data/value")
	}
	if s.Family != "plan" || e.Target == "" {
		return nil
	}
	p := w.Plan(s.Key, day)
	if p.Adoption == nil {
		return errUnknown.With(s.Key, day.Vi())
	}
	if !p.has(e.Target) {
		return errRow.With(s.Key, e.Target).At("/data/target")
	}
	return nil
}

func (p *Plan) has(id string) bool {
	_, target := p.Target(id)
	_, task := p.Task(id)
	return target || task
}

// decideAmended keeps an id to what it named: a target or a task.
func decideAmended(p *Plan, e *Amended) error {
	for _, t := range e.Targets {
		if _, ok := p.Task(t.ID); ok {
			return errRowKind.With(t.ID).At("/data/targets")
		}
	}
	for _, t := range e.Tasks {
		if _, ok := p.Target(t.ID); ok {
			return errRowKind.With(t.ID).At("/data/tasks")
		}
	}
	return nil
}

// decideDelivered wants the plan's own words for what was delivered: another
// wording would leave the result missing without anybody seeing why.
func decideDelivered(p *Plan, e *Delivered) error {
	if t, ok := p.Target(e.Task); ok {
		if t.Rule != Done {
			return errNotDeliverable.With(t.ID).At("/data/task")
		}
		return nil
	}
	t, ok := p.Task(e.Task)
	if !ok {
		return errRow.With(p.Key, e.Task).At("/data/task")
	}
	var texts []string
	for _, r := range t.Results {
		if ledger.Caseless(r.Text) == ledger.Caseless(e.Deliverable) {
			return nil
		}
		texts = append(texts, r.Text)
	}
	return errDeliverable.With(t.ID, e.Deliverable, strings.Join(texts, "; ")).At("/data/deliverable")
}
