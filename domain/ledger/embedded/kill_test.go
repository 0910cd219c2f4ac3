package embedded_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/ledgertest"
)

func number(t testing.TB, env string, normal int) int {
	text := os.Getenv(env)
	if text == "" {
		return normal
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, env)
	return n
}

// TestKill kills a writing process at random moments, many times over one
// store: what was acknowledged is there, what is there was submitted, and an
// append is there whole or not at all. HTXLEDGER_KILLS sets how often.
func TestKill(t *testing.T) {
	kills := number(t, "HTXLEDGER_KILLS", 30)
	dir := t.TempDir()
	const seed = 371
	t.Logf("seed %d, %d kills", seed, kills)
	r := rand.New(rand.NewPCG(seed, seed))
	held, mid := 0, 0
	for range kills {
		cmd := child("write", dir)
		acked, tried := -1, -1
		lines(t, cmd, func(word string, n int) {
			switch word {
			case "open":
				require.Equal(t, held, n, "the next process sees what this one saw")
				acked, tried = n, n
				time.AfterFunc(time.Duration(r.IntN(20_000))*time.Microsecond, func() { cmd.Process.Kill() })
			case "try":
				tried = n
			case "ack":
				acked = n
			}
		})
		require.NotEqual(t, -1, acked, "the child opened the store")
		s := open(t, dir)
		size, err := s.Size(ctx)
		require.NoError(t, err)
		require.Contains(t, []int{acked, tried}, int(size))
		if acked != tried {
			mid++
		}
		held = int(size)
		require.NoError(t, s.Close())
	}
	s := open(t, dir)
	requireHolds(t, s, ledgertest.Entries(0, held))
	require.Greater(t, held, kills, "the children wrote")
	t.Logf("%d entries, %d kills within an append", held, mid)
}
