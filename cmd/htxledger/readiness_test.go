package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/eventstoredb/esdbtest"
)

// While 3,000 rows come in, and the subscription of a server is dropped again and
// again for falling behind, the server stays ready: its store is not away, and it
// catches up.
func TestAServerStaysReadyDuringAnImport(t *testing.T) {
	store := esdbtest.NewServer(esdbtest.NewDatabase(), "", esdbtest.Config{})
	require.NoError(t, store.Start())
	t.Cleanup(store.Stop)
	begun(t, store.URL())
	servers := []string{served(t, "--store", store.URL(), "--data", t.TempDir()), served(t, "--store", store.URL(), "--data", t.TempDir())}
	for _, at := range servers {
		eventually(t, at+"/readyz", http.StatusOK)
	}
	const parts = 3 // each as large as one append may be
	imported := make(chan error, 1)
	go func() {
		for part := range parts {
			var rows strings.Builder
			for i := range 1000 {
				key := fmt.Sprintf("h%d-%d", part, i)
				fmt.Fprintln(&rows, founded(key, "HTX "+key))
			}
			file := filepath.Join(t.TempDir(), "rows.ndjson")
			if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
				imported <- err
				return
			}
			if _, errs, code := ask(t, "import", file, "--store", store.URL(), "--data", t.TempDir()); code != 0 {
				imported <- fmt.Errorf("import of part %d: %d\n%s", part, code, errs)
				return
			}
		}
		imported <- nil
	}()
	polls := 0
	for done := false; !done; polls++ {
		if polls%3 == 0 { // the subscriptions that stand are cut, and the next are dropped within the import
			behind := esdbtest.Fault{Do: esdbtest.Cut, After: 100}
			store.Inject(esdbtest.Subscribe, behind, behind)
			store.Cut()
		}
		for _, at := range servers {
			r := called(t, http.MethodGet, at+"/readyz", "")
			require.Equal(t, http.StatusOK, r.status, r.body)
		}
		select {
		case err := <-imported:
			require.NoError(t, err)
			done = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	store.Forget()
	t.Logf("%d polls, %d subscriptions", polls, store.Calls(esdbtest.Subscribe))
	require.Greater(t, store.Calls(esdbtest.Subscribe), 10)
	for _, at := range servers {
		require.Eventually(t, func() bool {
			r := called(t, http.MethodGet, at+"/readyz", "")
			return r.status == http.StatusOK && strings.Contains(r.body, "3003")
		}, patience, 50*time.Millisecond)
	}
}
