package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
)

var provinces = flag.Int("provinces", 45, "how many times BenchmarkPages has the demo's co-operatives")

// BenchmarkPages is the time that the server takes for each kind of page, over
// the demo's co-operatives many times over: 45 times are 10,000 HTX. SYNTHETIC,
// and alike to the demo in all but number; the plan is the demo's own, so its
// targets are exceeded without end.
//
// It tells the first answer at an address (first-ms) beside the usual one: what
// a page needs of the register may be kept from one answer to the next.
func BenchmarkPages(b *testing.B) {
	h, err := openHouse(manifold(demo.Commands(demo.Seed), *provinces))
	require.NoError(b, err)
	defer h.close()
	require.NoError(b, h.proj.Warm(context.Background()))
	w := &walk{house: h, seen: map[string]*leaf{}, count: map[string]int{}, each: 1}
	took := map[string]time.Duration{}
	for waiting := []*leaf{{asked: first, from: "(start)"}}; len(waiting) > 0; waiting = waiting[1:] {
		l := waiting[0]
		if !w.wanted(l) || l.pattern == "" {
			continue
		}
		begin := time.Now()
		require.NoError(b, w.fetch(l), l.asked)
		took[l.asked] = time.Since(begin)
		waiting = append(waiting, w.leads(l)...)
	}
	b.Logf("%d records", h.proj.Size())
	for _, l := range w.pages {
		b.Run(strings.ReplaceAll(l.kind, "/", "|"), func(b *testing.B) {
			for b.Loop() {
				rec := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodGet, h.url+l.at, nil)
				r.Header.Set("Accept", "text/html")
				h.server.ServeHTTP(rec, r)
				require.Equal(b, http.StatusOK, rec.Code, l.at)
			}
			b.ReportMetric(float64(took[l.asked].Microseconds())/1000, "first-ms")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms")
			b.ReportMetric(float64(len(l.raw))/1000, "kB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// manifold is a demo with each of its co-operatives, certificates, products,
// classes and helps n times, the first of them itself.
func manifold(commands []demo.Timed, n int) (all []demo.Timed) {
	keys := map[string]bool{} // of streams that are copied
	var copied []map[string]any
	for _, c := range commands {
		var m map[string]any
		if err := json.Unmarshal(c.Command, &m); err != nil {
			panic(err) // the demo's own
		}
		family, key, _ := strings.Cut(m["stream"].(string), "/")
		if family == "place" || family == "plan" || family == "ledger" || family == "statement" {
			m = nil
		} else {
			keys[key] = true
		}
		copied = append(copied, m)
	}
	for i, c := range commands {
		all = append(all, c)
		for x := 1; x < n && copied[i] != nil; x++ {
			all = append(all, demo.Timed{Recorded: c.Recorded, Command: again(copied[i], keys, fmt.Sprint("-", x))})
		}
	}
	return all
}

// again is a command about another: under other keys, with another name, and
// without what only one may have.
func again(m map[string]any, keys map[string]bool, mark string) json.RawMessage {
	var other map[string]any
	b, err := json.Marshal(m)
	if err == nil {
		err = json.Unmarshal(b, &other)
	}
	if err != nil {
		panic(err) // it was read from the same
	}
	other["key"] = other["key"].(string) + mark
	other["stream"] = other["stream"].(string) + mark
	if c, ok := other["corrects"].(map[string]any); ok {
		c["key"] = c["key"].(string) + mark
	}
	data, _ := other["data"].(map[string]any)
	for name, v := range data {
		data[name] = renamed(v, keys, mark)
	}
	if name, ok := data["name"].(string); ok {
		data["name"] = name + " số " + mark[1:]
	}
	if _, ok := data["tax_code"]; ok {
		delete(data, "tax_code")
		data["registration"] = strings.TrimPrefix(other["stream"].(string), "coop/")
	}
	b, err = json.Marshal(other)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(b)
}

// renamed is a value with the keys in it marked.
func renamed(v any, keys map[string]bool, mark string) any {
	switch v := v.(type) {
	case string:
		if keys[v] {
			return v + mark
		}
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = renamed(list[i], keys, mark)
		}
		return list
	}
	return v
}
