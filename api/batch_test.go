package api

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
)

const (
	batchPath = "/api/v1/commands/batch"
	batchMost = 2000 // commands
	listMost  = 100  // errors that a reply lists
)

func batchOf(n int, command string) string {
	return `{"commands":[` + strings.TrimSuffix(strings.Repeat(command+",", n), ",") + `]}`
}

// A batch of very many commands is refused by their number, before anything is
// made of any of them.
func TestABatchOfTooManyCommands(t *testing.T) {
	h := newHouse(t)
	size := h.size()
	for _, c := range []struct {
		name, query, command string
		n                    int
	}{
		{"numbers", "", "1", 520_000},
		{"in a dry run", "?dry_run=true", "1", 520_000},
		{"objects without members", "", "{}", 300_000},
		{"one more than may be", "", good, batchMost + 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := batchOf(c.n, c.command)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			res, got := h.do(http.MethodPost, batchPath+c.query, body, "Content-Type", "application/json")
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20), "bytes allocated")
			require.Less(t, len(got), 10_000)
			require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
			p := problem(t, got)
			require.Equal(t, "commands-many", p.Code)
			require.Equal(t, "not_recorded", p.Outcome)
			require.Equal(t, "never", p.Retry)
			require.Contains(t, p.DetailVi, fmt.Sprint(batchMost))
			require.Len(t, p.Errors, 1)
			require.Equal(t, "/commands", p.Errors[0].Pointer)
		})
	}
	require.Equal(t, size, h.size())
}

// A refused batch lists its first errors and says how many it leaves out.
func TestARefusedBatchListsItsFirstErrors(t *testing.T) {
	h := newHouse(t)
	for _, n := range []int{1, listMost, listMost + 1, batchMost} {
		res, got := h.do(http.MethodPost, batchPath, `{"commands":[`+good+strings.Repeat(",1", n-1)+`,{}]}`, "Content-Type", "application/json")
		if n == batchMost { // one too many, with the last
			require.Equal(t, "commands-many", problem(t, got).Code)
			res, got = h.do(http.MethodPost, batchPath, batchOf(n, "1"), "Content-Type", "application/json")
		}
		require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, got)
		p := problem(t, got)
		require.Equal(t, "refused", p.Code)
		require.Equal(t, "not_recorded", p.Outcome)
		require.Len(t, p.Errors, min(n, listMost))
		require.Equal(t, n-len(p.Errors), p.Omitted)
		require.True(t, strings.HasPrefix(p.Detail, fmt.Sprintf("%d of ", n)), p.Detail)
		require.Less(t, len(got), 60_000)
	}
}

// The number of commands is counted before their text is read.
func TestBatchesAreCounted(t *testing.T) {
	raws, err := parseBatch([]byte(batchOf(batchMost, "1")))
	require.NoError(t, err)
	require.Len(t, raws, batchMost)
	_, err = parseBatch([]byte(batchOf(batchMost+1, "1")))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	_, err = parseBatch([]byte(`{"commands":{"a":1}}`)) // what is no list is no long one
	require.Equal(t, fault.Malformed, fault.KindOf(err))
}
