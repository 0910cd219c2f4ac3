package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/api/imports"
	"htxledger/api/shown"
	"htxledger/api/web"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// makeSite makes the pages over the services of the API.
func (s *Server) makeSite() *web.Site {
	return &web.Site{
		Answers: s.Answers, Directory: s.Directory, Statements: s.statements, Notary: s.Notary,
		Log: s.Log, Now: s.Now, Replays: s.replays.listReplays, Tray: s.tray, TryUndo: s.tryUndo, Receipts: func(size ledger.Position) imports.PastImports {
			return imports.ListReceipts(s.Projection, size, mostReceipts)
		},
		Writes: func(role string) bool { return s.Recorder != nil && access.MayWrite(role) },
		Weigh:  s.weighRequest,
	}
}

// pageRoutes are the lines of web.Routes.
func pageRoutes() []route {
	var list []route
	for _, r := range web.Routes {
		list = append(list, route{method: http.MethodGet, path: r.Pattern, to: readers, handle: func(s *Server, c echo.Context) error { return s.page(c, r) }})
	}
	return list
}

// page answers with a page. Mistakes of the question stand on the page.
func (s *Server) page(c echo.Context, r web.Route) error {
	_, wrong := parseQuery(c.Request().URL.RawQuery, append(slices.Clone(answers.PointNames), r.Names...)...)
	signed, _ := c.Get(keyCookie).(bool)
	asked := &web.Asked{
		Head: s.headOf(c), Signed: signed,
		Path: c.Request().URL.Path, Param: func(name string) string { return pathParameter(c, name) },
		Values: c.Request().URL.Query(), Who: actorOf(c), Wrong: wrong,
		Ctx: c.Request().Context(),
	}
	return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return r.Render(s.site, asked) })
}

// sendPage sends the page of render, with the status of its error.
func (s *Server) sendPage(c echo.Context, code int, render func() (web.Page, error)) error {
	page, err := render()
	switch {
	case err != nil:
		return err
	case page.Nothing:
		return c.NoContent(http.StatusNoContent)
	case page.Redirect != "":
		return c.Redirect(http.StatusSeeOther, page.Redirect)
	case page.Err != nil:
		code = problemOf(page.Err, false).Status
	}
	if kind := fault.KindOf(page.Err); kind == fault.Unavailable || kind == fault.Corrupt {
		return page.Err
	}
	releaseWorkSlot(c)
	c.Response().Header().Set("Content-Security-Policy", cmp.Or(page.Policy, web.Policy))
	return c.HTMLBlob(code, page.HTML)
}

// outcomes are the sentences about the outcome of a posted form.
var outcomes = map[ledger.Outcome]string{
	ledger.NotRecorded: "Chưa ghi gì vào sổ",
	ledger.Recorded:    "Đã ghi vào sổ",
	ledger.Unknown:     "Chưa rõ đã ghi vào sổ hay chưa: hãy xem trang Sổ trước khi gửi lại",
}

// failOnPage answers a reader's browser with a page instead of a problem, and
// reports whether it did.
func (s *Server) failOnPage(c echo.Context, p shown.Problem) bool {
	r := c.Request()
	if strings.HasPrefix(r.URL.Path, Prefix+"/") || !asksForHTML(r) {
		return false
	}
	t := web.Trouble{Status: p.Status, Message: p.DetailVi, Request: p.RequestID}
	if isWrite(r) {
		t.Outcome = outcomes[ledger.Outcome(p.Outcome)]
	}
	html, err := web.Problem(t)
	if err != nil {
		return false
	}
	c.Response().Header().Set("Content-Security-Policy", web.Policy)
	if err := c.HTMLBlob(p.Status, html); err != nil {
		s.log.Debug("reply not sent", "request_id", p.RequestID, "error", err)
	}
	return true
}

func (s *Server) static(c echo.Context) error {
	if !web.Static(c.Response(), c.Request(), c.Param("file")) {
		return errNoRoute
	}
	return nil
}
