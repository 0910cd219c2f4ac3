package imports

import (
	"regexp"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
)

var (
	monthForm  = regexp.MustCompile(`^([0-9]{1,2})[/.-]([0-9]{4})$`)
	shortYear  = regexp.MustCompile(`^[0-9]{1,2}[/.-]([0-9]{1,2}[/.-])?[0-9]{2}$`)
	serialForm = regexp.MustCompile(`^[0-9]{5}(\.[0-9]+)?$`)
	typedDays  = regexp.MustCompile(`^([0-9]{1,2})[/.-][0-9]{1,2}[/.-][0-9]{4}$`)
	timedForm  = regexp.MustCompile(`^([0-9/.-]+)(?:[ T]+)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPpSsCc][MmAaHh])?)$`)
	yearForm   = regexp.MustCompile(`^[0-9]{4}$`)
)

// Date reads a day as a paper states it: dd/mm/yyyy (also with dots or dashes),
// mm/yyyy, yyyy, or the ISO forms of the three. Years have four digits. A time of day
// behind it must be the beginning of the day.
func Date(s string) (calendar.Stated, error) {
	if m := timedForm.FindStringSubmatch(s); m != nil {
		if !isMidnight(m[2]) {
			return calendar.Stated{}, errDayTime.With(s, m[2])
		}
		s = m[1]
	}
	switch {
	case shortYear.MatchString(s):
		return calendar.Stated{}, errTwoDigitYear.With(s)
	case serialForm.MatchString(s):
		return calendar.Stated{}, errSerialDay.With(s)
	}
	if m := monthForm.FindStringSubmatch(s); m != nil {
		return stated(s, m[2]+"-"+strings.Repeat("0", 2-len(m[1]))+m[1])
	}
	if st, err := calendar.ParseStated(s); err == nil || fault.KindOf(err) == fault.Rejected {
		return st, err
	}
	d, err := calendar.ParseTyped(s)
	if err != nil {
		return calendar.Stated{}, ofCell(s, err)
	}
	return calendar.OnDay(d), nil
}

// isMidnight reports whether a time of day is the beginning of a day, as programs
// write days that have none.
func isMidnight(clock string) bool {
	clock = strings.ToUpper(clock)
	return strings.Trim(clock, "0:. AMS") == "" || strings.HasPrefix(clock, "12:00") && strings.Trim(clock[len("12:00"):], "0:. AMS") == "" && strings.ContainsAny(clock, "AS")
}

// cellForms is how a cell states a day.
const cellForms = "dd/mm/yyyy, mm/yyyy, yyyy"

// ofCell names what was typed into a cell, and what may be.
func ofCell(typed string, err error) error {
	f, ok := fault.Of(err)
	switch {
	case !ok:
		return err
	case f.Is(calendar.ErrDay):
		return f.With(typed, cellForms)
	}
	return f.With(typed)
}

// stated reads an ISO form and names what was typed if it is none.
func stated(typed, iso string) (calendar.Stated, error) {
	st, err := calendar.ParseStated(iso)
	return st, ofCell(typed, err)
}

// exactDay is Date of a day that is known to the day.
func exactDay(s string) (calendar.Day, error) {
	st, err := Date(s)
	if err == nil && st.Precision != calendar.ToTheDay {
		err = errExactDay.With(s)
	}
	return st.Day, err
}

// dayAfter is the first day out of what lasts to the end of a printed day,
// month or year.
func dayAfter(s string) (calendar.Day, error) {
	st, err := Date(s)
	if err == nil && st.Day == calendar.MaxDay {
		err = calendar.ErrDayRange.With(s)
	}
	return st.Day + 1, err
}

// ParseYear reads a year of four digits, within the calendar.
func ParseYear(s string) (int, error) {
	if !yearForm.MatchString(s) {
		return 0, errYearForm.With(s)
	}
	st, err := calendar.ParseStated(s)
	return st.Day.Year(), err
}
