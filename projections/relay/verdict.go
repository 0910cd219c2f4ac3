package relay

import (
	"errors"
	"time"
)

// A publisher's error says how the relay goes on. A plain error is passing: the
// same message is tried again for as long as it takes.

// Refuse marks an error: the target will not take this message, however often
// it is sent. The relay tries Options.Refusals times and then stops.
func Refuse(cause error) error { return &refusal{cause} }

type refusal struct{ error }

func (e *refusal) Unwrap() error { return e.error }

func isRefusal(err error) bool {
	var r *refusal
	return errors.As(err, &r)
}

// Leave marks an error: the target wants no messages any more. The relay stops
// at once.
func Leave(cause error) error { return &departure{cause} }

type departure struct{ error }

func (e *departure) Unwrap() error { return e.error }

func isDeparture(err error) bool {
	var d *departure
	return errors.As(err, &d)
}

// Later marks a passing error with how long the target asked to be left alone.
func Later(cause error, after time.Duration) error { return &delay{cause, after} }

type delay struct {
	error
	after time.Duration
}

func (e *delay) Unwrap() error { return e.error }

// askedPause is how long an error asks to wait, at most most.
func askedPause(err error, most time.Duration) time.Duration {
	var d *delay
	if !errors.As(err, &d) {
		return 0
	}
	return min(max(d.after, 0), most)
}
