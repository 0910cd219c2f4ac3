package api

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// A brittle log fails its appends while why is set.
type brittle struct {
	ledger.Log
	why atomic.Pointer[error]
}

func (l *brittle) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	if why := l.why.Load(); why != nil {
		return *why
	}
	return l.Log.Append(ctx, at, entries...)
}

func codesOf(r Readiness) []string {
	codes := []string{}
	for _, x := range r.Reasons {
		codes = append(codes, x.Code)
	}
	return codes
}

// While every write is refused a server is not ready, and says why in both
// languages, also to those without a token; a write that passes ends it.
func TestReadyTellsThatEveryWriteIsRefused(t *testing.T) {
	for code, why := range map[string]error{
		"storage-full":      ledger.NotWritten(ledger.ErrStorageFull),
		"storage-read-only": ledger.NotWritten(ledger.ErrStorageReadOnly),
		"storage-failed":    ledger.ErrStorageFailed,
		"locked":            ledger.NotWritten(ledger.ErrLocked),
	} {
		t.Run(code, func(t *testing.T) {
			h := newHouse(t)
			log := &brittle{Log: h.store}
			r, err := recorder.Open(context.Background(), log, h.now)
			require.NoError(t, err)
			defer r.Close()
			h.server.Recorder = r
			log.why.Store(&why)
			res, _ := h.do(http.MethodGet, "/readyz", "")
			require.Equal(t, http.StatusOK, res.StatusCode, "nothing was tried yet")
			h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
			res, got := h.do(http.MethodGet, "/readyz", "", "Host", "example.org")
			require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
			require.Contains(t, got, "mọi lần ghi đều đang bị từ chối từ 05/01/2024 08:00:0")
			ready := h.server.Ready(context.Background())
			require.Equal(t, []string{"writes-refused", code}, codesOf(ready))
			require.NotEmpty(t, ready.Reasons[1].MessageVi)
			_, got = h.do(http.MethodGet, "/metrics", "")
			require.Contains(t, got, "htxledger_writes_refused 1\n")
			log.why.Store(nil)
			res, _ = h.do(http.MethodPost, "/api/v1/commands", good, "Content-Type", "application/json")
			require.Equal(t, http.StatusCreated, res.StatusCode)
			res, _ = h.do(http.MethodGet, "/readyz", "")
			require.Equal(t, http.StatusOK, res.StatusCode)
		})
	}
}

// What no write has met yet is told too: a clock that was put back, a recorder
// that is closed, a server that records nothing, and what others know.
func TestReadyTellsWhatKeepsItFromRecording(t *testing.T) {
	moved := fault.Declare("test-moved", fault.Unavailable, "the store is another", "kho lưu trữ đã bị thay")
	var away atomic.Bool
	h := newHouse(t, func(d *Deps) {
		d.Conditions = []Condition{func() error {
			if away.Load() {
				return moved.Because(ledger.ErrStorageFailed)
			}
			return nil
		}}
	})
	require.True(t, h.server.Ready(context.Background()).Ready)
	away.Store(true)
	require.Equal(t, []string{"test-moved", "storage-failed"}, codesOf(h.server.Ready(context.Background())))
	away.Store(false)

	now := h.clock.Load()
	h.at("2024-01-05T00:00:00Z")
	require.Equal(t, []string{"writes-refused", "clock-regressed"}, codesOf(h.server.Ready(context.Background())))
	h.clock.Store(now)
	require.True(t, h.server.Ready(context.Background()).Ready)

	h.recorder.Close()
	require.Equal(t, []string{"writes-refused", "shutting-down"}, codesOf(h.server.Ready(context.Background())))
	h.server.Recorder = nil
	require.Equal(t, []string{"writes-refused", "read-only"}, codesOf(h.server.Ready(context.Background())))
}
