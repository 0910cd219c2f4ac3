package register_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// Every kind says what it and its members are called and what a record of it
// says, and every member that ends by itself is among its ends: a missing one
// would give a wrong fast figure.
func TestEveryRowIsWhole(t *testing.T) {
	for _, k := range register.Kinds() {
		if k == ledger.KindRestated || k == ledger.KindRetracted {
			continue // their data are those of the kind that they correct
		}
		spec, err := register.Spec(k)
		require.NoError(t, err)
		require.NotEmpty(t, spec.Name.English, k)
		require.NotEmpty(t, spec.Name.Vietnamese, k)
		require.NotEmpty(t, spec.Sentence, k)
		for _, f := range spec.Fields() {
			require.NotEmpty(t, f.Label, "%s: %s", k, f.Name)
			speaksForAYear := f.Type == ledger.TypeYear && k.Family() == "coop"
			require.False(t, !spec.HasEnds() && (f.Type == ledger.TypeUntil || speaksForAYear), "%s: %s has no ends", k, f.Name)
		}
	}
}
