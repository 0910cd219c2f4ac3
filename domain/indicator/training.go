package indicator

import (
	"htxledger/domain/register"
	"htxledger/domain/training"
)

// sessions counts training sessions, or their attendances, in the period; of
// one programme, or of all for "". A stream is one session: a second that
// corrections left in it is an orphan.
func sessions(programme string, amount func(*training.Held) int64) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		for _, f := range s.Facts {
			held, ok := f.Event.(*training.Held)
			if !ok {
				continue
			}
			e := Entry{Seat: held.Place, By: withoutNil(f)}
			switch {
			case programme != "" && held.Programme != programme:
				e.Why = OtherProgramme
			case !p.Period.Contains(f.Valid.Day):
				e.Why = NotInPeriod
			default:
				e.Num = amount(held)
			}
			emit(e)
			return
		}
	}
}

func oneClass(*training.Held) int64         { return 1 }
func attendances(held *training.Held) int64 { return held.Attendances }
