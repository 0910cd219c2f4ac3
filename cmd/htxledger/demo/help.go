package demo

import (
	"fmt"
	"time"
)

// plainCoops are operating co-operatives that nothing else is told about, in random
// order: whom the programmes of 2023 choose from.
func (p *province) plainCoops() []*coop {
	var all []*coop
	for _, c := range p.base {
		if c.out.IsZero() && !c.idle && !c.idleBefore && !c.reserved && c.founded.Before(on(2022, 6, 1)) {
			all = append(all, c)
		}
	}
	return pickSome(p.writer, len(all), all)
}

// A gift is a help of 2023: whom (a position in the list of plain ones), the
// day, and the days until it was entered.
type gift struct {
	who   int
	help  string
	day   time.Time
	delay int
	fund  string
	money int64 // million đồng; 0 if not said
}

const (
	farmBudget    = "Ngân sách tỉnh (mô phỏng)"
	ruralProgram  = "Chương trình MTQG xây dựng nông thôn mới (mô phỏng)"
	strengthening = "Đề án theo Quyết định 1563/QĐ-UBND (mô phỏng)"
)

// gifts makes the questions of the plan worth asking. Production certificates
// reach six (0–5), quality certificates nine (4–12), two of them both: thirteen
// co-operatives, one short of the body's 14–17 although both lists are inside
// the appendix's 5–7 and 8–10. Traceability, which only the body counts, brings
// the fourteenth. Nine are strengthened; with the real HTX Nông nghiệp xanh Nam
// Đà, published on 5 December, they are ten.
var gifts = []gift{
	{0, "production-certificate", on(2023, 5, 16), 8, farmBudget, 60},
	{1, "production-certificate", on(2023, 6, 27), 10, farmBudget, 60},
	{2, "production-certificate", on(2023, 7, 19), 6, farmBudget, 55},
	{3, "production-certificate", on(2023, 8, 10), 12, farmBudget, 75}, // first entered as equipment
	{4, "production-certificate", on(2023, 9, 21), 9, farmBudget, 60},
	{5, "production-certificate", on(2023, 12, 6), 14, farmBudget, 60},
	{4, "quality-certificate", on(2023, 7, 6), 8, farmBudget, 45},
	{5, "quality-certificate", on(2023, 8, 24), 8, farmBudget, 45},
	{6, "quality-certificate", on(2023, 5, 30), 9, farmBudget, 45},
	{7, "quality-certificate", on(2023, 9, 7), 6, farmBudget, 50},
	{8, "quality-certificate", on(2023, 9, 28), 6, farmBudget, 50},
	{9, "quality-certificate", on(2023, 10, 19), 7, farmBudget, 40},
	{10, "quality-certificate", on(2023, 11, 9), 8, farmBudget, 40},
	{11, "quality-certificate", on(2023, 11, 22), 41, farmBudget, 40},
	{12, "quality-certificate", on(2023, 12, 13), 22, farmBudget, 40},
	{13, "traceability", on(2023, 10, 26), 12, farmBudget, 25},
	{2, "traceability", on(2023, 11, 2), 11, farmBudget, 25},
	{7, "packaging", on(2023, 10, 10), 9, farmBudget, 30},

	{14, "infrastructure", on(2023, 8, 31), 9, ruralProgram, 650},
	{15, "infrastructure", on(2023, 10, 27), 10, ruralProgram, 480},
	{16, "infrastructure", on(2023, 11, 28), 14, ruralProgram, 520},
	{17, "equipment", on(2023, 4, 25), 12, ruralProgram, 180},
	{18, "equipment", on(2023, 7, 27), 8, ruralProgram, 150},
	{14, "equipment", on(2023, 9, 19), 9, ruralProgram, 140},
	{19, "equipment", on(2023, 12, 20), 15, ruralProgram, 160},

	{20, "consolidation", on(2023, 4, 13), 9, strengthening, 0},
	{21, "consolidation", on(2023, 5, 25), 9, strengthening, 0},
	{22, "consolidation", on(2023, 7, 13), 9, strengthening, 0},
	{23, "consolidation", on(2023, 8, 17), 9, strengthening, 0},
	{24, "consolidation", on(2023, 9, 14), 9, strengthening, 0},
	{25, "consolidation", on(2023, 10, 12), 9, strengthening, 0},
	{26, "consolidation", on(2023, 11, 7), 9, strengthening, 0},
	{27, "consolidation", on(2023, 11, 21), 24, strengthening, 0},
	{28, "consolidation", on(2023, 12, 12), 8, strengthening, 0},

	{29, "e-commerce", on(2023, 6, 15), 7, farmBudget, 15},
	{30, "e-commerce", on(2023, 9, 26), 7, farmBudget, 15},
	{31, "e-commerce", on(2023, 11, 16), 30, farmBudget, 15},
	{32, "science", on(2023, 10, 4), 20, farmBudget, 210},
	{33, "science", on(2023, 12, 18), 25, farmBudget, 190},
	{34, "land", on(2023, 9, 12), 15, "", 0},
	{35, "credit", on(2023, 6, 8), 11, "Quỹ hỗ trợ phát triển HTX (mô phỏng)", 400},
	{36, "credit", on(2023, 8, 22), 11, "Quỹ hỗ trợ phát triển HTX (mô phỏng)", 300},
	{37, "credit", on(2023, 11, 14), 33, "Quỹ hỗ trợ phát triển HTX (mô phỏng)", 500},
}

// giveHelp records the gifts of 2023, a mistyped one included, the help of 2022,
// the models and the certificates.
func (p *province) giveHelp() {
	who := p.plainCoops()
	for i, g := range gifts {
		s := p.give(i, who[g.who], g)
		if i == 3 {
			right := s.Data
			s.Data = with(right, "help", "equipment")
			p.restate(p.desk(on(2024, 1, 22), "so-nn"), s.Key[len("demo/"):]+"/2", s, "", right, "typo", "chọn nhầm loại hỗ trợ")
		}
	}
	p.helpOf2022(who)
	p.recognise(who)
	p.certify(who)
}

// give records a help for a co-operative.
func (p *province) give(i int, c *coop, g gift) *said {
	data := fields{"coop": c.key, "help": g.help}
	if g.fund != "" {
		data["fund"] = g.fund
	}
	if g.money > 0 {
		data["amount"] = g.money * 1_000_000
	}
	office := "so-nn"
	if g.help == "consolidation" || g.help == "credit" {
		office = "lmhtx"
	}
	key := fmt.Sprintf("mp-%d-%02d", g.day.Year(), i+1)
	return p.put(laterOf(p.desk(g.day.AddDate(0, 0, g.delay), office), c.known), "support/"+key, "support/"+key, "support.given/1", iso(g.day), data)
}

// helpOf2022 gives the year before something to be compared with.
func (p *province) helpOf2022(who []*coop) {
	helps := []string{"infrastructure", "infrastructure", "equipment", "equipment", "production-certificate", "production-certificate",
		"production-certificate", "quality-certificate", "quality-certificate", "packaging", "consolidation", "consolidation"}
	for i, help := range helps {
		day := p.dayIn(on(2022, 6, 10), on(2022, 11, 20))
		p.give(i, who[len(who)-1-i], gift{help: help, day: day, delay: 0, fund: farmBudget, money: int64(40 + 5*i)})
	}
}

// recognise: two models in a value chain, the second late, and five of a new
// style.
func (p *province) recognise(who []*coop) {
	for i, m := range []struct {
		model string
		day   time.Time
		delay int
	}{
		{"value-chain", on(2023, 10, 24), 9}, {"value-chain", on(2023, 12, 5), 20},
		{"new-style", on(2023, 6, 20), 10}, {"new-style", on(2023, 9, 5), 10}, {"new-style", on(2023, 11, 15), 12},
		{"new-style", on(2023, 11, 27), 38}, {"new-style", on(2023, 12, 21), 15},
	} {
		key := fmt.Sprintf("mp-model-%02d", i+1)
		p.put(p.desk(m.day.AddDate(0, 0, m.delay), "lmhtx"), "support/"+key, "support/"+key, "support.model-recognised/1", iso(m.day),
			fields{"coop": who[40+i].key, "model": m.model})
	}
}

// schemes with the whole years a certificate usually runs.
var schemes = []struct {
	scheme, group string
	years         int
}{
	{"vietgap", "production", 2}, {"vietgap", "production", 2}, {"organic", "production", 2}, {"ra", "production", 3},
	{"globalgap", "production", 1}, {"haccp", "quality", 3}, {"iso-22000", "quality", 3},
}

// certify: certificates from before 2023, some renewed in time, some run out,
// some suspended or withdrawn; and those that the help of 2023 led to.
func (p *province) certify(who []*coop) {
	for i := range 46 {
		p.oldCertificate(i, who[(7*i+3)%len(who)])
	}
	for i, g := range gifts[:15] {
		if i%5 == 4 || g.day.After(on(2023, 12, 1)) {
			continue // helped, but no certificate yet
		}
		s := schemes[map[string]int{"production-certificate": i % 4, "quality-certificate": 5 + i%2}[g.help]]
		day := g.day.AddDate(0, 0, 18)
		p.grant(fmt.Sprintf("mp-cn-2023-%02d", i+1), p.later(day, 5, 30, "so-nn"), who[g.who], s.scheme, s.group, day, day.AddDate(s.years, 0, 0))
	}
}

func (p *province) grant(key string, at time.Time, c *coop, scheme, group string, day, until time.Time) *said {
	return p.put(laterOf(at, c.known), "certificate/"+key, "certificate/"+key, "certificate.granted/1", iso(day), fields{
		"coop": c.key, "scheme": scheme, "group": group, "number": "MP-" + key[len("mp-cn-"):],
		"body": "Tổ chức chứng nhận mô phỏng", "until": iso(until),
	})
}

// troubled are old certificates their body suspended or withdrew.
var troubled = map[int]string{5: "withdrawn", 6: "withdrawn", 12: "reinstated", 13: "suspended", 19: "reinstated"}

// oldCertificate records a certificate from before 2023 and its later life.
func (p *province) oldCertificate(i int, c *coop) {
	s := schemes[i%len(schemes)]
	key := fmt.Sprintf("mp-cn-%03d", i+1)
	from := laterOf(on(2022-s.years, 3, 1), c.founded.AddDate(0, 2, 0))
	if troubled[i] != "" {
		from = laterOf(on(2022, 2, 1), from) // of three years, so in force all through 2023
	}
	day := p.dayIn(from, on(2022, 11, 10))
	until := day.AddDate(s.years, 0, 0)
	p.grant(key, laterOf(c.known, opening.Add(90*time.Minute)), c, s.scheme, s.group, day, until)
	stream := "certificate/" + key
	tell := func(what string, day time.Time, data fields) {
		p.put(p.later(day, 3, 25, "so-nn"), stream+"/"+what, stream, "certificate."+what+"/1", iso(day), data)
	}
	switch {
	case until.Before(on(2024, 1, 15)) && until.After(on(2022, 12, 20)) && i%5 != 0:
		tell("renewed", until.AddDate(0, 0, -9), fields{"until": iso(until.AddDate(s.years, 0, 0))})
	case troubled[i] == "withdrawn":
		tell("withdrawn", on(2023, 9, 11).AddDate(0, 0, i), fields{"cause": "không giám sát định kỳ"})
	case troubled[i] != "":
		tell("suspended", on(2023, 5, 15).AddDate(0, 0, i), fields{})
		if troubled[i] == "reinstated" {
			tell("reinstated", on(2023, 8, 21).AddDate(0, 0, i), fields{})
		}
	}
}
