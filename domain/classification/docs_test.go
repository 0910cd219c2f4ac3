package classification

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
)

const docPath = "../../docs/classification.md"

// table gives the rows of the page's table whose first heading is name, cells
// trimmed, without the heading and its rule.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	page, err := os.ReadFile(docPath)
	require.NoError(t, err)
	var rows [][]string
	inside := false
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		switch {
		case !strings.HasPrefix(line, "|"):
			inside = false
		case cells[0] == name:
			inside = true
		case inside && !strings.HasPrefix(cells[0], "---"):
			rows = append(rows, cells)
		}
	}
	require.NotEmpty(t, rows, "no table %q in %s", name, docPath)
	return rows
}

// hundredths reads "79.99" as 7999.
func hundredths(t *testing.T, s string) int64 {
	t.Helper()
	whole, part, found := strings.Cut(s, ".")
	if !found {
		part = "00"
	}
	require.Len(t, part, 2, s)
	v, err := strconv.ParseInt(whole+part, 10, 64)
	require.NoError(t, err)
	return v
}

// stated reads a whole number, or nil from "?".
func stated(t *testing.T, s string) *int64 {
	t.Helper()
	if s == "?" {
		return nil
	}
	v, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
	require.NoError(t, err)
	return &v
}

func papers() []Paper {
	var list []Paper
	for _, s := range All() {
		list = append(list, s.Paper)
	}
	for _, r := range SizeRules() {
		list = append(list, r.Paper)
	}
	for _, r := range ocopRules {
		list = append(list, r.Paper)
	}
	return list
}

func TestThePageListsThePapers(t *testing.T) {
	var want [][]string
	for _, p := range papers() {
		lapsed := p.Lapsed.String()
		if lapsed == "" {
			lapsed = "none found"
		}
		want = append(want, []string{p.Code, p.Number, p.Issued.String(), p.InForce.String(), lapsed})
	}
	require.Equal(t, want, table(t, "rule set"))
}

func TestThePageListsWhatIsUnverified(t *testing.T) {
	var want, got [][]string
	for _, p := range papers() {
		require.NotEmpty(t, p.Unverified, p.Code)
		for _, u := range p.Unverified {
			want = append(want, []string{p.Code, u})
		}
	}
	for _, row := range table(t, "unverified in") {
		require.Len(t, row, 3)
		require.NotEmpty(t, row[2], "no English for %q", row[1])
		got = append(got, row[:2])
	}
	require.Equal(t, want, got)
}

func TestThePagesScorecards(t *testing.T) {
	for _, row := range table(t, "points") {
		card := Scorecard{
			PointsHundredths: hundredths(t, row[0]), Fined: row[1] == "yes",
			IdleMonths: stated(t, row[2]), MonthsOperated: stated(t, row[3]),
		}
		for i, s := range All() {
			require.Equal(t, row[4+i], string(s.Classify(card).Class), "%s: %v", s.Code, row)
		}
	}
}

func TestThePagesBands(t *testing.T) {
	for _, row := range table(t, "class") {
		require.Equal(t, row[1], Class(row[0]).Vi())
		low, high := hundredths(t, row[2]), hundredths(t, row[3])
		if high < 10000 {
			high-- // "below" is not inside; 100 points are
		}
		for _, s := range All() {
			for _, p := range []int64{low, high} {
				require.Equal(t, row[0], string(s.Classify(Scorecard{PointsHundredths: p}).Class), "%s %d", s.Code, p)
			}
		}
	}
}

func TestThePagesSizes(t *testing.T) {
	for _, row := range table(t, "members") {
		f := SizeFacts{*stated(t, row[0]), stated(t, row[1]), stated(t, row[2])}
		for _, sum := range []*int64{f.Revenue, f.Capital} {
			if sum != nil {
				*sum *= 1_000_000
			}
		}
		byLaw := SizeOf(f)
		got := string(byLaw.Size)
		if got == "" {
			got = string(byLaw.AtLeast) + " to " + string(byLaw.AtMost) + ", missing " + strings.Join(byLaw.Missing, " and ")
		}
		require.Equal(t, row[3:], []string{got, string(SizeByMembers(f.OfficialMembers).Size)}, "%v", row)
	}
}

func TestThePagesStars(t *testing.T) {
	for _, row := range table(t, "rated on") {
		day, err := calendar.ParseDay(row[0])
		require.NoError(t, err)
		rules := OCOPRulesOn(day)
		b := rules.Band(hundredths(t, row[1]))
		authority := rules.Authority(b.Stars)
		if authority == "" {
			authority = "nobody"
		}
		require.Equal(t, row[2:], []string{strconv.Itoa(b.Stars), b.Reason, authority}, "%v", row)
	}
}
