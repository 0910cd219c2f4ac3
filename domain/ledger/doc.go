// Package ledger is the ordered, append-only record of what was said and when.
//
// A Record is one canonical JSON object (docs/records.md). It has a Position,
// 0, 1, 2 … without gaps, an instant at which the store took it, a Stream (one
// co-operative, one certificate, one plan) with its Revision there, a Kind, a
// day from which the fact holds, and data. Nothing is ever edited: a mistake
// is put right by a further record, a correction, in the same stream.
//
// # Known-at is a prefix
//
// Everything that the ledger knew at some moment is its first N records. A
// person types a known-at as a day, an instant or a size "@N"; Known.Resolve
// turns it into N once, at the door, and from there every answer is a pure
// function of the prefix. A correction recorded at N or later does not exist
// in it.
//
// # Corrections
//
// A restatement gives the corrected record other data (and another day, if it
// says one); a retraction takes it back. Both name the record that they
// correct, which may itself be a correction. For a record the last correction
// of it that still stands decides:
//
//	0 members-counted {"official":21}
//	1 restated 0      {"official":12}   now 12
//	2 retracted 1                       now 21 again: what stood before 1
//	3 retracted 2                       now 12 again
//	4 retracted 0                       now nothing: 4 is the last word on 0
//
// Effective resolves a prefix; it is plain and slow and the meaning of all
// that is faster.
//
// # Stores
//
// A Log keeps the bytes: append at an expected size, read from a position.
// Streams, revisions, ids and the clock live once, above it. The suite in
// ledgertest says what a Log must do, also when it fails.
package ledger
