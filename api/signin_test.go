package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A browser is a client that keeps cookies as browsers do and does not follow.
type browser struct {
	*house
	cookies map[string]string
}

func (b *browser) goes(method, path, body string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	var list []string
	for name, value := range b.cookies {
		list = append(list, name+"="+value)
	}
	if len(list) > 0 {
		headers = append(headers, "Cookie", strings.Join(list, "; "))
	}
	res, got := b.do(method, path, body, headers...)
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return res, got
}

func (b *browser) hands(code, next string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	form := url.Values{"code": {code}, "next": {next}}.Encode()
	return b.goes(http.MethodPost, "/vao", form, append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

// A reader without a token is sent to the door and back to where they wanted to
// be; the cookie opens pages and API; revoking the token shuts both at once.
func TestSigningIn(t *testing.T) {
	h := newHouse(t)
	token := h.token("can-bo", "officer", "krong-no")
	b := &browser{h, map[string]string{}}

	res, _ := b.goes(http.MethodGet, "/?as_of=31/12/2023", "")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Equal(t, "/vao?next=%2F%3Fas_of%3D31%2F12%2F2023", res.Header.Get("Location"))
	res, got := b.goes(http.MethodGet, res.Header.Get("Location"), "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, got, `name="next" value="/?as_of=31/12/2023"`)
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "form-action 'self'")

	res, got = b.hands("htx_"+strings.Repeat("0", 64), "/?as_of=31/12/2023")
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	require.Contains(t, got, "mã này không đúng, đã bị thu hồi hoặc đã hết hạn")
	require.NotContains(t, got, strings.Repeat("0", 64), "what was typed is not sent back")
	require.NotContains(t, res.Header.Values("WWW-Authenticate"), "Basic", "no window of the browser's own")
	require.Empty(t, b.cookies)

	res, _ = b.hands("  "+token+"\n", "/?as_of=31/12/2023")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Equal(t, "/?as_of=31/12/2023", res.Header.Get("Location"))
	set := res.Cookies()[0]
	require.True(t, set.HttpOnly)
	require.False(t, set.Secure)
	require.Equal(t, []any{http.SameSiteStrictMode, "/", "htxledger", ""}, []any{set.SameSite, set.Path, set.Name, set.Domain})
	require.LessOrEqual(t, set.MaxAge, 3600, "no longer than the token")
	require.Greater(t, set.MaxAge, 3500)

	res, got = b.goes(http.MethodGet, "/?as_of=31/12/2023", "")
	require.NotContains(t, []int{http.StatusSeeOther, http.StatusUnauthorized}, res.StatusCode)
	require.Contains(t, got, "can-bo")
	require.Contains(t, got, `action="/ra"`)
	res, got = b.goes(http.MethodGet, "/vao", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, got, "cán bộ địa bàn")
	res, _ = b.goes(http.MethodGet, "/api/v1/coops?as_of=2023-12-31&known_at=@9", "", "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, res.Header.Get("Vary"), "Cookie")
	require.Contains(t, res.Header.Get("Cache-Control"), "private")
	res, got = b.goes(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusCreated, res.StatusCode, got)
	require.Equal(t, "can-bo", h.recordAt(t, h.size()-1).Actor.ID)

	require.NoError(t, h.tokens.Revoke(h.now(), "can-bo"))
	res, _ = b.goes(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	res, _ = b.goes(http.MethodGet, "/", "")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Empty(t, b.cookies, "and the cookie is taken back")
	require.NotContains(t, h.logged.String(), token)
	require.NotContains(t, h.logged.String(), token[4:])
}

// A page elsewhere can use nobody's cookie, sign nobody in and nobody out.
func TestSigningInFromElsewhere(t *testing.T) {
	h := newHouse(t)
	token := h.token("lien-minh", "alliance", "")
	b := &browser{h, map[string]string{}}
	for _, from := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://example.org"}, {"Origin", "null"},
	} {
		res, _ := b.hands(token, "/", from...)
		require.Equal(t, http.StatusForbidden, res.StatusCode, from)
		require.Empty(t, b.cookies)
	}
	_, _ = b.hands(token, "/")
	require.Len(t, b.cookies, 1)
	before := h.size()
	for _, from := range []string{"cross-site", "same-site"} {
		res, _ := b.goes(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json", "Sec-Fetch-Site", from)
		require.Equal(t, http.StatusForbidden, res.StatusCode)
		res, _ = b.goes(http.MethodGet, "/api/v1/coops", "", "Sec-Fetch-Site", from)
		require.Equal(t, http.StatusUnauthorized, res.StatusCode)
		res, _ = b.goes(http.MethodPost, "/ra", "", "Sec-Fetch-Site", from)
		require.Equal(t, http.StatusForbidden, res.StatusCode)
	}
	require.Len(t, b.cookies, 1)
	require.Equal(t, before, h.size())
	res, _ := b.goes(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	res, _ = b.goes(http.MethodPost, "/ra", "", "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Equal(t, `"cache"`, res.Header.Get("Clear-Site-Data"))
	require.Empty(t, b.cookies)
}

// Behind TLS the cookie is bound to it, and a header can do nothing else.
func TestTheCookieBehindTLS(t *testing.T) {
	h := newHouse(t)
	b := &browser{h, map[string]string{}}
	res, _ := b.hands(h.token("a", "auditor", ""), "/", "X-Forwarded-Proto", "https")
	set := res.Cookies()[0]
	require.Equal(t, []any{"__Host-htxledger", true, "/", ""}, []any{set.Name, set.Secure, set.Path, set.Domain})
	res, _ = b.goes(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	_, _ = b.goes(http.MethodPost, "/ra", "", "X-Forwarded-Proto", "https")
	require.Empty(t, b.cookies)
}

// After signing in a reader goes to a page of ours, whatever the form says.
func TestNextIsOurs(t *testing.T) {
	h := newHouse(t)
	token := h.token("a", "auditor", "")
	for next, want := range map[string]string{
		"": "/", "/": "/", "/htx/a?as_of=31%2F12%2F2023": "/htx/a?as_of=31%2F12%2F2023", "https://example.org/": "/", "//example.org": "/",
		`/\example.org`: "/", `\\example.org`: "/", "/\t/example.org": "/", "javascript:alert(1)": "/", "example.org": "/", "/vao": "/", "/ra": "/",
		"/a\r\nSet-Cookie: x=y": "/", "/\xff\xfe": "/", "/a\u0085b": "/", "/\u2028/x": "/", "/htx/a?q=nông": "/htx/a?q=nông", "///example.org": "/", "/" + strings.Repeat("a", 3000): "/", "http:example.org": "/", "/%zz": "/",
	} {
		res, _ := (&browser{h, map[string]string{}}).hands(token, next)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, next)
		require.Equal(t, want, res.Header.Get("Location"), next)
		require.Len(t, res.Header.Values("Set-Cookie"), 1, next)
	}
}

// Programs get problems, not pages; a browser that follows a link into the API is
// shown the door; part of a page asks for all of it.
func TestWhoIsSentToTheDoor(t *testing.T) {
	h := newHouse(t)
	token := h.token("a", "auditor", "")
	for _, c := range []struct {
		path    string
		headers []string
		status  int
	}{
		{"/", nil, 303},
		{"/", []string{"Authorization", "Bearer htx_wrong"}, 401},
		{"/", []string{"HX-Request", "true"}, 401},
		{"/api/v1/coops", nil, 401},
		{"/metrics", nil, 401},
		{"/api/v1/coops", []string{"Sec-Fetch-Mode", "navigate"}, 303},
		{"/api/v1/coops", []string{"Cookie", "htxledger=" + token}, 200},
		{"/api/v1/coops", []string{"Authorization", "Bearer htx_wrong", "Cookie", "htxledger=" + token}, 401},
	} {
		res, _ := h.do(http.MethodGet, c.path, "", c.headers...)
		require.Equal(t, c.status, res.StatusCode, "%s %v", c.path, c.headers)
		require.Equal(t, len(c.headers) > 0 && c.headers[0] == "HX-Request", res.Header.Get("HX-Refresh") == "true")
	}
	for _, media := range []string{"application/json", "text/plain", ""} {
		res, _ := h.do(http.MethodPost, "/vao", "code="+token, "Content-Type", media)
		require.Equal(t, http.StatusBadRequest, res.StatusCode, media)
		require.Empty(t, res.Cookies())
	}
	res, _ := h.do(http.MethodPost, "/vao?code="+token, "", "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusUnauthorized, res.StatusCode, "never in an address")
	res, _ = h.do(http.MethodPost, "/vao", "code="+strings.Repeat("a", maxSignIn), "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)

	open := newHouse(t)
	res, _ = open.do(http.MethodGet, "/vao?next=/htx", "")
	require.Equal(t, []any{303, "/htx"}, []any{res.StatusCode, res.Header.Get("Location")}, "nobody needs to")
}

// Nobody is signed out by a page elsewhere that makes a browser ask for one of
// ours: the cookie was not looked at, so it may hold.
func TestAPageElsewhereSignsNobodyOut(t *testing.T) {
	h := newHouse(t)
	b := &browser{h, map[string]string{}}
	_, _ = b.hands(h.token("a", "auditor", ""), "/")
	for _, site := range []string{"same-site", "cross-site"} {
		res, _ := b.goes(http.MethodGet, "/?as_of=31/12/2023", "", "Sec-Fetch-Site", site)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, site)
		require.Empty(t, res.Cookies(), site)
	}
	res, _ := b.goes(http.MethodGet, "/api/v1/coops", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
}

// Under TLS a cookie counts only if it is bound to TLS: whoever stands between a
// browser and any plain page of this host can plant the other one.
func TestAPlantedCookie(t *testing.T) {
	h := newHouse(t)
	token := h.token("a", "auditor", "")
	for cookie, want := range map[string][]int{
		"htxledger=" + token:        {http.StatusOK, http.StatusUnauthorized},
		"__Host-htxledger=" + token: {http.StatusOK, http.StatusOK},
		"htxledger=" + token + "; __Host-htxledger=" + h.token("b", "auditor", ""): {http.StatusOK, http.StatusOK},
	} {
		for i, proto := range []string{"http", "https"} {
			res, _ := h.do(http.MethodGet, "/api/v1/coops", "", "Cookie", cookie, "X-Forwarded-Proto", proto)
			require.Equal(t, want[i], res.StatusCode, "%s %d", proto, i)
		}
	}
}

// A browser opens a window of its own for Basic, over the page: it is offered to
// programs, and to whoever came with it.
func TestBasicIsForPrograms(t *testing.T) {
	h := newHouse(t)
	_ = h.token("a", "auditor", "")
	for _, c := range []struct {
		path, method string
		headers      []string
		offered      bool
	}{
		{"/api/v1/coops", http.MethodGet, nil, true},
		{"/api/v1/coops", http.MethodGet, []string{"Authorization", "Basic eDp5", "Accept", "text/html"}, true},
		{"/api/v1/coops", http.MethodGet, []string{"Sec-Fetch-Mode", "cors"}, false},
		{"/", http.MethodGet, []string{"HX-Request", "true"}, false},
		{"/", http.MethodGet, []string{"Authorization", "Bearer x", "Accept", "text/html"}, false},
		{"/kiem-toan/tinh-lai", http.MethodPost, []string{"Accept", "text/html"}, false},
	} {
		res, _ := h.do(c.method, c.path, "", c.headers...)
		require.Equal(t, http.StatusUnauthorized, res.StatusCode, c.path)
		offered := strings.Contains(strings.Join(res.Header.Values("WWW-Authenticate"), ", "), "Basic")
		require.Equal(t, c.offered, offered, "%s %v", c.path, c.headers)
		require.Contains(t, res.Header.Values("WWW-Authenticate"), `Bearer realm="htxledger"`)
	}
	// On a plain address a browser says only what it takes.
	res, _ := h.do(http.MethodGet, "/api/v1/coops", "", "Accept", "text/html,*/*")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Equal(t, "/vao?next=%2Fapi%2Fv1%2Fcoops", res.Header.Get("Location"))
}

// Whoever needs a token and has none learns from readiness whether to send people
// here, and nothing of what the ledger holds or where it goes.
func TestReadinessForStrangers(t *testing.T) {
	h := newHouse(t, func(d *Deps) {
		d.Relays = func() []Carried { return []Carried{{Target: "https://kho.test/in", Running: true}} }
	})
	_, got := h.do(http.MethodGet, "/readyz", "")
	require.Contains(t, got, "kho.test", "without tokens")
	_, got = h.do(http.MethodGet, "/readyz", "", "Host", "example.org")
	require.NotContains(t, got, "kho.test", "a name that somebody has let point here")

	token := h.token("a", "analyst", "")
	for _, headers := range [][]string{nil, {"Authorization", "Bearer x"}, {"Cookie", "htxledger=" + token, "Sec-Fetch-Site", "same-site"}} {
		res, got := h.do(http.MethodGet, "/readyz", "", headers...)
		require.Equal(t, http.StatusOK, res.StatusCode)
		for _, word := range []string{"relays", "moved"} {
			require.NotContains(t, got, word, headers)
		}
		require.Contains(t, got, `"ready": true`)
	}
	for _, headers := range [][]string{{"Authorization", "Bearer " + token}, {"Cookie", "htxledger=" + token}} {
		_, got = h.do(http.MethodGet, "/readyz", "", headers...)
		require.Contains(t, got, "kho.test")
		require.Contains(t, got, `"moved": []`)
	}
}
