// Package domain is the map of the house for `go doc`; it holds no code.
//
// What is true lives below it: fault and calendar speak, canonical and merkle
// fix the bytes, ledger keeps the records, the families (place, coop,
// certificate, ocop, training, support, plan, statement) say what may happen,
// register folds a prefix of the ledger into the state of one day, indicator
// gives each figure its meaning, recorder is the only writer and intake turns
// rows of a form into commands. Nothing here opens a network connection, and
// only the stores under ledger touch a disk.
package domain
