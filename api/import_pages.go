package api

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"htxledger/api/imports"
	"htxledger/api/web"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// importsPath is where files are sent from a browser.
const importsPath = "/nop-bang"

// uploadPage takes in what the page sends, and goes on to the file; what was
// wrong is told on the page, with what was said about the file.
func (s *Server) uploadPage(c echo.Context) error {
	v, said, err := s.takeUpload(c)
	if err != nil {
		return s.refusedPage(c, said, err, (*web.Site).ImportsRefused)
	}
	return c.Redirect(http.StatusSeeOther, importsPath+"/"+v.ID)
}

// againPage previews a file once more.
func (s *Server) againPage(c echo.Context) error {
	p, err := s.readForm(c, importNames[1:]...)
	var v *imports.View
	if err == nil {
		v, err = s.previewAgain(c, p)
	}
	if err != nil {
		return s.refusedPage(c, p.values, err, (*web.Site).ImportRefused)
	}
	return c.Redirect(http.StatusSeeOther, importsPath+"/"+v.ID)
}

// confirmPage records a file.
func (s *Server) confirmPage(c echo.Context) error {
	p, err := s.readForm(c, "reason", "note", "others", "other_day")
	var v *imports.View
	if err == nil {
		v, _, err = s.confirmed(c, p)
	}
	if err != nil {
		return s.refusedPage(c, p.values, err, (*web.Site).ImportRefused)
	}
	return c.Redirect(http.StatusSeeOther, importsPath+"/"+v.ID)
}

// dropPage forgets a file.
func (s *Server) dropPage(c echo.Context) error {
	if _, err := s.readForm(c); err != nil {
		return err
	}
	if err := s.tray.Drop(actorOf(c), pathParameter(c, "id")); err != nil {
		return s.refusedPage(c, nil, err, (*web.Site).ImportRefused)
	}
	return c.Redirect(http.StatusSeeOther, importsPath)
}

// refusedPage is a page that says why what was posted is refused.
func (s *Server) refusedPage(c echo.Context, said url.Values, err error, render func(*web.Site, *web.Asked, error) (web.Page, error)) error {
	if _, known := statuses[fault.KindOf(err)]; !known {
		return err
	}
	kept := url.Values{}
	for name, v := range said {
		if slices.Contains(web.ImportFields, name) {
			kept[name] = v
		}
	}
	return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return render(s.site, s.askedAgain(c, importsPath, kept, err), err) })
}

// askedAgain is what a page is asked for on which something that was posted is
// refused; values are what the page keeps of it.
func (s *Server) askedAgain(c echo.Context, path string, values url.Values, err error) *web.Asked {
	return &web.Asked{
		Head: s.headOf(c), Path: path, Param: func(name string) string { return pathParameter(c, name) },
		Values: values, Who: actorOf(c), Ctx: c.Request().Context(),
		Outcome: outcomes[ledger.Outcome(s.problemFor(c, err).Outcome)],
	}
}
