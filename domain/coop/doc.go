// Package coop is the life of a co-operative: an HTX (hợp tác xã, form "htx"),
// a co-operative group (tổ hợp tác, "tht") or a union of co-operatives (liên
// hiệp hợp tác xã, "lhhtx").
//
// Two axes are kept apart (reference: Luật HTX 2012 and 17/2023/QH15; the
// legal status of the register, and the activity that a district observes):
//
//   - legal: established, then ended by dissolution, merger, division, or by
//     leaving for another form. On its end day a co-operative is out.
//   - activity: suspended by notice (lifted by itself at `until`), inactive as
//     observed, or dissolving. Each is its own mark; resumed clears all three.
//
// State is folded from facts in the order of ledger.Fact.Compare by Apply.
// Deciding whether a command may be recorded is the pure function Decide.
package coop
