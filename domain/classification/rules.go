package classification

import (
	"fmt"
	"strconv"

	"htxledger/domain/fault"
)

// The clauses that both circulars share in form. Each circular calls them
// with its own article, so that no rule is without one.

// newcomerRule: a co-operative with less than twelve months behind it is unrated.
func newcomerRule(article string) rule {
	return rule{
		class: Unrated, reason: ReasonNew, article: article, asks: factOperated,
		applies: func(c Scorecard) bool { return *c.MonthsOperated < 12 },
		why: func(c Scorecard) string {
			return fmt.Sprintf("mới thành lập, hoạt động được %d tháng, chưa đủ 12 tháng", *c.MonthsOperated)
		},
	}
}

// pointsRule: the class of the points from low up to, not including, high, in
// hundredths; high 0 is up to and including 100 points.
func pointsRule(class Class, low, high int64, article string) rule {
	span := fmt.Sprintf("từ %d đến dưới %d điểm", low/100, high/100)
	switch {
	case high == 0:
		span, high = fmt.Sprintf("từ %d đến 100 điểm", low/100), maxScore+1
	case low == 0:
		span = fmt.Sprintf("dưới %d điểm", high/100)
	}
	return rule{
		class: class, reason: ReasonPoints, article: article,
		applies: func(c Scorecard) bool { return low <= c.PointsHundredths && c.PointsHundredths < high },
		why: func(c Scorecard) string {
			return fmt.Sprintf("đạt %s điểm, thuộc khung %s", formatHundredths(c.PointsHundredths), span)
		},
	}
}

// formatHundredths writes hundredths as a Vietnamese reader does: 7999 is 79,99.
func formatHundredths(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	return fmt.Sprintf("%s%d,%02d", sign, hundredths/100, hundredths%100)
}

// groupThousands writes a whole number with dots between thousands: 1.550.000.
func groupThousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// sentence is the Vietnamese of err's fault.
func sentence(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Vi()
	}
	return ""
}
