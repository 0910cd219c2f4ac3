package eventstoredb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
)

// What real servers did that fell short, each on the altered test server
// (docs/eventstoredb.md).

func clusterOf(t testing.TB, db *esdbtest.Database, election time.Duration) *esdbtest.Cluster {
	c, err := esdbtest.NewCluster(db, 3, esdbtest.Config{CommitTimeout: 200 * time.Millisecond}, election)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// A disk that stalls again and again, for longer than the server waits for it:
// what was sent lands, each process once, and nobody is told a doubt before his
// time is over.
func TestStallsThatComeAgain(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{CommitTimeout: 100 * time.Millisecond})
	stop := db.Stalls(20*time.Millisecond, 400*time.Millisecond)
	defer stop()
	const processes, each = 3, 5
	opts := quick("s")
	opts.Timeout = 20 * time.Second
	before := server.Calls(esdbtest.Append)
	var all sync.WaitGroup
	for range processes {
		s := open(t, server.URL(), opts)
		all.Go(func() {
			for range each {
				for {
					at, err := s.Size(ctx)
					require.NoError(t, err)
					err = s.Append(ctx, at, ledgertest.Entries(at, 2)...)
					if err == nil {
						break
					}
					require.ErrorIs(t, err, ledger.ErrConflict)
					require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
					require.NotContains(t, err.Error(), fmt.Sprintf("at %d but at %d", at, at))
					require.NoError(t, s.Grown(ctx, at))
				}
			}
		})
	}
	all.Wait()
	require.Len(t, stored(db, "s"), 2*processes*each)
	t.Logf("%d appends sent for %d", server.Calls(esdbtest.Append)-before, processes*each)
	require.Less(t, server.Calls(esdbtest.Append)-before, 40*processes*each)
}

// While a majority is away nothing is shown: an append waits, and is then known
// to have been recorded. Somebody else is told of it truly, and one that ran out
// of time is unknown only then.
func TestLostMajority(t *testing.T) {
	db := esdbtest.NewDatabase()
	c := clusterOf(t, db, time.Hour) // nobody is elected: the leader stays
	s, other := open(t, c.URL(), quick("s")), open(t, c.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	c.Silence(1)
	c.Silence(2)
	told := make(chan error)
	go func() { told <- s.Append(ctx, 1, ledgertest.Entries(1, 1)...) }()
	require.Eventually(t, func() bool { return len(stored(db, "s")) == 2 }, 5*time.Second, time.Millisecond, "decided")
	err := other.Append(ctx, 1, ledgertest.Entry(1, "khác"))
	require.ErrorIs(t, err, ledger.ErrConflict)
	require.ErrorContains(t, err, "at 1 but at 2")
	short, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	start := time.Now()
	err = other.Append(short, 2, ledgertest.Entry(2, "chưa biết"))
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err), err)
	require.Greater(t, time.Since(start), 600*time.Millisecond)
	time.Sleep(time.Second)
	c.Continue(1)
	c.Continue(2)
	require.NoError(t, <-told)
	require.Equal(t, texts(ledgertest.Entries(0, 2)), stored(db, "s")[:2])
}

// Any one node of three is silent, stopped or killed: every opening succeeds
// within a second, once the others have noticed.
func TestOpenWithOneNodeAway(t *testing.T) {
	for _, away := range []string{"silent", "killed"} {
		for n := range 3 {
			t.Run(fmt.Sprint(away, n), func(t *testing.T) {
				db := esdbtest.NewDatabase()
				c := clusterOf(t, db, 50*time.Millisecond)
				if away == "silent" {
					c.Silence(n)
				} else {
					c.Kill(n)
				}
				require.Eventually(t, func() bool { return c.Leader() >= 0 && c.Leader() != n }, 5*time.Second, time.Millisecond)
				for range 24 {
					start := time.Now()
					s, err := eventstoredb.Open(ctx, c.URL(), eventstoredb.Options{Stream: "s"})
					require.NoError(t, err)
					require.Less(t, time.Since(start), time.Second)
					require.NoError(t, s.Close())
				}
				c.Continue(n)
			})
		}
	}
	t.Run("silent, and nobody has noticed", func(t *testing.T) {
		c := clusterOf(t, esdbtest.NewDatabase(), 1500*time.Millisecond)
		c.Silence(0) // the leader: named as living until the others elect
		open(t, c.URL(), eventstoredb.Options{Stream: "s"})
		c.Continue(0)
	})
}

// Elections leave nothing behind, and a write waits for them as a read does.
func TestElectionsLeaveNothing(t *testing.T) {
	db := esdbtest.NewDatabase()
	c := clusterOf(t, db, 100*time.Millisecond)
	opts := quick("s")
	opts.Timeout = 20 * time.Second
	s := open(t, c.URL(), opts)
	go s.Grown(ctx, 1<<40)
	n := ledger.Position(0)
	write := func() {
		require.NoError(t, s.Append(ctx, n, ledgertest.Entries(n, 1)...))
		n++
		_, err := s.Size(ctx)
		require.NoError(t, err)
	}
	connections := func() (all int) {
		for _, node := range c.Nodes {
			all += node.Connections()
		}
		return all
	}
	write()
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	goroutines, open := runtime.NumGoroutine(), connections()
	for range 10 {
		leader := c.Leader()
		c.Kill(leader)
		write()
		for again := true; again; {
			var err error
			again, err = c.Start(leader)
			require.NoError(t, err)
		}
		write()
	}
	require.Equal(t, texts(ledgertest.Entries(0, int(n))), stored(db, "s"))
	defer func() {
		if t.Failed() {
			all := make([]byte, 1<<20)
			t.Logf("%s", all[:runtime.Stack(all, true)])
		}
	}()
	require.Eventually(t, func() bool {
		// A store keeps a few connections, of about eight goroutines at both ends; one
		// more left behind by each election would be eighty.
		return runtime.NumGoroutine() <= goroutines+40 && connections() <= open+5
	}, 20*time.Second, 50*time.Millisecond, "goroutines and connections")
	t.Logf("after ten elections: goroutines %d, then %d; connections %d, then %d", goroutines, runtime.NumGoroutine(), open, connections())
}

// A node that led with what the majority lacks comes back only when it is started
// once more; what it alone had is gone, and its append is told as unknown or done
// again.
func TestALeaderThatComesBack(t *testing.T) {
	db := esdbtest.NewDatabase()
	c := clusterOf(t, db, 100*time.Millisecond)
	s := open(t, c.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	db.Hold()
	told := make(chan error)
	go func() { told <- s.Append(ctx, 1, ledgertest.Entries(1, 2)...) }()
	require.Eventually(t, func() bool { return len(stored(db, "s")) == 3 }, 5*time.Second, time.Millisecond)
	c.Kill(0)
	require.NoError(t, <-told, "it is sent again to the new leader")
	again, err := c.Start(0)
	require.NoError(t, err)
	require.True(t, again)
	again, err = c.Start(0)
	require.NoError(t, err)
	require.False(t, again)
	require.Equal(t, texts(ledgertest.Entries(0, 3)), stored(db, "s"))
}

// A subscription that the server drops, since it fell behind, is renewed: the
// store is not away for that. It is when renewing fails.
func TestADroppedSubscriptionIsNoOutage(t *testing.T) {
	server := start(t, esdbtest.Config{})
	writer, s := open(t, server.URL(), quick("s")), open(t, server.URL(), quick("s"))
	go s.Grown(ctx, 1<<40)
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for at := ledger.Position(0); at < 3000; at += 50 {
			server.Inject(esdbtest.Subscribe, esdbtest.Fault{Do: esdbtest.Fail, Code: codes.Aborted, After: 20})
			if err := writer.Append(ctx, at, ledgertest.Entries(at, 50)...); err != nil {
				t.Error(err)
			}
			if at%500 == 0 {
				server.Cut()
			}
		}
	}()
	for polled := true; polled; {
		st := s.Status()
		require.NoError(t, st.Err)
		require.True(t, st.Live)
		select {
		case <-done:
			polled = false
		case <-time.After(time.Millisecond):
		}
	}
	server.Forget()
	require.NoError(t, s.Grown(ctx, 2999))
	server.Stop()
	require.Eventually(t, func() bool { return s.Status().Err != nil && !s.Status().Live }, 5*time.Second, time.Millisecond)
}

// Why a server cannot be used is told as what it is, and passes by itself.
func TestTheTrueReason(t *testing.T) {
	t.Run("it is starting and knows no accounts", func(t *testing.T) {
		config, file := certificate(t)
		server := start(t, esdbtest.Config{TLS: config, Password: "app:secret"})
		url := "esdb://app:secret@" + server.Addr() + "?tlsCAFile=" + file
		server.SetState(esdbtest.Starting)
		time.AfterFunc(500*time.Millisecond, func() { server.SetState(esdbtest.Serving) })
		s := open(t, url, eventstoredb.Options{Stream: "s"})
		server.SetState(esdbtest.Starting)
		_, err := s.Size(shortly(t))
		require.ErrorIs(t, err, eventstoredb.ErrNotReady)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("it is not ready", func(t *testing.T) {
		server := start(t, esdbtest.Config{})
		s := open(t, server.URL(), quick("s"))
		server.SetState(esdbtest.Leaderless)
		for _, call := range []func() error{
			func() error { return s.Append(shortly(t), 0, ledgertest.Entries(0, 1)...) },
			func() error { _, err := s.Size(shortly(t)); return err },
		} {
			err := call()
			f, _ := fault.Of(err)
			require.Equal(t, "esdb-not-ready", f.Code, err)
			require.Contains(t, f.En(), "starting")
		}
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(s.Append(shortly(t), 0, ledgertest.Entries(0, 1)...)))
		time.AfterFunc(200*time.Millisecond, func() { server.SetState(esdbtest.Serving) })
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...), "a write waits as a read does")
	})
	t.Run("no leader", func(t *testing.T) {
		c := clusterOf(t, esdbtest.NewDatabase(), time.Millisecond)
		c.Kill(1)
		c.Kill(0)
		require.Eventually(t, func() bool { return c.Leader() < 0 }, 5*time.Second, time.Millisecond)
		_, err := eventstoredb.Open(ctx, c.URL(), eventstoredb.Options{Attempt: 300 * time.Millisecond})
		f, _ := fault.Of(err)
		require.Equal(t, "esdb-not-ready", f.Code, err)
		require.Contains(t, f.En(), "no leader")
	})
	t.Run("put back to an older copy", func(t *testing.T) {
		db := esdbtest.NewDatabase()
		s := open(t, node(t, db, esdbtest.Config{}).URL(), quick("s"))
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 9)...))
		go s.Grown(ctx, 1<<40)
		require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
		db.PutBack("s", 4)
		_, err := s.Size(shortly(t))
		f, _ := fault.Of(err)
		require.NotEqual(t, "esdb-away", f.Code, err)
		require.Contains(t, f.En(), "4")
		require.Contains(t, f.En(), "9")
		require.Eventually(t, func() bool {
			f, ok := fault.Of(s.Status().Err)
			return ok && f.Code != "esdb-away"
		}, 10*time.Second, 10*time.Millisecond, "readiness says so too")
	})
	t.Run("events out of order", func(t *testing.T) {
		db := esdbtest.NewDatabase()
		server := node(t, db, esdbtest.Config{})
		s := open(t, server.URL(), quick("s"))
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 9)...))
		again := esdbtest.Fault{Do: esdbtest.Again}
		server.Inject(esdbtest.Read, esdbtest.Fault{}, again, again, again, again, again, again, again, again, again, again)
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		var last error
		for _, err := range s.Entries(short, 0) {
			last = errors.Join(last, err)
		}
		require.ErrorIs(t, last, eventstoredb.ErrOrder)
	})
}

// A conflict that names no other size than the one expected says that something was
// decided and will be shown: the append is sent again, and if nothing else comes of
// it until the deadline it was certainly not written, and why is told.
func TestUnsettled(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	s := open(t, server.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 2)...))
	unsettled := esdbtest.Fault{Do: esdbtest.Unsettled}
	server.Inject(esdbtest.Append, unsettled, unsettled)
	require.NoError(t, s.Append(ctx, 2, ledgertest.Entries(2, 1)...))
	for range 100 {
		server.Inject(esdbtest.Append, unsettled)
	}
	short, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := s.Append(short, 3, ledgertest.Entries(3, 1)...)
	require.ErrorIs(t, err, eventstoredb.ErrUnsettled)
	require.ErrorContains(t, err, "after record 3")
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.GreaterOrEqual(t, time.Since(start), 350*time.Millisecond)
	require.Greater(t, server.Waiting(esdbtest.Append), 80, "with pauses")
	server.Forget()
	require.Equal(t, texts(ledgertest.Entries(0, 3)), stored(db, "s"))
	require.NoError(t, s.Append(ctx, 3, ledgertest.Entries(3, 1)...))
}

// The nodes of a cluster are listed by whoever answers, one that is away among them.
func TestExamineListsTheMembers(t *testing.T) {
	c := clusterOf(t, esdbtest.NewDatabase(), 10*time.Millisecond)
	c.Silence(0)
	require.Eventually(t, func() bool { return c.Leader() > 0 }, 5*time.Second, time.Millisecond)
	r, err := eventstoredb.Examine(ctx, c.URL(), quick("s"), func(ledger.Entry) error { return nil })
	require.NoError(t, err)
	require.Len(t, r.Members, 3)
	for _, m := range r.Members {
		want := "Follower"
		if m.Address == c.Nodes[c.Leader()].Addr() {
			want = "Leader"
		}
		require.Equal(t, want, m.State)
		require.Equal(t, m.Address != c.Nodes[0].Addr(), m.Alive)
	}
	c.Continue(0)
	one := start(t, esdbtest.Config{})
	r, err = eventstoredb.Examine(ctx, one.URL(), quick("s"), func(ledger.Entry) error { return nil })
	require.NoError(t, err)
	require.Equal(t, []eventstoredb.Member{{Address: one.Addr(), State: "Leader", Alive: true}}, r.Members)
}

// A silent server costs a bounded number of connections and goroutines, however
// often it is asked, also where the connection string turns the keep-alive off, so
// that nothing but our own bounds ends what hangs.
func TestASilentServerLeavesNothing(t *testing.T) {
	server := start(t, esdbtest.Config{})
	s := open(t, server.URL()+"&keepAliveInterval=-1", eventstoredb.Options{Stream: "s", Attempt: 200 * time.Millisecond})
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	go s.Grown(ctx, 1<<40)
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	before := runtime.NumGoroutine()
	server.Silence()
	defer server.Continue()
	most := 0
	for end := time.Now().Add(6 * time.Second); time.Now().Before(end); {
		var calls sync.WaitGroup
		for range 4 {
			calls.Go(func() {
				short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
				defer cancel()
				_, err := s.Size(short)
				require.Error(t, err)
			})
		}
		calls.Wait()
		most = max(most, runtime.NumGoroutine())
	}
	require.LessOrEqual(t, most, before+120)
	require.LessOrEqual(t, server.Connections(), 30)
	server.Continue()
	_, err := s.Size(ctx)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+20 }, 10*time.Second, 10*time.Millisecond)
	t.Logf("goroutines: %d, at most %d, then %d", before, most, runtime.NumGoroutine())
}
