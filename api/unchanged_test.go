package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// A correction is recorded only if nobody was faster, where its sender asks for that
// with the size that the answer looked at had.
func TestACorrectionIfUnchanged(t *testing.T) {
	h := newHouse(t)
	post := func(key, corrects, tag string) (int, string) {
		body := `{"key":"` + key + `","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"` + corrects + `","reason":"typo"},"data":{"official":9}}`
		if corrects == "" {
			body = `{"key":"` + key + `","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-06-01","data":{"official":7}}`
		}
		header := []string{"Content-Type", "application/json"}
		if tag != "" {
			header = append(header, "If-Match", tag)
		}
		res, got := h.do(http.MethodPost, "/api/v1/commands", body, header...)
		return res.StatusCode, got
	}
	code, got := post("m", "", "")
	require.Equal(t, http.StatusCreated, code, got)
	res, _ := h.do(http.MethodGet, "/api/v1/events/9", "")
	tag := `"@` + res.Header.Get("Htxledger-Size") + `"`
	require.Equal(t, `"@10"`, tag)
	code, got = post("c1", "m", tag)
	require.Equal(t, http.StatusCreated, code, got)
	code, got = post("c2", "m", tag)
	require.Equal(t, http.StatusPreconditionFailed, code, got)
	require.Equal(t, "fact-changed", problem(t, got).Code)
	require.Contains(t, problem(t, got).DetailVi, "@10")
	code, got = post("c1", "m", tag)
	require.Equal(t, http.StatusCreated, code, "the same again is found: "+got)
	for name, c := range map[string][3]string{
		"no tag": {"c3", "m", "*"}, "bare": {"c3", "m", "@10"}, "of nothing": {"m2", "", `"@10"`},
	} {
		code, got = post(c[0], c[1], c[2])
		require.Equal(t, http.StatusBadRequest, code, name+got)
		require.Contains(t, []string{"if-match", "if-match-of-none"}, problem(t, got).Code, name)
	}
	require.EqualValues(t, 11, h.size())
}

// Nobody holds the place of a row that another will send: its key is taken for that
// row alone, at the door too.
func TestADerivedKeyAtTheDoor(t *testing.T) {
	h := newHouse(t)
	for _, key := range []string{
		"csv/coop-annual/0de7c05d9613b41652485f249294b9cdb21bb4bf242cbc94674c0a315d1bd5f7", "undo/x", "ask/tep-x", "request/x",
	} {
		res, got := h.do(http.MethodPost, "/api/v1/commands",
			`{"key":"`+key+`","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-06-01","data":{"official":7}}`, "Content-Type", "application/json")
		require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, key+got)
	}
	require.EqualValues(t, 9, h.size())
}
