// Package projections is the map of what is derived from the ledger; it holds
// no code.
//
// Everything below it can be thrown away and rebuilt from the records: asof is
// the register at any (size, day), quickly; feed tells projections that the
// ledger has grown; answers are what people ask; directory is what they browse.
package projections
