package sheets

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a number format makes of a number, as a reader of the sheet sees it, without
// the signs between groups of digits.
func TestNumberFormatsAreShownAsTheyRead(t *testing.T) {
	for _, c := range []struct {
		code, number, shown string
		scale               int8
	}{
		{"000", "7", "007", 0},
		{"000", "12345", "12345", 0},
		{`00"/QĐ-UBND"`, "12", "12/QĐ-UBND", 0},
		{`00"/QĐ-UBND"`, "7", "07/QĐ-UBND", 0},
		{`"HĐ-"0000`, "85", "HĐ-0085", 0},
		{`0000-000-000`, "912345678", "0912-345-678", 0},
		{"#,##0,,", "1550000000", "1550", -6},
		{"#,##0.0,,", "1550000000", "1550,0", -6},
		{"#,##0,", "1550499", "1550", -3},
		{"#,##0,", "1550500", "1551", -3},
		{"0.0,", "9999999", "10000,0", -3},
		{"0%", "0.85", "85%", 2},
		{"0.0%", "0.8567", "85,7%", 2},
		{`#,##0" triệu"`, "1550", "1550 triệu", 0},
		{"#,##0 VND", "1550000", "1550000 VND", 0},
		{"#,##0 ha", "12", "12 ha", 0},
		{`#,##0".000"`, "1550", "1550.000", 3},
		{`#,##0,"tr"`, "1550", "2tr", -3},
		{"[$-42A]0.00", "1.5", "1,50", 0},
		{"#,##0 [$₫-42A]", "5", "5 ₫", 0},
		{"0.00", "1.1", "1,10", 0},
		{"0.##", "1.1", "1,1", 0},
		{"0.##", "1", "1", 0},
		{".00", "12.5", "12,50", 0},
		{"0;(0)", "-5", "(5)", 0},
		{"0.0", "-5.25", "-5,3", 0},
		{`0;-0;"-"`, "0", "-", 0},
		{";;;", "5", "", 0},
		{`"Năm "General`, "2023", "Năm 2023", 0},
		{`_-* #,##0.0_-;-* #,##0.0_-;_-* "-"??_-`, "1550", "1550,0", 0},
	} {
		f := parseShownFormat(c.code)
		require.NotNil(t, f, c.code)
		shown, scale := f.show(c.number)
		require.Equal(t, c.shown, shown, c.code)
		require.Equal(t, c.scale, scale, c.code)
	}
	for _, code := range []string{"General", "0", "#,##0", "#", "0.00E+00", "# ?/?", "[<5]0;0.0", "@", `"never closed`} {
		require.Nil(t, parseShownFormat(code), code)
	}
}

// Letters beside places for digits make no day of a number.
func TestOnlyFormatsWithoutPlacesForDigitsShowDays(t *testing.T) {
	for code, want := range map[string]shows{
		"#,##0 VND": asNumber, "#,##0 ha": asNumber, "0 d": asNumber, `#,##0 "đồng"`: asNumber, "0 ms": asNumber,
		"dd/mm/yyyy": asDay, "d-mmm-yy": asDay, "mmm-yy": asMonth, "yyyy": asYear, "[h]:mm:ss": asTime, "mm:ss.0": asTime,
		"hh:mm:ss.000": asTime, "dd/mm/yyyy hh:mm:ss.00": asDay, `"ngày "dd" tháng "mm" năm "yyyy`: asDay,
	} {
		require.Equal(t, want, showsOf(code), code)
	}
}

// No code makes the reader of formats panic, and the shown text is short.
func FuzzNumberFormat(f *testing.F) {
	f.Add(`_-* #,##0.0_-;-* #,##0.0_-;_-* "-"??_-`, "1550.25")
	f.Fuzz(func(t *testing.T, code, raw string) {
		number, ok := decimal(raw)
		if format := parseShownFormat(code); ok && format != nil {
			shown, _ := format.show(number)
			require.Less(t, len(shown), 5*len(code)+len(number)+200)
		}
	})
}
