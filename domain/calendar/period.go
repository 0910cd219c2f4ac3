package calendar

import "htxledger/domain/fault"

// ErrPeriod is raised for a period that is none.
var ErrPeriod = fault.Declare("period", fault.Malformed,
	"%q is not a period (want year, statistical-year or a first day not after %s)",
	"%q không phải là kỳ hợp lệ (năm dương lịch là year, năm thống kê là statistical-year; hoặc ghi ngày đầu kỳ, không sau %s)")

// A Period is a span of days, both ends inside.
type Period struct{ First, Last Day }

// Contains reports whether d is within p.
func (p Period) Contains(d Day) bool { return p.First <= d && d <= p.Last }

// The names of periods in a question.
const (
	CalendarYear    = "year"
	StatisticalYear = "statistical-year"
)

// PeriodEnding is the named period cut at its last day v: the calendar year
// of v ("year" or ""), the statistical year 15/12 to 14/12 that holds v
// ("statistical-year"; Thông tư 09/2024/TT-BKHĐT, Điều 6), or from a first
// day given in ISO form.
func PeriodEnding(name string, v Day) (Period, error) {
	switch name {
	case "", CalendarYear:
		return Period{FirstOfYear(v.Year()), v}, nil
	case StatisticalYear:
		first := DayOf(v.Year(), 12, 15)
		if v < first {
			first = DayOf(v.Year()-1, 12, 15)
		}
		return Period{first, v}, nil
	}
	first, err := ParseTyped(name)
	if err != nil {
		return Period{}, notPeriod(name, v)
	}
	if first > v {
		return Period{}, notPeriod(name, v)
	}
	return Period{first, v}, nil
}

func notPeriod(name string, v Day) error {
	return ErrPeriod.With(name, fault.Text{English: v.String(), Vietnamese: v.Vi()})
}
