package api

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/api/web"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Where browsers sign in and out.
const (
	signInPath  = "/vao"
	signOutPath = "/ra"
	maxSignIn   = 8 << 10 // bytes of a form with a token and an address
	maxNext     = 2 << 10
	keyCookie   = "cookie" // whether the client was known by the cookie
)

var errForm = fault.Declare("form", fault.Malformed,
	"the form comes as Content-Type: application/x-www-form-urlencoded", "biểu mẫu phải gửi với Content-Type: application/x-www-form-urlencoded")

// signIn shows the page on which a reader hands in a token, or, to a signed-in
// reader, the account.
func (s *Server) signIn(c echo.Context) error {
	p, err := parseQuery(c.Request().URL.RawQuery, "next")
	if err != nil {
		return err
	}
	open, err := s.Gate.Open()
	if err != nil {
		return err
	}
	next := localAddress(p.get("next"))
	if open { // nobody needs to
		return c.Redirect(http.StatusSeeOther, next)
	}
	who, cookie, err := s.Gate.Asks(c.Request(), s.Now())
	switch {
	case errors.Is(err, access.ErrUnauthenticated) || err == nil && !cookie:
		who = ledger.Actor{}
	case err != nil:
		return err
	}
	return s.signInPage(c, http.StatusOK, web.SignIn{Next: next, Who: who})
}

// handleSignIn signs in a reader with a valid token. The token is never logged,
// never in an address, and never sent back.
func (s *Server) handleSignIn(c echo.Context) error {
	r := c.Request()
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return errForm
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxSignIn)
	if err := r.ParseForm(); err != nil {
		return errForm
	}
	next := localAddress(r.PostForm.Get("next"))
	open, err := s.Gate.Open()
	if err != nil {
		return err
	}
	if open {
		return c.Redirect(http.StatusSeeOther, next)
	}
	who, err := s.Gate.SignIn(c.Response(), r, r.PostForm.Get("code"), s.Now())
	switch {
	case errors.Is(err, access.ErrUnauthenticated):
		// No Basic: a browser would ask for a password of its own.
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="htxledger"`)
		return s.signInPage(c, http.StatusUnauthorized, web.SignIn{Next: next, Wrong: true})
	case err != nil:
		return err
	}
	s.log.Info("signed in", "request_id", c.Response().Header().Get(headerRequestID), "account", who.ID)
	return c.Redirect(http.StatusSeeOther, next)
}

// handleSignOut signs a browser out, and clears its cache.
func (s *Server) handleSignOut(c echo.Context) error {
	access.SignOut(c.Response(), c.Request())
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return c.Redirect(http.StatusSeeOther, signInPath)
}

func (s *Server) signInPage(c echo.Context, status int, page web.SignIn) error {
	html, err := page.Render()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", web.Policy)
	return c.HTMLBlob(status, html)
}

// toTheDoor sends an unknown reader to the sign-in page, and back from there; the
// result reports whether a reader was sent. Programs, and clients with an invalid
// token, get the problem instead.
func (s *Server) toTheDoor(c echo.Context) bool {
	r, h := c.Request(), c.Response().Header()
	page := !strings.HasPrefix(r.URL.Path, Prefix+"/") && r.URL.Path != "/metrics"
	switch {
	case r.Header.Get("Authorization") != "" || isWrite(r):
		return false
	case r.Header.Get("HX-Request") != "": // part of a page: the whole page is to be asked again
		h.Set("HX-Refresh", "true")
		return false
	case !page && !isNavigation(r):
		return false
	}
	access.Forget(c.Response(), r)
	return c.Redirect(http.StatusSeeOther, signInPath+"?"+url.Values{"next": {localAddress(r.URL.RequestURI())}}.Encode()) == nil
}

// isNavigation reports whether a browser asks for something to show as a page. On
// plain addresses browsers say less of what they do.
func isNavigation(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "navigate" || mode == "" && asksForHTML(r)
}

func asksForHTML(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// challengesFor says how to come back with a token. A browser offered Basic
// asks for a password in a window of its own, over our page: Basic is offered only
// to programs, and to clients that use Basic already.
func challengesFor(r *http.Request) []string {
	list := []string{`Bearer realm="htxledger"`}
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	browser := r.Header.Get("Sec-Fetch-Mode") != "" || r.Header.Get("HX-Request") != "" || asksForHTML(r)
	if !browser || strings.EqualFold(scheme, "basic") {
		list = append(list, `Basic realm="htxledger", charset="UTF-8"`)
	}
	return list
}

// localAddress is an address of our own pages, or the first page for anything
// that a browser could take for an address elsewhere.
func localAddress(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil, len(next) > maxNext, !strings.HasPrefix(next, "/"), strings.HasPrefix(next, "//"),
		!utf8.ValidString(next), strings.ContainsFunc(next, func(r rune) bool { return r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) }),
		u.IsAbs(), u.Host != "", u.User != nil, u.Path == signInPath, u.Path == signOutPath:
		return "/"
	}
	return next
}
