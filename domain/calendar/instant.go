package calendar

import (
	"time"

	"htxledger/domain/fault"
)

// errInstant is raised for text that is no instant.
var errInstant = fault.Declare("instant", fault.Malformed,
	"%q is not an instant (want YYYY-MM-DDThh:mm:ss.ffffffZ)",
	"%q không phải là thời điểm hợp lệ (viết yyyy-mm-ddThh:mm:ss.ffffffZ)")

// VietnamOffset is how far Việt Nam is ahead of UTC, in seconds. It has had
// no daylight saving since 1975, and every recorded instant is later.
const VietnamOffset = 7 * 3600

const instantForm = "2006-01-02T15:04:05.000000Z"

// An Instant is a point in time: microseconds since 1/1/1970 UTC. The zero
// Instant is absent. Instants compare with < and ==.
type Instant int64

// InstantOf cuts t to microseconds.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives i in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// IsZero reports whether there is no instant.
func (i Instant) IsZero() bool { return i == 0 }

// String is UTC with exactly six decimals, or "".
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(instantForm)
}

// Vi is dd/mm/yyyy hh:mm:ss in Việt Nam, or "".
func (i Instant) Vi() string {
	if i == 0 {
		return ""
	}
	return i.Time().Add(VietnamOffset * time.Second).Format("02/01/2006 15:04:05")
}

// MarshalText is String.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the form of String and no other.
func (i *Instant) UnmarshalText(b []byte) error {
	t, err := time.Parse(instantForm, string(b))
	if err != nil || InstantOf(t).String() != string(b) {
		return errInstant.With(string(b))
	}
	*i = InstantOf(t)
	return nil
}

// ParseInstant reads RFC 3339 with any offset and up to six decimals, as a
// person or a program may type it.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Nanosecond()%1000 != 0 {
		return 0, errInstant.With(s)
	}
	return InstantOf(t), nil
}

// EndOf is the last instant of a day in Việt Nam: 16:59:59.999999 UTC.
func EndOf(d Day) Instant {
	return Instant((int64(d)+1+dayZero)*86400-VietnamOffset)*1e6 - 1
}

// DayIn is the civil day of i in Việt Nam.
func (i Instant) DayIn() Day {
	s := i.Time().Unix() + VietnamOffset
	day := s / 86400
	if s%86400 < 0 {
		day--
	}
	return Day(day - dayZero)
}
