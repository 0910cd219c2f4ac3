//go:build unix

package durable

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Private reports whether group and others have no rights in a file.
func Private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

func tryLock(f *os.File, _ int64) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return lockFault(f, err)
		}
		return err
	}
}

func unlock(f *os.File, _ int64) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }

func syncNames(directory *os.File) error { return directory.Sync() }
