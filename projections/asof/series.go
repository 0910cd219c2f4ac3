package asof

import (
	"slices"
	"sort"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// block is how many points of a series are scanned at most; after each full
// block the sums so far are kept by day. A smaller block answers sooner and
// takes more memory (docs/performance.md has what was measured).
const block = 2048

// sums is what entries add up to.
type sums struct{ num, den, expected, reported, carried int64 }

func (s *sums) add(t sums, sign int64) {
	s.num += sign * t.num
	s.den += sign * t.den
	s.expected += sign * t.expected
	s.reported += sign * t.reported
	s.carried += sign * t.carried
}

func sumsOf(e *indicator.Entry) sums {
	return sums{e.Num, e.Den, e.Expected, e.Reported, e.Carried}
}

// A series is the points at which one sum changes: record k changed it by some
// amount for every day from v on. The sum at a size and a day is that of the
// points below the one and not after the other. Points come in the order of k;
// the columns lie apart so that a scan reads little.
type series struct {
	k     []uint32
	v     []uint16 // days since calendar.MinDay
	num   []int64
	rest  []rest // of a wide series: parallel to num
	wide  bool   // has more than num
	marks []mark // after each full block
}

type rest struct {
	den                         int64
	expected, reported, carried int32
}

// A mark is the sums of all points before it, by day: sum[i] holds from day[i]
// until day[i+1].
type mark struct {
	day []uint16
	sum []sums  // of a wide series
	num []int64 // of a narrow one
}

func dayNumber(d calendar.Day) uint16 { return uint16(d - calendar.MinDay) }

// add appends a point; k does not go back, and day is within the ledger's.
func (s *series) add(k ledger.Position, day calendar.Day, d sums) {
	s.k = append(s.k, uint32(k))
	s.v = append(s.v, dayNumber(day))
	s.num = append(s.num, d.num)
	if s.wide {
		s.rest = append(s.rest, rest{d.den, int32(d.expected), int32(d.reported), int32(d.carried)})
	}
	if len(s.k)%block == 0 {
		s.marks = append(s.marks, s.mark())
	}
}

// mark sums up all points, from the mark before and the block since.
func (s *series) mark() mark {
	from := len(s.k) - block
	recent := make([]int, block)
	for i := range recent {
		recent[i] = from + i
	}
	// stable, so that points of one day stay in the order of their records
	slices.SortStableFunc(recent, func(a, b int) int { return int(s.v[a]) - int(s.v[b]) })
	var last mark
	if n := len(s.marks); n > 0 {
		last = s.marks[n-1]
	}
	var m mark
	var added, old sums
	for i, j := 0, 0; i < len(recent) || j < len(last.day); {
		day := s.nextDay(recent, i, last, j)
		for ; i < len(recent) && s.v[recent[i]] == day; i++ {
			added.add(s.point(recent[i]), 1)
		}
		if j < len(last.day) && last.day[j] == day {
			old = last.at(j)
			j++
		}
		// the mark before already sums up to this day; what the block added comes on top
		total := old
		total.add(added, 1)
		m.put(day, total, s.wide)
	}
	return m
}

func (s *series) nextDay(recent []int, i int, last mark, j int) uint16 {
	switch {
	case i == len(recent):
		return last.day[j]
	case j == len(last.day):
		return s.v[recent[i]]
	}
	return min(s.v[recent[i]], last.day[j])
}

func (s *series) point(i int) sums {
	p := sums{num: s.num[i]}
	if s.wide {
		r := &s.rest[i]
		p.den, p.expected, p.reported, p.carried = r.den, int64(r.expected), int64(r.reported), int64(r.carried)
	}
	return p
}

func (m *mark) put(day uint16, total sums, wide bool) {
	m.day = append(m.day, day)
	if wide {
		m.sum = append(m.sum, total)
	} else {
		m.num = append(m.num, total.num)
	}
}

func (m *mark) at(i int) sums {
	if m.sum != nil {
		return m.sum[i]
	}
	return sums{num: m.num[i]}
}

// total is the sum at a size and a day.
func (s *series) total(n ledger.Position, on calendar.Day) sums {
	upto := s.below(n)
	var t sums
	if on < calendar.MinDay || upto == 0 {
		return t
	}
	v := dayNumber(on)
	// all full blocks are in their mark: at most one block is scanned
	from := upto / block * block
	if from > 0 {
		m := &s.marks[from/block-1]
		if i := sort.Search(len(m.day), func(i int) bool { return m.day[i] > v }); i > 0 {
			t = m.at(i - 1)
		}
	}
	s.scan(from, upto, v, &t)
	return t
}

// below is how many points belong to records below a size.
func (s *series) below(n ledger.Position) int {
	if l := len(s.k); l == 0 || ledger.Position(s.k[l-1]) < n {
		return l
	}
	return sort.Search(len(s.k), func(i int) bool { return ledger.Position(s.k[i]) >= n })
}

// scan adds the points from one to another that are not after a day.
func (s *series) scan(from, upto int, v uint16, t *sums) {
	// two plain slices and one branch: the compiler drops the bounds checks in this loop, the
	// hottest of a question
	days, num := s.v[from:upto], s.num[from:upto]
	sum := int64(0)
	for i, day := range days {
		if day <= v {
			sum += num[i]
		}
	}
	t.num += sum
	if !s.wide {
		return
	}
	for i, day := range days {
		if day <= v {
			r := &s.rest[from+i]
			t.den += r.den
			t.expected += int64(r.expected)
			t.reported += int64(r.reported)
			t.carried += int64(r.carried)
		}
	}
}
