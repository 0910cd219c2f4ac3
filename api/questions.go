package api

import (
	"strconv"
	"strings"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

func (s *Server) indicators(_ *question, at *answers.Point) (shown.Answer, error) {
	return showAnswer(shown.ShowIndicators)(s.Answers.Indicators(at))
}

func (s *Server) targets(_ *question, at *answers.Point) (shown.Answer, error) {
	return showAnswer(shown.ShowTargets)(s.Answers.Targets(at))
}

func (s *Server) explain(q *question, at *answers.Point) (shown.Answer, error) {
	e, err := s.Answers.Explain(q.ctx(), at, at.Definitions[0], q.get("why_not"))
	if err != nil {
		return shown.Answer{}, err
	}
	f := *e.Figure // the figure is shared: a page of it is another one
	f.In, f.Out = cutPage(&q.paging, f.In), cutPage(&q.paging, f.Out)
	e.Figure = &f
	return shown.ShowExplanation(e), nil
}

func (s *Server) vintages(q *question, at *answers.Point) (shown.Answer, error) {
	v, count, err := s.Answers.VintagesAfter(q.ctx(), at, at.Definitions[0], answers.ByChange, q.skip, q.limit)
	if err != nil {
		return shown.Answer{}, err
	}
	q.met, q.shown = count, min(max(count-q.skip, 0), q.limit)
	return shown.ShowVintages(v), nil
}

func (s *Server) triangle(q *question, at *answers.Point) (shown.Answer, error) {
	return showAnswer(shown.ShowTriangle)(s.Answers.Triangle(q.ctx(), at, at.Definitions[0]))
}

func (s *Server) problems(q *question, at *answers.Point) (shown.Answer, error) {
	x, err := s.Answers.Problems(q.ctx(), at)
	if err != nil {
		return shown.Answer{}, err
	}
	x.Problems = cutPage(&q.paging, x.Problems)
	return shown.ShowProblems(x), nil
}

// showTouched answers which figures a record moved when it became known.
func (s *Server) showTouched(q *question, at *answers.Point) (shown.Answer, error) {
	r, err := s.record(q.c)
	if err != nil {
		return shown.Answer{}, err
	}
	return showAnswer(shown.ShowTouched)(s.Answers.TouchedBy(q.ctx(), at, r.Position))
}

// diff answers why figures moved between two points.
func (s *Server) diff(q *question) (shown.Answer, error) {
	from, err := s.pointOf(q, "from")
	if err != nil {
		return shown.Answer{}, err
	}
	to, err := s.pointOf(q, "to")
	if err != nil {
		return shown.Answer{}, err
	}
	d, err := s.Answers.Diff(q.ctx(), from, to)
	if err != nil {
		return shown.Answer{}, err
	}
	for i := range d.Differences {
		d.Differences[i].Steps = cutPage(&q.paging, d.Differences[i].Steps)
	}
	q.named = !strings.HasPrefix(q.get("from"), "@") && !strings.HasPrefix(q.get("to"), "@") // both days
	return shown.ShowDifferences(d), nil
}

// pointOf is the point of a parameter. A mistake in its day or
// known-at is said of the parameter.
func (s *Server) pointOf(q *question, name string) (*answers.Point, error) {
	if q.get(name) == "" {
		return nil, errMissing.With(name).At(name)
	}
	at, err := s.headOf(q.c).Resolve(q.query().WithPoint(q.get(name)))
	if f, ok := fault.Of(err); ok && (f.Field == "as-of" || f.Field == "known-at") {
		return nil, f.At(name)
	}
	return at, err
}

func (s *Server) plans(_ *question, at *answers.Point) (shown.Answer, error) {
	return shown.ShowPlans(at, s.Answers.Plans(at.Size, at.Valid)), nil
}

func (s *Server) plan(q *question, at *answers.Point) (shown.Answer, error) {
	return s.onePlan(q, at, shown.ShowPlan)
}

func (s *Server) lint(q *question, at *answers.Point) (shown.Answer, error) {
	return s.onePlan(q, at, shown.ShowLint)
}

// onePlan shows the plan the path names.
func (s *Server) onePlan(q *question, at *answers.Point, how func(*answers.Point, *plan.Plan) shown.Answer) (shown.Answer, error) {
	plans := s.Answers.Plans(at.Size, at.Valid)
	for _, x := range plans {
		if x.Key == q.path("key") {
			return how(at, x), nil
		}
	}
	return shown.Answer{}, answers.NoPlan(q.path("key"), plans)
}

// listStatements counts again the statements of a page. The pages of a list are
// of the size at which the first one was answered.
func (s *Server) listStatements(q *question) (shown.Answer, error) {
	head := s.headOf(q.c)
	size := head.Size()
	if known := q.get("known_at"); known != "" { // of a cursor
		if at, err := strconv.ParseInt(known[1:], 10, 64); err == nil {
			size = min(size, ledger.Position(at))
		}
	}
	var all []*answers.StatementCheck
	for _, x := range cutPage(&q.paging, s.statements.List(size)) {
		check, err := s.statements.Verify(q.ctx(), x.Key, size)
		if err != nil {
			return shown.Answer{}, err
		}
		all = append(all, check)
	}
	q.of = []*answers.Point{{Question: indicator.Question{Point: indicator.Point{Valid: head.Today()}}, Size: size}}
	return shown.ShowStatements(size, all, s.Notary), nil
}

func (s *Server) statement(q *question) (shown.Answer, error) {
	c, err := s.statements.Verify(q.ctx(), q.path("key"), s.headOf(q.c).Size())
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.ShowStatement(c, s.Notary), nil
}
