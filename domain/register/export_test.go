package register

import (
	"testing"

	"htxledger/domain/ledger"
)

// Enlist adds a family to the table for as long as a test runs. Only tests of
// this folder can: to the program the table is fixed.
func Enlist(t *testing.T, name, title string, specs ...ledger.Spec) {
	before := families
	families = append(families[:len(families):len(families)], family{name: name, title: title, specs: specs})
	kinds = kindsOf(families...)
	t.Cleanup(func() {
		families = before
		kinds = kindsOf(families...)
	})
}
