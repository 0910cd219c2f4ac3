package calendar

// A Precision says how exactly a paper states a day.
type Precision uint8

// The precisions.
const (
	ToTheDay Precision = iota
	ToTheMonth
	ToTheYear
)

// Stated is a day as a paper states it: 2023-12-05, 2023-12 or 2023. The zero
// Stated is absent. Day is always the last day that the statement can mean,
// which is the day from which it counts.
type Stated struct {
	Day       Day
	Precision Precision
}

// OnDay is a Stated known to the day.
func OnDay(d Day) Stated { return Stated{Day: d} }

// ParseStated reads YYYY-MM-DD, YYYY-MM or YYYY.
func ParseStated(s string) (Stated, error) {
	y, m, d, n := isoParts(s)
	var at Stated
	var err error
	switch n {
	case 3:
		at.Day, err = checkedDay(s, y, m, d, statedForms)
	case 2:
		if m < 1 || m > 12 {
			return Stated{}, ErrDay.With(s, statedForms)
		}
		at.Precision = ToTheMonth
		at.Day, err = checkedDay(s, y, m, daysIn(y, m), statedForms)
	case 1:
		at.Precision = ToTheYear
		at.Day, err = checkedDay(s, y, 12, 31, statedForms)
	default:
		err = ErrDay.With(s, statedForms)
	}
	if err != nil {
		return Stated{}, err
	}
	return at, nil
}

// IsZero reports whether nothing was stated.
func (s Stated) IsZero() bool { return s.Day == 0 }

// First is the first day that the statement can mean.
func (s Stated) First() Day {
	y, m, _ := s.Day.Date()
	switch s.Precision {
	case ToTheMonth:
		return DayOf(y, m, 1)
	case ToTheYear:
		return FirstOfYear(y)
	}
	return s.Day
}

// String is the form that ParseStated reads, or "".
func (s Stated) String() string {
	iso := s.Day.String()
	switch {
	case iso == "":
		return ""
	case s.Precision == ToTheMonth:
		return iso[:7]
	case s.Precision == ToTheYear:
		return iso[:4]
	}
	return iso
}

// Vi is dd/mm/yyyy, mm/yyyy or yyyy.
func (s Stated) Vi() string {
	vi := s.Day.Vi()
	switch {
	case vi == "":
		return ""
	case s.Precision == ToTheMonth:
		return vi[3:]
	case s.Precision == ToTheYear:
		return vi[6:]
	}
	return vi
}

// MarshalText is String.
func (s Stated) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseStated.
func (s *Stated) UnmarshalText(b []byte) error {
	v, err := ParseStated(string(b))
	*s = v
	return err
}
