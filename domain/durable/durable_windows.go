//go:build windows

package durable

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// Private trusts the folder's access list, which mode bits do not show here.
func Private(fs.FileInfo) bool { return true }

func offset(at int64) *windows.Overlapped {
	return &windows.Overlapped{Offset: uint32(at), OffsetHigh: uint32(at >> 32)}
}

func tryLock(f *os.File, at int64) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, offset(at))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return lockFault(f, err)
	}
	return err
}

func unlock(f *os.File, at int64) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, offset(at))
}

func syncNames(*os.File) error { return nil }
