package plan

import (
	"math/big"
	"strconv"
	"strings"
)

// A Goal is what a figure is judged by. Low and High are in Unit; with the unit
// Percent they are hundredths of the whole.
type Goal struct {
	Rule      Rule
	Low, High *int64
	Unit      string
}

// Goal is what the target asks for.
func (t Target) Goal() Goal { return Goal{t.Rule, t.Low, t.High, t.Unit} }

// Goal is what the result asks for, in a unit that the plan does not print.
func (r Result) Goal(unit string) Goal { return Goal{r.Rule, r.Low, r.High, unit} }

// A Measured is an exact figure: Num over Den, in the unit of money or things,
// or a part of a whole for a share. An integer has the Den 1. For the rule Done
// it is how many of Den deliverables there are. Expected is how many should have
// reported and Reported how many did; Expected 0 means that nobody has to report.
type Measured struct {
	Num, Den           int64
	NoData             bool
	Expected, Reported int64
}

// A Code names a verdict for programs.
type Code string

// The verdicts.
const (
	Met           Code = "met"
	Exceeded      Code = "exceeded"
	Within        Code = "within"
	Near          Code = "near"
	Missed        Code = "missed"
	NoData        Code = "no-data"
	NotApplicable Code = "not-applicable"
)

var words = map[Code]string{
	Met: "Đạt", Exceeded: "Vượt", Within: "Trong khoảng", Near: "Gần đạt", Missed: "Chưa đạt",
	NoData: "Chưa đủ dữ liệu", NotApplicable: "Không áp dụng",
}

// Word is the verdict in Vietnamese.
func (c Code) Word() string { return words[c] }

// Positive reports whether a verdict says that the target is reached.
func (c Code) Positive() bool { return c == Met || c == Exceeded || c == Within }

// A Verdict is how a figure stands to a goal.
type Verdict struct {
	Code Code
	Word string
	// Short is how far the figure is below Low, exactly, in the unit; nil if it
	// is not below, or cannot be told.
	Short *big.Rat
	// Missing is the least whole number that would close the gap, for the
	// verdicts Near and Missed: of things, of đồng, of deliverables; for a share,
	// of HTX already in the denominator that would have to come into the
	// numerator. It is 0 otherwise.
	Missing int64
	// Vi and En say in a sentence what is missing; below the coverage, what is
	// missing so far; and of what is not applicable why, where that is not plain
	// from the paper. They are "" otherwise.
	Vi, En string
}

// Inapplicable is the verdict on what cannot be judged, with the reason.
func Inapplicable(vi, en string) Verdict {
	v := verdictOf(NotApplicable)
	v.Vi, v.En = vi, en
	return v
}

const permyriads = 10000 // in one

// Judge tells how a figure stands to a goal (DESIGN §6). Tolerance and coverage
// are permyriads: 500 is 5 %. A figure below the coverage is always Chưa đủ dữ
// liệu: the reports that are missing could make it reached, or, of a mean or a
// share, missed. What it is short of so far is told in the sentence alone. Gần
// đạt is short by no more than the tolerance; of a goal "about" n, what is off
// by no more than the tolerance is Đạt. Nothing is rounded.
func Judge(g Goal, m Measured, tolerance, coverage int64) Verdict {
	if g.Rule == Done {
		all := Goal{Rule: AtLeast, Low: new(int64), Unit: g.Unit}
		if *all.Low = 1; g.Unit == Percent {
			all.Unit = "" // deliverables are counted, never a share
		}
		return judgeWith(all, m, 0, coverage, deliverablesMissing)
	}
	ranged := g.Rule == FromTo || g.Rule == AtLeastFromTo
	if g.Rule == "" || g.Low == nil || ranged && g.High == nil {
		return verdictOf(NotApplicable)
	}
	return judgeWith(g, m, tolerance, coverage, missingNumber)
}

func verdictOf(c Code) Verdict { return Verdict{Code: c, Word: c.Word()} }

// judgeWith judges a number by the goal's thresholds; missing gives the least whole number that
// would close the gap. Too few reports make every verdict provisional.
func judgeWith(g Goal, m Measured, tolerance, coverage int64, missing func(Goal, Measured) *big.Int) Verdict {
	v := g.Value(m)
	if v == nil {
		return verdictOf(NoData)
	}
	c := g.placeValue(v, tolerance)
	out := verdictOf(c)
	if c == Near || c == Missed {
		n := missing(g, m)
		out.Missing = n.Int64()
		out.Vi, out.En = missingSentence(n, g.missingThing())
	}
	if !m.covers(coverage) {
		return out.provisional()
	}
	if low := new(big.Rat).SetInt64(*g.Low); v.Cmp(low) < 0 {
		out.Short = low.Sub(low, v)
	}
	return out
}

// provisional is what may be told of a figure on which too few reported.
func (v Verdict) provisional() Verdict {
	out := verdictOf(NoData)
	if v.Vi != "" {
		out.Vi, out.En = "tạm tính "+v.Vi, "so far "+v.En
	}
	return out
}

// Value is the figure in the unit of the goal, or nil for no data.
func (g Goal) Value(m Measured) *big.Rat {
	if m.NoData || m.Den <= 0 {
		return nil
	}
	v := big.NewRat(m.Num, m.Den)
	if g.Unit == Percent {
		v.Mul(v, big.NewRat(100, 1))
	}
	return v
}

// covers reports whether enough have reported.
func (m Measured) covers(coverage int64) bool {
	if m.Expected <= 0 {
		return true
	}
	return big.NewRat(m.Reported, m.Expected).Cmp(big.NewRat(coverage, permyriads)) >= 0
}

// placeValue is the verdict on a value, by the goal's numbers alone.
func (g Goal) placeValue(v *big.Rat, tolerance int64) Code {
	low := new(big.Rat).SetInt64(*g.Low)
	below := v.Cmp(low) < 0
	if g.Rule == About {
		switch {
		case v.Cmp(shareOf(*g.Low, -tolerance)) < 0:
			return Missed
		case v.Cmp(shareOf(*g.Low, tolerance)) > 0:
			return Exceeded
		}
		return Met
	}
	switch {
	case below && v.Cmp(shareOf(*g.Low, -tolerance)) >= 0:
		return Near
	case below:
		return Missed
	case g.Rule == Exactly && v.Cmp(low) > 0:
		return Exceeded
	case g.High != nil && v.Cmp(new(big.Rat).SetInt64(*g.High)) > 0:
		return Exceeded
	case g.Rule == FromTo:
		return Within
	}
	return Met
}

// shareOf is n and so many permyriads of it.
func shareOf(n, permyriad int64) *big.Rat {
	return new(big.Rat).Mul(new(big.Rat).SetInt64(n), big.NewRat(permyriads+permyriad, permyriads))
}

// missingThing is what is missing: of a share, co-operatives.
func (g Goal) missingThing() string {
	if g.Unit == Percent {
		return "HTX"
	}
	return g.Unit
}

// missingNumber is the least whole number that lifts the figure to Low.
func missingNumber(g Goal, m Measured) *big.Int {
	need := new(big.Rat).SetInt64(*g.Low)
	have := g.Value(m)
	if g.Unit == Percent { // of the whole as it is, a part must become good
		need.Mul(need, big.NewRat(m.Den, 100))
		have = new(big.Rat).SetInt64(m.Num)
	}
	return ceil(need.Sub(need, have))
}

func deliverablesMissing(_ Goal, m Measured) *big.Int { return big.NewInt(m.Den - m.Num) }

func ceil(r *big.Rat) *big.Int {
	// Div rounds down: of the negated number that is rounding up
	n := new(big.Int).Neg(r.Num())
	return n.Neg(n.Div(n, r.Denom()))
}

func missingSentence(n *big.Int, thing string) (vi, en string) {
	if thing != "" {
		thing = " " + thing
	}
	return "còn thiếu " + groupDigits(n.String()) + thing, n.String() + " more" + thing + " needed"
}

// Thresholds are the numbers that the verdict turns on, in the unit of the goal.
func (g Goal) Thresholds(tolerance int64) []*big.Rat {
	if g.Low == nil {
		return nil
	}
	list := []*big.Rat{new(big.Rat).SetInt64(*g.Low), shareOf(*g.Low, -tolerance)}
	if g.Rule == About {
		list = append(list, shareOf(*g.Low, tolerance))
	}
	if g.High != nil {
		list = append(list, new(big.Rat).SetInt64(*g.High))
	}
	return list
}

// Print is the figure with a decimal comma and dots between thousands, rounded,
// with as many decimals as it takes that the printed number lies on the same
// side of every threshold as the exact one: 98/218 against 45 % is 44,95. A
// share has at least one decimal. Of deliverables it is their number. It is ""
// for no data.
func (g Goal) Print(m Measured, tolerance int64) string {
	v := g.Value(m)
	if v == nil {
		return ""
	}
	if g.Rule == Done {
		return groupDigits(strconv.FormatInt(m.Num, 10))
	}
	least := 0
	if g.Unit == Percent {
		least = 1
	}
	return Decimal(v, Decimals(v, least, g.Thresholds(tolerance)...))
}

// mostDecimals bounds Decimals where no number of decimals is enough: a value
// equal to a threshold that has no end in decimals.
const mostDecimals = 40

// Decimals is the fewest decimals, and at least so many, with which a value,
// rounded half away from zero, compares with every threshold as it does exactly.
func Decimals(v *big.Rat, least int, thresholds ...*big.Rat) int {
	for d := least; d < mostDecimals; d++ {
		if sameSide(v, d, thresholds) {
			return d
		}
	}
	return mostDecimals
}

func sameSide(v *big.Rat, decimals int, thresholds []*big.Rat) bool {
	printed, _ := new(big.Rat).SetString(v.FloatString(decimals))
	for _, t := range thresholds {
		if printed.Cmp(t) != v.Cmp(t) {
			return false
		}
	}
	return true
}

// Decimal prints a number rounded to so many decimals, half away from zero, as
// Vietnamese readers write it: 1.550,25.
func Decimal(v *big.Rat, decimals int) string {
	whole, part, split := strings.Cut(v.FloatString(decimals), ".")
	if split {
		return groupDigits(whole) + "," + part
	}
	return groupDigits(whole)
}

// groupDigits puts dots between thousands.
func groupDigits(digits string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}
