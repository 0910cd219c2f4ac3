package ledger

import (
	"errors"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
)

// Known is a known-at as it was typed: a day, an instant, a size "@N", or
// nothing, which is now. The zero Known is now.
type Known struct {
	text string
	size Position
	by   knownBy
	day  calendar.Day
	at   calendar.Instant
}

type knownBy uint8

const (
	byNow knownBy = iota
	bySize
	byDay
	byInstant
)

// KnownSize is the known-at "@n".
func KnownSize(n Position) Known {
	return Known{text: "@" + strconv.FormatInt(int64(n), 10), size: n, by: bySize}
}

// ParseKnown reads "@1204", "2023-12-31", "31/12/2023", an RFC 3339 instant,
// or "" for now.
func ParseKnown(s string) (Known, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Known{}, nil
	}
	if rest, ok := strings.CutPrefix(s, "@"); ok {
		n, err := strconv.ParseUint(rest, 10, 53)
		if err != nil || strconv.FormatUint(n, 10) != rest {
			return Known{}, ErrKnown.With(s)
		}
		return KnownSize(Position(n)), nil
	}
	switch d, err := calendar.ParseTyped(s); {
	case err == nil:
		return Known{text: s, day: d, by: byDay}, nil
	case errors.Is(err, calendar.ErrDayRange):
		return Known{}, err
	}
	if i, err := calendar.ParseInstant(s); err == nil {
		return Known{text: s, at: i, by: byInstant}, nil
	}
	return Known{}, ErrKnown.With(s)
}

// String is what was typed.
func (k Known) String() string { return k.text }

// IsNow reports whether nothing was typed: the known-at is all that is recorded.
func (k Known) IsNow() bool { return k.by == byNow }

// A Prefix is a known-at turned into a size.
type Prefix struct {
	Size Position
	// Open says that the known-at lies after the last record, so that the
	// same words may later mean a larger size. Such an answer is not cached.
	Open bool
}

// A Clocked prefix index tells sizes by instant: Index and projections do.
type clocked interface {
	Size() Position
	Last() calendar.Instant
	KnownAt(calendar.Instant) Position
}

// Resolve turns k into a size, once. A size beyond the head and an instant
// after now are refused. Now, and the day that now falls on, mean all that is
// recorded, even if the clock that tells now is behind the last record; an
// earlier day means its end in Việt Nam. An instant that is not before the last
// record, or not before now, stays open: a record may yet be taken at it.
func (k Known) Resolve(x clocked, now calendar.Instant) (Prefix, error) {
	at := k.at
	switch k.by {
	case bySize:
		if k.size > x.Size() {
			return Prefix{}, ErrBeyondHead.With(k.size, x.Size())
		}
		return Prefix{Size: k.size}, nil
	case byNow:
		return Prefix{Size: x.Size(), Open: true}, nil
	case byDay:
		if k.day == now.DayIn() {
			return Prefix{Size: x.Size(), Open: true}, nil
		}
		at = calendar.EndOf(k.day)
	}
	if at > max(now, x.Last()) {
		return Prefix{}, errKnownFuture.With(k.text)
	}
	return Prefix{Size: x.KnownAt(at), Open: at >= x.Last()}, nil
}
