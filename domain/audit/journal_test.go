package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/merkle"
	"htxledger/domain/register/registertest"
)

func openDir(t testing.TB) *keydir.Dir {
	t.Helper()
	dir, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	return dir
}

func TestSignedCheckpointsAreOtherPeoplesNotes(t *testing.T) {
	s := told(t)
	signed, err := s.journal.Latest()
	require.NoError(t, err)
	v, err := note.NewVerifier(s.key.Verifier())
	require.NoError(t, err)
	n, err := note.Open(signed.Note, note.VerifierList(v))
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%s\n24\n%s\n", origin, ledgertest.RootOf(t, s.world.Log)), n.Text)
}

func TestTheSameSizeIsSignedOnce(t *testing.T) {
	s := told(t)
	first := s.sign()
	again := s.sign()
	require.Equal(t, first, again)
	s.world.Tell(later)
	next := s.sign()
	require.Greater(t, next.Size, first.Size)
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	require.Equal(t, []audit.Signed{first, next}, entries)

	found, err := s.journal.FindCovering(ledger.Position(first.Size))
	require.NoError(t, err)
	require.Equal(t, first, found)
	found, err = s.journal.FindCovering(ledger.Position(first.Size) + 1)
	require.NoError(t, err)
	require.Equal(t, next, found)
	_, err = s.journal.FindCovering(ledger.Position(next.Size) + 1)
	require.ErrorIs(t, err, audit.ErrNoCheckpoint)
}

func TestASignatureNeverGoesBack(t *testing.T) {
	s := told(t)
	_, err := s.journal.Sign(s.view, 5)
	require.ErrorIs(t, err, audit.ErrSmaller)
	_, err = s.journal.Sign(s.view, s.view.Size()+1)
	require.ErrorIs(t, err, audit.ErrRootAt)

	shrunk := &audit.View{}
	require.NoError(t, shrunk.Follow(context.Background(), prefix(t, s.world, 9)))
	_, err = s.journal.SignHead(shrunk)
	require.ErrorIs(t, err, audit.ErrShrunk)
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// prefix is a log of the first n records of a world.
func prefix(t testing.TB, w *registertest.World, n int) ledger.Log {
	log := ledgertest.NewMemory()
	for i, r := range w.Records()[:n] {
		require.NoError(t, log.Append(context.Background(), ledger.Position(i), ledger.Entry{Position: r.Position, Bytes: r.Bytes}))
	}
	return log
}

func TestAForkIsNeverSigned(t *testing.T) {
	s := told(t)
	fork := registertest.New(t)
	fork.Tell(strings.Replace(story, `"official":12`, `"official":21`, 1)).Tell(later)
	view := &audit.View{}
	require.NoError(t, view.Follow(context.Background(), fork.Log))
	require.Greater(t, view.Size(), s.view.Size())
	_, err := s.journal.SignHead(view)
	require.ErrorIs(t, err, audit.ErrFork)
}

func TestAnotherLedgerIsNeverSigned(t *testing.T) {
	s := told(t)
	other := another(t, "test.example/khac")
	other.world.Tell(story).Tell(later)
	other.follow()
	_, err := s.journal.SignHead(other.view)
	require.ErrorIs(t, err, audit.ErrOtherOrigin)

	fresh := openDir(t) // nor by a key without a journal
	_, err = audit.CreateKey(fresh, random(1), origin)
	require.NoError(t, err)
	_, err = audit.NewJournal(fresh).SignHead(other.view)
	require.ErrorIs(t, err, audit.ErrOtherOrigin)
}

func TestNothingIsSignedWithoutAKey(t *testing.T) {
	s := told(t)
	_, err := audit.NewJournal(openDir(t)).SignHead(s.view)
	require.ErrorIs(t, err, audit.ErrNoKey)
	_, err = s.journal.SignHead(&audit.View{})
	require.ErrorIs(t, err, audit.ErrNothingToSign)
	_, err = audit.NewJournal(openDir(t)).Latest()
	require.ErrorIs(t, err, audit.ErrNoCheckpoint)
}

// A cut is a log whose reading breaks off after some entries.
type cut struct {
	ledger.Log
	after ledger.Position
}

func (c cut) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for e, err := range c.Log.Entries(ctx, from) {
			if e.Position == c.after {
				yield(ledger.Entry{}, ledgertest.ErrHostile)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestAnUnreadLogIsNotSigned(t *testing.T) {
	s := told(t)
	view := &audit.View{}
	require.ErrorIs(t, view.Follow(context.Background(), cut{s.world.Log, 11}), ledgertest.ErrHostile)
	require.EqualValues(t, 11, view.Size())
	require.NoError(t, view.Follow(context.Background(), s.world.Log)) // goes on where it was
	root, err := view.Root(view.Size())
	require.NoError(t, err)
	require.Equal(t, ledgertest.RootOf(t, s.world.Log), root)
	require.ErrorIs(t, s.view.Follow(context.Background(), prefix(t, s.world, 3)), audit.ErrShrunk)
}

// A journal cut at any byte gives the entries that are whole, and signs on; one
// with a damaged byte is refused, or gives fewer entries, never others.
func TestJournalDamage(t *testing.T) {
	s := told(t)
	s.world.Tell(later)
	s.sign()
	whole, _, err := s.dir.Read("checkpoints")
	require.NoError(t, err)
	all, err := s.journal.Entries()
	require.NoError(t, err)
	require.Len(t, all, 2)
	dir := newMemoryDisk()
	require.NoError(t, dir.Create("x.key", []byte(s.secret(s.key))))
	journal := audit.NewJournal(dir)
	for cut := range whole {
		require.NoError(t, dir.Replace("checkpoints", whole[:cut]))
		entries, err := journal.Entries()
		require.NoError(t, err, "cut at %d", cut)
		require.Less(t, len(entries), 2)
		require.Equal(t, append([]audit.Signed(nil), all[:len(entries)]...), entries)
		signed, err := journal.SignHead(s.view)
		require.NoError(t, err, "cut at %d", cut)
		require.Equal(t, all[1], signed)
		again, err := journal.Latest()
		require.NoError(t, err)
		require.Equal(t, signed, again)
	}
	for at := range whole {
		bad := bytes.Clone(whole)
		bad[at] ^= 0x10
		require.NoError(t, dir.Replace("checkpoints", bad))
		entries, err := journal.Entries()
		if err != nil {
			require.ErrorIs(t, err, audit.ErrJournal, "byte %d", at)
			continue
		}
		require.Less(t, len(entries), 2, "byte %d", at)
		require.Equal(t, append([]audit.Signed(nil), all[:len(entries)]...), entries, "byte %d", at)
	}
}

func TestManySignersMakeOneJournal(t *testing.T) {
	s := told(t)
	s.world.Tell(later)
	s.follow()
	var wait sync.WaitGroup
	start := int(s.view.Size()) - 2
	for i := range 16 {
		wait.Go(func() {
			_, err := s.journal.Sign(s.view, ledger.Position(start+i%3))
			if err != nil {
				require.ErrorIs(t, err, audit.ErrSmaller)
			}
		})
	}
	wait.Wait()
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	for i, e := range entries[1:] {
		require.Less(t, entries[i].Size, e.Size)
	}
}

func TestKeyFilesAreGuarded(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("mode bits mean nothing on Windows")
	}
	path := t.TempDir()
	dir, err := keydir.Open(path, true)
	require.NoError(t, err)
	defer dir.Close()
	k, err := audit.CreateKey(dir, random(1), origin)
	require.NoError(t, err)
	name := filepath.Join(path, audit.KeyID(k.Verifier())+".key")
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = audit.CreateKey(dir, random(1), origin)
	require.ErrorIs(t, err, audit.ErrKeyExists)

	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		require.NoError(t, os.Chmod(name, mode))
		_, err = audit.Keys(dir)
		require.ErrorIs(t, err, audit.ErrKeyMode, mode.String())
	}
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Mkdir(name, 0o700)) // unreadable, even for root
	_, err = audit.Keys(dir)
	require.ErrorIs(t, err, audit.ErrKeyFile)
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.WriteFile(name, []byte("PRIVATE+KEY+x"), 0o600))
	_, err = audit.Keys(dir)
	require.ErrorIs(t, err, audit.ErrKeyForm)
}

func TestRotation(t *testing.T) {
	s := told(t)
	first := []string{s.key.Verifier()}
	keys := []*audit.Key{s.key}
	for i := range 3 { // three rotations, each vouched for by the key before
		next, err := audit.CreateKey(s.dir, random(byte(20+i)), origin)
		require.NoError(t, err)
		s.follow()
		a, err := s.journal.Announce(s.view, next.Verifier())
		require.NoError(t, err)
		at := s.announce(a.Key, a.From)
		require.Equal(t, a.From, int64(at)+2)
		handover := s.sign()
		require.Equal(t, int64(at)+1, handover.Size)
		requireSignedBy(t, handover, keys[len(keys)-1])
		s.issue(fmt.Sprintf("r%d", i), s.ask())
		requireSignedBy(t, s.sign(), next)
		_, err = s.journal.Announce(s.view, next.Verifier())
		require.ErrorIs(t, err, audit.ErrKeyExists)
		keys = append(keys, next)
	}
	_, err := s.journal.Announce(s.view, s.key.Verifier())
	require.NoError(t, err, "an old key may come back")
	for _, key := range []string{"s1", "r0", "r1", "r2"} {
		b := file(t, s.evidence(key))
		report := verify(t, b, audit.Options{Keys: first})
		require.True(t, report.OK, "%s: %s", key, report.English)
	}
	// The last key alone is enough for what it signed, and for nothing before.
	last := audit.Options{Keys: []string{keys[3].Verifier()}}
	require.True(t, verify(t, file(t, s.evidence("r2")), last).OK)
	require.ErrorIs(t, verify(t, file(t, s.evidence("r1")), last).Err, audit.ErrHandover)
	require.ErrorIs(t, verify(t, file(t, s.evidence("s1")), last).Err, audit.ErrSignature)

	// Without the file of the key whose turn it is nothing is signed.
	s.world.Tell(later)
	s.follow()
	poor := openDir(t)
	require.NoError(t, poor.Create("x.key", []byte(s.secret(s.key))))
	_, err = audit.NewJournal(poor).SignHead(s.view)
	require.ErrorIs(t, err, audit.ErrKeyNotHere)
}

func requireSignedBy(t *testing.T, s audit.Signed, k *audit.Key) {
	t.Helper()
	v, err := note.NewVerifier(k.Verifier())
	require.NoError(t, err)
	_, err = note.Open(s.Note, note.VerifierList(v))
	require.NoError(t, err)
}

func TestTwoUnannouncedKeysAreNotGuessedBetween(t *testing.T) {
	s := newStage(t)
	_, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	s.follow()
	_, err = s.journal.SignHead(s.view)
	require.ErrorIs(t, err, audit.ErrKeyMany)
}

// A further key that is not announced yet does not sign: the one that signed
// before goes on.
func TestANewKeyWaitsForItsTurn(t *testing.T) {
	s := told(t)
	_, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	s.world.Tell(later)
	requireSignedBy(t, s.sign(), s.key)
}

func TestViewKnowsTheLedger(t *testing.T) {
	s := told(t)
	require.Equal(t, origin, s.view.Origin())
	require.EqualValues(t, 24, s.view.Size())
	root, err := s.view.Root(24)
	require.NoError(t, err)
	require.Equal(t, ledgertest.RootOf(t, s.world.Log), root)
	empty, err := new(audit.View).Root(0)
	require.NoError(t, err)
	require.Equal(t, merkle.RootOf(nil), empty)

	// The words of an announcement inside somebody's data are none.
	s.world.Tell(`coop/z coop.established/1 2023-11-01 {"name":"\"kind\":\"ledger.key-announced/1\""}`)
	s.follow()
	require.Empty(t, s.view.Ring(s.view.Size()).Keys())
	other, err := audit.NewKey(random(3), origin)
	require.NoError(t, err)
	s.announce(other.Verifier(), 3)
	s.follow()
	require.Equal(t, []string{other.Verifier()}, s.view.Ring(s.view.Size()).Keys())
	require.Empty(t, s.view.Ring(s.view.Size()-1).Keys())
}
