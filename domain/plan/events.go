package plan

import (
	"cmp"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A Rule is how a number is to be compared with what is printed.
type Rule string

// The rules.
const (
	Exactly       Rule = "exactly"          // 15 HTX
	AtLeast       Rule = "at-least"         // tối thiểu 3
	About         Rule = "about"            // khoảng 218
	FromTo        Rule = "from-to"          // 14-17
	AtLeastFromTo Rule = "at-least-from-to" // ít nhất 5-7
	Strive        Rule = "strive"           // phấn đấu 45 %
	Done          Rule = "done"             // a paper, or a state of things
)

// Percent is the unit of a target for a share: Low 45 means 45 of 100.
const Percent = "%"

// Adopted is plan.adopted/1: a plan as printed.
type Adopted struct {
	Number  string          `json:"number" text:"200" vi:"Số văn bản"`
	Issued  calendar.Stated `json:"issued" vi:"Ngày ban hành"`
	Year    int64           `json:"year" least:"1945" most:"2100" as:"year" vi:"Năm"` // the year that it plans
	Place   string          `json:"place" text:"key" names:"place" vi:"Mã địa bàn"`
	Title   string          `json:"title" text:"1000" vi:"Tên kế hoạch"`
	Targets []Target        `json:"targets" vi:"Chỉ tiêu"`
	Tasks   []Task          `json:"tasks" vi:"Nhiệm vụ"`
}

// A Target is one measurable aim. Low and High are in Unit, money in đồng.
type Target struct {
	ID         string   `json:"id" text:"key"`
	Text       string   `json:"text" text:"4000 lines"` // as printed
	Rule       Rule     `json:"rule" text:"key"`
	Low        *int64   `json:"low,omitempty" most:"1000000000000000"`
	High       *int64   `json:"high,omitempty" most:"1000000000000000"`
	Unit       string   `json:"unit" text:"100"`
	Indicator  string   `json:"indicator,omitempty" text:"key"`  // the code that measures it
	Also       []string `json:"also,omitempty" text:"key"`       // further codes shown with it
	Named      []string `json:"named,omitempty" text:"name"`     // what is to be counted, where the paper names it
	Comparator string   `json:"comparator,omitempty" text:"100"` // the paper's word: khoảng, phấn đấu, tối thiểu …
	Due        Due      `json:"due,omitempty" text:"200"`
	Owners     []string `json:"owners" text:"name"`
	Cited      string   `json:"cited" text:"1000"` // where it stands in the paper
}

// A Task is one row of the appendix.
type Task struct {
	ID      string   `json:"id" text:"key"`
	Text    string   `json:"text" text:"4000 lines"`
	Leads   []string `json:"leads" text:"name"` // chủ trì
	With    []string `json:"with" text:"name"`  // phối hợp
	Results []Result `json:"results"`
	Due     Due      `json:"due" text:"200"`
	Cited   string   `json:"cited" text:"1000"`
}

// A Result is one expected result of a task.
type Result struct {
	Text      string `json:"text" text:"2000 lines"`
	Rule      Rule   `json:"rule,omitempty" text:"key"`
	Low       *int64 `json:"low,omitempty" most:"1000000000000000"`
	High      *int64 `json:"high,omitempty" most:"1000000000000000"`
	Indicator string `json:"indicator,omitempty" text:"key"`
}

// Paper reports whether the result is a paper to be handed in, and not a number
// to be counted.
func (r Result) Paper() bool { return r.Indicator == "" || r.Rule == Done }

// Amended is plan.amended/1: targets and tasks that replace those with the same
// id, and new ones.
type Amended struct {
	Targets  []Target `json:"targets,omitempty" vi:"Chỉ tiêu"`
	Tasks    []Task   `json:"tasks,omitempty" vi:"Nhiệm vụ"`
	Document string   `json:"document" text:"1000" vi:"Văn bản điều chỉnh"`
}

// Delivered is plan.delivered/1: an agency handed in a deliverable of a task,
// or of a target to be done.
type Delivered struct {
	Task        string `json:"task" text:"key" vi:"Nhiệm vụ"`                        // the id of a task, or of a target with the rule done
	Deliverable string `json:"deliverable" text:"2000 lines" vi:"Sản phẩm giao nộp"` // the text of one of the task's results
	Unit        string `json:"unit" text:"name" vi:"Cơ quan giao nộp"`               // the agency
	Document    string `json:"document,omitempty" text:"1000" vi:"Văn bản giao nộp"`
}

// WholePlan is what a note is about if not one target or task.
const WholePlan = "plan"

// Noted is plan.noted/1: what a reader found in the plan.
type Noted struct {
	About   string `json:"about" text:"key" vi:"Về chỉ tiêu, nhiệm vụ"` // the id of a target or task, or WholePlan
	Finding string `json:"finding" text:"100" vi:"Phát hiện"`
	Text    string `json:"text" text:"4000 lines" vi:"Nội dung"`
}

// EventKind names the kinds.
func (Adopted) EventKind() ledger.Kind   { return "plan.adopted/1" }
func (Amended) EventKind() ledger.Kind   { return "plan.amended/1" }
func (Delivered) EventKind() ledger.Kind { return "plan.delivered/1" }
func (Noted) EventKind() ledger.Kind     { return "plan.noted/1" }

// Specs are the kinds of this family, policy.chosen/1 among them.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Adopted]{
			Founds: true,
			Name:   fault.Text{English: "adopted", Vietnamese: "ban hành kế hoạch"}, Sentence: "ban hành kế hoạch {number} năm {year}: {targets#} chỉ tiêu, {tasks#} nhiệm vụ",
			Same: ledger.OneInStream[Adopted], Act: ledger.ActAdoption,
		}),
		ledger.Specify(ledger.Row[Amended]{
			Name: fault.Text{English: "amended", Vietnamese: "điều chỉnh kế hoạch"}, Sentence: "điều chỉnh {targets#} chỉ tiêu, {tasks#} nhiệm vụ theo {document}",
			Act: ledger.ActOnPlan,
		}),
		ledger.Specify(ledger.Row[Delivered]{
			Name: fault.Text{English: "delivered", Vietnamese: "nộp văn bản, báo cáo"}, Sentence: "{unit} nộp “{deliverable}” cho {task}[, văn bản {document}]",
			Same: func(e *Delivered, day calendar.Day) ledger.Sameness {
				return ledger.InStream(e.Task, ledger.Caseless(e.Deliverable), ledger.Caseless(e.Unit), day)
			},
		}),
		ledger.Specify(ledger.Row[Noted]{
			Name: fault.Text{English: "noted", Vietnamese: "ghi chú của người đọc"}, Sentence: "ghi chú về {about}: {text}",
			Words: map[string]ledger.Words{"about": {{WholePlan, "cả kế hoạch"}}},
			Same: func(e *Noted, day calendar.Day) ledger.Sameness {
				return ledger.InStream(e.About, e.Finding, ledger.Caseless(e.Text), day)
			},
		}),
		ledger.Specify(ledger.Row[Chosen]{
			Name: fault.Text{English: "chosen", Vietnamese: "chọn cách tính"}, Sentence: "chọn {of} {value}[ cho {target}][ theo {document}]",
			Words: map[string]ledger.Words{"of": choices}, Act: ledger.ActOnPolicy,
			Same: func(e *Chosen, day calendar.Day) ledger.Sameness {
				return ledger.InStream(e.Of, e.Target, day)
			},
		}),
	}
}

// Check wants a plan's papers, and targets and tasks with ids of their own.
func (e Adopted) Check() error {
	if err := cmp.Or(
		ledger.Require("/number", e.Number),
		ledger.RequireKey("/place", e.Place),
		ledger.Require("/title", e.Title),
	); err != nil {
		return err
	}
	if e.Year < 1945 || e.Year > 2100 {
		return errYear.With(e.Year).At("/year")
	}
	return checkRows(e.Targets, e.Tasks)
}

// Check wants a document and at least one row.
func (e Amended) Check() error {
	if err := ledger.Require("/document", e.Document); err != nil {
		return err
	}
	if len(e.Targets)+len(e.Tasks) == 0 {
		return ledger.ErrRequired.At("/targets")
	}
	return checkRows(e.Targets, e.Tasks)
}

// Check wants a task, what was delivered and by whom.
func (e Delivered) Check() error {
	return cmp.Or(
		ledger.Require("/task", e.Task),
		ledger.Require("/deliverable", ledger.Caseless(e.Deliverable)),
		ledger.Require("/unit", ledger.Caseless(e.Unit)),
	)
}

// Check wants all three.
func (e Noted) Check() error {
	return cmp.Or(
		ledger.Require("/about", e.About),
		ledger.Require("/finding", e.Finding),
		ledger.Require("/text", e.Text),
	)
}

// checkRows wants every target and task to be whole and to have an id of its own; the id of the
// whole plan is taken.
func checkRows(targets []Target, tasks []Task) error {
	seen := map[string]bool{WholePlan: true}
	for i, t := range targets {
		at := "/targets/" + strconv.Itoa(i)
		if seen[t.ID] {
			return errRowTwice.With(t.ID).At(at + "/id")
		}
		seen[t.ID] = true
		if err := t.check(at); err != nil {
			return err
		}
	}
	for i, t := range tasks {
		at := "/tasks/" + strconv.Itoa(i)
		if seen[t.ID] {
			return errRowTwice.With(t.ID).At(at + "/id")
		}
		seen[t.ID] = true
		if err := t.check(at); err != nil {
			return err
		}
	}
	return nil
}

func (t Target) check(at string) error {
	return cmp.Or(
		ledger.RequireKey(at+"/id", t.ID),
		ledger.Require(at+"/text", t.Text),
		checkRule(at, t.Rule, t.Low, t.High),
		ledger.Require(at+"/cited", t.Cited),
		requireTexts(at+"/owners", t.Owners),
		requireTexts(at+"/also", t.Also),
		requireTexts(at+"/named", t.Named),
	)
}

// check wants a task with its words, deadline and results; a result without a rule is a paper.
func (t Task) check(at string) error {
	if err := cmp.Or(
		ledger.RequireKey(at+"/id", t.ID),
		ledger.Require(at+"/text", t.Text),
		ledger.Require(at+"/cited", t.Cited),
		ledger.Require(at+"/due", t.Due.String()),
		requireTexts(at+"/leads", t.Leads),
		requireTexts(at+"/with", t.With),
	); err != nil {
		return err
	}
	for i, r := range t.Results {
		at := at + "/results/" + strconv.Itoa(i)
		if err := ledger.Require(at+"/text", r.Text); err != nil {
			return err
		}
		if r.Rule == "" && r.Low == nil && r.High == nil {
			continue
		}
		if err := checkRule(at, r.Rule, r.Low, r.High); err != nil {
			return err
		}
	}
	return nil
}

// checkRule wants the numbers that a rule needs, and no others.
func checkRule(at string, rule Rule, low, high *int64) error {
	if err := cmp.Or(
		ledger.OneOf(at+"/rule", rule, Exactly, AtLeast, About, FromTo, AtLeastFromTo, Strive, Done),
		ledger.OptionalNotNegative(at+"/low", low),
	); err != nil {
		return err
	}
	ranged := rule == FromTo || rule == AtLeastFromTo
	switch {
	case (low != nil) != (rule != Done):
		return errNumbers.With(string(rule)).At(at + "/low")
	case (high != nil) != ranged, ranged && *high < *low:
		return errNumbers.With(string(rule)).At(at + "/high")
	}
	return nil
}

func requireTexts(pointer string, list []string) error {
	for i, s := range list {
		if err := ledger.Require(pointer+"/"+strconv.Itoa(i), strings.TrimSpace(s)); err != nil {
			return err
		}
	}
	return nil
}
