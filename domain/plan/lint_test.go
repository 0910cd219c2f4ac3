package plan

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
)

// demoDir holds the plan and the notes that the demo records. The tests read them
// there as files, so that there is one copy.
const demoDir = "../../cmd/htxledger/demo/"

// plan371 is Kế hoạch 371/KH-UBND as the demo records it, with the notes of its
// readers.
func plan371(t *testing.T) *Plan {
	t.Helper()
	adopted, err := os.ReadFile(demoDir + "plan371.json")
	require.NoError(t, err)
	notes, err := os.ReadFile(demoDir + "notes371.ndjson")
	require.NoError(t, err)
	specs := map[ledger.Kind]ledger.Spec{}
	for _, s := range Specs() {
		specs[s.Kind] = s
	}
	var facts []*ledger.Fact
	for i, line := range append([][]byte{adopted}, bytes.Split(bytes.TrimSpace(notes), []byte("\n"))...) {
		d, err := ledger.ParseDraft(line)
		require.NoError(t, err)
		e, err := specs[d.Kind].Decode(d.Data)
		require.NoError(t, err)
		facts = append(facts, eventtest.Fact(ledger.Position(i), d.Stream, d.Valid.String(), e))
	}
	p := Fold("kh-371-2023", facts, calendar.MaxDay)
	require.Len(t, p.Targets, 25)
	require.Len(t, p.Tasks, 20)
	return p
}

func TestFindingsOfPlan371(t *testing.T) {
	var got strings.Builder
	ids := map[string]bool{}
	for _, f := range Lint(plan371(t), codesOf(plan371(t))) {
		ids[f.ID] = true
		require.Equal(t, f.By == ByNote, f.Note != nil)
		fmt.Fprintf(&got, "%s %s %s %s\n  %s\n  %s\n", f.ID, f.By, f.Rule, strings.Join(f.About, " "), f.Vi, f.En)
	}
	for i := 1; i <= 32; i++ {
		require.True(t, ids[fmt.Sprintf("I%02d", i)], "finding I%02d", i)
	}
	eventtest.Text(t, "testdata/findings371.txt", got.String())
}

// codesOf are the indicators that a plan names.
func codesOf(p *Plan) (codes []string) {
	for _, t := range p.Targets {
		codes = append(append(codes, t.Indicator), t.Also...)
	}
	for _, t := range p.Tasks {
		for _, r := range t.Results {
			codes = append(codes, r.Indicator)
		}
	}
	return codes
}

// A code that the program does not have is found in a target, in what is shown
// beside it, and in a result.
func TestUnknownIndicators(t *testing.T) {
	e := &Adopted{Number: "1", Issued: eventtest.ParseStated("2023-06-14"), Year: 2023, Place: "p", Title: "x",
		Targets: []Target{target("T", AtLeast, "HTX", "c", 2), target("U", Done, "", "")},
		Tasks:   []Task{task("A", "x", result(Exactly, "d", 1))}}
	e.Targets[1].Also = []string{"d", "e"}
	p := Fold("k", []*ledger.Fact{fact(1, "2023-06-14", e)}, calendar.MaxDay)
	about := func(known ...string) (list []string) {
		for _, f := range Lint(p, known) {
			if f.ID == "X01" {
				require.Equal(t, "unknown-indicator", f.Rule)
				list = append(list, f.About...)
			}
		}
		return list
	}
	require.Equal(t, []string{"U", "U", "A"}, about("c"))
	require.Equal(t, []string{"T", "U"}, about("d"))
	require.Empty(t, about("c", "d", "e"))
}

func lintOf(e *Adopted, more ...ledger.Event) map[string][]string {
	facts := []*ledger.Fact{fact(1, "2023-06-14", e)}
	for i, e := range more {
		facts = append(facts, fact(ledger.Position(i+2), "2023-06-14", e))
	}
	found := map[string][]string{}
	for _, f := range Lint(Fold("k", facts, calendar.MaxDay), nil) {
		found[f.Rule] = append(found[f.Rule], strings.Join(f.About, " "))
	}
	return found
}

func target(id string, rule Rule, unit, indicator string, numbers ...int64) Target {
	g := Goal{}
	if len(numbers) > 0 {
		g = goal(rule, unit, numbers...)
	}
	return Target{ID: id, Text: "tổng số HTX đang hoạt động", Rule: rule, Low: g.Low, High: g.High, Unit: unit, Indicator: indicator,
		Due: due("2023-12-31"), Owners: []string{"Sở Ví Dụ"}, Cited: id}
}

func task(id, text string, results ...Result) Task {
	return Task{ID: id, Text: text, Leads: []string{"Sở Ví Dụ"}, With: []string{}, Results: results, Due: due("2023-12-31"), Cited: id}
}

func result(rule Rule, indicator string, numbers ...int64) Result {
	g := goal(rule, "", numbers...)
	return Result{Text: "x", Rule: rule, Low: g.Low, High: g.High, Indicator: indicator}
}

// TestEveryRuleFindsAndKeepsQuiet gives each rule a plan in which it finds
// something, and the least change of it in which it finds nothing.
func TestEveryRuleFindsAndKeepsQuiet(t *testing.T) {
	longText := "Hỗ trợ chuyển giao khoa học kỹ thuật và công nghệ"
	for rule, c := range map[string]struct {
		targets []Target
		tasks   []Task
		about   string
		mend    func(*Adopted)
	}{
		"parts-against-sum": {
			[]Target{target("T", FromTo, "HTX", "certificates.supported", 14, 17)},
			[]Task{task("A", "x", result(FromTo, "certificates.supported.production", 5, 7), result(FromTo, "certificates.supported.quality", 8, 10))},
			"T A", func(e *Adopted) { e.Targets[0].Low = n64(13) },
		},
		"union-against-lists": {
			[]Target{target("T", Exactly, "HTX", "c", 2)},
			[]Task{task("A", "x", result(Exactly, "c.a", 1)), task("B", "x", result(Exactly, "c.b", 1))},
			"T A B", func(e *Adopted) { e.Tasks = e.Tasks[:1] },
		},
		"at-least-a-range": {
			[]Target{target("T", AtLeastFromTo, "HTX", "c", 5, 7)}, []Task{task("A", "x", result(AtLeastFromTo, "c", 5, 7))},
			"T A", func(e *Adopted) { e.Targets[0].Rule = FromTo },
		},
		"pay-above-revenue": {
			[]Target{target("W", About, "người", "workers.total", 4300), target("I", About, "đồng", "income.mean", 80_000_000),
				target("C", About, "HTX", "coops.registered", 218), target("R", About, "đồng", "revenue.mean", 1_550_000_000)},
			nil, "W I C R", func(e *Adopted) { e.Targets[3].Low = n64(1_577_981_652) }, // 344 billion and 136 đồng
		},
		"opening-without-ends": {
			[]Target{target("N", Exactly, "HTX", "coops.established", 15), target("C", About, "HTX", "coops.registered", 218)},
			[]Task{task("A", "xử lý HTX chờ giải thể")}, "N C A", func(e *Adopted) { e.Tasks[0].Text = "củng cố HTX" },
		},
		"count-without-basis": {
			[]Target{{ID: "T", Text: "khoảng 218 HTX", Rule: About, Low: n64(218), Unit: "HTX", Indicator: "coops.registered", Owners: []string{"x"}, Cited: "x"}},
			nil, "T", func(e *Adopted) { e.Targets[0].Text = "khoảng 218 HTX đang hoạt động" },
		},
		"share-without-denominator": {
			[]Target{{ID: "T", Text: "45% HTX", Rule: Strive, Low: n64(45), Unit: Percent, Owners: []string{"x"}, Cited: "x"}},
			nil, "T", func(e *Adopted) { e.Targets[0].Text = "45% tổng số HTX" },
		},
		"range-against-exact": {
			[]Target{target("T", FromTo, "mô hình", "chain.models", 2, 3)}, []Task{task("A", "x", result(Exactly, "support.chain", 2))},
			"T A", func(e *Adopted) { e.Tasks[0].Results[0].Rule = AtLeast },
		},
		"no-owner": {
			[]Target{target("T", Exactly, "HTX", "c", 1)}, nil, "T", func(e *Adopted) { e.Targets[0].Owners = []string{"x"} },
		},
		"report-before-deadlines": {
			[]Target{target("T", Done, "báo cáo", "reports.received")}, []Task{task("A", "x")}, "T A",
			func(e *Adopted) { e.Targets[0].Due = due("2023-12-31") },
		},
		"month-only-deadline": {
			nil, []Task{task("A", "x"), task("B", "x")}, "A", func(e *Adopted) { e.Tasks[0].Due = due("thường xuyên") },
		},
		"issued-within-year": {
			nil, nil, WholePlan, func(e *Adopted) { e.Issued = eventtest.ParseStated("2023-01-01") },
		},
		"same-task-twice": {
			nil, []Task{task("A", longText+" cho HTX"), task("B", "x"), task("C", strings.ToUpper(longText)+", nhất là HTX")}, "A C",
			func(e *Adopted) { e.Tasks[2].Leads = []string{"Sở khác"} },
		},
		"classes-in-programmes": {
			[]Target{target("T", About, "lớp", "training.classes.plan", 9)},
			[]Task{task("A", "mở các lớp đào tạo nghề"), task("B", "x", result(Exactly, "training.classes.plan", 9))},
			"T B A", func(e *Adopted) { e.Tasks[0].Text = "đào tạo nghề" },
		},
		"named-above-minimum": {
			[]Target{{ID: "T", Text: "x", Rule: Exactly, Low: n64(2), Unit: "hội chợ", Indicator: "trade.fairs", Named: []string{"A", "B"}, Owners: []string{"x"}, Cited: "x"},
				target("U", AtLeast, "đợt", "trade.fairs", 1)},
			nil, "T U", func(e *Adopted) { e.Targets[1].Low = n64(2) },
		},
		"no-tolerance-stated": {
			[]Target{target("T", About, "HTX", "c", 2), target("U", AtLeast, "HTX", "c", 2)}, nil, "T",
			func(e *Adopted) { e.Targets[0].Rule = Exactly },
		},
	} {
		e := &Adopted{Number: "1", Issued: eventtest.ParseStated("2023-06-14"), Year: 2023, Place: "p", Title: "x", Targets: c.targets, Tasks: c.tasks}
		switch rule {
		case "no-owner":
			e.Targets[0].Owners = nil
		case "report-before-deadlines":
			e.Targets[0].Due = due("2023-12-30")
		case "month-only-deadline":
			e.Tasks[0].Due = due("2023-12")
		case "same-task-twice":
			e.Tasks[0].Due = due("2023-07-31")
		}
		require.Equal(t, []string{c.about}, lintOf(e)[rule], rule)
		c.mend(e)
		require.Empty(t, lintOf(e)[rule], rule)
	}
	require.Len(t, lints, 16)
}

func TestAChosenToleranceIsNoFinding(t *testing.T) {
	e := &Adopted{Number: "1", Issued: eventtest.ParseStated("2023-06-14"), Year: 2023, Place: "p", Title: "x",
		Targets: []Target{target("T", About, "HTX", "c", 2), target("U", Strive, "HTX", "c", 2)}}
	require.Equal(t, []string{"T U"}, lintOf(e)["no-tolerance-stated"])
	require.Equal(t, []string{"U"}, lintOf(e, &Chosen{Of: Tolerance, Target: "T", Value: "3%"})["no-tolerance-stated"])
	require.Empty(t, lintOf(e, &Chosen{Of: Tolerance, Value: "3%"})["no-tolerance-stated"])
}

func TestNotesComeAfterRules(t *testing.T) {
	p := Fold("k", []*ledger.Fact{fact(1, "2023-06-14", sample()), fact(2, "2023-06-14", &Noted{About: "A2", Finding: "I99", Text: "Ghi chú"})}, calendar.MaxDay)
	list := Lint(p, nil)
	last := list[len(list)-1]
	require.Equal(t, Finding{ID: "I99", About: []string{"A2"}, Vi: "Ghi chú", By: ByNote, Note: p.Notes[0]}, last)
	require.True(t, slices.IndexFunc(list, func(f Finding) bool { return f.By == ByNote }) == len(list)-1)
	require.Empty(t, Lint(&Plan{Key: "k"}, nil))
}
