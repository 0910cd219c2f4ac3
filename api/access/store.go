package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
)

// What the file of tokens can be wrong about.
var (
	ErrTokenFile = fault.Declare("token-file", fault.Unavailable,
		"the file of tokens cannot be read or written", "không đọc hoặc không ghi được tệp mã truy cập")
	ErrTokenFileDamaged = fault.Declare("token-file-damaged", fault.Unavailable,
		"the file of tokens is damaged", "tệp mã truy cập bị hỏng")
	ErrTokenFileVersion = fault.Declare("token-file-version", fault.Unavailable,
		"the file of tokens has version %d, which this program does not know", "tệp mã truy cập có phiên bản %d mà chương trình này chưa biết")
	ErrTokenFileLost = fault.Declare("token-file-lost", fault.Unavailable,
		"tokens were made here, but the file %s is gone: put it back, or make new ones with htxledger token add",
		"nơi này đã từng cấp mã truy cập nhưng tệp %s không còn: hãy khôi phục tệp đó, hoặc cấp mã mới bằng htxledger token add")
	ErrTokenFileOpen = fault.Declare("token-file-mode", fault.Forbidden,
		"others may read the file of tokens %s: make it 0600", "người khác đọc được tệp mã truy cập %s: hãy đặt quyền 0600")
	ErrTokenFileBusy = fault.Declare("token-file-busy", fault.Locked,
		"somebody else is changing the tokens; if nobody is, remove %s", "có người khác đang sửa mã truy cập; nếu không, hãy xóa %s")
)

// A Store is a file of tokens. What another process changes holds at the next
// call. It is safe for concurrent use.
//
// A file that was never there holds no tokens. One that is gone is another
// matter: whoever could delete it would be let in without one. So the first
// token leaves a mark beside the file, which is never taken away.
type Store struct {
	file string

	mu     sync.Mutex
	seen   os.FileInfo // of the file that tokens were read from; nil for none
	tokens []Token
}

// The form of the file.
type contents struct {
	Version int     `json:"version"`
	Tokens  []Token `json:"tokens"`
}

const fileVersion = 1

// Open opens the file of tokens, which need not exist yet. It fails if others
// than its owner may read it. That it is gone is told by List: whoever makes a
// new token need not know.
func Open(file string) (*Store, error) {
	s := &Store{file: file}
	_, err := s.List()
	if errors.Is(err, ErrTokenFileLost) {
		err = nil
	}
	return s, err
}

// List gives every token that was ever made, in the order of making. It is
// ErrTokenFileLost if there were some and their file is gone.
func (s *Store) List() ([]Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tokens, err := s.read()
	if err == nil && s.seen == nil && s.marked() {
		return nil, ErrTokenFileLost.With(s.file)
	}
	return tokens, err
}

// Used reports whether there ever was a token here.
func (s *Store) Used() (bool, error) {
	if _, err := s.List(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen != nil, nil
}

func (s *Store) mark() string { return s.file + ".made" }

func (s *Store) marked() bool {
	_, err := os.Lstat(s.mark())
	return !errors.Is(err, fs.ErrNotExist) // what cannot be looked at may be there
}

// leaveMark makes the mark, durably, before the first token.
func (s *Store) leaveMark() error {
	f, err := os.OpenFile(s.mark(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return ErrTokenFile.Because(err)
	}
	return nil
}

// Check is the account whose token this is, if it holds now.
func (s *Store) Check(secret string, now calendar.Instant) (Token, error) {
	tokens, err := s.List()
	if err != nil {
		return Token{}, err
	}
	t, ok := find(tokens, secret)
	if !ok || !t.Valid(now) {
		return Token{}, ErrUnauthenticated
	}
	return t, nil
}

// Add makes a token for a new account and gives it, for the only time.
func (s *Store) Add(now calendar.Instant, id, role, place string, life time.Duration) (secret string, err error) {
	secret, t, err := newToken(now, id, role, place, life)
	if err != nil {
		return "", err
	}
	err = s.change(func(tokens []Token) ([]Token, error) {
		if slices.ContainsFunc(tokens, func(x Token) bool { return x.ID == id }) {
			return nil, ErrTokenTaken.With(id)
		}
		return append(slices.Clip(tokens), t), nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Revoke ends a token, at once and for good; its id stays taken. Revoking
// again changes nothing.
func (s *Store) Revoke(now calendar.Instant, id string) error {
	return s.change(func(tokens []Token) ([]Token, error) {
		at := slices.IndexFunc(tokens, func(x Token) bool { return x.ID == id })
		if at < 0 {
			return nil, ErrTokenUnknown.With(id)
		}
		tokens = slices.Clone(tokens)
		if tokens[at].Revoked.IsZero() {
			tokens[at].Revoked = now
		}
		return tokens, nil
	})
}

// read gives the tokens of the file as it is now.
func (s *Store) read() ([]Token, error) {
	info, err := os.Stat(s.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.seen, s.tokens = nil, nil
		return nil, nil
	case err != nil:
		return nil, ErrTokenFile.Because(err)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, ErrTokenFileOpen.With(s.file)
	case s.seen != nil && os.SameFile(s.seen, info) && s.seen.ModTime().Equal(info.ModTime()) && s.seen.Size() == info.Size():
		return s.tokens, nil
	}
	b, err := os.ReadFile(s.file)
	if err != nil {
		return nil, ErrTokenFile.Because(err)
	}
	tokens, err := parse(b)
	if err != nil {
		return nil, err
	}
	s.seen, s.tokens = info, tokens
	return tokens, nil
}

func parse(b []byte) ([]Token, error) {
	var c contents
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, ErrTokenFileDamaged.Because(err)
	}
	if c.Version != fileVersion {
		return nil, ErrTokenFileVersion.With(c.Version)
	}
	return c.Tokens, nil
}

// change replaces the file as a whole: who reads sees the old one or the new.
func (s *Store) change(f func([]Token) ([]Token, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	tokens, err := s.read()
	if err != nil {
		return err
	}
	if tokens, err = f(tokens); err != nil {
		return err
	}
	return s.write(tokens)
}

// lock keeps a second process from changing the file at the same time: its
// change, or a revocation, would be lost.
func (s *Store) lock() (unlock func(), err error) {
	name := s.file + ".lock"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, ErrTokenFileBusy.With(name)
	case err != nil:
		return nil, ErrTokenFile.Because(err)
	}
	return func() {
		_ = f.Close()
		_ = os.Remove(name)
	}, nil
}

func (s *Store) write(tokens []Token) error {
	b, err := json.MarshalIndent(contents{fileVersion, tokens}, "", "  ")
	if err != nil {
		return err
	}
	if err := s.leaveMark(); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.file), filepath.Base(s.file)+".*") // 0600
	if err != nil {
		return ErrTokenFile.Because(err)
	}
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return ErrTokenFile.Because(err)
	}
	return nil
}
