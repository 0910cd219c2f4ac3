package wire

import (
	"htxledger/domain/assessment"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// Checks is what does not add up among the records, at a point.
type Checks struct {
	Point    Point   `json:"point"`
	Problems []Check `json:"problems"`
	Page     *Page   `json:"page,omitempty"`
}

// A Check is one thing that does not add up. It is reported, never repaired.
type Check struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity" enum:"error warning notice"`
	Subject  string   `json:"subject"` // a stream, or the code of a figure
	Vi       string   `json:"vi"`
	En       string   `json:"en"`
	Records  []string `json:"records"` // the ids of those that contradict
}

// FromProblems is what does not add up.
func FromProblems(p *answers.Problems) Checks {
	return Checks{Point: FromPoint(p.Point), Problems: list(p.Problems, func(x assessment.Problem) Check {
		return Check{x.Code, string(x.Severity), x.Subject, x.Vi, x.En, list(x.By, func(f *ledger.Fact) string { return idOf(f) })}
	})}
}
