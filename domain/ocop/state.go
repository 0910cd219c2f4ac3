package ocop

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A Product is the state of one product on a day, folded from its facts. It
// must not be changed by anyone but Apply.
type Product struct {
	Key        string
	Rating     *ledger.Fact // newest *Rated; nil for a product never rated
	Revocation *ledger.Fact // *Revoked after that rating
}

// Apply moves the state on by one fact. It reports false for an orphan: a
// revocation where nothing is in force, which changes nothing.
func (p *Product) Apply(f *ledger.Fact) bool {
	switch f.Event.(type) {
	case *Rated:
		p.Rating, p.Revocation = f, nil
		return true
	case *Revoked:
		if p.InForce(f.Valid.Day) != nil {
			p.Revocation = f
			return true
		}
	}
	return false
}

// UntilOf is the first day on which a rating no longer holds by itself.
func UntilOf(rating *ledger.Fact) calendar.Day {
	return rating.Event.(*Rated).until(rating.Valid.Day)
}

// until is the first day on which a rating of a day no longer holds by itself.
func (e *Rated) until(rated calendar.Day) calendar.Day {
	if e.Until != nil {
		return *e.Until
	}
	return rated.AddMonths(Months)
}

// InForce is the rating in force on a day, of the state of that day, or nil:
// the newest one, if it is not revoked and has not run out.
func (p *Product) InForce(on calendar.Day) *ledger.Fact {
	if p.Rating == nil || p.Revocation != nil || on >= UntilOf(p.Rating) {
		return nil
	}
	return p.Rating
}

// Stars are the stars in force on a day, of the state of that day; 0 if none.
func (p *Product) Stars(on calendar.Day) int {
	if f := p.InForce(on); f != nil {
		return int(f.Event.(*Rated).Stars)
	}
	return 0
}

// A History is the states that a product went through; the day on which a
// rating runs out by itself is not among its Days. Before the first rating it
// is a Product without one.
type History = ledger.History[Product, *Product]

// NewHistory folds facts, which come in the order of ledger.Fact.Compare.
func NewHistory(key string, facts []*ledger.Fact) *History {
	return ledger.NewHistory(&Product{Key: key}, facts)
}
