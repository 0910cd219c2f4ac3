package answers

import (
	"context"
	"errors"
	"math/big"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
)

// A Revision is how a series of values moved from the first that was known.
type Revision struct {
	First, Last *big.Rat
	// Bias is the mean of the changes and Absolute the mean of their sizes;
	// both are exact. Changes is how many there were.
	Bias, Absolute *big.Rat
	Changes        int
}

// SumRevisions sums up how figures in the order in which they became known were
// revised. Figures without data, and those that changed in their coverage but
// not in their value, are passed over. It is nil if none has data.
func SumRevisions(figures []*indicator.Figure) *Revision {
	var values []*big.Rat
	for _, f := range figures {
		if num, den, ok := f.Value(); ok {
			values = append(values, big.NewRat(num, den))
		}
	}
	if len(values) == 0 {
		return nil
	}
	var changes []*big.Rat
	for i := 1; i < len(values); i++ {
		if change := new(big.Rat).Sub(values[i], values[i-1]); change.Sign() != 0 {
			changes = append(changes, change)
		}
	}
	r := sumChanges(changes)
	r.First, r.Last = values[0], values[len(values)-1]
	return r
}

// sumChanges is the mean of some changes and of their sizes; both are zero without any change.
func sumChanges(changes []*big.Rat) *Revision {
	r := &Revision{Bias: new(big.Rat), Absolute: new(big.Rat), Changes: len(changes)}
	if len(changes) == 0 {
		return r
	}
	for _, c := range changes {
		r.Bias.Add(r.Bias, c)
		r.Absolute.Add(r.Absolute, new(big.Rat).Abs(c))
	}
	n := big.NewRat(int64(len(changes)), 1)
	r.Bias.Quo(r.Bias, n)
	r.Absolute.Quo(r.Absolute, n)
	return r
}

// A Triangle is one figure for the month ends of a year, each as known at
// month ends from then on: rows are valid days, columns are states of
// knowledge. What was not yet over when it was known is left out, which gives
// it its shape.
type Triangle struct {
	Point      *Point
	Definition *indicator.Definition
	Columns    []Column
	Rows       []Row
	// Revision is taken over the rows: from the first figure of each to its
	// last.
	Revision *Revision
}

// A Column is a state of knowledge: the end of a month, or the point's own.
type Column struct {
	Day  calendar.Day
	Size ledger.Position
}

// A Row is one valid day. Cells has one figure for each column, nil where the
// day was not over yet, or the place was on no map.
type Row struct {
	Valid    calendar.Day
	Cells    []*indicator.Figure
	Revision *Revision
}

// Triangle answers for one indicator and the year of the point's day, as far as is
// known at the point.
func (s *Service) Triangle(ctx context.Context, p *Point, d *indicator.Definition) (*Triangle, error) {
	t := &Triangle{Point: p, Definition: d, Columns: columnsOf(p)}
	var ends []*big.Rat
	for month := 1; month <= 12; month++ {
		day := calendar.DayOf(p.Valid.Year(), month+1, 1) - 1
		if day > p.Valid {
			break
		}
		row, err := s.row(ctx, t, day)
		if err != nil {
			return nil, err
		}
		if r := row.Revision; r != nil {
			ends = append(ends, new(big.Rat).Sub(r.Last, r.First))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Revision = sumChanges(ends)
	return t, nil
}

// columnsOf are the ends of the months from the first of the point's year to
// when the point's last record was taken, and the point itself.
func columnsOf(p *Point) []Column {
	var list []Column
	last := p.LastRecorded.DayIn()
	for month := 1; ; month++ {
		day := calendar.DayOf(p.Valid.Year(), month+1, 1) - 1
		if day >= last {
			return append(list, Column{last, p.Size})
		}
		if size := p.head.KnownAt(calendar.EndOf(day)); size > 0 {
			list = append(list, Column{day, size})
		}
	}
}

// row counts one day as each column knows it: the period has the same name on
// every day, and a map that the question does not name is of the day.
func (s *Service) row(ctx context.Context, t *Triangle, day calendar.Day) (Row, error) {
	row := Row{Valid: day, Cells: make([]*indicator.Figure, len(t.Columns))}
	question := t.Point.Question
	question.Valid = day
	var err error
	if question.Period, err = calendar.PeriodEnding(t.Point.PeriodName, day); err != nil {
		return row, atField("period", err)
	}
	if !t.Point.asked.mapNamed {
		question.Map = day
	}
	var known []*indicator.Figure
	for i, c := range t.Columns {
		// the month was not over when this was known
		if c.Day < day {
			continue
		}
		if err := ctx.Err(); err != nil {
			return row, err
		}
		f, err := s.history.Figures(c.Size, question, t.Definition)
		if errors.Is(err, indicator.ErrNoPlace) || errors.Is(err, place.ErrNotOnMap) {
			continue
		}
		if err != nil {
			return row, err
		}
		row.Cells[i] = f[0]
		known = append(known, f[0])
	}
	row.Revision = SumRevisions(known)
	return row, nil
}
