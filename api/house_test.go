package api

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/access"
	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
	"htxledger/projections/feed"
)

// A house is a whole server over a store on disk, as cmd wires it.
type house struct {
	t         *testing.T
	store     *embedded.Store
	recorder  *recorder.Recorder
	proj      *asof.Projection
	feed      *feed.Follower
	stop      func() // the feed
	tokens    *access.Store
	tokenPath string
	server    *Server
	http      *httptest.Server
	clock     atomic.Int64
	still     atomic.Bool
	logged    *lockedBuffer
}

const opening = `{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01",` +
	`"data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`

// small is a province of two districts and a few co-operatives.
var small = []string{
	`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`,
	`{"key":"p1","stream":"place/dak-mil","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-mil","level":"district","name":"Huyện Đắk Mil","parent":"dak-nong"}}`,
	`{"key":"p2","stream":"place/krong-no","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"krong-no","level":"district","name":"Huyện Krông Nô","parent":"dak-nong"}}`,
	`{"key":"p3","stream":"place/nam-da","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"nam-da","level":"commune","name":"Xã Nam Đà","parent":"krong-no"}}`,
	`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2023-03-14","source":{"document":"Quyết định 123/QĐ-UBND"},"data":{"name":"HTX Ánh Dương","form":"htx","place":"dak-mil","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2022-05-02","data":{"name":"HTX Bình Minh","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"c","stream":"coop/b","kind":"coop.members-counted/1","valid":"2023-06-30","data":{"official":21}}`,
	`{"key":"d","stream":"coop/b","kind":"ledger.restated/1","corrects":{"key":"c","reason":"typo"},"data":{"official":12}}`,
}

// newHouse opens a house with a small ledger, its clock at 2024-01-05 08:00 in
// Việt Nam. setup may change what the server is made of.
func newHouse(t *testing.T, setup ...func(*Deps)) *house {
	h := newEmptyHouse(t, setup...)
	h.record(opening)
	h.record(small...)
	return h
}

// newEmptyHouse opens a house over a store without a record.
func newEmptyHouse(t *testing.T, setup ...func(*Deps)) *house {
	h := &house{t: t, proj: asof.New(), logged: &lockedBuffer{}}
	h.at("2024-01-05T01:00:00Z")
	ctx := context.Background()
	var err error
	h.store, err = embedded.Open(ctx, filepath.Join(t.TempDir(), "data"), embedded.Options{Create: true})
	require.NoError(t, err)
	h.recorder, err = recorder.Open(ctx, h.store, h.now)
	require.NoError(t, err)
	h.feed = feed.Follow(h.store, feed.Options{}, h.proj)
	h.stop = follow(h.feed)
	h.tokenPath = filepath.Join(t.TempDir(), "tokens.json")
	h.tokens, err = access.Open(h.tokenPath)
	require.NoError(t, err)
	service := answers.New(h.proj, h.now)
	deps := Deps{
		Answers: service, Directory: directory.New(h.proj), Projection: h.proj, Recorder: h.recorder, Log: h.store, Feed: h.feed,
		Gate: access.NewGate(h.tokens, ledger.Actor{ID: "local", Role: "admin"}), Now: h.now, Version: "test",
		Logger: slog.New(slog.NewTextHandler(h.logged, nil)),
	}
	for _, f := range setup {
		f(&deps)
	}
	h.server = New(deps)
	h.http = httptest.NewUnstartedServer(nil)
	h.http.Config = h.server.HTTP()
	h.http.Start()
	t.Cleanup(h.close)
	return h
}

// follow runs a feed until it is told to stop.
func follow(f *feed.Follower) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	return func() {
		cancel()
		<-done
	}
}

func (h *house) close() {
	h.http.Close()
	h.server.Close()
	h.recorder.Close()
	h.stop()
	require.NoError(h.t, h.store.Close())
}

// now is a clock that runs a little each time it is looked at, or stands still.
func (h *house) now() calendar.Instant {
	if h.still.Load() {
		return calendar.Instant(h.clock.Load())
	}
	return calendar.Instant(h.clock.Add(1000))
}

func (h *house) at(instant string) {
	i, err := calendar.ParseInstant(instant)
	require.NoError(h.t, err)
	h.clock.Store(int64(i))
}

// record records commands in one append, past the doors.
func (h *house) record(commands ...string) {
	h.t.Helper()
	var drafts []*ledger.Draft
	for _, c := range commands {
		d, err := ledger.ParseDraft([]byte(c))
		require.NoError(h.t, err, c)
		drafts = append(drafts, d)
	}
	results, err := h.recorder.Record(context.Background(), drafts...)
	require.NoError(h.t, err, "%v", results)
	require.NoError(h.t, h.feed.Await(context.Background(), results[len(results)-1].Record.Position+1))
}

// fillDemo records the whole demo, each instant of it one append.
func (h *house) fillDemo() {
	h.still.Store(true)
	h.at("2022-12-01T00:59:00Z")
	h.record(opening)
	commands := demo.Commands(demo.Seed)
	for len(commands) > 0 {
		n := 1
		for n < len(commands) && commands[n].Recorded == commands[0].Recorded {
			n++
		}
		var unit []string
		for _, c := range commands[:n] {
			unit = append(unit, string(c.Command))
		}
		h.at(commands[0].Recorded)
		h.record(unit...)
		commands = commands[n:]
	}
}

// token makes an account and gives its token.
func (h *house) token(id, role, place string) string {
	secret, err := h.tokens.Add(h.now(), id, role, place, time.Hour)
	require.NoError(h.t, err)
	return secret
}

// do sends one request and reads the reply.
func (h *house) do(method, path, body string, headers ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequest(method, h.http.URL+path, bytes.NewBufferString(body))
	require.NoError(h.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	return h.send(r)
}

func (h *house) send(r *http.Request) (*http.Response, string) {
	h.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	require.NoError(h.t, err)
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	require.NoError(h.t, err)
	return res, b.String()
}

// size is how many records the store holds.
func (h *house) size() ledger.Position {
	n, err := h.store.Size(context.Background())
	require.NoError(h.t, err)
	return n
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// recordAt is the record at a position.
func (h *house) recordAt(t *testing.T, at ledger.Position) *ledger.Record {
	for r, err := range ledger.Read(context.Background(), h.store, at) {
		require.NoError(t, err)
		return r
	}
	require.Fail(t, "no record")
	return nil
}
