package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/web"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var (
	errReplayRunning = fault.Declare("replay-running", fault.Conflict,
		"a replay is under way; one at a time", "đang có một lần tính lại chạy dở; mỗi lúc chỉ chạy một lần")
	errReplayLarge = fault.Declare("replay-large", fault.TooLarge,
		"a server replays %d records at most, not %d; run: htxledger replay",
		"máy chủ chỉ tính lại tối đa %d bản ghi, không phải %d; hãy chạy trên máy giữ sổ: htxledger replay")
	errReplaySlow = fault.Declare("replay-slow", fault.Unavailable,
		"the replay was not done in %s", "lần tính lại không xong trong %s")
	errNoReplay = fault.Declare("replay-not-found", fault.NotFound,
		"there is no replay %s here; results are kept until the server ends",
		"ở đây không có lần tính lại %s; kết quả chỉ được giữ đến khi máy chủ dừng")
	errNotStarter = fault.Declare("replay-not-yours", fault.Forbidden,
		"only the account that started a replay, the alliance and the administrator stop it",
		"chỉ tài khoản đã bắt đầu lần tính lại, Liên minh HTX và quản trị viên được dừng nó")
	errNoDigest = fault.Declare("replay-no-result", fault.NotFound,
		"the replay %s has no result", "lần tính lại %s không có kết quả")
)

// Bounds of replays. A replay holds the records it reads in memory a second
// time.
const (
	replayMost   = 1_000_000 // records
	replayAtMost = 15 * time.Minute
	keptReplays  = 10
	maxForm      = 64 << 10
)

// replays are the ledger counted again, one at a time, and the last results.
type replays struct {
	mu     sync.Mutex
	list   []*web.Replay // the newest first
	cancel context.CancelFunc
	work   sync.WaitGroup
	closed bool
}

// listReplays gives copies of the replays, the newest first.
func (j *replays) listReplays() []web.Replay {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]web.Replay, len(j.list))
	for i, r := range j.list {
		out[i] = *r
	}
	return out
}

// beginReplay takes the only slot for a running replay.
func (j *replays) beginReplay(who ledger.Actor, p *answers.Point, started func(*web.Replay, context.Context)) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed || len(j.list) > 0 && j.list[0].Ended == 0 {
		return "", errReplayRunning
	}
	r := &web.Replay{ID: strings.ToLower(rand.Text()[:10]), Starter: who, Point: p, Of: p.Size}
	ctx, cancel := context.WithTimeout(context.Background(), replayAtMost)
	j.cancel = cancel
	j.list = append([]*web.Replay{r}, j.list[:min(len(j.list), keptReplays-1)]...)
	j.work.Go(func() {
		defer cancel()
		started(r, ctx)
	})
	return r.ID, nil
}

// changeReplay changes a replay where others may be reading it.
func (j *replays) changeReplay(r *web.Replay, how func(*web.Replay)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	how(r)
}

// stopReplay stops the replay with an id, if it is under way and somebody may.
func (j *replays) stopReplay(who ledger.Actor, id string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.list {
		switch {
		case r.ID != id:
			continue
		case !r.MayStop(who):
			return errNotStarter
		case r.Ended == 0:
			j.cancel()
		}
		return nil
	}
	return errNoReplay.With(id)
}

// stopAll stops the running replay and waits for its end; no other begins.
func (j *replays) stopAll() {
	j.mu.Lock()
	j.closed = true
	if j.cancel != nil {
		j.cancel()
	}
	j.mu.Unlock()
	j.work.Wait()
}

// startReplay begins a replay and leads to its page. Every reader may begin a
// replay, for a replay changes nothing.
func (s *Server) startReplay(c echo.Context) error {
	p, err := readForm(c, web.ReplayNames...)
	if err != nil {
		return err
	}
	id := ""
	point, err := s.resolve(c, p)
	if err == nil {
		id, err = s.beginReplay(actorOf(c), point)
	}
	if err != nil {
		asked := &web.Asked{Head: s.headOf(c), Path: "/kiem-toan", Values: p.values, Who: actorOf(c), Ctx: c.Request().Context()}
		return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.AuditPage(asked, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/kiem-toan/tinh-lai/"+id)
}

// beginReplay begins the replay of a point.
func (s *Server) beginReplay(who ledger.Actor, p *answers.Point) (string, error) {
	if p.Size > replayMost {
		return "", errReplayLarge.With(replayMost, p.Size)
	}
	return s.replays.beginReplay(who, p, func(r *web.Replay, ctx context.Context) { s.countAgain(ctx, r) })
}

// countAgain counts again, and leaves the result in r.
func (s *Server) countAgain(ctx context.Context, r *web.Replay) {
	s.replays.changeReplay(r, func(r *web.Replay) { r.Started = s.Now() })
	err := s.runReplay(ctx, r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		err = errReplaySlow.With(replayAtMost.String())
	case err != nil && ctx.Err() == nil:
		s.log.Error("replay failed", "replay", r.ID, "error", err)
	}
	s.replays.changeReplay(r, func(r *web.Replay) {
		r.Err, r.Ended = err, s.Now()
		r.Stopped = errors.Is(err, context.Canceled)
	})
}

// runReplay counts again; its error is the reason for a missing result.
func (s *Server) runReplay(ctx context.Context, r *web.Replay) (err error) {
	defer func() {
		if x := recover(); x != nil {
			s.log.Error("panic", "replay", r.ID, "panic", x, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", x)
		}
	}()
	var apart *answers.Apart
	out, err := s.Answers.Replay(ctx, s.Log, r.Point, func(done, of ledger.Position) {
		s.replays.changeReplay(r, func(r *web.Replay) { r.Done, r.Of = done, of })
	})
	if err == nil && len(out.Differences) > 0 {
		apart, err = s.Answers.FirstApart(ctx, s.Log, out)
	}
	if err != nil {
		return err
	}
	digest, err := s.Answers.Digest(out, s.Notary)
	if err != nil {
		return err
	}
	s.replays.changeReplay(r, func(r *web.Replay) { r.Result, r.Apart, r.Digest = out, apart, digest })
	return nil
}

// stopReplay stops a replay and leads back to its page.
func (s *Server) stopReplay(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	id := pathParameter(c, "id")
	if err := s.replays.stopReplay(actorOf(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/kiem-toan/tinh-lai/"+id)
}

// replayDigest is the result of a replay as the file a later one is
// compared with.
func (s *Server) replayDigest(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	id := pathParameter(c, "id")
	for _, r := range s.replays.listReplays() {
		switch {
		case r.ID != id:
		case r.Digest == nil:
			return errNoDigest.With(id)
		default:
			b, err := r.Digest.Encode()
			if err != nil {
				return err
			}
			attachName(c, "tinh-lai-"+id+".digest")
			return c.Blob(http.StatusOK, "application/json; charset=utf-8", b)
		}
	}
	return errNoReplay.With(id)
}

// attachName has a browser keep a reply under a name of ASCII letters, digits and
// the signs of a key.
func attachName(c echo.Context, name string) {
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// readForm reads a form of a page, with just these fields.
func readForm(c echo.Context, names ...string) (parameters, error) {
	r := c.Request()
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	// An empty form has no media type in some browsers.
	if r.ContentLength != 0 && (err != nil || media != "application/x-www-form-urlencoded") {
		return parameters{}, errForm
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(r.Body, maxForm+1)); err != nil {
		return parameters{}, errBroken.Because(err)
	}
	if b.Len() > maxForm {
		return parameters{}, errBodyTooLarge.With(maxForm)
	}
	return parseQuery(b.String(), names...)
}
