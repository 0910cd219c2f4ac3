package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

const forged = "../../domain/audit/testdata/forgeries"

// program is the real binary, built once.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "htxverify")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "htxverify")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = &out, &errs
	c.Env = append(os.Environ(), "HTTP_PROXY=http://127.0.0.1:1") // no network is used; none would answer
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return c.ProcessState.ExitCode(), out.String(), errs.String()
}

func key() string { return filepath.Join(forged, "key.pub") }

func TestHonestEvidence(t *testing.T) {
	honest := filepath.Join(forged, "honest.evidence")
	code, out, errs := call(t, honest, "--key", key())
	require.Equal(t, exitOK, code, errs)
	require.Empty(t, errs)
	golden(t, "honest.txt", out)
	require.Contains(t, out, "\nĐÚNG: cả 7 số liệu")
	require.Contains(t, out, "\nVERIFIED: all 7 figures")

	b, err := os.ReadFile(key())
	require.NoError(t, err)
	code, again, _ := call(t, "-key="+strings.TrimSpace(string(b)), honest)
	require.Equal(t, exitOK, code)
	require.Equal(t, out, again)

	code, out, _ = call(t, honest, "--key", key(), "--json")
	require.Equal(t, exitOK, code)
	var report map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, true, report["ok"])
	require.Equal(t, "test.example/so", report["origin"])
}

func TestStandardInput(t *testing.T) {
	f, err := os.Open(filepath.Join(forged, "honest.evidence"))
	require.NoError(t, err)
	defer f.Close()
	c := exec.Command(program, "-", "--key", key())
	c.Stdin = f
	out, err := c.Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "VERIFIED")
}

// Every forgery that needs no more than the key to be refused is refused by the
// binary, with exit 3, or 5 for what a newer program wrote.
func TestForgeries(t *testing.T) {
	index, err := os.ReadFile(filepath.Join(forged, "index.txt"))
	require.NoError(t, err)
	newer := []string{"unknown-kind", "newer-version"}
	for line := range strings.Lines(string(index)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if slices.Contains([]string{"forked-log", "wrong-key", "without-witnesses", "new-key-before-its-turn"}, f[0]) {
			continue // these are told by what the verifier brings, below
		}
		code, out, errs := call(t, filepath.Join(forged, f[0]+".evidence"), "--key", key())
		want := exitUnverified
		if slices.Contains(newer, f[0]) {
			want = exitNewer
		}
		require.Equal(t, want, code, "%s: %s%s", f[0], out, errs)
		require.Contains(t, out, "SAI   "+f[1], f[0])
		require.Contains(t, out, f[2], f[0])
		require.Contains(t, out, "NOT VERIFIED, step "+f[1], f[0])
	}
}

func TestWhatTheVerifierBrings(t *testing.T) {
	honest := filepath.Join(forged, "honest.evidence")
	checkpoint := filepath.Join(t.TempDir(), "kept")
	b, err := os.ReadFile(honest)
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(b), "\ncheckpoint 5\n")
	require.True(t, ok)
	note, _, ok := strings.Cut(rest, "records ")
	require.True(t, ok)
	require.NoError(t, os.WriteFile(checkpoint, []byte(note), 0o644))

	code, out, _ := call(t, honest, "--key", key(), "--earlier", checkpoint)
	require.Equal(t, exitOK, code, out)
	fork := filepath.Join(forged, "forked-log.evidence")
	code, _, _ = call(t, fork, "--key", key())
	require.Equal(t, exitOK, code, "signed with the right key, and nothing to compare it with")
	code, out, _ = call(t, fork, "--key", key(), "--earlier", checkpoint)
	require.Equal(t, exitUnverified, code)
	require.Contains(t, out, "step earlier")

	const witness = "test.example/nhan-chung+b430da0a+BAu8NGpXZnw4ASC9nH/X5R0sX9/qN80vW/QFssa/by14"
	code, out, _ = call(t, honest, "--key", key(), "--witness", witness)
	require.Equal(t, exitUnverified, code)
	require.Contains(t, out, "step witnesses")
}

func TestWrongUse(t *testing.T) {
	honest := filepath.Join(forged, "honest.evidence")
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for _, args := range [][]string{
		{}, {honest}, {"--key", key()}, {honest, honest, "--key", key()}, {honest, "--key", "nonsense"}, {honest, "--key", "a+b+c"},
		{honest, "--key", empty}, {honest, "--key", key(), "--no-such"}, {"absent", "--key", key()}, {honest, "--key", key(), "--earlier", key()},
		{honest, "--key", key(), "--need", "1"}, {honest, "--key", key(), "--witness", "a+b+c"}, {honest, "--key", key(), "--earlier", "absent"},
	} {
		code, out, errs := call(t, args...)
		require.Equal(t, exitUse, code, "%q: %s", args, out)
		require.Empty(t, out, "%q", args)
		require.NotEmpty(t, errs, "%q", args)
	}
	code, _, errs := call(t, "--help")
	require.Equal(t, exitOK, code)
	require.Contains(t, errs, "--key KEY")
	code, _, _ = call(t, t.TempDir(), "--key", key()) // a folder can be opened, not read
	require.Equal(t, exitFailed, code)
}

// The program that an auditor reads rests on the standard library and on two
// modules of the Go team.
func TestFewModulesReachIt(t *testing.T) {
	info, err := buildinfo.ReadFile(program)
	require.NoError(t, err)
	for _, d := range info.Deps {
		require.Contains(t, []string{"golang.org/x/mod", "golang.org/x/text"}, d.Path)
	}
	require.LessOrEqual(t, len(info.Deps), 2)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), got)
}
