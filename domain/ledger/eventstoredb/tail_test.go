package eventstoredb_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
)

// What a follower has been sent it does not ask for again: a reader that goes on
// where another process wrote reads nothing from the server but the size. So it is
// once more when the subscription was lost and others wrote meanwhile.
func TestWhatWasHeardIsNotAskedFor(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{})
	s := open(t, server.URL(), eventstoredb.Options{Stream: "s", Poll: time.Hour})
	go s.Grown(ctx, 1<<40)
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	at := ledger.Position(0)
	othersWrite := func() {
		db.Put("s", []byte("một"), []byte("hai"), []byte("ba"))
		at += 3
	}
	for round := range 3 {
		asked := -1
		for asked != server.Calls(esdbtest.Read) { // a subscription begins with questions of its own
			asked = server.Calls(esdbtest.Read)
			time.Sleep(50 * time.Millisecond)
		}
		for range 10 {
			othersWrite()
			require.NoError(t, s.Grown(ctx, at-1))
			size, err := s.Size(ctx)
			require.NoError(t, err)
			require.Equal(t, at, size)
			asked = server.Calls(esdbtest.Read)
			require.Equal(t, []string{"một", "hai", "ba"}, readRange(t, s, at-3, at))
			require.Equal(t, asked, server.Calls(esdbtest.Read))
		}
		require.Len(t, readRange(t, s, at-30, at), 30)
		require.Equal(t, asked, server.Calls(esdbtest.Read), "the whole of what was brought")
		if round == 0 {
			require.Len(t, readRange(t, s, 0, at), 30)
			require.Equal(t, asked, server.Calls(esdbtest.Read))
		}
		server.Stop()
		othersWrite()
		require.NoError(t, server.Start())
		subscribed := server.Calls(esdbtest.Subscribe)
		require.Eventually(t, func() bool { return server.Calls(esdbtest.Subscribe) > subscribed && s.Status().Size == at }, 5*time.Second, time.Millisecond)
	}
}

func readRange(t require.TestingT, s *eventstoredb.Store, from, size ledger.Position) (got []string) {
	for e, err := range s.Range(ctx, from, size) {
		require.NoError(t, err)
		require.Equal(t, from+ledger.Position(len(got)), e.Position)
		got = append(got, string(e.Bytes))
	}
	return got
}

// Whatever becomes of the subscription and of the store, a reader gets what the
// server holds, or an error: what is read without the tail is the meaning of what
// is read with it.
func TestTheTailIsTheStream(t *testing.T) {
	if ledgertest.Race {
		t.Skip("the times of requests are those of a program without the race detector")
	}
	// Each history opens a store: fewer of them than rapid makes by itself.
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	require.NoError(t, checks.Value.Set("25"))
	defer func() { _ = checks.Value.Set(before) }()
	rapid.Check(t, func(t *rapid.T) {
		db := esdbtest.NewDatabase()
		server := esdbtest.NewServer(db, "", esdbtest.Config{})
		require.NoError(t, server.Start())
		defer server.Stop()
		s, err := eventstoredb.Open(ctx, server.URL(), eventstoredb.Options{Stream: "s", Timeout: 2 * time.Second, Attempt: time.Second, Poll: time.Minute})
		require.NoError(t, err)
		defer s.Close()
		following, stop := context.WithCancel(ctx)
		defer stop()
		go s.Grown(following, 1<<40)
		length := func() ledger.Position { return ledger.Position(len(db.Data("s"))) }
		written := 0
		write := func(n int) {
			for range n {
				written++
				db.Put("s", fmt.Appendf(nil, "record %d", written))
			}
		}
		broken := map[string]esdbtest.Fault{
			"cut":    {},
			"hangs":  {Do: esdbtest.Hang, After: 2},
			"twice":  {Do: esdbtest.Again},
			"gap":    {Do: esdbtest.Skip},
			"odd":    {Do: esdbtest.Odd, After: 1},
			"behind": {Do: esdbtest.Fail, Code: codes.Aborted, After: 3},
		}
		t.Repeat(map[string]func(*rapid.T){
			"others write": func(t *rapid.T) { write(rapid.IntRange(1, 9).Draw(t, "n")) },
			"we write": func(t *rapid.T) {
				at, err := s.Size(ctx)
				require.NoError(t, err)
				require.NoError(t, s.Append(ctx, at, ledgertest.Entries(at, rapid.IntRange(1, 3).Draw(t, "n"))...))
			},
			"the subscription breaks": func(t *rapid.T) {
				server.Inject(esdbtest.Subscribe, broken[rapid.SampledFrom([]string{"cut", "hangs", "hangs", "twice", "gap", "odd", "behind"}).Draw(t, "how")])
				server.Cut()
			},
			"others write while we hear nothing": func(t *rapid.T) {
				server.Stop()
				write(rapid.IntRange(1, 9).Draw(t, "n"))
				require.NoError(t, server.Start())
				require.Eventually(t, func() bool { return s.Status().Size >= length() }, 5*time.Second, time.Millisecond)
				write(1)
			},
			"it is waited for": func(t *rapid.T) {
				short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
				defer cancel()
				_ = s.Grown(short, length())
			},
			// A store that was put back is noticed by the size, unless it grew again to
			// what it was; and a link that fell silent still stands.
			"put back, and grown as far": func(t *rapid.T) {
				before := length()
				kept := rapid.IntRange(max(0, int(before)-12), int(before)).Draw(t, "kept")
				if before == 0 {
					return
				}
				db.PutBack("s", kept)
				write(int(before) - kept + rapid.IntRange(0, 4).Draw(t, "more"))
				if rapid.Bool().Draw(t, "restarted") {
					server.Cut()
				}
			},
			"": func(t *rapid.T) {
				size, err := s.Size(ctx)
				require.NoError(t, err)
				require.Equal(t, length(), size)
				from := max(0, size-ledger.Position(rapid.IntRange(0, 30).Draw(t, "back")))
				all := stored(db, "s")[from:]
				require.Equal(t, append([]string(nil), all...), readRange(t, s, from, size))
			},
		})
	})
}
