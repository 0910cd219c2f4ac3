package demo

import (
	"fmt"
	"time"
)

// The lives of 2022 and 2023, by position in the order of lives. Their sums
// are the demo's: 203 on 31/12/2022, of them 46 idle; 14 founded, 7 ended and
// one re-sectored in during 2023; 211 on 31/12/2023, of them 48 idle, which is
// the 77 % operating published for all sectors.
var lives = []struct {
	n    int
	live func(p *province, c *coop, i int)
}{
	{12, (*province).dissolve},      // 0 … 11
	{22, (*province).fallIdle},      // 12 … 33
	{12, (*province).suspendBefore}, // 34 … 45
	{8, (*province).suspendDuring},  // 46 … 53
	{6, (*province).goesQuiet},      // 54 … 59
	{3, (*province).leaveRegister},  // 60 … 62
	{4, (*province).renameCoop},     // 63 … 66
	{3, (*province).relocateCoop},   // 67 … 69
	{4, (*province).reorganiseCoop}, // 70 … 73
	{14, (*province).giveTaxCode},   // 74 … 87
}

func (p *province) liveOn() {
	at := 0
	for _, l := range lives {
		for i := range l.n {
			l.live(p, p.base[p.order(at+i)], i)
		}
		at += l.n
	}
	p.resectorsIn()
	p.wrongOneDissolved()
}

// dissolving: twelve wait for their end since before 2023; four get it.
func (p *province) dissolve(c *coop, i int) {
	c.idle, c.idleBefore = true, true
	since := p.dayIn(laterOf(c.founded.AddDate(1, 0, 0), on(2019, 1, 5)), on(2022, 11, 10))
	p.recordLife(c, c.known, "dissolving", "coop.dissolving/1", since, fields{})
	if i >= 4 {
		return
	}
	c.idle, c.out = false, []time.Time{on(2023, 3, 16), on(2023, 6, 22), on(2023, 8, 30), on(2023, 10, 12)}[i]
	mode := []string{"compulsory", "voluntary", "voluntary", "voluntary"}[i]
	delay := []int{6, 4, 34, 5}[i] // the third was first booked on a neighbour: wrongOneDissolved
	p.recordLife(c, p.desk(c.out.AddDate(0, 0, delay), c.district.code), "dissolved", "coop.dissolved/1", c.out, fields{"mode": mode})
}

// inactive: twenty-two were found idle before 2023; two resume, four begin to
// dissolve.
func (p *province) fallIdle(c *coop, i int) {
	c.idle, c.idleBefore = true, true
	since := p.dayIn(laterOf(c.founded.AddDate(0, 9, 0), on(2020, 2, 1)), on(2022, 11, 20))
	p.recordLife(c, c.known, "inactive", "coop.inactive/1", since, fields{"observed_by": c.district.office})
	switch {
	case i == 3 || i == 4:
		c.idle = false
		d := p.dayIn(on(2023, 2, 6), on(2023, 9, 20))
		p.recordLife(c, p.later(d, 3, 12, c.district.code), "resumed", "coop.resumed/1", d, fields{})
	case i >= 5 && i < 9:
		d := p.dayIn(on(2023, 3, 1), on(2023, 11, 10))
		p.recordLife(c, p.later(d, 3, 20, c.district.code), "dissolving-2023", "coop.dissolving/1", d, fields{})
	}
}

// suspended: twelve had given notice before 2023. Three come back when the
// notice runs out, three earlier, six give notice again.
func (p *province) suspendBefore(c *coop, i int) {
	c.idleBefore, c.idle = true, i >= 6
	from := p.dayIn(laterOf(c.founded.AddDate(0, 6, 0), on(2022, 3, 1)), on(2022, 11, 15))
	until := from.AddDate(1, 0, 0)
	p.recordLife(c, c.known, "suspended", "coop.suspended/1", from, fields{"until": iso(until)})
	switch {
	case i >= 6:
		p.recordLife(c, p.later(until, 1, 9, c.district.code), "suspended-again", "coop.suspended/1", until, fields{"until": iso(until.AddDate(1, 0, 0))})
	case i >= 3:
		d := p.dayIn(on(2023, 1, 9), on(2023, 2, 24))
		p.recordLife(c, p.later(d, 2, 9, c.district.code), "resumed", "coop.resumed/1", d, fields{})
	}
}

// suspends: eight give notice during 2023, two of them known only in January.
func (p *province) suspendDuring(c *coop, i int) {
	c.idle = true
	d, delay := p.dayIn(on(2023, 2, 1), on(2023, 10, 31)), p.between(3, 10)
	if i < 2 {
		d, delay = on(2023, 11, 6+9*i), 58
	}
	p.recordLife(c, p.desk(d.AddDate(0, 0, delay), c.district.code), "suspended", "coop.suspended/1", d, fields{"until": iso(d.AddDate(1, 0, 0))})
}

// goesQuiet: six are found idle by inspection during 2023.
func (p *province) goesQuiet(c *coop, i int) {
	c.idle = true
	d := p.dayIn(on(2023, 4, 3), on(2023, 11, 24))
	p.recordLife(c, p.later(d, 5, 30, c.district.code), "inactive", "coop.inactive/1", d, fields{"observed_by": []string{c.district.office, "Liên minh HTX tỉnh"}[i%2]})
}

// leaves: one merges into a neighbour, one becomes an enterprise, one turns to
// another trade.
func (p *province) leaveRegister(c *coop, i int) {
	c.out = []time.Time{on(2023, 5, 18), on(2023, 7, 27), on(2023, 9, 14)}[i]
	at := p.later(c.out, 4, 8, c.district.code)
	switch i {
	case 0:
		p.recordLife(c, at, "merged", "coop.merged/1", c.out, fields{"into": p.neighbour(c).key})
	case 1:
		p.recordLife(c, at, "left", "coop.left/1", c.out, fields{"to": "enterprise"})
	case 2:
		p.recordLife(c, at, "resectored", "coop.resectored/1", c.out, fields{"agricultural": false, "sector": "xây dựng"})
	}
}

// neighbour is an operating co-operative of the same district whose life is
// plain. It is kept out of what happens later to operating ones.
func (p *province) neighbour(c *coop) *coop {
	for i := 90; i < len(p.base); i++ {
		if n := p.base[p.order(i)]; n.district == c.district && n.founded.Year() < 2022 {
			n.reserved = true
			return n
		}
	}
	panic("demo: no neighbour in " + c.district.code)
}

func (p *province) renameCoop(c *coop, i int) {
	d := p.dayIn(on(2023, 2, 1), on(2023, 11, 20))
	p.recordLife(c, p.later(d, 4, 15, c.district.code), "renamed", "coop.renamed/1", d, fields{"name": fmt.Sprintf("%s (tên mới %d)", c.name, i+1)})
}

// relocates: two within their district, one into the next.
func (p *province) relocateCoop(c *coop, i int) {
	d, to := p.dayIn(on(2023, 3, 1), on(2023, 10, 20)), c.district
	if i == 2 {
		to = &districts[(p.index(c)+1)%len(districts)]
	}
	seat := to.seats[0]
	if seat == c.seat {
		seat = to.seats[1]
	}
	p.recordLife(c, p.later(d, 4, 15, c.district.code), "relocated", "coop.relocated/1", d, fields{"place": seat})
	c.seat = seat
}

func (p *province) index(c *coop) int {
	for i := range districts {
		if &districts[i] == c.district {
			return i
		}
	}
	return 0
}

func (p *province) reorganiseCoop(c *coop, _ int) {
	d := p.dayIn(on(2023, 2, 15), on(2023, 12, 10))
	p.recordLife(c, p.later(d, 5, 30, c.district.code), "reorganised", "coop.reorganised/1", d, fields{"law": "2012"})
}

func (p *province) giveTaxCode(c *coop, i int) {
	d := p.dayIn(on(2023, 1, 5), on(2023, 10, 31))
	f := fields{"registration": fmt.Sprintf("MP-%04d", 100+i)}
	if c.tax == "" {
		f["tax_code"] = p.taxCode()
	}
	p.recordLife(c, p.later(d, 2, 20, c.district.code), "identified", "coop.identified/1", d, f)
}

// resectorsIn turns the last bystander, a service co-operative, to farming.
func (p *province) resectorsIn() {
	c := p.others[bystanders-1]
	c.in = on(2023, 5, 9)
	p.recordLife(c, p.later(c.in, 3, 8, c.district.code), "resectored", "coop.resectored/1", c.in, fields{"agricultural": true, "sector": "chăn nuôi"})
	p.renewed = append(p.renewed, c)
}

// wrongOneDissolved books a dissolution on a namesake; it is taken back when
// the district's decision is read again.
func (p *province) wrongOneDissolved() {
	right := p.base[p.order(2)]
	wrong := p.neighbour(right)
	s := p.recordAbout(wrong, p.desk(on(2023, 9, 6), right.district.code), "dissolved-wrong", "coop.dissolved/1", right.out, fields{"mode": "voluntary"})
	p.retract(p.desk(on(2023, 10, 2), right.district.code), wrong.key+"/dissolved-wrong/retracted", s, "other", "quyết định ghi HTX "+right.name+", không phải HTX này")
}
