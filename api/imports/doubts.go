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

// A Doubt is about one of some records.
type Doubt struct {
	Index int // among the records
	Fault *fault.Fault
}

// Far apart are two figures of which one is this many times the other, and as
// far as no business goes but a wrong unit does.
const (
	farTimes  = 5
	unitTimes = 500
	// smallRevenue is đồng in a year below which a unit is in doubt.
	smallRevenue = 1_000_000
)

// Doubts looks at records that would be recorded, or were, beside what stood
// before them. today is the day on which the file is handed in.
func Doubts(p *asof.Projection, records []*ledger.Record, today calendar.Day) []Doubt {
	d := doubter{Projection: p, subjects: map[string]*register.Subject{}}
	for i, r := range records {
		if r == nil || r.Event == nil {
			continue
		}
		for _, f := range d.about(r, today) {
			d.out = append(d.out, Doubt{i, f})
		}
	}
	return d.out
}

type doubter struct {
	*asof.Projection
	subjects map[string]*register.Subject
	out      []Doubt
}

// state is the co-operative of a stream on a day, as it stands; nil for none.
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

func (d *doubter) about(r *ledger.Record, today calendar.Day) []*fault.Fault {
	var list []*fault.Fault
	if !r.Valid.IsZero() && r.Valid.First() > today {
		list = append(list, doubtFuture.With(r.Valid.Vi()))
	}
	switch e := r.Event.(type) {
	case *coop.YearReported:
		list = append(list, d.report(r, e)...)
	case *coop.MembersCounted:
		before := d.state(r.Stream, r.Valid.Day-1)
		if before != nil && before.Members != nil {
			if n, ok := before.OfficialMembers(); ok && apart(n, e.Official, farTimes) {
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
		return list
	}
	list = append(list, jump("doanh thu", e.Year, &before.Revenue, &e.Revenue)...)
	return append(list, jump("tổng thu nhập", e.Year, before.Pay, e.Pay)...)
}

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

// jump tells of a sum that is far from that of the year before.
func jump(what string, year int64, before, now *int64) []*fault.Fault {
	switch {
	case before == nil || now == nil:
	case apart(*before, *now, unitTimes):
		return []*fault.Fault{doubtUnit.With(what, year, money(*now), money(*before))}
	case apart(*before, *now, farTimes):
		return []*fault.Fault{doubtJump.With(what, year, money(*now), money(*before))}
	}
	return nil
}

// apart tells whether one of two numbers is so many times the other, at least;
// zero is far from nothing.
func apart(a, b, times int64) bool {
	return a > 0 && b > 0 && (a/times >= b || b/times >= a)
}

// money is a sum in đồng as every page prints it.
func money(dong int64) string { return vi.Money(big.NewRat(dong, 1)) }
