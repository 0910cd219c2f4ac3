package answers

import (
	"context"
	"fmt"
	"slices"

	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/asof"
)

// ErrStale is raised when the ledger grew between a trial and the question what
// it would change.
var ErrStale = fault.Declare("effect-stale", fault.Conflict,
	"the records were tried at size %d, and the ledger has %d", "sổ đã thay đổi từ lúc thử (cỡ %d, nay là %d); hãy thử lại")

// Hypothetical is a service that answers as if records had been recorded behind
// those of a head: the records that a trial showed (recorder.Try,
// recorder.TryImport), in order. It reads the whole ledger once, and shares nothing
// that it could change.
func (s *Service) Hypothetical(ctx context.Context, h *Head, would []*ledger.Record) (*Service, error) {
	p := asof.New()
	for at := range h.size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := applyCopy(p, s.history.Record(at)); err != nil {
			return nil, err
		}
	}
	for _, r := range would {
		if r.Position != p.Size() {
			return nil, ErrStale.With(r.Position, p.Size())
		}
		if err := applyCopy(p, r); err != nil {
			return nil, err
		}
	}
	return New(p, func() calendar.Instant { return max(h.now, p.Last()+1) }), nil
}

func applyCopy(p *asof.Projection, r *ledger.Record) error {
	copied := *r
	if err := p.Apply(&copied); err != nil {
		return fmt.Errorf("apply record %d: %w", r.Position, err)
	}
	return nil
}

// An Effect is what records that are not recorded would do to a plan.
type Effect struct {
	Before, After *Targets
	Shifts        []Shift // the targets whose figure or verdict would change
}

// A Shift is one target before and after.
type Shift struct{ Before, After *assessment.Line }

// Effect judges the plan of a query as it stands at a head and as it would stand
// behind it. The query must leave the known-at open: the records would come after
// all. It is asked of two ledgers, so its words are read once for each.
func (s *Service) Effect(ctx context.Context, h *Head, q Query, would []*ledger.Record, variations ...Variation) (*Effect, error) {
	then, err := s.Hypothetical(ctx, h, would)
	if err != nil {
		return nil, err
	}
	e := &Effect{}
	if e.After, err = then.targetsOf(then.Head(), q, variations); err != nil {
		return nil, err
	}
	variations = append(slices.Clone(variations), OfPlan(e.After.Plan.Key))
	if e.Before, err = s.targetsOf(h, q, variations); err != nil {
		return nil, err
	}
	before := map[string]*assessment.Line{}
	for i := range e.Before.Targets {
		before[e.Before.Targets[i].Target.ID] = &e.Before.Targets[i]
	}
	for i := range e.After.Targets {
		after := &e.After.Targets[i]
		if b := before[after.Target.ID]; b == nil || lineChanged(b, after) {
			e.Shifts = append(e.Shifts, Shift{b, after})
		}
	}
	return e, nil
}

// targetsOf judges the plan of a query at a head.
func (s *Service) targetsOf(h *Head, q Query, variations []Variation) (*Targets, error) {
	p, err := h.Resolve(q, variations...)
	if err != nil {
		return nil, err
	}
	return s.Targets(p)
}

// lineChanged tells whether a target has another figure or verdict. How many have
// reported is no part of either.
func lineChanged(a, b *assessment.Line) bool {
	if a.Verdict.Code != b.Verdict.Code || a.Verdict.Missing != b.Verdict.Missing || len(a.Delivery) != len(b.Delivery) {
		return true
	}
	if (a.Judged == nil) != (b.Judged == nil) {
		return true
	}
	if a.Judged == nil {
		return false
	}
	m, n := a.Judged.Measured, b.Judged.Measured
	return m.NoData != n.NoData || !m.NoData && (m.Num != n.Num || m.Den != n.Den)
}
