package vi

import (
	"math/big"
	"strings"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

var causes = map[answers.Cause]string{
	answers.Happened:  "phát sinh trong thời gian giữa hai mốc",
	answers.Lapsed:    "hết hiệu lực hoặc sang kỳ mới theo thời gian",
	answers.Late:      "việc đã có từ trước, ghi nhận muộn",
	answers.Corrected: "đính chính",
	answers.Retracted: "rút lại",
	answers.Redrawn:   "thay đổi địa giới (bản đồ)",
	answers.Redefined: "thay đổi cách tính (bộ tiêu chí, kỳ)",
}

// Cause is why a figure moved.
func Cause(c answers.Cause) string { return causes[c] }

// SignedChange is a change of a figure, with sign and unit: "+3 HTX",
// "−1,2 điểm %".
func SignedChange(d *indicator.Definition, v *big.Rat) string {
	sign := "+"
	if v.Sign() < 0 {
		sign, v = "−", new(big.Rat).Neg(v)
	}
	switch d.Unit {
	case indicator.Share:
		points := new(big.Rat).Mul(v, big.NewRat(100, 1))
		return sign + Decimal(points, 2) + " điểm %"
	case indicator.Dong:
		return sign + Money(v)
	}
	if v.IsInt() {
		return sign + Decimal(v, 0) + " " + string(d.Unit)
	}
	return sign + Decimal(v, 2) + " " + string(d.Unit)
}

// Difference is a sentence that tells why a figure moved: from what to what,
// and what each cause came to.
func Difference(d *answers.Difference) string {
	head := d.From.Definition.Name + ": từ " + Figure(d.From) + " thành " + Figure(d.To)
	if len(d.Steps) == 0 {
		return head + ", không có gì thay đổi."
	}
	return head + ": " + WhyMoved(d) + "."
}

// WhyMoved is the sum of each cause of a difference, without a full stop; "" where
// nothing changed.
func WhyMoved(d *answers.Difference) string {
	def, totals := d.From.Definition, d.Totals()
	var parts []string
	for _, t := range totals {
		// Without a value at both ends a cause has no size, but it can be named.
		if t.Effect == nil {
			parts = append(parts, causes[t.Cause])
			continue
		}
		parts = append(parts, SignedChange(def, t.Effect)+" do "+causes[t.Cause])
	}
	s := strings.Join(parts, "; ")
	if mix := mixedCauses(def, totals); mix != "" {
		s += " (" + mix + ")"
	}
	return s
}

// RelativeChange is a change as a part of the former value: +25 %, −33,3 %.
func RelativeChange(v *big.Rat) string {
	sign := "+"
	if v.Sign() < 0 {
		sign, v = "−", new(big.Rat).Neg(v)
	}
	return sign + trimZeros(Decimal(new(big.Rat).Mul(v, big.NewRat(100, 1)), 1), 0) + " %"
}

// mixedCauses tells, of a ratio, the effect of other subjects being counted apart from the
// effect of the same subjects having changed: a new small co-operative lowers a mean
// although nobody earns less.
func mixedCauses(def *indicator.Definition, totals []answers.Total) string {
	mix, level := new(big.Rat), new(big.Rat)
	for _, t := range totals {
		if t.Effect != nil {
			mix.Add(mix, t.Mix)
			level.Add(level, t.Level)
		}
	}
	// Only a ratio can move because others are counted.
	if !def.Ratio || mix.Sign() == 0 {
		return ""
	}
	return "trong đó " + SignedChange(def, mix) + " do thay đổi cơ cấu (HTX vào hoặc ra khỏi mẫu số), " +
		SignedChange(def, level) + " do chính các HTX được tính ở cả hai mốc"
}

// Revision tells how far a figure was revised: the mean of the changes, which
// shows a bias, and the mean of their sizes.
func Revision(d *indicator.Definition, r *answers.Revision) string {
	if d == nil || r == nil || r.Changes == 0 {
		return "Chưa lần nào thay đổi."
	}
	return "Thay đổi " + Integer(r.Changes) + " lần; bình quân mỗi lần " + SignedChange(d, r.Bias) +
		" (độ lớn bình quân " + strings.TrimPrefix(SignedChange(d, r.Absolute), "+") + ")."
}
