package support

import (
	"htxledger/domain/calendar"
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
var Helps = []string{
	Infrastructure, Equipment, ProductionCertificate, QualityCertificate, Packaging, Traceability,
	Consolidation, ChainModel, ECommerce, Land, Credit, Science,
}

// Models that are recognised.
const (
	ValueChain = "value-chain"
	NewStyle   = "new-style" // HTX kiểu mới
)

// Given is support.given/1: a co-operative was helped.
type Given struct {
	Coop   string `json:"coop" text:"key"`
	Help   string `json:"help" text:"key"`
	Amount *int64 `json:"amount,omitempty" most:"1000000000000"` // đồng
	Fund   string `json:"fund,omitempty" text:"name"`            // the programme or budget that paid
}

// FairAttended is support.fair-attended/1: co-operatives were taken to a fair.
type FairAttended struct {
	Fair  string   `json:"fair" text:"name"` // its name; FairKey tells fairs apart
	Coops []string `json:"coops" text:"key"`
	Place string   `json:"place,omitempty" text:"key"`
}

// ConferenceHeld is support.conference-held/1.
type ConferenceHeld struct {
	Title string `json:"title" text:"name"` // FairKey tells conferences apart
	Place string `json:"place,omitempty" text:"key"`
}

// ModelRecognised is support.model-recognised/1.
type ModelRecognised struct {
	Coop  string `json:"coop" text:"key"`
	Model string `json:"model" text:"key"`
}

// EventKind names the kinds.
func (Given) EventKind() ledger.Kind           { return "support.given/1" }
func (FairAttended) EventKind() ledger.Kind    { return "support.fair-attended/1" }
func (ConferenceHeld) EventKind() ledger.Kind  { return "support.conference-held/1" }
func (ModelRecognised) EventKind() ledger.Kind { return "support.model-recognised/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Given]{Same: func(e *Given, day calendar.Day) ledger.Sameness {
			return ledger.Anywhere(e.Coop, e.Help, ledger.Caseless(e.Fund), day)
		}}),
		ledger.Specify(ledger.Row[FairAttended]{Same: func(e *FairAttended, day calendar.Day) ledger.Sameness {
			return ledger.Anywhere(FairKey(e.Fair), e.Place, day)
		}}),
		ledger.Specify(ledger.Row[ConferenceHeld]{Same: func(e *ConferenceHeld, day calendar.Day) ledger.Sameness {
			return ledger.Anywhere(FairKey(e.Title), e.Place, day)
		}}),
		ledger.Specify(ledger.Row[ModelRecognised]{Same: func(e *ModelRecognised, day calendar.Day) ledger.Sameness {
			return ledger.Anywhere(e.Coop, e.Model, day)
		}}),
	}
}

// Check wants a co-operative and a known kind of help.
func (e Given) Check() error {
	return ledger.First(
		ledger.RequireKey("/coop", e.Coop),
		ledger.OneOf("/help", e.Help, Helps...),
		ledger.OptionalNotNegative("/amount", e.Amount),
	)
}

// Check wants a name that says something and at least one co-operative, none
// twice.
func (e FairAttended) Check() error {
	if err := ledger.First(named("/fair", e.Fair), place(e.Place)); err != nil {
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
			return ErrTwice.With(key).At("/coops")
		}
		named[key] = true
	}
	return nil
}

// Check wants a title that says something.
func (e ConferenceHeld) Check() error {
	return ledger.First(named("/title", e.Title), place(e.Place))
}

// Check wants a co-operative and a known model.
func (e ModelRecognised) Check() error {
	return ledger.First(
		ledger.RequireKey("/coop", e.Coop),
		ledger.OneOf("/model", e.Model, ValueChain, NewStyle),
	)
}

func named(pointer, name string) error { return ledger.Require(pointer, FairKey(name)) }

func place(code string) error {
	if code == "" {
		return nil
	}
	return ledger.RequireKey("/place", code)
}
