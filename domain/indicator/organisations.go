package indicator

import (
	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// reasonOutside tells why a co-operative is not an agricultural HTX on the register,
// with the fact that says so, or "" if it is one.
func reasonOutside(c *coop.Cooperative) (Reason, *ledger.Fact) {
	switch {
	case c.Founding == nil:
		return NotEstablished, nil
	case c.End != nil:
		return HasEnded, c.End
	case c.Form != coop.HTX:
		return NotHTX, c.Founding
	case !c.Agricultural:
		return NotAgricultural, c.Sectored
	}
	return "", nil
}

var idleReasons = map[coop.Idleness]Reason{
	coop.IdleSuspended: IsSuspended, coop.IdleInactive: IsInactive, coop.IdleDissolving: IsDissolving,
}

func idleReason(f *ledger.Fact) Reason { return idleReasons[coop.IdlenessOf(f)] }

// amongAgricultural wraps a judgement that looks only at agricultural HTX registered
// at the point; all others are excluded with their reason.
func amongAgricultural(judge func(c *coop.Cooperative, p *Point, e *Entry)) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		c := s.Coop.History.On(p.Valid)
		e := Entry{Seat: c.Place}
		if why, by := reasonOutside(c); why != "" {
			e.exclude(why, by)
		} else {
			judge(c, p, &e)
		}
		emit(e)
	}
}

// amongOperatingHTX narrows registered to those that operate.
func amongOperatingHTX(judge func(c *coop.Cooperative, p *Point, e *Entry)) func(*register.Subject, *Point, func(Entry)) {
	return amongAgricultural(func(c *coop.Cooperative, p *Point, e *Entry) {
		if idle := c.IdleBy(p.Valid); idle != nil {
			e.exclude(idleReason(idle), idle)
			return
		}
		judge(c, p, e)
	})
}

func (e *Entry) exclude(why Reason, by ...*ledger.Fact) {
	e.Why = why
	e.say(by...)
}

// say adds the facts that are not nil.
func (e *Entry) say(by ...*ledger.Fact) {
	for _, f := range by {
		if f != nil {
			e.By = append(e.By, f)
		}
	}
}

func (e *Entry) count(by ...*ledger.Fact) {
	e.Num = 1
	e.say(by...)
}

func judgeRegistered(c *coop.Cooperative, _ *Point, e *Entry) { e.count(c.Founding) }

func judgeOperating(c *coop.Cooperative, _ *Point, e *Entry) { e.count(c.Founding) }

func judgeIdle(c *coop.Cooperative, p *Point, e *Entry) {
	if idle := c.IdleBy(p.Valid); idle != nil {
		e.count(idle)
		return
	}
	e.exclude(IsOperating, c.Founding)
}

func judgeUnconverted(c *coop.Cooperative, _ *Point, e *Entry) {
	if c.AwaitsConversion() {
		e.count(c.Founding)
		return
	}
	e.exclude(IsConverted, c.Founding, c.Conversion)
}

// judgeMoved counts the moves of one way within the period, each at its seat.
func judgeMoved(way coop.Way) func(*register.Subject, *Point, func(Entry)) {
	return judgeMoves(func(w coop.Way) int64 {
		if w == way {
			return 1
		}
		return 0
	})
}

// rescoped is the net of what moves in without being founded and out without
// ending. A move between two seats is -1 at one and +1 at the other, so that
// it is nothing to a place that holds both.
var rescoped = judgeMoves(func(w coop.Way) int64 {
	switch w {
	case coop.MovedIn:
		return 1
	case coop.MovedOut:
		return -1
	}
	return 0
})

// judgeMoves emits an entry for each move within the period, worth what amount gives for its way,
// and one entry with a reason where there is none.
func judgeMoves(amount func(coop.Way) int64) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		any := false
		for _, m := range s.Coop.History.Moves {
			n := amount(m.Way)
			if n == 0 || !p.Period.Contains(m.Fact.Valid.Day) {
				continue
			}
			any = true
			emit(Entry{Seat: m.Seat, Num: n, By: []*ledger.Fact{m.Fact}})
		}
		if !any {
			c := s.Coop.History.On(p.Valid)
			emit(Entry{Seat: c.Place, Why: notMoved(c), By: withoutNil(c.Founding)})
		}
	}
}

func notMoved(c *coop.Cooperative) Reason {
	if why, _ := reasonOutside(c); why == NotHTX || why == NotAgricultural || why == NotEstablished {
		return why
	}
	return NotInPeriod
}

func withoutNil(list ...*ledger.Fact) []*ledger.Fact {
	var e Entry
	e.say(list...)
	return e.By
}

// seatWhenCounted tells whether a co-operative was an agricultural HTX on the register
// on the day of a fact, and at which seat (DESIGN §6, ruling 4).
func seatWhenCounted(h *coop.History, on calendar.Day) (seat string, ok bool) {
	c := h.On(on)
	return c.Place, c.CountsAsHTX()
}

// judgeLinked judges shares of HTX with a contract in force. It is 0, not no data,
// over a register in which nobody has one.
func judgeLinked(c *coop.Cooperative, p *Point, e *Entry) {
	e.Den = 1
	switch link := c.LinkInForce(p.Valid); {
	case link != nil:
		e.count(link)
	case len(c.Links) > 0:
		e.exclude(ContractEnded, c.Links[len(c.Links)-1])
	default:
		e.exclude(NoContract, c.Founding)
	}
}

// linkedRegistered is the variant over registered HTX: the numerator stays
// that of operating ones (ruling 7).
func linkedRegistered(c *coop.Cooperative, p *Point, e *Entry) {
	if idle := c.IdleBy(p.Valid); idle != nil {
		e.Den = 1
		e.exclude(idleReason(idle), idle)
		return
	}
	judgeLinked(c, p, e)
}
