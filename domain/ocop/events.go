package ocop

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Who may rate: the third star went from the province to the district
// (Quyết định 148/QĐ-TTg, 24/2/2023) and back (Quyết định 1489/QĐ-TTg, 6/7/2025).
const (
	District = "district"
	Province = "province"
	Central  = "central"
)

// Months is how long a rating holds, in calendar months.
const Months = 36

// Recognised is the number of stars from which a product is an OCOP product.
const Recognised = 3

// Rated is ocop.rated/1.
type Rated struct {
	Product         string        `json:"product" text:"key"` // equals the key of the stream
	Name            string        `json:"name" text:"name"`
	Owner           string        `json:"owner" text:"name"`        // a co-operative's key; otherwise free text
	Stars           int64         `json:"stars" least:"1" most:"5"` // 1 to 5
	ScoreHundredths *int64        `json:"score_hundredths,omitempty" most:"10000"`
	Authority       string        `json:"authority" text:"key"`
	PotentialFive   *bool         `json:"potential_five,omitempty"` // tiềm năng 5 sao: waiting for the centre
	Until           *calendar.Day `json:"until,omitempty"`          // the first day out; absent, 36 months
}

// Revoked is ocop.revoked/1: thu hồi.
type Revoked struct {
	Cause string `json:"cause,omitempty" text:"2000 lines"`
}

// EventKind names the kinds.
func (Rated) EventKind() ledger.Kind   { return "ocop.rated/1" }
func (Revoked) EventKind() ledger.Kind { return "ocop.revoked/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Rated]{}),
		ledger.Specify(ledger.Row[Revoked]{}),
	}
}

// Check wants a product, its owner, stars and a score that can be.
func (e Rated) Check() error {
	if err := ledger.First(
		ledger.RequireKey("/product", e.Product),
		ledger.Require("/name", e.Name),
		ledger.Require("/owner", e.Owner),
		ledger.OneOf("/authority", e.Authority, District, Province, Central),
	); err != nil {
		return err
	}
	if e.Stars < 1 || e.Stars > 5 {
		return ErrStars.With(e.Stars).At("/stars")
	}
	if s := e.ScoreHundredths; s != nil && (*s < 0 || *s > 10000) {
		return ErrScore.With(*s).At("/score_hundredths")
	}
	return nil
}

// Check has nothing to say of the event alone.
func (e Revoked) Check() error { return nil }
