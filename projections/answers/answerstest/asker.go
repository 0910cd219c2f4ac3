// Package answerstest asks in words, in tests.
//
// An Asker resolves the words of each question at a head of its own, as a command
// does, and asks the service for the point. It is for tests alone: a door resolves
// its questions itself, at one head.
package answerstest

import (
	"context"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
)

// An Asker asks a service over a projection.
type Asker struct {
	*answers.Service
	Projection *asof.Projection
}

// New is an Asker over a projection; now is the clock.
func New(p *asof.Projection, now func() calendar.Instant) Asker {
	return Asker{answers.New(p, now), p}
}

// Resolve is the point of a question.
func (a Asker) Resolve(q answers.Query) (*answers.Point, error) { return a.Head().Resolve(q) }

// ask resolves a question, about the indicator with a code unless that is "", and
// asks it.
func ask[T any](a Asker, q answers.Query, code string, of func(*answers.Point) (T, error)) (answer T, err error) {
	if code != "" {
		q.Codes = []string{code}
	}
	p, err := a.Resolve(q)
	if err != nil {
		return answer, err
	}
	return of(p)
}

// Indicators asks Service.Indicators.
func (a Asker) Indicators(q answers.Query) (*answers.Figures, error) {
	return ask(a, q, "", a.Service.Indicators)
}

// Targets asks Service.Targets.
func (a Asker) Targets(q answers.Query) (*answers.Targets, error) {
	return ask(a, q, "", a.Service.Targets)
}

// Explain asks Service.Explain.
func (a Asker) Explain(ctx context.Context, q answers.Query, code, whyNot string) (*answers.Explanation, error) {
	return ask(a, q, code, func(p *answers.Point) (*answers.Explanation, error) {
		return a.Service.Explain(ctx, p, p.Definitions[0], whyNot)
	})
}

// Vintages asks Service.VintagesBy, by change.
func (a Asker) Vintages(ctx context.Context, q answers.Query, code string) (*answers.Vintages, error) {
	return a.VintagesBy(ctx, q, code, answers.ByChange)
}

// VintagesBy asks Service.VintagesBy.
func (a Asker) VintagesBy(ctx context.Context, q answers.Query, code, by string) (*answers.Vintages, error) {
	return ask(a, q, code, func(p *answers.Point) (*answers.Vintages, error) {
		return a.Service.VintagesBy(ctx, p, p.Definitions[0], by)
	})
}

// VintagesFrom asks Service.VintagesFrom.
func (a Asker) VintagesFrom(ctx context.Context, q answers.Query, code, by string, newer, most int) (v *answers.Vintages, n int, err error) {
	v, err = ask(a, q, code, func(p *answers.Point) (v *answers.Vintages, err error) {
		v, n, err = a.Service.VintagesFrom(ctx, p, p.Definitions[0], by, newer, most)
		return v, err
	})
	return v, n, err
}

// LastVintages asks Service.LastVintages.
func (a Asker) LastVintages(ctx context.Context, q answers.Query, code string, most int) (v *answers.Vintages, more bool, err error) {
	v, err = ask(a, q, code, func(p *answers.Point) (v *answers.Vintages, err error) {
		v, more, err = a.Service.LastVintages(ctx, p, p.Definitions[0], most)
		return v, err
	})
	return v, more, err
}

// Triangle asks Service.Triangle.
func (a Asker) Triangle(ctx context.Context, q answers.Query, code string) (*answers.Triangle, error) {
	return ask(a, q, code, func(p *answers.Point) (*answers.Triangle, error) {
		return a.Service.Triangle(ctx, p, p.Definitions[0])
	})
}

// Series asks Service.Series.
func (a Asker) Series(ctx context.Context, q answers.Query, code string, sp answers.Span) (*answers.Series, error) {
	return ask(a, q, code, func(p *answers.Point) (*answers.Series, error) {
		return a.Service.Series(ctx, p, p.Definitions[0], sp)
	})
}

// Courses asks Service.Courses.
func (a Asker) Courses(ctx context.Context, q answers.Query, code string, sp answers.Span, places []string) ([]answers.Course, error) {
	return ask(a, q, code, func(p *answers.Point) ([]answers.Course, error) {
		return a.Service.Courses(ctx, p, p.Definitions[0], sp, places)
	})
}

// Regions asks Service.Regions.
func (a Asker) Regions(ctx context.Context, q answers.Query, lowest bool) (*answers.Regions, error) {
	return ask(a, q, "", func(p *answers.Point) (*answers.Regions, error) { return a.Service.Regions(ctx, p, lowest) })
}

// StandingOf asks Service.Standing.
func (a Asker) StandingOf(ctx context.Context, q answers.Query, key string) (*answers.Standing, error) {
	return ask(a, q, "", func(p *answers.Point) (*answers.Standing, error) { return a.Service.StandingOf(ctx, p, key) })
}

// StandingInPlan asks Service.StandingInPlan.
func (a Asker) StandingInPlan(ctx context.Context, q answers.Query, key string) (x *answers.Standing, t *answers.Targets, err error) {
	x, err = ask(a, q, "", func(p *answers.Point) (x *answers.Standing, err error) {
		x, t, err = a.Service.StandingInPlan(ctx, p, key)
		return x, err
	})
	return x, t, err
}

// TouchedBy asks Service.TouchedBy.
func (a Asker) TouchedBy(ctx context.Context, q answers.Query, position ledger.Position) (*answers.Touched, error) {
	return ask(a, q, "", func(p *answers.Point) (*answers.Touched, error) { return a.Service.TouchedBy(ctx, p, position) })
}

// Problems asks Service.Problems.
func (a Asker) Problems(ctx context.Context, q answers.Query) (*answers.Problems, error) {
	return ask(a, q, "", func(p *answers.Point) (*answers.Problems, error) { return a.Service.Problems(ctx, p) })
}

// Replay asks Service.Replay.
func (a Asker) Replay(ctx context.Context, log ledger.Log, q answers.Query, progress func(done, of ledger.Position)) (*answers.Replay, error) {
	return ask(a, q, "", func(p *answers.Point) (*answers.Replay, error) { return a.Service.Replay(ctx, log, p, progress) })
}

// Diff asks Service.Diff at one head.
func (a Asker) Diff(ctx context.Context, from, to answers.Query) (*answers.Differences, error) {
	h := a.Head()
	p, err := h.Resolve(from)
	if err != nil {
		return nil, err
	}
	q, err := h.Resolve(to)
	if err != nil {
		return nil, err
	}
	return a.Service.Diff(ctx, p, q)
}

// Statements asks of statements at the head of the moment.
type Statements struct {
	*answers.Statements
	asker Asker
}

// Statements are those of the ledger.
func (a Asker) Statements(roots answers.Roots) Statements {
	return Statements{answers.NewStatements(a.Service, roots), a}
}

// Draft drafts a statement of a question.
func (s Statements) Draft(q answers.Query, in answers.Issue) (*ledger.Draft, error) {
	return ask(s.asker, q, "", func(p *answers.Point) (*ledger.Draft, error) { return s.Statements.Draft(p, in) })
}

// List lists the statements at the head.
func (s Statements) List() []*answers.StatementCheck { return s.Statements.List(s.asker.Head().Size()) }

// Verify counts a statement again at the head.
func (s Statements) Verify(ctx context.Context, key string) (*answers.StatementCheck, error) {
	return s.Statements.Verify(ctx, key, s.asker.Head().Size())
}

// FindMoved lists the statements that moved by the head.
func (s Statements) FindMoved(ctx context.Context) ([]*answers.StatementCheck, error) {
	return s.Statements.FindMoved(ctx, s.asker.Head().Size())
}

// TouchedBy lists the statements that a record bears on at the head.
func (s Statements) TouchedBy(ctx context.Context, position ledger.Position) ([]answers.StatementTouch, error) {
	return s.Statements.TouchedBy(ctx, position, s.asker.Head().Size())
}

// Browser browses a directory in words.
type Browser struct {
	*directory.Directory
	asker Asker
}

// Directory is the directory of the ledger.
func (a Asker) Directory() Browser { return Browser{directory.New(a.Projection), a} }

// Coops asks Directory.Coops.
func (b Browser) Coops(ctx context.Context, q answers.Query, f directory.Filter) (*directory.Listing, error) {
	return ask(b.asker, q, "", func(p *answers.Point) (*directory.Listing, error) { return b.Directory.Coops(ctx, p, f) })
}

// Card asks Directory.Card.
func (b Browser) Card(q answers.Query, key string) (*directory.Card, error) {
	return ask(b.asker, q, "", func(p *answers.Point) (*directory.Card, error) { return b.Directory.Card(p, key) })
}

// Events asks Directory.Events.
func (b Browser) Events(ctx context.Context, q answers.Query, f directory.EventFilter) (*directory.Events, error) {
	p, err := b.asker.Head().ResolvePrefix(q)
	if err != nil {
		return nil, err
	}
	return b.Directory.Events(ctx, p, f)
}

// Requests asks Directory.Requests.
func (b Browser) Requests(q answers.Query, f directory.RequestFilter) (*directory.Requests, error) {
	p, err := b.asker.Head().ResolvePrefix(q)
	if err != nil {
		return nil, err
	}
	return b.Directory.Requests(p, f)
}

// Request asks Directory.Request.
func (b Browser) Request(q answers.Query, key string) (*answers.Point, *directory.Request, error) {
	p, err := b.asker.Head().ResolvePrefix(q)
	if err != nil {
		return nil, nil, err
	}
	r, err := b.Directory.Request(key, p.Size)
	return p, r, err
}
