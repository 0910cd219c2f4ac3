package vi_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
)

// Every figure has a sentence of its own, and no two mean the same.
func TestMeaning(t *testing.T) {
	seen := map[string]string{}
	for _, d := range indicator.All() {
		said := vi.MeaningOf(d)
		require.NotEqual(t, d.Name+".", said, "%s has no sentence", d.Code)
		require.Empty(t, seen[said], "%s says what %s says", d.Code, seen[said])
		seen[said] = d.Code
		first, _ := utf8.DecodeRuneInString(said)
		require.True(t, unicode.IsUpper(first), said)
		require.True(t, strings.HasSuffix(said, "."), said)
		require.True(t, utf8.ValidString(said), said)
		require.NotEmpty(t, vi.Rule(d))
	}
	d, err := indicator.Find("training.classes.raw-material-zone")
	require.NoError(t, err)
	require.Equal(t, "Số lớp tập huấn mở trong kỳ. Chỉ tính: lớp tập huấn vùng nguyên liệu.", vi.MeaningOf(d))
}

func TestSchemesByTheirPapers(t *testing.T) {
	require.Equal(t, "Thông tư 09/2017/TT-BNNPTNT", vi.Scheme("tt09-2017"))
	require.Equal(t, "Thông tư 01/2020/TT-BKHĐT", vi.Scheme("tt01-2020"))
	require.Equal(t, "tt-khac", vi.Scheme("tt-khac"))
}
