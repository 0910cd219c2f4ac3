package asof

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A judge compares what a subject adds to a figure before and after a change.
type judge struct {
	emit  func(indicator.Entry) // take, bound once
	point indicator.Point
	sign  int64
	cells []cell
}

// A cell is one seat: how much the change is worth there on the day judged,
// and how much the days before have already told.
type cell struct {
	seat      string
	now, told sums
}

// take adds an entry to the cell of its seat, with the sign of the side that is being judged.
func (j *judge) take(e indicator.Entry) {
	s := sumsOf(&e)
	if s == (sums{}) {
		return
	}
	for i := range j.cells {
		if j.cells[i].seat == e.Seat {
			j.cells[i].now.add(s, j.sign)
			return
		}
	}
	j.cells = append(j.cells, cell{seat: e.Seat})
	j.cells[len(j.cells)-1].now.add(s, j.sign)
}

// compare judges a change on each of the days on which its worth can differ
// from the day before, in order, and puts each difference.
func (j *judge) compare(c *column, by change, days []calendar.Day, put func(calendar.Day, string, sums)) {
	j.cells = j.cells[:0]
	for _, day := range days {
		j.point = pointOf(c, day)
		j.sign = 1
		c.def.Judge(by.after, &j.point, j.emit)
		// the same judgement of the state before, taken off: what is left is the change
		j.sign = -1
		c.def.Judge(by.before, &j.point, j.emit)
		for i := range j.cells {
			at := &j.cells[i]
			if at.now != at.told {
				d := at.now
				d.add(at.told, -1)
				put(day, at.seat, d)
			}
			at.told, at.now = at.now, sums{}
		}
	}
}

func pointOf(c *column, day calendar.Day) indicator.Point {
	period, err := calendar.PeriodEnding(c.period, day)
	if err != nil {
		panic("asof: a column of an unknown kind of period") // they are named in this package
	}
	return indicator.Point{Valid: day, Period: period, Scheme: c.scheme}
}

// days are the days, from that of the change on, on which the worth of a
// change can move: of a state, and of a flow within each kind of period. They
// are found when asked for.
type days struct {
	change
	stock []calendar.Day
	flow  map[string][]calendar.Day
}

func daysOf(c change) *days { return &days{change: c, flow: map[string][]calendar.Day{}} }

// of are the days on which the worth of the change can move in a column, found once for states and
// once for each kind of period.
func (d *days) of(c *column) []calendar.Day {
	if c.period == "" {
		if d.stock == nil {
			d.stock = d.collect(d.stockDays)
		}
		return d.stock
	}
	list, known := d.flow[c.period]
	if !known {
		list = d.collect(func(add func(calendar.Day)) {
			d.flowDays(func(day calendar.Day) {
				add(day)
				if day >= d.from { // before, both sides end alike
					add(nextPeriodDay(c.period, day))
				}
			})
		})
		d.flow[c.period] = list
	}
	return list
}

// nextPeriodDay is the first day of the period after the one that holds a day.
func nextPeriodDay(period string, day calendar.Day) calendar.Day {
	p, _ := calendar.PeriodEnding(period, day)
	y, m, d := p.First.Date()
	return calendar.DayOf(y+1, m, d)
}

func (d *days) collect(from func(add func(calendar.Day))) []calendar.Day {
	list := []calendar.Day{d.from}
	add := func(day calendar.Day) {
		if day > d.from && day <= calendar.MaxDay {
			list = append(list, day)
		}
	}
	from(add)
	slices.Sort(list)
	return slices.Compact(list)
}

// stockDays are the days on which a state, or what a year's papers say of it,
// can change. In the subject's own stream the facts before the change are those
// after it and the one that was; a certificate or a product can come to it or
// leave it whole.
func (d *days) stockDays(add func(calendar.Day)) {
	if d.was != nil {
		add(d.was.Valid.Day)
		addEnds(d.was, add)
	}
	if p := d.after.Product; p != nil {
		d.addStanding(p.Facts, add)
	}
	if c := d.after.Coop; c != nil {
		d.addStanding(c.History.Facts, add)
		d.papers(d.before.Coop, add)
		d.papers(c, add)
	}
}

func (d *days) papers(c *register.Dossier, add func(calendar.Day)) {
	for _, h := range c.Certificates {
		d.addStanding(h.Facts, add)
	}
	for _, h := range c.Products {
		d.addStanding(h.Facts, add)
	}
}

// addStanding adds the days of facts, which come in order, from the change on,
// and the days on which any of them comes to an end by itself.
func (d *days) addStanding(facts []*ledger.Fact, add func(calendar.Day)) {
	for _, f := range facts {
		if f.Valid.Day > d.from {
			add(f.Valid.Day)
		}
		addEnds(f, add)
	}
}

// addEnds are the days on which the effect of a fact changes by itself, as the row
// of its kind says.
func addEnds(f *ledger.Fact, add func(calendar.Day)) {
	register.SpecOf(f.Event).Ends(f.Event, f.Valid.Day, add)
}

// flowDays are the days of the facts that a flow can count.
func (d *days) flowDays(add func(calendar.Day)) {
	if d.was != nil {
		add(d.was.Valid.Day)
	}
	for _, s := range []*register.Subject{d.before, d.after} {
		addDays(s.Facts, add)
		if s.Coop == nil {
			continue
		}
		for _, m := range s.Coop.History.Moves {
			add(m.Fact.Valid.Day)
		}
		addDays(s.Coop.Support, add)
		for _, h := range s.Coop.Products {
			addDays(h.Facts, add)
		}
	}
}

func addDays(facts []*ledger.Fact, add func(calendar.Day)) {
	for _, f := range facts {
		add(f.Valid.Day)
	}
}
