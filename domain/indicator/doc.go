// Package indicator gives each figure its meaning.
//
// A Definition is a code and a version; a version never changes meaning. It
// judges one subject of the register at a time: what the subject adds to the
// numerator and to the denominator, whether it should have reported and did,
// at which seat it counts, which facts say so, or why it does not count.
// Because every figure is a sum of such entries, the same judgement serves the
// count, the explanation, and the index that is fast.
//
// Numbers are exact: integers and ratios of integers. No data is not zero.
package indicator
