package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

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
		require.Zero(t, a.exit(cmd.ExecuteContext(ctx)), errs.String())
	}
	carry(1)
	_, errs, code := ask(t, "record", "place.declared/1", "--ledger", data, "--stream", "place/dak-nong", "--valid", "2004-01-01", "--data", `{"code":"dak-nong","level":"province","name":"Đắk Nông"}`, "--key", "p1")
	require.Zero(t, code, errs)
	carry(2)
	require.Equal(t, run(0, "export"), strings.Join(got, ""))

	run(1, "relay")
	run(1, "relay", "--to", "ftp://example.test/x")
}
