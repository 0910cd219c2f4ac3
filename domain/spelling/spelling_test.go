package spelling

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
		require.Equal(t, joinFields(foldByTables(s)), Plain(s))
	})
	require.Equal(t, "hop tac xa dak nong", Plain("  Hợp tác xã\u00a0ĐẮK   Nông "))
	require.Equal(t, "ca phe \ufffd", Plain("Cà phê \xff"))
}

func TestWordsAreLettersAndDigits(t *testing.T) {
	for typed, want := range map[string]string{
		"Tên HTX (*)": "ten htx", "Năm  thành\nlập": "nam thanh lap", "ĐVT: triệu đồng/năm": "dvt trieu dong nam", "…": "", "1.2a": "1 2a",
		"Te\u0302n": "ten",
	} {
		require.Equal(t, want, Words(typed), typed)
	}
}

// The distance is that of the recursive definition, which is the meaning.
func TestDistanceIsTheDefinition(t *testing.T) {
	var slow func(a, b string) int
	slow = func(a, b string) int {
		switch {
		case a == "" || b == "":
			return len(a) + len(b)
		case a[0] == b[0]:
			return slow(a[1:], b[1:])
		}
		return 1 + min(slow(a[1:], b), slow(a, b[1:]), slow(a[1:], b[1:]))
	}
	words := rapid.StringMatching(`[abc]{0,5}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		require.Equal(t, slow(a, b), Distance(a, b))
		require.Equal(t, Distance(a, b), Distance(b, a))
	})
	require.Equal(t, 1, Distance("coop.estabished/1", "coop.established/1"))
}
