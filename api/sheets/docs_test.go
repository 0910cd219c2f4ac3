package sheets

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	_ "htxledger/projections/handin"
)

const manual = "../../docs/import.md"

// The tables of faults in docs/import.md are those of the code; -update writes
// them.
func TestManualShowsEveryFault(t *testing.T) {
	b, err := os.ReadFile(manual)
	require.NoError(t, err)
	want := string(b)
	for name, files := range map[string]string{"workbook-faults": "faults.go", "handin-faults": "../../projections/handin/*.go"} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		at, to := strings.Index(want, begin), strings.Index(want, end)
		require.True(t, at >= 0 && to > at, name)
		want = want[:at] + begin + "\n" + faultsIn(t, files) + "\n" + want[to:]
	}
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(b), "docs/import.md is behind the code: run go test ./api/sheets -update")
}

var (
	declaration = regexp.MustCompile(`fault\.Declare\("([a-z0-9-]+)"`)
	verb        = regexp.MustCompile(`%0?\d*[a-zA-Z]`)
)

func faultsIn(t *testing.T, pattern string) string {
	byCode := map[string]*fault.Fault{}
	for _, f := range fault.Declared() {
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

// The limits in docs/import.md are those of the code.
func TestManualShowsTheLimits(t *testing.T) {
	b, err := os.ReadFile(manual)
	require.NoError(t, err)
	for _, row := range []string{
		fmt.Sprintf("| size | %d MiB,", MaxUpload>>20), fmt.Sprintf("| entries of its archive | %d |", MaxEntries),
		fmt.Sprintf("| unpacked | %d MiB in all, at most %d times its size; %d MiB in a part", MaxUnzipped>>20, MaxRatio, MaxPart>>20),
		fmt.Sprintf("| sheets | %d |", MaxSheets), fmt.Sprintf("| rows that hold something | %d,000 a sheet |", MaxRows/1000),
		fmt.Sprintf("| columns | %d |", MaxColumns), fmt.Sprintf("| cells that hold something | %d,000 in all |", MaxCells/1000),
	} {
		require.Contains(t, string(b), row)
	}
}
