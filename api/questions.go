package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/api/wire"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

func (s *Server) indicators(c echo.Context) error {
	p, err := s.asked(c, "code")
	if err != nil {
		return err
	}
	f, err := s.Answers.Indicators(p.query())
	if err != nil {
		return err
	}
	return s.answer(c, p, f.Point, wire.FromIndicators(f))
}

func (s *Server) indicator(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	q := p.query()
	q.Codes = []string{pathParameter(c, "code")}
	f, err := s.Answers.Indicators(q)
	if err != nil {
		return err
	}
	return s.answer(c, p, f.Point, wire.FromIndicators(f))
}

func (s *Server) targets(c echo.Context) error {
	p, err := s.asked(c, "plan")
	if err != nil {
		return err
	}
	t, err := s.Answers.Targets(p.query())
	if err != nil {
		return err
	}
	return s.answer(c, p, t.Point, wire.FromTargets(t))
}

func (s *Server) explain(c echo.Context) error {
	p, err := s.asked(c, "why_not")
	if err != nil {
		return err
	}
	e, err := s.Answers.Explain(p.query(), pathParameter(c, "code"), p.get("why_not"))
	if err != nil {
		return err
	}
	return s.answer(c, p, e.Point, wire.FromExplanation(e))
}

func (s *Server) vintages(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	code := pathParameter(c, "code")
	v, err := s.Answers.Vintages(p.query(), code)
	if err != nil {
		return err
	}
	return s.answer(c, p, v.Point, wire.FromVintages(v, code))
}

func (s *Server) problems(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	x, err := s.Answers.Problems(p.query())
	if err != nil {
		return err
	}
	return s.answer(c, p, x.Point, wire.FromProblems(x))
}

func (s *Server) plans(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	point, plans, err := s.Answers.Plans(p.query())
	if err != nil {
		return err
	}
	return s.answer(c, p, point, wire.FromPlans(point, plans))
}

func (s *Server) plan(c echo.Context) error {
	return s.onePlan(c, func(p *answers.Point, x *plan.Plan) any { return wire.FromPlan(p, x) })
}

func (s *Server) lint(c echo.Context) error {
	return s.onePlan(c, func(p *answers.Point, x *plan.Plan) any { return wire.FromLint(p, x) })
}

func (s *Server) onePlan(c echo.Context, form func(*answers.Point, *plan.Plan) any) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	point, plans, err := s.Answers.Plans(p.query())
	if err != nil {
		return err
	}
	key := pathParameter(c, "key")
	for _, x := range plans {
		if x.Key == key {
			return s.answer(c, p, point, form(point, x))
		}
	}
	return answers.NoPlan(key, plans)
}
