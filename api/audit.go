package api

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
)

var errMissing = fault.Declare("parameter-missing", fault.Malformed,
	"the parameter %s is needed", "thiếu tham số %s")

// A statementRequest is a statement to be issued: a title, and a
// question.
type statementRequest struct {
	Title  string         `json:"title"`
	Key    string         `json:"key,omitempty" doc:"Of the statement; default its place, day and size."`
	Codes  []string       `json:"codes,omitempty" doc:"Without any, the whole catalogue."`
	AsOf   string         `json:"as_of"`
	Known  string         `json:"known_at,omitempty"`
	Place  string         `json:"place,omitempty"`
	Map    string         `json:"map,omitempty"`
	Period string         `json:"period,omitempty"`
	Scheme string         `json:"scheme,omitempty"`
	Source *ledger.Source `json:"source,omitempty"`
}

// statementKinds are the kinds recorded by issuing a statement.
var statementKinds = []ledger.Kind{statement.KindIssued2}

// issueStatement drafts a statement and records it. The recorder counts the figures again
// first; a client that leaves meanwhile ends that.
func (s *Server) issueStatement(c echo.Context) error {
	dry, body, err := s.readWrite(c)
	if err != nil {
		return err
	}
	r, err := parseStatement(body, c.Request().Header.Values(keyHeader))
	if err != nil {
		return err
	}
	who := actorOf(c)
	p, err := s.headOf(c).Resolve(answers.Query{
		Codes: r.Codes, AsOf: r.AsOf, Known: r.Known, Place: r.Place, Map: r.Map, Period: r.Period, Scheme: r.Scheme,
	})
	if err != nil {
		return err
	}
	d, err := s.statements.Draft(p, answers.Issue{Title: r.Title, Key: r.Key, Actor: &who, Source: r.Source})
	if err != nil {
		return err
	}
	results, err := s.writeWithin(c.Request().Context(), c, dry, statementKinds, d)
	if err != nil {
		return err
	}
	return s.sendReceipt(c, dry, results)
}

// parseStatement reads a request, whose key may stand in the header instead.
func parseStatement(body []byte, keys []string) (*statementRequest, error) {
	b, err := canonical.Transform(body, maxBody)
	if err != nil {
		return nil, err
	}
	r := &statementRequest{}
	if err := canonical.Unmarshal(b, r); err != nil {
		return nil, err
	}
	if strings.TrimSpace(r.AsOf) == "" {
		return nil, ledger.ErrRequired.At("/as_of")
	}
	if len(keys) == 0 {
		return r, nil
	}
	if len(keys) > 1 || r.Key != "" && r.Key != keys[0] {
		return nil, errKeyHeader.At("/key")
	}
	r.Key = keys[0]
	return r, nil
}

// checkpoint is the last signed checkpoint, or the smallest that covers a size,
// as the text passed on.
func (s *Server) checkpoint(c echo.Context) error {
	p, err := parseQuery(c.Request().URL.RawQuery, "size")
	if err != nil {
		return err
	}
	size, err := p.size("size")
	if err != nil {
		return err
	}
	signed, err := s.findCheckpoint(p.get("size") != "", size)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", signed.Note)
}

// findCheckpoint is the smallest checkpoint of at least size records, or the last one.
func (s *Server) findCheckpoint(covering bool, size ledger.Position) (audit.Signed, error) {
	switch {
	case s.Notary.Journal == nil:
		return audit.Signed{}, audit.ErrNoCheckpoint.With(size)
	case covering:
		return s.Notary.Journal.FindCovering(size)
	}
	return s.Notary.Journal.Latest()
}

// inclusion proves that a record is in the prefix of a size.
func (s *Server) inclusion(c echo.Context) error {
	if err := s.requireStore(); err != nil {
		return err
	}
	p, sizes, err := s.proofOf(c, "position", "size")
	if err != nil {
		return err
	}
	proof, err := s.Notary.View.Inclusion(sizes[0], sizes[1])
	if err != nil {
		return nameProofParameter(p, "position", "size", err)
	}
	note, _ := s.Notary.FindExact(sizes[1])
	return s.sendPlain(c, shown.FromInclusion(proof, note.Note))
}

// consistency proves that the first records of one size begin those of another.
func (s *Server) consistency(c echo.Context) error {
	if err := s.requireStore(); err != nil {
		return err
	}
	p, sizes, err := s.proofOf(c, "from", "to")
	if err != nil {
		return err
	}
	proof, err := s.Notary.View.Consistency(sizes[0], sizes[1])
	if err != nil {
		return nameProofParameter(p, "from", "to", err)
	}
	note, _ := s.Notary.FindExact(sizes[1])
	return s.sendPlain(c, shown.FromConsistency(proof, note.Note))
}

// proofOf reads two numbers, the second by default the last signed size or,
// where nothing is signed, all that is answered for, and reads the log that far.
func (s *Server) proofOf(c echo.Context, first, second string) (p parameters, sizes [2]ledger.Position, err error) {
	if p, err = parseQuery(c.Request().URL.RawQuery, first, second); err != nil {
		return p, sizes, err
	}
	if p.get(first) == "" {
		return p, sizes, errMissing.With(first).At(first)
	}
	for i, name := range []string{first, second} {
		if sizes[i], err = p.size(name); err != nil {
			return p, sizes, err
		}
	}
	if p.get(second) == "" {
		sizes[1] = s.headOf(c).Size()
		if last, err := s.findCheckpoint(false, 0); err == nil {
			sizes[1] = ledger.Position(last.Size)
		}
	}
	return p, sizes, s.Notary.ReadThrough(c.Request().Context(), sizes[1])
}

// nameProofParameter names the parameter a proof's fault is about: the larger size where
// it is beyond the ledger, else the smaller number.
func nameProofParameter(p parameters, first, second string, err error) error {
	f, ok := fault.Of(err)
	switch {
	case !ok:
		return err
	case f.Is(audit.ErrRootAt) && p.get(second) != "":
		return f.At(second)
	}
	return f.At(first)
}

// An alarm knows the statements that have moved. The statements are counted again
// once the ledger has grown, by a single goroutine, and a request waits for the
// result no longer than its context allows.
type alarm struct {
	mu    sync.Mutex
	size  ledger.Position // at which the rest was found
	moved []shown.MovedStatement
	done  chan struct{} // closed when the look under way is over; nil for none
}

// readMovedStatements are the statements that have moved, and the size at which that was
// found.
func (s *Server) readMovedStatements(ctx context.Context) ([]shown.MovedStatement, ledger.Position) {
	a := &s.alarm
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.size != s.Answers.Head().Size() {
		if a.done == nil {
			a.done = make(chan struct{})
			go s.recountStatements(a.done)
		}
		// The lock is given up while waiting: the count needs it to write its result.
		done := a.done
		a.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
		}
		a.mu.Lock()
	}
	return append([]shown.MovedStatement{}, a.moved...), a.size
}

// recountStatements counts every statement again.
func (s *Server) recountStatements(done chan struct{}) {
	size := s.Answers.Head().Size()
	all, err := s.statements.FindMoved(context.Background(), size)
	s.alarm.mu.Lock()
	defer s.alarm.mu.Unlock()
	// A failed look leaves the last result: the next request looks again.
	if s.alarm.done = nil; err != nil {
		s.log.Warn("statements not verified", "error", err)
	} else {
		s.alarm.size, s.alarm.moved = size, shown.FromMoved(all)
	}
	close(done)
}
