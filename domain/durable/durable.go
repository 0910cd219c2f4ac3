// Package durable keeps small files that a crash leaves whole: each change of one
// is there or not, never half, and once a call has returned it outlives a power
// cut. Files are made with mode 0600.
//
// What the calls do, in order; a crash between two steps leaves what the steps
// before it made:
//
//	Create   openat(O_CREAT|O_EXCL) write fsync close · fsync(directory)
//	Append   openat ftruncate pwrite fsync close · fsync(directory) if the file is new
//	Replace  unlinkat(NAME.partial) openat(NAME.partial, O_CREAT|O_EXCL) write fsync close
//	         · renameat(NAME.partial, NAME) · fsync(directory)
//	Remove   unlinkat · fsync(directory)
//	Lock     openat(O_CREAT) flock(LOCK_EX|LOCK_NB)
//
// Windows has no call to sync a directory, and LockFileEx for flock. A lock ends
// with its process, however that ends; the file of a lock stays and means nothing.
package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"htxledger/domain/fault"
)

// What the calls can fail with beside errors of the system.
var (
	// ErrHeld: another process, or another caller in this one, holds the lock.
	ErrHeld = fault.Declare("file-held", fault.Locked,
		"another process holds %s", "một tiến trình khác đang giữ %s")
	// ErrUnsynced: the change is made and can be read, but the directory could not
	// be synced.
	ErrUnsynced = fault.Declare("file-unsynced", fault.Unavailable,
		"%s is written, but its directory could not be synced: a power cut now may undo it",
		"đã ghi xong %s, nhưng chưa đồng bộ được thư mục: nếu mất điện ngay lúc này thì thay đổi có thể mất")
)

// A Dir is an open directory of small files, named by plain file names. It is
// safe for concurrent use, but for two changes of one file.
type Dir struct{ root *os.Root }

// OpenDir opens a directory that exists.
func OpenDir(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// Close releases the directory, not its locks.
func (d *Dir) Close() error { return d.root.Close() }

// Names lists the files, in order.
func (d *Dir) Names() ([]string, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// Read gives a whole file and what the system knew of it at the same time.
func (d *Dir) Read(name string) ([]byte, fs.FileInfo, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	b, err := io.ReadAll(f)
	return b, info, err
}

// Create makes a file; one that exists is fs.ErrExist.
func (d *Dir) Create(name string, b []byte) error {
	if err := d.write(name, b); err != nil {
		return err
	}
	return d.sync(name)
}

// Remove takes a file away; one that is not there is fs.ErrNotExist.
func (d *Dir) Remove(name string) error {
	if err := d.root.Remove(name); err != nil {
		return err
	}
	return d.sync(name)
}

// Append writes b at an offset of a file and cuts off what is beyond. At 0 the
// file is made if need be.
func (d *Dir) Append(name string, at int64, b []byte) error {
	flag := os.O_WRONLY
	if at == 0 {
		flag |= os.O_CREATE
	}
	f, err := d.root.OpenFile(name, flag, 0o600)
	if err != nil {
		return err
	}
	if err := f.Truncate(at); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := writeAndSync(f, b, at); err != nil || at > 0 {
		return err
	}
	return d.sync(name)
}

// Replace puts a new content in place of the old. Changes of one file must take
// turns, by a Lock: they share the name of what is not finished.
func (d *Dir) Replace(name string, b []byte) error {
	return d.ReplaceAfter(name, b, func() error { return nil })
}

// ReplaceAfter is Replace with one step more: once the new content is durable
// and only its name is missing it calls ready, and gives up if that fails.
func (d *Dir) ReplaceAfter(name string, b []byte, ready func() error) error {
	partial := name + ".partial"
	if err := d.root.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what a process that was killed left
	}
	if err := d.write(partial, b); err != nil {
		return err
	}
	if err := ready(); err != nil {
		return errors.Join(err, d.root.Remove(partial))
	}
	if err := d.root.Rename(partial, name); err != nil {
		return errors.Join(err, d.root.Remove(partial))
	}
	return d.sync(name)
}

// write makes a new file with its whole content, or none.
func (d *Dir) write(name string, b []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := writeAndSync(f, b, 0); err != nil {
		return errors.Join(err, d.root.Remove(name))
	}
	return nil
}

// writeAndSync writes b at an offset, syncs and closes.
func writeAndSync(f *os.File, b []byte, at int64) error {
	_, err := f.WriteAt(b, at)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// sync makes the names in the directory durable after a change of one file.
func (d *Dir) sync(changed string) error {
	f, err := d.root.Open(".")
	if err == nil {
		err = errors.Join(syncNames(f), f.Close())
	}
	if err != nil {
		return ErrUnsynced.With(changed).Because(err)
	}
	return nil
}

// Lock takes the lock of a file, which it makes if need be, waiting so long for
// another holder, or fails with ErrHeld.
func (d *Dir) Lock(name string, wait time.Duration) (release func(), err error) {
	f, err := d.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := LockFile(f, 0, wait); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { f.Close() }, nil // closing lets go of the lock
}

// LockFile takes the lock of an open file, waiting so long for another holder,
// or fails with ErrHeld. On Windows the lock keeps others from reading and
// writing the byte at an offset; elsewhere it keeps nobody from anything.
func LockFile(f *os.File, at int64, wait time.Duration) error {
	for {
		err := tryLock(f, at)
		if !errors.Is(err, ErrHeld) || wait <= 0 {
			return err
		}
		time.Sleep(time.Millisecond)
		wait -= time.Millisecond
	}
}

// UnlockFile lets go of the lock at an offset.
func UnlockFile(f *os.File, at int64) error { return unlock(f, at) }

// SyncDir makes the names in a directory durable.
func SyncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(syncNames(f), f.Close())
}

// lockFault is ErrHeld of a file.
func lockFault(f *os.File, err error) error {
	return ErrHeld.With(filepath.Base(f.Name())).Because(err)
}
