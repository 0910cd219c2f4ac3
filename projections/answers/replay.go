package answers

import (
	"context"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A Disagreement is a figure on which the two roads disagree.
type Disagreement struct {
	Definition *indicator.Definition
	Slow, Fast *indicator.Figure
}

// A Replay is the whole catalogue counted twice: folded from record 0 by the
// slow road, and answered by the live projection.
type Replay struct {
	Point       *Point
	Records     ledger.Position
	Figures     []*indicator.Figure // by the slow road
	Differences []Disagreement
}

// Replay reads the log from record 0, checks and decodes each record, folds it
// and counts every indicator by the slow road, then compares with the live
// answers at the same point. progress is told how many records are read; it
// may be nil.
func (s *Service) Replay(ctx context.Context, log ledger.Log, p *Point, progress func(done, of ledger.Position)) (*Replay, error) {
	var records []*ledger.Record
	for r, err := range register.Read(ctx, log, p.Size) {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
		if progress != nil {
			progress(ledger.Position(len(records)), p.Size)
		}
	}
	out := &Replay{Point: p, Records: ledger.Position(len(records))}
	folded := register.Fold(records, p.Valid)
	for _, d := range indicator.All() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		slow, err := indicator.Count(d, folded, p.Question)
		if err != nil {
			return nil, err
		}
		fast, err := s.history.Figures(p.Size, p.Question, d)
		if err != nil {
			return nil, err
		}
		out.Figures = append(out.Figures, slow)
		if !slow.Same(fast[0]) {
			out.Differences = append(out.Differences, Disagreement{d, slow, fast[0]})
		}
	}
	return out, nil
}
