package coop

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Forms of co-operative organisation. Only an HTX is counted as one.
const (
	HTX   = "htx"   // hợp tác xã
	THT   = "tht"   // tổ hợp tác
	LHHTX = "lhhtx" // liên hiệp hợp tác xã
)

// Established is coop.established/1.
type Established struct {
	Name           string `json:"name" text:"name"`
	Form           string `json:"form" text:"key"`
	Place          string `json:"place" text:"key"` // code of the seat
	Agricultural   bool   `json:"agricultural"`
	Sector         string `json:"sector" text:"4000"`       // the registered wording
	Law            string `json:"law,omitempty" text:"key"` // 1996, 2003, 2012 or 2023
	Registration   string `json:"registration,omitempty" text:"200"`
	TaxCode        string `json:"tax_code,omitempty" text:"20"`
	Founders       *int64 `json:"founders,omitempty" most:"1000000"`
	CharterCapital *int64 `json:"charter_capital,omitempty" most:"100000000000000"` // đồng
}

// Renamed is coop.renamed/1.
type Renamed struct {
	Name string `json:"name" text:"name"`
}

// Relocated is coop.relocated/1: the seat moves.
type Relocated struct {
	Place string `json:"place" text:"key"`
}

// Resectored is coop.resectored/1: the registered trade changes, and with it
// perhaps whether the co-operative is agricultural.
type Resectored struct {
	Agricultural bool   `json:"agricultural"`
	Sector       string `json:"sector" text:"4000"`
}

// Identified is coop.identified/1: a further identifier became known.
type Identified struct {
	Registration string `json:"registration,omitempty" text:"200"`
	TaxCode      string `json:"tax_code,omitempty" text:"20"`
}

// Suspended is coop.suspended/1: tạm ngừng kinh doanh by notice.
type Suspended struct {
	Until *calendar.Day `json:"until,omitempty"` // the first day out
}

// Resumed is coop.resumed/1. It clears suspended, inactive and dissolving.
type Resumed struct{}

// Inactive is coop.inactive/1: ngừng hoạt động, as somebody observed.
type Inactive struct {
	ObservedBy string `json:"observed_by,omitempty" text:"name"` // an office, never a person
}

// Dissolving is coop.dissolving/1: đang làm thủ tục giải thể.
type Dissolving struct{}

// Dissolved is coop.dissolved/1.
type Dissolved struct {
	Mode string `json:"mode" text:"key"` // voluntary, compulsory, bankruptcy or revoked
}

// Merged is coop.merged/1: merged away into another co-operative.
type Merged struct {
	Into string `json:"into" text:"key"`
}

// Divided is coop.divided/1. A co-operative in its own Into lives on (tách);
// otherwise it ends (chia).
type Divided struct {
	Into []string `json:"into" text:"key"`
}

// Reorganised is coop.reorganised/1: converted to a later law.
type Reorganised struct {
	Law string `json:"law" text:"key"` // 2012 or 2023
}

// Left is coop.left/1: became an enterprise, or left otherwise.
type Left struct {
	To string `json:"to" text:"key"` // enterprise or other
}

// MembersCounted is coop.members-counted/1.
type MembersCounted struct {
	Official  int64  `json:"official" most:"1000000"`
	Associate *int64 `json:"associate,omitempty" most:"1000000"` // absent is 0
}

// WorkersCounted is coop.workers-counted/1.
type WorkersCounted struct {
	Regular int64  `json:"regular" most:"1000000"`
	Total   *int64 `json:"total,omitempty" most:"1000000"` // absent is Regular
}

// Bases of a year's report.
const (
	Actual   = "actual"
	Estimate = "estimate"
)

// YearReported is coop.year-reported/1: results of one year, money in đồng.
type YearReported struct {
	Year               int64  `json:"year" least:"1945" most:"2100"`
	Basis              string `json:"basis" text:"key"`
	Revenue            int64  `json:"revenue" most:"100000000000000"`
	Pay                *int64 `json:"pay,omitempty" most:"100000000000000"`
	Workers            *int64 `json:"workers,omitempty" most:"1000000"`
	Profit             *int64 `json:"profit,omitempty" least:"-100000000000000" most:"100000000000000"` // may be a loss
	RevenueFromMembers *int64 `json:"revenue_from_members,omitempty" most:"100000000000000"`
}

// Scored is coop.scored/1: a self-score under a classification scheme.
type Scored struct {
	Year             int64  `json:"year" least:"1945" most:"2100"`
	Scheme           string `json:"scheme" text:"key"`
	PointsHundredths int64  `json:"points_hundredths" most:"10000"`
	Fined            *bool  `json:"fined,omitempty"` // absent is not known to be fined
	IdleMonths       *int64 `json:"idle_months,omitempty" most:"12"`
	MonthsOperated   *int64 `json:"months_operated,omitempty" most:"2000"`
}

// Classed is coop.classed/1: a class that somebody decided.
type Classed struct {
	Year      int64  `json:"year" least:"1945" most:"2100"`
	Class     string `json:"class" text:"key"`
	Scheme    string `json:"scheme" text:"key"`
	DecidedBy string `json:"decided_by,omitempty" text:"name"`
}

// Linked is coop.linked/1: a value-chain contract with an enterprise. The
// newest of a contract's number replaces the one before.
type Linked struct {
	Contract   string        `json:"contract" text:"200"`
	Enterprise string        `json:"enterprise" text:"name"`
	Product    string        `json:"product,omitempty" text:"1000"`
	Until      *calendar.Day `json:"until,omitempty"` // the first day out
}

// Unlinked is coop.unlinked/1: a contract ended early.
type Unlinked struct {
	Contract string `json:"contract" text:"200"`
}

// EventKind names the kinds.
func (Established) EventKind() ledger.Kind    { return "coop.established/1" }
func (Renamed) EventKind() ledger.Kind        { return "coop.renamed/1" }
func (Relocated) EventKind() ledger.Kind      { return "coop.relocated/1" }
func (Resectored) EventKind() ledger.Kind     { return "coop.resectored/1" }
func (Identified) EventKind() ledger.Kind     { return "coop.identified/1" }
func (Suspended) EventKind() ledger.Kind      { return "coop.suspended/1" }
func (Resumed) EventKind() ledger.Kind        { return "coop.resumed/1" }
func (Inactive) EventKind() ledger.Kind       { return "coop.inactive/1" }
func (Dissolving) EventKind() ledger.Kind     { return "coop.dissolving/1" }
func (Dissolved) EventKind() ledger.Kind      { return "coop.dissolved/1" }
func (Merged) EventKind() ledger.Kind         { return "coop.merged/1" }
func (Divided) EventKind() ledger.Kind        { return "coop.divided/1" }
func (Reorganised) EventKind() ledger.Kind    { return "coop.reorganised/1" }
func (Left) EventKind() ledger.Kind           { return "coop.left/1" }
func (MembersCounted) EventKind() ledger.Kind { return "coop.members-counted/1" }
func (WorkersCounted) EventKind() ledger.Kind { return "coop.workers-counted/1" }
func (YearReported) EventKind() ledger.Kind   { return "coop.year-reported/1" }
func (Scored) EventKind() ledger.Kind         { return "coop.scored/1" }
func (Classed) EventKind() ledger.Kind        { return "coop.classed/1" }
func (Linked) EventKind() ledger.Kind         { return "coop.linked/1" }
func (Unlinked) EventKind() ledger.Kind       { return "coop.unlinked/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Established]{Same: ledger.OneInStream[Established]}),
		ledger.Specify(ledger.Row[Renamed]{}),
		ledger.Specify(ledger.Row[Relocated]{}),
		ledger.Specify(ledger.Row[Resectored]{}),
		ledger.Specify(ledger.Row[Identified]{}),
		ledger.Specify(ledger.Row[Suspended]{}),
		ledger.Specify(ledger.Row[Resumed]{}),
		ledger.Specify(ledger.Row[Inactive]{}),
		ledger.Specify(ledger.Row[Dissolving]{}),
		ledger.Specify(ledger.Row[Dissolved]{}),
		ledger.Specify(ledger.Row[Merged]{}),
		ledger.Specify(ledger.Row[Divided]{}),
		ledger.Specify(ledger.Row[Reorganised]{}),
		ledger.Specify(ledger.Row[Left]{}),
		ledger.Specify(ledger.Row[MembersCounted]{}),
		ledger.Specify(ledger.Row[WorkersCounted]{}),
		ledger.Specify(ledger.Row[YearReported]{Same: func(e *YearReported, day calendar.Day) ledger.Sameness {
			if e.Basis == Estimate { // made several times in its year: each says what was expected on its day
				return ledger.InStream(e.Year, e.Basis, day)
			}
			return ledger.InStream(e.Year, e.Basis)
		}}),
		ledger.Specify(ledger.Row[Scored]{Same: func(e *Scored, _ calendar.Day) ledger.Sameness {
			return ledger.InStream(e.Year, e.Scheme)
		}}),
		ledger.Specify(ledger.Row[Classed]{Same: func(e *Classed, _ calendar.Day) ledger.Sameness {
			return ledger.InStream(e.Year, e.Scheme)
		}}),
		ledger.Specify(ledger.Row[Linked]{Same: func(e *Linked, day calendar.Day) ledger.Sameness {
			return ledger.InStream(ledger.Caseless(e.Contract), day)
		}}),
		ledger.Specify(ledger.Row[Unlinked]{Same: func(e *Unlinked, day calendar.Day) ledger.Sameness {
			return ledger.InStream(ledger.Caseless(e.Contract), day)
		}}),
	}
}

// Check reports what is wrong with the event by itself.
func (e Established) Check() error {
	return ledger.First(
		ledger.Require("/name", e.Name),
		ledger.OneOf("/form", e.Form, HTX, THT, LHHTX),
		ledger.RequireKey("/place", e.Place),
		ledger.Require("/sector", e.Sector),
		ledger.OneOf("/law", e.Law, "", "1996", "2003", "2012", "2023"),
		ledger.OptionalNotNegative("/founders", e.Founders),
		ledger.OptionalNotNegative("/charter_capital", e.CharterCapital),
	)
}

// Check wants a name.
func (e Renamed) Check() error { return ledger.Require("/name", e.Name) }

// Check wants a place.
func (e Relocated) Check() error { return ledger.RequireKey("/place", e.Place) }

// Check wants the registered wording.
func (e Resectored) Check() error { return ledger.Require("/sector", e.Sector) }

// Check wants at least one identifier.
func (e Identified) Check() error { return ledger.Require("", e.Registration+e.TaxCode) }

// Check has nothing to say of the event alone.
func (e Suspended) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Resumed) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Inactive) Check() error { return nil }

// Check has nothing to say of the event alone.
func (e Dissolving) Check() error { return nil }

// Check wants a known mode.
func (e Dissolved) Check() error {
	return ledger.OneOf("/mode", e.Mode, "voluntary", "compulsory", "bankruptcy", "revoked")
}

// Check wants a key.
func (e Merged) Check() error { return ledger.RequireKey("/into", e.Into) }

// Check wants at least two successors, or one beside itself.
func (e Divided) Check() error {
	if len(e.Into) == 0 {
		return ledger.ErrRequired.At("/into")
	}
	for _, key := range e.Into {
		if err := ledger.RequireKey("/into", key); err != nil {
			return err
		}
	}
	return nil
}

// Check wants a law to which one can be reorganised.
func (e Reorganised) Check() error { return ledger.OneOf("/law", e.Law, "2012", "2023") }

// Check wants a known destination.
func (e Left) Check() error { return ledger.OneOf("/to", e.To, "enterprise", "other") }

// Check wants counts.
func (e MembersCounted) Check() error {
	return ledger.First(ledger.NotNegative("/official", e.Official), ledger.OptionalNotNegative("/associate", e.Associate))
}

// Check wants counts, the regular ones within the total.
func (e WorkersCounted) Check() error {
	if e.Total != nil && *e.Total < e.Regular {
		return ErrPartOverWhole.With(e.Regular, *e.Total).At("/total")
	}
	return ledger.NotNegative("/regular", e.Regular)
}

// Check wants a year, a basis, and sums that can be.
func (e YearReported) Check() error {
	if e.RevenueFromMembers != nil && *e.RevenueFromMembers > e.Revenue {
		return ErrPartOverWhole.With(*e.RevenueFromMembers, e.Revenue).At("/revenue_from_members")
	}
	return ledger.First(
		checkYear(e.Year),
		ledger.OneOf("/basis", e.Basis, Actual, Estimate),
		ledger.NotNegative("/revenue", e.Revenue),
		ledger.OptionalNotNegative("/pay", e.Pay),
		ledger.OptionalNotNegative("/workers", e.Workers),
		ledger.OptionalNotNegative("/revenue_from_members", e.RevenueFromMembers),
	)
}

// Check wants points between 0 and 100 and months of one year.
func (e Scored) Check() error {
	if e.PointsHundredths < 0 || e.PointsHundredths > 10000 {
		return ErrPoints.With(e.PointsHundredths).At("/points_hundredths")
	}
	if e.IdleMonths != nil && (*e.IdleMonths < 0 || *e.IdleMonths > 12) {
		return ErrMonths.With(*e.IdleMonths).At("/idle_months")
	}
	return ledger.First(
		checkYear(e.Year),
		ledger.OneOf("/scheme", e.Scheme, Schemes...),
		ledger.OptionalNotNegative("/months_operated", e.MonthsOperated),
	)
}

// Check wants a known class and scheme.
func (e Classed) Check() error {
	return ledger.First(
		checkYear(e.Year),
		ledger.OneOf("/class", e.Class, "good", "fair", "average", "weak", "unrated"),
		ledger.OneOf("/scheme", e.Scheme, Schemes...),
	)
}

// Check wants a contract's number and the enterprise.
func (e Linked) Check() error {
	return ledger.First(ledger.Require("/contract", e.Contract), ledger.Require("/enterprise", e.Enterprise))
}

// Check wants a contract's number.
func (e Unlinked) Check() error { return ledger.Require("/contract", e.Contract) }

// Schemes are the codes of the classification schemes that may be named.
var Schemes = []string{"tt09-2017", "tt01-2020"}

func checkYear(year int64) error {
	if year < 1945 || year > 2100 {
		return ErrYear.With(year).At("/year")
	}
	return nil
}
