package audit

import (
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/keyring"
)

// A Disk keeps the small files of one folder: keys, the journal of
// checkpoints, the memory of a witness. Names are plain file names.
type Disk interface {
	// Names lists the files.
	Names() ([]string, error)
	// Read gives a whole file, and whether only its owner can read it. An
	// absent file is fs.ErrNotExist.
	Read(name string) (b []byte, private bool, err error)
	// Create makes a file that only its owner can read, durable on return; one
	// that exists is fs.ErrExist.
	Create(name string, b []byte) error
	// Append writes b at the end of a file, which is at, cutting off anything
	// beyond, and is durable on return. At 0 the file is made if need be.
	Append(name string, at int64, b []byte) error
	// Replace puts a new content in place of the old, whole or not at all, and
	// is durable on return.
	Replace(name string, b []byte) error
	// Lock keeps other processes from the folder until release is called, or
	// fails with ErrBusy.
	Lock() (release func(), err error)
}

// keySuffix marks the key files of a folder.
const keySuffix = ".key"

// A Key signs checkpoints. It is immutable.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	secret   string
	public   string
}

// newKey makes an Ed25519 key for the ledger with an origin, whose name it
// bears. random is a source of random bytes.
func newKey(random io.Reader, origin string) (*Key, error) {
	k, err := newSecret(random, origin, algCheckpoint)
	if err != nil {
		return nil, err
	}
	return parseKey(k.String())
}

// nameable reports whether a text can be the name of a key, and so the origin
// line of a checkpoint.
func nameable(origin string) bool {
	return origin != "" && !strings.ContainsFunc(origin, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '+' || unicode.IsSpace(r) })
}

// parseKey reads the text of a key file.
func parseKey(secret string) (*Key, error) {
	secret = strings.TrimSuffix(secret, "\n")
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, ErrKeyForm.With("…").Because(err)
	}
	private, err := parseSecret(secret, algCheckpoint)
	if err != nil {
		return nil, err
	}
	public := private.public()
	verifier, err := ParseVerifier(public)
	if err != nil {
		return nil, err
	}
	return &Key{signer, verifier, secret, public}, nil
}

// Verifier is the public key as people pass it on: name+hash+base64, the C2SP
// verifier key.
func (k *Key) Verifier() string { return k.public }

// Name is the origin that the key is for.
func (k *Key) Name() string { return k.signer.Name() }

// sign makes the signed note of a checkpoint and opens it again.
func (k *Key) sign(c Checkpoint) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.Body()}, k.signer)
	if err != nil {
		return nil, err
	}
	// opened again before anybody sees it: a fault of the signer must not get into the journal
	_, names, err := openNote(signed, k.verifier)
	if err == nil && len(names) == 0 {
		err = errSignature.With(c.Size)
	}
	return signed, err
}

// seal is the base64 of the key's signature over a text that is no checkpoint.
func (k *Key) seal(text []byte) (string, error) {
	sig, err := k.signer.Sign(text)
	return base64.StdEncoding.EncodeToString(sig), err
}

// ParseVerifier reads a public key: that of a ledger's checkpoints.
func ParseVerifier(public string) (note.Verifier, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return nil, ErrKeyForm.With(shortenLine(public)).Because(err)
	}
	return v, nil
}

// shortenLine is a text that somebody typed, cut for a message.
func shortenLine(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}

// KeyID is the eight digits by which a public key is called: those between the
// plus signs.
func KeyID(public string) string { return keyring.ID(public) }

// CreateKey makes a key in its own file, which only its owner can read. The
// first key of a ledger may sign at once; a further one after it is announced
// in the ledger (package keyring).
func CreateKey(disk Disk, random io.Reader, origin string) (*Key, error) {
	k, err := newKey(random, origin)
	if err != nil {
		return nil, err
	}
	name := KeyID(k.public) + keySuffix
	if err := disk.Create(name, []byte(k.secret+"\n")); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, errKeyExists.With(name)
		}
		return nil, ErrDisk.Because(err)
	}
	return k, nil
}

// Keys are the keys of a folder, in order of file name. A key file that others
// can read, or that cannot be read, is refused, not skipped.
func Keys(disk Disk) ([]*Key, error) {
	names, err := disk.Names()
	if err != nil {
		return nil, ErrDisk.Because(err)
	}
	var keys []*Key
	for _, name := range names {
		if !strings.HasSuffix(name, keySuffix) {
			continue
		}
		secret, err := readSecret(disk, name)
		if err != nil {
			return nil, err
		}
		k, err := parseKey(secret)
		if err != nil {
			return nil, ErrKeyForm.With(name).Because(err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// readSecret reads a file that nobody else may read.
func readSecret(disk Disk, name string) (string, error) {
	b, private, err := disk.Read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", ErrNoKey
	case err != nil:
		return "", errKeyFile.With(name).Because(err)
	case !private:
		return "", errKeyMode.With(name)
	}
	return string(b), nil
}
