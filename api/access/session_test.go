package access

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
)

// A cookie that is not bound to TLS counts on a plain connection alone: anybody on
// the way of a plain request could have planted it. The bound one counts on both.
func TestAPlainCookieUnderTLS(t *testing.T) {
	store := newStore(t)
	secret := add(t, store, "lmhtx-01", "alliance", "")
	gate := NewGate(store, ledger.Actor{ID: "local", Role: "admin"})
	for _, c := range []struct {
		name  string
		cover func(*http.Request)
		knows bool
	}{
		{cookiePlain, func(*http.Request) {}, true},
		{cookiePlain, func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, false},
		{cookiePlain, func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "HTTPS") }, false},
		{cookieOverTLS, func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, true},
		{cookieOverTLS, func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://so.example/", nil)
		r.AddCookie(&http.Cookie{Name: c.name, Value: secret})
		c.cover(r)
		who, byCookie, err := gate.Asks(r, now)
		if c.knows {
			require.NoError(t, err)
			require.True(t, byCookie)
			require.Equal(t, "lmhtx-01", who.ID)
			continue
		}
		require.ErrorIs(t, err, ErrUnauthenticated)
		require.Empty(t, who)
	}
}

// The cookie that signing in leaves is bound to TLS where the request came by it.
func TestTheCookieOfSigningIn(t *testing.T) {
	store := newStore(t)
	secret := add(t, store, "lmhtx-01", "alliance", "")
	gate := NewGate(store, ledger.Actor{})
	for forwarded, name := range map[string]string{"": cookiePlain, "https": cookieOverTLS} {
		r, w := httptest.NewRequest(http.MethodPost, "http://so.example/vao", nil), httptest.NewRecorder()
		r.Header.Set("X-Forwarded-Proto", forwarded)
		_, err := gate.SignIn(w, r, secret, now)
		require.NoError(t, err)
		set := w.Result().Cookies()
		require.Len(t, set, 1)
		require.Equal(t, name, set[0].Name)
		require.Equal(t, name == cookieOverTLS, set[0].Secure)
		require.True(t, set[0].HttpOnly)
		require.Equal(t, http.SameSiteStrictMode, set[0].SameSite)
	}
}
