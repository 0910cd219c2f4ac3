package directory

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Letter by letter a text becomes what it becomes as a whole.
func TestPlainIsTheTextDecomposed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.OneOf(
			rapid.SampledFrom([]rune("HTX Đắk Nông, xã Ea Pô ễỡữựỘ\u00a0\t\u0301\u0323\u0309đ“”…")),
			rapid.RuneFrom(nil, unicode.Latin, unicode.Mn, unicode.Greek))
		s := rapid.StringOf(letters).Draw(t, "text")
		require.Equal(t, foldSpace(decomposed(s)), Plain(s))
	})
	require.Equal(t, "hop tac xa dak nong", Plain("  Hợp tác xã\u00a0ĐẮK   Nông "))
	require.Equal(t, "ca phe \ufffd", Plain("Cà phê \xff"))
}
