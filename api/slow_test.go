package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A stuck reader takes nothing of what is written to it until it is let go.
type stuck struct {
	*httptest.ResponseRecorder
	begun chan struct{}
	once  sync.Once
	let   chan struct{}
}

func (s *stuck) Write(b []byte) (int, error) {
	s.once.Do(func() { close(s.begun) })
	<-s.let
	return s.ResponseRecorder.Write(b)
}

// Readers who take nothing keep nobody from evidence: making it takes a place,
// sending it does not.
func TestSlowReadersHoldNoPlace(t *testing.T) {
	h := stated(t)
	let := make(chan struct{})
	var readers sync.WaitGroup
	for range evidenceAtOnce {
		slow := &stuck{ResponseRecorder: httptest.NewRecorder(), begun: make(chan struct{}), let: let}
		readers.Go(func() {
			h.server.ServeHTTP(slow, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+Prefix+"/evidence?statement=s", nil))
		})
		<-slow.begun
	}
	res, got := h.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	close(let)
	readers.Wait()
}

// Neither do senders who send nothing more; what they sent is paid for, and given
// back when they are gone.
func TestSlowSendersHoldNoPlace(t *testing.T) {
	h := stated(t)
	_, file := h.do(http.MethodGet, Prefix+"/evidence?statement=s", "")
	const head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
	var senders sync.WaitGroup
	var pipes []*io.PipeWriter
	for range evidenceAtOnce + 2 {
		body, in := io.Pipe()
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/kiem-toan/doi-chieu", body)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		senders.Go(func() { h.server.ServeHTTP(httptest.NewRecorder(), r) })
		_, err := in.Write([]byte(head + strings.Repeat("a", 10_000)))
		require.NoError(t, err)
		pipes = append(pipes, in)
	}
	res, page := h.sendEvidence("", []byte(file), "s.evidence")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, words(page), "ĐÚNG: cả 2 số liệu")
	require.Less(t, h.server.heldEvidence.left, int64(heldEvidence), "what has arrived is held")

	h.server.heldEvidence.left = 1 << 10
	res, page = h.sendEvidence("", []byte(file), "s.evidence")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Contains(t, words(page), "máy chủ đang bận")
	require.Contains(t, page, "Chưa ghi gì vào sổ")
	require.EqualValues(t, 1<<10, h.server.heldEvidence.left)
	for _, in := range pipes {
		require.NoError(t, in.Close())
	}
	senders.Wait()
}

// A slow reader has a minute for each part, and on the whole a minute and the time
// of a very slow line.
func TestDeadlineOfASlowReader(t *testing.T) {
	began := time.Date(2024, 1, 5, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		after time.Duration
		sent  int64
		want  time.Duration
	}{
		{0, 0, time.Minute},
		{30 * time.Second, 0, time.Minute},                            // nothing taken: the first minute is all
		{30 * time.Second, 10 * slowestReader, 70 * time.Second},      // ten seconds' worth
		{30 * time.Second, 1000 * slowestReader, 90 * time.Second},    // fast so far: a minute for the part
		{10 * time.Minute, 500 * slowestReader, 560 * time.Second},    // too slow: over already
		{10 * time.Minute, 100_000 * slowestReader, 11 * time.Minute}, // long, and fast enough
	} {
		p := &patient{began: began, sent: c.sent}
		require.Equal(t, began.Add(c.want), p.deadline(began.Add(c.after)), "%v %d", c.after, c.sent)
	}
}
