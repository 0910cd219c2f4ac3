package main

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"htxledger/api/report/reporttest"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/register"
	requests "htxledger/domain/request"
)

// askingLines are the lines with which each command that asks is held to one size;
// "-" is a command that only writes, or tells nothing of records.
var askingLines = map[string][]string{
	"ask":               {"ask", "ask members.total coops.registered -o json"},
	"targets":           {"targets --as-of 31/12/2023", "targets -o json --as-of 31/12/2023 --known-at 31/12/2023"},
	"report":            {"report --as-of 31/12/2023 --format json", "report --statement cuoi-nam"},
	"explain":           {"explain coops.registered", "explain members.total --why-not b -o json"},
	"vintages":          {"vintages coops.registered -o json", "vintages members.total --by statement", "vintages members.total --triangle"},
	"diff":              {"diff --from 01/01/2023 --to 31/12/2023 -o json", "diff --from 31/12/2023@31/12/2023 --to 31/12/2023 members.total --steps"},
	"replay":            {"replay -o json"},
	"plan show":         {"plan show", "plan show --as-of 31/12/2023"},
	"plan lint":         {"plan lint -o json"},
	"coop list":         {"coop list --status any --all"},
	"coop show":         {"coop show a", "coop show x0"},
	"events list":       {"events list --limit 0", "events list --newest --limit 3 -o json"},
	"events show":       {"events show 20", "events show 100000"},
	"events touched":    {"events touched 20 --as-of 31/12/2023"},
	"request list":      {"request list"},
	"request show":      {"request show dn"},
	"statement list":    {"statement list -o json"},
	"statement show":    {"statement show cuoi-nam"},
	"statement verify":  {"statement verify cuoi-nam -o json"},
	"export":            {"export"},
	"verify":            {"verify -o json"},
	"evidence":          {"evidence - --statement cuoi-nam"},
	"proof inclusion":   {"proof inclusion 3"},
	"proof consistency": {"proof consistency 3"},
	"template":          {"template coop-annual --year 2023 -O DATA/form.xlsx"},
	"checkpoint":        {"-"},
	"key show":          {"key show"},
	"doctor":            {"-"},
	"serve":             {"-"},
	"relay":             {"-"},
	"backup":            {"-"},
	"restore":           {"-"},
	"copy":              {"-"},
	"recover":           {"-"},
	"demo":              {"-"},
	"init":              {"-"},
	"import":            {"-"},
	"record":            {"-"},
	"request make":      {"-"},
	"request approve":   {"-"},
	"request refuse":    {"-"},
	"statement issue":   {"-"},
	"key new":           {"-"},
	"key rotate":        {"-"},
	"key void":          {"-"},
	"token add":         {"-"},
	"token list":        {"-"},
	"token revoke":      {"-"},
	"undo":              {"-"},
	"witness init":      {"-"},
	"witness cosign":    {"-"},
	"witness attach":    {"-"},
	"version":           {"-"},
}

// A growingLedger is a ledger on disk that takes a record more at each look at the
// clock.
type growingLedger struct {
	t     *testing.T
	store *embedded.Store
	rest  []*ledger.Record
	now   calendar.Instant
}

func (g *growingLedger) grow() calendar.Instant {
	if len(g.rest) > 0 {
		require.NoError(g.t, g.store.Append(context.Background(), g.rest[0].Position, register.EntryOf(g.rest[0])))
		g.rest = g.rest[1:]
	}
	return g.now
}

// ledgerOf is a ledger of some records, in a folder of its own.
func ledgerOf(t *testing.T, now calendar.Instant, records, rest []*ledger.Record) (data string, g *growingLedger) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "d")
	store, err := embedded.Open(t.Context(), data, embedded.Options{Create: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	var entries []ledger.Entry
	for _, r := range records {
		entries = append(entries, register.EntryOf(r))
	}
	require.NoError(t, store.Append(t.Context(), 0, entries...))
	return data, &growingLedger{t, store, rest, now}
}

// toldBy is all that a line prints, and its exit code.
func toldBy(t *testing.T, keys, data string, g *growingLedger, line string) string {
	t.Helper()
	var out bytes.Buffer
	a := newApp(strings.NewReader(""), &out, &out)
	a.now = g.grow
	cmd := a.root()
	cmd.SetArgs(append(strings.Fields(strings.ReplaceAll(line, "DATA", data)), "--data", data, "--keys", keys))
	code := a.reportExit(cmd.ExecuteContext(t.Context()))
	return strings.ReplaceAll(out.String(), data, "DATA") + "\nexit " + plainNumber(code)
}

// Whatever is recorded while a command runs, all that it tells is of one size: it
// is what the same line tells of a ledger of just so many records.
func TestEveryCommandTellsOfOneSize(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	h.Tell(`@ 2024-01-02
coop/b coop.members-counted/1 2023-06-30 {"official":21}`)
	h.Follow()
	h.Issue("cuoi-nam", "31/12/2023")
	asked, err := requests.Ask("dn", h.Draft(`coop/a coop.renamed/1 2023-12-01 {"name":"HTX Mới"}`), calendar.OnDay(h.Now.DayIn()))
	require.NoError(t, err)
	asked.Actor = &ledger.Actor{ID: "can-bo", Role: "officer"}
	_, err = h.Send(asked)
	require.NoError(t, err)
	begun := len(h.Records())
	h.Issue("moi", "31/12/2023")
	for _, key := range []string{"x0", "x1", "x2"} {
		h.Tell(`coop/` + key + ` coop.established/1 2023-02-01 {}
coop/` + key + ` coop.members-counted/1 2023-06-30 {"official":12}`)
	}
	records := h.Records()
	keys := filepath.Join(t.TempDir(), "keys")
	data, g := ledgerOf(t, h.Now, records[:begun], nil)
	require.Contains(t, toldBy(t, keys, data, g, "checkpoint"), "exit 0")
	for path, lines := range commandLines(t) {
		for _, line := range lines {
			t.Run(path+": "+line, func(t *testing.T) {
				data, g := ledgerOf(t, h.Now, records[:begun], records[begun:])
				got := toldBy(t, keys, data, g, line)
				var could []string
				for n := begun; n <= len(records)-len(g.rest); n++ {
					still, same := ledgerOf(t, h.Now, records[:n], nil)
					could = append(could, toldBy(t, keys, still, same, line))
				}
				require.Greater(t, len(could), 1, "the ledger grew")
				if !slices.Contains(could, got) {
					require.Equal(t, could[0], got)
				}
			})
		}
	}
}

// commandLines are the lines of askingLines for every command of the program that
// asks; a command that is not listed fails the test.
func commandLines(t *testing.T) map[string][]string {
	out := map[string][]string{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if cmd.HasSubCommands() || !cmd.Runnable() {
			return
		}
		path := strings.TrimPrefix(cmd.CommandPath(), "htxledger ")
		require.Contains(t, askingLines, path, "how is this command held to one size?")
		if lines := askingLines[path]; lines[0] != "-" {
			out[path] = lines
		}
	}
	walk(newApp(nil, nil, nil).root())
	return out
}
