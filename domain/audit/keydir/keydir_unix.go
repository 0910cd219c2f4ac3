//go:build unix

package keydir

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// private reports whether group and others have no rights.
func private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// lockTries bounds the wait for who holds the lock: a signature takes
// milliseconds.
const lockTries = 2000

func lockFile(f *os.File) error {
	for range lockTries {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return unix.EWOULDBLOCK
}

// sync makes the names in the directory durable.
func (d *Dir) sync() error {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
