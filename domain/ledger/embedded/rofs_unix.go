//go:build unix

package embedded

import "golang.org/x/sys/unix"

const readOnlyFS = unix.EROFS
