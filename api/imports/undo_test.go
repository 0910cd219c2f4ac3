package imports_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

const establishments = "Mã HTX,Tên HTX,Loại hình,Mã địa bàn,Ngày thành lập,Nông nghiệp,Ngành nghề\n"

// handIn records a file and gives its receipt.
func (d *desk) handIn(form, text string, how imports.How) string {
	d.t.Helper()
	how.Form = form
	open := func(ctx context.Context) (imports.Ledger, error) { return d.ledger(ctx, she) }
	r, err := imports.Run(context.Background(), imports.File{Name: "nam.csv", Bytes: []byte(text), How: how}, imports.Desk{Open: open}, imports.RecordNow)
	require.NoError(d.t, err)
	return r.Receipt()
}

func (d *desk) undo(receipt string, how imports.UndoHow, dry bool) (*imports.Undoing, error) {
	d.t.Helper()
	l, err := d.ledger(context.Background(), she)
	require.NoError(d.t, err)
	return imports.UndoImport(context.Background(), l, receipt, how, dry)
}

// standing is what the facts of a stream say.
func (d *desk) standing(stream string) (said []string) {
	s, err := ledger.ParseStream(stream)
	require.NoError(d.t, err)
	var records []*ledger.Record
	for r, err := range ledger.Read(context.Background(), d.store, 0) {
		require.NoError(d.t, err)
		if r.Stream == s {
			records = append(records, r)
		}
	}
	for _, f := range ledger.Effective(records) {
		said = append(said, string(f.By.Data))
	}
	return said
}

// An import is taken back whole by its receipt, newest first, and what stood before
// stands again; the same again changes nothing.
func TestAnImportIsTakenBack(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	d.record(`{"key":"m","stream":"coop/a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":30}}`)
	before := d.standing("coop/a")
	receipt := d.handIn("coop-annual", head+"a,2022,31\na,2023,32\n", imports.How{Reason: "typo"})
	require.NotEqual(t, before, d.standing("coop/a"))
	preview, err := d.undo(receipt, imports.UndoHow{}, true)
	require.NoError(t, err)
	require.Len(t, preview.Back, 2)
	require.Greater(t, preview.Back[0].Position, preview.Back[1].Position)
	require.EqualValues(t, 6, d.size(), "a preview records nothing")

	u, err := d.undo(receipt, imports.UndoHow{Seen: preview.Seen}, false)
	require.NoError(t, err)
	require.Equal(t, string(recorder.ImportRecorded), u.Outcome)
	require.Equal(t, before, d.standing("coop/a"))
	require.EqualValues(t, 8, d.size())
	again, err := d.undo(receipt[:64], imports.UndoHow{}, false)
	require.NoError(t, err)
	require.Equal(t, string(recorder.ImportRepeated), again.Outcome)
	require.Empty(t, again.Back)
	require.Len(t, again.Done, 2)
	require.EqualValues(t, 8, d.size())
	_, err = d.undo("x", imports.UndoHow{}, true)
	require.ErrorContains(t, err, "no receipt")
	_, err = d.undo(receipt[1:64]+"g", imports.UndoHow{}, true)
	require.Error(t, err)
}

// An undoing that was cut is completed by the same, and its commands are newest
// first.
func TestAnUndoingIsCompleted(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	receipt := d.handIn("coop-annual", head+"a,2024,30\na,2022,31\na,2023,32\n", imports.How{})
	l, err := d.ledger(context.Background(), she)
	require.NoError(t, err)
	whole := l.Record
	l.Record = func(ctx context.Context, drafts []*ledger.Draft, tell func(int, int)) (recorder.ImportResult, error) {
		return whole(ctx, drafts[:1], tell) // and the power goes
	}
	_, err = imports.UndoImport(context.Background(), l, receipt, imports.UndoHow{}, false)
	require.NoError(t, err)
	require.Len(t, d.standing("coop/a"), 3)
	u, err := d.undo(receipt, imports.UndoHow{Note: "nhầm tệp"}, false)
	require.NoError(t, err)
	require.Len(t, u.Back, 2)
	require.Len(t, d.standing("coop/a"), 1)
}

// What somebody corrected since is listed by name and left out, or nothing is done.
func TestAnUndoingLeavesWhatOthersDecided(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	receipt := d.handIn("coop-annual", head+"a,2022,31\na,2023,32\n", imports.How{})
	d.handIn("coop-annual", head+"a,2022,35\n", imports.How{Reason: "typo"})
	u, err := d.undo(receipt, imports.UndoHow{}, false)
	require.ErrorIs(t, err, imports.ErrUndoKept)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.EqualValues(t, 3, u.Kept[0].Position)
	require.EqualValues(t, 5, *u.Kept[0].By)
	require.EqualValues(t, 6, d.size())
	_, err = d.undo(receipt, imports.UndoHow{Leave: true}, false)
	require.NoError(t, err)
	require.Equal(t, []string{`{"agricultural":true,"form":"htx","name":"HTX A","place":"p","sector":"lúa"}`, `{"official":35}`}, d.standing("coop/a"))
}

// Facts of others that would lose what they are about are listed, and confirmed.
func TestAnUndoingNamesOrphans(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	receipt := d.handIn("coop-establishments", establishments+"b,HTX B,HTX,p,14/03/2022,có,lúa\n", imports.How{})
	d.handIn("coop-annual", head+"b,2023,32\n", imports.How{})
	d.record(`{"key":"c","stream":"certificate/c","kind":"certificate.granted/1","valid":"2023-04-01","data":{"coop":"b","scheme":"vietgap","group":"production"}}`)
	preview, err := d.undo(receipt, imports.UndoHow{}, true)
	require.NoError(t, err)
	require.Len(t, preview.Orphans, 2)
	require.Equal(t, "certificate/c", preview.Orphans[0].Stream)
	require.NotEmpty(t, preview.Orphans[0].MessageVi)
	_, err = d.undo(receipt, imports.UndoHow{}, false)
	require.ErrorIs(t, err, imports.ErrUndoOrphans)
	d.record(`{"key":"c2","stream":"certificate/c2","kind":"certificate.granted/1","valid":"2023-04-01","data":{"coop":"b","scheme":"vietgap","group":"quality"}}`)
	_, err = d.undo(receipt, imports.UndoHow{Orphans: true, Seen: preview.Seen}, false)
	require.ErrorIs(t, err, imports.ErrUndoDiffers, "there is one more than was shown")
	_, err = d.undo(receipt, imports.UndoHow{Orphans: true}, false)
	require.NoError(t, err)
	require.Len(t, d.standing("coop/b"), 1, "the count stands, and is about nobody")
}

// The receipts are rebuilt from the ledger.
func TestReceiptsAreInTheLedger(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	first := d.handIn("coop-annual", head+"a,2022,31\na,2023,32\n", imports.How{})
	other := d.handIn("coop-annual", head+"a,2024,31\n", imports.How{})
	l, err := d.ledger(context.Background(), she)
	require.NoError(t, err)
	list := imports.ListReceipts(l.Projection, l.Projection.Size(), 10)
	require.Len(t, list.Imports, 2)
	require.Equal(t, []string{other, first}, []string{list.Imports[0].Receipt, list.Imports[1].Receipt})
}

// What was taken back can be handed in again, with a reason; it has a receipt of its
// own, by which it is taken back once more.
func TestAFileGoesInAgainAfterItsUndoing(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	const file = head + "a,2022,31\na,2023,32\n"
	before := d.standing("coop/a")
	first := d.handIn("coop-annual", file, imports.How{})
	with := d.standing("coop/a")
	_, err := d.undo(first, imports.UndoHow{}, false)
	require.NoError(t, err)
	require.Equal(t, before, d.standing("coop/a"))
	second := d.handIn("coop-annual", file, imports.How{Reason: "other"})
	require.NotEqual(t, first, second)
	require.Equal(t, with, d.standing("coop/a"))
	l, err := d.ledger(context.Background(), she)
	require.NoError(t, err)
	require.Len(t, imports.ListReceipts(l.Projection, l.Projection.Size(), 10).Imports, 2)
	_, err = d.undo(second, imports.UndoHow{}, false)
	require.NoError(t, err)
	require.Equal(t, before, d.standing("coop/a"))
	third := d.handIn("coop-annual", file, imports.How{Reason: "other"})
	require.Equal(t, with, d.standing("coop/a"))
	_, err = d.undo(third[:64], imports.UndoHow{}, false)
	require.NoError(t, err)
	require.Equal(t, before, d.standing("coop/a"), "by the file alone")
}
