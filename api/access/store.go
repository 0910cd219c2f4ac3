package access

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/durable"
	"htxledger/domain/fault"
)

// Troubles with the file of tokens.
var (
	ErrTokenFile = fault.Declare("token-file", fault.Unavailable,
		"the file of tokens cannot be read or written", "không đọc hoặc không ghi được tệp mã truy cập")
	ErrTokenFileDamaged = fault.Declare("token-file-damaged", fault.Unavailable,
		"the file of tokens is damaged, or was changed by hand: put a copy back, or move it away and make new tokens with htxledger token add",
		"tệp mã truy cập bị hỏng hoặc đã bị sửa bằng tay: hãy khôi phục từ bản sao, hoặc chuyển tệp đi nơi khác rồi cấp mã mới bằng htxledger token add")
	ErrTokenFileVersion = fault.Declare("token-file-version", fault.Unavailable,
		"the file of tokens has version %d, which this program does not know", "tệp mã truy cập có phiên bản %d mà chương trình này chưa biết")
	ErrTokenFileLost = fault.Declare("token-file-lost", fault.Unavailable,
		"tokens were made here, but the file %s is gone: put it back, or make new ones with htxledger token add",
		"nơi này đã từng cấp mã truy cập nhưng tệp %s không còn: hãy khôi phục tệp đó, hoặc cấp mã mới bằng htxledger token add")
	ErrTokenFileOpen = fault.Declare("token-file-mode", fault.Forbidden,
		"others may read the file of tokens %s: make it 0600", "người khác đọc được tệp mã truy cập %s: hãy đặt quyền 0600")
	ErrTokenFileBusy = fault.Declare("token-file-busy", fault.Locked,
		"another process is changing the tokens; try again", "một tiến trình khác đang sửa mã truy cập; hãy thử lại")
	// ErrTokenMark: the change is made all the same.
	ErrTokenMark = fault.Declare("token-mark", fault.Unavailable,
		"the tokens are changed, but %s could not be written beside them: make room or mend the permissions, then change the tokens once more",
		"đã sửa mã truy cập, nhưng không ghi được tệp %s bên cạnh: hãy giải phóng chỗ trống hoặc sửa quyền, rồi sửa mã thêm một lần nữa")
)

// WasChanged reports whether the tokens were changed by a call that ended with an
// error or without.
func WasChanged(err error) bool {
	return err == nil || errors.Is(err, durable.ErrUnsynced) || errors.Is(err, ErrTokenMark)
}

// A Store is a file of tokens. A change by another process holds from the next
// call on. A Store is safe for concurrent use.
//
// A file that never existed holds no tokens. A deleted file is a fault,
// since otherwise deleting the file would open the door to everybody. So the first
// token leaves a mark beside the file, which is never taken away.
//
// A change is the file replaced as a whole, then the mark. Cut off before the
// file has its new name, it never happened; cut off between the two, there is a
// file, which asks everybody for a token, and the next change leaves the mark.
type Store struct {
	file string

	mu     sync.Mutex
	seen   os.FileInfo // of the file that tokens were read from; nil for none
	tokens []Token
}

// The files beside the file of tokens, by the end of the name. Programs before
// version 2 of the file made a file NAME.lock and removed it: one that is left
// means nothing.
const (
	markEnding = ".made"
	lockEnding = ".flock"
)

// lockWait is how long a change waits for another, which takes milliseconds.
const lockWait = 2 * time.Second

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
	if err == nil && s.seen == nil && s.hasMark() {
		return nil, ErrTokenFileLost.With(s.file)
	}
	return tokens, err
}

// WasUsed reports whether there ever was a token here.
func (s *Store) WasUsed() (bool, error) {
	if _, err := s.List(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen != nil, nil
}

func (s *Store) hasMark() bool {
	_, err := os.Lstat(s.file + markEnding)
	return !errors.Is(err, fs.ErrNotExist) // a file that cannot be looked at may exist
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

// Add makes a token for a new account and returns the secret, for the only time.
func (s *Store) Add(now calendar.Instant, id, role, place string, life time.Duration) (secret string, err error) {
	err = s.AddShown(now, id, role, place, life, func(made string) error {
		secret = made
		return nil
	})
	if !WasChanged(err) {
		return "", err
	}
	return secret, err
}

// AddShown is Add for a token a person must see: show is called with it when
// only the last step is missing, after which it holds. So no account is taken
// whose token nobody saw; what was shown holds if Changed says so of the
// error.
func (s *Store) AddShown(now calendar.Instant, id, role, place string, life time.Duration, show func(secret string) error) error {
	secret, t, err := newToken(now, id, role, place, life)
	if err != nil {
		return err
	}
	return s.change(func(tokens []Token) ([]Token, error) {
		if slices.ContainsFunc(tokens, func(x Token) bool { return x.ID == id }) {
			return nil, ErrTokenTaken.With(id)
		}
		return append(slices.Clip(tokens), t), nil
	}, func() error { return show(secret) })
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
	}, func() error { return nil })
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
	case !durable.Private(info):
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
	s.seen, s.tokens = info, tokens // a file put in place meanwhile is noticed at the next look
	return tokens, nil
}

// change replaces the file as a whole: a reader sees the old file or the new.
// Other changes wait, for otherwise a change would be lost. ready is
// called before the last step, and what it refuses does not happen.
func (s *Store) change(f func([]Token) ([]Token, error), ready func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := durable.OpenDir(filepath.Dir(s.file))
	if err != nil {
		return ErrTokenFile.Because(err)
	}
	defer dir.Close()
	name := filepath.Base(s.file)
	release, err := dir.Lock(name+lockEnding, lockWait)
	if err != nil {
		if errors.Is(err, durable.ErrHeld) {
			return ErrTokenFileBusy.Because(err)
		}
		return ErrTokenFile.Because(err)
	}
	defer release()
	tokens, err := s.read()
	if err != nil {
		return err
	}
	if tokens, err = f(tokens); err != nil {
		return err
	}
	b, err := encode(tokens)
	if err != nil {
		return err
	}
	var refused error
	err = dir.ReplaceAfter(name, b, func() error {
		refused = ready()
		return refused
	})
	switch {
	case refused != nil:
		return refused
	case !WasChanged(err):
		return ErrTokenFile.Because(err)
	case err == nil && !s.hasMark():
		if err := dir.Create(name+markEnding, nil); err != nil {
			return ErrTokenMark.With(s.file + markEnding).Because(err)
		}
	}
	return err
}
