package access

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// The cookie of a browser that has signed in holds the token itself: nothing is
// kept here, several servers of one ledger need to share nothing but their file of
// tokens, and a token that is revoked or runs out ends it at once. Under TLS it
// has the name that browsers tie to this host and to TLS.
const (
	cookieOverTLS = "__Host-htxledger"
	cookiePlain   = "htxledger"
)

// SignedInAtMost is how long a browser keeps the cookie: a working day, for
// computers that others use the next morning.
const SignedInAtMost = 12 * time.Hour

// Asks is the account behind a request: that of its Authorization, or, where it
// has none, of the cookie left by SignIn. cookie reports the latter.
func (g *Gate) Asks(r *http.Request, now calendar.Instant) (who ledger.Actor, cookie bool, err error) {
	authorization := r.Header.Get("Authorization")
	open, err := g.Open()
	if err != nil {
		return ledger.Actor{}, false, err
	}
	if open || authorization != "" {
		who, err = g.Who(authorization, now)
		return who, false, err
	}
	t, err := g.store.Check(secretOfCookie(r), now)
	if err != nil {
		return ledger.Actor{}, false, err
	}
	return t.Actor(), true, nil
}

// secretOfCookie is the token in the cookie of a request our own pages or
// the reader made. A request made by a foreign page has no cookie, or the cookie does not
// count; nor does a cookie that came by TLS without being bound to TLS: anybody on the way
// of a plain request could have planted the latter.
func secretOfCookie(r *http.Request) string {
	if !ownPages(r) {
		return ""
	}
	names := []string{cookieOverTLS, cookiePlain}
	if overTLS(r) {
		names = names[:1]
	}
	for _, name := range names {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
	}
	return ""
}

// ownPages reports whether our own pages or the reader made a request, as far as
// the browser says.
func ownPages(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	return false
}

// SignIn gives a browser the cookie of a valid token.
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, secret string, now calendar.Instant) (ledger.Actor, error) {
	t, err := g.store.Check(strings.TrimSpace(secret), now)
	if err != nil {
		return ledger.Actor{}, err
	}
	left := time.Duration(t.Expires-now) * time.Microsecond
	http.SetCookie(w, cookieOf(overTLS(r), strings.TrimSpace(secret), int(min(left, SignedInAtMost)/time.Second)))
	return t.Actor(), nil
}

// Forget takes an invalid cookie from a browser. A cookie that was not
// looked at, since a foreign page made the request, stays, for it may be valid.
func Forget(w http.ResponseWriter, r *http.Request) {
	if ownPages(r) {
		SignOut(w, r)
	}
}

// SignOut takes the cookie from a browser.
func SignOut(w http.ResponseWriter, r *http.Request) {
	for _, tls := range []bool{true, false} {
		if _, err := r.Cookie(cookieOf(tls, "", 0).Name); err == nil {
			http.SetCookie(w, cookieOf(tls, "", -1))
		}
	}
}

// cookieOf is the cookie, for so many seconds.
func cookieOf(tls bool, secret string, seconds int) *http.Cookie {
	c := &http.Cookie{Name: cookiePlain, Value: secret, Path: "/", MaxAge: cmp.Or(seconds, -1), HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if tls {
		c.Name, c.Secure = cookieOverTLS, true
	}
	return c
}

// overTLS reports whether the browser came by TLS, here or at the proxy before
// us. The header is believed from anybody, and for this alone: it can only bind
// the cookie of whoever sent it more tightly.
func overTLS(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
