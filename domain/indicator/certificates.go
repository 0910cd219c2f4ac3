package indicator

import (
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// certified counts distinct HTX with a certificate valid on the day, of one
// group or of any for "".
func certified(group string) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		c := s.Coop.History.On(p.Valid)
		e := Entry{Seat: c.Place}
		defer func() { emit(e) }()
		if why, by := outside(c); why != "" {
			e.exclude(why, by)
			return
		}
		e.Why = NoCertificate
		for _, h := range s.Coop.Certificates {
			cert := h.On(p.Valid)
			if cert.Coop != s.Key || group != "" && cert.Group != group {
				continue
			}
			if cert.ValidOn(p.Valid) {
				e.Num, e.Why = 1, ""
				e.say(cert.Granting)
			} else if e.Num == 0 {
				e.exclude(CertificateEnded, cert.Granting)
			}
		}
		if e.Why == NoCertificate {
			e.say(c.Founding)
		}
	}
}

// ocopOwners counts distinct HTX that own a product with three stars or more
// in force on the day.
func ocopOwners(c *coop.Cooperative, s *register.Subject, p *Point, e *Entry) {
	e.Why = NoProduct
	for _, h := range s.Coop.Products {
		rating := h.On(p.Valid).InForce(p.Valid)
		why := ratingReason(rating, s.Key)
		if why == "" {
			e.Num, e.Why = 1, ""
			e.say(rating)
		} else if e.Num == 0 {
			e.exclude(why, rating)
		}
	}
	if e.Num == 0 {
		e.say(c.Founding)
	}
}

func ratingReason(rating *ledger.Fact, owner string) Reason {
	if rating == nil {
		return RatingEnded
	}
	switch r := ratingOf(rating); {
	case r.Owner != owner:
		return OtherOwner
	case r.Stars < 3:
		return BelowThreeStars
	}
	return ""
}
