package api

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A long answer comes in pages of one prefix: all of them together are the whole
// answer, whatever is recorded between two of them.
func TestPagesOfOnePrefix(t *testing.T) {
	h := newEmptyHouse(t)
	h.fillDemo()
	h.at("2026-11-23T03:00:00Z")
	whole := func(path string) []string {
		var all []string
		_, body := h.do(http.MethodGet, path, "")
		all = append(all, rowsOf(t, body)...)
		return all
	}
	for _, c := range []struct {
		path  string
		limit string
	}{
		{"/api/v1/vintages/coops.established?as_of=2023-12-31", "7"},
		{"/api/v1/explain/coops.established?as_of=2023-12-31", "40"},
		{"/api/v1/diff?from=2022-12-31&to=2023-12-31&code=coops.established&code=coops.ended", "9"},
		{"/api/v1/coops?as_of=2023-12-31&status=any&all=true", "50"},
		{"/api/v1/events?kind=coop.established", "60"},
		{"/api/v1/events?kind=coop.established&newest=true", "60"},
	} {
		t.Run(c.path, func(t *testing.T) {
			u, err := url.Parse(c.path)
			require.NoError(t, err)
			q := u.Query()
			size := h.size()
			var want []string
			switch {
			case strings.HasPrefix(c.path, "/api/v1/events"):
				want = whole(c.path + "&limit=1000")
			case strings.HasPrefix(c.path, "/api/v1/coops"):
				want = whole(c.path + "&limit=20000")
			default:
				want = whole(c.path)
			}
			require.NotEmpty(t, want)
			q.Set("limit", c.limit)
			u.RawQuery = q.Encode()
			var got []string
			next := u.String()
			pages := 0
			for next != "" {
				res, body := h.do(http.MethodGet, next, "")
				require.Equal(t, http.StatusOK, res.StatusCode, body)
				got = append(got, rowsOf(t, body)...)
				next = linked(res)
				var answer struct {
					Page *struct{ Next string } `json:"page"`
				}
				require.NoError(t, json.Unmarshal([]byte(body), &answer))
				if next == "" {
					require.True(t, answer.Page == nil || answer.Page.Next == "")
				} else {
					require.NotEmpty(t, answer.Page.Next)
					table, _ := h.do(http.MethodGet, next+"&format=csv", "")
					require.Equal(t, http.StatusOK, table.StatusCode)
				}
				if pages++; pages == 1 {
					require.NotEmpty(t, next, "one page is too few to test")
					key := "moi-" + strconv.FormatInt(int64(size), 10)
					h.record(`{"key":"` + key + `","stream":"coop/` + key + `","kind":"coop.established/1","valid":"2023-06-30","data":{"name":"HTX A mới","form":"htx","place":"dak-mil","agricultural":true,"sector":"trồng trọt"}}`)
					require.Greater(t, h.size(), size)
				}
			}
			require.Equal(t, want, got)
		})
	}

	res, body := h.do(http.MethodGet, "/api/v1/vintages/coops.established?as_of=2023-12-31&limit=7&format=csv", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Regexp(t, `^0\+7/\d+$`, res.Header.Get("Htxledger-Rows"))
	require.NotEmpty(t, linked(res))
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 8)

	for _, bad := range []string{"x", "1", "1~2", "1~2~3~4", "-1~2~2023-12-31", "01~2~2023-12-31", "1~2~x", "99999999999~2~2023-12-31"} {
		res, _ := h.do(http.MethodGet, "/api/v1/vintages/coops.established?cursor="+bad, "")
		require.Equal(t, http.StatusBadRequest, res.StatusCode, bad)
	}
}

// linked is the address of the next page, or "".
func linked(res *http.Response) string {
	link, _, _ := strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
	return link
}

// rowsOf are the rows of an answer's lists, each as it is written.
func rowsOf(t *testing.T, body string) (rows []string) {
	t.Helper()
	var answer struct {
		Vintages, Counted, Coops, Records []json.RawMessage
		NotCounted                        []json.RawMessage `json:"not_counted"`
		Figures                           []struct{ Steps []json.RawMessage }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer), body)
	for _, list := range [][]json.RawMessage{answer.Vintages, answer.Counted, answer.NotCounted, answer.Coops, answer.Records} {
		for _, x := range list {
			rows = append(rows, string(x))
		}
	}
	for _, f := range answer.Figures {
		for _, x := range f.Steps {
			rows = append(rows, string(x))
		}
	}
	return rows
}
