package certificate

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Groups of certificates, as the plans of provinces count them apart.
const (
	Production = "production" // tiêu chuẩn sản xuất: VietGAP, hữu cơ …
	Quality    = "quality"    // tiêu chuẩn chất lượng: HACCP, ISO …
)

// Granted is certificate.granted/1.
type Granted struct {
	Coop   string        `json:"coop" text:"key"`
	Scheme string        `json:"scheme" text:"key"` // a short code: vietgap, globalgap, organic, ra, haccp, iso-22000 …
	Group  string        `json:"group" text:"key"`
	Number string        `json:"number,omitempty" text:"200"`
	Body   string        `json:"body,omitempty" text:"name"` // the certification body
	Until  *calendar.Day `json:"until,omitempty"`            // the first day out
}

// Renewed is certificate.renewed/1: it holds longer.
type Renewed struct {
	Until calendar.Day `json:"until"` // the first day out
}

// Suspended is certificate.suspended/1: đình chỉ.
type Suspended struct{}

// Reinstated is certificate.reinstated/1: the suspension is lifted.
type Reinstated struct{}

// Withdrawn is certificate.withdrawn/1: hủy bỏ, for good.
type Withdrawn struct {
	Cause string `json:"cause,omitempty" text:"2000 lines"`
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
		ledger.Specify(ledger.Row[Granted]{Same: func(e *Granted, day calendar.Day) ledger.Sameness {
			if e.Number == "" {
				return ledger.Anywhere(e.Coop, e.Scheme, day)
			}
			return ledger.Anywhere(e.Coop, e.Scheme, ledger.Caseless(e.Number))
		}}),
		ledger.Specify(ledger.Row[Renewed]{}),
		ledger.Specify(ledger.Row[Suspended]{}),
		ledger.Specify(ledger.Row[Reinstated]{}),
		ledger.Specify(ledger.Row[Withdrawn]{}),
	}
}

// Check wants a holder, a scheme and a group.
func (e Granted) Check() error {
	return ledger.First(
		ledger.RequireKey("/coop", e.Coop),
		ledger.RequireKey("/scheme", e.Scheme),
		ledger.OneOf("/group", e.Group, Production, Quality),
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
