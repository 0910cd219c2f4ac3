package eventstoredb_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
)

// The suite against a real server is asked for with a connection string in
// HTXLEDGER_TEST_ESDB; with the flag its absence is a failure. What needs the
// server to be killed, stopped or put back asks for HTXLEDGER_STORE_SCRIPT too:
// docs/eventstoredb.md has its verbs.
var require_ = flag.Bool("require-eventstoredb", false, "fail if no real server is named in HTXLEDGER_TEST_ESDB, or no script in HTXLEDGER_STORE_SCRIPT")

// A realStore is a server that somebody else runs, or the test server in its place.
type realStore struct {
	url, mode string
	reader    string // a connection string of an account that may read and not write; "" where none is known
	prefix    string
	operate   func(verb string, args ...string) (string, error) // nil where nobody stops and starts the server
	hurry     time.Duration                                     // by how much the pauses are divided that a real server needs
}

func realServer(t *testing.T) realStore {
	s := realStore{
		url: os.Getenv("HTXLEDGER_TEST_ESDB"), mode: os.Getenv("MODE"), reader: os.Getenv("HTXLEDGER_TEST_ESDB_READER"),
		prefix: fmt.Sprintf("htx-test-%d", time.Now().UnixNano()), hurry: 1,
	}
	if s.mode == "" {
		s.mode = "single"
	}
	if script := os.Getenv("HTXLEDGER_STORE_SCRIPT"); script != "" {
		s.operate = func(verb string, args ...string) (string, error) {
			cmd := exec.Command(script, append([]string{verb}, args...)...)
			cmd.Env = append(os.Environ(), "MODE="+s.mode)
			out, err := cmd.Output()
			return strings.TrimSpace(string(out)), err
		}
	}
	require.Contains(t, []string{"single", "tls", "cluster"}, s.mode, "MODE")
	if s.url == "" {
		if *require_ {
			t.Fatal("-require-eventstoredb: HTXLEDGER_TEST_ESDB names no server")
		}
		t.Skip("NOT RUN: HTXLEDGER_TEST_ESDB names no EventStoreDB server")
	}
	return s
}

// needs skips what needs the script, or another mode.
func (s realStore) needs(t *testing.T, modes ...string) {
	if len(modes) > 0 && !strings.Contains(strings.Join(modes, " "), s.mode) {
		t.Skipf("NOT RUN: needs MODE=%s", strings.Join(modes, " or "))
	}
	if s.operate == nil {
		if *require_ {
			t.Fatal("-require-eventstoredb: HTXLEDGER_STORE_SCRIPT names no script")
		}
		t.Skip("NOT RUN: HTXLEDGER_STORE_SCRIPT names no script that kills, stops and starts the server")
	}
}

// do has the server stopped or started by a verb, and gives what that printed.
func (s realStore) do(t *testing.T, verb string, args ...string) string {
	t.Helper()
	out, err := s.operate(verb, args...)
	require.NoError(t, err, "%s %v", verb, args)
	return out
}

// pause sleeps as long as a real server needs to notice or to go on.
func (s realStore) pause(d time.Duration) { time.Sleep(d / s.hurry) }

func (s realStore) open(t testing.TB, stream string) *eventstoredb.Store {
	return open(t, s.url, eventstoredb.Options{Stream: s.prefix + stream})
}

// writeThrough appends until done is closed, and gives how many records that was.
func writeThrough(t *testing.T, s *eventstoredb.Store, done <-chan struct{}) ledger.Position {
	n, err := s.Size(ctx)
	require.NoError(t, err)
	for running := true; running; n += 3 {
		require.NoError(t, s.Append(ctx, n, ledgertest.Entries(n, 3)...))
		select {
		case <-done:
			running = false
		default:
		}
	}
	return n
}

func requireWhole(t *testing.T, s *eventstoredb.Store, n ledger.Position) {
	got, err := ledgertest.Collect(ctx, s, 0)
	require.NoError(t, err)
	require.Equal(t, texts(ledgertest.Entries(0, int(n))), texts(got))
}

func TestRealServer(t *testing.T) { runRealServer(t, realServer(t)) }

// The suite for real servers passes on the test server in every mode, with each
// verb of the script: so it is known to test what it means to.
func TestRealServerSuiteOnTheTestServer(t *testing.T) {
	for _, mode := range []string{"single", "tls", "cluster"} {
		t.Run(mode, func(t *testing.T) { runRealServer(t, standIn(t, mode)) })
	}
}

// standIn is the test server as one node without TLS, one with TLS and accounts, or
// three nodes, with somebody to stop and start it.
func standIn(t *testing.T, mode string) realStore {
	db := esdbtest.NewDatabase()
	s := realStore{mode: mode, prefix: "htx-test", hurry: 20}
	if mode == "cluster" {
		c := clusterOf(t, db, 50*time.Millisecond)
		s.url, s.operate = c.URL(), func(verb string, args ...string) (string, error) { return operateCluster(c, verb, args) }
		return s
	}
	config := esdbtest.Config{}
	file := ""
	if mode == "tls" {
		config.Password, config.Reader = "app:secret", "audit:secret"
		config.TLS, file = certificate(t)
	}
	server := node(t, db, config)
	s.url = server.URL()
	if mode == "tls" {
		at := "@" + server.Addr() + "?tlsCAFile=" + file
		s.url, s.reader = "esdb://app:secret"+at, "esdb://audit:secret"+at
	}
	var putBack func()
	s.operate = func(verb string, _ ...string) (string, error) {
		switch verb {
		case "reset":
		case "start":
			return "", server.Start()
		case "kill":
			server.Stop()
		case "stop":
			server.Silence()
		case "continue":
			server.Continue()
		case "save":
			putBack = db.Save()
		case "restore":
			server.Stop()
			putBack()
			return "", server.Start()
		default:
			return "", errors.New(verb)
		}
		return "", nil
	}
	return s
}

// operateCluster does to a cluster what a verb of the script says.
func operateCluster(c *esdbtest.Cluster, verb string, args []string) (string, error) {
	n := 0
	if len(args) > 0 {
		n, _ = strconv.Atoi(args[0])
	}
	switch verb {
	case "reset":
	case "start":
		for {
			if again, err := c.Start(n); !again || err != nil {
				return "", err
			}
		}
	case "kill":
		c.Kill(n)
	case "stop":
		c.Silence(n)
	case "continue":
		c.Continue(n)
	case "leader":
		for c.Leader() < 0 {
			time.Sleep(time.Millisecond)
		}
		return strconv.Itoa(c.Leader()), nil
	default:
		return "", errors.New(verb)
	}
	return "", nil
}

func runRealServer(t *testing.T, s realStore) {
	if s.operate != nil {
		s.do(t, "reset")
	}
	t.Run("suite", func(t *testing.T) { ledgertest.Run(t, maker(s.url, s.prefix, eventstoredb.Options{})) })
	t.Run("together", func(t *testing.T) {
		ledgertest.RunTogether(t, maker(s.url, s.prefix+"-together", eventstoredb.Options{}))
	})
	t.Run("another process is heard", func(t *testing.T) {
		follower := s.open(t, "-process")
		for at := range ledger.Position(5) {
			told := make(chan error, 1)
			go func() { told <- follower.Grown(ctx, at) }()
			appendElsewhere(t, s.url, s.prefix+"-process", at)
			require.NoError(t, <-told)
		}
		requireWhole(t, follower, 5)
	})
	t.Run("examined", func(t *testing.T) {
		r, err := eventstoredb.Examine(ctx, s.url, eventstoredb.Options{Stream: s.prefix + "-process"}, func(ledger.Entry) error { return nil })
		require.NoError(t, err)
		require.Empty(t, r.Problems)
		require.True(t, r.MayWrite)
		t.Logf("server %s, MODE=%s", r.Version, s.mode)
	})
	t.Run("retention is refused", func(t *testing.T) {
		log := s.open(t, "-kept")
		require.NoError(t, log.Append(ctx, 0, ledgertest.Entries(0, 5)...))
		config, err := esdb.ParseConnectionString(s.url)
		require.NoError(t, err)
		config.Logger = esdb.NoopLogging()
		client, err := esdb.NewClient(config)
		require.NoError(t, err)
		defer client.Close()
		metadata := esdb.StreamMetadata{}
		metadata.SetMaxCount(3)
		_, err = client.SetStreamMetadata(ctx, s.prefix+"-kept", esdb.AppendToStreamOptions{}, metadata)
		require.NoError(t, err)
		_, err = eventstoredb.Open(ctx, s.url, eventstoredb.Options{Stream: s.prefix + "-kept"})
		require.ErrorIs(t, err, eventstoredb.ErrRetention)
	})
	t.Run("an idle connection", func(t *testing.T) {
		if cuts(t) < 1000 {
			t.Skip("takes 60 seconds: set HTXLEDGER_CUTS to 1000 or more")
		}
		log := s.open(t, "-idle")
		require.NoError(t, log.Append(ctx, 0, ledgertest.Entries(0, 1)...))
		time.Sleep(time.Minute)
		start := time.Now()
		require.NoError(t, log.Append(ctx, 1, ledgertest.Entries(1, 1)...))
		require.Less(t, time.Since(start), time.Second)
	})
	t.Run("an account that may only read", func(t *testing.T) {
		if s.mode == "single" || s.reader == "" {
			t.Skip("NOT RUN: needs MODE=tls or cluster, and HTXLEDGER_TEST_ESDB_READER with the string of an account that may not write")
		}
		reader, err := eventstoredb.Open(ctx, s.reader, eventstoredb.Options{Stream: s.prefix + "-process"})
		require.NoError(t, err)
		defer reader.Close()
		for _, n := range []int{1, 500} {
			err := reader.Append(ctx, 5, ledgertest.Entries(5, n)...)
			require.ErrorIs(t, err, eventstoredb.ErrDenied, "%d events", n)
			require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		}
		wrong, err := url.Parse(s.url)
		if err == nil && wrong.User != nil {
			wrong.User = url.UserPassword(wrong.User.Username(), "no-such-password")
			_, err = eventstoredb.Open(ctx, wrong.String(), eventstoredb.Options{})
			require.ErrorIs(t, err, eventstoredb.ErrDenied)
		}
	})
	t.Run("cut again and again", func(t *testing.T) {
		at, err := url.Parse(s.url)
		if err != nil || s.mode != "single" {
			t.Skip("NOT RUN: needs MODE=single: what goes through a proxy is not what gossip names")
		}
		proxy, err := esdbtest.NewProxy(at.Host)
		require.NoError(t, err)
		defer proxy.Close()
		log := open(t, proxy.URL(), eventstoredb.Options{Stream: s.prefix + "-cut", Attempt: time.Second})
		proxy.Storm(7, 16_000)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for proxy.Cuts() < cuts(t) {
				time.Sleep(5 * time.Millisecond)
			}
		}()
		n := writeThrough(t, log, done)
		proxy.Storm(7, 0)
		requireWhole(t, log, n)
		t.Logf("%d records, %v", n, proxy.Harms())
	})
	t.Run("killed", func(t *testing.T) {
		s.needs(t)
		log := s.open(t, "-killed")
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 5 {
				s.pause(500 * time.Millisecond)
				n := s.leader(t)
				s.do(t, "kill", n)
				s.do(t, "start", n)
			}
		}()
		requireWhole(t, log, writeThrough(t, log, done))
	})
	t.Run("stopped and going on", func(t *testing.T) {
		s.needs(t)
		log := s.open(t, "-stopped")
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 3 {
				n := s.leader(t)
				s.do(t, "stop", n)
				s.pause(3 * time.Second)
				s.do(t, "continue", n)
				s.pause(time.Second)
			}
		}()
		requireWhole(t, log, writeThrough(t, log, done))
	})
	t.Run("any one node silent", func(t *testing.T) {
		s.needs(t, "cluster")
		log := s.open(t, "-silent")
		require.NoError(t, log.Append(ctx, 0, ledgertest.Entries(0, 1)...))
		for n := range 3 {
			s.do(t, "stop", strconv.Itoa(n))
			s.pause(15 * time.Second) // the others have noticed
			for range 24 {
				start := time.Now()
				one, err := eventstoredb.Open(ctx, s.url, eventstoredb.Options{Stream: s.prefix + "-silent"})
				require.NoError(t, err)
				require.Less(t, time.Since(start), time.Second)
				require.NoError(t, one.Close())
			}
			s.do(t, "continue", strconv.Itoa(n))
			s.pause(5 * time.Second)
		}
	})
	t.Run("put back", func(t *testing.T) {
		s.needs(t, "single", "tls")
		log := s.open(t, "-back")
		require.NoError(t, log.Append(ctx, 0, ledgertest.Entries(0, 5)...))
		s.do(t, "save")
		require.NoError(t, log.Append(ctx, 5, ledgertest.Entries(5, 5)...))
		s.do(t, "restore")
		short, cancel := context.WithTimeout(ctx, 20*time.Second/s.hurry)
		defer cancel()
		_, err := log.Size(short)
		require.ErrorIs(t, err, ledger.ErrStoreBehind)
	})
	t.Run("two stores and four writers", func(t *testing.T) {
		var group sync.WaitGroup
		for range 2 {
			log := s.open(t, "-two")
			for range 2 {
				group.Go(func() {
					for range 50 {
						for {
							at, err := log.Size(ctx)
							if err == nil {
								err = log.Append(ctx, at, ledgertest.Entries(at, 1+rand.IntN(3))...)
							}
							if err == nil {
								break
							}
							require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), err)
							_ = log.Grown(ctx, at)
						}
					}
				})
			}
		}
		group.Wait()
	})
}

// leader is the node that leads: of one node, that.
func (s realStore) leader(t *testing.T) string {
	if s.mode != "cluster" {
		return "0"
	}
	return s.do(t, "leader")
}

// appendElsewhere appends one entry in another process.
func appendElsewhere(t testing.TB, url, stream string, at ledger.Position) {
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), demoVariable+"=append", "HTXLEDGER_TEST_URL="+url, "HTXLEDGER_TEST_STREAM="+stream, fmt.Sprint("HTXLEDGER_TEST_AT=", at))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "found: <nil>")
}

func demoAppend() string {
	s := must(eventstoredb.Open(ctx, os.Getenv("HTXLEDGER_TEST_URL"), eventstoredb.Options{Stream: os.Getenv("HTXLEDGER_TEST_STREAM")}))
	at := ledger.Position(must(strconv.Atoi(os.Getenv("HTXLEDGER_TEST_AT"))))
	return fmt.Sprint(s.Append(ctx, at, ledgertest.Entries(at, 1)...))
}

// A follower hears what another process appends, on the test server.
func TestAnotherProcessIsHeard(t *testing.T) {
	url := start(t, esdbtest.Config{}).URL()
	follower := open(t, url, quick("s"))
	for at := range ledger.Position(3) {
		told := make(chan error, 1)
		go func() { told <- follower.Grown(ctx, at) }()
		appendElsewhere(t, url, "s", at)
		require.NoError(t, <-told)
	}
}
