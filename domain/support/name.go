package support

import "htxledger/domain/ledger"

// FairKey is what tells fairs, and conferences, apart: the name in lower case,
// every run of white space as one space. Two names with the same key are one
// fair, however often it was attended. The name is in Unicode normal form C,
// as all text of a record is.
func FairKey(name string) string {
	return ledger.Caseless(name)
}
