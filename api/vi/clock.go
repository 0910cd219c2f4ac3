package vi

import (
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var weekdays = [...]string{"Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"}

// LongDay is a day in words, so that a slip of the finger shows: Chủ nhật, ngày
// 31 tháng 12 năm 2023.
func LongDay(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	year, month, day := d.Date()
	return weekdays[(int(d)-1)%7] + ", ngày " + strconv.Itoa(day) + " tháng " + strconv.Itoa(month) + " năm " + strconv.Itoa(year)
}

// AsOfEcho says back which valid day was understood.
func AsOfEcho(p *answers.Point) string { return "Hết " + LongDay(p.Valid) + "." }

// KnownEcho says back which state of knowledge was understood.
func KnownEcho(p *answers.Point) string {
	first := Integer(p.Size) + " bản ghi đầu tiên"
	typed := p.Known.String()
	switch day, err := calendar.ParseTyped(typed); {
	case typed == "":
		return "Hiện tại: toàn bộ " + Integer(p.Size) + " bản ghi."
	case err == nil:
		return "Hết " + LongDay(day) + ": " + first + "."
	case typed == ledger.KnownSize(p.Size).String():
		return first + "; bản ghi cuối vào sổ lúc " + Instant(p.LastRecorded) + "."
	}
	return "Đến " + KnownUntil(p) + ": " + first + "."
}
