package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/register/registertest"
)

// A loss is a ledger that was put back to an older copy, beside the journal of
// the one that is lost.
type loss struct {
	*stage
	whole  *stage       // as it was
	signed audit.Signed // the newest checkpoint of it
	found  ledger.Position
	agreed audit.Signed // the newest checkpoint that the copy still has
}

// lose signs a ledger at 24 and 27 records, and puts it back to its first 25 or
// to others in their place.
func lose(t *testing.T, other bool) *loss {
	whole := told(t) // 24 records, signed
	agreed, err := whole.journal.Latest()
	require.NoError(t, err)
	whole.world.Tell(later)
	whole.issue("lost", whole.ask())
	signed := whole.sign()
	require.EqualValues(t, 27, signed.Size)

	back := *whole
	back.world, back.view = registertest.Empty(t), &audit.View{}
	l := &loss{stage: &back, whole: whole, signed: signed, agreed: agreed}
	for _, r := range whole.world.Records()[:25] {
		require.NoError(t, back.world.Log.Append(t.Context(), r.Position, entryOf(r)))
	}
	back.world.Clock("2024-02-01")
	if other {
		for i, official := range []int{8, 9, 10} {
			back.send(fmt.Sprintf(`{"key":"other-%d","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-12-30","data":{"official":%d}}`, i, official), nil)
		}
	}
	l.found = back.size()
	return l
}

func entryOf(r *ledger.Record) ledger.Entry {
	return ledger.Entry{Position: r.Position, Bytes: r.Bytes, ID: r.ID, Kind: r.Kind, Stream: r.Stream}
}

// recover records that the ledger goes on.
func (l *loss) recover(change func(*ledger.Recovered)) *ledger.Record {
	l.t.Helper()
	l.follow()
	root, err := l.view.Root(l.found)
	require.NoError(l.t, err)
	e := &ledger.Recovered{
		SignedSize: l.signed.Size, SignedRoot: l.signed.Root.String(), FoundSize: int64(l.found), FoundRoot: root.String(),
		AgreedSize: l.agreed.Size, Reason: "ổ đĩa hỏng", Second: "quan-tri-02",
	}
	if change != nil {
		change(e)
	}
	data, err := canonical.Marshal(e)
	require.NoError(l.t, err)
	return l.send(fmt.Sprintf(`{"key":"recover-%d","stream":"ledger/main","kind":"ledger.recovered/1","valid":"2024-02-01","data":%s}`, l.size(), data),
		&ledger.Actor{ID: "quan-tri-01", Role: "admin"})
}

// A ledger that lost what was signed is signed again once a record says so, and
// from there on only grows; every verifier says that it is not whole.
func TestRecoveredLedger(t *testing.T) {
	for name, c := range map[string]struct {
		other      bool
		from, to   int64
		rest       string
		unrecorded error
	}{
		"records are missing": {false, 25, 26, "; nothing signed before covers @24, which was found", audit.ErrShrunk},
		"records are others":  {true, 24, 26, "", audit.ErrFork},
	} {
		t.Run(name, func(t *testing.T) {
			l := lose(t, c.other)
			require.ErrorIs(t, l.due(), c.unrecorded)
			r := l.recover(nil)
			l.follow()
			_, err := l.journal.Sign(l.view, l.found)
			require.Error(t, err, "the size does not hold the recovery")
			require.NoError(t, l.due())
			first, err := l.journal.Latest()
			require.NoError(t, err)
			require.EqualValues(t, r.Position+1, first.Size)
			l.issue("s2", l.ask())
			require.NoError(t, l.due())

			// The journal is read again as it was written, and grows as ever.
			journal := audit.NewJournal(l.dir)
			entries, err := journal.Entries()
			require.NoError(t, err)
			require.Equal(t, []int64{24, first.Size, first.Size + 1}, sizesOf(entries))
			lost, err := journal.Lost()
			require.NoError(t, err)
			require.Equal(t, []int64{27}, sizesOf(lost))
			require.NoError(t, heldTo(t, l.dir, l.world.Records()).Err())
			require.Error(t, heldTo(t, l.dir, l.whole.world.Records()).Err())
			_, err = journal.Sign(l.view, 24)
			require.ErrorIs(t, err, audit.ErrSmaller)
			require.Error(t, l.whole.due(), "the ledger that was lost is not signed any more")

			e := l.evidence("s2")
			report := verify(t, file(t, e), l.trusting())
			require.True(t, report.OK, report.English)
			lostWords := fmt.Sprintf("@%d–%d", c.from, c.to)
			require.True(t, strings.HasPrefix(report.English, "RECOVERED after a loss of "+lostWords), report.English)
			require.True(t, strings.HasPrefix(report.Vietnamese, "KHÔI PHỤC sau khi mất "+lostWords), report.Vietnamese)
			require.NotContains(t, report.English, "VERIFIED")
			require.NotContains(t, report.Vietnamese, "ĐÚNG")
			require.Len(t, report.Recovered, 1)
			require.Equal(t, fmt.Sprintf(`record %d by quan-tri-01 (admin) + quan-tri-02: recovered after a loss of %s; 27 records were signed, %d were found: "ổ đĩa hỏng"%s`,
				r.Position, lostWords, l.found, c.rest), report.Recovered[0].English())

			// What was kept from before the loss is lost, if the record names it.
			report = verify(t, file(t, e), audit.Options{Keys: []string{l.key.Verifier()}, Earlier: [][]byte{l.agreed.Note, l.signed.Note}})
			require.True(t, report.OK, report.English)
			require.Equal(t, []audit.LostCheckpoint{{Size: 27, Root: l.signed.Root.String(), Position: int64(r.Position)}}, report.Lost)
			between := l.whole.note(26, l.key)
			report = verify(t, file(t, e), audit.Options{Keys: []string{l.key.Verifier()}, Earlier: [][]byte{between.Note}})
			require.Equal(t, audit.StepEarlier, report.Failed, "a checkpoint that the record does not name is of another history")

			for i, c := range audit.CheckSigned(l.view, append(lost, entries...), []string{l.key.Verifier()}, true) {
				require.NoError(t, c.Err)
				require.Equal(t, i == 0, c.Lost != nil)
			}
			// Evidence of a statement from before the loss says so too.
			before, err := audit.Gather(t.Context(), l.world.Log, "s1", entries[1:])
			require.NoError(t, err)
			require.Len(t, verify(t, written(t, before), l.trusting()).Recovered, 1)
		})
	}
}

// A recovery that names other roots than those signed and found lets nothing be
// signed, and evidence that holds it is refused.
func TestAFalseRecovery(t *testing.T) {
	other := strings.Repeat("A", 43) + "="
	for name, change := range map[string]func(*ledger.Recovered){
		"another size signed": func(e *ledger.Recovered) { e.SignedSize++ },
		"another root signed": func(e *ledger.Recovered) { e.SignedRoot = other },
		"another root found":  func(e *ledger.Recovered) { e.FoundRoot = other },
	} {
		t.Run(name, func(t *testing.T) {
			l := lose(t, false)
			l.recover(change)
			require.Error(t, l.due())
			entries, err := l.journal.Entries()
			require.NoError(t, err)
			require.EqualValues(t, 27, entries[len(entries)-1].Size)
			l.issue("s2", l.ask())
			e, err := audit.Gather(t.Context(), l.world.Log, "s2", []audit.Signed{l.note(l.size(), l.key)})
			require.NoError(t, err)
			report := verify(t, written(t, e), audit.Options{Keys: []string{l.key.Verifier()}, Earlier: [][]byte{l.signed.Note}})
			require.False(t, report.OK)
			if name == "another root found" {
				require.Equal(t, audit.ErrRecovered.Code, report.Code)
			} else {
				require.Equal(t, audit.StepEarlier, report.Failed)
			}
		})
	}
}

// A key whose announcement was lost signs nothing; the key before goes on.
func TestALostRotation(t *testing.T) {
	l := lose(t, false)
	next, err := audit.CreateKey(l.dir, random(2), origin)
	require.NoError(t, err)
	l.whole.handOver(next)
	l.whole.world.Tell(`coop/a coop.members-counted/1 2024-01-31 {"official":22}`)
	require.NoError(t, l.whole.due())
	l.signed, err = l.journal.Latest()
	require.NoError(t, err)
	l.recover(nil)
	require.NoError(t, l.due())
	last, err := l.journal.Latest()
	require.NoError(t, err)
	found := audit.CheckSigned(l.view, []audit.Signed{last}, []string{l.key.Verifier()}, false)
	require.NoError(t, found[0].Err)
	spare, err := l.journal.Spare(l.view)
	require.NoError(t, err)
	require.Nil(t, spare, "a key that signed what was lost is not used again")
}
