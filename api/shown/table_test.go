package shown

import (
	"bytes"
	"encoding/csv"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
)

func sample() *Table {
	t := NewTable("Thử", "Bảng thử", column("key", "Khóa"), Column{Code: "value", Name: "Giá trị"},
		Column{Code: "decimal", Name: "Thập phân", For: programs}, Column{Code: "day", Name: "Ngày"})
	share := big.NewRat(49, 109)
	t.Add(WordsCell("=1+1"), exactCell(Percent, share, NoData), decimalCell(share), dayCell(calendar.DayOf(2023, 12, 5)))
	t.Add(NamedCode("x", "Đắk Mil; \"hai\""), exactCell(Dong, big.NewRat(10900, 7), NoData), decimalCell(big.NewRat(10900, 7)), Cell{})
	t.Add(WordsCell("không"), WholeCell(0), decimalCell(new(big.Rat)), Cell{})
	t.Add(WordsCell("chưa"), exactCell(Number, nil, NoData), decimalCell(nil), Cell{})
	t.Add(WordsCell("âm"), WholeCell(-5), Cell{}, Cell{})
	return t
}

func TestBothPrints(t *testing.T) {
	var programs, people bytes.Buffer
	require.NoError(t, sample().Write(&programs))
	require.NoError(t, sample().WriteExcel(&people))
	require.Equal(t, "key,value,decimal,day\n"+
		"=1+1,49/109,0.449541,2023-12-05\n"+
		"x,10900/7,1557.142857,\n"+
		"không,0,0,\n"+
		"chưa,,,\n"+
		"âm,-5,,\n", programs.String())
	require.Equal(t, "\ufeffKhóa;Giá trị;Ngày\r\n"+
		"'=1+1;44,954128%;05/12/2023\r\n"+
		"\"Đắk Mil; \"\"hai\"\"\";1557,142857;\r\n"+
		"không;0;\r\n"+
		"chưa;…;\r\n"+
		"âm;-5;\r\n"+
		"\"0 là không phát sinh; … là chưa có số liệu; ô trống là không áp dụng.\";;\r\n", people.String())
}

// What anybody typed comes back as it was, and never begins like a formula.
func TestTextIsNeverAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[=+\-@\t';",a\nđ0-9 ]{1,6}`).Draw(t, "typed")
		x := NewTable("Thử", "Thử", Column{Code: "a", Name: "A"}, Column{Code: "b", Name: "B"})
		x.Add(WordsCell(typed), WordsCell("b"))
		var b bytes.Buffer
		require.NoError(t, x.WriteExcel(&b))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		require.NoError(t, err)
		want := typed
		if strings.Contains("=+-@\t\r", typed[:1]) {
			want = "'" + typed
		}
		require.Equal(t, want, rows[1][0])
	})
}
