package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/access"
	"htxledger/api/shown"
	"htxledger/api/web"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/request"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// listRequests answers with a page of requests.
func (s *Server) listRequests(q *question) (shown.Answer, error) {
	from, err := q.size("from")
	if err != nil {
		return shown.Answer{}, err
	}
	if q.get("cursor") != "" { // of requests, as of records, it is the position of the next
		from = ledger.Position(q.skip)
	}
	at, err := s.headOf(q.c).ResolvePrefix(q.query())
	if err != nil {
		return shown.Answer{}, err
	}
	l, err := s.Directory.Requests(at, directory.RequestFilter{State: q.get("state"), From: from, Limit: q.limit})
	if err != nil {
		return shown.Answer{}, err
	}
	q.goOn(len(l.Requests), l.Next)
	return shown.ShowRequests(l), nil
}

// oneRequest answers with one request.
func (s *Server) oneRequest(q *question) (shown.Answer, error) {
	at, err := s.headOf(q.c).ResolvePrefix(q.query())
	if err != nil {
		return shown.Answer{}, err
	}
	r, err := s.Directory.Request(q.path("key"), at.Size)
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.ShowRequest(at, r), nil
}

// handleApproval records the command a request asks for. The body is empty: the
// request holds the whole command.
func (s *Server) handleApproval(c echo.Context) error {
	dry, err := s.writingWithin(c, &struct{}{})
	if err != nil {
		return err
	}
	results, err := s.approveRequest(c, dry)
	if err != nil {
		return err
	}
	return s.sendReceipt(c, dry, results)
}

// A refusalRequest is the body of a refusal.
type refusalRequest struct {
	Reason string `json:"reason"`
}

// handleRefusal ends a request.
func (s *Server) handleRefusal(c echo.Context) error {
	said := &refusalRequest{}
	dry, err := s.writingWithin(c, said)
	if err != nil {
		return err
	}
	results, err := s.refuseRequest(c, dry, said.Reason)
	if err != nil {
		return err
	}
	return s.sendReceipt(c, dry, results)
}

// writingWithin reads a small body of a write into v; no body at all leaves v as
// it is.
func (s *Server) writingWithin(c echo.Context, v any) (dry bool, err error) {
	if c.Request().ContentLength == 0 && c.Request().Header.Get("Content-Type") == "" {
		c.Request().Header.Set("Content-Type", "application/json")
	}
	dry, body, err := s.readWrite(c)
	if err != nil || len(body) == 0 {
		return dry, err
	}
	b, err := canonical.Transform(body, maxBody)
	if err != nil {
		return dry, err
	}
	return dry, canonical.Unmarshal(b, v)
}

// approveRequest records the command of the request the path names, built
// from the request, so that an approval cannot differ from it.
func (s *Server) approveRequest(c echo.Context, dry bool) ([]recorder.Result, error) {
	r, err := s.freshRequest(c)
	if err != nil {
		return nil, err
	}
	results, err := s.recordDrafts(c, dry, nil, r.Command)
	if errors.Is(err, ledger.ErrKeyReused) { // another account's approval was recorded before
		if r, again := s.freshRequest(c); again == nil && r.Approval != nil {
			err = ledger.NotWritten(request.ErrApproved.With(r.Key, int64(r.Approval.Position)))
		}
	}
	return results, err
}

// refuseRequest refuses the request the path names.
func (s *Server) refuseRequest(c echo.Context, dry bool, reason string) ([]recorder.Result, error) {
	r, err := s.freshRequest(c)
	if err != nil {
		return nil, err
	}
	if reason == "" {
		return nil, ledger.NotWritten(ledger.ErrRequired.At("/reason"))
	}
	d, err := s.Directory.DraftRefusal(s.headOf(c), r.Key, actorOf(c).ID, reason)
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	results, err := s.recordDrafts(c, dry, nil, d)
	if errors.Is(err, ledger.ErrKeyReused) { // the account refused the request before, for another reason
		if r, again := s.freshRequest(c); again == nil && r.Refusal != nil {
			err = ledger.NotWritten(request.ErrRefused.With(r.Key, int64(r.Refusal.Position)))
		}
	}
	return results, err
}

// freshRequest is the request the path names, once the answers hold what
// the log does.
func (s *Server) freshRequest(c echo.Context) (*directory.Request, error) {
	if s.Recorder == nil {
		return nil, ledger.NotWritten(errReadOnly)
	}
	ctx := context.WithoutCancel(c.Request().Context())
	size, err := s.Log.Size(ctx)
	if err == nil {
		err = s.awaitSize(ctx, size, readOwnAtMost)
	}
	var r *directory.Request
	if err == nil {
		forgetHead(c) // the request is looked at as it is now, after a failure again
		r, err = s.Directory.Request(pathParameter(c, "key"), s.headOf(c).Size())
	}
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	return r, nil
}

// weighAtMost bounds how long a page of a request waits for the recorder.
const weighAtMost = 3 * time.Second

// weighRequest tries, without recording anything, which acts on an open request of a
// head an account may do, and gives the places concerned.
func (s *Server) weighRequest(ctx context.Context, h *answers.Head, who ledger.Actor, r *directory.Request) web.Weighing {
	if s.Recorder == nil {
		return web.Weighing{Approve: errReadOnly, Refuse: errReadOnly}
	}
	ctx, cancel := context.WithTimeout(ctx, weighAtMost)
	defer cancel()
	told := make(chan []string, 1)
	// Tried by a door that permits everything, only to learn the places.
	_, _ = s.Recorder.Through(recorder.Door{Actor: &who, Permit: access.TellPlaces(told)}).Try(ctx, r.Command)
	w := web.Weighing{}
	select {
	case w.Places = <-told:
	default: // the command can no longer be recorded: Approve says why
	}
	door, err := s.Gate.Door(who)
	if err != nil {
		return web.Weighing{Approve: err, Refuse: err}
	}
	try := func(d *ledger.Draft, err error) error {
		if err == nil {
			_, err = s.Recorder.Through(door).Try(ctx, d)
		}
		return err
	}
	w.Approve = try(r.Command, nil)
	// Any reason will do: whether the account may refuse does not depend on it.
	w.Refuse = try(s.Directory.DraftRefusal(h, r.Key, who.ID, "…"))
	return w
}

// requestPage is where requests are shown in a browser.
const requestPage = "/de-nghi"

// approvePage approves a request from its page.
func (s *Server) approvePage(c echo.Context) error {
	p, err := s.readForm(c, "size")
	if err == nil {
		err = takeShownSize(c, p)
	}
	if err == nil {
		_, err = s.approveRequest(c, false)
	}
	return s.backToRequest(c, nil, err)
}

// refusePage refuses a request from its page.
func (s *Server) refusePage(c echo.Context) error {
	p, err := s.readForm(c, "reason")
	if err == nil {
		_, err = s.refuseRequest(c, false, p.get("reason"))
	}
	return s.backToRequest(c, p.values, err)
}

// backToRequest goes on to the page of the request the path names once the
// answers hold what was recorded, or says there why nothing was.
func (s *Server) backToRequest(c echo.Context, said url.Values, err error) error {
	key := pathParameter(c, "key")
	forgetHead(c)
	if err == nil {
		ctx := context.WithoutCancel(c.Request().Context())
		if size, unheard := s.Log.Size(ctx); unheard == nil {
			_ = s.awaitSize(ctx, size, readOwnAtMost) // answers that stay behind are named on the page
		}
		return c.Redirect(http.StatusSeeOther, requestPage+"/"+key)
	}
	if _, known := statuses[fault.KindOf(err)]; !known {
		return err
	}
	path := requestPage + "/" + key
	return s.sendPage(c, http.StatusOK, func() (web.Page, error) { return s.site.RequestRefused(s.askedAgain(c, path, said, err), err) })
}
