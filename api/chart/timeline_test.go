package chart

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
)

func aTimeline() *Timeline {
	day := calendar.DayOf
	return &Timeline{
		ID: "dong", Title: "Dòng thời gian", Desc: "Bốn việc",
		First: day(2019, 1, 1), Last: day(2024, 12, 31), Mark: day(2023, 12, 31), MarkLabel: "31/12/2023",
		Rows: []TimelineRow{
			{"Tình trạng", []TimelineBand{
				{From: day(2018, 5, 1), To: day(2022, 2, 1), Class: "on", Words: "đang hoạt động"},
				{From: day(2022, 2, 1), To: day(2022, 8, 1), Class: "off", Words: "tạm ngừng", Weak: true},
				{From: day(2022, 8, 1), Class: "on", Words: "đang hoạt động"},
			}},
			{"Chứng nhận có tên rất dài nên phải cắt bớt", []TimelineBand{{From: day(2023, 3, 1), To: day(2023, 3, 2), Class: "on", Words: "hiệu lực"}}},
			{"<b>OCOP</b> & \"gạo\"", []TimelineBand{
				{From: day(2010, 1, 1), To: day(2011, 1, 1), Class: "on", Words: "trước"},
				{From: day(2025, 1, 1), Class: "on", Words: "sau"},
			}},
			{"Không có gì", nil},
		},
	}
}

func TestTimelines(t *testing.T) {
	x := aTimeline()
	golden(t, "timeline-wide", string(x.Wide()))
	golden(t, "timeline-narrow", string(x.Narrow()))
	require.NotContains(t, string(x.Wide()), "<b>")
	require.Equal(t, 4, strings.Count(string(x.Wide()), `class="band `), "a band outside is not drawn")

	x.Mark = calendar.DayOf(2030, 1, 1)
	require.NotContains(t, string(x.Wide()), "mark")
	x.First, x.Last = calendar.DayOf(2023, 1, 1), calendar.DayOf(2023, 1, 1)
	requireXML(t, string(x.Narrow()))
	x.First, x.Last = calendar.MinDay, calendar.MaxDay
	require.LessOrEqual(t, strings.Count(string(x.Narrow()), "middle tick"), 5)
}
