package web

import (
	"context"
	"net/url"
	"strings"

	"htxledger/api/imports"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// A Site renders pages from the services behind the JSON. A Site is safe for
// concurrent use.
type Site struct {
	Answers    *answers.Service
	Directory  *directory.Directory
	Statements *answers.Statements
	Notary     *audit.Notary
	Log        ledger.Log
	Now        func() calendar.Instant
	// Stale says, in a Vietnamese sentence, that the state of a head may be
	// behind the ledger; "" for a fresh head. Stale must not wait for anything.
	Stale func(h *answers.Head) string
	// Replays lists the server's replays, the newest first; nil without replays.
	Replays func() []Replay
	// Tray holds the files that were sent; nil where the server takes none.
	Tray *imports.Tray
	// TryUndo tells what taking back an import, named by its receipt, would come to for
	// an account; nil where nothing is recorded.
	TryUndo func(ctx context.Context, who ledger.Actor, receipt string) (*imports.Undoing, error)
	// Receipts are the newest imports among the first records of the ledger; nil for none.
	Receipts func(size ledger.Position) imports.PastImports
	// Writes reports whether the server records commands of a role; nil
	// where nothing is recorded.
	Writes func(role string) bool
	// Weigh says which acts on an open request of a head an account may do; nil where
	// nothing is recorded. Weigh records nothing.
	Weigh func(ctx context.Context, h *answers.Head, who ledger.Actor, r *directory.Request) Weighing
}

// An Asked is a reader's question to a page.
type Asked struct {
	Head   *answers.Head       // at which all of the page is answered
	Path   string              // as asked: /htx/thanh-xuan
	Param  func(string) string // a part of the path by its name in the route
	Values url.Values          // as typed
	Who    ledger.Actor
	Signed bool  // Who signed in with this browser, and can sign out
	Wrong  error // why the query string is refused, or nil
	// Outcome says what became of a posted form; "" without a form.
	Outcome string
	Ctx     context.Context // of the request; nil is context.Background
}

// ctx is the context of the request.
func (a *Asked) ctx() context.Context {
	// Tests ask pages without a request.
	if a.Ctx == nil {
		return context.Background()
	}
	return a.Ctx
}

// get is a value as it was typed, without the white space round it.
func (a *Asked) get(name string) string { return strings.TrimSpace(a.Values.Get(name)) }

// query is the question of the point, in words. A code of the page's own form is no
// part of it.
func (a *Asked) query() answers.Query {
	q := answers.QueryOf(a.Values)
	q.Codes = nil
	return q
}

// resolve is the point of the question.
func (a *Asked) resolve(variations ...answers.Variation) (*answers.Point, error) {
	return a.Head.Resolve(a.query(), variations...)
}

// resolveKnown is the point of today at the known-at asked, whatever else is asked.
func (a *Asked) resolveKnown() (*answers.Point, error) {
	return a.Head.Resolve(answers.Query{Known: a.get("known_at")})
}

// A Page is a page ready to be sent, or where to go instead.
type Page struct {
	HTML     []byte
	Redirect string // an address of our own; the rest is empty then
	Err      error  // the mistake in the question; the page says so
	Nothing  bool   // nothing is new for the reader; the rest is empty then
	Policy   string // of its content; "" is Policy
}

// A Route is a page. GET shows the page; forms post elsewhere.
type Route struct {
	Pattern string   // of echo
	Names   []string // of its own parameters, beside answers.PointNames
	Render  func(*Site, *Asked) (Page, error)
}

// Routes are the pages. A page without a route is not served.
var Routes = []Route{
	{"/", targetNames, (*Site).targets},
	{"/so-sanh", compareNames, (*Site).compare},
	{"/dien-bien", seriesListNames, (*Site).seriesList},
	{"/dien-bien/:code", seriesNames, (*Site).series},
	{"/bao-cao", ReportNames, (*Site).report},
	{"/bao-cao/lap", ReportNames, (*Site).reportForm},
	{"/vi-sao", []string{"htx"}, (*Site).whyHome},
	{"/vi-sao/:code", whyNames, (*Site).why},
	{"/dia-ban", regionNames, (*Site).regions},
	{"/htx", coopsNames, (*Site).coops},
	{"/htx/:key", coopNames, (*Site).coop},
	{"/so", ledgerNames, (*Site).ledger},
	{"/so/:record", recordNames, (*Site).record},
	{"/kiem-toan", nil, (*Site).audit},
	{"/kiem-toan/bao-cao/:key", nil, (*Site).statementOf},
	{"/kiem-toan/tinh-lai/:id", nil, (*Site).replay},
	{"/kiem-toan/nhat-quan", consistencyNames, (*Site).consistency},
	{"/nop-bang", ImportFields, (*Site).imports},
	{"/nop-bang/mau", TemplateFields, (*Site).blankForm},
	{"/nop-bang/bien-nhan", nil, (*Site).receipts},
	{"/nop-bang/bien-nhan/:receipt", UndoFields, (*Site).receipt},
	{"/nop-bang/:id", nil, (*Site).importFile},
	{"/de-nghi", requestsNames, (*Site).requests},
	{"/de-nghi/:key", nil, (*Site).request},
}

// sections are the pages that can be reached from every other, in order.
var sections = []struct{ Path, Text string }{
	{"/", "Chỉ tiêu"},
	{"/so-sanh", "So sánh"},
	{"/dien-bien", "Diễn biến"},
	{"/htx", "HTX"},
	{"/dia-ban", "Địa bàn"},
	{"/so", "Sổ"},
	{"/kiem-toan", "Kiểm toán"},
	{"/nop-bang", "Nộp bảng"},
	{requestsPath, "Đề nghị"},
	{"/bao-cao/lap", "Báo cáo"},
}
