package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// keyOf is the key of a command: the row's own, with the kind behind it where
// a row makes several, or one that register.RowKey derives.
func (r *row) keyOf(own string, d *ledger.Draft) (string, error) {
	if own == "" {
		return register.RowKey(r.form.Name, d, ledger.ID{})
	}
	if r.form.several {
		kind := string(d.Kind)
		own += kind[strings.IndexByte(kind, '.'):]
	}
	return own, nil
}

// IsDerived tells whether a key was made of what its command says.
func IsDerived(key string) bool { return strings.HasPrefix(key, register.RowKeyPrefix) }

// digest is the SHA-256 of the canonical bytes of v, in hex.
func digest(v any) (string, error) {
	b, err := canonical.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// streamKey is the key of a stream whose writer gave it none: a prefix, and half
// of the digest of what tells it from others, in order.
func (r *row) streamKey(own, prefix string, parts ...string) string {
	if own != "" {
		return own
	}
	r.uncoded = prefix
	for i, p := range parts {
		parts[i] = strings.ToLower(p)
	}
	sum, err := digest(parts)
	if err != nil {
		r.reject(-1, err)
		return ""
	}
	return prefix + sum[:32]
}
