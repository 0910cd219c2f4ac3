package access

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
)

// What a child process is to do, and with which file of tokens.
const (
	childEnv = "HTXLEDGER_TEST_CHILD"
	fileEnv  = "HTXLEDGER_TEST_FILE"
)

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		playChild(part, os.Getenv(fileEnv))
		return
	}
	os.Exit(m.Run())
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) } // os.Stdout is not buffered

// playChild adds and revokes tokens as the commands do, saying what it shows and
// what was acknowledged: "many" for ever, "few" two of them and one revocation.
func playChild(part, file string) {
	runtime.LockOSThread() // strace counts the calls of each thread by itself
	s, err := Open(file)
	if err != nil {
		say("failed %v", err)
		return
	}
	list, err := s.List()
	if err != nil {
		say("failed %v", err)
		return
	}
	say("open")
	for i := len(list); part == "many" || i < 2; i++ {
		id, shown := "a-"+strconv.Itoa(i), false
		err := s.AddShown(now, id, "officer", "dak-mil", time.Hour, func(secret string) error {
			say("shown %s %s", id, secret)
			shown = true
			return nil
		})
		if shown && !WasChanged(err) {
			say("void %s", id)
		}
		if err != nil {
			say("failed %v", err)
			continue
		}
		say("added %s", id)
		if i%2 == 1 {
			say("revoking %s", id)
			if err := s.Revoke(now, id); err == nil {
				say("revoked %s", id)
			}
		}
	}
}

// A past is what children said before they ended.
type past struct {
	secrets         map[string]string // of each token that was shown, unless it was said to be void
	added           map[string]bool
	revoking, ended map[string]bool
}

func newPast() *past {
	return &past{map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (p *past) hear(line string) {
	words := append(strings.Fields(line), "", "")
	switch id := words[1]; words[0] {
	case "shown":
		p.secrets[id] = words[2]
	case "void":
		delete(p.secrets, id)
	case "added":
		p.added[id] = true
	case "revoking":
		p.revoking[id] = true
	case "revoked":
		p.ended[id] = true
	}
}

// run runs a child to its end, which the first thing it says may bring about.
func (p *past) run(t *testing.T, cmd *exec.Cmd, opened func()) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if scanner.Text() == "open" {
			opened()
		}
		p.hear(scanner.Text())
	}
	_ = cmd.Wait() // a killed child is judged by what it left
}

// require holds the file to the past: nothing acknowledged is lost, no token is
// there that nobody saw, the gate is shut once there was one, and the commands go on.
func (p *past) require(t *testing.T, file, why string) {
	t.Helper()
	s, err := Open(file)
	require.NoError(t, err, why)
	list, err := s.List()
	require.NoError(t, err, why)
	there := map[string]Token{}
	for _, x := range list {
		there[x.ID] = x
		require.Contains(t, p.secrets, x.ID, "%s: an account is taken whose token nobody saw", why)
		found, ok := find(list, p.secrets[x.ID])
		require.True(t, ok, why)
		require.Equal(t, ledger.Actor{ID: x.ID, Role: "officer", Place: "dak-mil"}, found.Actor(), why)
		require.True(t, x.Revoked.IsZero() || p.revoking[x.ID], why)
	}
	for id := range p.added {
		require.Contains(t, there, id, why)
	}
	for id := range p.ended {
		require.False(t, there[id].Revoked.IsZero(), why)
	}
	open, err := NewGate(s, ledger.Actor{ID: "local", Role: "admin"}).Open()
	require.NoError(t, err, why)
	require.Equal(t, len(list) == 0, open, why)
}

func childOf(part, file string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+part, fileEnv+"="+file)
	cmd.Stderr = os.Stderr
	return cmd
}

// TestKill kills a process that changes tokens at random moments, in new
// directories and in one that goes on. HTXLEDGER_KILLS sets how often.
func TestKill(t *testing.T) {
	kills := 30
	if text := os.Getenv("HTXLEDGER_KILLS"); text != "" {
		var err error
		kills, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	const seed = 371
	r := rand.New(rand.NewPCG(seed, seed))
	file, told := filepath.Join(t.TempDir(), "tokens.json"), newPast()
	within := 0
	for i := range kills {
		most := 20_000
		if i%2 == 0 { // the first token is the delicate one
			file, told, most = filepath.Join(t.TempDir(), "tokens.json"), newPast(), 2_000
		}
		unended := len(told.secrets) - len(told.added)
		cmd := childOf("many", file)
		told.run(t, cmd, func() {
			time.AfterFunc(time.Duration(r.IntN(most))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		})
		why := fmt.Sprintf("seed %d, kill %d", seed, i)
		told.require(t, file, why)
		if len(told.secrets)-len(told.added) > unended {
			within++
		}
		s, err := Open(file)
		require.NoError(t, err, why)
		list, err := s.List()
		require.NoError(t, err, why)
		// The same command goes on, and the change after it.
		id := "a-" + strconv.Itoa(len(list))
		told.secrets[id], err = s.Add(now, id, "officer", "dak-mil", time.Hour)
		require.NoError(t, err, why)
		require.FileExists(t, file+".made", why)
		told.added[id], told.revoking[id] = true, true
		require.NoError(t, s.Revoke(now, id), why)
		told.ended[id] = true
		told.require(t, file, why)
	}
	t.Logf("seed %d: %d kills, %d between a token shown and its command ended", seed, kills, within)
}

// TestCutAtEverySyscall fails or kills two additions and a revocation at each of
// their file system calls in turn, by strace. It runs only if HTXLEDGER_FAULTS is
// 1 and strace is there.
func TestCutAtEverySyscall(t *testing.T) {
	if os.Getenv("HTXLEDGER_FAULTS") != "1" {
		t.Skip("not run: HTXLEDGER_FAULTS is not 1")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("not run: ", err)
	}
	for _, call := range []string{"openat", "unlinkat", "pwrite64", "fsync", "renameat", "renameat2", "flock", "close", "newfstatat", "read", "write"} {
		for _, effect := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
			t.Run(call+" "+effect, func(t *testing.T) {
				runs := 0
				for injected := true; injected && runs < 200; runs++ {
					injected = cutRun(t, strace, call, fmt.Sprintf("inject=%s:%s:when=%d", call, effect, runs+1))
				}
				t.Logf("%d runs", runs-1)
			})
		}
	}
}

// cutRun runs one child and judges it; false if nothing was injected.
func cutRun(t *testing.T, strace, call, inject string) bool {
	dir := t.TempDir()
	file, trace := filepath.Join(dir, "tokens.json"), filepath.Join(t.TempDir(), "trace")
	cmd := childOf("few", file)
	cmd.Args = []string{strace, "-f", "-qq", "-o", trace, "-e", "trace=" + call, "-e", inject}
	for _, name := range []string{"", "/tokens.json", "/tokens.json.partial", "/tokens.json.made", "/tokens.json.flock"} {
		cmd.Args = append(cmd.Args, "-P", dir+name)
	}
	cmd.Args = append(cmd.Args, cmd.Path)
	cmd.Path = strace
	told := newPast()
	told.run(t, cmd, func() {})
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	injected := strings.Contains(string(text), "INJECTED") || !cmd.ProcessState.Exited() // strace dies as its child did
	told.require(t, file, inject)
	again := childOf("few", file)
	told.run(t, again, func() {})
	told.require(t, file, inject+", and then the same again")
	s, err := Open(file)
	require.NoError(t, err, inject)
	_, err = s.Add(now, "last", "admin", "", time.Hour)
	require.NoError(t, err, inject)
	require.FileExists(t, file+".made", inject)
	return injected
}
