package imports_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

func sheet(t *testing.T, name, form, file string) *imports.Sheet {
	t.Helper()
	f, err := imports.FindForm(form)
	require.NoError(t, err)
	s, err := imports.CSV(context.Background(), name, []byte(file), f, imports.Options{Numbers: imports.Vietnamese})
	require.NoError(t, err)
	require.Empty(t, s.Problems())
	return s
}

// a ledger that holds one province, and the recorder of it.
func begun(t *testing.T) *recorder.Recorder {
	t.Helper()
	now := calendar.InstantOf(time.Date(2023, 12, 5, 2, 0, 0, 0, time.UTC))
	r, err := recorder.Open(context.Background(), ledgertest.NewMemory(), func() calendar.Instant { now++; return now })
	require.NoError(t, err)
	t.Cleanup(r.Close)
	opening, err := imports.NDJSON("mo-so.ndjson", []byte(
		`{"key":"open","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-03","data":{"origin":"vi-du.example","place":"vi-du","title":"Sổ ví dụ"}}`))
	require.NoError(t, err)
	places := sheet(t, "dia-ban.csv", "places", "Sự kiện,Mã địa bàn,Ngày,Tên,Cấp,Cấp trên\nkhai báo,vi-du,1/1/2004,Tỉnh Ví Dụ,tỉnh,\nkhai báo,huyen-mot,1/1/2004,Huyện Một,huyện,vi-du\n")
	_, err = r.Import(context.Background(), append(opening.Drafts(), places.Drafts()...), nil)
	require.NoError(t, err)
	return r
}

const founded = "Mã HTX,MST,Tên HTX,Loại hình,Địa bàn,Ngày thành lập,Nông nghiệp,Ngành nghề\n"

func TestAFileTwiceAddsNothing(t *testing.T) {
	r := begun(t)
	first := sheet(t, "thang-1.csv", "coop-establishments", founded+
		"htx-a,6400123456,HTX A,HTX,huyen-mot,1/2/2020,có,Trồng trọt\n,6400123457,HTX B,HTX,huyen-mot,1/2/2020,có,Chăn nuôi\n")
	res, err := r.Import(context.Background(), first.Drafts(), nil)
	require.NoError(t, err)
	require.Equal(t, 2, res.Recorded)
	res, err = r.Import(context.Background(), first.Drafts(), nil)
	require.NoError(t, err)
	require.Equal(t, recorder.ImportRepeated, res.Outcome)

	second := sheet(t, "thang-2.csv", "coop-establishments", founded+
		"htx-c,,HTX C,HTX,huyen-mot,2/2020,có,Trồng trọt\n,6400123457,HTX B,HTX,huyen-mot,01/02/2020,x,Chăn nuôi\nhtx-a,6400123456,HTX A,HTX,huyen-mot,1/2/2020,có,Trồng trọt\n")
	res, err = r.Import(context.Background(), second.Drafts(), nil)
	require.NoError(t, err)
	require.Equal(t, 1, res.Recorded)
	require.Equal(t, 2, res.Repeated)
	require.Equal(t, "thang-1.csv", res.Results[1].Record.Source.Sheet)

	annual := sheet(t, "nam.csv", "coop-annual", "Mã HTX,MST,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng)\nhtx-a,,2022,21,thực hiện,\"1.550,5\"\n,6400123457,2022,22,thực hiện,900\n")
	res, err = r.Import(context.Background(), annual.Drafts(), nil)
	require.NoError(t, err)
	require.Equal(t, 4, res.Recorded)
	require.Equal(t, ledger.StreamOf("coop", "mst-6400123457"), res.Results[2].Record.Stream)
}

// What the ledger refuses comes back at the line and the cell that said it.
func TestARefusalFindsItsCell(t *testing.T) {
	r := begun(t)
	s := sheet(t, "a.csv", "coop-establishments", founded+
		"htx-a,6400123456,HTX A,HTX,huyen-mot,1/2/2020,có,Trồng trọt\n\nhtx-b,6400123456,HTX B,HTX,huyen-mot,1/2/2020,có,Trồng trọt\nhtx-c,,HTX C,HTX,huyen-hai,1/2/2020,có,Trồng trọt\n")
	res, err := r.Import(context.Background(), s.Drafts(), nil)
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.NoError(t, res.Results[0].Err)
	taken := s.Locate(1, res.Results[1].Err)
	require.ErrorIs(t, taken, coop.ErrTaxCode)
	require.Equal(t, "dòng 4, cột “MST”: mã số thuế 6400123456 đang thuộc HTX htx-a", taken.Vi())
	nowhere := s.Locate(2, res.Results[2].Err)
	require.Equal(t, 5, nowhere.Row)
	require.Equal(t, "Địa bàn", nowhere.Column)
}
