package demo

import (
	"fmt"
	"slices"
	"time"
)

// A district is one of the eight of 14/6/2023, with the number of synthetic
// agricultural co-operatives on 31/12/2022. With the six real ones these make
// 203, the stock that targets T01 and T02 together imply; Krông Nô has 30 and
// Đắk Glong 14 as published, the other six share the rest by our guess.
type district struct {
	code, name, office string
	coops              int
	seats              []string
}

var districts = []district{
	{"gia-nghia", "Gia Nghĩa", "UBND thành phố Gia Nghĩa", 23,
		[]string{"phuong-nghia-duc", "phuong-nghia-tan", "phuong-nghia-trung", "phuong-quang-thanh", "xa-dak-nia", "xa-dak-rmoan"}},
	{"cu-jut", "Cư Jút", "UBND huyện Cư Jút", 20,
		[]string{"thi-tran-ea-tling", "xa-dak-drong", "xa-dak-wil", "xa-ea-po", "xa-nam-dong", "xa-tam-thang"}},
	{"dak-glong", "Đắk Glong", "UBND huyện Đắk Glong", 14,
		[]string{"xa-dak-ha", "xa-dak-som", "xa-quang-hoa", "xa-quang-khe", "xa-quang-son"}},
	{"dak-mil", "Đắk Mil", "UBND huyện Đắk Mil", 32,
		[]string{"thi-tran-dak-mil", "xa-dak-gan", "xa-dak-sak", "xa-duc-manh", "xa-duc-minh", "xa-long-son", "xa-thuan-an"}},
	{"dak-rlap", "Đắk R'lấp", "UBND huyện Đắk R'lấp", 30,
		[]string{"thi-tran-kien-duc", "xa-dak-sin", "xa-dak-wer", "xa-hung-binh", "xa-nghia-thang", "xa-nhan-co", "xa-quang-tin"}},
	{"dak-song", "Đắk Song", "UBND huyện Đắk Song", 29,
		[]string{"thi-tran-duc-an", "xa-dak-hoa", "xa-nam-binh", "xa-nam-njang", "xa-thuan-ha", "xa-thuan-hanh", "xa-truong-xuan"}},
	{"krong-no", "Krông Nô", "UBND huyện Krông Nô", 27,
		[]string{"thi-tran-dak-mam", "xa-buon-choah", "xa-dak-dro", "xa-nam-da", "xa-nam-nung", "xa-quang-phu", "xa-tan-thanh"}},
	{"tuy-duc", "Tuy Đức", "UBND huyện Tuy Đức", 22,
		[]string{"xa-dak-buk-so", "xa-dak-ngo", "xa-dak-rtih", "xa-quang-tam", "xa-quang-tan", "xa-quang-truc"}},
}

// trades are the registered wordings, with the word a name takes.
var trades = []struct{ word, sector string }{
	{"Nông nghiệp", "trồng trọt, dịch vụ nông nghiệp"},
	{"Nông nghiệp Dịch vụ", "dịch vụ nông nghiệp"},
	{"Cà phê", "trồng và chế biến cà phê"},
	{"Hồ tiêu", "trồng hồ tiêu"},
	{"Cây ăn quả", "trồng cây ăn quả"},
	{"Nông nghiệp hữu cơ", "trồng trọt hữu cơ"},
	{"Mắc ca", "trồng và chế biến mắc ca"},
	{"Chăn nuôi", "chăn nuôi"},
	{"Rau củ", "trồng rau"},
}

// A coop is a synthetic co-operative and what the generator knows about it.
type coop struct {
	key, name, seat, sector, law string
	form                         string
	agricultural                 bool
	district                     *district
	founded                      time.Time
	tax                          string

	known time.Time // when its founding was recorded
	last  time.Time // when the last thing about it was recorded
	first *said     // its founding, as recorded

	idle, idleBefore   bool      // at the end of 2023, of 2022
	reserved           bool      // something else is told of it in 2023
	out                time.Time // its end, or the day it stopped being agricultural; zero
	in                 time.Time // the day it became agricultural, if not at its founding
	members, associate int64     // at the end of 2023
	regular, total     int64
	revenue, pay       int64 // of 2023, whole đồng
	class              string
	points             int64 // hundredths, of 2023
}

// A province is all that is generated.
type province struct {
	*writer
	numbers   map[string]int // used per district
	taxes     int
	papers    int
	contracts int
	base      []*coop // agricultural and registered on 31/12/2022
	born      []*coop // founded in 2023
	others    []*coop // never counted: groups, unions, other sectors, history
	renewed   []*coop // became agricultural in 2023
}

// nameCoop makes a co-operative that is not founded yet.
func (p *province) nameCoop(d *district) *coop {
	p.numbers[d.code]++
	n, t := p.numbers[d.code], trades[p.rng.IntN(len(trades))]
	return &coop{
		key:  fmt.Sprintf("mp-%s-%02d", d.code, n),
		name: fmt.Sprintf("HTX %s Mô phỏng %s %02d", t.word, d.name, n),
		seat: d.seats[p.rng.IntN(len(d.seats))], sector: t.sector, law: "2012",
		form: "htx", agricultural: true, district: d,
	}
}

// taxCode gives the next number of a range that no tax office issues: codes
// begin with the province's two digits, and there is no province 99.
func (p *province) taxCode() string {
	for {
		p.taxes += 7
		if code, ok := withCheckDigit(fmt.Sprintf("99%07d", p.taxes)); ok {
			return code
		}
	}
}

// withCheckDigit adds the tenth digit of a tax code. A number whose digit
// would be 10 is not issued.
func withCheckDigit(nine string) (string, bool) {
	weights := [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3}
	sum := 0
	for i, w := range weights {
		sum += w * int(nine[i]-'0')
	}
	if sum%11 == 0 {
		return "", false
	}
	return fmt.Sprintf("%s%d", nine, 10-sum%11), true
}

// foundCoop records the founding.
func (p *province) foundCoop(c *coop, at time.Time) *said {
	c.known, c.last = at, at
	c.first = p.put(at, c.key+"/established", "coop/"+c.key, "coop.established/1", iso(c.founded), p.foundingData(c))
	return c.first
}

// foundingData is the data of a founding; a group has neither law nor capital.
func (p *province) foundingData(c *coop) fields {
	f := fields{"name": c.name, "form": c.form, "place": c.seat, "agricultural": c.agricultural, "sector": c.sector}
	if c.form == "tht" {
		return f
	}
	f["law"] = c.law
	f["founders"] = map[bool]int64{true: 5, false: 7}[c.law == "2023"] + int64(len(c.name)+len(c.key))%9
	f["charter_capital"] = (200 + int64(len(c.sector)*13+p.numbers[c.district.code]*7)%40*50) * 1_000_000
	if c.tax != "" {
		f["tax_code"] = c.tax
	}
	return f
}

// recordAbout records something about a co-operative, never before what is already
// recorded about its life.
func (p *province) recordAbout(c *coop, at time.Time, what, kind string, d time.Time, data fields) *said {
	return p.put(laterOf(at, c.known), c.key+"/"+what, "coop/"+c.key, kind, iso(d), data)
}

// recordLife records a life event; the next one comes no earlier.
func (p *province) recordLife(c *coop, at time.Time, what, kind string, d time.Time, data fields) *said {
	c.last = laterOf(at, c.last)
	return p.recordAbout(c, c.last, what, kind, d, data)
}

// open founds everything that existed when the ledger was opened.
func (p *province) open() {
	at := opening.Add(20 * time.Minute)
	for i := range districts {
		d := &districts[i]
		at = at.Add(6 * time.Minute)
		for range d.coops {
			c := p.nameCoop(d)
			c.founded = p.foundingDay()
			p.base = append(p.base, c)
		}
	}
	p.idleSince()
	p.oldLaw()
	p.lateIn2022()
	for _, c := range p.base {
		if c.tax = ""; p.rng.IntN(100) < 88 {
			c.tax = p.taxCode()
		}
		p.foundCoop(c, p.openingDesk(c))
	}
	p.standBy()
	p.endedLongAgo()
}

// openingDesk is the sitting at which a district's old books were entered;
// what happened in December 2022 came with the next days.
func (p *province) openingDesk(c *coop) time.Time {
	if c.founded.After(on(2022, 11, 30)) {
		return p.later(c.founded, 6, 12, c.district.code)
	}
	i := slices.IndexFunc(districts, func(d district) bool { return d.code == c.district.code })
	return opening.Add(time.Duration(20+6*i) * time.Minute)
}

// foundingDay follows the growth published, ever faster up to 2021.
// The weights are ours.
func (p *province) foundingDay() time.Time {
	counts := []int{3, 4, 6, 12, 18, 24, 28, 28, 30, 26} // 2013 … 2022
	n := p.rng.IntN(179)
	for i, c := range counts {
		if n -= c; n < 0 {
			year := 2013 + i
			from := on(year, 1, 5)
			if year == 2013 {
				from = on(2013, 7, 1) // the law of 2012 came into force
			}
			return p.dayIn(from, map[bool]time.Time{true: on(2022, 11, 18), false: on(year, 12, 25)}[year == 2022])
		}
	}
	panic("demo: the weights do not sum to 179")
}

// oldLaw gives nine co-operatives a founding under the law of 2003. The first
// of each list of lives is among them, so that some end and some reorganise.
func (p *province) oldLaw() {
	for _, i := range []int{0, 7, 12, 13, 14, 70, 71, 72, 73} {
		c := p.base[p.order(i)]
		c.law, c.founded = "2003", p.dayIn(on(2007, 3, 1), on(2012, 11, 30))
	}
}

// order spreads the positions of lives over the districts: 89 is prime to the
// number of co-operatives.
func (p *province) order(i int) int { return i * 89 % len(p.base) }

// idleSince makes the idle ones of 2022 old enough to have stopped.
func (p *province) idleSince() {
	for i := range 46 {
		if c := p.base[p.order(i)]; c.founded.After(on(2020, 6, 30)) {
			c.founded = p.dayIn(on(2014, 1, 5), on(2020, 6, 30))
		}
	}
}

// lateIn2022 moves two foundings into December 2022.
func (p *province) lateIn2022() {
	for k, i := range []int{120, 121} {
		p.base[p.order(i)].founded = on(2022, 12, 8+6*k)
	}
}

const bystanders = 9

// standBy founds what is never counted as agricultural co-operatives: groups, a union
// and other sectors.
func (p *province) standBy() {
	for i := range bystanders {
		d := &districts[i%len(districts)]
		c := p.nameCoop(d)
		c.founded = p.dayIn(on(2015, 1, 5), on(2022, 6, 30))
		switch {
		case i < 4:
			c.form, c.law, c.name = "tht", "", fmt.Sprintf("THT Mô phỏng %s %d", d.name, i+1)
		case i == 4:
			c.form, c.name = "lhhtx", "Liên hiệp HTX Mô phỏng "+d.name
		default:
			word := []string{"Vận tải", "Xây dựng", "Thương mại", "Dịch vụ tổng hợp"}[i-5]
			c.agricultural, c.sector = false, "phi nông nghiệp"
			c.name = fmt.Sprintf("HTX %s Mô phỏng %s", word, d.name)
		}
		p.foundCoop(c, p.openingDesk(c))
		p.others = append(p.others, c)
	}
}

// endedLongAgo is history: four dissolved before 2022.
func (p *province) endedLongAgo() {
	for i := range 4 {
		d := &districts[2*i]
		c := p.nameCoop(d)
		c.founded = p.dayIn(on(2014, 1, 5), on(2017, 6, 30))
		p.foundCoop(c, p.openingDesk(c))
		c.out = p.dayIn(on(2019, 3, 1), on(2021, 10, 30))
		p.recordLife(c, c.known, "dissolved", "coop.dissolved/1", c.out, fields{"mode": "voluntary"})
		p.others = append(p.others, c)
	}
}
