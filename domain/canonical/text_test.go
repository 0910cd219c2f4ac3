package canonical

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// Text made of settled characters skips the normaliser, so each of them must
// be a starter that nothing before or behind it can change.
func TestSettledCharactersNeedNoNormaliser(t *testing.T) {
	var settledRunes []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || !isAlwaysNormal(r) {
			continue
		}
		text := string(r)
		settledRunes = append(settledRunes, text)
		require.Zero(t, norm.NFC.PropertiesString(text).CCC(), "%U", r)
		require.True(t, norm.NFC.PropertiesString(text).BoundaryBefore(), "%U", r)
		require.True(t, norm.NFC.QuickSpanString(text) == len(text) && norm.NFC.IsNormalString(text), "%U", r)
	}
	require.Greater(t, len(settledRunes), 768)
	for _, a := range settledRunes {
		for _, b := range settledRunes {
			if !norm.NFC.IsNormalString(a + b) {
				t.Fatalf("%q before %q", a, b)
			}
		}
	}
}

func TestForbiddenCharacters(t *testing.T) {
	never := func(r rune) bool {
		switch {
		case r == '\n' || r == '\t':
			return false
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return true
		}
		return r == '\uFEFF' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if never(r) != isForbidden(r) {
			t.Fatalf("%U", r)
		}
	}
}

func TestEveryAllowedCharacterGoesThrough(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := string(r)
		if !utf8.ValidRune(r) || isForbidden(r) || !norm.NFC.IsNormalString(text) {
			continue
		}
		b, err := Marshal(text)
		if err != nil {
			t.Fatalf("%U: %v", r, err)
		}
		var back string
		if err := Unmarshal(b, &back); err != nil || back != text {
			t.Fatalf("%U: %q, %v", r, back, err)
		}
	}
}

func TestMessagesQuoteNoMoreThanAPersonReads(t *testing.T) {
	long := ""
	for range 200 {
		long += "đ"
	}
	require.Equal(t, long[:120]+"…", shorten(long))
	require.Equal(t, long[:120], shorten(long[:120]))
	require.Equal(t, "", shorten([]byte(nil)))
}
