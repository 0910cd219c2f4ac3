package demo

import "time"

// births are the foundings of 2023: the day, and the days until the district
// entered it. Those of November that arrive in December and January are what
// the answer for 30/11/2023 did not know.
var births = []struct {
	day   time.Time
	delay int
}{
	{on(2023, 1, 12), 6}, {on(2023, 2, 15), 8}, {on(2023, 3, 14), 9}, {on(2023, 4, 20), 12},
	{on(2023, 6, 9), 10}, {on(2023, 6, 28), 7}, {on(2023, 8, 3), 14}, {on(2023, 9, 12), 9},
	{on(2023, 10, 5), 6}, {on(2023, 11, 2), 11},
	{on(2023, 11, 17), 35}, {on(2023, 11, 24), 45}, {on(2023, 12, 14), 13}, {on(2023, 12, 20), 23},
}

const (
	mistyped   = 4  // its day was entered as 6/10 and corrected twice
	duplicated = 7  // entered a second time in December
	split      = 13 // set up by dividing another
)

// foundIn2023 founds the co-operatives of the year of the plan.
func (p *province) foundIn2023() {
	for i, b := range births {
		c := p.nameCoop(&districts[(3*i+1)%len(districts)])
		c.founded, c.tax = b.day, p.taxCode()
		at := p.desk(b.day.AddDate(0, 0, b.delay), c.district.code)
		if i == mistyped {
			c.founded = on(2023, 10, 6)
		}
		s := p.foundCoop(c, at)
		switch i {
		case mistyped:
			p.mistypeFounding(c, s, b.day)
		case duplicated:
			p.duplicate(c)
		case split:
			p.split(c)
		}
		p.born = append(p.born, c)
	}
	p.foundIn2024()
}

// mistypeFounding is a correction that is itself corrected: 6/10 for 10/6, while the
// certificate says 9/6.
func (p *province) mistypeFounding(c *coop, s *said, day time.Time) {
	data := p.foundingData(c)
	first := p.restate(p.desk(on(2023, 7, 5), c.district.code), c.key+"/established/2", s, "2023-06-10", data,
		"typo", "gõ nhầm 06/10 thay cho 10/06")
	second := p.restate(p.desk(on(2023, 7, 11), c.district.code), c.key+"/established/3", first, iso(day), data,
		"source-changed", "giấy chứng nhận ghi ngày 09/6/2023")
	c.founded, c.known = day, second.at
}

// duplicate is the same founding sent again by another office, without a tax
// code; it counted until February.
func (p *province) duplicate(c *coop) {
	d := *c
	d.key, d.name, d.tax = c.key+"-lmhtx", c.name+" (bản ghi của Liên minh HTX)", ""
	s := p.foundCoop(&d, p.desk(on(2023, 12, 29), "lmhtx"))
	p.retract(p.desk(on(2024, 2, 20), "lmhtx"), d.key+"/established/retracted", s, "duplicate", "trùng với "+c.key)
}

// split divides an old co-operative into itself and c.
func (p *province) split(c *coop) {
	parent := p.neighbour(c)
	p.recordLife(parent, c.known, "divided", "coop.divided/1", c.founded, fields{"into": []string{parent.key, c.key}})
}

// foundIn2024 goes on after the plan's year.
func (p *province) foundIn2024() {
	for i, day := range []time.Time{on(2024, 1, 11), on(2024, 2, 27), on(2024, 3, 20)} {
		c := p.nameCoop(&districts[(5*i+2)%len(districts)])
		c.founded, c.tax = day, p.taxCode()
		p.foundCoop(c, p.desk(day.AddDate(0, 0, 5+3*i), c.district.code))
		p.others = append(p.others, c)
	}
	c := p.base[p.order(4)] // still dissolving at the end of 2023
	p.recordLife(c, p.desk(on(2024, 2, 29), c.district.code), "dissolved", "coop.dissolved/1", on(2024, 2, 22), fields{"mode": "voluntary"})
}
