package asof_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

var manyRecords = flag.Int("asof.records", 1_000_000, "size of the large synthetic ledger of the benchmarks")

// The benchmarks below run on synthetic records (synthetic_test.go), one
// ledger of 10 thousand and one of -asof.records, each asked at random sizes
// and days. docs/performance.md has the figures and how to read them.

// A world is a projection and what its making took.
type world struct {
	records []*ledger.Record // kept at 10 thousand only, for the fold
	fast    *asof.Projection
	applied time.Duration
	warmed  time.Duration
	heap    [3]uint64 // before, after Apply, after Warm
}

var worlds = struct {
	sync.Mutex
	by map[int]*world
}{by: map[int]*world{}}

func worldOf(b *testing.B, n int) *world {
	worlds.Lock()
	defer worlds.Unlock()
	w := worlds.by[n]
	if w == nil {
		w = &world{fast: asof.New()}
		w.build(b, n)
		worlds.by[n] = w
	}
	return w
}

func (w *world) build(b *testing.B, n int) {
	w.heap[0] = heap()
	generate(n, func(r *ledger.Record) {
		start := time.Now()
		if err := w.fast.Apply(r); err != nil {
			b.Fatal(err)
		}
		w.applied += time.Since(start)
		if n <= 10_000 {
			w.records = append(w.records, r)
		}
	})
	w.heap[1] = heap()
	start := time.Now()
	require.NoError(b, w.fast.Warm(context.Background()))
	w.warmed = time.Since(start)
	w.heap[2] = heap()
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// planCodes are the indicators that measure the targets of Kế hoạch
// 371/KH-UBND, each once, and those shown beside them.
var planCodes = []string{
	"coops.established", "coops.registered", "members.total", "workers.total", "revenue.mean", "income.mean",
	"quality.good-fair.share", "certificates.supported", "linked.share", "chain.models", "training.classes.plan",
	"training.attendances.plan", "trade.fairs", "coops.idle", "coops.unconverted", "new-style.models", "support.consolidated",
	"support.infrastructure", "support.chain", "training.classes.raw-material-zone", "certificates.supported.production",
	"certificates.supported.quality", "ocop.coops.recognised", "trade.conferences", "reports.received", "tasks.delivered",
}

func planDefinitions(b *testing.B) []*indicator.Definition {
	var defs []*indicator.Definition
	for _, code := range planCodes {
		d, err := indicator.Find(code)
		require.NoError(b, err)
		defs = append(defs, d)
	}
	return defs
}

// An asker asks at random sizes and days, the same for the same ledger.
type asker struct {
	chance *rand.Rand
	n      int
	place  string
}

func newAsker(n int, place string) *asker { return &asker{rand.New(rand.NewPCG(1, 371)), n, place} }

func (a *asker) question() (ledger.Position, indicator.Question) {
	q := indicator.Question{Place: a.place}
	q.Valid = calendar.FirstOfYear(firstYear) + calendar.Day(a.chance.IntN(years*365))
	q.Scheme = "tt01-2020"
	q.Period, _ = calendar.PeriodEnding(calendar.CalendarYear, q.Valid)
	return ledger.Position(100 + a.chance.IntN(a.n-99)), q
}

func BenchmarkAsof(b *testing.B) {
	for _, n := range []int{10_000, *manyRecords} {
		b.Run(fmt.Sprint("records=", n), func(b *testing.B) { benchmarkAt(b, n) })
	}
}

func benchmarkAt(b *testing.B, n int) {
	b.Run("build", func(b *testing.B) {
		w := worldOf(b, n)
		for b.Loop() {
		}
		per := float64(n)
		b.ReportMetric(float64(w.applied.Nanoseconds())/per, "apply-ns/record")
		b.ReportMetric(float64(w.warmed.Nanoseconds())/per, "index-ns/record")
		b.ReportMetric(float64(w.heap[1]-w.heap[0])/per, "apply-B/record")
		b.ReportMetric(float64(w.heap[2]-w.heap[1])/per, "index-B/record")
		b.ReportMetric(0, "ns/op")
	})
	one, err := indicator.Find("revenue.mean")
	require.NoError(b, err)
	b.Run("figure", func(b *testing.B) { ask(b, n, "", one) })
	b.Run("plan", func(b *testing.B) { ask(b, n, "", planDefinitions(b)...) })
	b.Run("plan-district", func(b *testing.B) { ask(b, n, "huyen-3", planDefinitions(b)...) })
	b.Run("changed", func(b *testing.B) { changed(b, n, one) })
	b.Run("register-head", func(b *testing.B) {
		w, a := worldOf(b, n), newAsker(n, "")
		for b.Loop() {
			_, q := a.question()
			w.fast.At(ledger.Position(n), q.Valid)
		}
	})
	b.Run("register-random", func(b *testing.B) {
		w, a := worldOf(b, n), newAsker(n, "")
		for b.Loop() {
			at, q := a.question()
			w.fast.At(at, q.Valid)
		}
	})
}

func ask(b *testing.B, n int, place string, defs ...*indicator.Definition) {
	w, a := worldOf(b, n), newAsker(n, place)
	var took []time.Duration
	for b.Loop() {
		at, q := a.question()
		start := time.Now()
		if _, err := w.fast.Figures(at, q, defs...); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}

func changed(b *testing.B, n int, d *indicator.Definition) {
	w := worldOf(b, n)
	_, q := newAsker(n, "").question()
	sizes := 0
	for b.Loop() {
		list, err := w.fast.ChangedSizes(context.Background(), ledger.Position(n), q, d)
		require.NoError(b, err)
		sizes = len(list)
	}
	b.ReportMetric(float64(sizes), "sizes")
}

// BenchmarkRoads asks the plan's figures of each road in turn, in one run, at
// 10 thousand records: the fold, the timelines alone, and the index. The ratios
// hold where the machine's times do not.
func BenchmarkRoads(b *testing.B) {
	const n = 10_000
	w, defs, a := worldOf(b, n), planDefinitions(b), newAsker(n, "")
	var fold, view, index time.Duration
	for b.Loop() {
		at, q := a.question()
		start := time.Now()
		slow := register.Fold(w.records[:at], q.Valid)
		for _, d := range defs {
			if _, err := indicator.Count(d, slow, q); err != nil {
				b.Fatal(err)
			}
		}
		fold += time.Since(start)
		start = time.Now()
		seen := w.fast.At(at, q.Valid)
		for _, d := range defs {
			if _, err := indicator.Count(d, seen, q); err != nil {
				b.Fatal(err)
			}
		}
		view += time.Since(start)
		start = time.Now()
		if _, err := w.fast.Figures(at, q, defs...); err != nil {
			b.Fatal(err)
		}
		index += time.Since(start)
	}
	b.ReportMetric(float64(fold)/float64(index), "fold/index")
	b.ReportMetric(float64(view)/float64(index), "timelines/index")
	b.ReportMetric(float64(fold)/float64(view), "fold/timelines")
}

// BenchmarkCold is a command line that asks the plan's figures once, at the
// head of 10 thousand records: by the timelines, and had it built the index.
func BenchmarkCold(b *testing.B) {
	const n = 10_000
	records, defs := synthetic(n), planDefinitions(b)
	_, q := newAsker(n, "").question()
	var lines, index time.Duration
	for b.Loop() {
		for _, warm := range []bool{false, true} {
			p := asof.New()
			for _, r := range records {
				own := *r
				if err := p.Apply(&own); err != nil {
					b.Fatal(err)
				}
			}
			start := time.Now()
			if warm {
				require.NoError(b, p.Warm(context.Background()))
			}
			if _, err := p.Figures(n, q, defs...); err != nil {
				b.Fatal(err)
			}
			if warm {
				index += time.Since(start)
			} else {
				lines += time.Since(start)
			}
		}
	}
	b.ReportMetric(float64(lines.Nanoseconds())/float64(b.N), "timelines-ns")
	b.ReportMetric(float64(index)/float64(lines), "index/timelines")
}
