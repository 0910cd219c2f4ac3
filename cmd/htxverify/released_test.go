package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const released = "../../domain/audit/testdata/released"

// What a released program wrote verifies for ever, with the exit code and the
// words that it had then; this program may only say more.
func TestReleasedEvidence(t *testing.T) {
	runs, err := os.ReadFile(filepath.Join(released, "runs.txt"))
	require.NoError(t, err)
	t.Chdir(released)
	for line := range strings.Lines(string(runs)) {
		f := strings.Fields(line)
		name, args := f[0], f[2:]
		want, err := strconv.Atoi(f[1])
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			code, out, errs := call(t, args...)
			require.Equal(t, want, code, errs)
			require.Empty(t, errs)
			keepsLines(t, name+".txt", out)
			code, out, _ = call(t, append(args, "--json")...)
			require.Equal(t, want, code)
			keepsMembers(t, name+".json", out)
		})
	}
}

// keepsLines wants every line of a file in a text, in the same order.
func keepsLines(t *testing.T, file, text string) {
	t.Helper()
	old, err := os.ReadFile(file)
	require.NoError(t, err)
	rest := strings.Split(text, "\n")
	for line := range strings.SplitSeq(string(old), "\n") {
		for len(rest) > 0 && rest[0] != line {
			rest = rest[1:]
		}
		require.NotEmpty(t, rest, "%s: %q is not said any more, or not there:\n%s", file, line, text)
		rest = rest[1:]
	}
}

// keepsMembers wants every member of the object in a file in a JSON text, with
// the same value.
func keepsMembers(t *testing.T, file, text string) {
	t.Helper()
	old, err := os.ReadFile(file)
	require.NoError(t, err)
	var was, is map[string]any
	require.NoError(t, json.Unmarshal(old, &was))
	require.NoError(t, json.Unmarshal([]byte(text), &is))
	for name, value := range was {
		require.Equal(t, value, is[name], "%s: %s", file, name)
	}
}
