package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/domain/fault"
)

// questionFlags are the global flags that make a question.
var questionFlags = []string{"as-of", "known-at", "place", "map", "period", "scheme"}

// questions are the commands that a question, or all of it, says nothing to, with
// the flags of it that they do heed. What is not listed heeds them all.
var questions = map[string][]string{
	"htxledger backup":          nil,
	"htxledger demo":            nil,
	"htxledger doctor":          nil,
	"htxledger events list":     {"known-at"},
	"htxledger events show":     {"known-at"},
	"htxledger export":          {"known-at"},
	"htxledger init":            {"place"},
	"htxledger record":          nil,
	"htxledger recover":         nil,
	"htxledger request approve": nil,
	"htxledger request list":    {"known-at"},
	"htxledger request make":    nil,
	"htxledger request refuse":  nil,
	"htxledger request show":    {"known-at"},
	"htxledger restore":         nil,
	"htxledger serve":           nil,
	"htxledger token add":       {"place"},
	"htxledger token list":      nil,
	"htxledger token revoke":    nil,
	"htxledger version":         nil,
}

// refuseUnused makes the commands of a tree refuse flags that would do nothing:
// who sets one believes that it does.
func refuseUnused(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		refuseUnused(sub)
	}
	heeded, listed := questions[cmd.CommandPath()]
	if !listed {
		return
	}
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := refuseFlags(cmd, cmd.CommandPath(), except(questionFlags, heeded)...); err != nil {
			return err
		}
		return run(cmd, args)
	}
}

var errUnused = fault.Declare("flag-unused", fault.Malformed,
	"%s does nothing with %s", "%s không có tác dụng với %s")

// refuseFlags refuses flags that are set and do nothing somewhere.
func refuseFlags(cmd *cobra.Command, where string, names ...string) error {
	var set []string
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			set = append(set, "--"+name)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return errUnused.With(strings.Join(set, ", "), where)
}

func except(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(some, s) })
}
