package access

import (
	"encoding/base64"
	"net"
	"strings"
	"sync/atomic"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Gate gives the account behind a request. A Gate is safe for concurrent use.
type Gate struct {
	store  *Store
	local  ledger.Actor
	strict atomic.Bool // nobody is let in without a token
}

// NewGate is a gate over a store of tokens. local is who is asking where no
// token was ever made.
func NewGate(store *Store, local ledger.Actor) *Gate { return &Gate{store: store, local: local} }

// Listen tells whether a server may listen on an address: nowhere if there
// were tokens and their file is gone. On an address that is not loopback it may
// only if there is a token that holds, and then nobody is let in without one,
// whatever becomes of the file.
func (g *Gate) Listen(address string, now calendar.Instant) error {
	if Loopback(address) {
		_, err := g.Open()
		return err
	}
	tokens, err := g.store.List()
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Valid(now) {
			g.strict.Store(true)
			return nil
		}
	}
	return ErrTokenNeeded.With(address)
}

// Loopback reports whether an address, with or without a port, can be reached
// from this machine alone.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Open reports whether the local user needs no token. A gate that ever saw a
// file of tokens, even an emptied file, stays shut for its life.
func (g *Gate) Open() (bool, error) {
	if g.strict.Load() {
		return false, nil
	}
	used, err := g.store.WasUsed()
	if used {
		g.strict.Store(true)
	}
	return err == nil && !used, err
}

// Who is the account behind an Authorization header: a bearer token, or basic
// credentials with the token as the password, as browsers send.
func (g *Gate) Who(authorization string, now calendar.Instant) (ledger.Actor, error) {
	open, err := g.Open()
	if err != nil {
		return ledger.Actor{}, err
	}
	if open && authorization == "" {
		return g.local, nil
	}
	t, err := g.store.Check(secretIn(authorization), now)
	if err != nil {
		return ledger.Actor{}, err
	}
	return t.Actor(), nil
}

// secretIn is the token in an Authorization header, or "".
func secretIn(authorization string) string {
	scheme, rest, _ := strings.Cut(authorization, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case strings.EqualFold(scheme, "bearer"):
		return rest
	case strings.EqualFold(scheme, "basic"):
		b, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			return ""
		}
		_, password, _ := strings.Cut(string(b), ":")
		return password
	}
	return ""
}
