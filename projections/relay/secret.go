package relay

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"htxledger/domain/durable"
)

// The lengths of a secret, in bytes.
const (
	secretPrefix = "whsec_"
	secretLeast  = 24
	secretMost   = 64
	secretNew    = 32
)

// secrets sign requests, each with a signature of its own, so that a receiver
// can be moved from one to the next.
type secrets [][]byte

// NewSecretFile makes a file with one new random secret, which only its owner
// can read. It fails if the file is there.
func NewSecretFile(path string) error {
	secret := make([]byte, secretNew)
	_, _ = rand.Read(secret) // never fails
	text := secretPrefix + base64.StdEncoding.EncodeToString(secret) + "\n"
	dir, err := durable.OpenDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("make the file of a secret: %w", err)
	}
	defer dir.Close()
	err = dir.Create(filepath.Base(path), []byte(text))
	if errors.Is(err, fs.ErrExist) {
		return ErrSecretExists.With(path).Because(err)
	}
	return err
}

// readSecrets reads a file that only its owner can read: a secret a line; empty
// lines, and those that begin with #, say nothing.
func readSecrets(path string) (secrets, error) {
	if err := checkPrivate(path); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, ErrSecret.With(path).Because(err)
	}
	var list secrets
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		secret, err := readSecret(line)
		if err != nil {
			return nil, ErrSecret.With(path) // the cause might show a part of it
		}
		list = append(list, secret)
	}
	if len(list) == 0 {
		return nil, ErrSecret.With(path)
	}
	return list, nil
}

// checkPrivate refuses a file that others can read, or that is not there.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return ErrNoFile.With(path).Because(err)
	}
	if !durable.Private(info) {
		return ErrSecretOpen.With(path)
	}
	return nil
}

func readSecret(line string) ([]byte, error) {
	text, ok := strings.CutPrefix(line, secretPrefix)
	if !ok {
		return nil, errors.New("no " + secretPrefix)
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && (len(secret) < secretLeast || len(secret) > secretMost) {
		err = errors.New("length")
	}
	return secret, err
}

// sign gives the value of the signature header: for each secret "v1," and the
// HMAC-SHA256 of id.seconds.body in base64, with spaces between.
func (s secrets) sign(id string, at time.Time, body []byte) string {
	list := make([]string, len(s))
	for i, secret := range s {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		list[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(list, " ")
}
