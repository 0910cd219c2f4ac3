// Package vi writes numbers, days and verdicts as a Vietnamese reader writes
// them. It is the only place that does.
//
// Numbers come in exact, as integers or ratios, and are rounded here, last, half
// away from zero: 1.550,25. A day is dd/mm/yyyy, an instant is in the time of
// Việt Nam, an absent number is "…" and never 0. Nothing here is read back by a
// program: that is what package shown is for.
//
// All functions are pure and safe for concurrent use.
package vi
