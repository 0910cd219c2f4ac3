package answers

import (
	"context"
	"htxledger/domain/assessment"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// Problems is what does not add up among the records, at a point.
type Problems struct {
	Point    *Point
	Problems []assessment.Problem
}

// Problems checks the records of a point (assessment.Check) by the slow road,
// which alone keeps the facts that are about nothing.
func (s *Service) Problems(ctx context.Context, p *Point) (*Problems, error) {
	records := make([]*ledger.Record, p.Size)
	for i := range records {
		records[i] = s.history.Record(ledger.Position(i))
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	folded := register.Fold(records, p.Valid)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &Problems{p, assessment.Check(folded, p.Question)}, nil
}
