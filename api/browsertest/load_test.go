package browsertest

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
)

const (
	readers = 20  // at once
	reads   = 600 // of all of them, of each page
)

// BenchmarkReaders has many readers ask for the same page at once, over
// connections on loopback, and stops by itself: how long they wait (p50-ms,
// p99-ms), how many pages leave in a second, and what the heap has grown to by
// the end (heap-MB). The demo is SYNTHETIC; -provinces says how many times it
// has its co-operatives, 1 is the demo itself.
func BenchmarkReaders(b *testing.B) {
	h, err := openHouse(manifold(demo.Commands(demo.Seed), *provinces))
	require.NoError(b, err)
	defer h.close()
	require.NoError(b, h.proj.Warm(context.Background()))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	defer client.CloseIdleConnections()
	for _, page := range []string{"/", "/vi-sao/members.total", "/htx"} {
		b.Run("page="+page[1:], func(b *testing.B) {
			var took []time.Duration
			begin := time.Now()
			for b.Loop() {
				took = append(took, readAtOnce(b, client, h.url+page)...)
			}
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
			b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(float64(len(took))/time.Since(begin).Seconds(), "pages/s")
			b.ReportMetric(heapMB(), "heap-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// readAtOnce has every reader ask again as soon as it has its answer.
func readAtOnce(b *testing.B, client *http.Client, url string) (all []time.Duration) {
	var left atomic.Int64
	left.Store(reads)
	var mu sync.Mutex
	var done sync.WaitGroup
	for range readers {
		done.Go(func() {
			for left.Add(-1) >= 0 {
				begin := time.Now()
				if err := read(client, url); err != nil {
					b.Error(err)
					return
				}
				took := time.Since(begin)
				mu.Lock()
				all = append(all, took)
				mu.Unlock()
			}
		})
	}
	done.Wait()
	return all
}

func read(client *http.Client, url string) error {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/html")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return errStatus(answer.StatusCode)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

type errStatus int

func (e errStatus) Error() string { return "status " + http.StatusText(int(e)) }

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
