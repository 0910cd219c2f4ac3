package relay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/register"
	"htxledger/projections/relay"
)

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		playChild(part)
		return
	}
	// The trap of Watermill's Deduplicator leaves a goroutine that nothing ends.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/ThreeDotsLabs/watermill/message/router/middleware.(*mapExpiringKeyRepository).cleanOutLoop"))
}

// patience bounds what a test waits for; it is never reached where all is well.
const patience = 60 * time.Second

// quick options try again at once, so that a test does not wait.
var quick = relay.Options{Every: time.Millisecond, Pause: time.Microsecond, MaxPause: time.Millisecond}

// entries are n synthetic records from a position on, as a log takes them.
func entries(at ledger.Position, n int) []ledger.Entry {
	var list []ledger.Entry
	for p := at; p < at+ledger.Position(n); p++ {
		list = append(list, entry(p, "HTX Bình Minh số "+fmt.Sprint(p)))
	}
	return list
}

func entry(p ledger.Position, name string) ledger.Entry {
	d := ledger.Draft{
		Key: fmt.Sprint("test ", p), Stream: ledger.StreamOf("coop", fmt.Sprint("c", p)), Kind: "coop.renamed/1",
		Valid: calendar.OnDay(calendar.DayOf(2023, 1, 1)), Data: fmt.Appendf(nil, `{"name":%q}`, name),
	}
	r, err := d.Record(p, calendar.EndOf(calendar.DayOf(2024, 1, 1)), 0)
	if err != nil {
		panic(err)
	}
	return register.EntryOf(r)
}

func grow(t testing.TB, log ledger.Log, n int) ledger.Position {
	t.Helper()
	size, err := log.Size(context.Background())
	require.NoError(t, err)
	require.NoError(t, log.Append(context.Background(), size, entries(size, n)...))
	return size + ledger.Position(n)
}

// store is a real ledger on disk.
func store(t testing.TB) *embedded.Store {
	t.Helper()
	return storeAt(t, t.TempDir())
}

func storeAt(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(t.Context(), dir, embedded.Options{Create: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// start runs a relay; stop ends it and gives what Run returned.
func start(t testing.TB, r *relay.Relay) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- r.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-result
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

// await waits until a relay has sent all before a position.
func await(t testing.TB, r *relay.Relay, at ledger.Position) {
	t.Helper()
	until(t, func() bool { return r.Status(context.Background()).Position >= at }, func() string {
		return fmt.Sprintf("%+v", r.Status(context.Background()))
	})
}

func until(t testing.TB, ok func() bool, say func() string) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			require.Fail(t, "waited in vain", say())
		}
	}
}

// ends waits until Run returns by itself.
func ends(t testing.TB, r *relay.Relay) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := r.Run(ctx)
	require.NoError(t, ctx.Err(), "it should have stopped by itself")
	return err
}

// A letter is what a target has got: an id and bytes.
type letter struct {
	id, position, kind string
	bytes              string
}

// requireLog wants the first copies of the letters to be the log, in order, and
// every other copy to be one of something that was there before.
func requireLog(t testing.TB, log ledger.Log, got []letter) (copies int) {
	t.Helper()
	first := firsts(got)
	at := 0
	for r, err := range ledger.Read(context.Background(), log, 0) {
		require.NoError(t, err)
		require.Less(t, at, len(first), "record %d is missing", r.Position)
		want := letter{r.ID.String(), fmt.Sprint(int64(r.Position)), string(r.Kind), string(r.Bytes)}
		require.Equal(t, want, first[at], "record %d", r.Position)
		at++
	}
	require.Len(t, first, at, "more than the log")
	return len(got) - len(first)
}

// firsts are the letters without second copies: what a receiver keeps that goes
// by the id.
func firsts(got []letter) []letter {
	seen := map[string]letter{}
	var list []letter
	for _, l := range got {
		if was, ok := seen[l.id]; ok {
			if was != l {
				list = append(list, l) // another letter under one id is no copy
			}
			continue
		}
		seen[l.id] = l
		list = append(list, l)
	}
	return list
}

// A desk is a publisher in memory, with a say in what happens.
type desk struct {
	mu     sync.Mutex
	got    []letter
	answer func(attempt int, m *message.Message) error // nil takes everything; an error from keep is taken and not acknowledged
	tries  int
	opened int
	closed int
}

// errLost marks an answer that was lost: the message was taken.
var errLost = errors.New("the answer was lost")

func (d *desk) target() relay.Target {
	return relay.Target{Name: "desk://test", Topic: "records", Open: func() (message.Publisher, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.opened++
		return d, nil
	}}
}

func (d *desk) Publish(topic string, messages ...*message.Message) error {
	if topic != "records" || len(messages) != 1 {
		panic("one message at a time, to its topic")
	}
	m := messages[0]
	d.mu.Lock()
	d.tries++
	tries := d.tries
	d.mu.Unlock()
	var err error
	if d.answer != nil {
		err = d.answer(tries, m)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil || errors.Is(err, errLost) {
		d.got = append(d.got, letter{m.UUID, m.Metadata[relay.PositionKey], m.Metadata[relay.KindKey], string(m.Payload)})
	}
	return err
}

func (d *desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed++
	return nil
}

func (d *desk) letters() []letter {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.got)
}

var _ io.Closer = (*desk)(nil)
