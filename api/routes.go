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

// An audience is who may call a route.
type audience uint8

const (
	everyone audience = iota // without a token
	readers                  // every role
	writers                  // officer, alliance, admin
)

// A route is one line of the surface. GET routes answer HEAD too.
type route struct {
	method, path string
	to           audience
	handle       func(*Server, echo.Context) error
	about        about // what the contract says of it
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
			inQuery("to", textSchema, "Who it goes to, separated by semicolons.")).takes(pointParams...).
			more("The text of the report, the table of targets and the appendix of tasks, in the layout of administrative documents. What the ledger does not know is left to be written in.").
			replies(openapi.Reply{Status: 200, Description: "The report", Headers: map[string]string{"Content-Disposition": "The name of the file"},
				Content: openapi.Content{mediaJSON: report.Report{}, mediaHTML: "", mediaCSV: "", mediaXLSX: []byte(nil), mediaDOCX: []byte(nil)}}).
			wrong(askingWrong...)},
	{http.MethodGet, Prefix + "/explain/:code", readers, asksAt((*Server).explain),
		describePages("explain", "What a figure came from, what was left out and why, down to the documents", "The figure with its contributions and exclusions", shown.Explanation{},
			indicatorParameter, inQuery("why_not", textSchema, "The key of a co-operative to ask after."))},
	{http.MethodGet, Prefix + "/vintages/:code", readers, asksAt((*Server).vintages),
		describePages("vintages", "The figure at each size of the ledger at which it changed", "The figure as it became known", shown.Vintages{}, indicatorParameter)},
	{http.MethodGet, Prefix + "/vintages/:code/triangle", readers, asksAt((*Server).triangle),
		describeQuestion("triangle", "The month ends of a year, each as known at month ends from then on", "The revision triangle", shown.Triangle{}, indicatorParameter)},
	{http.MethodGet, Prefix + "/diff", readers, asks((*Server).diff),
		describe("answers", "diff", "Why figures moved between two points",
			example("2023-11-30@1204", needed(inQuery("from", textSchema, "DAY or DAY@KNOWN, where KNOWN is a size, a day or an instant."))),
			example("2023-12-31", needed(inQuery("to", textSchema, ""))), inQuery("code", textsSchema, "An indicator; may be repeated. Without it, all that can be compared.")).
			takes(areaParameters...).takes(formatParameter).inPages(mostRows, mostRows, rowsParameter, "from", "to").
			more("The steps add up exactly, and from B to A they are those from A to B, negated. What happened between the two days is\ntold apart from what lapsed, became known late, was corrected or retracted, or comes of another map or definition.\n").
			asking("The figures at both points, and every step between", shown.Differences{})},
	{http.MethodGet, Prefix + "/problems", readers, asksAt((*Server).problems),
		describePages("problems", "What does not add up among the records", "Problems, in order of code and subject", shown.Checks{})},
	{http.MethodGet, Prefix + "/events", readers, asks((*Server).events),
		describe("browse", "events", "Records, in the order of the ledger, a page at a time",
			inQuery("kind", textSchema, "A kind or its beginning: coop. or coop.established/1."), inQuery("stream", textSchema, "A stream (coop/KEY) or a family (coop)."),
			inQuery("actor", textSchema, "Who recorded."), inQuery("role", textSchema, "As what they recorded."),
			inQuery("search", textSchema, "A text in the record, its source or the name of the co-operative that it is about; accents and case do not matter. A page of a search looks through 20 000 records at most, so it may be short, or empty, and still have a `next`."),
			inQuery("here", flagSchema, "Only what has to do with `place`, and the co-operatives with a seat there."),
			inQuery("about", textSchema, "The key of a co-operative; its own records and those that name it."), inQuery("corrections", flagSchema, "Only corrections."),
			inQuery("late", flagSchema, "Only what was recorded more than 30 days after its valid day."), inQuery("newest", flagSchema, "Newest first, from `from` backwards."),
			fromParameter).takes(pointParams...).takes(formatParameter).inPages(usualPage, mostPage, limitParameter).asking("A page of records", shown.Events{})},
	{http.MethodGet, Prefix + "/events/:record", readers, (*Server).event,
		describe("browse", "event", "One record, what it corrects and what corrects it", recordParameter).
			gives(200, "The record", openapi.Content{mediaJSON: shown.Event{}}).wrong(askingWrong...)},
	{http.MethodGet, Prefix + "/events/:record/touched", readers, asksAt((*Server).touched),
		describeQuestion("touched", "The figures that a record moved when it became known", "Each figure just before and just after", shown.Touched{}, recordParameter)},
	{http.MethodGet, Prefix + "/events/:record/bytes", readers, (*Server).recordBytes,
		describe("browse", "recordBytes", "The canonical bytes of a record", recordParameter).
			more("Just as they are stored and hashed, without a line feed behind them. The hash of the leaf is SHA-256 over a zero byte and these.").
			gives(200, "The bytes", openapi.Content{mediaJSON: anyJSONSchema}).wrong(404, 503)},
	{http.MethodGet, Prefix + "/coops", readers, asksAt((*Server).coops),
		describe("browse", "coops", "Co-operatives at a point, in Vietnamese order of name",
			inQuery("status", oneOfWords("", directory.Statuses...), "Default: registered."),
			inQuery("search", textSchema, "Part of the name, key, tax code or registration; accents and case do not matter."),
			inQuery("all", flagSchema, "Also groups, unions and what is not agricultural."), inQuery("offset", countSchema, "")).
			takes(pointParams...).takes(formatParameter).inPages(usualPage, mostCoops, inQuery("limit", between(1, mostCoops), "How many at most; 100 without it.")).asking("A page of co-operatives", shown.Coops{})},
	{http.MethodGet, Prefix + "/coops/:key", readers, asksAt((*Server).coop),
		describe("browse", "coop", "One co-operative at a point, with everything said about it").takes(pointParams...).takes(formatParameter).asking("The co-operative and its timeline", shown.Card{})},
	{http.MethodGet, Prefix + "/plans", readers, asksAt((*Server).plans),
		describe("browse", "plans", "The plans adopted by a point's day").takes(pointParams...).takes(inQuery("format", oneOfWords("json", "json"), "")).asking("Plans", shown.Plans{})},
	{http.MethodGet, Prefix + "/plans/:key", readers, asksAt((*Server).plan),
		describe("browse", "plan", "One plan as amended by a point's day, with nothing judged").takes(pointParams...).takes(formatParameter).asking("The plan", shown.Plan{})},
	{http.MethodGet, Prefix + "/plans/:key/lint", readers, asksAt((*Server).lint),
		describe("browse", "lint", "What does not add up in a plan").takes(pointParams...).takes(formatParameter).asking("Findings, by rule and by readers' notes", shown.Lint{})},
	{http.MethodGet, Prefix + "/statements", readers, asks((*Server).listStatements),
		describe("audit", "statements", "What was issued, and what became of it", formatParameter).
			inPages(mostPage, mostPage, inQuery("limit", between(1, mostPage, mostPage), "How many at most.")).gives(200, "In order of issue", tableToo(shown.Statements{})).wrong(503)},
	{http.MethodGet, Prefix + "/statements/:key", readers, asks((*Server).statement),
		describe("audit", "statement", "One statement, each figure counted again", formatParameter).
			gives(200, "The figures, and the records that moved them", tableToo(shown.Statement{})).wrong(404, 503)},
	{http.MethodPost, Prefix + "/statements", writers, (*Server).issue,
		describe("audit", "issue", "Issue a statement", keyHeaderOf("statement")).more(issueText).reads(openapi.Content{mediaJSON: statementRequest{}}).writing()},
	{http.MethodGet, Prefix + "/evidence", readers, (*Server).evidence,
		describe("audit", "evidence", "The evidence file of a statement", needed(inQuery("statement", textSchema, "The key of a statement"))).more(evidenceText).
			gives(200, "The file", openapi.Content{mediaText: ""}).wrong(404, 503)},
	{http.MethodGet, Prefix + "/checkpoint", readers, (*Server).checkpoint,
		describe("audit", "checkpoint", "The last signed checkpoint, or the smallest that covers a size", inQuery("size", countSchema, "")).
			gives(200, "A signed note (C2SP tlog-checkpoint), to be passed on byte by byte", openapi.Content{mediaText: ""}).wrong(404, 503)},
	{http.MethodGet, Prefix + "/proofs/inclusion", readers, (*Server).inclusion,
		describe("audit", "inclusion", "That a record is among the first of a size", needed(inQuery("position", countSchema, "")), inQuery("size", countSchema, "Default the last signed size, or all.")).
			gives(200, "RFC 6962 §2.1.1; hashes are base64", openapi.Content{mediaJSON: shown.InclusionProof{}}).wrong(404, 503)},
	{http.MethodGet, Prefix + "/proofs/consistency", readers, (*Server).consistency,
		describe("audit", "consistency", "That the ledger only grew", needed(inQuery("from", countSchema, "")), inQuery("to", countSchema, "Default the last signed size, or all.")).
			gives(200, "RFC 6962 §2.1.2; hashes are base64", openapi.Content{mediaJSON: shown.ConsistencyProof{}}).wrong(404, 503)},
	{http.MethodPost, Prefix + "/commands", writers, (*Server).command,
		describe("commands", "command", "Record one command", keyHeaderOf("command")).more(commandText).reads(openapi.Content{mediaJSON: command{}}).writing()},
	{http.MethodPost, Prefix + "/commands/batch", writers, (*Server).batch,
		describe("commands", "batch", "Record commands in one append, all or none, in order").reads(openapi.Content{mediaJSON: batchCommands}).writing()},
	{http.MethodGet, Prefix + "/requests", readers, asks((*Server).listRequests),
		describe("commands", "requests", "Requests, in the order in which they were made, a page at a time", inQuery("state", oneOfWords("all", directory.RequestStates...), ""),
			fromParameter, knownAtParameter, minSizeParameter).inPages(usualPage, mostPage, limitParameter).more(requestsText).
			gives(200, "A page of requests", openapi.Content{mediaJSON: shown.Requests{}}).wrong(askingWrong...)},
	{http.MethodGet, Prefix + "/requests/:key", readers, asks((*Server).oneRequest),
		describe("commands", "request", "One request, and what became of it", requestKeyParameter, knownAtParameter, minSizeParameter).
			gives(200, "The request", openapi.Content{mediaJSON: shown.OneRequest{}}).wrong(askingWrong...)},
	{http.MethodPost, Prefix + "/requests/:key/approve", writers, (*Server).approve,
		describe("commands", "approveRequest", "Record the command that a request asks for", requestKeyParameter).more(approveText).
			mayRead(openapi.Content{mediaJSON: struct{}{}}).writing(404)},
	{http.MethodPost, Prefix + "/requests/:key/refuse", writers, (*Server).refuse,
		describe("commands", "refuseRequest", "Refuse a request, or take an own one back", requestKeyParameter).reads(openapi.Content{mediaJSON: refusalRequest{}}).writing(404)},
	{http.MethodGet, Prefix + "/templates/:code", readers, (*Server).template,
		describe("commands", "template", "A form to be filled in, with the co-operatives of a place", inPath("code", "The name of a form, such as coop-annual."), asOfParameter, placeParameter,
			inQuery("year", between(1945, 2100), ""), inQuery("unit", textSchema, "Of money; default triệu đồng.")).
			gives(200, "The form", openapi.Content{mediaXLSX: []byte(nil)}).wrong(404)},
	{http.MethodGet, Prefix + "/imports", writers, (*Server).listStaged,
		describe("commands", "listStaged", "The files that one sent and that still wait here, newest first, without their results").
			gives(200, "The files", openapi.Content{mediaJSON: imports.StagedList{}}).wrong()},
	{http.MethodPost, Prefix + "/imports", writers, (*Server).upload,
		describe("commands", "upload", "Send a file (.xlsx, .csv, .ndjson) and have it previewed in the background; nothing is recorded", openapi.Fields(importForm{})...).more(uploadText).
			reads(openapi.Content{mediaMultipart: openapi.Form{Of: uploadForm{}}, "application/octet-stream": []byte(nil), mediaCSV: "", mediaLines: "", mediaXLSX: []byte(nil)}).
			replies(staged(202, "Taken; ask Location how far it is", "Location")).wrong(408, 413, 415, 422, 503)},
	{http.MethodGet, Prefix + "/imports/:id", writers, (*Server).staged,
		describe("commands", "staged", "How far a file is, and what it would do, or did").replies(staged(200, "Where it stands", "")).wrong(404)},
	{http.MethodDelete, Prefix + "/imports/:id", writers, (*Server).drop,
		describe("commands", "drop", "Forget a file that was sent; what is recorded stays").gives(204, "Forgotten", nil).wrong(404, 409)},
	{http.MethodPost, Prefix + "/imports/:id/preview", writers, (*Server).again,
		describe("commands", "preview", "Preview a file once more, with other choices").mayRead(openapi.Content{mediaForm: openapi.Form{Of: importForm{}}}).
			replies(staged(202, "Begun; ask Location how far it is", "Location")).wrong(404, 409, 422)},
	{http.MethodPost, Prefix + "/imports/:id/confirm", writers, (*Server).confirm,
		describe("commands", "confirm", "Record a file that does what its preview says").more(confirmText).mayRead(openapi.Content{mediaForm: openapi.Form{Of: confirmForm{}}}).
			replies(staged(200, "It was recorded before", "Idempotent-Replayed"), staged(201, "Recorded", ""), staged(202, "Being recorded; ask Location how far it is", "Location")).
			wrong(404, 409, 413, 422, 503, 507)},
	{http.MethodGet, Prefix + "/imports/:id/marked", writers, (*Server).markedBack,
		describe("commands", "markedBack", "The workbook back with its mistakes marked").gives(200, "The file", openapi.Content{mediaXLSX: []byte(nil)}).wrong(404, 409)},
	{http.MethodGet, Prefix + "/imports/:id/rest", writers, (*Server).restBack,
		describe("commands", "restBack", "The rows that valid_rows leaves out, as a file that can be mended and sent again").
			gives(200, "The file", openapi.Content{mediaXLSX: []byte(nil), mediaCSV: "", mediaLines: ""}).wrong(404, 409)},
	{http.MethodGet, Prefix + "/imports/:id/report", writers, (*Server).reportBack,
		describe("commands", "reportBack", "What was found, whole, for programs").gives(200, "The file", openapi.Content{mediaJSON: imports.Import{}}).wrong(404, 409)},

	{http.MethodGet, signInPath, everyone, (*Server).signIn,
		describe("operations", "signIn", "The page on which a browser signs in with a token", inQuery("next", textSchema, "An address of this server, where to go then.")).
			gives(200, "The page", openapi.Content{mediaHTML: ""}).gives(303, "No token was ever made: nobody needs to sign in", nil).replies(problemReply(0))},
	{http.MethodPost, signInPath, everyone, (*Server).enter,
		describe("operations", "enter", "Sign a browser in").more(signInText).reads(openapi.Content{mediaForm: openapi.Form{Of: signInForm{}}}).
			gives(303, "Signed in; on to next", nil).gives(401, "The page again: the token does not hold", openapi.Content{mediaHTML: ""}).replies(problemReply(0))},
	{http.MethodPost, signOutPath, everyone, (*Server).leave,
		describe("operations", "leave", "Sign a browser out").gives(303, "Signed out", nil).replies(problemReply(0))},

	{http.MethodPost, "/kiem-toan/tinh-lai", readers, (*Server).startReplay,
		describe("pages", "startReplay", "Count the whole ledger again").more("Begins a replay on the server, one at a time, and leads to its page. It changes nothing.").
			mayRead(openapi.Content{mediaForm: openapi.Form{Of: replayForm{}}}).
			gives(303, "To the page of the replay", nil).
			replies(pageOrProblem(400, "A page that says what was wrong"), pageOrProblem(404, "A page that says what is not there"),
				pageOrProblem(409, "A replay is under way"), pageOrProblem(413, "The ledger is too large for it")).wrong(422, 503)},
	{http.MethodPost, "/kiem-toan/tinh-lai/:id/dung", readers, (*Server).stopReplay,
		describe("pages", "stopReplay", "Stop a replay").gives(303, "To the page of the replay", nil).wrong(413, 422, 503)},
	{http.MethodGet, "/kiem-toan/tinh-lai/:id/tom-luoc", readers, (*Server).replayDigest,
		describe("pages", "replayDigest", "The result of a replay, to be compared with a later one").
			gives(200, "A digest, as htxledger replay --digest reads it", openapi.Content{mediaJSON: anyJSONSchema}).wrong(404, 503)},
	{http.MethodPost, "/kiem-toan/doi-chieu", readers, (*Server).checkEvidence,
		describe("pages", "checkEvidence", "Look at an evidence file").more("The server's own look, which is no independent check. Nothing that is sent is kept.").
			mayRead(openapi.Content{mediaMultipart: openapi.Form{Of: evidenceForm{}}}).
			gives(200, "A page with what was found, good or bad", openapi.Content{mediaHTML: ""}).
			replies(pageOrProblem(400, "A page that says what was wrong"), pageOrProblem(413, "The file is too large")).wrong(503)},
	{http.MethodPost, "/nop-bang", writers, (*Server).uploadPage,
		formOfPage("uploadPage", "Send a file from the page", "On to the file", mediaMultipart)},
	{http.MethodPost, "/nop-bang/:id/xem-lai", writers, (*Server).againPage,
		formOfPage("againPage", "Preview it once more from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/nop-bang/:id/ghi", writers, (*Server).confirmPage,
		formOfPage("confirmPage", "Record it from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/nop-bang/:id/bo", writers, (*Server).dropPage,
		formOfPage("dropPage", "Forget it from the page", "On to the file", mediaForm)},
	{http.MethodPost, "/de-nghi/:key/chap-thuan", writers, (*Server).approvePage,
		formOfPage("approvePage", "Approve it from the page", "On to the request", mediaForm, requestKeyParameter)},
	{http.MethodPost, "/de-nghi/:key/tu-choi", writers, (*Server).refusePage,
		formOfPage("refusePage", "Refuse it from the page", "On to the request", mediaForm, requestKeyParameter)},

	{http.MethodGet, "/openapi.json", everyone, (*Server).openapi,
		describe("operations", "openapi", "This document").gives(200, "This document", openapi.Content{mediaJSON: anyJSONSchema})},
	{http.MethodGet, "/healthz", everyone, (*Server).healthz,
		describe("operations", "healthz", "The process answers").gives(200, "It does", openapi.Content{mediaJSON: health{}})},
	{http.MethodGet, "/readyz", everyone, (*Server).readyz,
		describe("operations", "readyz", "The store is heard, the answers keep up with it, and commands are taken").
			gives(200, "Ready", openapi.Content{mediaJSON: Readiness{}}).gives(503, "Not ready", openapi.Content{mediaJSON: Readiness{}})},
	{http.MethodGet, "/metrics", readers, (*Server).measures,
		describe("operations", "metrics", "Prometheus metrics").gives(200, "Text exposition", openapi.Content{mediaText: ""}).replies(problemReply(401), problemReply(403))},
	{http.MethodGet, "/static/:file", everyone, (*Server).static,
		describe("operations", "static", "A style sheet, script or picture of the pages").gives(200, "The file", openapi.Content{"*/*": ""}).replies(problemReply(0))},
}

func (s *Server) mount() {
	for _, r := range append(pageRoutes(), routes...) {
		handle := s.allowed(r.to, s.placed(r.path, func(c echo.Context) error {
			c.Set(keyRoute, &r)
			return r.handle(s, c)
		}))
		s.echo.Add(r.method, r.path, handle)
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, handle)
		}
	}
}

// pathParameter is a part of the path; a slash that was escaped into it is
// refused with the rest of what is no key.
func pathParameter(c echo.Context, name string) string { return strings.TrimSpace(c.Param(name)) }
