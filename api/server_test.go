package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/access"
	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/feed"
)

// Who may call what: every route of the table, every role, and nobody.
func TestRolesAndRoutes(t *testing.T) {
	h := newHouse(t)
	tokens := map[string]string{"nobody": "", "stranger": access.Prefix + strings.Repeat("0", 64)}
	for _, role := range []string{"officer", "alliance", "auditor", "analyst", "admin"} {
		tokens[role] = h.token("a-"+role, role, "dak-mil")
	}
	tokens["revoked"] = h.token("gone", "admin", "")
	require.NoError(t, h.tokens.Revoke(h.now(), "gone"))
	paths := strings.NewReplacer(":code", "coops.registered", ":record", "1", ":key", "b", ":file", "style.css")
	for _, r := range routes {
		for who, token := range tokens {
			t.Run(r.method+r.path+" "+who, func(t *testing.T) {
				headers := []string{"Content-Type", "application/json"}
				if token != "" {
					headers = append(headers, "Authorization", "Bearer "+token)
				}
				res, _ := h.do(r.method, paths.Replace(r.path), "{}", headers...)
				want := mayCall(r.to, who)
				if page := r.method == http.MethodGet && !strings.HasPrefix(r.path, Prefix) && r.path != "/metrics"; page && want == http.StatusUnauthorized && token == "" {
					want = http.StatusSeeOther // to the door
				}
				if want != 0 {
					require.Equal(t, want, res.StatusCode)
					return
				}
				require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed}, res.StatusCode)
			})
		}
	}
}

// mayCall is the wanted refusal, or 0: written out, not taken from the code.
func mayCall(to audience, who string) int {
	known := map[string]bool{"officer": true, "alliance": true, "auditor": true, "analyst": true, "admin": true}[who]
	writes := map[string]bool{"officer": true, "alliance": true, "admin": true}[who]
	switch {
	case to == everyone:
		return 0
	case !known:
		return http.StatusUnauthorized
	case to == writers && !writes:
		return http.StatusForbidden
	}
	return 0
}

// Basic credentials with the token as the password are what browsers send.
func TestBasicCredentials(t *testing.T) {
	h := newHouse(t)
	token := h.token("kiem-tra", "auditor", "")
	r, err := http.NewRequest(http.MethodGet, h.http.URL+"/api/v1/coops", nil)
	require.NoError(t, err)
	r.SetBasicAuth("anybody", token)
	res, got := h.send(r)
	require.Equal(t, http.StatusOK, res.StatusCode, got)
}

// Every reply carries the headers that keep a browser honest, and only declared
// methods are taken.
func TestHeadersAndMethods(t *testing.T) {
	h := newHouse(t)
	paths := strings.NewReplacer(":code", "coops.registered", ":record", "1", ":key", "b", ":file", "style.css")
	declared := map[string]string{}
	posts := map[string]bool{} // pages are declared where something is posted to them
	for _, r := range routes {
		posts[r.path] = true
	}
	for _, r := range append(pageRoutes(), routes...) {
		if !posts[r.path] {
			continue
		}
		declared[r.path] += r.method + " "
		if r.method == http.MethodGet {
			declared[r.path] += http.MethodHead + " "
		}
	}
	for path, takes := range declared {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "LINK"} {
			res, got := h.do(method, paths.Replace(path), "")
			if !strings.Contains(takes, method+" ") {
				require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, "%s %s", method, path)
				require.NotEmpty(t, res.Header.Get("Allow"), "%s %s", method, path)
			}
			require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
			require.Equal(t, "no-referrer", res.Header.Get("Referrer-Policy"))
			require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, res.Header.Get("Content-Security-Policy"), "unsafe")
			require.NotEmpty(t, res.Header.Get("X-Request-Id"))
			require.Empty(t, res.Header.Get("Access-Control-Allow-Origin"))
			if res.StatusCode >= 400 {
				requireNoLeak(t, got)
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	h := newHouse(t)
	res, _ := h.do(http.MethodGet, "/healthz", "", "X-Request-Id", "abc-1")
	require.Equal(t, "abc-1", res.Header.Get("X-Request-Id"))
	res, _ = h.do(http.MethodGet, "/healthz", "", "X-Request-Id", "a b=c\"")
	require.NotContains(t, res.Header.Get("X-Request-Id"), "=", "what a client sends is not copied into the log")
	res, got := h.do(http.MethodGet, "/none", "", "X-Request-Id", "abc-2")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Equal(t, "abc-2", problem(t, got).RequestID)
}

// Writers at the same time: every command once, every answer true, one order.
func TestWritersAtOnce(t *testing.T) {
	h := newHouse(t)
	before := h.size()
	const writers, each = 8, 6
	var wg sync.WaitGroup
	failed := make(chan string, writers*each)
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				key := fmt.Sprintf("w%d-%d", w, n)
				if n == 0 {
					key = "all" // the same command from everybody
				}
				body := fmt.Sprintf(`{"key":%q,"stream":"coop/b","kind":"coop.members-counted/1","valid":"2023-07-01","data":{"official":%d}}`, key, 5)
				res, got := h.do(http.MethodPost, "/api/v1/commands", body, "Content-Type", "application/json")
				if res.StatusCode != http.StatusCreated {
					failed <- got
					continue
				}
				id := strings.TrimPrefix(res.Header.Get("Location"), Prefix+"/events/")
				if id != ledger.IDOf(key).String() {
					failed <- "another record: " + id
				}
				// Whoever wrote reads it.
				if res, got := h.do(http.MethodGet, Prefix+"/events/"+id, ""); res.StatusCode != http.StatusOK {
					failed <- got
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	for f := range failed {
		require.Fail(t, f)
	}
	require.Equal(t, before+1+writers*(each-1), h.size())
}

// A failing is a log whose appends fail.
type failing struct {
	ledger.Log
	err error
}

func (f *failing) Append(context.Context, ledger.Position, ...ledger.Entry) error { return f.err }

// What a failed append says, for every way in which it can fail.
func TestFailedWrites(t *testing.T) {
	for _, c := range []struct {
		err            error
		status         int
		code           string
		outcome, retry string
	}{
		{ledger.NotWritten(ledger.ErrStorageFull), 507, "storage-full", "not_recorded", "after"},
		{ledger.NotWritten(ledger.ErrStorageReadOnly), 503, "storage-read-only", "not_recorded", "after"},
		{ledger.ErrStorageFailed, 503, "storage-failed", "unknown", "same_key"},
		{errors.New("connection reset by 10.0.0.1"), 500, "internal", "unknown", "same_key"},
		{ledger.NotWritten(ledger.ErrLocked), 503, "locked", "not_recorded", "after"},
		{ledger.NotWritten(ledger.ErrClosed), 503, "store-closed", "not_recorded", "after"},
	} {
		t.Run(c.code, func(t *testing.T) {
			var f *failing
			h := newHouse(t, func(d *Deps) { f = &failing{Log: d.Log, err: c.err} })
			r, err := recorder.Open(context.Background(), f, h.now)
			require.NoError(t, err)
			defer r.Close()
			h.server.Recorder = r
			before := h.size()
			res, got := h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
			p := problem(t, got)
			require.Equal(t, []any{c.status, c.code, c.outcome, c.retry}, []any{res.StatusCode, p.Code, p.Outcome, p.Retry})
			require.Equal(t, c.status, p.Status)
			require.Equal(t, "1", res.Header.Get("Retry-After"))
			require.NotContains(t, got, "10.0.0.1")
			require.Equal(t, before, h.size())
		})
	}
}

func TestReadOnlyServer(t *testing.T) {
	h := newHouse(t, func(d *Deps) { d.Recorder = nil })
	res, got := h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "read-only", problem(t, got).Code)
}

// stopped is a feed that has stopped; sick one that breaks its callers.
type stopped struct{ Feed }

func (stopped) Err() error { return ledger.ErrCorrupt.With(9, ledger.Unreadable) }

type sick struct{ Feed }

func (sick) Err() error { panic("canary 4711") }

// Where the answers stopped, what was known by then can be asked, and no more.
func TestProjectionStopped(t *testing.T) {
	h := newHouse(t, func(d *Deps) { d.Feed = stopped{d.Feed} })
	res, got := h.do(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "projection-stopped", problem(t, got).Code)
	res, got = h.do(http.MethodGet, "/api/v1/coops?as_of=2023-12-31&known_at=@9", "")
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	res, got = h.do(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Contains(t, got, "projection-stopped")
	require.Contains(t, got, "bị hỏng ở vị trí 9", "and why")
	_, got = h.do(http.MethodGet, "/htx", "")
	require.Contains(t, got, "Số liệu dừng ở 9 bản ghi")
	require.NotContains(t, got, "Không liên lạc được", "the store is heard")
	res, _ = h.do(http.MethodGet, "/healthz", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
}

// A panic is a problem without particulars, and the next request is fine.
func TestPanic(t *testing.T) {
	h := newHouse(t, func(d *Deps) { d.Feed = sick{d.Feed} })
	res, got := h.do(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusInternalServerError, res.StatusCode)
	require.Equal(t, "internal", problem(t, got).Code)
	require.NotContains(t, got, "4711")
	require.Contains(t, h.logged.String(), "4711")
	requireNoLeak(t, got)
	res, _ = h.do(http.MethodGet, "/healthz", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
}

// A told is a feed that says what it is told to say.
type told struct {
	Feed
	fresh feed.Freshness
}

func (t told) Freshness() feed.Freshness { return t.fresh }

// A store that is away is told everywhere, and what is held is answered from: by
// headers alone where the answer is pinned, whose bytes stay what they were.
func TestTheStoreIsAway(t *testing.T) {
	h := newHouse(t)
	const pinned, open = "/api/v1/coops?as_of=2023-12-31&known_at=@9", "/api/v1/coops"
	fine, before := h.do(http.MethodGet, pinned, "")
	require.Equal(t, []string{"9", "0", "", ""}, freshHeaders(fine))
	_, got := h.do(http.MethodGet, open, "")
	require.Contains(t, compact(got), `"freshness":{"lag":0,"stale":false}`, "an open answer says that it is fresh")
	require.True(t, h.server.Ready(context.Background()).Ready)

	heard := time.Date(2024, 1, 5, 0, 59, 0, 0, time.UTC)
	h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Lag: 2, Heard: heard, Err: ledger.ErrStorageFailed}}
	res, after := h.do(http.MethodGet, pinned, "")
	require.Equal(t, before, after)
	require.Equal(t, fine.Header.Get("ETag"), res.Header.Get("ETag"))
	require.NotEmpty(t, res.Header.Get("ETag"))
	require.Equal(t, []string{"9", "2", "true", "2024-01-05T00:59:00.000000Z"}, freshHeaders(res))
	res, _ = h.do(http.MethodGet, pinned, "", "If-None-Match", fine.Header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, res.StatusCode)
	require.Equal(t, "true", res.Header.Get("Htxledger-Stale"))
	_, got = h.do(http.MethodGet, open, "")
	require.Contains(t, compact(got), `"freshness":{"lag":2,"stale":true,"since":"2024-01-05T00:59:00.000000Z"}`)
	require.NotContains(t, after, "freshness")

	for _, c := range [][2]string{{http.MethodPost, "/api/v1/commands"}, {http.MethodGet, "/api/v1/proofs/inclusion?position=3"}, {http.MethodGet, "/api/v1/proofs/consistency?from=3"}} {
		res, got = h.do(c[0], c[1], good, "Content-Type", "application/json")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, got)
		require.Equal(t, "store-away", problem(t, got).Code)
		require.Equal(t, "after", problem(t, got).Retry)
	}
	_, got = h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
	require.Equal(t, "not_recorded", problem(t, got).Outcome)
	require.EqualValues(t, 9, h.size())

	r := h.server.Ready(context.Background())
	require.False(t, r.Ready)
	require.True(t, r.Stale)
	require.EqualValues(t, []int64{11, 9, 2}, []int64{r.Size, r.Answered, r.Lag})
	require.Equal(t, []string{"store-away", "storage-failed"}, []string{r.Reasons[0].Code, r.Reasons[1].Code})
	require.Contains(t, r.Reasons[0].MessageVi, "không liên lạc được kho lưu trữ của sổ từ 05/01/2024 07:59:00; vẫn trả lời bằng 9 bản ghi đã có, số bản ghi biết chắc còn thiếu là 2")
	res, _ = h.do(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	_, got = h.do(http.MethodGet, "/metrics", "")
	require.Contains(t, got, "htxledger_store_up 0\n")
	_, got = h.do(http.MethodGet, "/?as_of=31/12/2023", "")
	require.Contains(t, got, "Không liên lạc được kho lưu trữ của sổ từ 05/01/2024 07:59:00")
}

// A store that answers but is another than the one that was opened is told as
// that, with what it lacks, and is not said to be away.
func TestTheStoreIsAnother(t *testing.T) {
	for code, err := range map[string]error{
		"store-behind": fmt.Errorf("follow the ledger from 9: %w", ledger.ErrStoreBehind.With(7, 9)),
		"store-moved":  ledger.ErrStoreMoved.At("/var/lib/so/ledger.db"),
	} {
		h := newHouse(t)
		h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Err: err}}
		res, got := h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, got)
		require.Equal(t, code, problem(t, got).Code)
		require.Equal(t, "not_recorded", problem(t, got).Outcome)
		require.Equal(t, []string{code}, codesOf(h.server.Ready(context.Background())))
		res, got = h.do(http.MethodGet, "/readyz", "", "Host", "example.org")
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
		require.NotContains(t, got, "store-away")
		require.NotContains(t, got, "/var/lib", "where it is on this machine is nobody's business")
		res, got = h.do(http.MethodGet, "/htx", "")
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.Equal(t, "true", res.Header.Get("Htxledger-Stale"))
		require.Contains(t, got, "Không ghi được vào sổ: ")
		require.NotContains(t, got, "Không liên lạc được")
	}
	h := newHouse(t)
	h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Err: ledger.ErrStoreBehind.With(7, 9)}}
	require.Contains(t, h.server.Ready(context.Background()).Reasons[0].MessageVi, "chỉ có 7 bản ghi, trong khi trước đó đã có 9")
}

// compact is JSON without white space.
func compact(s string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(s)); err != nil {
		return err.Error()
	}
	return b.String()
}

func freshHeaders(r *http.Response) []string {
	return []string{
		r.Header.Get("Htxledger-Size"), r.Header.Get("Htxledger-Lag"),
		r.Header.Get("Htxledger-Stale"), r.Header.Get("Htxledger-Stale-Since"),
	}
}

func TestReadyTellsOfTheLag(t *testing.T) {
	h := newHouse(t)
	h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Lag: mostLag}}
	r := h.server.Ready(context.Background())
	require.True(t, r.Ready)
	require.EqualValues(t, mostLag, r.Lag)
	h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Lag: mostLag + 1}}
	r = h.server.Ready(context.Background())
	require.False(t, r.Ready)
	require.Equal(t, "projection-lag", r.Reasons[0].Code)
}

// Where relays stand is told, without what only the network said, and none of it
// makes a server unready.
func TestRelaysAreTold(t *testing.T) {
	since := time.Date(2024, 1, 5, 0, 30, 0, 0, time.UTC)
	h := newHouse(t, func(d *Deps) {
		d.Relays = func() []Carried {
			return []Carried{
				{Target: "https://a.test/in", Position: 4, Parked: 1, Running: true, Err: errors.New("dial tcp 10.0.0.1"), Since: since},
				{Target: "nats://b.test/x", Position: 9, Running: false, Err: ledger.ErrStorageFailed, Since: since},
				{Target: "nats://c.test/x", Position: 12, Running: true},
			}
		}
	})
	r := h.server.Ready(context.Background())
	require.True(t, r.Ready)
	require.EqualValues(t, []int64{5, 0, 0}, []int64{r.Relays[0].Lag, r.Relays[1].Lag, r.Relays[2].Lag})
	require.Equal(t, []string{"relay-waiting", "storage-failed"}, []string{r.Relays[0].Trouble.Code, r.Relays[1].Trouble.Code})
	require.Nil(t, r.Relays[2].Trouble)
	_, got := h.do(http.MethodGet, "/readyz", "")
	require.NotContains(t, got, "10.0.0.1")
	require.Contains(t, compact(got), `"since":"2024-01-05T00:30:00.000000Z"`)
	_, got = h.do(http.MethodGet, "/metrics", "")
	for _, line := range []string{
		`htxledger_relay_position{target="https://a.test/in"} 4`, `htxledger_relay_lag_records{target="https://a.test/in"} 5`,
		`htxledger_relay_parked_records{target="https://a.test/in"} 1`, `htxledger_relay_trouble{target="https://a.test/in"} 1`,
		`htxledger_relay_running{target="nats://b.test/x"} 0`, `htxledger_relay_trouble{target="nats://c.test/x"} 0`,
		`htxledger_store_foldings_total{result="done"} `, `htxledger_store_foldings_total{result="failed"} 0`, "htxledger_store_unfolded 0",
		"htxledger_store_up 1", "htxledger_records 9",
	} {
		require.Contains(t, got, line)
	}
}

// Every fault of the program has a status; no 4xx leaves a doubt.
func TestEveryFaultHasAStatus(t *testing.T) {
	for _, f := range fault.Declarations() {
		for _, write := range []bool{true, false} {
			p := problemOf(f, write)
			require.GreaterOrEqual(t, p.Status, 400, f.Code)
			require.Less(t, p.Status, 600, f.Code)
			if p.Status < 500 {
				require.Equal(t, string(ledger.NotRecorded), p.Outcome, f.Code)
			}
			if p.Outcome == string(ledger.Unknown) {
				require.Equal(t, shown.RetrySameKey, p.Retry, f.Code)
				require.True(t, write, f.Code)
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	h := newHouse(t)
	h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
	h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
	h.do("SPAM", "/none/of/this", "")
	_, got := h.do(http.MethodGet, "/metrics", "")
	for _, line := range []string{
		`htxledger_commands_total{result="recorded"} 1`,
		`htxledger_commands_total{result="repeated"} 1`,
		`htxledger_records 10`,
		`htxledger_projection_lag_records 0`,
		`htxledger_append_seconds_count 2`,
		`htxledger_http_request_seconds_count{method="POST",route="/api/v1/commands",status="201"} 2`,
		`htxledger_http_request_seconds_count{method="other",route="none",status="404"} 1`,
		`version="test"`,
	} {
		require.Contains(t, got, line)
	}
	require.NotContains(t, got, "SPAM")
}

// Serving beyond this machine takes a token; a server stops when it is told.
func TestServe(t *testing.T) {
	h := newHouse(t)
	wide, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(t, err)
	require.ErrorIs(t, h.server.Serve(context.Background(), wide), access.ErrTokenNeeded)
	_, err = wide.Accept()
	require.ErrorIs(t, err, net.ErrClosed)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- h.server.Serve(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + "/healthz")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	cancel()
	require.NoError(t, <-done)
}

// FuzzQuery: whatever the query string, it is read whole or refused by a fault.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "as_of=2023-12-31&known_at=@9", "code=a&code=b", "as_of=%zz", "a;b", "limit=1&limit=2", "known_at=2023-12-05T02:11:09%2B07:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := parseQuery(raw, "code", "limit", "newest", "as_of", "known_at", "place", "map", "period", "scheme", "min_size", "format")
		if err != nil {
			require.NotZero(t, fault.KindOf(err))
			return
		}
		for name, values := range p.values {
			require.True(t, len(values) == 1 || name == "code")
		}
		_ = p.query()
		if n, err := p.number("limit", 100, 1, 1000); err == nil {
			require.True(t, n >= 1 && n <= 1000)
		}
		_, err = p.flag("newest")
		require.True(t, err == nil || fault.KindOf(err) == fault.Malformed)
	})
}
