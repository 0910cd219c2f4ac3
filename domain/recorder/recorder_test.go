package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

var background = context.Background()

// clock is a clock that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(int64(calendar.InstantOf(time.Date(2023, 12, 5, 2, 0, 0, 0, time.UTC))))
	return c
}

func (c *clock) now() calendar.Instant { return calendar.Instant(c.at.Load()) }
func (c *clock) add(d time.Duration)   { c.at.Add(d.Microseconds()) }

func draft(t testing.TB, format string, args ...any) *ledger.Draft {
	d, err := ledger.ParseDraft(fmt.Appendf(nil, format, args...))
	require.NoError(t, err)
	return d
}

// bulky is a command of a size in bytes that keeps every bound: a plan with a long
// list of names.
func bulky(t testing.TB, key string, size int) *ledger.Draft {
	const command = `{"key":%q,"stream":"plan/%s","kind":"plan.adopted/1","valid":"2023-05-01","data":{"number":"1/KH","issued":"2023-05-01","year":2023,"place":"dak-nong","title":"KẾ HOẠCH",` +
		`"targets":[{"id":"T1","text":"hội chợ","rule":"about","low":1,"unit":"hội chợ","owners":["Sở A"],"cited":"L1","named":[%s]}],"tasks":[]}}`
	var names []string
	for left := size - len(fmt.Sprintf(command, key, key, "")) + 1; left > 3; {
		n := min(left-3, ledger.NameLength) // a comma and two quotes
		names = append(names, strconv.Quote(strings.Repeat("n", n)))
		left -= n + 3
	}
	return draft(t, command, key, key, strings.Join(names, ","))
}

// opened are the commands that a ledger begins with: a province and one HTX.
func opened(t testing.TB) []*ledger.Draft {
	return []*ledger.Draft{
		draft(t, `{"key":"open","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-03","data":{"origin":"test.example","place":"dak-nong","title":"Sổ thử"}}`),
		draft(t, `{"key":"dak-nong","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Tỉnh Đắk Nông"}}`),
		establish(t, "first"),
	}
}

func establish(t testing.TB, key string) *ledger.Draft {
	return draft(t, `{"key":"coop-%s","stream":"coop/%s","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"HTX %s","place":"dak-nong","sector":"Trồng trọt"}}`, key, key, key)
}

// count is a command that is always accepted, about the HTX "first".
func count(t testing.TB, key string) *ledger.Draft {
	return draft(t, `{"key":%q,"stream":"coop/first","kind":"coop.members-counted/1","valid":"2023-05-01","data":{"official":21}}`, key)
}

func open(t testing.TB, log ledger.Log, now func() calendar.Instant) *recorder.Recorder {
	r, err := recorder.Open(background, log, now)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// begun is a recorder on a log that holds opened.
func begun(t testing.TB, log ledger.Log, c *clock) *recorder.Recorder {
	r := open(t, log, c.now)
	_, err := r.Record(background, opened(t)...)
	require.NoError(t, err)
	return r
}

func read(t testing.TB, log ledger.Log) []*ledger.Record {
	all, err := register.ReadAll(background, log, -1)
	require.NoError(t, err)
	return all
}

// once requires that the log holds a command's record exactly so many times.
func once(t testing.TB, log ledger.Log, key string, times int) {
	n := 0
	for _, r := range read(t, log) {
		if r.ID == ledger.IDOf(key) {
			n++
		}
	}
	require.Equal(t, times, n, key)
}

func TestALedgerBeginsWithItsOpening(t *testing.T) {
	log := ledgertest.NewMemory()
	r := open(t, log, newClock().now)
	_, err := r.Record(background, establish(t, "a"))
	require.ErrorIs(t, err, ledger.ErrEmpty)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	results, err := r.Record(background, opened(t)...)
	require.NoError(t, err)
	require.Len(t, results, 3)
	again := draft(t, `{"key":"again","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-03","data":{"origin":"x","place":"x","title":"x"}}`)
	_, err = r.Record(background, again)
	require.ErrorIs(t, err, register.ErrOnlyFirst)
	results, err = r.Record(background)
	require.NoError(t, err)
	require.Empty(t, results)
	require.Len(t, read(t, log), 3)
}

// A log that was put back to an older copy under a recorder is told as that,
// with both sizes, and nothing is recorded where other records once stood;
// neither is it once the log has grown again in another way.
func TestALogThatWasPutBack(t *testing.T) {
	log, c := ledgertest.NewMemory(), newClock()
	r := begun(t, log, c)
	for i := range 5 {
		_, err := r.Record(background, count(t, fmt.Sprint("k", i)))
		require.NoError(t, err)
	}
	whole := read(t, log)
	log.PutBack(4)
	refused := func(want error, words string) {
		t.Helper()
		for _, key := range []string{"k4", "new"} { // one that was lost, and one that never was
			_, err := r.Record(background, count(t, key))
			require.ErrorIs(t, err, want)
			require.ErrorContains(t, err, words)
			require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		}
		_, err := r.Import(background, []*ledger.Draft{count(t, "k3"), count(t, "n2")}, nil)
		require.ErrorIs(t, err, want)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	}
	refused(ledger.ErrStoreBehind, "holds 4 records, but 8 were seen")

	other := open(t, log, c.now)
	c.add(time.Hour)
	for i := range 5 {
		_, err := other.Record(background, count(t, fmt.Sprint("other", i)))
		require.NoError(t, err)
	}
	refused(ledger.ErrStoreChanged, "record 7 of the store")
	require.Len(t, read(t, log), 9, "nothing was added")

	log.PutBack(4)
	for _, rec := range whole[4:] {
		require.NoError(t, log.Append(background, rec.Position, register.EntryOf(rec)))
	}
	again, err := r.Record(background, count(t, "k4"))
	require.NoError(t, err, "made whole again, it goes on")
	require.True(t, again[0].Repeated)
}

func TestTheSameCommandRecordsOnce(t *testing.T) {
	log, c := ledgertest.NewMemory(), newClock()
	r := begun(t, log, c)
	first, err := r.Record(background, count(t, "k"))
	require.NoError(t, err)
	require.False(t, first[0].Repeated)
	c.add(time.Hour)
	for range 3 {
		again, err := r.Record(background, count(t, "k"))
		require.NoError(t, err)
		require.True(t, again[0].Repeated)
		require.Equal(t, first[0].Record.Bytes, again[0].Record.Bytes)
	}
	twice, err := r.Record(background, count(t, "l"), count(t, "l"))
	require.NoError(t, err)
	require.False(t, twice[0].Repeated)
	require.True(t, twice[1].Repeated)
	once(t, log, "k", 1)
	once(t, log, "l", 1)

	other := count(t, "k")
	other.Data = []byte(`{"official":22}`)
	_, err = r.Record(background, other)
	require.ErrorIs(t, err, ledger.ErrKeyReused)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
}

func TestWhoSaidItIsPartOfACommandOnlyIfItSaysSo(t *testing.T) {
	r := begun(t, ledgertest.NewMemory(), newClock())
	as := func(id string) *ledger.Draft {
		d := count(t, "k")
		if id != "" {
			d.Actor = &ledger.Actor{ID: id, Role: "officer"}
		}
		return d
	}
	_, err := r.Record(background, as("phong-nn"))
	require.NoError(t, err)
	for id, want := range map[string]error{"phong-nn": nil, "": nil, "phong-kt": ledger.ErrKeyReused} {
		_, err := r.Record(background, as(id))
		require.ErrorIs(t, err, want, id)
	}
}

func TestAUnitIsAllOrNone(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	bad := draft(t, `{"key":"bad","stream":"coop/nobody","kind":"coop.renamed/1","valid":"2023-05-01","data":{"name":"Mới"}}`)
	results, err := r.Record(background, count(t, "a"), bad, count(t, "b"), establish(t, "first2"), establish(t, "first2x"))
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Contains(t, err.Error(), "1 of 5")
	require.Len(t, results, 5)
	for i, res := range results {
		require.Equal(t, i == 1, res.Err != nil)
	}
	require.ErrorIs(t, results[1].Err, coop.ErrUnknown)
	require.Len(t, read(t, log), 3)
	_, err = r.Record(background, count(t, "b"))
	require.NoError(t, err, "the book holds nothing of the refused unit")
	require.Len(t, read(t, log), 4)
}

func TestADryRunLeavesNothing(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	tried, err := r.Try(background, establish(t, "a"), count(t, "k"))
	require.NoError(t, err)
	require.Len(t, read(t, log), 3)
	made, err := r.Record(background, establish(t, "a"), count(t, "k"))
	require.NoError(t, err)
	for i := range made {
		require.False(t, made[i].Repeated)
		require.Equal(t, tried[i].Record.ID, made[i].Record.ID)
		require.Equal(t, tried[i].Record.Position, made[i].Record.Position)
	}
	tried, err = r.Try(background, count(t, "k"), establish(t, "a2"), establish(t, "a"))
	require.NoError(t, err)
	require.True(t, tried[0].Repeated)
	require.False(t, tried[1].Repeated)
	_, err = r.Try(background, draft(t, `{"key":"x","stream":"coop/a","kind":"coop.resumed/1","valid":"2023-05-01","data":{}}`))
	require.ErrorIs(t, err, coop.ErrNotIdle)
	require.Len(t, read(t, log), 5)
}

func TestAWholeImportMayBeTriedButNotAppendedAtOnce(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	var large []*ledger.Draft
	for i := range 20 {
		large = append(large, bulky(t, fmt.Sprintf("big-%d", i), 60_000))
	}
	_, err := r.Record(background, large...)
	require.ErrorIs(t, err, ledger.ErrTooLarge)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Len(t, read(t, log), 3)
	tried, err := r.Try(background, large...)
	require.NoError(t, err)
	require.Len(t, tried, 20)
	_, err = r.Record(background, large[:15]...)
	require.NoError(t, err)
	again, err := r.Record(background, large[:16]...)
	require.NoError(t, err, "what is recorded already costs nothing")
	require.True(t, again[14].Repeated)
	require.False(t, again[15].Repeated)
	_, err = r.Record(background, bulky(t, "huge", ledger.MaxEntryBytes-1))
	require.ErrorIs(t, err, ledger.ErrTooLarge)
}

// What a program builds by hand is held to the same rules as what is parsed: a
// record that no reader takes must never be stored.
func TestDraftsMadeByHand(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	for name, spoil := range map[string]func(*ledger.Draft){
		"no key":                 func(d *ledger.Draft) { d.Key = "" },
		"stream":                 func(d *ledger.Draft) { d.Stream.Key = "Đắk Mil" },
		"role":                   func(d *ledger.Draft) { d.Actor = &ledger.Actor{ID: "x", Role: "king"} },
		"empty source":           func(d *ledger.Draft) { d.Source = &ledger.Source{} },
		"no valid":               func(d *ledger.Draft) { d.Valid = calendar.Stated{} },
		"valid out of range":     func(d *ledger.Draft) { d.Valid = calendar.OnDay(calendar.DayOf(1900, 1, 1)) },
		"no data":                func(d *ledger.Draft) { d.Data = nil },
		"data not canonical":     func(d *ledger.Draft) { d.Data = []byte(`{ "official":21}`) },
		"data cut":               func(d *ledger.Draft) { d.Data = []byte(`{"official":21`) },
		"correction of nothing":  func(d *ledger.Draft) { d.Kind = ledger.KindRestated },
		"retraction of nothing":  func(d *ledger.Draft) { d.Kind, d.Data = ledger.KindRetracted, nil },
		"corrects in a fact":     func(d *ledger.Draft) { d.Corrects = &ledger.Target{Key: "open", Reason: "typo"} },
		"text not in form C":     func(d *ledger.Draft) { d.Source = &ledger.Source{Note: "e\u0302"} },
		"kind not known":         func(d *ledger.Draft) { d.Kind = "coop.counted/1" },
		"kind of another stream": func(d *ledger.Draft) { d.Kind = "place.renamed/1" },
	} {
		d := count(t, "by-hand")
		spoil(d)
		_, err := r.Record(background, d)
		require.Error(t, err, name)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), name)
	}
	require.Len(t, read(t, log), 3)

	d := count(t, "kept")
	d.Actor = &ledger.Actor{ID: "x", Role: "officer"}
	results, err := r.Record(background, d)
	require.NoError(t, err)
	d.Actor.ID, d.Data[len(d.Data)-2] = "y", '9'
	require.Equal(t, "x", results[0].Record.Actor.ID, "a record is not its sender's to change")
	require.Equal(t, `{"official":21}`, string(results[0].Record.Data))
}

func TestCorrections(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	_, err := r.Record(background, count(t, "k"), establish(t, "b"),
		draft(t, `{"key":"end","stream":"coop/b","kind":"coop.dissolved/1","valid":"2023-06-01","data":{"mode":"voluntary"}}`))
	require.NoError(t, err)
	correct := func(key, stream, kind, target, rest string) error {
		_, err := r.Record(background, draft(t, `{"key":%q,"stream":%q,"kind":"ledger.%s/1","corrects":{"key":%q,"reason":"typo"}%s}`, key, stream, kind, target, rest))
		return err
	}
	members := `,"data":{"official":12}`
	for _, c := range []struct {
		name, stream, kind, target, rest string
		want                             error
	}{
		{"unknown target", "coop/first", "restated", "nobody", members, ledger.ErrNoTarget},
		{"other stream", "coop/b", "restated", "k", members, ledger.ErrOtherStream},
		{"the opening restated", "ledger/main", "restated", "open", `,"data":{"origin":"x","place":"x","title":"x"}`, ledger.ErrUncorrectable},
		{"the opening retracted", "ledger/main", "retracted", "open", "", ledger.ErrUncorrectable},
		{"data of another kind", "coop/first", "restated", "k", `,"data":{"name":"x"}`, nil},
		{"a rule of the kind", "coop/first", "restated", "k", `,"data":{"official":-1}`, ledger.ErrNegative},
		{"before the founding", "coop/first", "restated", "k", `,"valid":"2019"` + members, coop.ErrNotYet},
		{"itself once more", "coop/b", "restated", "coop-b", `,"data":{"agricultural":true,"form":"htx","name":"x","place":"nowhere","sector":"x"}`, coop.ErrPlace},
	} {
		err := correct("c-"+c.name, c.stream, c.kind, c.target, c.rest)
		require.Error(t, err, c.name)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), c.name)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, c.name)
		}
	}
	size := len(read(t, log))
	require.NoError(t, correct("ok", "coop/first", "restated", "k", members))
	require.NoError(t, correct("gone", "coop/first", "retracted", "ok", ""))
	require.ErrorIs(t, correct("no", "coop/first", "restated", "gone", members), ledger.ErrRestateRetraction)
	require.NoError(t, correct("back", "coop/first", "retracted", "gone", ""))
	require.NoError(t, correct("end-2", "coop/b", "restated", "end", `,"valid":"2023-07-01","data":{"mode":"voluntary"}`), "an end may move: its own does not stand in the way")
	require.Len(t, read(t, log), size+4)
	facts := ledger.Effective(read(t, log))
	for _, f := range facts {
		if f.Root.ID == ledger.IDOf("k") {
			require.EqualValues(t, 12, f.Event.(*coop.MembersCounted).Official)
		}
	}
}

func TestTheClock(t *testing.T) {
	log, c := ledgertest.NewMemory(), newClock()
	r := begun(t, log, c)
	last := func() calendar.Instant { all := read(t, log); return all[len(all)-1].Recorded }
	was := last()
	_, err := r.Record(background, count(t, "same"), count(t, "append"))
	require.NoError(t, err)
	all := read(t, log)
	require.Equal(t, was+1, all[3].Recorded, "a clock that stands still is bridged")
	require.Equal(t, all[3].Recorded, all[4].Recorded, "one append, one instant")

	c.add(-5*time.Second + time.Microsecond)
	_, err = r.Record(background, count(t, "five"))
	require.NoError(t, err)
	require.Equal(t, was+2, last())

	c.add(-10 * time.Second)
	c.add(-2 * time.Microsecond)
	results, err := r.Record(background, count(t, "more"))
	require.ErrorIs(t, err, ledger.ErrClockBack)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.NotEmpty(t, results)
	again, err := r.Record(background, count(t, "five"))
	require.NoError(t, err, "what is recorded already needs no clock")
	require.True(t, again[0].Repeated)
	require.Equal(t, was+2, last())

	c.add(time.Hour)
	_, err = r.Record(background, count(t, "more"))
	require.NoError(t, err)
	require.Equal(t, c.now(), last())
}

func TestAClosedRecorder(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	r.Close()
	r.Close()
	_, err := r.Record(background, count(t, "k"))
	require.ErrorIs(t, err, recorder.ErrClosed)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Len(t, read(t, log), 3)
}

// Close answers everybody who is waiting, and nobody waits for ever.
func TestCloseLeavesNobodyWaiting(t *testing.T) {
	for range 30 {
		log := ledgertest.NewMemory()
		r := begun(t, log, newClock())
		var wg sync.WaitGroup
		var done atomic.Int32
		for i := range 16 {
			wg.Go(func() {
				_, err := r.Record(background, count(t, fmt.Sprint("k", i)))
				if err == nil {
					done.Add(1)
					return
				}
				require.ErrorIs(t, err, recorder.ErrClosed)
			})
		}
		r.Close()
		wg.Wait()
		require.Len(t, read(t, log), 3+int(done.Load()))
	}
}

func TestAContextThatEnds(t *testing.T) {
	log := &gate{Log: ledgertest.NewMemory()}
	r := begun(t, log, newClock())
	ended, cancel := context.WithCancel(background)
	cancel()
	_, err := r.Record(ended, count(t, "early"))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))

	log.shut()
	inHand, cancelInHand := context.WithCancel(background)
	waiting, cancelWaiting := context.WithCancel(background)
	first, second := make(chan error), make(chan error)
	go func() { _, err := r.Record(inHand, count(t, "in hand")); first <- err }()
	log.reached()
	go func() { _, err := r.Record(waiting, count(t, "waiting")); second <- err }()
	for r.Waiting() == 0 {
		runtime.Gosched()
	}
	cancelWaiting()
	err = <-second
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), "taken back while it waited: %v", err)
	cancelInHand()
	err = <-first
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
	log.open()
	again, err := r.Record(background, count(t, "in hand"))
	require.NoError(t, err)
	require.True(t, again[0].Repeated, "it was recorded all the same")
	once(t, log, "waiting", 0)
	once(t, log, "early", 0)
}

// gate is a log whose appends can be held up.
type gate struct {
	ledger.Log
	mu      sync.Mutex
	held    chan struct{} // closed by open; nil when not shut
	arrived chan struct{}
	appends int
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held, g.arrived = make(chan struct{}), make(chan struct{}, 100)
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.held)
	g.held = nil
}

func (g *gate) reached() { <-g.arrived }

func (g *gate) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	g.mu.Lock()
	held, arrived := g.held, g.arrived
	g.appends++
	g.mu.Unlock()
	if held != nil {
		arrived <- struct{}{}
		<-held
	}
	return g.Log.Append(ctx, at, entries...)
}

func TestOpeningADamagedLogFails(t *testing.T) {
	log := ledgertest.NewMemory()
	require.NoError(t, log.Append(background, 0, ledgertest.Entry(0, "nothing of ours")))
	_, err := recorder.Open(background, log, newClock().now)
	require.ErrorIs(t, err, ledger.ErrCorrupt)
	require.NoError(t, log.Close())
	_, err = recorder.Open(background, log, newClock().now)
	require.True(t, errors.Is(err, ledger.ErrClosed))
}
