package demo

import (
	"fmt"
	"time"
)

// contract binds co-operatives to enterprises: 73 operating ones at the end of
// 2023. Of 163 that is under 45 % by less than one co-operative.
func (p *province) contract() {
	who := p.plainCoops()
	for i, c := range who[:58] {
		p.boundBefore(i, c)
	}
	for i, c := range who[58:73] {
		p.boundIn2023(i, c)
	}
	for i, c := range who[73:82] {
		p.endContract(i, c)
	}
	for i := range 4 { // bound, but idle: not in the numerator
		c := p.base[p.order(20+i)]
		p.link(c, c.known, c.founded.AddDate(0, 1, 0), time.Time{})
	}
}

// link records a contract; a zero until is an open one.
func (p *province) link(c *coop, at, day, until time.Time) *said {
	p.contracts++
	data := fields{
		"contract": fmt.Sprintf("HDMP-%03d", p.contracts), "product": c.sector,
		"enterprise": fmt.Sprintf("Công ty Mô phỏng %02d", p.contracts%19+1),
	}
	if !until.IsZero() {
		data["until"] = iso(until)
	}
	return p.recordAbout(c, at, fmt.Sprintf("linked/%03d", p.contracts), "coop.linked/1", day, data)
}

// signingDay is a day before 2023 on which a contract may have been signed.
func (p *province) signingDay(c *coop) time.Time {
	return p.dayIn(laterOf(c.founded.AddDate(0, 1, 0), on(2019, 1, 5)), on(2022, 11, 20))
}

// boundBefore: contracts from before 2023 that hold at its end. Eight ran out
// and were followed by another; one was entered as running out.
func (p *province) boundBefore(i int, c *coop) {
	switch {
	case i < 8:
		from, until := p.signingDay(c), p.dayIn(on(2023, 1, 15), on(2023, 9, 30))
		p.link(c, c.known, from, until)
		p.link(c, p.later(until, 4, 20, c.district.code), until, until.AddDate(2, 0, 0))
	case i == 8:
		s := p.link(c, c.known, p.signingDay(c), on(2023, 7, 1))
		p.restate(p.desk(on(2024, 1, 16), c.district.code), s.Key[len("demo/"):]+"/2", s, "",
			with(s.Data, "until", "2024-07-01"), "typo", "hợp đồng ghi đến hết 30/6/2024")
	default:
		p.link(c, c.known, p.signingDay(c), map[bool]time.Time{true: on(2025, 1, 1)}[i%3 == 0])
	}
}

// boundIn2023: seven entered in time, five late, three very late.
func (p *province) boundIn2023(i int, c *coop) {
	day, delay := p.dayIn(on(2023, 1, 10), on(2023, 10, 20)), p.between(4, 15)
	switch {
	case i >= 12:
		day, delay = on(2023, 10, 9+16*(i-12)), 110
	case i >= 7:
		day, delay = on(2023, 11, 6+4*(i-7)), 40+4*i
	}
	p.link(c, p.desk(day.AddDate(0, 0, delay), c.district.code), day, time.Time{})
}

// unbound: six contracts that ran out during 2023 and three that were ended.
func (p *province) endContract(i int, c *coop) {
	from := p.signingDay(c)
	if i < 6 {
		p.link(c, c.known, from, p.dayIn(on(2023, 2, 1), on(2023, 11, 25)))
		return
	}
	s := p.link(c, c.known, from, time.Time{})
	day := p.dayIn(on(2023, 3, 1), on(2023, 10, 30))
	p.recordAbout(c, p.later(day, 3, 25, c.district.code), fmt.Sprintf("unlinked/%03d", p.contracts), "coop.unlinked/1", day,
		fields{"contract": s.Data["contract"]})
}

// The fairs of the plan's line 38, word for word, and one more.
const (
	fairSaigon   = "Hội chợ triển lãm giống và nông nghiệp ứng dụng công nghệ cao tại Thành phố Hồ Chí Minh"
	fairCentral  = "Hội chợ triển lãm nông nghiệp khu vực miền Trung - Tây Nguyên"
	fairVillages = "Hội chợ Làng nghề và sản phẩm OCOP"
	fairOCOP     = "Hội chợ xúc tiến thương mại Nông nghiệp và sản phẩm OCOP"
)

// promote: four of the five named fairs (AgroViet is missing), one other, and
// the conference, which the ledger learns of in January.
func (p *province) promote() {
	who := p.plainCoops()
	fair := func(i int, name string, day time.Time, delay int) *said {
		var keys []string
		for _, c := range who[6*i : 6*i+4+i] {
			keys = append(keys, c.key)
		}
		key := fmt.Sprintf("mp-fair-2023-%d", i+1)
		return p.put(p.desk(day.AddDate(0, 0, delay), "so-ct"), "support/"+key, "support/"+key, "support.fair-attended/1", iso(day), fields{"fair": name, "coops": keys})
	}
	fair(0, fairSaigon, on(2023, 6, 22), 12)
	central := fair(1, fairCentral, on(2023, 8, 24), 11)
	fair(2, "Hội chợ Thương mại Mô phỏng Gia Nghĩa", on(2023, 9, 20), 8)
	fair(3, fairVillages, on(2023, 10, 26), 14)
	fair(4, fairOCOP, on(2023, 12, 8), 26)
	key := central.Key[len("demo/"):]
	gone := p.retract(p.desk(on(2024, 1, 16), "so-ct"), key+"/retracted", central, "duplicate", "tưởng là trùng với hội chợ năm 2022")
	p.retract(p.desk(on(2024, 1, 18), "so-ct"), key+"/retracted/retracted", gone, "other", "không trùng: hội chợ năm 2023 có thật trong hồ sơ mô phỏng")
	p.put(p.desk(on(2024, 1, 5), "so-ct"), "support/mp-conference-2023", "support/mp-conference-2023", "support.conference-held/1", "2023-12-08",
		fields{"title": "Hội nghị kết nối cung cầu mô phỏng năm 2023", "place": "gia-nghia"})
}

// A lesson is a class.
type lesson struct {
	programme, title string
	day              time.Time
	delay            int
	attendances      int
}

const shortCourse = "Bồi dưỡng cán bộ quản lý, thành viên HTX nông nghiệp"

// lessons: nine classes of the plan, the last after its deadline of October;
// two for the raw-material zones, the second late.
var lessons = []lesson{
	{"plan", shortCourse, on(2023, 7, 5), 7, 32}, {"plan", shortCourse, on(2023, 7, 18), 9, 30},
	{"plan", shortCourse, on(2023, 8, 2), 8, 28}, {"plan", shortCourse, on(2023, 8, 22), 8, 31},
	{"plan", shortCourse, on(2023, 9, 7), 6, 29}, {"plan", shortCourse, on(2023, 9, 20), 9, 30},
	{"plan", shortCourse, on(2023, 10, 4), 9, 27}, {"plan", shortCourse, on(2023, 10, 18), 9, 33},
	{"plan", shortCourse, on(2023, 11, 14), 20, 26},
	{"raw-material-zone", "Sản xuất theo vùng nguyên liệu đạt chuẩn", on(2023, 9, 26), 8, 40},
	{"raw-material-zone", "Sản xuất theo vùng nguyên liệu đạt chuẩn", on(2023, 12, 6), 29, 38},
	{"director", "Nghề giám đốc HTX", on(2023, 8, 14), 10, 25}, {"director", "Nghề giám đốc HTX", on(2023, 10, 9), 10, 24},
	{"other", "Ghi chép sổ sách HTX", on(2023, 4, 12), 9, 35}, {"other", "Chuyển đổi số trong HTX", on(2023, 6, 6), 9, 31},
	{"other", "An toàn thực phẩm", on(2023, 11, 21), 16, 29},
	{"plan", shortCourse, on(2022, 7, 12), 0, 30}, {"plan", shortCourse, on(2022, 8, 9), 0, 29}, {"plan", shortCourse, on(2022, 8, 30), 0, 31},
	{"plan", shortCourse, on(2022, 9, 20), 0, 28}, {"plan", shortCourse, on(2022, 10, 11), 0, 33}, {"plan", shortCourse, on(2022, 10, 25), 0, 30},
}

// teach records the classes of 2023.
func (p *province) teach() {
	for i, l := range lessons {
		key := fmt.Sprintf("mp-class-%02d", i+1)
		s := p.put(laterOf(p.desk(l.day.AddDate(0, 0, l.delay), "lmhtx"), opening.Add(2*time.Hour)), "training/"+key, "training/"+key, "training.held/1", iso(l.day), p.lesson(l, i))
		switch i {
		case 2: // 280 for 28
			right := p.lesson(l, i)
			s.Data["attendances"] = 280
			p.restate(p.desk(on(2023, 12, 11), "lmhtx"), "training/"+key+"/2", s, "", right, "typo", "gõ nhầm 280 thay cho 28")
		case 5: // sent by both leads
			twin := p.put(p.desk(on(2023, 10, 16), "so-nn"), "training/"+key+"-so-nn", "training/"+key+"-so-nn", "training.held/1", iso(l.day), p.lesson(l, i))
			p.retract(p.desk(on(2023, 12, 18), "so-nn"), "training/"+key+"-so-nn/retracted", twin, "duplicate", "hai cơ quan chủ trì cùng gửi một lớp")
		}
	}
}

func (p *province) lesson(l lesson, i int) fields {
	return fields{
		"title": l.title, "programme": l.programme, "place": districts[i%len(districts)].code,
		"organiser":   map[bool]string{true: "Liên minh HTX tỉnh", false: "Sở Nông nghiệp và Phát triển nông thôn"}[i%2 == 0],
		"attendances": l.attendances, "women": l.attendances * (30 + i) / 100, "days": 2 + i%2,
	}
}
