package answers

import (
	"context"
	"errors"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
)

// MostMoments is how many days one series has at most: ten years of month ends.
const MostMoments = 120

// What a span can be wrong about.
var (
	errSpanOrder = fault.Declare("span-order", fault.Rejected,
		"the span ends on %s, before its first day %s", "khoảng thời gian kết thúc ngày %s, trước ngày đầu là %s")
	errSpanLong = fault.Declare("span-long", fault.TooLarge,
		"the span from %s to %s has %d month ends; at most %d are shown at once",
		"khoảng từ %s đến %s có %d mốc cuối tháng; mỗi lần chỉ xem được nhiều nhất %d mốc")
)

// A Span is the days of a series: the month ends from its first day to its last,
// and the last itself.
type Span struct{ First, Last calendar.Day }

// ParseSpan reads the two ends as they were typed. Where one is empty it is the
// end of the calendar year of otherwise; a year that is not over yet by
// otherwise ends there. Faults carry from or to.
func ParseSpan(from, to string, otherwise calendar.Day) (sp Span, err error) {
	if sp.First, err = dayOr(from, calendar.FirstOfYear(otherwise.Year())); err != nil {
		return sp, atField("from", err)
	}
	if sp.Last, err = dayOr(to, max(otherwise, sp.First)); err != nil {
		return sp, atField("to", err)
	}
	if sp.Last < sp.First {
		return sp, errSpanOrder.With(sp.Last.Vi(), sp.First.Vi()).At("to")
	}
	if n := len(sp.Days()); n > MostMoments {
		return sp, errSpanLong.With(sp.First.Vi(), sp.Last.Vi(), n, MostMoments).At("from")
	}
	return sp, nil
}

// Days are the days of the series, in order.
func (sp Span) Days() []calendar.Day {
	var days []calendar.Day
	for day := sp.First; ; day++ {
		y, m, _ := day.Date()
		if day = calendar.DayOf(y, m+1, 1) - 1; day >= sp.Last {
			return append(days, sp.Last)
		}
		days = append(days, day)
	}
}

// A Moment is a figure on one day, by both clocks.
type Moment struct {
	Valid calendar.Day
	// Now is the figure of the day as known at the point of the series, and Then
	// as known at the end of the day itself, at Size. Then is nil for a day that
	// was not over when the point's knowledge ends, and either is nil where
	// there was no ledger or no such place yet.
	Now, Then *indicator.Figure
	Size      ledger.Position
}

// IsRevised reports whether what is known now is another figure than what was
// known then.
func (m Moment) IsRevised() bool { return m.Now != nil && m.Then != nil && !m.Now.Same(m.Then) }

// A Series is one figure on many days.
type Series struct {
	Point      *Point
	Definition *indicator.Definition
	Span       Span
	Moments    []Moment
}

// Series answers for one indicator on the days of a span. Each figure is what
// Indicators answers for that day alone.
func (s *Service) Series(ctx context.Context, p *Point, d *indicator.Definition, sp Span) (*Series, error) {
	var err error
	series := &Series{Point: p, Definition: d, Span: sp}
	for _, day := range sp.Days() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := Moment{Valid: day}
		if m.Now, err = s.onDay(p, d, OnDay(day)); err != nil {
			return nil, err
		}
		if end := calendar.EndOf(day); end <= p.head.now {
			m.Size = p.head.KnownAt(end)
		}
		if m.Size > 0 && m.Size <= p.Size {
			if m.Then, err = s.onDay(p, d, OnDay(day), AtSize(m.Size)); err != nil {
				return nil, err
			}
		}
		series.Moments = append(series.Moments, m)
	}
	return series, nil
}

// onDay is one figure of a point that is changed to another day, or nil where it
// cannot be asked yet: before the place was on the map, and before the first day of
// the period.
func (s *Service) onDay(p *Point, d *indicator.Definition, variations ...Variation) (*indicator.Figure, error) {
	var f *Figures
	on, err := p.With(variations...)
	if err == nil {
		f, err = s.Indicators(on.Of(d))
	}
	switch {
	case errors.Is(err, indicator.ErrNoPlace) || errors.Is(err, place.ErrNotOnMap) || errors.Is(err, calendar.ErrPeriod):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return f.Figures[0], nil
}
