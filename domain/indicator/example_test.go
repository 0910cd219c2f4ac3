package indicator_test

import (
	"context"
	"fmt"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// A figure is counted over the register of a day, which is folded from a prefix
// of the ledger. An inactive co-operative is one of those that exist and none of
// those that operate.
func ExampleCount() {
	log := ledgertest.NewMemory()
	now := func() calendar.Instant { return calendar.EndOf(calendar.DayOf(2024, 1, 2)) }
	r, err := recorder.Open(context.Background(), log, now)
	if err != nil {
		panic(err)
	}
	defer r.Close()
	for i, command := range []string{
		`"stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-01","data":{"origin":"vi-du.example/so","place":"dak-nong","title":"Sổ ví dụ"}`,
		`"stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Tỉnh Đắk Nông"}`,
		`"stream":"coop/a","kind":"coop.established/1","valid":"2020-03-01","data":{"name":"HTX A (ví dụ)","form":"htx","place":"dak-nong","agricultural":true,"sector":"Trồng trọt"}`,
		`"stream":"coop/b","kind":"coop.established/1","valid":"2021-05-10","data":{"name":"HTX B (ví dụ)","form":"htx","place":"dak-nong","agricultural":true,"sector":"Chăn nuôi"}`,
		`"stream":"coop/b","kind":"coop.suspended/1","valid":"2023-06-01","data":{}`,
	} {
		draft, err := ledger.ParseDraft(fmt.Appendf(nil, `{"key":"vi-du-%d","actor":{"id":"vi-du","role":"system"},%s}`, i, command))
		if err != nil {
			panic(err)
		}
		if _, err := r.Record(context.Background(), draft); err != nil {
			panic(err)
		}
	}
	var records []*ledger.Record
	decoder := register.NewDecoder()
	for record, err := range ledger.Read(context.Background(), log, 0) {
		if err != nil {
			panic(err)
		}
		if err := decoder.Next(record); err != nil {
			panic(err)
		}
		records = append(records, record)
	}
	day := calendar.DayOf(2023, 12, 31)
	year, err := calendar.PeriodEnding("year", day)
	if err != nil {
		panic(err)
	}
	for _, code := range []string{"coops.registered", "coops.operating"} {
		definition, err := indicator.Find(code)
		if err != nil {
			panic(err)
		}
		question := indicator.Question{Point: indicator.Point{Valid: day, Period: year}}
		figure, err := indicator.Count(definition, register.Fold(records, day), question)
		if err != nil {
			panic(err)
		}
		value, _, known := figure.Value()
		fmt.Println(code, value, known)
	}
	// Output:
	// coops.registered 2 true
	// coops.operating 1 true
}
