package assessment

import (
	"fmt"
	"math/big"

	"htxledger/domain/classification"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/plan"
)

// checkClasses compares what was decided with what the score of the same year
// gives under the same scheme.
func (c *checker) checkClasses(s *coop.Cooperative) {
	for _, f := range s.Classes {
		e := f.Event.(*coop.Classed)
		if s.Class(int(e.Year), e.Scheme) != f {
			continue
		}
		class, score := indicator.ScoredClass(s, int(e.Year), e.Scheme)
		decided := classification.Class(e.Class)
		if score == nil || class == decided {
			continue
		}
		c.report("class-against-score", Notice, coopStream(s.Key),
			fmt.Sprintf("HTX %s năm %d theo %s: được xếp loại %q, nhưng điểm tự chấm cho kết quả %q.", s.Key, e.Year, e.Scheme, decided.Vi(), class.Vi()),
			fmt.Sprintf("Co-operative %s in %d under %s: decided %s, but its score gives %q.", s.Key, e.Year, e.Scheme, decided, class), f, score)
	}
}

// checkProduct looks at each rating by the rules of its day.
func (c *checker) checkProduct(h *ocop.History) {
	for _, f := range h.Facts {
		e, ok := f.Event.(*ocop.Rated)
		if !ok || f.Valid.Day > c.on || !c.concernsSubject(f) {
			continue
		}
		rules := classification.OCOPRulesOn(f.Valid.Day)
		c.checkStars(f, e, rules)
		c.checkAuthority(f, e, rules)
	}
}

func (c *checker) checkStars(f *ledger.Fact, e *ocop.Rated, rules classification.OCOPRules) {
	if e.ScoreHundredths == nil {
		return
	}
	band := rules.Band(*e.ScoreHundredths)
	switch {
	case band.Reason == classification.ReasonNoRules || int64(band.Stars) == e.Stars:
		return
	case e.PotentialFive != nil && *e.PotentialFive && band.Stars == 5 && e.Stars == 4:
		return // the province gave the score of five; the centre has yet to rate it
	}
	c.report("stars-against-score", Warning, f.Root.Stream.String(),
		fmt.Sprintf("Sản phẩm %s được ghi %d sao ngày %s, khác với khung điểm của ngày đó. %s", e.Product, e.Stars, f.Valid.Vi(), band.Vi),
		fmt.Sprintf("Product %s is rated %d stars on %s; by the bands of that day %d hundredths of a point give %d.", e.Product, e.Stars, f.Valid, *e.ScoreHundredths, band.Stars), f)
}

func (c *checker) checkAuthority(f *ledger.Fact, e *ocop.Rated, rules classification.OCOPRules) {
	want := rules.Authority(int(e.Stars))
	if want == "" || want == e.Authority {
		return
	}
	c.report("stars-authority", Warning, f.Root.Stream.String(),
		fmt.Sprintf("Sản phẩm %s được %s công nhận %d sao ngày %s, nhưng vào ngày đó thẩm quyền thuộc %s (Quyết định %s).",
			e.Product, classification.AuthorityVi(e.Authority), e.Stars, f.Valid.Vi(), classification.AuthorityVi(want), rules.Number),
		fmt.Sprintf("Product %s is rated %d stars on %s by authority %s; on that day it was for %s to rate (%s).",
			e.Product, e.Stars, f.Valid, e.Authority, want, rules.Number), f)
}

// groupThousands writes a whole number with dots between thousands.
func groupThousands(n int64) string { return plan.Decimal(big.NewRat(n, 1), 0) }
