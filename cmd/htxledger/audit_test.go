package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// buildVerifier builds htxverify, the program that an auditor has, and gives
// the folder that it is in.
func buildVerifier(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "htxverify")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", name, "htxledger/cmd/htxverify").CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}

// TestAudit runs the sessions of testdata/audit with both real programs.
func TestAudit(t *testing.T) {
	file, verifier := theDemo(t), buildVerifier(t)
	t.Run("session", func(t *testing.T) { // so that the backup outlives the parallel sessions
		testscript.Run(t, testscript.Params{
			Dir: filepath.Join("testdata", "audit"),
			Setup: func(e *testscript.Env) error {
				e.Setenv("DEMO", file)
				e.Setenv("PATH", verifier+string(os.PathListSeparator)+e.Getenv("PATH"))
				return nil
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"exits": exits, "freeport": freePort, "http": request, "lines": lines, "flip": flip, "change": change, "share": modes(0o644), "unshare": modes(0o600),
			},
			RequireExplicitExec: true,
		})
	})
}

// flip turns one bit within a text of a file, where it stands first: flip FILE TEXT
func flip(ts *testscript.TestScript, _ bool, args []string) {
	edit(ts, args[0], args[1], func(found []byte) []byte {
		found[len(found)/2] ^= 1
		return found
	})
}

// change puts another text in place of one, where it stands first: change FILE TEXT OTHER
func change(ts *testscript.TestScript, _ bool, args []string) {
	edit(ts, args[0], args[1], func([]byte) []byte { return []byte(args[2]) })
}

func edit(ts *testscript.TestScript, name, text string, to func([]byte) []byte) {
	b, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	at := bytes.Index(b, []byte(text))
	if at < 0 {
		ts.Fatalf("%s does not hold %s", name, text)
	}
	rest := bytes.Clone(b[at+len(text):])
	b = append(append(b[:at:at], to([]byte(text))...), rest...)
	ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o600))
}

// modes sets the mode of every key of a folder.
func modes(mode os.FileMode) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		files, err := os.ReadDir(ts.MkAbs(args[0]))
		ts.Check(err)
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".key") {
				ts.Check(os.Chmod(filepath.Join(ts.MkAbs(args[0]), f.Name()), mode))
			}
		}
	}
}

// A statement whose number is not what the records give is told as such by
// every door, each with exit 3; its evidence is written, for it is evidence
// against it.
func TestALieIsToldAsOne(t *testing.T) {
	backup, verifier := theDemo(t), buildVerifier(t)
	t.Chdir(t.TempDir())
	t.Setenv(dataVariable, "d")
	succeeds(t, "htxledger restore '"+backup+"'")
	succeeds(t, "htxledger statement issue coops.registered coops.ended --title Thử --as-of 30/11/2023 --key that --actor lmhtx-01")
	out, errs, code := ask(t, "export")
	require.Zero(t, code, errs)
	all := strings.Split(strings.TrimSpace(out), "\n")
	var record struct {
		Valid string
		Actor json.RawMessage
		Data  json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(all[len(all)-1]), &record))
	data := strings.ReplaceAll(string(record.Data), `"numerator":209,"unit":"HTX","value":"209"`, `"numerator":218,"unit":"HTX","value":"218"`)
	require.NotEqual(t, string(record.Data), data)
	lie := `{"key":"statement/doi","stream":"statement/doi","kind":"statement.issued/2","valid":"` + record.Valid + `","actor":` + string(record.Actor) + `,"data":` + data + "}\n"
	require.NoError(t, os.WriteFile("doi.ndjson", []byte(lie), 0o600))
	_, errs, code = ask(t, "import", "doi.ndjson")
	require.NotZero(t, code)
	require.Contains(t, errs, "kind-reserved", "no command of a sender states anything")

	// Who has the disk writes it all the same.
	all[len(all)-1] = strings.Replace(all[len(all)-1], string(record.Data), data, 1)
	require.NoError(t, os.WriteFile("doi.ndjson", []byte(strings.Join(all, "\n")+"\n"), 0o600))
	t.Setenv(dataVariable, "e")
	succeeds(t, "htxledger import --as-recorded doi.ndjson")

	out, errs, code = ask(t, "statement", "verify", "that")
	require.Equal(t, exitVerify, code)
	require.Regexp(t, `coops.registered +218 HTX +209 HTX +lệch +coops.registered: giá trị được nêu là 218, nhưng các bản ghi`, out)
	require.Regexp(t, `coops.ended .* khớp`, out)
	require.Contains(t, errs, "error [statement-not-verified]")
	out, _, code = ask(t, "statement", "list")
	require.Zero(t, code)
	require.Regexp(t, `that .* lệch`, out)
	out, errs, code = ask(t, "evidence", "doi.evidence")
	require.Equal(t, exitVerify, code, errs)
	require.Contains(t, out, "KHÔNG XÁC MINH ĐƯỢC ở bước số liệu")
	out, errs, code = ask(t, "verify", "-o", "json")
	require.Equal(t, exitVerify, code, errs)
	require.Contains(t, out, `"code": "verify-figure"`)

	out, _, code = ask(t, "key", "show")
	require.Zero(t, code)
	said, err := exec.Command(filepath.Join(verifier, "htxverify"), "doi.evidence", "--key", strings.TrimSpace(out)).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exitVerify, exit.ExitCode())
	require.Contains(t, string(said), "NOT VERIFIED, step figures")
}
