package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"htxledger/api/web"
	"htxledger/domain/fault"
)

// page is the first page. It takes the parameters of targets.
func (s *Server) page(c echo.Context) error {
	p, wrong := parseQuery(c.Request().URL.RawQuery, "as_of", "known_at", "place", "map", "period", "scheme", "plan")
	page, err := web.Targets(s.Answers, p.query(), wrong)
	switch {
	case err != nil:
		return err
	case page.Redirect != "":
		return c.Redirect(http.StatusSeeOther, page.Redirect)
	}
	code := http.StatusOK
	if page.Err != nil {
		code = problemOf(page.Err, false).Status
	}
	if kind := fault.KindOf(page.Err); kind == fault.Unavailable || kind == fault.Corrupt {
		return page.Err
	}
	c.Response().Header().Set("Content-Security-Policy", web.Policy)
	return c.HTMLBlob(code, page.HTML)
}

func (s *Server) static(c echo.Context) error {
	if !web.Static(c.Response(), c.Request(), c.Param("file")) {
		return errNoRoute
	}
	return nil
}
