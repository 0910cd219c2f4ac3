package answers

import (
	"context"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// Touched is the other way round from Explain: the figures that one record
// changed when it became known, for the day, place and period of a question.
type Touched struct {
	Point   *Point
	Record  *ledger.Record
	Figures []Moved
}

// A Moved is a figure just before and just after a record.
type Moved struct{ Before, After *indicator.Figure }

// TouchedBy answers for the record at a position, which must lie below the point's
// size.
func (s *Service) TouchedBy(ctx context.Context, p *Point, position ledger.Position) (*Touched, error) {
	if position < 0 || position >= p.Size {
		return nil, ledger.ErrBeyondHead.With(position, p.Size).At("position")
	}
	t := &Touched{Point: p, Record: s.history.Record(position)}
	for _, d := range indicator.All() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		after, err := s.history.Figures(position+1, p.Question, d)
		if err != nil {
			return nil, err
		}
		before, err := s.history.Figures(position, p.Question, d)
		if err != nil { // the place was not on the map before this record
			before = []*indicator.Figure{{Definition: d, Den: 1, NoData: true}}
		}
		if !before[0].Same(after[0]) {
			t.Figures = append(t.Figures, Moved{before[0], after[0]})
		}
	}
	return t, nil
}
