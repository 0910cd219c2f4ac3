package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"htxledger/api/imports"
	"htxledger/api/web"
	"htxledger/domain/ledger"
)

// mostReceipts bounds how many imports are listed.
const mostReceipts = 100

// undoNames are the fields of what takes an import back.
var undoNames = []string{"reason", "note", "leave", "orphans", "seen"}

// listReceipts are the newest imports that the ledger holds.
func (s *Server) listReceipts(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	return s.sendPlain(c, imports.ListReceipts(s.Projection, s.headOf(c).Size(), mostReceipts))
}

// previewUndo tells what taking an import back would come to.
func (s *Server) previewUndo(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	u, err := s.tryUndo(c.Request().Context(), actorOf(c), pathParameter(c, "receipt"))
	if u == nil {
		return err
	}
	return s.sendPlain(c, u) // each record that cannot be taken back says why
}

// tryUndo is what taking an import back would come to for somebody.
func (s *Server) tryUndo(ctx context.Context, who ledger.Actor, receipt string) (*imports.Undoing, error) {
	l, err := s.ledgerFor(ctx, who)
	if err != nil {
		return nil, err
	}
	return imports.UndoImport(ctx, l, receipt, imports.UndoHow{}, true)
}

// undo takes an import back.
func (s *Server) undo(c echo.Context) error {
	p, err := s.readForm(c, undoNames...)
	if err != nil {
		return err
	}
	u, err := s.undoImport(c, p)
	if err != nil {
		return err
	}
	if len(u.Back) == 0 {
		c.Response().Header().Set(replayedHeader, "true")
		return s.sendPlain(c, u)
	}
	return s.sendJSON(c, http.StatusCreated, u)
}

// undoImport takes back the import that the path names. Recording goes on if nobody
// waits.
func (s *Server) undoImport(c echo.Context, p parameters) (*imports.Undoing, error) {
	how := imports.UndoHow{Reason: p.get("reason"), Note: p.get("note"), Seen: p.get("seen")}
	var err error
	if how.Leave, err = p.flag("leave"); err != nil {
		return nil, err
	}
	if how.Orphans, err = p.flag("orphans"); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), recordAtMost)
	defer cancel()
	l, err := s.ledgerFor(ctx, actorOf(c))
	if err != nil {
		return nil, err
	}
	handOver(c)
	return imports.UndoImport(ctx, l, pathParameter(c, "receipt"), how, false)
}

// undoPage takes an import back from its page.
func (s *Server) undoPage(c echo.Context) error {
	p, err := s.readForm(c, undoNames...)
	if err == nil {
		_, err = s.undoImport(c, p)
	}
	if err != nil {
		kept := url.Values{}
		for _, name := range undoNames[:len(undoNames)-1] { // the preview is made anew
			if v := p.values[name]; len(v) > 0 {
				kept[name] = v
			}
		}
		forgetHead(c)
		return s.sendPage(c, http.StatusOK, func() (web.Page, error) {
			return s.site.UndoRefused(s.askedAgain(c, importsPath, kept, err), err)
		})
	}
	return c.Redirect(http.StatusSeeOther, importsPath+"/bien-nhan/"+url.PathEscape(pathParameter(c, "receipt")))
}
