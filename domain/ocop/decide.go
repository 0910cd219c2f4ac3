package ocop

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// A World answers what a command must know, as known at the head.
type World interface {
	// Product is the state of a product at the end of a day; it is never nil.
	Product(key string, on calendar.Day) *Product
}

// Decide tells whether a fact about the product with a key may be recorded,
// given the world at its valid day: nil, or the fault why not.
func Decide(w World, key string, f *ledger.Fact) error {
	day := f.Valid.Day
	switch e := f.Event.(type) {
	case *Rated:
		if e.Product != key {
			return errProduct.With(e.Product, key).At("/data/product")
		}
		if e.Until != nil && *e.Until <= day {
			return errUntil.With(e.Until.Vi(), day.Vi()).At("/data/until")
		}
	case *Revoked:
		if w.Product(key, day).InForce(day) == nil {
			return errNotInForce.With(key, day.Vi())
		}
	}
	return nil
}
