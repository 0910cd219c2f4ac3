package demo

import (
	"fmt"
	"time"
)

// A product is rated by the hands the decisions of their time name.
type product struct {
	key, name, owner string
	at               time.Time // when its last record was taken
}

// newOrder is Quyết định 148/QĐ-TTg: from this day districts recognise three
// stars, and bands have no gaps.
var newOrder = on(2023, 2, 24)

// rateProducts: 48 products from before 2023, some of which run out during it
// after 36 months; some rated again, up, down or the same; some new. Seven
// co-operatives are recognised in 2023, one of them learnt of in January.
func (p *province) rateProducts() {
	who := p.plainCoops()
	var old []*product
	for i := range 48 {
		owner := fmt.Sprintf("Hộ kinh doanh Mô phỏng %02d", i)
		switch {
		case i%2 == 0:
			owner = who[i%28].key // some own two
		case i%7 == 0:
			owner = fmt.Sprintf("Công ty TNHH Mô phỏng %02d", i)
		}
		x := p.product(i, owner)
		from, to := on(2019, 12, 20), on(2020, 11, 20)
		switch {
		case i >= 34:
			from, to = on(2022, 1, 10), on(2022, 11, 15)
		case i >= 18:
			from, to = on(2021, 1, 10), on(2021, 12, 20)
		}
		stars := 3
		if i%7 == 3 || i == 2 {
			stars = 4
		}
		p.rateProduct(x, opening.Add(100*time.Minute), p.ratingDay(who, owner, from, to), stars, nil)
		old = append(old, x)
	}
	p.rateAgain(old)
	p.rateNew(who)
}

func (p *province) product(i int, owner string) *product {
	goods := []string{"Cà phê bột", "Hồ tiêu sấy", "Hạt mắc ca", "Gạo", "Bơ sấy", "Mật ong", "Sầu riêng", "Chanh leo"}
	return &product{key: fmt.Sprintf("mp-ocop-%03d", i+1), name: fmt.Sprintf("%s Mô phỏng %02d", goods[i%len(goods)], i+1), owner: owner}
}

// ratingDay is within the span, and after the owner was founded.
func (p *province) ratingDay(who []*coop, owner string, from, to time.Time) time.Time {
	for _, c := range who {
		if c.key == owner {
			from = laterOf(from, c.founded.AddDate(0, 2, 0))
		}
	}
	if from.After(to) {
		return from
	}
	return p.dayIn(from, to)
}

// rateProduct records a rating of a product, with more members of the event.
func (p *province) rateProduct(x *product, at, day time.Time, stars int, more fields) {
	low, high := map[int]int{2: 30, 3: 50, 4: 70}[stars], map[int]int{2: 49, 3: 69, 4: 89}[stars]
	authority, score := "province", 100*p.between(low, high) // whole points before 148
	if !day.Before(newOrder) {
		score += p.between(0, 99)
		if stars <= 3 {
			authority = "district"
		}
	}
	data := fields{"product": x.key, "name": x.name, "owner": x.owner, "stars": stars, "score_hundredths": score, "authority": authority}
	for k, v := range more {
		data[k] = v
	}
	x.at = laterOf(at, x.at)
	stream := "ocop/" + x.key
	p.put(x.at, stream+"/"+iso(day), stream, "ocop.rated/1", iso(day), data)
}

// rateAgain: one 3 → 4 before it ran out, four co-operatives again in 2023
// (up, down, same, same), two other owners, and one revocation.
func (p *province) rateAgain(old []*product) {
	p.rateProduct(old[20], opening.Add(110*time.Minute), on(2022, 10, 18), 4, nil)
	for i, again := range []struct {
		product, stars int
		day            time.Time
		delay          int
	}{
		{0, 4, on(2023, 4, 18), 9}, {2, 3, on(2023, 6, 14), 9}, {4, 3, on(2023, 7, 25), 9}, {6, 3, on(2023, 10, 17), 9},
		{1, 3, on(2023, 5, 23), 9}, {5, 3, on(2023, 9, 12), 9},
	} {
		x := old[again.product]
		p.rateProduct(x, p.desk(again.day.AddDate(0, 0, again.delay+i), "so-nn"), again.day, again.stars, nil)
	}
	x := old[27]
	p.put(p.desk(on(2023, 8, 22), "so-nn"), "ocop/"+x.key+"/revoked", "ocop/"+x.key, "ocop.revoked/1", "2023-08-15", fields{"cause": "không còn đạt tiêu chí khi kiểm tra"})
}

// rateNew: three co-operatives and four others recognised for the first time,
// one product with two stars only, one that the centre may raise to five.
func (p *province) rateNew(who []*coop) {
	for i, n := range []struct {
		owner string
		stars int
		day   time.Time
		delay int
	}{
		{who[30].key, 3, on(2023, 7, 11), 10}, {who[31].key, 4, on(2023, 10, 31), 10}, {who[32].key, 3, on(2023, 11, 28), 43},
		{"Hộ kinh doanh Mô phỏng 61", 3, on(2023, 7, 11), 10}, {"Hộ kinh doanh Mô phỏng 62", 3, on(2023, 9, 19), 10},
		{"THT Mô phỏng Cư Jút 2", 3, on(2023, 11, 7), 12}, {"Công ty TNHH Mô phỏng 63", 4, on(2023, 12, 19), 20},
		{who[33].key, 2, on(2023, 9, 19), 10},
	} {
		x := p.product(48+i, n.owner)
		p.rateProduct(x, p.desk(n.day.AddDate(0, 0, n.delay), "so-nn"), n.day, n.stars, nil)
	}
	x := p.product(56, "Công ty TNHH Mô phỏng 64")
	p.rateProduct(x, p.desk(on(2023, 12, 28), "so-nn"), on(2023, 12, 19), 4, fields{"potential_five": true, "score_hundredths": 9120})
}
