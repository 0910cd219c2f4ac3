package plan

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Finding is one thing about a plan that does not add up, is said in two
// ways, or leaves open what is to be counted. It is reported and never repaired.
type Finding struct {
	ID     string       // of the kind of finding: I01 …, or X01 for what the recording got wrong
	Rule   string       // the rule that found it; "" for a note
	About  []string     // ids of targets and tasks, or WholePlan
	Vi, En string       // En is "" for a note
	By     string       // ByRule or ByNote
	Note   *ledger.Fact // *Noted; nil for what a rule found
}

// Who found a Finding.
const (
	ByRule = "rule"
	ByNote = "note"
)

// lints are the rules, in the order of the findings.
var lints = []struct {
	id, rule string
	find     func(*Plan) []Finding
}{
	{"I01", "parts-against-sum", partsAgainstSum},
	{"I02", "union-against-lists", unionAgainstLists},
	{"I03", "at-least-a-range", atLeastRange},
	{"I05", "pay-above-revenue", payAboveRevenue},
	{"I07", "opening-without-ends", openingWithoutEnds},
	{"I08", "count-without-basis", countWithoutBasis},
	{"I09", "share-without-denominator", shareWithoutDenominator},
	{"I09", "range-against-exact", rangeAgainstExact},
	{"I10", "no-owner", noOwner},
	{"I11", "report-before-deadlines", reportBeforeDeadlines},
	{"I12", "month-only-deadline", monthOnlyDeadline},
	{"I13", "issued-within-year", issuedWithinYear},
	{"I14", "same-task-twice", sameTaskTwice},
	{"I23", "classes-in-programmes", classesInProgrammes},
	{"I24", "named-above-minimum", namedAboveMinimum},
	{"I27", "no-tolerance-stated", noToleranceStated},
}

// Lint reports what rules find in a plan, and then what readers noted. It
// reads the plan's data alone and knows no plan by name. known are the codes of
// the indicators that the program has: what names another cannot be judged.
func Lint(p *Plan, known []string) []Finding {
	var list []Finding
	// notes can be recorded before their plan is; there is nothing yet to check
	if p.Adoption == nil {
		return nil
	}
	for _, f := range unknownIndicators(p, known) {
		f.ID, f.Rule, f.By = "X01", "unknown-indicator", ByRule
		list = append(list, f)
	}
	for _, l := range lints {
		for _, f := range l.find(p) {
			f.ID, f.Rule, f.By = l.id, l.rule, ByRule
			list = append(list, f)
		}
	}
	for _, n := range p.Notes {
		e := n.Event.(*Noted)
		list = append(list, Finding{ID: e.Finding, About: []string{e.About}, Vi: e.Text, By: ByNote, Note: n})
	}
	return list
}

// unknownIndicators finds the rows that name an indicator which the program
// does not have. Recording them is not refused: a plan may be older or newer
// than the program.
func unknownIndicators(p *Plan, known []string) (list []Finding) {
	look := func(id string, codes ...string) {
		for _, code := range codes {
			if code != "" && !slices.Contains(known, code) {
				list = append(list, newFinding([]string{id},
					fmt.Sprintf("%s được ghi là đo bằng chỉ tiêu %s, nhưng chương trình không có chỉ tiêu này: không đánh giá được.", id, code),
					fmt.Sprintf("%s is recorded as measured by %s, which the program does not have: it cannot be judged.", id, code)))
			}
		}
	}
	for _, t := range p.Targets {
		look(t.ID, append([]string{t.Indicator}, t.Also...)...)
	}
	for _, t := range p.Tasks {
		for _, r := range t.Results {
			look(t.ID, r.Indicator)
		}
	}
	return list
}

func newFinding(about []string, vi, en string) Finding { return Finding{About: about, Vi: vi, En: en} }

func oneFinding(f Finding) []Finding { return []Finding{f} }

// A part is a numbered result whose indicator counts a part of a target's.
type part struct {
	task string
	Result
}

// parts are the results in the appendix whose indicators lie under one, such
// as x.production and x.quality under x.
func (p *Plan) parts(indicator string) []part {
	var list []part
	for _, t := range p.Tasks {
		for _, r := range t.Results {
			if r.Low != nil && strings.HasPrefix(r.Indicator, indicator+".") {
				list = append(list, part{t.ID, r})
			}
		}
	}
	return list
}

// composedTargets are the targets that count things (no shares) and whose parts are
// in the appendix.
func (p *Plan) composedTargets(yield func(t TargetRow, parts []part, about []string)) {
	for _, t := range p.Targets {
		if t.Indicator == "" || t.Low == nil || t.Unit == Percent {
			continue
		}
		parts := p.parts(t.Indicator)
		// one part alone is the target itself in other words
		if len(parts) < 2 {
			continue
		}
		about := []string{t.ID}
		for _, x := range parts {
			about = withText(about, x.task)
		}
		yield(t, parts, about)
	}
}

func withText(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// partsAgainstSum finds targets whose parts in the appendix add up to another range than the
// target's; numbers are in the target's unit.
func partsAgainstSum(p *Plan) (list []Finding) {
	p.composedTargets(func(t TargetRow, parts []part, about []string) {
		low, high := new(big.Int), new(big.Int)
		var each []string
		for _, x := range parts {
			low.Add(low, big.NewInt(*x.Low))
			high.Add(high, big.NewInt(topOf(x.Low, x.High)))
			each = append(each, formatSpan(big.NewInt(*x.Low), big.NewInt(topOf(x.Low, x.High))))
		}
		tl, th := big.NewInt(*t.Low), big.NewInt(topOf(t.Low, t.High))
		if low.Cmp(tl) == 0 && high.Cmp(th) == 0 {
			return
		}
		tasks := strings.Join(about[1:], ", ")
		list = append(list, newFinding(about,
			fmt.Sprintf("Chỉ tiêu %s đặt %s, nhưng các kết quả thành phần ở %s (%s) cộng lại là %s.",
				t.ID, formatSpan(tl, th), tasks, strings.Join(each, "; "), formatSpan(low, high)),
			fmt.Sprintf("Target %s asks for %s, but its parts in %s (%s) add up to %s.",
				t.ID, formatSpan(tl, th), tasks, strings.Join(each, "; "), formatSpan(low, high))))
	})
	return list
}

func topOf(low, high *int64) int64 {
	if high != nil {
		return *high
	}
	return *low
}

func formatSpan(low, high *big.Int) string {
	if low.Cmp(high) == 0 {
		return groupDigits(low.String())
	}
	return groupDigits(low.String()) + "–" + groupDigits(high.String())
}

func unionAgainstLists(p *Plan) (list []Finding) {
	p.composedTargets(func(t TargetRow, parts []part, about []string) {
		tasks := strings.Join(about[1:], ", ")
		list = append(list, newFinding(about,
			fmt.Sprintf("Chỉ tiêu %s đếm mỗi HTX một lần, còn %s đếm theo %d danh sách có thể trùng nhau hoặc không bao hết nội dung của chỉ tiêu: phải đếm trên tập hợp HTX, không được cộng.",
				t.ID, tasks, len(parts)),
			fmt.Sprintf("Target %s counts each co-operative once; %s counts %d lists, which may overlap or not cover the target: count the set, do not add.",
				t.ID, tasks, len(parts))))
	})
	return list
}

// atLeastRange finds minimums that are given as a range, and says how they are judged.
func atLeastRange(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		if t.Rule != AtLeastFromTo {
			continue
		}
		about := append([]string{t.ID}, p.tasksOf(t.Indicator)...)
		s := formatSpan(big.NewInt(*t.Low), big.NewInt(*t.High))
		list = append(list, newFinding(about,
			fmt.Sprintf("%s ghi mức tối thiểu bằng một khoảng (%s): vừa là “ít nhất” vừa là “từ – đến”. Tính đạt từ %d, đủ từ %d.", t.ID, s, *t.Low, *t.High),
			fmt.Sprintf("%s states a minimum as a range (%s). It is judged met from %d, full from %d.", t.ID, s, *t.Low, *t.High)))
	}
	return list
}

// tasksOf are the tasks with a result that an indicator measures.
func (p *Plan) tasksOf(indicator string) (ids []string) {
	for _, t := range p.Tasks {
		if indicator != "" && slices.ContainsFunc(t.Results, func(r Result) bool { return r.Indicator == indicator }) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// measuredTarget is the first target, with a number, that an indicator measures.
func (p *Plan) measuredTarget(indicator string) (TargetRow, bool) {
	for _, t := range p.Targets {
		if t.Indicator == indicator && t.Low != nil {
			return t, true
		}
	}
	return TargetRow{}, false
}

// payAboveRevenue multiplies out what the plan's means say of the sums.
func payAboveRevenue(p *Plan) []Finding {
	workers, ok1 := p.measuredTarget("workers.total")
	income, ok2 := p.measuredTarget("income.mean")
	coops, ok3 := p.measuredTarget("coops.registered")
	revenue, ok4 := p.measuredTarget("revenue.mean")
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	pay, all := productOf(*workers.Low, *income.Low), productOf(*coops.Low, *revenue.Low)
	if pay.Cmp(all) <= 0 {
		return nil
	}
	vi := []any{formatInt(*workers.Low), formatInt(*income.Low), groupDigits(pay.String()), formatInt(*coops.Low), formatInt(*revenue.Low), groupDigits(all.String())}
	en := []any{*workers.Low, *income.Low, pay, *coops.Low, *revenue.Low, all}
	return oneFinding(newFinding([]string{workers.ID, income.ID, coops.ID, revenue.ID},
		fmt.Sprintf("Tổng thu nhập của người lao động (%s × %s = %s đồng) lớn hơn tổng doanh thu của các HTX (%s × %s = %s đồng). Chưa hẳn là sai: thu nhập có thể gồm phần ngoài HTX, mẫu số có thể khác nhau.", vi...),
		fmt.Sprintf("All pay (%d × %d = %d đồng) is above all revenue (%d × %d = %d đồng). It need not be wrong: income may come from elsewhere too, and the denominators may differ.", en...)))
}

func productOf(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

func formatInt(i int64) string { return groupDigits(strconv.FormatInt(i, 10)) }

// openingWithoutEnds finds plans whose number of co-operatives at the end and of foundings fit
// together only if none ends, while another row asks for co-operatives to be ended.
func openingWithoutEnds(p *Plan) []Finding {
	stock, ok1 := p.measuredTarget("coops.registered")
	flow, ok2 := p.measuredTarget("coops.established")
	clearing := p.clearingRows()
	if !ok1 || !ok2 || len(clearing) == 0 {
		return nil
	}
	opening := formatInt(*stock.Low - *flow.Low)
	rows := strings.Join(clearing, ", ")
	return oneFinding(newFinding(append([]string{flow.ID, stock.ID}, clearing...),
		fmt.Sprintf("%s và %s chỉ khớp với số đầu kỳ %s nếu không HTX nào chấm dứt, trong khi %s yêu cầu xử lý dứt điểm: mỗi HTX giải thể cần thêm một HTX thành lập mới.", flow.ID, stock.ID, opening, rows),
		fmt.Sprintf("%s and %s fit an opening stock of %s only if no co-operative ends, while %s asks for idle ones to be cleared: each dissolution needs one more founding.", flow.ID, stock.ID, opening, rows)))
}

// clearingRows are the rows that ask for co-operatives to be ended: by indicator,
// or by the words of the paper.
func (p *Plan) clearingRows() (ids []string) {
	ended := []string{"coops.idle", "coops.unconverted", "coops.ended"}
	for _, t := range p.Targets {
		if slices.Contains(ended, t.Indicator) || slices.ContainsFunc(t.Also, func(s string) bool { return slices.Contains(ended, s) }) {
			ids = append(ids, t.ID)
		}
	}
	for _, t := range p.Tasks {
		if strings.Contains(ledger.Caseless(t.Text), "giải thể") {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func countWithoutBasis(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		if (t.Indicator == "coops.registered" || t.Indicator == "coops.operating") && !saysAny(t.Text, "đang hoạt động", "đăng ký") {
			list = append(list, newFinding([]string{t.ID},
				fmt.Sprintf("%s không nói đếm HTX đã đăng ký hay HTX đang hoạt động. Tính cả hai.", t.ID),
				fmt.Sprintf("%s does not say whether registered or operating co-operatives are counted. Both are computed.", t.ID)))
		}
	}
	return list
}

func saysAny(text string, any ...string) bool {
	text = ledger.Caseless(text)
	return slices.ContainsFunc(any, func(s string) bool { return strings.Contains(text, s) })
}

func shareWithoutDenominator(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		if t.Unit == Percent && !saysAny(t.Text, "đang hoạt động", "tổng số") {
			list = append(list, newFinding([]string{t.ID},
				fmt.Sprintf("%s là tỷ lệ nhưng không nêu mẫu số (HTX đã đăng ký, đang hoạt động hay được xếp loại). Các cách hiểu được tính và đặt cạnh nhau.", t.ID),
				fmt.Sprintf("%s is a share without a stated denominator (registered, operating or classified). The readings are shown beside each other.", t.ID)))
		}
	}
	return list
}

// sameWork pairs indicators that count the same work in two words: the models
// of value chains that a plan builds, and the co-operatives helped to be one.
var sameWork = map[string]string{"chain.models": "support.chain"}

// rangeAgainstExact finds work that a target asks for as a range and a task as an exact number.
func rangeAgainstExact(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		other := sameWork[t.Indicator]
		if other == "" || t.High == nil {
			continue
		}
		for _, task := range p.Tasks {
			for _, r := range task.Results {
				if r.Indicator == other && r.Rule == Exactly {
					s := formatSpan(big.NewInt(*t.Low), big.NewInt(*t.High))
					list = append(list, newFinding([]string{t.ID, task.ID},
						fmt.Sprintf("%s đặt %s %s, còn %s giao đúng %d.", t.ID, s, t.Unit, task.ID, *r.Low),
						fmt.Sprintf("%s asks for %s, and %s for exactly %d of the same.", t.ID, s, task.ID, *r.Low)))
				}
			}
		}
	}
	return list
}

// noOwner finds the targets for which no unit answers, as one finding for all.
func noOwner(p *Plan) []Finding {
	var ids []string
	for _, t := range p.Targets {
		if len(t.Owners) == 0 {
			ids = append(ids, t.ID)
		}
	}
	if ids == nil {
		return nil
	}
	rows := strings.Join(ids, ", ")
	return oneFinding(newFinding(ids,
		"Không đơn vị nào chịu trách nhiệm về các chỉ tiêu "+rows+".",
		"No unit answers for the targets "+rows+"."))
}

// reportBeforeDeadlines finds a report that is due before other rows of the plan.
func reportBeforeDeadlines(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		report := t.Due.Day()
		if t.Indicator != "reports.received" || report == 0 {
			continue
		}
		later := p.dueAfter(report)
		if len(later) == 0 {
			continue
		}
		list = append(list, newFinding(append([]string{t.ID}, later...),
			fmt.Sprintf("Báo cáo (%s) phải nộp chậm nhất %s, trước hạn của %d chỉ tiêu và nhiệm vụ khác: số liệu trong báo cáo chỉ là tạm thời.", t.ID, t.Due.Vi(), len(later)),
			fmt.Sprintf("The report (%s) is due by %s, before the deadlines of %d other rows: what it says is provisional.", t.ID, t.Due, len(later))))
	}
	return list
}

func (p *Plan) dueAfter(day calendar.Day) (ids []string) {
	for _, t := range p.Targets {
		if t.Due.Day() > day {
			ids = append(ids, t.ID)
		}
	}
	for _, t := range p.Tasks {
		if t.Due.Day() > day {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// monthOnlyDeadline finds the deadlines that name a month without a day, as one finding for all.
func monthOnlyDeadline(p *Plan) []Finding {
	var ids []string
	for _, t := range p.Targets {
		if t.Due.Stated.Precision == calendar.ToTheMonth {
			ids = append(ids, t.ID)
		}
	}
	for _, t := range p.Tasks {
		if t.Due.Stated.Precision == calendar.ToTheMonth {
			ids = append(ids, t.ID)
		}
	}
	if ids == nil {
		return nil
	}
	return oneFinding(newFinding(ids,
		fmt.Sprintf("%d thời hạn chỉ ghi tháng, không rõ đầu tháng hay cuối tháng. Tính đến ngày cuối tháng.", len(ids)),
		fmt.Sprintf("%d deadlines name a month and no day. They count to its last day.", len(ids))))
}

func issuedWithinYear(p *Plan) []Finding {
	h := p.Head()
	first := calendar.FirstOfYear(int(h.Year))
	if h.Issued.Day <= first || h.Issued.Day.Year() != int(h.Year) {
		return nil
	}
	return oneFinding(newFinding([]string{WholePlan},
		fmt.Sprintf("Kế hoạch cả năm %d ban hành ngày %s: sự kiện từ %s vẫn được tính dù xảy ra trước khi có kế hoạch.", h.Year, h.Issued.Vi(), first.Vi()),
		fmt.Sprintf("The plan for all of %d was issued on %s: what happened from %s on counts, though it came before the plan.", h.Year, h.Issued, first)))
}

// openingWords is how many words two tasks must begin with alike to be taken
// for the same.
const openingWords = 8

// sameTaskTwice finds pairs of tasks with a common lead and the same opening words, but other
// deadlines.
func sameTaskTwice(p *Plan) (list []Finding) {
	for i, a := range p.Tasks {
		for _, b := range p.Tasks[i+1:] {
			if a.Due == b.Due || !shareLead(a, b) || !sameWords(a.Text, b.Text) {
				continue
			}
			list = append(list, newFinding([]string{a.ID, b.ID},
				fmt.Sprintf("%s và %s cùng đơn vị chủ trì, cùng nội dung nhưng khác thời hạn (%s và %s). Giữ cả hai, không tính hai lần.", a.ID, b.ID, a.Due.Vi(), b.Due.Vi()),
				fmt.Sprintf("%s and %s have the same lead and the same work but other deadlines (%s and %s). Both are kept and not counted twice.", a.ID, b.ID, a.Due, b.Due)))
		}
	}
	return list
}

func shareLead(a, b TaskRow) bool {
	return slices.ContainsFunc(a.Leads, func(x string) bool {
		return slices.ContainsFunc(b.Leads, func(y string) bool { return ledger.Caseless(x) == ledger.Caseless(y) })
	})
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(ledger.Caseless(a)), strings.Fields(ledger.Caseless(b))
	if len(x) < openingWords || len(y) < openingWords {
		return slices.Equal(x, y)
	}
	return slices.Equal(x[:openingWords], y[:openingWords])
}

// classPrefix begins the indicators of training sessions, by programme.
const classPrefix = "training.classes."

// classesInProgrammes finds sessions promised under several programmes, or
// without a number, so that "the classes of the plan" is not one sum.
func classesInProgrammes(p *Plan) []Finding {
	most := map[string]int64{}
	var about, programmes []string
	count := func(id, indicator string, low *int64) bool {
		programme, ok := strings.CutPrefix(indicator, classPrefix)
		if !ok || low == nil {
			return false
		}
		// a target and its task may both give the number: the larger one counts, not their sum
		most[programme] = max(most[programme], *low)
		programmes, about = withText(programmes, programme), withText(about, id)
		return true
	}
	for _, t := range p.Targets {
		count(t.ID, t.Indicator, t.Low)
	}
	var unnumbered []string
	for _, t := range p.Tasks {
		numbered := false
		for _, r := range t.Results {
			numbered = count(t.ID, r.Indicator, r.Low) || numbered
		}
		if !numbered && slices.Contains(strings.Fields(ledger.Caseless(t.Text)), "lớp") {
			unnumbered = append(unnumbered, t.ID)
		}
	}
	if len(programmes)+len(unnumbered) < 2 {
		return nil
	}
	return oneFinding(classesFinding(append(about, unnumbered...), programmes, most, unnumbered))
}

// classesFinding words the finding of classesInProgrammes: most is the number of sessions by
// programme, unnumbered the tasks that promise sessions without a number.
func classesFinding(about, programmes []string, most map[string]int64, unnumbered []string) Finding {
	var each []string
	var sum int64
	for _, name := range programmes {
		each = append(each, fmt.Sprintf("%s %d", name, most[name]))
		sum += most[name]
	}
	vi, en := "", ""
	if len(unnumbered) > 0 {
		rows := strings.Join(unnumbered, ", ")
		vi, en = "; "+rows+" không nêu số lớp", "; "+rows+" gives no number"
	}
	list := strings.Join(each, ", ")
	return newFinding(about,
		fmt.Sprintf("Lớp học được giao theo nhiều chương trình (%s%s); cộng lại ít nhất %d. Mỗi lớp ghi một chương trình, không tính hai lần.", list, vi, sum),
		fmt.Sprintf("Classes are asked for under several programmes (%s%s), at least %d together. Each is recorded under one and not counted twice.", list, en, sum))
}

// namedAboveMinimum finds a target that names more co-operatives than another target of the same
// indicator asks for.
func namedAboveMinimum(p *Plan) (list []Finding) {
	for _, t := range p.Targets {
		for _, u := range p.Targets {
			asked := int64(len(t.Named))
			if t.ID == u.ID || t.Indicator == "" || t.Indicator != u.Indicator || u.Rule != AtLeast || *u.Low >= asked {
				continue
			}
			about := append([]string{t.ID, u.ID}, p.tasksOf(u.Indicator)...)
			list = append(list, newFinding(about,
				fmt.Sprintf("%s nêu tên %d, còn %s chỉ yêu cầu ít nhất %d. Đánh giá riêng từng chỉ tiêu.", t.ID, asked, u.ID, *u.Low),
				fmt.Sprintf("%s names %d, and %s asks for at least %d. They are judged apart.", t.ID, asked, u.ID, *u.Low)))
		}
	}
	return list
}

// noToleranceStated finds the targets whose words (khoảng, phấn đấu) leave open
// how far off is still good, and for which the plan's stream holds no choice.
func noToleranceStated(p *Plan) []Finding {
	chosen := p.Policies()
	var ids []string
	for _, t := range p.Targets {
		vague := t.Rule == About || t.Rule == Strive || saysAny(t.Comparator, "khoảng", "phấn đấu")
		if vague && chosen.On(calendar.MaxDay, Tolerance, t.ID).By == nil {
			ids = append(ids, t.ID)
		}
	}
	if ids == nil {
		return nil
	}
	rows := strings.Join(ids, ", ")
	percent := strconv.FormatInt(defaultTolerance/100, 10)
	return oneFinding(newFinding(ids,
		"“Khoảng”, “phấn đấu” ở "+rows+" không nêu mức sai lệch chấp nhận được. Chưa ai chọn, nên dùng ±"+percent+" %.",
		"“About” and “strive” in "+rows+" state no tolerance. Nobody chose one, so ±"+percent+" % holds."))
}
