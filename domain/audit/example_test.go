package audit_test

import (
	"fmt"
	"os"

	"htxledger/domain/audit"
)

// Somebody who trusts nobody checks an evidence file with a public key from
// elsewhere: without a store, a server or this ledger's figures.
func ExampleVerifyFile() {
	const folder = "testdata/released/" // a synthetic ledger, signed by a released program
	key, err := os.ReadFile(folder + "first.pub")
	if err != nil {
		panic(err)
	}
	file, err := os.Open(folder + "after.evidence")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	report, err := audit.VerifyFile(file, audit.Options{Keys: []string{string(key)}})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.OK, report.Passed)
	fmt.Println(report.English)
	// Output:
	// true [file checkpoint root records signature statement definitions figures issuer]
	// VERIFIED: all 2 figures of the statement "Sau khi thay khóa" follow from the first 20 records of the ledger vi-du.example/phat-hanh, signed by key 430fc5f3 at size 25.
}
