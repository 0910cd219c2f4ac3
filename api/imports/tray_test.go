package imports_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/durable"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// A desk is a tray over a ledger on disk.
type desk struct {
	t        *testing.T
	tray     *imports.Tray
	recorder *recorder.Recorder
	store    *embedded.Store
	clock    atomic.Int64
	gate     chan struct{} // if not nil, a preview waits for it before it looks at the ledger
	ids      atomic.Int64
	folder   *durable.Dir
}

var (
	she = ledger.Actor{ID: "a", Role: "alliance"}
	he  = ledger.Actor{ID: "b", Role: "alliance"}
)

const head = "Mã HTX,Năm,Thành viên chính thức\n"

func newDesk(t *testing.T, limits imports.Limits) *desk {
	ctx := context.Background()
	d := &desk{t: t}
	at, err := calendar.ParseInstant("2024-01-05T01:00:00Z")
	require.NoError(t, err)
	d.clock.Store(int64(at))
	d.store, err = embedded.Open(ctx, filepath.Join(t.TempDir(), "d"), embedded.Options{Create: true})
	require.NoError(t, err)
	d.recorder, err = recorder.Open(ctx, d.store, d.now)
	require.NoError(t, err)
	d.record(
		`{"key":"o","stream":"ledger/t","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"t","place":"p","title":"t"}}`,
		`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"p","level":"province","name":"P"}}`,
		`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2022-03-14","data":{"name":"HTX A","form":"htx","place":"p","agricultural":true,"sector":"lúa"}}`,
	)
	d.tray = &imports.Tray{Limits: limits, For: d.ledger, Now: d.now, NewID: func() string { return fmt.Sprint("f", d.ids.Add(1)) }}
	t.Cleanup(func() {
		d.tray.Close()
		d.recorder.Close()
		require.NoError(t, d.store.Close())
	})
	return d
}

func (d *desk) now() calendar.Instant { return calendar.Instant(d.clock.Add(1)) }

func (d *desk) pass(by time.Duration) { d.clock.Add(by.Microseconds()) }

func (d *desk) record(commands ...string) {
	var drafts []*ledger.Draft
	for _, c := range commands {
		x, err := ledger.ParseDraft([]byte(c))
		require.NoError(d.t, err)
		drafts = append(drafts, x)
	}
	_, err := d.recorder.Record(context.Background(), drafts...)
	require.NoError(d.t, err)
}

func (d *desk) ledger(ctx context.Context, _ ledger.Actor) (imports.Ledger, error) {
	if d.gate != nil {
		<-d.gate
	}
	p := asof.New()
	for r, err := range ledger.Read(ctx, d.store, 0) {
		if err != nil {
			return imports.Ledger{}, err
		}
		if err := p.Apply(r); err != nil {
			return imports.Ledger{}, err
		}
	}
	return imports.Ledger{Projection: p, Try: d.recorder.TryImport, Record: d.recorder.Import, Now: d.now}, nil
}

func (d *desk) size() int64 {
	n, err := d.store.Size(context.Background())
	require.NoError(d.t, err)
	return int64(n)
}

func (d *desk) put(who ledger.Actor, text string) (*imports.View, error) {
	return d.tray.Put(who, "nam.csv", []byte(text), imports.How{Form: "coop-annual"}, answers.Query{})
}

func (d *desk) must(who ledger.Actor, text string) string {
	d.t.Helper()
	v, err := d.put(who, text)
	require.NoError(d.t, err)
	d.tray.Wait()
	return v.ID
}

func (d *desk) state(who ledger.Actor, id string) imports.State {
	v, err := d.tray.Get(who, id)
	require.NoError(d.t, err)
	return v.State
}

func same(*imports.How) {}

func TestAFileBelongsToWhoSentIt(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2023,31\n")
	require.Equal(t, imports.Ready, d.state(she, id))
	_, err := d.tray.Get(he, id)
	require.ErrorIs(t, err, imports.ErrNotHere)
	_, _, err = d.tray.Confirm(context.Background(), he, id, same)
	require.ErrorIs(t, err, imports.ErrNotHere)
	require.ErrorIs(t, d.tray.Drop(he, id), imports.ErrNotHere)
	_, _, err = d.tray.Marked(he, id)
	require.ErrorIs(t, err, imports.ErrNotHere)
	require.Empty(t, d.tray.List(he))
	require.Len(t, d.tray.List(she), 1)
	require.EqualValues(t, 3, d.size())
}

func TestAFileIsForgotten(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2023,31\n")
	d.pass(imports.DefaultLimits.Age - time.Minute)
	require.Equal(t, imports.Ready, d.state(she, id)) // asked for: another hour
	d.pass(imports.DefaultLimits.Age - time.Minute)
	require.Equal(t, imports.Ready, d.state(she, id))
	d.pass(imports.DefaultLimits.Age)
	_, err := d.tray.Get(she, id)
	require.ErrorIs(t, err, imports.ErrNotHere)
}

func TestATrayIsBounded(t *testing.T) {
	limits := imports.DefaultLimits
	limits.Each, limits.Files, limits.Upload = 2, 3, 100
	d := newDesk(t, limits)
	_, err := d.put(she, strings.Repeat("x", 101))
	require.ErrorIs(t, err, imports.ErrUploadSize)
	first, second := d.must(she, head+"a,2021,31\n"), d.must(she, head+"a,2022,31\n")
	third := d.must(she, head+"a,2023,31\n") // puts the oldest of hers out
	_, err = d.tray.Get(she, first)
	require.ErrorIs(t, err, imports.ErrNotHere)
	require.Equal(t, imports.Ready, d.state(she, second))
	his := d.must(he, head+"a,2023,31\n")
	// The tray is full of others' files: nobody else's is put out.
	_, err = d.put(ledger.Actor{ID: "c", Role: "admin"}, head+"a,2023,31\n")
	require.ErrorIs(t, err, imports.ErrTrayFull)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Equal(t, imports.Ready, d.state(she, third))
	require.Equal(t, imports.Ready, d.state(he, his))
}

func TestATrayIsBoundedInBytes(t *testing.T) {
	limits := imports.DefaultLimits
	limits.Bytes = 2000
	d := newDesk(t, limits)
	id := d.must(she, head+"a,2023,31\n"+strings.Repeat("\n", 900))
	_, err := d.put(he, head+"a,2023,31\n"+strings.Repeat("\n", 900))
	require.ErrorIs(t, err, imports.ErrTrayFull)
	require.Equal(t, imports.Ready, d.state(she, id))
}

// A limit of time is told in a sentence, and nothing is recorded.
func TestAFileThatTakesTooLongIsRefused(t *testing.T) {
	limits := imports.DefaultLimits
	limits.Read = time.Nanosecond
	d := newDesk(t, limits)
	id := d.must(she, head+"a,2023,31\n")
	v, err := d.tray.Get(she, id)
	require.NoError(t, err)
	require.Equal(t, imports.Refused, v.State)
	require.ErrorIs(t, v.Err, imports.ErrTime)
	file := imports.File{Name: "a.csv", Bytes: []byte(head + "a,2023,31\n"), How: imports.How{Form: "coop-annual", Rows: 2}}
	_, err = imports.Run(context.Background(), file, imports.Desk{}, imports.DryRun)
	require.ErrorIs(t, err, imports.ErrRowCount)
}

// One file of a person is worked on at a time, and nobody waits for another's; who
// looks meanwhile is told so, and cannot have it confirmed under it.
func TestOneFileOfAPersonAtATime(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.gate = make(chan struct{})
	first, err := d.put(she, head+"a,2022,31\n")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return d.state(she, first.ID) == imports.Checking }, 10*time.Second, time.Millisecond)
	second, err := d.put(she, head+"a,2023,31\n")
	require.NoError(t, err)
	require.Equal(t, imports.Waiting, d.state(she, second.ID))
	his, err := d.put(he, head+"a,2024,31\n")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return d.state(he, his.ID) == imports.Checking }, 10*time.Second, time.Millisecond, "not behind hers")
	_, _, err = d.tray.Confirm(context.Background(), she, first.ID, same)
	require.ErrorIs(t, err, imports.ErrNotReady)
	_, err = d.tray.Again(she, first.ID, imports.How{})
	require.ErrorIs(t, err, imports.ErrNotReady)
	close(d.gate)
	d.tray.Wait()
	require.Equal(t, imports.Ready, d.state(she, second.ID))
	require.Equal(t, imports.Ready, d.state(he, his.ID))
}

// Confirmed by many at once a file is recorded once, and each has the receipt.
func TestConfirmedAtOnce(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2023,31\n")
	done := make(chan *imports.View)
	for range 5 {
		go func() {
			v, _, err := d.tray.Confirm(context.Background(), she, id, same)
			if err != nil {
				v = &imports.View{Err: err}
			}
			done <- v
		}()
	}
	for range 5 {
		v := <-done
		require.NoError(t, v.Err)
		require.Equal(t, imports.Recorded, v.State)
		require.EqualValues(t, 4, v.Preview.Import.Size)
		require.False(t, v.Preview.Import.Results[0].Repeated)
	}
	require.EqualValues(t, 4, d.size())
}

// A confirmation that nobody waits for goes on.
func TestConfirmedAndGone(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2023,31\n")
	d.gate = make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v, _, err := d.tray.Confirm(ctx, she, id, same)
	require.NoError(t, err)
	require.Equal(t, imports.Recording, v.State)
	require.ErrorIs(t, d.tray.Drop(she, id), imports.ErrNotReady)
	close(d.gate)
	d.tray.Wait()
	require.Equal(t, imports.Recorded, d.state(she, id))
	require.EqualValues(t, 4, d.size())
}

// What is recorded is what was shown, whatever others record meanwhile.
func TestThePreviewIsKept(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2022,31\na,2023,32\n")
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":31}}`)
	_, _, err := d.tray.Confirm(context.Background(), she, id, same)
	require.ErrorIs(t, err, imports.ErrDiffers)
	require.EqualValues(t, 4, d.size())
	v, _, err := d.tray.Confirm(context.Background(), she, id, same) // what is shown now
	require.NoError(t, err)
	require.Equal(t, imports.Recorded, v.State)
	require.EqualValues(t, 5, d.size())
}

// An answer to a question is no other thing than was shown; anything else is.
func TestAnAnswerIsEnough(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":30}}`)
	id := d.must(she, head+"a,2022,31\na,2023,32\n")
	require.Equal(t, imports.Faulty, d.state(she, id))
	_, _, err := d.tray.Confirm(context.Background(), she, id, same)
	require.ErrorIs(t, err, imports.ErrRejected)
	v, _, err := d.tray.Confirm(context.Background(), she, id, func(h *imports.How) { h.Reason = "typo" })
	require.NoError(t, err)
	require.Equal(t, 1, v.Preview.Import.Corrections)
	require.EqualValues(t, 6, d.size())

	bad := d.must(she, head+"a,2021,31\na,2020,nhiều\n")
	_, _, err = d.tray.Confirm(context.Background(), she, bad, func(h *imports.How) { h.ValidRows = true })
	require.ErrorIs(t, err, imports.ErrDiffers, "what of it would be recorded was never shown")
	require.EqualValues(t, 6, d.size())
}

// The rest of a text is its headings and the rows that were left, whole.
func TestTheRestOfAText(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	v, err := d.tray.Put(she, "nam.csv", []byte("Mã HTX,Năm,Thành viên chính thức,Ghi chú\r\na,2023,31,\"hai\r\ndòng\"\r\na,2022,nhiều,\"ba\r\ndòng\"\r\n"),
		imports.How{Form: "coop-annual", ValidRows: true}, answers.Query{})
	require.NoError(t, err)
	d.tray.Wait()
	name, b, err := d.tray.RestOf(she, v.ID)
	require.NoError(t, err)
	require.Equal(t, "nam-con-lai.csv", name)
	require.Equal(t, "Mã HTX,Năm,Thành viên chính thức,Ghi chú\r\na,2022,nhiều,\"ba\r\ndòng\"\r\n", string(b))
}

// What is dropped while it waits is let go of at once: sending and dropping does
// not pile up files behind the one that is worked on.
func TestDroppedWhileItWaits(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.gate = make(chan struct{})
	first, err := d.put(she, head+"a,2022,31\n")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return d.state(she, first.ID) == imports.Checking }, 10*time.Second, time.Millisecond)
	before := runtime.NumGoroutine()
	for range 50 {
		v, err := d.put(he, head+"a,2023,31\n")
		require.NoError(t, err)
		require.NoError(t, d.tray.Drop(he, v.ID))
	}
	piled := true
	for begun := time.Now(); piled && time.Since(begun) < 10*time.Second; time.Sleep(time.Millisecond) {
		piled = runtime.NumGoroutine() > before+10
	}
	if piled {
		close(d.gate)
		require.Fail(t, "dropped files wait on")
	}
	require.NoError(t, d.tray.Drop(she, first.ID), "also what is being previewed")
	close(d.gate)
	d.tray.Wait()
	require.Empty(t, d.tray.List(he))
}

// A file over which the program panics is refused; the tray goes on.
func TestAPanicIsOfOneFile(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	var told error
	d.tray.Failed = func(_ string, err error) { told = err }
	whole := d.tray.For
	d.tray.For = func(context.Context, ledger.Actor) (imports.Ledger, error) { panic("a hole in a library") }
	id := d.must(she, head+"a,2023,31\n")
	v, err := d.tray.Get(she, id)
	require.NoError(t, err)
	require.Equal(t, imports.Refused, v.State)
	require.NotContains(t, vi.Fault(v.Err), "library")
	require.ErrorContains(t, told, "a hole in a library")
	d.tray.For = whole
	require.Equal(t, imports.Ready, d.state(he, d.must(he, head+"a,2023,31\n")))
	again, err := d.tray.Again(she, id, imports.How{Form: "coop-annual"})
	require.NoError(t, err)
	d.tray.Wait()
	require.Equal(t, imports.Ready, d.state(she, again.ID), "the hole is mended")
}

// A key with the name of another co-operative holds the file back: saying that
// others are meant does not answer it, and what is right beside it may go in.
func TestAKeyWithTheNameOfAnother(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.record(`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2022-03-14","data":{"name":"HTX B 27","form":"htx","place":"p","agricultural":true,"sector":"lúa"}}`)
	const file = "Mã HTX,Tên HTX,Năm,Thành viên chính thức\nb,HTX B 27,2023,30\na,HTX B 27,2023,31\n"
	before := d.size()
	id := d.must(she, file)
	v, err := d.tray.Get(she, id)
	require.NoError(t, err)
	require.Equal(t, imports.Faulty, v.State)
	require.Equal(t, "ask-other", v.Preview.Import.Errors[0].Code)
	require.EqualValues(t, 3, v.Preview.Import.Errors[0].Row)
	require.Equal(t, "Tên HTX", v.Preview.Import.Errors[0].Column)
	require.Equal(t, 1, v.Preview.Questions)
	require.Equal(t, before, d.size())
	for _, how := range []imports.How{{Form: "coop-annual", Others: true}, {Form: "coop-annual", ValidRows: true}} {
		open := func(ctx context.Context) (imports.Ledger, error) { return d.ledger(ctx, she) }
		r, err := imports.Run(context.Background(), imports.File{Name: "nam.csv", Bytes: []byte(file), How: how}, imports.Desk{Open: open}, imports.DryRun)
		if how.Others {
			require.ErrorIs(t, err, imports.ErrRejected)
			continue
		}
		require.NoError(t, err)
		require.Len(t, r.All(), 1, "the row that is right")
	}
}

// restart ends the tray as a crash does, or in order, and opens another over the same
// folder.
func (d *desk) restart(orderly bool) {
	d.t.Helper()
	if orderly {
		d.tray.Close()
	} else {
		d.tray.Crash()
	}
	limits := d.tray.Limits
	d.tray = &imports.Tray{Limits: limits, For: d.ledger, Now: d.now, NewID: func() string { return fmt.Sprint("f", d.ids.Add(1)) }, Folder: d.folder}
	require.NoError(d.t, d.tray.Load())
	d.tray.Wait()
}

// keep gives the tray a folder.
func (d *desk) keep() {
	var err error
	d.folder, err = durable.OpenDir(d.t.TempDir())
	require.NoError(d.t, err)
	d.tray.Folder = d.folder
	require.NoError(d.t, d.tray.Load())
}

// Files, questions and receipts survive a restart, whatever way the server ended.
func TestATrayOutlivesItsServer(t *testing.T) {
	for _, orderly := range []bool{true, false} {
		d := newDesk(t, imports.DefaultLimits)
		d.keep()
		d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":30}}`)
		asking := d.must(she, head+"a,2022,31\n")
		ready := d.must(he, head+"a,2023,32\n")
		done := d.must(he, head+"a,2024,33\n")
		_, _, err := d.tray.Confirm(context.Background(), he, done, same)
		require.NoError(t, err)
		receipt, err := d.tray.Get(he, done)
		require.NoError(t, err)
		d.restart(orderly)
		require.Equal(t, imports.Faulty, d.state(she, asking))
		require.Equal(t, imports.Ready, d.state(he, ready))
		again, err := d.tray.Get(he, done)
		require.NoError(t, err)
		require.Equal(t, imports.Recorded, again.State)
		was, err := json.Marshal(receipt.Preview.Import)
		require.NoError(t, err)
		is, err := json.Marshal(again.Preview.Import)
		require.NoError(t, err)
		require.JSONEq(t, string(was), string(is))
		require.Equal(t, receipt.Preview.Records[0].Position, again.Preview.Records[0].Position)
		size := d.size()
		_, repeated, err := d.tray.Confirm(context.Background(), he, done, same)
		require.NoError(t, err)
		require.True(t, repeated)
		require.Equal(t, size, d.size())
		v, _, err := d.tray.Confirm(context.Background(), she, asking, func(h *imports.How) { h.Reason = "typo" })
		require.NoError(t, err)
		require.Equal(t, imports.Recorded, v.State)
		_, _, err = d.tray.Confirm(context.Background(), he, ready, same)
		require.NoError(t, err)
		require.Equal(t, size+2, d.size())
		require.NoError(t, d.tray.Drop(he, ready))
		d.restart(orderly)
		_, err = d.tray.Get(he, ready)
		require.ErrorIs(t, err, imports.ErrNotHere)
		d.pass(2 * imports.DefaultLimits.Age)
		d.restart(orderly)
		names, err := d.folder.Names()
		require.NoError(t, err)
		require.Equal(t, []string{"lock"}, names, "what is too old leaves nothing behind")
	}
}

// A confirmation after a restart is held to the preview made before it.
func TestWhatWasShownOutlivesTheServer(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.keep()
	id := d.must(she, head+"a,2022,31\na,2023,32\n")
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":31}}`)
	d.restart(false)
	_, _, err := d.tray.Confirm(context.Background(), she, id, same)
	require.ErrorIs(t, err, imports.ErrDiffers)
	require.EqualValues(t, 4, d.size())
}

// A crash while a file is recorded neither loses nor doubles it.
func TestACrashInTheMiddle(t *testing.T) {
	for _, after := range []bool{false, true} { // before the ledger had it, and after
		d := newDesk(t, imports.DefaultLimits)
		d.keep()
		id := d.must(she, head+"a,2022,31\na,2023,32\n")
		entered, leave := make(chan struct{}), make(chan struct{})
		whole := d.tray.For
		d.tray.For = func(ctx context.Context, who ledger.Actor) (imports.Ledger, error) {
			l, err := whole(ctx, who)
			record := l.Record
			l.Record = func(ctx context.Context, drafts []*ledger.Draft, tell func(int, int)) (res recorder.ImportResult, err error) {
				if after {
					res, err = record(ctx, drafts, tell)
				}
				close(entered)
				<-leave
				return res, errors.Join(err, errors.New("the power went"))
			}
			return l, err
		}
		go d.tray.Confirm(context.Background(), she, id, same) //nolint:errcheck // nobody is there to hear it
		<-entered
		d.tray.Crash()
		close(leave)
		d.restart(false)
		require.Equal(t, imports.Unsettled, d.state(she, id))
		v, _, err := d.tray.Confirm(context.Background(), she, id, same)
		require.NoError(t, err)
		require.Equal(t, imports.Recorded, v.State)
		require.EqualValues(t, 5, d.size())
	}
}

// A confirmation does nothing again that its preview did, as long as the ledger is
// what it was.
func TestAConfirmationDoesNothingAgain(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2022,31\na,2023,32\n")
	tried := 0
	whole := d.tray.For
	d.tray.For = func(ctx context.Context, who ledger.Actor) (imports.Ledger, error) {
		l, err := whole(ctx, who)
		try := l.Try
		l.Try = func(ctx context.Context, drafts []*ledger.Draft) ([]recorder.Result, error) {
			tried++
			return try(ctx, drafts)
		}
		return l, err
	}
	v, _, err := d.tray.Confirm(context.Background(), she, id, same)
	require.NoError(t, err)
	require.Equal(t, imports.Recorded, v.State)
	require.Zero(t, tried)
	require.EqualValues(t, 5, d.size())
	id = d.must(she, head+"a,2024,31\n")
	tried = 0
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-06-30","data":{"official":31}}`)
	_, _, err = d.tray.Confirm(context.Background(), she, id, same)
	require.NoError(t, err)
	require.Equal(t, 1, tried, "what changed since is looked at")
}

// A server that ends does not wait for a recording without end, and cuts it between
// its parts.
func TestATrayClosesInTime(t *testing.T) {
	limits := imports.DefaultLimits
	limits.Stop = 10 * time.Millisecond
	d := newDesk(t, limits)
	d.keep()
	id := d.must(she, head+"a,2023,32\n")
	whole := d.tray.For
	d.tray.For = func(ctx context.Context, who ledger.Actor) (imports.Ledger, error) {
		l, err := whole(ctx, who)
		l.Record = func(ctx context.Context, _ []*ledger.Draft, _ func(int, int)) (recorder.ImportResult, error) {
			<-ctx.Done()
			return recorder.ImportResult{}, &ledger.WriteError{Outcome: ledger.Unknown, Err: ctx.Err()}
		}
		return l, err
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	v, _, err := d.tray.Confirm(gone, she, id, same)
	require.NoError(t, err)
	require.Equal(t, imports.Recording, v.State)
	begun := time.Now()
	d.tray.Close()
	require.Less(t, time.Since(begun), 5*time.Second)
	d.restart(false)
	require.Equal(t, imports.Unsettled, d.state(she, id))
}

// A confirmation after a crash records nothing that was not shown: the fact was
// corrected by somebody else meanwhile.
func TestACrashedConfirmationIsHeldToItsPreview(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.keep()
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":30}}`)
	v, err := d.tray.Put(she, "nam.csv", []byte(head+"a,2022,31\n"), imports.How{Form: "coop-annual", Reason: "typo"}, answers.Query{})
	require.NoError(t, err)
	d.tray.Wait()
	require.Equal(t, imports.Ready, d.state(she, v.ID))
	whole := d.tray.For
	entered, leave := make(chan struct{}), make(chan struct{})
	d.tray.For = func(ctx context.Context, who ledger.Actor) (imports.Ledger, error) {
		close(entered)
		<-leave
		return whole(ctx, who)
	}
	go func() { _, _, _ = d.tray.Confirm(context.Background(), she, v.ID, same) }()
	<-entered
	d.tray.Crash()
	close(leave)
	d.tray.Wait()
	d.record(`{"key":"x","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"m","reason":"typo"},"data":{"official":99}}`)
	size := d.size()
	d.restart(false)
	_, _, err = d.tray.Confirm(context.Background(), she, v.ID, same)
	require.ErrorIs(t, err, imports.ErrDiffers)
	require.Equal(t, size, d.size())
}

// An answer about a fact of another day is held to that fact as the question showed it.
func TestAnAnswerAboutAnotherDayIsHeldToItsFact(t *testing.T) {
	for answer, taken := range map[string]bool{"correction": false, "renewal": true} {
		d := newDesk(t, imports.DefaultLimits)
		d.record(`{"key":"l","stream":"coop/a","kind":"coop.linked/1","valid":"2022-05-01","data":{"contract":"HD1","enterprise":"DN X","product":"lúa"}}`)
		v, err := d.tray.Put(she, "l.csv", []byte("Mã HTX,Sự kiện,Số hợp đồng,Doanh nghiệp,Sản phẩm,Ngày\na,ký,HD1,DN X,lúa,01/06/2022\n"), imports.How{Form: "coop-links"}, answers.Query{})
		require.NoError(t, err)
		d.tray.Wait()
		d.record(`{"key":"x","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"l","reason":"typo"},"valid":"2023-09-09","data":{"contract":"HD1","enterprise":"DN X","product":"cà phê"}}`)
		size := d.size()
		_, _, err = d.tray.Confirm(context.Background(), she, v.ID, func(h *imports.How) { h.Reason, h.OtherDay = "typo", answer })
		if taken {
			require.NoError(t, err)
			require.Equal(t, size+1, d.size())
			continue
		}
		require.ErrorIs(t, err, imports.ErrDiffers, answer)
		require.Equal(t, size, d.size(), answer)
	}
}

// A confirmation that waits for its turn while the server ends says that nothing was
// recorded, and why.
func TestAConfirmationWhileClosing(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	id := d.must(she, head+"a,2022,31\n")
	size := d.size()
	d.tray.Close()
	_, _, err := d.tray.Confirm(context.Background(), she, id, same)
	require.Error(t, err)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Equal(t, size, d.size())
}
