package shown

import (
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// Targets is a plan judged at a point.
type Targets struct {
	Point point    `json:"point"` // as asked; its map and period are those of the figures
	Plan  PlanHead `json:"plan"`
	// JudgedOn is the day of the figures: the valid day, or the last day of the
	// plan's year when that is past. Papers count until the valid day.
	JudgedOn string `json:"judged_on" format:"date" doc:"the day of the figures: the valid day, or the last day of the plan's year when that is past"`
	// NotJudged says why nothing is judged and every verdict is not-applicable:
	// the place asked is not the plan's own. Otherwise it is absent.
	NotJudged   string    `json:"not_judged,omitempty" doc:"why every verdict is not-applicable; absent where the plan is of the place asked"`
	NotJudgedEn string    `json:"not_judged_en,omitempty"`
	Targets     []target  `json:"targets"`
	Tasks       []task    `json:"tasks"`
	Findings    []finding `json:"findings"`
}

// A PlanHead names a plan.
type PlanHead struct {
	Key    string `json:"key"`
	Number string `json:"number"`
	Issued string `json:"issued"`
	Year   int64  `json:"year"`
	Place  string `json:"place"`
	Title  string `json:"title"`
	Record string `json:"record"` // the id of the record that adopted it
}

// A Row is a target as printed on paper.
type Row struct {
	ID         string   `json:"id"`
	Text       string   `json:"text"`
	Rule       string   `json:"rule" enum:"exactly at-least about from-to at-least-from-to strive done"`
	Low        string   `json:"low,omitempty"`
	High       string   `json:"high,omitempty"`
	Unit       string   `json:"unit"`
	Indicator  string   `json:"indicator,omitempty"`
	Comparator string   `json:"comparator,omitempty"`
	Owners     []string `json:"owners"`
	Cited      string   `json:"cited"`
	Record     string   `json:"record"` // the id of the record that set it
}

// A target is a target judged.
type target struct {
	Row
	Due     *due    `json:"due,omitempty"`
	Verdict verdict `json:"verdict"`
	Late    bool    `json:"late" doc:"something of it came after the deadline"`
	// Figure is the figure under the verdict; absent where nothing can be counted.
	Figure *Figure `json:"figure,omitempty"`
	// Measured is the figure as it stands to the target, exactly, in its unit:
	// a share in hundredths. Printed is the same as readers write it, rounded so
	// that it does not contradict the verdict. Both are absent for no data.
	Measured   string     `json:"measured,omitempty"`
	Printed    string     `json:"printed,omitempty"`
	Beside     []reading  `json:"beside"` // other readings of the same text, not judged
	Named      []named    `json:"named,omitempty"`
	Deliveries []delivery `json:"deliveries"`
	Choices    choices    `json:"choices"`
	// Scheme is the classification scheme the figures were counted in,
	// where they depend on one.
	Scheme string `json:"scheme,omitempty"`
}

// A reading is a figure as it stands to a target.
type reading struct {
	Figure   Figure `json:"figure"`
	Measured string `json:"measured,omitempty"`
	Printed  string `json:"printed,omitempty"`
}

// A verdict is how a figure stands to a target. Missing is absent where nothing
// is missing, or it cannot be told. The sentences say what is missing, what is
// missing so far where too few reported, or why a row is not applicable.
type verdict struct {
	Code       string `json:"code" enum:"met exceeded within near missed no-data not-applicable"`
	Word       string `json:"word"`
	Short      string `json:"short,omitempty"`                        // how far below, exactly
	Missing    string `json:"missing,omitempty" pattern:"^-?[0-9]+$"` // the least whole number that closes the gap
	Sentence   string `json:"sentence,omitempty"`
	SentenceEn string `json:"sentence_en,omitempty"`
}

// named is one thing the paper names, and the records that mention it.
type named struct {
	Name    string   `json:"name"`
	Found   bool     `json:"found"`
	Records []string `json:"records,omitempty"`
}

// A delivery is a paper an agency handed in.
type delivery struct {
	Unit        string `json:"unit"`
	Deliverable string `json:"deliverable"`
	Day         string `json:"day"`
	Late        bool   `json:"late"`
	Record      string `json:"record"`
}

// A due is a deadline as it stands on the day asked.
type due struct {
	Stated string `json:"stated,omitempty"` // YYYY-MM-DD, YYYY-MM or YYYY, as the paper says it
	Day    string `json:"day,omitempty"`    // the last day in time
	Text   string `json:"text,omitempty"`   // the paper's words, where it has no date
	Passed bool   `json:"passed"`
	// AtDue is the verdict on the figure of a deadline that is past.
	AtDue        *verdict `json:"at_due,omitempty"`
	AtDuePrinted string   `json:"at_due_printed,omitempty"`
}

// choices are the choices in the judgement of a target that the paper leaves open.
type choices struct {
	Tolerance   choice `json:"tolerance"`
	Coverage    choice `json:"coverage"`
	Denominator choice `json:"denominator"`
}

// A choice is a value and the id of the record that chose it, or "default". A
// denominator nobody chose has no value: it is the indicator's own.
type choice struct {
	Value    string `json:"value,omitempty"` // "5%", "90%", "operating"
	ChosenBy string `json:"chosen_by"`
}

// byDefault stands for the record of a choice nobody made.
const byDefault = "default"

// A task is a task judged: by the worst of its results.
type task struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Leads   []string `json:"leads"`
	With    []string `json:"with"`
	Cited   string   `json:"cited"`
	Record  string   `json:"record"`
	Due     *due     `json:"due,omitempty"`
	Verdict verdict  `json:"verdict"`
	Late    bool     `json:"late"`
	Results []result `json:"results"`
}

// A result is an expected result of a task.
type result struct {
	Text       string     `json:"text"`
	Rule       string     `json:"rule,omitempty" enum:"exactly at-least about from-to at-least-from-to strive done"`
	Low        string     `json:"low,omitempty"`
	High       string     `json:"high,omitempty"`
	Indicator  string     `json:"indicator,omitempty"`
	Verdict    verdict    `json:"verdict"`
	Late       bool       `json:"late"`
	Figure     *Figure    `json:"figure,omitempty"`
	Measured   string     `json:"measured,omitempty"`
	Printed    string     `json:"printed,omitempty"`
	Due        *due       `json:"due,omitempty"`
	Deliveries []delivery `json:"deliveries"`
}

// A finding is a contradiction in a plan.
type finding struct {
	ID     string   `json:"id"`
	Rule   string   `json:"rule,omitempty"` // absent for a reader's note
	About  []string `json:"about"`
	By     string   `json:"by" enum:"rule note"`
	Vi     string   `json:"vi"`
	En     string   `json:"en,omitempty"`
	Record string   `json:"record,omitempty"` // of the note
}

// FromTargets is a plan judged.
func FromTargets(t *answers.Targets) Targets {
	out := Targets{
		Point: fromPoint(t.Point), Plan: fromHead(t.Plan), JudgedOn: t.JudgedOn.String(),
		Targets: mapList(t.Targets, func(l assessment.Line) target { return fromTarget(t, l) }), Tasks: mapList(t.Tasks, fromTask), Findings: mapList(t.Findings, fromFinding),
	}
	if t.Elsewhere {
		out.NotJudged = vi.NotJudged(t)
		out.NotJudgedEn = "not judged: the plan is that of " + t.PlanPlace + ", not of " + t.Judged.PlaceName
	}
	return out
}

func fromHead(p *plan.Plan) PlanHead {
	h := p.Head()
	return PlanHead{p.Key, h.Number, h.Issued.String(), h.Year, h.Place, h.Title, idOf(p.Adoption)}
}

func fromRow(t plan.TargetRow) Row {
	return Row{
		t.ID, t.Text, string(t.Rule), optionalText(t.Low), optionalText(t.High), t.Unit, t.Indicator,
		t.Comparator, mapList(t.Owners, asIs), t.Cited, idOf(t.By),
	}
}

func asIs(s string) string { return s }

// fromTarget is a judged target as JSON; of is the plan as judged, for its schemes.
func fromTarget(of *answers.Targets, l assessment.Line) target {
	g := l.Target.Goal()
	t := target{
		Row: fromRow(l.Target), Due: fromDue(l.Due), Verdict: fromVerdict(l.Verdict), Late: l.Late,
		Beside:     mapList(l.Beside, func(r assessment.Reading) reading { return fromReading(g, r) }),
		Deliveries: mapList(l.Delivery, fromDelivery),
		Choices:    choices{fromChoice(l.Tolerance), fromChoice(l.Coverage), fromChoice(l.Denominator)},
	}
	// Absent, not empty, where the paper names nothing: most targets name nothing.
	for _, n := range l.Named {
		t.Named = append(t.Named, named{n.Name, len(n.By) > 0, mapList(n.By, idOf)})
	}
	if l.Judged != nil {
		t.Figure = orNone(l.Judged.Figure, fromFigure)
		t.Measured, t.Printed = exactMeasure(g, l.Judged.Measured), l.Judged.Printed
		if f := l.Judged.Figure; f != nil && f.Definition.Schemed {
			t.Scheme = of.SchemeOf(f.Definition.Code)
		}
	}
	return t
}

func exactMeasure(g plan.Goal, m plan.Measured) string {
	// So many of so many done: a fraction would be reduced, and lose the count.
	if g.Rule == plan.Done && !m.NoData {
		return numberText(m.Num) + "/" + numberText(m.Den)
	}
	v := g.Value(m)
	if v == nil {
		return ""
	}
	return v.RatString()
}

func fromReading(g plan.Goal, r assessment.Reading) reading {
	if g.Rule == plan.Done { // the goal counts papers; the reading counts things
		g = plan.Goal{Unit: string(r.Figure.Definition.Unit)}
	}
	return reading{fromFigure(r.Figure), exactMeasure(g, r.Measured), r.Printed}
}

func fromVerdict(v plan.Verdict) verdict {
	out := verdict{Code: string(v.Code), Word: v.Word, Sentence: v.Vi, SentenceEn: v.En}
	if v.Missing != 0 {
		out.Missing = numberText(v.Missing)
	}
	if v.Short != nil {
		out.Short = v.Short.RatString()
	}
	return out
}

func fromDelivery(d assessment.Delivery) delivery {
	return delivery{d.Unit, d.Deliverable, d.Fact.Valid.String(), d.Late, idOf(d.Fact)}
}

// fromDue is a deadline as JSON; nil where the paper names none.
func fromDue(d assessment.Due) *due {
	if d.IsZero() {
		return nil
	}
	out := &due{
		Stated: d.Stated.String(), Day: d.Day().String(), Text: d.Text,
		Passed: d.Passed, AtDuePrinted: d.AtDuePrinted,
	}
	if d.AtDue != nil {
		v := fromVerdict(*d.AtDue)
		out.AtDue = &v
	}
	return out
}

func fromChoice(c plan.Choice) choice {
	out := choice{Value: c.Word, ChosenBy: byDefault}
	// Zero is a share that somebody may have chosen; as a default it is none.
	if c.Permyriad != 0 || c.By != nil && c.Word == "" {
		out.Value = sharePercent(c.Permyriad)
	}
	if c.By != nil {
		out.ChosenBy = idOf(c.By)
	}
	return out
}

// sharePercent writes hundredths of a percent in the form in which policies are
// recorded: 500 is 5%, 250 is 2.5%.
func sharePercent(permyriad int64) string {
	if permyriad%100 == 0 {
		return numberText(permyriad/100) + "%"
	}
	return numberText(permyriad/100) + "." + numberText(permyriad%100/10) + "%"
}

func fromTask(t assessment.TaskLine) task {
	return task{
		ID: t.Task.ID, Text: t.Task.Text, Leads: mapList(t.Task.Leads, asIs), With: mapList(t.Task.With, asIs),
		Cited: t.Task.Cited, Record: idOf(t.Task.By), Due: fromDue(t.Due), Verdict: fromVerdict(t.Verdict), Late: t.Late,
		Results: mapList(t.Results, fromResult),
	}
}

// fromResult is an expected result of a task as JSON, by its papers or by a figure.
func fromResult(r assessment.ResultLine) result {
	out := result{
		Text: r.Result.Text, Rule: string(r.Result.Rule), Low: optionalText(r.Result.Low), High: optionalText(r.Result.High),
		Indicator: r.Result.Indicator, Verdict: fromVerdict(r.Verdict), Late: r.Late, Due: fromDue(r.Due),
		Deliveries: mapList(r.Deliveries, fromDelivery),
	}
	if r.Judged != nil {
		g := r.Result.Goal(string(r.Judged.Figure.Definition.Unit))
		out.Figure = orNone(r.Judged.Figure, fromFigure)
		out.Measured, out.Printed = exactMeasure(g, r.Judged.Measured), r.Judged.Printed
	}
	return out
}

// fromFinding is a finding.
func fromFinding(f plan.Finding) finding {
	return finding{f.ID, f.Rule, mapList(f.About, asIs), f.By, f.Vi, f.En, idOf(f.Note)}
}

// Plans lists plans at a point.
type Plans struct {
	Point point      `json:"point"`
	Plans []PlanHead `json:"plans"`
}

// fromPlans lists plans.
func fromPlans(p *answers.Point, plans []*plan.Plan) Plans {
	return Plans{fromPoint(p), mapList(plans, fromHead)}
}

// A Plan is a plan as amended by a point's day, with nothing judged.
type Plan struct {
	Point point `json:"point"`
	PlanHead
	Targets    []planTarget `json:"targets"`
	Tasks      []planTask   `json:"tasks"`
	Amendments []Record     `json:"amendments"`
	Notes      []Record     `json:"notes"`
	Choices    []Record     `json:"choices"`
}

// A planTarget is a target as printed.
type planTarget struct {
	Row
	Also  []string `json:"also,omitempty"`
	Named []string `json:"named,omitempty"`
	Due   string   `json:"due,omitempty"`
}

// A planTask is a task as printed.
type planTask struct {
	ID      string       `json:"id"`
	Text    string       `json:"text"`
	Leads   []string     `json:"leads"`
	With    []string     `json:"with"`
	Results []planResult `json:"results"`
	Due     string       `json:"due,omitempty"`
	Cited   string       `json:"cited"`
	Record  string       `json:"record"`
}

// A planResult is an expected result as printed.
type planResult struct {
	Text      string `json:"text"`
	Rule      string `json:"rule,omitempty" enum:"exactly at-least about from-to at-least-from-to strive done"`
	Low       string `json:"low,omitempty"`
	High      string `json:"high,omitempty"`
	Indicator string `json:"indicator,omitempty"`
}

// fromPlan is a plan.
func fromPlan(p *answers.Point, x *plan.Plan) Plan {
	records := func(facts []*ledger.Fact) []Record {
		return mapList(facts, func(f *ledger.Fact) Record { return fromRecord(f.By) })
	}
	return Plan{
		Point: fromPoint(p), PlanHead: fromHead(x),
		Targets: mapList(x.Targets, func(t plan.TargetRow) planTarget {
			return planTarget{fromRow(t), t.Also, t.Named, t.Due.String()}
		}),
		Tasks:      mapList(x.Tasks, fromPlanTask),
		Amendments: records(x.Amendments), Notes: records(x.Notes), Choices: records(x.Choices),
	}
}

func fromPlanTask(t plan.TaskRow) planTask {
	return planTask{
		ID: t.ID, Text: t.Text, Leads: mapList(t.Leads, asIs), With: mapList(t.With, asIs),
		Results: mapList(t.Results, func(r plan.Result) planResult {
			return planResult{r.Text, string(r.Rule), optionalText(r.Low), optionalText(r.High), r.Indicator}
		}),
		Due: t.Due.String(), Cited: t.Cited, Record: idOf(t.By),
	}
}

// Lint are the contradictions in a plan.
type Lint struct {
	Point    point     `json:"point"`
	Plan     PlanHead  `json:"plan"`
	Findings []finding `json:"findings"`
}

// targetTable is a row for each target of a plan and for each result of a task.
// Value and decimal are in the unit of low and high: of a share, hundredths.
func targetTable(x *answers.Targets) *Table {
	t := NewTable("Kết quả", "Kết quả thực hiện "+x.Plan.Head().Number, withFigure(
		column("id", "Mã"), column("text", "Nội dung"), column("rule", "Cách đánh giá"),
		column("low", "Kế hoạch (từ)"), column("high", "Kế hoạch (đến)"), column("unit", "Đơn vị"),
		column("due", "Hạn"), column("verdict", "Đánh giá"), column("late", "Muộn"),
		column("missing", "Còn thiếu"), column("judged_on", "Đánh giá tại ngày"), column("indicator", "Chỉ tiêu đo"))...).At(x.Point)
	for _, l := range x.Targets {
		m := l.Target
		t.addJudged(x, m.ID, m.Text, m.Goal(), m.Due, l.Verdict, l.Late, l.Judged)
	}
	for _, l := range x.Tasks {
		for _, r := range l.Results {
			t.addJudged(x, l.Task.ID, r.Result.Text, r.Result.Goal(""), l.Task.Due, r.Verdict, r.Late, r.Judged)
		}
	}
	return t
}

// addJudged adds a row for a target or a result; r is its figure, nil without one.
func (t *Table) addJudged(x *answers.Targets, id, text string, g plan.Goal, due plan.Due, v plan.Verdict, late bool, r *assessment.Reading) {
	code, cells := Cell{}, make([]Cell, len(figureColumns))
	switch {
	case r != nil && r.Figure != nil:
		code = WordsCell(r.Figure.Definition.Code)
		cells = figureCellsAs(r.Figure, g.Value(r.Measured), Number)
	case r != nil:
		// Counted in papers: there is no figure of the catalogue, but the two numbers are known.
		cells[1], cells[2] = WholeCell(r.Measured.Num), WholeCell(r.Measured.Den)
	}
	first := []Cell{
		WordsCell(id), WordsCell(text), NamedCode(string(g.Rule), rules[g.Rule]), OptionalCell(g.Low), OptionalCell(g.High), WordsCell(g.Unit),
		NamedCode(due.String(), vi.Due(due)), NamedCode(string(v.Code), v.Word), FlagCell(late), WholeCell(v.Missing), dayCell(x.JudgedOn), code,
	}
	t.Add(append(first, cells...)...)
}

// rules say in words how a target is judged.
var rules = map[plan.Rule]string{
	plan.Exactly: "đúng bằng", plan.AtLeast: "ít nhất", plan.AtLeastFromTo: "ít nhất trong khoảng", plan.About: "khoảng",
	plan.FromTo: "từ … đến …", plan.Strive: "phấn đấu", plan.Done: "hoàn thành",
}

// planTable is a row for each target and for each result of a task, as printed.
func planTable(at *answers.Point, p *plan.Plan) *Table {
	t := NewTable("Kế hoạch", "Kế hoạch "+p.Head().Number,
		column("id", "Mã"), column("text", "Nội dung"), column("result", "Kết quả phải có"),
		column("rule", "Cách đánh giá"), column("low", "Từ"), column("high", "Đến"), column("unit", "Đơn vị"),
		column("indicator", "Chỉ tiêu đo"), column("owners", "Chủ trì"), column("with", "Phối hợp"),
		column("due", "Hạn"), column("cited", "Trích dẫn")).At(at)
	for _, x := range p.Targets {
		t.Add(WordsCell(x.ID), WordsCell(x.Text), Cell{}, NamedCode(string(x.Rule), rules[x.Rule]), OptionalCell(x.Low), OptionalCell(x.High), WordsCell(x.Unit),
			WordsCell(x.Indicator), WordsCell(strings.Join(x.Owners, "; ")), Cell{}, dueCell(x.Due), WordsCell(x.Cited))
	}
	for _, x := range p.Tasks {
		for _, r := range x.Results {
			t.Add(WordsCell(x.ID), WordsCell(x.Text), WordsCell(r.Text), NamedCode(string(r.Rule), rules[r.Rule]), OptionalCell(r.Low), OptionalCell(r.High), Cell{},
				WordsCell(r.Indicator), WordsCell(strings.Join(x.Leads, "; ")), WordsCell(strings.Join(x.With, "; ")), dueCell(x.Due), WordsCell(x.Cited))
		}
	}
	return t
}

func dueCell(d plan.Due) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return NamedCode(d.String(), d.Vi())
}

// findingTable is a row for each contradiction in the text of a plan.
func findingTable(at *answers.Point, list []plan.Finding) *Table {
	t := NewTable("Điểm cần lưu ý", "Điểm cần lưu ý trong văn bản kế hoạch",
		column("id", "Mã"), column("by", "Tìm bởi"), column("rule", "Quy tắc"),
		column("about", "Về"), column("text", "Nội dung"), programColumn("english", "English")).At(at)
	for _, f := range list {
		by := "quy tắc"
		if f.By == plan.ByNote {
			by = "người đọc"
		}
		t.Add(WordsCell(f.ID), NamedCode(f.By, by), WordsCell(f.Rule), WordsCell(strings.Join(f.About, " ")), WordsCell(f.Vi), WordsCell(f.En))
	}
	return t
}
