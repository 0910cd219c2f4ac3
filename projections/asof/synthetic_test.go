package asof_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
)

// A maker makes SYNTHETIC records for benchmarks: one province of 8 districts
// and 71 communes over ten years, one co-operative to 333 records, a fifth of
// the records training sessions, a seventh year's reports, one in twenty late
// by up to two years, one in sixteen a correction or a retraction. Nothing in
// them is true, and unlike the demo they are not calibrated to anything. The
// same n gives the same records. They carry no canonical bytes of their own,
// only their data, and do not pass through register.Book: a few are orphans.
type maker struct {
	chance    *rand.Rand
	n, next   int
	coops     int // that there will be
	born      int
	revisions map[ledger.Stream]int64
	recent    []ledger.Record // what corrections are about
	granted   int
	out       func(*ledger.Record)
}

const (
	communes  = 71
	districts = 8
	firstYear = 2014
	years     = 10
)

// generate makes n synthetic records, in order.
func generate(n int, out func(*ledger.Record)) {
	m := &maker{
		chance: rand.New(rand.NewPCG(uint64(n), 371)), n: n, coops: max(n/333, 3),
		revisions: map[ledger.Stream]int64{}, out: out,
	}
	m.ground()
	for m.next < n {
		m.step()
	}
}

// synthetic is generate into a slice.
func synthetic(n int) []*ledger.Record {
	all := make([]*ledger.Record, 0, n)
	generate(n, func(r *ledger.Record) { all = append(all, r) })
	return all
}

func coopKey(i int) string    { return fmt.Sprintf("htx-%05d", i) }
func communeKey(i int) string { return fmt.Sprintf("xa-%02d", i) }

func (m *maker) today() calendar.Day {
	return calendar.FirstOfYear(firstYear) + calendar.Day(m.next*years*365/m.n)
}

// day is today, or for one in twenty a day up to two years before.
func (m *maker) day() calendar.Day {
	if m.chance.IntN(20) == 0 {
		return m.today() - calendar.Day(m.chance.IntN(730))
	}
	return m.today()
}

func (m *maker) put(family, key, kind string, day calendar.Day, data string, args ...any) {
	r := &ledger.Record{
		Stream: ledger.StreamOf(family, key), Kind: ledger.Kind(kind + "/1"),
		Valid: calendar.OnDay(day), Data: canonical.Raw(fmt.Appendf(nil, data, args...)),
	}
	m.send(r)
	switch kind {
	case "coop.year-reported", "coop.members-counted", "coop.workers-counted", "training.held", "coop.classed":
		m.remember(r)
	}
}

// remember keeps some hundred records that a correction may be about.
func (m *maker) remember(r *ledger.Record) {
	if len(m.recent) < 500 {
		m.recent = append(m.recent, *r)
		return
	}
	m.recent[m.chance.IntN(len(m.recent))] = *r
}

func (m *maker) send(r *ledger.Record) {
	r.Position = ledger.Position(m.next)
	r.Recorded = calendar.EndOf(m.today())
	binary.BigEndian.PutUint64(r.ID[:], uint64(m.next)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(r.ID[8:], uint64(m.next)+1)
	r.Revision = m.revisions[r.Stream]
	m.revisions[r.Stream]++
	m.next++
	m.out(r)
}

// ground opens the ledger, draws the map and founds most co-operatives.
func (m *maker) ground() {
	first := calendar.FirstOfYear(2000)
	m.put("ledger", "opened", "ledger.opened", first, `{"origin":"synthetic","place":"tinh","title":"synthetic"}`)
	m.put("place", "tinh", "place.declared", first, `{"code":"tinh","level":"province","name":"tinh"}`)
	for i := range districts {
		m.put("place", fmt.Sprint("huyen-", i), "place.declared", first, `{"code":"huyen-%d","level":"district","name":"huyện","parent":"tinh"}`, i)
	}
	for i := range communes {
		m.put("place", communeKey(i), "place.declared", first, `{"code":"%s","level":"commune","name":"xã","parent":"huyen-%d"}`, communeKey(i), i%districts)
	}
	for m.born < max(m.coops*6/10, 2) && m.next < m.n {
		m.found(first + calendar.Day(m.chance.IntN(13*365)))
	}
}

func (m *maker) found(day calendar.Day) {
	law := []string{"2003", "2012"}[m.chance.IntN(2)]
	m.put("coop", coopKey(m.born), "coop.established", day, `{"agricultural":true,"form":"htx","law":"%s","name":"HTX %d","place":"%s","sector":"trồng trọt"}`,
		law, m.born, communeKey(m.chance.IntN(communes)))
	m.born++
}

func (m *maker) step() {
	key := coopKey(m.chance.IntN(m.born))
	day := m.day()
	switch x := m.chance.IntN(1000); {
	case x < 140:
		year := m.today().Year() - 1 - m.chance.IntN(2)*m.chance.IntN(2)
		m.put("coop", key, "coop.year-reported", calendar.LastOfYear(year), "%s", m.report(year))
	case x < 188:
		m.correct(ledger.KindRestated)
	case x < 203:
		m.correct(ledger.KindRetracted)
	case x < 238:
		year := m.today().Year() - 1
		m.put("coop", key, "coop.classed", calendar.LastOfYear(year), "%s", m.class(year))
	case x < 273:
		m.certify(key, day)
	case x < 293:
		m.put("ocop", "sp-"+key, "ocop.rated", day, `{"authority":"district","name":"sản phẩm","owner":"%s","product":"sp-%s","stars":%d}`, key, key, 2+m.chance.IntN(3))
	case x < 493:
		m.put("training", fmt.Sprint("lop-", m.next), "training.held", day, "%s", m.session())
	case x < 640:
		m.put("coop", key, "coop.members-counted", day, `{"official":%d}`, 7+m.chance.IntN(90))
	case x < 740:
		m.put("coop", key, "coop.workers-counted", day, `{"regular":%d}`, 3+m.chance.IntN(30))
	case x < 780:
		m.put("coop", key, "coop.linked", day, `{"contract":"%d","enterprise":"DN","until":"%s"}`, m.chance.IntN(4), day+calendar.Day(100+m.chance.IntN(700)))
	case x < 840:
		m.put("support", fmt.Sprint("ht-", m.next), "support.given", day, `{"coop":"%s","help":"%s"}`, key,
			[]string{"infrastructure", "production-certificate", "quality-certificate", "consolidation", "chain-model", "land"}[m.chance.IntN(6)])
	case x < 860:
		m.put("coop", key, "coop.suspended", day, `{"until":"%s"}`, day+calendar.Day(30+m.chance.IntN(300)))
	case x < 880:
		m.put("coop", key, "coop.resumed", day, `{}`)
	case x < 884:
		m.put("coop", key, "coop.relocated", day, `{"place":"%s"}`, communeKey(m.chance.IntN(communes)))
	case x < 886:
		m.put("support", fmt.Sprint("hc-", m.next), "support.fair-attended", day, `{"coops":["%s"],"fair":"Hội chợ %d"}`, key, m.chance.IntN(40))
	case x < 900 && m.born < m.coops:
		m.found(day)
	default:
		m.put("coop", key, "coop.renamed", day, `{"name":"HTX tên mới"}`)
	}
}

func (m *maker) report(year int) string {
	workers := 3 + m.chance.IntN(30)
	return fmt.Sprintf(`{"basis":"actual","pay":%d,"revenue":%d,"workers":%d,"year":%d}`,
		workers*(20_000_000+m.chance.IntN(60_000_000)), 100_000_000+m.chance.IntN(4_000_000_000), workers, year)
}

func (m *maker) class(year int) string {
	return fmt.Sprintf(`{"class":"%s","scheme":"tt01-2020","year":%d}`, []string{"good", "fair", "average", "weak"}[m.chance.IntN(4)], year)
}

func (m *maker) session() string {
	return fmt.Sprintf(`{"attendances":%d,"programme":"%s","title":"Lớp"}`, 20+m.chance.IntN(40), []string{"plan", "other", "director"}[m.chance.IntN(3)])
}

func (m *maker) certify(key string, day calendar.Day) {
	until := day + calendar.Day(365+m.chance.IntN(365))
	if m.granted > 0 && m.chance.IntN(3) == 0 {
		m.put("certificate", fmt.Sprint("cn-", m.chance.IntN(m.granted)), "certificate.renewed", day, `{"until":"%s"}`, until)
		return
	}
	m.put("certificate", fmt.Sprint("cn-", m.granted), "certificate.granted", day, `{"coop":"%s","group":"%s","scheme":"vietgap","until":"%s"}`,
		key, []string{"production", "quality"}[m.chance.IntN(2)], until)
	m.granted++
}

// correct restates or retracts a record of late; of the restatements one in
// five moves the day.
func (m *maker) correct(kind ledger.Kind) {
	if len(m.recent) == 0 {
		return
	}
	about := m.recent[m.chance.IntN(len(m.recent))]
	r := &ledger.Record{Stream: about.Stream, Kind: kind, Data: canonical.Raw("{}"), Corrects: &ledger.Corrects{ID: about.ID, Reason: "typo"}}
	if kind == ledger.KindRestated {
		r.Data = canonical.Raw(m.anew(about))
		if m.chance.IntN(5) == 0 {
			r.Valid = calendar.OnDay(about.Valid.Day - calendar.Day(m.chance.IntN(60)))
		}
	}
	m.send(r)
}

func (m *maker) anew(about ledger.Record) string {
	year := about.Valid.Day.Year()
	switch about.Kind {
	case "coop.year-reported/1":
		return m.report(year)
	case "coop.members-counted/1":
		return fmt.Sprintf(`{"official":%d}`, 7+m.chance.IntN(90))
	case "coop.workers-counted/1":
		return fmt.Sprintf(`{"regular":%d}`, 3+m.chance.IntN(30))
	case "coop.classed/1":
		return m.class(year)
	}
	return m.session()
}
