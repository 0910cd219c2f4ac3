package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	variableName = regexp.MustCompile(`HTXLEDGER_[A-Z][A-Z_]*[A-Z]`)
	testFlag     = regexp.MustCompile(`flag\.(?:Bool|Int|String)\("([a-z.-]+)"`)
)

// TestWorking wants working.md to have every flag of the tests, every package whose
// tests take -update, and every variable, and no variable that is not there.
func TestWorking(t *testing.T) {
	b, err := os.ReadFile("working.md")
	require.NoError(t, err)
	paper := string(b)
	used := map[string]bool{}
	require.NoError(t, filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
				return fs.SkipDir
			}
			return err
		}
		if ext := filepath.Ext(p); ext != ".go" && ext != ".sh" || filepath.Base(p) == "working_test.go" {
			return nil
		}
		source, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, name := range variableName.FindAllString(string(source), -1) {
			used[name] = true
			between := strings.HasSuffix(name, "_CHILD") || strings.HasPrefix(name, "HTXLEDGER_TEST_") && !strings.HasPrefix(name, "HTXLEDGER_TEST_ESDB")
			if !between && !strings.Contains(paper, "`"+name+"`") {
				t.Errorf("%s has %s, and working.md has not", p, name)
			}
		}
		dir := "./" + strings.TrimPrefix(filepath.ToSlash(filepath.Dir(p)), "../")
		if strings.HasPrefix(dir, "./cmd/esdbserver") {
			return nil // a program's own flags
		}
		for _, m := range testFlag.FindAllStringSubmatch(string(source), -1) {
			want := "`-" + m[1]
			if m[1] == "update" {
				want = "| `" + dir + "` |"
			}
			if !strings.Contains(paper, want) {
				t.Errorf("%s declares -%s, and working.md has no %s", p, m[1], want)
			}
		}
		return nil
	}))
	for _, name := range variableName.FindAllString(paper, -1) {
		if strings.HasSuffix(name, "_TEST") {
			continue // the beginning of a name
		}
		require.True(t, used[name], "working.md has %s, which nothing reads", name)
	}
}
