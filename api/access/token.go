package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Mistakes in an account or a token.
var (
	ErrUnauthenticated = fault.Declare("unauthenticated", fault.Forbidden,
		"a valid token is needed", "cần mã truy cập còn hiệu lực")
	ErrTokenNeeded = fault.Declare("token-needed", fault.Forbidden,
		"serving on %s needs at least one valid token (htxledger token add); without tokens only a loopback address is served",
		"phục vụ tại %s cần ít nhất một mã truy cập còn hiệu lực (htxledger token add); khi chưa có mã chỉ phục vụ địa chỉ của chính máy này")
	ErrTokenID = fault.Declare("token-id", fault.Malformed,
		"%q is not an account id (ASCII letters, digits, . _ : -; never a person's name)",
		"%q không phải là mã tài khoản (chữ cái ASCII, chữ số, . _ : -; không dùng tên người)")
	ErrTokenTaken = fault.Declare("token-taken", fault.Conflict,
		"the account %q exists, or did: ids are never used twice", "tài khoản %q đã có hoặc đã từng có: mã không dùng lại")
	ErrTokenRole = fault.Declare("token-role", fault.Rejected,
		"%q is not a role of an account (want officer, alliance, auditor, analyst or admin)",
		"%q không phải là vai trò của tài khoản (officer, alliance, auditor, analyst hoặc admin)")
	ErrTokenPlace = fault.Declare("token-place", fault.Rejected,
		"an officer needs the code of a place, and %q is none", "cán bộ địa bàn cần mã địa bàn, %q không hợp lệ")
	ErrTokenLife = fault.Declare("token-life", fault.Rejected,
		"a token holds between a minute and 366 days", "mã truy cập có hiệu lực từ một phút đến 366 ngày")
	ErrTokenUnknown = fault.Declare("token-unknown", fault.NotFound,
		"there is no account %q", "không có tài khoản %q")
)

// Prefix begins every token, so that scanners for secrets find a lost token.
const Prefix = "htx_"

// MostLife is the longest a token may hold.
const MostLife = 366 * 24 * time.Hour

// roles are those that an account may have: all but the program's own.
var roles = []string{"officer", "alliance", "auditor", "analyst", "admin"}

// A Token is the stored part of a token: everything but the secret.
type Token struct {
	ID      string           `json:"id"` // of the account: the actor's id in every record
	Role    string           `json:"role"`
	Place   string           `json:"place,omitempty"`
	SHA256  string           `json:"sha256"`
	Created calendar.Instant `json:"created"`
	Expires calendar.Instant `json:"expires"`
	Revoked calendar.Instant `json:"revoked,omitzero"`
}

// Actor is a token's holder as an actor of records.
func (t Token) Actor() ledger.Actor { return ledger.Actor{ID: t.ID, Role: t.Role, Place: t.Place} }

// Valid reports whether a token holds at an instant.
func (t Token) Valid(now calendar.Instant) bool { return t.Revoked.IsZero() && now < t.Expires }

// newToken draws a secret, and the token stored for the secret.
func newToken(now calendar.Instant, id, role, place string, life time.Duration) (secret string, t Token, err error) {
	if err := checkAccount(id, role, place); err != nil {
		return "", Token{}, err
	}
	if life < time.Minute || life > MostLife {
		return "", Token{}, ErrTokenLife
	}
	var b [32]byte
	rand.Read(b[:]) // never fails
	secret = Prefix + hex.EncodeToString(b[:])
	return secret, Token{
		ID: id, Role: role, Place: place, SHA256: hash(secret),
		Created: now, Expires: now + calendar.Instant(life.Microseconds()),
	}, nil
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// find is the token of a secret, in a time that does not depend on the token.
func find(tokens []Token, secret string) (Token, bool) {
	sum, found := []byte(hash(secret)), -1
	for i, t := range tokens {
		if subtle.ConstantTimeCompare(sum, []byte(t.SHA256)) == 1 {
			found = i
		}
	}
	if found < 0 || !strings.HasPrefix(secret, Prefix) {
		return Token{}, false
	}
	return tokens[found], true
}
