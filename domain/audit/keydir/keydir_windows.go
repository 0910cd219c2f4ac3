//go:build windows

package keydir

import (
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// private trusts the folder's access list, which mode bits do not show here.
func private(fs.FileInfo) bool { return true }

const lockTries = 2000

func lockFile(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	var err error
	for range lockTries {
		err = windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
		if err != windows.ERROR_LOCK_VIOLATION {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return err
}

// sync does nothing: Windows has no call to flush a directory.
func (d *Dir) sync() error { return nil }
