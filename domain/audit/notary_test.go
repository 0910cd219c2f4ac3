package audit_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

// The notary's evidence is what Gather collects, and verifies with its keys.
func TestNotaryEvidence(t *testing.T) {
	s := told(t)
	n := audit.NewNotary(s.world.Log, s.journal)
	keys, err := n.Verifiers()
	require.NoError(t, err)
	require.Equal(t, []string{s.key.Verifier()}, keys)
	e, err := n.Evidence(context.Background(), "s1")
	require.NoError(t, err)
	require.Equal(t, file(t, s.evidence("s1")), written(t, e))
	require.True(t, verify(t, written(t, e), audit.Options{Keys: keys}).OK)

	_, err = n.Evidence(context.Background(), "s2")
	require.ErrorIs(t, err, audit.ErrNoStatement)
	unsigned := audit.NewNotary(s.world.Log, nil)
	_, err = unsigned.Evidence(context.Background(), "s1")
	require.ErrorIs(t, err, audit.ErrNoCheckpoint)
	keys, err = unsigned.Verifiers()
	require.NoError(t, err)
	require.Empty(t, keys)
}
