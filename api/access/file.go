package access

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// The versions of the file. Version 2 has a checksum and one form only, so that no
// bit of it can change without being seen. Version 1 has neither; it is read, and
// the next change writes version 2.
const (
	fileVersion    = 2
	fileVersionOld = 1
)

// The form of the file: this as JSON, indented by two spaces, and a line's end.
type contents struct {
	Version int `json:"version"`
	// SHA256 is that of the file with this field left out, in hexadecimal.
	SHA256 string  `json:"sha256,omitempty"`
	Tokens []Token `json:"tokens"`
}

// encode gives the one form in which tokens are kept.
func encode(tokens []Token) ([]byte, error) {
	c := contents{Version: fileVersion, Tokens: append([]Token{}, tokens...)}
	b, err := layOut(c)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	c.SHA256 = hex.EncodeToString(sum[:])
	return layOut(c)
}

func layOut(c contents) ([]byte, error) {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("lay out the tokens: %w", err)
	}
	return append(b, '\n'), nil
}

// parse reads a file of tokens, whole or not at all.
func parse(b []byte) ([]Token, error) {
	var v struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, ErrTokenFileDamaged.Because(err)
	}
	if v.Version == nil || *v.Version < 1 {
		return nil, ErrTokenFileDamaged.Because(errors.New("no version"))
	}
	if *v.Version > fileVersion {
		return nil, ErrTokenFileVersion.With(*v.Version)
	}
	tokens, err := parseTokens(b)
	if err == nil {
		err = checkTokens(tokens)
	}
	if err != nil {
		return nil, ErrTokenFileDamaged.Because(err)
	}
	return tokens, nil
}

// parseTokens reads the members of a file of tokens, none of which may be unknown.
func parseTokens(b []byte) ([]Token, error) {
	var c contents
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	switch {
	case c.Tokens == nil:
		return nil, errors.New("no list of tokens")
	case c.Version == fileVersionOld && c.SHA256 == "":
		return c.Tokens, nil
	}
	again, err := encode(c.Tokens)
	if err == nil && !bytes.Equal(again, b) {
		err = errors.New("not the form and the checksum in which it was written")
	}
	return c.Tokens, err
}

// checkTokens refuses tokens that no program can have made.
func checkTokens(tokens []Token) error {
	accounts, hashes := map[string]bool{}, map[string]bool{}
	for i, t := range tokens {
		if err := t.check(); err != nil {
			return fmt.Errorf("token %d: %w", i, err)
		}
		if accounts[t.ID] || hashes[t.SHA256] {
			return fmt.Errorf("token %d: the account or the hash stands twice", i)
		}
		accounts[t.ID], hashes[t.SHA256] = true, true
	}
	return nil
}

// check refuses a token that newToken would not have made. Members that depend on a
// clock, such as an end before its beginning, are not looked at.
func (t Token) check() error {
	if err := checkAccount(t.ID, t.Role, t.Place); err != nil {
		return err
	}
	sum, err := hex.DecodeString(t.SHA256)
	switch {
	case err != nil || len(sum) != sha256.Size || hex.EncodeToString(sum) != t.SHA256:
		return errors.New("the hash is none")
	case t.Created <= 0 || t.Revoked < 0:
		return errors.New("the times are none")
	case t.Expires <= t.Created || t.Expires-t.Created > calendar.Instant(MostLife.Microseconds()):
		return errors.New("it holds for no time, or for too long")
	}
	return nil
}

// checkAccount refuses an account nobody can have.
func checkAccount(id, role, place string) error {
	switch {
	case !ledger.IsKey(id):
		return ErrTokenID.With(id)
	case !slices.Contains(roles, role):
		return ErrTokenRole.With(role)
	case role == "officer" && place == "", place != "" && !ledger.IsKey(place):
		return ErrTokenPlace.With(place)
	}
	return nil
}
