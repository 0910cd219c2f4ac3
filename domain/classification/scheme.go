package classification

import "strings"

// A Class is the result of a yearly rating of a co-operative.
type Class string

// The classes; Unrated is an answer, not a missing one.
const (
	Good    Class = "good"
	Fair    Class = "fair"
	Average Class = "average"
	Weak    Class = "weak"
	Unrated Class = "unrated"
)

var classNames = map[Class]string{
	Good: "Tốt", Fair: "Khá", Average: "Trung bình", Weak: "Yếu", Unrated: "Không xếp loại",
}

// Vi is the name of c as the circulars print it, or "" for no class.
func (c Class) Vi() string { return classNames[c] }

// A Scorecard holds the facts of one co-operative for one year that some
// scheme asks about.
type Scorecard struct {
	// PointsHundredths is the total of the score sheet, 0 to 10000: 79.99
	// points are 7999.
	PointsHundredths int64
	// Fined says that an authority fined the co-operative in the year for an
	// administrative violation in its operation.
	Fined bool
	// IdleMonths counts the months of the year, 0 to 12, in which it had
	// stopped operating; nil is not stated. A month begun counts as one, so
	// that anything above three months is at least 4.
	IdleMonths *int64
	// MonthsOperated counts full months since it began to operate, up to the
	// end of the year, idle months included; nil is not stated. It says how
	// new the co-operative is, not how busy it was.
	MonthsOperated *int64
}

// Check refuses what no year can give: ErrPoints at /points_hundredths,
// ErrMonths at /idle_months or /months_operated.
func (c Scorecard) Check() error {
	if c.PointsHundredths < 0 || c.PointsHundredths > maxScore {
		return errPoints.With(c.PointsHundredths).At("/points_hundredths")
	}
	if n := c.IdleMonths; n != nil && (*n < 0 || *n > 12) {
		return errMonths.With(*n, 0, 12).At("/" + factIdle)
	}
	if n := c.MonthsOperated; n != nil && (*n < 0 || *n > maxMonths) {
		return errMonths.With(*n, 0, maxMonths).At("/" + factOperated)
	}
	return nil
}

const (
	maxScore  = 10000
	maxMonths = 156 * 12 // the ledger's days span 1945 to 2100

	factIdle     = "idle_months"
	factOperated = "months_operated"
)

// The reasons of a Result.
const (
	ReasonNew     = "under-12-months"    // too new to be rated
	ReasonIdle    = "idle-over-3-months" // stopped for too long to be rated
	ReasonFined   = "fined"              // weak whatever the points
	ReasonPoints  = "points"             // the band of the points
	ReasonRefused = "refused"            // the facts cannot be; see Refused
)

// A Result is a class and why.
type Result struct {
	Class   Class  // "" only when Refused is set
	Reason  string // one of the Reason constants
	Article string // citation of the rule that decided, Vietnamese
	Vi      string // one sentence for people
	// NotStated names the facts that a rule of this scheme asks about and the
	// card does not state; such a rule was taken as not applying.
	NotStated []string
	Refused   error // the fault of a card that fails Check, or nil
}

// A Scheme is one circular's way from a scorecard to a class.
type Scheme struct {
	Paper
	rules []rule // the first that applies decides
}

// A rule is one sentence of a circular.
type rule struct {
	class   Class
	reason  string
	article string
	// asks names the fact without which the rule cannot be tried, "" if the
	// card always has it.
	asks    string
	applies func(Scorecard) bool
	why     func(Scorecard) string // the clause after the class, Vietnamese
}

var schemes = []Scheme{tt09of2017, tt01of2020}

// All lists the schemes, oldest first.
func All() []Scheme {
	list := make([]Scheme, len(schemes))
	for i, s := range schemes {
		list[i] = Scheme{Paper: s.Paper.copySlices(), rules: s.rules}
	}
	return list
}

// Find gives the scheme of a code, or ErrUnknownScheme with the known ones.
func Find(code string) (Scheme, error) {
	for _, s := range All() {
		if s.Code == code {
			return s, nil
		}
	}
	return Scheme{}, unknownScheme(code)
}

func unknownScheme(code string) error {
	var known []string
	for _, s := range schemes {
		known = append(known, s.Code)
	}
	return errUnknownScheme.With(code, strings.Join(known, ", "))
}

// Classify applies the scheme's rules in their order. A card that fails Check
// gets no class: Result.Refused carries the fault, and so does a Scheme that
// came from neither All nor Find.
func (s Scheme) Classify(c Scorecard) Result {
	if err := c.Check(); err != nil {
		return refusedResult(err)
	}
	var unstated []string
	for _, r := range s.rules {
		switch {
		case r.asks != "" && c.months(r.asks) == nil:
			unstated = append(unstated, r.asks)
		case r.applies(c):
			return r.result(c, unstated)
		}
	}
	// The rules of a listed scheme cover every card, so this one has none.
	return refusedResult(unknownScheme(s.Code))
}

func (c Scorecard) months(fact string) *int64 {
	if fact == factIdle {
		return c.IdleMonths
	}
	return c.MonthsOperated
}

func (r rule) result(c Scorecard, unstated []string) Result {
	vi := r.class.Vi() + ": " + r.why(c)
	for _, fact := range unstated {
		vi += "; " + unstatedVi[fact]
	}
	return Result{Class: r.class, Reason: r.reason, Article: r.article, Vi: vi + ".", NotStated: unstated}
}

var unstatedVi = map[string]string{
	factIdle:     "phiếu không nêu số tháng ngừng hoạt động, coi như không quá 3 tháng",
	factOperated: "phiếu không nêu số tháng hoạt động, coi như đã đủ 12 tháng",
}

func refusedResult(err error) Result {
	return Result{Reason: ReasonRefused, Vi: sentence(err), Refused: err}
}
