package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// algEd25519 is the byte that stands before an Ed25519 key that signs
// checkpoints (C2SP signed-note).
const algEd25519 = 0x01

// Parse reads a public key as people pass it on, NAME+ID+BASE64 (the C2SP
// verifier key), and gives its name and the key. It takes the one text of each
// key: another spelling of the same bytes is no key.
func Parse(public string) (name string, key ed25519.PublicKey, ok bool) {
	name, rest, _ := strings.Cut(public, "+")
	id, text, _ := strings.Cut(rest, "+")
	material, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || !isNameable(name) || len(material) != 1+ed25519.PublicKeySize || material[0] != algEd25519 {
		return "", nil, false
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), material...))
	if fmt.Sprintf("%x", sum[:4]) != id || base64.StdEncoding.EncodeToString(material) != text {
		return "", nil, false
	}
	return name, material[1:], true
}

func isNameable(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || unicode.IsSpace(r) })
}

// ID is the eight digits by which a public key is called, those between the
// plus signs; of a text that is no key it is the beginning of the text.
func ID(public string) string {
	if parts := strings.SplitN(public, "+", 3); len(parts) == 3 { // a name has no plus, base64 may
		return parts[1]
	}
	if len(public) > 120 {
		return strings.ToValidUTF8(public[:120], "") + "…"
	}
	return public
}

// textTitle is the first line of a text that both keys of a hand-over sign. No
// checkpoint begins with it, for an origin holds no space, and its second line
// is no size; so neither signature can be taken for the other.
const textTitle = "htxledger key announcement 2"

// Text is what the old and the new key of a ledger.key-announced/2 sign: the
// ledger's origin, the position of the record, the first size that the new key
// signs, and both keys, one a line.
func Text(origin string, position, from int64, old, next string) []byte {
	return fmt.Appendf(nil, "%s\norigin %s\nposition %d\nfrom %d\nold %s\nnew %s\n", textTitle, origin, position, from, old, next)
}

// signatureHolds reports whether text is the base64 of a key's signature over a
// message.
func signatureHolds(key ed25519.PublicKey, message []byte, text string) bool {
	sig, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(sig) != ed25519.SignatureSize || !bytes.Equal(base64.StdEncoding.AppendEncode(nil, sig), []byte(text)) {
		return false
	}
	return ed25519.Verify(key, message, sig)
}
