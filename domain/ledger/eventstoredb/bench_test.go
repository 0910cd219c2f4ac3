package eventstoredb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/recorder"
)

// The benchmarks measure, in turn within one run, a raw file that is written
// and synced, the embedded store, and EventStoreDB through the real client over
// the test server on this machine: with the server's events in memory, and in
// an embedded store of its own. They say what the client and the wrapper cost;
// what a real server costs they cannot say. docs/performance-stores.md has the
// figures and the command.

// A contender is a store under measurement, or the raw file if log is nil.
type contender struct {
	name  string
	log   ledger.Log
	spent time.Duration
}

// rawFile appends to a file and syncs it.
func rawFile(b *testing.B) func([]byte) {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	require.NoError(b, err)
	b.Cleanup(func() { f.Close() })
	return func(p []byte) {
		_, err := f.Write(p)
		require.NoError(b, err)
		require.NoError(b, f.Sync())
	}
}

func diskStore(b *testing.B) *embedded.Store {
	s, err := embedded.Open(ctx, b.TempDir(), embedded.Options{Create: true})
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func contenders(b *testing.B) []*contender {
	durable, err := esdbtest.OpenDatabase(ctx, diskStore(b))
	require.NoError(b, err)
	return []*contender{
		{name: "embedded", log: diskStore(b)},
		{name: "esdb-memory", log: open(b, start(b, esdbtest.Config{}).URL(), eventstoredb.Options{})},
		{name: "esdb-disk", log: open(b, node(b, durable, esdbtest.Config{}).URL(), eventstoredb.Options{})},
	}
}

// report gives each contender's time for one operation and its rate as a share
// of the raw file's.
func report(b *testing.B, raw time.Duration, all []*contender, each int) {
	n := float64(b.N * each)
	b.ReportMetric(0, "ns/op") // of all of them together: says nothing
	if raw > 0 {
		b.ReportMetric(float64(raw.Microseconds())/n, "raw-µs")
	}
	for _, c := range all {
		b.ReportMetric(float64(c.spent.Microseconds())/n, c.name+"-µs")
		if raw > 0 {
			b.ReportMetric(float64(raw)/float64(c.spent), c.name+"-x-raw")
		}
	}
}

// recordlike is an entry of the size of a real record with everything set.
func recordlike(at ledger.Position) ledger.Entry {
	frame := fmt.Sprintf(`{"data":"%0340d","position":%d}`, 0, at)
	return ledger.Entry{
		Position: at, Bytes: []byte(frame), ID: ledger.IDOf(frame), Kind: "coop.members-counted/1",
		Stream: ledger.StreamOf("coop", fmt.Sprintf("htx-%d", at%200)),
	}
}

func recordlikes(at ledger.Position, n int) (list []ledger.Entry, bytes []byte) {
	for i := range n {
		e := recordlike(at + ledger.Position(i))
		list, bytes = append(list, e), append(bytes, e.Bytes...)
	}
	return list, bytes
}

// BenchmarkStoresAppend appends batches from one caller.
func BenchmarkStoresAppend(b *testing.B) {
	for _, batch := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			raw, all := rawFile(b), contenders(b)
			var rawSpent time.Duration
			size := ledger.Position(0)
			for b.Loop() {
				entries, bytes := recordlikes(size, batch)
				begun := time.Now()
				raw(bytes)
				rawSpent += time.Since(begun)
				for _, c := range all {
					begun := time.Now()
					require.NoError(b, c.log.Append(ctx, size, entries...))
					c.spent += time.Since(begun)
				}
				size += ledger.Position(batch)
			}
			report(b, rawSpent, all, 1)
		})
	}
}

// BenchmarkStoresRecord records commands through a recorder from several
// callers at once, ten each an iteration; the raw file is written and synced
// once a record. Each command founds a co-operative, so that no history grows
// long. Times are of one command.
func BenchmarkStoresRecord(b *testing.B) {
	const each = 10
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			raw, all := rawFile(b), contenders(b)
			recorders := map[*contender]*recorder.Recorder{}
			s := &storm{t: b}
			s.clock.Store(int64(calendar.InstantOf(time.Date(2023, 12, 5, 2, 0, 0, 0, time.UTC))))
			for _, c := range all {
				r, err := recorder.Open(ctx, c.log, s.now)
				require.NoError(b, err)
				b.Cleanup(r.Close)
				_, err = r.Record(ctx, stormOpening(s)...)
				require.NoError(b, err)
				recorders[c] = r
			}
			_, record := recordlikes(0, 1)
			var rawSpent time.Duration
			round := 0
			for b.Loop() {
				round++
				begun := time.Now()
				for range callers * each {
					raw(record)
				}
				rawSpent += time.Since(begun)
				for _, c := range all {
					begun := time.Now()
					var group sync.WaitGroup
					for w := range callers {
						group.Go(func() {
							for i := range each {
								if _, err := recorders[c].Record(ctx, s.found(fmt.Sprintf("%d-%d-%d", round, w, i))); err != nil {
									b.Error(err)
								}
							}
						})
					}
					group.Wait()
					c.spent += time.Since(begun)
				}
			}
			report(b, rawSpent, all, callers*each)
		})
	}
}

// BenchmarkStoresRead reads 20,000 records back; times are of one record.
func BenchmarkStoresRead(b *testing.B) {
	const size = 20_000
	all := contenders(b)
	for at := ledger.Position(0); at < size; at += 1000 {
		entries, _ := recordlikes(at, 1000)
		for _, c := range all {
			require.NoError(b, c.log.Append(ctx, at, entries...))
		}
	}
	for b.Loop() {
		for _, c := range all {
			begun := time.Now()
			n := 0
			for _, err := range c.log.Entries(ctx, 0) {
				require.NoError(b, err)
				n++
			}
			require.Equal(b, size, n)
			c.spent += time.Since(begun)
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, c := range all {
		b.ReportMetric(float64(c.spent.Nanoseconds())/float64(b.N*size), c.name+"-ns/record")
	}
}

// BenchmarkStoresFollow measures from the start of an append through one store
// until a follower on another knows of it: the median and the 99th of a hundred.
func BenchmarkStoresFollow(b *testing.B) {
	dir := b.TempDir()
	writer, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	require.NoError(b, err)
	b.Cleanup(func() { _ = writer.Close() })
	reader, err := embedded.OpenReadOnly(ctx, dir)
	require.NoError(b, err)
	b.Cleanup(func() { _ = reader.Close() })
	memory := start(b, esdbtest.Config{}).URL()
	durable, err := esdbtest.OpenDatabase(ctx, diskStore(b))
	require.NoError(b, err)
	disk := node(b, durable, esdbtest.Config{}).URL()
	for _, c := range []struct {
		name             string
		writer, follower ledger.Log
	}{
		{"embedded", writer, reader},
		{"esdb-memory", open(b, memory, eventstoredb.Options{}), open(b, memory, eventstoredb.Options{})},
		{"esdb-disk", open(b, disk, eventstoredb.Options{}), open(b, disk, eventstoredb.Options{})},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			size, err := c.writer.Size(ctx)
			require.NoError(b, err)
			for b.Loop() {
				told := make(chan time.Time)
				go func() {
					if err := c.follower.(ledger.Follower).Grown(ctx, size); err != nil {
						b.Error(err)
					}
					told <- time.Now()
				}()
				time.Sleep(200 * time.Microsecond) // the follower waits
				begun := time.Now()
				require.NoError(b, c.writer.Append(ctx, size, recordlike(size)))
				took = append(took, (<-told).Sub(begun))
				size++
			}
			slices.Sort(took)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// A fleet is servers on one stream of a store of their own, and what 16 writers
// got done who are spread over them.
type fleet struct {
	*storm
	servers []*recorder.Recorder
	span    time.Duration

	took   []time.Duration
	counts []int
}

// newFleet opens servers on a store whose flushes take so long.
func newFleet(t testing.TB, flush time.Duration, servers int) *fleet {
	db := esdbtest.NewDatabase()
	url := node(t, db, esdbtest.Config{}).URL()
	db.Flush(flush)
	f := &fleet{storm: &storm{t: t}, counts: make([]int, servers)}
	for range servers {
		r, err := recorder.Open(ctx, open(t, url, eventstoredb.Options{}), func() calendar.Instant { return calendar.InstantOf(time.Now()) })
		require.NoError(t, err)
		t.Cleanup(r.Close)
		f.servers = append(f.servers, r)
	}
	_, err := f.servers[0].Record(ctx, stormOpening(f.storm)...)
	require.NoError(t, err)
	return f
}

// write lets the writers write for a while, one command after the other.
func (f *fleet) write(span time.Duration) {
	f.span += span
	var group sync.WaitGroup
	end := time.Now().Add(span)
	for w := range 16 {
		n := w % len(f.servers)
		group.Go(func() {
			for time.Now().Before(end) {
				f.mu.Lock()
				key := fmt.Sprint(len(f.took), "-", w)
				f.mu.Unlock()
				begun := time.Now()
				if _, err := f.servers[n].Record(ctx, f.found(key)); err != nil {
					f.t.Error(err)
				}
				f.mu.Lock()
				f.took = append(f.took, time.Since(begun))
				f.counts[n]++
				f.mu.Unlock()
			}
		})
	}
	group.Wait()
}

func (f *fleet) rate() float64 { return float64(len(f.took)) / f.span.Seconds() }

// p99 is the 99th of a hundred times, in milliseconds.
func (f *fleet) p99() float64 {
	slices.Sort(f.took)
	return float64(f.took[len(f.took)*99/100]) / 1e6
}

// BenchmarkServersOnOneStore spreads 16 writers over one, two and four servers,
// on stores whose flushes take 1 to 100 ms. One, two and four write in turn within
// one run, a little each, so that what else the machine does burdens them alike:
// the rate and the 99th of a hundred times, also as multiples of one server's,
// and the least share of a server as a multiple of its fair one.
func BenchmarkServersOnOneStore(b *testing.B) {
	for _, flush := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond} {
		b.Run(fmt.Sprintf("flush=%v", flush), func(b *testing.B) {
			var fleets []*fleet
			for _, servers := range []int{1, 2, 4} {
				fleets = append(fleets, newFleet(b, flush, servers))
			}
			for b.Loop() {
				for range 6 {
					for _, f := range fleets {
						f.write(max(400*time.Millisecond, 15*flush))
					}
				}
			}
			b.ReportMetric(0, "ns/op")
			one := fleets[0]
			for _, f := range fleets {
				n := len(f.servers)
				b.ReportMetric(f.rate(), fmt.Sprint(n, "-commands/s"))
				b.ReportMetric(f.p99(), fmt.Sprint(n, "-p99-ms"))
				if n > 1 {
					b.ReportMetric(f.rate()/one.rate(), fmt.Sprint(n, "-rate-x"))
					b.ReportMetric(f.p99()/one.p99(), fmt.Sprint(n, "-p99-x"))
					b.ReportMetric(float64(slices.Min(f.counts)*n)/float64(len(f.took)), fmt.Sprint(n, "-least-x"))
				}
			}
		})
	}
}
