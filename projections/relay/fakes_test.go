package relay_test

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/projections/relay"
)

// counted is a log that counts its open reads.
type counted struct {
	ledger.Log
	open atomic.Int64
}

func (c *counted) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	inner := c.Log.Entries(ctx, from)
	return func(yield func(ledger.Entry, error) bool) {
		c.open.Add(1)
		defer c.open.Add(-1)
		inner(yield)
	}
}

// memoryPositions keep one mark in memory, and forget or fail on demand.
type memoryPositions struct {
	mu        sync.Mutex
	mark, was relay.Mark
	full      atomic.Bool
	failures  atomic.Int64
}

var errFull = errors.New("no space left on device")

func newMemoryPositions() *memoryPositions { return new(memoryPositions) }

// forget is a power cut that takes the last mark with it.
func (m *memoryPositions) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mark = m.was
}

func (m *memoryPositions) Take(string) (relay.Place, error) { return m, nil }
func (m *memoryPositions) Close() error                     { return nil }
func (m *memoryPositions) Park(relay.Parked) error          { return errFull }
func (m *memoryPositions) Load() (relay.Mark, error)        { return m.Look("") }

func (m *memoryPositions) Look(string) (relay.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mark, nil
}

func (m *memoryPositions) Save(mark relay.Mark) error {
	if m.full.Load() {
		m.failures.Add(1)
		return errFull
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.was, m.mark = m.mark, mark
	return nil
}

// requirePrivate wants nothing below a directory to be for others.
func requirePrivate(t *testing.T, root string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // the folder's access list says it
	}
	files := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, path)
		files++
		return nil
	}))
	require.Greater(t, files, 3)
}
