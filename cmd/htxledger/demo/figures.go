package demo

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// What the published totals leave for the synthetic part at the end of 2023:
// about 4,600 members (311 are of the real HTX Buôn Choáh), about 4,300
// workers, about 1,550 million đồng a report.
const (
	membersAtEnd = 4240
	workersAtEnd = 4130
	meanRevenue  = 1_522_000_000
	payMedian    = 78_900_000
)

// countedCoops are the synthetic co-operatives in the register at the end of 2023.
func (p *province) countedCoops() []*coop {
	var all []*coop
	for _, c := range slices.Concat(p.base, p.born, p.renewed) {
		if c.out.IsZero() {
			all = append(all, c)
		}
	}
	return all
}

// operatingCoops lists the co-operatives that are not idle.
func (p *province) operatingCoops() []*coop {
	return slices.DeleteFunc(p.countedCoops(), func(c *coop) bool { return c.idle })
}

// weigh gives every co-operative its size: skewed, as real ones are.
func (p *province) weigh() {
	all := slices.Concat(p.base, p.born, p.renewed)
	members, workers, trade := map[*coop]float64{}, map[*coop]float64{}, map[*coop]float64{}
	for _, c := range all {
		members[c], workers[c], trade[c] = p.lognormal(9, .8), p.lognormal(7, .75), p.lognormal(1, .4)
		if c.district.code == "dak-glong" { // published as far above the rest
			workers[c], trade[c] = 2.2*workers[c], 1.5*trade[c]
		}
		if c.founded.Year() == 2023 {
			members[c], workers[c] = members[c]/2, workers[c]/2
		}
		if c.idle {
			workers[c] /= 4
		}
	}
	p.scaleMembers(all, members)
	p.scaleWorkers(all, workers)
	p.scaleMoney(all, trade)
}

// scaleMembers gives members in proportion to weight, so that the total is the published one.
func (p *province) scaleMembers(all []*coop, weight map[*coop]float64) {
	size := func(c *coop, k float64) int64 { return 7 + int64(k*weight[c]) }
	k := findScale(membersAtEnd, func(k float64) (n int64) {
		for _, c := range p.countedCoops() {
			n += size(c, k)
		}
		return n
	})
	for i, c := range all {
		c.members = size(c, k)
		if i%6 == 0 && c.members > 14 {
			c.associate = c.members / 5
			c.members -= c.associate
		}
	}
}

// scaleWorkers gives workers in proportion to weight, so that the total is the published one.
func (p *province) scaleWorkers(all []*coop, weight map[*coop]float64) {
	spread := map[*coop]float64{}
	for _, c := range all {
		spread[c] = 1 + 1.6*p.rng.Float64()
	}
	regular := func(c *coop, k float64) int64 { return 1 + int64(k*weight[c]) }
	total := func(c *coop, k float64) int64 { return int64(float64(regular(c, k)) * spread[c]) }
	k := findScale(workersAtEnd, func(k float64) (n int64) {
		for _, c := range p.countedCoops() {
			n += total(c, k)
		}
		return n
	})
	for _, c := range all {
		c.regular, c.total = regular(c, k), total(c, k)
	}
}

// scaleMoney keeps a year's pay below nine tenths of revenue.
func (p *province) scaleMoney(all []*coop, weight map[*coop]float64) {
	revenue := func(c *coop, k float64) int64 {
		return max(int64(k*weight[c]*float64(c.regular)*1e6)/100_000*100_000, c.regular*92_000_000)
	}
	reporting := p.reporters2023()
	k := findScale(meanRevenue*int64(len(reporting)), func(k float64) (n int64) {
		for _, c := range reporting {
			if !c.idle {
				n += revenue(c, k)
			}
		}
		return n
	})
	for _, c := range all {
		c.revenue = revenue(c, k)
		income := math.Min(math.Max(p.rng.NormFloat64()*7e6+payMedian, 60e6), 105e6)
		c.pay = min(c.regular*(int64(income)/10_000*10_000), c.revenue/10*9)
	}
}

// reporters2023 are those that send a report for 2023: all operating ones but
// four, and most idle ones, which report nothing earned and nobody paid.
func (p *province) reporters2023() []*coop {
	operating, idle := 0, 0
	return slices.DeleteFunc(p.countedCoops(), func(c *coop) bool {
		if c.idle {
			idle++
			return idle%5 == 0
		}
		operating++
		return operating%40 == 7
	})
}

// count writes the rounds of counting: old books, the end of 2022, mid-2023
// and the end of 2023.
func (p *province) count() {
	for i, c := range slices.Concat(p.base, p.born, p.renewed) {
		if c.founded.Before(on(2021, 12, 1)) && c.in.IsZero() {
			p.headcount(c, c.known, on(2021, 12, 31), 92)
		}
		if c.founded.Before(on(2022, 12, 20)) && c.in.IsZero() {
			p.headcount(c, p.later(on(2023, 1, 3), 0, 40, c.district.code), on(2022, 12, 31), 96)
		}
		if isAlive(c, on(2023, 6, 30)) && i%5 < 3 {
			p.headcount(c, p.later(on(2023, 7, 3), 0, 20, c.district.code), on(2023, 6, 30), 98)
		}
		if isAlive(c, on(2023, 12, 31)) && i%12 != 5 {
			p.headcount(c, p.later(on(2024, 1, 2), 0, 45, c.district.code), on(2023, 12, 31), 100)
		}
	}
	p.countCorrections()
}

// alive: founded and in the register on a day, agricultural or not yet.
func isAlive(c *coop, d time.Time) bool {
	return c.founded.Before(d) && (c.out.IsZero() || c.out.After(d))
}

func (p *province) headcount(c *coop, at, day time.Time, percent int64) {
	m := fields{"official": max(c.members*percent/100, 7)}
	if c.associate > 0 {
		m["associate"] = c.associate * percent / 100
	}
	p.recordAbout(c, at, "members/"+iso(day), "coop.members-counted/1", day, m)
	p.recordAbout(c, at, "workers/"+iso(day), "coop.workers-counted/1", day,
		fields{"regular": max(c.regular*percent/100, 1), "total": max(c.total*percent/100, 1)})
}

// find is what was said under a key.
func (p *province) find(key string) *said {
	i := slices.IndexFunc(p.out, func(s *said) bool { return s.Key == "demo/"+key })
	if i < 0 {
		panic("demo: nothing said under " + key)
	}
	return p.out[i]
}

// countCorrections: a count ten times too large, noticed a month later, and a
// correction that was itself a mistake and was taken back.
func (p *province) countCorrections() {
	plain := slices.DeleteFunc(p.operatingCoops(), func(c *coop) bool { return c.associate > 0 || c.founded.Year() > 2020 })
	big := plain[3]
	s := p.find(big.key + "/workers/2022-12-31")
	right := s.Data
	s.Data = fields{"regular": right["regular"], "total": right["total"].(int64) * 10}
	p.restate(p.desk(s.at.AddDate(0, 0, 31), big.district.code), big.key+"/workers/2022-12-31/2", s, "", right, "typo", "thừa một số 0")

	other := plain[8]
	t := p.find(other.key + "/members/2022-12-31")
	bad := p.restate(p.desk(t.at.AddDate(0, 0, 20), other.district.code), other.key+"/members/2022-12-31/2", t, "",
		fields{"official": t.Data["official"].(int64) + 60}, "source-changed", "danh sách mới gửi về")
	p.retract(p.desk(t.at.AddDate(0, 0, 48), other.district.code), other.key+"/members/2022-12-31/2/retracted", bad,
		"other", "danh sách mới là của một HTX khác; số ban đầu đúng")
}

// report writes the accounts of 2022, the estimates of November 2023 and the
// accounts of 2023.
func (p *province) report() {
	idle := 0
	for i, c := range p.base {
		if c.idleBefore {
			idle++
		}
		missing := c.idleBefore && idle%2 == 0 || !c.idleBefore && i%19 == 4
		if !missing && c.founded.Before(on(2022, 7, 1)) {
			p.yearReport(c, p.later(on(2023, 1, 9), 0, 75, c.district.code), 2022, 93, c.idleBefore)
		}
	}
	estimated := map[*coop]*said{}
	for i, c := range p.operatingCoops() {
		if i%6 != 2 && c.founded.Before(on(2023, 6, 1)) && c.in.IsZero() {
			estimated[c] = p.estimate(c)
		}
	}
	for _, c := range p.reporters2023() {
		p.yearReport(c, p.later(on(2024, 1, 4), 0, 78, c.district.code), 2023, 100, c.idle)
	}
	p.reportCorrections(estimated)
}

// yearReport records the accounts of a year, in percent of the revenue, pay and
// workers drawn for the co-operative; an idle one reports zeros.
func (p *province) yearReport(c *coop, at time.Time, year int, percent int64, idle bool) *said {
	data := fields{"year": year, "basis": "actual", "revenue": int64(0), "pay": int64(0), "workers": int64(0)}
	if !idle {
		revenue := c.revenue / 100 * percent
		data = fields{
			"year": year, "basis": "actual", "revenue": revenue,
			"pay": c.pay / 100 * (percent + 1), "workers": max(c.regular*percent/100, 1),
			"profit": revenue / 100 * int64(2+c.points%9), "revenue_from_members": revenue / 100 * int64(30+len(c.name)%40),
		}
	}
	return p.recordAbout(c, at, fmt.Sprintf("report/%d", year), "coop.year-reported/1", on(year, 12, 31), data)
}

func (p *province) estimate(c *coop) *said {
	percent := int64(p.between(84, 104))
	day := p.dayIn(on(2023, 11, 6), on(2023, 11, 24))
	return p.recordAbout(c, p.later(day, 1, 9, c.district.code), "report/2023-estimate", "coop.year-reported/1", day, fields{
		"year": 2023, "basis": "estimate", "revenue": c.revenue / 100 * percent,
		"pay": c.pay / 100 * percent, "workers": max(c.regular*percent/100, 1),
	})
}

// reportCorrections: an estimate entered ten times too large, which the answer
// for 30/11/2023 still believed, and an account the tax office changed.
func (p *province) reportCorrections(estimated map[*coop]*said) {
	var sent []*coop
	for _, c := range p.operatingCoops() {
		if s := estimated[c]; s != nil && s.at.Before(on(2023, 11, 28)) {
			sent = append(sent, c)
		}
	}
	c := sent[len(sent)/2]
	s := estimated[c]
	right := s.Data
	s.Data = with(right, "revenue", right["revenue"].(int64)*10)
	p.restate(p.desk(on(2023, 12, 15), c.district.code), c.key+"/report/2023-estimate/2", s, "", right, "typo", "doanh thu gõ thừa một số 0")

	i := slices.IndexFunc(p.out, func(s *said) bool { return s.Kind == "coop.year-reported/1" && s.Data["revenue"] != int64(0) })
	was := p.out[i]
	p.restate(p.desk(on(2023, 5, 10), "so-nn"), was.Key[len("demo/"):]+"/2", was, "", with(was.Data, "revenue_from_members", was.Data["revenue_from_members"].(int64)/100*97),
		"source-changed", "quyết toán điều chỉnh doanh thu từ thành viên")
}

// with is a copy of data with one member changed.
func with(data fields, name string, value any) fields {
	c := maps.Clone(data)
	c[name] = value
	return c
}
