// Package keydir keeps the keys, the journal of checkpoints and the memory of a
// witness in one directory on disk: an audit.Disk.
//
// The directory should be apart from the ledger's data, so that a copy of the
// data is not a copy of the key. Files are made with mode 0600 and the
// directory with 0700. Everything written is synced before the call returns,
// the names of new files too.
package keydir

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"htxledger/domain/audit"
)

const lockName = "lock"

// A Dir is an open directory. It is safe for concurrent use.
type Dir struct{ root *os.Root }

var _ audit.Disk = (*Dir)(nil)

// Open opens a directory; with create it is made if it is not there. Without,
// an absent one is audit.ErrNoKey.
func Open(path string, create bool) (*Dir, error) {
	if create {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, audit.ErrDisk.Because(err)
		}
	}
	root, err := os.OpenRoot(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, audit.ErrNoKey
	}
	if err != nil {
		return nil, audit.ErrDisk.Because(err)
	}
	return &Dir{root}, nil
}

// Close releases the directory.
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

// Read gives a whole file, and whether only its owner can read it.
func (d *Dir) Read(name string) ([]byte, bool, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	b, err := io.ReadAll(f)
	return b, private(info), err
}

// Create makes a file that only its owner can read.
func (d *Dir) Create(name string, b []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := finish(f, b, 0); err != nil {
		_ = d.root.Remove(name) // half a key would be taken for a damaged one
		return err
	}
	return d.sync()
}

// Append writes b at an offset and cuts off what is beyond.
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
		f.Close()
		return err
	}
	if err := finish(f, b, at); err != nil {
		return err
	}
	if at == 0 {
		return d.sync()
	}
	return nil
}

// Replace puts a new content in place of the old.
func (d *Dir) Replace(name string, b []byte) error {
	partial := name + ".partial"
	f, err := d.root.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := finish(f, b, 0); err != nil {
		return err
	}
	if err := d.root.Rename(partial, name); err != nil {
		return err
	}
	return d.sync()
}

// finish writes b at an offset, syncs and closes.
func finish(f *os.File, b []byte, at int64) error {
	_, err := f.WriteAt(b, at)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Lock keeps other processes, and other callers in this one, from the folder.
func (d *Dir) Lock() (release func(), err error) {
	f, err := d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, audit.ErrDisk.Because(err)
	}
	if err := lockFile(f); err != nil {
		f.Close()
		return nil, audit.ErrBusy.Because(err)
	}
	return func() { f.Close() }, nil // closing lets go of the lock
}
