package plan

import (
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Due is a deadline as printed: a day, a month or a year, or words such as
// "thường xuyên". The zero Due is absent.
type Due struct {
	Stated calendar.Stated // zero where the paper has words
	Text   string          // the words; "" where the paper has a date
}

// parseDue reads 2023-11-29, 2023-12 or 2023; what does not start with a digit
// is words.
func parseDue(s string) (Due, error) {
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		at, err := calendar.ParseStated(s)
		return Due{Stated: at}, err
	}
	if strings.TrimSpace(s) == "" {
		return Due{}, errDue.With(s)
	}
	return Due{Text: s}, nil
}

// IsZero reports whether there is no deadline.
func (d Due) IsZero() bool { return d == Due{} }

// Day is the last day on which the work is in time, or 0 where the paper has
// words: a month's last day for a deadline known to the month.
func (d Due) Day() calendar.Day { return d.Stated.Day }

// Late reports whether a result came late: its first paper came after the
// deadline. A further copy after the deadline makes nothing late that was in
// time, and what was late stays so. Papers come in order of their days; without
// any, or without a day to be late for, nothing is late.
func (d Due) Late(papers ...*ledger.Fact) bool {
	return len(papers) > 0 && !d.Stated.IsZero() && papers[0].Valid.Day > d.Day()
}

// String is the form that ParseDue reads.
func (d Due) String() string { return d.Stated.String() + d.Text }

// Vi is the deadline as a Vietnamese reader writes it.
func (d Due) Vi() string { return d.Stated.Vi() + d.Text }

// MarshalText is String.
func (d Due) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDue.
func (d *Due) UnmarshalText(b []byte) error {
	v, err := parseDue(string(b))
	*d = v
	return err
}
