package imports_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// What cannot be written beside an import is found out before anything is recorded.
func TestNothingIsRecordedForWhatCannotBeWritten(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	full := errors.New("no space")
	desk := imports.Desk{
		Open:   func(ctx context.Context) (imports.Ledger, error) { return d.ledger(ctx, she) },
		Before: func(r *imports.Review) error { return full },
	}
	file := imports.File{Name: "nam.csv", Bytes: []byte(head + "a,2023,31\n"), How: imports.How{Form: "coop-annual"}}
	_, err := imports.Run(context.Background(), file, desk, imports.RecordNow)
	require.ErrorIs(t, err, full)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.EqualValues(t, 3, d.size())
	_, err = imports.Run(context.Background(), file, desk, imports.DryRun)
	require.NoError(t, err)
}

// The name of a file may hold what nobody sees, as systems put it there.
func TestANameWithWhatNobodySees(t *testing.T) {
	require.Equal(t, "xlsx", imports.KindOf("bảng.xlsx\u200b"))
	d := newDesk(t, imports.DefaultLimits)
	v, err := d.tray.Put(she, "n\u200bam.csv\u202c", []byte(head+"a,2023,31\n"), imports.How{Form: "coop-annual"}, answers.Query{})
	require.NoError(t, err)
	d.tray.Wait()
	require.Equal(t, imports.Ready, d.state(she, v.ID))
	got, err := d.tray.Get(she, v.ID)
	require.NoError(t, err)
	require.Equal(t, "nam.csv", got.Name)
}

// A flag of the command line means nothing to somebody on a page, or over HTTP.
func TestAPreviewNamesNoFlags(t *testing.T) {
	d := newDesk(t, imports.DefaultLimits)
	v, err := d.tray.Put(she, "nam.csv", []byte("Mã HTX;Năm;Loại số liệu;Doanh thu\na;2023;thực hiện;1.550\n"), imports.How{Form: "coop-annual", Unit: "triệu"}, answers.Query{})
	require.NoError(t, err)
	d.tray.Wait()
	v, err = d.tray.Get(she, v.ID)
	require.NoError(t, err)
	require.Equal(t, "number-ambiguous", v.Preview.Import.Errors[0].Code)
	require.NotContains(t, v.Preview.Import.Errors[0].MessageVi, "--")
	require.NotContains(t, v.Preview.Import.Errors[0].Message, "--")
}

func TestTheKindOfWhatIsPiped(t *testing.T) {
	for content, want := range map[string]string{"PK\x03\x04": ".xlsx", "\xef\xbb\xbf {\"key\"": ".ndjson", "Mã HTX,Năm": ".csv", "": ".csv"} {
		require.Equal(t, want, imports.ExtensionOf([]byte(content)))
	}
}
