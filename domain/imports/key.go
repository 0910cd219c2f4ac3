package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
)

// derivedPrefix begins the keys that are made of what a command says.
const derivedPrefix = "csv/"

// said is what a derived key is made of: all that a command says, but not
// which file and row brought it. Its canonical bytes are a contract: another
// form would make every file that was ever sent new.
type said struct {
	Data     canonical.Raw   `json:"data"`
	Document string          `json:"document,omitempty"`
	Issued   calendar.Stated `json:"issued,omitempty"`
	Issuer   string          `json:"issuer,omitempty"`
	Kind     ledger.Kind     `json:"kind"`
	Note     string          `json:"note,omitempty"`
	Stream   ledger.Stream   `json:"stream"`
	Valid    calendar.Stated `json:"valid"`
}

// keyOf is the key of a command: the row's own, with the kind behind it where
// a row makes several, or csv/<form>/<sha256 of what is said>.
func (r *row) keyOf(own string, d *ledger.Draft, source ledger.Source) (string, error) {
	if own != "" {
		if r.form.several {
			kind := string(d.Kind)
			own += kind[strings.IndexByte(kind, '.'):]
		}
		return own, nil
	}
	sum, err := digest(said{
		Data: d.Data, Document: source.Document, Issued: source.Issued, Issuer: source.Issuer,
		Kind: d.Kind, Note: source.Note, Stream: d.Stream, Valid: d.Valid,
	})
	return derivedPrefix + r.form.Name + "/" + sum, err
}

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
