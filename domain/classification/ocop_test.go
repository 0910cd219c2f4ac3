package classification

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
)

func on(t require.TestingT, s string) OCOPRules {
	d, err := calendar.ParseDay(s)
	require.NoError(t, err)
	return OCOPRulesOn(d)
}

func TestStarsByDay(t *testing.T) {
	for _, c := range []struct {
		day    string
		score  int64
		stars  int
		reason string
	}{
		{"2023-02-23", 10000, 5, ReasonBand}, {"2023-02-23", 9000, 5, ReasonBand},
		{"2023-02-23", 8999, 0, ReasonBetween}, {"2023-02-23", 8950, 0, ReasonBetween}, {"2023-02-23", 8901, 0, ReasonBetween},
		{"2023-02-23", 8900, 4, ReasonBand}, {"2023-02-23", 7050, 4, ReasonBand},
		{"2023-02-23", 6950, 0, ReasonBetween}, {"2023-02-23", 6900, 3, ReasonBand},
		{"2023-02-23", 4950, 0, ReasonBetween}, {"2023-02-23", 4900, 2, ReasonBand},
		{"2023-02-23", 2950, 1, ReasonBand}, {"2023-02-23", 0, 1, ReasonBand},
		{"2023-02-24", 8950, 4, ReasonBand}, {"2023-02-24", 8999, 4, ReasonBand}, {"2023-02-24", 9000, 5, ReasonBand},
		{"2023-02-24", 6999, 3, ReasonBand}, {"2023-02-24", 4999, 2, ReasonBand}, {"2023-02-24", 2999, 1, ReasonBand},
		{"2025-07-06", 8999, 4, ReasonBand}, {"2025-07-06", 5000, 3, ReasonBand},
		{"2019-08-20", 9500, 0, ReasonNoRules},
		{"2024-01-01", 10001, 0, ReasonRefused}, {"2019-08-20", -1, 0, ReasonRefused},
	} {
		r := on(t, c.day)
		b := r.Band(c.score)
		require.Equal(t, c.reason, b.Reason, "%+v", c)
		require.Equal(t, c.stars, b.Stars, "%+v", c)
		require.Equal(t, c.reason == ReasonRefused, b.Refused != nil)
	}
	require.ErrorIs(t, on(t, "2024-01-01").Band(10001).Refused, errPoints)
	require.Equal(t, "Không thuộc khung nào: 89,50 điểm nằm giữa hai khung điểm số nguyên của quyết định.", on(t, "2021-05-05").Band(8950).Vi)
	require.Equal(t, "4 sao: đạt 89,50 điểm, thuộc khung từ 70 đến dưới 90 điểm.", on(t, "2023-05-05").Band(8950).Vi)
}

func TestWhoRecognises(t *testing.T) {
	for day, want := range map[string][5]string{
		"2019-08-20": {},
		"2019-08-21": {"", "", Province, Province, Central},
		"2023-02-23": {"", "", Province, Province, Central},
		"2023-02-24": {"", "", District, Province, Central},
		"2025-07-05": {"", "", District, Province, Central},
		"2025-07-06": {"", "", Province, Province, Central},
	} {
		for i, authority := range want {
			require.Equal(t, authority, on(t, day).Authority(i+1), "%s %d", day, i+1)
		}
		require.Empty(t, on(t, day).Authority(0))
		require.Empty(t, on(t, day).Authority(6))
	}
	require.Equal(t, "cấp huyện", AuthorityVi(District))
}

// From the first decision on there is exactly one rule set a day.
func TestOneRuleSetADay(t *testing.T) {
	require.Empty(t, on(t, "2019-08-20").Code)
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Day(rapid.Int32Range(int32(calendar.DayOf(2019, 8, 21)), int32(calendar.MaxDay)).Draw(t, "day"))
		holding := 0
		for _, r := range ocopRules {
			if r.InForceOn(d) {
				holding++
			}
		}
		require.Equal(t, 1, holding, d.String())
	})
}

// Under the half-open decisions every score has stars, and a higher score
// never has fewer.
func TestStarsAreTotalAndMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := on(t, rapid.SampledFrom([]string{"2023-02-24", "2025-07-06"}).Draw(t, "day"))
		low := rapid.Int64Range(0, 10000).Draw(t, "low")
		a, b := r.Band(low), r.Band(rapid.Int64Range(low, 10000).Draw(t, "high"))
		require.Positive(t, a.Stars)
		require.LessOrEqual(t, a.Stars, b.Stars)
	})
}
