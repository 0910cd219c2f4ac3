package classification

import (
	"slices"

	"htxledger/domain/calendar"
)

// A Paper is the document that a rule set is taken from.
type Paper struct {
	Code   string       // stable, used in questions and records
	Title  string       // as printed, Vietnamese
	Issuer string       // as printed, Vietnamese
	Number string       // as printed
	Issued calendar.Day // the date on the paper
	// InForce is the first day on which it applies; Lapsed is the first day
	// on which it no longer does, zero where no repeal was found.
	InForce, Lapsed calendar.Day
	// Unverified says in Vietnamese what about this rule set could not be
	// confirmed from a source.
	Unverified []string
}

// InForceOn reports whether the paper applies on d, by its own dates. Whether
// it still did after its parent law lapsed may be among the Unverified.
func (p Paper) InForceOn(d calendar.Day) bool {
	return !p.InForce.IsZero() && p.InForce <= d && (p.Lapsed.IsZero() || d < p.Lapsed)
}

// copySlices gives p with a list that the caller may change without harm.
func (p Paper) copySlices() Paper {
	p.Unverified = slices.Clone(p.Unverified)
	return p
}
