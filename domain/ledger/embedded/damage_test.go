package embedded_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

// An image is the files of a store that nobody has open.
type image map[string][]byte

func imageOf(t testing.TB, dir string) image {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	i := image{}
	for _, f := range files {
		if f.Name() != "ledger.db-shm" { // rebuilt by whoever comes first
			i[f.Name()], err = os.ReadFile(filepath.Join(dir, f.Name()))
			require.NoError(t, err)
		}
	}
	return i
}

func (i image) write(t testing.TB, dir string) {
	t.Helper()
	old, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range old {
		require.NoError(t, os.Remove(filepath.Join(dir, f.Name())))
	}
	for name, text := range i {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
}

func (i image) with(name string, text []byte) image {
	other := maps.Clone(i)
	other[name] = text
	return other
}

func flipped(text []byte, bit int) []byte {
	other := bytes.Clone(text)
	other[bit/8] ^= 1 << (bit % 8)
	return other
}

// sampleBits are n bits of so many, the same ones each time; all if n is 0.
func sampleBits(bits, n int) []int {
	if n == 0 || n >= bits {
		n = bits
	}
	r := rand.New(rand.NewPCG(371, uint64(bits)))
	return r.Perm(bits)[:n]
}

// killedStore is what a process leaves that is killed with everything still in
// the write-ahead log.
func killedStore(t *testing.T, n int) (image, []ledger.Entry) {
	t.Helper()
	dir := t.TempDir()
	acked := 0
	lines(t, child("write", dir, fmt.Sprintf("%s=%d", countEnv, n)), func(word string, n int) {
		if word == "ack" {
			acked = n
		}
	})
	require.Equal(t, n, acked)
	i := imageOf(t, dir)
	require.NotEmpty(t, i["ledger.db-wal"])
	return i, ledgertest.Entries(0, n)
}

// judge opens an image and requires the very same records, or a fault.
func judge(t *testing.T, i image, all []ledger.Entry, what string) (refused bool) {
	t.Helper()
	dir := t.TempDir()
	i.write(t, dir)
	s, err := embedded.Open(ctx, dir, embedded.Options{})
	if err != nil {
		f, ok := fault.Of(err)
		require.True(t, ok, "%s: %v", what, err)
		require.Contains(t, []fault.Kind{fault.Corrupt, fault.NewerFormat, fault.Unavailable, fault.NotFound}, f.Kind, "%s: %v", what, err)
		return true
	}
	defer s.Close()
	got, err := ledgertest.Collect(ctx, s, 0)
	if err != nil {
		return true
	}
	require.Len(t, got, len(all), what)
	for p := range all {
		require.Equal(t, string(all[p].Bytes), string(got[p].Bytes), what)
	}
	return false
}

// TestFlippedBits flips bits of each file of a store, of a killed and of a
// closed one. HTXLEDGER_FLIPS sets how many a file; 0 is all.
func TestFlippedBits(t *testing.T) {
	n := number(t, "HTXLEDGER_FLIPS", 60)
	killed, all := killedStore(t, 24)
	dir, closedAll := fillCopy(t, 24)
	closed := imageOf(t, dir)
	for name, c := range map[string]struct {
		image image
		all   []ledger.Entry
	}{"killed": {killed, all}, "closed": {closed, closedAll}} {
		require.False(t, judge(t, c.image, c.all, name), "the sound image opens")
		for _, file := range slices.Sorted(maps.Keys(c.image)) {
			text := c.image[file]
			refused := 0
			for _, bit := range sampleBits(len(text)*8, n) {
				if judge(t, c.image.with(file, flipped(text, bit)), c.all, fmt.Sprintf("%s: %s bit %d", name, file, bit)) {
					refused++
				}
			}
			t.Logf("%s %s: %d bytes, %d of %d flips refused", name, file, len(text), refused, n)
			if file != "head" && len(text) > 0 && (name == "closed" || file != "ledger.db") {
				require.NotZero(t, refused, "flips in %s of %s", file, name)
			}
		}
	}
}

// Every bit of a record is found.
func TestFlippedRecordBits(t *testing.T) {
	dir, all := fillCopy(t, 24)
	closed := imageOf(t, dir)
	db := closed["ledger.db"]
	at := bytes.Index(db, all[17].Bytes)
	require.Positive(t, at)
	for _, bit := range sampleBits(len(all[17].Bytes)*8, number(t, "HTXLEDGER_FLIPS", 60)) {
		require.True(t, judge(t, closed.with("ledger.db", flipped(db, at*8+bit)), all, "record"), "bit %d", bit)
	}
}

// A write-ahead log that lost its end, or is lost, makes SQLite forget commits
// without a word; the head file tells. A zeroed page is a classic too.
func TestCutLog(t *testing.T) {
	killed, all := killedStore(t, 24)
	log := killed["ledger.db-wal"]
	for n := 0; n < len(log); n += len(log)/24 + 1 {
		require.True(t, judge(t, killed.with("ledger.db-wal", log[:n]), all, "cut"), "%d of %d bytes", n, len(log))
	}
	lost := maps.Clone(killed)
	delete(lost, "ledger.db-wal")
	require.True(t, judge(t, lost, all, "lost"))
	require.False(t, judge(t, killed.with("ledger.db-wal", append(bytes.Clone(log), "garbage after the end"...)), all, "garbage"))
	for n := 32; n+4096 < len(log); n += 4120 {
		zeroed := bytes.Clone(log)
		clear(zeroed[n : n+4096])
		require.True(t, judge(t, killed.with("ledger.db-wal", zeroed), all, "zeroed"), "at %d", n)
	}
	dir, closedAll := fillCopy(t, 60)
	closed := imageOf(t, dir)
	db := closed["ledger.db"]
	for n := 0; n < len(db); n += 4096 {
		zeroed := bytes.Clone(db)
		clear(zeroed[n : n+4096])
		require.True(t, judge(t, closed.with("ledger.db", zeroed), closedAll, "zeroed"), "page at %d", n)
		require.True(t, judge(t, closed.with("ledger.db", db[:n]), closedAll, "cut"), "cut at %d", n)
	}
}

// A store that was set back whole, head and all, is sound in itself: only an
// older checkpoint in other hands can tell. One whose files are of two moments
// is refused if the database is the older.
func TestMixedMoments(t *testing.T) {
	dir, all := fillCopy(t, 10)
	old := imageOf(t, dir)
	s := open(t, dir)
	more := ledgertest.Entries(10, 10)
	require.NoError(t, s.Append(ctx, 10, more...))
	require.NoError(t, s.Close())
	now := imageOf(t, dir)
	all20 := append(slices.Clone(all), more...)
	require.True(t, judge(t, now.with("ledger.db", old["ledger.db"]), all20, "older database"))
	require.False(t, judge(t, now.with("head", old["head"]), all20, "older head"))
	require.False(t, judge(t, old, all, "all older"))
}
