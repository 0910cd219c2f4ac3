package asof

import (
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// An index holds, for every figure that is counted over subjects, the points
// at which its sums change.
//
// "The last value of a subject counts" cannot be added up, but its change can:
// when a record arrives, what each subject that it is about adds to each
// figure is a step function of the day, judged before and after it by the
// definition itself, and the differences are the new points. A retraction, a
// correction, a late fact and a dissolution are all the same difference.
//
// Points are kept by seat as the facts name it. Which seats lie in a place on
// the map of a day is asked only when a sum is, so the map may change at will.
type index struct {
	mu    sync.RWMutex
	built ledger.Position

	seats   map[string]int
	names   []string // of the seats
	columns []*column
	byDef   map[*indicator.Definition][]*column

	tracks *tracks
	judge  judge
	narrow map[concern][]*column // cache
}

// A column is a figure for one kind of period, where it counts within one, and
// one scheme, where it depends on one.
type column struct {
	def    *indicator.Definition
	period string // of calendar; "" for what does not count within a period
	scheme string
	whole  series
	seats  []*series // by number of the seat; nil where nothing happened
}

type concern struct {
	kind ledger.Kind
	over register.SubjectKind
}

// The kinds of period and the schemes that the index knows; questions for
// others are answered by the timelines.
var (
	periods = []string{calendar.CalendarYear, calendar.StatisticalYear}
	schemes = []string{"tt09-2017", "tt01-2020"}
)

// newIndex is the empty index over some timelines, with a column for each figure, kind of period
// and scheme that it covers.
func newIndex(lines *timelines) *index {
	x := &index{
		seats: map[string]int{}, byDef: map[*indicator.Definition][]*column{},
		tracks: newTracks(lines), narrow: map[concern][]*column{},
	}
	x.judge.emit = x.judge.take
	for _, d := range indicator.All() {
		if d.IsComposed() {
			continue
		}
		for _, period := range namesIf(d.Flow, periods) {
			for _, scheme := range namesIf(d.Schemed, schemes) {
				c := &column{def: d, period: period, scheme: scheme}
				// a plain count needs one number a point: a third of the memory
				c.whole.wide = d.Ratio || d.Covered
				x.columns = append(x.columns, c)
				x.byDef[d] = append(x.byDef[d], c)
			}
		}
	}
	return x
}

func namesIf(matters bool, list []string) []string {
	if matters {
		return list
	}
	return []string{""}
}

func (x *index) size() ledger.Position {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.built
}

// extend takes records; those that are in the index already are passed over. The
// timelines must have them, and must not grow meanwhile.
func (x *index) extend(records []*ledger.Record) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, r := range records {
		if r.Position != x.built {
			continue
		}
		for _, c := range x.tracks.advance(r) {
			x.record(r.Position, c)
		}
		x.built++
	}
}

// record adds the points that a change of one subject makes.
func (x *index) record(k ledger.Position, c change) {
	if c.void() {
		return
	}
	days := daysOf(c)
	for _, col := range x.concernedBy(c) {
		x.judge.compare(col, c, days.of(col), func(day calendar.Day, seat string, d sums) {
			x.point(col, k, day, seat, d)
		})
	}
}

// concernedBy are the columns that a change can move, found once for each kind of fact and of
// subject.
func (x *index) concernedBy(c change) []*column {
	key := concern{c.kind, c.after.Kind}
	list, known := x.narrow[key]
	if !known {
		for _, col := range x.columns {
			if col.def.Over == c.after.Kind && concernsFigure(c.kind, col.def) {
				list = append(list, col)
			}
		}
		x.narrow[key] = list
	}
	return list
}

// point adds a change of a column's sums from a day on, as a whole and for the seat, which gets a
// number when it is first seen.
func (x *index) point(c *column, k ledger.Position, day calendar.Day, seat string, d sums) {
	n, known := x.seats[seat]
	if !known {
		n = len(x.names)
		x.seats[seat] = n
		x.names = append(x.names, seat)
	}
	for len(c.seats) <= n {
		c.seats = append(c.seats, nil)
	}
	if c.seats[n] == nil {
		c.seats[n] = &series{wide: c.whole.wide}
	}
	c.whole.add(k, day, d)
	c.seats[n].add(k, day, d)
}

// column is that of a figure as a question wants it, or nil.
func (x *index) column(d *indicator.Definition, q *indicator.Question) *column {
	period := ""
	if d.Flow {
		if period = periodOf(q); period == "" {
			return nil
		}
	}
	for _, c := range x.byDef[d] {
		if c.period == period && (!d.Schemed || c.scheme == q.Scheme) {
			return c
		}
	}
	return nil
}

// periodOf is the name of the period that a question asks about, or "" if it
// is of no kind that the index knows.
func periodOf(q *indicator.Question) string {
	for _, name := range periods {
		if p, err := calendar.PeriodEnding(name, q.Valid); err == nil && p == q.Period {
			return name
		}
	}
	return ""
}

// An extent is an area as the index sums it: all seats but a few, or a few.
type extent struct {
	whole bool
	seats []int // those that count, or, of the whole, those that do not
}

// extent sorts the seats by whether an area holds them.
func (x *index) extent(a indicator.Area, over register.SubjectKind) extent {
	var in, out []int
	for n, name := range x.names {
		if a.Holds(name, over) {
			in = append(in, n)
		} else {
			out = append(out, n)
		}
	}
	// the shorter list is added up: the whole less a few seats, or a few seats
	if len(out) < len(in) {
		return extent{true, out}
	}
	return extent{false, in}
}

// total is the sum of a column over an extent.
func (c *column) total(n ledger.Position, on calendar.Day, e extent) sums {
	var t sums
	sign := int64(1)
	if e.whole {
		t = c.whole.total(n, on)
		sign = -1
	}
	for _, seat := range e.seats {
		if seat < len(c.seats) && c.seats[seat] != nil {
			t.add(c.seats[seat].total(n, on), sign)
		}
	}
	return t
}
