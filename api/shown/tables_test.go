package shown_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/sheets"
	"htxledger/api/shown"
	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/calendar"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
)

// demoService answers from the demo ledger.
func demoService(t *testing.T) answerstest.Asker {
	book, proj := register.NewBook(), asof.New()
	take := func(command, recorded string) {
		at, err := calendar.ParseInstant(recorded)
		require.NoError(t, err)
		d, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err)
		v, err := book.Decide(d, at)
		require.NoError(t, err)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, proj.Apply(v.Record))
	}
	take(`{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`, "2022-12-01T00:59:00Z")
	for _, c := range demo.Commands(demo.Seed) {
		take(string(c.Command), c.Recorded)
	}
	now, err := calendar.ParseInstant("2026-11-23T03:00:00Z")
	require.NoError(t, err)
	return answerstest.New(proj, func() calendar.Instant { return now })
}

// tables are every kind of table of the demo.
func tables(t *testing.T) map[string]*shown.Table {
	s := demoService(t)
	q := answers.Query{AsOf: "31/12/2023", Known: "2024-02-20"}
	out := map[string]*shown.Table{}
	indicators, err := s.Indicators(q)
	require.NoError(t, err)
	out["indicators"] = shown.ShowIndicators(indicators).Table()
	targets, err := s.Targets(q)
	require.NoError(t, err)
	out["targets"] = shown.ShowTargets(targets).Table()
	out["plan"] = shown.ShowPlan(targets.Point, targets.Plan).Table()
	out["findings"] = shown.ShowLint(targets.Point, targets.Plan).Table()
	explained, err := s.Explain(context.Background(), q, "ocop.coops.recognised", "")
	require.NoError(t, err)
	out["explanation"] = shown.ShowExplanation(explained).Table()
	vintages, err := s.Vintages(context.Background(), q, "revenue.mean")
	require.NoError(t, err)
	out["vintages"] = shown.ShowVintages(vintages).Table()
	triangle, err := s.Triangle(context.Background(), q, "linked.share")
	require.NoError(t, err)
	out["triangle"] = shown.ShowTriangle(triangle).Table()
	diff, err := s.Diff(context.Background(), answers.Query{AsOf: "31/12/2022", Codes: []string{"linked.share", "coops.registered"}}, answers.Query{AsOf: "31/12/2023", Codes: []string{"linked.share", "coops.registered"}})
	require.NoError(t, err)
	out["differences"] = shown.ShowDifferences(diff).Table()
	problems, err := s.Problems(context.Background(), q)
	require.NoError(t, err)
	out["problems"] = shown.ShowProblems(problems).Table()
	d := s.Directory()
	coops, err := d.Coops(context.Background(), q, directory.Filter{Status: directory.Any, All: true})
	require.NoError(t, err)
	out["coops"] = shown.ShowCoops(coops).Table()
	card, err := d.Card(q, "htx-nong-nghiep-buon-choah")
	require.NoError(t, err)
	out["card"] = shown.ShowCard(card).Table()
	events, err := d.Events(context.Background(), q, directory.EventFilter{Kind: "ledger.", Limit: 100})
	require.NoError(t, err)
	out["events"] = shown.ShowEvents(events).Table()
	return out
}

// Each table has a code and a name for each column and a cell for each column;
// each print of it has each row; its numbers add up to those for programs.
func TestEveryTable(t *testing.T) {
	for name, x := range tables(t) {
		t.Run(name, func(t *testing.T) {
			require.True(t, len(x.Rows) > 0 || name == "problems", "the demo has none of those")
			require.LessOrEqual(t, len([]rune(x.Name)), 31)
			require.NotContains(t, x.Name, ":", "a sheet may not be called so")
			require.NotContains(t, x.Name, "/")
			for _, row := range x.Rows {
				require.Len(t, row, len(x.Columns))
			}
			seen := map[string]bool{}
			for _, c := range x.Columns {
				require.NotEmpty(t, c.Name)
				require.False(t, seen[c.Code], c.Code)
				seen[c.Code] = true
			}
			var programs, people bytes.Buffer
			require.NoError(t, x.Write(&programs))
			require.NoError(t, x.WriteExcel(&people))
			rows, err := csv.NewReader(&programs).ReadAll()
			require.NoError(t, err)
			require.Len(t, rows, len(x.Rows)+1)
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(people.String(), "\ufeff")))
			r.Comma = ';'
			shown, err := r.ReadAll()
			require.NoError(t, err)
			require.Len(t, shown, 1+len(x.Rows)+len(x.Notes()))
			requireSameNumbers(t, x, rows)
		})
	}
}

// requireSameNumbers holds the typed values to what programs read.
func requireSameNumbers(t *testing.T, x *shown.Table, rows [][]string) {
	for r, row := range x.Rows {
		for i, c := range row {
			if c.Value == nil || x.Columns[i].Code == "decimal" {
				continue
			}
			v, ok := new(big.Rat).SetString(rows[r+1][i])
			require.True(t, ok)
			require.Zero(t, v.Cmp(c.Value), "%s, row %d", x.Columns[i].Code, r)
		}
	}
}

// The workbook of each table holds real numbers, days as days, and text that is
// never a formula.
func TestEveryWorkbook(t *testing.T) {
	for name, x := range tables(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, sheets.WriteTable(&b, x))
			book, err := sheets.Read(b.Bytes(), nil)
			require.NoError(t, err, "what we write, we read")
			require.Len(t, book.Grids, 1)
			require.Equal(t, x.Name, book.Grids[0].Name)
			rows := book.Grids[0].Rows
			require.Equal(t, x.Title, rows[0].Cells[0].Text)
			heading := len(x.Notes()) + 1 // an empty row is none
			require.Equal(t, x.Columns[x.Human()[0]].Name, rows[heading].Cells[0].Text)
			require.Len(t, rows[heading+1:], len(x.Rows))
			for r, row := range x.Rows {
				for n, i := range x.Human() {
					requireCell(t, row[i], at(rows[heading+1+r].Cells, n))
				}
			}
		})
	}
}

func at(cells []imports.Cell, i int) imports.Cell {
	if i < len(cells) {
		return cells[i]
	}
	return imports.Cell{}
}

func requireCell(t *testing.T, want shown.Cell, got imports.Cell) {
	require.NoError(t, got.Err)
	require.False(t, got.Formula)
	switch want.Kind {
	case shown.Blank:
		require.True(t, got.Blank())
	case shown.NoData:
		require.Equal(t, "…", got.Text)
	case shown.Text:
		require.Equal(t, imports.TextCell, got.Kind)
		require.Equal(t, strings.TrimSpace(shown.GuardText(want.Words)), strings.TrimSpace(got.Text))
	case shown.Day:
		require.Equal(t, imports.DayCell, got.Kind)
		require.Equal(t, want.Day.String(), got.Text)
	case shown.Number, shown.Dong, shown.Percent:
		require.Equal(t, imports.NumberCell, got.Kind)
		near, _ := want.Value.Float64()
		is, err := strconv.ParseFloat(got.Text, 64)
		require.NoError(t, err)
		require.InDelta(t, near, is, 1e-9+near*1e-12)
	}
}
