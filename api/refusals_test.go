package api

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/access"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/feed"
)

// refusals are the ways in which a request ends before anything could be recorded,
// each with the headers that bring it about on a server that it may change.
var refusals = map[string]func(h *house) (headers []string){
	"no token": func(h *house) []string { h.token("a", "admin", ""); return nil },
	"a token that does not hold": func(h *house) []string {
		h.token("a", "admin", "")
		return []string{"Authorization", "Bearer " + access.Prefix + strings.Repeat("0", 64)}
	},
	"a role that only reads": func(h *house) []string {
		return []string{"Authorization", "Bearer " + h.token("a", "analyst", "")}
	},
	"a damaged file of tokens": func(h *house) []string {
		h.token("a", "admin", "")
		require.NoError(h.t, os.WriteFile(h.tokenPath, []byte("{"), 0o600))
		return nil
	},
	"a lost file of tokens": func(h *house) []string {
		h.token("a", "admin", "")
		require.NoError(h.t, os.Remove(h.tokenPath))
		return nil
	},
	"a file of tokens that others read": func(h *house) []string {
		token := h.token("a", "admin", "")
		require.NoError(h.t, os.Chmod(h.tokenPath, 0o644))
		return []string{"Authorization", "Bearer " + token}
	},
	"another host":               func(*house) []string { return []string{"Host", "ke-xau.example"} },
	"another origin":             func(*house) []string { return []string{"Sec-Fetch-Site", "cross-site"} },
	"another media type":         func(*house) []string { return []string{"Content-Type", "text/plain"} },
	"a server that only answers": func(h *house) []string { h.server.Recorder = nil; return []string{"Content-Type", "application/json"} },
	"a store that is away": func(h *house) []string {
		h.server.Feed = told{h.server.Feed, feed.Freshness{Size: 9, Err: ledger.ErrStorageFailed}}
		return []string{"Content-Type", "application/json"}
	},
	"a recorder that is closed": func(h *house) []string { h.recorder.Close(); return []string{"Content-Type", "application/json"} },
	"a panic at the gate": func(h *house) []string {
		h.server.Now = func() calendar.Instant { panic("canary") }
		return []string{"Content-Type", "application/json"}
	},
}

// Whatever a write is refused for before it could be recorded, it says that
// nothing was: to programs, and on the pages of browsers.
func TestRefusedWritesSayThatNothingWasRecorded(t *testing.T) {
	paths := strings.NewReplacer(":id", "khongcoid")
	for name, refuse := range refusals {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			before := h.size()
			headers := refuse(h)
			refused := 0
			for _, r := range routes {
				for _, method := range []string{r.method, http.MethodPut, http.MethodPatch} {
					if method == http.MethodGet {
						continue
					}
					for _, accept := range []string{"application/json", "text/html"} {
						what := method + " " + r.path + " " + accept
						body := good
						if strings.HasSuffix(r.path, "/batch") {
							body = `{"commands":[` + good + `]}`
						}
						res, got := h.do(method, paths.Replace(r.path), body, append([]string{"Accept", accept}, headers...)...)
						if res.StatusCode < 400 {
							continue
						}
						refused++
						if strings.Contains(res.Header.Get("Content-Type"), "html") {
							if r.path != signInPath && !strings.HasPrefix(r.path, "/kiem-toan/") { // their pages record nothing, ever
								require.Contains(t, got, "Chưa ghi gì vào sổ", what)
							}
							continue
						}
						var p struct{ Outcome, Retry string }
						require.NoError(t, json.Unmarshal([]byte(got), &p), "%s: %s", what, got)
						require.Equal(t, "not_recorded", p.Outcome, "%s: %s", what, got)
						require.NotEqual(t, "same_key", p.Retry, what)
					}
				}
			}
			require.Greater(t, refused, 100, "most of %d routes", len(routes))
			require.Equal(t, before, h.size())
		})
	}
}
