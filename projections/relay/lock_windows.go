//go:build windows

package relay

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

func lockFile(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}

// syncDir does nothing: Windows has no call to flush a directory.
func syncDir(string) error { return nil }

// private trusts the folder's access list, which mode bits do not show here.
func private(fs.FileInfo) bool { return true }
