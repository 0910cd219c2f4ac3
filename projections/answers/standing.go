package answers

import (
	"context"
	"slices"

	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/domain/register"
)

// A Standing is what one co-operative adds to the figures, and why it adds
// nothing to the others: Explain read from the other side.
type Standing struct {
	Point  *Point
	Coop   *register.Subject
	places *place.Map
	List   []Stood
}

// A Stood is one figure as one co-operative, with the products under its name,
// makes it: the sums, In and Out are of these alone.
type Stood struct {
	Point  *Point // of the figure: Explain says there what is said here
	Figure *indicator.Figure
	// Targets are the ids of the plan's targets that ask for the figure; only a
	// StandingInPlan has any.
	Targets []string
}

// Counts reports whether anything of the co-operative is in the figure.
func (x Stood) Counts() bool { return len(x.Figure.In) > 0 }

// PlaceName is the name of a seat on the point's map day, or "".
func (s *Standing) PlaceName(seat string) string { return s.places.Name(seat) }

// StandingOf tells of one co-operative for every figure of the catalogue that it
// could be in: those counted over co-operatives and over products. Figures that
// are made of others, papers, training and fairs are left out.
func (s *Service) StandingOf(ctx context.Context, p *Point, key string) (*Standing, error) {
	out, err := s.standingBare(p, key)
	if err != nil {
		return nil, err
	}
	for _, d := range indicator.All() {
		if err := out.add(ctx, s, d, p, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// StandingInPlan is Standing for the figures that the targets of a plan ask for,
// in their order, at the point and under the scheme by which they are judged.
func (s *Service) StandingInPlan(ctx context.Context, asked *Point, key string) (*Standing, *Targets, error) {
	t, err := s.Targets(asked)
	if err != nil {
		return nil, nil, err
	}
	out, err := s.standingBare(t.Judged, key)
	if err != nil {
		return nil, nil, err
	}
	codes, by := t.targetCodes()
	for _, code := range codes {
		d, err := indicator.Find(code)
		if err != nil {
			continue // a plan may name what this version cannot count
		}
		p := *t.Judged
		p.Scheme = t.SchemeOf(code)
		if err := out.add(ctx, s, d, &p, by[code]); err != nil {
			return nil, nil, err
		}
	}
	return out, t, nil
}

// targetCodes are the codes that a plan's targets ask for, in their order, each once,
// and the ids of the targets that ask for each.
func (t *Targets) targetCodes() (codes []string, by map[string][]string) {
	by = map[string][]string{}
	for _, l := range t.Targets {
		for _, code := range append([]string{l.Target.Indicator}, l.Target.Also...) {
			if code == "" || slices.Contains(by[code], l.Target.ID) {
				continue
			}
			if by[code] == nil {
				codes = append(codes, code)
			}
			by[code] = append(by[code], l.Target.ID)
		}
	}
	return codes, by
}

// standingBare is the standing of a co-operative without any figure yet: ErrNoCoop where no record
// below the point's size says anything of its own about it.
func (s *Service) standingBare(p *Point, key string) (*Standing, error) {
	id := register.SubjectID{Kind: register.CoopSubject, Key: key}
	r := s.history.At(p.Size, p.Valid)
	c := subjectIn(r, id)
	if c == nil { // nothing about it holds by that day: is it founded later?
		c = s.history.Subject(id, p.Size)
	}
	if c == nil || len(c.Coop.History.Facts) == 0 {
		return nil, ErrNoCoop.With(key, p.Size).At("htx")
	}
	return &Standing{Point: p, Coop: c, places: r.Atlas.On(p.Map)}, nil
}

func subjectIn(r *register.Register, id register.SubjectID) *register.Subject {
	at, ok := slices.BinarySearchFunc(r.Subjects, &register.Subject{Kind: id.Kind, Key: id.Key}, (*register.Subject).Compare)
	if !ok {
		return nil
	}
	return r.Subjects[at]
}

// add counts one figure in a register of nothing but the co-operative and its
// products.
func (s *Standing) add(ctx context.Context, service *Service, d *indicator.Definition, p *Point, targets []string) error {
	if d.IsComposed() || d.Over != register.CoopSubject && d.Over != register.ProductSubject {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	whole := service.history.At(p.Size, p.Valid)
	// a copy with other subjects: the register itself is shared with other questions
	r := *whole
	r.Subjects = []*register.Subject{s.Coop}
	for _, h := range s.Coop.Coop.Products {
		if product := subjectIn(whole, register.SubjectID{Kind: register.ProductSubject, Key: h.Facts[0].Root.Stream.Key}); product != nil {
			r.Subjects = append(r.Subjects, product)
		}
	}
	f, err := indicator.Count(d, &r, p.Question)
	if err != nil {
		return atField("place", err)
	}
	if len(f.In)+len(f.Out) > 0 {
		s.List = append(s.List, Stood{p, f, targets})
	}
	return nil
}
