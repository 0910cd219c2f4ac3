//go:build windows

package embedded

import "golang.org/x/sys/windows"

const readOnlyFS = windows.ERROR_WRITE_PROTECT
