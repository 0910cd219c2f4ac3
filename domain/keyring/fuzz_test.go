package keyring_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/canonical"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
)

// Whatever the data of a record about keys, reading them fails or gives a ring
// in which nothing has a turn but a key of the ledger; nothing panics.
func FuzzTake(f *testing.F) {
	first, second := newPair(origin, 1), newPair(origin, 2)
	for i, e := range []ledger.Event{announce(10, first, second), &ledger.KeyAnnounced{Key: second.public, From: 3}, &ledger.KeyVoided{Key: "x", Reason: "r"}} {
		data, err := canonical.Marshal(e)
		require.NoError(f, err)
		f.Add(i, []byte(data))
	}
	f.Fuzz(func(t *testing.T, kind int, data []byte) {
		if kind < 0 {
			return
		}
		r := keyring.New(origin)
		require.NoError(t, r.Take(record(t, 5, &ledger.KeyAnnounced{Key: second.public})))
		err := r.Take(&ledger.Record{Position: 10, Kind: keyring.Kinds[kind%len(keyring.Kinds)], Data: data})
		if err != nil {
			require.Len(t, r.All(), 1)
			return
		}
		for _, a := range r.All() {
			name, _, ok := keyring.Parse(a.Key)
			require.True(t, a.Wrong != nil || ok && name == origin)
		}
	})
}
