package imports

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var declaredFormats = []NumberFormat{Plain, Vietnamese, English, Spaced}

// What FormatNumber writes Number reads, exactly, in every format and unit.
func TestNumbersReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-canonical.MaxInteger, canonical.MaxInteger).Draw(t, "n")
		f := rapid.SampledFrom(declaredFormats).Draw(t, "format")
		zeros := rapid.SampledFrom([]int{0, 2, 3, 6, 9}).Draw(t, "zeros")
		text := FormatNumber(n, f, zeros)
		got, err := Number(text, f, zeros)
		require.NoError(t, err, text)
		require.Equal(t, n, got, text)
		bare, err := Number(FormatNumber(n, Undeclared, 0), Undeclared, 0)
		require.NoError(t, err)
		require.Equal(t, n, bare)
	})
}

// A number that is read means what exact arithmetic says that its digits mean.
func TestNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`0|[1-9][0-9]{0,9}`).Draw(t, "whole")
		fraction := rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "fraction")
		unit := rapid.SampledFrom([]Unit{Dong, Thousand, Million, Billion}).Draw(t, "unit")
		exact, ok := new(big.Rat).SetString(whole + "." + fraction)
		require.True(t, ok)
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(unit.zeros)), nil)))
		got, err := Number(whole+","+fraction, Vietnamese, unit.zeros)
		switch limit := new(big.Rat).SetInt64(canonical.MaxInteger); {
		case !exact.IsInt():
			require.Equal(t, fault.Malformed, fault.KindOf(err))
		case exact.Cmp(limit) > 0:
			require.ErrorIs(t, err, errNumberRange)
		default:
			require.NoError(t, err)
			require.Equal(t, exact.Num().Int64(), got)
		}
	})
}

// Without a declared format a number is read only if every format reads it the
// same.
func TestUndeclaredNumbersAreNeverGuessed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,4}([., ][0-9]{1,3}){0,3}`).Draw(t, "text")
		got, err := Number(text, Undeclared, 6)
		if err != nil {
			return
		}
		for _, f := range declaredFormats {
			same, err := Number(text, f, 6)
			require.NoError(t, err)
			require.Equal(t, got, same)
		}
	})
}

func TestTheLargestNumber(t *testing.T) {
	n, err := Number("9.007.199.254.740.991", Vietnamese, 0)
	require.NoError(t, err)
	require.Equal(t, int64(canonical.MaxInteger), n)
	for _, s := range []string{"9.007.199.254.740.992", "99.999.999.999.999.999.999"} {
		_, err = Number(s, Vietnamese, 0)
		require.ErrorIs(t, err, errNumberRange, s)
	}
}

func TestDatesKeepTheirPrecision(t *testing.T) {
	for text, want := range map[string]string{
		"5/12/2023": "2023-12-05", "05/12/2023": "2023-12-05", "5.12.2023": "2023-12-05", "5-12-2023": "2023-12-05",
		"2023-12-05": "2023-12-05", "12/2023": "2023-12", "1/2024": "2024-01", "12.2023": "2023-12", "2023-12": "2023-12",
		"2023": "2023", "29/2/2024": "2024-02-29", "31/12/2100": "2100-12-31", "1/1/1945": "1945-01-01",
	} {
		got, err := Date(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.String(), text)
	}
	for text, want := range map[string]*fault.Fault{
		"5/12/23": errTwoDigitYear, "12/23": errTwoDigitYear, "05-12-23": errTwoDigitYear, "45265": errSerialDay,
		"45265.5": errSerialDay, "0/2023": calendar.ErrDay, "13/2023": calendar.ErrDay, "31/4/2023": calendar.ErrDay,
		"1944": calendar.ErrDayRange, "1/1/2101": calendar.ErrDayRange, "12/1944": calendar.ErrDayRange,
		"": calendar.ErrDay, "hôm qua": calendar.ErrDay, "٥/١٢/٢٠٢٣": calendar.ErrDay,
	} {
		_, err := Date(text)
		require.ErrorIs(t, err, want, text)
	}
}

// A printed last day ends on the day after; the last day of the calendar has
// none.
func TestLastDays(t *testing.T) {
	for text, want := range map[string]string{"3/2/2023": "2023-02-04", "31/12/2023": "2024-01-01", "2/2024": "2024-03-01", "2023": "2024-01-01"} {
		got, err := dayAfter(text)
		require.NoError(t, err)
		require.Equal(t, want, got.String())
	}
	_, err := dayAfter("31/12/2100")
	require.ErrorIs(t, err, calendar.ErrDayRange)
	_, err = exactDay("12/2023")
	require.ErrorIs(t, err, errExactDay)
}

// The key of a command is a contract: if these bytes change, files that were
// sent before are recorded again.
func TestDerivedKeysAreFixed(t *testing.T) {
	s := annualSheet(t, "a.csv", "Mã HTX,Năm,Thành viên\nhtx-a,2023,21\n")
	require.Equal(t, "csv/coop-annual/0de7c05d9613b41652485f249294b9cdb21bb4bf242cbc94674c0a315d1bd5f7", s.Drafts()[0].Key)
}

func annualSheet(t *testing.T, name, file string) *Sheet {
	t.Helper()
	form, err := FindForm("coop-annual")
	require.NoError(t, err)
	s, err := CSV(context.Background(), name, []byte(file), form, Options{Numbers: Vietnamese})
	require.NoError(t, err)
	require.Empty(t, vi(s.Problems()))
	return s
}

func keysOf(s *Sheet) []string {
	var list []string
	for _, d := range s.Drafts() {
		list = append(list, d.Key)
	}
	return list
}

// A row keeps its keys in any file, order of columns and spelling, and loses
// them when what it says changes.
func TestSameRowsHaveSameKeys(t *testing.T) {
	first := annualSheet(t, "a.csv", "Mã HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng)\nhtx-a,2023,21,thực hiện,\"1.550,5\"\nhtx-b,2023,22,,\n")
	again := annualSheet(t, "a.csv", "Mã HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng)\nhtx-a,2023,21,thực hiện,\"1.550,5\"\nhtx-b,2023,22,,\n")
	require.Equal(t, keysOf(first), keysOf(again))
	other := annualSheet(t, "b.csv", "STT;NAM;doanh thu (đồng);thuc hien hay uoc tinh;khoa;so thanh vien (nguoi)\n1;2023;;;htx-b;22\n\n2;2023;1550500000;CHINH THUC;htx-a;21\n")
	require.ElementsMatch(t, keysOf(first), keysOf(other))
	require.NotEqual(t, first.Drafts()[0].Source.SHA256, other.Drafts()[0].Source.SHA256)
	for _, changed := range []string{"htx-c,2023,21,", "htx-a,2022,21,", "htx-a,2023,20,", "htx-a,2023,21,QĐ 1"} {
		s := annualSheet(t, "c.csv", "Mã HTX,Năm,Thành viên,Số văn bản\n"+changed+"\n")
		require.NotContains(t, keysOf(first), s.Drafts()[0].Key, changed)
	}
}

// Any sheet of counts that is written out is read as the same counts.
func TestSheetsReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 20).Draw(t, "counts") // as many members as a record may have
		f := rapid.SampledFrom([]NumberFormat{Vietnamese, English, Spaced}).Draw(t, "format")
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "separator")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		var b strings.Builder
		b.WriteString(strings.Join([]string{"Mã HTX", "Năm", "Thành viên"}, sep) + end)
		for i, n := range counts {
			b.WriteString(strings.Join([]string{"htx-" + FormatNumber(int64(i), Undeclared, 0), "2023", `"` + FormatNumber(n, f, 0) + `"`}, sep) + end)
		}
		form, err := FindForm("coop-annual")
		require.NoError(t, err)
		s, err := CSV(context.Background(), "x.csv", []byte(b.String()), form, Options{Numbers: f})
		require.NoError(t, err)
		require.Empty(t, vi(s.Problems()))
		for i, d := range s.Drafts() {
			var e coop.MembersCounted
			require.NoError(t, canonical.Unmarshal(d.Data, &e))
			require.Equal(t, counts[i], e.Official)
			require.Equal(t, int64(i+2), d.Source.Row)
		}
	})
}

// An error of the ledger finds the cell that it is about.
func TestLocateFindsTheCell(t *testing.T) {
	s := annualSheet(t, "a.csv", "Mã HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng)\nhtx-a,2023,21,thực hiện,5\nhtx-b,2023,22,,\n")
	for _, c := range []struct {
		draft  int
		err    error
		line   int
		column string
		cell   string
	}{
		{0, ledger.ErrNegative.With(1).At("/data/official"), 2, "Thành viên", "21"},
		{1, ledger.ErrNegative.With(1).At("/data/revenue/x"), 2, "Doanh thu (triệu đồng)", "5"},
		{2, coop.ErrYearDay.With(2023, "x").At("/valid"), 3, "Năm", "2023"},
		{2, coop.ErrUnknown.With("htx-b"), 3, "", ""},
		{2, ledger.ErrStream.With("x").At("/stream"), 3, "Mã HTX", "htx-b"},
		{9, coop.ErrUnknown.With("htx-b"), 0, "", ""},
	} {
		p := s.Locate(c.draft, c.err)
		require.Equal(t, []any{c.line, c.column, c.cell, c.err}, []any{p.Row, p.Column, p.Seen, p.err})
		require.Equal(t, c.column != "", p.Expected != "")
		require.Equal(t, c.err.(*fault.Fault).Vi(), p.MessageVi)
		require.ErrorIs(t, p, c.err)
	}
}

func TestFormsAreFound(t *testing.T) {
	for _, f := range Forms() {
		g, err := FindForm(f.Name)
		require.NoError(t, err)
		require.Same(t, f, g)
	}
	_, err := FindForm("coop-anual")
	require.ErrorIs(t, err, ErrForm)
	require.Contains(t, err.Error(), "coop-annual")
}

func TestNamesOfFormatsAndUnits(t *testing.T) {
	for _, f := range declaredFormats {
		got, err := ParseNumberFormat(f.String())
		require.NoError(t, err)
		require.Equal(t, f, got)
	}
	_, err := ParseNumberFormat("fr")
	require.ErrorIs(t, err, errFormatName)
	for text, want := range map[string]Unit{
		"đồng": Dong, "VND": Dong, "nghìn": Thousand, "ngàn đồng": Thousand, "1.000 đồng": Thousand,
		"Triệu đồng": Million, "trđ": Million, "tr.đ": Million, "tỷ": Billion, "Tỉ đồng": Billion, "": {},
	} {
		got, err := ParseUnit(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	_, err = ParseUnit("USD")
	require.ErrorIs(t, err, errUnitName)
}

func TestLimits(t *testing.T) {
	form, err := FindForm("models")
	require.NoError(t, err)
	big := make([]byte, MaxFileBytes+1)
	_, err = CSV(context.Background(), "x.csv", big, form, Options{})
	require.ErrorIs(t, err, errFileSize)
	_, err = NDJSON("x.ndjson", big)
	require.ErrorIs(t, err, errFileSize)
	long := "Mã HTX,Mô hình,Ngày,Ghi chú\nhtx-a,kiểu mới,1/2/2023," + strings.Repeat("x", maxCellBytes+1) + "\n"
	s, err := CSV(context.Background(), "x.csv", []byte(long), form, Options{})
	require.NoError(t, err)
	require.ErrorIs(t, s.Problems()[0], errCellLong)
	_, err = CSV(context.Background(), "x.csv", []byte(strings.Repeat("a\n", MaxLines+2)), form, Options{Separator: ','})
	require.ErrorIs(t, err, ErrFileLines)
}

// Reading many rows must cost as much a row as reading few.
func BenchmarkCSV(b *testing.B) {
	form, err := FindForm("coop-annual")
	require.NoError(b, err)
	for _, rows := range []int{1_000, 10_000} {
		var file strings.Builder
		file.WriteString("Mã HTX,Tên HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng)\n")
		for i := range rows {
			file.WriteString("htx-" + FormatNumber(int64(i), Undeclared, 0) + ",HTX Ví Dụ,2023,1.021,thực hiện,\"1.550,5\"\n")
		}
		b.Run(FormatNumber(int64(rows), Undeclared, 0), func(b *testing.B) {
			for b.Loop() {
				s, err := CSV(context.Background(), "x.csv", []byte(file.String()), form, Options{Numbers: Vietnamese})
				require.NoError(b, err)
				require.Len(b, s.Drafts(), 2*rows)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}
