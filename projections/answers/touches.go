package answers

import (
	"context"
	"errors"
	"slices"

	"htxledger/domain/audit"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// A StatementTouch is what one record has to do with one statement.
type StatementTouch struct {
	Key string
	// Stands lists the stated indicators that the record adds to, or says why
	// something does not: it was known when the statement was issued.
	Stands []string
	// Moves lists those that it changed, coming after.
	Moves []string
}

// TouchedBy lists the statements that a record bears on, as known at a size, in
// order of issue: those that count it and those whose figures it would change.
func (s *Statements) TouchedBy(ctx context.Context, position, size ledger.Position) ([]StatementTouch, error) {
	if position < 0 || position >= size {
		return nil, ledger.ErrBeyondHead.With(position, size).At("position")
	}
	r := s.service.history.Record(position)
	var touches []StatementTouch
	for _, listed := range s.List(size) {
		if listed.Retraction != nil {
			continue
		}
		check, err := s.Verify(ctx, listed.Key, size)
		if err != nil {
			return nil, err
		}
		touch := StatementTouch{Key: check.Key, Moves: movedCodes(check, position)}
		if position < ledger.Position(check.Issued.Size) {
			if touch.Stands, err = s.stands(check, r); err != nil {
				return nil, err
			}
		}
		if len(touch.Stands)+len(touch.Moves) > 0 {
			touches = append(touches, touch)
		}
	}
	return touches, nil
}

func movedCodes(c *StatementCheck, position ledger.Position) []string {
	var codes []string
	for _, line := range c.Lines {
		if slices.ContainsFunc(line.Changes, func(x Change) bool { return x.Record.Position == position }) {
			codes = append(codes, line.Stated.Indicator)
		}
	}
	return codes
}

// stands counts the stated figures again with their contributions, and finds
// those that rest on a record or on one that it corrects.
func (s *Statements) stands(c *StatementCheck, r *ledger.Record) ([]string, error) {
	q, err := audit.QuestionOf(c.Issued)
	if err != nil {
		return nil, err
	}
	register := s.service.history.At(ledger.Position(c.Issued.Size), q.Valid)
	var codes []string
	for _, stated := range c.Issued.Figures {
		d, err := audit.DefinitionOf(stated.Indicator, c.Issued.Definitions[stated.Indicator])
		if err != nil {
			return nil, err
		}
		f, err := indicator.Count(d, register, q)
		if errors.Is(err, indicator.ErrNoPlace) {
			continue // what cannot be counted rests on nothing
		}
		if err != nil {
			return nil, err
		}
		rests := func(x indicator.Contribution) bool {
			return slices.ContainsFunc(x.By, func(fact *ledger.Fact) bool { return fact.By == r || fact.Root == r })
		}
		if slices.ContainsFunc(f.In, rests) || slices.ContainsFunc(f.Out, rests) {
			codes = append(codes, d.Code)
		}
	}
	return codes, nil
}
