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
const mostLag = 1000

// askStoreAtMost bounds the look at the store.
const askStoreAtMost = 2 * time.Second

var (
	errNotReadyStore = fault.Declare("store-unavailable", fault.Unavailable,
		"the store does not answer", "kho lưu trữ không trả lời")
	errNotReadyLag = fault.Declare("projection-lag", fault.Unavailable,
		"the answers are %d records behind", "số liệu chậm %d bản ghi so với sổ")
)

// Readiness is what /readyz answers.
type Readiness struct {
	Ready    bool                `json:"ready"`
	Size     int64               `json:"size"`     // of the log; -1 where it does not answer
	Answered int64               `json:"answered"` // records that the answers hold
	Lag      int64               `json:"lag"`
	Reasons  []wire.ProblemError `json:"reasons"` // why not
	// Moved is the alarm: statements that stand and of which some figure is not
	// what it was. It does not make a server unready, for sending people
	// elsewhere would not change it. MovedAt is the size at which it was found.
	Moved   []wire.MovedStatement `json:"moved"`
	MovedAt int64                 `json:"moved_at"`
}

func (s *Server) readyz(c echo.Context) error {
	r := s.Ready(c.Request().Context())
	status := http.StatusOK
	if !r.Ready {
		status = http.StatusServiceUnavailable
	}
	return s.json(c, status, r)
}

// Ready looks at the store, the feed and how far it is behind.
func (s *Server) Ready(ctx context.Context) Readiness {
	r := Readiness{Size: -1, Answered: int64(s.asof.Size()), Reasons: []wire.ProblemError{}}
	why := func(err error) {
		f, _ := fault.Of(err)
		r.Reasons = append(r.Reasons, wire.ProblemError{Code: f.Code, Message: f.En(), MessageVi: f.Vi()})
	}
	ctx, cancel := context.WithTimeout(ctx, askStoreAtMost)
	defer cancel()
	if size, err := s.Log.Size(ctx); err != nil {
		why(errNotReadyStore)
	} else {
		r.Size, r.Lag = int64(size), max(0, int64(size-s.asof.Size()))
	}
	if s.Feed.Err() != nil {
		why(errStopped.With(s.asof.Size()))
	}
	if r.Lag > mostLag {
		why(errNotReadyLag.With(r.Lag))
	}
	moved, size := s.moved(ctx)
	r.Moved, r.MovedAt = moved, int64(size)
	r.Ready = len(r.Reasons) == 0
	return r
}

func (s *Server) measures(c echo.Context) error {
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
