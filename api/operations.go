package api

import (
	"bytes"
	"context"
	_ "embed"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/wire"
	"htxledger/domain/fault"
)

// openapiJSON is openapi.yaml as JSON; a test keeps it so.
//
//go:embed openapi.json
var openapiJSON []byte

func (s *Server) openapi(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", openapiJSON)
}

func (s *Server) json(c echo.Context, status int, v any) error {
	var b bytes.Buffer
	if err := wire.Encode(&b, v); err != nil {
		return err
	}
	return c.Blob(status, "application/json; charset=utf-8", b.Bytes())
}

// plainly answers with what has no point.
func (s *Server) plainly(c echo.Context, v any) error { return s.json(c, http.StatusOK, v) }

// healthz says that the process answers.
func (s *Server) healthz(c echo.Context) error {
	return s.plainly(c, struct {
		Status string `json:"status"`
	}{"ok"})
}

// mostLag is how many records the answers may be behind the log and the server
// still be called ready.
const mostLag = 10_000

// lookAtMost bounds the look for statements that moved.
const lookAtMost = 2 * time.Second

var errNotReadyLag = fault.Declare("projection-lag", fault.Unavailable,
	"the answers are %d records behind", "số liệu chậm %d bản ghi so với sổ")

// Readiness is what /readyz answers. All of it but Moved is told from what is
// known: a store that hangs does not make it wait. Whoever needs a token and has
// none is told nothing of what the ledger holds and where it goes.
type Readiness struct {
	Ready    bool                `json:"ready"`
	Size     int64               `json:"size"`     // of the log, as last heard
	Answered int64               `json:"answered"` // records that the answers hold
	Lag      int64               `json:"lag"`
	Stale    bool                `json:"stale"`           // the store is away: there may be more than Size
	Since    string              `json:"since,omitempty"` // when it was last heard, where stale
	Reasons  []wire.ProblemError `json:"reasons"`         // why not
	Relays   []RelayState        `json:"relays,omitzero"`
	// Moved is the alarm: statements that stand and of which some figure is not
	// what it was. It does not make a server unready, for sending people
	// elsewhere would not change it. MovedAt is the size at which it was found.
	Moved   []wire.MovedStatement `json:"moved,omitzero"`
	MovedAt int64                 `json:"moved_at,omitzero"`
}

func (s *Server) readyz(c echo.Context) error {
	r := s.readiness()
	if s.mayRead(c.Request()) {
		r = s.Ready(c.Request().Context())
	} else {
		r.Relays = nil
	}
	status := http.StatusOK
	if !r.Ready {
		status = http.StatusServiceUnavailable
	}
	return s.json(c, status, r)
}

// Ready tells how the feed stands, whether it hears the store and how far it is
// behind, and which statements moved.
func (s *Server) Ready(ctx context.Context) Readiness {
	r := s.readiness()
	ctx, cancel := context.WithTimeout(ctx, lookAtMost)
	defer cancel()
	moved, size := s.moved(ctx)
	r.Moved, r.MovedAt = moved, int64(size)
	return r
}

// readiness is what is told without waiting.
func (s *Server) readiness() Readiness {
	f := s.Feed.Freshness()
	r := Readiness{
		Size: int64(f.Head()), Answered: int64(f.Size), Lag: int64(f.Lag), Stale: f.Stale(),
		Reasons: []wire.ProblemError{}, Relays: s.relayStates(),
	}
	if f.Stale() && s.Feed.Err() == nil {
		r.Since = instantOf(f.Heard).String()
	}
	for _, condition := range s.conditions() {
		if err := condition(); err != nil {
			r.Reasons = append(r.Reasons, reasonsOf(err)...)
		}
	}
	r.Ready = len(r.Reasons) == 0
	return r
}

func (s *Server) measures(c echo.Context) error {
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
