package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/wire"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// awaitAtMost is how long a reader who named a size waits for it.
const awaitAtMost = 2 * time.Second

// asked reads the parameters of a question: those of its point and others. It
// waits for the size that they name, if any.
func (s *Server) asked(c echo.Context, others ...string) (parameters, error) {
	p, err := parseQuery(c.Request().URL.RawQuery, append(slices.Clone(pointParameters), others...)...)
	if err != nil {
		return p, err
	}
	size, err := p.size("min_size")
	if err != nil {
		return p, err
	}
	return p, s.await(c.Request().Context(), size, awaitAtMost)
}

// await waits until the answers hold so many records.
func (s *Server) await(ctx context.Context, size ledger.Position, atMost time.Duration) error {
	if s.asof.Size() >= size {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if err := s.Feed.Await(ctx, size); err != nil || s.asof.Size() < size {
		return errBehind.With(size, s.asof.Size()).At("min_size").Because(err)
	}
	return nil
}

// answer writes what holds at a point, with the caching that the point allows.
func (s *Server) answer(c echo.Context, p parameters, at *answers.Point, v any) error {
	if at.Open && s.Feed.Err() != nil {
		return errStopped.With(s.asof.Size()).Because(s.Feed.Err())
	}
	var b bytes.Buffer
	if err := wire.Encode(&b, v); err != nil {
		return err
	}
	if pinned(p, at) {
		tag := etag(b.Bytes())
		if err := s.pin(c, tag); err != nil {
			return err
		}
		if matches(c.Request().Header.Values("If-None-Match"), tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", b.Bytes())
}

// pinned reports whether the same address will give the same answer for ever:
// the day is named and past, and no later record was taken by the known-at.
func pinned(p parameters, at *answers.Point) bool {
	return p.get("as_of") != "" && !at.Open && !at.Future
}

func (s *Server) pin(c echo.Context, tag string) error {
	open, err := s.Gate.Open()
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if !open {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
		h.Set("Vary", "Authorization")
	}
	return nil
}

func etag(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// matches compares weakly, as RFC 9110 §13.1.2 wants.
func matches(headers []string, tag string) bool {
	for _, h := range headers {
		for one := range strings.SplitSeq(h, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}
