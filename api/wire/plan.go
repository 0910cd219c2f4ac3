package wire

import (
	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// Targets is a plan judged at a point.
type Targets struct {
	Point Point    `json:"point"` // as asked; its map and period are those of the figures
	Plan  PlanHead `json:"plan"`
	// JudgedOn is the day of the figures: the valid day, or the last day of the
	// plan's year when that is past. Papers count until the valid day.
	JudgedOn string `json:"judged_on" format:"date" doc:"the day of the figures: the valid day, or the last day of the plan's year when that is past"`
	// NotJudged says why nothing is judged and every verdict is not-applicable:
	// the place asked is not the plan's own. Otherwise it is absent.
	NotJudged   string    `json:"not_judged,omitempty" doc:"why every verdict is not-applicable; absent where the plan is of the place asked"`
	NotJudgedEn string    `json:"not_judged_en,omitempty"`
	Targets     []Target  `json:"targets"`
	Tasks       []Task    `json:"tasks"`
	Findings    []Finding `json:"findings"`
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

// A Row is what the paper prints of a target.
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

// A Target is one target judged.
type Target struct {
	Row
	Due     *Due    `json:"due,omitempty"`
	Verdict Verdict `json:"verdict"`
	Late    bool    `json:"late" doc:"something of it came after the deadline"`
	// Figure is what the verdict is on; absent where nothing can be counted.
	Figure *Figure `json:"figure,omitempty"`
	// Measured is the figure as it stands to the target, exactly, in its unit:
	// a share in hundredths. Printed is the same as readers write it, rounded so
	// that it does not contradict the verdict. Both are absent for no data.
	Measured   string     `json:"measured,omitempty"`
	Printed    string     `json:"printed,omitempty"`
	Beside     []Reading  `json:"beside"` // other readings of the same text, not judged
	Named      []Named    `json:"named,omitempty"`
	Deliveries []Delivery `json:"deliveries"`
	Choices    Choices    `json:"choices"`
	// Scheme is the classification scheme that the figures were counted in,
	// where they depend on one.
	Scheme string `json:"scheme,omitempty"`
}

// A Reading is a figure as it stands to a target.
type Reading struct {
	Figure   Figure `json:"figure"`
	Measured string `json:"measured,omitempty"`
	Printed  string `json:"printed,omitempty"`
}

// A Verdict is how a figure stands to a target. Missing is absent where nothing
// is missing, or it cannot be told. The sentences say what is missing, what is
// missing so far where too few reported, or why a row is not applicable.
type Verdict struct {
	Code       string `json:"code" enum:"met exceeded within near missed no-data not-applicable"`
	Word       string `json:"word"`
	Short      string `json:"short,omitempty"`                        // how far below, exactly
	Missing    string `json:"missing,omitempty" pattern:"^-?[0-9]+$"` // the least whole number that closes the gap
	Sentence   string `json:"sentence,omitempty"`
	SentenceEn string `json:"sentence_en,omitempty"`
}

// Named is one thing that the paper names, and the records that mention it.
type Named struct {
	Name    string   `json:"name"`
	Found   bool     `json:"found"`
	Records []string `json:"records,omitempty"`
}

// A Delivery is a paper that an agency handed in.
type Delivery struct {
	Unit        string `json:"unit"`
	Deliverable string `json:"deliverable"`
	Day         string `json:"day"`
	Late        bool   `json:"late"`
	Record      string `json:"record"`
}

// A Due is a deadline as it stands on the day asked.
type Due struct {
	Stated string `json:"stated,omitempty"` // YYYY-MM-DD, YYYY-MM or YYYY, as the paper says it
	Day    string `json:"day,omitempty"`    // the last day in time
	Text   string `json:"text,omitempty"`   // the paper's words, where it has no date
	Passed bool   `json:"passed"`
	// AtDue is the verdict on the figure of a deadline that is past.
	AtDue        *Verdict `json:"at_due,omitempty"`
	AtDuePrinted string   `json:"at_due_printed,omitempty"`
}

// Choices are what a target was judged by where the paper leaves it open.
type Choices struct {
	Tolerance   Choice `json:"tolerance"`
	Coverage    Choice `json:"coverage"`
	Denominator Choice `json:"denominator"`
}

// A Choice is a value and the id of the record that chose it, or "default". A
// denominator that nobody chose has no value: it is the indicator's own.
type Choice struct {
	Value    string `json:"value,omitempty"` // "5%", "90%", "operating"
	ChosenBy string `json:"chosen_by"`
}

// Default stands for the record of a choice that nobody made.
const Default = "default"

// A Task is one task judged: by the worst of its results.
type Task struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Leads   []string `json:"leads"`
	With    []string `json:"with"`
	Cited   string   `json:"cited"`
	Record  string   `json:"record"`
	Due     *Due     `json:"due,omitempty"`
	Verdict Verdict  `json:"verdict"`
	Late    bool     `json:"late"`
	Results []Result `json:"results"`
}

// A Result is one expected result of a task.
type Result struct {
	Text       string     `json:"text"`
	Rule       string     `json:"rule,omitempty" enum:"exactly at-least about from-to at-least-from-to strive done"`
	Low        string     `json:"low,omitempty"`
	High       string     `json:"high,omitempty"`
	Indicator  string     `json:"indicator,omitempty"`
	Verdict    Verdict    `json:"verdict"`
	Late       bool       `json:"late"`
	Figure     *Figure    `json:"figure,omitempty"`
	Measured   string     `json:"measured,omitempty"`
	Printed    string     `json:"printed,omitempty"`
	Due        *Due       `json:"due,omitempty"`
	Deliveries []Delivery `json:"deliveries"`
}

// A Finding is one thing about a plan that does not add up.
type Finding struct {
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
		Point: FromPoint(t.Point), Plan: fromHead(t.Plan), JudgedOn: t.JudgedOn.String(),
		Targets: list(t.Targets, func(l assessment.Line) Target { return fromTarget(t, l) }), Tasks: list(t.Tasks, fromTask), Findings: list(t.Findings, FromFinding),
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
		t.ID, t.Text, string(t.Rule), optional(t.Low), optional(t.High), t.Unit, t.Indicator,
		t.Comparator, list(t.Owners, same), t.Cited, idOf(t.By),
	}
}

func same(s string) string { return s }

func fromTarget(of *answers.Targets, l assessment.Line) Target {
	g := l.Target.Goal()
	t := Target{
		Row: fromRow(l.Target), Due: fromDue(l.Due), Verdict: fromVerdict(l.Verdict), Late: l.Late,
		Beside:     list(l.Beside, func(r assessment.Reading) Reading { return fromReading(g, r) }),
		Deliveries: list(l.Delivery, fromDelivery),
		Choices:    Choices{fromChoice(l.Tolerance), fromChoice(l.Coverage), fromChoice(l.Denominator)},
	}
	for _, n := range l.Named {
		t.Named = append(t.Named, Named{n.Name, len(n.By) > 0, list(n.By, idOf)})
	}
	if l.Judged != nil {
		t.Figure = figureOf(l.Judged)
		t.Measured, t.Printed = exact(g, l.Judged.Measured), l.Judged.Printed
		if f := l.Judged.Figure; f != nil && f.Definition.Schemed {
			t.Scheme = of.SchemeOf(f.Definition.Code)
		}
	}
	return t
}

func figureOf(r *assessment.Reading) *Figure {
	if r.Figure == nil {
		return nil
	}
	f := FromFigure(r.Figure)
	return &f
}

func exact(g plan.Goal, m plan.Measured) string {
	if g.Rule == plan.Done && !m.NoData {
		return number(m.Num) + "/" + number(m.Den)
	}
	v := g.Value(m)
	if v == nil {
		return ""
	}
	return v.RatString()
}

func fromReading(g plan.Goal, r assessment.Reading) Reading {
	if g.Rule == plan.Done { // the goal counts papers; the reading counts things
		g = plan.Goal{Unit: string(r.Figure.Definition.Unit)}
	}
	return Reading{FromFigure(r.Figure), exact(g, r.Measured), r.Printed}
}

func fromVerdict(v plan.Verdict) Verdict {
	out := Verdict{Code: string(v.Code), Word: v.Word, Sentence: v.Vi, SentenceEn: v.En}
	if v.Missing != 0 {
		out.Missing = number(v.Missing)
	}
	if v.Short != nil {
		out.Short = v.Short.RatString()
	}
	return out
}

func fromDelivery(d assessment.Delivery) Delivery {
	return Delivery{d.Unit, d.Deliverable, d.Fact.Valid.String(), d.Late, idOf(d.Fact)}
}

func fromDue(d assessment.Due) *Due {
	if d.IsZero() {
		return nil
	}
	out := &Due{
		Stated: d.Stated.String(), Day: d.Day().String(), Text: d.Text,
		Passed: d.Passed, AtDuePrinted: d.AtDuePrinted,
	}
	if d.AtDue != nil {
		v := fromVerdict(*d.AtDue)
		out.AtDue = &v
	}
	return out
}

func fromChoice(c plan.Choice) Choice {
	out := Choice{Value: c.Word, ChosenBy: Default}
	if c.Permyriad != 0 || c.By != nil && c.Word == "" {
		out.Value = share(c.Permyriad)
	}
	if c.By != nil {
		out.ChosenBy = idOf(c.By)
	}
	return out
}

// share writes hundredths of a percent in the form in which policies are
// recorded: 500 is 5%, 250 is 2.5%.
func share(permyriad int64) string {
	if permyriad%100 == 0 {
		return number(permyriad/100) + "%"
	}
	return number(permyriad/100) + "." + number(permyriad%100/10) + "%"
}

func fromTask(t assessment.TaskLine) Task {
	return Task{
		ID: t.Task.ID, Text: t.Task.Text, Leads: list(t.Task.Leads, same), With: list(t.Task.With, same),
		Cited: t.Task.Cited, Record: idOf(t.Task.By), Due: fromDue(t.Due), Verdict: fromVerdict(t.Verdict), Late: t.Late,
		Results: list(t.Results, fromResult),
	}
}

func fromResult(r assessment.ResultLine) Result {
	out := Result{
		Text: r.Result.Text, Rule: string(r.Result.Rule), Low: optional(r.Result.Low), High: optional(r.Result.High),
		Indicator: r.Result.Indicator, Verdict: fromVerdict(r.Verdict), Late: r.Late, Due: fromDue(r.Due),
		Deliveries: list(r.Deliveries, fromDelivery),
	}
	if r.Judged != nil {
		g := r.Result.Goal(string(r.Judged.Figure.Definition.Unit))
		out.Figure = figureOf(r.Judged)
		out.Measured, out.Printed = exact(g, r.Judged.Measured), r.Judged.Printed
	}
	return out
}

// FromFinding is a finding.
func FromFinding(f plan.Finding) Finding {
	return Finding{f.ID, f.Rule, list(f.About, same), f.By, f.Vi, f.En, idOf(f.Note)}
}

// Plans lists plans at a point.
type Plans struct {
	Point Point      `json:"point"`
	Plans []PlanHead `json:"plans"`
}

// FromPlans lists plans.
func FromPlans(p *answers.Point, plans []*plan.Plan) Plans {
	return Plans{FromPoint(p), list(plans, fromHead)}
}

// A Plan is one plan as amended by a point's day, with nothing judged.
type Plan struct {
	Point Point `json:"point"`
	PlanHead
	Targets    []PlanTarget `json:"targets"`
	Tasks      []PlanTask   `json:"tasks"`
	Amendments []Record     `json:"amendments"`
	Notes      []Record     `json:"notes"`
	Choices    []Record     `json:"choices"`
}

// A PlanTarget is a target as printed.
type PlanTarget struct {
	Row
	Also  []string `json:"also,omitempty"`
	Named []string `json:"named,omitempty"`
	Due   string   `json:"due,omitempty"`
}

// A PlanTask is a task as printed.
type PlanTask struct {
	ID      string       `json:"id"`
	Text    string       `json:"text"`
	Leads   []string     `json:"leads"`
	With    []string     `json:"with"`
	Results []PlanResult `json:"results"`
	Due     string       `json:"due,omitempty"`
	Cited   string       `json:"cited"`
	Record  string       `json:"record"`
}

// A PlanResult is an expected result as printed.
type PlanResult struct {
	Text      string `json:"text"`
	Rule      string `json:"rule,omitempty" enum:"exactly at-least about from-to at-least-from-to strive done"`
	Low       string `json:"low,omitempty"`
	High      string `json:"high,omitempty"`
	Indicator string `json:"indicator,omitempty"`
}

// FromPlan is a plan.
func FromPlan(p *answers.Point, x *plan.Plan) Plan {
	records := func(facts []*ledger.Fact) []Record {
		return list(facts, func(f *ledger.Fact) Record { return FromRecord(f.By) })
	}
	return Plan{
		Point: FromPoint(p), PlanHead: fromHead(x),
		Targets: list(x.Targets, func(t plan.TargetRow) PlanTarget {
			return PlanTarget{fromRow(t), t.Also, t.Named, t.Due.String()}
		}),
		Tasks:      list(x.Tasks, fromPlanTask),
		Amendments: records(x.Amendments), Notes: records(x.Notes), Choices: records(x.Choices),
	}
}

func fromPlanTask(t plan.TaskRow) PlanTask {
	return PlanTask{
		ID: t.ID, Text: t.Text, Leads: list(t.Leads, same), With: list(t.With, same),
		Results: list(t.Results, func(r plan.Result) PlanResult {
			return PlanResult{r.Text, string(r.Rule), optional(r.Low), optional(r.High), r.Indicator}
		}),
		Due: t.Due.String(), Cited: t.Cited, Record: idOf(t.By),
	}
}

// Lint is what does not add up in a plan.
type Lint struct {
	Point    Point     `json:"point"`
	Plan     PlanHead  `json:"plan"`
	Findings []Finding `json:"findings"`
}

// FromLint is the findings of a plan.
func FromLint(p *answers.Point, x *plan.Plan) Lint {
	return Lint{FromPoint(p), fromHead(x), list(plan.Lint(x, indicator.Codes()), FromFinding)}
}
