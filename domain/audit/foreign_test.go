package audit_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

// tool finds a program of others; without it the test is skipped on a laptop
// and fails in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not here, and CI must have it: %v", name, err)
	}
	t.Skipf("%s is not here, so what docs/audit.md says of it was not tried: %v", name, err)
	return ""
}

// block is the n-th code block of a language in docs/audit.md.
func block(t *testing.T, language string, n int) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/audit.md")
	require.NoError(t, err)
	parts := strings.Split(string(page), "```"+language+"\n")
	require.Greater(t, len(parts), n+1)
	text, _, ok := strings.Cut(parts[n+1], "```")
	require.True(t, ok)
	return text
}

func script(t *testing.T, dir string) string {
	path := filepath.Join(dir, "root.py")
	require.NoError(t, os.WriteFile(path, []byte(block(t, "python", 0)), 0o644))
	return path
}

// The page of Python, which shares no code with us, finds the root and the
// body that were signed, and refuses what is not the records that were.
func TestThePageOfPythonAgrees(t *testing.T) {
	python := tool(t, "python3")
	dir := t.TempDir()
	page := script(t, dir)
	s := told(t)
	s.world.Tell(later)
	s.sign()
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	for i, signed := range entries {
		for _, n := range []int{24, 25, 26} { // also where the checkpoint covers more than the file
			e := s.evidence("s1")
			if n > int(signed.Size) {
				continue
			}
			e.Records = nil
			for _, r := range s.world.Records()[:n] {
				e.Records = append(e.Records, r.Bytes)
			}
			p, err := s.view.Consistency(s.world.Records()[n-1].Position+1, s.world.Records()[signed.Size-1].Position+1)
			require.NoError(t, err)
			e.Consistency, e.Checkpoint = p.Hashes, signed.Note
			b := file(t, e)
			report := verify(t, b, s.trusting())
			require.True(t, report.OK, "%d of %d: %s", n, i, report.English)
			require.Equal(t, int(signed.Size) > n, len(report.Unchecked) == 4)
			path := filepath.Join(dir, "x.evidence")
			require.NoError(t, os.WriteFile(path, b, 0o644))
			out, err := exec.Command(python, page, path).CombinedOutput()
			require.NoError(t, err, string(out))
			got := strings.ReplaceAll(string(out), "\r\n", "\n")
			require.True(t, strings.HasPrefix(got, signed.Body()), got)
			require.Contains(t, got, "members.total 42 thành viên\n")
		}
	}
}

func TestThePageOfPythonRefuses(t *testing.T) {
	python := tool(t, "python3")
	page := script(t, t.TempDir())
	for _, name := range []string{"dropped-record", "edited-record", "reordered-records", "swapped-checkpoint", "rolled-back-log",
		"renamed-ledger", "size-without-its-root", "truncated-file", "appended-junk", "one-bit", "statement-of-another-ledger"} {
		out, err := exec.Command(python, page, filepath.Join(forged, name+".evidence")).CombinedOutput()
		require.Error(t, err, "%s: %s", name, out)
	}
}

func TestSha256sumAgrees(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the commands of docs/audit.md are those of GNU coreutils")
	}
	sh := tool(t, "sh")
	tool(t, "sha256sum")
	dir := t.TempDir()
	b, err := os.ReadFile(filepath.Join(forged, "honest.evidence"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bao-cao.evidence"), b, 0o644))
	c := exec.Command(sh, "-c", block(t, "sh", 0))
	c.Dir = dir
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Fields(string(out))
	require.Len(t, lines, 2)
	require.Equal(t, lines[0], lines[1])
	require.Len(t, lines[0], 64)
}

// OpenSSL, which knows nothing of notes, verifies the signature from what the
// page takes out of the file.
func TestOpenSSLAgrees(t *testing.T) {
	python, sh := tool(t, "python3"), tool(t, "sh")
	openssl := tool(t, "openssl")
	if out, err := exec.Command(openssl, "version").Output(); err != nil || !bytes.HasPrefix(out, []byte("OpenSSL 3")) {
		t.Skipf("want OpenSSL 3, have %s", out)
	}
	dir := t.TempDir()
	s := told(t)
	path := filepath.Join(dir, "x.evidence")
	require.NoError(t, os.WriteFile(path, file(t, s.evidence("s1")), 0o644))
	run := func(name string, args ...string) ([]byte, error) {
		c := exec.Command(name, args...)
		c.Dir = dir
		return c.CombinedOutput()
	}
	out, err := run(python, script(t, dir), path, s.key.Verifier())
	require.NoError(t, err, string(out))
	out, err = run(sh, "-c", block(t, "sh", 1))
	require.NoError(t, err, string(out))
	body := filepath.Join(dir, "checkpoint.body")
	b, err := os.ReadFile(body)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(body, append(b, '\n'), 0o644))
	out, err = run(sh, "-c", block(t, "sh", 1))
	require.Error(t, err, string(out))
}

func TestThePageNamesEveryStep(t *testing.T) {
	page, err := os.ReadFile("../../docs/audit.md")
	require.NoError(t, err)
	for _, step := range []string{audit.StepFile, audit.StepCheckpoint, audit.StepRoot, audit.StepRecords, audit.StepSignature, audit.StepEarlier,
		audit.StepWitnesses, audit.StepStatement, audit.StepDefinitions, audit.StepFigures, audit.StepIssuer} {
		require.Contains(t, string(page), "| `"+step+"` |")
		require.NotEmpty(t, audit.StepName(step))
	}
}
