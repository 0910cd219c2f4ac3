package answers_test

import (
	"fmt"

	"htxledger/domain/calendar"
	"htxledger/projections/answers"
)

// A question in words becomes a point once, at one head of the ledger; the point
// answers the same whatever is recorded later. The ledger is that of the demo,
// which is mostly synthetic.
func ExampleHead_Resolve() {
	history, err := demoOnce()
	if err != nil {
		panic(err)
	}
	service := answers.New(history, func() calendar.Instant { return history.Last() + 1 })
	head := service.Head()
	point, err := head.Resolve(answers.Query{Codes: []string{"coops.registered"}, AsOf: "31/12/2023", Known: "@3000"})
	if err != nil {
		panic(err)
	}
	figures, err := service.Indicators(point)
	if err != nil {
		panic(err)
	}
	fmt.Println("size", point.Size, "of", head.Size(), "valid", point.Valid.Vi())
	for _, figure := range figures.Figures {
		value, _, _ := figure.Value()
		fmt.Println(figure.Definition.Code, value)
	}
	// Output:
	// size 3000 of 3409 valid 31/12/2023
	// coops.registered 212
}
