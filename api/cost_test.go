package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/web"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/answers"
)

// No single request makes a server over the demo pass mostMemory. Every route is
// asked with the worst that its parameters take, of a server in a process of its
// own, whose greatest size the system counts. HTXLEDGER_COST=ROUNDS asks each route
// that often with other values drawn at random; the short form draws few.
const (
	mostMemory = 500 << 20
	costRounds = 3
	costChild  = "HTXLEDGER_COST_CHILD"
)

// TestCostChild is the server that TestWhatOneRequestCosts asks; by itself it is
// nothing.
func TestCostChild(t *testing.T) {
	if os.Getenv(costChild) == "" {
		t.Skip("it is started by TestWhatOneRequestCosts")
	}
	h := newEmptyHouse(t)
	h.fillDemo()
	h.at("2026-11-23T03:00:00Z")
	require.NoError(t, h.proj.Warm(t.Context()))
	fmt.Println("serving", h.http.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent ends
}

type costServer struct {
	t   *testing.T
	url string
	pid int
}

func startCostServer(t *testing.T) *costServer {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCostChild$", "-test.timeout=0")
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GOMEMLIMIT=") || strings.HasPrefix(v, "GOGC=")
	}), costChild+"=1")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &costServer{t, at, cmd.Process.Pid}
		}
	}
	require.Fail(t, "the server did not start")
	return nil
}

// peak is the greatest size of the process so far, in bytes.
func (s *costServer) peak() int64 {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.pid), "status"))
	require.NoError(s.t, err)
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			require.NoError(s.t, err)
			return kb << 10
		}
	}
	require.Fail(s.t, "no VmHWM", string(b))
	return 0
}

// ask sends one request, reads the reply and forgets it.
func (s *costServer) ask(r *http.Request) {
	s.t.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err, "%s %.200s", r.Method, r.URL)
	n, err := io.Copy(io.Discard, res.Body)
	require.NoError(s.t, err, "%s %.200s", r.Method, r.URL)
	require.NoError(s.t, res.Body.Close())
	if os.Getenv("HTXLEDGER_COST") != "" {
		s.t.Logf("%d %d bytes %.90s", res.StatusCode, n, r.URL)
	}
	peak := s.peak()
	require.Less(s.t, peak, int64(mostMemory), "%s %.300s: %d, %d bytes", r.Method, r.URL, res.StatusCode, n)
	require.NotEqual(s.t, http.StatusInternalServerError, res.StatusCode, "%s %.300s", r.Method, r.URL)
}

// costPaths are what stands for the parts of paths.
var costPaths = strings.NewReplacer(":code", "members.total", ":record", "1", ":id", "x", ":file", "style.css")

// costKeys are what stands for :key by the beginning of the path.
var costKeys = map[string]string{"/api/v1/plans": "kh-371-2023", "/api/v1/coops": "htx-nong-nghiep-buon-choah", "/htx": "htx-nong-nghiep-buon-choah"}

func costPath(path string) string {
	for beginning, key := range costKeys {
		if strings.HasPrefix(path, beginning+"/") {
			path = strings.ReplaceAll(path, ":key", key)
		}
	}
	return costPaths.Replace(strings.ReplaceAll(path, ":key", "x"))
}

// costValues are values of a parameter, the worst of them first.
func costValues(name string) []string {
	long := strings.Repeat("hợp tác xã ", 600)
	switch name {
	case "code":
		return []string{"members.total"}
	case "as_of", "b_as_of":
		return []string{"2023-12-31", "31/12/9999", "0001-01-01"}
	case "a_as_of":
		return []string{"01/01/2020", "31/12/2022"}
	case "known_at", "a_known_at", "b_known_at":
		return []string{"", "@1", "@3000", "31/12/2023"}
	case "from":
		return []string{"2020-01-01", "2020-01-01@3000", "0", "01/01/2014"}
	case "to":
		return []string{"2023-12-31", "2023-12-31@3400", "3400", "31/12/2023"}
	case "place":
		return []string{"", "dak-nong", "dak-mil"}
	case "map":
		return []string{"", "2025-07-01"}
	case "period":
		return []string{"", "1900-01-01", "statistical-year"}
	case "scheme":
		return []string{"", "tt01-2020"}
	case "format":
		return []string{"xlsx", "json", "csv", "excel-csv", "docx", "html"}
	case "limit":
		return []string{"20000", "1000", "1"}
	case "all", "changed", "corrections", "late", "here", "newest", "lowest":
		return []string{"", "true", "1"}
	case "status":
		return []string{"any", ""}
	case "search", "q":
		return []string{"a", long, "zzz"}
	case "by":
		return []string{"change", "month", "statement"}
	case "above", "agency", "symbol", "signer":
		return []string{long[:min(len(long), 900)]}
	case "cursor", "min_size", "plan", "statement", "why_not", "htx":
		return []string{""}
	}
	return []string{"", "1", "99999999", long}
}

// costQuery draws a query of the parameters of a route: the worst of each at first,
// then others, and codes again and again up to what a header holds.
func costQuery(path string, names []string, round int, random *rand.Rand) string {
	values := url.Values{}
	for _, name := range names {
		list := costValues(name)
		if name == "from" && positioned(path) {
			list = []string{"0", "3000", ""}
		}
		if name == "limit" && slices.Contains([]string{Prefix + "/events", Prefix + "/statements"}, path) {
			list = []string{"1000", "1"}
		}
		pick := list[0]
		if round > 0 {
			pick = list[random.IntN(len(list))]
		}
		if pick != "" {
			values.Set(name, pick)
		}
	}
	if !slices.Contains(names, "code") {
		return values.Encode()
	}
	values.Del("code")
	var q strings.Builder
	q.WriteString(values.Encode())
	switch round % 3 {
	case 0: // each code again and again, the worst first
		for q.Len() < maxHeaderBytes-600 {
			q.WriteString("&code=members.total")
		}
	case 1: // all of them
	case 2:
		for _, d := range indicator.All() {
			if !d.IsComposed() {
				q.WriteString("&code=" + d.Code + "&code=" + d.Code)
			}
		}
	}
	return q.String()
}

// positioned reports whether the parameter from of a route is a record, not a day.
func positioned(path string) bool {
	return strings.HasPrefix(path, Prefix+"/events") || strings.HasPrefix(path, Prefix+"/proofs") || path == "/so" || path == "/kiem-toan/nhat-quan"
}

func TestWhatOneRequestCosts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell the greatest size of a process")
	}
	if ledgertest.Race {
		t.Skip("the race detector multiplies the memory of the server")
	}
	if testing.Short() {
		t.Skip("it takes a server of its own")
	}
	rounds := costRounds
	if n, err := strconv.Atoi(os.Getenv("HTXLEDGER_COST")); err == nil {
		rounds = n
	}
	s := startCostServer(t)
	random := rand.New(rand.NewPCG(1, 2))
	names := parametersByPath(t)
	idle := s.peak()
	var worst struct {
		by   int64
		what string
	}
	for round := range rounds {
		for _, r := range append(pageRoutes(), routes...) {
			if r.method != http.MethodGet {
				continue
			}
			at := costPath(r.path) + "?" + costQuery(r.path, names[r.path], round, random)
			before := s.peak()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+at, nil)
			require.NoError(t, err)
			s.ask(req)
			if by := s.peak() - before; by > worst.by {
				worst.by, worst.what = by, at[:min(len(at), 160)]
			}
		}
	}
	for name, body := range hostileFiles() {
		before := s.peak()
		s.ask(s.upload(name, body))
		if by := s.peak() - before; by > worst.by {
			worst.by, worst.what = by, name
		}
	}
	t.Logf("%d MB before, %d MB after; the most by one request: %d MB by %s", idle>>20, s.peak()>>20, worst.by>>20, worst.what)

	// Many at once are made two at a time.
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			res, err := http.Get(s.url + "/api/v1/diff?from=2020-01-01&to=2023-12-31")
			if err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
	all.Wait()
	t.Logf("%d MB after eight at once", s.peak()>>20)
	require.Less(t, s.peak(), int64(mostMemory))
}

// parametersByPath are the parameters of each route, as the contract and the pages
// have them.
func parametersByPath(t *testing.T) map[string][]string {
	names := map[string][]string{}
	for path, item := range loadContract(t).doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		own := strings.NewReplacer("{", ":", "}", "").Replace(path)
		for _, p := range item.Get.Parameters {
			if p.Value.In == "query" {
				names[own] = append(names[own], p.Value.Name)
			}
		}
	}
	for _, r := range web.Routes {
		names[r.Pattern] = append(slices.Clone(answers.PointNames), r.Names...)
	}
	return names
}

// hostileFiles are evidence files that cost more to read than they look.
func hostileFiles() map[string][]byte {
	head := "htxledger evidence 1\norigin a\nstatement 0\ndefinitions 0\nhandovers 0\nconsistency 0\ncheckpoint 1\nx\nrecords 1000000000\n"
	record := `{"data":{},"id":"00000000-0000-5000-8000-000000000000","kind":"a.b/1","position":0,"recorded":"2023-12-05T02:11:09.123456Z","revision":0,"stream":"a/b"}` + "\n"
	fill := func(line string) []byte {
		return append([]byte(head), bytes.Repeat([]byte(line), (30<<20)/len(line))...)
	}
	notes := "htxledger evidence 1\norigin a\nstatement 0\ndefinitions 0\nhandovers 1024\n" + strings.Repeat("note 256\n"+strings.Repeat("\n", 256), 1024)
	return map[string][]byte{
		"records of nothing": fill("\n"), "the shortest records": fill(record), "long lines": fill(strings.Repeat("x", 999_000) + "\n"),
		"notes": []byte(notes), "zeroes": make([]byte, 30<<20),
	}
}

// upload is a request that sends a file to be looked at.
func (s *costServer) upload(name string, file []byte) *http.Request {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(web.CheckFile, name)
	require.NoError(s.t, err)
	_, err = part.Write(file)
	require.NoError(s.t, err)
	require.NoError(s.t, w.WriteField(web.CheckKeys, "x"))
	require.NoError(s.t, w.Close())
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/kiem-toan/doi-chieu", &b)
	require.NoError(s.t, err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// A question waits for one of the places, and gives its own back; who leaves
// while waiting does not take one.
func TestPlacesAmongLongAnswers(t *testing.T) {
	h := newHouse(t)
	h.server.making <- struct{}{}
	h.server.making <- struct{}{}
	client := &http.Client{Timeout: 200 * time.Millisecond}
	_, err := client.Get(h.http.URL + "/api/v1/diff?from=2022-12-31&to=2023-12-31")
	require.Error(t, err, "it waits")
	res, err := client.Get(h.http.URL + "/api/v1/indicators?as_of=2023-12-31")
	require.NoError(t, err, "and nobody waits behind it who asks for little")
	require.NoError(t, res.Body.Close())
	<-h.server.making
	for range 5 {
		res, _ := h.do(http.MethodGet, "/api/v1/diff?from=2022-12-31&to=2023-12-31", "")
		require.Equal(t, http.StatusOK, res.StatusCode)
	}
	<-h.server.making
	require.Empty(t, h.server.making)
}

// Every route that answers questions waits for a place, but those named in quick;
// each of those is a route.
func TestQuickQuestionsAreRoutes(t *testing.T) {
	var paths []string
	for _, r := range append(pageRoutes(), routes...) {
		paths = append(paths, r.path)
	}
	for path := range quick {
		require.Contains(t, paths, path)
	}
}
