package plan

import (
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// What a policy may choose.
const (
	Tolerance   = "tolerance"   // how far off is still "about", and still "nearly"
	Coverage    = "coverage"    // how many must have reported for a verdict
	Denominator = "denominator" // of a share or a mean
	Scheme      = "scheme"      // of classification
)

var choices = ledger.Words{
	{Tolerance, "mức sai lệch"}, {Coverage, "ngưỡng bao phủ"}, {Denominator, "mẫu số"}, {Scheme, "thang xếp loại"},
}

// denominators that may be chosen.
var denominators = []string{"registered", "operating", "classified"}

// What holds where nobody chose (DESIGN §6): ± 5 %, 90 % coverage, and the
// scheme of Thông tư 09/2017/TT-BNNPTNT. Permyriads are hundredths of a percent.
const (
	defaultTolerance int64  = 500
	defaultCoverage  int64  = 9000
	defaultScheme    string = "tt09-2017"
)

// Chosen is policy.chosen/1: a choice that a plan leaves open, for one target
// or, without one, for all that have no choice of their own. It may be recorded
// in the stream of a plan, and is then about that plan, or in a stream of the
// family policy, and is then about every plan.
type Chosen struct {
	Of       string `json:"of" text:"key" vi:"Cách tính"`
	Target   string `json:"target,omitempty" text:"key" vi:"Chỉ tiêu"`
	Value    string `json:"value" text:"20" as:"share" vi:"Giá trị"` // "5%", "90%", "operating", "tt01-2020"
	Document string `json:"document,omitempty" text:"1000" vi:"Căn cứ"`
}

// EventKind is policy.chosen/1.
func (Chosen) EventKind() ledger.Kind { return "policy.chosen/1" }

// Check wants a value that its subject allows.
func (e Chosen) Check() error {
	if err := choices.Check("/of", e.Of); err != nil {
		return err
	}
	switch e.Of {
	case Denominator:
		return ledger.OneOf("/value", e.Value, denominators...)
	case Scheme:
		return ledger.RequireKey("/value", e.Value)
	}
	if _, err := parsePermyriad(e.Value); err != nil {
		return err
	}
	return nil
}

// parsePermyriad reads "5%", "2.5%" or "2,5%" as hundredths of a percent.
func parsePermyriad(s string) (int64, error) {
	refused := errShare.With(s).At("/value")
	number, ok := strings.CutSuffix(s, "%")
	whole, tenth, split := strings.Cut(strings.TrimSpace(strings.Replace(number, ",", ".", 1)), ".")
	if !ok || len(whole) < 1 || len(whole) > 3 || split && len(tenth) != 1 {
		return 0, refused
	}
	n, err := strconv.ParseUint(whole+tenth, 10, 32)
	if err != nil {
		return 0, refused
	}
	if !split {
		n *= 10
	}
	if n > 1000 {
		return 0, refused
	}
	return int64(n) * 10, nil
}

// A Choice is what holds for a subject and a target.
type Choice struct {
	Permyriad int64        // of a tolerance or a coverage
	Word      string       // a denominator or a scheme; "" where nobody chose a denominator
	By        *ledger.Fact // *Chosen; nil for what holds where nobody chose
}

// Policies are the choices of a plan.
type Policies struct{ facts []*ledger.Fact }

// NewPolicies makes policies of facts in any order, of any streams; those that
// choose nothing are passed over.
func NewPolicies(facts ...*ledger.Fact) *Policies {
	p := &Policies{}
	for _, f := range facts {
		if _, ok := f.Event.(*Chosen); ok {
			p.facts = append(p.facts, f)
		}
	}
	slices.SortFunc(p.facts, (*ledger.Fact).Compare)
	return p
}

// On is the choice in force on a day: the newest for the target, else the
// newest for all targets, else the default.
func (p *Policies) On(day calendar.Day, of, target string) Choice {
	var own, general *ledger.Fact
	for _, f := range p.facts {
		e := f.Event.(*Chosen)
		switch {
		case f.Valid.Day > day || e.Of != of:
		case e.Target == "":
			general = f
		case e.Target == target:
			own = f
		}
	}
	if own == nil {
		own = general
	}
	if own == nil {
		return fallbackChoice(of)
	}
	e := own.Event.(*Chosen)
	if of == Denominator || of == Scheme {
		return Choice{Word: e.Value, By: own}
	}
	// the event was checked when it was recorded
	n, _ := parsePermyriad(e.Value)
	return Choice{Permyriad: n, By: own}
}

func fallbackChoice(of string) Choice {
	switch of {
	case Tolerance:
		return Choice{Permyriad: defaultTolerance}
	case Coverage:
		return Choice{Permyriad: defaultCoverage}
	case Scheme:
		return Choice{Word: defaultScheme}
	}
	return Choice{}
}
