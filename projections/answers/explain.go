package answers

import (
	"context"
	"errors"
	"math"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// An Explanation is a figure with all that it came from.
type Explanation struct {
	Point  *Point
	Figure *indicator.Figure // with In and Out
	// WhyNot is the answer for the one co-operative that was asked after.
	WhyNot *WhyNot
	find   func(ledger.ID) *ledger.Record
	places *place.Map
}

// WhyNot says whether and why one co-operative counts.
type WhyNot struct {
	Coop    *register.Subject
	Entries []indicator.Contribution
	Counted bool
}

// Find is the record with an id, for those who follow a correction back.
func (e *Explanation) Find(id ledger.ID) *ledger.Record { return e.find(id) }

// PlaceName is the name of a seat on the point's map day, or "".
func (e *Explanation) PlaceName(seat string) string { return e.places.Name(seat) }

// Explain counts one figure with its contributions and exclusions. whyNot is
// the key of a co-operative to ask after, or "".
func (s *Service) Explain(ctx context.Context, p *Point, d *indicator.Definition, whyNot string) (*Explanation, error) {
	r := s.history.At(p.Size, p.Valid)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := indicator.Count(d, r, p.Question)
	if err != nil {
		return nil, atField("place", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e := &Explanation{Point: p, Figure: f, find: s.history.Find, places: r.Atlas.On(p.Map)}
	if whyNot == "" {
		return e, nil
	}
	e.WhyNot, err = s.ask(r, f, whyNot, p)
	return e, err
}

func (s *Service) ask(r *register.Register, f *indicator.Figure, key string, p *Point) (*WhyNot, error) {
	w := &WhyNot{}
	for _, x := range r.Subjects {
		if x.Kind == register.CoopSubject && x.Key == key {
			w.Coop = x
		}
	}
	if w.Coop == nil { // nothing about it holds by that day: is it founded later?
		if w.Coop = s.history.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, p.Size); w.Coop != nil {
			later := indicator.Entry{Why: indicator.NotEstablished, By: w.Coop.Coop.History.Facts[:1]}
			w.Entries = []indicator.Contribution{{Subject: w.Coop, Entry: later}}
			return w, nil
		}
		return nil, ErrNoCoop.With(key, p.Size).At("why-not")
	}
	for _, c := range f.In {
		if c.Subject.Kind == register.CoopSubject && c.Subject.Key == key {
			w.Counted = true
			w.Entries = append(w.Entries, c)
		}
	}
	for _, c := range f.Out {
		if c.Subject.Kind == register.CoopSubject && c.Subject.Key == key {
			w.Entries = append(w.Entries, c)
		}
	}
	return w, nil
}

// A Vintage is a figure as it became known.
type Vintage struct {
	Size   ledger.Position
	Record *ledger.Record // the record at Size-1, which changed it
	Figure *indicator.Figure
}

// Vintages are the figures of one indicator at each size at which it changed,
// up to the size of the point, for one valid day.
type Vintages struct {
	Point      *Point
	Definition *indicator.Definition
	Vintages   []Vintage
}

// What vintages are taken by: each record that changed the figure, the end of
// each month, or each statement that was issued.
const (
	ByChange    = "change"
	ByMonth     = "month"
	ByStatement = "statement"
)

// VintagesBy answers for one indicator at the sizes that ByChange, ByMonth or
// ByStatement pick, and at the point's own size last.
func (s *Service) VintagesBy(ctx context.Context, p *Point, d *indicator.Definition, by string) (*Vintages, error) {
	v, _, err := s.VintagesFrom(ctx, p, d, by, 0, math.MaxInt)
	return v, err
}

// VintagesFrom is a stretch of VintagesBy: at most so many of the newest,
// leaving out so many that are newer still. It tells how many there are in all.
func (s *Service) VintagesFrom(ctx context.Context, p *Point, d *indicator.Definition, by string, newer, most int) (*Vintages, int, error) {
	return s.vintagesAmong(ctx, p, d, by, func(all []ledger.Position) []ledger.Position {
		last := max(len(all)-newer, 0)
		return all[max(last-most, 0):last]
	})
}

// VintagesAfter is another stretch of VintagesBy: at most so many, after so many
// of the oldest. It tells how many there are in all.
func (s *Service) VintagesAfter(ctx context.Context, p *Point, d *indicator.Definition, by string, older, most int) (*Vintages, int, error) {
	return s.vintagesAmong(ctx, p, d, by, func(all []ledger.Position) []ledger.Position {
		all = all[min(older, len(all)):]
		return all[:min(most, len(all))]
	})
}

// vintagesAmong are the vintages at those of all sizes that pick keeps, and how
// many sizes there are.
func (s *Service) vintagesAmong(ctx context.Context, p *Point, d *indicator.Definition, by string, pick func([]ledger.Position) []ledger.Position) (*Vintages, int, error) {
	if err := ledger.OneOf("by", by, ByChange, ByMonth, ByStatement); err != nil {
		return nil, 0, err
	}
	sizes, err := s.sizes(ctx, p, d, by)
	if err != nil {
		return nil, 0, err
	}
	v, err := s.vintages(ctx, p, d, pick(sizes))
	return v, len(sizes), err
}

// LastVintages are the newest of Vintages: at most so many. more says that there
// are older ones, which are not looked for.
func (s *Service) LastVintages(ctx context.Context, p *Point, d *indicator.Definition, most int) (v *Vintages, more bool, err error) {
	sizes, more, err := s.history.LastChanges(ctx, p.Size, p.Question, d, most)
	if err != nil {
		return nil, false, err
	}
	v, err = s.vintages(ctx, p, d, sizes)
	return v, more, err
}

// vintages are one figure at some sizes.
func (s *Service) vintages(ctx context.Context, p *Point, d *indicator.Definition, sizes []ledger.Position) (*Vintages, error) {
	v := &Vintages{Point: p, Definition: d}
	for _, size := range sizes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := s.history.Figures(size, p.Question, d)
		if errors.Is(err, indicator.ErrNoPlace) || errors.Is(err, place.ErrNotOnMap) {
			continue // the place was not on the map yet
		}
		if err != nil {
			return nil, err
		}
		v.Vintages = append(v.Vintages, Vintage{size, s.history.Record(size - 1), f[0]})
	}
	return v, nil
}

// sizes are those at which vintages are taken, in order.
func (s *Service) sizes(ctx context.Context, p *Point, d *indicator.Definition, by string) ([]ledger.Position, error) {
	var sizes []ledger.Position
	switch by {
	case ByChange:
		return s.history.ChangedSizes(ctx, p.Size, p.Question, d)
	case ByMonth:
		day := s.history.Record(0).Recorded.DayIn()
		for last := p.LastRecorded.DayIn(); ; {
			y, m, _ := day.Date()
			day = calendar.DayOf(y, m+1, 1) // the month that day is in ends the day before
			if day > last {
				break
			}
			sizes = append(sizes, p.head.KnownAt(calendar.EndOf(day-1)))
		}
	case ByStatement:
		for at := ledger.Position(0); at < p.Size; at++ {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if e, ok := s.history.Record(at).Event.(*statement.Issued); ok && !s.history.Record(at).IsCorrection() {
				sizes = append(sizes, ledger.Position(e.Size))
			}
		}
	}
	sizes = append(sizes, p.Size)
	slices.Sort(sizes)
	return slices.Compact(sizes), nil
}

// Revision sums up how the figure was revised; nil without data.
func (v *Vintages) Revision() *Revision {
	figures := make([]*indicator.Figure, len(v.Vintages))
	for i, x := range v.Vintages {
		figures[i] = x.Figure
	}
	return SumRevisions(figures)
}
