package web

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/pages.md lists the pages that there are, each once.
func TestThePaperOfPages(t *testing.T) {
	b, err := os.ReadFile("../../docs/pages.md")
	require.NoError(t, err)
	var listed, served []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(/[^`]*)` \\|").FindAllStringSubmatch(string(b), -1) {
		listed = append(listed, m[1])
	}
	for _, r := range Routes {
		served = append(served, r.Pattern)
	}
	slices.Sort(listed)
	slices.Sort(served)
	require.Equal(t, served, listed)
}
