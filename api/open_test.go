package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without tokens a server answers this machine alone: every route that needs a
// reader refuses what a page of another origin asks and what another server
// passed on.
func TestAnOpenServerAnswersThisMachineAlone(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		headers []string
		code    string
	}{
		{nil, ""},
		{[]string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, ""},
		{[]string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"}, ""},
		{[]string{"Origin", h.http.URL}, ""},
		{[]string{"Origin", "null", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate"}, ""}, // a form of a page without referrer

		{[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, "cross-site"},
		{[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-User", "?1"}, "cross-site"},
		{[]string{"Sec-Fetch-Site", "same-site"}, "cross-site"}, // another port of this machine
		{[]string{"Sec-Fetch-Site", "what comes later"}, "cross-site"},
		{[]string{"Origin", "https://so-cai.example"}, "cross-site"},
		{[]string{"Origin", "https://so-cai.example", "Sec-Fetch-Site", "same-origin"}, "cross-site"},
		{[]string{"Origin", "null"}, "cross-site"},
		{[]string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, "cross-site"},

		{[]string{"Host", "so-cai.example"}, "host"},
		{[]string{"Forwarded", "for=192.0.2.1"}, "forwarded"},
		{[]string{"X-Forwarded-For", "192.0.2.1"}, "forwarded"},
		{[]string{"X-Forwarded-Host", "so-cai.example"}, "forwarded"},
		{[]string{"X-Forwarded-Proto", "https"}, "forwarded"},
		{[]string{"X-Forwarded-Port", "443"}, "forwarded"},
		{[]string{"X-Forwarded-Server", "a"}, "forwarded"},
		{[]string{"X-Real-IP", "192.0.2.1"}, "forwarded"},
		{[]string{"Via", "1.1 a"}, "forwarded"},
		{[]string{"CF-Connecting-IP", "192.0.2.1"}, "forwarded"},
		{[]string{"True-Client-IP", "192.0.2.1"}, "forwarded"},
		{[]string{"X-Real-IP", ""}, "forwarded"},
	} {
		for _, r := range append(pageRoutes(), routes...) {
			path := strings.NewReplacer(":code", "coops.registered", ":record", "1", ":key", "a", ":id", "x", ":file", "x").Replace(r.path)
			res, body := h.do(r.method, path, "", c.headers...)
			switch {
			case r.to == everyone:
			case c.code == "":
				require.NotEqual(t, http.StatusForbidden, res.StatusCode, "%s %s: %v", r.method, path, c.headers)
			case isWriteMethod(r.method) && c.code == "cross-site": // refused on the way in already
				require.Equal(t, http.StatusForbidden, res.StatusCode, "%s %s: %v", r.method, path, c.headers)
			default:
				require.Equal(t, http.StatusForbidden, res.StatusCode, "%s %s: %v", r.method, path, c.headers)
				require.Contains(t, body, `"code": "`+c.code+`"`, "%s %s: %v", r.method, path, c.headers)
			}
		}
		res, body := h.do(http.MethodGet, "/readyz", "", c.headers...)
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.Equal(t, c.code == "", strings.Contains(body, `"moved_at"`), "who may not read is told nothing: %v", c.headers)
	}
}

func isWriteMethod(method string) bool {
	return method == http.MethodPost || method == http.MethodDelete
}

// What nginx makes of a request unless it is told otherwise: HTTP/1.0, the address
// of the server behind it as the host, and no word of whom it asks for.
func TestAnOpenServerIsNotOpenedByNginx(t *testing.T) {
	h := newHouse(t)
	ask := func(version string) string {
		c, err := net.Dial("tcp", strings.TrimPrefix(h.http.URL, "http://"))
		require.NoError(t, err)
		defer c.Close()
		fmt.Fprintf(c, "GET /api/v1/coops HTTP/%s\r\nHost: %s\r\nConnection: close\r\n\r\n", version, c.RemoteAddr())
		b, err := io.ReadAll(bufio.NewReader(c))
		require.NoError(t, err)
		return string(b)
	}
	require.Contains(t, ask("1.1"), "200 OK")
	refused := ask("1.0")
	require.Contains(t, refused, "403 Forbidden")
	require.Contains(t, refused, `"code": "forwarded"`)
	require.Contains(t, refused, "htxledger token add")

	// With tokens the proxy may say what it likes: the token tells who asks.
	token := h.token("lien-minh", "alliance", "")
	res, _ := h.do(http.MethodGet, "/api/v1/coops", "", "Authorization", "Bearer "+token, "X-Forwarded-For", "192.0.2.1", "Via", "1.1 a", "Host", "so-cai.example")
	require.Equal(t, http.StatusOK, res.StatusCode)
}
