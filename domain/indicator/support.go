package indicator

import (
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/support"
)

// judgeHelped counts distinct HTX given one of some kinds of help in the period. An
// HTX counts once, at its seat on the day of the first such help that counts.
func judgeHelped(helps ...string) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		emit(firstOf(s.Coop, s.Coop.Support, p, func(f *ledger.Fact) bool {
			e, ok := f.Event.(*support.Given)
			return ok && slices.Contains(helps, e.Help)
		}))
	}
}

// firstOf is the entry of a co-operative that counts once if one of the facts
// that match is in the period and found it an agricultural HTX on its day.
func firstOf(d *register.Dossier, list []*ledger.Fact, p *Point, match func(*ledger.Fact) bool) Entry {
	c := d.History.On(p.Valid)
	e := Entry{Seat: c.Place, Why: NotInPeriod}
	for _, f := range list {
		if !match(f) || !p.Period.Contains(f.Valid.Day) {
			continue
		}
		seat, ok := seatWhenCounted(d.History, f.Valid.Day)
		switch {
		case !ok && e.Num == 0:
			e.Why = NotCountedThen
		case ok && e.Num == 0:
			e.Seat, e.Num, e.Why, e.By = seat, 1, "", nil
		}
		if ok || e.Num == 0 {
			e.say(f)
		}
	}
	if why := notMoved(c); e.Why == NotInPeriod && why != NotInPeriod {
		e.Why = why
	}
	if e.Why == NotInPeriod {
		e.say(c.Founding)
	}
	return e
}

// models counts recognitions of models in the period (ruling 12).
func models(model string) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		c := s.Coop.History.On(p.Valid)
		rest := Entry{Seat: c.Place, Why: notMoved(c)}
		any := false
		for _, f := range s.Coop.Support {
			e, ok := f.Event.(*support.ModelRecognised)
			if !ok || e.Model != model || !p.Period.Contains(f.Valid.Day) {
				continue
			}
			if seat, ok := seatWhenCounted(s.Coop.History, f.Valid.Day); ok {
				any = true
				emit(Entry{Seat: seat, Num: 1, By: withoutNil(f)})
			} else {
				rest.exclude(NotCountedThen, f)
			}
		}
		if !any || len(rest.By) > 0 {
			rest.say(c.Founding)
			emit(rest)
		}
	}
}

// judgeAttended counts a fair or a conference once if it was in the period. It has
// the place that the facts name, if they do.
func judgeAttended(s *register.Subject, p *Point, emit func(Entry)) {
	e := Entry{Why: NotInPeriod}
	for _, f := range s.Facts {
		if !p.Period.Contains(f.Valid.Day) {
			continue
		}
		e.Num, e.Why = 1, ""
		e.say(f)
		if place := placeOf(f.Event); e.Seat == "" && place != "" {
			e.Seat = place
		}
	}
	if e.Num == 0 {
		e.say(s.Facts...)
	}
	emit(e)
}

func placeOf(e ledger.Event) string {
	switch e := e.(type) {
	case *support.FairAttended:
		return e.Place
	case *support.ConferenceHeld:
		return e.Place
	}
	return ""
}
