package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A ledger and a journal of a released program are taken in byte for byte and
// verify, with the lines of then and, where this program says more, others.
func TestReleasedLedger(t *testing.T) {
	folder, err := filepath.Abs("../../domain/audit/testdata/released")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	t.Setenv(dataVariable, "d")
	succeeds(t, "htxledger import --as-recorded '"+filepath.Join(folder, "ledger.ndjson")+"'")
	out, errs, code := ask(t, "export")
	require.Zero(t, code, errs)
	want, err := os.ReadFile(filepath.Join(folder, "ledger.ndjson"))
	require.NoError(t, err)
	require.Equal(t, string(want), out)

	require.NoError(t, os.Mkdir("keys", 0o700))
	journal, err := os.ReadFile(filepath.Join(folder, "checkpoints"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("keys/checkpoints", journal, 0o600))
	out, errs, code = ask(t, "verify", "--keys", "keys", "--key", filepath.Join(folder, "first.pub"))
	require.Zero(t, code, errs)
	old, err := os.ReadFile(filepath.Join(folder, "verify.txt"))
	require.NoError(t, err)
	rest := strings.Split(out, "\n")
	for line := range strings.SplitSeq(string(old), "\n") {
		for len(rest) > 0 && rest[0] != line {
			rest = rest[1:]
		}
		require.NotEmpty(t, rest, "%q is not said any more:\n%s", line, out)
		rest = rest[1:]
	}
}
