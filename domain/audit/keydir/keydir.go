// Package keydir keeps the keys, the journal of checkpoints and the memory of a
// witness in one directory on disk: an audit.Disk.
//
// The directory should be apart from the ledger's data, so that a copy of the
// data is not a copy of the key. Files are made with mode 0600 and the
// directory with 0700. Everything written is durable when the call returns.
package keydir

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"htxledger/domain/audit"
	"htxledger/domain/durable"
)

const (
	lockName = "lock"
	lockWait = 2 * time.Second // a signature takes milliseconds
)

// A Dir is an open directory. It is safe for concurrent use.
type Dir struct{ *durable.Dir }

var _ audit.Disk = (*Dir)(nil)

// Open opens a directory; with create it is made if it is not there. Without,
// an absent one is audit.ErrNoKey.
func Open(path string, create bool) (*Dir, error) {
	if create {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, audit.ErrDisk.Because(err)
		}
	}
	dir, err := durable.OpenDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, audit.ErrNoKey
	}
	if err != nil {
		return nil, audit.ErrDisk.Because(err)
	}
	return &Dir{dir}, nil
}

// Read gives a whole file, and whether only its owner can read it.
func (d *Dir) Read(name string) ([]byte, bool, error) {
	b, info, err := d.Dir.Read(name)
	return b, info != nil && durable.Private(info), err
}

// Lock keeps other processes, and other callers in this one, from the folder.
func (d *Dir) Lock() (release func(), err error) {
	release, err = d.Dir.Lock(lockName, lockWait)
	switch {
	case errors.Is(err, durable.ErrHeld):
		return nil, audit.ErrBusy.Because(err)
	case err != nil:
		return nil, audit.ErrDisk.Because(err)
	}
	return release, nil
}
