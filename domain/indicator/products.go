package indicator

import (
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
)

func ratingOf(f *ledger.Fact) *ocop.Rated { return f.Event.(*ocop.Rated) }

// judgeOcopCoops counts distinct HTX with a product of at least three stars in
// force; only such a product is an OCOP product (QĐ 148/QĐ-TTg, 2023).
func judgeOcopCoops(s *register.Subject, p *Point, emit func(Entry)) {
	c := s.Coop.History.On(p.Valid)
	e := Entry{Seat: c.Place}
	if why, by := reasonOutside(c); why != "" {
		e.exclude(why, by)
	} else {
		ocopOwners(c, s, p, &e)
	}
	emit(e)
}

// judgeOcopProducts counts products with at least three stars in force, of all
// owners (ruling 9). A product has no seat of its own.
func judgeOcopProducts(s *register.Subject, p *Point, emit func(Entry)) {
	rating := s.Product.On(p.Valid).InForce(p.Valid)
	switch {
	case rating == nil:
		emit(Entry{Why: RatingEnded})
	case ratingOf(rating).Stars < 3:
		emit(Entry{Why: BelowThreeStars, By: withoutNil(rating)})
	default:
		emit(Entry{Num: 1, By: withoutNil(rating)})
	}
}

// judgeRecognised counts distinct HTX recognised in the period, for the first
// time or anew, with at least three stars.
func judgeRecognised(s *register.Subject, p *Point, emit func(Entry)) {
	var ratings []*ledger.Fact
	for _, h := range s.Coop.Products {
		ratings = append(ratings, h.Facts...)
	}
	emit(firstOf(s.Coop, byOrder(ratings), p, func(f *ledger.Fact) bool {
		r, ok := f.Event.(*ocop.Rated)
		return ok && r.Owner == s.Key && r.Stars >= 3
	}))
}

func byOrder(list []*ledger.Fact) []*ledger.Fact {
	slices.SortFunc(list, (*ledger.Fact).Compare)
	return list
}
