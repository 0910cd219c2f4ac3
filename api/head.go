package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/projections/answers"
)

// keyHead is the head of a request in its context.
const keyHead = "head"

// headOf is the head for every question of a request. The head is taken once, at the
// first use: a request that waits for a size takes its head after
// the wait.
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
