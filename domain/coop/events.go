package coop

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
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
	Name           string `json:"name" text:"name" names:"self" vi:"Tên HTX"`
	Form           string `json:"form" text:"key" vi:"Loại hình"`
	Place          string `json:"place" text:"key" names:"seat" vi:"Mã địa bàn" help:"nơi đặt trụ sở"` // code of the seat
	Agricultural   bool   `json:"agricultural" vi:"Nông nghiệp"`
	Sector         string `json:"sector" text:"4000" vi:"Ngành nghề"`                                // the registered wording
	Law            string `json:"law,omitempty" text:"key" vi:"Luật" help:"thành lập theo luật nào"` // 1996, 2003, 2012 or 2023
	Registration   string `json:"registration,omitempty" text:"200" names:"code" vi:"Số đăng ký"`
	TaxCode        string `json:"tax_code,omitempty" text:"20" names:"tax-code" vi:"Mã số thuế"`
	Founders       *int64 `json:"founders,omitempty" most:"1000000" vi:"Thành viên sáng lập" unit:"người"`
	CharterCapital *int64 `json:"charter_capital,omitempty" most:"100000000000000" as:"money" vi:"Vốn điều lệ"` // đồng
}

// Renamed is coop.renamed/1.
type Renamed struct {
	Name string `json:"name" text:"name" names:"self" vi:"Tên mới"`
}

// Relocated is coop.relocated/1: the seat moves.
type Relocated struct {
	Place string `json:"place" text:"key" names:"seat" vi:"Mã địa bàn mới"`
}

// Resectored is coop.resectored/1: the registered trade changes, and with it
// perhaps whether the co-operative is agricultural.
type Resectored struct {
	Agricultural bool   `json:"agricultural" vi:"Nông nghiệp"`
	Sector       string `json:"sector" text:"4000" vi:"Ngành nghề mới"`
}

// Identified is coop.identified/1: a further identifier became known.
type Identified struct {
	Registration string `json:"registration,omitempty" text:"200" names:"code" vi:"Số đăng ký"`
	TaxCode      string `json:"tax_code,omitempty" text:"20" names:"tax-code" vi:"Mã số thuế mới"`
}

// Suspended is coop.suspended/1: tạm ngừng kinh doanh by notice.
type Suspended struct {
	Until *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"` // the first day out
}

// Resumed is coop.resumed/1. It clears suspended, inactive and dissolving.
type Resumed struct{}

// Inactive is coop.inactive/1: ngừng hoạt động, as somebody observed.
type Inactive struct {
	ObservedBy string `json:"observed_by,omitempty" text:"name" vi:"Cơ quan ghi nhận"` // an office, never a person
}

// Dissolving is coop.dissolving/1: đang làm thủ tục giải thể.
type Dissolving struct{}

// Dissolved is coop.dissolved/1.
type Dissolved struct {
	Mode string `json:"mode" text:"key" vi:"Hình thức giải thể"` // voluntary, compulsory, bankruptcy or revoked
}

// Merged is coop.merged/1: merged away into another co-operative.
type Merged struct {
	Into string `json:"into" text:"key" names:"coop" vi:"Vào HTX"`
}

// Divided is coop.divided/1. A co-operative in its own Into lives on (tách);
// otherwise it ends (chia).
type Divided struct {
	Into []string `json:"into" text:"key" names:"coop" vi:"Thành các HTX"`
}

// Reorganised is coop.reorganised/1: converted to a later law.
type Reorganised struct {
	Law string `json:"law" text:"key" vi:"Luật"` // 2012 or 2023
}

// Left is coop.left/1: became an enterprise, or left otherwise.
type Left struct {
	To string `json:"to" text:"key" vi:"Chuyển thành"` // enterprise or other
}

// MembersCounted is coop.members-counted/1.
type MembersCounted struct {
	Official  int64  `json:"official" most:"1000000" vi:"Thành viên chính thức" unit:"người"`
	Associate *int64 `json:"associate,omitempty" most:"1000000" vi:"Thành viên liên kết" unit:"người"` // absent is 0
}

// WorkersCounted is coop.workers-counted/1.
type WorkersCounted struct {
	Regular int64  `json:"regular" most:"1000000" vi:"Lao động thường xuyên" unit:"người"`
	Total   *int64 `json:"total,omitempty" most:"1000000" vi:"Tổng số lao động" unit:"người"` // absent is Regular
}

// Bases of a year's report.
const (
	Actual   = "actual"
	Estimate = "estimate"
)

// YearReported is coop.year-reported/1: results of one year, money in đồng.
type YearReported struct {
	Year               int64  `json:"year" least:"1945" most:"2100" as:"year" vi:"Năm"`
	Basis              string `json:"basis" text:"key" vi:"Loại số liệu"`
	Revenue            int64  `json:"revenue" most:"100000000000000" as:"money" vi:"Doanh thu"`
	Pay                *int64 `json:"pay,omitempty" most:"100000000000000" as:"money" vi:"Tổng thu nhập của người lao động"`
	Workers            *int64 `json:"workers,omitempty" most:"1000000" vi:"Lao động hưởng thu nhập" unit:"người"`
	Profit             *int64 `json:"profit,omitempty" least:"-100000000000000" most:"100000000000000" as:"profit" vi:"Lợi nhuận"` // may be a loss
	RevenueFromMembers *int64 `json:"revenue_from_members,omitempty" most:"100000000000000" as:"money" vi:"Doanh thu từ thành viên"`
}

// Scored is coop.scored/1: a self-score under a classification scheme.
type Scored struct {
	Year             int64  `json:"year" least:"1945" most:"2100" as:"year" vi:"Năm"`
	Scheme           string `json:"scheme" text:"key" as:"scheme" vi:"Thông tư"`
	PointsHundredths int64  `json:"points_hundredths" most:"10000" as:"points" vi:"Điểm" unit:"1/100 điểm"`
	Fined            *bool  `json:"fined,omitempty" vi:"Bị xử phạt"` // absent is not known to be fined
	IdleMonths       *int64 `json:"idle_months,omitempty" most:"12" vi:"Số tháng ngừng hoạt động" unit:"tháng"`
	MonthsOperated   *int64 `json:"months_operated,omitempty" most:"2000" vi:"Số tháng hoạt động" unit:"tháng"`
}

// Classed is coop.classed/1: a class that somebody decided.
type Classed struct {
	Year      int64  `json:"year" least:"1945" most:"2100" as:"year" vi:"Năm"`
	Class     string `json:"class" text:"key" vi:"Xếp loại"`
	Scheme    string `json:"scheme" text:"key" as:"scheme" vi:"Thông tư"`
	DecidedBy string `json:"decided_by,omitempty" text:"name" vi:"Cơ quan xếp loại"`
}

// Linked is coop.linked/1: a value-chain contract with an enterprise. The
// newest of a contract's number replaces the one before.
type Linked struct {
	Contract   string        `json:"contract" text:"200" vi:"Số hợp đồng"`
	Enterprise string        `json:"enterprise" text:"name" vi:"Doanh nghiệp"`
	Product    string        `json:"product,omitempty" text:"1000" vi:"Sản phẩm"`
	Until      *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"` // the first day out
}

// Unlinked is coop.unlinked/1: a contract ended early.
type Unlinked struct {
	Contract string `json:"contract" text:"200" vi:"Số hợp đồng"`
}

// Forms are the forms that an organisation may have.
var Forms = ledger.Words{{HTX, "hợp tác xã"}, {THT, "tổ hợp tác"}, {LHHTX, "liên hiệp hợp tác xã"}}

// Bases are the bases of a year's report.
var Bases = ledger.Words{{Actual, "thực hiện"}, {Estimate, "ước"}}

// Classes are the classes that may be decided.
var Classes = ledger.Words{{"good", "tốt"}, {"fair", "khá"}, {"average", "trung bình"}, {"weak", "yếu"}, {"unrated", "không xếp loại"}}

var (
	trades       = ledger.Words{{"true", "nông nghiệp"}, {"false", "phi nông nghiệp"}}
	modes        = ledger.Words{{"voluntary", "tự nguyện"}, {"compulsory", "bắt buộc"}, {"bankruptcy", "phá sản"}, {"revoked", "thu hồi giấy chứng nhận đăng ký"}}
	laterLaws    = ledger.Words{{"2012", "2012"}, {"2023", "2023"}}
	destinations = ledger.Words{{"enterprise", "chuyển thành doanh nghiệp"}, {"other", "chuyển sang loại hình khác"}}
)

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
		ledger.Specify(ledger.Row[Established]{
			Founds: true,
			Name:   fault.Text{English: "established", Vietnamese: "thành lập"}, Sentence: "thành lập {name} ({form}) tại {place}, {agricultural} ({sector})[, {founders} thành viên sáng lập][, vốn điều lệ {charter_capital}]",
			Words: map[string]ledger.Words{"form": Forms, "agricultural": trades},
			Same:  ledger.OneInStream[Established],
		}),
		ledger.Specify(ledger.Row[Renamed]{
			Name: fault.Text{English: "renamed", Vietnamese: "đổi tên"}, Sentence: "đổi tên thành {name}",
		}),
		ledger.Specify(ledger.Row[Relocated]{
			Name: fault.Text{English: "relocated", Vietnamese: "chuyển trụ sở"}, Sentence: "chuyển trụ sở đến {place}",
		}),
		ledger.Specify(ledger.Row[Resectored]{
			Name: fault.Text{English: "trade changed", Vietnamese: "đổi ngành nghề"}, Sentence: "đổi ngành nghề: {agricultural} ({sector})",
			Words: map[string]ledger.Words{"agricultural": trades},
		}),
		ledger.Specify(ledger.Row[Identified]{
			Name: fault.Text{English: "identified", Vietnamese: "bổ sung mã số"}, Sentence: "[số đăng ký {registration}][, mã số thuế {tax_code}]",
		}),
		ledger.Specify(ledger.Row[Suspended]{
			Name: fault.Text{English: "suspended", Vietnamese: "tạm ngừng kinh doanh"}, Sentence: "tạm ngừng kinh doanh[, đến hết ngày {until}]",
			Ends: func(e *Suspended, _ calendar.Day, add func(calendar.Day)) { ledger.AddUntil(e.Until, add) },
		}),
		ledger.Specify(ledger.Row[Resumed]{
			Name: fault.Text{English: "resumed", Vietnamese: "hoạt động trở lại"}, Sentence: "hoạt động trở lại",
		}),
		ledger.Specify(ledger.Row[Inactive]{
			Name: fault.Text{English: "inactive", Vietnamese: "ngừng hoạt động"}, Sentence: "ngừng hoạt động[, theo ghi nhận của {observed_by}]",
		}),
		ledger.Specify(ledger.Row[Dissolving]{
			Name: fault.Text{English: "dissolving", Vietnamese: "chờ giải thể"}, Sentence: "chờ giải thể",
		}),
		ledger.Specify(ledger.Row[Dissolved]{
			Name: fault.Text{English: "dissolved", Vietnamese: "giải thể"}, Sentence: "giải thể ({mode})",
			Words: map[string]ledger.Words{"mode": modes},
		}),
		ledger.Specify(ledger.Row[Merged]{
			Name: fault.Text{English: "merged away", Vietnamese: "sáp nhập"}, Sentence: "sáp nhập vào {into}",
		}),
		ledger.Specify(ledger.Row[Divided]{
			Name: fault.Text{English: "divided", Vietnamese: "chia"}, Sentence: "chia thành {into}",
		}),
		ledger.Specify(ledger.Row[Reorganised]{
			Name: fault.Text{English: "reorganised under a later law", Vietnamese: "tổ chức lại theo Luật"}, Sentence: "tổ chức lại theo Luật HTX năm {law}",
			Words: map[string]ledger.Words{"law": laterLaws},
		}),
		ledger.Specify(ledger.Row[Left]{
			Name: fault.Text{English: "left for another form", Vietnamese: "chuyển loại hình"}, Sentence: "{to}",
			Words: map[string]ledger.Words{"to": destinations},
		}),
		ledger.Specify(ledger.Row[MembersCounted]{
			Name: fault.Text{English: "members counted", Vietnamese: "số thành viên"}, Sentence: "{official} thành viên chính thức[, {associate} thành viên liên kết]",
		}),
		ledger.Specify(ledger.Row[WorkersCounted]{
			Name: fault.Text{English: "workers counted", Vietnamese: "số lao động"}, Sentence: "{regular} lao động thường xuyên[, tổng số {total} lao động]",
		}),
		ledger.Specify(ledger.Row[YearReported]{
			Name: fault.Text{English: "results of a year", Vietnamese: "số liệu năm"}, Sentence: "năm {year} ({basis}): doanh thu {revenue}[, trả công lao động {pay}][, {workers} lao động][, {profit}][, doanh thu từ thành viên {revenue_from_members}]",
			Words: map[string]ledger.Words{"basis": Bases},
			Same: func(e *YearReported, day calendar.Day) ledger.Sameness {
				if e.Basis == Estimate { // made several times in its year: each says what was expected on its day
					return ledger.InStream(e.Year, e.Basis, day)
				}
				return ledger.InStream(e.Year, e.Basis)
			},
			Ends: func(e *YearReported, _ calendar.Day, add func(calendar.Day)) { ledger.AddTurns(e.Year, add) },
		}),
		ledger.Specify(ledger.Row[Scored]{
			Name: fault.Text{English: "scored", Vietnamese: "chấm điểm"}, Sentence: "năm {year}: {points_hundredths} điểm theo {scheme}",
			Same: func(e *Scored, _ calendar.Day) ledger.Sameness {
				return ledger.InStream(e.Year, e.Scheme)
			},
			Ends: func(e *Scored, _ calendar.Day, add func(calendar.Day)) { ledger.AddTurns(e.Year, add) },
		}),
		ledger.Specify(ledger.Row[Classed]{
			Name: fault.Text{English: "classed", Vietnamese: "xếp loại"}, Sentence: "năm {year} xếp loại {class} theo {scheme}[, do {decided_by}]",
			Words: map[string]ledger.Words{"class": Classes},
			Same: func(e *Classed, _ calendar.Day) ledger.Sameness {
				return ledger.InStream(e.Year, e.Scheme)
			},
			Ends: func(e *Classed, _ calendar.Day, add func(calendar.Day)) { ledger.AddTurns(e.Year, add) },
		}),
		ledger.Specify(ledger.Row[Linked]{
			Name: fault.Text{English: "linked by a contract", Vietnamese: "hợp đồng liên kết"}, Sentence: "hợp đồng {contract} với {enterprise}[, sản phẩm {product}][, đến hết ngày {until}]",
			Same: func(e *Linked, day calendar.Day) ledger.Sameness {
				return ledger.InStream(ledger.Caseless(e.Contract), day)
			},
			Renewal: func(e *Linked) ledger.Sameness { return ledger.InStream(ledger.Caseless(e.Contract)) },
			Ends:    func(e *Linked, _ calendar.Day, add func(calendar.Day)) { ledger.AddUntil(e.Until, add) },
		}),
		ledger.Specify(ledger.Row[Unlinked]{
			Name: fault.Text{English: "contract ended early", Vietnamese: "chấm dứt hợp đồng liên kết"}, Sentence: "chấm dứt hợp đồng {contract}",
			Same: func(e *Unlinked, day calendar.Day) ledger.Sameness {
				return ledger.InStream(ledger.Caseless(e.Contract), day)
			},
		}),
	}
}

// Check reports what is wrong with the event by itself.
func (e Established) Check() error {
	return cmp.Or(
		ledger.Require("/name", e.Name),
		Forms.Check("/form", e.Form),
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
	return modes.Check("/mode", e.Mode)
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
func (e Reorganised) Check() error { return laterLaws.Check("/law", e.Law) }

// Check wants a known destination.
func (e Left) Check() error { return destinations.Check("/to", e.To) }

// Check wants counts.
func (e MembersCounted) Check() error {
	return cmp.Or(ledger.NotNegative("/official", e.Official), ledger.OptionalNotNegative("/associate", e.Associate))
}

// Check wants counts, the regular ones within the total.
func (e WorkersCounted) Check() error {
	if e.Total != nil && *e.Total < e.Regular {
		return errPartOverWhole.With(e.Regular, *e.Total).At("/total")
	}
	return ledger.NotNegative("/regular", e.Regular)
}

// Check wants a year, a basis, and sums that can be.
func (e YearReported) Check() error {
	if e.RevenueFromMembers != nil && *e.RevenueFromMembers > e.Revenue {
		return errPartOverWhole.With(*e.RevenueFromMembers, e.Revenue).At("/revenue_from_members")
	}
	return cmp.Or(
		checkYear(e.Year),
		Bases.Check("/basis", e.Basis),
		ledger.NotNegative("/revenue", e.Revenue),
		ledger.OptionalNotNegative("/pay", e.Pay),
		ledger.OptionalNotNegative("/workers", e.Workers),
		ledger.OptionalNotNegative("/revenue_from_members", e.RevenueFromMembers),
	)
}

// Check wants points between 0 and 100 and months of one year.
func (e Scored) Check() error {
	if e.PointsHundredths < 0 || e.PointsHundredths > 10000 {
		return errPoints.With(e.PointsHundredths).At("/points_hundredths")
	}
	if e.IdleMonths != nil && (*e.IdleMonths < 0 || *e.IdleMonths > 12) {
		return errMonths.With(*e.IdleMonths).At("/idle_months")
	}
	return cmp.Or(
		checkYear(e.Year),
		ledger.OneOf("/scheme", e.Scheme, Schemes...),
		ledger.OptionalNotNegative("/months_operated", e.MonthsOperated),
	)
}

// Check wants a known class and scheme.
func (e Classed) Check() error {
	return cmp.Or(
		checkYear(e.Year),
		Classes.Check("/class", e.Class),
		ledger.OneOf("/scheme", e.Scheme, Schemes...),
	)
}

// Check wants a contract's number and the enterprise.
func (e Linked) Check() error {
	return cmp.Or(ledger.Require("/contract", e.Contract), ledger.Require("/enterprise", e.Enterprise))
}

// Check wants a contract's number.
func (e Unlinked) Check() error { return ledger.Require("/contract", e.Contract) }

// Schemes are the codes of the classification schemes that may be named.
var Schemes = []string{"tt09-2017", "tt01-2020"}

func checkYear(year int64) error {
	if year < 1945 || year > 2100 {
		return errYear.With(year).At("/year")
	}
	return nil
}
