package eventstoredb_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
)

var ctx = context.Background()

func TestMain(m *testing.M) {
	if demo := os.Getenv(demoVariable); demo != "" {
		fmt.Println("found: " + demos[demo]())
		return
	}
	goleak.VerifyTestMain(m)
}

// start runs a node of a new database.
func start(t testing.TB, config esdbtest.Config) *esdbtest.Server {
	return node(t, esdbtest.NewDatabase(), config)
}

func node(t testing.TB, db *esdbtest.Database, config esdbtest.Config) *esdbtest.Server {
	s := esdbtest.NewServer(db, "", config)
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	return s
}

// quick are options with which a test need not wait long for a fault.
func quick(stream string) eventstoredb.Options {
	return eventstoredb.Options{Stream: stream, Timeout: 5 * time.Second, Attempt: time.Second, Poll: 100 * time.Millisecond}
}

func open(t testing.TB, url string, opts eventstoredb.Options) *eventstoredb.Store {
	s, err := eventstoredb.Open(ctx, url, opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// maker makes each log in a stream of its own.
func maker(url, prefix string, opts eventstoredb.Options) ledgertest.Maker {
	var count atomic.Int64
	streams := map[ledger.Log]string{}
	return ledgertest.Maker{
		Again: func(t testing.TB, log ledger.Log) ledger.Log {
			o := opts
			o.Stream = streams[log]
			return open(t, url, o)
		},
		New: func(t testing.TB) ledger.Log {
			o := opts
			o.Stream = fmt.Sprintf("%s-%d", prefix, count.Add(1))
			s := open(t, url, o)
			streams[s] = o.Stream
			return s
		},
		Reopen: func(t testing.TB, log ledger.Log) ledger.Log {
			require.NoError(t, log.Close())
			o := opts
			o.Stream = streams[log]
			s := open(t, url, o)
			streams[s] = o.Stream
			return s
		},
	}
}

func TestSuite(t *testing.T) {
	ledgertest.Run(t, maker(start(t, esdbtest.Config{}).URL(), "suite", eventstoredb.Options{}))
}

// The cases of many at once hold in every store.
func TestTogether(t *testing.T) {
	t.Run("eventstoredb", func(t *testing.T) {
		ledgertest.RunTogether(t, maker(start(t, esdbtest.Config{}).URL(), "together", eventstoredb.Options{}))
	})
	t.Run("memory", func(t *testing.T) {
		ledgertest.RunTogether(t, ledgertest.Maker{New: func(testing.TB) ledger.Log { return ledgertest.NewMemory() }})
	})
	t.Run("embedded", func(t *testing.T) { ledgertest.RunTogether(t, onDisk()) })
}

// onDisk makes embedded stores.
func onDisk() ledgertest.Maker {
	dirs := map[ledger.Log]string{}
	at := func(t testing.TB, dir string) ledger.Log {
		s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		dirs[s] = dir
		return s
	}
	return ledgertest.Maker{
		Again: func(t testing.TB, log ledger.Log) ledger.Log {
			s, err := embedded.OpenReadOnly(ctx, dirs[log])
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			return s
		},
		New: func(t testing.TB) ledger.Log { return at(t, t.TempDir()) },
		Reopen: func(t testing.TB, log ledger.Log) ledger.Log {
			require.NoError(t, log.Close())
			return at(t, dirs[log])
		},
	}
}
