package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nobody hands the signing of a ledger over by a command: every way in refuses
// the records about keys, whoever sends them, and nothing is recorded.
func TestNoDoorHandsOverTheKeys(t *testing.T) {
	h := newHouse(t)
	head := h.server.asof.Size()
	const key = "demo.test+464af5d0+AZZB18AupYoobUi++orjEXTQXs5hADlr2qmWSEF1QF03"
	kinds := map[string]string{
		"ledger.key-announced/1": `{"key":"` + key + `","from":0}`,
		"ledger.key-announced/2": `{"key":"` + key + `","from":9,"proof":"AA==","consent":{"key":"` + key + `","signature":"AA=="}}`,
		"ledger.key-voided/1":    `{"key":"` + key + `","reason":"x"}`,
	}
	for _, role := range []string{"alliance", "admin"} {
		bearer := []string{"Authorization", "Bearer " + h.token("a-"+role, role, "")}
		send := func(path, body, kind string) (int, string) {
			res, got := h.do(http.MethodPost, path, body, append([]string{"Content-Type", kind}, bearer...)...)
			return res.StatusCode, got
		}
		for kind, data := range kinds {
			command := `{"key":"k-` + role + `","stream":"ledger/keys","kind":"` + kind + `","valid":"2023-12-01","data":` + data + `}`
			status, got := send("/api/v1/commands", command, "application/json")
			require.Equal(t, http.StatusForbidden, status, got)
			require.Regexp(t, refusalOf(kind), got)
			require.Contains(t, got, `"outcome": "not_recorded"`)
			status, got = send("/api/v1/commands/batch", `{"commands":[`+command+`]}`, "application/json")
			require.Equal(t, http.StatusForbidden, status, got)
			require.Regexp(t, refusalOf(kind), got)
			body, form := formOfFiles(t, nil, "khoa.ndjson", command+"\n")
			res, got := h.do(http.MethodPost, "/api/v1/imports", body, append([]string{"Content-Type", form}, bearer...)...)
			require.Equal(t, http.StatusAccepted, res.StatusCode, got)
			h.server.tray.Wait()
			_, got = h.do(http.MethodGet, res.Header.Get("Location"), "", bearer...)
			require.Contains(t, got, `"state": "faulty"`)
			require.Regexp(t, refusalOf(kind), got)
		}
	}
	require.Equal(t, head, h.server.asof.Size())
}

// refusalOf is how a kind is refused to one account: what hands the keys over to
// everybody, and a void, which takes two administrators, to one alone.
func refusalOf(kind string) string {
	if kind == "ledger.key-voided/1" {
		return `"(kind-reserved|second-person)"`
	}
	return `"kind-reserved"`
}
