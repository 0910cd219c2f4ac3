package shown

import (
	"htxledger/domain/assessment"
	"htxledger/projections/answers"
)

// An Effect is the effect of unrecorded commands on a plan.
type Effect struct {
	Point   point    `json:"point"` // after
	Plan    PlanHead `json:"plan"`
	Targets []shift  `json:"targets"` // those whose figure or verdict would change
}

// A shift is a target before and after. Before is absent for one that would be
// new.
type shift struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	Before *target `json:"before,omitempty"`
	After  target  `json:"after"`
}

// FromEffect is an effect; nil for none.
func FromEffect(e *answers.Effect) *Effect {
	if e == nil {
		return nil
	}
	return &Effect{fromPoint(e.After.Point), fromHead(e.After.Plan), mapList(e.Shifts, func(s answers.Shift) shift {
		return shift{s.After.Target.ID, s.After.Target.Text, orNone(s.Before, func(l *assessment.Line) target { return fromTarget(e.Before, *l) }), fromTarget(e.After, *s.After)}
	})}
}
