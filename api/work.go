package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/domain/fault"
)

var (
	errTooLong = fault.Declare("request-too-large", fault.TooLarge,
		"the answer was not ready within %d seconds; ask for fewer codes, a smaller place or points that are nearer to each other",
		"chưa tính xong trong %d giây; hãy hỏi ít chỉ tiêu hơn, địa bàn nhỏ hơn hoặc hai mốc gần nhau hơn")
	errCrowded = fault.Declare("crowded", fault.Unavailable,
		"the server is at work on %d other long answers; ask again in a moment",
		"máy chủ đang bận tính %d câu hỏi lớn khác; hãy thử lại sau ít phút")
)

// Bounds of answers: the number made at once, and the time of each, waiting
// included. The time is less than writeTimeout, so that the refusal can be sent.
const (
	answersAtOnce = 2
	answerAtMost  = 50 * time.Second
)

// quick are the questions that need no place among the answers in the making: each
// looks at one record, one figure of one day, or at what is kept ready, or it has a
// bound of its own (evidence, files). A question that is not here waits for a place.
var quick = map[string]bool{
	"/": true, Prefix + "/indicators": true, Prefix + "/indicators/:code": true, Prefix + "/targets": true,
	Prefix + "/events/:record": true, Prefix + "/events/:record/bytes": true,
	Prefix + "/plans": true, Prefix + "/plans/:key": true, Prefix + "/plans/:key/lint": true,
	Prefix + "/checkpoint": true, Prefix + "/proofs/inclusion": true, Prefix + "/proofs/consistency": true,
	Prefix + "/evidence": true,
	Prefix + "/imports":  true, Prefix + "/imports/:id": true, Prefix + "/imports/:id/marked": true,
	Prefix + "/imports/:id/rest": true, Prefix + "/imports/:id/report": true,
	"/nop-bang": true, "/nop-bang/:id": true, "/de-nghi": true, "/de-nghi/:key": true,
	Prefix + "/requests": true, Prefix + "/requests/:key": true,
	"/kiem-toan/tinh-lai/:id": true, "/kiem-toan/tinh-lai/:id/tom-luoc": true, "/metrics": true,
}

const keyRelease = "release"

// limitWork gives a question its slot and its time. Writes and uploads have
// bounds of their own and do not wait behind readers.
func (s *Server) limitWork(path string, next echo.HandlerFunc) echo.HandlerFunc {
	if quick[path] {
		return next
	}
	return func(c echo.Context) error {
		r := c.Request()
		if isWrite(r) {
			return next(c)
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerAtMost)
		defer cancel()
		c.SetRequest(r.WithContext(ctx))
		select {
		case s.making <- struct{}{}:
		case <-ctx.Done():
			if r.Context().Err() != nil {
				return r.Context().Err()
			}
			return errCrowded.With(answersAtOnce)
		}
		release := sync.OnceFunc(func() { <-s.making })
		defer release()
		c.Set(keyRelease, release)
		err := next(c)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil && r.Context().Err() == nil {
			return errTooLong.With(int(answerAtMost / time.Second)).Because(err)
		}
		return err
	}
}

// releaseWorkSlot gives the slot of a finished answer back: a reader who is slow to
// take the answer keeps nobody waiting.
func releaseWorkSlot(c echo.Context) {
	if release, ok := c.Get(keyRelease).(func()); ok {
		release()
	}
}

// statusLeft is the status in the log of a reader who left before the answer.
const statusLeft = 499

// readerLeft tells whether an error is only that the reader has left, and ends the reply.
func readerLeft(c echo.Context, err error) bool {
	if !errors.Is(err, context.Canceled) || c.Request().Context().Err() == nil {
		return false
	}
	c.Response().WriteHeader(statusLeft)
	return true
}
