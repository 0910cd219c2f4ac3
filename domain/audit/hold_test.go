package audit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/merkle"
)

// signedAt is a folder in which some first sizes of a ledger are signed.
func signedAt(t testing.TB, s *stage, sizes ...ledger.Position) *memoryDisk {
	t.Helper()
	disk := newMemoryDisk()
	_, err := audit.CreateKey(disk, random(1), origin)
	require.NoError(t, err)
	for _, size := range sizes {
		_, err := audit.NewJournal(disk).Sign(s.view, size)
		require.NoError(t, err)
	}
	return disk
}

// heldTo takes records in order and gives the hold of a folder over them.
func heldTo(t testing.TB, disk audit.Disk, records []*ledger.Record) *audit.Hold {
	t.Helper()
	h := audit.NewHold(disk)
	for _, r := range records {
		require.NoError(t, h.Apply(r))
		require.NoError(t, h.Apply(r), "one that was taken is skipped")
	}
	require.EqualValues(t, len(records), h.Size())
	return h
}

// A ledger is held to the newest checkpoint of its folder at every size: whole
// from there on, behind below it, and another wherever a record that was signed
// is not the same.
func TestALedgerIsHeldToWhatWasSigned(t *testing.T) {
	s := told(t)
	all := s.world.Records()
	require.NoError(t, heldTo(t, signedAt(t, s), nil).Err(), "nothing is signed yet")
	disk := signedAt(t, s, 9, 24)
	newest, err := audit.NewJournal(disk).Latest()
	require.NoError(t, err)
	s.world.Tell(later)
	longer := s.world.Records()
	require.Greater(t, len(longer), 24)

	for n := range len(longer) + 1 {
		h := heldTo(t, disk, longer[:n])
		loss, lost := h.Loss()
		if n >= 24 {
			require.NoError(t, h.Err())
			require.False(t, lost)
			continue
		}
		require.ErrorIs(t, h.Err(), audit.ErrLedgerBehind)
		require.ErrorContains(t, h.Err(), fmt.Sprintf("holds %d records, but a checkpoint of 24 is signed", n))
		require.True(t, lost)
		agreed := int64(0)
		if n >= 9 {
			agreed = 9
		}
		require.Equal(t, audit.Loss{Signed: newest.Checkpoint, Agreed: agreed, Found: ledger.Position(n)}, loss)
	}
	for at := 1; at < len(all); at++ {
		other := append([]*ledger.Record{}, longer...)
		changed := *longer[at]
		changed.Bytes = append([]byte{}, changed.Bytes...)
		changed.Bytes[len(changed.Bytes)-2] ^= 1
		other[at] = &changed
		h := heldTo(t, disk, other)
		loss, lost := h.Loss()
		require.True(t, lost)
		require.True(t, loss.Fork)
		size, agreed := int64(9), int64(0)
		if at >= 9 {
			size, agreed = 24, 9
		}
		require.ErrorIs(t, h.Err(), audit.ErrFork)
		require.ErrorContains(t, h.Err(), fmt.Sprintf("the first %d records", size))
		require.Equal(t, agreed, loss.Agreed)
		require.EqualValues(t, 24, loss.Signed.Size)
	}
}

// A recovery that names the newest checkpoint gives up what was signed and lost,
// that and no other: the ledger is whole again from there.
func TestARecoveredLedgerIsWhole(t *testing.T) {
	s := told(t)
	disk := signedAt(t, s, 9, 24)
	found := s.world.Records()[:12]
	loss, lost := heldTo(t, disk, found).Loss()
	require.True(t, lost)
	whole := append(append([]*ledger.Record{}, found...), recovery(t, 12, loss.Signed))
	require.NoError(t, heldTo(t, disk, whole).Err())

	older := loss.Signed
	older.Size = 9
	require.ErrorIs(t, heldTo(t, disk, append(append([]*ledger.Record{}, found...), recovery(t, 12, older))).Err(), audit.ErrLedgerBehind)
	other := loss.Signed
	other.Root[0] ^= 1
	require.ErrorIs(t, heldTo(t, disk, append(append([]*ledger.Record{}, found...), recovery(t, 12, other))).Err(), audit.ErrLedgerBehind)
}

// recovery is a record that gives up a checkpoint.
func recovery(t testing.TB, at ledger.Position, signed audit.Checkpoint) *ledger.Record {
	d, err := ledger.ParseDraft(fmt.Appendf(nil, `{"key":"recover","stream":"ledger/recovery","kind":"ledger.recovered/1","valid":"2024-02-03","data":`+
		`{"signed_size":%d,"signed_root":%q,"found_size":%d,"found_root":%q,"agreed_size":0,"reason":"ổ đĩa hỏng"}}`,
		signed.Size, signed.Root.String(), at, new(merkle.Tree).Root().String()))
	require.NoError(t, err)
	r, err := d.Record(at, 1, 0)
	require.NoError(t, err)
	r, err = ledger.Decode(r.Bytes)
	require.NoError(t, err)
	return r
}

// Checkpoints that others kept are put into the folder as NAME.checkpoint and
// hold the ledger as the journal does, also where the journal itself was put
// back. What no key of the folder signed is refused, and so is a damaged
// journal: nobody then knows what was signed.
func TestWhatOthersKeptHolds(t *testing.T) {
	s := told(t)
	disk, back := signedAt(t, s, 24), signedAt(t, s)
	signed, err := audit.NewJournal(disk).Latest()
	require.NoError(t, err)
	found := s.world.Records()[:12]
	require.NoError(t, heldTo(t, back, found).Err())
	back.files["nhan-chung.checkpoint"] = signed.Note
	require.ErrorIs(t, heldTo(t, back, found).Err(), audit.ErrLedgerBehind)
	require.NoError(t, heldTo(t, back, s.world.Records()).Err())
	loss, _ := heldTo(t, back, found).Loss()
	require.NoError(t, heldTo(t, back, append(found[:12:12], recovery(t, 12, loss.Signed))).Err())

	stranger := newMemoryDisk()
	_, err = audit.CreateKey(stranger, random(2), origin)
	require.NoError(t, err)
	forged, err := audit.NewJournal(stranger).Sign(s.view, 24)
	require.NoError(t, err)
	back.files["nhan-chung.checkpoint"] = forged.Note
	require.ErrorIs(t, heldTo(t, back, s.world.Records()).Err(), audit.ErrKept)
	delete(back.files, "nhan-chung.checkpoint")

	damaged := disk.files["checkpoints"]
	damaged[len(damaged)-3] ^= 1
	require.ErrorIs(t, heldTo(t, disk, s.world.Records()).Err(), audit.ErrJournal)
	var none *audit.Hold
	require.NoError(t, none.Err())
}

// A folder of another ledger holds nothing of this one, and is told.
func TestAFolderOfAnotherLedger(t *testing.T) {
	disk := signedAt(t, told(t), 24)
	d, err := ledger.ParseDraft([]byte(`{"key":"o","stream":"ledger/main","kind":"ledger.opened/1","valid":"2024-01-01","data":{"origin":"so.khac","place":"p","title":"Sổ khác"}}`))
	require.NoError(t, err)
	r, err := d.Record(0, 1, 0)
	require.NoError(t, err)
	r, err = ledger.Decode(r.Bytes)
	require.NoError(t, err)
	require.ErrorIs(t, heldTo(t, disk, []*ledger.Record{r}).Err(), audit.ErrOtherOrigin)
}

// What has nothing to hold to costs nothing: it does not hash. What holds keeps
// no more than a tree's edge.
func BenchmarkHold(b *testing.B) {
	signed := signedAt(b, told(b), 24)
	records := ledgertest.Entries(0, 1000)
	for name, disk := range map[string]audit.Disk{"nothing signed": newMemoryDisk(), "signed": signed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h := audit.NewHold(disk)
				for _, e := range records {
					_ = h.Apply(&ledger.Record{Position: e.Position, Bytes: e.Bytes})
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
		})
	}
}
