package demo

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

const planText = "../../../docs/ke-hoach-371/ke-hoach-371-kh-ubnd-2023.txt"

type printedResult struct {
	Text, Rule, Indicator string
	Low, High             *int64
}

type printedTarget struct {
	ID, Text, Rule, Unit, Indicator, Due, Comparator, Cited string
	Low, High                                               *int64
	Owners, Named, Also                                     []string
}

type printedTask struct {
	ID, Text, Due, Cited string
	Leads, With          []string
	Results              []printedResult
}

type printedPlan struct {
	Stream string
	Data   struct {
		Title   string
		Targets []printedTarget
		Tasks   []printedTask
	}
}

func readPlan(t *testing.T) printedPlan {
	t.Helper()
	var p printedPlan
	require.NoError(t, json.Unmarshal(planFile, &p))
	return p
}

// planLines are the lines of the copied plan; line n is at n-1.
func planLines(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(planText)
	require.NoError(t, err)
	require.True(t, norm.NFC.IsNormal(b))
	return strings.Split(string(b), "\n")
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// rows are the twenty rows of the appendix: six cells on six lines, the first
// of them the number.
func rows(t *testing.T) map[string][]string {
	lines, all := planLines(t), map[string][]string{}
	for n := range 20 {
		cells := make([]string, 6)
		for i := range cells {
			cells[i] = collapse(lines[96+7*n+i])
		}
		require.Equal(t, strconv.Itoa(n+1), cells[0])
		all[fmt.Sprintf("A-%02d", n+1)] = cells
	}
	return all
}

// citedText is what a citation points at: lines of the body or a row.
func citedText(t *testing.T, cited string) string {
	if cells, ok := rows(t)[cited]; ok {
		return strings.Join(cells, " ")
	}
	from, to, isRange := strings.Cut(cited, "–")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(strings.TrimPrefix(from, "L"))
	require.NoError(t, err, cited)
	last, err := strconv.Atoi(strings.TrimPrefix(to, "L"))
	require.NoError(t, err, cited)
	return collapse(strings.Join(planLines(t)[first-1:last], " "))
}

func TestPlanIsWhole(t *testing.T) {
	p := readPlan(t)
	require.Equal(t, "plan/kh-371-2023", p.Stream)
	require.Len(t, p.Data.Targets, 25)
	require.Len(t, p.Data.Tasks, 20)
	for i, x := range p.Data.Targets {
		require.Equal(t, fmt.Sprintf("T%02d", i+1), x.ID)
	}
	for i, x := range p.Data.Tasks {
		require.Equal(t, fmt.Sprintf("A-%02d", i+1), x.ID)
		require.Equal(t, x.ID, x.Cited)
	}
}

func TestPlanIsVerbatim(t *testing.T) {
	p, whole := readPlan(t), collapse(strings.Join(planLines(t), " "))
	require.Contains(t, whole, p.Data.Title)
	for _, x := range p.Data.Targets {
		cited := citedText(t, x.Cited)
		require.Contains(t, cited, collapse(x.Text), x.ID)
		require.Contains(t, cited, x.Comparator, x.ID)
		for _, name := range x.Named {
			require.Contains(t, cited, name, x.ID)
		}
		for _, owner := range x.Owners {
			require.Contains(t, whole, owner, x.ID)
		}
	}
	for _, x := range p.Data.Tasks {
		require.Equal(t, rows(t)[x.ID][1], x.Text, x.ID)
	}
}

// What is split from a cell must make up the cell: nothing is left but
// separators.
func TestPlanCellsAreUsedUp(t *testing.T) {
	for _, x := range readPlan(t).Data.Tasks {
		cells := rows(t)[x.ID]
		var results []string
		for _, r := range x.Results {
			results = append(results, r.Text)
		}
		requireUsedUp(t, x.ID, cells[2], x.Leads)
		requireUsedUp(t, x.ID, cells[3], x.With)
		requireUsedUp(t, x.ID, cells[4], results)
	}
}

func requireUsedUp(t *testing.T, id, cell string, parts []string) {
	t.Helper()
	left := cell
	for _, part := range parts {
		require.Contains(t, left, part, id)
		left = strings.Replace(left, part, "", 1)
	}
	left = strings.NewReplacer(",", "", ";", "", ".", "", "và", "", " ", "").Replace(left)
	require.Empty(t, left, "%s: %q", id, cell)
}

var number = regexp.MustCompile(`\d[\d.]*`)

// printed are the numbers of a text; millions are also given in đồng.
func printed(text string) map[int64]bool {
	all := map[int64]bool{}
	for _, s := range number.FindAllString(text, -1) {
		n, err := strconv.ParseInt(strings.ReplaceAll(s, ".", ""), 10, 64)
		if err == nil {
			all[n] = true
			all[n*1_000_000] = strings.Contains(text, "triệu")
		}
	}
	return all
}

func TestPlanNumbersAreAsPrinted(t *testing.T) {
	p := readPlan(t)
	limits := func(id, text, cited string, low, high *int64) {
		for _, n := range []*int64{low, high} {
			if n != nil {
				require.True(t, printed(cited)[*n], "%s: %d in %q", id, *n, text)
			}
		}
	}
	for _, x := range p.Data.Targets {
		if x.ID != "T13" { // five names; the number is that of the last
			limits(x.ID, x.Text, x.Text, x.Low, x.High)
		}
		limits(x.ID, x.Text, citedText(t, x.Cited), x.Low, x.High)
		require.Equal(t, x.High != nil, strings.HasSuffix(x.Rule, "from-to"), x.ID)
		require.Equal(t, x.Low == nil, x.Rule == "done", x.ID)
	}
	for _, x := range p.Data.Tasks {
		for _, r := range x.Results {
			limits(x.ID, r.Text, r.Text, r.Low, r.High)
			require.Equal(t, r.Low == nil, r.Rule == "done", x.ID)
			require.Equal(t, r.Indicator == "", r.Rule == "done", x.ID)
		}
	}
}

func TestPlanDeadlinesKeepTheirPrecision(t *testing.T) {
	for _, x := range readPlan(t).Data.Tasks {
		if x.ID == "A-01" {
			require.Equal(t, "thường xuyên", x.Due)
			continue
		}
		year, month, _ := strings.Cut(x.Due, "-")
		require.Equal(t, rows(t)[x.ID][5], strings.TrimPrefix(month, "0")+"/"+year, x.ID)
	}
}

// The bindings of DESIGN §6.
func TestPlanIndicators(t *testing.T) {
	want := []string{"coops.established", "coops.registered", "members.total", "workers.total", "revenue.mean", "income.mean",
		"quality.good-fair.share", "certificates.supported", "linked.share", "chain.models", "training.classes.plan",
		"training.attendances.plan", "trade.fairs", "coops.idle", "support.consolidated", "training.classes.plan",
		"support.infrastructure", "support.chain", "training.classes.raw-material-zone", "certificates.supported.production",
		"certificates.supported.quality", "ocop.coops.recognised", "trade.fairs", "trade.conferences", "reports.received"}
	p := readPlan(t)
	for i, x := range p.Data.Targets {
		require.Equal(t, want[i], x.Indicator, x.ID)
	}
	require.Len(t, p.Data.Targets[12].Named, 5)
	require.Equal(t, []string{"coops.unconverted", "new-style.models"}, p.Data.Targets[13].Also)
}

func TestNotesQuoteThePlan(t *testing.T) {
	whole := collapse(strings.Join(planLines(t), " "))
	known := map[string]bool{"plan": true}
	for _, x := range readPlan(t).Data.Targets {
		known[x.ID] = true
	}
	for _, x := range readPlan(t).Data.Tasks {
		known[x.ID] = true
	}
	var findings []string
	for _, line := range lines(notesFile) {
		var n struct {
			Data struct{ About, Finding, Text string }
		}
		require.NoError(t, json.Unmarshal(line, &n))
		require.True(t, known[n.Data.About], n.Data.About)
		findings = append(findings, n.Data.Finding)
		for _, q := range regexp.MustCompile(`“([^”]*)”`).FindAllStringSubmatch(n.Data.Text, -1) {
			require.Contains(t, whole, q[1], n.Data.Finding)
		}
	}
	require.Equal(t, strings.Fields("I04 I06 I15 I16 I17 I18 I19 I20 I21 I22 I24 I25 I26 I28 I29 I30 I31 I32"), findings)
}
