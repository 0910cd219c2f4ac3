package vi

import (
	"math/big"
	"strings"

	"htxledger/domain/indicator"
	"htxledger/domain/plan"
)

// NoData stands where there is no number.
const NoData = "…"

// Integer is n with dots between thousands: 1.550.
func Integer[N ~int | ~int64](n N) string {
	return plan.Decimal(new(big.Rat).SetInt64(int64(n)), 0)
}

// Decimal is v rounded to so many decimals, half away from zero: 1.550,25.
func Decimal(v *big.Rat, decimals int) string { return plan.Decimal(v, decimals) }

// Percent is a share in hundredths with at most so many decimals, never fewer
// than one: 98 of 218 with 2 is 44,95 %.
func Percent(num, den int64, decimals int) string {
	// No data, not 0 %: there was nothing to take a part of.
	if den == 0 {
		return NoData
	}
	v := big.NewRat(num, den)
	return trimZeros(Decimal(v.Mul(v, big.NewRat(100, 1)), max(decimals, 1)), 1) + " %"
}

// The scales of money.
const (
	million = 1_000_000
	billion = 1_000_000_000
)

// Money is a sum in đồng, in the word a reader would use: whole đồng below
// a million, triệu đồng below ten thousand million, tỷ đồng from there, with at
// most two decimals.
func Money(v *big.Rat) string {
	scale, word := scaleOf(v)
	if scale == 1 {
		return Decimal(v, 0) + " " + word
	}
	return trimZeros(Decimal(new(big.Rat).Quo(v, big.NewRat(scale, 1)), 2), 0) + " " + word
}

func scaleOf(v *big.Rat) (scale int64, word string) {
	size := new(big.Rat).Abs(v)
	switch {
	case size.Cmp(big.NewRat(million, 1)) < 0:
		return 1, "đồng"
	case size.Cmp(big.NewRat(10*billion, 1)) < 0:
		return million, "triệu đồng"
	}
	return billion, "tỷ đồng"
}

// trimZeros drops zeros at the end of the decimals, down to so many.
func trimZeros(s string, least int) string {
	whole, part, split := strings.Cut(s, ",")
	if !split {
		return s
	}
	for len(part) > least && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	if part == "" {
		return whole
	}
	return whole + "," + part
}

// Value is a figure without its unit where that is a thing counted, and with it
// where it is a share or money: 211, 44,95 %, 1.545,3 triệu đồng, or NoData.
func Value(f *indicator.Figure) string {
	num, den, ok := f.Value()
	switch {
	case !ok:
		return NoData
	case f.Definition.Unit == indicator.Share:
		return Percent(num, den, 2)
	case f.Definition.Unit == indicator.Dong:
		return Money(big.NewRat(num, den))
	case den != 1:
		return trimZeros(Decimal(big.NewRat(num, den), 2), 0)
	}
	return Integer(num)
}

// Figure is Value with the unit: 211 HTX.
func Figure(f *indicator.Figure) string { return withUnit(Value(f), f.Definition.Unit) }

func withUnit(value string, unit indicator.Unit) string {
	if value == NoData || unit == indicator.Share || unit == indicator.Dong || unit == "" {
		return value
	}
	return value + " " + string(unit)
}

// A Quantity is a number as a reader is shown it: in a unit, with so many
// decimals.
type Quantity struct {
	Value    *big.Rat // in the unit, exact
	Decimals int
	Unit     string // %, triệu đồng, HTX …; "" for none
}

// Number is the number without its unit: 1.550,25.
func (q Quantity) Number() string { return Decimal(q.Value, q.Decimals) }

// String is the number with its unit: 1.550,25 triệu đồng.
func (q Quantity) String() string {
	if q.Unit == "" {
		return q.Number()
	}
	return q.Number() + " " + q.Unit
}

// Measure is a figure as it stands to a goal, with as many decimals as it takes
// that it never contradicts the verdict (see plan.Goal.Print), and money in the
// scale of the goal itself; ok is false for no data. The tolerance is in
// hundredths of a percent.
func Measure(g plan.Goal, m plan.Measured, tolerance int64) (q Quantity, ok bool) {
	v := g.Value(m)
	if v == nil {
		return Quantity{}, false
	}
	scale, unit := int64(1), g.Unit
	if g.Unit == string(indicator.Dong) {
		scale, unit = scaleOf(v)
		if g.Low != nil {
			scale, unit = scaleOf(new(big.Rat).SetInt64(*g.Low))
		}
	}
	by := big.NewRat(scale, 1)
	thresholds := g.Thresholds(tolerance)
	for i, t := range thresholds {
		thresholds[i] = new(big.Rat).Quo(t, by)
	}
	least := 0
	if g.Unit == plan.Percent {
		least = 1
	}
	v = new(big.Rat).Quo(v, by)
	return Quantity{v, plan.Decimals(v, least, thresholds...), unit}, true
}

// MeasuredText is Measure in words; of a task, the number of results.
func MeasuredText(g plan.Goal, m plan.Measured, tolerance int64) string {
	q, ok := Measure(g, m, tolerance)
	switch {
	case !ok:
		return NoData
	case g.Rule == plan.Done:
		return Integer(m.Num) + "/" + Integer(m.Den)
	}
	return q.String()
}

// Bounds are the numbers a goal prints, both in the unit of the lower; ok
// is false where it prints none. High is equal to low where there is a number.
func Bounds(g plan.Goal) (low, high Quantity, ok bool) {
	if g.Rule == plan.Done || g.Low == nil {
		return low, high, false
	}
	scale, unit := int64(1), g.Unit
	if g.Unit == string(indicator.Dong) {
		scale, unit = scaleOf(new(big.Rat).SetInt64(*g.Low))
	}
	in := func(n int64) Quantity {
		v := big.NewRat(n, scale)
		return Quantity{v, plan.Decimals(v, 0, v), unit}
	}
	low, high = in(*g.Low), in(*g.Low)
	if g.High != nil {
		high = in(*g.High)
	}
	return low, high, true
}

// amount is a number of a goal with its unit.
func amount(n int64, unit string) string {
	switch unit {
	case plan.Percent:
		return Integer(n) + " %"
	case string(indicator.Dong):
		return Money(new(big.Rat).SetInt64(n))
	case "":
		return Integer(n)
	}
	return Integer(n) + " " + unit
}
