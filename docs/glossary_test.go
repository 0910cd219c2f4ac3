package docs_test

import (
	"os"
	"regexp"
	"slices"
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
