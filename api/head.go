package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// keyHead is the head of a request in its context.
const keyHead = "head"

// headOf is the head against which everything that a request asks is resolved. It
// is taken once, when it is first needed: a request that waits for a size needs it
// after that.
func (s *Server) headOf(c echo.Context) *answers.Head {
	if h, ok := c.Get(keyHead).(*answers.Head); ok {
		return h
	}
	h := s.Answers.Head()
	c.Set(keyHead, h)
	return h
}

// forgetHead lets the rest of a request look at the ledger anew: the request itself
// recorded something.
func forgetHead(c echo.Context) { c.Set(keyHead, nil) }

// resolve is the point of a question, at the head of its request.
func (s *Server) resolve(c echo.Context, p parameters) (*answers.Point, error) {
	return s.headOf(c).Resolve(p.query())
}

// resolveCode is the point of a question about the one indicator that the path
// names.
func (s *Server) resolveCode(c echo.Context, p parameters) (*answers.Point, *indicator.Definition, error) {
	q := p.query()
	q.Codes = []string{pathParameter(c, "code")}
	point, err := s.headOf(c).Resolve(q)
	if err != nil {
		return nil, nil, err
	}
	return point, point.Definitions[0], nil
}
