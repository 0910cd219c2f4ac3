package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
)

// errChoice is raised for a word outside the choices.
var errChoice = fault.Declare("page-choice", fault.Malformed,
	"%q is none of the choices", "“%s” không có trong danh sách để chọn")

// summaryView is the plan in short, for a first visitor.
type summaryView struct {
	Sentence string
	Tally    []tallyView
	Short    []shortView // targets short of their goal, and by how much
	Unknown  []shortView // targets without a verdict yet, and how many reported
	Papers   []shortView // tasks that are late or missing
	Rows     string      // the address of all rows, where some are left out; else ""
}

// A tallyView is how many targets have a verdict, and where to see these alone.
type tallyView struct {
	Verdict verdictView
	N       int
	To      string
}

type shortView struct{ ID, Name, Text string }

// summarize gives the state of a plan in short.
func summarize(a *Asked, t *answers.Targets) (v summaryView) {
	if a.get("verdict")+a.get("lead")+a.get("short") != "" {
		v.Rows = a.withChanged("verdict", "", "lead", "", "short", "")
	}
	n, reached, judged := map[plan.Code]int{}, 0, 0
	for _, l := range t.Targets {
		c := l.Verdict.Code
		n[c]++
		if c != plan.NotApplicable {
			judged++
		}
		switch {
		case c.Positive():
			reached++
		case c == plan.Near || c == plan.Missed:
			v.Short = append(v.Short, shortView{l.Target.ID, nameOf(l), cmp.Or(vi.MissingToTarget(l.Verdict, l.Target), vi.Verdict(c))})
		case c == plan.NoData:
			v.Unknown = append(v.Unknown, shortView{l.Target.ID, nameOf(l), whatReported(l)})
		}
	}
	for _, c := range []plan.Code{plan.Exceeded, plan.Met, plan.Within, plan.Near, plan.Missed, plan.NoData, plan.NotApplicable} {
		if n[c] > 0 {
			v.Tally = append(v.Tally, tallyView{showVerdict(plan.Verdict{Code: c, Word: c.Word()}, ""), n[c], a.withChanged("verdict", string(c), "lead", "", "short", "")})
		}
	}
	v.Sentence = "Đạt " + strconv.Itoa(reached) + " trong " + strconv.Itoa(judged) + " chỉ tiêu được đánh giá"
	if judged == 0 {
		v.Sentence = ""
	}
	for _, l := range t.Tasks {
		if words := paperTrouble(l); words != "" {
			v.Papers = append(v.Papers, shortView{l.Task.ID, l.Task.Text, words})
		}
	}
	return v
}

// whatReported says why a target cannot be judged yet.
func whatReported(l assessment.Line) string {
	if l.Judged != nil && l.Judged.Figure != nil && l.Judged.Figure.Definition.Covered {
		return "mới có " + vi.Coverage(l.Judged.Figure)
	}
	return cmp.Or(l.Verdict.Vi, "chưa có số liệu")
}

// paperTrouble says which of the results of a task are overdue or were late, or "".
func paperTrouble(l assessment.TaskLine) string {
	overdue, late := 0, 0
	for _, r := range l.Results {
		switch {
		case r.Late:
			late++
		case r.Due.Passed && (r.Verdict.Code == plan.Missed || r.Verdict.Code == plan.Near):
			overdue++
		}
	}
	switch {
	case overdue > 0 && late > 0:
		return strconv.Itoa(overdue) + " kết quả quá hạn, " + strconv.Itoa(late) + " kết quả muộn"
	case overdue > 0:
		return strconv.Itoa(overdue) + " kết quả quá hạn"
	case late > 0:
		return strconv.Itoa(late) + " kết quả muộn"
	}
	return ""
}

// nameOf names the measure of a target: the names of its figures, or
// else its own text.
func nameOf(l assessment.Line) string {
	d, err := indicator.Find(l.Target.Indicator)
	if err != nil {
		return l.Target.Text
	}
	name := d.Name
	if l.Target.Rule == plan.Done {
		for _, code := range l.Target.Also {
			if also, err := indicator.Find(code); err == nil {
				name += "; " + also.Name
			}
		}
	}
	return name
}

// countedAs is the figure a target was judged by, which is a variant of that
// of its row where a denominator was chosen.
func countedAs(l assessment.Line, d *indicator.Definition) string {
	if l.Judged != nil && l.Judged.Figure != nil {
		return l.Judged.Figure.Definition.Code
	}
	return d.Code
}

// whySparse says why much of a plan's page says nothing.
func whySparse(s *answers.Service, t *answers.Targets) string {
	if s.CountCoops(t.Judged.Size) > 0 {
		return ""
	}
	return "Trong sổ chưa có HTX nào, nên mọi số liệu còn bằng 0 hoặc để trống. Hãy nhập danh sách HTX đang có trước"
}

// A targetFilter narrows the rows.
type targetFilter struct {
	Fields []*field
	Hidden []pair
	Clear  string // the address of all rows; "" where all are shown
	Short  bool

	verdict, lead *field
	short         string
}

var targetNames = []string{"verdict", "lead", "short"}

// reached is the choice of every verdict that counts as Đạt.
const reached = "reached"

// newTargetFilter reads the filter of the rows; its agencies come with the plan.
func newTargetFilter(a *Asked) *targetFilter {
	options := []option{{Text: "Mọi đánh giá"}, {Value: reached, Text: "Đã đạt (gồm vượt, trong khoảng)"}}
	for _, c := range []plan.Code{plan.Met, plan.Exceeded, plan.Within, plan.Near, plan.Missed, plan.NoData, plan.NotApplicable} {
		options = append(options, option{Value: string(c), Text: vi.Verdict(c)})
	}
	x := &targetFilter{verdict: choice(a, "verdict", "Đánh giá", options), short: a.get("short")}
	x.lead = choice(a, "lead", "Đơn vị chủ trì", []option{{Text: "Mọi đơn vị"}})
	x.Short = x.short != ""
	x.Fields = []*field{x.verdict, x.lead}
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		if v := a.get(name); v != "" && !slices.Contains(targetNames, name) {
			x.Hidden = append(x.Hidden, pair{name, v})
		}
	}
	if x.verdict.Value != "" || x.lead.Value != "" || x.Short {
		x.Clear = a.withChanged("verdict", "", "lead", "", "short", "")
	}
	return x
}

// addLeads fills in the agencies of a plan. Two ways of writing one name, which are
// the same without their accents and abbreviations, are one agency, under the name
// printed first.
func (x *targetFilter) addLeads(t *answers.Targets) {
	typed := x.lead.Value
	x.lead.Options = []option{{Text: "Mọi đơn vị", Chosen: typed == ""}}
	seen := map[string]bool{}
	add := func(list []string) {
		for _, name := range list {
			if key := agencyKey(name); !seen[key] {
				seen[key] = true
				x.lead.Options = append(x.lead.Options, option{key, name, key == agencyKey(typed)})
			}
		}
	}
	for _, l := range t.Targets {
		add(l.Target.Owners)
	}
	for _, l := range t.Tasks {
		add(l.Task.Leads)
	}
}

// check refuses words outside the choices; the typed words stay.
func (x *targetFilter) check() error {
	for _, f := range x.Fields {
		if !slices.ContainsFunc(f.Options, func(o option) bool { return o.Chosen }) {
			f.Options = append(f.Options, option{f.Value, f.Value, true})
			return errChoice.With(f.Value).At(f.Name)
		}
	}
	if known := x.verdict.Options[:9]; !slices.ContainsFunc(known, func(o option) bool { return o.Value == x.verdict.Value }) {
		return errChoice.With(x.verdict.Value).At(x.verdict.Name)
	}
	return nil
}

// keepsTarget and task tell whether a row is kept.
func (x *targetFilter) keepsTarget(l assessment.Line) bool {
	return x.keepsVerdict(l.Verdict, l.Target.Owners) && (!x.Short || isShort(l.Verdict))
}

func (x *targetFilter) keepsTask(l assessment.TaskLine) bool {
	return x.keepsVerdict(l.Verdict, l.Task.Leads) && (!x.Short || isShort(l.Verdict))
}

func (x *targetFilter) keepsVerdict(v plan.Verdict, leads []string) bool {
	code := x.verdict.Value
	if code != "" && code != string(v.Code) && (code != reached || !v.Code.Positive()) {
		return false
	}
	lead := agencyKey(x.lead.Value)
	return lead == "" || slices.ContainsFunc(leads, func(name string) bool { return agencyKey(name) == lead })
}

// shortWords are the abbreviations that plans write the names of agencies with,
// without accents. They only tell which names are one agency: the text of a plan
// is shown as it is printed.
var shortWords = map[string]string{
	"htx": "hop tac xa", "tp": "thanh pho", "ubnd": "uy ban nhan dan", "ubmttq": "uy ban mat tran to quoc",
	"ptnt": "phat trien nong thon", "nn": "nong nghiep", "nn&ptnt": "nong nghiep va phat trien nong thon",
	"kh&dt": "ke hoach va dau tu", "tttt": "thong tin va truyen thong", "tt&tt": "thong tin va truyen thong",
	"gtvt": "giao thong van tai", "khcn": "khoa hoc va cong nghe", "kh&cn": "khoa hoc va cong nghe",
	"tnmt": "tai nguyen va moi truong", "tn&mt": "tai nguyen va moi truong", "nhnn": "ngan hang nha nuoc",
}

// agencyKey is the same for the ways of writing the name of one agency.
func agencyKey(name string) string {
	list := strings.Fields(spelling.Plain(name))
	for i, word := range list {
		if long, ok := shortWords[strings.TrimRight(word, ".")]; ok {
			list[i] = long
		}
	}
	return strings.Join(list, " ")
}

// isShort reports whether something is missing to a goal.
func isShort(v plan.Verdict) bool { return v.Code == plan.Near || v.Code == plan.Missed }
