package audit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/keyring"
)

// What the ring takes as a key, notes take as the same one: no hand-over can be
// to a key that a checkpoint would be checked otherwise with.
func FuzzKeysAreThoseOfNotes(f *testing.F) {
	k, err := audit.NewKey(random(1), origin)
	require.NoError(f, err)
	f.Add(k.Verifier())
	f.Add("x")
	f.Add("test.example/so+464af5d0+AZZB18AupYoobUi++orjEXTQXs5hADlr2qmWSEF1QF03")
	f.Fuzz(func(t *testing.T, text string) {
		name, _, ok := keyring.Parse(text)
		if !ok {
			return
		}
		v, err := audit.ParseVerifier(text)
		require.NoError(t, err, "no note would take it")
		require.Equal(t, v.Name(), name)
		require.Equal(t, fmt.Sprintf("%08x", v.KeyHash()), keyring.ID(text))
	})
}
