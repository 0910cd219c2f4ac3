package access

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/durable"
	"htxledger/domain/ledger"
)

const now = calendar.Instant(1_700_000_000_000_000)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "tokens.json"))
	require.NoError(t, err)
	return s
}

func add(t *testing.T, s *Store, id, role, place string) string {
	t.Helper()
	secret, err := s.Add(now, id, role, place, time.Hour)
	require.NoError(t, err)
	return secret
}

func TestATokenHoldsUntilItEnds(t *testing.T) {
	s := newStore(t)
	secret := add(t, s, "dak-mil-1", "officer", "dak-mil")
	require.Regexp(t, `^htx_[0-9a-f]{64}$`, secret)
	got, err := s.Check(secret, now)
	require.NoError(t, err)
	require.Equal(t, ledger.Actor{ID: "dak-mil-1", Role: "officer", Place: "dak-mil"}, got.Actor())

	hour := calendar.Instant(time.Hour.Microseconds())
	_, err = s.Check(secret, now+hour-1)
	require.NoError(t, err)
	_, err = s.Check(secret, now+hour)
	require.ErrorIs(t, err, ErrUnauthenticated)

	for _, wrong := range []string{"", "htx_", secret[:len(secret)-1], secret + "0", strings.ToUpper(secret), strings.TrimPrefix(secret, Prefix)} {
		_, err = s.Check(wrong, now)
		require.ErrorIs(t, err, ErrUnauthenticated, wrong)
	}
	other := add(t, s, "b", "analyst", "")
	require.NotEqual(t, secret, other)
}

// What is kept does not give a token away, nor does anybody else read it.
func TestTheFile(t *testing.T) {
	s := newStore(t)
	secret := add(t, s, "a", "admin", "")
	b, err := os.ReadFile(s.file)
	require.NoError(t, err)
	require.NotContains(t, string(b), strings.TrimPrefix(secret, Prefix))
	require.Contains(t, string(b), hash(secret))
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	info, err := os.Stat(s.file)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		require.NoError(t, os.Chmod(s.file, mode))
		_, err = Open(s.file)
		require.ErrorIs(t, err, ErrTokenFileOpen)
		_, err = s.Check(secret, now)
		require.ErrorIs(t, err, ErrTokenFileOpen, "also once it is in use")
	}
}

func TestADamagedFileLetsNobodyIn(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                   {"", ErrTokenFileDamaged},
		"cut":                     {`{"version":1,"tokens":[`, ErrTokenFileDamaged},
		"newer":                   {`{"version":3,"tokens":[]}`, ErrTokenFileVersion},
		"no version":              {`{"tokens":[]}`, ErrTokenFileDamaged},
		"no tokens":               {`{"version":1}`, ErrTokenFileDamaged},
		"a new field":             {`{"version":1,"tokens":[],"open":true}`, ErrTokenFileDamaged},
		"two values":              {`{"version":1,"tokens":[]}{"version":1,"tokens":[]}`, ErrTokenFileDamaged},
		"no checksum":             {`{"version":2,"tokens":[]}`, ErrTokenFileDamaged},
		"a checksum in version 1": {`{"version":1,"sha256":"` + strings.Repeat("0", 64) + `","tokens":[]}`, ErrTokenFileDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "tokens.json")
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
			_, err := Open(file)
			require.ErrorIs(t, err, c.want)
			open, err := NewGate(&Store{file: file}, ledger.Actor{}).Open()
			require.ErrorIs(t, err, c.want)
			require.False(t, open)
		})
	}
}

// What another process changes holds at the next call.
func TestRevokeAtOnce(t *testing.T) {
	s := newStore(t)
	secret := add(t, s, "a", "admin", "")
	_, err := s.Check(secret, now)
	require.NoError(t, err)
	other, err := Open(s.file)
	require.NoError(t, err)
	require.NoError(t, other.Revoke(now, "a"))
	_, err = s.Check(secret, now)
	require.ErrorIs(t, err, ErrUnauthenticated)
	require.NoError(t, other.Revoke(now+5, "a"))
	list, err := s.List()
	require.NoError(t, err)
	require.Equal(t, now, list[0].Revoked, "revoking again changes nothing")
	_, err = s.Add(now, "a", "admin", "", time.Hour)
	require.ErrorIs(t, err, ErrTokenTaken, "an id is in records for ever")
	require.ErrorIs(t, s.Revoke(now, "b"), ErrTokenUnknown)
}

func TestWhatMakesNoAccount(t *testing.T) {
	s := newStore(t)
	for _, c := range []struct {
		id, role, place string
		life            time.Duration
		want            error
	}{
		{"", "admin", "", time.Hour, ErrTokenID},
		{"Nguyễn", "admin", "", time.Hour, ErrTokenID},
		{"a", "system", "", time.Hour, ErrTokenRole},
		{"a", "king", "", time.Hour, ErrTokenRole},
		{"a", "officer", "", time.Hour, ErrTokenPlace},
		{"a", "admin", "no place", time.Hour, ErrTokenPlace},
		{"a", "admin", "", time.Second, ErrTokenLife},
		{"a", "admin", "", MostLife + 1, ErrTokenLife},
	} {
		_, err := s.Add(now, c.id, c.role, c.place, c.life)
		require.ErrorIs(t, err, c.want)
	}
	require.NoFileExists(t, s.file)
}

// Changes at the same time take turns, and one that waits too long says so. What
// an older program left of its lock keeps nobody out.
func TestChangesAtOnce(t *testing.T) {
	s := newStore(t)
	require.NoError(t, os.WriteFile(s.file+".lock", nil, 0o600))
	var wg sync.WaitGroup
	for i := range 4 {
		other, err := Open(s.file)
		require.NoError(t, err)
		wg.Go(func() { _, _ = other.Add(now, string(rune('a'+i)), "admin", "", time.Hour) })
	}
	wg.Wait()
	list, err := s.List()
	require.NoError(t, err)
	require.Len(t, list, 4)

	dir, err := durable.OpenDir(filepath.Dir(s.file))
	require.NoError(t, err)
	defer dir.Close()
	release, err := dir.Lock("tokens.json.flock", 0)
	require.NoError(t, err)
	require.ErrorIs(t, s.Revoke(now, "a"), ErrTokenFileBusy)
	release()
	require.NoError(t, s.Revoke(now, "a"))
}

// Where the token could not be shown no account is taken, and the same command
// makes it the next time.
func TestATokenThatNobodySaw(t *testing.T) {
	s := newStore(t)
	closed := errors.New("the pipe is closed")
	err := s.AddShown(now, "a", "admin", "", time.Hour, func(string) error { return closed })
	require.ErrorIs(t, err, closed)
	require.False(t, WasChanged(err))
	used, err := s.WasUsed()
	require.NoError(t, err)
	require.False(t, used)
	require.NoFileExists(t, s.file+".made")
	require.NoFileExists(t, s.file+".partial")
	add(t, s, "a", "admin", "")
	require.FileExists(t, s.file+".made")
}

// Where the mark is missing, the file alone asks for a token, and the next change
// leaves the mark.
func TestTheMarkComesLast(t *testing.T) {
	s := newStore(t)
	add(t, s, "a", "admin", "")
	require.NoError(t, os.Remove(s.file+".made")) // as if cut off before it
	_, err := NewGate(s, ledger.Actor{ID: "local", Role: "admin"}).Who("", now)
	require.ErrorIs(t, err, ErrUnauthenticated)
	require.NoError(t, s.Revoke(now, "a"))
	require.FileExists(t, s.file+".made")
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "127.9.9.9:1": true, "[::1]:8080": true, "localhost:8080": true, "LOCALHOST": true, "::1": true, "[::1]": true,
		"0.0.0.0:8080": false, ":8080": false, "[::]:8080": false, "192.168.1.2:8080": false, "localhost.example.org": false, "example.org:80": false, "": false,
	} {
		require.Equal(t, want, Loopback(address), address)
	}
}

func TestTheGate(t *testing.T) {
	s := newStore(t)
	local := ledger.Actor{ID: "local", Role: "admin"}
	g := NewGate(s, local)
	require.NoError(t, g.Listen("127.0.0.1:8080", now))
	require.ErrorIs(t, g.Listen("0.0.0.0:8080", now), ErrTokenNeeded)
	who, err := g.Who("", now)
	require.NoError(t, err)
	require.Equal(t, local, who)
	_, err = g.Who("Bearer nonsense", now)
	require.ErrorIs(t, err, ErrUnauthenticated, "who shows a token means it")

	secret := add(t, s, "a", "auditor", "")
	_, err = g.Who("", now)
	require.ErrorIs(t, err, ErrUnauthenticated, "the first token ends the time without")
	for _, header := range []string{"Bearer " + secret, "bearer  " + secret, "Basic Og==", "Basic !", "Digest x", secret} {
		who, err := g.Who(header, now)
		if strings.Contains(strings.ToLower(header), "bearer") {
			require.NoError(t, err)
			require.Equal(t, "a", who.ID)
		} else {
			require.ErrorIs(t, err, ErrUnauthenticated, header)
		}
	}
	hour := calendar.Instant(time.Hour.Microseconds())
	require.ErrorIs(t, g.Listen("0.0.0.0:8080", now+hour), ErrTokenNeeded, "an expired token is none")
	require.NoError(t, g.Listen("0.0.0.0:8080", now))
	require.NoError(t, os.Remove(s.file))
	open, err := g.Open()
	require.NoError(t, err)
	require.False(t, open, "beyond this machine a lost file opens nothing")
}

// Whoever deletes the file of tokens gets in nowhere: not at a gate that saw
// it, not at a new one, and a new server does not even start.
func TestALostFileOpensNothing(t *testing.T) {
	local := ledger.Actor{ID: "local", Role: "admin"}
	s := newStore(t)
	add(t, s, "a", "auditor", "")
	g := NewGate(s, local)
	require.NoError(t, g.Listen("127.0.0.1:8080", now))
	require.NoError(t, os.Remove(s.file))
	_, err := g.Who("", now)
	require.Error(t, err, "the gate saw a token")

	again, err := Open(s.file)
	require.NoError(t, err, "so that a new token can be made")
	fresh := NewGate(again, local)
	require.ErrorIs(t, fresh.Listen("127.0.0.1:8080", now), ErrTokenFileLost)
	_, err = fresh.Who("", now)
	require.ErrorIs(t, err, ErrTokenFileLost)
	_, err = again.List()
	require.ErrorIs(t, err, ErrTokenFileLost)

	secret := add(t, again, "b", "admin", "")
	who, err := fresh.Who("Bearer "+secret, now)
	require.NoError(t, err)
	require.Equal(t, "b", who.ID)
	_, err = fresh.Who("", now)
	require.ErrorIs(t, err, ErrUnauthenticated)
}

// Revoking every token, or emptying the file of them, opens nothing.
func TestAFileWithoutTokensIsStrict(t *testing.T) {
	local := ledger.Actor{ID: "local", Role: "admin"}
	s := newStore(t)
	add(t, s, "a", "auditor", "")
	require.NoError(t, s.Revoke(now, "a"))
	_, err := NewGate(s, local).Who("", now)
	require.ErrorIs(t, err, ErrUnauthenticated)
	require.NoError(t, os.WriteFile(s.file, []byte(`{"version":1,"tokens":[]}`), 0o600))
	_, err = NewGate(s, local).Who("", now)
	require.ErrorIs(t, err, ErrUnauthenticated)
}
