package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"htxledger/domain/fault"
)

func rendered(t *table, width int) []string {
	var b bytes.Buffer
	_ = t.write(&b, width)
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

// Marks composed or apart, a column is as wide as what is seen.
func TestTablePadsWhatIsSeen(t *testing.T) {
	composed, apart := newTable(left("Tên"), right("Số")), newTable(left("Tên"), right("Số"))
	composed.add(norm.NFC.String("Đắk Mil"), "1")
	apart.add(norm.NFD.String("Đắk Mil"), "1")
	require.Equal(t, []string{"Tên      Số", "───────  ──", "Đắk Mil   1"}, rendered(composed, 80))
	for i, line := range rendered(apart, 80) {
		require.Equal(t, cells.StringWidth(rendered(composed, 80)[i]), cells.StringWidth(line))
	}
}

func TestTableWraps(t *testing.T) {
	x := newTable(left("Mã"), wrap("Chỉ tiêu"))
	x.add("T01", "Thành lập mới 15 HTX nông nghiệp trên địa bàn")
	x.add("T02", "quality.good-fair.share.registered\nhai dòng")
	require.Equal(t, []string{
		"Mã   Chỉ tiêu",
		"───  ─────────────────────────",
		"T01  Thành lập mới 15 HTX nông",
		"     nghiệp trên địa bàn",
		"T02  quality.good-fair.share.",
		"     registered",
		"     hai dòng",
	}, rendered(x, 30))
}

// Whatever is in the cells, no line is wider than asked where there is room for
// the narrowest columns, and no word is lost.
func TestTableLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := newTable(left("a"), wrap("b"), wrap("c"))
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab đắơ.-/ \n")), 0, 200, -1)
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			x.add("x", text.Draw(t, "b"), text.Draw(t, "c"))
		}
		width := rapid.IntRange(2*narrowest+10, 200).Draw(t, "width")
		seen := ""
		for _, line := range rendered(x, width) {
			require.LessOrEqual(t, cells.StringWidth(line), width)
			seen += line
		}
		letters := func(s string) int { return strings.Count(s, "ắ") }
		want := 0
		for _, row := range x.rows {
			want += letters(strings.Join(row, ""))
		}
		require.Equal(t, want, letters(seen))
	})
}

func TestShortened(t *testing.T) {
	require.Equal(t, "một hai", cutText("một  hai", 7))
	require.Equal(t, "một …", cutText("một hai ba", 8))
}

// Every kind of fault has an exit code, and every fault a kind.
func TestEveryFaultHasAnExitCode(t *testing.T) {
	for _, f := range fault.Declarations() {
		require.Contains(t, exitCodes, f.Kind, f.Code)
		require.NotZero(t, exitCode(ranError{f}))
		if code := exitCode(ranError{asInputFault(f)}); exitCodes[f.Kind] == exitUsage {
			require.Equal(t, exitRejected, code, f.Code)
		} else {
			require.Equal(t, exitCodes[f.Kind], code, f.Code)
		}
	}
	require.Equal(t, exitVerify, exitCode(errRoads.With(1)))
	require.Zero(t, exitCode(nil))
}
