package vi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

func TestLongDays(t *testing.T) {
	require.Equal(t, "Chủ nhật, ngày 31 tháng 12 năm 2023", vi.LongDay(calendar.DayOf(2023, 12, 31)))
	require.Equal(t, "Thứ Hai, ngày 1 tháng 1 năm 2024", vi.LongDay(calendar.DayOf(2024, 1, 1)))
	require.Empty(t, vi.LongDay(0))
	words := map[time.Weekday]string{0: "Chủ nhật", 1: "Thứ Hai", 2: "Thứ Ba", 3: "Thứ Tư", 4: "Thứ Năm", 5: "Thứ Sáu", 6: "Thứ Bảy"}
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Day(rapid.IntRange(int(calendar.MinDay), int(calendar.MaxDay)).Draw(t, "day"))
		y, m, n := d.Date()
		require.Contains(t, vi.LongDay(d), words[time.Date(y, time.Month(m), n, 0, 0, 0, 0, time.UTC).Weekday()]+",")
	})
}

func TestEchoes(t *testing.T) {
	at, err := calendar.ParseInstant("2023-12-31T16:59:59Z")
	require.NoError(t, err)
	p := &answers.Point{Question: indicator.Question{Point: indicator.Point{Valid: calendar.DayOf(2023, 12, 31)}}, Size: 3149, LastRecorded: at}
	require.Equal(t, "Hết Chủ nhật, ngày 31 tháng 12 năm 2023.", vi.AsOfEcho(p))
	for typed, want := range map[string]string{
		"":                     "Hiện tại: toàn bộ 3.149 bản ghi.",
		"31/12/2023":           "Hết Chủ nhật, ngày 31 tháng 12 năm 2023: 3.149 bản ghi đầu tiên.",
		"@3149":                "3.149 bản ghi đầu tiên; bản ghi cuối vào sổ lúc 31/12/2023 23:59:59.",
		"2024-01-05T08:00:00Z": "Đến 05/01/2024 15:00:00: 3.149 bản ghi đầu tiên.",
	} {
		p.Known, err = ledger.ParseKnown(typed)
		require.NoError(t, err)
		require.Equal(t, want, vi.KnownEcho(p), typed)
	}
}
