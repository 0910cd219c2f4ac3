package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

const good = `{"key":"e","stream":"coop/b","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}}`

// problem reads a reply that must be a problem.
func problem(t *testing.T, body string) shown.Problem {
	t.Helper()
	var p shown.Problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	return p
}

// Bodies that must never be taken for a command: each is refused with 400, or
// 422 where it was understood, and nothing is recorded.
var badBodies = map[string]string{
	"empty":                     ``,
	"white space":               "  \n",
	"null":                      `null`,
	"true":                      `true`,
	"a number":                  `7`,
	"a string":                  `"{}"`,
	"an array":                  `[` + good + `]`,
	"no members":                `{}`,
	"cut short":                 good[:len(good)-1],
	"cut within a string":       good[:20],
	"trailing garbage":          good + `x`,
	"two values":                good + good,
	"trailing comma":            strings.Replace(good, `}}`, `},}`, 1),
	"comment":                   `/* */` + good,
	"single quotes":             strings.ReplaceAll(good, `"`, `'`),
	"unquoted name":             strings.Replace(good, `"key"`, `key`, 1),
	"duplicate member":          strings.Replace(good, `{"key":"e"`, `{"key":"e","key":"e"`, 1),
	"duplicate by escape":       strings.Replace(good, `{"key":"e"`, `{"key":"e","k\u0065y":"e"`, 1),
	"duplicate within data":     strings.Replace(good, `"regular":7`, `"regular":7,"regular":7`, 1),
	"unknown member":            strings.Replace(good, `{"key"`, `{"note":"x","key"`, 1),
	"unknown within data":       strings.Replace(good, `"regular":7`, `"regular":7,"extra":1`, 1),
	"unknown within source":     strings.Replace(good, `"data"`, `"source":{"paper":"x"},"data"`, 1),
	"wrong case":                strings.Replace(good, `"key"`, `"Key"`, 1),
	"wrong case within data":    strings.Replace(good, `"regular"`, `"Regular"`, 1),
	"read-only position":        strings.Replace(good, `{"key"`, `{"position":0,"key"`, 1),
	"read-only recorded":        strings.Replace(good, `{"key"`, `{"recorded":"2023-01-01T00:00:00.000000Z","key"`, 1),
	"read-only revision":        strings.Replace(good, `{"key"`, `{"revision":0,"key"`, 1),
	"read-only id":              strings.Replace(good, `{"key"`, `{"id":"75872e1f-8355-5a18-a0a8-8791cc67931b","key"`, 1),
	"no key":                    strings.Replace(good, `"key":"e",`, ``, 1),
	"empty key":                 strings.Replace(good, `"key":"e"`, `"key":""`, 1),
	"key with a line feed":      strings.Replace(good, `"key":"e"`, `"key":"e\nf"`, 1),
	"key too long":              strings.Replace(good, `"key":"e"`, `"key":"`+strings.Repeat("k", 201)+`"`, 1),
	"no stream":                 strings.Replace(good, `"stream":"coop/b",`, ``, 1),
	"stream without key":        strings.Replace(good, `coop/b`, `coop`, 1),
	"stream with a dot segment": strings.Replace(good, `coop/b`, `coop/../b`, 1),
	"no kind":                   strings.Replace(good, `"kind":"coop.workers-counted/1",`, ``, 1),
	"kind without version":      strings.Replace(good, `counted/1`, `counted`, 1),
	"unknown version":           strings.Replace(good, `counted/1`, `counted/9`, 1),
	"no day":                    strings.Replace(good, `"valid":"2023-06-30",`, ``, 1),
	"day as a number":           strings.Replace(good, `"2023-06-30"`, `20230630`, 1),
	"day in another form":       strings.Replace(good, `2023-06-30`, `30/06/2023`, 1),
	"31 June":                   strings.Replace(good, `2023-06-30`, `2023-06-31`, 1),
	"day before 1945":           strings.Replace(good, `2023-06-30`, `1944-12-31`, 1),
	"day after 2100":            strings.Replace(good, `2023-06-30`, `2101-01-01`, 1),
	"no data":                   strings.Replace(good, `,"data":{"regular":7}`, ``, 1),
	"null data":                 strings.Replace(good, `{"regular":7}`, `null`, 1),
	"data of an array":          strings.Replace(good, `{"regular":7}`, `[7]`, 1),
	"fraction":                  strings.Replace(good, `7}`, `7.5}`, 1),
	"fraction of nothing":       strings.Replace(good, `7}`, `7.0}`, 1),
	"exponent":                  strings.Replace(good, `7}`, `7e1}`, 1),
	"NaN":                       strings.Replace(good, `7}`, `NaN}`, 1),
	"Infinity":                  strings.Replace(good, `7}`, `Infinity}`, 1),
	"hexadecimal":               strings.Replace(good, `7}`, `0x7}`, 1),
	"leading zero":              strings.Replace(good, `7}`, `07}`, 1),
	"minus zero":                strings.Replace(good, `7}`, `-0}`, 1),
	"grouped digits":            strings.Replace(good, `7}`, `1_000}`, 1),
	"beyond 2^53":               strings.Replace(good, `7}`, `9007199254740992}`, 1),
	"number as a string":        strings.Replace(good, `7}`, `"7"}`, 1),
	"ambiguous number":          strings.Replace(good, `7}`, `"1.550"}`, 1),
	"negative count":            strings.Replace(good, `7}`, `-7}`, 1),
	"bad UTF-8":                 strings.Replace(good, `"e"`, "\"\xff\"", 1),
	"lone surrogate":            strings.Replace(good, `"e"`, `"\ud800"`, 1),
	"byte order mark":           "\ufeff" + good,
	"direction override":        strings.Replace(good, `"e"`, "\"\u202e\"", 1),
	"NUL":                       strings.Replace(good, `"e"`, `"\u0000"`, 1),
	"too deep":                  strings.Replace(good, `7}`, strings.Repeat(`[`, 40)+strings.Repeat(`]`, 40)+`}`, 1),
	"deep enough to hurt":       strings.Repeat(`[`, 500_000),
	"corrects without reason":   strings.Replace(good, `"data"`, `"corrects":{"key":"c"},"data"`, 1),
	"role nobody has":           strings.Replace(good, `"data"`, `"actor":{"id":"local","role":"king"},"data"`, 1),
	"empty source":              strings.Replace(good, `"data"`, `"source":{},"data"`, 1),
	"other family":              strings.Replace(good, `coop/b`, `plan/b`, 1),
}

func TestBadBodies(t *testing.T) {
	h := newHouse(t)
	before := h.size()
	for name, body := range badBodies {
		t.Run(name, func(t *testing.T) {
			res, got := h.do(http.MethodPost, "/api/v1/commands", body, "Content-Type", "application/json")
			require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, res.StatusCode, got)
			p := problem(t, got)
			require.Equal(t, "not_recorded", p.Outcome)
			require.Equal(t, "never", p.Retry)
			require.NotEqual(t, "internal", p.Code)
			require.NotEmpty(t, p.DetailVi)
			requireNoLeak(t, got)
		})
	}
	require.Equal(t, before, h.size())
	res, got := h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
	require.Equal(t, http.StatusCreated, res.StatusCode, got) // the table is about what differs from this
}

// requireNoLeak looks for what errors must not tell.
func requireNoLeak(t *testing.T, body string) {
	t.Helper()
	for _, word := range []string{".go:", "goroutine", "runtime error", "/tmp/", "sqlite", "SQLITE"} {
		require.NotContains(t, body, word)
	}
}

func TestMediaTypes(t *testing.T) {
	h := newHouse(t)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := io.WriteString(z, good)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for name, headers := range map[string][]string{
		"none":         {},
		"form":         {"Content-Type", "application/x-www-form-urlencoded"},
		"text":         {"Content-Type", "text/plain"},
		"a suffix":     {"Content-Type", "application/problem+json"},
		"a list":       {"Content-Type", "application/json, text/plain"},
		"latin":        {"Content-Type", "application/json; charset=iso-8859-1"},
		"malformed":    {"Content-Type", "application/json; charset"},
		"compressed":   {"Content-Type", "application/json", "Content-Encoding", "gzip"},
		"multipart":    {"Content-Type", "multipart/form-data; boundary=x"},
		"upper suffix": {"Content-Type", "application/jsonx"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/api/v1/commands", "/api/v1/commands/batch"} {
				res, got := h.do(http.MethodPost, path, zipped.String(), headers...)
				require.Equal(t, http.StatusUnsupportedMediaType, res.StatusCode, got)
				require.Equal(t, "media-type", problem(t, got).Code)
			}
		})
	}
}

func TestBodyLimit(t *testing.T) {
	h := newHouse(t)
	before := h.size()
	large := `{"key":"` + strings.Repeat("k", maxBody) + `"}`
	for name, body := range map[string]io.Reader{
		"stated":  strings.NewReader(large),
		"chunked": io.MultiReader(strings.NewReader(large[:100]), strings.NewReader(large[100:])), // no length
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodPost, h.http.URL+"/api/v1/commands", body)
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			res, got := h.send(r)
			require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode, got)
			p := problem(t, got)
			require.Equal(t, "body-too-large", p.Code)
			require.Equal(t, "not_recorded", p.Outcome)
		})
	}
	t.Run("one command over the limit of a record", func(t *testing.T) {
		body := strings.Replace(good, `"data"`, `"source":{"note":"`+strings.Repeat("n", 999_900)+`"},"data"`, 1)
		res, got := h.do(http.MethodPost, "/api/v1/commands", body, "Content-Type", "application/json")
		require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode, got)
	})
	t.Run("headers", func(t *testing.T) {
		res, _ := h.do(http.MethodGet, "/healthz", "", "X-Large", strings.Repeat("h", 2*maxHeaderBytes))
		require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, res.StatusCode)
	})
	require.Equal(t, before, h.size())
}

// The header stands for the key where the body has none, and for nothing else.
func TestIdempotencyKey(t *testing.T) {
	bare := strings.Replace(good, `"key":"e",`, ``, 1)
	for name, c := range map[string]struct {
		body string
		keys []string
		want string // the key, or "" for a refusal
	}{
		"none":                   {good, nil, "e"},
		"stands for it":          {bare, []string{"k 1/ü"}, "k 1/ü"},
		"with quotes":            {bare, []string{`a"b\c`}, `a"b\c`},
		"equal":                  {good, []string{"e"}, "e"},
		"other":                  {good, []string{"f"}, ""},
		"two":                    {bare, []string{"e", "e"}, ""},
		"empty":                  {bare, []string{""}, ""},
		"not UTF-8":              {bare, []string{"\xff"}, ""},
		"a control character":    {bare, []string{"a\x01b"}, ""},
		"over the limit":         {bare, []string{strings.Repeat("k", ledger.MaxKey+1)}, ""},
		"for an empty object":    {`{}`, []string{"e"}, ""},
		"for an array":           {`[]`, []string{"e"}, ""},
		"for a key of no string": {`{"key":7}`, []string{"7"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := parseCommand([]byte(c.body), c.keys)
			if c.want == "" {
				require.NotZero(t, fault.KindOf(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, d.Key)
		})
	}
}

// FuzzCommand: whatever a body and a header say, a command comes out of them
// that is whole and has the key of the header, or a fault.
func FuzzCommand(f *testing.F) {
	f.Add([]byte(good), "")
	f.Add([]byte(good), "e")
	f.Add([]byte(strings.Replace(good, `"key":"e",`, ``, 1)), "e")
	f.Add([]byte(`{}`), "\"")
	for _, body := range badBodies {
		if len(body) < 1000 {
			f.Add([]byte(body), "k")
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		var keys []string
		if header != "" {
			keys = []string{header}
		}
		d, err := parseCommand(body, keys)
		if err != nil {
			require.NotZero(t, fault.KindOf(err))
			return
		}
		require.NoError(t, d.Check())
		if header != "" {
			require.Equal(t, norm.NFC.String(header), d.Key)
		}
	})
}

// A broken reader fails as a network does.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// A body that comes too slowly, or not to its end, is told so.
func TestBrokenBodies(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{os.ErrDeadlineExceeded, http.StatusRequestTimeout, "request-timeout"},
		{io.ErrUnexpectedEOF, http.StatusBadRequest, "body-broken"},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/api/v1/commands", broken{c.err})
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.server.ServeHTTP(w, r)
		require.Equal(t, c.status, w.Code)
		require.Equal(t, c.code, problem(t, w.Body.String()).Code)
	}
	require.EqualValues(t, 9, h.size())
}

// A half-sent request must not be held open for ever.
func TestTimeoutsAreSet(t *testing.T) {
	s := newHouse(t).server.HTTP()
	require.Equal(t, readHeaderTimeout, s.ReadHeaderTimeout)
	require.Equal(t, readTimeout, s.ReadTimeout)
	require.Equal(t, writeTimeout, s.WriteTimeout)
	require.Equal(t, idleTimeout, s.IdleTimeout)
	require.Equal(t, maxHeaderBytes, s.MaxHeaderBytes)
	require.Less(t, recordAtMost+readOwnAtMost, writeTimeout, "the answer to a write must still get out")
}
