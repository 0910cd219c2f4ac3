package audit_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
)

const chains = "testdata/chains"

// Evidence of ledgers whose keys went on in every way, or that went on after a
// loss, lies in testdata, and is made by the code as it was.
func TestEvidenceOfChains(t *testing.T) {
	gathered := func(s *stage, key string, signed ...audit.Signed) []byte {
		t.Helper()
		entries, err := s.journal.Entries()
		require.NoError(t, err)
		e, err := audit.Gather(t.Context(), s.world.Log, key, append(entries[:len(entries):len(entries)], signed...))
		require.NoError(t, err)
		return written(t, e)
	}
	s := told(t)
	keep(t, filepath.Join(chains, "key.pub"), []byte(s.key.Verifier()+"\n"))
	next, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	s.handOver(next)
	s.issue("s2", s.ask())
	require.NoError(t, s.due())
	keep(t, filepath.Join(chains, "consented.evidence"), gathered(s, "s2"))

	f := newForger(t)
	f.rotate(true)
	keep(t, filepath.Join(chains, "without-consent.evidence"), gathered(f.stage, "s2"))

	s = told(t)
	s.announce(s.thief(7).key.Verifier(), 0)
	s.announce("x", 0)
	s.voids(s.thief(7).key.Verifier(), "khóa không phải của liên minh")
	s.issue("s2", s.ask())
	require.NoError(t, s.due())
	keep(t, filepath.Join(chains, "voided.evidence"), gathered(s, "s2"))

	s, _, signed, _ := disputedStage(t)
	keep(t, filepath.Join(chains, "disputed.evidence"), gathered(s, "s2", append(signed[1:], s.note(s.size(), s.key))...))

	s = told(t)
	e, err := s.journal.Announce(s.view, s.spare(2).Verifier())
	require.NoError(t, err)
	e.Proof = e.Consent.Signature
	d, err := ledger.ParseDraft([]byte(s.command(e)))
	require.NoError(t, err)
	s.world.Force(d)
	s.issue("s2", s.ask())
	keep(t, filepath.Join(chains, "false.evidence"), gathered(s, "s2", s.note(s.size(), s.key)))

	l := lose(t, false)
	l.recover(nil)
	l.issue("s2", l.ask())
	require.NoError(t, l.due())
	keep(t, filepath.Join(chains, "recovered.evidence"), gathered(l.stage, "s2"))
	keep(t, filepath.Join(chains, "lost.checkpoint"), l.signed.Note)
}

func (s *stage) spare(seed byte) *audit.Key {
	s.t.Helper()
	k, err := audit.CreateKey(s.dir, random(seed), origin)
	require.NoError(s.t, err)
	return k
}
