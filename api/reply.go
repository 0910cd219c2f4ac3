package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// awaitAtMost is how long a reader who named a size waits for it.
const awaitAtMost = 2 * time.Second

// awaitSize waits until the answers hold so many records.
func (s *Server) awaitSize(ctx context.Context, size ledger.Position, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if err := s.Feed.Await(ctx, size); err != nil {
		return errBehind.With(size, s.Feed.Freshness().Size).At("min_size").Because(err)
	}
	return nil
}

// arePinned reports whether the same address will give the same numbers for ever,
// where it names its days: they are past, and no later record was taken by the
// known-at.
func arePinned(points []*answers.Point) bool {
	return !slices.ContainsFunc(points, func(at *answers.Point) bool { return at.Open || at.Future })
}

// areSettled reports whether nothing beside the numbers can change either: the
// checkpoint that covers a point is the smallest, so once there is one it stays.
func (s *Server) areSettled(points []*answers.Point) bool {
	return s.Notary.Journal == nil || !slices.ContainsFunc(points, func(at *answers.Point) bool { return at.Checkpoint == nil })
}

// setCaching lets an answer be kept: for good, or to be asked again with its tag.
func (s *Server) setCaching(c echo.Context, tag string, settled bool) error {
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
	// A shared cache must not give an answer to readers who need a token.
	if !open {
		h.Set("Cache-Control", "private, "+how)
		h.Set("Vary", "Authorization, Cookie, Sec-Fetch-Site")
	}
	return nil
}

func etagOf(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// matchesTag compares weakly, as RFC 9110 §13.1.2 wants.
func matchesTag(headers []string, tag string) bool {
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
