package vi

import (
	"math/big"
	"strings"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// A Sum prints a difference so that a reader can add it up: both ends, the
// change, and every part in one unit with the same decimals.
type Sum struct {
	scale    *big.Rat // from the unit of the definition to that printed
	decimals int
	unit     string // of a value
	change   string // of a change
	From, To string // with the unit
	Change   string
	Parts    []string // one for each of Totals, signed
	// Rounding is the gap between the printed parts and the printed change; "" where
	// the parts add up. The exact parts always do.
	Rounding string
}

// SumOf is the sum of a difference; nil where an end has no data.
func SumOf(d *answers.Difference) *Sum {
	if d.Change() == nil {
		return nil
	}
	from, to := valueOf(d.From), valueOf(d.To)
	values := []*big.Rat{from, to}
	totals := d.Totals()
	for _, t := range totals {
		values = append(values, t.Effect)
	}
	s := sumIn(d.From.Definition, values)
	s.From, s.To, s.Change = s.Value(from), s.Value(to), s.SignedChange(d.Change())
	left := new(big.Rat).Sub(s.roundedValue(to), s.roundedValue(from))
	for _, t := range totals {
		s.Parts = append(s.Parts, s.SignedChange(t.Effect))
		left.Sub(left, s.roundedValue(t.Effect))
	}
	// Printed numbers are rounded one by one, and need not add up as printed.
	if left.Sign() != 0 {
		s.Rounding = s.signedValue(left)
	}
	return s
}

// SumIn is a sum without parts, for values that stand beside one another; nil
// ones are passed over.
func SumIn(d *indicator.Definition, values ...*big.Rat) *Sum {
	var told []*big.Rat
	for _, v := range values {
		if v != nil {
			told = append(told, v)
		}
	}
	return sumIn(d, told)
}

// sumIn chooses the unit: the unit of the largest value.
func sumIn(d *indicator.Definition, values []*big.Rat) *Sum {
	s := &Sum{scale: big.NewRat(1, 1), unit: " " + string(d.Unit), change: " " + string(d.Unit)}
	switch d.Unit {
	case indicator.Share:
		s.scale, s.change = big.NewRat(100, 1), " điểm %"
	case indicator.Dong:
		largest := new(big.Rat)
		for _, v := range values {
			if size := new(big.Rat).Abs(v); size.Cmp(largest) > 0 {
				largest = size
			}
		}
		scale, word := scaleOf(largest)
		s.scale, s.unit, s.change = big.NewRat(1, scale), " "+word, " "+word
	}
	for _, v := range values {
		// One fraction gives the whole sum decimals, so that its numbers stand under one another.
		if !new(big.Rat).Mul(v, s.scale).IsInt() {
			s.decimals = 2
		}
	}
	return s
}

// mostDecimals is how far a row is widened so that it adds up.
const mostDecimals = 6

// MovedFigure prints a figure before and after something, and the change, so that the
// three agree as they are printed: with more decimals where two do not do, and at
// most six. It is nil where an end has no data.
func MovedFigure(before, after *indicator.Figure) *Sum {
	from, to := valueOf(before), valueOf(after)
	if from == nil || to == nil {
		return nil
	}
	by := new(big.Rat).Sub(to, from)
	s := sumIn(after.Definition, []*big.Rat{from, to})
	// Whole numbers agree as they are; fractions may need more places to agree.
	for s.decimals > 0 && s.decimals < mostDecimals && !s.agree(from, to, by) {
		s.decimals++
	}
	s.From, s.To, s.Change = s.Value(from), s.Value(to), s.SignedChange(by)
	return s
}

// agree reports whether a change printed is that of the values as they
// are printed, and not nothing where there is one.
func (s *Sum) agree(from, to, by *big.Rat) bool {
	printed := s.roundedValue(by)
	left := new(big.Rat).Sub(s.roundedValue(to), s.roundedValue(from))
	return left.Cmp(printed) == 0 && (printed.Sign() != 0) == (by.Sign() != 0)
}

// Value is a value in the unit of the sum.
func (s *Sum) Value(v *big.Rat) string {
	return Decimal(new(big.Rat).Mul(v, s.scale), s.decimals) + s.unit
}

// Tick is a value without its unit, with no more decimals than it takes: what
// stands at an axis.
func (s *Sum) Tick(v *big.Rat) string {
	return trimZeros(Decimal(new(big.Rat).Mul(v, s.scale), 6), 0)
}

// Unit is the unit in which the sum is printed.
func (s *Sum) Unit() string { return strings.TrimSpace(s.unit) }

// SignedChange is a change in the unit of the sum, with its sign.
func (s *Sum) SignedChange(v *big.Rat) string { return s.signedValue(new(big.Rat).Mul(v, s.scale)) }

func (s *Sum) signedValue(v *big.Rat) string {
	switch v.Sign() {
	case 0:
		return "0" + s.change
	case -1:
		return "−" + Decimal(new(big.Rat).Neg(v), s.decimals) + s.change
	}
	return "+" + Decimal(v, s.decimals) + s.change
}

// roundedValue is a number as it is printed, half away from zero.
func (s *Sum) roundedValue(v *big.Rat) *big.Rat {
	ten := big.NewRat(1, 1)
	for range s.decimals {
		ten.Mul(ten, big.NewRat(10, 1))
	}
	scaled := new(big.Rat).Mul(new(big.Rat).Mul(v, s.scale), ten)
	twice := new(big.Int).Mul(scaled.Num(), big.NewInt(2))
	half := new(big.Int).Set(scaled.Denom())
	if twice.Sign() < 0 {
		half.Neg(half)
	}
	// Half a unit is added before the division truncates: away from zero.
	twice.Add(twice, half)
	n := twice.Quo(twice, new(big.Int).Mul(scaled.Denom(), big.NewInt(2))) // truncated
	return new(big.Rat).Quo(new(big.Rat).SetInt(n), ten)
}

func valueOf(f *indicator.Figure) *big.Rat {
	num, den, ok := f.Value()
	if !ok {
		return nil
	}
	return big.NewRat(num, den)
}

// LearnedLater tells, of a figure on many days, how the value known on the
// day itself differs from the value known now.
func LearnedLater(s *answers.Series) string {
	told, revised, reported := 0, 0, 0
	var most *answers.Moment
	by := new(big.Rat)
	for i := range s.Moments {
		m := &s.Moments[i]
		if m.Now == nil || m.Then == nil {
			continue
		}
		told++
		switch change := (&answers.Difference{From: m.Then, To: m.Now}).Change(); {
		case !OtherValue(m.Then, m.Now):
			if m.IsRevised() {
				reported++
			}
		case change != nil && new(big.Rat).Abs(change).Cmp(new(big.Rat).Abs(by)) > 0:
			most, by = m, change
			fallthrough
		default:
			revised++
		}
	}
	switch {
	case told == 0:
		return "Không có mốc nào mà sổ đã biết ngay tại ngày đó để đối chiếu."
	case revised == 0:
		return "Ở cả " + Integer(told) + " mốc, số biết ngay tại ngày đó đúng bằng số biết nay" + onlyReported(reported) + "."
	}
	said := "Ở " + Integer(revised) + "/" + Integer(told) + " mốc, số biết ngay tại ngày đó khác số biết nay" + onlyReported(reported)
	if most == nil {
		return said + "."
	}
	return said + "; lệch nhiều nhất tại " + Day(most.Valid) + ": khi đó biết " + Figure(most.Then) +
		", nay là " + Figure(most.Now) + " (" + SignedChange(s.Definition, by) + ")."
}

func onlyReported(n int) string {
	if n == 0 {
		return ""
	}
	return " (thêm " + Integer(n) + " mốc chỉ khác số HTX đã báo cáo)"
}

// OtherValue reports whether two figures have another value, or one of them none.
func OtherValue(f, g *indicator.Figure) bool {
	v, w := valueOf(f), valueOf(g)
	if v == nil || w == nil {
		return (v == nil) != (w == nil)
	}
	return v.Cmp(w) != 0
}

// RevisionOfDays tells how far days were revised from the first known value of
// each to the value known now.
func RevisionOfDays(d *indicator.Definition, r *answers.Revision) string {
	if r == nil || r.Changes == 0 {
		return "Chưa có số liệu để tính mức sửa."
	}
	if r.Absolute.Sign() == 0 {
		return "Không ngày nào bị sửa kể từ lần biết đầu tiên, tính trên " + Integer(r.Changes) + " ngày."
	}
	return "Từ lần biết đầu tiên đến nay, mỗi ngày số liệu được sửa bình quân " + SignedChange(d, r.Bias) +
		" (độ lớn bình quân " + strings.TrimPrefix(SignedChange(d, r.Absolute), "+") + "), tính trên " + Integer(r.Changes) + " ngày."
}
