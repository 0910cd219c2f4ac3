package calendar

import (
	"strings"
	"time"

	"htxledger/domain/fault"
)

// ErrDay is raised for text that is no civil day. Its second value says what is
// written where the text stands.
var ErrDay = fault.Declare("day", fault.Malformed,
	"%q is not a day (write %s)",
	"%q không phải là ngày hợp lệ (viết %s)")

// What is written as a day, in either language: by a person, in a record known
// to the day, and in a record as a paper states it.
const (
	typedForms  = "dd/mm/yyyy, yyyy-mm-dd"
	dayForm     = "yyyy-mm-dd"
	statedForms = "yyyy-mm-dd, yyyy-mm, yyyy"
)

// ErrDayRange is raised for a day outside 1945 to 2100.
var ErrDayRange = fault.Declare("day-range", fault.Rejected,
	"%s is outside 1945-01-01 to 2100-12-31",
	"ngày %s nằm ngoài khoảng 01/01/1945 đến 31/12/2100")

// A Day is a civil date: the number of days since 1/1/1 in the Gregorian
// calendar, counting that day as 1. The zero Day is no day. Days compare with
// < and ==, and one more is the next day.
type Day int32

var dayZero = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()/86400 - 1

// The first and the last day that the ledger accepts.
var (
	MinDay = DayOf(1945, 1, 1)
	MaxDay = DayOf(2100, 12, 31)
)

// DayOf makes a Day; a month or day of month outside its range carries over,
// as in time.Date.
func DayOf(year, month, day int) Day {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return Day(t.Unix()/86400 - dayZero)
}

// Date gives year, month and day of month.
func (d Day) Date() (year, month, day int) {
	t := time.Unix((int64(d)+dayZero)*86400, 0).UTC()
	return t.Year(), int(t.Month()), t.Day()
}

// Year is the calendar year of d.
func (d Day) Year() int {
	y, _, _ := d.Date()
	return y
}

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == 0 }

// String is the ISO form, or "" for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return string(appendISO(nil, d))
}

func appendISO(dst []byte, d Day) []byte {
	y, m, day := d.Date()
	dst = append(appendDigits(dst, y, 4), '-')
	dst = append(appendDigits(dst, m, 2), '-')
	return appendDigits(dst, day, 2)
}

func appendDigits(dst []byte, n, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for ; width > 0 || n > 0; width-- {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, buf[i:]...)
}

// Vi is dd/mm/yyyy, as a Vietnamese reader writes it, or "".
func (d Day) Vi() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Date()
	b := append(appendDigits(nil, day, 2), '/')
	b = append(appendDigits(b, m, 2), '/')
	return string(appendDigits(b, y, 4))
}

// MarshalText and UnmarshalText are the ISO form; only real days within
// MinDay to MaxDay are accepted.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(b []byte) error {
	v, err := ParseDay(string(b))
	*d = v
	return err
}

// ParseDay reads YYYY-MM-DD strictly.
func ParseDay(s string) (Day, error) {
	y, m, d, n := isoParts(s)
	if n != 3 {
		return 0, ErrDay.With(s, dayForm)
	}
	return checkedDay(s, y, m, d, dayForm)
}

// ParseTyped reads a day as a person types it: dd/mm/yyyy (also d/m/yyyy, and
// with dots or dashes) or YYYY-MM-DD. Two-digit years are refused.
func ParseTyped(s string) (Day, error) {
	s = strings.TrimSpace(s)
	if d, err := ParseDay(s); err == nil || fault.KindOf(err) == fault.Rejected {
		return d, err
	}
	for _, sep := range []string{"/", ".", "-"} {
		p := strings.Split(s, sep)
		if len(p) != 3 || len(p[2]) != 4 {
			continue
		}
		d, ok1 := digits(p[0], 1, 2)
		m, ok2 := digits(p[1], 1, 2)
		y, ok3 := digits(p[2], 4, 4)
		if ok1 && ok2 && ok3 {
			return checkedDay(s, y, m, d, typedForms)
		}
	}
	return 0, ErrDay.With(s, typedForms)
}

func checkedDay(s string, y, m, d int, forms string) (Day, error) {
	if m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, ErrDay.With(s, forms)
	}
	day := DayOf(y, m, d)
	if day < MinDay || day > MaxDay {
		return 0, ErrDayRange.With(s)
	}
	return day, nil
}

// isoParts reads YYYY[-MM[-DD]]; n says how many parts there were, 0 if s has
// another form.
func isoParts(s string) (y, m, d, n int) {
	ok := false
	switch len(s) {
	case 10:
		if d, ok = digits(s[8:], 2, 2); !ok || s[7] != '-' {
			return 0, 0, 0, 0
		}
		n++
		fallthrough
	case 7:
		if m, ok = digits(s[5:7], 2, 2); !ok || s[4] != '-' {
			return 0, 0, 0, 0
		}
		n++
		fallthrough
	case 4:
		if y, ok = digits(s[:4], 4, 4); !ok {
			return 0, 0, 0, 0
		}
		return y, m, d, n + 1
	}
	return 0, 0, 0, 0
}

func digits(s string, min, max int) (int, bool) {
	if len(s) < min || len(s) > max {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(y, m int) int {
	return int(DayOf(y, m+1, 1) - DayOf(y, m, 1))
}

// AddMonths is the same day of month n months later, or the last day of that
// month where it is shorter: 29/2/2020 and 36 months give 28/2/2023.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Date()
	first := DayOf(y, m+n, 1)
	fy, fm, _ := first.Date()
	return first + Day(min(day, daysIn(fy, fm))-1)
}

// FirstOfYear and LastOfYear are 1/1 and 31/12 of a calendar year.
func FirstOfYear(year int) Day { return DayOf(year, 1, 1) }

// LastOfYear is 31/12 of a calendar year.
func LastOfYear(year int) Day { return DayOf(year, 12, 31) }
