package main

import (
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unzipped writes a file of testdata/before-bounds to a folder.
func unzipped(t *testing.T, name, to string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "before-bounds", name))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	b, err := io.ReadAll(z)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, b, 0o600))
	return b
}

// A ledger that revision 166cb9a recorded, with a name of 900 kB, names of spaces
// alone, characters that cannot be seen, turn the direction of writing or are
// tags, and numbers of 2^53, is restored byte for byte, read, asked, corrected,
// copied, backed up and verified by this program, though no command could
// record any of it now.
func TestALedgerFromBeforeTheBounds(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	well := func(args ...string) string {
		t.Helper()
		out, errs, code := ask(t, args...)
		require.Zero(t, code, "%v: %s%s", args, out, errs)
		return out
	}
	export := string(unzipped(t, "export.ndjson.gz", in("old.ndjson")))
	require.Greater(t, len(export), 900_000)
	data := in("d")

	well("import", in("old.ndjson"), "--as-recorded", "--data", data)
	require.Equal(t, export, well("export", "-o", "ndjson", "--data", data))
	require.Contains(t, well("ask", "members.total", "--as-of", "2023-12-31", "--data", data, "-o", "csv"), "18000000000000001")
	require.Contains(t, well("coop", "show", "bidi", "--data", data), "Cà phê")
	well("replay", "--as-of", "2023-12-31", "--data", data)
	well("doctor", "--data", data)
	well("key", "new", "--data", data)
	well("checkpoint", "--data", data)
	well("verify", "--data", data)
	well("backup", in("b"), "--data", data)
	well("restore", in("b"), "--data", in("e"))
	well("copy", "--to", in("f"), "--data", data)
	for _, copied := range []string{"e", "f"} {
		require.Equal(t, export, well("export", "-o", "ndjson", "--data", in(copied)), copied)
	}

	// The commands that made it are refused now, and repeated where they stand.
	record := []string{"record", "coop.renamed/1", "--stream", "coop/bidi", "--valid", "2024-01-01", "--source", "QĐ 1", "--key", "new-name"}
	for content, want := range map[string]string{
		`{"name":"HTX \u200fA"}`:                      "[text-character]: /data/name: character 5, U+200F, changes the direction of writing",
		`{"name":"HTX A\u00a0"}`:                      "[text-character]: /data/name: character 6, U+00A0, is a space other than the common one",
		`{"name":"   "}`:                              "[text-blank]: /data/name: only spaces",
		`{"name":"` + strings.Repeat("a", 501) + `"}`: "[text-too-long]: /data/name: 501 characters are over the limit of 500",
	} {
		_, errs, code := ask(t, append(record, "--content", content, "--data", data)...)
		require.Equal(t, 2, code, errs)
		require.Contains(t, errs, want)
		require.Contains(t, errs, "not_recorded")
	}
	well(append(record, "--content", `{"name":"HTX A"}`, "--data", data)...)

	// An auditor's program verifies the evidence of then with the key of then.
	unzipped(t, "evidence.gz", in("old.evidence"))
	dirOf := buildVerifier(t)
	said, err := exec.Command(filepath.Join(dirOf, "htxverify"), in("old.evidence"), "--key", filepath.Join("testdata", "before-bounds", "key.pub")).CombinedOutput()
	require.NoError(t, err, string(said))
	require.Contains(t, string(said), "VERIFIED: all 1 figures")
}
