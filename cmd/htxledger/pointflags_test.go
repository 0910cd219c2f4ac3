package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// commandsWithPoints is written by hand, without a look at pointFlags: every
// command of the program, and the flags of a point that it has.
const commandsWithPoints = `
htxledger ask: as-of known-at place map period scheme
htxledger backup:
htxledger checkpoint:
htxledger coop list: as-of known-at place map period scheme
htxledger coop show: as-of known-at place map period scheme
htxledger copy:
htxledger demo:
htxledger diff: known-at place map period scheme
htxledger doctor:
htxledger events list: known-at
htxledger events show: known-at
htxledger events touched: as-of known-at place map period scheme
htxledger evidence:
htxledger explain: as-of known-at place map period scheme
htxledger export: known-at
htxledger import: as-of known-at place map period scheme
htxledger init: place
htxledger key new:
htxledger key rotate:
htxledger key show:
htxledger key void:
htxledger plan lint: as-of known-at place map period scheme
htxledger plan show: as-of known-at place map period scheme
htxledger proof consistency:
htxledger proof inclusion:
htxledger record:
htxledger recover:
htxledger relay:
htxledger replay: as-of known-at place map period scheme
htxledger report: as-of known-at place map period scheme
htxledger request approve:
htxledger request list: known-at
htxledger request make:
htxledger request refuse:
htxledger request show: known-at
htxledger restore:
htxledger serve:
htxledger statement issue: as-of known-at place map period scheme
htxledger statement list:
htxledger statement show:
htxledger statement verify:
htxledger targets: as-of known-at place map period scheme
htxledger template: as-of known-at place map
htxledger token add: place
htxledger token list:
htxledger token revoke:
htxledger undo:
htxledger verify:
htxledger version:
htxledger vintages: as-of known-at place map period scheme
htxledger witness attach:
htxledger witness cosign:
htxledger witness init:
`

// Every command has the flags of a point that its answer depends on, and no other:
// copy --known-at @100 once copied all records without a word.
func TestPointFlags(t *testing.T) {
	got := map[string][]string{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.HasSubCommands() {
			for _, sub := range cmd.Commands() {
				walk(sub)
			}
			return
		}
		got[cmd.CommandPath()] = []string{}
		for _, name := range wholePoint {
			if cmd.Flags().Lookup(name) != nil || cmd.InheritedFlags().Lookup(name) != nil {
				got[cmd.CommandPath()] = append(got[cmd.CommandPath()], name)
			}
		}
	}
	walk(newApp(nil, nil, nil).root())
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(got)) {
		lines = append(lines, strings.TrimSpace(path+": "+strings.Join(got[path], " ")))
	}
	require.Equal(t, strings.TrimSpace(commandsWithPoints), strings.Join(lines, "\n"))
	for path := range pointFlags {
		require.Contains(t, got, path, "pointFlags names a command that is not there")
	}
}

// A flag of a point that a command has not is refused before anything is done.
func TestPointFlagRefused(t *testing.T) {
	for _, line := range []string{
		"copy --to D --known-at @100", "checkpoint --known-at @100", "backup F --as-of 31/12/2023", "record coop.resumed/1 --stream coop/a --place x",
		"diff --from 30/11/2023 --to 31/12/2023 --as-of 31/12/2023", "serve --scheme tt01-2020", "verify --map 2023-01-01",
	} {
		_, errs, code := ask(t, strings.Fields(line)...)
		require.Equal(t, exitUsage, code, line)
		require.Contains(t, errs, "unknown flag: --", line)
	}
}
