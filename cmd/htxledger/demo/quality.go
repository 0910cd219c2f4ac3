package demo

import (
	"fmt"
	"slices"
	"time"
)

// classes shares out the published classes of the province (early 2024, all
// sectors): fair or better above 38 %, average about 55 %, weak below 7 %.
var classes = []struct {
	percent   int
	class     string
	low, high int // hundredths
}{
	{9, "good", 8000, 9450}, {29, "fair", 6500, 7950}, {55, "average", 5000, 6450}, {7, "weak", 3100, 4950},
}

// classify writes the scores and classes of 2022 and of 2023.
func (p *province) classify() {
	var old []*coop
	for _, c := range p.base {
		if !c.idleBefore && c.founded.Before(on(2022, 12, 1)) {
			old = append(old, c)
		}
	}
	p.year(2022, old, on(2023, 1, 5), 70)
	p.year(2023, p.operatingCoops(), on(2023, 12, 18), 85)
	p.classCorrections()
}

// year records the scores and classes of a year, entered within so many days of from.
func (p *province) year(year int, of []*coop, from time.Time, within int) {
	of = slices.DeleteFunc(pickSome(p.writer, len(of), of), func(c *coop) bool { return !c.in.IsZero() })
	young := func(c *coop) bool { return c.founded.After(on(year-1, 12, 31)) }
	rated := slices.DeleteFunc(slices.Clone(of), young)
	of = slices.DeleteFunc(of, func(c *coop) bool { return !young(c) })
	for i, c := range of {
		at := p.later(from, 0, within, c.district.code)
		p.recordClass(c, at, year, "unrated", c.district.office)
		if i%2 == 0 {
			p.recordScore(c, at, year, "tt09-2017", int64(p.between(4000, 7600)), fields{"months_operated": max(12-int(c.founded.Month()), 0)})
		}
	}
	n := 0
	for _, band := range classes {
		end := n + len(rated)*band.percent/100
		if band.class == "weak" {
			end = len(rated)
		}
		for ; n < end; n++ {
			c := rated[n]
			c.class, c.points = band.class, int64(p.between(band.low, band.high))
			p.rate(c, n, year, p.later(from, 0, within, c.district.code))
		}
	}
}

// rate writes what one co-operative's file holds: mostly a score of its own and
// a decision of the district, sometimes one of them, sometimes nothing.
func (p *province) rate(c *coop, n, year int, at time.Time) {
	side := fields{}
	switch {
	case c.class == "fair" && n%17 == 0: // fined: weak under one circular, fair under the other
		side["fined"] = true
	case c.class == "fair" && n%17 == 5: // idle for more than three months: rated by one, not by the other
		side["idle_months"] = 4
	}
	if n%20 == 11 {
		return
	}
	if n%9 != 4 {
		p.recordScore(c, at, year, "tt09-2017", c.points, side)
	}
	if n%3 == 0 {
		p.recordScore(c, at, year, "tt01-2020", min(max(c.points+int64(p.between(-400, 400)), 0), 10000), side)
	}
	class := c.class
	if side["fined"] != nil {
		class = "weak"
	}
	if n%10 != 7 {
		p.recordClass(c, p.desk(at.AddDate(0, 0, 4), c.district.code), year, class, c.district.office)
	}
}

func (p *province) recordScore(c *coop, at time.Time, year int, scheme string, points int64, side fields) {
	data := fields{"year": year, "scheme": scheme, "points_hundredths": points}
	for k, v := range side {
		data[k] = v
	}
	p.recordAbout(c, at, fmt.Sprintf("score/%d/%s", year, scheme), "coop.scored/1", on(year, 12, 31), data)
}

func (p *province) recordClass(c *coop, at time.Time, year int, class, by string) *said {
	return p.recordAbout(c, at, fmt.Sprintf("class/%d", year), "coop.classed/1", on(year, 12, 31),
		fields{"year": year, "class": class, "scheme": "tt09-2017", "decided_by": by})
}

// classCorrections: two districts lowered a class after a complaint.
func (p *province) classCorrections() {
	n := 0
	for _, s := range slices.Clone(p.out) {
		if s.Kind != "coop.classed/1" || s.Data["class"] != "fair" || s.Data["year"] != 2023 || !s.at.Before(on(2024, 2, 1)) {
			continue
		}
		data := fields{"year": 2023, "class": "average", "scheme": "tt09-2017", "decided_by": s.Data["decided_by"]}
		p.restate(p.desk(on(2024, 3, 12+n), "so-nn"), s.Key[len("demo/"):]+"/2", s, "", data, "source-changed", "UBND cấp huyện điều chỉnh quyết định xếp loại")
		if n++; n == 2 {
			return
		}
	}
}
