package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/fault"
)

func (s *Server) sendJSON(c echo.Context, status int, v any) error {
	var b bytes.Buffer
	if err := shown.Encode(&b, v); err != nil {
		return err
	}
	return c.Blob(status, "application/json; charset=utf-8", b.Bytes())
}

// sendPlain answers with a value that holds at no point.
func (s *Server) sendPlain(c echo.Context, v any) error { return s.sendJSON(c, http.StatusOK, v) }

// health is the answer of /healthz.
type health struct {
	Status string `json:"status" enum:"ok"`
}

// healthz says that the process answers.
func (s *Server) healthz(c echo.Context) error {
	return s.sendPlain(c, health{"ok"})
}

// mostLag is how many records the answers may be behind the log and the server
// still be called ready.
const mostLag = 10_000

// lookAtMost bounds the look for statements that moved.
const lookAtMost = 2 * time.Second

var errNotReadyLag = fault.Declare("projection-lag", fault.Unavailable,
	"the answers are %d records behind", "số liệu chậm %d bản ghi so với sổ")

// Readiness is the answer of /readyz. All members but Moved come from memory: a
// store that hangs does not delay the answer. A client without the needed token sees
// neither statements nor relays.
type Readiness struct {
	Ready    bool                 `json:"ready"`
	Size     int64                `json:"size" doc:"Of the ledger, as last heard."`
	Answered int64                `json:"answered" doc:"Records that the answers hold."`
	Lag      int64                `json:"lag"`
	Stale    bool                 `json:"stale" doc:"The store is away: answers go on and are marked."`
	Since    string               `json:"since,omitempty" format:"date-time" doc:"When the store was last heard; only where stale."`
	Reasons  []shown.ProblemError `json:"reasons" doc:"Why not: store-away, projection-lag, projection-stopped, writes-refused, store-behind, store-moved, ledger-behind, audit-fork and what else keeps it from recording; each followed by its cause."`
	Relays   []RelayState         `json:"relays,omitzero" doc:"Where records are carried to. Information, never a reason to be unready. Told only to those who may read the ledger."`
	// Moved is the alarm: statements in force with a figure that has changed.
	// The alarm does not make a server unready, for another server would
	// answer the same. MovedAt is the size of the ledger in that count.
	Moved   []shown.MovedStatement `json:"moved,omitzero" doc:"Statements that stand and of which some figure is not what it was. An alarm, not a reason to be unready. Told only to those who may read the ledger."`
	MovedAt int64                  `json:"moved_at,omitzero" doc:"The size at which they were found; absent with them, and for 0."`
}

// readyz answers 200 or 503 with the reasons. Only readers are told what moved and
// where records go.
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
	return s.sendJSON(c, status, r)
}

// Ready tells how the feed stands, whether it hears the store and how far it is
// behind, and which statements moved.
func (s *Server) Ready(ctx context.Context) Readiness {
	r := s.readiness()
	// A probe has a time of its own: better the last known alarm than none.
	ctx, cancel := context.WithTimeout(ctx, lookAtMost)
	defer cancel()
	moved, size := s.readMovedStatements(ctx)
	r.Moved, r.MovedAt = moved, int64(size)
	return r
}

// readiness is the part of Readiness that needs no waiting.
func (s *Server) readiness() Readiness {
	f := s.Feed.Freshness()
	r := Readiness{
		Size: int64(f.Head()), Answered: int64(f.Size), Lag: int64(f.Lag), Stale: f.Stale(),
		Reasons: []shown.ProblemError{}, Relays: s.relayStates(),
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

func (s *Server) sendMetrics(c echo.Context) error {
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
