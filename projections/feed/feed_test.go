package feed_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/register"
	"htxledger/projections/feed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// never is an interval after which no test still runs.
const never = time.Hour

// A list is a projection that keeps what it was given, in order.
type list struct {
	mu      sync.Mutex
	decoder *register.Decoder
	records []*ledger.Record
}

func newList() *list { return &list{decoder: register.NewDecoder()} }

func (l *list) Apply(r *ledger.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.decoder.Next(r); err != nil {
		return err
	}
	l.records = append(l.records, r)
	return nil
}

func (l *list) Size() ledger.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return ledger.Position(len(l.records))
}

// entries are n synthetic records from a position on, as a log takes them.
func entries(t *testing.T, at ledger.Position, n int) []ledger.Entry {
	var list []ledger.Entry
	for p := at; p < at+ledger.Position(n); p++ {
		list = append(list, entry(t, p, "coop.renamed/1"))
	}
	return list
}

func entry(t *testing.T, p ledger.Position, kind ledger.Kind) ledger.Entry {
	d := ledger.Draft{
		Key: fmt.Sprint("test ", p), Stream: ledger.StreamOf("coop", fmt.Sprint("c", p)), Kind: kind,
		Valid: calendar.OnDay(calendar.DayOf(2023, 1, 1)), Data: []byte(`{"name":"HTX"}`),
	}
	r, err := d.Record(p, calendar.EndOf(calendar.DayOf(2024, 1, 1)), 0)
	require.NoError(t, err)
	return register.EntryOf(r)
}

func grow(t *testing.T, log ledger.Log, n int) ledger.Position {
	size, err := log.Size(t.Context())
	require.NoError(t, err)
	require.NoError(t, log.Append(t.Context(), size, entries(t, size, n)...))
	return size + ledger.Position(n)
}

// run runs a follower for as long as the test, and gives what Run returned.
func run(t *testing.T, f *feed.Follower) (ended <-chan error) {
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		result <- f.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return result
}

func await(t *testing.T, f *feed.Follower, size ledger.Position) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, f.Await(ctx, size))
}

func requireWhole(t *testing.T, l *list, size ledger.Position) {
	require.Equal(t, size, l.Size())
	for i, r := range l.records {
		require.Equal(t, ledger.Position(i), r.Position)
		require.NotNil(t, r.Event)
	}
}

func TestCatchUpAndLag(t *testing.T) {
	log, one, two := ledgertest.NewMemory(), newList(), newList()
	grow(t, log, 5)
	require.NoError(t, feed.Follow(log, feed.Options{}, two).CatchUp(t.Context())) // two is ahead of one
	grow(t, log, 4)
	f := feed.Follow(log, feed.Options{}, one, two)
	require.Equal(t, ledger.Position(0), f.Size())
	lag, err := f.Lag(t.Context())
	require.NoError(t, err)
	require.Equal(t, ledger.Position(9), lag)
	require.NoError(t, f.CatchUp(t.Context()))
	lag, err = f.Lag(t.Context())
	require.NoError(t, err)
	require.Equal(t, ledger.Position(0), lag)
	requireWhole(t, one, 9)
	requireWhole(t, two, 9)
	for i := 5; i < 9; i++ {
		require.Same(t, one.records[i], two.records[i], "what one has decoded is shared")
	}
}

// TestGrowthByAnotherWriter is seen by the log's own word.
func TestGrowthByAnotherWriter(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	f := feed.Follow(log, feed.Options{Every: never}, l)
	run(t, f)
	for range 20 {
		await(t, f, grow(t, log, 3))
	}
	requireWhole(t, l, 60)
}

// mute hides that a log can say when it has grown.
type mute struct{ ledger.Log }

// TestTimer finds what nobody announces.
func TestTimer(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	f := feed.Follow(mute{log}, feed.Options{Every: time.Millisecond}, l)
	run(t, f)
	grow(t, log, 7)
	require.Eventually(t, func() bool { return l.Size() == 7 }, 20*time.Second, time.Millisecond)
}

// TestAnnounced wakes by message alone; what was said before anyone listened
// is found at the start.
func TestAnnounced(t *testing.T) {
	a := feed.NewAnnouncer()
	defer func() { require.NoError(t, a.Close()) }()
	log, l := ledgertest.NewMemory(), newList()
	require.NoError(t, a.Announce(grow(t, log, 2))) // to nobody
	ctx, cancel := context.WithCancel(context.Background())
	f := feed.Follow(mute{log}, feed.Options{Wake: a, Every: never}, l)
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	require.Eventually(t, func() bool { return l.Size() == 2 }, 20*time.Second, time.Millisecond)
	for range 50 {
		size := grow(t, log, 1)
		require.NoError(t, a.Announce(size))
		require.Eventually(t, func() bool { return l.Size() == size }, 20*time.Second, 100*time.Microsecond)
	}
	cancel()
	require.NoError(t, <-done)
	requireWhole(t, l, 52)
}

// TestMessagesInAnyOrder doubles, drops, swaps and garbles messages: records
// still come once each and in order, because none of them is in a message.
func TestMessagesInAnyOrder(t *testing.T) {
	channel := gochannel.NewGoChannel(gochannel.Config{}, watermill.NopLogger{})
	defer channel.Close()
	log, l := ledgertest.NewMemory(), newList()
	ctx, cancel := context.WithCancel(context.Background())
	f := feed.Follow(mute{log}, feed.Options{Wake: channel, Every: never}, l)
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	say := func(payload string) {
		require.NoError(t, channel.Publish(feed.Topic, message.NewMessage(watermill.NewUUID(), []byte(payload))))
	}
	require.Eventually(t, func() bool { say("1"); size := grow(t, log, 1); say(fmt.Sprint(size)); return l.Size() > 0 }, 20*time.Second, time.Millisecond)
	for i := range 200 {
		size := grow(t, log, 1)
		switch i % 5 {
		case 0:
			say("not a size")
		case 1:
			say(fmt.Sprint(size - 1))
		case 2:
			say(fmt.Sprint(size))
			say(fmt.Sprint(size))
		case 3:
			say(fmt.Sprint(size + 1000))
		}
	}
	size, _ := log.Size(t.Context())
	say(fmt.Sprint(size))
	require.Eventually(t, func() bool { return l.Size() == size }, 20*time.Second, time.Millisecond)
	cancel()
	require.NoError(t, <-done)
	requireWhole(t, l, size)
}

// TestCutReads are tried again from where they ended.
func TestCutReads(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	grow(t, log, 10)
	faulty := ledgertest.Faulty(log, ledgertest.FaultScript{Reads: map[int]ledgertest.Failure{
		1: {Cut: true, After: 3}, 2: {Cut: true}, 3: {Cut: true, After: 2}, // the record that it ended with, and one more
	}})
	f := feed.Follow(faulty, feed.Options{}, l)
	for _, at := range []ledger.Position{3, 3, 4} {
		require.ErrorIs(t, f.CatchUp(t.Context()), ledgertest.ErrHostile)
		require.ErrorIs(t, f.Trouble(), ledgertest.ErrHostile)
		require.NoError(t, f.Err())
		require.Equal(t, at, f.Size())
	}
	require.NoError(t, f.CatchUp(t.Context()))
	require.NoError(t, f.Trouble())
	requireWhole(t, l, 10)
}

// TestHostileLog fails every second read while the follower runs.
func TestHostileLog(t *testing.T) {
	log, l := ledgertest.NewHostile(2), newList()
	f := feed.Follow(log, feed.Options{Every: time.Millisecond}, l)
	run(t, f)
	size := ledger.Position(0)
	for size < 40 {
		_ = log.Append(t.Context(), size, entries(t, size, 1)...) // every second one fails, written or not
		size, _ = log.Size(t.Context())
	}
	await(t, f, 40)
	requireWhole(t, l, 40)
}

// TestPoison stops at the record, for good, and says so everywhere.
func TestPoison(t *testing.T) {
	for name, bad := range map[string]struct {
		entry ledger.Entry
		want  error
	}{
		"unknown kind": {entry(t, 4, "coop.vanished/1"), register.ErrKindUnknown},
		"bad data":     {entry(t, 4, "coop.relocated/1"), ledger.ErrCorrupt},
		"no record":    {ledger.Entry{Position: 4, Bytes: []byte("{}")}, ledger.ErrCorrupt},
		"other place":  {ledger.Entry{Position: 4, Bytes: entry(t, 9, "coop.renamed/1").Bytes}, ledger.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			log, l := ledgertest.NewMemory(), newList()
			grow(t, log, 4)
			require.NoError(t, log.Append(t.Context(), 4, bad.entry))
			f := feed.Follow(log, feed.Options{Every: time.Millisecond}, l)
			ended := run(t, f)
			require.ErrorIs(t, <-ended, bad.want)
			require.ErrorIs(t, f.Err(), bad.want)
			await(t, f, 4)
			require.ErrorIs(t, f.Await(t.Context(), 5), bad.want)
			grow(t, log, 3)
			require.ErrorIs(t, f.CatchUp(t.Context()), bad.want)
			require.ErrorIs(t, f.Run(t.Context()), bad.want)
			requireWhole(t, l, 4)
			lag, err := f.Lag(t.Context())
			require.NoError(t, err)
			require.Equal(t, ledger.Position(4), lag)
		})
	}
}

// TestPoisonWakesWaiters that were waiting before it came.
func TestPoisonWakesWaiters(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	f := feed.Follow(log, feed.Options{Every: never}, l)
	run(t, f)
	waited := make(chan error)
	go func() { waited <- f.Await(context.Background(), 100) }()
	grow(t, log, 2)
	await(t, f, 2)
	require.NoError(t, log.Append(t.Context(), 2, entry(t, 2, "coop.vanished/1")))
	require.ErrorIs(t, <-waited, register.ErrKindUnknown)
}

// TestShorterLog is a log that lost what the projection knows.
func TestShorterLog(t *testing.T) {
	long, l := ledgertest.NewMemory(), newList()
	grow(t, long, 5)
	require.NoError(t, feed.Follow(long, feed.Options{}, l).CatchUp(t.Context()))
	short := ledgertest.NewMemory()
	grow(t, short, 3)
	f := feed.Follow(short, feed.Options{}, l)
	err := f.CatchUp(t.Context())
	require.ErrorIs(t, err, ledger.ErrStoreBehind)
	require.ErrorContains(t, err, "holds 3 records, but 5 were seen")
	require.NoError(t, f.Err(), "it may be made whole again")
	require.ErrorIs(t, f.Freshness().Err, ledger.ErrStoreBehind)
	grow(t, short, 4)
	require.NoError(t, f.CatchUp(t.Context()))
	requireWhole(t, l, 7)
	require.False(t, f.Freshness().Stale())
}

// TestChangedLog is a log that was put back and then grew in another way: what
// it holds now is never taken for what follows.
func TestChangedLog(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	f := feed.Follow(log, feed.Options{}, l)
	grow(t, log, 5)
	require.NoError(t, f.CatchUp(t.Context()))
	log.PutBack(3)
	require.ErrorIs(t, f.CatchUp(t.Context()), ledger.ErrStoreBehind)
	require.NoError(t, log.Append(t.Context(), 3, entry(t, 3, "coop.resumed/1"), entry(t, 4, "coop.resumed/1")))
	require.NoError(t, f.CatchUp(t.Context()), "of the same size, it is not read")
	require.NoError(t, log.Append(t.Context(), 5, entry(t, 5, "coop.resumed/1")))
	err := f.CatchUp(t.Context())
	require.ErrorIs(t, err, ledger.ErrStoreChanged)
	require.ErrorIs(t, f.Err(), ledger.ErrStoreChanged)
	requireWhole(t, l, 5)
}

// TestClosedLog ends Run.
func TestClosedLog(t *testing.T) {
	log, l := ledgertest.NewMemory(), newList()
	f := feed.Follow(log, feed.Options{Every: time.Millisecond}, l)
	ended := run(t, f)
	await(t, f, grow(t, log, 1))
	require.NoError(t, log.Close())
	require.ErrorIs(t, <-ended, ledger.ErrClosed)
}

// TestAwaitEnds with its context, and says where things stand.
func TestAwaitEnds(t *testing.T) {
	f := feed.Follow(ledgertest.NewMemory(), feed.Options{}, newList())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := f.Await(ctx, 3)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "await size 3, at 0")
	require.NoError(t, f.Await(ctx, 0))
}

// slow is a log whose reads wait until nobody wants them any more.
type slow struct {
	ledger.Log
	entered chan struct{}
}

func (s slow) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		s.entered <- struct{}{}
		<-ctx.Done()
		yield(ledger.Entry{}, ctx.Err())
	}
}

// TestStoppedWhileReading leaves no error behind: nothing is wrong with the log.
func TestStoppedWhileReading(t *testing.T) {
	log := slow{ledgertest.NewMemory(), make(chan struct{})}
	grow(t, log.Log, 1)
	f := feed.Follow(log, feed.Options{}, newList())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	<-log.entered
	cancel()
	require.NoError(t, <-done)
	require.NoError(t, f.Err())
	require.True(t, errors.Is(f.Trouble(), nil))
}
