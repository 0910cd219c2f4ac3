package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// scripts fill a demo once and give each session a backup of it.
var demoBackup string

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"htxledger": main})
}

// ask runs the program in this process, as main would, in a directory's name
// only: paths on the line must be whole.
func ask(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	a := newApp(strings.NewReader(""), &out, &errs)
	cmd := a.root()
	cmd.SetArgs(args)
	code = a.reportExit(cmd.ExecuteContext(t.Context()))
	return out.String(), errs.String(), code
}

// theDemo makes the backup that sessions start from.
func theDemo(t *testing.T) string {
	t.Helper()
	if demoBackup != "" {
		return demoBackup
	}
	dir, err := os.MkdirTemp("", "htxledger-script-")
	require.NoError(t, err)
	data, file := filepath.Join(dir, "demo"), filepath.Join(dir, "demo.backup")
	_, errs, code := ask(t, "demo", "--no-serve", "--data", data)
	require.Zero(t, code, errs)
	_, errs, code = ask(t, "backup", file, "--data", data)
	require.Zero(t, code, errs)
	demoBackup = file
	t.Cleanup(func() { os.RemoveAll(dir); demoBackup = "" })
	return file
}

// TestScripts runs the sessions of testdata/script with the real program.
func TestScripts(t *testing.T) {
	file := theDemo(t)
	t.Run("session", func(t *testing.T) { // so that the backup outlives the parallel sessions
		testscript.Run(t, testscript.Params{
			Dir: filepath.Join("testdata", "script"),
			Setup: func(e *testscript.Env) error {
				e.Setenv("DEMO", file)
				return nil
			},
			Condition: func(name string) (bool, error) {
				if name == "root" {
					return os.Geteuid() == 0, nil
				}
				if name == "soffice" {
					return haveOffice()
				}
				return false, fmt.Errorf("no condition %s", name)
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"exits": exits, "freeport": freePort, "http": request, "lines": lines, "newer": newer, "fill": fillIn, "cell": lookAt,
				"office": office, "send": send, "post": post,
			},
			RequireExplicitExec: true,
		})
	})
}

// exits runs a program and wants its exit code: exits CODE program args…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// freePort sets a variable to a port that nobody listens on: freeport NAME
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// patience bounds how long a server may take to start, or to follow. It fails a
// test that would hang; no test turns on how long anything took.
const patience = 30 * time.Second

// request asks a server until it gives the status wanted, and the text wanted
// if there is one, and keeps the reply: http STATUS FILE URL [TEXT]
func request(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got := ""
	for ctx.Err() == nil {
		status, body := get(ctx, args[2])
		got = fmt.Sprintf("%d: %s", status, body)
		if strconv.Itoa(status) == args[0] && (len(args) < 4 || strings.Contains(body, args[3])) {
			ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(body), 0o600))
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("GET %s: last reply %s", args[2], got)
}

func get(ctx context.Context, url string) (status int, body string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err.Error()
	}
	reply, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer reply.Body.Close()
	b, err := io.ReadAll(reply.Body)
	if err != nil {
		return 0, err.Error()
	}
	return reply.StatusCode, string(b)
}

// lines wants a file to have so many lines: lines FILE N
func lines(ts *testscript.TestScript, _ bool, args []string) {
	if n := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(n) != args[1] {
		ts.Fatalf("%s has %d lines, want %s", args[0], n, args[1])
	}
}

// userVersion is where SQLite's file header holds the version of whoever uses
// the file, as four bytes.
const userVersion = 60

// newer makes a store say that a later version wrote it: newer FILE
func newer(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteAt([]byte{0, 0, 0x7f, 0xff}, userVersion)
	ts.Check(err)
}
