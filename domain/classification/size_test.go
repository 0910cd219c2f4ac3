package classification

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSizeOfTheLaw(t *testing.T) {
	const m = 1_000_000
	for _, c := range []struct {
		facts   SizeFacts
		size    Size
		reason  string
		article string
	}{
		{SizeFacts{300, n(50_000 * m), n(0)}, Large, ReasonRevenue, "điểm a"},
		{SizeFacts{300, n(50_000*m - 1), n(10_000 * m)}, Large, ReasonCapital, "điểm a"},
		{SizeFacts{300, n(50_000*m - 1), n(10_000*m - 1)}, Medium, ReasonRevenue, "điểm b"},
		{SizeFacts{299, n(50_000 * m), nil}, Medium, ReasonRevenue, "điểm b"},
		{SizeFacts{200, nil, n(5_000 * m)}, Medium, ReasonCapital, "điểm b"},
		{SizeFacts{199, n(50_000 * m), n(50_000 * m)}, Small, ReasonRevenue, "điểm c"},
		{SizeFacts{50, n(0), n(1_000 * m)}, Small, ReasonCapital, "điểm c"},
		{SizeFacts{50, n(2_000*m - 1), n(1_000*m - 1)}, Micro, ReasonBelow, "khoản 1"},
		{SizeFacts{49, n(90_000 * m), n(90_000 * m)}, Micro, ReasonMembers, "khoản 1"},
		{SizeFacts{49, nil, nil}, Micro, ReasonMembers, "khoản 1"},
		{SizeFacts{0, nil, nil}, Micro, ReasonMembers, "khoản 1"},
	} {
		r := SizeOf(c.facts)
		require.Equal(t, c.size, r.Size, "%+v", r)
		require.Equal(t, []Size{c.size, c.size}, []Size{r.AtLeast, r.AtMost})
		require.Equal(t, c.reason, r.Reason, "%+v", r)
		require.Contains(t, r.Article, c.article)
		require.Empty(t, r.Missing)
		require.Contains(t, r.Vi, c.size.Vi()+": có ")
	}
}

func TestUnknownFiguresLeaveTheSizeOpen(t *testing.T) {
	const m = 1_000_000
	for _, c := range []struct {
		facts           SizeFacts
		atLeast, atMost Size
		missing         []string
		vi              string
	}{
		{SizeFacts{60, nil, nil}, Micro, Small, []string{"revenue", "capital"},
			"Chưa xác định được quy mô: có 60 thành viên chính thức nhưng chưa có số liệu doanh thu và tổng nguồn vốn; quy mô có thể từ siêu nhỏ đến nhỏ."},
		{SizeFacts{60, n(100 * m), nil}, Micro, Small, []string{"capital"},
			"Chưa xác định được quy mô: có 60 thành viên chính thức nhưng chưa có số liệu tổng nguồn vốn; quy mô có thể từ siêu nhỏ đến nhỏ."},
		{SizeFacts{1200, nil, n(6_000 * m)}, Medium, Large, []string{"revenue"},
			"Chưa xác định được quy mô: có 1.200 thành viên chính thức nhưng chưa có số liệu doanh thu; quy mô có thể từ vừa đến lớn."},
		{SizeFacts{250, nil, n(0)}, Micro, Medium, []string{"revenue"},
			"Chưa xác định được quy mô: có 250 thành viên chính thức nhưng chưa có số liệu doanh thu; quy mô có thể từ siêu nhỏ đến vừa."},
	} {
		require.Equal(t, SizeResult{
			AtLeast: c.atLeast, AtMost: c.atMost, Missing: c.missing, Reason: ReasonOpen, Article: law2023, Vi: c.vi,
		}, SizeOf(c.facts))
	}
}

func TestSizeByMembers(t *testing.T) {
	for members, want := range map[int64]Size{
		0: Micro, 49: Micro, 50: Small, 300: Small, 301: Medium, 1000: Medium, 1001: Large,
	} {
		r := SizeByMembers(members)
		require.Equal(t, want, r.Size, members)
		require.Equal(t, "Thông tư 01/2020/TT-BKHĐT, Điều 4", r.Article)
	}
	require.Equal(t, "Lớn: có 12.345 thành viên, thuộc khung trên 1.000 thành viên.", SizeByMembers(12345).Vi)
}

func TestNegativeFiguresAreRefused(t *testing.T) {
	for _, f := range []SizeFacts{{-1, nil, nil}, {1, n(-1), nil}, {1, nil, n(-1)}} {
		r := SizeOf(f)
		require.ErrorIs(t, r.Refused, errSizeFigure)
		require.Empty(t, r.Size)
	}
	require.ErrorIs(t, SizeByMembers(-1).Refused, errSizeFigure)
}

func TestSizeRulesAgreeWithTheirFunctions(t *testing.T) {
	rules := SizeRules()
	require.Equal(t, []string{"tt01-2020-members", "law-2023"}, []string{rules[0].Code, rules[1].Code})
	f := SizeFacts{OfficialMembers: 400, Revenue: n(20 * billion)}
	require.Equal(t, SizeByMembers(400), rules[0].Of(f))
	require.Equal(t, SizeOf(f), rules[1].Of(f))
}

// Whatever the unknown figures turn out to be, the size is within the bounds
// that were given, and both bounds can happen.
func TestTheBoundsHoldAndAreReached(t *testing.T) {
	rank := map[Size]int{Micro: 1, Small: 2, Medium: 3, Large: 4}
	sum := rapid.Int64Range(0, 60*billion)
	rapid.Check(t, func(t *rapid.T) {
		full := SizeFacts{rapid.Int64Range(0, 400).Draw(t, "members"), n(sum.Draw(t, "revenue")), n(sum.Draw(t, "capital"))}
		known, zero, huge := full, full, full
		if rapid.Bool().Draw(t, "revenue unknown") {
			known.Revenue, zero.Revenue, huge.Revenue = nil, n(0), n(1000*billion)
		}
		if rapid.Bool().Draw(t, "capital unknown") {
			known.Capital, zero.Capital, huge.Capital = nil, n(0), n(1000*billion)
		}
		r := SizeOf(known)
		got := rank[SizeOf(full).Size]
		require.LessOrEqual(t, rank[r.AtLeast], got)
		require.GreaterOrEqual(t, rank[r.AtMost], got)
		require.Equal(t, r.AtLeast, SizeOf(zero).Size)
		require.Equal(t, r.AtMost, SizeOf(huge).Size)
		require.Equal(t, r.AtLeast == r.AtMost, r.Size != "")
		require.Equal(t, r.Size == "", len(r.Missing) > 0)
	})
}

func TestGrouped(t *testing.T) {
	for v, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", 1550000: "1.550.000", -1000: "-1.000", -100: "-100"} {
		require.Equal(t, want, groupThousands(v))
	}
}
