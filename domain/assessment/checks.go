package assessment

import (
	"cmp"
	"fmt"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A Severity says how much a problem touches the figures.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // a figure is wrong, or cannot be told
	Warning Severity = "warning" // two things that were said cannot both be so
	Notice  Severity = "notice"  // worth a look
)

// A Problem is one thing in the ledger that does not add up. It is reported
// and never repaired: only a further record can put it right.
type Problem struct {
	Code     string // stable, kebab-case
	Severity Severity
	Subject  string // the stream that it is in, or the code of a figure
	Vi, En   string
	By       []*ledger.Fact // the facts that contradict
}

// Check reports what does not add up in a register, on the day and in the
// place of a question, in order of code and subject. The register must come
// from register.Fold, which alone keeps the facts that are about nothing. A
// place that is not on the map is a problem of its own, and then the only one.
//
// What it finds, by code: orphan (a fact that does not count: before a
// founding, after an end, a second grant …), reference-missing and
// reference-not-living (a certificate, help, a merger … about a co-operative
// that is not there, or was not on that day), seat-off-map, tax-code-form,
// tax-code-digit, tax-code-twice, pay-over-revenue, class-against-score,
// stars-against-score, stars-authority, members-below-minimum, parts-whole and
// movement.
func Check(r *register.Register, q indicator.Question) []Problem {
	area, err := q.AreaIn(r)
	if err != nil {
		return []Problem{unanswerable(q, err)}
	}
	c := &checker{Register: r, q: q, area: area, on: min(q.Valid, r.Day), coops: map[string]*coop.History{}}
	for _, s := range r.Subjects {
		if s.Kind == register.CoopSubject {
			c.coops[s.Key] = s.Coop.History
		}
	}
	c.reportOrphans()
	c.checkReferences()
	c.taxCodes()
	for _, s := range r.Subjects {
		switch s.Kind {
		case register.CoopSubject:
			c.checkCooperative(s.Coop.History.On(c.on))
		case register.ProductSubject:
			c.checkProduct(s.Product)
		}
	}
	c.checkFigures()
	slices.SortStableFunc(c.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject))
	})
	return c.list
}

func unanswerable(q indicator.Question, err error) Problem {
	p := Problem{Code: "place", Severity: Error, Subject: q.Place, Vi: err.Error(), En: err.Error()}
	if f, ok := fault.Of(err); ok {
		p.Code, p.Vi, p.En = f.Code, f.Vi(), f.En()
	}
	return p
}

type checker struct {
	*register.Register
	q     indicator.Question
	area  indicator.Area
	on    calendar.Day
	coops map[string]*coop.History
	list  []Problem
}

func (c *checker) report(code string, how Severity, subject, vi, en string, by ...*ledger.Fact) {
	by = slices.DeleteFunc(by, func(f *ledger.Fact) bool { return f == nil })
	c.list = append(c.list, Problem{code, how, subject, vi, en, by})
}

// knowsCooperative reports whether a co-operative is looked at: it sits in the place
// asked, or it sits nowhere and the whole ledger is asked.
func (c *checker) knowsCooperative(key string) bool {
	h := c.coops[key]
	if h == nil {
		return c.area.Whole
	}
	seat := h.On(c.on).Place
	return c.area.Holds(seat, register.CoopSubject) || c.area.Whole && !c.knowsPlace(seat)
}

func (c *checker) knowsPlace(seat string) bool {
	_, ok := c.area.Map.Resolve(seat)
	return ok
}

// checkCooperative looks at one co-operative by itself.
func (c *checker) checkCooperative(s *coop.Cooperative) {
	if !s.IsRegistered() || !c.knowsCooperative(s.Key) {
		return
	}
	c.checkSeat(s)
	c.taxCode(s)
	c.checkPay(s)
	c.checkClasses(s)
	c.checkMembers(s)
}

// checkSeat wants a seat that the map knows, unless the map is older than the day.
func (c *checker) checkSeat(s *coop.Cooperative) {
	if c.area.Map.Day() < c.on || c.knowsPlace(s.Place) {
		return
	}
	day := c.area.Map.Day().Vi()
	c.report("seat-off-map", Error, coopStream(s.Key),
		fmt.Sprintf("Trụ sở của HTX %s là %s, không có trên bản đồ hành chính ngày %s: HTX không được tính vào địa bàn nào.", s.Key, s.Place, day),
		fmt.Sprintf("The seat of co-operative %s, %s, is on no map of %s: it is counted nowhere.", s.Key, s.Place, day),
		s.Seated)
}

// checkPay wants the pay of a year within its revenue.
func (c *checker) checkPay(s *coop.Cooperative) {
	for _, f := range s.Reports {
		e := f.Event.(*coop.YearReported)
		// only the report that counts for its year: an older one was replaced
		if e.Pay == nil || *e.Pay <= e.Revenue || s.Report(int(e.Year)) != f {
			continue
		}
		c.report("pay-over-revenue", Warning, coopStream(s.Key),
			fmt.Sprintf("Báo cáo năm %d của HTX %s: tiền công %s đồng lớn hơn doanh thu %s đồng.", e.Year, s.Key, groupThousands(*e.Pay), groupThousands(e.Revenue)),
			fmt.Sprintf("Report of %d of co-operative %s: pay of %d đồng is more than the revenue of %d đồng.", e.Year, s.Key, *e.Pay, e.Revenue), f)
	}
}

// The least members that a co-operative must have: seven under the law of 2012
// (23/2012/QH13), five official ones under that of 2023 (17/2023/QH15, Điều 4,
// khoản 7), in force from 1/7/2024.
const (
	leastMembers         = 7
	leastOfficialMembers = 5
)

var law2023 = calendar.DayOf(2024, 7, 1)

// checkMembers wants as many members as the law of the day asks for.
func (c *checker) checkMembers(s *coop.Cooperative) {
	if s.Form != coop.HTX || s.Members == nil {
		return
	}
	e := s.Members.Event.(*coop.MembersCounted)
	have, least, what, law := e.Members(), int64(leastMembers), "thành viên", "23/2012/QH13"
	if c.on >= law2023 {
		have, least, what, law = e.Official, leastOfficialMembers, "thành viên chính thức", "17/2023/QH15"
	}
	if have >= least {
		return
	}
	c.report("members-below-minimum", Notice, coopStream(s.Key),
		fmt.Sprintf("HTX %s có %d %s, ít hơn mức tối thiểu %d theo Luật Hợp tác xã số %s.", s.Key, have, what, least, law),
		fmt.Sprintf("Co-operative %s has %d members of the kind counted by law %s, fewer than the least, %d.", s.Key, have, law, least),
		s.Members)
}

// checkFigures wants the figures of the question to agree with each other.
func (c *checker) checkFigures() {
	count := func(code string) *indicator.Figure {
		d, err := indicator.Find(code)
		if err != nil {
			return nil
		}
		f, err := indicator.Count(d, c.Register, c.q)
		if err != nil { // the place was on the map, and nothing else can fail
			return nil
		}
		return f
	}
	c.partsWhole(count("coops.registered"), count("coops.operating"), count("coops.idle"))
	c.checkMovement(count("coops.movement"))
}

// partsWhole wants the parts to add up to the whole, both in co-operatives.
func (c *checker) partsWhole(whole *indicator.Figure, parts ...*indicator.Figure) {
	var nums []int64
	for _, p := range parts {
		nums = append(nums, p.Num)
	}
	over := Reconcile(whole.Num, nums...)
	if over == 0 {
		return
	}
	c.report("parts-whole", Error, whole.Definition.Code,
		fmt.Sprintf("Số HTX đang đăng ký là %d, nhưng đang hoạt động %d và không hoạt động %d cộng lại lệch %+d.", whole.Num, nums[0], nums[1], over),
		fmt.Sprintf("%d are registered, but %d operating and %d idle come to %+d.", whole.Num, nums[0], nums[1], over))
}

func (c *checker) checkMovement(f *indicator.Figure) {
	if f.Holds() {
		return
	}
	closing := f.Parts[len(f.Parts)-1].Num
	c.report("movement", Error, f.Definition.Code,
		fmt.Sprintf("Biến động số HTX không khớp: đầu kỳ cộng các biến động là %d, nhưng cuối kỳ đếm được %d.", f.Num, closing),
		fmt.Sprintf("The movement does not hold: the opening and what moved come to %d, but %d are counted at the close.", f.Num, closing))
}

// Reconcile tells by how much parts come to more than the whole that is
// published with them; less is negative, and 0 is agreement. 304 HTX of which
// 234 operate and 73 do not are 3 too many.
func Reconcile(whole int64, parts ...int64) int64 {
	over := -whole
	for _, p := range parts {
		over += p
	}
	return over
}

func coopStream(key string) string { return ledger.StreamOf("coop", key).String() }
