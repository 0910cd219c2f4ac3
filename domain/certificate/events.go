package certificate

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Groups of certificates, as the plans of provinces count them apart.
const (
	Production = "production" // tiêu chuẩn sản xuất: VietGAP, hữu cơ …
	Quality    = "quality"    // tiêu chuẩn chất lượng: HACCP, ISO …
)

var groups = ledger.Words{{Production, "tiêu chuẩn sản xuất"}, {Quality, "tiêu chuẩn chất lượng"}}

// Granted is certificate.granted/1.
type Granted struct {
	Coop   string        `json:"coop" text:"key" names:"subject" vi:"Mã HTX"`
	Scheme string        `json:"scheme" text:"key" vi:"Tiêu chuẩn"` // a short code: vietgap, globalgap, organic, ra, haccp, iso-22000 …
	Group  string        `json:"group" text:"key" vi:"Nhóm tiêu chuẩn"`
	Number string        `json:"number,omitempty" text:"200" vi:"Số giấy chứng nhận"`
	Body   string        `json:"body,omitempty" text:"name" vi:"Tổ chức chứng nhận"` // the certification body
	Until  *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"`    // the first day out
}

// Renewed is certificate.renewed/1: it holds longer.
type Renewed struct {
	Until calendar.Day `json:"until" as:"until" vi:"Có hiệu lực đến"` // the first day out
}

// Suspended is certificate.suspended/1: đình chỉ.
type Suspended struct{}

// Reinstated is certificate.reinstated/1: the suspension is lifted.
type Reinstated struct{}

// Withdrawn is certificate.withdrawn/1: hủy bỏ, for good.
type Withdrawn struct {
	Cause string `json:"cause,omitempty" text:"2000 lines" vi:"Lý do"`
}

// EventKind names the kinds.
func (Granted) EventKind() ledger.Kind    { return "certificate.granted/1" }
func (Renewed) EventKind() ledger.Kind    { return "certificate.renewed/1" }
func (Suspended) EventKind() ledger.Kind  { return "certificate.suspended/1" }
func (Reinstated) EventKind() ledger.Kind { return "certificate.reinstated/1" }
func (Withdrawn) EventKind() ledger.Kind  { return "certificate.withdrawn/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Granted]{
			Founds: true,
			Name:   fault.Text{English: "granted", Vietnamese: "cấp chứng nhận"}, Sentence: "cấp cho {coop} chứng nhận {scheme} ({group})[, số {number}][, do {body}][, đến hết ngày {until}]",
			Words: map[string]ledger.Words{"group": groups},
			Same: func(e *Granted, day calendar.Day) ledger.Sameness {
				if e.Number == "" {
					return ledger.Anywhere(e.Coop, e.Scheme, day)
				}
				return ledger.Anywhere(e.Coop, e.Scheme, ledger.Caseless(e.Number))
			},
			Ends: func(e *Granted, _ calendar.Day, add func(calendar.Day)) { ledger.AddUntil(e.Until, add) },
		}),
		ledger.Specify(ledger.Row[Renewed]{
			Name: fault.Text{English: "renewed", Vietnamese: "gia hạn chứng nhận"}, Sentence: "gia hạn, đến hết ngày {until}",
			Ends: func(e *Renewed, _ calendar.Day, add func(calendar.Day)) { add(e.Until) },
		}),
		ledger.Specify(ledger.Row[Suspended]{
			Name: fault.Text{English: "suspended", Vietnamese: "đình chỉ chứng nhận"}, Sentence: "đình chỉ",
		}),
		ledger.Specify(ledger.Row[Reinstated]{
			Name: fault.Text{English: "reinstated", Vietnamese: "khôi phục chứng nhận"}, Sentence: "khôi phục",
		}),
		ledger.Specify(ledger.Row[Withdrawn]{
			Name: fault.Text{English: "withdrawn", Vietnamese: "thu hồi chứng nhận"}, Sentence: "thu hồi[: {cause}]",
		}),
	}
}

// Check wants a holder, a scheme and a group.
func (e Granted) Check() error {
	return cmp.Or(
		ledger.RequireKey("/coop", e.Coop),
		ledger.RequireKey("/scheme", e.Scheme),
		groups.Check("/group", e.Group),
	)
}

// Check has nothing to say of the event alone.
func (e Renewed) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Suspended) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Reinstated) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Withdrawn) Check() error { return nil }
