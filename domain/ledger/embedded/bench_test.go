package embedded_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
)

// BenchmarkAppend appends batches of records of 372 bytes, one batch an
// iteration, in turn to a store and to a raw file that is written and synced.
// x-raw is the store's rate as a share of the file's, in the same run. The
// entries are made outside the time.
func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) { benchmarkAppend(b, batch) })
	}
}

func benchmarkAppend(b *testing.B, batch int) {
	dir := b.TempDir()
	s := open(b, dir)
	f, err := os.Create(filepath.Join(dir, "raw"))
	require.NoError(b, err)
	defer f.Close()
	var size ledger.Position
	var store, raw time.Duration
	for b.Loop() {
		entries := make([]ledger.Entry, batch)
		var bytes []byte
		for i := range entries {
			entries[i] = ledgertest.Recordlike(size + ledger.Position(i))
			bytes = append(bytes, entries[i].Bytes...)
		}
		start := time.Now()
		require.NoError(b, s.Append(ctx, size, entries...))
		store += time.Since(start)
		start = time.Now()
		_, err := f.Write(bytes)
		require.NoError(b, err)
		require.NoError(b, f.Sync())
		raw += time.Since(start)
		size += ledger.Position(batch)
	}
	b.ReportMetric(float64(store.Nanoseconds())/float64(b.N), "store-ns/op")
	b.ReportMetric(float64(raw.Nanoseconds())/float64(b.N), "raw-ns/op")
	b.ReportMetric(float64(raw)/float64(store), "x-raw")
	b.ReportMetric(float64(size)/store.Seconds(), "entries/s")
}

const benchSize = 100_000

func bigStore(b *testing.B) string {
	dir := b.TempDir()
	s := open(b, dir)
	for size := ledger.Position(0); size < benchSize; size += 1000 {
		batch := make([]ledger.Entry, 1000)
		for i := range batch {
			batch[i] = ledgertest.Recordlike(size + ledger.Position(i))
		}
		require.NoError(b, s.Append(ctx, size, batch...))
	}
	require.NoError(b, s.Close())
	return dir
}

// BenchmarkRead reads a store of 100,000 records of 372 bytes.
func BenchmarkRead(b *testing.B) {
	s := open(b, bigStore(b))
	b.SetBytes(372 * benchSize)
	for b.Loop() {
		n := 0
		for _, err := range s.Entries(ctx, 0) {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, benchSize, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSize, "ns/entry")
}

// BenchmarkOpen opens that store, which hashes every record.
func BenchmarkOpen(b *testing.B) {
	dir := bigStore(b)
	for b.Loop() {
		require.NoError(b, open(b, dir).Close())
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSize, "ns/entry")
}
