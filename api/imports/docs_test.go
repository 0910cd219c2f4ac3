package imports

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/import.md")

const manual = "../../docs/import.md"

// The tables of faults in docs/import.md are those of the code; -update writes
// them.
func TestManualShowsEveryFault(t *testing.T) {
	b, err := os.ReadFile(manual)
	require.NoError(t, err)
	want := string(b)
	for name, files := range map[string]string{"workbook-faults": "../sheets/faults.go", "import-faults": "faults.go"} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		at, to := strings.Index(want, begin), strings.Index(want, end)
		require.True(t, at >= 0 && to > at, name)
		want = want[:at] + begin + "\n" + faultsIn(t, files) + "\n" + want[to:]
	}
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(b), "docs/import.md is behind the code: run go test ./api/imports -update")
}

var (
	declaration = regexp.MustCompile(`fault\.Declare\("([a-z0-9-]+)"`)
	verb        = regexp.MustCompile(`%0?\d*[a-zA-Z]`)
)

func faultsIn(t *testing.T, pattern string) string {
	byCode := map[string]*fault.Fault{}
	for _, f := range fault.Declarations() {
		byCode[f.Code] = f
	}
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	var b strings.Builder
	b.WriteString("| code | meaning | what the officer reads |\n|---|---|---|\n")
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range declaration.FindAllStringSubmatch(string(source), -1) {
			f := byCode[m[1]]
			require.NotNil(t, f, m[1])
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Code, verb.ReplaceAllString(f.English, "…"), verb.ReplaceAllString(f.Vietnamese, "…"))
		}
	}
	return b.String()
}
