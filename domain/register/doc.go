// Package register is the state of the world at one as-of point.
//
// It knows every kind of event that there has ever been (kinds.go), reads
// records strictly in their order (Decoder, Read), and folds a prefix of the
// ledger into the state of one day: Fold, slow and plain, is the meaning of
// every number that the program prints. A Book is the same for the writer: it
// grows record by record and decides whether a command may follow.
package register
