//go:build windows

package embedded

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

const readOnlyFS = windows.ERROR_WRITE_PROTECT

// lockAt is far beyond the slots: locks are mandatory here, and readers of the
// slots must not meet them.
const lockAt = 1 << 30

// lockFile takes the lock of a file, waiting up to about a second: a holder
// needs it for microseconds.
func lockFile(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	var err error
	for range 1000 {
		err = windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: lockAt})
		if err != windows.ERROR_LOCK_VIOLATION {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return err
}

func unlockFile(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{Offset: lockAt})
}

// syncDir does nothing: Windows has no call to flush a directory.
func syncDir(string) error { return nil }
