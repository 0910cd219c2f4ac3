package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/access"
	"htxledger/api/report/reporttest"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/register"
	"htxledger/domain/request"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
	"htxledger/projections/feed"
)

// A restless ledger takes one more record at every look at it: at the clock, at
// the feed, and at the size of its projection. A reply that looks twice for what
// "now" is speaks of two ledgers.
type restless struct {
	*asof.Projection
	mu    sync.Mutex
	rest  []*ledger.Record // still to come
	still bool             // it takes none
	sizes int              // looks at the size
	clock calendar.Instant
}

func (r *restless) look() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.still || len(r.rest) == 0 {
		return
	}
	copied := *r.rest[0]
	if err := r.Apply(&copied); err != nil {
		panic(err)
	}
	r.rest = r.rest[1:]
}

func (r *restless) now() calendar.Instant {
	r.look()
	return r.clock
}

func (r *restless) Size() ledger.Position {
	n := r.Projection.Size()
	r.mu.Lock()
	r.sizes++
	r.mu.Unlock()
	r.look()
	return n
}

// The feed of a restless ledger.
func (r *restless) Await(context.Context, ledger.Position) error { return nil }
func (r *restless) Err() error                                   { return nil }
func (r *restless) Freshness() feed.Freshness {
	n := r.Projection.Size()
	r.look()
	return feed.Freshness{Size: n, Heard: time.Unix(0, 0)}
}

// growing is a ledger with a plan, statements and requests, and how many of its
// records there are before it grows.
func growing(t *testing.T) (h *reporttest.House, begun ledger.Position) {
	h = reporttest.New(t, reporttest.Story)
	h.Tell(`@ 2024-01-02
coop/b coop.members-counted/1 2023-06-30 {"official":21}
ocop/sp ocop.rated/1 2023-07-01 {"product":"sp","owner":"a"}`)
	h.Follow()
	h.Issue("cuoi-nam", "31/12/2023")
	ask := func(key string) {
		d := h.Draft(`coop/a coop.renamed/1 2023-12-01 {"name":"HTX Mới"}`)
		asked, err := request.Ask(key, d, calendar.OnDay(h.Now.DayIn()))
		require.NoError(t, err)
		asked.Actor = &ledger.Actor{ID: "can-bo", Role: "officer"}
		_, err = h.Send(asked)
		require.NoError(t, err)
	}
	ask("dn-0")
	begun = ledger.Position(len(h.Records()))
	for i := range 400 {
		switch {
		case i%50 == 49:
			h.Follow()
			p, err := h.Answers.Head().Resolve(answers.Query{AsOf: "31/12/2023"})
			require.NoError(t, err)
			d, err := h.Statements.Draft(p, answers.Issue{Title: "Số liệu", Key: fmt.Sprint("bc-", i), Actor: &ledger.Actor{ID: "lmhtx", Role: "alliance"}})
			require.NoError(t, err)
			_, err = h.Send(d)
			require.NoError(t, err)
		case i%8 == 7:
			ask(fmt.Sprint("dn-", i))
		case i%4 == 0:
			h.Tell(fmt.Sprintf(`coop/x%d coop.established/1 2023-02-01 {"name":"HTX X %d"}`, i, i))
		case i%4 == 1:
			h.Tell(fmt.Sprintf(`coop/x%d coop.members-counted/1 2023-06-30 {"official":%d}`, i-1, 10+i))
		case i%4 == 2:
			h.Tell(fmt.Sprintf(`coop/x%d coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":%d000000}`, i-2, 100+i))
		default:
			h.Tell(fmt.Sprintf(`coop/x%d coop.linked/1 2023-05-01 {"contract":"HĐ %d"}`, i-3, i))
		}
	}
	return h, begun
}

// serverOf is a server over the first n records of a ledger, to which the others
// come at every look, or do not.
func serverOf(t *testing.T, h *reporttest.House, n ledger.Position, still bool) (*Server, *restless) {
	t.Helper()
	return serverOver(t, h, h.Records(), n, still)
}

// serverOver is serverOf with the records of the ledger already read.
func serverOver(t *testing.T, h *reporttest.House, records []*ledger.Record, n ledger.Position, still bool) (*Server, *restless) {
	t.Helper()
	r := &restless{Projection: asof.New(), rest: records, clock: h.Now}
	for range n {
		r.look()
	}
	r.still = still
	tokens, err := access.Open(t.TempDir() + "/tokens.json")
	require.NoError(t, err)
	log := h.World.Log // of a restless ledger it is ahead of all that is answered
	if still {
		log = ledgertest.NewMemory()
		for _, x := range records[:n] {
			require.NoError(t, log.Append(t.Context(), x.Position, register.EntryOf(x)))
		}
	}
	service := answers.New(r, r.now)
	s := New(Deps{
		Answers: service, Directory: directory.New(r.Projection), Projection: r.Projection, Recorder: h.Recorder, Log: log, Feed: r,
		Gate: access.NewGate(tokens, ledger.Actor{ID: "local", Role: "admin"}), Now: r.now,
	})
	t.Cleanup(s.Close)
	return s, r
}

// unasked are the GET routes that tell nothing of the ledger's records, or, as
// readiness and what the undoing of an import comes to, tell how it stands at the
// moment itself.
var unasked = []string{Prefix + "/receipts/:receipt", "/nop-bang/bien-nhan/:receipt", "/readyz", "/metrics", "/healthz", "/openapi.json", "/static/:file", signInPath}

// asking are the addresses at which each GET route is held to one size. A route
// that is neither here nor in unasked fails the test.
var asking = map[string][]string{
	Prefix + "/indicators":              {"", "?as_of=31/12/2023", "?known_at=2023-12-31&as_of=31/12/2023"},
	Prefix + "/indicators/:code":        {"/coops.registered", "/members.total?as_of=31/12/2023&place=dak-mil"},
	Prefix + "/targets":                 {"?as_of=31/12/2023", "?as_of=30/11/2023&plan=kh"},
	Prefix + "/report":                  {"?as_of=31/12/2023", "?as_of=31/12/2023&format=html", "?statement=cuoi-nam"},
	Prefix + "/explain/:code":           {"/coops.registered", "/members.total?why_not=b"},
	Prefix + "/vintages/:code":          {"/coops.registered?as_of=31/12/2023", "/coops.registered?limit=3"},
	Prefix + "/vintages/:code/triangle": {"/members.total/triangle?as_of=31/12/2023"},
	Prefix + "/diff":                    {"?from=2023-01-01&to=2023-12-31", "?from=2023-12-31@2023-12-31&to=2023-12-31&code=members.total&limit=2"},
	Prefix + "/problems":                {""},
	Prefix + "/events":                  {"", "?newest=true&limit=5", "?search=ho&here=true&place=dak-mil"},
	Prefix + "/events/:record":          {"/20"},
	Prefix + "/events/:record/touched":  {"/20/touched?as_of=31/12/2023"},
	Prefix + "/events/:record/bytes":    {"/20/bytes", "/100000/bytes"},
	Prefix + "/coops":                   {"", "?limit=2"},
	Prefix + "/coops/:key":              {"/a", "/khong-co"},
	Prefix + "/plans":                   {"?as_of=31/12/2023"},
	Prefix + "/plans/:key":              {"/kh?as_of=31/12/2023"},
	Prefix + "/plans/:key/lint":         {"/kh/lint?as_of=31/12/2023"},
	Prefix + "/statements":              {"", "?limit=1"},
	Prefix + "/statements/:key":         {"/cuoi-nam"},
	Prefix + "/evidence":                {"?statement=cuoi-nam"},
	Prefix + "/checkpoint":              {""},
	Prefix + "/proofs/inclusion":        {"?position=3"},
	Prefix + "/proofs/consistency":      {"?from=3"},
	Prefix + "/requests":                {"", "?limit=1"},
	Prefix + "/requests/:key":           {"/dn-0"},
	Prefix + "/templates/:code":         {"/coop-annual?year=2023"},
	Prefix + "/imports":                 {""},
	Prefix + "/imports/:id":             {"/khong"},
	Prefix + "/imports/:id/marked":      {"/khong/marked"},
	Prefix + "/imports/:id/rest":        {"/khong/rest"},
	Prefix + "/imports/:id/report":      {"/khong/report"},

	"/kiem-toan/tinh-lai/:id/tom-luoc": {"/khong/tom-luoc"},

	"/":                       {"", "?as_of=31/12/2023", "?as_of=31/12/2023&known_at=31/12/2023", "?as_of=31/12/2025", "?as_of=x"},
	"/so-sanh":                {"", "?a_as_of=1/1/2023&b_as_of=31/12/2023", "?a_as_of=1/1/2023&b_as_of=31/12/2023&code=members.total", "?a_as_of=31/12/2023&a_known_at=31/12/2023&b_as_of=31/12/2023&code=coops.registered", "?a_as_of=x"},
	"/dien-bien":              {"", "?as_of=31/12/2023&search=vien"},
	"/dien-bien/:code":        {"/coops.registered", "/members.total?as_of=31/12/2023&by=month", "/members.total?as_of=31/12/2023&by=statement&place=dak-mil"},
	"/bao-cao":                {"?as_of=31/12/2023", "?statement=cuoi-nam"},
	"/bao-cao/lap":            {"?as_of=31/12/2023", "?as_of=31/12/2020"},
	"/vi-sao":                 {"?as_of=31/12/2023", "?as_of=31/12/2023&htx=a"},
	"/vi-sao/:code":           {"/coops.registered?as_of=31/12/2023", "/members.total?as_of=31/12/2023&htx=b", "/reports.received?as_of=31/12/2023", "/coops.registered?htx=x"},
	"/dia-ban":                {"", "?as_of=31/12/2023", "?as_of=31/12/2023&level=lowest&code=members.total&sort=-members.total", "?place=dak-mil"},
	"/htx":                    {"", "?status=any&all=1&q=x", "?place=dak-mil"},
	"/htx/:key":               {"/a", "/a?as_of=31/12/2023&order=oldest", "/x0", "/gan-giong"},
	"/so":                     {"", "?live=1", "?q=x", "?from=20", "?place=dak-mil&marks=late"},
	"/so/:record":             {"/20", "/20?as_of=31/12/2023&bears=1"},
	"/kiem-toan":              {""},
	"/kiem-toan/bao-cao/:key": {"/cuoi-nam"},
	"/kiem-toan/tinh-lai/:id": {"/khong"},
	"/kiem-toan/nhat-quan":    {"", "?from=3"},
	"/nop-bang":               {""},
	Prefix + "/receipts":      {""},
	"/nop-bang/bien-nhan":     {""},
	"/nop-bang/mau":           {"", "?form=coop-annual&year=2023"},
	"/nop-bang/:id":           {"/khong"},
	"/de-nghi":                {"", "?state=open"},
	"/de-nghi/:key":           {"/dn-0", "/khong"},
}

// addressesOf are the addresses at which a route is asked.
func addressesOf(t *testing.T, path string) (list []string) {
	base, _, _ := strings.Cut(path, "/:")
	require.Contains(t, asking, path, "how is this route held to one size?")
	for _, rest := range asking[path] {
		list = append(list, base+rest)
	}
	return list
}

// Whatever comes to a ledger while a reply is made, all of the reply is that of
// one size, the one that its header names: a server over just so many records
// replies with the same bytes.
func TestEveryReplyIsOfOneSize(t *testing.T) {
	h, begun := growing(t)
	for _, r := range append(pageRoutes(), routes...) {
		if r.method != http.MethodGet || slices.Contains(unasked, r.path) {
			continue
		}
		for _, to := range addressesOf(t, r.path) {
			t.Run(to, func(t *testing.T) {
				s, growth := serverOf(t, h, begun, false)
				got := askServer(s, to)
				size, err := strconv.ParseInt(got.Header().Get(headerSize), 10, 64)
				require.NoError(t, err)
				require.NotEmpty(t, growth.rest, "it grew through the whole reply")
				require.Equal(t, 1, growth.sizes, "looks at the size")
				same, _ := serverOf(t, h, ledger.Position(size), true)
				requireSameReply(t, askServer(same, to), got)
			})
		}
	}
}

func askServer(s *Server, to string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, (&url.URL{Scheme: "http", Host: "localhost"}).String()+to, nil)
	r.Header.Set("X-Request-Id", "one")
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// requireSameReply holds a reply to the one that is wanted, headers included.
func requireSameReply(t *testing.T, want, got *httptest.ResponseRecorder) {
	t.Helper()
	require.Equal(t, want.Code, got.Code, got.Body.String())
	require.Equal(t, want.Header(), got.Header())
	if a, b := want.Body.String(), got.Body.String(); a != b {
		lines, others := strings.Split(a, "\n"), strings.Split(b, "\n")
		for i := range lines {
			require.Less(t, i, len(others))
			require.Equal(t, lines[i], others[i], "line %d", i+1)
		}
		require.Equal(t, len(lines), len(others))
	}
}

// lagOf is how far an answer says that it is behind.
var lagOf = regexp.MustCompile(`"lag": ?\d+`)

// What three writers record meanwhile moves no reply: each is that of the size that
// its header names.
func TestRepliesUnderThreeWriters(t *testing.T) {
	h, _ := growing(t)
	proj := asof.New()
	tokens, err := access.Open(t.TempDir() + "/tokens.json")
	require.NoError(t, err)
	follower := feed.Follow(h.World.Log, feed.Options{}, proj)
	t.Cleanup(follow(follower))
	now := func() calendar.Instant { return h.Now }
	s := New(Deps{
		Answers: answers.New(proj, now), Directory: directory.New(proj), Projection: proj, Recorder: h.Recorder, Log: h.World.Log, Feed: follower,
		Gate: access.NewGate(tokens, ledger.Actor{ID: "local", Role: "admin"}), Now: now,
	})
	t.Cleanup(s.Close)
	require.NoError(t, follower.Await(t.Context(), ledger.Position(len(h.Records()))))

	ctx, stop := context.WithCancel(t.Context())
	turns := make(chan struct{}, 3) // so many records come while one reply is made
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-turns:
				case <-ctx.Done():
					return
				}
				d, err := ledger.ParseDraft(fmt.Appendf(nil, `{"key":"w%d-%d","stream":"coop/w%d-%d","kind":"coop.established/1","valid":"2023-02-01",`+
					`"data":{"name":"HTX W","form":"htx","place":"dak-mil","agricultural":true,"sector":"Lúa"}}`, w, i, w, i))
				if err == nil {
					_, err = h.Recorder.Record(ctx, d)
				}
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	type asked struct {
		to  string
		got *httptest.ResponseRecorder
	}
	var replies []asked
	for _, r := range append(pageRoutes(), routes...) {
		if r.method == http.MethodGet && !slices.Contains(unasked, r.path) {
			for _, to := range addressesOf(t, r.path) {
				for len(turns) < cap(turns) {
					turns <- struct{}{}
				}
				replies = append(replies, asked{to, askServer(s, to)})
			}
		}
	}
	stop()
	writers.Wait()
	records := h.Records()
	sizes := map[string]bool{}
	for _, x := range replies {
		size, err := strconv.ParseInt(x.got.Header().Get(headerSize), 10, 64)
		require.NoError(t, err)
		sizes[x.got.Header().Get(headerSize)] = true
		same, _ := serverOver(t, h, records, ledger.Position(size), true)
		want := askServer(same, x.to)
		for _, w := range []*httptest.ResponseRecorder{want, x.got} { // how far the log was ahead is not of the size
			w.Header().Del(headerLag)
			w.Header().Del("ETag")
			w.Body = bytes.NewBuffer(lagOf.ReplaceAll(w.Body.Bytes(), nil))
		}
		requireSameReply(t, want, x.got)
	}
	require.Greater(t, len(sizes), 20, "they wrote meanwhile")
}
