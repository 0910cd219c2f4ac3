package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Records reach a web address in order, byte for byte, while it is asked to;
// the next run goes on after the last one acknowledged.
func TestRelayToAWebAddress(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	run := func(want int, args ...string) string {
		out, errs, code := ask(t, append(args, "--data", data)...)
		require.Equal(t, want, code, errs)
		return out
	}
	run(0, "init", "--place", "dak-nong", "--title", "Sổ thử", "--origin", "vi-du/so-thu")

	var mu sync.Mutex
	var got []string // each record once: a relay that is stopped may send its last one again
	enough := 0
	stop := func() {}
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if line := string(b) + "\n"; !slices.Contains(got, line) {
			got = append(got, line)
		}
		if len(got) == enough {
			defer stop()
		}
	}))
	defer door.Close()
	secret := filepath.Join(t.TempDir(), "relay.secret")
	run(0, "relay", "--new-secret", secret)

	carry := func(until int) {
		ctx, cancel := context.WithCancel(t.Context())
		mu.Lock()
		enough, stop = until, cancel
		mu.Unlock()
		var out, errs bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &errs)
		cmd := a.root()
		cmd.SetArgs([]string{"relay", "--to", door.URL, "--secret", secret, "--data", data})
		require.Zero(t, a.reportExit(cmd.ExecuteContext(ctx)), errs.String())
	}
	carry(1)
	_, errs, code := ask(t, "record", "place.declared/1", "--data", data, "--stream", "place/dak-nong", "--valid", "2004-01-01", "--content", `{"code":"dak-nong","level":"province","name":"Đắk Nông"}`, "--key", "p1")
	require.Zero(t, code, errs)
	carry(2)
	require.Equal(t, run(0, "export"), strings.Join(got, ""))

	// Back, and on again: what is sent twice is the same.
	_, errs, code = ask(t, "relay", "--to", door.URL, "--secret", secret, "--data", data, "--rewind", "1")
	require.Zero(t, code, errs)
	require.Contains(t, errs, "@1")
	_, errs, code = ask(t, "relay", "--to", door.URL, "--secret", secret, "--data", data, "--park", "1", "--reason", "thử")
	require.Zero(t, code, errs)
	require.Contains(t, errs, "Đã cất riêng bản ghi @1")

	run(1, "relay")
	run(1, "relay", "--to", "ftp://example.test/x")
}

// A server says where the relay beside it stands, and is ready whatever the
// target does: it answers and records while records wait.
func TestAServerTellsOfItsRelay(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	for _, line := range [][]string{
		{"init", "--place", "dak-nong", "--title", "Sổ thử", "--origin", "vi-du/so-thu", "--data", data},
		{"relay", "--new-secret", filepath.Join(data, "relay.secret")},
	} {
		_, errs, code := ask(t, line...)
		require.Zero(t, code, errs)
	}
	var open atomic.Bool
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !open.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer door.Close()
	at := served(t, "--data", data, "--relay", door.URL, "--relay-secret", filepath.Join(data, "relay.secret"))
	type states struct {
		Ready  bool
		Relays []struct {
			Target                string
			Position, Lag, Parked int64
			Running               bool
			Trouble               *struct{ Code string }
			Since                 string
		}
	}
	told := func(want func(states) bool) (s states) {
		t.Helper()
		require.Eventually(t, func() bool {
			r := called(t, http.MethodGet, at+"/readyz", "")
			s = states{}
			return json.Unmarshal([]byte(r.body), &s) == nil && len(s.Relays) == 1 && want(s)
		}, patience, 20*time.Millisecond)
		return s
	}
	s := told(func(s states) bool { return s.Relays[0].Trouble != nil })
	require.True(t, s.Ready, "a target that is away holds nothing back")
	require.True(t, s.Relays[0].Running)
	require.NotEmpty(t, s.Relays[0].Since)
	require.Equal(t, []int64{0, 1, 0}, []int64{s.Relays[0].Position, s.Relays[0].Lag, s.Relays[0].Parked})
	place := `{"key":"p","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`
	r := called(t, http.MethodPost, at+"/api/v1/commands", place)
	require.Equal(t, http.StatusCreated, r.status, r.body)
	s = told(func(s states) bool { return s.Relays[0].Lag == 2 })
	require.True(t, s.Ready)
	name := s.Relays[0].Target
	r = called(t, http.MethodGet, at+"/metrics", "")
	require.Contains(t, r.body, `htxledger_relay_lag_records{target="`+name+`"} 2`)
	require.Contains(t, r.body, `htxledger_relay_trouble{target="`+name+`"} 1`)
	require.Contains(t, r.body, "htxledger_store_unfolded 0")

	open.Store(true)
	s = told(func(s states) bool {
		return s.Relays[0].Lag == 0 && s.Relays[0].Position == 2 && s.Relays[0].Trouble == nil
	})
	require.True(t, s.Ready)
	require.Empty(t, s.Relays[0].Since)
}
