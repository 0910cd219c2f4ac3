package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/api/tabular"
	"htxledger/api/wire"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

func (s *Server) indicators(c echo.Context) error {
	p, err := s.asked(c, "code")
	if err != nil {
		return err
	}
	at, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	f, err := s.Answers.Indicators(at)
	if err != nil {
		return err
	}
	return s.answer(c, p, f.Point, wire.FromIndicators(f), func() *tabular.Table { return tabular.Indicators(f) })
}

func (s *Server) indicator(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	at, _, err := s.resolveCode(c, p)
	if err != nil {
		return err
	}
	f, err := s.Answers.Indicators(at)
	if err != nil {
		return err
	}
	return s.answer(c, p, f.Point, wire.FromIndicators(f), func() *tabular.Table { return tabular.Indicators(f) })
}

func (s *Server) targets(c echo.Context) error {
	p, err := s.asked(c, "plan")
	if err != nil {
		return err
	}
	at, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	t, err := s.Answers.Targets(at)
	if err != nil {
		return err
	}
	return s.answer(c, p, t.Point, wire.FromTargets(t), func() *tabular.Table { return tabular.Targets(t) })
}

func (s *Server) explain(c echo.Context) error {
	p, pg, err := s.askedPage(c, "why_not")
	if err != nil {
		return err
	}
	at, d, err := s.resolveCode(c, p)
	if err != nil {
		return err
	}
	e, err := s.Answers.Explain(c.Request().Context(), at, d, p.get("why_not"))
	if err != nil {
		return err
	}
	f := *e.Figure
	f.In, f.Out = cut(pg, f.In), cut(pg, f.Out)
	e.Figure = &f
	answer := wire.FromExplanation(e)
	answer.Page = pg.tell(c, e.Point)
	return s.answer(c, p, e.Point, answer, func() *tabular.Table { return tabular.Explanation(e) })
}

func (s *Server) vintages(c echo.Context) error {
	p, pg, err := s.askedPage(c)
	if err != nil {
		return err
	}
	at, d, err := s.resolveCode(c, p)
	if err != nil {
		return err
	}
	v, count, err := s.Answers.VintagesAfter(c.Request().Context(), at, d, answers.ByChange, pg.skip, pg.limit)
	if err != nil {
		return err
	}
	pg.met, pg.shown = count, min(max(count-pg.skip, 0), pg.limit)
	answer := wire.FromVintages(v, d.Code)
	answer.Page = pg.tell(c, v.Point)
	return s.answer(c, p, v.Point, answer, func() *tabular.Table { return tabular.Vintages(v) })
}

func (s *Server) problems(c echo.Context) error {
	p, pg, err := s.askedPage(c)
	if err != nil {
		return err
	}
	at, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	x, err := s.Answers.Problems(c.Request().Context(), at)
	if err != nil {
		return err
	}
	x.Problems = cut(pg, x.Problems)
	answer := wire.FromProblems(x)
	answer.Page = pg.tell(c, x.Point)
	return s.answer(c, p, x.Point, answer, func() *tabular.Table { return tabular.Problems(x) })
}

func (s *Server) plans(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	point, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	plans := s.Answers.Plans(point.Size, point.Valid)
	return s.answer(c, p, point, wire.FromPlans(point, plans), nil)
}

func (s *Server) plan(c echo.Context) error {
	return s.onePlan(c, func(p *answers.Point, x *plan.Plan) any { return wire.FromPlan(p, x) }, tabular.Plan)
}

func (s *Server) lint(c echo.Context) error {
	return s.onePlan(c, func(p *answers.Point, x *plan.Plan) any { return wire.FromLint(p, x) },
		func(p *answers.Point, x *plan.Plan) *tabular.Table {
			return tabular.Findings(p, plan.Lint(x, indicator.Codes()))
		})
}

func (s *Server) onePlan(c echo.Context, show func(*answers.Point, *plan.Plan) any, rows func(*answers.Point, *plan.Plan) *tabular.Table) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	point, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	plans := s.Answers.Plans(point.Size, point.Valid)
	key := pathParameter(c, "key")
	for _, x := range plans {
		if x.Key == key {
			return s.answer(c, p, point, show(point, x), func() *tabular.Table { return rows(point, x) })
		}
	}
	return answers.NoPlan(key, plans)
}
