package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func opened(t *testing.T) (*Dir, string) {
	t.Helper()
	path := t.TempDir()
	d, err := OpenDir(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d, path
}

func content(t *testing.T, d *Dir, name string) string {
	t.Helper()
	b, info, err := d.Read(name)
	require.NoError(t, err)
	require.True(t, Private(info), "mode %v", info.Mode())
	return string(b)
}

func TestCreate(t *testing.T) {
	d, _ := opened(t)
	require.NoError(t, d.Create("a", []byte("một")))
	require.Equal(t, "một", content(t, d, "a"))
	require.ErrorIs(t, d.Create("a", []byte("hai")), fs.ErrExist)
	require.Equal(t, "một", content(t, d, "a"))
	require.Error(t, d.Create("../a", nil), "nothing outside")
}

func TestAppend(t *testing.T) {
	d, _ := opened(t)
	require.ErrorIs(t, d.Append("a", 3, []byte("x")), fs.ErrNotExist)
	require.NoError(t, d.Append("a", 0, []byte("một")))
	require.NoError(t, d.Append("a", 5, []byte(" hai")))
	require.NoError(t, d.Append("a", 5, []byte(" ba")), "what is beyond is cut off")
	require.Equal(t, "một ba", content(t, d, "a"))
}

// A new content comes whole or not at all, also after a process that was killed
// left an unfinished one.
func TestReplace(t *testing.T) {
	d, path := opened(t)
	require.NoError(t, os.WriteFile(filepath.Join(path, "a.partial"), []byte("half of something longer"), 0o644))
	require.NoError(t, d.Replace("a", []byte("một")))
	require.Equal(t, "một", content(t, d, "a"))
	no := errors.New("no")
	require.ErrorIs(t, d.ReplaceAfter("a", []byte("hai"), func() error {
		require.Equal(t, "hai", content(t, d, "a.partial"), "it is there before its name is")
		return no
	}), no)
	require.Equal(t, "một", content(t, d, "a"))
	names, err := d.Names()
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, names)

	require.NoError(t, os.Mkdir(filepath.Join(path, "b"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(path, "b", "c"), nil, 0o600))
	require.Error(t, d.Replace("b", []byte("x")), "a directory is not replaced")
	require.NoFileExists(t, filepath.Join(path, "b.partial"))
}

func TestLock(t *testing.T) {
	d, path := opened(t)
	require.NoError(t, os.WriteFile(filepath.Join(path, "lock"), nil, 0o600), "the file of a lock means nothing")
	release, err := d.Lock("lock", 0)
	require.NoError(t, err)
	_, err = d.Lock("lock", 0)
	require.ErrorIs(t, err, ErrHeld)
	start := time.Now()
	_, err = d.Lock("lock", 20*time.Millisecond)
	require.ErrorIs(t, err, ErrHeld)
	require.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	time.AfterFunc(10*time.Millisecond, release)
	again, err := d.Lock("lock", time.Minute)
	require.NoError(t, err)
	again()

	f, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, LockFile(f, 1<<30, 0))
	if runtime.GOOS != "windows" {
		_, err = d.Lock("lock", 0)
		require.ErrorIs(t, err, ErrHeld)
	}
	require.NoError(t, UnlockFile(f, 1<<30))
	again, err = d.Lock("lock", 0)
	require.NoError(t, err)
	again()
	require.NoError(t, SyncDir(path))
}
