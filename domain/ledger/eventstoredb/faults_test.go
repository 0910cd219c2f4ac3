package eventstoredb_test

import (
	"context"
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

// stored are the records in a stream as the server holds them.
func stored(db *esdbtest.Database, stream string) []string {
	var all []string
	for _, d := range db.Data(stream) {
		all = append(all, string(d))
	}
	return all
}

func texts(entries []ledger.Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, string(e.Bytes))
	}
	return all
}

// Whatever becomes of a request, the append says the truth of it.
func TestAppendOutcomes(t *testing.T) {
	type f = esdbtest.Fault
	status := func(c codes.Code, commit bool) f { return f{Do: esdbtest.Fail, Code: c, Commit: commit} }
	for _, c := range []struct {
		name   string
		faults []f
		want   error // nil is success
		out    ledger.Outcome
		stored bool
	}{
		{"well", nil, nil, ledger.Recorded, true},
		{"cut before", []f{{Do: esdbtest.Cut}}, nil, ledger.Recorded, true},
		{"cut after", []f{{Do: esdbtest.Cut, Commit: true}}, nil, ledger.Recorded, true},
		{"no answer before", []f{{Do: esdbtest.Hang}}, nil, ledger.Recorded, true},
		{"no answer after", []f{{Do: esdbtest.Hang, Commit: true}}, nil, ledger.Recorded, true},
		{"empty answer, not written", []f{{Do: esdbtest.Empty}}, nil, ledger.Recorded, true},
		{"empty answer, written", []f{{Do: esdbtest.Empty, Commit: true}}, nil, ledger.Recorded, true},
		{"success without position, not written", []f{{Do: esdbtest.NoPlace}}, nil, ledger.Recorded, true},
		{"success without position, written", []f{{Do: esdbtest.NoPlace, Commit: true}}, nil, ledger.Recorded, true},
		{"refused while sending", []f{{Do: esdbtest.Early, Code: codes.Unavailable}}, nil, ledger.Recorded, true},
		{"unavailable", []f{status(codes.Unavailable, false)}, nil, ledger.Recorded, true},
		{"unavailable, written", []f{status(codes.Unavailable, true)}, nil, ledger.Recorded, true},
		{"server's deadline", []f{status(codes.DeadlineExceeded, true)}, nil, ledger.Recorded, true},
		{"aborted", []f{status(codes.Aborted, false)}, nil, ledger.Recorded, true},
		{"internal", []f{status(codes.Internal, true)}, nil, ledger.Recorded, true},
		{"a panic of the client", []f{namelessDeletion}, nil, ledger.Recorded, true},
		{"cut, then cut after", []f{{Do: esdbtest.Cut}, {Do: esdbtest.Cut, Commit: true}}, nil, ledger.Recorded, true},
		{"cut after, then nothing else", []f{{Do: esdbtest.Cut, Commit: true}, {Do: esdbtest.Cut}, {Do: esdbtest.Cut}}, nil, ledger.Recorded, true},
		{"three times nothing", []f{{Do: esdbtest.Empty}, {Do: esdbtest.Cut}, status(codes.Unavailable, false)}, nil, ledger.Recorded, true},
		{"six times no answer, the first written", []f{{Do: esdbtest.Cut, Commit: true}, {Do: esdbtest.Cut}, {Do: esdbtest.Cut}, {Do: esdbtest.Cut}, {Do: esdbtest.Cut}, {Do: esdbtest.Cut}}, nil, ledger.Recorded, true},
		{"denied", []f{status(codes.PermissionDenied, false)}, eventstoredb.ErrDenied, ledger.NotRecorded, false},
		{"not known for a while", []f{status(codes.Unauthenticated, false), status(codes.Unauthenticated, false)}, nil, ledger.Recorded, true},
		{"not ready for a while", []f{notReady, notReady}, nil, ledger.Recorded, true},
		{"refused", []f{status(codes.InvalidArgument, false)}, ledger.ErrStorageFailed, ledger.NotRecorded, false},
		{"denied for a while after a doubt", []f{{Do: esdbtest.Cut}, status(codes.PermissionDenied, false), status(codes.PermissionDenied, false)}, nil, ledger.Recorded, true},
		{"conflict", []f{{Do: esdbtest.Conflict}}, ledger.ErrConflict, ledger.NotRecorded, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := esdbtest.NewDatabase()
			server := node(t, db, esdbtest.Config{})
			s := open(t, server.URL(), quick("s"))
			all := ledgertest.Entries(0, 7)
			require.NoError(t, s.Append(ctx, 0, all[:3]...))
			server.Inject(esdbtest.Append, c.faults...)
			err := s.Append(ctx, 3, all[3:]...)
			if c.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
				require.Equal(t, c.out, ledger.OutcomeOf(err))
			}
			want := all
			if !c.stored {
				want = all[:3]
			}
			require.Equal(t, texts(want), stored(db, "s"))

			server.Forget()
			if !c.stored {
				require.NoError(t, s.Append(ctx, 3, all[3:]...), "the same Store goes on")
			}
			require.NoError(t, s.Append(ctx, 7, ledgertest.Entries(7, 1)...))
			require.Equal(t, texts(ledgertest.Entries(0, 8)), stored(db, "s"))
		})
	}
}

var notReady = esdbtest.Fault{Do: esdbtest.Fail, Code: codes.Unavailable, Message: "Server Is Not Ready"}

// A refusal that comes while the client still sends is shown by it as EOF. The
// server writes only after the end of a request, so nothing was written, and why
// is found by asking again with nothing.
func TestMaskedRefusal(t *testing.T) {
	config, file := certificate(t)
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{TLS: config, Password: "app:secret", Reader: "audit:secret"})
	url := "esdb://%s@" + server.Addr() + "?tlsCAFile=" + file
	reader, writer := open(t, fmt.Sprintf(url, "audit:secret"), quick("s")), open(t, fmt.Sprintf(url, "app:secret"), quick("s"))
	var big []ledger.Entry
	for p := range ledger.Position(200) {
		big = append(big, ledgertest.SizedEntry(p, 4000))
	}
	for range 10 {
		for _, n := range []int{1, 200} {
			err := reader.Append(ctx, 0, big[:n]...)
			require.ErrorIs(t, err, eventstoredb.ErrDenied, "%d events", n)
			require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		}
	}
	require.Empty(t, stored(db, "s"))
	n, err := reader.Size(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	require.NoError(t, writer.Append(ctx, 0, big...))
}

// An append in doubt that somebody else overtakes was certainly not written.
func TestOvertakenInDoubt(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	opts := quick("s")
	opts.Attempt = 300 * time.Millisecond
	s := open(t, server.URL(), opts)
	server.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Hang})
	told := make(chan error)
	go func() { told <- s.Append(ctx, 0, ledgertest.Entries(0, 3)...) }()
	require.Eventually(t, func() bool { return server.Calls(esdbtest.Append) == 1 }, time.Second, time.Millisecond)
	theirs := ledgertest.Entry(0, "của tiến trình khác")
	db.Put("s", theirs.Bytes)
	err := <-told
	require.ErrorIs(t, err, ledger.ErrConflict)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Equal(t, []string{string(theirs.Bytes)}, stored(db, "s"))
}

// The same command recorded by two processes: same id, other bytes, same
// position. The server's own check would call the second a success.
func TestSameIDOtherBytes(t *testing.T) {
	db := esdbtest.NewDatabase()
	url := node(t, db, esdbtest.Config{}).URL()
	a, b := open(t, url, quick("s")), open(t, url, quick("s"))
	mine, yours := ledgertest.Entry(0, "ghi lúc 9:00"), ledgertest.Entry(0, "ghi lúc 9:01")
	yours.ID = mine.ID
	require.NoError(t, a.Append(ctx, 0, mine))
	require.ErrorIs(t, b.Append(ctx, 0, yours), ledger.ErrConflict)
	require.Equal(t, []string{string(mine.Bytes)}, stored(db, "s"))
}

// While the server is away: nobody outlives a deadline, and once it is back the
// same Store works. Beside "dead for ever", "callers hang" and "discovery
// ignores context" of the bare client.
func TestOutage(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	s := open(t, server.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	server.Stop()

	const deadline = 200 * time.Millisecond
	var callers sync.WaitGroup
	for n := range 24 {
		callers.Go(func() {
			short, cancel := context.WithTimeout(ctx, deadline)
			defer cancel()
			start := time.Now()
			var err error
			switch n % 4 {
			case 0:
				if err = s.Append(short, 1, ledgertest.Entries(1, 1)...); n > 8 {
					require.NotEqual(t, ledger.Recorded, ledger.OutcomeOf(err))
				}
			case 1:
				_, err = s.Size(short)
			case 2:
				_, err = ledgertest.Collect(short, s, 0)
			default:
				err = s.Grown(short, 1)
			}
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Less(t, time.Since(start), deadline+250*time.Millisecond)
		})
	}
	callers.Wait()
	err := s.Append(shortly(t), 1, ledgertest.Entries(1, 1)...)
	require.ErrorIs(t, err, eventstoredb.ErrAway)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), "without a connection nothing was sent")

	time.AfterFunc(300*time.Millisecond, func() { _ = server.Start() })
	require.NoError(t, s.Append(ctx, 1, ledgertest.Entries(1, 1)...), "who can wait is served when the server is back")
	require.Equal(t, texts(ledgertest.Entries(0, 2)), stored(db, "s"))
}

func shortly(t testing.TB) context.Context {
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	t.Cleanup(cancel)
	return short
}

// A link that swallows everything: each call ends in time, and the outcome of
// an append is not called certain.
func TestBlackHole(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	proxy, err := esdbtest.NewProxy(server.Addr())
	require.NoError(t, err)
	defer proxy.Close()
	s := open(t, proxy.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	proxy.Black(true)
	const deadline = 300 * time.Millisecond
	for _, call := range []func(context.Context) error{
		func(ctx context.Context) error {
			err := s.Append(ctx, 1, ledgertest.Entries(1, 1)...)
			require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
			return err
		},
		func(ctx context.Context) error { _, err := s.Size(ctx); return err },
		func(ctx context.Context) error { _, err := ledgertest.Collect(ctx, s, 0); return err },
		func(ctx context.Context) error { return s.Grown(ctx, 1) },
	} {
		short, cancel := context.WithTimeout(ctx, deadline)
		start := time.Now()
		require.ErrorIs(t, call(short), context.DeadlineExceeded)
		require.Less(t, time.Since(start), deadline+250*time.Millisecond)
		cancel()
	}
	proxy.Black(false)
	n, err := s.Size(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, s.Append(ctx, 1, ledgertest.Entries(1, 1)...))
}

// Connections that are lost leave nothing behind. Beside "leaks connections".
func TestNothingLeaks(t *testing.T) {
	server := start(t, esdbtest.Config{})
	s := open(t, server.URL(), quick("s"))
	round := func(n ledger.Position) {
		server.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Fail, Code: codes.Unavailable}, esdbtest.Fault{Do: esdbtest.Cut})
		require.NoError(t, s.Append(ctx, n, ledgertest.Entries(n, 1)...))
	}
	round(0)
	before := runtime.NumGoroutine()
	for n := ledger.Position(1); n <= 12; n++ {
		round(n)
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+12 }, 5*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool { return server.Connections() <= 2 }, 5*time.Second, 10*time.Millisecond)
	require.NoError(t, s.Close())
	require.Eventually(t, func() bool { return server.Connections() == 0 }, 5*time.Second, 10*time.Millisecond)
}

// A caller that gives up costs its own connection, not those of others.
func TestCancelledCallsKeepTheOthersConnections(t *testing.T) {
	server := start(t, esdbtest.Config{})
	s := open(t, server.URL(), quick("s"))
	var busy sync.WaitGroup
	server.Inject(esdbtest.Read, esdbtest.Fault{Do: esdbtest.Hang}, esdbtest.Fault{Do: esdbtest.Hang})
	before := server.Calls(esdbtest.Read)
	cancelled, cancel := context.WithCancel(ctx)
	for range 2 {
		busy.Go(func() {
			_, err := s.Size(cancelled)
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	require.Eventually(t, func() bool { return server.Calls(esdbtest.Read) == before+2 }, 5*time.Second, time.Millisecond)
	_, err := s.Size(ctx) // on a third connection
	require.NoError(t, err)
	dials := server.Calls(esdbtest.Features)
	cancel()
	busy.Wait()
	require.Eventually(t, func() bool { return server.Connections() == 1 }, 5*time.Second, time.Millisecond)
	_, err = s.Size(ctx)
	require.NoError(t, err)
	require.Equal(t, dials, server.Calls(esdbtest.Features), "nothing was dialled anew")
}

// A server that is slow to greet is reached also by callers that never wait so
// long: a dial goes on when its caller has left.
func TestDialOutlivesTheImpatient(t *testing.T) {
	server := start(t, esdbtest.Config{})
	s := open(t, server.URL(), quick("s"))
	server.Inject(esdbtest.Read, esdbtest.Fault{Do: esdbtest.Fail, Code: codes.Unavailable}) // the idle client is dropped
	slow := esdbtest.Fault{Delay: 300 * time.Millisecond}
	server.Inject(esdbtest.Features, slow, slow, slow, slow)
	before := server.Calls(esdbtest.Features)
	require.Eventually(t, func() bool {
		short, cancel := context.WithTimeout(ctx, 60*time.Millisecond)
		defer cancel()
		_, err := s.Size(short)
		return err == nil
	}, 5*time.Second, time.Millisecond)
	require.Equal(t, 1, server.Calls(esdbtest.Features)-before)
}

// Reads that fail in the middle are begun again where they stopped; one that
// cannot be is an error, never an end.
func TestBrokenReads(t *testing.T) {
	type f = esdbtest.Fault
	for _, c := range []struct {
		name   string
		faults []f
	}{
		{"cut at once", []f{{}, {Do: esdbtest.Cut}}},
		{"cut after some", []f{{}, {Do: esdbtest.Cut, After: 300}}},
		{"cut again and again", []f{{Do: esdbtest.Cut}, {}, {Do: esdbtest.Cut, After: 2}, {Do: esdbtest.Cut, After: 2}, {Do: esdbtest.Cut, After: 500}}},
		{"unavailable after some", []f{{}, {Do: esdbtest.Fail, Code: codes.Unavailable, After: 5}}},
		{"aborted", []f{{}, {Do: esdbtest.Fail, Code: codes.Aborted, After: 5}}},
		{"no answer", []f{{Do: esdbtest.Hang}}},
		{"no answer after some", []f{{}, {Do: esdbtest.Hang, After: 5}}},
		{"a message that panics the client", []f{{Do: esdbtest.Odd}, {}, {Do: esdbtest.Odd, After: 7}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, esdbtest.Config{})
			opts := quick("s")
			opts.Attempt = 300 * time.Millisecond
			s := open(t, server.URL(), opts)
			all := ledgertest.Entries(0, 1200)
			require.NoError(t, s.Append(ctx, 0, all...))
			server.Inject(esdbtest.Read, c.faults...)
			got, err := ledgertest.Collect(ctx, s, 0)
			require.NoError(t, err)
			require.Equal(t, texts(all), texts(got))
		})
	}
	t.Run("an event is left out", func(t *testing.T) {
		server := start(t, esdbtest.Config{})
		s := open(t, server.URL(), quick("s"))
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 20)...))
		server.Inject(esdbtest.Read, f{}, f{Do: esdbtest.Skip})
		_, err := ledgertest.Collect(ctx, s, 0)
		require.ErrorIs(t, err, ledger.ErrCorrupt)
	})
	t.Run("the server goes away", func(t *testing.T) {
		server := start(t, esdbtest.Config{})
		s := open(t, server.URL(), eventstoredb.Options{Stream: "s", Timeout: 200 * time.Millisecond})
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 1200)...))
		seen := 0
		var last error
		for _, err := range s.Entries(ctx, 0) {
			if last = err; err == nil {
				if seen++; seen == 1 {
					server.Stop()
				}
			}
		}
		require.ErrorIs(t, last, eventstoredb.ErrAway)
		require.Less(t, seen, 1200)
	})
}

// A node that is behind is asked again, and never believed. Beside "leader not
// asked for": the client may go on reading from a follower.
func TestNodeBehind(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	s := open(t, server.URL(), eventstoredb.Options{Stream: "s", Timeout: 500 * time.Millisecond})
	all := ledgertest.Entries(0, 20)
	require.NoError(t, s.Append(ctx, 0, all[:5]...))
	early := db.Head()
	server.Freeze()
	require.NoError(t, s.Append(ctx, 5, all[5:]...))
	_, err := s.Size(ctx)
	require.ErrorIs(t, err, ledger.ErrStoreBehind)
	require.ErrorContains(t, err, "holds 5 records, but 20 were seen")
	_, err = ledgertest.Collect(ctx, s, 0)
	require.ErrorIs(t, err, ledger.ErrStoreBehind)
	server.Inject(esdbtest.Read, esdbtest.Fault{}, esdbtest.Fault{}, esdbtest.Fault{Do: esdbtest.Hang})
	_, err = s.Size(ctx)
	require.ErrorIs(t, err, ledger.ErrStoreBehind, "that time ran out says less")
	server.Thaw()
	got, err := ledgertest.Collect(ctx, s, 0)
	require.NoError(t, err)
	require.Equal(t, texts(all), texts(got))

	reading := s.Entries(ctx, 0)
	server.FreezeAt(early)
	var last error
	seen := 0
	for _, err := range reading {
		if last = err; err == nil {
			seen++
		}
	}
	require.Equal(t, 5, seen)
	require.ErrorIs(t, last, ledger.ErrStoreBehind, "a short read is no end")
}

// A follower sends whoever asks for the leader there.
func TestFollowerRedirects(t *testing.T) {
	db := esdbtest.NewDatabase()
	leader := node(t, db, esdbtest.Config{})
	follower := node(t, db, esdbtest.Config{Leader: leader.Addr()})
	follower.Freeze()
	s := open(t, follower.URL(), quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
	got, err := ledgertest.Collect(ctx, s, 0)
	require.NoError(t, err)
	require.Len(t, got, 5)
	require.NotContains(t, leader.Asked("requires-leader"), "", "every call asks for the leader")

	near := open(t, follower.URL()+"&nodePreference=follower", quick("s"))
	n, err := near.Size(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "who prefers a follower reads from it")
}

// Gossip finds the leader among several; when the nodes change roles and the
// old leader is gone, the Store finds the new one.
func TestCluster(t *testing.T) {
	db := esdbtest.NewDatabase()
	first := node(t, db, esdbtest.Config{})
	second := esdbtest.NewServer(db, "", esdbtest.Config{Members: []string{first.Addr()}})
	require.NoError(t, second.Start())
	url := "esdb://" + first.Addr() + "," + second.Addr() + "?tls=false"
	s := open(t, url, quick("s"))
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 3)...))
	require.Zero(t, second.Calls(esdbtest.Append))

	address := second.Addr()
	second.Stop()
	second = esdbtest.NewServer(db, address, esdbtest.Config{Members: []string{address}})
	require.NoError(t, second.Start())
	t.Cleanup(second.Stop)
	first.Stop()
	require.NoError(t, s.Append(ctx, 3, ledgertest.Entries(3, 3)...))
	require.Positive(t, second.Calls(esdbtest.Append), "sent again where an answer was lost with its connection, and kept once")
	require.Equal(t, texts(ledgertest.Entries(0, 6)), stored(db, "s"))
}

// A version that the client cannot read makes it useless; that cannot be
// mended, so it is said at once.
func TestVersionNotNumeric(t *testing.T) {
	server := start(t, esdbtest.Config{Version: "24.10.0-prerelease"})
	_, err := eventstoredb.Open(ctx, server.URL(), eventstoredb.Options{Attempt: time.Hour})
	require.ErrorIs(t, err, eventstoredb.ErrAway)
	require.ErrorContains(t, err, "0-prerelease")
	require.ErrorContains(t, err, "the client cannot read its version")
	for _, v := range []string{"23.10.8", "26.1.0", "0.0.0"} {
		open(t, start(t, esdbtest.Config{Version: v}).URL(), quick("s"))
	}
}

// What the server refuses to tell is a fault with a name.
func TestNoServer(t *testing.T) {
	server := start(t, esdbtest.Config{})
	url := server.URL()
	server.Stop()
	_, err := eventstoredb.Open(ctx, url, eventstoredb.Options{Attempt: 100 * time.Millisecond})
	require.ErrorIs(t, err, eventstoredb.ErrAway)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
}

// The subscription is renewed whenever it is lost. Beside "subscription ends".
func TestFollowerResubscribes(t *testing.T) {
	type f = esdbtest.Fault
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	writer, s := open(t, server.URL(), quick("s")), open(t, server.URL(), quick("s"))
	size := ledger.Position(0)
	grows := func(why string) {
		t.Helper()
		told := make(chan error, 1)
		go func() { told <- s.Grown(ctx, size) }()
		require.NoError(t, writer.Append(ctx, size, ledgertest.Entries(size, 2)...), why)
		select {
		case err := <-told:
			require.NoError(t, err)
		case <-time.After(5 * time.Second):
			require.Fail(t, "never told", why)
		}
		size += 2
	}
	live := func() bool { return s.Status().Live }
	grows("first")
	require.Eventually(t, live, 5*time.Second, time.Millisecond)
	server.Cut()
	grows("after a cut")
	server.Stop()
	require.Eventually(t, func() bool { return s.Status().Err != nil && !live() }, 5*time.Second, time.Millisecond)
	require.NoError(t, server.Start())
	grows("after a restart")
	for name, fault := range map[string]f{
		"refused":  {Do: esdbtest.Fail, Code: codes.Unavailable},
		"dropped":  {Do: esdbtest.Fail, Code: codes.Aborted, After: 1},
		"odd":      {Do: esdbtest.Odd, After: 1},
		"left out": {Do: esdbtest.Skip},
		"silent":   {Do: esdbtest.Hang, After: 1},
	} {
		server.Inject(esdbtest.Subscribe, fault)
		server.Cut()
		for i := range 4 {
			grows(fmt.Sprint(name, i))
		}
	}
	require.Eventually(t, live, 5*time.Second, time.Millisecond)
	require.Equal(t, size, s.Status().Size)
}

// A subscription behind a black hole is noticed by asking for the size.
func TestSilentSubscription(t *testing.T) {
	server := start(t, esdbtest.Config{})
	proxy, err := esdbtest.NewProxy(server.Addr())
	require.NoError(t, err)
	defer proxy.Close()
	opts := quick("s")
	opts.Attempt = 200 * time.Millisecond
	writer, s := open(t, server.URL(), opts), open(t, proxy.URL(), opts)
	go s.Grown(ctx, 1<<40)
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	proxy.Black(true)
	require.NoError(t, writer.Append(ctx, 0, ledgertest.Entries(0, 1)...))
	require.Eventually(t, func() bool { st := s.Status(); return !st.Live && st.Err != nil }, 5*time.Second, time.Millisecond)
	require.Zero(t, s.Status().Size)
	proxy.Black(false)
	require.NoError(t, s.Grown(ctx, 0))
}
