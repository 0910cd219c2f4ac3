package embedded

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

func someHead(n int) Head { return Head{ledger.Position(n), merkle.LeafHash([]byte{byte(n)})} }

// Any bit of a slot that flips makes the slot unreadable, never another head.
func TestSlotBits(t *testing.T) {
	want := someHead(1204)
	block := slot(want)
	require.Len(t, block, slotSize)
	got, ok := readSlot(block)
	require.True(t, ok)
	require.Equal(t, want, got)
	for i := range 8 * slotSize {
		block[i/8] ^= 1 << (i % 8)
		_, ok := readSlot(block)
		require.False(t, ok, "bit %d", i)
		block[i/8] ^= 1 << (i % 8)
	}
}

func TestSlotText(t *testing.T) {
	require.Equal(t, "htxledger head 1\nsize 00000000000000000003\nroot "+someHead(3).Root.String()+"\nsha256 ", string(slot(someHead(3))[:100]))
}

// The head never goes back, and a slot that is being written is never the one
// that holds the bound.
func TestRaise(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	h, err := openHead(path, os.O_RDWR|os.O_CREATE)
	require.NoError(t, err)
	defer h.f.Close()
	sizes := func() [2]int {
		slots, err := h.slots()
		require.NoError(t, err)
		list := [2]int{-1, -1}
		for i, s := range slots {
			list[i] = int(s.Size)
		}
		return list
	}
	for _, c := range []struct {
		to   int
		want [2]int
	}{
		{0, [2]int{0, -1}}, {5, [2]int{0, 5}}, {7, [2]int{7, 5}}, {6, [2]int{7, 5}},
		{7, [2]int{7, 5}}, {9, [2]int{7, 9}}, {3, [2]int{7, 9}}, {12, [2]int{12, 9}},
	} {
		require.NoError(t, h.raise(someHead(c.to)))
		require.Equal(t, c.want, sizes(), "after %d", c.to)
	}
	_, err = h.f.WriteAt([]byte("x"), 10) // slot 0, the higher, is lost
	require.NoError(t, err)
	require.NoError(t, h.raise(someHead(11)))
	require.Equal(t, [2]int{11, 9}, sizes())
	require.NoError(t, h.reset(someHead(2)))
	require.Equal(t, [2]int{2, 2}, sizes())
	bounds, err := readBounds(path)
	require.NoError(t, err)
	require.Equal(t, []Head{someHead(2), someHead(2)}, bounds)
	none, err := readBounds(path + "-none")
	require.NoError(t, err)
	require.Empty(t, none)
}

// No kill can show that a commit was not synced; this can.
func TestSettings(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Create: true})
	require.NoError(t, err)
	defer s.Close()
	for query, want := range map[string]int64{
		"PRAGMA synchronous":        2, // FULL
		"PRAGMA fullfsync":          1,
		"PRAGMA wal_autocheckpoint": 0,
		"PRAGMA application_id":     applicationID,
		"PRAGMA user_version":       formatVersion,
		"SELECT journal_mode = 'wal' FROM pragma_journal_mode": 1,
	} {
		n, ok, err := number(s.writer, query)
		require.NoError(t, err)
		require.True(t, ok, query)
		require.Equal(t, want, n, query)
	}
}
