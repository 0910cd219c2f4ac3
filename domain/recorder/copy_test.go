package recorder_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register/registertest"
)

// A copy that is cut at any append goes on where it was, and what it made is
// the same ledger.
func TestACopyGoesOnWhereItWasCut(t *testing.T) {
	ctx := context.Background()
	w := registertest.New(t)
	w.Tell("@ 2023-11-20\ncoop/a coop.established/1 2020-03-01 {\"place\":\"dak-mil\"}\ncoop/b coop.established/1 2023-05-01 {\"place\":\"dak-mil\"}")
	size, err := w.Log.Size(ctx)
	require.NoError(t, err)
	for _, lost := range []bool{false, true} {
		target := ledgertest.NewMemory()
		script := ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{1: {Drop: !lost, Lose: lost, Err: errors.New("cut")}}}
		_, _, err := recorder.Copy(ctx, w.Log, ledgertest.Faulty(target, script), nil)
		require.Error(t, err)
		n, root, err := recorder.Copy(ctx, w.Log, target, nil)
		require.NoError(t, err)
		require.Equal(t, size, n)
		require.Equal(t, ledgertest.RootOf(t, w.Log), root)
		require.Equal(t, ledgertest.RootOf(t, target), root)
	}
}

func TestACopyRefusesAnotherLedger(t *testing.T) {
	ctx := context.Background()
	one, other := registertest.New(t), registertest.New(t)
	one.Tell("@ 2023-11-20\ncoop/a coop.established/1 2020-03-01 {\"place\":\"dak-mil\"}")
	other.Tell("@ 2023-11-20\ncoop/z coop.established/1 2020-03-01 {\"place\":\"dak-mil\"}")
	before := ledgertest.RootOf(t, other.Log)
	_, _, err := recorder.Copy(ctx, one.Log, other.Log, nil)
	require.ErrorIs(t, err, recorder.ErrCopyOther)
	require.Equal(t, before, ledgertest.RootOf(t, other.Log), "nothing was written")

	empty := ledgertest.NewMemory()
	_, _, err = recorder.Copy(ctx, empty, one.Log, nil)
	require.ErrorIs(t, err, recorder.ErrCopyAhead)
}
