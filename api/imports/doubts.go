package imports

import (
	"math/big"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// What is doubted.
const (
	farTimes  = 5   // one of two figures is so many times the other
	unitTimes = 500 // so many times as no business grows, but a wrong unit does
	// đồng a year, below and above which the unit is doubted
	smallRevenue = 10_000_000
	largeRevenue = 1_000_000_000_000
)

// A doubter looks at records that would be recorded beside the facts before them.
type doubter struct {
	*asof.Projection
	today    calendar.Day
	subjects map[string]*register.Subject
}

func newDoubter(l Ledger) *doubter {
	return &doubter{Projection: l.Projection, today: l.Now().DayIn(), subjects: map[string]*register.Subject{}}
}

// state is the co-operative of a stream on a day; nil for none.
func (d *doubter) state(s ledger.Stream, on calendar.Day) *coop.Cooperative {
	if s.Family != "coop" {
		return nil
	}
	subject, ok := d.subjects[s.Key]
	if !ok {
		subject = d.Subject(register.SubjectID{Kind: register.CoopSubject, Key: s.Key}, d.Size())
		d.subjects[s.Key] = subject
	}
	if subject == nil || subject.Coop == nil || subject.Coop.History == nil {
		return nil
	}
	return subject.Coop.History.On(on)
}

// about are the doubts about one record; a nil record has none.
func (d *doubter) about(r *ledger.Record) []*fault.Fault {
	if r == nil || r.Event == nil {
		return nil
	}
	var list []*fault.Fault
	if !r.Valid.IsZero() && r.Valid.First() > d.today {
		list = append(list, doubtFuture.With(r.Valid.Vi()))
	}
	switch e := r.Event.(type) {
	case *coop.YearReported:
		list = append(list, d.report(r, e)...)
	case *coop.MembersCounted:
		before := d.state(r.Stream, r.Valid.Day-1)
		if before != nil && before.Members != nil {
			if n, ok := before.OfficialMembers(); ok && farApart(n, e.Official, farTimes) {
				list = append(list, doubtMembers.With(e.Official, n))
			}
		}
	case *coop.Classed:
		if c := d.state(r.Stream, r.Valid.Day); c != nil && e.Class != "unrated" {
			if idle := c.IdleBy(r.Valid.Day); idle != nil {
				list = append(list, doubtIdle.With(idle.Valid.Vi()))
			}
		}
	}
	return list
}

// report doubts the results of a year.
func (d *doubter) report(r *ledger.Record, e *coop.YearReported) []*fault.Fault {
	var list []*fault.Fault
	if e.Pay != nil && *e.Pay > e.Revenue {
		list = append(list, doubtPay.With(money(*e.Pay), money(e.Revenue)))
	}
	before := d.yearBefore(r, e)
	if before == nil {
		if e.Revenue > 0 && e.Revenue < smallRevenue {
			list = append(list, doubtSmall.With(money(e.Revenue)))
		}
		if e.Revenue >= largeRevenue {
			list = append(list, doubtLarge.With(money(e.Revenue)))
		}
		return list
	}
	list = append(list, jumpOf("doanh thu", e.Year, &before.Revenue, &e.Revenue)...)
	return append(list, jumpOf("tổng thu nhập", e.Year, before.Pay, e.Pay)...)
}

// yearBefore are the results of the year before, or nil.
func (d *doubter) yearBefore(r *ledger.Record, e *coop.YearReported) *coop.YearReported {
	c := d.state(r.Stream, calendar.LastOfYear(int(e.Year)))
	if c == nil {
		return nil
	}
	if f := c.Report(int(e.Year) - 1); f != nil {
		return f.Event.(*coop.YearReported)
	}
	return nil
}

// jumpOf doubts a sum that is far from that of the year before.
func jumpOf(what string, year int64, before, now *int64) []*fault.Fault {
	switch {
	case before == nil || now == nil:
	case farApart(*before, *now, unitTimes):
		return []*fault.Fault{doubtUnit.With(what, year, money(*now), money(*before))}
	case farApart(*before, *now, farTimes):
		return []*fault.Fault{doubtJump.With(what, year, money(*now), money(*before))}
	}
	return nil
}

// farApart reports whether one of two numbers is so many times the other, at least;
// zero is far from nothing.
func farApart(a, b, times int64) bool {
	return a > 0 && b > 0 && (a/times >= b || b/times >= a)
}

// money is a sum in đồng as every page prints it.
func money(dong int64) string { return vi.Money(big.NewRat(dong, 1)) }
