package support

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Kinds of help.
const (
	Infrastructure        = "infrastructure"
	Equipment             = "equipment"
	ProductionCertificate = "production-certificate"
	QualityCertificate    = "quality-certificate"
	Packaging             = "packaging"
	Traceability          = "traceability"
	Consolidation         = "consolidation" // củng cố
	ChainModel            = "chain-model"   // mô hình điểm chuỗi liên kết
	ECommerce             = "e-commerce"
	Land                  = "land"
	Credit                = "credit"
	Science               = "science"
)

// Helps are the kinds of help that may be named.
var Helps = ledger.Words{
	{Infrastructure, "cơ sở hạ tầng"}, {Equipment, "máy móc, thiết bị"}, {ProductionCertificate, "chứng nhận tiêu chuẩn sản xuất"},
	{QualityCertificate, "chứng nhận tiêu chuẩn chất lượng"}, {Packaging, "bao bì, nhãn mác"}, {Traceability, "truy xuất nguồn gốc"},
	{Consolidation, "củng cố HTX"}, {ChainModel, "mô hình chuỗi liên kết"}, {ECommerce, "thương mại điện tử"},
	{Land, "đất đai"}, {Credit, "tín dụng"}, {Science, "khoa học công nghệ"},
}

// Models that are recognised.
const (
	ValueChain = "value-chain"
	NewStyle   = "new-style" // HTX kiểu mới
)

var models = ledger.Words{{ValueChain, "mô hình chuỗi liên kết"}, {NewStyle, "mô hình HTX kiểu mới"}}

// Given is support.given/1: a co-operative was helped.
type Given struct {
	Coop   string `json:"coop" text:"key" names:"subject" vi:"Mã HTX"`
	Help   string `json:"help" text:"key" vi:"Nội dung hỗ trợ"`
	Amount *int64 `json:"amount,omitempty" most:"1000000000000" as:"money" vi:"Kinh phí"` // đồng
	Fund   string `json:"fund,omitempty" text:"name" vi:"Nguồn vốn"`                      // the programme or budget that paid
}

// FairAttended is support.fair-attended/1: co-operatives were taken to a fair.
type FairAttended struct {
	Fair  string   `json:"fair" text:"name" names:"fair" vi:"Tên hoạt động"` // its name; FairKey tells fairs apart
	Coops []string `json:"coops" text:"key" names:"coop" vi:"HTX tham gia"`
	Place string   `json:"place,omitempty" text:"key" names:"place" vi:"Mã địa bàn"`
}

// ConferenceHeld is support.conference-held/1.
type ConferenceHeld struct {
	Title string `json:"title" text:"name" names:"conference" vi:"Tên hoạt động"` // FairKey tells conferences apart
	Place string `json:"place,omitempty" text:"key" names:"site" vi:"Mã địa bàn"`
}

// ModelRecognised is support.model-recognised/1.
type ModelRecognised struct {
	Coop  string `json:"coop" text:"key" names:"subject" vi:"Mã HTX"`
	Model string `json:"model" text:"key" vi:"Mô hình"`
}

// EventKind names the kinds.
func (Given) EventKind() ledger.Kind           { return "support.given/1" }
func (FairAttended) EventKind() ledger.Kind    { return "support.fair-attended/1" }
func (ConferenceHeld) EventKind() ledger.Kind  { return "support.conference-held/1" }
func (ModelRecognised) EventKind() ledger.Kind { return "support.model-recognised/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Given]{
			Name: fault.Text{English: "help given", Vietnamese: "hỗ trợ"}, Sentence: "hỗ trợ {coop} về {help}[, {amount}][, nguồn {fund}]",
			Separate: true, Words: map[string]ledger.Words{"help": Helps},
			Form: &ledger.Form{
				Name: "support", Title: "Hỗ trợ cho HTX", Day: []string{"Ngày hỗ trợ", "ngày"},
				Stream: ledger.FormColumn{Name: "support", Heading: "Mã lần hỗ trợ"}, Prefix: "ht-", Distinct: []string{"coop", "help", "fund"},
				Headings: map[string][]string{"help": {"loại hỗ trợ"}, "amount": {"số tiền"}, "fund": {"nguồn kinh phí"}},
				Typed: map[string][]string{
					Infrastructure: {"kết cấu hạ tầng", "hạ tầng"}, Equipment: {"máy móc thiết bị", "thiết bị"},
					QualityCertificate: {"chứng nhận chất lượng", "chứng nhận tiêu chuẩn chất lượng"},
					Packaging:          {"bao bì", "bao bì nhãn mác"}, Consolidation: {"củng cố", "củng cố tổ chức"},
					ChainModel: {"mô hình chuỗi liên kết", "mô hình điểm chuỗi liên kết"},
					Science:    {"khoa học công nghệ", "khoa học kỹ thuật"},
				},
			},
			Same: func(e *Given, day calendar.Day) ledger.Sameness {
				return ledger.Anywhere(e.Coop, e.Help, ledger.Caseless(e.Fund), day)
			},
		}),
		ledger.Specify(ledger.Row[FairAttended]{
			Name: fault.Text{English: "fair attended", Vietnamese: "tham gia hội chợ"}, Sentence: "{coops#} HTX tham gia {fair}[ tại {place}]: {coops}",
			Separate: true,
			Same: func(e *FairAttended, day calendar.Day) ledger.Sameness {
				return ledger.Anywhere(FairKey(e.Fair), e.Place, day)
			},
		}),
		ledger.Specify(ledger.Row[ConferenceHeld]{
			Name: fault.Text{English: "conference held", Vietnamese: "hội nghị kết nối"}, Sentence: "tổ chức {title}[ tại {place}]",
			Separate: true,
			Same: func(e *ConferenceHeld, day calendar.Day) ledger.Sameness {
				return ledger.Anywhere(FairKey(e.Title), e.Place, day)
			},
		}),
		ledger.Specify(ledger.Row[ModelRecognised]{
			Name: fault.Text{English: "model recognised", Vietnamese: "công nhận mô hình"}, Sentence: "công nhận {coop} là {model}",
			Separate: true, Words: map[string]ledger.Words{"model": models},
			Form: &ledger.Form{
				Name: "models", Title: "Mô hình được công nhận", Day: []string{"Ngày công nhận", "ngày"},
				Stream: ledger.FormColumn{Name: "recognition", Heading: "Mã lần công nhận"}, Prefix: "mh-", Distinct: []string{"coop", "model"},
				Headings: map[string][]string{"model": {"loại mô hình"}},
				Typed:    map[string][]string{ValueChain: {"chuỗi giá trị", "mô hình chuỗi giá trị"}, NewStyle: {"HTX kiểu mới", "kiểu mới"}},
			},
			Same: func(e *ModelRecognised, day calendar.Day) ledger.Sameness {
				return ledger.Anywhere(e.Coop, e.Model, day)
			},
		}),
	}
}

// Check wants a co-operative and a known kind of help.
func (e Given) Check() error {
	return cmp.Or(
		ledger.RequireKey("/coop", e.Coop),
		Helps.Check("/help", e.Help),
		ledger.OptionalNotNegative("/amount", e.Amount),
	)
}

// Check wants a name that says something and at least one co-operative, none
// twice.
func (e FairAttended) Check() error {
	if err := cmp.Or(requireFairName("/fair", e.Fair), requirePlace(e.Place)); err != nil {
		return err
	}
	if len(e.Coops) == 0 {
		return ledger.ErrRequired.At("/coops")
	}
	named := make(map[string]bool, len(e.Coops)) // lists of tens of thousands come in
	for _, key := range e.Coops {
		if err := ledger.RequireKey("/coops", key); err != nil {
			return err
		}
		if named[key] {
			return errTwice.With(key).At("/coops")
		}
		named[key] = true
	}
	return nil
}

// Check wants a title that says something.
func (e ConferenceHeld) Check() error {
	return cmp.Or(requireFairName("/title", e.Title), requirePlace(e.Place))
}

// Check wants a co-operative and a known model.
func (e ModelRecognised) Check() error {
	return cmp.Or(
		ledger.RequireKey("/coop", e.Coop),
		models.Check("/model", e.Model),
	)
}

func requireFairName(pointer, name string) error { return ledger.Require(pointer, FairKey(name)) }

func requirePlace(code string) error {
	if code == "" {
		return nil
	}
	return ledger.RequireKey("/place", code)
}
