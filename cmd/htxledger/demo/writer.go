package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// fields is the data of a command; encoding/json writes its names in order.
type fields map[string]any

type source struct {
	Document string `json:"document"`
	Issuer   string `json:"issuer"`
	Note     string `json:"note"`
}

type corrects struct {
	Key    string `json:"key"`
	Reason string `json:"reason"`
	Note   string `json:"note,omitempty"`
}

type command struct {
	Key      string    `json:"key"`
	Stream   string    `json:"stream"`
	Kind     string    `json:"kind"`
	Valid    string    `json:"valid,omitempty"`
	Source   source    `json:"source"`
	Corrects *corrects `json:"corrects,omitempty"`
	Data     fields    `json:"data,omitzero"`
}

// A said is a command written, kept so that a correction can name it.
type said struct {
	at time.Time
	command
}

// A writer collects the commands of one generation. All chance comes from its
// generator, so a seed gives the same commands every time.
type writer struct {
	rng  *rand.Rand
	salt uint64
	src  source
	out  []*said
}

func newWriter(seed uint64) *writer {
	return &writer{
		rng:  rand.New(rand.NewPCG(seed, 371)),
		salt: seed,
		src: source{
			Document: fmt.Sprintf("Dữ liệu mô phỏng (seed %d)", seed),
			Issuer:   "htxledger demo",
			Note:     "synthetic: không phải số liệu thật",
		},
	}
}

// put writes one command, taken at an instant.
func (w *writer) put(at time.Time, key, stream, kind, valid string, data fields) *said {
	s := &said{at, command{Key: "demo/" + key, Stream: stream, Kind: kind, Valid: valid, Source: w.src, Data: data}}
	w.out = append(w.out, s)
	return s
}

// restate corrects what was said; an empty valid leaves its day as it was.
func (w *writer) restate(at time.Time, key string, what *said, valid string, data fields, reason, note string) *said {
	s := w.put(laterOf(at, what.at), key, what.Stream, "ledger.restated/1", valid, data)
	s.Corrects = &corrects{what.Key, reason, note}
	return s
}

// retract takes back what was said.
func (w *writer) retract(at time.Time, key string, what *said, reason, note string) *said {
	s := w.put(laterOf(at, what.at), key, what.Stream, "ledger.retracted/1", "", nil)
	s.Corrects = &corrects{what.Key, reason, note}
	return s
}

// sortByInstant gives all commands in the order of their instants, and of writing
// where these are equal.
func (w *writer) sortByInstant() []Timed {
	slices.SortStableFunc(w.out, func(a, b *said) int { return a.at.Compare(b.at) })
	all := make([]Timed, len(w.out))
	for i, s := range w.out {
		all[i] = Timed{s.at.Format(Instant), encode(s.command)}
	}
	return all
}

func encode(c command) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		panic(fmt.Sprintf("demo: %s: %v", c.Key, err)) // only strings, integers, booleans and lists go in
	}
	return bytes.TrimSpace(b.Bytes())
}

// desk is the instant at which an office enters what reaches it on a day: the
// next working day, one sitting a day, so that what it enters then is one
// append.
func (w *writer) desk(d time.Time, office string) time.Time {
	for isClosed(d) {
		d = d.AddDate(0, 0, 1)
	}
	h := fnv.New64a()
	fmt.Fprint(h, w.salt, office, iso(d))
	into := time.Duration(h.Sum64() % uint64(9*time.Hour)) // 08:00 to 17:00 in Việt Nam
	return midnight(d).Add(time.Hour + into).Truncate(time.Microsecond)
}

func isClosed(d time.Time) bool {
	wd, s := d.Weekday(), iso(d)
	tet := "2023-01-20" <= s && s <= "2023-01-26" || "2024-02-08" <= s && s <= "2024-02-14"
	return wd == time.Saturday || wd == time.Sunday || tet
}

// later is the desk of an office between low and high days after d.
func (w *writer) later(d time.Time, low, high int, office string) time.Time {
	return w.desk(d.AddDate(0, 0, w.between(low, high)), office)
}

func (w *writer) between(low, high int) int { return low + w.rng.IntN(high-low+1) }

func (w *writer) dayIn(from, to time.Time) time.Time {
	return from.AddDate(0, 0, w.rng.IntN(int(to.Sub(from).Hours()/24)+1))
}

// lognormal has the given median; sigma is the spread of its logarithm.
func (w *writer) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*w.rng.NormFloat64())
}

// pickSome picks n of the list, in random order, without disturbing it.
func pickSome[T any](w *writer, n int, of []T) []T {
	c := slices.Clone(of)
	w.rng.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
	return c[:min(n, len(c))]
}

// findScale finds k for which sum(k) is nearest to target; sum must not fall.
func findScale(target int64, sum func(k float64) int64) float64 {
	low, high := 0.0, 1.0
	for sum(high) < target && high < 1e12 {
		high *= 2
	}
	for range 60 {
		if mid := (low + high) / 2; sum(mid) < target {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

func on(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func midnight(t time.Time) time.Time { return on(t.Year(), t.Month(), t.Day()) }

func iso(d time.Time) string { return d.Format(time.DateOnly) }

func laterOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
