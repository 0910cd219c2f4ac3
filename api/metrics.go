package api

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"htxledger/domain/recorder"
)

// metrics are the server's own, on a registry of its own.
type metrics struct {
	handler  http.Handler
	requests *prometheus.HistogramVec
	appends  prometheus.Histogram
	commands *prometheus.CounterVec
}

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
	registry.MustRegister(sizes(s)...)
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

// sizes are read when somebody asks for them.
func sizes(s *Server) []prometheus.Collector {
	readiness := func(of func(Readiness) int64) func() float64 {
		return func() float64 { return float64(of(s.Ready(context.Background()))) }
	}
	return []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "htxledger_records", Help: "Records in the log; -1 if the store does not answer."},
			readiness(func(r Readiness) int64 { return r.Size })),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "htxledger_projection_records", Help: "Records that the answers hold."},
			readiness(func(r Readiness) int64 { return r.Answered })),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "htxledger_projection_lag_records", Help: "How far the answers are behind the log."},
			readiness(func(r Readiness) int64 { return r.Lag })),
	}
}

func (m *metrics) request(method, route string, status int, took time.Duration) {
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

// append counts what became of commands that were handed to the recorder.
func (m *metrics) append(n int, results []recorder.Result, err error, took time.Duration) {
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
