package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/durable"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// Options says how Open opens.
type Options struct {
	// Create makes the directory (mode 0700), the files in it (mode 0600) and
	// an empty ledger, where there is none.
	Create bool
	// LockWait bounds how long a call waits for another process's lock before
	// it fails with ledger.ErrLocked. 0 means five seconds.
	LockWait time.Duration
}

const (
	defaultLockWait = 5 * time.Second
	readerCount     = 4
)

// A Store is a ledger.Log in a directory. Its methods may be called
// concurrently.
type Store struct {
	dir      string
	lockWait time.Duration
	readOnly bool
	still    *stillness // set if the files are taken to be at rest

	readers chan *sqlite.Conn // readerCount connections; nil is one not opened yet
	closed  chan struct{}
	closing sync.Once

	turn   chan struct{} // holds one token: who has it may use what follows
	writer *sqlite.Conn
	tree   *merkle.Tree // over the records that this Store has seen committed
	head   *headFile
	broken error // why nothing can be appended any more until the store is opened again

	checkpoints *checkpointer

	mu    sync.Mutex
	grown chan struct{} // closed at the next append of this Store
	files openFiles     // what is open, to be held to the paths
}

var (
	_ ledger.Log      = (*Store)(nil)
	_ ledger.Follower = (*Store)(nil)
	_ ledger.Prober   = (*Store)(nil)
)

// Open opens the ledger in a directory to read and append, after it has hashed
// every record and compared them with the head file. It fails with
//
//   - ledger.ErrEmpty if there is no ledger and Create is not set;
//   - ledger.ErrCorrupt (one of this package's faults) if the store is shorter
//     or other than its head file says, or cannot be read;
//   - ledger.ErrNewerFormat if a newer version of the program wrote it;
//   - ledger.ErrStorageReadOnly if it cannot be written; see OpenReadOnly.
func Open(ctx context.Context, dir string, opts Options) (*Store, error) {
	s, err := newStore(dir, opts)
	if err != nil {
		return nil, err
	}
	if err := s.openToWrite(ctx, opts.Create); err != nil {
		s.release()
		return nil, err
	}
	s.checkpoints = startCheckpointer(s)
	return s, nil
}

// OpenReadOnly opens the ledger in a directory to read, with the checks of
// Open, also while another process writes to it. Appends fail with
// ledger.ErrStorageReadOnly. SQLite may make its lock files in the directory;
// where it cannot, on read-only media, the files must be at rest, and reads
// fail once they are seen to change.
func OpenReadOnly(ctx context.Context, dir string) (*Store, error) {
	s, err := newStore(dir, Options{})
	if err != nil {
		return nil, err
	}
	s.readOnly = true
	if err := s.openToRead(ctx); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

// newStore is a store of a directory with nothing opened yet: its reading connections are made when
// they are first lent.
func newStore(dir string, opts Options) (*Store, error) {
	abs, err := filepath.Abs(dir) // the process may change its directory
	if err != nil {
		return nil, fileFault(err)
	}
	s := &Store{
		dir:      abs,
		lockWait: opts.LockWait,
		readers:  make(chan *sqlite.Conn, readerCount),
		closed:   make(chan struct{}),
		turn:     make(chan struct{}, 1),
		grown:    make(chan struct{}),
	}
	if s.lockWait <= 0 {
		s.lockWait = defaultLockWait
	}
	for range readerCount {
		s.readers <- nil
	}
	// the one token of the writer
	s.turn <- struct{}{}
	return s, nil
}

// none is that there is no ledger in the directory.
func (s *Store) none() error { return ledger.ErrEmpty.At(s.dir) }

func (s *Store) path() string     { return filepath.Join(s.dir, DatabaseName) }
func (s *Store) headPath() string { return filepath.Join(s.dir, HeadName) }

// openToWrite finds or makes the ledger, connects the writer, hashes every record and opens the
// head file, in this order: each step relies on the one before.
func (s *Store) openToWrite(ctx context.Context, make bool) error {
	bounds, err := s.findLedger(make)
	if err != nil {
		return err
	}
	if err := s.patiently(ctx, func() error { return s.attach(bounds, make) }); err != nil {
		return s.openFault(err, bounds)
	}
	if err := s.files.note(s.path()); err != nil {
		return err
	}
	if err := s.verify(ctx); err != nil {
		return err
	}
	return s.openHead()
}

// attach connects the writer, and makes the ledger if it may.
func (s *Store) attach(bounds []Head, make bool) (err error) {
	if s.writer == nil {
		if s.writer, err = dial(s.path(), sqlite.OpenReadWrite, busySlice); err != nil {
			return sqliteFault(err, 0)
		}
	}
	made, err := format(s.writer, s.path())
	if err != nil {
		return err
	}
	if !made {
		if err := s.makeLedger(bounds, make); err != nil {
			return err
		}
	}
	return sqliteFault(run(s.writer, "PRAGMA journal_mode = WAL"), 0)
}

// patiently tries again while another process has the lock, for the time that
// the options allow, and at least twice. SQLite's own waiting is not enough: it
// sees no context, and some locks it does not wait for, such as the one that
// turns a database to WAL, so that a try may take a slice or no time at all.
func (s *Store) patiently(ctx context.Context, try func() error) error {
	enough := time.NewTimer(s.lockWait)
	defer enough.Stop()
	pause := time.NewTicker(busySlice / 10)
	defer pause.Stop()
	for last := false; ; {
		err := try()
		if fault.KindOf(err) != fault.Locked || last {
			return err
		}
		select {
		case <-pause.C:
		case <-enough.C:
			last = true
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// findLedger reads the bounds of the head file and makes the files that are
// missing, if it may.
func (s *Store) findLedger(make bool) ([]Head, error) {
	bounds, err := readBounds(s.headPath())
	if err != nil {
		return nil, fileFault(err)
	}
	_, err = os.Stat(s.path())
	if !errors.Is(err, fs.ErrNotExist) {
		return bounds, fileFault(err)
	}
	if top := highest(bounds); top.Size > 0 {
		return nil, corruptAt(ErrNoDatabase.With(top.Size), 0)
	}
	if !make {
		return nil, s.none()
	}
	return bounds, fileFault(makeFiles(s.dir))
}

// makeFiles makes the directory and the empty files. The head comes first: a
// database that holds a record must never be without one.
func makeFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := makeHead(filepath.Join(dir, HeadName)); err != nil {
		return err
	}
	// SQLite gives its other files the mode of this one.
	f, err := os.OpenFile(filepath.Join(dir, DatabaseName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) { // another process may be making the same ledger
		return err
	}
	f.Close()
	if err := durable.SyncDir(dir); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(dir))
}

// makeHead makes a head file that vouches for an empty ledger, durably.
func makeHead(path string) error {
	h, err := openHead(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	defer h.f.Close()
	// Raised, not set: another process may be making the same ledger, and be
	// further with it.
	if err := h.raise(Head{Root: new(merkle.Tree).Root()}); err != nil {
		return err
	}
	return h.f.Sync()
}

// makeLedger makes the schema in a database that has none.
func (s *Store) makeLedger(bounds []Head, make bool) error {
	switch top := highest(bounds); {
	case top.Size > 0:
		return corruptAt(ErrNoDatabase.With(top.Size), 0)
	case !make:
		return s.none()
	}
	return create(s.writer, s.path())
}

// verify hashes every record and holds them to the bounds of the head file.
func (s *Store) verify(ctx context.Context) error {
	bounds, size, err := boundsThenSize(s.headPath(), func() (ledger.Position, error) { return s.Size(ctx) })
	if err != nil {
		return err
	}
	if size > 0 && len(bounds) == 0 {
		return corruptAt(ErrNoHead.With(size), 0)
	}
	s.tree, err = hashAll(s.sequence(ctx, 0, size), bounds, nil)
	return err
}

// boundsThenSize reads the head file and then the size, in this order, so that
// whatever is appended in between only makes the ledger longer than its bound.
// It looks twice before it finds records without a head: another process may
// have made both after the first look at the one.
func boundsThenSize(head string, size func() (ledger.Position, error)) (bounds []Head, n ledger.Position, err error) {
	for range 2 {
		if bounds, err = readBounds(head); err != nil {
			return nil, 0, fileFault(err)
		}
		if n, err = size(); err != nil || n == 0 || len(bounds) > 0 {
			return bounds, n, err
		}
	}
	return bounds, n, nil
}

// openHead opens the head file to write and brings it up to the records that
// were just verified: a process that was killed may have left it behind.
func (s *Store) openHead() (err error) {
	if s.head, err = openHead(s.headPath(), os.O_RDWR|os.O_CREATE); err != nil {
		return fileFault(err)
	}
	return fileFault(s.head.raise(s.top()))
}

func (s *Store) top() Head { return Head{ledger.Position(s.tree.Size()), s.tree.Root()} }

// openToRead finds the ledger, learns how it can be read, and hashes every record; nothing is
// written.
func (s *Store) openToRead(ctx context.Context) error {
	bounds, err := s.findLedger(false)
	if err != nil {
		return err
	}
	made, err := s.readable(ctx)
	switch {
	case err != nil:
		return s.openFault(err, bounds)
	case !made && highest(bounds).Size > 0:
		return corruptAt(ErrNoDatabase.With(highest(bounds).Size), 0)
	case !made:
		return s.none()
	}
	if err := s.files.note(s.path()); err != nil {
		return err
	}
	return s.verify(ctx)
}

// readable tells whether there is a ledger that this program can read. Where
// SQLite can make no lock files it goes on without, if the files are at rest.
func (s *Store) readable(ctx context.Context) (bool, error) {
	var made bool
	err := s.patiently(ctx, func() (err error) {
		made, err = s.checkFormat(ctx)
		return err
	})
	if code := sqlite.ErrCode(err).ToPrimary(); code != sqlite.ResultCantOpen && code != sqlite.ResultReadOnly {
		return made, err
	}
	if s.still, err = atRest(s.path()); err != nil {
		return false, err
	}
	for range readerCount { // none is lent out yet
		if conn := <-s.readers; conn != nil {
			conn.Close()
		}
		s.readers <- nil
	}
	return s.checkFormat(ctx)
}

func (s *Store) checkFormat(ctx context.Context) (bool, error) {
	conn, err := s.take(ctx)
	if err != nil {
		return false, err
	}
	defer s.put(conn)
	return format(conn, s.path())
}

// openFault tells why SQLite could not open its files: a directory that cannot
// be written, a file that cannot be opened, a file that never was a ledger.
func (s *Store) openFault(err error, bounds []Head) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCantOpen:
		if !s.readOnly && !writable(s.dir) {
			return errPermission.With(s.dir).Because(ledger.ErrStorageReadOnly.Because(err))
		}
		return errCannotOpen.With(s.path()).Because(ledger.ErrStorageFailed.Because(err))
	case sqlite.ResultNotADB:
		if highest(bounds).Size == 0 { // nothing says that it was one
			return corruptAt(ErrForeign.With(s.path()), 0)
		}
	}
	return err
}

// writable tells whether files can be made in a directory, by making one.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return !errors.Is(err, fs.ErrPermission) && !errors.Is(err, readOnlyFS)
	}
	f.Close()
	os.Remove(f.Name())
	return true
}

// Close waits for the calls under way, which are short, and closes the files.
// Reads that are not finished fail with ledger.ErrClosed at their next step.
func (s *Store) Close() error {
	err := error(ledger.ErrClosed)
	s.closing.Do(func() {
		close(s.closed)
		<-s.turn // kept: no append may start again
		if s.checkpoints != nil {
			s.checkpoints.stop()
		}
		err = s.release()
	})
	return err
}

// release closes whatever is open. The writer goes last, so that it is the one
// to fold the write-ahead log into the database.
func (s *Store) release() error {
	var errs []error
	for range readerCount {
		if conn := <-s.readers; conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.head != nil {
		errs = append(errs, s.head.f.Sync(), s.head.f.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return ledger.ErrStorageFailed.Because(err)
	}
	return nil
}
