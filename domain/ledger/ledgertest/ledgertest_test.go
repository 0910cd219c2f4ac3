package ledgertest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
)

var ctx = context.Background()

func TestMemory(t *testing.T) {
	ledgertest.Run(t, ledgertest.Maker{New: func(testing.TB) ledger.Log { return ledgertest.NewMemory() }})
}

// An empty script must not show.
func TestFaultyWithoutScript(t *testing.T) {
	ledgertest.Run(t, ledgertest.Maker{New: func(testing.TB) ledger.Log {
		return ledgertest.Faulty(ledgertest.NewMemory(), ledgertest.FaultScript{})
	}})
}

// Whoever reads from at after an unknown outcome gets everything in, once.
func TestHostile(t *testing.T) {
	log := ledgertest.NewHostile(3)
	all := ledgertest.Entries(0, 40)
	failures := 0
	for at := 0; at < len(all); {
		err := log.Append(ctx, ledger.Position(at), all[at])
		if err != nil {
			require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
			failures++
		}
		n, err := log.Size(ctx)
		require.NoError(t, err)
		at = int(n)
	}
	require.GreaterOrEqual(t, failures, 13)
	cut := 0
	for range 6 {
		got, err := ledgertest.Collect(ctx, log, 10)
		if err != nil {
			require.ErrorIs(t, err, ledgertest.ErrHostile)
			require.Len(t, got, 15)
			cut++
			continue
		}
		require.Len(t, got, 30)
	}
	require.Equal(t, 2, cut)
}

func TestFaulty(t *testing.T) {
	own := errors.New("own")
	log := ledgertest.Faulty(ledgertest.NewMemory(), ledgertest.FaultScript{
		Appends: map[int]ledgertest.Failure{
			1: {Refuse: true}, 2: {Drop: true, Err: own}, 3: {Lose: true}, 4: {Lose: true}, 5: {Delay: time.Hour},
		},
		Reads: map[int]ledgertest.Failure{1: {Cut: true}, 2: {Cut: true, After: 1}, 3: {Cut: true, After: 9}},
		Sizes: map[int]ledgertest.Failure{1: {Cut: true, Err: own}},
	})
	_, err := log.Size(ctx)
	require.ErrorIs(t, err, own)
	e := ledgertest.Entries(0, 2)
	sizeIs := func(want int) {
		n, err := log.Size(ctx)
		require.NoError(t, err)
		require.EqualValues(t, want, n)
	}

	err = log.Append(ctx, 0, e...)
	require.ErrorIs(t, err, ledgertest.ErrHostile)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	err = log.Append(ctx, 0, e...)
	require.ErrorIs(t, err, own)
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
	sizeIs(0)
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(log.Append(ctx, 0, e...)))
	sizeIs(2)
	require.ErrorIs(t, log.Append(ctx, 0, e...), ledger.ErrConflict, "a refusal of the log's own is passed on")
	short, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, log.Append(short, 2), context.Canceled, "a delay ends with its context")

	for after, want := range []int{0, 1, 2} {
		got, err := ledgertest.Collect(ctx, log, 0)
		require.ErrorIs(t, err, ledgertest.ErrHostile, after)
		require.Len(t, got, want)
	}
	got, err := ledgertest.Collect(ctx, log, 0)
	require.NoError(t, err)
	require.Len(t, got, 2)
	appends, reads := log.Calls()
	require.Equal(t, 5, appends)
	require.Equal(t, 4, reads)
}

func TestSameRoot(t *testing.T) {
	ledgertest.SameRoot(t, map[string]ledger.Log{
		"plain":  ledgertest.NewMemory(),
		"faulty": ledgertest.Faulty(ledgertest.NewMemory(), ledgertest.FaultScript{}),
	})
}

func TestSlow(t *testing.T) {
	ledgertest.Run(t, ledgertest.Maker{New: func(testing.TB) ledger.Log { return ledgertest.NewSlow(0) }})
	log := ledgertest.NewSlow(time.Millisecond)
	log.Hold()
	told := make(chan error)
	go func() { told <- log.Append(ctx, 0, ledgertest.Entries(0, 2)...) }()
	require.Eventually(t, func() bool { return log.Appends() == 1 }, time.Second, time.Millisecond)
	err := log.Append(ctx, 0, ledgertest.Entries(0, 1)...)
	require.ErrorIs(t, err, ledger.ErrConflict, "decided at once")
	require.ErrorContains(t, err, "at 0 but at 2")
	n, err := log.Size(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "shown later")
	log.Release()
	require.NoError(t, <-told)
	n, err = log.Size(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
}
