package api

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"htxledger/api/imports"
	"htxledger/api/openapi"
	"htxledger/api/shown"
)

// writeContract writes the OpenAPI document of the routes.
func writeContract() ([]byte, error) {
	var operations []openapi.Operation
	for _, r := range routes {
		o := r.about.Operation
		o.Method, o.Path, o.Public = r.method, r.path, r.to == everyone
		operations = append(operations, o)
	}
	return openapi.Write(contractHead, operations)
}

func (s *Server) openapi(c echo.Context) error {
	document, err := s.contract()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", document)
}

// contractHead is the document beside its operations.
var contractHead = openapi.Object{
	"openapi": "3.0.3",
	"info": openapi.Object{
		"title": "htxledger", "version": "1", "license": openapi.Object{"name": "see the repository"}, "description": contractText,
	},
	"security": []openapi.Object{{"bearer": []string{}}, {"basic": []string{}}, {"cookie": []string{}}, {}},
	"tags": []openapi.Object{
		{"name": "answers", "description": "Figures and targets at a point"},
		{"name": "browse", "description": "Records, co-operatives and plans"},
		{"name": "audit", "description": "Statements, checkpoints and proofs; the proof of all of it is an evidence file"},
		{"name": "commands", "description": "The only way in"},
		{"name": "pages", "description": "What the forms of the pages send"},
		{"name": "operations", "description": "For those who run it"},
	},
	"components": openapi.Object{"securitySchemes": openapi.Object{
		"bearer": openapi.Object{"type": "http", "scheme": "bearer", "description": "A token (htx_…)"},
		"basic":  openapi.Object{"type": "http", "scheme": "basic", "description": "The token as the password, with any name."},
		"cookie": openapi.Object{"type": "apiKey", "in": "cookie", "name": "htxledger",
			"description": "What signing in at /vao leaves; __Host-htxledger under TLS."},
	}},
}

const contractText = `An immutable ledger about agricultural co-operatives (HTX), and the targets of a provincial plan recomputed as of
any day, as known on any day.

Every question has a **point**: the valid day (` + "`as_of`" + `), what was known (` + "`known_at`" + `, which becomes a size of the
ledger once), the place, the map day, the period and the classification scheme. Every answer names its point in full;
asked again with ` + "`known_at=@SIZE`" + ` it gives the same numbers for ever. Such an answer carries a strong ` + "`ETag`" + ` and may be
cached; one that later records may change is ` + "`no-store`" + `. Where a signed checkpoint covers the point, the point names
the smallest one; as long as none does on a server that knows a journal, the answer is to be asked for again with its tag.

How far an answer may be behind the ledger stands in the headers of every reply to a question: ` + "`Htxledger-Size`" + ` (the
records answered from), ` + "`Htxledger-Lag`" + ` (records beyond those that are known to be there) and, where the store of the
ledger is away, ` + "`Htxledger-Stale: true`" + ` with ` + "`Htxledger-Stale-Since`" + `, when it was last heard. ` + "`Htxledger-Held`" + ` names the code
why the ledger is not what was signed for it; nothing is recorded then. At an open point all but that
stand in the point too (` + "`freshness`" + `). A pinned answer does not change with them: a cache gives the headers of when it took
the reply.

Measured numbers are exact and come as strings (` + "`\"10900/7\"`" + `). A value that is absent is no data, never 0.

Errors are ` + "`application/problem+json`" + ` (RFC 9457) with a stable ` + "`code`" + `, sentences in English and Vietnamese, and an
` + "`outcome`" + `: with every 4xx nothing was recorded; where it is ` + "`unknown`" + `, send the same command again with the same key.

On a loopback address, as long as no token was ever made, the local user is who asks. Everywhere else every route but
` + "`/healthz`, `/readyz`, `/openapi.json`, `/static` and the door (`/vao`, `/ra`)" + ` needs a token: in ` + "`Authorization`" + `, or in the
cookie of a browser that has signed in at ` + "`/vao`" + `.
`

// Media types of the contract.
const (
	mediaJSON      = "application/json"
	mediaProblem   = "application/problem+json"
	mediaCSV       = "text/csv"
	mediaXLSX      = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaDOCX      = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	mediaHTML      = "text/html"
	mediaText      = "text/plain"
	mediaLines     = "application/x-ndjson"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
)

// Schemas of parameters.
var (
	textSchema    = openapi.Object{"type": "string"}
	flagSchema    = openapi.Object{"type": "boolean"}
	countSchema   = openapi.Object{"type": "integer", "minimum": 0}
	textsSchema   = openapi.Object{"type": "array", "items": textSchema}
	keySchema     = openapi.Object{"type": "string", "minLength": 1, "maxLength": 200}
	anyJSONSchema = openapi.Object{"type": "object"}
	sizeTagSchema = openapi.Object{"type": "string", "pattern": sizeTag.String()}
)

// inQuery is a parameter of one operation.
func inQuery(name string, schema openapi.Object, description string) openapi.Parameter {
	return openapi.Parameter{In: "query", Name: name, Schema: schema, Description: description}
}

// inPath is a variable of the path that needs a word.
func inPath(name, description string) openapi.Parameter {
	return openapi.Parameter{In: "path", Name: name, Schema: textSchema, Description: description, Required: true}
}

// requireParameter is a parameter without which there is no answer.
func requireParameter(p openapi.Parameter) openapi.Parameter {
	p.Required = true
	return p
}

// sharedAs is a parameter of several operations, with the name that it has among
// the components.
func sharedAs(name string, p openapi.Parameter) openapi.Parameter {
	p.Shared = name
	return p
}

// withExample is a parameter with an example.
func withExample(text string, p openapi.Parameter) openapi.Parameter {
	p.Example = text
	return p
}

// oneOfWords is the schema of a word among others; the default is "" for none.
func oneOfWords(otherwise string, words ...string) openapi.Object {
	o := openapi.Object{"type": "string", "enum": words}
	if otherwise != "" {
		o["default"] = otherwise
	}
	return o
}

// wholeNumberBetween is the schema of a whole number; otherwise is its default.
func wholeNumberBetween(least, most int, otherwise ...int) openapi.Object {
	o := openapi.Object{"type": "integer", "minimum": least, "maximum": most}
	if len(otherwise) > 0 {
		o["default"] = otherwise[0]
	}
	return o
}

// Parameters of several operations.
var (
	asOfParameter    = sharedAs("AsOf", withExample("2023-12-31", inQuery("as_of", textSchema, "The valid day, YYYY-MM-DD or dd/mm/yyyy; default today (Việt Nam).")))
	knownAtParameter = sharedAs("KnownAt", withExample("@1204", inQuery("known_at", textSchema, "What was known: a day (to its end in Việt Nam), an RFC 3339 instant or @SIZE; default now.")))
	placeParameter   = sharedAs("Place", inQuery("place", textSchema, "The code of a place; default the ledger's own."))
	areaParameters   = []openapi.Parameter{
		placeParameter,
		sharedAs("Map", inQuery("map", textSchema, "The day of the map; default the valid day.")),
		sharedAs("Period", inQuery("period", textSchema, "year (default), statistical-year, or a first day.")),
		sharedAs("Scheme", inQuery("scheme", textSchema, "A classification scheme (tt09-2017, tt01-2020); default what policies chose.")),
		minSizeParameter,
	}
	minSizeParameter = sharedAs("MinSize", inQuery("min_size", countSchema, "Wait at most two seconds until the answers hold so many records."))
	pointParams      = append([]openapi.Parameter{asOfParameter, knownAtParameter}, areaParameters...)
	formatParameter  = sharedAs("Format", inQuery("format", oneOfWords("json", "json", "csv", "excel-csv", "xlsx"),
		"json; or the same as a table: csv for programs, excel-csv (byte order mark, semicolons, Vietnamese words) or xlsx for people."))
	limitParameter  = sharedAs("Limit", inQuery("limit", wholeNumberBetween(1, mostPage, usualPage), ""))
	rowsParameter   = sharedAs("Rows", inQuery("limit", wholeNumberBetween(1, mostRows, mostRows), "How many rows at most, over all lists of the answer."))
	cursorParameter = sharedAs("Cursor", inQuery("cursor", textSchema, "The page.next of the page before, with the other parameters as they were. "+
		"It holds the sizes and days at which the first page was answered and puts them in the place of known_at and as_of (or from and to), so that all pages are of one prefix."))
	fromParameter       = inQuery("from", countSchema, "The first position of the page: `next` of the page before.")
	codesParameter      = inQuery("code", textsSchema, "An indicator; may be repeated. Without it, the whole catalogue.")
	planParameter       = inQuery("plan", textSchema, "The key of a plan. Without it, the plan of the year of the valid day.")
	indicatorParameter  = sharedAs("IndicatorCode", inPath("code", "The code of an indicator, such as coops.registered."))
	requestKeyParameter = sharedAs("RequestKey", inPath("key", "The key of a request."))
	receiptParameter    = sharedAs("Receipt", inPath("receipt", "The receipt of an import, SHA256@FIRST-LAST, or the SHA-256 of the file for all that it made."))
	recordParameter     = inPath("record", "A position or an id.")
	ifMatchParameter    = sharedAs("IfMatch", openapi.Parameter{In: "header", Name: ifMatchHeader, Schema: sizeTagSchema,
		Description: "For corrections: record them only if nothing was recorded about the corrected facts since the ledger had this size, which `Htxledger-Size` says; else 412 `fact-changed`."})
	dryRunParameter = sharedAs("DryRun", inQuery("dry_run", flagSchema, "Say what would be recorded and record nothing."))
)

// keyHeaderOf is the header that stands for the key of a body.
func keyHeaderOf(what string) openapi.Parameter {
	return openapi.Parameter{In: "header", Name: keyHeader, Schema: keySchema,
		Description: "Stands for the " + what + "'s `key` where that is missing, and must equal it where it is not."}
}

// The statuses of refusals: of every route that needs a token, of a question, and
// of a write.
var (
	alwaysWrong  = []int{400, 401, 403, 500}
	askingWrong  = []int{404, 422, 503}
	writingWrong = []int{408, 409, 412, 413, 415, 422, 503, 507}
)

// problemReply is the reply with a problem; status 0 stands for every status without
// a reply of its own.
func problemReply(status int) openapi.Reply {
	return openapi.Reply{Shared: "Problem", Status: status, Description: "What is wrong", Content: openapi.Content{mediaProblem: shown.Problem{}}}
}

// An about is the documentation of a route, built up in the table of routes.
type about struct {
	openapi.Operation
	usual, longest int64    // of its pages, in rows; 0 where it has none
	points         []string // parameters a cursor of it stands for; none: as_of and known_at
}

// queryNames are the names of the parameters a route takes in its query.
func (a about) queryNames() []string {
	var names []string
	for _, p := range a.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return names
}

// inPages documents an answer in pages, of so many rows at most and, unless
// the question says otherwise, of the usual number.
func (a about) inPages(usual, longest int64, limit openapi.Parameter, points ...string) about {
	a.usual, a.longest, a.points = usual, longest, points
	return a.addParameters(limit, cursorParameter)
}

// describe begins the documentation of a route: tag, operation id and summary.
func describe(tag, id, summary string, parameters ...openapi.Parameter) about {
	return about{Operation: openapi.Operation{Tag: tag, ID: id, Summary: summary, Parameters: parameters}}
}

// explain adds a description to the summary.
func (a about) explain(text string) about {
	a.Description = text
	return a
}

// addParameters adds parameters to the documentation of a route.
func (a about) addParameters(parameters ...openapi.Parameter) about {
	a.Parameters = append(a.Parameters[:len(a.Parameters):len(a.Parameters)], parameters...)
	return a
}

// setBody documents the body of a request.
func (a about) setBody(body openapi.Content) about {
	a.Body = body
	return a
}

// mayRead is setBody for a body that may be missing.
func (a about) mayRead(body openapi.Content) about {
	a.BodyOptional = true
	return a.setBody(body)
}

// addReply documents a reply of a route.
func (a about) addReply(status int, what string, content openapi.Content) about {
	return a.addReplies(openapi.Reply{Status: status, Description: what, Content: content})
}

// addReplies documents whole replies of a route.
func (a about) addReplies(replies ...openapi.Reply) about {
	a.Replies = append(a.Replies, replies...)
	return a
}

// addRefusals says with which statuses a route refuses, beside those of every route that
// needs a token.
func (a about) addRefusals(statuses ...int) about {
	for _, status := range slices.Concat(alwaysWrong, statuses) {
		if !slices.ContainsFunc(a.Replies, func(r openapi.Reply) bool { return r.Status == status }) { // the reply may be a page
			a.Replies = append(a.Replies, problemReply(status))
		}
	}
	return a
}

// describeQuestion documents a question: its reply, which may be cached, and its
// refusals. Where it has the parameter format, the reply is a table too.
func (a about) describeQuestion(what string, reply any) about {
	content := openapi.Content{mediaJSON: reply}
	if slices.ContainsFunc(a.Parameters, func(p openapi.Parameter) bool { return p.Shared == "Format" }) {
		content = tableToo(reply)
	}
	return a.addReplies(
		openapi.Reply{Status: 200, Description: what, Content: content,
			Headers: map[string]string{"ETag": "Present where the same address will give the same answer for ever."}},
		openapi.Reply{Shared: "NotModified", Status: 304, Description: "The answer has the ETag that If-None-Match names"},
	).addRefusals(askingWrong...)
}

// describeQuestion describes a route that answers at a point, as JSON or as a table.
func describeQuestion(id, summary, what string, reply any, parameters ...openapi.Parameter) about {
	return describe("answers", id, summary, parameters...).addParameters(pointParams...).addParameters(formatParameter).describeQuestion(what, reply)
}

// describePages is describeQuestion for an answer that comes in pages.
func describePages(id, summary, what string, reply any, parameters ...openapi.Parameter) about {
	return describe("answers", id, summary, parameters...).addParameters(pointParams...).
		addParameters(formatParameter).inPages(mostRows, mostRows, rowsParameter).describeQuestion(what, reply)
}

// describeWrite documents a route that records: its receipt, and further
// refusals.
func (a about) describeWrite(moreWrong ...int) about {
	receipt := openapi.Content{mediaJSON: shown.Receipt{}}
	return a.addParameters(dryRunParameter, ifMatchParameter).addReplies(
		openapi.Reply{Shared: "DryReceipt", Status: 200, Description: "What would be recorded", Content: receipt},
		openapi.Reply{Shared: "Receipt", Status: 201, Description: "What became of the commands", Content: receipt, Headers: map[string]string{
			"Location": "The first record.", "Idempotent-Replayed": "true where every command had been recorded before."}},
	).addRefusals(slices.Concat(moreWrong, writingWrong)...)
}

// formOfPage documents a form of a page: the reply leads on, or is the page
// again.
func formOfPage(id, summary, onTo, media string, parameters ...openapi.Parameter) about {
	return describe("operations", id, summary, parameters...).mayRead(openapi.Content{media: anyJSONSchema}).
		addReply(303, onTo, nil).addReply(400, "The page again, with what was wrong", openapi.Content{mediaHTML: ""}).addReplies(problemReply(0))
}

// tableToo is the content of a reply that is a table too.
func tableToo(reply any) openapi.Content {
	return openapi.Content{mediaJSON: reply, mediaCSV: "", mediaXLSX: []byte(nil)}
}

// pageOrProblem is a reply that is a page in a browser and a problem elsewhere.
func pageOrProblem(status int, what string) openapi.Reply {
	return openapi.Reply{Status: status, Description: what, Content: openapi.Content{mediaHTML: "", mediaProblem: shown.Problem{}}}
}

// A command is a record without what the ledger adds, as it is sent.
type command struct {
	Key      string          `json:"key,omitempty" doc:"The sender's own name for the command, 1 to 200 bytes; sent again, it records nothing."`
	Stream   string          `json:"stream" doc:"family/key" example:"coop/htx-a"`
	Kind     string          `json:"kind" example:"coop.established/1"`
	Valid    string          `json:"valid,omitempty" doc:"YYYY-MM-DD, YYYY-MM or YYYY; the day from which the fact holds."`
	Actor    *shown.Actor    `json:"actor,omitempty"`
	Source   *shown.Source   `json:"source,omitempty"`
	Corrects *correction     `json:"corrects,omitempty" doc:"The record that a correction is about, by its command's key or its id."`
	Data     json.RawMessage `json:"data,omitempty" doc:"The members of the kind."`
}

// Describe is for the contract.
func (command) Describe() string {
	return "A record without what the ledger adds (DESIGN §5). The actor is who sends it."
}

// A correction names the record a command corrects, and why.
type correction struct {
	Key    string `json:"key,omitempty"`
	ID     string `json:"id,omitempty" format:"uuid"`
	Reason string `json:"reason" enum:"typo late source-changed duplicate other"`
	Note   string `json:"note,omitempty"`
}

// batchCommands is the body of a batch.
var batchCommands = openapi.Object{
	"type": "object", "additionalProperties": false, "required": []string{"commands"},
	"properties": openapi.Object{"commands": openapi.Object{
		"type": "array", "minItems": 1, "maxItems": maxCommands, "items": openapi.Object{"$ref": "#/components/schemas/Command"},
	}},
}

// An importForm holds the form fields sent beside an imported file.
type importForm struct {
	Name      string   `json:"name,omitempty"`
	Form      string   `json:"form,omitempty" doc:"Of a file that does not name its own."`
	Numbers   string   `json:"numbers,omitempty" enum:"vi en space plain"`
	Unit      string   `json:"unit,omitempty" doc:"Of money columns that say none: đồng, nghìn, triệu, tỷ."`
	Separator string   `json:"separator,omitempty" doc:"Of CSV: comma, semicolon or tab; default as the headings have it."`
	Sheet     []string `json:"sheet,omitempty" doc:"Only these sheets of a workbook."`
	Column    []string `json:"column,omitempty" doc:"HEADING=column, or HEADING=- to leave it out."`
	Answer    []string `json:"answer,omitempty" doc:"QUESTION=ANSWER, to what the file asks: rows=pass, dash=zero, dash=blank, shown=shown, shown=stored, font=convert, font=keep, days=swap, days=keep."`
	Hidden    string   `json:"hidden,omitempty" enum:"true false"`
	ValidRows string   `json:"valid_rows,omitempty" enum:"true false" doc:"Record the rows that are right and leave the others."`
	Requests  string   `json:"requests,omitempty" enum:"true false" doc:"Ask, with request.made/1, for what may not be recorded alone (both-sides, second-person); the other rows are recorded."`
	Others    string   `json:"others,omitempty" enum:"true false" doc:"Co-operatives of the same name are other ones."`
	Reason    string   `json:"reason,omitempty" doc:"Why rows change what is recorded."`
	Note      string   `json:"note,omitempty" doc:"The reason in words."`
	OtherDay  string   `json:"other_day,omitempty" enum:"renewal correction" doc:"What rows mean that repeat a fact on another day: it is renewed, or its day is mended."`
	Rows      string   `json:"rows,omitempty" doc:"How many rows with data there must be."`
	AsOf      string   `json:"as_of,omitempty" doc:"The day on which the effect on the plan is asked."`
	Plan      string   `json:"plan,omitempty"`
}

// An uploadForm holds an imported file and the form fields sent beside it.
type uploadForm struct {
	File []byte `json:"file"`
	importForm
}

// A confirmForm answers the questions of a preview.
type confirmForm struct {
	Reason   string `json:"reason,omitempty"`
	Note     string `json:"note,omitempty"`
	Others   string `json:"others,omitempty" enum:"true false"`
	OtherDay string `json:"other_day,omitempty" enum:"renewal correction"`
}

// An undoForm says how an import is taken back.
type undoForm struct {
	Reason  string `json:"reason,omitempty"`
	Note    string `json:"note,omitempty"`
	Leave   string `json:"leave,omitempty" enum:"true false"`
	Orphans string `json:"orphans,omitempty" enum:"true false"`
	Seen    string `json:"seen,omitempty"`
}

// describeFileReply is a reply about a file worked on in the background; header is
// one that it has, or "".
func describeFileReply(status int, what, header string) openapi.Reply {
	r := openapi.Reply{Status: status, Description: what, Content: openapi.Content{mediaJSON: imports.Staged{}}}
	if header != "" {
		r.Headers = map[string]string{header: ""}
	}
	return r
}

// A signInForm is the form of the sign-in page.
type signInForm struct {
	Code string `json:"code"`
	Next string `json:"next,omitempty"`
}

// A replayForm is what the page sends that begins a replay.
type replayForm struct {
	AsOf   string `json:"as_of,omitempty"`
	Known  string `json:"known_at,omitempty"`
	Place  string `json:"place,omitempty"`
	Period string `json:"period,omitempty"`
	Scheme string `json:"scheme,omitempty"`
}

// An evidenceForm is an evidence file with the trusted keys.
type evidenceForm struct {
	Keys string `json:"keys,omitempty"`
	File []byte `json:"file,omitempty"`
}

// The longer descriptions of operations.
const (
	issueText = `Counts the figures and records them with the root of the records that they follow from. Only alliance and admin issue,
and nobody issues figures that would be others without the records of their account (` + "`statement-issuer-moved`" + `). A request with the key of a statement
that is there and without ` + "`known_at`" + ` is counted at that one's size, so that the same request again records nothing.
`
	evidenceText = `All that htxverify needs to check a statement without this server: the records, a signed checkpoint that covers the
statement, and the statement (docs/audit.md). A server signs nothing: where no checkpoint covers the statement there is
no evidence yet.
`
	commandText = `The answer comes once the record is durable and the answers hold it. The same command again records nothing and
gets the same status and results, ` + "`repeated`, with `Idempotent-Replayed: true`" + `; the same key with another content is
refused for ever.
`
	requestsText = `Some commands need two people or both sides of a move (docs/access.md). One of them asks with ` + "`request.made/1`" + `, through
` + "`/api/v1/commands`" + `; another approves or refuses.
`
	approveText = `The command is taken from the request, under the key ` + "`request/KEY`" + ` and by the account that approves. The same approval
again records nothing and gets the same receipt.
`
	uploadText = `The file is kept on the server, for whoever sent it alone, until it is confirmed or dropped, or an hour passed since
somebody asked for it. It outlives a restart of the server that took it. Limits: 10 MiB a file, eight files a person, forty in all, 128 MiB with
their previews; one more of a person puts their oldest out.
`
	undoText = `Every record of the import is retracted, newest first, under the key ` + "`undo/RECEIPT/ID`" + `; sent again, what was cut is completed. Records that somebody
decided about since are refused as ` + "`undo-kept`" + `, or left out with ` + "`leave`" + `; facts of others that would lose what they are about are refused as
` + "`undo-orphans`" + `, or accepted with ` + "`orphans`" + `. ` + "`seen`" + ` of the preview holds to what it showed (` + "`undo-differs`" + `). Afterwards the file can be handed in again.
`
	confirmText = `It is tried again. Where its rows, or the verdicts of targets, would come out otherwise than the preview said, nothing is recorded: 409
` + "`import-differs` or `import-effect-differs`" + `, and there is a new preview. A reason and others answer what the preview asked. Sent again
after it is recorded, it gives the receipt again. 202 where recording takes longer than a client should wait; ask again.
`
	signInText = `Sets a cookie (HttpOnly, SameSite=Strict; Secure where the request came by TLS, or a proxy says so by
` + "`X-Forwarded-Proto: https`" + `) that holds the token for at most twelve hours. It opens the pages and the API to
requests of this origin, as long as the token holds.
`
)
