package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/imports"
	"htxledger/api/openapi"
	"htxledger/api/report"
	"htxledger/api/shown"
	"htxledger/projections/directory"
)

// An audience is the set of accounts that may call a route.
type audience uint8

const (
	everyone audience = iota // without a token
	readers                  // every role
	writers                  // officer, alliance, admin
)

// A route is a line of the surface. GET routes answer HEAD too.
type route struct {
	method, path string
	to           audience
	handle       func(*Server, echo.Context) error
	about        about // documentation of the route
}

// keyRoute is the route of a request in its context.
const keyRoute = "route"

// Prefix is where the API begins.
const Prefix = "/api/v1"

// routes is the surface beside the pages (web.Routes), with what its OpenAPI
// document says.
var routes = []route{
	{http.MethodGet, Prefix + "/indicators", readers, asksAt((*Server).indicators),
		describeQuestion("indicators", "Indicators at a point", "Figures", shown.Indicators{}, codesParameter)},
	{http.MethodGet, Prefix + "/indicators/:code", readers, asksAt((*Server).indicators),
		describeQuestion("indicator", "One indicator at a point", "Figures", shown.Indicators{}, indicatorParameter)},
	{http.MethodGet, Prefix + "/targets", readers, asksAt((*Server).targets),
		describeQuestion("targets", "Every target and task of a plan, judged at a point", "The plan, judged", shown.Targets{}, planParameter)},
	{http.MethodGet, Prefix + "/report", readers, (*Server).report,
		describe("answers", "report", "The official report on a plan, as a file", inQuery("format", oneOfWords("", ReportFormats...), "The form of the file. Without it, json."), planParameter,
			inQuery("statement", textSchema, "The key of a statement. The report holds where it does, and no other point may be named."),
			inQuery("agency", textSchema, "The office that reports."), inQuery("above", textSchema, "The office above it."),
			inQuery("symbol", textSchema, "The symbol of the report behind \"BC-\"."), inQuery("signer", textSchema, "The title of who signs. Names are not printed."),
			inQuery("to", textSchema, "Who it goes to, separated by semicolons.")).addParameters(pointParams...).
			explain("The text of the report, the table of targets and the appendix of tasks, in the layout of administrative documents. What the ledger does not know is left to be written in.").
			addReplies(openapi.Reply{Status: 200, Description: "The report", Headers: map[string]string{"Content-Disposition": "The name of the file"},
				Content: openapi.Content{mediaJSON: report.Report{}, mediaHTML: "", mediaCSV: "", mediaXLSX: []byte(nil), mediaDOCX: []byte(nil)}}).
			addRefusals(askingWrong...)},
	{http.MethodGet, Prefix + "/explain/:code", readers, asksAt((*Server).explain),
		describePages("explain", "What a figure came from, what was left out and why, down to the documents", "The figure with its contributions and exclusions", shown.Explanation{},
			indicatorParameter, inQuery("why_not", textSchema, "The key of a co-operative to ask after."))},
	{http.MethodGet, Prefix + "/vintages/:code", readers, asksAt((*Server).vintages),
		describePages("vintages", "The figure at each size of the ledger at which it changed", "The figure as it became known", shown.Vintages{}, indicatorParameter)},
	{http.MethodGet, Prefix + "/vintages/:code/triangle", readers, asksAt((*Server).triangle),
		describeQuestion("triangle", "The month ends of a year, each as known at month ends from then on", "The revision triangle", shown.Triangle{}, indicatorParameter)},
	{http.MethodGet, Prefix + "/diff", readers, routeOf((*Server).diff),
		describe("answers", "diff", "Why figures moved between two points",
			withExample("2023-11-30@1204", requireParameter(inQuery("from", textSchema, "DAY or DAY@KNOWN, where KNOWN is a size, a day or an instant."))),
			withExample("2023-12-31", requireParameter(inQuery("to", textSchema, ""))), inQuery("code", textsSchema, "An indicator; may be repeated. Without it, all that can be compared.")).
			addParameters(areaParameters...).addParameters(formatParameter).inPages(mostRows, mostRows, rowsParameter, "from", "to").
			explain("The steps add up exactly, and from B to A they are those from A to B, negated. What happened between the two days is\ntold apart from what lapsed, became known late, was corrected or retracted, or comes of another map or definition.\n").
			describeQuestion("The figures at both points, and every step between", shown.Differences{})},
	{http.MethodGet, Prefix + "/problems", readers, asksAt((*Server).problems),
		describePages("problems", "What does not add up among the records", "Problems, in order of code and subject", shown.Checks{})},
	{http.MethodGet, Prefix + "/events", readers, routeOf((*Server).events),
		describe("browse", "events", "Records, in the order of the ledger, a page at a time",
			inQuery("kind", textSchema, "A kind or its beginning: coop. or coop.established/1."), inQuery("stream", textSchema, "A stream (coop/KEY) or a family (coop)."),
			inQuery("actor", textSchema, "Who recorded."), inQuery("role", textSchema, "As what they recorded."),
			inQuery("search", textSchema, "A text in the record, its source or the name of the co-operative that it is about; accents and case do not matter. A page of a search looks through 20 000 records at most, so it may be short, or empty, and still have a `next`."),
			inQuery("here", flagSchema, "Only what has to do with `place`, and the co-operatives with a seat there."),
			inQuery("about", textSchema, "The key of a co-operative; its own records and those that name it."), inQuery("corrections", flagSchema, "Only corrections."),
			inQuery("late", flagSchema, "Only what was recorded more than 30 days after its valid day."), inQuery("newest", flagSchema, "Newest first, from `from` backwards."),
			fromParameter).addParameters(pointParams...).addParameters(formatParameter).inPages(usualPage, mostPage, limitParameter).describeQuestion("A page of records", shown.Events{})},
	{http.MethodGet, Prefix + "/events/:record", readers, (*Server).event,
		describe("browse", "event", "One record, what it corrects and what corrects it", recordParameter).
			addReply(200, "The record", openapi.Content{mediaJSON: shown.Event{}}).addRefusals(askingWrong...)},
	{http.MethodGet, Prefix + "/events/:record/touched", readers, asksAt((*Server).showTouched),
		describeQuestion("touched", "The figures that a record moved when it became known", "Each figure just before and just after", shown.Touched{}, recordParameter)},
	{http.MethodGet, Prefix + "/events/:record/bytes", readers, (*Server).recordBytes,
		describe("browse", "recordBytes", "The canonical bytes of a record", recordParameter).
			explain("Just as they are stored and hashed, without a line feed behind them. The hash of the leaf is SHA-256 over a zero byte and these.").
			addReply(200, "The bytes", openapi.Content{mediaJSON: anyJSONSchema}).addRefusals(404, 503)},
	{http.MethodGet, Prefix + "/coops", readers, asksAt((*Server).coops),
		describe("browse", "coops", "Co-operatives at a point, in Vietnamese order of name",
			inQuery("status", oneOfWords("", directory.Statuses...), "Default: registered."),
			inQuery("search", textSchema, "Part of the name, key, tax code or registration; accents and case do not matter."),
			inQuery("all", flagSchema, "Also groups, unions and what is not agricultural."), inQuery("offset", countSchema, "")).
			addParameters(pointParams...).addParameters(formatParameter).inPages(usualPage, mostCoops, inQuery("limit", wholeNumberBetween(1, mostCoops), "How many at most; 100 without it.")).describeQuestion("A page of co-operatives", shown.Coops{})},
	{http.MethodGet, Prefix + "/coops/:key", readers, asksAt((*Server).coop),
		describe("browse", "coop", "One co-operative at a point, with everything said about it").addParameters(pointParams...).addParameters(formatParameter).describeQuestion("The co-operative and its timeline", shown.Card{})},
	{http.MethodGet, Prefix + "/plans", readers, asksAt((*Server).plans),
		describe("browse", "plans", "The plans adopted by a point's day").addParameters(pointParams...).addParameters(inQuery("format", oneOfWords("json", "json"), "")).describeQuestion("Plans", shown.Plans{})},
	{http.MethodGet, Prefix + "/plans/:key", readers, asksAt((*Server).plan),
		describe("browse", "plan", "One plan as amended by a point's day, with nothing judged").addParameters(pointParams...).addParameters(formatParameter).describeQuestion("The plan", shown.Plan{})},
	{http.MethodGet, Prefix + "/plans/:key/lint", readers, asksAt((*Server).lint),
		describe("browse", "lint", "What does not add up in a plan").addParameters(pointParams...).addParameters(formatParameter).describeQuestion("Findings, by rule and by readers' notes", shown.Lint{})},
	{http.MethodGet, Prefix + "/statements", readers, routeOf((*Server).listStatements),
		describe("audit", "statements", "What was issued, and what became of it", formatParameter).
			inPages(mostPage, mostPage, inQuery("limit", wholeNumberBetween(1, mostPage, mostPage), "How many at most.")).addReply(200, "In order of issue", tableToo(shown.Statements{})).addRefusals(503)},
	{http.MethodGet, Prefix + "/statements/:key", readers, routeOf((*Server).statement),
		describe("audit", "statement", "One statement, each figure counted again", formatParameter).
			addReply(200, "The figures, and the records that moved them", tableToo(shown.Statement{})).addRefusals(404, 503)},
	{http.MethodPost, Prefix + "/statements", writers, (*Server).issueStatement,
		describe("audit", "issue", "Issue a statement", keyHeaderOf("statement")).explain(issueText).setBody(openapi.Content{mediaJSON: statementRequest{}}).describeWrite()},
	{http.MethodGet, Prefix + "/evidence", readers, (*Server).evidence,
		describe("audit", "evidence", "The evidence file of a statement", requireParameter(inQuery("statement", textSchema, "The key of a statement"))).explain(evidenceText).
			addReply(200, "The file", openapi.Content{mediaText: ""}).addRefusals(404, 503)},
	{http.MethodGet, Prefix + "/checkpoint", readers, (*Server).checkpoint,
		describe("audit", "checkpoint", "The last signed checkpoint, or the smallest that covers a size", inQuery("size", countSchema, "")).
			addReply(200, "A signed note (C2SP tlog-checkpoint), to be passed on byte by byte", openapi.Content{mediaText: ""}).addRefusals(404, 503)},
	{http.MethodGet, Prefix + "/proofs/inclusion", readers, (*Server).inclusion,
		describe("audit", "inclusion", "That a record is among the first of a size", requireParameter(inQuery("position", countSchema, "")), inQuery("size", countSchema, "Default the last signed size, or all.")).
			addReply(200, "RFC 6962 §2.1.1; hashes are base64", openapi.Content{mediaJSON: shown.InclusionProof{}}).addRefusals(404, 503)},
	{http.MethodGet, Prefix + "/proofs/consistency", readers, (*Server).consistency,
		describe("audit", "consistency", "That the ledger only grew", requireParameter(inQuery("from", countSchema, "")), inQuery("to", countSchema, "Default the last signed size, or all.")).
			addReply(200, "RFC 6962 §2.1.2; hashes are base64", openapi.Content{mediaJSON: shown.ConsistencyProof{}}).addRefusals(404, 503)},
	{http.MethodPost, Prefix + "/commands", writers, (*Server).recordCommand,
		describe("commands", "command", "Record one command", keyHeaderOf("command")).explain(commandText).setBody(openapi.Content{mediaJSON: command{}}).describeWrite()},
	{http.MethodPost, Prefix + "/commands/batch", writers, (*Server).recordBatch,
		describe("commands", "batch", "Record commands in one append, all or none, in order").setBody(openapi.Content{mediaJSON: batchCommands}).describeWrite()},
	{http.MethodGet, Prefix + "/requests", readers, routeOf((*Server).listRequests),
		describe("commands", "requests", "Requests, in the order in which they were made, a page at a time", inQuery("state", oneOfWords("all", directory.RequestStates...), ""),
			fromParameter, knownAtParameter, minSizeParameter).inPages(usualPage, mostPage, limitParameter).explain(requestsText).
			addReply(200, "A page of requests", openapi.Content{mediaJSON: shown.Requests{}}).addRefusals(askingWrong...)},
	{http.MethodGet, Prefix + "/requests/:key", readers, routeOf((*Server).oneRequest),
		describe("commands", "request", "One request, and what became of it", requestKeyParameter, knownAtParameter, minSizeParameter).
			addReply(200, "The request", openapi.Content{mediaJSON: shown.OneRequest{}}).addRefusals(askingWrong...)},
	{http.MethodPost, Prefix + "/requests/:key/approve", writers, (*Server).handleApproval,
		describe("commands", "approveRequest", "Record the command that a request asks for", requestKeyParameter).explain(approveText).
			mayRead(openapi.Content{mediaJSON: struct{}{}}).describeWrite(404)},
	{http.MethodPost, Prefix + "/requests/:key/refuse", writers, (*Server).handleRefusal,
		describe("commands", "refuseRequest", "Refuse a request, or take an own one back", requestKeyParameter).setBody(openapi.Content{mediaJSON: refusalRequest{}}).describeWrite(404)},
	{http.MethodGet, Prefix + "/templates/:code", readers, (*Server).template,
		describe("commands", "template", "A form to be filled in, with the co-operatives of a place", inPath("code", "The name of a form, such as coop-annual."), asOfParameter, placeParameter,
			inQuery("year", wholeNumberBetween(1945, 2100), ""), inQuery("unit", textSchema, "Of money; default triệu đồng.")).
			addReply(200, "The form", openapi.Content{mediaXLSX: []byte(nil)}).addRefusals(404)},
	{http.MethodGet, Prefix + "/imports", writers, (*Server).listStaged,
		describe("commands", "listStaged", "The files that one sent and that still wait here, newest first, without their results").
			addReply(200, "The files", openapi.Content{mediaJSON: imports.StagedList{}}).addRefusals()},
	{http.MethodPost, Prefix + "/imports", writers, (*Server).upload,
		describe("commands", "upload", "Send a file (.xlsx, .csv, .ndjson) and have it previewed in the background; nothing is recorded", openapi.Fields(importForm{})...).explain(uploadText).
			setBody(openapi.Content{mediaMultipart: openapi.Form{Of: uploadForm{}}, "application/octet-stream": []byte(nil), mediaCSV: "", mediaLines: "", mediaXLSX: []byte(nil)}).
			addReplies(describeFileReply(202, "Taken; ask Location how far it is", "Location")).addRefusals(408, 413, 415, 422, 503)},
	{http.MethodGet, Prefix + "/imports/:id", writers, (*Server).staged,
		describe("commands", "staged", "How far a file is, and what it would do, or did").addReplies(describeFileReply(200, "Where it stands", "")).addRefusals(404)},
	{http.MethodDelete, Prefix + "/imports/:id", writers, (*Server).drop,
		describe("commands", "drop", "Forget a file that was sent; what is recorded stays").addReply(204, "Forgotten", nil).addRefusals(404, 409)},
	{http.MethodPost, Prefix + "/imports/:id/preview", writers, (*Server).again,
		describe("commands", "preview", "Preview a file once more, with other choices").mayRead(openapi.Content{mediaForm: openapi.Form{Of: importForm{}}}).
			addReplies(describeFileReply(202, "Begun; ask Location how far it is", "Location")).addRefusals(404, 409, 422)},
	{http.MethodPost, Prefix + "/imports/:id/confirm", writers, (*Server).confirm,
		describe("commands", "confirm", "Record a file that does what its preview says").explain(confirmText).mayRead(openapi.Content{mediaForm: openapi.Form{Of: confirmForm{}}}).
			addReplies(describeFileReply(200, "It was recorded before", "Idempotent-Replayed"), describeFileReply(201, "Recorded", ""), describeFileReply(202, "Being recorded; ask Location how far it is", "Location")).
			addRefusals(404, 409, 413, 422, 503, 507)},
	{http.MethodGet, Prefix + "/imports/:id/marked", writers, (*Server).markedBack,
		describe("commands", "markedBack", "The workbook back with its mistakes marked").addReply(200, "The file", openapi.Content{mediaXLSX: []byte(nil)}).addRefusals(404, 409)},
	{http.MethodGet, Prefix + "/imports/:id/rest", writers, (*Server).restBack,
		describe("commands", "restBack", "The rows that valid_rows leaves out, as a file that can be mended and sent again").
			addReply(200, "The file", openapi.Content{mediaXLSX: []byte(nil), mediaCSV: "", mediaLines: ""}).addRefusals(404, 409)},
	{http.MethodGet, Prefix + "/imports/:id/report", writers, (*Server).reportBack,
		describe("commands", "reportBack", "What was found, whole, for programs").addReply(200, "The file", openapi.Content{mediaJSON: imports.Import{}}).addRefusals(404, 409)},
	{http.MethodGet, Prefix + "/receipts", writers, (*Server).listReceipts,
		describe("commands", "receipts", "The newest imports that the ledger holds, by their receipts, newest first").addReply(200, "The imports", openapi.Content{mediaJSON: imports.PastImports{}}).addRefusals()},
	{http.MethodGet, Prefix + "/receipts/:receipt", writers, (*Server).previewUndo,
		describe("commands", "previewUndo", "What taking back an import would come to; nothing is recorded", receiptParameter).
			addReply(200, "What it would come to", openapi.Content{mediaJSON: imports.Undoing{}}).addRefusals(404, 422, 503)},
	{http.MethodPost, Prefix + "/receipts/:receipt/undo", writers, (*Server).undo,
		describe("commands", "undoImport", "Take back an import", receiptParameter).explain(undoText).mayRead(openapi.Content{mediaForm: openapi.Form{Of: undoForm{}}}).
			addReply(200, "All of it was taken back before", openapi.Content{mediaJSON: imports.Undoing{}}).addReply(201, "Taken back", openapi.Content{mediaJSON: imports.Undoing{}}).addRefusals(404, 409, 413, 422, 503, 507)},

	{http.MethodGet, signInPath, everyone, (*Server).signIn,
		describe("operations", "signIn", "The page on which a browser signs in with a token", inQuery("next", textSchema, "An address of this server, where to go then.")).
			addReply(200, "The page", openapi.Content{mediaHTML: ""}).addReply(303, "No token was ever made: nobody needs to sign in", nil).addReplies(problemReply(0))},
	{http.MethodPost, signInPath, everyone, (*Server).handleSignIn,
		describe("operations", "enter", "Sign a browser in").explain(signInText).setBody(openapi.Content{mediaForm: openapi.Form{Of: signInForm{}}}).
			addReply(303, "Signed in; on to next", nil).addReply(401, "The page again: the token does not hold", openapi.Content{mediaHTML: ""}).addReplies(problemReply(0))},
	{http.MethodPost, signOutPath, everyone, (*Server).handleSignOut,
		describe("operations", "leave", "Sign a browser out").addReply(303, "Signed out", nil).addReplies(problemReply(0))},

	{http.MethodPost, "/kiem-toan/tinh-lai", readers, (*Server).startReplay,
		describe("pages", "startReplay", "Count the whole ledger again").explain("Begins a replay on the server, one at a time, and leads to its page. It changes nothing.").
			mayRead(openapi.Content{mediaForm: openapi.Form{Of: replayForm{}}}).
			addReply(303, "To the page of the replay", nil).
			addReplies(pageOrProblem(400, "A page that says what was wrong"), pageOrProblem(404, "A page that says what is not there"),
				pageOrProblem(409, "A replay is under way"), pageOrProblem(413, "The ledger is too large for it")).addRefusals(422, 503)},
	{http.MethodPost, "/kiem-toan/tinh-lai/:id/dung", readers, (*Server).stopReplay,
		describe("pages", "stopReplay", "Stop a replay").addReply(303, "To the page of the replay", nil).addRefusals(413, 422, 503)},
	{http.MethodGet, "/kiem-toan/tinh-lai/:id/tom-luoc", readers, (*Server).replayDigest,
		describe("pages", "replayDigest", "The result of a replay, to be compared with a later one").
			addReply(200, "A digest, as htxledger replay --digest reads it", openapi.Content{mediaJSON: anyJSONSchema}).addRefusals(404, 503)},
	{http.MethodPost, "/kiem-toan/doi-chieu", readers, (*Server).checkEvidence,
		describe("pages", "checkEvidence", "Look at an evidence file").explain("The server's own look, which is no independent check. Nothing that is sent is kept.").
			mayRead(openapi.Content{mediaMultipart: openapi.Form{Of: evidenceForm{}}}).
			addReply(200, "A page with what was found, good or bad", openapi.Content{mediaHTML: ""}).
			addReplies(pageOrProblem(400, "A page that says what was wrong"), pageOrProblem(413, "The file is too large")).addRefusals(503)},
	{http.MethodPost, "/nop-bang", writers, (*Server).uploadPage,
		formOfPage("uploadPage", "Send a file from the page", "On to the file", mediaMultipart)},
	{http.MethodPost, "/nop-bang/:id/xem-lai", writers, (*Server).againPage,
		formOfPage("againPage", "Preview it once more from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/nop-bang/:id/ghi", writers, (*Server).confirmPage,
		formOfPage("confirmPage", "Record it from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/nop-bang/:id/bo", writers, (*Server).dropPage,
		formOfPage("dropPage", "Forget it from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/nop-bang/bien-nhan/:receipt/hoan-tac", writers, (*Server).undoPage,
		formOfPage("undoPage", "Take an import back from the page", "On to the receipt", mediaForm, receiptParameter)},
	{http.MethodPost, "/de-nghi/:key/chap-thuan", writers, (*Server).approvePage,
		formOfPage("approvePage", "Approve it from the page", "On to the request", mediaForm, requestKeyParameter)},
	{http.MethodPost, "/de-nghi/:key/tu-choi", writers, (*Server).refusePage,
		formOfPage("refusePage", "Refuse it from the page", "On to the request", mediaForm, requestKeyParameter)},

	{http.MethodGet, "/openapi.json", everyone, (*Server).openapi,
		describe("operations", "openapi", "This document").addReply(200, "This document", openapi.Content{mediaJSON: anyJSONSchema})},
	{http.MethodGet, "/healthz", everyone, (*Server).healthz,
		describe("operations", "healthz", "The process answers").addReply(200, "It does", openapi.Content{mediaJSON: health{}})},
	{http.MethodGet, "/readyz", everyone, (*Server).readyz,
		describe("operations", "readyz", "The store is heard, the answers keep up with it, and commands are taken").
			addReply(200, "Ready", openapi.Content{mediaJSON: Readiness{}}).addReply(503, "Not ready", openapi.Content{mediaJSON: Readiness{}})},
	{http.MethodGet, "/metrics", readers, (*Server).sendMetrics,
		describe("operations", "metrics", "Prometheus metrics").addReply(200, "Text exposition", openapi.Content{mediaText: ""}).addReplies(problemReply(401), problemReply(403))},
	{http.MethodGet, "/static/:file", everyone, (*Server).static,
		describe("operations", "static", "A style sheet, script or picture of the pages").addReply(200, "The file", openapi.Content{"*/*": ""}).addReplies(problemReply(0))},
}

// mountRoutes gives echo every route and page, each behind its audience and the
// bound on answers in the making.
func (s *Server) mountRoutes() {
	for _, r := range append(pageRoutes(), routes...) {
		handle := s.allowAudience(r.to, s.limitWork(r.path, func(c echo.Context) error {
			c.Set(keyRoute, &r)
			return r.handle(s, c)
		}))
		s.echo.Add(r.method, r.path, handle)
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, handle)
		}
	}
}

// pathParameter is a part of the path; a slash escaped into it is
// refused like any other word that is no key.
func pathParameter(c echo.Context, name string) string { return strings.TrimSpace(c.Param(name)) }
