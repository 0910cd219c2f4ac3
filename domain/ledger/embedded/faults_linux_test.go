package embedded_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

// TestFaultedSyscalls fails or kills a session at each of its file system
// calls in turn, by strace, and holds what it was told to what is on disk.
// It runs only if HTXLEDGER_FAULTS is 1 and strace is there.
func TestFaultedSyscalls(t *testing.T) {
	if os.Getenv("HTXLEDGER_FAULTS") != "1" {
		t.Skip("not run: HTXLEDGER_FAULTS is not 1")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("not run: ", err)
	}
	for _, call := range []string{"pwrite64", "fsync", "fdatasync", "ftruncate", "pread64", "openat", "unlink", "mmap", "flock", "fcntl"} {
		for _, effect := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
			t.Run(call+" "+effect, func(t *testing.T) {
				runs, seen := 0, map[string]int{}
				for injected := true; injected && runs < 400; runs++ {
					injected = faultedRun(t, strace, fmt.Sprintf("inject=%s:%s:when=%d", call, effect, runs+1), seen)
				}
				t.Logf("%d runs; answers %v", runs-1, seen)
			})
		}
	}
}

// faultedRun runs one session and judges it; it is false if nothing was
// injected, because the session makes fewer such calls.
func faultedRun(t *testing.T, strace, inject string, seen map[string]int) bool {
	dir := filepath.Join(t.TempDir(), "data")
	trace := filepath.Join(t.TempDir(), "trace")
	var paths []string
	for _, name := range []string{"", "/ledger.db", "/ledger.db-wal", "/ledger.db-shm", "/head"} {
		paths = append(paths, "-P", dir+name)
	}
	call := strings.FieldsFunc(inject, func(r rune) bool { return r == '=' || r == ':' })[1]
	session := child("faulted", dir, "GOMAXPROCS=1")
	session.Args = append(append([]string{strace, "-f", "-qq", "-o", trace, "-e", "trace=" + call, "-e", inject}, paths...), session.Path)
	session.Path = strace
	acked, tried, open := 0, 0, false
	var last string
	lines(t, session, func(word string, n int) {
		switch seen[word]++; word {
		case "try":
			tried = n
		case "ack":
			acked = n
		case "not_recorded", "unknown":
			last = word
		case "open":
			open = true
		}
	})
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	injected := strings.Contains(string(text), "INJECTED") || !session.ProcessState.Exited() // strace dies as its child did
	what := inject + ": " + last
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	if acked > 0 || open {
		require.NoError(t, err, what)
	}
	if err != nil { // cut off while it was made: nothing is lost, and it is said
		_, ok := fault.Of(err)
		require.True(t, ok, "%s: %v", what, err)
		return injected
	}
	defer s.Close()
	got, err := ledgertest.Collect(ctx, s, 0)
	require.NoError(t, err, what)
	require.GreaterOrEqual(t, len(got), acked, what)
	require.LessOrEqual(t, len(got), tried, what)
	for i, e := range ledgertest.Entries(0, len(got)) {
		require.Equal(t, string(e.Bytes), string(got[i].Bytes), what)
	}
	return injected
}

// childFaulted appends, checks every refusal against the store, and goes on
// where it may. "try n" is withdrawn by "try m" with m below n, once the store
// says that nothing was recorded.
func childFaulted(dir string) error {
	runtime.LockOSThread() // strace counts the calls of each thread by itself
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	if err != nil {
		say("refused 0")
		return nil
	}
	say("open 0")
	size := ledger.Position(0)
	for refused := 0; size < 12 && refused < 3; {
		next := size + 1 + size%3
		say("try %d", next)
		err := s.Append(ctx, size, ledgertest.Entries(size, int(next-size))...)
		if err == nil {
			say("ack %d", next)
			size = next
			continue
		}
		refused++
		say("%s %d", ledger.OutcomeOf(err), next)
		if ledger.OutcomeOf(err) == ledger.NotRecorded {
			say("try %d", size)
		}
	}
	if err := s.Close(); err != nil {
		say("close 1")
	}
	return nil
}
