package calendar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"pgregory.net/rapid"
)

func day(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestDayRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(int32(MinDay), int32(MaxDay)).Draw(t, "day"))
		back, err := ParseDay(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
		typed, err := ParseTyped(d.Vi())
		require.NoError(t, err)
		require.Equal(t, d, typed)
		y, m, dd := d.Date()
		require.Equal(t, time.Date(y, time.Month(m), dd, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), d.String())
		require.Equal(t, d, EndOf(d).DayIn())
		require.Equal(t, d+1, (EndOf(d) + 1).DayIn())
	})
}

func TestBadDays(t *testing.T) {
	for _, s := range []string{"", "2023-02-30", "2023-13-01", "2023-1-1", "30/02/2023", "1/1/23", "2023/01/01", "2023-01-01T00:00:00Z", "+023-01-01", "２０２３-01-01"} {
		_, err := ParseTyped(s)
		require.ErrorIs(t, err, ErrDay, s)
	}
	for _, s := range []string{"1944-12-31", "2101-01-01", "01/01/1900"} {
		_, err := ParseTyped(s)
		require.ErrorIs(t, err, ErrDayRange, s)
	}
}

func TestTypedDays(t *testing.T) {
	for _, s := range []string{"2023-12-05", "05/12/2023", "5/12/2023", "5.12.2023", "05-12-2023", " 5/12/2023 "} {
		d, err := ParseTyped(s)
		require.NoError(t, err, s)
		require.Equal(t, "2023-12-05", d.String(), s)
	}
}

func TestStatedCountsFromItsLastDay(t *testing.T) {
	for text, want := range map[string][3]string{
		"2023-12-05": {"2023-12-05", "2023-12-05", "05/12/2023"},
		"2023-02":    {"2023-02-01", "2023-02-28", "02/2023"},
		"2024":       {"2024-01-01", "2024-12-31", "2024"},
	} {
		s, err := ParseStated(text)
		require.NoError(t, err)
		require.Equal(t, want, [3]string{s.First().String(), s.Day.String(), s.Vi()})
		require.Equal(t, text, s.String())
	}
	for _, bad := range []string{"2023-00", "202", "20230101", "1944", "2101-01"} {
		_, err := ParseStated(bad)
		require.Error(t, err, bad)
	}
}

func TestMonthsLater(t *testing.T) {
	for from, want := range map[string]string{
		"2020-02-04": "2023-02-04", "2020-02-29": "2023-02-28", "2020-08-31": "2023-08-31", "2020-11-30": "2023-11-30",
	} {
		require.Equal(t, want, day(from).AddMonths(36).String())
	}
	require.Equal(t, "2023-02-28", day("2023-01-31").AddMonths(1).String())
}

func TestTheDayEndsInVietnam(t *testing.T) {
	require.Equal(t, "2023-12-31T16:59:59.999999Z", EndOf(day("2023-12-31")).String())
	before, err := ParseInstant("2023-12-31T16:59:59Z")
	require.NoError(t, err)
	require.Equal(t, "2023-12-31", before.DayIn().String())
	after, err := ParseInstant("2023-12-31T17:00:00Z")
	require.NoError(t, err)
	require.Equal(t, "2024-01-01", after.DayIn().String())
	require.Equal(t, "01/01/2024 00:00:00", after.Vi())
}

func TestInstantText(t *testing.T) {
	var i Instant
	require.NoError(t, i.UnmarshalText([]byte("2023-12-05T02:11:09.123456Z")))
	require.Equal(t, "2023-12-05T02:11:09.123456Z", i.String())
	for _, bad := range []string{"2023-12-05T02:11:09Z", "2023-12-05T02:11:09.1234567Z", "2023-12-05T02:11:09.123456+07:00", "x"} {
		require.Error(t, i.UnmarshalText([]byte(bad)), bad)
	}
	j, err := ParseInstant("2023-12-05T09:11:09.123456+07:00")
	require.NoError(t, err)
	require.Equal(t, "2023-12-05T02:11:09.123456Z", j.String())
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ name, v, first string }{
		{"", "2023-12-31", "2023-01-01"}, {"year", "2024-01-01", "2024-01-01"},
		{"statistical-year", "2024-12-14", "2023-12-15"}, {"statistical-year", "2024-12-20", "2024-12-15"},
		{"2023-06-14", "2023-12-31", "2023-06-14"}, {"14/06/2023", "2023-12-31", "2023-06-14"},
	} {
		p, err := PeriodEnding(c.name, day(c.v))
		require.NoError(t, err)
		require.Equal(t, Period{day(c.first), day(c.v)}, p)
		require.True(t, p.Contains(day(c.v)))
		require.False(t, p.Contains(p.First-1))
	}
	for _, bad := range []string{"month", "2024-01-01"} {
		_, err := PeriodEnding(bad, day("2023-12-31"))
		require.ErrorIs(t, err, ErrPeriod)
	}
}

func FuzzParseTyped(f *testing.F) {
	f.Add("05/12/2023")
	f.Add("2023-12-05")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseTyped(s); err == nil {
			back, err := ParseTyped(d.Vi())
			require.NoError(t, err)
			require.Equal(t, d, back)
		}
	})
}

// A sentence says what may be written where the text stands, in both languages.
func TestDaySentences(t *testing.T) {
	_, typed := ParseTyped("31/13/2023")
	_, typedISO := ParseTyped("2023/12/31")
	_, day := ParseDay("2023-02-30")
	_, stated := ParseStated("14/03/2023")
	for err, want := range map[error]string{
		typed: "dd/mm/yyyy, yyyy-mm-dd", typedISO: "dd/mm/yyyy, yyyy-mm-dd", day: "yyyy-mm-dd", stated: "yyyy-mm-dd, yyyy-mm, yyyy",
	} {
		f, ok := fault.Of(err)
		require.True(t, ok)
		require.ErrorIs(t, f, ErrDay)
		require.Contains(t, f.En(), "(write "+want+")")
		require.Contains(t, f.Vi(), "(viết "+want+")")
	}
}
