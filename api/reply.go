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

	"htxledger/api/tabular"
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
	return p, s.awaitAsked(c, p)
}

// askedPage is asked for an answer that comes in pages.
func (s *Server) askedPage(c echo.Context, others ...string) (parameters, *paging, error) {
	p, err := s.asked(c, append(slices.Clone(pageParameters), others...)...)
	if err != nil {
		return p, nil, err
	}
	return startPage(p, mostRows, mostRows)
}

// awaitAsked waits for the size that a question names.
func (s *Server) awaitAsked(c echo.Context, p parameters) error {
	size, err := p.size("min_size")
	if err != nil {
		return err
	}
	return s.await(c.Request().Context(), size, awaitAtMost)
}

// await waits until the answers hold so many records.
func (s *Server) await(ctx context.Context, size ledger.Position, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if err := s.Feed.Await(ctx, size); err != nil {
		return errBehind.With(size, s.Feed.Freshness().Size).At("min_size").Because(err)
	}
	return nil
}

// answer writes what holds at a point, in the form asked, with the caching that
// the point allows. rows is the same as a table; nil where there is none.
func (s *Server) answer(c echo.Context, p parameters, at *answers.Point, v any, rows func() *tabular.Table) error {
	return s.answerAt(c, p, p.get("as_of") != "", v, rows, at)
}

// answerAt writes what holds at one or more points, whose days are named or not.
func (s *Server) answerAt(c echo.Context, p parameters, named bool, v any, rows func() *tabular.Table, points ...*answers.Point) error {
	for _, at := range points {
		if at.Open && s.Feed.Err() != nil {
			return errStopped.With(s.headOf(c).Size()).Because(s.Feed.Err())
		}
	}
	form, err := formOf(p, rows)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := form.write(&b, v, rows); err != nil {
		return err
	}
	if named && pinned(points) {
		tag := etag(b.Bytes())
		if err := s.pin(c, tag, s.settled(points)); err != nil {
			return err
		}
		if matches(c.Request().Header.Values("If-None-Match"), tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return form.send(c, b.Bytes(), rows)
}

// pinned reports whether the same address will give the same numbers for ever,
// where it names its days: they are past, and no later record was taken by the
// known-at.
func pinned(points []*answers.Point) bool {
	return !slices.ContainsFunc(points, func(at *answers.Point) bool { return at.Open || at.Future })
}

// settled reports whether nothing beside the numbers can change either: the
// checkpoint that covers a point is the smallest, so once there is one it stays.
func (s *Server) settled(points []*answers.Point) bool {
	return s.Notary.Journal == nil || !slices.ContainsFunc(points, func(at *answers.Point) bool { return at.Checkpoint == nil })
}

// pin lets an answer be kept: for good, or to be asked again with its tag.
func (s *Server) pin(c echo.Context, tag string, settled bool) error {
	open, err := s.Gate.Open()
	if err != nil {
		return err
	}
	how := "no-cache"
	if settled {
		how = "max-age=31536000, immutable"
	}
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, "+how)
	if !open {
		h.Set("Cache-Control", "private, "+how)
		h.Set("Vary", "Authorization, Cookie, Sec-Fetch-Site")
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
