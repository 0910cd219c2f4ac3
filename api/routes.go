package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// An audience is who may call a route.
type audience uint8

const (
	everyone audience = iota // without a token
	readers                  // every role
	writers                  // officer, alliance, admin
)

// A route is one line of the surface. GET routes answer HEAD too.
type route struct {
	method, path string
	to           audience
	handle       func(*Server, echo.Context) error
}

// Prefix is where the API begins.
const Prefix = "/api/v1"

// routes is the surface beside the pages (web.Routes); openapi.yaml describes it
// and is held to it.
var routes = []route{
	{http.MethodGet, Prefix + "/indicators", readers, (*Server).indicators},
	{http.MethodGet, Prefix + "/indicators/:code", readers, (*Server).indicator},
	{http.MethodGet, Prefix + "/targets", readers, (*Server).targets},
	{http.MethodGet, Prefix + "/report", readers, (*Server).report},
	{http.MethodGet, Prefix + "/explain/:code", readers, (*Server).explain},
	{http.MethodGet, Prefix + "/vintages/:code", readers, (*Server).vintages},
	{http.MethodGet, Prefix + "/vintages/:code/triangle", readers, (*Server).triangle},
	{http.MethodGet, Prefix + "/diff", readers, (*Server).diff},
	{http.MethodGet, Prefix + "/problems", readers, (*Server).problems},
	{http.MethodGet, Prefix + "/events", readers, (*Server).events},
	{http.MethodGet, Prefix + "/events/:record", readers, (*Server).event},
	{http.MethodGet, Prefix + "/events/:record/touched", readers, (*Server).touched},
	{http.MethodGet, Prefix + "/events/:record/bytes", readers, (*Server).recordBytes},
	{http.MethodGet, Prefix + "/coops", readers, (*Server).coops},
	{http.MethodGet, Prefix + "/coops/:key", readers, (*Server).coop},
	{http.MethodGet, Prefix + "/plans", readers, (*Server).plans},
	{http.MethodGet, Prefix + "/plans/:key", readers, (*Server).plan},
	{http.MethodGet, Prefix + "/plans/:key/lint", readers, (*Server).lint},
	{http.MethodGet, Prefix + "/statements", readers, (*Server).listStatements},
	{http.MethodGet, Prefix + "/statements/:key", readers, (*Server).statement},
	{http.MethodPost, Prefix + "/statements", writers, (*Server).issue},
	{http.MethodGet, Prefix + "/evidence", readers, (*Server).evidence},
	{http.MethodGet, Prefix + "/checkpoint", readers, (*Server).checkpoint},
	{http.MethodGet, Prefix + "/proofs/inclusion", readers, (*Server).inclusion},
	{http.MethodGet, Prefix + "/proofs/consistency", readers, (*Server).consistency},
	{http.MethodPost, Prefix + "/commands", writers, (*Server).command},
	{http.MethodPost, Prefix + "/commands/batch", writers, (*Server).batch},
	{http.MethodGet, Prefix + "/requests", readers, (*Server).listRequests},
	{http.MethodGet, Prefix + "/requests/:key", readers, (*Server).oneRequest},
	{http.MethodPost, Prefix + "/requests/:key/approve", writers, (*Server).approve},
	{http.MethodPost, Prefix + "/requests/:key/refuse", writers, (*Server).refuse},
	{http.MethodGet, Prefix + "/templates/:code", readers, (*Server).template},
	{http.MethodGet, Prefix + "/imports", writers, (*Server).listStaged},
	{http.MethodPost, Prefix + "/imports", writers, (*Server).upload},
	{http.MethodGet, Prefix + "/imports/:id", writers, (*Server).staged},
	{http.MethodDelete, Prefix + "/imports/:id", writers, (*Server).drop},
	{http.MethodPost, Prefix + "/imports/:id/preview", writers, (*Server).again},
	{http.MethodPost, Prefix + "/imports/:id/confirm", writers, (*Server).confirm},
	{http.MethodGet, Prefix + "/imports/:id/marked", writers, (*Server).markedBack},
	{http.MethodGet, Prefix + "/imports/:id/rest", writers, (*Server).restBack},
	{http.MethodGet, Prefix + "/imports/:id/report", writers, (*Server).reportBack},

	{http.MethodGet, signInPath, everyone, (*Server).signIn},
	{http.MethodPost, signInPath, everyone, (*Server).enter},
	{http.MethodPost, signOutPath, everyone, (*Server).leave},

	{http.MethodPost, "/kiem-toan/tinh-lai", readers, (*Server).startReplay},
	{http.MethodPost, "/kiem-toan/tinh-lai/:id/dung", readers, (*Server).stopReplay},
	{http.MethodGet, "/kiem-toan/tinh-lai/:id/tom-luoc", readers, (*Server).replayDigest},
	{http.MethodPost, "/kiem-toan/doi-chieu", readers, (*Server).checkEvidence},
	{http.MethodPost, "/nop-bang", writers, (*Server).uploadPage},
	{http.MethodPost, "/nop-bang/:id/xem-lai", writers, (*Server).againPage},
	{http.MethodPost, "/nop-bang/:id/ghi", writers, (*Server).confirmPage},
	{http.MethodPost, "/nop-bang/:id/bo", writers, (*Server).dropPage},
	{http.MethodPost, "/de-nghi/:key/chap-thuan", writers, (*Server).approvePage},
	{http.MethodPost, "/de-nghi/:key/tu-choi", writers, (*Server).refusePage},

	{http.MethodGet, "/openapi.json", everyone, (*Server).openapi},
	{http.MethodGet, "/healthz", everyone, (*Server).healthz},
	{http.MethodGet, "/readyz", everyone, (*Server).readyz},
	{http.MethodGet, "/metrics", readers, (*Server).measures},
	{http.MethodGet, "/static/:file", everyone, (*Server).static},
}

func (s *Server) mount() {
	for _, r := range append(pageRoutes(), routes...) {
		handle := s.allowed(r.to, s.placed(r.path, func(c echo.Context) error { return r.handle(s, c) }))
		s.echo.Add(r.method, r.path, handle)
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, handle)
		}
	}
}

// pathParameter is a part of the path; a slash that was escaped into it is
// refused with the rest of what is no key.
func pathParameter(c echo.Context, name string) string { return strings.TrimSpace(c.Param(name)) }
