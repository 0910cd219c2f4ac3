package embedded

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	stalled = time.Minute // how long a test waits for what must come
	tick    = time.Millisecond
)

// A log that cannot be folded is told, by the store that should fold it and to
// whoever looks from outside. Nothing is lost, so nothing else fails.
func TestALogThatIsNotFoldedShows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	s, err := Open(context.Background(), dir, Options{Create: true})
	require.NoError(t, err)
	s.checkpoints.wake <- struct{}{}
	require.Eventually(t, func() bool { done, _, _ := s.CountWALCheckpoints(); return done == 1 }, stalled, tick)
	_, failed, last := s.CountWALCheckpoints()
	require.Zero(t, failed)
	require.NoError(t, last)
	r, err := s.Check(context.Background())
	require.NoError(t, err)
	require.Empty(t, r.Problems)
	require.NoError(t, s.Close())

	s, err = Open(context.Background(), dir, Options{})
	require.NoError(t, err)
	away := dir + "-away" // where a connection that is opened later finds nothing
	require.NoError(t, os.Rename(dir, away))
	s.checkpoints.wake <- struct{}{}
	require.Eventually(t, func() bool { _, failed, _ := s.CountWALCheckpoints(); return failed == 1 }, stalled, tick)
	_, _, last = s.CountWALCheckpoints()
	require.Error(t, last)
	require.NoError(t, os.Rename(away, dir))
	r, err = s.Check(context.Background())
	require.NoError(t, err)
	require.Len(t, r.Problems, 1)
	require.ErrorIs(t, r.Problems[0], errUnfolded)
	s.checkpoints.wake <- struct{}{}
	require.Eventually(t, func() bool { done, _, _ := s.CountWALCheckpoints(); return done == 1 }, stalled, tick)
	r, err = s.Check(context.Background())
	require.NoError(t, err)
	require.Empty(t, r.Problems, "once it goes again")
	require.NoError(t, s.Close())

	log := filepath.Join(dir, DatabaseName+"-wal")
	require.NoError(t, os.WriteFile(log, nil, 0o600))
	require.NoError(t, os.Truncate(log, unfoldedBytes+1)) // as long as one that nobody folds, and empty
	require.ErrorIs(t, checkWALLength(filepath.Join(dir, DatabaseName)), errUnfolded)
	require.NoError(t, os.Truncate(log, unfoldedBytes))
	require.NoError(t, checkWALLength(filepath.Join(dir, DatabaseName)))
}
