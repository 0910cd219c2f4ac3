package main

import (
	"slices"

	"github.com/spf13/cobra"
)

// wholePoint are the flags of a point: the days, the knowledge, the territory and
// the way of counting that an answer depends on.
var wholePoint = []string{"as-of", "known-at", "place", "map", "period", "scheme"}

// pointFlags are the flags of a point each command has. A command that is not
// listed answers for no point, and a flag of one is unknown to it.
var pointFlags = map[string][]string{
	"htxledger ask":             wholePoint,
	"htxledger targets":         wholePoint,
	"htxledger report":          wholePoint,
	"htxledger explain":         wholePoint,
	"htxledger vintages":        wholePoint,
	"htxledger diff":            {"known-at", "place", "map", "period", "scheme"}, // --from and --to are its days
	"htxledger replay":          wholePoint,
	"htxledger plan show":       wholePoint,
	"htxledger plan lint":       wholePoint,
	"htxledger coop list":       wholePoint,
	"htxledger coop show":       wholePoint,
	"htxledger events list":     {"known-at"},
	"htxledger events show":     {"known-at"},
	"htxledger events touched":  wholePoint,
	"htxledger template":        {"as-of", "known-at", "place", "map"},
	"htxledger import":          wholePoint, // the point at which the effect of a file is asked
	"htxledger request list":    {"known-at"},
	"htxledger request show":    {"known-at"},
	"htxledger statement issue": wholePoint,
	"htxledger export":          {"known-at"},
	"htxledger token add":       {"place"},
}

// addPointFlags gives the commands of a tree the flags of pointFlags.
func (a *app) addPointFlags(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		a.addPointFlags(sub)
	}
	names := pointFlags[cmd.CommandPath()]
	add := func(value *string, name, usage string, words ...string) {
		if !slices.Contains(names, name) {
			return
		}
		cmd.Flags().StringVar(value, name, "", usage)
		if len(words) > 0 {
			completeFlag(cmd, name, words...)
		}
	}
	q := &a.query
	add(&q.AsOf, "as-of", "ngày số liệu / valid day: 31/12/2023 or 2023-12-31 (default today)")
	add(&q.Known, "known-at", "theo những gì đã ghi đến / as known at: a day, an instant, or a size @N (default now)")
	add(&q.Place, "place", "mã địa bàn / code of a place (default the ledger's own)")
	add(&q.Map, "map", "ngày của bản đồ địa giới / day of the map (default the day of --as-of)")
	add(&q.Period, "period", "kỳ: year, statistical-year hoặc ngày đầu kỳ / or a first day (default year)", "year", "statistical-year")
	add(&q.Scheme, "scheme", "thang xếp loại / classification scheme: tt09-2017 or tt01-2020", "tt09-2017", "tt01-2020")
}
