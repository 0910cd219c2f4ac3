// Package training is the training sessions held for co-operatives: one
// stream holds one session, with its attendances (lượt học viên, not persons)
// and the programme that it belongs to.
package training
