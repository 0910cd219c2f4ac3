package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// esdbPackage is the test server that docs/eventstoredb.md starts.
const esdbPackage = "htxledger/cmd/esdbserver"

// An esdbProcess is the test server in a process of its own, to be killed.
type esdbProcess struct {
	t             *testing.T
	program, data string
	listen        string
	cmd           *exec.Cmd
}

// esdbServer builds the test server and starts it.
func esdbServer(t *testing.T) *esdbProcess {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &esdbProcess{t: t, program: filepath.Join(t.TempDir(), "esdbserver"), data: filepath.Join(t.TempDir(), "events"), listen: l.Addr().String()}
	require.NoError(t, l.Close())
	out, err := exec.Command("go", "build", "-o", p.program, esdbPackage).CombinedOutput()
	require.NoError(t, err, string(out))
	p.start()
	t.Cleanup(p.kill)
	return p
}

func (p *esdbProcess) url() string { return "esdb://" + p.listen + "?tls=false" }

// start starts the server and waits until it says that it listens.
func (p *esdbProcess) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.program, "-data", p.data, "-listen", p.listen)
	out, err := p.cmd.StdoutPipe()
	require.NoError(p.t, err)
	p.cmd.Stderr = os.Stderr
	require.NoError(p.t, p.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(p.t, err)
	require.Contains(p.t, line, p.url())
}

// kill ends it as a power cut would.
func (p *esdbProcess) kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

var servedAt = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// served starts `htxledger serve` in a process of its own and gives its address.
func served(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("htxledger", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	errs, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	at := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(errs)
		for lines.Scan() { // to its end, or the server would wait for us
			if x := servedAt.FindString(lines.Text()); x != "" {
				select {
				case at <- x:
				default:
				}
			}
		}
		close(at)
	}()
	url, ok := <-at
	require.True(t, ok, "the server ended")
	return url
}

// A said is what a server answered.
type said struct {
	status int
	header http.Header
	body   string
}

func call(method, url, body string) (said, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return said{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return said{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return said{res.StatusCode, res.Header, string(b)}, err
}

func called(t *testing.T, method, url, body string) said {
	t.Helper()
	r, err := call(method, url, body)
	require.NoError(t, err)
	return r
}

// eventually asks until the status is the one wanted.
func eventually(t *testing.T, url string, status int) (got said) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = called(t, http.MethodGet, url, ""); got.status == status {
			return got
		}
	}
	require.Fail(t, "never "+strconv.Itoa(status), "%s: %d %s", url, got.status, got.body)
	return got
}

// ready is what /readyz says.
type ready struct {
	Size, Answered, Lag int64
	Stale               bool
	Since               string
	Reasons             []struct {
		Code, Message string
		MessageVi     string `json:"message_vi"`
	}
}

func readyOf(t *testing.T, r said) (x ready) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(r.body), &x), r.body)
	return x
}

// founded is the command that founds a co-operative; count that counts members.
func founded(key, name string) string {
	return fmt.Sprintf(`{"key":%q,"stream":"coop/%s","kind":"coop.established/1","valid":"2023-03-14","data":{"name":%q,"form":"htx","place":"dak-nong","agricultural":true,"sector":"trồng trọt"}}`, key+"/"+name, key, name)
}

func counted(key string, n int) string {
	return fmt.Sprintf(`{"key":%q,"stream":"coop/dau","kind":"coop.members-counted/1","valid":"2023-06-30","data":{"official":%d}}`, key, n)
}

// receipt is the position and id that a write was answered with, and the size
// after it.
func receipt(t *testing.T, r said) (position int64, id string, size int64) {
	t.Helper()
	var x struct {
		Results []struct {
			ID       string
			Position int64
		}
		Size int64
	}
	require.NoError(t, json.Unmarshal([]byte(r.body), &x), r.body)
	require.Len(t, x.Results, 1, r.body)
	return x.Results[0].Position, x.Results[0].ID, x.Size
}

// begun opens a ledger in a store, with a place and a co-operative.
func begun(t *testing.T, store string) {
	t.Helper()
	_, errs, code := ask(t, "init", "--store", store, "--data", t.TempDir(), "--place", "dak-nong", "--title", "Sổ thử", "--origin", "vi-du/nhieu-may")
	require.Zero(t, code, errs)
	file := filepath.Join(t.TempDir(), "dau.ndjson")
	lines := `{"key":"p","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}` + "\n" + founded("dau", "HTX Đầu") + "\n"
	require.NoError(t, os.WriteFile(file, []byte(lines), 0o600))
	_, errs, code = ask(t, "import", file, "--store", store, "--data", t.TempDir())
	require.Zero(t, code, errs)
}

// While the store is away, what is held is answered from and marked, writes are
// refused without doubt, and readiness is red and says what is away, since when
// and how far behind; all of it passes when the store is back.
func TestTheStoreGoesAndComes(t *testing.T) {
	store := esdbServer(t)
	begun(t, store.url())
	at := served(t, "--store", store.url(), "--data", t.TempDir())
	const open, pinned = "/api/v1/coops", "/api/v1/coops?as_of=2023-12-31&known_at=@3"
	eventually(t, at+"/readyz", http.StatusOK)
	before := called(t, http.MethodGet, at+pinned, "")
	require.Equal(t, http.StatusOK, before.status, before.body)
	require.Empty(t, before.header.Get("Htxledger-Stale"))

	for round := range 2 {
		store.kill()
		r := readyOf(t, eventually(t, at+"/readyz", http.StatusServiceUnavailable))
		require.True(t, r.Stale)
		require.NotEmpty(t, r.Since)
		require.Equal(t, []int64{int64(3 + round), int64(3 + round), 0}, []int64{r.Size, r.Answered, r.Lag})
		require.Equal(t, "store-away", r.Reasons[0].Code)
		require.Contains(t, r.Reasons[0].Message, "has not been heard since "+r.Since)
		require.Contains(t, r.Reasons[0].MessageVi, "không liên lạc được kho lưu trữ của sổ từ ")
		require.Contains(t, []string{"esdb-away", "store-silent"}, r.Reasons[1].Code, "as the subscription or the read notices first")

		answer := called(t, http.MethodGet, at+open, "")
		require.Equal(t, http.StatusOK, answer.status, answer.body)
		require.Equal(t, "true", answer.header.Get("Htxledger-Stale"))
		require.Contains(t, answer.body, `"stale": true`)
		kept := called(t, http.MethodGet, at+pinned, "")
		require.Equal(t, before.body, kept.body)
		require.Equal(t, before.header.Get("ETag"), kept.header.Get("ETag"))
		require.NotEmpty(t, kept.header.Get("ETag"))
		require.Equal(t, "true", kept.header.Get("Htxledger-Stale"))
		refused := called(t, http.MethodPost, at+"/api/v1/commands", counted(fmt.Sprint("sau/", round), 20+round))
		require.Equal(t, http.StatusServiceUnavailable, refused.status, refused.body)
		require.Contains(t, refused.body, `"outcome": "not_recorded"`)
		require.Contains(t, refused.body, `"code": "store-away"`)
		page := called(t, http.MethodGet, at+"/", "")
		require.Contains(t, page.body, "Không liên lạc được kho lưu trữ của sổ")

		store.start()
		r = readyOf(t, eventually(t, at+"/readyz", http.StatusOK))
		require.False(t, r.Stale)
		require.Empty(t, r.Reasons)
		answer = called(t, http.MethodPost, at+"/api/v1/commands", counted(fmt.Sprint("sau/", round), 20+round))
		require.Equal(t, http.StatusCreated, answer.status, answer.body)
		answer = called(t, http.MethodGet, at+open, "")
		require.Empty(t, answer.header.Get("Htxledger-Stale"))
		require.Contains(t, answer.body, `"stale": false`)
	}
}

// Two servers, each a process, on one ledger: what is written through one is read
// through the other by position, and of two that contradict each other one wins.
func TestTwoServersOnOneLedger(t *testing.T) {
	store := esdbServer(t)
	begun(t, store.url())
	servers := []string{
		served(t, "--store", store.url(), "--data", t.TempDir()),
		served(t, "--store", store.url(), "--data", t.TempDir()),
	}
	const rounds = 100
	size := int64(3)
	for i := range rounds {
		here, there := servers[i%2], servers[1-i%2]
		r := called(t, http.MethodPost, here+"/api/v1/commands", counted(fmt.Sprint("doc/", i), i))
		require.Equal(t, http.StatusCreated, r.status, r.body)
		position, id, after := receipt(t, r)
		require.Equal(t, size, position)
		r = called(t, http.MethodGet, fmt.Sprintf("%s/api/v1/coops/dau?as_of=2023-12-31&min_size=%d", there, after), "")
		require.Equal(t, http.StatusOK, r.status, r.body)
		require.Contains(t, r.body, id, "what was written through the other server")
		seen, err := strconv.ParseInt(r.header.Get("Htxledger-Size"), 10, 64)
		require.NoError(t, err)
		require.GreaterOrEqual(t, seen, after)
		size = after
	}
	wins := [2]int{}
	for i := range rounds {
		var got [2]said
		var wg sync.WaitGroup
		for n := range servers {
			wg.Go(func() {
				got[n], _ = call(http.MethodPost, servers[n]+"/api/v1/commands", founded(fmt.Sprint("dua-", i), fmt.Sprint("HTX ", n)))
			})
		}
		wg.Wait()
		winner := 0
		if got[1].status == http.StatusCreated {
			winner = 1
		}
		wins[winner]++
		require.Equal(t, http.StatusCreated, got[winner].status, got[winner].body)
		lost := got[1-winner]
		require.Equal(t, http.StatusConflict, lost.status, lost.body)
		require.Contains(t, lost.body, `"code": "coop-exists"`)
		require.Contains(t, lost.body, `"outcome": "not_recorded"`)
		position, _, after := receipt(t, got[winner])
		require.Equal(t, size, position, "exactly one was recorded")
		size = after
	}
	t.Logf("races won: %d and %d", wins[0], wins[1])
	out, errs, code := ask(t, "export", "--store", store.url(), "--data", t.TempDir())
	require.Zero(t, code, errs)
	require.Equal(t, 3+2*rounds, strings.Count(out, "\n"))
	require.Equal(t, rounds, strings.Count(out, `"stream":"coop/dua-`))
}

// The demo in EventStoreDB gives what the demo at home gives: the same records,
// the same printed figures, the same answers of a server.
func TestTheDemoInEventStoreDB(t *testing.T) {
	store := esdbServer(t)
	home := filepath.Join(t.TempDir(), "nha")
	here, errs, code := ask(t, "demo", "--no-serve", "--data", home)
	require.Zero(t, code, errs)
	there, errs, code := ask(t, "demo", "--no-serve", "--store", store.url(), "--data", t.TempDir())
	require.Zero(t, code, errs)
	require.NotEmpty(t, here)
	require.Equal(t, here, there)
	same := func(line ...string) {
		here, errs, code := ask(t, append(line, "--data", home)...)
		require.Zero(t, code, errs)
		there, errs, code := ask(t, append(line, "--store", store.url(), "--data", t.TempDir())...)
		require.Zero(t, code, errs)
		require.Equal(t, here, there, line)
	}
	same("export")
	near, far := served(t, "--data", home), served(t, "--store", store.url(), "--data", t.TempDir())
	for _, path := range []string{
		"/api/v1/indicators?as_of=2023-12-31&known_at=@3410", "/api/v1/targets?as_of=2023-12-31&known_at=2024-01-31",
		"/api/v1/targets?as_of=2023-11-30&known_at=@2000", "/api/v1/problems?as_of=2023-12-31&known_at=@3410",
		"/api/v1/explain/coops.registered?as_of=2023-12-31&known_at=@3410", "/api/v1/diff?from=2023-11-30@2000&to=2023-12-31@3410",
		"/api/v1/vintages/coops.established?as_of=2023-12-31&known_at=@3410",
	} {
		a, b := called(t, http.MethodGet, near+path, ""), called(t, http.MethodGet, far+path, "")
		require.Equal(t, http.StatusOK, a.status, a.body)
		require.Equal(t, a.body, b.body, path)
		require.NotEmpty(t, a.header.Get("ETag"))
		require.Equal(t, a.header.Get("ETag"), b.header.Get("ETag"))
	}
}

// The store is killed and started again while clients write through two servers:
// whatever was acknowledged is there, once, where it was said to be.
// HTXLEDGER_KILLS asks for more kills than these.
func TestTheStoreIsKilledWhileClientsWrite(t *testing.T) {
	kills := 3
	if s := os.Getenv("HTXLEDGER_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		kills = n
	}
	store := esdbServer(t)
	begun(t, store.url())
	servers := []string{
		served(t, "--store", store.url(), "--data", t.TempDir()),
		served(t, "--store", store.url(), "--data", t.TempDir()),
	}
	var acknowledged sync.Map // id → position
	var written, refused atomic.Int64
	var stop atomic.Bool
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := 0; !stop.Load(); n++ {
				command := counted(fmt.Sprintf("ghi/%d/%d", w, n), n)
				for { // the same command, until somebody says that it is recorded
					r, err := call(http.MethodPost, servers[w%2]+"/api/v1/commands", command)
					if err == nil && r.status == http.StatusCreated {
						position, id, _ := receipt(t, r)
						acknowledged.Store(id, position)
						written.Add(1)
						break
					}
					refused.Add(1)
					time.Sleep(50 * time.Millisecond)
				}
			}
		})
	}
	for i := range kills {
		grown := written.Load() + 20
		require.Eventually(t, func() bool { return written.Load() >= grown }, patience, 5*time.Millisecond, "writers go on after a kill")
		store.kill()
		if i%3 == 2 { // away for longer than the client by itself would bear
			time.Sleep(1500 * time.Millisecond)
		}
		store.start()
	}
	grown := written.Load() + 20
	require.Eventually(t, func() bool { return written.Load() >= grown }, patience, 5*time.Millisecond)
	stop.Store(true)
	writers.Wait()
	out, errs, code := ask(t, "export", "--store", store.url(), "--data", t.TempDir())
	require.Zero(t, code, errs)
	found := map[string]int64{}
	for line := range strings.Lines(out) {
		var r struct {
			ID       string
			Position int64
		}
		require.NoError(t, json.NewDecoder(bytes.NewBufferString(line)).Decode(&r))
		require.NotContains(t, found, r.ID, "recorded twice")
		require.EqualValues(t, len(found), r.Position)
		found[r.ID] = r.Position
	}
	n := 0
	acknowledged.Range(func(id, position any) bool {
		n++
		at, ok := found[id.(string)]
		require.True(t, ok, "acknowledged and lost: %s", id)
		require.Equal(t, position, at)
		return true
	})
	require.Len(t, found, 3+n, "nothing is there that was not acknowledged: every writer went on until it was")
	t.Logf("%d kills, %d commands acknowledged, %d answers of another kind on the way", kills, n, refused.Load())
	for _, at := range servers {
		eventually(t, at+"/readyz", http.StatusOK)
	}
}
