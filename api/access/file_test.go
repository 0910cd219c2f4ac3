package access

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
)

var update = flag.Bool("update", false, "rewrite testdata/tokens-2.json; versions that were released never change")

// kept are the tokens of the files in testdata: one of every role, one of them
// revoked, made of nothing that is drawn.
func kept() []Token {
	list := []Token{}
	for i, role := range roles {
		t := Token{
			ID: role + "-1", Role: role, SHA256: hash(Prefix + strings.Repeat(string(rune('0'+i)), 64)),
			Created: now + calendar.Instant(i), Expires: now + calendar.Instant(time.Hour.Microseconds()),
		}
		if role == "officer" {
			t.Place = "dak-mil"
		}
		list = append(list, t)
	}
	list[3].Revoked = now + 7
	return list
}

// Files of every version that was released are read for ever; a change makes one
// of the newest.
func TestReleasedFiles(t *testing.T) {
	if *update {
		b, err := encode(kept())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("testdata/tokens-2.json", b, 0o644))
	}
	for _, name := range []string{"tokens-1.json", "tokens-2.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		tokens, err := parse(b)
		require.NoError(t, err, name)
		require.Equal(t, kept(), tokens, name)
		s := newStore(t)
		require.NoError(t, os.WriteFile(s.file, b, 0o600))
		_, err = s.Check(Prefix+strings.Repeat("0", 64), now)
		require.NoError(t, err)
		require.NoError(t, s.Revoke(now+9, "officer-1"))
		b, err = os.ReadFile(s.file)
		require.NoError(t, err)
		require.Contains(t, string(b), `"version": 2,`)
		want := kept()
		want[0].Revoked = now + 9
		tokens, err = parse(b)
		require.NoError(t, err)
		require.Equal(t, want, tokens)
	}
}

// No bit of the file can change without the whole of it being refused, nor can
// it be cut short or grow.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	b, err := encode(kept())
	require.NoError(t, err)
	for i := range b {
		for bit := range 8 {
			flipped := append([]byte{}, b...)
			flipped[i] ^= 1 << bit
			_, err := parse(flipped)
			require.Error(t, err, "bit %d of byte %d", bit, i)
		}
		_, err := parse(b[:i])
		require.Error(t, err, "the first %d bytes", i)
	}
	_, err = parse(append(b, ' '))
	require.Error(t, err)
}

// A file that no program wrote is refused, whatever its checksum says.
func TestStrictTokens(t *testing.T) {
	for name, spoil := range map[string]func([]Token){
		"no account":            func(l []Token) { l[0].ID = "" },
		"a person's name":       func(l []Token) { l[0].ID = "Nguyễn Văn A" },
		"a role of the program": func(l []Token) { l[0].Role = "system" },
		"an officer of nowhere": func(l []Token) { l[0].Place = "" },
		"no place":              func(l []Token) { l[1].Place = "đắk mil" },
		"a short hash":          func(l []Token) { l[0].SHA256 = l[0].SHA256[:62] },
		"a hash in capitals":    func(l []Token) { l[0].SHA256 = strings.ToUpper(l[0].SHA256) },
		"no hash":               func(l []Token) { l[0].SHA256 = strings.Repeat("g", 64) },
		"no beginning":          func(l []Token) { l[0].Created = 0 },
		"an end at its start":   func(l []Token) { l[0].Expires = l[0].Created },
		"for too long":          func(l []Token) { l[0].Expires += calendar.Instant(MostLife.Microseconds()) },
		"one account twice":     func(l []Token) { l[0].ID = l[1].ID },
		"one token twice":       func(l []Token) { l[0].SHA256 = l[1].SHA256 },
	} {
		t.Run(name, func(t *testing.T) {
			list := kept()
			spoil(list)
			b, err := encode(list)
			require.NoError(t, err)
			_, err = parse(b)
			require.ErrorIs(t, err, ErrTokenFileDamaged)
			b, err = layOut(contents{Version: 1, Tokens: list})
			require.NoError(t, err)
			_, err = parse(b)
			require.ErrorIs(t, err, ErrTokenFileDamaged, "in version 1 too")
		})
	}
}

// FuzzTokenFile: what is read is in its one form, or of version 1, and holds only
// tokens that a program can have made.
func FuzzTokenFile(f *testing.F) {
	b, err := encode(kept())
	require.NoError(f, err)
	f.Add(b)
	old, err := layOut(contents{Version: 1, Tokens: kept()})
	require.NoError(f, err)
	f.Add(old)
	f.Add([]byte(`{"version":1,"tokens":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tokens, err := parse(b)
		if err != nil {
			return
		}
		require.NoError(t, checkTokens(tokens))
		again, err := encode(tokens)
		require.NoError(t, err)
		if strings.Contains(string(b), `"version": 2`) {
			require.Equal(t, string(again), string(b))
		}
		same, err := parse(again)
		require.NoError(t, err)
		require.Equal(t, len(tokens), len(same))
	})
}
