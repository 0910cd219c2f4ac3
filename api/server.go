package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/api/imports"
	"htxledger/api/web"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
	"htxledger/projections/feed"
)

// A Feed keeps the projection up with the log.
type Feed interface {
	// Await returns once the projection holds size records, or ctx is done,
	// or the feed has stopped.
	Await(ctx context.Context, size ledger.Position) error
	// Err is why the feed stopped before its time, or nil.
	Err() error
	// Freshness tells how far the projection may be behind the log, from
	// memory, without waiting.
	Freshness() feed.Freshness
}

// Deps are the parts of a server. They stay the caller's, to be closed
// after Serve has returned.
type Deps struct {
	Answers   *answers.Service
	Directory *directory.Directory
	// Projection is for the comparison with files handed in; no other code
	// asks the projection.
	Projection *asof.Projection
	Recorder   *recorder.Recorder // nil: nothing is recorded
	Log        ledger.Log         // of the records that the answers do not hold
	Notary     *audit.Notary      // of that log; nil: nothing is signed
	Feed       Feed
	Gate       *access.Gate
	Relays     func() []Carried // the state of each target of this process, without waiting; nil: none
	// Conditions are further reasons, beside the server's own, that keep the server
	// from its work; /readyz names them.
	Conditions []Condition
	// Uploads, if not nil, is the folder in which files that were sent outlive the
	// process; one that another server uses is not touched.
	Uploads imports.Folder
	Now     func() calendar.Instant
	Logger  *slog.Logger // nil: nothing is logged
	Version string       // of the program, for build_info
}

// A Server answers HTTP. It is safe for concurrent use.
type Server struct {
	Deps
	log     *slog.Logger
	echo    *echo.Echo
	metrics *metrics
	origin  *http.CrossOriginProtection
	site    *web.Site

	contract func() ([]byte, error) // the OpenAPI document, made when it is first asked for

	statements *answers.Statements
	alarm      alarm
	replays    replays
	evidences  chan struct{} // a slot for each maker or checker of evidence

	heldEvidence budget
	tray         *imports.Tray
	uploads      chan struct{} // a slot for each file being uploaded
	making       chan struct{} // one place for each long answer in the making
}

// Limits of every connection (see the tests of limits).
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
	maxBody           = 1 << 20
	shutdownTimeout   = 10 * time.Second
)

// New makes a server.
func New(d Deps) *Server {
	s := &Server{Deps: d, log: d.Logger, origin: http.NewCrossOriginProtection()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.Notary == nil {
		s.Notary = audit.NewNotary(d.Log, nil)
	}
	s.contract = sync.OnceValues(writeContract)
	s.evidences = make(chan struct{}, evidenceAtOnce)
	s.heldEvidence.left = heldEvidence
	s.uploads = make(chan struct{}, uploadsAtOnce)
	s.making = make(chan struct{}, answersAtOnce)
	s.statements = answers.NewStatements(d.Answers, s.Notary)
	s.Answers.WithFreshness(s.freshness)
	s.tray = s.newTray()
	s.loadTray()
	s.site = s.makeSite()
	s.site.Stale = s.staleSentence
	s.metrics = newMetrics(s)
	s.echo = echo.New()
	s.echo.HTTPErrorHandler = s.sendProblem
	s.echo.IPExtractor = echo.ExtractIPDirect() // headers set by a client prove nothing
	s.echo.Pre(s.setRequestID, s.guardRequest, s.observeRequest, s.recoverPanic)
	s.mountRoutes()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// HTTP is the server with its limits, to be listened with.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// Close stops the background work of the server, and waits for its end. Serve
// ends with it.
func (s *Server) Close() {
	s.replays.stopAll()
	s.tray.Close()
}

// Serve answers on a listener until ctx is done, then finishes the requests in
// hand, for at most ten seconds, and closes the listener. On an address that is
// not loopback it needs a token that holds (access.ErrTokenNeeded).
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := s.Gate.Listen(l.Addr().String(), s.Now()); err != nil {
		s.Close()
		return errors.Join(err, l.Close())
	}
	hs := s.HTTP()
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	select {
	case err := <-failed:
		s.Close()
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	closed := make(chan struct{})
	go func() { // beside the requests, so that both end within the one limit
		s.Close()
		close(closed)
	}()
	defer func() { <-closed }()
	if err := hs.Shutdown(stop); err != nil {
		return errors.Join(err, hs.Close())
	}
	return nil
}
