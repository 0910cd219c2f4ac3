package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// Nobody hands the signing of a ledger over by a command: every way in refuses
// the records about keys, whoever sends them, and nothing is recorded.
func TestNoDoorHandsOverTheKeys(t *testing.T) {
	h := newHouse(t)
	head := h.proj.Size()
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
	require.Equal(t, head, h.proj.Size())
}

// refusalOf is how a kind is refused to one account: what hands the keys over to
// everybody, and a void, which takes two administrators, to one alone.
func refusalOf(kind string) string {
	if kind == "ledger.key-voided/1" {
		return `"(kind-reserved|second-person|not-for-role)"`
	}
	return `"kind-reserved"`
}

// Over HTTP a bad announcement is ended by two administrators: one asks for it,
// the other records exactly that. Neither an alliance account nor one
// administrator alone can.
func TestTwoAdministratorsVoidAKey(t *testing.T) {
	h := newHouse(t)
	announced := &ledger.Draft{
		Key: "cu", Stream: ledger.StreamOf("ledger", "keys"), Kind: ledger.KindKeyAnnounced,
		Valid: calendar.OnDay(calendar.DayOf(2023, 12, 1)), Data: canonical.Raw(`{"from":0,"key":"x"}`),
	}
	_, err := h.recorder.Through(recorder.Door{Writes: []ledger.Kind{ledger.KindKeyAnnounced}}).Record(t.Context(), announced) // as a released program did
	require.NoError(t, err)
	command := `"stream":"ledger/keys","kind":"ledger.key-voided/1","valid":"2023-12-02","data":{"key":"x","reason":"không phải là khóa"}`
	asking := `{"key":"de-nghi","stream":"request/huy","kind":"request.made/1","valid":"2023-12-02","data":{"command":{` + command + `}}}`
	send := func(token, body string) (int, string) {
		res, got := h.do(http.MethodPost, "/api/v1/commands", body, "Content-Type", "application/json", "Authorization", "Bearer "+token)
		return res.StatusCode, got
	}
	first, second, alliance := h.token("qt-1", "admin", ""), h.token("qt-2", "admin", ""), h.token("lm", "alliance", "")
	status, got := send(first, `{"key":"mot-minh",`+command+`}`)
	require.Equal(t, http.StatusForbidden, status, got)
	require.Contains(t, got, "second-person")
	status, got = send(first, asking)
	require.Equal(t, http.StatusCreated, status, got)
	for _, token := range []string{first, alliance} {
		status, got = send(token, `{"key":"request/huy",`+command+`}`)
		require.Equal(t, http.StatusForbidden, status, got)
	}
	status, got = send(second, `{"key":"request/huy",`+command+`}`)
	require.Equal(t, http.StatusCreated, status, got)
	status, got = send(second, `{"key":"request/huy-2",`+command+`}`)
	require.NotEqual(t, http.StatusCreated, status, got)
}
