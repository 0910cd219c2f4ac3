package ocop

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Who may rate: the third star went from the province to the district
// (Quyết định 148/QĐ-TTg, 24/2/2023) and back (Quyết định 1489/QĐ-TTg, 6/7/2025).
const (
	District = "district"
	Province = "province"
	Central  = "central"
)

var authorities = ledger.Words{{District, "cấp huyện"}, {Province, "cấp tỉnh"}, {Central, "trung ương"}}

// Months is how long a rating holds, in calendar months.
const Months = 36

// Recognised is the number of stars from which a product is an OCOP product.
const Recognised = 3

// Rated is ocop.rated/1.
type Rated struct {
	Product         string        `json:"product" text:"key" vi:"Mã sản phẩm"` // equals the key of the stream
	Name            string        `json:"name" text:"name" names:"self" vi:"Tên sản phẩm"`
	Owner           string        `json:"owner" text:"name" names:"subject" vi:"Chủ thể" help:"mã HTX, hoặc tên chủ thể khác"` // a co-operative's key; otherwise free text
	Stars           int64         `json:"stars" least:"1" most:"5" vi:"Số sao" unit:"sao"`                                     // 1 to 5
	ScoreHundredths *int64        `json:"score_hundredths,omitempty" most:"10000" as:"points" vi:"Điểm" unit:"1/100 điểm"`
	Authority       string        `json:"authority" text:"key" vi:"Cấp công nhận"`
	PotentialFive   *bool         `json:"potential_five,omitempty" vi:"Tiềm năng 5 sao"`   // tiềm năng 5 sao: waiting for the centre
	Until           *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"` // the first day out; absent, 36 months
}

// Revoked is ocop.revoked/1: thu hồi.
type Revoked struct {
	Cause string `json:"cause,omitempty" text:"2000 lines" vi:"Lý do"`
}

// EventKind names the kinds.
func (Rated) EventKind() ledger.Kind   { return "ocop.rated/1" }
func (Revoked) EventKind() ledger.Kind { return "ocop.revoked/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Rated]{
			Name: fault.Text{English: "rated", Vietnamese: "công nhận OCOP"}, Sentence: "sản phẩm {name} của {owner} đạt {stars} sao, {authority} công nhận[, đến hết ngày {until}]",
			Words: map[string]ledger.Words{"authority": authorities},
			Ends:  func(e *Rated, from calendar.Day, add func(calendar.Day)) { add(e.until(from)) },
		}),
		ledger.Specify(ledger.Row[Revoked]{
			Name: fault.Text{English: "revoked", Vietnamese: "thu hồi công nhận OCOP"}, Sentence: "thu hồi công nhận[: {cause}]",
		}),
	}
}

// Check wants a product, its owner, stars and a score that can be.
func (e Rated) Check() error {
	if err := cmp.Or(
		ledger.RequireKey("/product", e.Product),
		ledger.Require("/name", e.Name),
		ledger.Require("/owner", e.Owner),
		authorities.Check("/authority", e.Authority),
	); err != nil {
		return err
	}
	if e.Stars < 1 || e.Stars > 5 {
		return errStars.With(e.Stars).At("/stars")
	}
	if s := e.ScoreHundredths; s != nil && (*s < 0 || *s > 10000) {
		return errScore.With(*s).At("/score_hundredths")
	}
	return nil
}

// Check has nothing to say of the event alone.
func (e Revoked) Check() error { return nil }
