//go:build unix

package embedded

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const readOnlyFS = unix.EROFS

// lockFile takes the advisory lock of a file, waiting up to about a second: a
// holder needs it for microseconds, unless it was stopped.
func lockFile(f *os.File) error {
	for range 1000 {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return unix.EWOULDBLOCK
}

func unlockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
