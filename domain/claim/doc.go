// Package claim holds what somebody says of a fact against the fact that stands.
//
// A Claim is what a row, a form or a request says of one fact: the members that it
// names. An absent column and a blank cell name nothing. The rule is one for every
// way in (docs/import.md):
//
//   - Claims of one file about one fact are joined first (Facts.Gather); a member with two
//     values is a Disagreement. The fact that stands and is the same fact is found by the
//     identity of its kind; of several it is the last, which is the one that the register
//     counts.
//   - Claim.Compare goes through the members. No difference is a repeat. A stated
//     difference is a correction that keeps every other member, and starts from the
//     data that stand, be they a correction's.
//   - A fact that was taken back is brought back by restating its first record,
//     never by taking back what took it back.
//   - What no fact is found for is a fact of its own, and needs all members that
//     its kind requires.
//
// The package is pure: records and claims go in, and comparisons come out. It may
// not know files, their rows and columns, projections, or who sends a claim.
package claim
