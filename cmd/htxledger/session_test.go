package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

var (
	word = regexp.MustCompile(`(?:[^\s'"]+|'[^']*'|"[^"]*")+`)
	part = regexp.MustCompile(`[^'"]+|'[^']*'|"[^"]*"`)
)

// words splits a line as a shell does: at spaces outside quotes, whose marks it
// takes away.
func words(line string) []string {
	var list []string
	for _, w := range word.FindAllString(line, -1) {
		list = append(list, part.ReplaceAllStringFunc(w, func(p string) string {
			if p[0] == '\'' || p[0] == '"' {
				return p[1 : len(p)-1]
			}
			return p
		}))
	}
	return list
}

func TestWords(t *testing.T) {
	require.Equal(t, []string{"a", `{"b":"c d"}`, "--e=f g", ""}, words(`a '{"b":"c d"}' --e="f g" ''`))
}

// A step is one command of a session and what it prints.
type step struct {
	command string
	prints  []string
}

// steps reads the console blocks of a paper.
func steps(t *testing.T, paper string) []step {
	t.Helper()
	text, err := os.ReadFile(paper)
	require.NoError(t, err)
	var list []step
	inside := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "```console":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside && strings.HasPrefix(line, "$ "):
			list = append(list, step{command: line[2:]})
		case inside:
			list[len(list)-1].prints = append(list[len(list)-1].prints, line)
		}
	}
	require.False(t, inside)
	return list
}

// TestReadmeSession runs the session of the README.
func TestReadmeSession(t *testing.T) {
	list := steps(t, filepath.Join("..", "..", "README.md"))
	require.Equal(t, "go build ./cmd/htxledger", list[0].command, "the first line makes the program that the others run")
	verifier := buildVerifier(t)
	t.Chdir(t.TempDir())
	for _, s := range list[1:] {
		if out := shell(t, verifier, s.command); !prints(s.prints, strings.Split(strings.TrimRight(out, "\n"), "\n")) {
			t.Errorf("$ %s\nprints:\n%s\nand not:\n%s", s.command, out, strings.Join(s.prints, "\n"))
		}
	}
}

// shell does what a shell would with a line of the README, as far as the README
// goes: our programs, a few of everybody's, "> FILE" and || echo "exit $?".
func shell(t *testing.T, verifier, command string) string {
	t.Helper()
	command, failing := strings.CutSuffix(command, ` || echo "exit $?"`)
	command, file, redirected := strings.Cut(command, " > ")
	out, code := "", 0
	switch line := words(command); line[0] {
	case "export":
		name, value, ok := strings.Cut(line[1], "=")
		require.True(t, ok)
		t.Setenv(name, value)
	case "go":
		require.Equal(t, "go build ./cmd/htxverify", command)
	case "mkdir":
		require.NoError(t, os.Mkdir(line[1], 0o700))
	case "cd":
		t.Chdir(line[1])
	case "cp":
		to := line[len(line)-1]
		for _, name := range line[1 : len(line)-1] {
			b, err := os.ReadFile(name)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
		}
	case "sed":
		part := strings.Split(line[1], "/")
		require.Len(t, part, 4, command)
		b, err := os.ReadFile(line[2])
		require.NoError(t, err)
		out = strings.Replace(string(b), part[1], part[2], 1)
		require.NotEqual(t, string(b), out)
	case "./htxledger":
		var errs string
		out, errs, code = ask(t, line[1:]...)
		require.Zero(t, code, "%s\n%s", command, errs)
	case "../htxverify":
		said := exec.Command(filepath.Join(verifier, "htxverify"), line[1:]...)
		b, _ := said.Output()
		out, code = string(b), said.ProcessState.ExitCode()
	default:
		t.Errorf("the session has a line that no test runs: %s", command)
	}
	require.Equal(t, failing, code != 0, "%s\n%s", command, out)
	if failing {
		out += fmt.Sprintf("exit %d\n", code)
	}
	if redirected {
		require.NoError(t, os.WriteFile(file, []byte(out), 0o600))
		return ""
	}
	return out
}

// prints reports whether lines are as wanted, where "..." is any number of them.
func prints(want, have []string) bool {
	switch {
	case len(want) == 0:
		return len(have) == 0 || len(have) == 1 && have[0] == ""
	case want[0] != "...":
		return len(have) > 0 && want[0] == have[0] && prints(want[1:], have[1:])
	case len(want) == 1:
		return true
	}
	for i := range have {
		if prints(want[1:], have[i:]) {
			return true
		}
	}
	return false
}

// What the examples of help find around them, and what runs before them.
var (
	exampleFiles = map[string]string{
		"commands.ndjson": `{"key":"vi-du/1","stream":"coop/vi-du","kind":"coop.established/1","valid":"2023-03-14",` +
			`"data":{"name":"HTX Ví Dụ","form":"htx","place":"xa-nam-da","agricultural":true,"sector":"lúa"}}` + "\n",
		"htx.csv": "Mã HTX,Tên HTX,Loại hình,Mã địa bàn,Ngày thành lập,Nông nghiệp,Ngành nghề\n" +
			"htx-vi-du,HTX Ví Dụ,HTX,xa-nam-da,14/03/2023,có,trồng lúa\n",
	}
	exampleBefore = map[string]string{
		"htxledger import":       "htxledger template coop-annual --place dak-mil --year 2023 -O bao-cao.xlsx",
		"htxledger key void":     "htxledger import --as-recorded released.ndjson", // the demo announces no key
		"htxledger token revoke": "htxledger token add dak-mil-01 --role officer --place dak-mil",
	}
	withoutLedger = []string{"htxledger init", "htxledger demo", "htxledger restore", "htxledger key void"}
	inScript      = map[string]string{"htxledger serve": "serve.txtar", "htxledger relay": "relay.txtar", // they run until they are stopped
		"htxledger recover": "recover.txtar"} // it refuses a ledger that is whole
)

// TestExamples runs the example of every command's help, on the demo.
func TestExamples(t *testing.T) {
	backup, err := os.ReadFile(theDemo(t))
	require.NoError(t, err)
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if name := cmd.CommandPath(); !cmd.HasSubCommands() && inScript[name] == "" {
			t.Run(name, func(t *testing.T) { example(t, cmd, backup) })
		}
	}
	walk(newApp(nil, nil, nil).root())
	for _, file := range inScript {
		require.FileExists(t, filepath.Join("testdata", "script", file))
	}
}

func example(t *testing.T, cmd *cobra.Command, backup []byte) {
	released, err := os.ReadFile(filepath.Join("..", "..", "domain", "audit", "testdata", "released", "ledger.ndjson"))
	require.NoError(t, err)
	require.NotEmpty(t, cmd.Short)
	require.NotEmpty(t, cmd.Long)
	require.NotEmpty(t, cmd.Example)
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("so-cai-2024.backup", backup, 0o600))
	require.NoError(t, os.WriteFile("released.ndjson", released, 0o600))
	for name, text := range exampleFiles {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	if name := cmd.CommandPath(); !slices.Contains(withoutLedger, name) {
		succeeds(t, "htxledger restore so-cai-2024.backup")
		if cmd.Name() == "backup" {
			require.NoError(t, os.Remove("so-cai-2024.backup"))
		}
	}
	if before := exampleBefore[cmd.CommandPath()]; before != "" {
		succeeds(t, before)
	}
	for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
		succeeds(t, strings.TrimSpace(line))
	}
}

// succeeds runs a line that begins with the program's name, and may end in
// "> FILE".
func succeeds(t *testing.T, line string) {
	t.Helper()
	line, file, redirected := strings.Cut(line, " > ")
	args := words(line)
	require.Equal(t, "htxledger", args[0])
	out, errs, code := ask(t, args[1:]...)
	require.Zero(t, code, "%s\n%s", line, errs)
	require.NotEmpty(t, out)
	if redirected {
		require.NoError(t, os.WriteFile(file, []byte(out), 0o600))
	}
}

// TestGuideCommands runs the commands of the Vietnamese guide, in order, on the
// demo.
func TestGuideCommands(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "huong-dan.md"))
	require.NoError(t, err)
	backup := theDemo(t)
	t.Chdir(t.TempDir())
	succeeds(t, "htxledger restore '"+backup+"'")
	ran := 0
	for _, block := range regexp.MustCompile("(?s)\n```lệnh\n(.*?)\n```").FindAllStringSubmatch(string(guide), -1) {
		for line := range strings.Lines(block[1]) {
			succeeds(t, strings.TrimSpace(line))
			ran++
		}
	}
	require.Greater(t, ran, 10)
}

// TestGuideOwnLedger begins a ledger as the Vietnamese guide does, with its files.
func TestGuideOwnLedger(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "huong-dan.md"))
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	t.Setenv(dataVariable, "so-moi")
	for _, file := range regexp.MustCompile("(?s)\n```tệp (\\S+)\n(.*?)\n```").FindAllStringSubmatch(string(guide), -1) {
		require.NoError(t, os.WriteFile(file[1], []byte(file[2]+"\n"), 0o600))
	}
	_, said, code := ask(t, "ask")
	require.Equal(t, exitUsage, code)
	require.Contains(t, said, "no-ledger")
	for _, block := range regexp.MustCompile("(?s)\n```lệnh-sổ-mới\n(.*?)\n```").FindAllStringSubmatch(string(guide), -1) {
		for line := range strings.Lines(block[1]) {
			succeeds(t, strings.TrimSpace(line))
		}
	}
	out, said, code := ask(t, "targets", "--as-of", "31/12/2023")
	require.Zero(t, code, said)
	require.Regexp(t, `C1 .* 1 HTX .*Chưa đạt .*còn thiếu 1 HTX`, out)
}
