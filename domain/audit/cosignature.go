package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/calendar"
)

// The signature types of C2SP signed-note that we know, by the byte that
// stands before the key.
const (
	algCheckpoint = 0x01 // Ed25519 over the text
	algCosign     = 0x04 // timestamped Ed25519: tlog-cosignature v1
)

// A secretKey is the private half of an Ed25519 key of either type.
type secretKey struct {
	name string
	alg  byte
	key  ed25519.PrivateKey
}

// newSecret makes a key.
func newSecret(random io.Reader, name string, alg byte) (*secretKey, error) {
	if !nameable(name) {
		return nil, errOriginForm.With(name)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	return &secretKey{name, alg, ed25519.NewKeyFromSeed(seed)}, nil
}

// parseSecret reads PRIVATE+KEY+name+hash+base64(type, seed), the form of
// note.GenerateKey for every type.
func parseSecret(text string, alg byte) (*secretKey, error) {
	fields := strings.Split(text, "+")
	if len(fields) < 5 || fields[0] != "PRIVATE" || fields[1] != "KEY" || !nameable(fields[2]) {
		return nil, ErrKeyForm.With("…")
	}
	// base64 itself may hold a plus sign, so all further fields belong to the seed
	seed, err := base64.StdEncoding.Strict().DecodeString(strings.Join(fields[4:], "+"))
	if err != nil || len(seed) != 1+ed25519.SeedSize || seed[0] != alg {
		return nil, ErrKeyForm.With("…")
	}
	k := &secretKey{fields[2], alg, ed25519.NewKeyFromSeed(seed[1:])}
	// one key has one text: the hash in the middle is checked by printing the key again
	if k.String() != text {
		return nil, ErrKeyForm.With("…")
	}
	return k, nil
}

// String is what parseSecret reads.
func (k *secretKey) String() string {
	seed := append([]byte{k.alg}, k.key.Seed()...)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", k.name, k.id(), base64.StdEncoding.EncodeToString(seed))
}

// public is the verifier key, name+hash+base64(type, key).
func (k *secretKey) public() string {
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id(), base64.StdEncoding.EncodeToString(k.material()))
}

func (k *secretKey) material() []byte {
	return append([]byte{k.alg}, k.key.Public().(ed25519.PublicKey)...)
}

func (k *secretKey) id() uint32 { return keyID(k.name, k.material()) }

// keyID is the hash that stands in a signature line (C2SP signed-note).
func keyID(name string, material []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), material...))
	return binary.BigEndian.Uint32(sum[:])
}

// cosignatureText is the text that a cosignature is over.
func cosignatureText(body string, seconds uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, body)
}

// cosign makes the signature line of a checkpoint's body at an instant.
func (k *secretKey) cosign(body string, at calendar.Instant) []byte {
	seconds := uint64(at.Time().Unix())
	b := binary.BigEndian.AppendUint32(nil, k.id())
	b = binary.BigEndian.AppendUint64(b, seconds)
	b = append(b, ed25519.Sign(k.key, cosignatureText(body, seconds))...)
	return fmt.Appendf(nil, "— %s %s\n", k.name, base64.StdEncoding.EncodeToString(b))
}

// A cosigner verifies the cosignatures of one witness: a note.Verifier.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

// parseWitness reads the public key of a witness: a C2SP verifier key of type
// 4.
func parseWitness(public string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(public, "+")
	id, text, _ := strings.Cut(rest, "+")
	material, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || !nameable(name) || len(material) != 1+ed25519.PublicKeySize || material[0] != algCosign {
		return nil, ErrKeyForm.With(shortenLine(public))
	}
	c := &cosigner{name, keyID(name, material), material[1:]}
	// the hash is a checksum of name and key: a mistyped letter is found here
	if fmt.Sprintf("%08x", c.id) != id {
		return nil, ErrKeyForm.With(shortenLine(public))
	}
	return c, nil
}

// Name is the witness's name.
func (c *cosigner) Name() string { return c.name }

// KeyHash is the id of the key.
func (c *cosigner) KeyHash() uint32 { return c.id }

// Verify reports whether sig is a timestamped signature of the body msg.
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	// a time beyond the range of int64 could not be shown as an instant
	return seconds < 1<<63 && ed25519.Verify(c.key, cosignatureText(string(msg), seconds), sig[8:])
}

// A Cosignature is one witness's word on a checkpoint.
type Cosignature struct {
	Witness string
	At      calendar.Instant
}

// cosignedAt reads the time of a signature that has been verified.
func cosignedAt(s note.Signature) calendar.Instant {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	// four bytes of key id come before the eight of the time
	if err != nil || len(b) < 12 {
		return 0
	}
	return calendar.Instant(int64(binary.BigEndian.Uint64(b[4:])) * 1_000_000)
}

// A Policy asks that a number of named witnesses have cosigned.
type Policy struct {
	Need      int
	Witnesses []note.Verifier
}

// NewPolicy asks for need of the witnesses with these public keys, none of
// which may be given twice.
func NewPolicy(need int, witnesses ...string) (Policy, error) {
	p := Policy{Need: need}
	seen := map[string]bool{}
	for _, public := range witnesses {
		v, err := parseWitness(public)
		if err != nil {
			return Policy{}, err
		}
		material := string(v.(*cosigner).key) // one key under two names is one witness
		if !seen[material] {
			p.Witnesses = append(p.Witnesses, v)
		}
		seen[material] = true
	}
	if need < 0 || need > len(p.Witnesses) {
		return Policy{}, errPolicy.With(need, len(p.Witnesses))
	}
	return p, nil
}

// Check gives the cosignatures of a signed checkpoint that the policy names,
// and a fault if they are too few. A false signature under a witness's name
// counts as none.
func (p Policy) Check(signed []byte) ([]Cosignature, error) {
	var found []Cosignature
	for _, v := range p.Witnesses {
		n, err := note.Open(signed, note.VerifierList(v))
		if err == nil && len(n.Sigs) == 1 {
			found = append(found, Cosignature{v.Name(), cosignedAt(n.Sigs[0])})
		}
	}
	if len(found) < p.Need {
		return found, errWitnesses.With(len(found), len(p.Witnesses), p.Need)
	}
	return found, nil
}

// AddCosignatures puts signature lines, as witnesses answer, behind those of a
// signed checkpoint. Lines that are there already, or that no witness of the
// policy made, are left out.
func AddCosignatures(signed []byte, lines []byte, known Policy) ([]byte, error) {
	if err := checkNote(signed); err != nil {
		return nil, err
	}
	out := string(signed)
	for line := range strings.Lines(string(lines)) {
		// a witness that is asked twice answers with the same line
		if strings.Contains(out, "\n"+line) {
			continue
		}
		more := []byte(out + line)
		if checkNote(more) != nil {
			continue
		}
		// taken only where one more witness of the policy is counted by it
		if got, _ := (Policy{Witnesses: known.Witnesses}).Check(more); len(got) > countOf(known, out) {
			out = string(more)
		}
	}
	return []byte(out), nil
}

func countOf(known Policy, signed string) int {
	got, _ := (Policy{Witnesses: known.Witnesses}).Check([]byte(signed))
	return len(got)
}
