package ledger_test

import (
	"fmt"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
)

// A number was reported, corrected, and the correction taken back: at each size
// of the ledger another number stands, and none is ever edited.
func ExampleEffective() {
	stream := ledger.StreamOf("coop", "vi-du")
	day := calendar.OnDay(calendar.DayOf(2023, 12, 31))
	counted := func(members int64) ledger.Event { return &coop.MembersCounted{Official: members} }
	id := func(n ledger.Position) ledger.ID { return ledger.IDOf(fmt.Sprint("record-", n)) }
	records := []*ledger.Record{
		{Position: 0, ID: id(0), Stream: stream, Kind: "coop.members-counted/1", Valid: day, Event: counted(21)},
		{Position: 1, ID: id(1), Stream: stream, Kind: ledger.KindRestated, Corrects: &ledger.Corrects{ID: id(0)}, Event: counted(12)},
		{Position: 2, ID: id(2), Stream: stream, Kind: ledger.KindRetracted, Corrects: &ledger.Corrects{ID: id(1)}},
	}
	for size := 1; size <= len(records); size++ {
		for _, f := range ledger.Effective(records[:size]) {
			fmt.Printf("as known at size %d: %d members, by record %d\n", size, f.Event.(*coop.MembersCounted).Official, f.By.Position)
		}
	}
	// Output:
	// as known at size 1: 21 members, by record 0
	// as known at size 2: 12 members, by record 1
	// as known at size 3: 21 members, by record 0
}
