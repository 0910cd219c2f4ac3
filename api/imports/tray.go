package imports

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
)

// A State is where a file stands.
type State string

// The states. What is waiting, reading, checking or recording goes on by itself.
const (
	Waiting   State = "waiting"   // for other files to be done
	Reading   State = "reading"   // the file
	Checking  State = "checking"  // it against the ledger
	Ready     State = "ready"     // to be confirmed
	Faulty    State = "faulty"    // rows have problems, or questions to be answered
	Refused   State = "refused"   // the file as a whole
	Recording State = "recording" //
	Recorded  State = "recorded"  //
	Unsettled State = "unsettled" // part of it may be recorded; confirm again
)

var stateWords = map[State]string{
	Waiting: "chờ đến lượt", Reading: "đọc tệp", Checking: "kiểm tra với sổ", Ready: "chờ xác nhận", Faulty: "có chỗ phải sửa hoặc trả lời",
	Refused: "không nhận", Recording: "ghi vào sổ", Recorded: "đã ghi", Unsettled: "chưa rõ đã ghi hết chưa",
}

// Vi is the state in Vietnamese.
func (s State) Vi() string { return stateWords[s] }

// Going tells whether a state changes by itself.
func (s State) Going() bool {
	return s == Waiting || s == Reading || s == Checking || s == Recording
}

// Limits bound a tray.
type Limits struct {
	Upload int           // bytes of one file
	Lines  int           // line feeds of one text file: of Upload bytes of commands there are fewer
	Files  int           // of everybody
	Each   int           // files of one person; one more puts the oldest of them out
	Bytes  int64         // of all files and their previews
	Age    time.Duration // since somebody last asked for it
	Read   time.Duration // how long a file may be read and checked
	Record time.Duration // how long it may be recorded, once begun
	Stop   time.Duration // how long Close lets a recording go on
}

// DefaultLimits are those of the program.
var DefaultLimits = Limits{
	Upload: 10 << 20, Lines: 100_000, Files: 40, Each: 8, Bytes: 128 << 20, Age: time.Hour, Read: MaxTime, Record: 10 * time.Minute, Stop: 5 * time.Second,
}

// A Tray holds files between their preview and their confirmation. Each belongs
// to the actor who sent it, and to nobody else. One file of a person is worked on at a
// time, and few at once, so that nobody waits for another's; of large files, which
// take the memory, one. It is safe for concurrent use.
type Tray struct {
	Limits Limits
	// For gives the ledger as somebody may write to it, at its head.
	For   func(ctx context.Context, who ledger.Actor) (Ledger, error)
	Now   func() calendar.Instant
	NewID func() string
	// Folder, if not nil, keeps the files so that they outlive the process: see Load.
	Folder Folder
	// Failed, if not nil, is told of a panic over a file.
	Failed func(id string, err error)

	mu     sync.Mutex
	files  map[string]*upload
	small  chan struct{}            // places for those who work on a small file
	large  chan struct{}            // the place for who works on a large one
	own    map[string]chan struct{} // by the id of an actor: that actor's one place
	unlock func()                   // of the folder; nil without one
	back   sync.Mutex               // held by whoever makes a file to be handed back, which takes the memory of several
	once   sync.Once
	busy   sync.WaitGroup
	ctx    context.Context // of previews
	stop   context.CancelFunc
	last   context.Context // of recordings
	halt   context.CancelFunc
}

// An upload is a file in the tray. Its fields are the tray's to lock.
type upload struct {
	id   string
	file File
	who  ledger.Actor

	state         State
	done, total   int
	sent, touched calendar.Instant
	settled       chan struct{} // closed once the state is none that goes on
	err           error         // of faulty, refused and unsettled
	preview       *Preview
	promise       *promise
	doneRows      []imports.Spot  // see Review.doneRows
	asked         bool            // the ledger has been asked to record it, in this run
	partly        bool            // its recording was begun, and cut
	shownBefore   bool            // promise is what somebody saw before a restart
	review        *Review         // of the last dry run, while there is room for it
	ctx           context.Context // of dry runs; done once the file is dropped
	drop          context.CancelFunc
}

// smallAtOnce is how many small files are worked on at once.
const smallAtOnce = 3

func (t *Tray) start() {
	t.once.Do(func() {
		t.files, t.own = map[string]*upload{}, map[string]chan struct{}{}
		t.small, t.large = make(chan struct{}, smallAtOnce), make(chan struct{}, 1)
		t.ctx, t.stop = context.WithCancel(context.Background())
		t.last, t.halt = context.WithCancel(context.Background())
	})
}

// haltAtMost is how long Close waits for work that was told to end.
const haltAtMost = 2 * time.Second

// Close stops what is being previewed, lets what is being recorded go on for
// Limits.Stop, cuts it between two of its parts then, and does not wait for work that
// cannot be stopped. The tray takes nothing in after it. A recording that was cut
// is in the folder, to be confirmed again.
func (t *Tray) Close() {
	t.start()
	t.mu.Lock()
	t.stop()
	t.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		t.busy.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(t.Limits.Stop):
		t.halt()
		select {
		case <-ended:
		case <-time.After(haltAtMost):
		}
	}
	t.halt()
	if t.unlock != nil {
		t.unlock()
	}
}

// Wait returns once nothing is worked on.
func (t *Tray) Wait() { t.busy.Wait() }

// Put takes a file in and begins to preview it.
func (t *Tray) Put(who ledger.Actor, name string, b []byte, how How, q answers.Query) (*View, error) {
	t.start()
	if len(b) > t.Limits.Upload {
		return nil, ErrUploadSize.With(t.Limits.Upload >> 20).At("file")
	}
	if KindOf(name) == "" {
		return nil, errFileName.With(name).At("file")
	}
	if KindOf(name) != workbook && t.Limits.Lines > 0 && bytes.Count(b, []byte("\n")) > t.Limits.Lines {
		return nil, imports.ErrFileLines.With(t.Limits.Lines).At("file")
	}
	if err := how.check(); err != nil {
		return nil, err
	}
	now := t.Now()
	name = imports.RecordableName(name)
	s := &upload{id: t.NewID(), file: File{Name: name, Bytes: b, How: how, Query: q}, who: who, sent: now, touched: now}
	if t.Folder != nil { // before the lock: a large file takes its time
		if err := t.Folder.Create(s.id+bytesName, b); err != nil {
			return nil, ledger.NotWritten(ErrTrayFailed.With(err).Because(err))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.admit(s); err != nil {
		t.erase(s.id)
		return nil, ledger.NotWritten(err)
	}
	t.begin(s, Waiting, DryRun)
	return t.view(s), nil
}

// admit makes a file one of the tray's. The tray is locked.
func (t *Tray) admit(s *upload) error {
	if t.ctx.Err() != nil {
		return recorder.ErrClosed
	}
	if err := t.room(s.who, int64(len(s.file.Bytes))); err != nil {
		return err
	}
	s.state = Waiting
	if t.Folder != nil {
		if err := t.write(s); err != nil {
			return ErrTrayFailed.With(err).Because(err)
		}
	}
	s.ctx, s.drop = context.WithCancel(t.ctx)
	t.files[s.id] = s
	return nil
}

// room makes room for so many bytes of somebody, or refuses. The tray is locked.
func (t *Tray) room(who ledger.Actor, n int64) error {
	t.sweep()
	for {
		var own []*upload
		held := n
		for _, s := range t.files {
			held += s.size()
			if s.who == who && !s.state.Going() {
				own = append(own, s)
			}
		}
		mine := 1
		for _, s := range t.files {
			if s.who == who {
				mine++
			}
		}
		if mine <= t.Limits.Each && held <= t.Limits.Bytes && len(t.files) < t.Limits.Files {
			return nil
		}
		if len(own) == 0 {
			return ledger.NotWritten(ErrTrayFull)
		}
		oldest := slices.MinFunc(own, func(a, b *upload) int { return cmp.Compare(a.touched, b.touched) })
		t.forget(oldest)
	}
}

// forget lets go of a file, also of what waits to be made of it. The tray is
// locked.
func (t *Tray) forget(s *upload) {
	s.drop()
	delete(t.files, s.id)
	t.erase(s.id)
}

// sizeOfResult is about what one result of a preview takes.
const sizeOfResult = 256

func (s *upload) size() int64 {
	n := int64(len(s.file.Bytes))
	if s.preview != nil {
		n += sizeOfResult * int64(len(s.preview.Import.Results)+4*len(s.preview.Import.Errors)+len(s.preview.Import.Warnings)+len(s.preview.Import.Notes))
	}
	return n
}

// sweep forgets what nobody asked for in a long time. The tray is locked.
func (t *Tray) sweep() {
	for _, s := range t.files {
		if !s.state.Going() && t.Now() >= t.forgets(s) {
			t.forget(s)
		}
	}
}

func (t *Tray) forgets(s *upload) calendar.Instant {
	return s.touched + calendar.Instant(t.Limits.Age.Microseconds())
}

// keepTouched is how stale the folder may be about when a file was last asked for.
const keepTouched = 5 * time.Minute

// find is the file of an id that somebody sent. The tray is locked.
func (t *Tray) find(who ledger.Actor, id string) (*upload, error) {
	t.sweep()
	s := t.files[id]
	if s == nil || s.who != who {
		return nil, ErrNotHere
	}
	now := t.Now()
	if now-s.touched > calendar.Instant(keepTouched.Microseconds()) {
		defer t.save(s)
	}
	s.touched = now
	return s, nil
}

// Get is a file as it stands.
func (t *Tray) Get(who ledger.Actor, id string) (*View, error) {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.find(who, id)
	if err != nil {
		return nil, err
	}
	return t.view(s), nil
}

// List are the files that somebody sent, newest first.
func (t *Tray) List(who ledger.Actor) (list []*View) {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	for _, s := range t.files {
		if s.who == who {
			list = append(list, t.view(s))
		}
	}
	slices.SortFunc(list, func(a, b *View) int { return cmp.Or(cmp.Compare(b.Sent, a.Sent), cmp.Compare(a.ID, b.ID)) })
	return list
}

func (t *Tray) view(s *upload) *View {
	return &View{
		ID: s.id, Name: s.file.Name, State: s.state, Done: s.done, Total: s.total, Bytes: len(s.file.Bytes), How: s.file.How, Query: s.file.Query,
		Sent: s.sent, Forgets: t.forgets(s), Err: s.err, Preview: s.preview,
		Workbook: KindOf(s.file.Name) == workbook, Rest: s.preview != nil && s.preview.Rest,
	}
}

// Again previews a file once more, with what is said about it changed. What is
// recorded stays as it is.
func (t *Tray) Again(who ledger.Actor, id string, how How) (*View, error) {
	t.start()
	if err := how.check(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.find(who, id)
	if err != nil {
		return nil, err
	}
	if s.state.Going() || s.state == Recorded || s.state == Unsettled {
		return nil, notReady(s.state)
	}
	s.file.How = how
	t.begin(s, Waiting, DryRun)
	return t.view(s), nil
}

// notReady says in Vietnamese, and by its name, where a file stands.
func notReady(s State) error { return ledger.NotWritten(ErrNotReady.With(s.Vi())) }

// Drop forgets a file.
func (t *Tray) Drop(who ledger.Actor, id string) error {
	t.start()
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.find(who, id)
	if err != nil {
		return err
	}
	if s.state == Recording { // it was promised to somebody, and may be in the ledger already
		return notReady(s.state)
	}
	t.forget(s)
	return nil
}

// Confirm records a file that is ready, if that does what its preview says:
// answered may give the reason of corrections and say that names are other
// ones. It waits as long as ctx lets it; the view then says how far it is.
// A file that is recorded gives its receipt again. Where the rows, or the
// verdicts of targets, would come out otherwise, nothing is recorded, there is a
// new preview, and the error is ErrDiffers or ErrEffectDiffers.
func (t *Tray) Confirm(ctx context.Context, who ledger.Actor, id string, answered func(*How)) (v *View, repeated bool, err error) {
	t.start()
	t.mu.Lock()
	s, err := t.find(who, id)
	if err != nil {
		t.mu.Unlock()
		return nil, false, err
	}
	switch s.state {
	case Recorded:
		defer t.mu.Unlock()
		return t.view(s), true, nil
	case Recording: // somebody else confirmed it, or the same person twice
	case Ready, Faulty, Unsettled:
		how := s.file.How
		answered(&how)
		if err := how.check(); err != nil {
			t.mu.Unlock()
			return nil, false, err
		}
		s.file.How = how
		s.state = Recording
		t.save(s) // before the ledger is asked, so that a crash leaves it to be confirmed again
		t.begin(s, Recording, RecordShown)
	default:
		defer t.mu.Unlock()
		return nil, false, notReady(s.state)
	}
	settled := s.settled
	t.mu.Unlock()
	select {
	case <-settled:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.state == Recorded || s.state.Going() {
		return t.view(s), false, nil
	}
	return t.view(s), false, s.err
}
