package api

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/domain/ledger"
)

const (
	headerRequestID = "X-Request-Id"
	keyActor        = "actor"
	keyHandedOver   = "handed-over" // whether the request may have been recorded
	policyAPI       = "default-src 'none'; frame-ancestors 'none'"
)

var requestID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// setRequestID gives a request its id: the client's, if it has a plain form.
func (s *Server) setRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(headerRequestID)
		if !requestID.MatchString(id) {
			var b [12]byte
			rand.Read(b[:])
			id = hex.EncodeToString(b[:])
		}
		c.Response().Header().Set(headerRequestID, id)
		return next(c)
	}
}

// guardRequest sets what every reply carries and refuses pages of other origins.
func (s *Server) guardRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", policyAPI)
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if err := s.origin.Check(c.Request()); err != nil {
			s.sendProblem(errCrossOrigin.Because(err), c)
			return nil
		}
		return next(c)
	}
}

// observeRequest logs and measures each request. The query is left out of the log: a
// query may hold names that do not belong there.
func (s *Server) observeRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			s.sendProblem(err, c)
		}
		took, r := time.Since(start), c.Request()
		s.metrics.countRequest(r.Method, c.Path(), c.Response().Status, took)
		s.log.Info("request", "request_id", c.Response().Header().Get(headerRequestID), "method", r.Method,
			"path", r.URL.Path, "status", c.Response().Status, "took", took)
		return nil
	}
}

// recoverPanic turns a panic into a problem without particulars; the process lives.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch x := recover(); x {
			case nil:
			case http.ErrAbortHandler:
				// Thrown on purpose, to break off a reply that must not look whole.
				panic(x)
			default:
				s.log.Error("panic", "request_id", c.Response().Header().Get(headerRequestID), "panic", x, "stack", string(debug.Stack()))
				err = fmt.Errorf("panic: %v", x)
			}
		}()
		return next(c)
	}
}

// allowAudience lets in whom a route's roles let in.
func (s *Server) allowAudience(to audience, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if to == everyone {
			return next(c)
		}
		s.setFreshnessHeaders(c)
		open, err := s.Gate.Open()
		if err != nil {
			return err
		}
		if open {
			if err := checkOpen(c.Request()); err != nil {
				return err
			}
		}
		who, cookie, err := s.Gate.Asks(c.Request(), s.Now())
		switch {
		case errors.Is(err, access.ErrUnauthenticated) && s.toTheDoor(c):
			return nil
		case err != nil:
			return err
		}
		if to == writers && !access.MayWrite(who.Role) {
			return access.ErrForbidden.With(who.Role)
		}
		c.Set(keyActor, who)
		c.Set(keyCookie, cookie)
		return next(c)
	}
}

// mayRead reports whether a client may read the ledger, for routes that everybody may
// ask and that tell more to readers.
func (s *Server) mayRead(r *http.Request) bool {
	open, err := s.Gate.Open()
	if err != nil || open && checkOpen(r) != nil {
		return false
	}
	_, _, err = s.Gate.Asks(r, s.Now())
	return err == nil
}

func actorOf(c echo.Context) ledger.Actor {
	who, _ := c.Get(keyActor).(ledger.Actor)
	return who
}
