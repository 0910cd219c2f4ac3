package embedded_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

// The parts that a child process can play, and where.
const (
	childEnv = "HTXLEDGER_TEST_CHILD"
	dirEnv   = "HTXLEDGER_TEST_DIR"
	textEnv  = "HTXLEDGER_TEST_TEXT"
	countEnv = "HTXLEDGER_TEST_COUNT"
)

func child(part, dir string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append([]string{childEnv + "=" + part, dirEnv + "=" + dir}, env...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

func playChild(part string) {
	dir := os.Getenv(dirEnv)
	parts := map[string]func(string) error{
		"write":   childWrite,
		"compete": childCompete,
		"full":    childFull,
		"denied":  childDenied,
		"faulted": childFaulted,
	}
	if err := parts[part](dir); err != nil {
		fmt.Fprintln(os.Stderr, part+":", err)
		os.Exit(1)
	}
}

// say tells the parent something at once: os.Stdout is not buffered.
func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }

// childWrite appends batches for ever, or a given number of entries, telling
// what it tries and what was acknowledged. A given number ends in a kill of
// itself, with everything left as it is.
func childWrite(dir string) error {
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	if err != nil {
		return err
	}
	size, err := s.Size(ctx)
	if err != nil {
		return err
	}
	count, _ := strconv.Atoi(os.Getenv(countEnv))
	say("open %d", size)
	for i := 0; count == 0 || int(size) < count; i++ {
		n := 1 + (int(size)*7+i)%5
		if count > 0 {
			n = min(n, count-int(size))
		}
		next := size + ledger.Position(n)
		say("try %d", next)
		if err := s.Append(ctx, size, ledgertest.Entries(size, n)...); err != nil {
			return err
		}
		say("ack %d", next)
		size = next
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	return self.Kill()
}

// childCompete appends a number of entries that carry its own text, taking
// turns with other writers as the ledger above the store does.
func childCompete(dir string) error {
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	if err != nil {
		return err
	}
	defer s.Close()
	count, err := strconv.Atoi(os.Getenv(countEnv))
	if err != nil {
		return err
	}
	conflicts := 0
	for i := 0; i < count; {
		size, err := s.Size(ctx)
		if err != nil {
			return err
		}
		err = s.Append(ctx, size, ledgertest.Entry(size, fmt.Sprintf("%s %d", os.Getenv(textEnv), i)))
		switch {
		case err == nil:
			i++
		case errors.Is(err, ledger.ErrConflict):
			conflicts++
		default:
			return err
		}
	}
	say("conflicts %d", conflicts)
	return nil
}

// A TestTwoProcesses fails if a writer fails, loses an entry, or doubles one.
func TestTwoProcesses(t *testing.T) {
	const count = 150
	dir := t.TempDir()
	writers := []string{"một", "hai", "ba"}
	var running []*exec.Cmd
	for _, text := range writers {
		cmd := child("compete", dir, textEnv+"="+text, fmt.Sprintf("%s=%d", countEnv, count))
		require.NoError(t, cmd.Start())
		running = append(running, cmd)
	}
	for _, cmd := range running {
		require.NoError(t, cmd.Wait())
	}
	s := open(t, dir)
	all, err := ledgertest.Collect(ctx, s, 0)
	require.NoError(t, err)
	require.Len(t, all, count*len(writers))
	next := map[string]int{}
	for _, e := range all {
		found := false
		for _, text := range writers {
			if string(ledgertest.Entry(e.Position, fmt.Sprintf("%s %d", text, next[text])).Bytes) == string(e.Bytes) {
				next[text]++
				found = true
				break
			}
		}
		require.True(t, found, "position %d holds %s", e.Position, e.Bytes)
	}
	report, err := s.Check(ctx)
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	require.EqualValues(t, len(all), max(report.Heads[0].Size, report.Heads[1].Size), "the head did not go back")
}

// lines reads what a child says until it ends.
func lines(t testing.TB, cmd *exec.Cmd, each func(word string, n int)) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		var word string
		var n int
		if _, err := fmt.Sscan(scanner.Text(), &word, &n); err == nil {
			each(word, n)
		}
	}
	cmd.Wait() // a killed child ends with an error, and is judged by what it left
}
