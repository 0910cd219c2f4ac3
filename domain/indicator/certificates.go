package indicator

import (
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// judgeCertified counts distinct HTX with a certificate valid on the day, of one
// group or of any for "".
func judgeCertified(group string) func(*register.Subject, *Point, func(Entry)) {
	return func(s *register.Subject, p *Point, emit func(Entry)) {
		c := s.Coop.History.On(p.Valid)
		e := Entry{Seat: c.Place}
		defer func() { emit(e) }()
		if why, by := reasonOutside(c); why != "" {
			e.exclude(why, by)
			return
		}
		e.Why = NoCertificate
		for _, h := range s.Coop.Certificates {
			cert := h.On(p.Valid)
			if cert.Coop != s.Key || group != "" && cert.Group != group {
				continue
			}
			e.weigh(cert.ValidOn(p.Valid), CertificateEnded, cert.Granting)
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
		e.weigh(why == "", why, rating)
	}
	if e.Num == 0 {
		e.say(c.Founding)
	}
}

// weigh takes one of several things of which any one is enough to count. The
// facts are then those of the ones that count, and else those of the others.
func (e *Entry) weigh(counts bool, why Reason, by *ledger.Fact) {
	switch {
	case counts && e.Num == 0:
		e.Num, e.Why, e.By = 1, "", withoutNil(by)
	case counts:
		e.say(by)
	case e.Num == 0:
		e.exclude(why, by)
	}
}

// ratingReason tells why a rating does not count for an owner, or "": none in force (nil), another
// owner, or fewer than three stars.
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
