package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	kindName = regexp.MustCompile(`^[a-z]+\.[a-z-]+/[0-9]+$`)
	codeName = regexp.MustCompile(`^[a-z-]+(\.[a-z-]+)+$`)
)

// TestGlossaryNames wants every kind and indicator that the glossary names.
func TestGlossaryNames(t *testing.T) {
	text, err := os.ReadFile("glossary.md")
	require.NoError(t, err)
	kinds, codes := 0, 0
	for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
		switch name := m[1]; {
		case kindName.MatchString(name):
			kinds++
			if !slices.Contains(register.Kinds(), ledger.Kind(name)) {
				t.Errorf("the glossary names the kind %s, which is not there", name)
			}
		case codeName.MatchString(name):
			codes++
			if _, err := indicator.Find(name); err != nil {
				t.Errorf("the glossary names an indicator: %v", err)
			}
		}
	}
	require.Greater(t, kinds, 25)
	require.Greater(t, codes, 25)
}

// TestGlossaryOfPages wants each word that the glossary puts on the pages to be
// there.
func TestGlossaryOfPages(t *testing.T) {
	text, err := os.ReadFile("glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	var pages strings.Builder
	for _, pattern := range []string{"../api/web/*.go", "../api/web/*.html", "../api/web/pages/*.html", "../api/vi/*.go", "../api/report/*", "../projections/answers/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if b, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, "_test.go") {
				pages.Write(b)
			}
		}
	}
	said := strings.ToLower(pages.String())
	_, table, ok := strings.Cut(string(text), "## On the pages")
	if !ok {
		t.Fatal("the glossary has no words of the pages")
	}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(line, "|---") || strings.Contains(line, "| English |") {
			continue
		}
		for word := range strings.SplitSeq(strings.TrimSpace(cells[1]), ", ") {
			if !strings.Contains(said, strings.ToLower(word)) {
				t.Errorf("the pages do not say %q", word)
			}
		}
	}
}
