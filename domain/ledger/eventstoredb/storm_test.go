package eventstoredb_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

// cuts is how many connections the storm ends: HTXLEDGER_CUTS, or 100.
func cuts(t testing.TB) int {
	text := os.Getenv("HTXLEDGER_CUTS")
	if text == "" {
		return 100
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "HTXLEDGER_CUTS")
	return n
}

const (
	stormTimeout = 3 * time.Second
	lateness     = 250 * time.Millisecond
)

// timed is a store whose calls are held to their deadlines.
type timed struct {
	*eventstoredb.Store
	calls, late *atomic.Int64
	worst       *atomic.Int64
}

func (s timed) watch(ctx context.Context) func() {
	due := time.Now().Add(stormTimeout)
	if d, ok := ctx.Deadline(); ok && d.Before(due) {
		due = d
	}
	return func() {
		s.calls.Add(1)
		over := time.Since(due)
		if over > lateness {
			s.late.Add(1)
		}
		for w := s.worst.Load(); int64(over) > w && !s.worst.CompareAndSwap(w, int64(over)); w = s.worst.Load() {
		}
	}
}

func (s timed) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	defer s.watch(ctx)()
	return s.Store.Append(ctx, at, entries...)
}

func (s timed) Size(ctx context.Context) (ledger.Position, error) {
	defer s.watch(ctx)()
	return s.Store.Size(ctx)
}

func (s timed) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	defer s.watch(ctx)()
	return s.Store.Entries(ctx, from)
}

// A storm is two recorders, as of two processes, with writers on each, and a
// follower, all on one stream behind one proxy.
type storm struct {
	t      testing.TB
	proxy  *esdbtest.Proxy
	clock  atomic.Int64
	stop   atomic.Bool
	mu     sync.Mutex
	acked  map[string]string // key of a command → bytes of the record that was answered
	doubts atomic.Int64
}

func (s *storm) now() calendar.Instant { return calendar.Instant(s.clock.Add(1)) }

func (s *storm) draft(format string, args ...any) *ledger.Draft {
	d, err := ledger.ParseDraft(fmt.Appendf(nil, format, args...))
	require.NoError(s.t, err)
	return d
}

func (s *storm) count(key string) *ledger.Draft {
	return s.draft(`{"key":%q,"stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-05-01","data":{"official":21}}`, key)
}

// found is a command that founds a co-operative.
func (s *storm) found(key string) *ledger.Draft {
	return s.draft(`{"key":"found-%s","stream":"coop/%s","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"HTX thử %s","place":"dak-nong","sector":"Trồng trọt"}}`, key, key, key)
}

// record sends a command until it has an answer: the same command again is
// what a client does whose command had an unknown outcome.
func (s *storm) record(r *recorder.Recorder, d *ledger.Draft, patience time.Duration) {
	for {
		ctx, cancel := context.WithTimeout(ctx, patience)
		results, err := r.Record(ctx, d)
		cancel()
		if err == nil {
			s.answered(d.Key, string(results[0].Record.Bytes))
			return
		}
		if ledger.OutcomeOf(err) == ledger.Unknown {
			s.doubts.Add(1)
		}
		switch kind := fault.KindOf(err); kind {
		case 0, fault.Unavailable:
		default:
			require.NoError(s.t, err)
		}
	}
}

func (s *storm) answered(key, bytes string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, ok := s.acked[key]; ok {
		require.Equal(s.t, before, bytes, "two answers to one command")
	}
	s.acked[key] = bytes
}

// writers write on one recorder until the storm is over: commands of their
// own, and commands that the other recorder is sent too.
func (s *storm) writers(r *recorder.Recorder, name string, group *sync.WaitGroup) {
	for w := range 3 {
		group.Go(func() {
			for i := 0; !s.stop.Load(); i++ {
				patience := stormTimeout
				if i%5 == 0 {
					patience = 30 * time.Millisecond
				}
				s.record(r, s.count(fmt.Sprintf("%s-%d-%d", name, w, i)), patience)
				if i%3 == 0 {
					s.record(r, s.count(fmt.Sprintf("both-%d-%d", w, i)), stormTimeout)
				}
			}
		})
	}
}

// follow pulls by position whenever the log has grown, until it holds size.
func (s *storm) follow(log timed, until func() ledger.Position) []ledger.Entry {
	var got []ledger.Entry
	for {
		next := ledger.Position(len(got))
		if size := until(); size >= 0 && next >= size {
			return got
		}
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err := log.Grown(short, next)
		cancel()
		if err != nil {
			require.ErrorIs(s.t, err, context.DeadlineExceeded)
			continue
		}
		for e, err := range log.Entries(ctx, next) {
			if err != nil {
				require.Equal(s.t, fault.Unavailable, fault.KindOf(err), "%v", err)
				break
			}
			require.EqualValues(s.t, len(got), e.Position)
			got = append(got, e)
		}
	}
}

// stormOpening are the commands that a ledger begins with.
func stormOpening(s *storm) []*ledger.Draft {
	return []*ledger.Draft{
		s.draft(`{"key":"open","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-03","data":{"origin":"test.example","place":"dak-nong","title":"Sổ thử"}}`),
		s.draft(`{"key":"dak-nong","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Tỉnh Đắk Nông"}}`),
		s.draft(`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"HTX thử","place":"dak-nong","sector":"Trồng trọt"}}`),
	}
}

func TestStorm(t *testing.T) {
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{CommitTimeout: 100 * time.Millisecond})
	proxy, err := esdbtest.NewProxy(server.Addr())
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	s := &storm{t: t, proxy: proxy, acked: map[string]string{}}
	s.clock.Store(int64(calendar.InstantOf(time.Date(2023, 12, 5, 2, 0, 0, 0, time.UTC))))
	opts := eventstoredb.Options{Stream: "storm", Timeout: stormTimeout, Attempt: 300 * time.Millisecond, Poll: 100 * time.Millisecond}
	var calls, late, worst atomic.Int64
	logOf := func() timed { return timed{open(t, proxy.URL(), opts), &calls, &late, &worst} }

	recorders := make([]*recorder.Recorder, 2)
	for i := range recorders {
		recorders[i], err = recorder.Open(ctx, logOf(), s.now)
		require.NoError(t, err)
	}
	for _, d := range stormOpening(s) {
		s.record(recorders[0], d, stormTimeout)
	}

	var final atomic.Int64
	final.Store(-1)
	followed := make(chan []ledger.Entry, 1)
	watcher := logOf()
	go func() {
		followed <- s.follow(watcher, func() ledger.Position { return ledger.Position(final.Load()) })
	}()
	const seed = 371
	proxy.Storm(seed, 16_000)
	injected := s.haunt(server, seed)
	calm := db.Stalls(400*time.Millisecond, 200*time.Millisecond) // longer than the server waits for itself
	var group sync.WaitGroup
	for i, r := range recorders {
		s.writers(r, fmt.Sprint("r", i), &group)
	}
	for want := cuts(t); proxy.Cuts() < want; {
		time.Sleep(5 * time.Millisecond)
	}
	s.stop.Store(true)
	proxy.Storm(seed, 0)
	calm()
	faults := <-injected
	group.Wait()
	for _, r := range recorders {
		r.Close()
	}
	s.check(db, &final, followed)
	t.Logf("seed %d: %v, and %d faults of the server; %d commands answered, %d unknown outcomes on the way, %d calls, %d late, the worst %v past its deadline",
		seed, proxy.Harms(), faults, len(s.acked), s.doubts.Load(), calls.Load(), late.Load(), time.Duration(max(0, worst.Load())))
	require.Zero(t, late.Load(), "calls that outlived their deadline by more than %v", lateness)
}

// haunt lets the server fail too, at random from a seed, until the storm is
// over, and tells how often.
func (s *storm) haunt(server *esdbtest.Server, seed uint64) <-chan int {
	appends := []esdbtest.Fault{
		{Do: esdbtest.Cut}, {Do: esdbtest.Cut, Commit: true}, {Do: esdbtest.Hang}, {Do: esdbtest.Hang, Commit: true},
		{Do: esdbtest.Empty}, {Do: esdbtest.Empty, Commit: true}, {Do: esdbtest.NoPlace}, {Do: esdbtest.NoPlace, Commit: true},
		{Do: esdbtest.Conflict}, {Do: esdbtest.Early, Code: codes.Unavailable}, {Do: esdbtest.Fail, Code: codes.Unavailable, Commit: true},
		{Do: esdbtest.Fail, Code: codes.DeadlineExceeded, Commit: true}, namelessDeletion,
	}
	reads := []esdbtest.Fault{
		{Do: esdbtest.Cut}, {Do: esdbtest.Cut, After: 3}, {Do: esdbtest.Hang}, {Do: esdbtest.Hang, After: 2}, {Do: esdbtest.Odd},
		{Do: esdbtest.Odd, After: 2}, {Do: esdbtest.Fail, Code: codes.Aborted}, {Do: esdbtest.Fail, Code: codes.Aborted, After: 4}, {Do: esdbtest.Fail, Code: codes.Unavailable, After: 1},
	}
	done := make(chan int, 1)
	go func() {
		random := rand.New(rand.NewPCG(seed, 5))
		n := 0
		for !s.stop.Load() {
			for rpc, faults := range map[esdbtest.RPC][]esdbtest.Fault{esdbtest.Append: appends, esdbtest.Read: reads, esdbtest.Subscribe: reads} {
				if random.IntN(8) == 0 && server.Waiting(rpc) == 0 {
					server.Inject(rpc, faults[random.IntN(len(faults))])
					n++
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
		server.Forget()
		done <- n
	}()
	return done
}

// check holds what the server has to what was answered: nothing lost, nothing
// twice, nothing else, in order, and the follower saw the same.
func (s *storm) check(db *esdbtest.Database, final *atomic.Int64, followed <-chan []ledger.Entry) {
	all := db.Data("storm")
	final.Store(int64(len(all)))
	index := ledger.NewIndex()
	stored := map[ledger.ID]string{}
	for p, b := range all {
		r, err := ledger.Decode(b)
		require.NoError(s.t, err)
		require.EqualValues(s.t, p, r.Position)
		require.NoError(s.t, index.Add(r), "an id twice, or an order broken")
		stored[r.ID] = string(b)
	}
	for key, bytes := range s.acked {
		require.Equal(s.t, bytes, stored[ledger.IDOf(key)], "the record of %s", key)
	}
	require.Len(s.t, s.acked, len(all), "every record was answered in the end")
	got := <-followed
	require.Equal(s.t, len(all), len(got))
	for p, e := range got {
		require.Equal(s.t, string(all[p]), string(e.Bytes))
	}
}

// A subscription on which nothing happens stays up: the client pings every ten
// seconds, and the server bears it. It takes 45 seconds and runs with a long
// storm only.
func TestIdleSubscription(t *testing.T) {
	if cuts(t) < 1000 {
		t.Skip("takes 45 seconds: set HTXLEDGER_CUTS to 1000 or more")
	}
	t.Parallel()
	server := start(t, esdbtest.Config{})
	opts := quick("s")
	opts.Poll = time.Hour
	s := open(t, server.URL(), opts)
	told := make(chan error, 1)
	go func() { told <- s.Grown(ctx, 0) }()
	require.Eventually(t, func() bool { return s.Status().Live }, 5*time.Second, time.Millisecond)
	time.Sleep(45 * time.Second)
	require.True(t, s.Status().Live)
	require.NoError(t, open(t, server.URL(), opts).Append(ctx, 0, ledgertest.Entries(0, 1)...))
	require.NoError(t, <-told)
	require.Equal(t, 1, server.Calls(esdbtest.Subscribe), "the first subscription is the only one")
}

// The server's process is killed and started again while clients write. It keeps
// its events in our embedded store, as the documented command does.
func TestServerProcessKilled(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	process := serve(t, dir, address)
	url := "esdb://" + address + "?tls=false"
	opts := eventstoredb.Options{Stream: "s", Attempt: 5 * time.Second}
	s, follower := open(t, url, opts), open(t, url, opts)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 6 {
			time.Sleep(100 * time.Millisecond)
			_ = process.Process.Kill()
			_ = process.Wait()
			process = serve(t, dir, address)
		}
	}()
	n := ledger.Position(0)
	for running := true; running; n += 3 {
		require.NoError(t, s.Append(ctx, n, ledgertest.Entries(n, 3)...))
		select {
		case <-done:
			running = false
		default:
		}
	}
	require.NoError(t, follower.Grown(ctx, n-1))
	got, err := ledgertest.Collect(ctx, follower, 0)
	require.NoError(t, err)
	require.Equal(t, texts(ledgertest.Entries(0, int(n))), texts(got))
	t.Logf("%d records over 6 kills", n)
}

func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// serve starts this program again as a server on a directory.
func serve(t testing.TB, dir, address string) *exec.Cmd {
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), demoVariable+"=serve", "HTXLEDGER_TEST_DIR="+dir, "HTXLEDGER_TEST_ADDRESS="+address)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

func demoServe() string {
	disk := must(embedded.Open(ctx, os.Getenv("HTXLEDGER_TEST_DIR"), embedded.Options{Create: true}))
	db := must(esdbtest.OpenDatabase(ctx, disk))
	server := esdbtest.NewServer(db, os.Getenv("HTXLEDGER_TEST_ADDRESS"), esdbtest.Config{})
	must(0, server.Start())
	select {}
}
