package relay_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/relay"
)

// TestAllInOrder carries what is there, then what comes, and knows where it
// stands.
func TestAllInOrder(t *testing.T) {
	log, d, dir := store(t), new(desk), relay.Directory(t.TempDir())
	grow(t, log, 700) // more than one read
	r := relay.New(log, d.target(), dir, quick)
	s := r.Status(t.Context())
	require.Equal(t, relay.Status{Target: "desk://test", Head: 700, Lag: 700}, s)
	stop := start(t, r)
	await(t, r, 700)
	for range 10 {
		await(t, r, grow(t, log, 3))
	}
	require.Equal(t, relay.Status{Target: "desk://test", Position: 730, Head: 730, Running: true}, r.Status(t.Context()))
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))
	require.Equal(t, []int{1, 1}, []int{d.opened, d.closed})
	require.Equal(t, relay.Status{Target: "desk://test", Position: 730, Head: 730}, r.Status(t.Context()))
}

// TestResume goes on where it was, with another Relay.
func TestResume(t *testing.T) {
	log, d, dir := ledgertest.NewMemory(), new(desk), relay.Directory(t.TempDir())
	for range 5 {
		size := grow(t, log, 7)
		r := relay.New(log, d.target(), dir, quick)
		stop := start(t, r)
		await(t, r, size)
		require.NoError(t, stop())
	}
	require.Zero(t, requireLog(t, log, d.letters()))
}

// TestLaw holds the promise under any mix of failures of the target, lost
// answers, reads that fail, and restarts that forget the last mark.
func TestLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.SampledFrom([]int{2, 3, 1000}).Draw(rt, "every k-th read fails")
		log, dir := ledgertest.NewHostile(k), newMemoryPositions()
		size := ledger.Position(0)
		for want := ledger.Position(rapid.IntRange(0, 40).Draw(rt, "records")); size < want; {
			_ = log.Append(t.Context(), size, entries(size, 1)...)
			size, _ = log.Size(t.Context())
		}
		moods := rapid.SliceOfN(rapid.SampledFrom([]error{nil, nil, errLost, errors.New("away"), relay.Later(errors.New("busy"), 1)}), 1, 60).Draw(rt, "moods")
		d := &desk{}
		d.answer = func(try int, _ *message.Message) error {
			if try > 200 {
				return nil
			}
			return moods[try%len(moods)]
		}
		for range rapid.IntRange(1, 4).Draw(rt, "runs") {
			runFor(log, d, dir, rapid.IntRange(0, 30).Draw(rt, "tries"))
			if rapid.Bool().Draw(rt, "forget") {
				dir.forget()
			}
		}
		runFor(log, d, dir, -1)
		requireLogOf(rt, log, d.letters())
	})
}

// runFor runs a relay until a number of attempts were made, or all is sent.
func runFor(log ledger.Log, d *desk, dir relay.Positions, tries int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	inner, left := d.answer, tries
	defer func() { d.answer = inner }()
	d.answer = func(try int, m *message.Message) error {
		if left--; left == 0 {
			cancel()
		}
		return inner(try, m)
	}
	r := relay.New(log, d.target(), dir, quick)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	for {
		if s := r.Status(context.Background()); s.Running && s.Lag == 0 {
			cancel()
		}
		select {
		case <-done:
			return
		case <-time.After(50 * time.Microsecond):
		}
	}
}

func requireLogOf(rt *rapid.T, log ledger.Log, got []letter) {
	first := firsts(got)
	at := 0
	for {
		records := 0
		for e, err := range log.Entries(context.Background(), ledger.Position(at)) {
			if err != nil {
				break // it fails on purpose
			}
			if at >= len(first) || first[at].bytes != string(e.Bytes) {
				rt.Fatalf("record %d did not arrive in its place", at)
			}
			at++
			records++
		}
		if size, _ := log.Size(context.Background()); ledger.Position(at) == size {
			break
		}
	}
	if at != len(first) {
		rt.Fatalf("%d letters of %d records", len(first), at)
	}
}

// TestSlowTarget holds the relay up for ever; recording goes on, nothing of the
// store is held, and the lag says so.
func TestSlowTarget(t *testing.T) {
	log := &counted{Log: store(t)}
	grow(t, log, 5)
	entered, leave := make(chan struct{}), make(chan struct{})
	d := &desk{answer: func(try int, _ *message.Message) error {
		if try == 1 {
			close(entered)
			<-leave
		}
		return nil
	}}
	r := relay.New(log, d.target(), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	<-entered
	require.Zero(t, log.open.Load(), "no read stays open while the target thinks")
	size := grow(t, log, 300)
	for range 50 {
		size = grow(t, log, 1)
	}
	s := r.Status(t.Context())
	require.Equal(t, ledger.Position(355), s.Lag)
	require.Empty(t, d.letters())
	close(leave)
	await(t, r, size)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))
}

// TestOutage keeps the first record until the target is back, and says since
// when it is away.
func TestOutage(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 3)
	away := errors.New("connection refused")
	tried := make(chan int, 1000)
	d := &desk{answer: func(try int, _ *message.Message) error {
		tried <- try
		if try <= 20 {
			return away
		}
		return nil
	}}
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	o := quick
	o.Pause, o.Now = 5*time.Millisecond, func() time.Time { return now }
	r := relay.New(log, d.target(), relay.Directory(t.TempDir()), o)
	stop := start(t, r)
	for <-tried < 3 {
	}
	s := r.Status(t.Context())
	require.ErrorIs(t, s.Err, away)
	require.Equal(t, now, s.Since)
	require.True(t, s.Running)
	require.Equal(t, ledger.Position(3), s.Lag)
	await(t, r, 3)
	s = r.Status(t.Context())
	require.NoError(t, s.Err)
	require.Zero(t, s.Since)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))
	require.Equal(t, 23, d.tries)
}

// TestPoison stops at the record that is refused, for good and visibly; nothing
// after it is sent, until its position is named.
func TestPoison(t *testing.T) {
	log, dir := store(t), relay.Directory(t.TempDir())
	grow(t, log, 10)
	cause := errors.New("too big for me")
	d := &desk{answer: func(_ int, m *message.Message) error {
		if m.Metadata[relay.PositionKey] == "4" {
			return relay.Refuse(cause)
		}
		return nil
	}}
	r := relay.New(log, d.target(), dir, quick)
	for range 2 { // the second Run finds what the first did
		before := d.tries
		err := ends(t, r)
		require.ErrorIs(t, err, relay.ErrRefused)
		require.ErrorIs(t, err, cause)
		require.ErrorContains(t, err, "refuses record 4 ("+ledger.IDOf("test 4").String()+")")
		require.Contains(t, []int{9, 5}, d.tries-before, "five refusals, then the end")
		s := r.Status(t.Context())
		require.ErrorIs(t, s.Err, relay.ErrRefused)
		require.Equal(t, []any{ledger.Position(4), ledger.Position(6), false}, []any{s.Position, s.Lag, s.Running})
		require.Len(t, d.letters(), 4)
	}
	for _, at := range []ledger.Position{0, 3, 5, 9, -1, 100} {
		require.ErrorIs(t, r.Park(t.Context(), at, "no"), relay.ErrNotNext)
	}
	require.NoFileExists(t, dir.ParkedFile("desk://test"))
	require.NoError(t, r.Park(t.Context(), 4, "kho không nhận, \"đã báo\""))
	stop := start(t, r)
	await(t, r, 10)
	require.NoError(t, stop())
	requireParked(t, log, dir, d)
}

func requireParked(t *testing.T, log ledger.Log, dir relay.Directory, d *desk) {
	b, err := os.ReadFile(dir.ParkedFile("desk://test"))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(b), "\n"))
	var line struct {
		Target   string
		Position ledger.Position
		Parked   time.Time
		Reason   string
		Record   json.RawMessage
	}
	require.NoError(t, json.Unmarshal(b, &line))
	require.Equal(t, []any{"desk://test", ledger.Position(4), `kho không nhận, "đã báo"`}, []any{line.Target, line.Position, line.Reason})
	require.WithinDuration(t, time.Now(), line.Parked, time.Hour)
	parked := letter{ledger.IDOf("test 4").String(), "4", "coop.renamed/1", string(line.Record)}
	got := d.letters()
	require.Len(t, got, 9)
	all := append(append(append([]letter{}, got[:4]...), parked), got[4:]...)
	require.Zero(t, requireLog(t, log, all), "sent and parked together are the log")
}

// TestParkTwice is a park that was cut before the mark was saved, after a line
// that was cut short.
func TestParkTwice(t *testing.T) {
	log, dir := ledgertest.NewMemory(), relay.Directory(t.TempDir())
	grow(t, log, 3)
	r := relay.New(log, new(desk).target(), dir, quick)
	require.NoError(t, os.WriteFile(dir.ParkedFile("desk://test"), []byte(`{"target":"desk`), 0o600))
	require.NoError(t, r.Park(t.Context(), 0, "first"))
	require.NoError(t, r.Rewind(t.Context(), 0))
	require.NoError(t, r.Park(t.Context(), 0, "again"))
	require.NoError(t, r.Park(t.Context(), 1, "next"))
	parked, err := dir.Parked("desk://test")
	require.NoError(t, err)
	require.EqualValues(t, 2, parked, "the line that was cut short is none")
	standing := r.Standing()
	require.EqualValues(t, 2, standing.Position)
	require.Equal(t, standing.Position, standing.Head, "the log is not asked")
	none, err := dir.Parked("desk://other")
	require.NoError(t, err)
	require.Zero(t, none)
	b, err := os.ReadFile(dir.ParkedFile("desk://test"))
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	require.Len(t, lines, 4)
	require.Equal(t, `{"target":"desk`, lines[0])
	require.Contains(t, lines[1], `"first"`)
	require.Contains(t, lines[2], `"next"`)
	require.Empty(t, lines[3])
}

// TestGone stops at once.
func TestGone(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 3)
	d := &desk{answer: func(int, *message.Message) error { return relay.Leave(errors.New("410")) }}
	require.ErrorIs(t, ends(t, relay.New(log, d.target(), relay.Directory(t.TempDir()), quick)), relay.ErrGone)
	require.Equal(t, 1, d.tries)
}

// TestPanic of a publisher is an error like any other, without its stack.
func TestPanic(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 2)
	seen := make(chan struct{})
	d := &desk{}
	d.answer = func(try int, _ *message.Message) error {
		if try == 2 {
			<-seen
		}
		if try < 3 {
			panic("nil map")
		}
		return nil
	}
	r := relay.New(log, d.target(), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	until(t, func() bool { return r.Status(t.Context()).Err != nil }, func() string { return "no error" })
	require.EqualError(t, r.Status(t.Context()).Err, "the publisher failed unexpectedly: nil map")
	close(seen)
	await(t, r, 2)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))
}

// TestTimeout ends an attempt that hangs; the next has its whole time.
func TestTimeout(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 2)
	d := &desk{answer: func(try int, m *message.Message) error {
		if err := m.Context().Err(); err != nil {
			panic("an attempt must not begin with its time over")
		}
		if try <= 2 {
			<-m.Context().Done()
			return m.Context().Err()
		}
		return nil
	}}
	o := quick
	o.Timeout = 20 * time.Millisecond
	r := relay.New(log, d.target(), relay.Directory(t.TempDir()), o)
	stop := start(t, r)
	await(t, r, 2)
	require.NoError(t, stop())
	require.Equal(t, 4, d.tries)
	require.Zero(t, requireLog(t, log, d.letters()))
}

// TestCancel ends Run in the middle of an attempt and of a wait, without error
// and without trouble in the status.
func TestCancel(t *testing.T) {
	for name, answer := range map[string]func(ctx context.Context) error{
		"attempt":   func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"pause":     func(context.Context) error { return errors.New("away") },
		"long wait": func(context.Context) error { return relay.Later(errors.New("busy"), time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			log := ledgertest.NewMemory()
			grow(t, log, 1)
			entered := make(chan struct{}, 10)
			d := &desk{answer: func(_ int, m *message.Message) error {
				entered <- struct{}{}
				return answer(m.Context())
			}}
			o := relay.Options{Pause: time.Hour, MaxPause: time.Hour, Timeout: time.Hour}
			r := relay.New(log, d.target(), relay.Directory(t.TempDir()), o)
			stop := start(t, r)
			<-entered
			require.NoError(t, stop())
			require.Equal(t, relay.Status{Target: "desk://test", Head: 1, Lag: 1}, r.Status(t.Context()))
			require.Empty(t, d.letters())
		})
	}
}

// TestBusy lets one at a time relay to a target, and another to another.
func TestBusy(t *testing.T) {
	log, dir := ledgertest.NewMemory(), relay.Directory(t.TempDir())
	grow(t, log, 1)
	d := new(desk)
	r := relay.New(log, d.target(), dir, quick)
	stop := start(t, r)
	await(t, r, 1)
	second := relay.New(log, d.target(), dir, quick)
	require.ErrorIs(t, ends(t, second), relay.ErrBusy)
	require.ErrorIs(t, second.Park(t.Context(), 1, ""), relay.ErrBusy)
	require.ErrorIs(t, second.Rewind(t.Context(), 0), relay.ErrBusy)
	other := d.target()
	other.Name = "desk://other"
	third := relay.New(log, other, dir, quick)
	stopThird := start(t, third)
	await(t, third, 1)
	require.NoError(t, stopThird())
	require.NoError(t, stop())
	require.NoError(t, second.Rewind(t.Context(), 0))
}

// TestRewind sends again what the target has lost, with the same ids.
func TestRewind(t *testing.T) {
	log, d, dir := ledgertest.NewMemory(), new(desk), relay.Directory(t.TempDir())
	grow(t, log, 6)
	r := relay.New(log, d.target(), dir, quick)
	stop := start(t, r)
	await(t, r, 6)
	require.NoError(t, stop())
	require.ErrorIs(t, r.Rewind(t.Context(), 7), relay.ErrForward)
	require.ErrorIs(t, r.Rewind(t.Context(), -1), relay.ErrForward)
	require.NoError(t, r.Rewind(t.Context(), 2))
	require.Equal(t, ledger.Position(4), r.Status(t.Context()).Lag)
	stop = start(t, r)
	await(t, r, 6)
	require.NoError(t, stop())
	require.Equal(t, 4, requireLog(t, log, d.letters()))
	require.Equal(t, d.letters()[2:6], d.letters()[6:])
}

// TestOtherLedger refuses a position that was made with another ledger, and one
// beyond the end.
func TestOtherLedger(t *testing.T) {
	one, dir := ledgertest.NewMemory(), relay.Directory(t.TempDir())
	grow(t, one, 5)
	d := new(desk)
	r := relay.New(one, d.target(), dir, quick)
	stop := start(t, r)
	await(t, r, 5)
	require.NoError(t, stop())

	two := ledgertest.NewMemory()
	grow(t, two, 4)
	require.ErrorIs(t, ends(t, relay.New(two, d.target(), dir, quick)), ledger.ErrBeyondHead)
	require.NoError(t, two.Append(t.Context(), 4, entry(4, "tên khác")))
	grow(t, two, 3)
	err := ends(t, relay.New(two, d.target(), dir, quick))
	require.ErrorIs(t, err, relay.ErrOtherLedger)
	require.ErrorContains(t, err, "record 4")
	require.Len(t, d.letters(), 5, "nothing of it was sent")
}

// TestLogTrouble is tried again where it can pass, and ends Run where it
// cannot, after all that could be read was sent.
func TestLogTrouble(t *testing.T) {
	log, d := ledgertest.NewMemory(), new(desk)
	grow(t, log, 9)
	faulty := ledgertest.Faulty(log, ledgertest.FaultScript{Reads: map[int]ledgertest.Failure{
		1: {Cut: true, After: 3}, 2: {Cut: true}, 3: {Cut: true, After: 1},
	}})
	r := relay.New(faulty, d.target(), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 9)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))

	require.NoError(t, log.Append(t.Context(), 9, ledger.Entry{Position: 9, Bytes: []byte("{}")}))
	d = new(desk)
	dir := relay.Directory(t.TempDir())
	require.ErrorIs(t, ends(t, relay.New(log, d.target(), dir, quick)), ledger.ErrCorrupt)
	require.Len(t, d.letters(), 9)
	require.NoError(t, log.Close())
	require.ErrorIs(t, ends(t, relay.New(log, d.target(), dir, quick)), ledger.ErrClosed)
}

// TestMarkAfterAcknowledgement shows on disk, at each attempt, all that was
// acknowledged before it and nothing more.
func TestMarkAfterAcknowledgement(t *testing.T) {
	log, dir := ledgertest.NewMemory(), relay.Directory(t.TempDir())
	grow(t, log, 8)
	d := &desk{answer: func(try int, m *message.Message) error {
		mark, err := dir.Look("desk://test")
		if err != nil || fmt.Sprint(int64(mark.Next)) != m.Metadata[relay.PositionKey] {
			return relay.Refuse(fmt.Errorf("mark %d, %v at %s", mark.Next, err, m.Metadata[relay.PositionKey]))
		}
		if try%3 == 0 {
			return errLost
		}
		return nil
	}}
	r := relay.New(log, d.target(), dir, quick)
	stop := start(t, r)
	await(t, r, 8)
	require.NoError(t, stop())
	require.NotZero(t, requireLog(t, log, d.letters()))
}

// TestMarkNotSaved sends nothing new while the position cannot be kept, and
// nothing twice.
func TestMarkNotSaved(t *testing.T) {
	log, dir := ledgertest.NewMemory(), newMemoryPositions()
	grow(t, log, 5)
	d := new(desk)
	dir.full.Store(true)
	r := relay.New(log, d.target(), dir, quick)
	stop := start(t, r)
	until(t, func() bool { return dir.failures.Load() > 3 }, func() string { return "saving was not tried again" })
	require.Len(t, d.letters(), 1)
	require.ErrorIs(t, r.Status(t.Context()).Err, errFull)
	dir.full.Store(false)
	await(t, r, 5)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, d.letters()))
	require.Equal(t, ledger.Position(5), dir.mark.Next)
}

// TestDamagedMark is never guessed at.
func TestDamagedMark(t *testing.T) {
	log, d, root := ledgertest.NewMemory(), new(desk), t.TempDir()
	dir := relay.Directory(root)
	grow(t, log, 12)
	r := relay.New(log, d.target(), dir, quick)
	stop := start(t, r)
	await(t, r, 12)
	require.NoError(t, stop())
	path := markPath(t, root)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range good { // flip each byte
		bad := append([]byte{}, good...)
		bad[i] ^= 1
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		err := ends(t, relay.New(log, d.target(), dir, quick))
		if !errors.Is(err, relay.ErrMark) && !errors.Is(err, relay.ErrOtherLedger) && !errors.Is(err, ledger.ErrBeyondHead) {
			require.Fail(t, "taken for good", "byte %d of %q: %v", i, bad, err)
		}
	}
	for _, bad := range []string{"", "{}", string(good[:len(good)-5]), string(good) + "x", strings.Replace(string(good), "12", "012", 1), "null"} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o600))
		err := ends(t, relay.New(log, d.target(), dir, quick))
		require.ErrorIs(t, err, relay.ErrMark, "%q", bad)
		require.ErrorContains(t, err, filepath.Base(path), "which file")
		require.NotContains(t, err.Error(), filepath.Dir(path))
	}
	require.Len(t, d.letters(), 12)
	require.NoError(t, os.WriteFile(path, good, 0o600))
	mark, err := dir.Look("desk://test")
	require.NoError(t, err)
	require.Equal(t, ledger.Position(12), mark.Next)
}

func markPath(t *testing.T, root string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "*.json"))
	require.NoError(t, err)
	require.Len(t, names, 1)
	return names[0]
}

// TestFilesArePrivate, and a mark half written beside the old one changes
// nothing.
func TestFilesArePrivate(t *testing.T) {
	log, d, root := ledgertest.NewMemory(), new(desk), filepath.Join(t.TempDir(), "relay")
	dir := relay.Directory(root)
	grow(t, log, 2)
	r := relay.New(log, d.target(), dir, quick)
	require.NoError(t, r.Park(t.Context(), 0, "x"))
	path := markPath(t, root)
	require.NoError(t, os.WriteFile(path+".partial", []byte(`{"tar`), 0o600))
	stop := start(t, r)
	await(t, r, 2)
	require.NoError(t, stop())
	require.NoFileExists(t, path+".partial")
	requirePrivate(t, root)
}
