package imports

import (
	"context"
	"encoding/json"
	"io/fs"
	"strings"
	"time"

	"htxledger/domain/calendar"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// Each file of a tray with a folder lies there twice: ID.file is its bytes, written
// once, and ID.json all that is known of it, replaced at each step that a restart
// must not forget. A file without its ID.json was never taken in.
const (
	bytesName = ".file"
	knownName = ".json"
	lockName  = "lock"
)

// A Folder is a directory of small files that a crash leaves whole: durable.Dir.
type Folder interface {
	Names() ([]string, error)
	Read(name string) ([]byte, fs.FileInfo, error)
	Create(name string, b []byte) error
	Replace(name string, b []byte) error
	Remove(name string) error
	Lock(name string, wait time.Duration) (release func(), err error)
}

// A storedUpload is what ID.json holds.
type storedUpload struct {
	Name    string           `json:"name"`
	How     How              `json:"how"`
	Query   answers.Query    `json:"query"`
	Who     ledger.Actor     `json:"who"`
	State   State            `json:"state"`
	Sent    calendar.Instant `json:"sent"`
	Touched calendar.Instant `json:"touched"`
	Partly  bool             `json:"partly,omitempty"`
	Promise *storedPromise   `json:"promise,omitempty"`
	// The receipt of a recorded file.
	Preview  *storedPreview `json:"preview,omitempty"`
	DoneRows []imports.Spot `json:"done_rows,omitempty"`
}

// A storedPromise is a promise: what the preview said that recording will do.
type storedPromise struct {
	Commands []string          `json:"commands"`
	Doubts   map[string]bool   `json:"doubts"`
	Verdicts map[string]string `json:"verdicts"`
}

// A storedPreview is the part of a Preview from which a receipt is shown again. The
// records are taken from the ledger.
type storedPreview struct {
	Import             Import
	Omitted, Unfilled  int
	Requests           int
	Plan               string
	Shifts             []Shift
	Rest               bool
	Questions, Mistake int
}

// save keeps what is known of a file in the folder; a tray without one keeps nothing.
// Once the tray is closing, a step that it cut is not kept: the file is then taken up
// where it stood before. The tray is locked.
func (t *Tray) save(s *upload) {
	if t.Folder == nil || t.ctx.Err() != nil && s.state != Recorded {
		return
	}
	if err := t.write(s); err != nil && t.Failed != nil {
		// Nothing is lost by it: what is recorded is in the ledger, and a row that stands
		// is found there.
		t.Failed(s.id, err)
	}
}

func (t *Tray) write(s *upload) error {
	x := storedUpload{
		Name: s.file.Name, How: s.file.How, Query: s.file.Query, Who: s.who, State: s.state, Sent: s.sent, Touched: s.touched, Partly: s.partly, DoneRows: s.doneRows,
	}
	if p := s.promise; p != nil {
		x.Promise = &storedPromise{p.commands, p.doubts, p.verdicts}
	}
	if p := s.preview; p != nil && s.state == Recorded {
		x.Preview = &storedPreview{p.Import, p.Omitted, p.Unfilled, p.Requests, p.Plan, p.Shifts, p.Rest, p.Questions, p.Mistakes}
	}
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return t.Folder.Replace(s.id+knownName, b)
}

// erase takes a file out of the folder. What cannot be taken out is too old at the
// next start.
func (t *Tray) erase(id string) {
	if t.Folder != nil {
		_ = t.Folder.Remove(id + knownName)
		_ = t.Folder.Remove(id + bytesName)
	}
}

// lockAtMost is how long a tray waits for the folder of a server that is just ending.
const lockAtMost = 3 * time.Second

// Load takes up the files that an earlier run of the server left in the folder, which
// it locks; durable.ErrHeld says that another server uses it. Files that were being
// previewed are previewed again, those that were being recorded wait to be
// confirmed again, and those that nobody asked for in a long time are erased.
func (t *Tray) Load() error {
	t.start()
	release, err := t.Folder.Lock(lockName, lockAtMost)
	if err != nil {
		return err
	}
	t.unlock = release
	names, err := t.Folder.Names()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, knownName); ok {
			if s := t.loadFile(id); s != nil {
				t.resume(s)
			} else {
				t.erase(id)
			}
		}
	}
	for _, name := range names { // what was never taken in, or a replacement that was cut
		id, _, _ := strings.Cut(name, ".")
		if name != lockName && t.files[id] == nil {
			_ = t.Folder.Remove(name)
		}
	}
	return nil
}

// loadFile reads a file of the folder; nil for one that is not whole, or too old.
func (t *Tray) loadFile(id string) *upload {
	known, _, err := t.Folder.Read(id + knownName)
	if err != nil {
		return nil
	}
	b, _, err := t.Folder.Read(id + bytesName)
	if err != nil {
		return nil
	}
	var x storedUpload
	if json.Unmarshal(known, &x) != nil || len(b) > t.Limits.Upload {
		return nil
	}
	s := &upload{
		id: id, file: File{Name: x.Name, Bytes: b, How: x.How, Query: x.Query}, who: x.Who, state: x.State, sent: x.Sent, touched: x.Touched,
		partly: x.Partly || x.State == Recording, doneRows: x.DoneRows,
	}
	if t.Now() >= t.forgets(s) {
		return nil
	}
	if p := x.Promise; p != nil {
		s.promise = &promise{commands: p.Commands, doubts: p.Doubts, verdicts: p.Verdicts}
	}
	if p := x.Preview; p != nil {
		s.preview = &Preview{
			Import: p.Import, Omitted: p.Omitted, Unfilled: p.Unfilled, Requests: p.Requests, Plan: p.Plan, Shifts: p.Shifts, Rest: p.Rest,
			Questions: p.Questions, Mistakes: p.Mistake,
			Groups: Grouped(p.Import.Errors), Doubts: Grouped(p.Import.Warnings), Notes: Grouped(p.Import.Notes),
		}
	}
	return s
}

// resume takes up a file of the folder where it stood. The tray is locked.
func (t *Tray) resume(s *upload) {
	s.ctx, s.drop = context.WithCancel(t.ctx)
	t.files[s.id] = s
	switch {
	case s.state == Recorded && s.preview != nil:
		t.busy.Go(func() { t.fillRecords(s) })
	case s.partly:
		s.state, s.err = Unsettled, ErrCutByRestart
	default:
		s.shownBefore = s.promise != nil
		t.begin(s, Waiting, DryRun)
	}
}

// fillRecords shows the records of a receipt again, from the ledger.
func (t *Tray) fillRecords(s *upload) {
	l, err := t.For(s.ctx, s.who)
	if err != nil {
		return // the receipt says their positions
	}
	var records []*ledger.Record
	for _, r := range s.preview.Import.Results {
		at := ledger.Position(r.Position)
		if !r.Repeated && len(records) < mostRecords && at < l.Projection.Size() {
			records = append(records, l.Projection.Record(at))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := *s.preview // who looks at it meanwhile keeps what was given out
	p.Records = records
	s.preview = &p
}
