package relay_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/embedded"
	"htxledger/projections/relay"
)

// The parts that a child process can play, and what with.
const (
	childEnv  = "HTXLEDGER_TEST_CHILD"
	dirEnv    = "HTXLEDGER_TEST_DIR"
	targetEnv = "HTXLEDGER_TEST_TARGET"
)

func playChild(part string) {
	parts := map[string]func() error{"broker": childBroker, "relay": childRelay}
	if err := parts[part](); err != nil {
		fmt.Fprintln(os.Stderr, part+":", err)
		os.Exit(1)
	}
}

// childBroker serves JetStream from a directory until it is killed, or its
// standard input ends.
func childBroker() error {
	s, err := serveBroker(os.Getenv(dirEnv), os.Getenv(targetEnv), nil)
	if err != nil {
		return err
	}
	fmt.Println(s.ClientURL())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// childRelay relays a store to a target until it is killed, telling where it
// stands.
func childRelay() error {
	ctx := context.Background()
	dir := os.Getenv(dirEnv)
	log, err := embedded.OpenReadOnly(ctx, dir)
	if err != nil {
		return err
	}
	target, err := relay.ParseTarget(os.Getenv(targetEnv), relay.TargetOptions{})
	if err != nil {
		return err
	}
	r := relay.New(log, target, relay.Directory(dir+"-relay"), quick)
	go func() {
		for at := range 1 << 20 {
			for int(r.Status(ctx).Position) < at {
			}
			fmt.Println(at)
		}
	}()
	return r.Run(ctx)
}

// A child is another process of this program.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Scanner
}

func startChild(t testing.TB, part, dir, target string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+part, dirEnv+"="+dir, targetEnv+"="+target)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	c := &child{cmd, stdin, bufio.NewScanner(stdout)}
	t.Cleanup(c.kill)
	return c
}

// line is the next line that the child says.
func (c *child) line(t testing.TB) string {
	t.Helper()
	require.True(t, c.out.Scan(), "the child ended: %v", c.out.Err())
	return strings.TrimSpace(c.out.Text())
}

// kill is kill -9.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.stdin.Close()
	_ = c.cmd.Wait()
}
