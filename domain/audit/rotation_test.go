package audit_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

// rotated is a ledger whose second key was announced, and 7 records later.
func rotated(t *testing.T) (*stage, *audit.Key) {
	s := told(t)
	second, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	s.announce(second.Verifier(), 0)
	s.world.Tell(later)
	s.follow()
	return s, second
}

func TestSignDueSignsTheHandoverFirst(t *testing.T) {
	s, second := rotated(t)
	first, err := s.journal.Latest()
	require.NoError(t, err)
	signed, err := s.journal.SignDue(s.view, s.view.Size())
	require.NoError(t, err)
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	require.Equal(t, []int64{first.Size, first.Size + 1, signed.Size}, sizesOf(entries))

	for _, c := range audit.CheckSigned(s.view, entries, []string{s.key.Verifier()}, false) {
		require.NoError(t, c.Err)
		want := s.key.Verifier()
		if c.Size == signed.Size {
			want = second.Verifier()
		}
		require.Equal(t, want, c.Key)
	}
	again, err := s.journal.SignDue(s.view, s.view.Size())
	require.NoError(t, err)
	require.Equal(t, signed, again)
}

// Without the old key there is no handover; the new key still signs.
func TestSignDueWithoutTheOldKey(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	other := newStage(t)
	second, err := audit.CreateKey(other.dir, random(2), origin)
	require.NoError(t, err)
	s.announce(second.Verifier(), 0)
	s.world.Tell(later)
	s.follow()
	dir := openDir(t)
	_, err = audit.CreateKey(dir, random(2), origin)
	require.NoError(t, err)
	journal := audit.NewJournal(dir)
	signed, err := journal.SignDue(s.view, s.view.Size())
	require.NoError(t, err)
	found := audit.CheckSigned(s.view, []audit.Signed{signed}, []string{s.key.Verifier()}, false)
	require.ErrorIs(t, found[0].Err, audit.ErrHandover)
	found = audit.CheckSigned(s.view, []audit.Signed{signed}, []string{second.Verifier()}, false)
	require.NoError(t, found[0].Err)
}

func TestCheckSignedTellsWhatDoesNotHold(t *testing.T) {
	s, _ := rotated(t)
	_, err := s.journal.SignDue(s.view, s.view.Size())
	require.NoError(t, err)
	entries, err := s.journal.Entries()
	require.NoError(t, err)

	for _, c := range audit.CheckSigned(s.view, entries, nil, false) {
		require.Error(t, c.Err)
	}
	fork := newStage(t)
	fork.world.Tell(`
@ 2023-02-01
coop/z coop.established/1 2020-03-01 {"place":"dak-mil"}
`)
	fork.follow()
	require.ErrorIs(t, audit.CheckSigned(fork.view, entries, []string{s.key.Verifier()}, false)[0].Err, audit.ErrEarlierBeyond)
	fork.world.Tell(story)
	fork.world.Tell(later)
	fork.follow()
	require.ErrorIs(t, audit.CheckSigned(fork.view, entries, []string{s.key.Verifier()}, false)[0].Err, audit.ErrEarlier)
	for i := range entries {
		entries[i].Origin = "elsewhere"
	}
	require.ErrorIs(t, audit.CheckSigned(s.view, entries, []string{s.key.Verifier()}, false)[0].Err, audit.ErrOtherOrigin)
}

func TestSpareIsAKeyThatNeverSigned(t *testing.T) {
	s := told(t)
	none, err := s.journal.Spare(s.view)
	require.NoError(t, err)
	require.Nil(t, none)
	second, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	spare, err := s.journal.Spare(s.view)
	require.NoError(t, err)
	require.Equal(t, second.Verifier(), spare.Verifier())
	s.announce(second.Verifier(), 0)
	s.follow()
	none, err = s.journal.Spare(s.view)
	require.NoError(t, err)
	require.Nil(t, none)
}

// What the journal remembers of its file is never what the file does not hold.
func TestTheJournalSeesWhatOthersWrote(t *testing.T) {
	s := told(t)
	reader := audit.NewJournal(s.dir)
	before, err := reader.Entries()
	require.NoError(t, err)
	s.world.Tell(later)
	s.sign()
	after, err := reader.Entries()
	require.NoError(t, err)
	require.Len(t, after, len(before)+1)
	fresh, err := audit.NewJournal(s.dir).Entries()
	require.NoError(t, err)
	require.Equal(t, fresh, after)

	text, _, err := s.dir.Read("checkpoints")
	require.NoError(t, err)
	text[len(text)-3] ^= 1
	require.NoError(t, s.dir.Replace("checkpoints", text))
	_, err = reader.Entries()
	require.ErrorIs(t, err, audit.ErrJournal)
}

func TestANotaryReadsOn(t *testing.T) {
	s := told(t)
	n := audit.NewNotary(s.world.Log, s.journal)
	root, err := n.Root(s.size())
	require.NoError(t, err)
	want, err := s.view.Root(s.size())
	require.NoError(t, err)
	require.Equal(t, want, root)
	_, err = n.Root(s.size() + 1)
	require.ErrorIs(t, err, audit.ErrRootAt)
	signed, ok := n.FindExact(s.size())
	require.True(t, ok)
	require.Equal(t, int64(s.size()), signed.Size)
	none, ok := n.FindExact(s.size() - 1)
	require.False(t, ok)
	require.Zero(t, none)
	covering, ok := n.FindCovering(s.size() - 1)
	require.True(t, ok)
	require.Equal(t, signed, covering)
	_, ok = n.FindCovering(s.size() + 1)
	require.False(t, ok)

	silent := audit.NewNotary(s.world.Log, nil)
	_, ok = silent.FindCovering(1)
	require.False(t, ok)
	entries, err := silent.ListSigned()
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, silent.ReadThrough(context.Background(), -1))
	require.Equal(t, s.size(), silent.View.Size())
}

func sizesOf(entries []audit.Signed) (sizes []int64) {
	for _, e := range entries {
		sizes = append(sizes, e.Size)
	}
	return sizes
}
