package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/term"

	"htxledger/api"
	"htxledger/api/access"
	"htxledger/api/imports"
	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/durable"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
	"htxledger/projections/feed"
)

// An app is a run of the program: where it reads and prints, what the global
// flags say, and how its parts are joined. Nothing else joins them.
type app struct {
	in       io.Reader
	out, err io.Writer
	now      func() calendar.Instant

	data   string        // --data
	store  string        // --store: an EventStoreDB connection string; "" is the ledger in data
	keys   string        // --keys; "" is a folder in data
	relays relaying      // --relay of serve
	output string        // --output; "" is what the command likes best
	ifSize sizeFlag      // --if-size of what corrects
	query  answers.Query // --as-of, --known-at, --place, --map, --period, --scheme, --plan
}

func newApp(in io.Reader, out, err io.Writer) *app {
	return &app{in: in, out: out, err: err, now: readClock}
}

func readClock() calendar.Instant { return calendar.InstantOf(time.Now()) }

// A reading is a ledger opened for questions, with the services of the answering
// commands. Another process may write meanwhile.
type reading struct {
	store      ledger.Log
	projection *asof.Projection
	head       *answers.Head // of the command, for all of its answers; nil in a server, which takes a head for each request
	answers    *answers.Service
	directory  *directory.Directory
	notary     *audit.Notary
	folder     *keydir.Dir // nil where there is none
}

// openStoreToRead opens the store the flags name, only to be read.
func (a *app) openStoreToRead(ctx context.Context) (ledger.Log, error) {
	if remote := a.remoteStore(); remote != "" {
		return openRemote(ctx, remote)
	}
	store, err := embedded.OpenReadOnly(ctx, a.data)
	if err != nil { // a nil *Store would be a Log that is not nil
		return nil, err
	}
	return store, nil
}

// openStoreToWrite opens the store the flags name; create makes a local one
// where there is none.
func (a *app) openStoreToWrite(ctx context.Context, create bool) (ledger.Log, error) {
	if remote := a.remoteStore(); remote != "" {
		return openRemote(ctx, remote)
	}
	store, err := embedded.Open(ctx, a.data, embedded.Options{Create: create})
	if err != nil {
		return nil, err
	}
	return store, nil
}

// remoteStore is the connection string of the store, or "" for the local store. The string is
// never printed, for a password may stand in there.
func (a *app) remoteStore() string {
	if a.store != "" {
		return a.store
	}
	return os.Getenv(storeVariable)
}

// errNotRemote: the command would quietly have taken the ledger in --data, which
// after a move to EventStoreDB is an old one.
var errNotRemote = fault.Declare("only-local", fault.Malformed,
	"%s works on the ledger in a directory, and --store or $"+storeVariable+" names another; %s",
	"%s chỉ làm việc với sổ trong thư mục, mà --store hoặc $"+storeVariable+" nêu một kho khác; %s")

// Ways round.
var (
	copyFirst = fault.Text{English: "copy it first: htxledger copy --to DIR, then with --data DIR alone",
		Vietnamese: "hãy chép về trước: htxledger copy --to THƯ-MỤC, rồi chạy chỉ với --data THƯ-MỤC"}
	copyAfter = fault.Text{English: "restore into a directory alone, then htxledger copy --to esdb://…",
		Vietnamese: "hãy dựng lại vào một thư mục, rồi htxledger copy --to esdb://…"}
)

// requireLocal refuses a command of directories where the ledger is elsewhere.
func (a *app) requireLocal(command string, instead fault.Text) error {
	if a.remoteStore() != "" {
		return errNotRemote.With(command, instead)
	}
	return nil
}

func openRemote(ctx context.Context, connection string) (ledger.Log, error) {
	store, err := eventstoredb.Open(ctx, connection, eventstoredb.Options{})
	if err != nil {
		return nil, err
	}
	return store, nil
}

// openReading opens the ledger and brings a projection up to its head.
func (a *app) openReading(ctx context.Context) (*reading, error) {
	store, err := a.openStoreToRead(ctx)
	if err != nil {
		return nil, err
	}
	p, hold := asof.New(), a.newHold()
	if err := a.fillProjection(ctx, holding{store, hold}, p); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a.warnOfHold(hold)
	r := &reading{store: store}
	r.folder, _ = a.openKeys(false) // a command that needs the folder opens it again and gets the error
	r.joinAnswers(p, a.now)
	r.notary.Hold = hold
	r.head = r.answers.Head()
	return r, nil
}

func (r *reading) close() {
	if r.folder != nil {
		_ = r.folder.Close()
	}
	_ = r.store.Close() // nothing was written
}

// fillProjection applies every record, with a bar where that takes a while.
func (a *app) fillProjection(ctx context.Context, log ledger.Log, p *asof.Projection) error {
	size, err := log.Size(ctx)
	if err != nil {
		return err
	}
	tell, done := a.showProgress("Đọc sổ", size)
	defer done()
	// From where the projection is: a server's may hold the first records already.
	for r, err := range ledger.ReadOn(ctx, log, size, p.Size(), nil) {
		if err == nil {
			err = p.Apply(r)
		}
		if err != nil {
			return err
		}
		tell(r.Position+1, size)
	}
	return nil
}

// A writing is a ledger opened to be written.
type writing struct {
	store    ledger.Log
	decoded  *ledger.DecodedLog // of the store: the records that the recorder holds
	recorder *recorder.Recorder
	door     recorder.Door // for commands that were typed or stand in a file
}

// openWriting opens the ledger to record with a clock; create makes the store where
// there is none. A ledger that differs from its checkpoints is not written.
func (a *app) openWriting(ctx context.Context, create bool, now func() calendar.Instant) (*writing, error) {
	store, err := a.openStoreToWrite(ctx, create)
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	hold := a.newHold()
	decoded := ledger.NewDecodedLog(store)
	w, err := openRecorder(ctx, decoded, holding{decoded, hold}, now)
	if err != nil {
		return nil, ledger.NotWritten(err)
	}
	// Records beyond a broken checkpoint would stand where the signed ones once stood.
	if err := hold.Err(); err != nil {
		a.closeWriting(w)
		return nil, ledger.NotWritten(err)
	}
	w.door = plainDoor()
	w.door.UnchangedSince = a.ifSize.size
	return w, nil
}

// openRecorder opens a recorder on a log over a decoded one, which it closes on failure.
func openRecorder(ctx context.Context, decoded *ledger.DecodedLog, log ledger.Log, now func() calendar.Instant) (*writing, error) {
	r, err := recorder.Open(ctx, log, now)
	if err != nil {
		return nil, errors.Join(err, decoded.Close())
	}
	return &writing{store: decoded.Log, decoded: decoded, recorder: r}, nil
}

// A serving is a ledger opened to be asked and written while other processes
// write to it too: its projection follows the log.
type serving struct {
	uploads *durable.Dir // of the files that are sent; nil where none are taken
	writing
	reading
	feed *feed.Follower
	wake *feed.Announcer // a record of this process wakes the follower at once
}

// openServing opens the ledger for a server, and makes the store where there is
// none. Where the store cannot be written nothing is recorded.
func (a *app) openServing(ctx context.Context) (*serving, error) {
	s, hold := &serving{wake: feed.NewAnnouncer()}, a.newHold()
	w, err := a.openAnnouncing(ctx, s.wake, hold)
	switch {
	case errors.Is(err, ledger.ErrStorageReadOnly):
		// A folder that cannot be written is still served: questions are answered, nothing is recorded.
		if s.reading.store, err = a.openStoreToRead(ctx); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	default:
		s.writing, s.reading.store = *w, w.store
	}
	var log ledger.Log = s.reading.store
	if s.decoded != nil {
		log = s.decoded // the projection shares the records of the recorder
	}
	p := asof.New()
	if err := a.fillProjection(ctx, holding{log, hold}, p); err != nil {
		return nil, errors.Join(err, s.close())
	}
	a.warnOfHold(hold)
	// A server without keys still answers: only its checkpoints are missing.
	if s.folder, err = a.openKeys(s.recorder != nil); err != nil && !errors.Is(err, audit.ErrNoKey) {
		a.say("Không mở được thư mục khóa: máy chủ không nêu điểm kiểm tra nào. / no checkpoints: %v", err)
	}
	s.joinAnswers(p, a.now)
	s.notary.Hold = hold // the hold follows the ledger too: a recovery by another process opens the hold
	s.feed = feed.Follow(log, feed.Options{Wake: s.wake}, p, hold)
	return s, nil
}

// openAnnouncing opens the ledger to record, announcing what it records, while the hold
// allows it.
func (a *app) openAnnouncing(ctx context.Context, wake *feed.Announcer, hold *audit.Hold) (*writing, error) {
	store, err := a.openStoreToWrite(ctx, true)
	if err != nil {
		return nil, err
	}
	decoded := ledger.NewDecodedLog(store)
	return openRecorder(ctx, decoded, holding{feed.WithAnnouncements(decoded, wake), hold}, a.now)
}

func (s *serving) close() error {
	if s.recorder != nil {
		s.recorder.Close()
	}
	if s.folder != nil {
		_ = s.folder.Close()
	}
	if s.uploads != nil {
		_ = s.uploads.Close()
	}
	return errors.Join(s.wake.Close(), s.reading.store.Close())
}

// newServer joins the parts of an opened ledger, and the relay beside it, if there
// is one, into a server.
func (a *app) newServer(s *serving, carried *beside) (*api.Server, error) {
	tokens, err := a.openTokens()
	if err != nil {
		return nil, err
	}
	var relays func() []api.Carried
	if carried != nil {
		relays = carried.states
	}
	uploads, err := a.openUploads(s)
	if err != nil {
		return nil, err
	}
	return api.New(api.Deps{
		Relays: relays, Uploads: uploads, Answers: s.answers, Notary: s.notary, Directory: s.directory, Projection: s.projection, Recorder: s.recorder, Log: s.reading.store, Feed: s.feed,
		Gate: access.NewGate(tokens, *localActor()), Now: a.now, Logger: a.newLogger(), Version: buildVersion().Version,
	}), nil
}

// openUploads opens the folder of files that are sent to this server, in its data
// folder wherever the ledger lies; nil where nothing is recorded.
func (a *app) openUploads(s *serving) (imports.Folder, error) {
	if s.recorder == nil {
		return nil, nil
	}
	path := filepath.Join(a.data, "imports")
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	dir, err := durable.OpenDir(path)
	if err != nil {
		return nil, err
	}
	s.uploads = dir
	return dir, nil
}

// newLogger writes lines for people on a terminal, and JSON elsewhere.
func (a *app) newLogger() *slog.Logger {
	if _, ok := terminalFile(a.err); ok {
		return slog.New(slog.NewTextHandler(a.err, nil))
	}
	return slog.New(slog.NewJSONHandler(a.err, nil))
}

func (w *writing) close() error {
	w.recorder.Close()
	return w.store.Close()
}

// say prints talk on stderr, beside the answer itself.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.err, format+"\n", args...) }

// terminalFile is the file behind a writer if it is a terminal.
func terminalFile(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// plainWidth is the width of tables that no terminal bounds.
const plainWidth = 132

// lineWidth is how many cells a line of output may take: those of the terminal, or
// as many as $COLUMNS says.
func (a *app) lineWidth() int {
	if f, ok := terminalFile(a.out); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	// Not a terminal: shells that wrap the output themselves set COLUMNS.
	if w, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && w > 0 {
		return w
	}
	return plainWidth
}
