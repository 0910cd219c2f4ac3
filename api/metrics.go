package api

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"htxledger/domain/recorder"
	"htxledger/projections/feed"
)

// metrics are the server's own, on a registry of its own.
type metrics struct {
	handler  http.Handler
	requests *prometheus.HistogramVec
	appends  prometheus.Histogram
	commands *prometheus.CounterVec
}

// newMetrics makes the collectors of a server, on a registry of its own: several
// servers in one process, as in tests, do not meet.
func newMetrics(s *Server) *metrics {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "htxledger_http_request_seconds", Help: "How long requests took.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"method", "route", "status"}),
		appends: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "htxledger_append_seconds", Help: "How long it took to record, durable.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 3, 10),
		}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "htxledger_commands_total", Help: "Commands, by what became of them.",
		}, []string{"result"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.appends, m.commands,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo(s.Version))
	registry.MustRegister(sizeCollectors(s)...)
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

func buildInfo(version string) prometheus.Collector {
	g := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "htxledger_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	}, func() float64 { return 1 })
	return g
}

// sizeCollectors read sizes at each scrape, from memory: no store is asked.
func sizeCollectors(s *Server) []prometheus.Collector {
	gauge := func(name, help string, of func(feed.Freshness) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return of(s.Feed.Freshness()) })
	}
	list := []prometheus.Collector{
		gauge("htxledger_records", "Records in the log, as last heard.",
			func(f feed.Freshness) float64 { return float64(f.Head()) }),
		gauge("htxledger_projection_records", "Records that the answers hold.",
			func(f feed.Freshness) float64 { return float64(f.Size) }),
		gauge("htxledger_projection_lag_records", "How far the answers are known to be behind the log.",
			func(f feed.Freshness) float64 { return float64(f.Lag) }),
		gauge("htxledger_store_up", "1 if the store is heard, 0 if it is away and the answers may be stale.",
			func(f feed.Freshness) float64 { return oneIf(!f.Stale()) }),
		gauge("htxledger_store_heard_timestamp_seconds", "When the store was last heard.",
			func(f feed.Freshness) float64 { return float64(f.Heard.UnixMilli()) / 1000 }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "htxledger_writes_refused", Help: "1 while every write is refused, 0 otherwise."},
			func() float64 { return oneIf(s.checkRecording() != nil) }),
		relayed{s},
	}
	// A store with a write-ahead log of its own counts the moves of the log into the
	// database; the others have nothing to count.
	if store, ok := s.Log.(interface {
		CountWALCheckpoints() (done, failed int64, last error)
	}); ok {
		list = append(list, walCheckpoints{store.CountWALCheckpoints})
	}
	return list
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// relayed measures the relays, each by the name of its target.
type relayed struct{ server *Server }

// relayMeasures are the measures of each relay.
var relayMeasures = []struct {
	desc *prometheus.Desc
	of   func(RelayState) float64
}{
	{relayDesc("position", "The next record to be sent."), func(r RelayState) float64 { return float64(r.Position) }},
	{relayDesc("lag_records", "Records known to be there from the position on."), func(r RelayState) float64 { return float64(r.Lag) }},
	{relayDesc("parked_records", "Records that were set aside, ever."), func(r RelayState) float64 { return float64(r.Parked) }},
	{relayDesc("running", "1 while records are carried; 0 once the relay has stopped."), func(r RelayState) float64 { return oneIf(r.Running) }},
	{relayDesc("trouble", "1 while something is wrong; /readyz says what."), func(r RelayState) float64 { return oneIf(r.Trouble != nil) }},
}

func relayDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("htxledger_relay_"+name, help, []string{"target"}, nil)
}

// Describe is prometheus.Collector's.
func (r relayed) Describe(to chan<- *prometheus.Desc) {
	for _, m := range relayMeasures {
		to <- m.desc
	}
}

// Collect is prometheus.Collector's.
func (r relayed) Collect(to chan<- prometheus.Metric) {
	for _, state := range r.server.relayStates() {
		for _, m := range relayMeasures {
			to <- prometheus.MustNewConstMetric(m.desc, prometheus.GaugeValue, m.of(state), state.Target)
		}
	}
}

// walCheckpoints measures how a store moves its write-ahead log into its database.
type walCheckpoints struct {
	count func() (done, failed int64, last error)
}

var (
	foldings = prometheus.NewDesc("htxledger_store_foldings_total",
		"Times that the write-ahead log was to be folded into the database, by what became of it.", []string{"result"}, nil)
	unfolded = prometheus.NewDesc("htxledger_store_unfolded",
		"1 if the last folding failed: nothing is lost, but the log grows.", nil, nil)
)

// Describe is prometheus.Collector's.
func (w walCheckpoints) Describe(to chan<- *prometheus.Desc) { to <- foldings; to <- unfolded }

// Collect is prometheus.Collector's.
func (w walCheckpoints) Collect(to chan<- prometheus.Metric) {
	done, failed, last := w.count()
	to <- prometheus.MustNewConstMetric(foldings, prometheus.CounterValue, float64(done), "done")
	to <- prometheus.MustNewConstMetric(foldings, prometheus.CounterValue, float64(failed), "failed")
	to <- prometheus.MustNewConstMetric(unfolded, prometheus.GaugeValue, oneIf(last != nil))
}

func (m *metrics) countRequest(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(methodLabel(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

// methodLabel bounds the label: a client may send any word as a method.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// countAppend counts what became of commands handed to the recorder.
func (m *metrics) countAppend(n int, results []recorder.Result, err error, took time.Duration) {
	if err != nil {
		m.commands.WithLabelValues("not-recorded").Add(float64(n))
		return
	}
	m.appends.Observe(took.Seconds())
	for _, r := range results {
		word := "recorded"
		if r.Repeated {
			word = "repeated"
		}
		m.commands.WithLabelValues(word).Inc()
	}
}
