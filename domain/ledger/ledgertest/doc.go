// Package ledgertest holds what every ledger.Log must do, as a suite that each
// store runs over itself: the happy road, the conflicts and the limits, reads
// that are cancelled, and the same Merkle root for the same appends.
//
// It also holds the logs that tests of everything above a store need: Memory,
// which keeps its entries in memory and fails on demand, and Faulty, which
// fails any other log by a script. The entries that it makes are synthetic.
package ledgertest
