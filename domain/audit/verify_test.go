package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

func TestEvidenceIsVerified(t *testing.T) {
	s := told(t)
	b := file(t, s.evidence("s1"))
	report := verify(t, b, s.trusting())
	require.True(t, report.OK, report.English)
	require.Equal(t, []string{"file", "checkpoint", "root", "records", "signature", "statement", "definitions", "figures", "issuer"}, report.Passed)
	require.Equal(t, s.key.Verifier(), report.Key)
	require.Equal(t, "lmhtx (alliance)", report.Issuer)
	require.Len(t, report.Lines, len(codes))
	want := map[string]string{"coops.registered": "4", "coops.established": "2", "members.total": "42", "quality.good-fair.share": "1/4",
		"revenue.mean": "1600000001/2", "coops.movement": "4", "linked.share": "1/4"}
	for _, line := range report.Lines {
		require.True(t, line.Same)
		require.Equal(t, want[line.Indicator], line.Stated.Value, line.Indicator)
		require.Equal(t, want[line.Indicator], line.Counted.Value, line.Indicator)
	}
	require.False(t, verify(t, b, audit.Options{}).OK, "nobody is trusted")
}

// Somebody may hold the keys of many ledgers; those of others are no matter.
func TestKeysOfOtherLedgersAreNoMatter(t *testing.T) {
	s := told(t)
	b := file(t, s.evidence("s1"))
	other, err := audit.NewKey(random(6), "test.example/khac")
	require.NoError(t, err)
	require.True(t, verify(t, b, audit.Options{Keys: []string{other.Verifier(), s.key.Verifier()}}).OK)
	require.ErrorIs(t, verify(t, b, audit.Options{Keys: []string{other.Verifier()}}).Err, audit.ErrNotOrigin)
	require.ErrorIs(t, verify(t, b, audit.Options{Keys: []string{"x"}}).Err, audit.ErrKeyForm)
}

// A withdrawal in the file does not make the figures wrong, and is said.
func TestAWithdrawnStatementIsSaidToBe(t *testing.T) {
	s := told(t)
	s.send(`{"key":"w","stream":"statement/s1","kind":"statement.withdrawn/1","valid":"2023-12-02","data":{"reason":"thử"}}`, alliance)
	signed, err := s.journal.Entries()
	require.NoError(t, err)
	_, err = audit.Gather(t.Context(), s.world.Log, "s1", signed)
	require.ErrorIs(t, err, audit.ErrNoCheckpoint, "no checkpoint covers the withdrawal yet")
	s.sign()
	report := verify(t, file(t, s.evidence("s1")), s.trusting())
	require.True(t, report.OK)
	require.True(t, report.Withdrawn)
	require.Contains(t, report.Vietnamese, "đã bị thu hồi")
	require.Contains(t, report.English, "withdrawn")
}

func TestWhatCannotBeGathered(t *testing.T) {
	s := told(t)
	signed, err := s.journal.Entries()
	require.NoError(t, err)
	_, err = audit.Gather(t.Context(), s.world.Log, "khong-co", signed)
	require.ErrorIs(t, err, audit.ErrNoStatement)
	_, err = audit.Gather(t.Context(), s.world.Log, "s1", nil)
	require.ErrorIs(t, err, audit.ErrNoCheckpoint)
	fork := newStage(t)
	fork.world.Tell(story).Tell(later)
	fork.issue("s1", fork.ask())
	s.world.Tell(later)
	other := s.sign()
	_, err = audit.Gather(t.Context(), fork.world.Log, "s1", []audit.Signed{other})
	require.Error(t, err)
	far := other
	far.Size += 100
	_, err = audit.Gather(t.Context(), s.world.Log, "s1", []audit.Signed{far})
	require.ErrorIs(t, err, audit.ErrShrunk)
}

// Records after the statement are left out, and proven, not shown, unless a
// key changed among them.
func TestLaterRecordsStayHome(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	s.issue("s1", s.ask())
	s.world.Tell(later)
	s.sign()
	e := s.evidence("s1")
	require.Equal(t, 24, len(e.Records))
	report := verify(t, file(t, e), s.trusting())
	require.True(t, report.OK, report.English)
	require.EqualValues(t, 26, report.Size)
	require.Equal(t, "later", report.Unchecked[len(report.Unchecked)-1].Code)

	next, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	s.announce(next.Verifier(), 0)
	s.sign()
	s.issue("s2", s.ask())
	late := s.sign()
	all, err := s.journal.Entries()
	require.NoError(t, err)
	short, err := audit.Gather(t.Context(), s.world.Log, "s1", []audit.Signed{all[1], late})
	require.NoError(t, err)
	require.EqualValues(t, 24, short.Size, "the handover itself is signed by the first key")
	long, err := audit.Gather(t.Context(), s.world.Log, "s1", []audit.Signed{late})
	require.NoError(t, err)
	require.EqualValues(t, late.Size, long.Size)
	require.True(t, verify(t, written(t, long), s.trusting(next.Verifier())).OK)
}
