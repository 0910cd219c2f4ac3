package relay_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/relay"
)

// A receiver is a webhook's other end.
type receiver struct {
	mu      sync.Mutex
	tries   int
	got     []letter
	headers []http.Header
	// answer says what becomes of a try; nil answers 204.
	answer  func(try int, w http.ResponseWriter, r *http.Request)
	strayed int                // requests to where a redirect pointed
	taken   func(try int) bool // which tries it keeps, before it answers; nil: those that it then answers with 2xx
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/elsewhere" {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.strayed++
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tries++
	take := func() {
		v.got = append(v.got, letter{r.Header.Get(relay.HeaderID), r.Header.Get(relay.HeaderPosition), r.Header.Get(relay.HeaderKind), string(body)})
		v.headers = append(v.headers, r.Header.Clone())
	}
	if v.taken != nil && v.taken(v.tries) {
		take()
	}
	status := &noting{ResponseWriter: w, status: http.StatusNoContent}
	if v.answer != nil {
		v.answer(v.tries, status, r)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
	if v.taken == nil && status.status/100 == 2 {
		take()
	}
}

func (v *receiver) letters() []letter {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.got)
}

type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// secretFile holds a new secret.
func secretFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, relay.NewSecretFile(path))
	return path
}

// receive starts a receiver on this machine.
func receive(t testing.TB, v *receiver) (url string) {
	t.Helper()
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWebhook(t *testing.T) {
	v, log, secret := new(receiver), store(t), secretFile(t)
	grow(t, log, 20)
	r := relay.New(log, target(t, receive(t, v), relay.TargetOptions{SecretFile: secret}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 20)
	await(t, r, grow(t, log, 3))
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, v.letters()))
	keys := secretsIn(t, secret)
	for i, h := range v.headers {
		require.True(t, verifies(keys[0], h, v.got[i].bytes))
		require.False(t, verifies(keys[0], h, v.got[i].bytes+" "))
		require.False(t, verifies([]byte("another secret"), h, v.got[i].bytes))
		require.Equal(t, "htxledger", h.Get("User-Agent"))
	}
}

// verifies is a receiver's check, written from docs/relay.md.
func verifies(secret []byte, h http.Header, body string) bool {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", h.Get("webhook-id"), h.Get("webhook-timestamp"), body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return slices.Contains(strings.Fields(h.Get("webhook-signature")), want)
}

func secretsIn(t testing.TB, path string) (keys [][]byte) {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, line := range strings.Fields(string(b)) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "whsec_"))
		require.NoError(t, err)
		keys = append(keys, key)
	}
	return keys
}

// TestSignatureOverBoth signs with each secret of a file, so that a receiver can
// be moved from one to the next.
func TestSignatureOverBoth(t *testing.T) {
	v, log, old, next := new(receiver), ledgertest.NewMemory(), secretFile(t), secretFile(t)
	grow(t, log, 1)
	a, err := os.ReadFile(old)
	require.NoError(t, err)
	b, err := os.ReadFile(next)
	require.NoError(t, err)
	both := filepath.Join(t.TempDir(), "both")
	require.NoError(t, os.WriteFile(both, fmt.Appendf(nil, "# mới\n%s\n# cũ\r\n%s", b, a), 0o600))
	r := relay.New(log, target(t, receive(t, v), relay.TargetOptions{SecretFile: both}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 1)
	require.NoError(t, stop())
	for _, path := range []string{old, next} {
		require.True(t, verifies(secretsIn(t, path)[0], v.headers[0], v.got[0].bytes))
	}
}

// TestReceiverInTrouble answers everything that can pass, one after another, for
// every record; all arrives, in order.
func TestReceiverInTrouble(t *testing.T) {
	cut := func(w http.ResponseWriter) { panic(http.ErrAbortHandler) }
	troubles := []func(w http.ResponseWriter, r *http.Request){
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "0"); w.WriteHeader(429) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(408) },
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, // until the attempt's time is over
		func(w http.ResponseWriter, _ *http.Request) { cut(w) },               // no answer
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			w.WriteHeader(200)
			_, _ = w.Write([]byte("half"))
			_ = http.NewResponseController(w).Flush()
			cut(w)
		},
	}
	const unanswered = 3 // the last of them
	period := len(troubles) + 1
	v := &receiver{taken: func(try int) bool { return (try-1)%period >= len(troubles)-unanswered }}
	v.answer = func(try int, w http.ResponseWriter, r *http.Request) {
		if n := (try - 1) % period; n < len(troubles) {
			troubles[n](w, r)
		}
	}
	log := ledgertest.NewMemory()
	grow(t, log, 4)
	o := quick
	o.Timeout = 100 * time.Millisecond
	r := relay.New(log, target(t, receive(t, v)+"/in", relay.TargetOptions{SecretFile: secretFile(t)}), relay.Directory(t.TempDir()), o)
	stop := start(t, r)
	await(t, r, 4)
	require.NoError(t, stop())
	require.Equal(t, 4*unanswered, requireLog(t, log, v.letters()), "what was taken and not answered comes again")
	require.Equal(t, 4*period, v.tries)
	require.Zero(t, v.strayed, "a redirect was followed")
}

// TestReceiverRefuses stops at the record; 410 stops at once.
func TestReceiverRefuses(t *testing.T) {
	for code, want := range map[int]error{
		400: relay.ErrRefused, 409: relay.ErrRefused, 413: relay.ErrRefused, 415: relay.ErrRefused, 422: relay.ErrRefused,
		410: relay.ErrGone,
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			log := ledgertest.NewMemory()
			grow(t, log, 4)
			v := &receiver{answer: func(_ int, w http.ResponseWriter, r *http.Request) {
				if r.Header.Get(relay.HeaderPosition) == "2" {
					w.WriteHeader(code)
				}
			}}
			url := receive(t, v) + "/in?token=canary"
			r := relay.New(log, target(t, url, relay.TargetOptions{SecretFile: secretFile(t)}), relay.Directory(t.TempDir()), quick)
			err := ends(t, r)
			require.ErrorIs(t, err, want)
			require.ErrorContains(t, err, fmt.Sprintf("status %d", code))
			require.NotContains(t, err.Error(), "canary")
			require.Len(t, v.letters(), 2)
		})
	}
}

// TestReceiverAway shows no token in what it says.
func TestReceiverAway(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 1)
	url := "http://canary-user:canary-pass@127.0.0.1:" + freePort(t) + "/in?token=canary"
	to := target(t, url, relay.TargetOptions{SecretFile: secretFile(t)})
	r := relay.New(log, to, relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	until(t, func() bool { return r.Status(t.Context()).Err != nil }, func() string { return "no error" })
	s := r.Status(t.Context())
	require.ErrorContains(t, s.Err, "refused")
	require.NotContains(t, fmt.Sprintf("%+v %v %s", s, s.Err, to.Name), "canary")
	require.NoError(t, stop())
}

// TestRetryAfter waits as long as it was asked, and not for what is no time.
func TestRetryAfter(t *testing.T) {
	for value, waits := range map[string]bool{"3600": true, "Fri, 31 Dec 2099 23:59:59 GMT": true, "soon": false, "-1": false, "": false} {
		t.Run(value, func(t *testing.T) {
			log := ledgertest.NewMemory()
			grow(t, log, 1)
			tried := make(chan int, 1000)
			v := &receiver{answer: func(try int, w http.ResponseWriter, _ *http.Request) {
				tried <- try
				if try <= 2 {
					w.Header().Set("Retry-After", value)
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			}}
			r := relay.New(log, target(t, receive(t, v), relay.TargetOptions{SecretFile: secretFile(t)}), relay.Directory(t.TempDir()), quick)
			stop := start(t, r)
			if !waits {
				await(t, r, 1)
				require.NoError(t, stop())
				return
			}
			<-tried
			until(t, func() bool { return r.Status(t.Context()).Err != nil }, func() string { return "no error" })
			time.Sleep(20 * time.Millisecond) // twenty pauses, had it not been asked
			require.Empty(t, tried)
			require.NoError(t, stop())
		})
	}
}

// TestWebhookTLS is held to its certificate.
func TestWebhookTLS(t *testing.T) {
	v, log := new(receiver), ledgertest.NewMemory()
	grow(t, log, 2)
	s := httptest.NewUnstartedServer(v)
	s.Config.ErrorLog = stdlog.New(io.Discard, "", 0) // it says which handshake was refused
	s.StartTLS()
	defer s.Close()
	secret := secretFile(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	bad := relay.New(log, target(t, s.URL, relay.TargetOptions{SecretFile: secret}), relay.Directory(t.TempDir()), quick)
	stop := start(t, bad)
	until(t, func() bool { return bad.Status(t.Context()).Err != nil }, func() string { return "no error" })
	require.ErrorContains(t, bad.Status(t.Context()).Err, "certificate")
	require.NoError(t, stop())
	require.Empty(t, v.letters())
	good := relay.New(log, target(t, s.URL, relay.TargetOptions{SecretFile: secret, CAFile: ca}), relay.Directory(t.TempDir()), quick)
	stop = start(t, good)
	await(t, good, 2)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, v.letters()))
}

// TestBasicCredentials of a webhook's URL go to the receiver.
func TestBasicCredentials(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 1)
	v := &receiver{answer: func(_ int, w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "u" || password != "p" || r.URL.RawQuery != "a=b" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}}
	url := strings.Replace(receive(t, v), "http://", "http://u:p@", 1) + "/in?a=b"
	r := relay.New(log, target(t, url, relay.TargetOptions{SecretFile: secretFile(t)}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 1)
	require.NoError(t, stop())
}

// TestDocumentedVerification runs the Python of docs/relay.md over a request
// that was really sent.
func TestDocumentedVerification(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	paper, err := os.ReadFile(filepath.Join("..", "..", "docs", "relay.md"))
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(paper), "\n```python\n")
	require.True(t, ok)
	code, _, ok := strings.Cut(rest, "\n```")
	require.True(t, ok)
	v, log, secret := new(receiver), ledgertest.NewMemory(), secretFile(t)
	grow(t, log, 1)
	r := relay.New(log, target(t, receive(t, v), relay.TargetOptions{SecretFile: secret}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 1)
	require.NoError(t, stop())
	text, err := os.ReadFile(secret)
	require.NoError(t, err)
	h := v.headers[0]
	check := func(id, stamp, signature, body, key string) error {
		program := code + "\n\nimport sys\nsys.exit(0 if verify(sys.argv[1], sys.argv[2], sys.argv[3], sys.stdin.buffer.read(), sys.argv[4]) else 1)\n"
		cmd := exec.Command(python, "-c", program, id, stamp, signature, key)
		cmd.Stdin = bytes.NewReader([]byte(body))
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			require.Empty(t, string(out), "python failed")
		}
		return err
	}
	id, stamp, signature := h.Get(relay.HeaderID), h.Get(relay.HeaderTimestamp), h.Get(relay.HeaderSignature)
	body, key := v.got[0].bytes, strings.TrimSpace(string(text))
	require.NoError(t, check(id, stamp, signature, body, key))
	require.NoError(t, check(id, stamp, "v1,AAAA "+signature, body, key))
	require.Error(t, check(id, stamp, signature, body+" ", key))
	require.Error(t, check(ledger.IDOf("x").String(), stamp, signature, body, key))
	require.Error(t, check(id, "1", signature, body, key), "too old")
	other, err := os.ReadFile(secretFile(t))
	require.NoError(t, err)
	require.Error(t, check(id, stamp, signature, body, strings.TrimSpace(string(other))))
}
